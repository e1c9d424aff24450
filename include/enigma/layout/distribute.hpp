// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>

namespace enigma {

namespace detail {

constexpr bool distribute(layout_builder& out, int_tuple const& shape, std::int64_t n, trouble& why) {
  flat r;
  if (n < 1) {
    why.start() << "there must be at least 1 to distribute, not " << n;
    return false;
  }
  std::int64_t prefix = 1;
  for (int k = 0; k < shape.profile_.count; ++k) {
    auto const s = shape.leaf_[k];
    if (s < 1) {
      why.start() << "a shape must be at least 1, leaf " << k << " is " << s;
      return false;
    }
    auto const part = gcd(s, n);
    n /= part;
    if (!r.join(part, prefix) || __builtin_mul_overflow(prefix, s, &prefix))
      return overflow(why, "the size of the shape");
  }
  put(out, r);
  return true;
}

} // namespace detail

/// n workers laid over a shape: in each leaf, from the left, as many as the leaf and what is left of n have
/// in common, g_k = gcd(s_k, n / (g_0 ... g_{k-1})):
///   R(i) for i = (c_0, c_1, ...) in (g_0, g_1, ...) is c_0 + c_1 * s_0 + c_2 * s_0 * s_1 + ..., coalesced.
/// R is strictly increasing into [0, size(shape)), size(R) divides n and is n where the shape has room for
/// it, and composition(A, R) exists for every A of this shape.
///   domain_distribute((8,4,4), 16) = 16:1
/// Errors: n or a shape below 1, a size beyond 64 bits.
[[nodiscard]] constexpr outcome<layout> try_domain_distribute(int_tuple const& shape, std::int64_t n) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::distribute(out, shape, n, why))
    return {layout(), detail::explain("domain_distribute", shape, n, why)};
  return {out.made};
}
[[nodiscard]] constexpr layout domain_distribute(int_tuple const& shape, std::int64_t n) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::distribute(out, shape, n, why))
    refused(detail::explain("domain_distribute", shape, n, why));
  return out.made;
}

} // namespace enigma
