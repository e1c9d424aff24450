// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/compact.hpp>

namespace enigma {

/// (1) The compact column-major layout: L(i) = i.
[[nodiscard]] constexpr layout make_layout(int_tuple const& shape) {
  return layout(shape);
}
/// (2) The same, said aloud.
[[nodiscard]] constexpr layout make_layout(int_tuple const& shape, column_major_t) {
  return layout(shape);
}
/// (3) The compact row-major layout: the rightmost stride is 1, each one before it the product of the
/// shapes after it, through the nesting. A leaf of size 1 gets stride 0.
[[nodiscard]] constexpr layout make_layout(int_tuple const& shape, row_major_t) {
  layout r(shape);
  std::int64_t next = 1;
  for (int k = r.profile_.count - 1; k >= 0; --k) {
    r.stride_[k] = r.shape_[k] == 1 ? 0 : next;
    next *= r.shape_[k]; // layout(shape) has checked the size
  }
  return r;
}
/// (4) Shape and stride. Errors: not congruent.
[[nodiscard]] constexpr layout make_layout(int_tuple const& shape, int_tuple const& stride) {
  return layout(shape, stride);
}
/// (5) The layout whose modes are the given ones: R(c0, c1, ...) = L0(c0) + L1(c1) + ...
/// One layout gives a tuple around it. Errors: too many modes.
template <std::same_as<layout>... Ls>
  requires(sizeof...(Ls) > 0)
[[nodiscard]] constexpr layout make_layout(Ls const&... modes) {
  detail::mode_builder<layout> out;
  out.open();
  (out.whole(modes), ...);
  out.close();
  if (out.why.any) {
    detail::sentence words = "make_layout(";
    int i = 0;
    ((words << (i++ == 0 ? "" : ", ") << modes), ...);
    refused((words << ") refused: " << out.why.words).lines());
  }
  return out.made;
}

/// The compact layout whose modes are laid out in the given order: the leaf of `order` with the lowest
/// number varies fastest in memory; equal numbers from left to right. `order` has the nesting of `shape`
/// or stops earlier, a sub-shape under one number being column-major inside.
///   make_ordered_layout({4, 64}, {1, 0}) = (4,64):(64,1)
/// Errors: `order` does not fit `shape`, a size beyond 64 bits.
[[nodiscard]] constexpr layout make_ordered_layout(int_tuple const& shape, int_tuple const& order) {
  detail::tuple_builder strides;
  detail::compact_in_order(strides, shape, order);
  return layout(shape, detail::answer(strides, "make_ordered_layout", shape, order));
}

/// The identity on linear coordinates: L(i) = i, and L(c) is the colexicographic position of c.
[[nodiscard]] constexpr layout make_identity_layout(int_tuple const& shape) {
  return layout(shape);
}

} // namespace enigma
