// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/complement.hpp>
#include <enigma/layout/composition.hpp>

/// Products: a block A repeated as a tiler T says. With C = complement(A, size(A) * cosize(T)) every
/// product holds the block and its repetitions, R(a, t) = A(a) + C(T(t)).
namespace enigma {

namespace detail {

/// The repetitions C for a block and a tiler subtree, as the left side of a composition.
constexpr bool repetitions(composer& c, layout const& a, node const& n, layout const& t, node const& m) {
  std::int64_t shape[1] = {1};
  std::int64_t cosize = 1;
  std::int64_t covered = 0;
  if (!checked_size(a, n, shape[0], c.why))
    return false;
  for (int k = m.first; k < m.last; ++k) {
    if (t.stride_[k] < 0 && t.shape_[k] != 1) {
      c.why.start() << "the tiler " << t.sub(m) << " has a negative stride";
      return false;
    }
    if (t.shape_[k] != 1 && !add_product(cosize, t.shape_[k] - 1, t.stride_[k]))
      return overflow(c.why, "the cosize of the tiler");
  }
  if (__builtin_mul_overflow(shape[0], cosize, &shape[0]))
    return overflow(c.why, "the size of the product");
  if (!complement_of(c.a, a, n, shape, 1, c.why, covered))
    return false;
  if (c.a.n == 0) { // nothing to repeat: 1:0
    c.a.n = 1;
    c.a.s[0] = 1;
  }
  return true;
}

constexpr bool product_mode(layout_builder& out, layout const& a, node const& n, layout const& t,
                            node const& m, trouble& why) {
  composer c(why);
  if (!repetitions(c, a, n, t, m))
    return false;
  out.open();
  out.append(a, n);
  if (out.full)
    return finish(out, why);
  if (!c.all(out, t, m))
    return false;
  if (!out.full)
    out.close();
  return true;
}

constexpr bool logical_product_in(layout_builder& out, layout const& a, tiler const& t, trouble& why) {
  return by_mode(out, a, a.profile_.whole(), t, t.profile_.whole(), further_modes::kept, why,
                 [&](node const& n, node const& m) {
                   return product_mode(out, a, n, t.pool_, t.element(m.first), why);
                 });
}

/// A mode, or 1:0 for a mode that is missing.
constexpr void append_or_one(layout_builder& out, layout const& l, node const& n) {
  if (n.last != 0)
    out.append(l, n);
  else
    out.leaf(1, 0);
}

/// Mode by mode the pair of block and repetitions: block first, or repetitions first if raked.
constexpr bool paired_product(layout_builder& out, layout const& a, layout const& t, bool raked,
                              trouble& why) {
  auto const n = a.profile_.whole();
  auto const m = t.profile_.whole();
  composer c(why);
  if (!repetitions(c, a, n, t, m))
    return false;
  node const none{0, 0, 0, 0};
  // With an integer for the tiler CuTe rakes a block of one mode as a whole; so do we.
  bool const whole = raked && m.is_leaf() && !n.is_leaf() && a.profile_.rank(n) == 1;
  out.open();
  for (int j = n.first, k = m.first; j < n.last || k < m.last;) {
    auto const x = j >= n.last ? none : n.is_leaf() || whole ? n : a.profile_.child(n, j);
    auto const y = k >= m.last ? none : m.is_leaf() ? m : t.profile_.child(m, k);
    out.open();
    if (!raked)
      append_or_one(out, a, x);
    if (y.last != 0 ? !c.all(out, t, y) : !c.leaf(out, 1, 0))
      return false;
    if (raked)
      append_or_one(out, a, x);
    if (out.full)
      return finish(out, why);
    out.close();
    j = x.last != 0 ? x.last : j;
    k = y.last != 0 ? y.last : k;
  }
  out.close();
  return true;
}

} // namespace detail

/// (1) For one layout or integer T: (A, complement(A, size(A) * cosize(T)) o T).
/// (2) By mode for a tuple; further modes of A, and modes under `_`, stay as they are.
///   logical_product((2,2):(1,2), 3) = ((2,2),3):((1,2),4)
/// Errors: the leaves of A overlap, T carries in the complement (the message names a coordinate), rank
/// mismatch, overflow, too many modes.
[[nodiscard]] constexpr layout logical_product(layout const& a, tiler const& t) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::logical_product_in(out, a, t, why) || !detail::finish(out, why))
    refused(detail::explain("logical_product", a, t, why));
  return out.made;
}
[[nodiscard]] constexpr outcome<layout> try_logical_product(layout const& a, tiler const& t) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::logical_product_in(out, a, t, why) || !detail::finish(out, why))
    return {layout(), detail::explain("logical_product", a, t, why)};
  return {out.made};
}

/// ((A_0,T'_0), (A_1,T'_1), ...): in each mode the block lies together and is repeated as T says, where
/// (A, T') is the logical product of the wholes; missing modes are 1:0.
///   blocked_product((2,2):(1,2), (3,4):(1,3)) = ((2,3),(2,4)):((1,4),(2,12))
/// Errors: as logical_product.
[[nodiscard]] constexpr layout blocked_product(layout const& a, layout const& t) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::paired_product(out, a, t, false, why))
    refused(detail::explain("blocked_product", a, t, why));
  return out.made;
}
[[nodiscard]] constexpr outcome<layout> try_blocked_product(layout const& a, layout const& t) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::paired_product(out, a, t, false, why))
    return {layout(), detail::explain("blocked_product", a, t, why)};
  return {out.made};
}

/// ((T'_0,A_0), (T'_1,A_1), ...): as blocked_product with the block spread out (raked) over the mode.
/// Errors: as logical_product.
[[nodiscard]] constexpr layout raked_product(layout const& a, layout const& t) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::paired_product(out, a, t, true, why))
    refused(detail::explain("raked_product", a, t, why));
  return out.made;
}
[[nodiscard]] constexpr outcome<layout> try_raked_product(layout const& a, layout const& t) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::paired_product(out, a, t, true, why))
    return {layout(), detail::explain("raked_product", a, t, why)};
  return {out.made};
}

} // namespace enigma
