// SPDX-License-Identifier: MIT
// C = max(A * B + bias, 0) for matrices of any size, stored by rows or by columns: tiles of 64 x 64 by four
// simdgroups, while one step of K is multiplied the next is on its way to threadgroup memory.
#pragma once

#include <enigma/codegen.hpp>

namespace examples {

namespace eg = enigma;
using eg::u32;

/// How a matrix is stored: its rows or its columns in one piece, each `ld` elements after the one before.
enum class stored { by_rows, by_columns };

namespace gemm_detail {

using eg::layout;

constexpr int step = 16; // of K

/// An operand as (M,K) or (N,K): is K what lies together?
template <bool KTogether, class Memory, class LD>
constexpr auto operand(Memory const& memory, eg::value<u32> const& extent, eg::value<u32> const& K,
                       LD const& ld) {
  if constexpr (KTogether)
    return make_tensor(memory, eg::make_shape(extent, K), eg::make_stride(ld, 1));
  else
    return make_tensor(memory, eg::make_shape(extent, K), eg::make_stride(1, ld));
}
/// Its tile in threadgroup memory, padded so that matrix units find 8 x 8 of it in different banks.
template <bool KTogether, class T>
constexpr layout shared_layout() {
  constexpr int pad = 8;
  return KTogether ? layout({64, step}, {step + pad, 1}) : layout({64, step}, {1, 64 + pad});
}
// begin bring
/// Who brings it there: four elements each, next to each other.
template <bool KTogether>
inline constexpr auto bring =
    KTogether ? make_tiled_copy(eg::copy_atom<>{}, {{32, 4}, {4, 1}}, eg::make_layout({1, 4}))
              : make_tiled_copy(eg::copy_atom<>{}, eg::make_layout({16, 8}), eg::make_layout({4, 1}));
// end bring

// begin mma
template <class T>
inline constexpr auto mma = make_tiled_mma(eg::simdgroup_mma<T>{}, eg::make_layout({2, 2}), {64, 64, step});
// end mma

} // namespace gemm_detail

/// A is (M,K), B is (K,N), C is (M,N) by rows; the leading dimensions of A and B are multiples of 4, that of
/// C of 2. T: f32, f16 or bf16; summed in f32. A threadgroup of 128 threads for each 64 x 64 of C, along x
/// those of a row.
template <class T, stored A = stored::by_rows, stored B = stored::by_rows>
inline constexpr auto gemm = eg::kernel<"gemm">(
    [](eg::gpu& g, eg::in<T, "A"> a, eg::in<T, "B"> b, eg::in<T, "bias"> bias, eg::out<T, "C"> c,
       eg::scalar<u32, "M"> M, eg::scalar<u32, "N"> N, eg::scalar<u32, "K"> K, eg::scalar<u32, "lda"> lda,
       eg::scalar<u32, "ldb"> ldb, eg::scalar<u32, "ldc"> ldc) {
      using namespace gemm_detail;
      using eg::_;
      constexpr bool k_of_A = A == stored::by_rows, k_of_B = B == stored::by_columns;
      auto const group = g.threadgroup_position_in_grid();
      auto const at = eg::make_coord(group.y, group.x);
      auto const gA = operand<k_of_A>(a, M, K, eg::multiple_of<4>(lda));
      auto const gB = operand<k_of_B>(b, N, K, eg::multiple_of<4>(ldb));
      auto const gC = make_tensor(c, eg::make_shape(M, N), eg::make_stride(eg::multiple_of<2>(ldc), 1));
      auto const gBias = make_tensor(bias, eg::make_shape(M, N), eg::make_stride(0, 1));

      // begin partition
      // (values, tiles along M or N, tiles along K, steps)
      auto const bring_A = bring<k_of_A>.slice(g), bring_B = bring<k_of_B>.slice(g);
      auto const tA = bring_A.partition_S(local_tile(gA, {64, step}, eg::make_coord(group.y, _)));
      auto const tB = bring_B.partition_S(local_tile(gB, {64, step}, eg::make_coord(group.x, _)));
      auto const sA = eg::make_pipeline<T, 2, "sA">(g, shared_layout<k_of_A, T>());
      auto const sB = eg::make_pipeline<T, 2, "sB">(g, shared_layout<k_of_B, T>());
      // end partition

      // begin product
      auto const mine = mma<T>.slice(g);
      auto const acc = mine.template make_fragment_C<"acc">();
      for_pipelined(
          g, ceil_div(K, step),
          [&](auto const& k, auto const& to_A, auto const& to_B) {
            auto const from_A = tA(_, _, _, k), from_B = tB(_, _, _, k);
            if_inside(g, is_inside(from_A, from_B), [&](auto bounded) {
              copy(bounded(from_A), bring_A.partition_D(to_A));
              copy(bounded(from_B), bring_B.partition_D(to_B));
            });
          },
          [&](auto const&, auto const& from_A, auto const& from_B) {
            eg::gemm(mine, mine.matrices_A(from_A), mine.matrices_B(from_B), acc);
          },
          sA, sB);
      // end product

      // begin epilogue
      auto const tC = mine.partition_C(local_tile(gC, {64, 64}, at));
      auto const tBias = mine.partition_C(local_tile(gBias, {64, 64}, at));
      if_inside(g, is_inside(tC), [&](auto bounded) {
        bounded(tC).store(eg::cast<T>(max(acc.load() + eg::cast<eg::f32>(tBias.load()), 0.0f)));
      });
      // end epilogue
    });

} // namespace examples
