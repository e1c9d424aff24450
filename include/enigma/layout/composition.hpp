// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/by_mode.hpp>
#include <enigma/layout/detail/compose.hpp>

namespace enigma {

namespace detail {

constexpr bool compose_by_mode(layout_builder& out, layout const& a, tiler const& t, trouble& why) {
  return by_mode(out, a, a.profile_.whole(), t, t.profile_.whole(), further_modes::dropped, why,
                 [&](node const& n, node const& m) {
                   composer c(a, n, why);
                   if (t.kind_[m.first] == tiler::kind::integer)
                     return c.leaf(out, t.pool_.shape_[t.first_[m.first]], 1);
                   return c.all(out, t.pool_, t.element(m.first));
                 });
}

constexpr bool compose(layout_builder& out, layout const& a, layout const& b, trouble& why) {
  composer c(a, a.profile_.whole(), why);
  return c.all(out, b, b.profile_.whole()) && finish(out, why);
}

} // namespace detail

/// (1) R with R(c) = A(B(c)) for every coordinate c of B, where compatible(shape(B), shape(R)); A is
/// evaluated by the extension rule where B reaches past its size. Each leaf s:d of B becomes one leaf of R
/// or a tuple of leaves with product s.
///   composition((6,2):(8,2), (4,3):(3,1)) = ((2,2),3):((24,2),8)
/// Errors: no layout has these values (the message names a coordinate and the two values), or none can be
/// proven to; overflow; too many modes.
template <std::same_as<layout> L>
[[nodiscard]] constexpr layout composition(layout const& a, L const& b) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::compose(out, a, b, why))
    refused(detail::explain("composition", a, b, why));
  return out.made;
}
template <std::same_as<layout> L>
[[nodiscard]] constexpr outcome<layout> try_composition(layout const& a, L const& b) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::compose(out, a, b, why))
    return {layout(), detail::explain("composition", a, b, why)};
  return {out.made};
}

/// (2) By mode: mode i of R is mode i of A composed with element i of the tiler (an integer n is n:1, `_`
/// keeps the mode); modes of A beyond the tiler are dropped. A tiler that is one layout or one integer is
/// composed with A as a whole. Errors: as (1); more elements than modes.
[[nodiscard]] constexpr outcome<layout> try_composition(layout const& a, tiler const& t) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::compose_by_mode(out, a, t, why) || !detail::finish(out, why))
    return {layout(), detail::explain("composition", a, t, why)};
  return {out.made};
}
[[nodiscard]] constexpr layout composition(layout const& a, tiler const& t) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::compose_by_mode(out, a, t, why) || !detail::finish(out, why))
    refused(detail::explain("composition", a, t, why));
  return out.made;
}

/// L seen with another shape: R(i) = L(i) for 0 <= i < size(shape), compatible(shape, shape(R)).
/// Errors: as composition with the compact layout of `shape`.
[[nodiscard]] constexpr outcome<layout> try_with_shape(layout const& l, int_tuple const& shape) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::compose(out, l, layout(shape), why))
    return {layout(), detail::explain("with_shape", l, shape, why)};
  return {out.made};
}
[[nodiscard]] constexpr layout with_shape(layout const& l, int_tuple const& shape) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::compose(out, l, layout(shape), why))
    refused(detail::explain("with_shape", l, shape, why));
  return out.made;
}

} // namespace enigma
