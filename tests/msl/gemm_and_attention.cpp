// SPDX-License-Identifier: MIT
// The examples that multiply matrices: ragged shapes by the executor, which looks at every access, against
// plain C++; some also by the text. Each of their barriers is needed.
#include "../../examples/kernels/fused_attention.hpp"
#include "../../examples/kernels/gemm.hpp"
#include "both.hpp"
#include "ragged.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

namespace eg = enigma;
using eg::bf16;
using eg::f16;
using eg::f32;
using eg::u32;
using examples::stored;
using ragged::rounded_up;
using witness::both;
using witness::idle_barriers;

std::mt19937 random_bits(7);
u32 up_to(u32 n) {
  return ragged::up_to(random_bits, n);
}
template <class T>
std::vector<T> small_numbers(std::size_t n) {
  return ragged::small_numbers<T>(random_bits, n);
}

// ---- Products --------------------------------------------------------------------------------------------

/// A product of some size, and what it should be.
template <class T, stored A, stored B>
struct problem {
  static constexpr bool a_by_rows = A == stored::by_rows, b_by_rows = B == stored::by_rows;

  u32 M, N, K, lda, ldb, ldc;
  std::vector<T> a, b, bias, c, expected;

  problem(u32 m, u32 n, u32 k)
      : M{m}
      , N{n}
      , K{k}
      , lda{rounded_up(a_by_rows ? K : M, 4) + 4 * (up_to(2) - 1)}
      , ldb{rounded_up(b_by_rows ? N : K, 4) + 4 * (up_to(2) - 1)}
      , ldc{rounded_up(N, 2) + 2 * (up_to(2) - 1)}
      , a{small_numbers<T>(a_by_rows ? (M - 1) * lda + K : (K - 1) * lda + M)}
      , b{small_numbers<T>(b_by_rows ? (K - 1) * ldb + N : (N - 1) * ldb + K)}
      , bias{small_numbers<T>(N)}
      , c(static_cast<std::size_t>((M - 1) * ldc + N), T(7.0f))
      , expected{c} {
    for (u32 i = 0; i < M; ++i)
      for (u32 j = 0; j < N; ++j) {
        auto sum = static_cast<float>(bias[j]);
        for (u32 q = 0; q < K; ++q)
          sum += static_cast<float>(a[a_by_rows ? i * lda + q : q * lda + i]) *
                 static_cast<float>(b[b_by_rows ? q * ldb + j : j * ldb + q]);
        expected[i * ldc + j] = T(std::fmax(sum, 0.0f));
      }
  }
  /// f(arguments...) of the call.
  template <class F>
  auto with_arguments(F const& f) {
    return f(eg::in(a), eg::in(b), eg::in(bias), eg::out(c), eg::scalar(M), eg::scalar(N), eg::scalar(K),
             eg::scalar(lda), eg::scalar(ldb), eg::scalar(ldc));
  }
};

template <class T, stored A, stored B>
void multiply(int shapes) {
  auto const kernel = eg::compile(examples::gemm<T, A, B>);
  eg::runtime rt;
  for (int i = 0; i < shapes && !testing::Test::HasFailure(); ++i) {
    problem<T, A, B> p(up_to(200), up_to(200), up_to(200));
    SCOPED_TRACE(testing::Message() << p.M << " x " << p.N << " x " << p.K);
    eg::dispatch const size{.grid = eg::extent3((p.N + 63) / 64, (p.M + 63) / 64, 1),
                            .block = eg::extent3(128)};
    p.with_arguments([&](auto const&... x) { rt.execute(kernel, size, x...); });
    EXPECT_EQ(p.c, p.expected);
  }
  // By the text: tiles inside, at both edges, and K that ends within a step.
  problem<T, A, B> p(70, 130, 37);
  witness::shape const size{{3 * 128, 2}, {128, 1}};
  EXPECT_TRUE(p.with_arguments([&](auto const&... x) { return both(kernel, size, x...); }));
  EXPECT_EQ(p.c, p.expected);
}

TEST(gemm, f32) {
  multiply<f32, stored::by_rows, stored::by_rows>(60);
}
TEST(gemm, f16_transposed_left) {
  multiply<f16, stored::by_columns, stored::by_rows>(60);
}
TEST(gemm, bf16_transposed_right) {
  multiply<bf16, stored::by_rows, stored::by_columns>(60);
}
TEST(gemm, f32_both_transposed) {
  multiply<f32, stored::by_columns, stored::by_columns>(60);
}
TEST(gemm, needs_its_barrier) {
  problem<f32, stored::by_rows, stored::by_rows> p(64, 64, 64);
  auto const kernel = eg::compile(examples::gemm<f32>);
  EXPECT_TRUE(p.with_arguments([&](auto const&... x) {
                 return idle_barriers(kernel, {{128, 1}, {128, 1}}, x...);
               }).empty());
}

// ---- Attention -------------------------------------------------------------------------------------------

struct attention_problem {
  u32 L, S;
  std::vector<f16> q, k, v, o;
  static constexpr std::size_t width = 64;

  attention_problem(u32 queries, u32 keys)
      : L{queries}
      , S{keys}
      , q(L * width)
      , k(S * width)
      , v(S * width)
      , o(L * width) {
    for (auto* x : {&q, &k, &v})
      for (f16& e : *x)
        e = f16(static_cast<float>(static_cast<int>(random_bits() % 2001) - 1000) / 500.0f);
  }
  /// The largest error of all.
  double error() const {
    double worst = 0;
    for (std::size_t i = 0; i < L; ++i) {
      std::vector<double> weight(S);
      double largest = -1e300, sum = 0;
      for (std::size_t j = 0; j < S; ++j) {
        for (std::size_t d = 0; d < width; ++d)
          weight[j] += 0.125 * static_cast<double>(static_cast<float>(q[i * width + d])) *
                       static_cast<double>(static_cast<float>(k[j * width + d]));
        largest = std::fmax(largest, weight[j]);
      }
      for (double& x : weight)
        sum += x = std::exp(x - largest);
      for (std::size_t d = 0; d < width; ++d) {
        double value = 0;
        for (std::size_t j = 0; j < S; ++j)
          value += weight[j] / sum * static_cast<double>(static_cast<float>(v[j * width + d]));
        double const difference =
            std::fabs(value - static_cast<double>(static_cast<float>(o[i * width + d])));
        worst = difference <= worst ? worst : difference; // NaN counts
      }
    }
    return worst;
  }
};

TEST(fused_attention, ragged) {
  auto const kernel = eg::compile(examples::fused_attention);
  eg::runtime rt;
  for (int i = 0; i < 200 && !HasFailure(); ++i) {
    attention_problem p(up_to(i < 20 ? 200 : 40), up_to(200));
    SCOPED_TRACE(testing::Message() << p.L << " queries, " << p.S << " keys");
    rt.execute(kernel, eg::dispatch{.grid = eg::extent3((p.L + 31) / 32), .block = eg::extent3(128)},
               eg::in(p.q), eg::in(p.k), eg::in(p.v), eg::out(p.o), p.L, p.S, 0.125f);
    EXPECT_LE(p.error(), 2e-3);
  }
}
TEST(fused_attention, text) {
  auto const kernel = eg::compile(examples::fused_attention);
  attention_problem p(45, 75);
  EXPECT_TRUE(both(kernel, {{2 * 128}, {128}}, eg::in(p.q), eg::in(p.k), eg::in(p.v), eg::out(p.o),
                   eg::scalar(p.L), eg::scalar(p.S), 0.125f));
  EXPECT_LE(p.error(), 2e-3);
  EXPECT_TRUE(idle_barriers(kernel, {{128}, {128}}, eg::in(p.q), eg::in(p.k), eg::in(p.v), eg::out(p.o),
                            eg::scalar(u32{32}), eg::scalar(p.S), 0.125f)
                  .empty());
}

} // namespace
