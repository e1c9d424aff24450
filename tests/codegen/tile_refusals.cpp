// SPDX-License-Identifier: MIT
// What tiled copies, products and pipelines refuse, in which words. tests/compile_fail has some of it as a
// compiler shows it.
#include <enigma/codegen.hpp>

#include <gtest/gtest.h>
#include <string>

namespace {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::layout;
using eg::make_layout;
using eg::make_tensor;
using eg::simdgroup_mma;

template <class Body>
std::string refusal_of(Body const& body) {
  try {
    body();
  } catch (eg::error const& e) {
    return e.what();
  }
  return "";
}
template <class Body>
std::string refusal_of_kernel(Body const& body) {
  return refusal_of([&] { eg::compile(eg::kernel<"k">(body)); });
}

TEST(tiled_mma, tiles_that_the_atoms_do_not_cover) {
  EXPECT_EQ(
      refusal_of([] { (void)make_tiled_mma(simdgroup_mma<f32>{}, make_layout({2, 2}), {40, 32, 8}); }),
      "make_tiled_mma(simdgroup_mma 8x8x8, (2,2):(1,2), (40,32,8)) refused: 40 along M is no multiple of 16, "
      "what the atoms cover at once; 32 and 48 are");
  EXPECT_EQ(refusal_of([] { (void)make_tiled_mma(simdgroup_mma<f32>{}, make_layout({1, 2}), {8, 16, 4}); }),
            "make_tiled_mma(simdgroup_mma 8x8x8, (1,2):(0,1), (8,16,4)) refused: 4 along K is no multiple of "
            "8, what "
            "the atoms cover at once; 8 is");
  EXPECT_EQ(refusal_of([] { (void)make_tiled_mma(simdgroup_mma<f32>{}, make_layout({8, 8}), {64, 64, 8}); }),
            "make_tiled_mma(simdgroup_mma 8x8x8, (8,8):(1,8), (64,64,8)) refused: it takes 2048 threads, a "
            "threadgroup has at most 1024");
  EXPECT_EQ(
      refusal_of([] { (void)make_tiled_mma(simdgroup_mma<f32>{}, make_layout(4), {32, 8, 8}); }),
      "make_tiled_mma(simdgroup_mma 8x8x8, 4:1, (32,8,8)) refused: the layout of the units is to say where "
      "they lie along M and N: (2,2)");
  EXPECT_EQ(
      refusal_of([] { (void)make_tiled_mma(simdgroup_mma<f32>{}, {{2, 2}, {1, 4}}, {32, 32, 8}); }),
      "make_tiled_mma(simdgroup_mma 8x8x8, (2,2):(1,4), (32,32,8)) refused: the layout of the units is to "
      "number them from 0 on, each once");
}

constexpr auto mma = make_tiled_mma(simdgroup_mma<f32>{}, make_layout({1, 1}), {16, 8, 8});

TEST(tiled_mma, operands) {
  EXPECT_EQ(
      refusal_of_kernel([](eg::gpu& g, eg::in<f32, "A"> a) {
        (void)mma.slice(g).partition_A(make_tensor(a, layout({24, 8}, {8, 1})));
      }),
      "a tile of A, (24,8):(8,1), refused by simdgroup_mma 8x8x8 on the tile (16,8,8): it is to have two "
      "modes, 16 along M and a multiple of 8 along K");
  EXPECT_EQ(
      refusal_of_kernel([](eg::gpu& g, eg::out<f32, "C"> c) {
        (void)mma.slice(g).partition_C(make_tensor(c, layout({16, 16}, {16, 1})));
      }),
      "a tile of C, (16,16):(16,1), refused by simdgroup_mma 8x8x8 on the tile (16,8,8): it is to have two "
      "modes, 16 along M and 8 along N");
  EXPECT_EQ(
      refusal_of_kernel([](eg::gpu& g, eg::in<f32, "A"> a, eg::in<f32, "B"> b) {
        auto const mine = mma.slice(g);
        auto const acc = mine.make_fragment_C();
        gemm(mine, mine.matrices_A(make_tensor(a, layout({16, 16}, {16, 1}))),
             mine.matrices_B(make_tensor(b, layout({8, 8}, {8, 1}))), acc);
      }),
      "gemm: A ((8,8),2,2):((16,1),128,8), B ((8,8),1,1):((1,8),1,8) and C (2,2,1):(1,2,0) refused: they are "
      "to be (values,M,K), (values,N,K) and (values,M,N), as partition_A, partition_B and make_fragment_C "
      "make them");
  EXPECT_EQ(
      refusal_of_kernel([](eg::gpu& g, eg::in<f32, "A"> a, eg::in<f32, "B"> b) {
        auto const mine = mma.slice(g);
        auto const acc = mine.make_fragment_C();
        gemm(mine, mine.matrices_A(make_tensor(a, layout({16, 8}, {16, 2}))),
             mine.matrices_B(make_tensor(b, layout({8, 8}, {8, 1}))), acc);
      }),
      "a matrix of a simdgroup in ((8,8),2,1):((16,2),128,16) refused: neither its rows nor its columns are "
      "contiguous; partition_A, partition_B and partition_C give each thread its own elements");
  EXPECT_EQ(
      refusal_of_kernel([](eg::gpu& g) {
        auto const big = make_tiled_mma(simdgroup_mma<f32>{}, make_layout({1, 1}), {128, 128, 8});
        (void)big.slice(g).make_fragment_C();
      }),
      "make_fragment: 16 x 16 matrices refused: a simdgroup is given at most 128, which are 256 registers of "
      "each thread; take smaller tiles or more simdgroups");
}

// A product of one simdgroup may be one of several; one of several simdgroups has all of the threadgroup.
TEST(tiled_mma, threads) {
  auto const sliced = [](eg::tiled_mma<simdgroup_mma<f32>> const& product, int threads) {
    return refusal_of([&] {
      eg::compile(
          eg::kernel<"k">([=](eg::gpu& g, eg::out<f32, "C"> c) {
            auto const mine = product.slice(g);
            int const m = static_cast<int>(product.extent(0));
            mine.partition_C(make_tensor(c, layout({m, 8}, {8, 1}))).store(mine.make_fragment_C().load());
          }),
          {.block = threads});
    });
  };
  EXPECT_EQ(sliced(mma, 32), "");
  EXPECT_EQ(sliced(mma, 64), "");
  auto const of_two = make_tiled_mma(simdgroup_mma<f32>{}, make_layout({2, 1}), {16, 8, 8});
  EXPECT_EQ(sliced(of_two, 64), "");
  EXPECT_EQ(sliced(of_two, 32), "make_tiled_mma: it is made for 64 threads, the threadgroup has 32");
}

TEST(tiled_copy, width) {
  static constexpr auto bring =
      make_tiled_copy(eg::copy_atom<16>{}, make_layout({8, 4}), make_layout({1, 4}));
  // Rows of 18 elements begin at multiples of 2.
  EXPECT_EQ(refusal_of_kernel([](eg::gpu& g, eg::in<f32, "A"> a, eg::out<f32, "C"> c) {
              auto const mine = bring.slice(g);
              copy(bring, mine.partition_S(make_tensor(a, layout({8, 16}, {18, 1}))),
                   mine.partition_D(make_tensor(c, layout({8, 16}, {16, 1}))));
            }),
            "copy_atom<16> refused for (4,1,1):(1,0,0) to (4,1,1):(1,0,0): its accesses have 4 "
            "elements, these memories allow 2 that lie together and begin at a multiple of that; change the "
            "layouts, promise more with multiple_of, or take copy_atom<8>");
  // One bool for four elements, and one for each.
  auto const masked = [](auto condition) {
    return refusal_of_kernel([=](eg::gpu& g, eg::in<f32, "A"> a, eg::out<f32, "C"> c) {
      auto const mine = bring.slice(g);
      auto const where = mine.partition_S(make_identity_tensor(g, {8, 16}));
      copy_if(bring, condition(g, where), mine.partition_S(make_tensor(a, layout({8, 16}, {16, 1}))),
              mine.partition_D(make_tensor(c, layout({8, 16}, {16, 1}))));
    });
  };
  EXPECT_EQ(masked([](auto& g, auto&) { return g.thread_position_in_grid().x < 40u; }), "");
  EXPECT_EQ(masked([](auto&, auto& where) { return elem_less(where, eg::int_tuple{5, 13}); }),
            "copy_atom<16> refused for copy_if of (4,1,1):(1,0,0) to (4,1,1):(1,0,0): each element has a "
            "condition of its own, and so an access of its own; ask once for all with if_inside, or take "
            "copy_atom<4>");
  EXPECT_EQ(
      refusal_of([] { (void)make_tiled_copy(eg::copy_atom<>{}, make_layout({64, 32})); }),
      "make_tiled_copy: (64,32):(1,64) refused: these are 2048 threads, a threadgroup has at most 1024");
}

TEST(pipelines, memory) {
  EXPECT_EQ(refusal_of_kernel(
                [](eg::gpu& g) { (void)eg::make_pipeline<f32, 3, "tiles">(g, make_layout({64, 64})); }),
            "threadgroup_memory tiles: the kernel needs 49152 bytes of threadgroup memory; Metal has 32768");
}

TEST(matrix_reductions, what_is_no_fragment_of_matrices) {
  EXPECT_EQ(refusal_of_kernel(
                [](eg::gpu& g) { (void)simd_row_sum(make_fragment<f32>(g, make_layout({4, 4})).load()); }),
            "simd_row_sum: (4,4):(1,4) refused: it is no fragment of matrices, (2,M,N), nor what stands "
            "beside one");
}

} // namespace
