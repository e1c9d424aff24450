// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/divide.hpp>
#include <enigma/layout/symbolic/identity.hpp>
#include <enigma/layout/symbolic/slice.hpp>

namespace enigma {

namespace detail {

/// The part of every stride with a basis vector (the coordinate) or without (the index).
constexpr symbolic_layout projected(symbolic_layout const& joint, bool coordinate) {
  monomial directions = 0;
  for (int a = 0; a < joint.names_.count; ++a)
    if (joint.names_.at[a].what == atom::kind::basis)
      directions |= power_of(a);
  symbolic_builder out;
  out.nesting = joint.profile_;
  for (int k = 0; k < joint.profile_.count; ++k) {
    auto const d = joint.stride_at(k);
    polynomial part;
    for (int i = 0; i < d.n; ++i)
      if (((d.m[i] & directions) != 0) == coordinate)
        part.add(d.c[i], d.m[i]);
    out.terms.append(joint.shape_at(k));
    out.terms.append(part);
  }
  return out.made(joint.names_);
}

constexpr polynomial size_of(symbolic_layout const& l, node const& n) {
  polynomial size = 1;
  for (int k = n.first; k < n.last; ++k) {
    auto const before = size;
    if (!multiply(size, before, l.shape_at(k)))
      refused((sentence("a mode of ") << l << " refused: overflow, its size exceeds 64 bits").lines());
  }
  return size;
}

/// True if a layout provably stays below the size of a mode.
constexpr bool stays_below(symbolic_layout const& a, node const& n, layout const& b, node const& m) {
  std::int64_t most = 1;
  for (int k = m.first; k < m.last; ++k)
    if (b.stride_[k] < 0 || !add_product(most, b.shape_[k] - 1, b.stride_[k]))
      return false;
  return decide_at_most(a.names_, most, size_of(a, n)) == decision::yes;
}

/// Calls `visit(n, m)` for every mode n that meets an integer or layout m of the tiler; false at the first
/// false.
template <class Visit>
constexpr bool for_each_meeting(symbolic_layout const& a, node const& n, tiler const& t, node const& m,
                                Visit const& visit) {
  if (m.is_leaf())
    return t.kind_[m.first] == tiler::kind::hole || visit(n, m);
  int k = n.first;
  for (int j = m.first; j < m.last && k < n.last;) {
    auto const x = t.profile_.child(m, j);
    auto const y = n.is_leaf() ? n : a.profile_.child(n, k);
    if (!for_each_meeting(a, y, t, x, visit))
      return false;
    j = x.last;
    k = y.last;
  }
  return true;
}

} // namespace detail

/// A layout that knows which of its positions exist: a layout, the coordinates of its elements in the domain
/// that it came from, and the limit of that domain. Divides and compositions act on index and coordinate
/// together (each stride is a sum such as K+1@0), so they agree at every position. Where the tiles do not
/// divide the sizes, some positions are past the limit: an element exists at c if coordinates(c) is less than
/// the limit in each direction.
///
///   bounded(layout(10)) in tiles of 4: zipped_divide(b, 4) = 4,3 with 12 positions, of which 10 are inside
///
/// The directions are the modes of the domain and, where a tile was cut again into tiles that do not divide
/// it, that tile's modes: positions past the end of a tile are another tile's elements, so the tile has a
/// limit of its own.
///
/// Law: the positions inside meet every element of the domain exactly once, for every chain of divides and
/// for every composition with a bijection onto the positions; index(c) = A(coordinates(c)).
///
/// In a kernel: for each i with needs_predicate(i) emit coordinates(c).leaf(i) < limit().leaf(i), each side
/// by `evaluate`. A structural type.
class bounded_layout {
public:
  constexpr bounded_layout() : bounded_layout(symbolic_layout()) {}
  /// Errors: more than 16 modes and names.
  constexpr explicit bounded_layout(symbolic_layout const& l) {
    detail::trouble why;
    joint_ = detail::with_coordinates(l, true, why);
    if (why)
      refused(detail::explain("bounded", l, why));
    auto const all = joint_.profile_.whole();
    for (int k = 0; k < all.last;) {
      auto const n = all.is_leaf() ? all : joint_.profile_.child(all, k);
      marks_.append(size_of(joint_, n));
      k = n.last;
    }
    marks_.append(0);
  }

  /// From positions to indices: index(c) = layout()(c) + offset().
  [[nodiscard]] constexpr symbolic_layout layout() const { return detail::projected(joint_, false); }
  [[nodiscard]] constexpr size_expression offset() const {
    return index_of(joint_.names_, marks_.get(directions()));
  }
  /// From positions to coordinates, with strides such as 4@0, from the coordinate origin() on.
  [[nodiscard]] constexpr symbolic_layout coordinates() const { return detail::projected(joint_, true); }
  [[nodiscard]] constexpr size_tuple origin() const {
    return to_coordinate({joint_.names_, marks_.get(directions())}, directions());
  }
  /// One past the last coordinate in each direction: the sizes of the domain's modes, and of tiles cut again.
  [[nodiscard]] constexpr size_tuple limit() const {
    size_tuple r;
    r.clear();
    r.names_ = joint_.names_;
    r.profile_.count = directions();
    for (int i = 0; i < directions(); ++i)
      r.terms_.append(marks_.get(i));
    r.profile_.opened[0] = r.profile_.closed[directions() - 1] = 1;
    detail::drop_unused(r.names_, r.terms_);
    return r;
  }

  /// The index and the coordinate of a position, {i, {j, k}}; several arguments are one coordinate for each
  /// mode.
  [[nodiscard]] constexpr size_expression index(size_tuple const& c) const {
    auto const r = value(c);
    return index_of(r.names_, r.polynomial_);
  }
  [[nodiscard]] constexpr size_tuple coordinates(size_tuple const& c) const {
    return to_coordinate(value(c), directions());
  }
  /// b(_, block): the positions under the holes; the coordinates given must be positions. Errors: as slice.
  template <class... Cs>
    requires(detail::hole_like<Cs> || ...)
  [[nodiscard]] constexpr bounded_layout operator()(Cs const&... cs) const {
    return sliced_by(detail::coordinate_of(cs...));
  }

  /// Does the element at a position exist? `decide_inside` may not know, `inside` refuses then and names the
  /// fact that is missing.
  [[nodiscard]] constexpr decision decide_inside(size_tuple const& position) const {
    auto const c = coordinates(position);
    auto const most = limit();
    auto all = decision::yes;
    for (int i = 0; i < directions(); ++i) {
      auto const here = decide_less(c.leaf(i), most.leaf(i));
      if (here == decision::no)
        return here;
      if (here == decision::unknown)
        all = here;
    }
    return all;
  }
  [[nodiscard]] constexpr bool inside(size_tuple const& position) const {
    auto const r = decide_inside(position);
    if (r == decision::unknown)
      refuse_unknown(coordinates(position));
    return r == decision::yes;
  }

  template <class A, class B, class... Cs>
  [[nodiscard]] constexpr size_expression index(A const& a, B const& b, Cs const&... cs) const {
    return index(detail::coordinate_of(a, b, cs...));
  }
  template <class A, class B, class... Cs>
  [[nodiscard]] constexpr size_tuple coordinates(A const& a, B const& b, Cs const&... cs) const {
    return coordinates(detail::coordinate_of(a, b, cs...));
  }
  template <class A, class B, class... Cs>
  [[nodiscard]] constexpr decision decide_inside(A const& a, B const& b, Cs const&... cs) const {
    return decide_inside(detail::coordinate_of(a, b, cs...));
  }
  template <class A, class B, class... Cs>
  [[nodiscard]] constexpr bool inside(A const& a, B const& b, Cs const&... cs) const {
    return inside(detail::coordinate_of(a, b, cs...));
  }

  /// True unless every position is inside, as far as the facts decide it: then no predicate is needed (in
  /// direction i).
  [[nodiscard]] constexpr bool needs_predicate() const { return ragged_ != 0; }
  [[nodiscard]] constexpr bool needs_predicate(int i) const { return (ragged_ >> unsigned(i) & 1U) != 0; }
  [[nodiscard]] constexpr bool is_full_tile() const { return ragged_ == 0; }

  // Implementation. joint_ has index and coordinate in one; `marks_` holds, under the names of joint_, the
  // limit of each direction and after them the index and coordinate of position 0.
  constexpr bounded_layout(symbolic_layout const& joint, detail::term_store const& marks,
                           std::uint32_t ragged)
      : joint_(joint)
      , marks_(marks)
      , ragged_(ragged) {}
  [[nodiscard]] constexpr int directions() const { return marks_.count - 1; }
  /// The atom of direction i, 0 if no stride goes there.
  [[nodiscard]] constexpr detail::monomial direction(int i) const {
    for (int a = 0; a < joint_.names_.count; ++a)
      if (joint_.names_.at[a].what == detail::atom::kind::basis && joint_.names_.at[a].direction == i)
        return detail::power_of(a);
    return 0;
  }
  /// The part of polynomial number k of `terms` in a direction.
  [[nodiscard]] static constexpr detail::polynomial part(detail::term_store const& terms, int k,
                                                         detail::monomial unit) {
    detail::polynomial r;
    if (unit != 0)
      for (int t = terms.first(k); t < terms.end[k]; ++t)
        if (detail::contains(terms.m[t], unit))
          r.add(terms.c[t], terms.m[t] - unit);
    return r;
  }
  /// The positions of another joint layout, made from the leaves in `out` under `names`, which begin with
  /// ours.
  constexpr bounded_layout with(detail::symbolic_builder const& out, detail::atom_table const& names,
                                detail::term_store const& marks, bool within_the_positions) const {
    bounded_layout r(symbolic_layout(out.terms, names, out.nesting), marks, 0);
    for (int i = 0; i < r.directions(); ++i)
      if ((!within_the_positions || needs_predicate(i)) && !r.is_below(i))
        r.ragged_ |= 1U << unsigned(i);
    drop_unused(r.joint_.names_, r.joint_.terms_, &r.marks_);
    return r;
  }
  constexpr bounded_layout sliced_by(size_tuple const& c) const {
    detail::symbolic_builder kept;
    auto names = joint_.names_;
    detail::polynomial at = marks_.get(directions());
    detail::trouble why;
    auto marks = marks_;
    if (slice_in(kept, at, names, joint_, c, why)) {
      marks.pop();
      if (!marks.append(at))
        too_large(why);
    }
    if (why)
      refused(explain("slice", c, joint_, why));
    return with(kept, names, marks, true);
  }
  [[nodiscard]] constexpr bounded_layout of_mode(int i) const {
    auto const all = joint_.profile_.whole();
    if (i < 0 || i >= joint_.profile_.rank(all))
      (void)enigma::mode(joint_, i); // refuses
    detail::symbolic_builder out;
    auto n = joint_.profile_.child_number(all, i);
    out.append(joint_, n);
    return with(out, joint_.names_, marks_, true);
  }
  /// Gives mode n a direction of its own, unless the coordinates past its end are past a limit.
  constexpr void guard(detail::node const& n) {
    if (past_the_end(n))
      return;
    detail::trouble why;
    detail::atom a;
    a.what = detail::atom::kind::basis;
    a.direction = directions();
    auto& names = joint_.names_;
    int const at = names.number_of(a);
    detail::term_store terms;
    detail::polynomial step = 1;
    if (at < 0 || a.direction == max_leaves - 1)
      cannot_name(why, -1);
    for (int k = 0; k < joint_.profile_.count && !why; ++k) {
      auto const s = joint_.shape_at(k);
      auto d = joint_.stride_at(k);
      if (k >= n.first && k < n.last) {
        for (int t = 0; t < step.n; ++t)
          d.add(step.c[t], step.m[t] + detail::power_of(at)) || too_large(why);
        auto const before = step;
        multiply(step, before, s) || too_large(why);
      }
      (terms.append(s) && terms.append(d)) || too_large(why);
    }
    auto const origin_at = marks_.get(directions());
    marks_.pop();
    (marks_.append(step) && marks_.append(origin_at)) || too_large(why);
    if (why)
      refused((detail::sentence("a limit for a mode of ") << joint_ << " refused: " << why.words).lines());
    joint_.terms_ = terms;
  }

  symbolic_layout joint_ = {};
  detail::term_store marks_ = {};
  std::uint32_t ragged_ = 0; // the directions in which positions may be past the limit

private:
  /// Index and coordinate of a position.
  [[nodiscard]] constexpr size_expression value(size_tuple const& c) const {
    detail::symbolic_builder kept;
    auto names = joint_.names_;
    auto at = marks_.get(directions());
    detail::trouble why;
    if (c.holes_ != 0)
      why.start() << "a coordinate with holes has no value, slice with it";
    if (why || !slice_in(kept, at, names, joint_, c, why))
      refused(explain("a position", c, joint_, why));
    return {names, at};
  }
  /// The terms without a basis vector.
  [[nodiscard]] static constexpr size_expression index_of(detail::atom_table const& names,
                                                          detail::polynomial const& p) {
    detail::polynomial r;
    for (int k = 0; k < p.n; ++k)
      if (!has_basis(names, detail::polynomial(p.c + k, p.m + k, 1)))
        r.add(p.c[k], p.m[k]);
    return {names, r};
  }
  [[nodiscard]] constexpr bool rises(detail::polynomial const& p) const {
    return p.n == 0 || never_negative(joint_.names_, p);
  }
  [[nodiscard]] constexpr bool at_most(detail::polynomial const& p, detail::polynomial const& q) const {
    return decide_at_most(joint_.names_, p, q) == decision::yes;
  }
  /// True if every position past the end of mode n is provably past the limit in one direction.
  [[nodiscard]] constexpr bool past_the_end(detail::node const& n) const {
    for (int i = 0; i < directions(); ++i) {
      auto const unit = direction(i);
      auto least = part(marks_, directions(), unit);
      bool rising = rises(least);
      for (int k = 0; k < joint_.profile_.count && rising; ++k) {
        auto const d = part(joint_.terms_, 2 * k + 1, unit);
        rising = rises(d) && (k != n.last - 1 || add_product(least, joint_.shape_at(k), d));
      }
      if (rising && at_most(marks_.get(i), least))
        return true;
    }
    return false;
  }
  /// True if coordinate i is provably in [0, limit_i) at every position.
  [[nodiscard]] constexpr bool is_below(int i) const {
    auto const unit = direction(i);
    auto end = part(marks_, directions(), unit); // one past the largest coordinate
    if (!rises(end) || !end.add(1, 0))
      return false;
    for (int k = 0; k < joint_.profile_.count; ++k) {
      auto const d = part(joint_.terms_, 2 * k + 1, unit);
      if (d.n != 0 && (!rises(d) || !add_product(end, joint_.shape_at(k), d) || !end.add(d, -1)))
        return false;
    }
    return at_most(end, marks_.get(i));
  }
  [[noreturn]] constexpr void refuse_unknown(size_tuple const& c) const {
    auto const most = limit();
    detail::sentence words("inside refused: ");
    words << c << " against the limit " << most << " is undecided";
    for (int i = 0; i < directions(); ++i)
      if (decide_less(c.leaf(i), most.leaf(i)) == decision::unknown) {
        detail::trouble why;
        detail::pair_of_sizes const both(most.leaf(i), c.leaf(i) + 1, why);
        words << ", " << detail::needs_at_least{both.names, both.a, both.b};
        break;
      }
    refused(words.lines());
  }
};

/// A layout with the limit of its domain. Errors: more than 16 modes and names.
[[nodiscard]] constexpr bounded_layout bounded(symbolic_layout const& l) {
  return bounded_layout(l);
}

namespace detail {

constexpr bounded_layout divided(char const* name, bounded_layout const& b, tiler const& t,
                                 symbolic_arrangement how) {
  auto const all = b.joint_.profile_.whole();
  auto names = b.joint_.names_;
  symbolic_builder out;
  trouble why;
  if (!divide(out, names, b.joint_, t, how, why))
    refused(explain(name, b.joint_, t, why));
  if (!out.uneven)
    return b.with(out, names, b.marks_, true); // as many positions as before: each is one of them
  auto guarded = b;
  for_each_meeting(b.joint_, all, t, t.profile_.whole(), [&](node const& n, node const&) {
    guarded.guard(n);
    return true;
  });
  if (guarded.directions() == b.directions())
    return b.with(out, names, b.marks_, false);
  auto all_names = guarded.joint_.names_;
  symbolic_builder again;
  if (!divide(again, all_names, guarded.joint_, t, how, why))
    refused(explain(name, b.joint_, t, why));
  return guarded.with(again, all_names, guarded.marks_, false);
}

constexpr bounded_layout composed(bounded_layout const& b, tiler const& t, bool within) {
  auto names = b.joint_.names_;
  symbolic_builder out;
  trouble why;
  if (!compose_by_mode(out, names, b.joint_, t, why))
    refused(explain("composition", b.joint_, t, why));
  return b.with(out, names, b.marks_, within);
}

} // namespace detail

/// The divides, on index and coordinates together; no element is lost. Errors: as of symbolic layouts.
[[nodiscard]] constexpr bounded_layout logical_divide(bounded_layout const& b, tiler const& t) {
  return detail::divided("logical_divide", b, t, detail::symbolic_arrangement::logical);
}
[[nodiscard]] constexpr bounded_layout zipped_divide(bounded_layout const& b, tiler const& t) {
  return detail::divided("zipped_divide", b, t, detail::symbolic_arrangement::zipped);
}
[[nodiscard]] constexpr bounded_layout tiled_divide(bounded_layout const& b, tiler const& t) {
  return detail::divided("tiled_divide", b, t, detail::symbolic_arrangement::tiled);
}
[[nodiscard]] constexpr bounded_layout flat_divide(bounded_layout const& b, tiler const& t) {
  return detail::divided("flat_divide", b, t, detail::symbolic_arrangement::flat);
}

/// Compositions, on index and coordinates together: positions past the size are past the limit, so that they
/// are not inside. Errors: as of symbolic layouts.
[[nodiscard]] constexpr bounded_layout composition(bounded_layout const& b, tiler const& t) {
  auto const all = b.joint_.profile_.whole();
  auto const within = [&](detail::node const& n, detail::node const& m) {
    return stays_below(b.joint_, n, t.pool_, t.element(m.first));
  };
  if (for_each_meeting(b.joint_, all, t, t.profile_.whole(), within))
    return detail::composed(b, t, true);
  auto guarded = b;
  for_each_meeting(b.joint_, all, t, t.profile_.whole(), [&](detail::node const& n, detail::node const&) {
    guarded.guard(n);
    return true;
  });
  return detail::composed(guarded, t, false);
}
template <std::same_as<layout> B>
[[nodiscard]] constexpr bounded_layout composition(bounded_layout const& b, B const& l) {
  return composition(b, tiler(l));
}
/// R(thread, value): as composition with tv.layout, for positions of the shape tv.tiler. Errors: another
/// size.
template <std::same_as<tv_layout> TV>
[[nodiscard]] constexpr bounded_layout composition(bounded_layout const& b, TV const& tv) {
  detail::tile_must_fit(b.joint_, tv);
  return detail::composed(b, tv.layout, true);
}

/// The positions under the holes of a coordinate; the coordinates given must be positions. Errors: as slice.
[[nodiscard]] constexpr bounded_layout slice(size_tuple const& coordinate, bounded_layout const& b) {
  return b.sliced_by(coordinate);
}
/// Mode i.
[[nodiscard]] constexpr bounded_layout mode(bounded_layout const& b, int i) {
  return b.of_mode(i);
}
[[nodiscard]] constexpr int rank(bounded_layout const& b) {
  return rank(b.joint_);
}
/// The number of positions, inside or not.
[[nodiscard]] constexpr size_expression size(bounded_layout const& b) {
  return size(b.joint_);
}
/// Tile number `coordinate`, its modes without the parentheses around them: (TileM,TileN).
[[nodiscard]] constexpr bounded_layout local_tile(bounded_layout const& b, tiler const& t,
                                                  size_tuple const& coordinate) {
  return mode(slice({_, coordinate}, zipped_divide(b, t)), 0);
}

} // namespace enigma
