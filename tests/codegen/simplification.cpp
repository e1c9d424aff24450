// SPDX-License-Identifier: MIT
// What operations come to while they are recorded: random expressions of integers, simplified and as written,
// have one value for every input and lie in the range that is claimed; constants are what the executor
// computes; and by text, what a rule does and where it must not fire.
#include <enigma/codegen.hpp>

#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using eg::element_kind;
using eg::i32;
using eg::op;
using eg::u32;
using eg::value_id;

constexpr eg::type truth = eg::type_of<bool>;

// ---- Random expressions ----------------------------------------------------------------------------------

/// The value of an expression where every argument m is inputs[m], by the rows' rules.
std::int64_t evaluated(eg::detail::builder const& b, value_id id, std::vector<std::int64_t> const& inputs) {
  eg::instruction const& it = b[id];
  if (it.code == op::constant)
    return it.imm;
  if (it.code == op::argument)
    return inputs[static_cast<std::size_t>(it.imm)];
  std::int64_t bits[4]{};
  for (int k = 0; k < 4 && it.operands[k] != eg::no_value; ++k)
    bits[k] = evaluated(b, it.operands[k], inputs);
  if (it.code == op::select)
    return bits[2] != 0 ? bits[1] : bits[0];
  auto const f = eg::detail::fold_constants(it.code, it.type, b.type_at(it.operands[0]).element, bits);
  EXPECT_TRUE(f.known) << eg::info(it.code).name;
  return f.bits;
}

/// The same random expression for every builder.
struct expression {
  std::mt19937_64 random;
  eg::detail::builder& b;
  element_kind kind;

  eg::type type() const { return {kind, 1}; }
  std::uint64_t pick(std::uint64_t n) { return random() % n; }
  value_id constant() {
    constexpr std::int64_t some[] = {0, 1, 2, 3, 4, 5, 7, 8, 12, 16, 31, 32, 64, 100, 127, -1, -2, -8, -128};
    std::int64_t const n = pick(8) == 0 ? static_cast<std::int64_t>(random()) : some[pick(19)];
    return b.constant(type(), eg::integer_bits(kind, n));
  }
  value_id condition(int depth) {
    auto const code = static_cast<op>(static_cast<int>(op::eq) + static_cast<int>(pick(6)));
    value_id const x = make(depth - 1), y = make(depth - 1);
    return b.pure(code, truth, x, y);
  }
  /// A number that came from 32 bits, of which more or less is known.
  value_id widened() {
    eg::type const word{pick(2) == 0 ? element_kind::int32 : element_kind::uint32, 1};
    value_id x = b.pure(op::convert, word, b.scalar_argument(type(), static_cast<int>(pick(2))));
    if (pick(3) != 0)
      x = b.pure(op::bit_and, word, x, b.constant(word, (std::int64_t{1} << pick(32)) - 1));
    return b.pure(op::convert, type(), x);
  }
  value_id make(int depth) {
    if (eg::size_in_bytes(kind) == 8 && (depth <= 0 || pick(8) == 0) && pick(2) == 0)
      return widened();
    if (depth <= 0 || pick(8) == 0)
      return pick(3) == 0 ? constant() : b.scalar_argument(type(), static_cast<int>(pick(2)));
    switch (pick(16)) {
    case 0: { // digits, as layouts make them
      value_id const x = make(depth - 1), y = make(depth - 1);
      std::int64_t const m = 1 << (1 + pick(5));
      value_id const n = b.constant(type(), m), low = b.pure(op::rem, type(), y, n);
      return b.pure(op::add, type(), b.pure(op::mul, type(), x, n), low);
    }
    case 1: {
      value_id const x = make(depth - 1), n = constant(), q = b.pure(op::div, type(), x, n);
      return b.pure(op::add, type(), b.pure(op::mul, type(), q, n), b.pure(op::rem, type(), x, n));
    }
    case 2: { // as signed remainders are written
      value_id const x = make(depth - 1), n = constant(),
                     q = pick(2) == 0 ? b.pure(op::div, type(), x, n)
                                      : b.pure(op::shr, type(), x, constant());
      return b.pure(op::sub, type(), x, b.pure(op::mul, type(), q, n));
    }
    case 6: {
      value_id const x = make(depth - 1);
      auto const other = static_cast<element_kind>(1 + pick(8));
      return b.pure(op::convert, type(), b.pure(op::convert, {other, 1}, x));
    }
    case 3: {
      value_id const x = make(depth - 1), y = make(depth - 1);
      return b.pure(op::select, type(), x, y, condition(depth));
    }
    case 4: {
      op const some[] = {op::neg, op::bit_not, op::abs, op::clz, op::ctz, op::popcount};
      return b.pure(some[pick(6)], type(), make(depth - 1));
    }
    case 5: {
      value_id const x = make(depth - 1), y = make(depth - 1), z = make(depth - 1);
      return b.pure(op::clamp, type(), x, y, z);
    }
    default: {
      op const some[] = {op::add, op::sub,    op::mul,     op::div, op::rem, op::rem, op::bit_and,
                         op::div, op::bit_or, op::bit_xor, op::shl, op::shr, op::min, op::max};
      value_id const x = make(depth - 1), y = pick(3) != 0 ? constant() : make(depth - 1);
      op const code = some[pick(14)];
      bool const turned = pick(6) == 0;
      return b.pure(code, type(), turned ? y : x, turned ? x : y);
    }
    }
  }
};

std::vector<std::int64_t> inputs_of(element_kind kind) {
  std::vector<std::int64_t> all;
  int const bytes = eg::size_in_bytes(kind);
  if (bytes == 1) {
    for (int x = 0; x < 256; x += 3)
      all.push_back(x);
    all.insert(all.end(), {127, 128});
    return all;
  }
  for (std::int64_t const x : {0, 1, 2, 3, 7, 8, 31, 32, 63, 64, 100, 1000, 65535, 65536})
    for (std::int64_t const sign : {1, -1})
      all.push_back(eg::integer_bits(kind, sign * x));
  for (int const shift : {8 * bytes - 1, 8 * bytes - 2})
    for (int const more : {-1, 0, 1})
      all.push_back(eg::integer_bits(
          kind, static_cast<std::int64_t>((std::uint64_t{1} << shift) + static_cast<std::uint64_t>(more))));
  return all;
}

TEST(simplification, keeps_every_value_and_the_ranges_hold) {
  int simpler = 0;
  for (std::uint64_t seed = 1; seed <= 6000; ++seed) {
    auto const kind = static_cast<element_kind>(1 + seed % 8);
    eg::detail::builder plain("plain"), b("simplified");
    plain.record_as_written();
    for (int m = 0; m < 2; ++m) {
      eg::memory it;
      it.element = kind;
      it.space = eg::memory_space::constant;
      plain.add_memory(it);
      b.add_memory(it);
    }
    value_id const x = expression{std::mt19937_64(seed), plain, kind}.make(4),
                   y = expression{std::mt19937_64(seed), b, kind}.make(4);
    simpler += b.code().size() < plain.code().size() ? 1 : 0;
    auto const some = inputs_of(kind);
    std::mt19937_64 random(seed);
    eg::detail::range const r = b.range_of(y);
    for (std::int64_t const in : some) {
      std::vector<std::int64_t> const inputs{in, some[random() % some.size()]};
      std::int64_t const wanted = evaluated(plain, x, inputs), found = evaluated(b, y, inputs);
      ASSERT_EQ(wanted, found) << "seed " << seed << ", inputs " << inputs[0] << " " << inputs[1];
      if (r.known()) {
        std::int64_t const n = eg::integer_value(kind, found);
        ASSERT_TRUE(r.low <= n && n <= r.high)
            << "seed " << seed << ": " << n << " is not from " << r.low << " to " << r.high;
      }
    }
  }
  EXPECT_GT(simpler, 3000); // or nothing was tested
}

// ---- By text ---------------------------------------------------------------------------------------------

constexpr eg::compile_options sized{.grid = {16}, .block = {64}};

/// The statements of a kernel, without what stands around them.
std::string body_of(eg::compiled_kernel const& k) {
  std::string const all(k.metal_source());
  std::size_t const begin = all.find("{\n") + 2;
  return all.substr(begin, all.rfind("}\n") - begin);
}
template <class T>
using buffer = eg::inout<T, "A">;
template <class T>
using number = eg::scalar<T, "n">;

template <class T, class Body>
std::string text_of(Body body, eg::compile_options const& options = sized) {
  auto const traced = [=](eg::gpu& g, buffer<T> a, number<T> n) { body(g, a, n); };
  return body_of(eg::compile(eg::kernel<"k">(traced), options));
}
/// What `make` gives, stored: `A[0] = ...;`
template <class T, class Make>
std::string stored(Make make, eg::compile_options const& options = sized) {
  std::string const text = text_of<T>(
      [=](eg::gpu& g, auto& a, auto& n) {
        eg::value<T> const x = n;
        a[0u] = make(g, x);
      },
      options);
  return text.substr(9, text.size() - 11); // "  A[0u] = " and ";\n"
}

#define EXPECT_STORED(T, wanted, ...)                                                                        \
  EXPECT_EQ((stored<T>([](eg::gpu& g, auto x) {                                                              \
              static_cast<void>(g);                                                                          \
              static_cast<void>(x);                                                                          \
              return __VA_ARGS__;                                                                            \
            })),                                                                                             \
            " " wanted)

TEST(simplification, positions_have_ranges) {
  EXPECT_STORED(u32, "gid", g.thread_position_in_grid() % 1024u);
  EXPECT_STORED(u32, "gid % 1023u", g.thread_position_in_grid() % 1023u);
  EXPECT_STORED(u32, "0u", g.thread_position_in_grid() / 1024u);
  EXPECT_STORED(u32, "tid", g.thread_position_in_threadgroup() & 63u);
  EXPECT_STORED(u32, "tid & 31u", g.thread_position_in_threadgroup() & 31u);
  EXPECT_STORED(u32, "0u", g.thread_position_in_grid().y); // 1 along y
  EXPECT_STORED(u32, "16u", g.threadgroups_per_grid().x);
  EXPECT_STORED(u32, "lane", g.thread_index_in_simdgroup() % 32u);
  EXPECT_STORED(u32, "thread_index", eg::min(g.thread_index_in_threadgroup(), 63u));
  EXPECT_STORED(u32, "min(thread_index, 62u)", eg::min(g.thread_index_in_threadgroup(), 62u));
  // A threadgroup at the edge may be smaller: its size is no constant.
  EXPECT_STORED(u32, "threads_per_threadgroup", g.threads_per_threadgroup().x);
  // What is chosen at dispatch is not known.
  EXPECT_EQ((stored<u32>([](eg::gpu& g, auto) { return g.thread_position_in_grid() % 1024u; }, {})),
            " gid % 1024u");
}

TEST(simplification, quotients_and_remainders) {
  EXPECT_STORED(u32, "n / 32u", x / 4u / 8u);
  EXPECT_STORED(i32, "n / 32", x / 4 / 8); // truncated twice is truncated once, of negative numbers too
  EXPECT_STORED(u32, "0u", x / 65536u / 65536u);
  EXPECT_STORED(u32, "tid", g.thread_position_in_threadgroup() * 4u / 4u);
  EXPECT_STORED(u32, "n * 4u / 4u", x * 4u / 4u); // may wrap
  EXPECT_STORED(u32, "tid * 3u", g.thread_position_in_threadgroup() * 12u / 4u);
  EXPECT_STORED(u32, "tid / 3u", g.thread_position_in_threadgroup() * 4u / 12u);
  EXPECT_STORED(u32, "group",
                (g.threadgroup_position_in_grid() * 64u + g.thread_position_in_threadgroup()) / 64u);
  EXPECT_STORED(u32, "tid",
                (g.threadgroup_position_in_grid() * 64u + g.thread_position_in_threadgroup()) % 64u);
  EXPECT_STORED(u32, "(group * 63u + tid) / 63u",
                (g.threadgroup_position_in_grid() * 63u + g.thread_position_in_threadgroup()) / 63u);
  EXPECT_STORED(u32, "n % 8u", x % 16u % 8u);
  EXPECT_STORED(u32, "n % 12u % 8u", x % 12u % 8u);
  EXPECT_STORED(u32, "n", x / 7u * 7u + x % 7u);
  EXPECT_STORED(u32, "n / 7u * 8u + n % 7u", x / 7u * 8u + x % 7u);
}

TEST(simplification, signed_numbers) {
  auto const lane = [](eg::gpu& g) { return eg::cast<i32>(g.thread_position_in_threadgroup().x); };
  auto const text = [&](auto f) { return stored<i32>([=](eg::gpu& g, auto) { return f(lane(g)); }); };
  // Not negative: as readable as a quotient, and nothing to correct.
  EXPECT_EQ(text([](auto x) { return x / 8; }), " int(tid) >> 3");
  EXPECT_EQ(text([](auto x) { return x / 6; }), " int(tid) / 6");
  EXPECT_EQ(text([](auto x) { return x % 8; }), " int(tid) & 7");
  EXPECT_EQ(text([](auto x) { return x % 6; }), " int(tid) % 6");
  EXPECT_EQ(text([](auto x) { return x % 64; }), " int(tid)");
  // Negative ones are rounded towards zero, which a shift does not.
  EXPECT_EQ(text([](auto x) { return (x - 1) / 8; }), " (int(tid) - 1) / 8");
  EXPECT_STORED(i32, "n / 8", x / 8);
  EXPECT_STORED(u32, "n / 8u", x / 8u); // the compiler's business
  EXPECT_STORED(i32, "n + 4", x + 7 - 3);
  EXPECT_STORED(i32, "n + 2147483647 + 1", x + 2147483647 + 1);
  EXPECT_STORED(eg::i64, "n / 8L", x / 8);
}

TEST(simplification, comparisons_and_choices) {
  EXPECT_STORED(u32, "7u", eg::select(x, 7u, g.thread_position_in_grid() < 1024u));
  EXPECT_STORED(u32, "gid < 1023u ? 7u : n", eg::select(x, 7u, g.thread_position_in_grid() < 1023u));
  EXPECT_STORED(u32, "n", eg::select(x, 7u, g.thread_position_in_grid() > 1023u));
  EXPECT_STORED(u32, "n", eg::select(x, x, g.thread_position_in_grid() > 3u));
  EXPECT_STORED(i32, "n < -5 ? 7 : n", eg::select(x, 7, x < -5));
  EXPECT_STORED(bool, "n", x&& g.thread_position_in_grid() < 1024u);
  EXPECT_STORED(bool, "true", x || g.thread_position_in_grid() < 1024u);
  // NaN is not equal to itself.
  EXPECT_EQ((stored<eg::f32>([](eg::gpu&, auto x) { return eg::select(x, 1.0f, x == x); })),
            " n == n ? 1.0f : n");
}

TEST(simplification, conversions) {
  EXPECT_STORED(u32, "n", eg::cast<u32>(eg::cast<i32>(x)));
  EXPECT_STORED(u32, "n", eg::cast<u32>(eg::cast<eg::u64>(x)));
  EXPECT_STORED(u32, "uint(uchar(n))", eg::cast<u32>(eg::cast<eg::u8>(x)));
  EXPECT_STORED(u32, "tid", eg::cast<u32>(eg::cast<eg::u8>(g.thread_position_in_threadgroup().x)));
  EXPECT_STORED(eg::i64, "long(uint(n))", eg::cast<eg::i64>(eg::cast<u32>(x)));
}

// 64 bits where the numbers may need them, and 32 where it is proven that they do not.
TEST(simplification, in_32_bits) {
  auto const thread = [](eg::gpu& g) { return eg::cast<eg::i64>(g.thread_position_in_threadgroup().x); };
  auto const text = [&](auto f) {
    return stored<eg::i64>([=](eg::gpu& g, auto) { return f(thread(g), g); });
  };
  EXPECT_EQ(text([](auto x, auto&) { return x * 4 + 3; }), " long(tid * 4u + 3u)");
  EXPECT_EQ(text([](auto x, auto&) { return x * 67108864; }), " long(tid * 67108864u)"); // 63 times it fits
  EXPECT_EQ(text([](auto x, auto&) { return x * 68174085; }),
            " long(tid) * 68174085L");                                     // 63 times it does not
  EXPECT_EQ(text([](auto x, auto&) { return x - 1; }), " long(tid) - 1L"); // may be negative
  EXPECT_EQ(text([](auto x, auto&) { return x + 1 - 1; }), " long(tid)");
  EXPECT_EQ(text([](auto x, auto&) { return (x * 5 + 7) % 9 / 2; }), " long(((tid * 5u + 7u) % 9u) >> 1u)");
  EXPECT_EQ(text([](auto x, auto&) { return x / -3; }), " long(tid) / -3L");
  EXPECT_EQ(text([](auto x, auto&) { return x << 20; }), " long(tid << 20u)");
  EXPECT_EQ(text([](auto x, auto&) { return x << 27; }), " long(tid) << 27L");
  EXPECT_EQ(text([](auto x, auto&) { return x >> 3; }), " long(tid >> 3u)");
  EXPECT_EQ(text([](auto x, auto&) { return (x * 5 ^ 3) >> 33; }), " 0L");
  EXPECT_EQ(text([](auto x, auto&) { return ((x & 12) | 1) ^ 256; }), " long(((tid & 12u) | 1u) ^ 256u)");
  EXPECT_EQ(text([](auto x, auto&) { return x & -4; }), " long(tid) & -4L"); // no number of a uint
  EXPECT_EQ(text([](auto x, auto& g) {
              return eg::max(x, eg::cast<eg::i64>(g.threadgroup_position_in_grid().x) * 64);
            }),
            " long(max(tid, group * 64u))");
  EXPECT_EQ(text([](auto x, auto& g) { // the conversion to int is seen through
              return x + eg::cast<eg::i64>(eg::cast<i32>(g.threadgroup_position_in_grid().x));
            }),
            " long(tid + group)");
  EXPECT_EQ(text([](auto x, auto&) { return eg::select(eg::value<eg::i64>(5), 7, x * 3 < 100); }),
            " tid * 3u < 100u ? 7L : 5L");
  // An int has all that a long made of it needs, but not the sum of two.
  auto const of_int = [](auto f) {
    return text_of<i32>([=](eg::gpu&, auto& a, auto& n) {
      eg::value<i32> const x = n;
      a[0u] = f(x, eg::cast<eg::i64>(x));
    });
  };
  EXPECT_EQ(of_int([](auto, auto x) { return eg::select(eg::value<i32>(5), 7, x < 100); }),
            "  A[0u] = n < 100 ? 7 : 5;\n");
  EXPECT_EQ(of_int([](auto, auto x) { return eg::select(eg::value<i32>(5), 7, x < 3000000000); }),
            "  A[0u] = 7;\n");
  EXPECT_EQ(of_int([](auto, auto x) { return eg::select(eg::value<i32>(5), 7, x + 1 < 100); }),
            "  A[0u] = long(n) + 1L < 100L ? 7 : 5;\n");
  EXPECT_EQ(of_int([](auto, auto x) { return eg::cast<i32>((x & -4) >> 2); }), "  A[0u] = (n & -4) >> 2;\n");
  // What is cut to 32 bits needs no more, of numbers without a sign.
  EXPECT_STORED(u32, "n * 5u", eg::cast<u32>(eg::cast<eg::u64>(x) * 5u));
  EXPECT_STORED(u32, "n * n", eg::cast<u32>(eg::cast<eg::u64>(x) * eg::cast<eg::u64>(x)));
  EXPECT_STORED(u32, "n + 4294967295u", eg::cast<u32>(eg::cast<eg::i64>(x) + -1));
  EXPECT_STORED(u32, "uint((ulong(n) * 5uL) >> 32uL)", eg::cast<u32>(eg::cast<eg::u64>(x) * 5u >> 32));
  // Indices are used as they were; a sum of indices stays one of pointers.
  auto const index = [](auto f) { return text_of<eg::f32>([=](eg::gpu& g, auto& a, auto&) { f(g, a); }); };
  EXPECT_EQ(index([](auto& g, auto& a) { a[eg::cast<eg::u64>(g.thread_position_in_grid()) * 4 + 1] = 1.0f; }),
            "  A[gid * 4u + 1u] = 1.0f;\n");
  EXPECT_EQ(index([](auto& g, auto& a) {
              a[eg::cast<eg::i64>(g.thread_position_in_grid()) << 22] = 1.0f; // to 2^32 - 2^22
            }),
            "  A[gid << 22u] = 1.0f;\n");
  EXPECT_EQ(index([](auto& g, auto& a) {
              a.from(g.thread_position_in_grid() * 4u)[g.thread_index_in_simdgroup()] = 1.0f;
            }),
            "  (A + gid * 4u)[lane] = 1.0f;\n");
}

TEST(simplification, floats_are_what_the_author_wrote) {
  EXPECT_STORED(eg::f32, "n + 0.0f", x + 0.0f); // -0 becomes 0
  EXPECT_STORED(eg::f32, "n * 0.0f", x * 0.0f);
  EXPECT_STORED(eg::f32, "n * 2.0f * 3.0f", x * 2.0f * 3.0f); // rounded twice
  EXPECT_STORED(eg::f32, "n - n", x - x);
}

// i in a loop from low to below high.
TEST(simplification, loops_count_within_their_bounds) {
  auto const text = [](auto low, auto high, auto step) {
    return text_of<i32>([=](eg::gpu& g, auto& a, auto& n) {
      eg::value<i32> const x = n;
      auto const bound = [&](auto b) {
        if constexpr (std::is_same_v<decltype(b), int>)
          return eg::value<i32>(b);
        else
          return x;
      };
      g.for_range(bound(low), bound(high), bound(step), [&](auto const& i) { a[i] = i / 8 + i % 64; });
    });
  };
  struct open {};
  EXPECT_NE(text(0, 64, 1).find("A[i] = (i >> 3) + i;"), std::string::npos) << text(0, 64, 1);
  EXPECT_NE(text(0, open{}, 1).find("A[i] = (i >> 3) + (i & 63);"), std::string::npos) << text(0, open{}, 1);
  EXPECT_NE(text(-1, 64, 1).find("i / 8"), std::string::npos); // from -1 on
  EXPECT_NE(text(open{}, 64, 1).find("i / 8"), std::string::npos);
  EXPECT_NE(text(0, 64, open{}).find("i / 8"), std::string::npos); // may go down, or wrap
}

} // namespace
