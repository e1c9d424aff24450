// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/compose.hpp>
#include <enigma/layout/tiler.hpp>
#include <enigma/layout/tv.hpp>

namespace enigma {

namespace detail {

constexpr bool enough_modes(symbolic_layout const& a, node const& n, tiler const& t, node const& m,
                            trouble& why) {
  if (a.profile_.rank(n) >= t.profile_.rank(m))
    return true;
  why.start() << "rank mismatch, a tiler of rank " << t.profile_.rank(m) << " meets " << a.sub(n)
              << " of rank " << a.profile_.rank(n);
  return false;
}

/// Mode i of A meets element i of the tiler, nested tilers recurse, `_` keeps its mode, further modes are
/// kept or dropped. `operate(n, m)` appends what becomes of mode n of A under element m.
template <class Operation>
constexpr bool symbolic_by_mode(symbolic_builder& out, symbolic_layout const& a, node const& n,
                                tiler const& t, node const& m, bool keep_further, trouble& why,
                                Operation const& operate) {
  if (m.is_leaf()) {
    if (t.kind_[m.first] != tiler::kind::hole)
      return operate(n, m);
    out.append(a, n);
    return true;
  }
  if (!enough_modes(a, n, t, m, why))
    return false;
  out.open();
  int k = n.first;
  for (int j = m.first; j < m.last;) {
    auto const x = t.profile_.child(m, j);
    auto const y = n.is_leaf() ? n : a.profile_.child(n, k);
    if (!symbolic_by_mode(out, a, y, t, x, keep_further, why, operate))
      return false;
    j = x.last;
    k = y.last;
  }
  while (keep_further && k < n.last) {
    auto const y = a.profile_.child(n, k);
    out.append(a, y);
    k = y.last;
  }
  out.close();
  return true;
}

constexpr outcome<symbolic_layout> compose(symbolic_layout const& a, layout const& b) {
  atom_table names = a.names_;
  symbolic_builder out;
  trouble why;
  symbolic_composer c(names, a, a.profile_.whole(), why);
  c.all(out, b, b.profile_.whole());
  if (!out.finish(why))
    return {{}, explain("composition", a, b, why)};
  return {out.made(names)};
}
constexpr outcome<symbolic_layout> compose(symbolic_layout const& a, symbolic_layout const& b) {
  atom_table names = a.names_;
  symbolic_builder out;
  trouble why;
  symbolic_layout moved;
  if (under_names(moved, names, b, why)) {
    symbolic_composer c(names, a, a.profile_.whole(), why);
    c.all(out, moved, moved.profile_.whole());
  }
  if (!out.finish(why))
    return {{}, explain("composition", a, b, why)};
  return {out.made(names)};
}

constexpr bool compose_by_mode(symbolic_builder& out, atom_table& names, symbolic_layout const& a,
                               tiler const& t, trouble& why) {
  symbolic_by_mode(out, a, a.profile_.whole(), t, t.profile_.whole(), false, why,
                   [&](node const& n, node const& m) {
                     symbolic_composer c(names, a, n, why);
                     return c.all(out, t.pool_, t.element(m.first));
                   });
  return out.finish(why);
}

constexpr void tile_must_fit(symbolic_layout const& a, tv_layout const& tv) {
  polynomial size = 1;
  for (int k = 0; k < a.profile_.count; ++k) {
    auto const before = size;
    if (!multiply(size, before, a.shape_at(k)))
      size = 0;
  }
  if (!size.is(product(tv.tiler)))
    refused((sentence("composition(")
             << a << ", thread-value layout of a tile " << tv.tiler << ") refused: the layout has "
             << written{a.names_, size} << " elements, the tile " << product(tv.tiler))
                .lines());
}

} // namespace detail

/// (1) R with R(c) = A(B(c)) for every coordinate c of B and every binding of the names, where
/// compatible(shape(B), shape(R)); A is evaluated by the extension rule where B reaches past its size.
///   composition((M,K):(K,1), 4:1) = 4:K                 needs M at least 4
///   composition((M,K):(K,1), (K,M):(M,1)) = (K,M):(1,K)
/// Errors: as for integers; and a fact is missing, which the message names.
template <detail::any_layout B>
[[nodiscard]] constexpr outcome<symbolic_layout> try_composition(symbolic_layout const& a, B const& b) {
  return detail::compose(a, b);
}
template <detail::any_layout B>
[[nodiscard]] constexpr symbolic_layout composition(symbolic_layout const& a, B const& b) {
  return detail::compose(a, b).value();
}

/// (2) By mode: mode i of R is mode i of A composed with element i of the tiler; modes of A beyond the tiler
/// are dropped. Errors: as (1); more elements than modes.
[[nodiscard]] constexpr outcome<symbolic_layout> try_composition(symbolic_layout const& a, tiler const& t) {
  detail::atom_table names = a.names_;
  detail::symbolic_builder out;
  detail::trouble why;
  if (!compose_by_mode(out, names, a, t, why))
    return {{}, detail::explain("composition", a, t, why)};
  return {out.made(names)};
}
[[nodiscard]] constexpr symbolic_layout composition(symbolic_layout const& a, tiler const& t) {
  return try_composition(a, t).value();
}

/// (3) R(thread, value) = A(tv.layout(thread, value)), for a tile A of the shape tv.tiler.
///   composition(zipped_divide(A, tv.tiler)(_, block), tv)(thread, _)     the elements of one thread
/// Errors: the tile has another size; as (1).
template <std::same_as<tv_layout> TV>
[[nodiscard]] constexpr symbolic_layout composition(symbolic_layout const& a, TV const& tv) {
  detail::tile_must_fit(a, tv);
  return composition(a, tv.layout);
}

/// L seen with another shape: R(i) = L(i) for 0 <= i < size(shape). Errors: as composition with the compact
/// layout of `shape`.
[[nodiscard]] constexpr symbolic_layout with_shape(symbolic_layout const& l, size_tuple const& shape) {
  return composition(l, symbolic_layout(shape));
}

} // namespace enigma
