// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>

/// The layout of the same memory for elements of another width.
namespace enigma {

namespace detail {

constexpr bool count_of_elements(std::int64_t n, trouble& why) {
  if (n >= 1)
    return true;
  why.start() << "the number of elements in one must be at least 1, not " << n;
  return false;
}

constexpr bool upcast_in(layout& r, layout const& l, std::int64_t n, trouble& why) {
  if (!count_of_elements(n, why))
    return false;
  r = l;
  std::int64_t inside = 0; // the largest position within a wide element
  for (int k = 0; k < l.profile_.count; ++k) {
    auto const s = l.shape_[k];
    auto const d = l.stride_[k];
    if (d % n == 0) {
      r.stride_[k] = d / n;
      continue;
    }
    auto const step = d == INT64_MIN ? INT64_MAX : d < 0 ? -d : d;
    if (n % step != 0) {
      why.start() << "leaf " << s << ":" << d << " steps from one element of " << n
                  << " into the middle of another: neither of " << n << " and " << d << " divides the other";
      return false;
    }
    if (d < 0 && s != 1) {
      why.start() << "leaf " << s << ":" << d << " runs down: coordinate 0 and coordinate 1 of it are not in "
                  << "the same element of " << n << ", but coordinates 1 and " << n / step << " are";
      return false;
    }
    auto const within = n / step;
    r.shape_[k] = ceil_div(s, within);
    r.stride_[k] = d < 0 ? -1 : 1;
    auto const further = ((s < within ? s : within) - 1) * step; // less than n
    if (inside >= n - further) {
      why.start() << "leaf " << s << ":" << d << " and the leaves before it leave the element of " << n
                  << " together, " << inside << " + " << further << " is in the next one";
      return false;
    }
    inside += further;
  }
  return true;
}

constexpr bool downcast_in(layout& r, layout const& l, std::int64_t n, trouble& why) {
  if (!count_of_elements(n, why))
    return false;
  r = l;
  bool unit = false;
  for (int k = 0; k < l.profile_.count; ++k) {
    bool const one = l.stride_[k] == 1;
    auto& grows = one ? r.shape_[k] : r.stride_[k];
    unit = unit || one;
    if (__builtin_mul_overflow(grows, n, &grows))
      return overflow(why, one ? "a shape" : "a stride");
  }
  if (!unit)
    why.start() << "no leaf has stride 1, along which the " << n << " parts of an element could lie";
  return unit;
}

constexpr bool recast_in(layout& r, layout const& l, std::int64_t old_bits, std::int64_t new_bits,
                         trouble& why) {
  if (old_bits < 1 || new_bits < 1) {
    why.start() << "the width of an element must be at least 1 bit";
    return false;
  }
  auto const common = gcd(old_bits, new_bits);
  auto const up = new_bits / common;
  auto const down = old_bits / common;
  if (down == 1)
    return upcast_in(r, l, up, why);
  if (up == 1)
    return downcast_in(r, l, down, why);
  layout wide;
  return upcast_in(wide, l, up, why) && downcast_in(r, wide, down, why);
}

} // namespace detail

/// The layout of elements n times as wide. A leaf s:d whose stride is a multiple of n becomes s:(d/n); one
/// whose stride divides n loses q = n/d neighbours to each wide element, ceil(s/q):1. With q_k = 1 for the
/// other leaves, for every coordinate c of L
///   R(floor(c_0 / q_0), floor(c_1 / q_1), ...) = floor(L(c) / n).
///   upcast((32,4):(4,1), 4) = (32,1):(1,1)
/// Errors: a stride that neither divides n nor is a multiple of it; leaves that together leave the wide
/// element; a negative stride that is not a multiple of n.
[[nodiscard]] constexpr outcome<layout> try_upcast(layout const& l, std::int64_t n) {
  outcome<layout> r;
  detail::trouble why;
  if (!detail::upcast_in(r.held, l, n, why))
    return {layout(), detail::explain("upcast", l, n, why)};
  return r;
}
[[nodiscard]] constexpr layout upcast(layout const& l, std::int64_t n) {
  layout r;
  detail::trouble why;
  if (!detail::upcast_in(r, l, n, why))
    refused(detail::explain("upcast", l, n, why));
  return r;
}

/// The layout of elements that are n to one of L. A leaf of stride 1 becomes (s*n):1, any other s:(d*n):
///   R(c') = n * L(c) + j, where c' is c with n * c_k + j in one leaf of stride 1 and n * c_k in the others,
/// for every coordinate c of L and 0 <= j < n.
///   downcast((8,4):(4,1), 2) = (8,8):(8,1)
/// Errors: no leaf of stride 1, overflow.
[[nodiscard]] constexpr outcome<layout> try_downcast(layout const& l, std::int64_t n) {
  outcome<layout> r;
  detail::trouble why;
  if (!detail::downcast_in(r.held, l, n, why))
    return {layout(), detail::explain("downcast", l, n, why)};
  return r;
}
[[nodiscard]] constexpr layout downcast(layout const& l, std::int64_t n) {
  layout r;
  detail::trouble why;
  if (!detail::downcast_in(r, l, n, why))
    refused(detail::explain("downcast", l, n, why));
  return r;
}

/// The layout of the same memory for elements of `new_bits` instead of `old_bits`. With new : old = p : q in
/// lowest terms, the downcast by q of the upcast by p.
///   recast_layout((4,8):(1,4), 16, 32) = (2,8):(1,2)
/// Errors: as upcast and downcast, a width below 1.
[[nodiscard]] constexpr outcome<layout> try_recast_layout(layout const& l, std::int64_t old_bits,
                                                          std::int64_t new_bits) {
  outcome<layout> r;
  detail::trouble why;
  if (!detail::recast_in(r.held, l, old_bits, new_bits, why))
    return {layout(), detail::explain("recast_layout", l, old_bits, new_bits, why)};
  return r;
}
[[nodiscard]] constexpr layout recast_layout(layout const& l, std::int64_t old_bits, std::int64_t new_bits) {
  layout r;
  detail::trouble why;
  if (!detail::recast_in(r, l, old_bits, new_bits, why))
    refused(detail::explain("recast_layout", l, old_bits, new_bits, why));
  return r;
}

} // namespace enigma
