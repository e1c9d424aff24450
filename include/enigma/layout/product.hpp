// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/complement.hpp>
#include <enigma/layout/composition.hpp>
#include <enigma/layout/detail/arrange.hpp>

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
    auto const d = t.stride_[k];
    if (t.shape_[k] != 1 && (d == INT64_MIN || !add_product(cosize, t.shape_[k] - 1, d < 0 ? -d : d)))
      return overflow(c.why, "the cosize of the tiler");
  }
  if (__builtin_mul_overflow(shape[0], cosize, &shape[0]))
    return overflow(c.why, "the size of the product");
  if (!complement_of(c.a, a, n, shape, 1, c.why, covered))
    return false;
  if (c.a.n == 0) { // nothing to repeat: 1:0
    c.a.n = 1;
    c.a.s[0] = 1;
    c.a.d[0] = 0;
  }
  return true;
}

/// The block of one mode and its repetitions; `block` and `copies` may be the same layout_builder.
constexpr bool product_mode(layout_builder& block, layout_builder& copies, layout const& a, node const& n,
                            layout const& t, node const& m, trouble& why) {
  composer c(why);
  if (!repetitions(c, a, n, t, m))
    return false;
  block.append(a, n);
  if (block.full)
    return finish(block, why);
  return c.all(copies, t, m) && finish(copies, why);
}

constexpr bool product(layout_builder& out, layout const& a, tiler const& t, arrangement how, trouble& why) {
  return arrange(out, a, t, how, why,
                 [&](layout_builder& block, layout_builder& copies, node const& n, node const& m) {
                   return product_mode(block, copies, a, n, t.pool_, t.element(m.first), why);
                 });
}
constexpr outcome<layout> try_product(char const* name, layout const& a, tiler const& t, arrangement how) {
  layout_builder out;
  trouble why;
  if (!product(out, a, t, how, why))
    return {layout(), explain(name, a, t, why)};
  return {out.made};
}
constexpr layout product_or_refuse(char const* name, layout const& a, tiler const& t, arrangement how) {
  layout_builder out;
  trouble why;
  if (!product(out, a, t, how, why))
    refused(explain(name, a, t, why));
  return out.made;
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
/// (2) By mode for a tuple, ((A_0,T'_0), (A_1,T'_1), L, ...); further modes of A, and modes under `_`, stay
/// as they are.
///   logical_product((2,2):(1,2), 3) = ((2,2),3):((1,2),4)
/// Errors: the leaves of A overlap, T carries in the complement (the message names a coordinate), rank
/// mismatch, overflow, too many modes.
[[nodiscard]] constexpr layout logical_product(layout const& a, tiler const& t) {
  return detail::product_or_refuse("logical_product", a, t, detail::arrangement::logical);
}
[[nodiscard]] constexpr outcome<layout> try_logical_product(layout const& a, tiler const& t) {
  return detail::try_product("logical_product", a, t, detail::arrangement::logical);
}

/// ((A_0,A_1,...), (T'_0,T'_1,...,L,...)): mode 0 is the block, mode 1 counts its repetitions, with the parts
/// of logical_product. With `_` the whole mode is in the block. Errors: as logical_product.
///   zipped_product((2,5):(5,1), {3, 4}) = ((2,5),(3,4)):((5,1),(1,5))
[[nodiscard]] constexpr layout zipped_product(layout const& a, tiler const& t) {
  return detail::product_or_refuse("zipped_product", a, t, detail::arrangement::zipped);
}
[[nodiscard]] constexpr outcome<layout> try_zipped_product(layout const& a, tiler const& t) {
  return detail::try_product("zipped_product", a, t, detail::arrangement::zipped);
}

/// ((A_0,A_1,...), T'_0, T'_1, ..., L, ...). Errors: as logical_product.
[[nodiscard]] constexpr layout tiled_product(layout const& a, tiler const& t) {
  return detail::product_or_refuse("tiled_product", a, t, detail::arrangement::tiled);
}
[[nodiscard]] constexpr outcome<layout> try_tiled_product(layout const& a, tiler const& t) {
  return detail::try_product("tiled_product", a, t, detail::arrangement::tiled);
}

/// (A_0, A_1, ..., T'_0, T'_1, ..., L, ...). Errors: as logical_product.
[[nodiscard]] constexpr layout flat_product(layout const& a, tiler const& t) {
  return detail::product_or_refuse("flat_product", a, t, detail::arrangement::flat);
}
[[nodiscard]] constexpr outcome<layout> try_flat_product(layout const& a, tiler const& t) {
  return detail::try_product("flat_product", a, t, detail::arrangement::flat);
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
