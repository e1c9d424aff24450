// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/matrix_fragment.hpp>
#include <enigma/codegen/tile_reductions.hpp>

// Sums and extrema along the rows or columns of simdgroup matrices, as softmax over an accumulator needs
// them.

namespace enigma {
namespace detail {

/// Which bits of a lane's number lead to the other columns of its row (`along` 1), or to the other rows of
/// its column (0), by simdgroup_matrix_tv.
struct lane_bits {
  unsigned bit[5] = {};
  int count = 0;
};
constexpr lane_bits lanes_along(int along) {
  lane_bits r;
  for (unsigned bit = 1; bit < 32; bit *= 2)
    if ((simdgroup_matrix_tv.layout({static_cast<int>(bit), 0}) >= 8) == (along == 1))
      r.bit[r.count++] = bit;
  return r;
}

template <int Along, class F>
struct over_lanes {
  F f;

  template <class A>
  constexpr auto operator()(A const& a) const {
    constexpr lane_bits bits = lanes_along(Along);
    A x = a;
    for (int i = 0; i < bits.count; ++i)
      x = f(x, simd_shuffle_xor(x, static_cast<u16>(bits.bit[i])));
    return x;
  }
};

template <int Along, class F, class X>
constexpr auto reduce_matrices(char const* name, X const& x, F const& f) {
  x.for_each_source([&](auto const& from) {
    if (rank(from) != 3 || size<0>(from) > 2)
      refused(
          (sentence(name) << ": " << from.layout()
                          << " refused: it is no fragment of matrices, (2,M,N), nor what stands beside one")
              .lines());
  });
  // Two elements of a thread are in one row, and in two columns.
  auto const across = reduce < Along == 1 ? 2 : 1 > (x, f);
  if constexpr (Along == 1) {
    auto const r = reduce<0>(across.load(), f);
    r.store(zip_with(over_lanes<Along, F>{f}, r.load()));
    return r;
  } else {
    across.store(zip_with(over_lanes<Along, F>{f}, across.load()));
    return across;
  }
}

} // namespace detail

// simd_row_sum(x), simd_row_max(x), ...: along each row of a tile of matrices (2,M,N), in a fragment (1,M,1)
// in which every thread has the result of the row that its elements are in. It stands beside the tile again:
// p.store(exp(s.load() - simd_row_max(s.load()).load())).
// simd_column_sum(x), ...: along each column, in (2,1,N).
// All threads of the simdgroup have to come here. Rests on simdgroup_matrix_tv. Metal 2.1.
// clang-format off
#define ENIGMA_MATRIX_REDUCTION(name, lanes)                                                                   \
  template <detail::tile_of_a_kernel X>                                                                        \
    requires detail::combines<detail::lanes, X>                                                                \
  [[nodiscard]] constexpr auto simd_row_##name(X const& x) { return detail::reduce_matrices<1>("simd_row_" #name, x, detail::lanes{}); } \
  template <detail::tile_of_a_kernel X>                                                                        \
    requires detail::combines<detail::lanes, X>                                                                \
  [[nodiscard]] constexpr auto simd_column_##name(X const& x) { return detail::reduce_matrices<0>("simd_column_" #name, x, detail::lanes{}); }
ENIGMA_MATRIX_REDUCTION(sum, add_lanes)
ENIGMA_MATRIX_REDUCTION(product, mul_lanes)
ENIGMA_MATRIX_REDUCTION(min, min_lanes)
ENIGMA_MATRIX_REDUCTION(max, max_lanes)
#undef ENIGMA_MATRIX_REDUCTION
// clang-format on

} // namespace enigma
