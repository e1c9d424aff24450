// SPDX-License-Identifier: MIT
// Memory seen as elements of another type: on the host at every coordinate of random layouts, against memcpy;
// what is refused, in which words; what the executor says of such accesses.
#include "naive.hpp"

#include <enigma/codegen.hpp>
#include <enigma/runtime.hpp>

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

using namespace enigma;

namespace {

std::string words_of(auto const& f) {
  try {
    f();
  } catch (error const& e) {
    return e.what();
  }
  return "not refused";
}

template <class T>
std::vector<T> random_bits(naive::random_layouts& random, std::int64_t n) {
  std::vector<T> r(static_cast<std::size_t>(n));
  auto* const bytes = reinterpret_cast<unsigned char*>(r.data());
  for (std::size_t i = 0; i < r.size() * sizeof(T); ++i)
    bytes[i] = static_cast<unsigned char>(random.up_to(255));
  return r;
}
template <class U, class T>
U bits_at(std::vector<T> const& data, std::int64_t element_of_u) {
  U r;
  std::memcpy(
      &r, reinterpret_cast<unsigned char const*>(data.data()) + element_of_u * static_cast<int>(sizeof(U)),
      sizeof(U));
  return r;
}
template <class X>
bool same_bits(X const& a, X const& b) {
  return std::memcmp(&a, &b, sizeof(X)) == 0;
}

/// A random layout whose elements lie in whole groups of n, and an offset that is a multiple.
struct grouped {
  layout l;
  std::int64_t offset = 0;
};
grouped random_groups(naive::random_layouts& random, std::int64_t n) {
  std::vector<std::vector<std::int64_t>> modes(static_cast<std::size_t>(1 + random.up_to(2)));
  for (auto& mode : modes)
    for (int k = 1 + random.up_to(1); k > 0; --k)
      mode.push_back(1 + random.up_to(3));
  auto strides = random.strides(naive::leaves(modes), true, false);
  for (auto& d : strides)
    d *= n;
  // One leaf lies together.
  std::size_t const at = static_cast<std::size_t>(random.up_to(static_cast<int>(modes.size()) - 1));
  std::size_t leaf = 0;
  for (std::size_t m = 0; m < at; ++m)
    leaf += modes[m].size();
  modes[at].insert(modes[at].begin(), n);
  strides.insert(strides.begin() + static_cast<std::ptrdiff_t>(leaf), 1);
  return {naive::layout_of(modes, strides), n * random.up_to(3)};
}

// recast<U>(t)(c') is the bits of n elements of t that lie together, or one part of one; and what is written
// there is what t shows. Every coordinate, and nothing else changes.
template <class T, class U>
void every_coordinate(unsigned seed) {
  naive::random_layouts random(seed);
  constexpr bool widens = sizeof(U) >= sizeof(T);
  constexpr auto n = static_cast<std::int64_t>(widens ? sizeof(U) / sizeof(T) : sizeof(T) / sizeof(U));
  for (int round = 0; round < 100; ++round) {
    auto const [l, offset] = random_groups(random, widens ? n : 2);
    auto const indices = naive::indices(l);
    auto const reach = *std::max_element(indices.begin(), indices.end()) + 1 + offset;
    auto data = random_bits<T>(random, reach + 3);
    auto const before = data;
    auto const t = make_tensor(data, l, offset);
    auto const r = recast<U>(t);
    ASSERT_EQ(to_string(r.layout()), to_string(recast_layout(detail::with_strides_that_count(l, !widens),
                                                             8 * sizeof(T), 8 * sizeof(U))));
    ASSERT_EQ(size(r) * static_cast<std::int64_t>(sizeof(U)), size(t) * static_cast<std::int64_t>(sizeof(T)));
    auto const fresh = random_bits<U>(random, size(r));
    auto expected = data;
    for (std::int64_t i = 0; i < size(r); ++i) {
      auto const at = (widens ? offset / n : offset * n) + r.layout()(i);
      ASSERT_TRUE(same_bits(static_cast<U>(r(i)), bits_at<U>(before, at))) << to_string(l);
      std::memcpy(reinterpret_cast<unsigned char*>(expected.data()) + at * static_cast<int>(sizeof(U)),
                  &fresh[static_cast<std::size_t>(i)], sizeof(U));
    }
    r.store(make_tensor(fresh, make_layout(r.shape())).load());
    ASSERT_EQ(std::memcmp(data.data(), expected.data(), data.size() * sizeof(T)), 0) << to_string(l);
    // There and back is the tensor itself, as long as it is a tensor in memory.
    for (std::int64_t i = 0; i < size(r); ++i)
      ASSERT_TRUE(same_bits(static_cast<U>(r(i)), fresh[static_cast<std::size_t>(i)]));
  }
}
TEST(Recast, OfHostMemoryIsBitForBit) {
  every_coordinate<f16, u32>(1);
  every_coordinate<f16, float>(2);
  every_coordinate<bf16, u64>(3);
  every_coordinate<i8, u32>(4);
  every_coordinate<u8, double>(5);
  every_coordinate<float, u32>(6);
  every_coordinate<float, f16>(7);
  every_coordinate<double, i8>(8);
  every_coordinate<u32, u8>(9);
  every_coordinate<std::int64_t, std::int16_t>(10);
}

constexpr float numbers[] = {1.0f, -2.0f, 0.5f, 1.5f};
static_assert(recast<u32>(make_tensor(numbers, layout(4)))(1) == 0xc0000000u);
static_assert(recast<u16>(make_tensor(numbers, layout(4)))(5) == 0x3f00);
static_assert(recast<u64>(make_tensor(numbers, layout{{2, 2}, {2, 1}}))(1, 0) == 0x3fc000003f000000u);

// A tile that is written over what it is read from, through another type: read as a whole first.
TEST(Recast, KnowsThatMemoriesOverlap) {
  std::vector<u32> data{1, 2, 3, 4};
  auto const whole = make_tensor(data, layout(4));
  auto const halves = recast<u16>(make_tensor(data, layout(2)));
  whole.store(cast<u32>(halves.load())); // 1,0,2,0
  EXPECT_EQ(data, (std::vector<u32>{1, 0, 2, 0}));
}

TEST(Recast, RefusesOnTheHost) {
  std::vector<f16> data(64);
  EXPECT_EQ(
      words_of([&] { (void)recast<u32>(make_tensor(data, layout{{4, 8}, {8, 1}}, 3)); }),
      "recast of (4,8):(8,1) at offset 3 from 16 to 32 bits refused: the offset is no multiple of 2; 2 and "
      "4 are");
  EXPECT_EQ(words_of([&] { (void)recast<u64>(make_tensor(data, layout{{4, 8}, {9, 1}})); }),
            "recast of (4,8):(9,1) from 16 to 64 bits refused: leaf 4:9 steps from one element of 4 into the "
            "middle of another: neither of 4 and 9 divides the other; to 16 bits it is (4,8):(9,1)");
  EXPECT_EQ(words_of([&] { (void)recast<u64>(make_tensor(data, layout{{4, 6}, {6, 1}})); }),
            "recast of (4,6):(6,1) from 16 to 64 bits refused: leaf 4:6 steps from one element of 4 into the "
            "middle of another: neither of 4 and 6 divides the other; to 32 bits it is (4,3):(3,1)");
  EXPECT_EQ(
      words_of([&] { (void)recast<u32>(make_tensor(data, layout{{4, 3}, {4, 1}})); }),
      "recast of (4,3):(4,1) from 16 to 32 bits refused: the layout has some of the 2 parts of an element "
      "without the others; to 16 bits it is (4,3):(4,1)");
  EXPECT_EQ(
      words_of([&] { (void)recast<u32>(make_tensor(data, layout{8, 2})); }),
      "recast of 8:2 from 16 to 32 bits refused: the layout has some of the 2 parts of an element without "
      "the others; to 16 bits it is 8:2");
  std::vector<u32> wide(64);
  EXPECT_EQ(words_of([&] { (void)recast<u16>(make_tensor(wide, layout{8, 2})); }),
            "recast of 8:2 from 32 to 16 bits refused: no leaf has stride 1, along which the 2 parts of an "
            "element could lie; to 32 bits it is 8:2");
}

// What recast accepts has whole elements: each of its elements, n neighbours of the layout, each once.
TEST(Recast, TakesWholeElementsAlone) {
  naive::random_layouts random(11);
  int taken = 0, left = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::vector<std::int64_t>> modes(2);
    for (auto& mode : modes)
      for (int k = 1 + random.up_to(1); k > 0; --k)
        mode.push_back(1 + random.up_to(4));
    std::vector<std::int64_t> strides;
    for (std::size_t k = naive::leaves(modes).size(); k > 0; --k) {
      constexpr std::int64_t some[] = {0, 1, 1, 2, 2, 3, 4, 6, 8, 16};
      strides.push_back(some[random.up_to(9)]);
    }
    layout const l = naive::layout_of(modes, strides);
    std::int64_t const n = random.once_in(2) ? 2 : 4;
    layout r;
    detail::trouble why;
    if (!detail::recast_view_in(r, l, 16, 16 * n, why)) {
      ++left;
      continue;
    }
    ++taken;
    std::vector<std::int64_t> of_l = naive::indices(l), of_r;
    for (std::int64_t const i : naive::indices(r))
      for (std::int64_t j = 0; j < n; ++j)
        of_r.push_back(n * i + j);
    std::sort(of_l.begin(), of_l.end());
    std::sort(of_r.begin(), of_r.end());
    ASSERT_EQ(of_l, of_r) << to_string(l) << " by " << n << " is " << to_string(r);
  }
  EXPECT_GT(taken, 100);
  EXPECT_GT(left, 100);
}

template <class Body>
std::string refusal_of_kernel(Body const& body) {
  return words_of([&] { compile(kernel<"k">(body)); });
}

TEST(Recast, RefusesInAKernel) {
  EXPECT_EQ(
      refusal_of_kernel([](gpu& g, in<f16, "A"> a, scalar<u32, "first"> first) {
        auto const rows = make_tensor(a, layout{{64, 8}, {1, 1}})(first, _);
        (void)g, (void)recast<u32>(rows);
      }),
      "recast of (8):(1) from 16 to 32 bits refused: its offset is a value of the kernel, of which is known "
      "that it is a multiple of 1, and not of 2; let it be i * 2, or promise it with multiple_of<2>");
  EXPECT_EQ(refusal_of_kernel([](gpu& g, in<f16, "A"> a, scalar<u32, "first"> first) {
              auto const rows = make_tensor(a, layout{{64, 8}, {1, 1}})(multiple_of<2>(first), _);
              (void)g, (void)recast<u32>(rows);
            }),
            "not refused");
  auto const swizzled = [](gpu& g, int base) {
    return make_tensor(g.threadgroup_memory<f16, "s">(512),
                       composed_layout({2, base, 3}, 0, layout{{16, 32}, {32, 1}}));
  };
  EXPECT_EQ(refusal_of_kernel([&](gpu& g) { (void)recast<u64>(swizzled(g, 1)); }),
            "recast of Sw<2,1,3> o (16,32):(32,1) from 16 to 64 bits refused: the swizzle keeps 2 elements "
            "together, an element of 64 bits is 4; take a swizzle of that base");
  EXPECT_EQ(refusal_of_kernel([&](gpu& g) { (void)recast<u64>(swizzled(g, 2)); }), "not refused");
  EXPECT_EQ(
      refusal_of_kernel([](gpu& g, out<u32, "C"> c) {
        recast<u16>(make_tensor(c, layout(32)))(g.thread_position_in_grid()) = u16{1};
      }),
      "recast: a write of 1 u16 refused: 2 of them are one u32 of the memory, which is written as a whole; "
      "write 2 that lie together and begin at a multiple of that");
}

// begin recast
/// |x|, two halves at a time: a word has the signs of both.
constexpr auto magnitudes = kernel<"magnitudes">([](gpu& g, in<f16, "X"> x, out<f16, "Y"> y) {
  auto const row = g.thread_position_in_grid();
  auto const X = recast<u32>(make_tensor(x, layout{{64, 8}, {8, 1}})); // (64,4):(4,1)
  auto const Y = recast<u32>(make_tensor(y, layout{{64, 8}, {8, 1}}));
  Y(row, _).store(X(row, _).load() & 0x7fff7fffu);
});
// end recast
TEST(Recast, ReadsAsAnExpertWouldWriteIt) {
  auto const compiled = compile(magnitudes);
  EXPECT_NE(compiled.metal_source().find(
                "  *(device uint4*)(Y + v0) = *(const device uint4*)(X + v0) & 2147450879u;\n"),
            std::string_view::npos)
      << compiled.metal_source();
  std::vector<f16> x(512), y(512);
  for (int i = 0; i < 512; ++i)
    x[static_cast<std::size_t>(i)] = f16(static_cast<float>(i % 37 - 18));
  runtime(backend::cpu, 1).execute(compiled, dispatch{.block = 64, .total = 64}, in(x), out(y));
  for (std::size_t i = 0; i < 512; ++i)
    EXPECT_EQ(static_cast<float>(y[i]), std::abs(static_cast<float>(x[i])));
}

// ---- What the executor says -----------------------------------------------------------------------------

constexpr auto move_16_bytes = make_tiled_copy(copy_atom<16>{}, make_layout(32), make_layout(8));
constexpr auto moves =
    kernel<"moves">([](gpu& g, in<f16, "A"> a, out<f16, "C"> c, scalar<u32, "apart"> apart) {
      auto const mine = move_16_bytes.slice(g.thread_position_in_grid());
      auto const rows = make_tensor(a, make_shape(4, 256), make_stride(multiple_of<8>(apart), 1));
      copy(move_16_bytes, mine.partition_S(rows(1, _)), mine.partition_D(make_tensor(c, layout(256))));
    });
constexpr auto shares = kernel<"shares">([](gpu& g, out<u32, "C"> c) {
  auto const tid = g.thread_position_in_threadgroup();
  auto const shared = make_tensor(g.threadgroup_memory<f16, "s">(64), layout{{8, 8}, {8, 1}});
  g.if_(tid < 4u, [&] { recast<u32>(shared)(tid, _).store(tid); });
  g.threadgroup_barrier();
  make_tensor(c, layout{{8, 4}, {4, 1}})(tid, _).store(recast<u32>(shared)(tid, _).load());
});
TEST(Recast, ChecksTheBytesOfAnAccess) {
  runtime rt(backend::cpu, 1);
  std::vector<f16> a(516), c(256);
  std::vector<u32> words(32);
  auto const compiled = compile(moves);
  auto const run = [&](u32 apart) {
    return words_of(
        [&] { rt.execute(compiled, dispatch{.block = 32, .total = 32}, in(a), out(c), scalar(apart)); });
  };
  EXPECT_EQ(run(256), "not refused");
  EXPECT_EQ(run(264), "moves: load of 8 elements from A at index 512 is out of range (length 516) in thread "
                      "(31,0,0)");
  EXPECT_EQ(run(260), "moves: check failed in thread (0,0,0): what multiple_of promises is a multiple");
  EXPECT_EQ(
      words_of([&] { rt.execute(compile(shares), dispatch{.grid = 1, .block = 8}, out(words)); }),
      "shares: load of 8 elements from s at index 32 reads threadgroup memory that no thread has written, "
      "in thread (4,0,0)");
}

} // namespace
