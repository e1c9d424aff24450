// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/trouble.hpp>

namespace enigma::detail {

/// What two tuples that meet have to agree in.
enum class ranks : unsigned char { equal, second_may_be_lower };

/// Two ranks that should have agreed.
struct unequal_ranks {
  bool any = false;
  int first = 0;
  int second = 0;
};

/// Walks two nestings at once: tuples meet element by element, and where one of the two is an integer
/// `meet(m, n)` decides. False as soon as a meeting is, or where ranks disagree.
template <class Meet>
constexpr bool all_pairs(profile const& a, node const& m, profile const& b, node const& n, ranks rule,
                         unequal_ranks& u, Meet const& meet) {
  if (m.is_leaf() || n.is_leaf())
    return meet(m, n);
  int j = m.first;
  int k = n.first;
  while (j < m.last && k < n.last) {
    auto const x = a.child(m, j);
    auto const y = b.child(n, k);
    if (!all_pairs(a, x, b, y, rule, u, meet))
      return false;
    j = x.last;
    k = y.last;
  }
  if (k == n.last && (j == m.last || rule == ranks::second_may_be_lower))
    return true;
  u = {true, a.rank(m), b.rank(n)};
  return false;
}

/// The words for unequal ranks, unless there are others already.
constexpr void say_ranks(trouble& why, unequal_ranks const& u) {
  if (!why.any && u.any)
    why.start() << "rank mismatch, a tuple of rank " << u.first << " meets one of rank " << u.second;
}

/// factor * (the product of the leaves of n)
constexpr bool product_of(std::int64_t& r, std::int64_t factor, int_tuple const& t, node const& n,
                          trouble& why) {
  r = factor;
  for (int k = n.first; k < n.last; ++k)
    if (__builtin_mul_overflow(r, t.leaf_[k], &r))
      return overflow(why, "a product");
  return true;
}

} // namespace enigma::detail
