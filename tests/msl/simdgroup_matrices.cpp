// SPDX-License-Identifier: MIT
// Matrices of a simdgroup: the executor, the text run by the machine, and plain C++, bit by bit.
#include "both.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace {

namespace eg = enigma;
using boost::hana::at_c;
using eg::bf16;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::i64;
using eg::u32;
using eg::u64;
using witness::both;

constexpr witness::shape one_simdgroup{32, 32};

// ---- Plain C++ -------------------------------------------------------------------------------------

/// 8 x 8 numbers, row after row.
template <class T>
using block = std::vector<T>;

template <class T>
block<T> taken(std::vector<T> const& from, std::size_t offset, std::size_t per_row, bool transpose) {
  block<T> m;
  for (std::size_t r = 0; r < 8; ++r)
    for (std::size_t c = 0; c < 8; ++c)
      m.push_back(from[offset + (transpose ? c * per_row + r : r * per_row + c)]);
  return m;
}
template <class T>
void put(block<T> const& m, std::vector<T>& to, std::size_t offset, std::size_t per_row, bool transpose) {
  for (std::size_t r = 0; r < 8; ++r)
    for (std::size_t c = 0; c < 8; ++c)
      to[offset + (transpose ? c * per_row + r : r * per_row + c)] = m[8 * r + c];
}
template <class D, class A>
block<D> multiplied(block<A> const& a, block<A> const& b, block<D> const* sum = nullptr) {
  block<D> d;
  for (std::size_t r = 0; r < 8; ++r)
    for (std::size_t c = 0; c < 8; ++c) {
      float x = sum == nullptr ? 0.0f : static_cast<float>((*sum)[8 * r + c]);
      for (std::size_t k = 0; k < 8; ++k)
        x += static_cast<float>(a[8 * r + k]) * static_cast<float>(b[8 * k + c]);
      d.push_back(static_cast<D>(x));
    }
  return d;
}

template <class T>
std::vector<T> random_numbers(std::size_t n, unsigned seed) {
  std::mt19937 bits(seed);
  std::vector<T> all;
  for (std::size_t i = 0; i < n; ++i)
    all.push_back(static_cast<T>(static_cast<float>(static_cast<int>(bits() % 4001) - 2000) / 128.0f));
  return all;
}
/// Zeros of both signs, infinities, NaN, the largest and the smallest numbers among ordinary ones.
template <class T>
std::vector<T> edges(std::size_t n, unsigned seed) {
  using limits = std::numeric_limits<float>;
  std::vector<T> all = random_numbers<T>(n, seed);
  float const special[] = {0.0f,
                           -0.0f,
                           limits::infinity(),
                           -limits::infinity(),
                           limits::quiet_NaN(),
                           limits::max(),
                           limits::min(),
                           1e-3f,
                           limits::denorm_min(),
                           65504.0f,
                           -6e-8f,
                           1.0f};
  std::mt19937 bits(seed + 1);
  for (std::size_t i = 0; i < n; i += 1 + bits() % 9)
    all[i] = static_cast<T>(special[bits() % std::size(special)]);
  return all;
}

template <class T>
void expect_same(std::vector<T> const& found, std::vector<T> const& wanted, char const* what) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    ASSERT_TRUE(witness::same(found[i], wanted[i]))
        << what << "[" << i << "] is " << static_cast<float>(found[i]) << ", not "
        << static_cast<float>(wanted[i]);
}

// ---- Loads and stores ------------------------------------------------------------------------------

/// From anywhere to anywhere, in device memory and through the threadgroup's; each threadgroup with rows of
/// its own length.
template <class T, bool FromTransposed, bool ToTransposed>
void copies() {
  auto const copy = eg::kernel<"copy_matrix">(
      [](eg::gpu& g, eg::in<T, "A"> A, eg::in<i64, "L"> lengths, eg::out<T, "B"> B, eg::inout<T, "C"> C) {
        auto group = g.threadgroup_position_in_grid();
        auto ld = lengths[group];
        auto from = group * 600u + 37u;
        auto m = simdgroup_load(A, from, ld, {.transpose = FromTransposed});
        simdgroup_store(m, B, from + 1u, ld, {.transpose = ToTransposed});
        auto tile = g.template threadgroup_memory<T, "tile">(160);
        simdgroup_store(m, tile, 3, 17, {.transpose = ToTransposed});
        g.simdgroup_barrier();
        auto back = simdgroup_load(tile, 3, 17, {.transpose = FromTransposed});
        auto rows = eg::cast<i32>(ld);
        simdgroup_store(back, C, rows, eg::matrix_origin{eg::cast<i32>(group) * 600 + 5, 2},
                        {.transpose = ToTransposed});
        g.simdgroup_barrier(eg::mem_flags::device);
        simdgroup_store(simdgroup_load(C, group * 600u), C, group * 600u + 512u);
      });
  std::vector<i64> const lengths{8, 11, 20};
  std::vector<T> const A = edges<T>(1800, 7);
  std::vector<T> B(1800), C = random_numbers<T>(1800, 8), wanted_b = B, wanted_c = C;
  ASSERT_TRUE(both(eg::compile(copy), {96, 32}, eg::in(A), eg::in(lengths), eg::out(B), eg::inout(C)));
  for (std::size_t group = 0; group < 3; ++group) {
    std::size_t const first = 600 * group, ld = static_cast<std::size_t>(lengths[group]);
    auto const m = taken(A, first + 37, ld, FromTransposed);
    put(m, wanted_b, first + 38, ld, ToTransposed);
    std::vector<T> tile(160);
    put(m, tile, 3, 17, ToTransposed);
    put(taken(tile, 3, 17, FromTransposed), wanted_c, first + 2 * ld + 5, ld, ToTransposed);
    put(taken(wanted_c, first, 8, false), wanted_c, first + 512, 8, false);
  }
  expect_same(B, wanted_b, "B");
  expect_same(C, wanted_c, "C");
}
TEST(SimdgroupMatrices, GoFromMemoryToMemory) {
  copies<f32, false, false>();
  copies<f32, false, true>();
  copies<f32, true, false>();
  copies<f32, true, true>();
  copies<f16, true, false>();
  copies<bf16, false, true>();
}

// ---- Products --------------------------------------------------------------------------------------

/// Each simdgroup with matrices of its own.
template <class T, class D>
void products() {
  auto const multiply = eg::kernel<"products">([](eg::gpu& g, eg::in<T, "A"> A, eg::in<D, "B"> B,
                                                  eg::out<D, "C"> C) {
    auto simd = g.threadgroup_position_in_grid();
    auto a = simdgroup_load(A, simd * 128u);
    auto b = simdgroup_load(A, simd * 128u + 64u, 8, {.transpose = true});
    simdgroup_store(eg::simdgroup_multiply<D>(a, b), C, simd * 256u);
    simdgroup_store(simdgroup_multiply_accumulate(a, b, simdgroup_load(B, simd * 64u)), C, simd * 256u + 64u);
    auto d = make_diagonal_simdgroup_matrix(g, A[5]), f = eg::make_filled_simdgroup_matrix<T>(g, 3);
    auto e = eg::make_diagonal_simdgroup_matrix<D>(g, 0.5f);
    simdgroup_store(simdgroup_multiply_accumulate(d, f, e), C, simd * 256u + 128u);
    if constexpr (std::same_as<T, D>)
      simdgroup_store(a * b, C, simd * 256u + 192u);
  });
  std::size_t const n = 16;
  std::vector<T> A = random_numbers<T>(128 * n, 1);
  std::vector<D> B = random_numbers<D>(64 * n, 2), C(256 * n), wanted(256 * n);
  auto const strange_a = edges<T>(128 * n, 3);
  auto const strange_b = edges<D>(64 * n, 4);
  std::copy(strange_a.begin() + 64 * n, strange_a.end(), A.begin() + 64 * n);
  std::copy(strange_b.begin() + 32 * n, strange_b.end(), B.begin() + 32 * n);
  ASSERT_TRUE(both(eg::compile(multiply), {32 * n, 32}, eg::in(A), eg::in(B), eg::out(C)));
  for (std::size_t i = 0; i < n; ++i) {
    auto const a = taken(A, 128 * i, 8, false), b = taken(A, 128 * i + 64, 8, true);
    auto const c = taken(B, 64 * i, 8, false);
    put(multiplied<D>(a, b), wanted, 256 * i, 8, false);
    put(multiplied(a, b, &c), wanted, 256 * i + 64, 8, false);
    block<T> diagonal(64), filled(64, static_cast<T>(3.0f));
    block<D> half(64);
    for (std::size_t k = 0; k < 64; k += 9)
      diagonal[k] = A[5], half[k] = static_cast<D>(0.5f);
    put(multiplied(diagonal, filled, &half), wanted, 256 * i + 128, 8, false);
    if constexpr (std::same_as<T, D>)
      put(multiplied<D>(a, b), wanted, 256 * i + 192, 8, false);
  }
  expect_same(C, wanted, "C");
}
TEST(SimdgroupMatrices, MultiplyInTheTypesThatMetalHas) {
  products<f32, f32>();
  products<f16, f16>();
  products<f16, f32>();
  products<bf16, bf16>();
  products<bf16, f32>();
}

// ---- Elements of threads ---------------------------------------------------------------------------

static_assert(size(eg::simdgroup_matrix_tv.layout) == 64 && eg::is_partition(eg::simdgroup_matrix_tv));

/// Each thread finds where its elements are, in the layout, by position_of_thread_element and in memory.
TEST(SimdgroupMatrices, TheLayoutSaysWhichThreadHasWhichElement) {
  auto const places =
      eg::kernel<"places">([](eg::gpu& g, eg::in<f32, "A"> A, eg::out<f32, "E"> E, eg::out<u32, "P"> P) {
        auto lane = g.thread_index_in_simdgroup();
        auto m = simdgroup_load(A);
        for (int i = 0; i < 2; ++i) {
          E[lane * 2u + static_cast<u32>(i)] = thread_element(m, i);
          auto const [row, column] = position_of_thread_element(g, i);
          P[lane * 2u + static_cast<u32>(i)] = row + 8u * column;
        }
      });
  std::vector<f32> A(64), E(64);
  std::vector<u32> P(64);
  for (std::size_t i = 0; i < 64; ++i)
    A[i] = static_cast<f32>(i % 8 * 8 + i / 8); // element (r, c) is r + 8 c
  ASSERT_TRUE(both(eg::compile(places), one_simdgroup, eg::in(A), eg::out(E), eg::out(P)));
  for (int lane = 0; lane < 32; ++lane)
    for (int i = 0; i < 2; ++i) {
      auto const place = eg::simdgroup_matrix_tv.layout(lane, i);
      EXPECT_EQ(static_cast<std::int64_t>(P[static_cast<std::size_t>(2 * lane + i)]), place);
      EXPECT_EQ(static_cast<std::int64_t>(E[static_cast<std::size_t>(2 * lane + i)]), place);
    }
}

/// Exchanged, transformed in place, of another type, and row sums between lanes, as a softmax has them.
TEST(SimdgroupMatrices, ElementsAreReadAndMade) {
  auto const change =
      eg::kernel<"change">([](eg::gpu& g, eg::in<f32, "A"> A, eg::out<f32, "B"> B, eg::out<f16, "C"> C) {
        auto acc = g.variable<"acc">(simdgroup_load(A));
        acc = transform(acc, [](auto x) { return max(x, 0.0f) * 2.0f; });
        simdgroup_store(acc, B);
        acc = eg::make_simdgroup_matrix(thread_element(acc, 1), thread_element(acc, 0)); // not in place
        simdgroup_store(acc, B, 64);
        simdgroup_store(transform(acc, [](auto x) { return eg::cast<f16>(x); }), C);
        auto sum = thread_element(acc, 0) + thread_element(acc, 1);
        sum = sum + simd_shuffle_xor(sum, 1);
        sum = sum + simd_shuffle_xor(sum, 8);
        acc = transform(acc, [&](auto x) { return x / (sum + 1.0f); });
        simdgroup_store(acc, B, 128);
        acc = eg::make_simdgroup_matrix(thread_element(acc, 0) + 1.0f, 7.0f);
        simdgroup_store(acc, B, 192);
      });
  auto const compiled = eg::compile(change);
  std::string const text(compiled.metal_source());
  EXPECT_NE(text.find("  acc.thread_elements()[0] = max(acc.thread_elements()[0], 0.0f) * 2.0f;\n"
                      "  acc.thread_elements()[1] = max(acc.thread_elements()[1], 0.0f) * 2.0f;\n"),
            std::string::npos)
      << text;
  std::vector<f32> const A = random_numbers<f32>(64, 3);
  std::vector<f32> B(256), wanted(256);
  std::vector<f16> C(64), wanted_c(64);
  ASSERT_TRUE(both(compiled, one_simdgroup, eg::in(A), eg::out(B), eg::out(C)));
  for (std::size_t i = 0; i < 64; ++i)
    wanted[i] = wanted[64 + (i ^ 1)] = std::max(A[i], 0.0f) * 2.0f;
  for (std::size_t i = 0; i < 64; ++i) {
    wanted_c[i] = static_cast<f16>(wanted[64 + i]);
    auto const x = [&](std::size_t c) { return wanted[64 + i / 8 * 8 + c]; };
    wanted[128 + i] =
        wanted[64 + i] / (((x(0) + x(1)) + (x(2) + x(3))) + ((x(4) + x(5)) + (x(6) + x(7))) + 1.0f);
    wanted[192 + i] = i % 2 == 0 ? wanted[128 + i] + 1.0f : 7.0f;
  }
  expect_same(C, wanted_c, "C");
  for (std::size_t i = 0; i < 256; ++i)
    EXPECT_NEAR(B[i], wanted[i], i < 128 ? 0.0f : 1e-5f) << i;
}

// ---- A product of matrices of any size -------------------------------------------------------------

/// 16 x 16 of C by the four simdgroups of a threadgroup, 8 x 8 each, staged in threadgroup memory.
inline constexpr auto gemm =
    eg::kernel<"gemm">([](eg::gpu& g, eg::in<f16, "A"> A, eg::in<f16, "B"> B, eg::inout<f32, "C"> C,
                          eg::scalar<u32, "K"> K, eg::scalar<u32, "N"> N) {
      auto group = g.threadgroup_position_in_grid();
      auto thread = eg::named<"thread">(g.thread_index_in_threadgroup());
      auto simd = g.simdgroup_index_in_threadgroup();
      auto row = eg::named<"row">(simd / 2u * 8u), column = eg::named<"column">(simd % 2u * 8u);
      auto As = g.threadgroup_memory<f16, "As">(16 * 8);
      auto Bs = g.threadgroup_memory<f16, "Bs">(8 * 16);
      auto place = eg::named<"place">((group.y * 16u + row) * N + group.x * 16u + column);
      auto acc = g.variable<"acc">(simdgroup_load(C, place, N));
      g.for_range(0u, K, 8u, [&](auto k) {
        As[thread] = A[(group.y * 16u + thread / 8u) * K + k + thread % 8u];
        Bs[thread] = B[(k + thread / 16u) * N + group.x * 16u + thread % 16u];
        g.threadgroup_barrier();
        auto a = eg::named<"a">(simdgroup_load(As, row * 8u));
        auto b = eg::named<"b">(simdgroup_load(Bs, column, 16));
        acc = simdgroup_multiply_accumulate(a, b, acc);
        g.threadgroup_barrier();
      });
      simdgroup_store(acc, C, place, N);
    });
constexpr auto compiled_gemm = eg::compile<gemm, eg::compile_options{.block = 128}>();
static_assert(compiled_gemm.metal_source().find(R"(
  simdgroup_float8x8 acc;
  simdgroup_load(acc, C + place, N);
  const uint v3 = (v0 + thread_index / 8u) * K;
  const uint v4 = thread_index % 8u;
  const uint v5 = thread_index / 16u;
  const uint v6 = thread_index % 16u;
  const uint v7 = v1 * 64u;
  for (uint i = 0u; i < K; i += 8u) {
    As[thread_index] = A[v3 + i + v4];
    Bs[thread_index] = B[(i + v5) * N + v2 + v6];
)") != std::string_view::npos);
static_assert(compiled_gemm.metal_source().find(R"(
    simdgroup_half8x8 a;
    simdgroup_load(a, As + v7);
    simdgroup_half8x8 b;
    simdgroup_load(b, Bs + column, 16u);
    simdgroup_multiply_accumulate(acc, a, b, acc);
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
  simdgroup_store(acc, C + place, N);
})") != std::string_view::npos);
static_assert(compiled_gemm.metal_source().starts_with(
    "#include <metal_stdlib>\n#include <metal_simdgroup_matrix>\nusing namespace metal;\n"));
static_assert(compiled_gemm.metal_version() == eg::metal_version{2, 3});

TEST(SimdgroupMatrices, MakeAProductOfAnySize) {
  for (std::size_t const K : {8u, 24u})
    for (std::size_t const N : {48u}) {
      std::size_t const M = 32;
      std::vector<f16> const A = random_numbers<f16>(M * K, 1), B = random_numbers<f16>(K * N, 2);
      std::vector<f32> C = random_numbers<f32>(M * N, 3), wanted = C;
      witness::shape const size{{N / 16 * 128, M / 16}, 128};
      ASSERT_TRUE(both(compiled_gemm, size, eg::in(A), eg::in(B), eg::inout(C), static_cast<u32>(K),
                       static_cast<u32>(N)));
      for (std::size_t r = 0; r < M; ++r)
        for (std::size_t c = 0; c < N; ++c)
          for (std::size_t k = 0; k < K; ++k)
            wanted[r * N + c] += static_cast<f32>(A[r * K + k]) * static_cast<f32>(B[k * N + c]);
      expect_same(C, wanted, "C");
    }
}

/// Several sums carried by a loop, and registers of them.
TEST(SimdgroupMatrices, AreCarriedByLoops) {
  auto const sums = eg::kernel<"sums">([](eg::gpu& g, eg::in<f32, "A"> A, eg::out<f32, "C"> C) {
    auto zero = make_filled_simdgroup_matrix(g, 0.0f), one = make_diagonal_simdgroup_matrix(g, 1.0f);
    auto const sums_of =
        g.for_range(0u, 4u, 1u, eg::carry(zero, one, one), [&](auto i, auto p, auto q, auto r) {
          auto m = simdgroup_load(A, i * 64u);
          auto next = simdgroup_multiply(q, m);
          return eg::carry(simdgroup_multiply_accumulate(m, q, p), next,
                           simdgroup_multiply_accumulate(r, m, r));
        });
    simdgroup_store(at_c<0>(sums_of), C);
    simdgroup_store(at_c<1>(sums_of), C, 64);
    simdgroup_store(at_c<2>(sums_of), C, 128);
    auto acc = g.registers<eg::simdgroup_matrix<f32>, 2>(zero);
    g.for_range(0, 2, [&](auto i) {
      eg::range_constexpr<2>([&](auto k) {
        acc[k] = simdgroup_multiply_accumulate(simdgroup_load(A, i * 128 + k * 64), one, acc[k]);
      });
    });
    simdgroup_store(acc[0], C, 192);
    simdgroup_store(acc[1], C, 256);
    auto last = g.for_range(0, 3, eg::carry(one), [&](auto, auto m) { return simdgroup_multiply(m, m); });
    simdgroup_store(last, C, 320);
  });
  auto const compiled = eg::compile(sums);
  std::string const text(compiled.metal_source());
  EXPECT_NE(text.find("simdgroup_multiply_accumulate(x0, v1, x1, x0);"), std::string::npos) << text;
  std::vector<f32> A = random_numbers<f32>(256, 4);
  for (f32& x : A)
    x = std::trunc(x) / 16.0f;
  std::vector<f32> C(384), wanted(384);
  ASSERT_TRUE(both(compiled, one_simdgroup, eg::in(A), eg::out(C)));
  block<f32> one(64), p(64), s0(64), s1(64);
  for (std::size_t i = 0; i < 64; i += 9)
    one[i] = 1.0f;
  block<f32> q = one, r = one;
  for (std::size_t i = 0; i < 4; ++i) {
    auto const m = taken(A, 64 * i, 8, false);
    p = multiplied(m, q, &p);
    q = multiplied<f32>(q, m);
    r = multiplied(r, m, &r);
    block<f32>& s = i % 2 == 0 ? s0 : s1;
    s = multiplied(m, one, &s);
  }
  std::size_t at = 0;
  for (auto const& m : {p, q, r, s0, s1, one})
    put(m, wanted, 64 * at++, 8, false);
  expect_same(C, wanted, "C");
}

/// A store in between, and a store to other elements, keep their order.
TEST(SimdgroupMatrices, LoadsStayOnTheirSideOfStores) {
  auto const turns = eg::kernel<"turns">([](eg::gpu& g, eg::inout<f32, "A"> A) {
    auto lane = g.thread_index_in_simdgroup();
    auto acc = g.variable<"acc">(simdgroup_load(A));
    auto before = simdgroup_load(A, 64);
    g.simdgroup_barrier(eg::mem_flags::device);
    A[lane + 64u] = 5.0f;
    g.simdgroup_barrier(eg::mem_flags::device);
    auto again = simdgroup_load(A, 64);
    acc = before;
    simdgroup_store(acc, A);
    g.simdgroup_barrier(eg::mem_flags::device);
    auto other = simdgroup_load(A);
    g.simdgroup_barrier(eg::mem_flags::device);
    simdgroup_store(again, A);
    simdgroup_store(other, A, 128);
  });
  std::vector<f32> A = random_numbers<f32>(192, 9), wanted = A;
  ASSERT_TRUE(both(eg::compile(turns), one_simdgroup, eg::inout(A)));
  std::copy_n(wanted.begin() + 64, 64, wanted.begin() + 128);
  std::fill_n(wanted.begin() + 64, 32, 5.0f);
  std::copy_n(wanted.begin() + 64, 64, wanted.begin());
  expect_same(A, wanted, "A");
}

/// Offsets that begin at an element are sums of pointers, and a function of the source may move matrices.
inline constexpr auto doubled = eg::function<"doubled">([](eg::in<f32, "X"> X, eg::out<f32, "Y"> Y) {
  simdgroup_store(transform(simdgroup_load(X), [](auto x) { return x * 2.0f; }), Y);
});
TEST(SimdgroupMatrices, BeginAtPointersAndStandInFunctions) {
  auto const shift = eg::kernel<"shift">([](eg::gpu& g, eg::in<f32, "A"> A, eg::out<f32, "B"> B) {
    auto first = eg::named<"first">(g.threadgroup_position_in_grid() * 128u);
    auto from = A.from(first);
    auto to = B.from(first);
    g.for_range(0u, 2u, [&](auto i) {
      simdgroup_store(simdgroup_load(from, i * 4u), to, i * 64u, 8, {.transpose = true});
    });
  });
  auto const compiled = eg::compile(shift);
  EXPECT_NE(compiled.metal_source().find("    simdgroup_load(v0, A_first + i * 4);\n"
                                         "    simdgroup_store(v0, B_first + i * 64, 8u, ulong2(0), true);\n"),
            std::string_view::npos)
      << compiled.metal_source();
  std::vector<f32> const A = random_numbers<f32>(256, 5);
  std::vector<f32> B(256), wanted(256);
  ASSERT_TRUE(both(compiled, {64, 32}, eg::in(A), eg::out(B)));
  for (std::size_t i = 0; i < 4; ++i)
    put(taken(A, i / 2 * 128 + i % 2 * 4, 8, false), wanted, i * 64, 8, true);
  expect_same(B, wanted, "B");

  auto const twice =
      eg::kernel<"twice">([](eg::gpu&, eg::in<f32, "A"> X, eg::out<f32, "B"> Y) { doubled(X, Y); });
  ASSERT_TRUE(both(eg::compile(twice), one_simdgroup, eg::in(A), eg::out(B)));
  for (std::size_t i = 0; i < 64; ++i)
    wanted[i] = 2.0f * A[i];
  expect_same(B, wanted, "B");
}

// ---- Bad input -------------------------------------------------------------------------------------

template <class... Args>
std::string refusal(eg::compiled_kernel const& k, eg::dispatch const& size, Args const&... arguments) {
  try {
    eg::runtime(eg::backend::cpu, 1).execute(k, size, arguments...);
  } catch (eg::error const& e) {
    return e.what();
  }
  return "";
}

inline constexpr auto moving =
    eg::kernel<"moving">([](eg::gpu& g, eg::in<f32, "A"> A, eg::out<f32, "B"> B, eg::scalar<i32, "from"> from,
                            eg::scalar<u32, "ld"> ld, eg::scalar<u32, "threads"> threads) {
      g.if_(g.thread_position_in_grid() < threads,
            [&] { simdgroup_store(simdgroup_load(A, from, 8), B, 0, ld); });
    });
constexpr auto compiled_moving = eg::compile<moving>();

TEST(SimdgroupMatrices, AccessesOutOfRangeAreReported) {
  std::vector<f32> const A(100);
  std::vector<f32> B(70);
  auto const run = [&](i32 from, u32 ld) {
    return refusal(compiled_moving, {.block = 64, .total = 64}, eg::in(A), eg::out(B), from, ld, u32{32});
  };
  EXPECT_EQ(run(36, 8), "");
  EXPECT_EQ(run(37, 8),
            "moving: simdgroup_load from A at index 100 is out of range (length 100) in thread (31,0,0)");
  EXPECT_EQ(run(-1, 8),
            "moving: simdgroup_load from A at index -1 is out of range (length 100) in thread (0,0,0)");
  EXPECT_EQ(run(0, 9),
            "moving: simdgroup_store to B at index 70 is out of range (length 70) in thread (31,0,0)");
  EXPECT_EQ(run(0, 7),
            "moving: simdgroup_store to B: 7 elements per row; rows of a matrix have 8, and would overlap");
}

TEST(SimdgroupMatrices, WholeSimdgroupsHaveToCome) {
  std::vector<f32> const A(100);
  std::vector<f32> B(70);
  auto const run = [&](u32 threads, u32 block) {
    return refusal(compiled_moving, {.block = block, .total = block}, eg::in(A), eg::out(B), 0, u32{8},
                   threads);
  };
  EXPECT_EQ(run(0, 64), "");
  EXPECT_EQ(run(64, 64), "");
  EXPECT_EQ(run(40, 64),
            "moving: simdgroup_load is not reached by all threads of simdgroup 1 of threadgroup (0,0,0); "
            "thread (40,0,0) does not reach it");
  EXPECT_EQ(run(48, 48),
            "moving: simdgroup_load needs all 32 threads of a simdgroup, and simdgroup 1 of threadgroup "
            "(0,0,0) has 16");
  EXPECT_EQ(run(32, 48), "");
}

TEST(SimdgroupMatrices, NumbersOfASimdgroupAreOne) {
  auto const each = eg::kernel<"each">([](eg::gpu& g, eg::in<f32, "A"> A, eg::out<f32, "B"> B) {
    simdgroup_store(simdgroup_load(A, g.thread_position_in_grid()), B);
  });
  std::vector<f32> const A(100);
  std::vector<f32> B(70);
  EXPECT_EQ(
      refusal(eg::compile(each), {.block = 32, .total = 32}, eg::in(A), eg::out(B)),
      "each: simdgroup_load from A: the offset has to be the same in all threads of a simdgroup; it is 0 in "
      "thread (0,0,0) and 1 in thread (1,0,0)");
  auto const unwritten = eg::kernel<"unwritten">([](eg::gpu& g, eg::out<f32, "C"> C) {
    auto tile = g.threadgroup_memory<f32, "tile">(64);
    tile[g.thread_position_in_grid()] = 0.0f;
    simdgroup_store(simdgroup_load(tile), C);
  });
  EXPECT_EQ(refusal(eg::compile(unwritten), {.block = 32, .total = 32}, eg::out(B)),
            "unwritten: simdgroup_load from tile at index 32 reads threadgroup memory that no thread has "
            "written, in "
            "thread (16,0,0)");
}

TEST(SimdgroupMatrices, AreRefusedWithReasonsWhileTracing) {
  auto const words = [](auto const& kernel) -> std::string {
    try {
      static_cast<void>(eg::compile(kernel));
    } catch (eg::error const& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(words(eg::kernel<"k">(
                [](eg::gpu&, eg::inout<f32, "A"> A) { simdgroup_store(simdgroup_load(A), A, 0, 7); })),
            "simdgroup_store: 7 elements per row; rows of a matrix have 8, and would overlap");
  EXPECT_EQ(words(eg::kernel<"k">(
                [](eg::gpu&, eg::inout<f32, "A"> A) { A[0] = thread_element(simdgroup_load(A), 2); })),
            "thread_element: 2 is not 0 or 1: each of the 32 threads has two elements of a matrix");
  EXPECT_EQ(words(eg::kernel<"k">(
                [](eg::gpu&, eg::inout<f32, "A"> A) { simdgroup_store(simdgroup_load(A, -1), A); })),
            "index -1 is negative");
}

// What has no meaning is no expression.
using matrix = eg::value<eg::simdgroup_matrix<f32>>;
using halves = eg::value<eg::simdgroup_matrix<f16>>;
template <class A, class B>
concept can_multiply = requires(A a, B b) { simdgroup_multiply(a, b); };
template <class A, class C>
concept can_accumulate = requires(A a, C c) { simdgroup_multiply_accumulate(a, a, c); };
template <class M>
concept can_load = requires(M m) { simdgroup_load(m); };
template <class X, class M>
concept can_store = requires(X x, M m) { simdgroup_store(x, m); };
static_assert(can_multiply<matrix, matrix> && !can_multiply<matrix, halves> && !can_multiply<matrix, float>);
static_assert(can_accumulate<halves, matrix> && can_accumulate<halves, halves> &&
              !can_accumulate<matrix, halves>);
static_assert(!can_accumulate<eg::value<eg::simdgroup_matrix<bf16>>, halves>);
static_assert(can_load<eg::in<f32, "A">> && can_load<eg::inout<f16, "A">> &&
              can_load<eg::threadgroup_array<bf16>>);
static_assert(!can_load<eg::out<f32, "A">> && !can_load<eg::in<i32, "A">> && !can_load<matrix>);
static_assert(can_store<matrix, eg::out<f32, "A">> && can_store<matrix, eg::threadgroup_array<f32>>);
static_assert(!can_store<matrix, eg::in<f32, "A">> && !can_store<matrix, eg::out<f16, "A">> &&
              !can_store<eg::value<f32>, eg::out<f32, "A">>);
template <class A, class B>
concept can_add = requires(A a, B b) { a + b; };
template <class A, class B>
concept can_scale = requires(A a, B b) { a* b; };
static_assert(!can_add<matrix, matrix> && !can_add<matrix, float> && !can_add<eg::value<f32>, matrix>);
static_assert(can_scale<matrix, matrix> && !can_scale<matrix, float> && !can_scale<float, matrix> &&
              !can_scale<halves, matrix>);
static_assert(!std::is_convertible_v<matrix, eg::value<f32>> && !std::is_constructible_v<matrix, float>);

} // namespace
