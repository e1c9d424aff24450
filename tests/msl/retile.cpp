// SPDX-License-Identifier: MIT
// Accumulators that are stored by a tiled copy: by the executor, by the text on the machine, in plain C++.
#include "both.hpp"
#include "ragged.hpp"

#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f32;
using eg::layout;
using eg::make_layout;
using eg::make_tensor;
using eg::u32;
using witness::both;

// begin retile
constexpr auto mma = make_tiled_mma(eg::simdgroup_mma<f32>{}, make_layout({2, 2}), {32, 32, 8});
constexpr auto store_C = make_tiled_copy_C(eg::copy_atom<8>{}, mma);

constexpr auto product =
    eg::kernel<"product">([](eg::gpu& g, eg::in<f32, "A"> a, eg::in<f32, "B"> b, eg::out<f32, "C"> c) {
      auto const mine = mma.slice(g);
      auto const acc = mine.make_fragment_C<"acc">();
      gemm(mine, mine.matrices_A(make_tensor(a, layout({32, 8}, {8, 1}))),
           mine.matrices_B(make_tensor(b, layout({32, 8}, {8, 1}))), acc);
      auto const its = store_C.slice(g); // two elements of a row at once
      auto const C = make_tensor(c, layout({32, 32}, {32, 1}));
      copy(store_C, its.retile_S(acc), its.partition_D(C));
    });
// end retile

TEST(Retile, AccumulatorsOfMatrices) {
  std::mt19937 random(1);
  auto const a = ragged::small_numbers<f32>(random, 256), b = ragged::small_numbers<f32>(random, 256);
  std::vector<f32> c(1024), expected(1024);
  for (std::size_t m = 0; m < 32; ++m)
    for (std::size_t n = 0; n < 32; ++n)
      for (std::size_t k = 0; k < 8; ++k)
        expected[32 * m + n] += a[8 * m + k] * b[8 * n + k];
  auto const compiled = eg::compile(product, {.grid = 1, .block = 128});
  ASSERT_TRUE(both(compiled, {}, eg::in(a), eg::in(b), eg::out(c)));
  EXPECT_EQ(c, expected);
  EXPECT_NE(compiled.metal_source().find("*(device float2*)(C"), std::string_view::npos)
      << compiled.metal_source();
}

} // namespace
