// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>

namespace enigma {

namespace detail {

constexpr bool nullspace_in(layout_builder& out, layout const& l, trouble& why) {
  int count = 0;
  for (int k = 0; k < l.profile_.count; ++k)
    count += l.stride_[k] == 0 ? 1 : 0;
  if (count == 0) {
    out.leaf(1, 0);
    return true;
  }
  if (count > 1)
    out.open();
  std::int64_t prefix = 1;
  for (int k = 0; k < l.profile_.count; ++k) {
    if (l.stride_[k] == 0)
      out.leaf(l.shape_[k], l.shape_[k] == 1 ? 0 : prefix);
    if (__builtin_mul_overflow(prefix, l.shape_[k], &prefix))
      return overflow(why, "the size of the layout");
  }
  if (count > 1)
    out.close();
  return true;
}

} // namespace detail

/// The coordinates that do not move L: R, strictly increasing, with L(R(i)) = 0 for 0 <= i < size(R), one
/// leaf for each leaf of L with stride 0, as wide as it and with its stride in the domain; 1:0 if there is
/// none. If no stride is negative these are all coordinates that L maps to 0, up to leaves of size 1.
///   nullspace((2,8):(2,0)) = 8:2
/// Errors: a size beyond 64 bits.
[[nodiscard]] constexpr outcome<layout> try_nullspace(layout const& l) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::nullspace_in(out, l, why))
    return {layout(), detail::explain("nullspace", l, why)};
  return {out.made};
}
[[nodiscard]] constexpr layout nullspace(layout const& l) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::nullspace_in(out, l, why))
    refused(detail::explain("nullspace", l, why));
  return out.made;
}

} // namespace enigma
