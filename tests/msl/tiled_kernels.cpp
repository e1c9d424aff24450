// SPDX-License-Identifier: MIT
// The examples that work on tiles: 200 ragged shapes each by the executor, which looks at every access,
// against plain C++; one of them by the text too.
#include "../../examples/kernels/layer_norm.hpp"
#include "../../examples/kernels/matvec.hpp"
#include "../../examples/kernels/transpose.hpp"
#include "both.hpp"
#include "ragged.hpp"

#include <enigma/layout/predicates.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::i8;
using eg::u32;
using eg::u8;
using ragged::rounded_up;
using witness::both;
using witness::idle_barriers;

std::mt19937 random_bits(11);
u32 up_to(u32 n) {
  return ragged::up_to(random_bits, n);
}
template <class T>
std::vector<T> numbers(std::size_t n) {
  std::vector<T> r(n);
  for (T& x : r) {
    int const k = static_cast<int>(random_bits() % 201) - 100;
    if constexpr (eg::floating_type<T>)
      x = T(static_cast<float>(k) / 8);
    else
      x = static_cast<T>(k);
  }
  return r;
}
constexpr eg::dispatch groups_of(u32 x, u32 y, u32 threads) {
  return {.grid = eg::extent3(x, y, 1), .block = eg::extent3(threads)};
}

/// The executor runs, or the executor and the text.
template <class... Args>
void run(eg::compiled_kernel const& k, bool by_text, eg::extent3 const& grid, u32 threads,
         Args const&... args) {
  if (by_text) {
    EXPECT_TRUE(both(k, {{grid.x * threads, grid.y}, {threads, 1}}, args...));
  } else {
    static eg::runtime rt;
    rt.execute(k, groups_of(grid.x, grid.y, threads), args...);
  }
}

// ---- Transpose -------------------------------------------------------------------------------------------

// Neither the rows that are written nor the columns that are read have conflicts.
namespace of_transpose = examples::transpose_detail;
static_assert(is_conflict_free(of_transpose::tile, eg::make_simd_access(of_transpose::along_rows.tv().layout),
                               4));
static_assert(is_conflict_free(of_transpose::tile,
                               eg::make_simd_access(of_transpose::along_columns.tv().layout), 4));

template <class T>
void transpose() {
  auto const k = eg::compile(examples::transposed<T>);
  for (int i = 0; i < 100 && !testing::Test::HasFailure(); ++i) {
    u32 const M = up_to(200), N = up_to(200), lda = N + up_to(3) - 1, ldb = M + up_to(3) - 1;
    auto const a = numbers<T>((M - 1) * lda + N);
    std::vector<T> b((N - 1) * ldb + M, T(7.0f)), expected = b;
    for (u32 m = 0; m < M; ++m)
      for (u32 n = 0; n < N; ++n)
        expected[n * ldb + m] = a[m * lda + n];
    run(k, i == 0, {(N + 31) / 32, (M + 31) / 32, 1}, 256, eg::in(a), eg::out(b), eg::scalar(M),
        eg::scalar(N), eg::scalar(lda), eg::scalar(ldb));
    EXPECT_EQ(b, expected) << M << " x " << N;
  }
}
TEST(transpose, f32) {
  transpose<f32>();
}
TEST(transpose, f16) {
  transpose<f16>();
}
TEST(transpose, needs_its_barrier) {
  auto const a = numbers<f32>(32 * 32);
  std::vector<f32> b(32 * 32);
  EXPECT_TRUE(idle_barriers(eg::compile(examples::transposed<f32>), {{256, 1}, {256, 1}}, eg::in(a),
                            eg::out(b), 32u, 32u, 32u, 32u)
                  .empty());
}

// ---- Layer norm ------------------------------------------------------------------------------------------

TEST(layer_norm, ragged) {
  auto const k = eg::compile(examples::layer_norm);
  for (int i = 0; i < 200 && !HasFailure(); ++i) {
    u32 const rows = up_to(i % 2 == 0 ? 8 : 200), width = i == 0       ? 1234
                                                          : i % 2 == 0 ? up_to(4096)
                                                                       : up_to(200);
    u32 const ld = width + up_to(3) - 1;
    auto x = numbers<f32>((rows - 1) * ld + width);
    auto const gain = numbers<f32>(width), bias = numbers<f32>(width);
    // By the text too: sums that are exact in every order, and a root that is.
    f32 const eps = i == 0 ? 3.0f : 1e-3f;
    if (i == 0)
      for (std::size_t c = 0; c < x.size(); ++c)
        x[c] = c % 2 == 0 ? 1.0f : -1.0f;
    std::vector<f32> y(x.size(), 7.0f);
    auto expected = y;
    for (std::size_t r = 0; r < rows; ++r) {
      double mean = 0, variance = 0;
      for (std::size_t c = 0; c < width; ++c)
        mean += double{x[r * ld + c]} / width;
      for (std::size_t c = 0; c < width; ++c)
        variance += (double{x[r * ld + c]} - mean) * (double{x[r * ld + c]} - mean) / width;
      for (std::size_t c = 0; c < width; ++c)
        expected[r * ld + c] = static_cast<f32>((double{x[r * ld + c]} - mean) /
                                                    std::sqrt(variance + double{eps}) * double{gain[c]} +
                                                double{bias[c]});
    }
    run(k, i == 0, {rows, 1, 1}, 256, eg::in(x), eg::in(gain), eg::in(bias), eg::out(y), eg::scalar(rows),
        eg::scalar(width), eg::scalar(ld), eps);
    for (std::size_t c = 0; c < y.size(); ++c)
      ASSERT_NEAR(y[c], expected[c], 2e-3) << rows << " x " << width << " at " << c;
  }
}

// ---- Quantised weights -----------------------------------------------------------------------------------

template <class Weight, class Kernel, class WeightOf>
void multiply(Kernel const& kernel, u32 in_one, u32 multiple, WeightOf const& weight_of) {
  auto const k = eg::compile(kernel);
  for (int i = 0; i < 200 && !testing::Test::HasFailure(); ++i) {
    u32 const rows = up_to(40), K = rounded_up(up_to(i % 4 == 0 ? 2000 : 200), multiple);
    u32 const ld = rounded_up(K / in_one, 4) + 4 * (up_to(2) - 1), scales_of_row = (K + 31) / 32;
    auto const w = numbers<Weight>((rows - 1) * ld + K / in_one);
    auto const scales = ragged::small_numbers<f32>(random_bits, rows * scales_of_row, 4);
    auto const x = ragged::small_numbers<f32>(random_bits, K, 4);
    std::vector<f32> y(rows);
    run(k, i == 0, {rows, 1, 1}, 32, eg::in(w), eg::in(scales), eg::in(x), eg::out(y), eg::scalar(rows),
        eg::scalar(K), eg::scalar(ld));
    for (std::size_t r = 0; r < rows; ++r) {
      double sum = 0, size = 1;
      for (std::size_t c = 0; c < K; ++c) {
        double const term =
            double{scales[r * scales_of_row + c / 32]} * weight_of(w, r * ld, c) * double{x[c]};
        sum += term;
        size += std::fabs(term);
      }
      ASSERT_NEAR(y[r], sum, size * 1e-6) << rows << " x " << K << " in row " << r;
    }
  }
}
TEST(matvec, int8) {
  multiply<i8>(examples::matvec_int8, 1, 1,
               [](auto const& w, std::size_t row, std::size_t c) { return static_cast<double>(w[row + c]); });
}
TEST(matvec, int4) {
  multiply<u8>(examples::matvec_int4, 2, 8, [](auto const& w, std::size_t row, std::size_t c) {
    int const half = c % 2 == 0 ? w[row + c / 2] & 15 : w[row + c / 2] >> 4;
    return static_cast<double>(half >= 8 ? half - 16 : half);
  });
}

} // namespace
