// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>

/// How wide an access may be, and how far its address is aligned.
namespace enigma {

/// The largest n that divides size(L) such that each aligned group of n consecutive coordinates has
/// consecutive values that begin at a multiple of n:
///   L(n * j + i) = L(n * j) + i  and  L(n * j) mod n = 0   for 0 <= i < n, 0 <= j < size(L) / n.
/// The widths with this law are exactly the divisors of this number. It is the gcd of the size of the leading
/// contiguous leaf and of all further strides.
///   max_vector_width((8,4):(1,12)) = 4
/// Errors: a size beyond 64 bits.
[[nodiscard]] constexpr std::int64_t max_vector_width(layout const& l) {
  detail::flat f;
  detail::trouble why;
  if (!detail::coalesced(f, l, l.profile_.whole(), why))
    refused(detail::explain("max_vector_width", l, why));
  if (f.n == 0 || f.d[0] != 1)
    return 1;
  auto n = f.s[0];
  for (int k = 1; k < f.n; ++k) {
    n = detail::gcd(n, f.d[k] % n);
    n = n < 0 ? -n : n;
  }
  return n;
}

/// The largest such n that is a power of two and at most `limit`: what a vector load of at most `limit`
/// elements can use. Errors: limit below 1.
[[nodiscard]] constexpr std::int64_t max_vector_width(layout const& l, std::int64_t limit) {
  if (limit < 1)
    refused((detail::sentence("max_vector_width(") << l << ", " << limit << ") refused: the limit is below 1")
                .lines());
  auto const n = max_vector_width(l);
  std::int64_t width = 1;
  while (width <= limit / 2 && n % (2 * width) == 0)
    width *= 2;
  return width;
}

/// The largest number that divides every value of L, the gcd of the strides; 0 if L is 0 everywhere.
///   alignment((4,8):(4,6)) = 2
[[nodiscard]] constexpr std::int64_t alignment(layout const& l) {
  std::int64_t n = 0;
  for (int k = 0; k < l.profile_.count; ++k)
    if (l.shape_[k] != 1) {
      if (l.stride_[k] == INT64_MIN)
        refused((detail::sentence("alignment(") << l << ") refused: overflow, a stride of " << INT64_MIN)
                    .lines());
      n = detail::gcd(l.stride_[k], n);
      n = n < 0 ? -n : n;
    }
  return n;
}

} // namespace enigma
