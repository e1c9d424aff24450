// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/layout.hpp>

namespace enigma {

/// Tags for compact layouts.
struct row_major_t {};
struct column_major_t {};
inline constexpr row_major_t row_major{};
inline constexpr column_major_t column_major{};

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
  detail::layout_builder out;
  out.open();
  (out.append(modes), ...);
  if (out.full)
    detail::too_many_modes();
  out.close();
  return out.made;
}

/// The compact layout whose modes are laid out in the given order: the leaf of `order` with the lowest
/// number varies fastest in memory; equal numbers from left to right. `order` has the nesting of `shape`
/// or stops earlier, a sub-shape under one number being column-major inside.
///   make_ordered_layout({4, 64}, {1, 0}) = (4,64):(64,1)
/// Errors: `order` does not fit `shape`, a size beyond 64 bits.
[[nodiscard]] constexpr layout make_ordered_layout(int_tuple const& shape, int_tuple const& order) {
  layout r(shape);
  // For each leaf of the order: the leaves of the shape under it.
  int first[max_leaves] = {};
  int last[max_leaves] = {};
  auto const pair = [&](auto const& self, detail::node const& m, detail::node const& n) -> bool {
    if (m.is_leaf()) {
      first[m.first] = n.first;
      last[m.first] = n.last;
      return true;
    }
    if (n.is_leaf())
      return false;
    int j = m.first;
    int k = n.first;
    while (j < m.last && k < n.last) {
      auto const x = order.profile_.child(m, j);
      auto const y = shape.profile_.child(n, k);
      if (!self(self, x, y))
        return false;
      j = x.last;
      k = y.last;
    }
    return j == m.last && k == n.last;
  };
  if (!pair(pair, order.profile_.whole(), shape.profile_.whole()))
    refused((detail::sentence("make_ordered_layout(")
             << shape << ", " << order
             << ") refused: rank mismatch, the order must have the nesting of the shape")
                .lines());
  int const count = order.profile_.count;
  bool placed[max_leaves] = {};
  std::int64_t next = 1;
  for (int step = 0; step < count; ++step) {
    int lowest = -1;
    for (int j = 0; j < count; ++j)
      if (!placed[j] && (lowest < 0 || order.leaf_[j] < order.leaf_[lowest]))
        lowest = j;
    placed[lowest] = true;
    for (int k = first[lowest]; k < last[lowest]; ++k) {
      r.stride_[k] = r.shape_[k] == 1 ? 0 : next;
      next *= r.shape_[k];
    }
  }
  return r;
}

/// The identity on linear coordinates: L(i) = i, and L(c) is the colexicographic position of c.
[[nodiscard]] constexpr layout make_identity_layout(int_tuple const& shape) {
  return layout(shape);
}

} // namespace enigma
