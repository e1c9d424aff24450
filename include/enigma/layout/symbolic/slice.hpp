// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/coalesce.hpp>

namespace enigma {

/// What a slice leaves: the layout of the holes and the index of the fixed part.
struct symbolic_slice {
  symbolic_layout layout = {};
  size_expression offset = {};
};

namespace detail {

/// sum += mode(c) for a linear coordinate c of a mode.
constexpr bool add_linear(polynomial& sum, atom_table& names, symbolic_layout const& l, node const& n,
                          polynomial const& coordinate, trouble& why) {
  if (coordinate.n == 0)
    return true;
  if (!never_negative(names, coordinate)) {
    why.start() << "the coordinate " << written{names, coordinate} << " may be negative, "
                << needs_at_least{names, coordinate, 0};
    return false;
  }
  symbolic_flat mode;
  if (!coalesced(mode, l, n, true, why))
    return false;
  auto c = coordinate;
  for (int k = 0; k < mode.n && c.n != 0; ++k) {
    auto const s = mode.s(k);
    polynomial digit = c;
    polynomial left;
    if (k < mode.n - 1) {
      auto end = c;
      if (!end.add(1, 0))
        return too_large(why);
      if (decide_at_most(names, end, s) != decision::yes) {
        if (divide_exactly(left, c, s))
          digit = polynomial();
        else if (!s.known()) {
          why.start() << "the linear coordinate " << written{names, coordinate} << " of mode " << l.sub(n)
                      << " " << needs_at_least{names, s, end} << ", or one coordinate for each of its modes";
          return false;
        } else if (!quotient(digit, names, c, s.value(), atom::kind::modulo, why) ||
                   !quotient(left, names, c, s.value(), atom::kind::floor, why))
          return false;
      }
    }
    if (!add_product(sum, digit, mode.d(k)))
      return too_large(why);
    c = left;
  }
  return true;
}

/// Appends the modes under the holes and adds the values of the rest.
constexpr bool slice(symbolic_builder& kept, polynomial& sum, atom_table& names, symbolic_layout const& l,
                     node const& n, size_tuple const& c, term_store const& values, node const& m,
                     trouble& why) {
  if (m.is_leaf()) {
    if (c.is_hole(m.first)) {
      kept.append(l, n);
      return true;
    }
    return add_linear(sum, names, l, n, values.get(m.first), why);
  }
  int j = m.first;
  int k = n.first;
  if (!n.is_leaf())
    while (j < m.last && k < n.last) {
      auto const x = c.profile_.child(m, j);
      auto const y = l.profile_.child(n, k);
      if (!slice(kept, sum, names, l, y, c, values, x, why))
        return false;
      j = x.last;
      k = y.last;
    }
  if (j != m.last || k != n.last) {
    why.start() << "rank mismatch, a tuple needs one element for each mode";
    return false;
  }
  return true;
}

/// The same for a whole layout, whose names `names` begin with; the coordinate's are joined to them.
constexpr bool slice_in(symbolic_builder& kept, polynomial& sum, atom_table& names, symbolic_layout const& l,
                        size_tuple const& c, trouble& why) {
  auto const m = c.profile_.whole();
  auto const n = l.profile_.whole();
  if (m.is_leaf() && c.is_hole(0)) {
    kept.append(l, n);
    return kept.finish(why);
  }
  renaming to;
  if (!join(to, names, c.names_, why))
    return false;
  term_store values;
  values.append(c.terms_, 0, c.profile_.count, to, c.names_.count);
  kept.open();
  if (!slice(kept, sum, names, l, n, c, values, m, why))
    return false;
  if (kept.empty()) {
    kept.pending = 0;
    kept.leaf(1, 0);
  } else
    kept.close();
  return kept.finish(why);
}

constexpr symbolic_slice slice(char const* name, size_tuple const& c, symbolic_layout const& l) {
  symbolic_builder kept;
  polynomial sum;
  atom_table names = l.names_;
  trouble why;
  if (!slice_in(kept, sum, names, l, c, why))
    refused(explain(name, c, l, why));
  return {kept.made(names), {names, sum}};
}

} // namespace detail

/// Fixes what is given in `coordinate` and keeps the modes under `_`, collected into one flat tuple of modes:
/// with x for the coordinate of the holes, offset + layout(x) = L(coordinate with x).
///   slice({_, k}, (M,K):(K,1)) = (M):(K) at offset k
///   slice({_, {b, 0}}, zipped_divide(A, {64, 8})) = ((64,8)):((K,1)) at offset 64*K*b
/// Linear coordinates of a mode of several leaves are taken apart where sizes are known or the facts decide.
/// Errors: rank mismatch; a coordinate that may be negative; a missing fact, which the message names.
[[nodiscard]] constexpr symbolic_slice slice(size_tuple const& coordinate, symbolic_layout const& l) {
  return detail::slice("slice", coordinate, l);
}

/// L(c), an expression: crd2idx({i, j}, (M,K):(K,1)) = K*i+j. Errors: as slice; a coordinate with holes.
[[nodiscard]] constexpr size_expression crd2idx(size_tuple const& coordinate, symbolic_layout const& l) {
  if (coordinate.holes_ != 0)
    refused((detail::sentence("crd2idx(")
             << coordinate << ", " << l << ") refused: a coordinate with holes has no value, slice with it")
                .lines());
  return detail::slice("crd2idx", coordinate, l).offset;
}

constexpr size_expression symbolic_layout::operator()(size_tuple const& c) const {
  return crd2idx(c, *this);
}
template <class... Cs>
  requires(sizeof...(Cs) > 0 && (std::constructible_from<size_tuple, Cs const&> && ...))
constexpr auto symbolic_layout::operator()(Cs const&... cs) const {
  if constexpr ((detail::hole_like<Cs> || ...))
    return slice(detail::coordinate_of(cs...), *this).layout;
  else
    return crd2idx(detail::coordinate_of(cs...), *this);
}

} // namespace enigma
