// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/pairs.hpp>

/// Comparisons of tuples: of their nesting, and of their integers. congruent and compatible are in
/// int_tuple.hpp.
namespace enigma {

namespace detail {

/// -1, 0 or 1 as m comes before, with or after n; element by element from the left or from the right, the
/// lower rank first if all that is met is equal. Every pair is looked at, so that none is of two kinds.
constexpr int order_of(int_tuple const& a, node const& m, int_tuple const& b, node const& n, bool from_right,
                       bool& comparable) {
  if (m.is_leaf() && n.is_leaf())
    return a.leaf_[m.first] < b.leaf_[n.first] ? -1 : a.leaf_[m.first] > b.leaf_[n.first] ? 1 : 0;
  if (m.is_leaf() || n.is_leaf()) {
    comparable = false;
    return 0;
  }
  int const more = a.profile_.rank(m) - b.profile_.rank(n);
  int j = m.first;
  int k = n.first;
  if (from_right) { // aligned at the right end
    for (int i = 0; i < more; ++i)
      j = a.profile_.child(m, j).last;
    for (int i = 0; i > more; --i)
      k = b.profile_.child(n, k).last;
  }
  int order = 0;
  while (j < m.last && k < n.last) {
    auto const x = a.profile_.child(m, j);
    auto const y = b.profile_.child(n, k);
    if (int const c = order_of(a, x, b, y, from_right, comparable); c != 0 && (from_right || order == 0))
      order = c;
    j = x.last;
    k = y.last;
  }
  return order != 0 ? order : more < 0 ? -1 : more > 0 ? 1 : 0;
}

constexpr int checked_order(char const* name, int_tuple const& a, int_tuple const& b, bool from_right) {
  bool comparable = true;
  int const order = order_of(a, a.profile_.whole(), b, b.profile_.whole(), from_right, comparable);
  if (!comparable) {
    trouble why;
    why.start() << "an integer meets a tuple, they have no order";
    refused(explain(name, a, b, why));
  }
  return order;
}

/// a_k < b_k for all leaves, or a_k <= b_k.
constexpr bool all_below(char const* name, int_tuple const& a, int_tuple const& b, bool or_equal) {
  if (!(a.profile_ == b.profile_)) {
    trouble why;
    why.start() << "not congruent, each integer needs one to be compared with";
    refused(explain(name, a, b, why));
  }
  for (int k = 0; k < a.profile_.count; ++k)
    if (a.leaf_[k] > b.leaf_[k] || (a.leaf_[k] == b.leaf_[k] && !or_equal))
      return false;
  return true;
}

} // namespace detail

/// The nesting of a is a truncation of b's: each integer of a, whatever its value, meets anything in b. So
/// a coordinate like a is a coordinate of a shape like b. weakly_congruent((1,2), (3,(4,5))) is true.
[[nodiscard]] constexpr bool weakly_congruent(int_tuple const& a, int_tuple const& b) {
  detail::unequal_ranks u;
  auto const meet = [](detail::node const& m, detail::node const&) { return m.is_leaf(); };
  return detail::all_pairs(a.profile_, a.profile_.whole(), b.profile_, b.profile_.whole(),
                           detail::ranks::equal, u, meet);
}

/// As weakly_congruent, and each integer of a divides the product of what it meets in b: some multiple
/// elem_scale(a, c) of a is compatible with b. weakly_compatible((2,3), (4,(3,5))) is true.
/// Errors: an integer below 1; overflow.
[[nodiscard]] constexpr bool weakly_compatible(int_tuple const& a, int_tuple const& b) {
  detail::unequal_ranks u;
  detail::trouble why;
  for (auto const* t : {&a, &b})
    for (int k = 0; k < t->profile_.count && !why.any; ++k)
      if (t->leaf_[k] < 1)
        why.start() << "a shape must be at least 1, one leaf is " << t->leaf_[k];
  auto const meet = [&](detail::node const& m, detail::node const& n) {
    std::int64_t p = 1;
    return m.is_leaf() && detail::product_of(p, 1, b, n, why) && p % a.leaf_[m.first] == 0;
  };
  bool const yes = !why.any && detail::all_pairs(a.profile_, a.profile_.whole(), b.profile_,
                                                 b.profile_.whole(), detail::ranks::equal, u, meet);
  if (why.any)
    refused(detail::explain("weakly_compatible", a, b, why));
  return yes;
}

/// a comes before b when their elements are compared from the left; a tuple that ends where the other goes
/// on comes first. For coordinates it is the order of a row-major layout. Errors: an integer meets a tuple.
[[nodiscard]] constexpr bool lex_less(int_tuple const& a, int_tuple const& b) {
  return detail::checked_order("lex_less", a, b, false) < 0;
}
/// a = b or lex_less(a, b).
[[nodiscard]] constexpr bool lex_leq(int_tuple const& a, int_tuple const& b) {
  return detail::checked_order("lex_leq", a, b, false) <= 0;
}
/// The same from the right: for coordinates the order of a column-major layout, that is of crd2idx.
[[nodiscard]] constexpr bool colex_less(int_tuple const& a, int_tuple const& b) {
  return detail::checked_order("colex_less", a, b, true) < 0;
}
/// a = b or colex_less(a, b).
[[nodiscard]] constexpr bool colex_leq(int_tuple const& a, int_tuple const& b) {
  return detail::checked_order("colex_leq", a, b, true) <= 0;
}

/// a_k < b_k for all integers: with a coordinate c >= 0, elem_less(c, shape) says that c is in the domain.
/// Errors: not congruent.
[[nodiscard]] constexpr bool elem_less(int_tuple const& a, int_tuple const& b) {
  return detail::all_below("elem_less", a, b, false);
}
/// a_k <= b_k for all integers. (CuTe's elem_leq is "not elem_less(b, a)", which is another question as soon
/// as there are two integers.) Errors: not congruent.
[[nodiscard]] constexpr bool elem_leq(int_tuple const& a, int_tuple const& b) {
  return detail::all_below("elem_leq", a, b, true);
}

} // namespace enigma
