// SPDX-License-Identifier: MIT
// B = the transpose of A, for matrices of any size: tiles of 32 x 32 through threadgroup memory, whose rows
// and columns are both read and written without bank conflicts.
#pragma once

#include <enigma/codegen.hpp>
#include <enigma/layout/memory.hpp>

namespace examples {

namespace eg = enigma;
using eg::u32;

// begin kernel
namespace transpose_detail {
inline constexpr eg::composed_layout tile(eg::swizzle{5, 0, 5}, 0, eg::layout({32, 32}, {32, 1}));
// 256 threads: neighbours lie along the rows of A when they read, along its columns when they write.
inline constexpr auto along_rows = make_tiled_copy(eg::copy_atom<>{}, {{8, 32}, {32, 1}});
inline constexpr auto along_columns = make_tiled_copy(eg::copy_atom<>{}, eg::make_layout({32, 8}));
} // namespace transpose_detail

/// A is (M,N), its rows lda elements apart; B is (N,M), its rows ldb elements apart. A threadgroup of 256
/// threads for each tile, along x those of a row of A.
template <class T>
inline constexpr auto transposed = eg::kernel<"transposed">(
    [](eg::gpu& g, eg::in<T, "A"> a, eg::out<T, "B"> b, eg::scalar<u32, "M"> M, eg::scalar<u32, "N"> N,
       eg::scalar<u32, "lda"> lda, eg::scalar<u32, "ldb"> ldb) {
      using namespace transpose_detail;
      auto const group = g.threadgroup_position_in_grid();
      auto const at = eg::make_coord(group.y, group.x);
      // Both as (M,N): that B is transposed is its strides.
      auto const from =
          local_tile(make_tensor(a, eg::make_shape(M, N), eg::make_stride(lda, 1)), {32, 32}, at);
      auto const to = local_tile(make_tensor(b, eg::make_shape(M, N), eg::make_stride(1, ldb)), {32, 32}, at);
      auto const shared = make_tensor(g.threadgroup_memory<T, "tile">(32 * 32), tile);

      auto const reader = along_rows.slice(g), writer = along_columns.slice(g);
      auto const mine = reader.partition_S(from);
      if_inside(g, eg::is_inside(mine),
                [&](auto bounded) { copy(bounded(mine), reader.partition_D(shared)); });
      g.threadgroup_barrier();
      auto const its = writer.partition_D(to);
      if_inside(g, eg::is_inside(its), [&](auto bounded) { copy(writer.partition_S(shared), bounded(its)); });
    });
// end kernel

} // namespace examples
