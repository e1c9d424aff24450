// SPDX-License-Identifier: MIT
// The vector form of a kernel does what the kernel does, bit by bit, for every number of elements: both by
// the executor, and the vector form also by its text on the machine, with buffers that have no element to
// spare.
#include "both.hpp"

#include <cstddef>
#include <memory>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace {

namespace eg = enigma;
using eg::bf16;
using eg::element_kind;
using eg::f16;
using eg::f32;
using eg::gpu;
using eg::i16;
using eg::i32;
using eg::i64;
using eg::in;
using eg::inout;
using eg::op;
using eg::out;
using eg::scalar;
using eg::type;
using eg::type_of;
using eg::u32;
using eg::u64;
using eg::u8;
using witness::bytes;
namespace tool = witness::tool;

// ---- One kernel, three ways ----------------------------------------------------------------------------

using arguments = std::vector<eg::detail::host_argument>;

/// Host memory for the arguments of a kernel: buffers of so many elements, of few numbers with few digits,
/// and scalars, of which `n` is that number.
class memories {
public:
  memories(eg::compiled_kernel const& k, u32 count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (eg::parameter const& p : k.parameters()) {
      if (p.counts_elements)
        continue;
      eg::detail::host_argument a;
      a.element = p.element;
      a.access = p.access;
      a.length = p.access == eg::access::scalar ? 1 : count + spare(p);
      auto const each = static_cast<std::size_t>(eg::size_in_bytes(p.element));
      data_.emplace_back(a.length * each);
      for (std::size_t e = 0; e < a.length; ++e)
        put(random, p.element, data_.back().data() + e * each);
      if (p.access == eg::access::scalar) {
        a.bits = 0;
        std::memcpy(&a.bits, data_.back().data(), each);
        if (std::string_view(p.name) == "n")
          a.bits = count;
        if (std::string_view(p.name) == "offset")
          a.bits = offset;
      }
      list_.push_back(a);
    }
    for (std::size_t k2 = 0; k2 < list_.size(); ++k2)
      if (list_[k2].access != eg::access::scalar)
        list_[k2].data = data_[k2].data();
  }
  memories(memories const&) = delete;

  arguments const& list() const { return list_; }
  std::vector<bytes> copies(eg::compiled_kernel const& k) const {
    std::vector<bytes> all;
    for (std::size_t p = 0; p < list_.size(); ++p)
      all.push_back(witness::detail::copy(list_[p], k.parameters()[p]));
    return all;
  }

  static constexpr u32 offset = 8;

private:
  /// Buffers that are read further on have more elements.
  static std::size_t spare(eg::parameter const& p) {
    return std::string_view(p.name) == "Far" ? offset + 4 : 0;
  }

  template <class T>
  static void put_as(unsigned char* to, T x) {
    std::memcpy(to, &x, sizeof x);
  }
  static void put(std::mt19937_64& random, element_kind kind, unsigned char* to) {
    int const some = static_cast<int>(random() % 41) - 20;
    float const quarter = 0.25f * static_cast<float>(some);
    switch (kind) {
    case element_kind::boolean:
      return put_as(to, some % 2 != 0);
    case element_kind::float16:
      return put_as(to, f16(quarter));
    case element_kind::bfloat16:
      return put_as(to, bf16(quarter));
    case element_kind::float32:
      return put_as(to, quarter);
    default: {
      std::uint64_t const word = random() % 4 == 0 ? random() : static_cast<std::uint64_t>(some);
      std::memcpy(to, &word, static_cast<std::size_t>(eg::size_in_bytes(kind)));
    }
    }
  }

  std::vector<bytes> data_;
  arguments list_;
};

/// An argument as a call takes it, from its description.
struct given {
  eg::detail::host_argument a;
  eg::detail::host_argument as_argument() const { return a; }
};
template <std::size_t... Is>
void call(eg::compiled_kernel const& k, u32 threads, arguments const& list, std::index_sequence<Is...>) {
  eg::runtime rt(eg::backend::cpu, 1);
  rt.execute(k, eg::threads(threads), given{list[Is]}...);
}

/// A kernel of P parameters and its vector form.
template <std::size_t P>
class pair {
public:
  template <class Kernel>
  pair(Kernel const& kernel, int lanes, bool with_text)
      : one_{eg::compile(kernel)}
      , many_{lanes == 2 ? eg::compile(eg::vectorised<2>(kernel)) : eg::compile(eg::vectorised<4>(kernel))} {
    if (!with_text)
      return;
    auto const source = tool::prepare_text(std::string(many_.metal_source()), "emitted.metal");
    EXPECT_EQ(witness::objections(source), "") << many_.metal_source();
    for (auto const kind : {tool::object_kind::plain, tool::object_kind::checked})
      objects_.push_back(std::make_unique<tool::kernel_object>(
          source, kind, std::vector<tool::constant_value>{}, witness::options()));
  }

  /// Whether they agree for n elements, and so many threads of the kernel as written.
  bool agree(u32 n, u32 threads, std::uint64_t seed) const {
    memories const plain(one_, n, seed), vectors(one_, n, seed);
    std::vector<bytes> const before = plain.copies(one_);
    call(one_, threads, plain.list(), std::make_index_sequence<P>{});
    call(many_, threads, vectors.list(), std::make_index_sequence<P>{});
    std::vector<bytes> const after = vectors.copies(many_);
    bool right = witness::detail::equal_outputs("vector form", one_, plain.list(), after);
    witness::shape const size{{threads}, {64}};
    if (n > 9 && n % 17 != 0) // the text takes its time
      return right;
    for (auto const& object : objects_) {
      if (!object->good()) {
        ADD_FAILURE() << tool::print(object->result().diagnostics) << many_.metal_source();
        return false;
      }
      std::vector<bytes> text = before;
      for (eg::parameter const& p : many_.parameters().subspan(text.size()))
        text.push_back(witness::detail::not_given(p, size));
      eg::kernel_ir const& ir = many_.launches()[0];
      tool::report const report = witness::run(*object, ir.name, ir, size, text);
      EXPECT_TRUE(report.good()) << report.print();
      right = right && report.good() && witness::detail::equal_outputs("text", one_, plain.list(), text);
    }
    EXPECT_TRUE(right) << n << " elements\n" << one_.metal_source() << many_.metal_source();
    return right;
  }

private:
  eg::owned_kernel one_, many_;
  std::vector<std::unique_ptr<tool::kernel_object>> objects_;
};

/// For 1 to 70 elements and some more.
template <std::size_t P, class Kernel>
void check(Kernel const& kernel, bool is_guarded) {
  for (int const lanes : {2, 4}) {
    SCOPED_TRACE(lanes);
    pair<P> const both(kernel, lanes, true);
    std::mt19937_64 random(7);
    for (u32 n = 1; n <= 70; ++n)
      if (!both.agree(n, n, n))
        return;
    for (int k = 0; k < 8; ++k) {
      u32 const n = 71 + static_cast<u32>(random() % 900);
      // With a guard there may be threads too many.
      if (!both.agree(n, n + (is_guarded ? static_cast<u32>(random() % 100) : 0), random()))
        return;
    }
    if (is_guarded && !both.agree(0, 13, 1)) // no element, but threads
      return;
  }
}

// ---- Kernels of all kinds ------------------------------------------------------------------------------

template <class T>
constexpr auto axpy =
    eg::kernel<"axpy">([](gpu& g, in<T, "X"> x, scalar<T, "alpha"> alpha, in<T, "Y"> y, out<T, "Out"> o) {
      auto i = g.thread_position_in_grid();
      o[i] = alpha * x[i] + y[i];
    });

TEST(vectorised, sums_of_every_type) {
  check<4>(axpy<f32>, false);
  check<4>(axpy<f16>, false);
  check<4>(axpy<i32>, false);
  check<4>(axpy<u8>, false);
  check<4>(axpy<u64>, false);
}

template <class T>
constexpr auto guarded_axpy = eg::kernel<"guarded">(
    [](gpu& g, in<T, "X"> x, scalar<T, "alpha"> alpha, inout<T, "Y"> y, scalar<u32, "n"> n) {
      auto i = g.thread_position_in_grid();
      g.if_(i < n, [&] { y[i] += alpha * x[i]; });
    });

TEST(vectorised, guards) {
  check<4>(guarded_axpy<f32>, true);
  check<4>(guarded_axpy<u8>, true);
}

// Comparisons, bools in and out of memory, a condition that is the same for all.
constexpr auto choices =
    eg::kernel<"choices">([](gpu& g, in<f32, "X"> x, in<bool, "M"> m, scalar<bool, "on"> on,
                             scalar<f32, "limit"> limit, out<bool, "B"> b, out<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      auto const v = x[i];
      auto const large = v > limit || !m[i];
      b[i] = large && v < 4.0f;
      y[i] = select(select(v, limit, on), eg::abs(v) + limit, large);
      g.if_(on, [&] { y[i] = eg::min(v, limit); });
    });

// Variables and loops, as often for all elements.
constexpr auto loops = eg::kernel<"loops">(
    [](gpu& g, in<i32, "X"> x, in<i32, "Table"> table, scalar<u8, "rounds"> rounds, out<i32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      auto sum = g.variable(1);
      auto same = g.variable(3);
      g.for_range(eg::cast<i32>(rounds) & 7, [&](auto k) {
        sum = sum * x[i] + k + table[0];
        same += k;
      });
      g.while_([&] { return same > 1; },
               [&] {
                 sum += same;
                 same = same / 2;
               });
      y[i] = sum;
    });

// Types of other widths; shifts, which scalars of 8 bits do in 32; a function of the author's.
constexpr auto poly = eg::function<"poly">([](eg::value<f32> v) { return v * v - 2.0f * v; });
constexpr auto conversions = eg::kernel<"conversions">(
    [](gpu& g, in<u8, "X"> x, in<f16, "H"> h, out<f32, "Y"> y, out<u8, "Z"> z, out<i64, "L"> l) {
      auto i = g.thread_position_in_grid();
      y[i] = poly(eg::cast<f32>(h[i])) + eg::cast<f32>(x[i]);
      z[i] = (x[i] << (x[i] & 15)) + (x[i] >> 3) + eg::as_type<u8>(eg::cast<eg::i8>(h[i]));
      l[i] = eg::cast<i64>(x[i]) << 33;
    });

// The position as a number, and elements further on by a promise.
constexpr auto positions = eg::kernel<"positions">(
    [](gpu& g, in<f32, "Far"> far, scalar<u32, "offset"> offset, out<u32, "Y"> y, out<f32, "Z"> z) {
      auto i = g.thread_position_in_grid();
      y[i] = (i + 3u) * i - eg::cast<u32>(eg::cast<u8>(i));
      auto const more = eg::multiple_of<4>(offset);
      z[i] = far[i + more] - far.from(more)[i] + far.from(4)[i] + far[i + 4u] + eg::cast<f32>(i);
    });

TEST(vectorised, choices) {
  check<6>(choices, false);
}
TEST(vectorised, variables_and_loops) {
  check<4>(loops, false);
}
TEST(vectorised, conversions_and_functions) {
  check<5>(conversions, false);
}
TEST(vectorised, positions_and_offsets) {
  check<4>(positions, false);
}

// ---- Random kernels ------------------------------------------------------------------------------------

/// Operations on elements of eight types in random order: values by number, as the typed handles make them.
struct random_body {
  std::uint64_t seed;

  void operator()(gpu& g, in<bool, "B"> b, in<u8, "C"> c, in<i16, "S"> s, in<i32, "I"> i, in<u64, "L"> l,
                  in<f16, "H"> h, in<bf16, "G"> bf, in<f32, "F"> f, out<bool, "YB"> yb, out<u8, "YC"> yc,
                  out<i16, "YS"> ys, out<i32, "YI"> yi, out<u64, "YL"> yl, out<f16, "YH"> yh,
                  out<bf16, "YG"> yg, out<f32, "YF"> yf, scalar<f32, "a"> a, scalar<i32, "k"> k,
                  scalar<u32, "n"> n) const {
    auto const at = g.thread_position_in_grid();
    auto const elements = [&] {
      generator it{std::mt19937_64(seed), f.owner(), {}};
      auto const load = [&](auto const&... buffer) {
        (..., it.known.push_back(buffer[at].id_in(f.owner())));
      };
      load(b, c, s, i, l, h, bf, f);
      it.known.push_back(eg::value<f32>(a).id_in(f.owner()));
      it.known.push_back(eg::value<i32>(k).id_in(f.owner()));
      it.known.push_back(eg::cast<i32>(at).id_in(f.owner()));
      for (std::uint64_t steps = 10 + seed % 20; steps != 0; --steps)
        it.step();
      auto const store = [&](auto const&... buffer) { (..., it.store(buffer, at)); };
      store(yb, yc, ys, yi, yl, yh, yg, yf);
    };
    if (seed % 2 == 0)
      g.if_(at < n, elements);
    else
      elements();
  }

private:
  struct generator {
    using id = eg::value_id;
    std::mt19937_64 random;
    eg::detail::builder* b;
    std::vector<id> known;

    type at(id x) const { return b->type_at(x); }
    std::uint64_t below(std::uint64_t count) { return random() % count; }
    id any() { return known[below(known.size())]; }
    /// One of the type, at best the latest; else of another, converted.
    id of(type t) {
      id const x = any();
      return at(x) == t ? x : convert(t, x);
    }
    id convert(type t, id x) {
      if (at(x) == t)
        return x;
      if (at(x).is_floating() && t.is_integer()) { // what an integer can hold
        id const small = b->pure(op::clamp, at(x), x, number(at(x), 0), number(at(x), 100));
        return b->pure(op::convert, t, b->pure(op::select, at(x), number(at(x), 0), small, ordered(x)));
      }
      return b->pure(op::convert, t, x);
    }
    id ordered(id x) { return b->pure(op::eq, type_of<bool>, x, x); }
    id number(type t, int x) {
      return b->constant(t, t.element == element_kind::float16    ? eg::constant_bits(f16(float(x)))
                            : t.element == element_kind::bfloat16 ? eg::constant_bits(bf16(float(x)))
                            : t.is_floating()                     ? eg::constant_bits(float(x))
                                                                  : eg::integer_bits(t.element, x));
    }

    void step() {
      static constexpr op sums[] = {op::add, op::sub, op::mul, op::min, op::max, op::fma, op::neg, op::abs};
      static constexpr op words[] = {op::bit_and, op::bit_or, op::bit_xor,  op::bit_not,     op::mulhi,
                                     op::hadd,    op::rhadd,  op::addsat,   op::subsat,      op::rotate,
                                     op::clz,     op::ctz,    op::popcount, op::reverse_bits};
      static constexpr op compares[] = {op::eq, op::ne, op::lt, op::le, op::gt, op::ge};
      static constexpr op rounds[] = {op::floor, op::ceil, op::trunc, op::rint, op::sign, op::fract};
      id const x = any();
      type const t = at(x);
      auto const pick = [&](auto const& list) { return list[below(std::size(list))]; };
      id y = eg::no_value;
      switch (below(8)) {
      case 0:
        y = b->pure(pick(compares), type_of<bool>, x, of(t));
        if (t.is_boolean())
          y = b->pure(below(2) == 0 ? op::logical_and : op::logical_or, t, x, of(t));
        break;
      case 1: {
        id const ids[] = {of(t), of(type_of<bool>)};
        y = b->pure(op::select, t, x, ids[0], ids[1]);
        break;
      }
      case 2: {
        constexpr element_kind kinds[] = {element_kind::boolean,  element_kind::uint8,  element_kind::int16,
                                          element_kind::int32,    element_kind::uint64, element_kind::float16,
                                          element_kind::bfloat16, element_kind::float32};
        y = convert({pick(kinds), 1}, x);
        break;
      }
      case 3:
        if (!t.is_integer())
          return;
        if (below(2) == 0) { // by a count that differs
          id const count = b->pure(op::bit_and, t, of(t), number(t, 8 * eg::size_in_bytes(t.element) - 1));
          y = b->pure(below(2) == 0 ? op::shl : op::shr, t, x, count);
        } else {
          y = b->pure(below(2) == 0 ? op::shl : op::shr, t, x, number(t, static_cast<int>(below(8))));
        }
        break;
      case 4:
        if (t.is_integer()) {
          id const one = b->pure(op::bit_or, t, b->pure(op::bit_and, t, of(t), number(t, 15)), number(t, 1));
          y = b->pure(op::div, t, x, one);
        } else if (t.is_floating()) {
          y = b->pure(pick(rounds), t, x);
        }
        break;
      case 5: {
        if (!t.is_integer())
          return;
        op const code = pick(words);
        id const second = info(code).operands > 1 ? of(t) : eg::no_value;
        y = b->pure(code, t, x, second);
        break;
      }
      default: {
        if (t.is_boolean())
          return;
        op code = pick(sums);
        if (!t.is_floating() && code == op::fma)
          code = op::add;
        id ids[] = {eg::no_value, eg::no_value};
        for (int k = 0; k + 1 < info(code).operands; ++k)
          ids[k] = of(t);
        y = b->pure(code, t, x, ids[0], ids[1]);
      }
      }
      if (y != eg::no_value)
        known.push_back(y);
    }

    template <class Buffer, class At>
    void store(Buffer const& buffer, At const& at_) {
      type const t = type_of<typename Buffer::element_type>;
      id x = of(t);
      for (int tries = 0; tries < 6; ++tries) // rather something computed
        if (id const other = known[known.size() - 1 - below(known.size() / 2)]; at(other) == t)
          x = other;
      buffer[at_] = eg::value<typename Buffer::element_type>(b, x);
    }
  };
};

TEST(vectorised, random_kernels) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    pair<19> const both(eg::kernel<"random">(random_body{seed}), seed % 3 == 0 ? 2 : 4, seed < 6);
    for (u32 const n : {1u, 2u, 3u, 4u, 5u, 31u, 66u})
      if (!both.agree(n, n, seed))
        return;
  }
}

} // namespace
