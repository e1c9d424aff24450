// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/common.hpp>
#include <enigma/layout/swizzle/composed_layout.hpp>

/// How many elements lie together under swizzles.
namespace enigma {

namespace detail {

/// How many indices from the offset onwards the swizzle leaves together.
constexpr std::int64_t together(composed_layout const& c, std::int64_t n) {
  if (c.sw.is_identity())
    return n;
  auto const group = std::int64_t{1} << c.sw.base;
  auto const left = group - (c.offset & (group - 1));
  return n < left ? n : left;
}

} // namespace detail

/// (1) The largest n that the inner layouts have in common (see max_common_vector of layouts, with R as
/// there) and that lies in one group of 2^base indices, so that for 0 <= i < n
///   A(R(i)) = A(R(0)) + i  and  B(R(i)) = B(R(0)) + i.
/// Two layouts with the same swizzle and the same offset agree without that bound: A(R(i)) = B(R(i)).
///   max_common_vector(Sw<3,2,3> o 0 o (8,8):(1,8), (8,8):(1,8)) = 4
/// Errors: a size beyond 64 bits.
[[nodiscard]] constexpr std::int64_t max_common_vector(composed_layout const& a, composed_layout const& b) {
  auto const n = max_common_vector(a.inner, b.inner);
  if (a.sw == b.sw && a.offset == b.offset)
    return n;
  return detail::together(a, detail::together(b, n));
}
/// (2) With one of the two a layout, which goes second.
template <std::same_as<layout> L>
[[nodiscard]] constexpr std::int64_t max_common_vector(composed_layout const& a, L const& b) {
  return detail::together(a, max_common_vector(a.inner, b));
}
template <std::same_as<composed_layout> C>
[[nodiscard]] constexpr std::int64_t max_common_vector(layout const& a, C const& b) {
  return detail::together(b, max_common_vector(b.inner, a));
}

/// The widest aligned group: the values of C are made of whole groups [k*n, k*n + n). It is the gcd of that
/// of the inner layout, of 2^base unless the swizzle changes nothing, and of the offset.
///   max_alignment(Sw<3,4,3> o 0 o (8,64):(64,1)) = 16
/// Errors: a size beyond 64 bits.
[[nodiscard]] constexpr std::int64_t max_alignment(composed_layout const& c) {
  auto n = max_alignment(c.inner);
  if (!c.sw.is_identity())
    n = detail::gcd(n, std::int64_t{1} << c.sw.base);
  auto const rest = c.offset % n;
  return detail::gcd(n, rest < 0 ? -rest : rest);
}

} // namespace enigma
