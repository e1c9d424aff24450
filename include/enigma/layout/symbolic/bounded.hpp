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
  constexpr bounded_layout() = default;
  /// Errors: more than 16 modes and names.
  constexpr explicit bounded_layout(symbolic_layout const& l) {
    detail::trouble why;
    joint_ = detail::with_coordinates(l, true, why);
    if (why)
      refused(detail::explain("bounded", l, why));
    limit_.clear();
    limit_.names_ = l.names_;
    auto const all = l.profile_.whole();
    for (int k = 0; k < all.last;) {
      auto const n = all.is_leaf() ? all : l.profile_.child(all, k);
      detail::polynomial size = 1;
      for (; k < n.last; ++k) {
        auto const before = size;
        if (!multiply(size, before, l.shape_at(k)))
          refused(
              (detail::sentence("bounded(") << l << ") refused: overflow, a size exceeds 64 bits").lines());
      }
      limit_.terms_.append(size);
      ++limit_.profile_.count;
    }
    limit_.profile_.opened[0] = 1;
    limit_.profile_.closed[limit_.profile_.count - 1] = 1;
  }

  /// From positions to indices: index(c) = layout()(c) + offset().
  [[nodiscard]] constexpr symbolic_layout layout() const { return detail::projected(joint_, false); }
  [[nodiscard]] constexpr size_expression offset() const {
    auto r = at_;
    r.polynomial_ = {};
    for (int k = 0; k < at_.polynomial_.n; ++k)
      if (detail::polynomial p; p.add(at_.polynomial_.c[k], at_.polynomial_.m[k]), !has_basis(at_.names_, p))
        r.polynomial_.add(p);
    return r;
  }
  /// From positions to coordinates, with strides such as 4@0, from the coordinate origin() on.
  [[nodiscard]] constexpr symbolic_layout coordinates() const { return detail::projected(joint_, true); }
  [[nodiscard]] constexpr size_tuple origin() const { return to_coordinate(at_, limit_.profile_.count); }
  /// One past the last coordinate in each direction: the sizes of the domain's modes, and of tiles cut again.
  [[nodiscard]] constexpr size_tuple const& limit() const { return limit_; }

  /// The index and the coordinate of a position; several arguments are one coordinate for each mode.
  template <class... Cs>
  [[nodiscard]] constexpr size_expression index(Cs const&... cs) const {
    return of(joint_(cs...), false);
  }
  template <class... Cs>
    requires(sizeof...(Cs) > 0)
  [[nodiscard]] constexpr size_tuple coordinates(Cs const&... cs) const {
    return to_coordinate(at_ + joint_(cs...), limit_.profile_.count);
  }
  /// b(_, block): the positions under the holes; the coordinates given must be positions. Errors: as slice.
  template <class... Cs>
    requires(detail::hole_like<Cs> || ...)
  [[nodiscard]] constexpr bounded_layout operator()(Cs const&... cs) const {
    if constexpr (sizeof...(Cs) == 1)
      return sliced_by((size_tuple(cs), ...));
    else
      return sliced_by(size_tuple{detail::size_element(size_tuple(cs))...});
  }

  /// Does the element at a position exist? `decide_inside` may not know, `inside` refuses then and names the
  /// fact that is missing.
  template <class... Cs>
  [[nodiscard]] constexpr decision decide_inside(Cs const&... cs) const {
    auto const c = coordinates(cs...);
    auto all = decision::yes;
    for (int i = 0; i < limit_.profile_.count; ++i) {
      auto const here = decide_less(c.leaf(i), limit_.leaf(i));
      if (here == decision::no)
        return here;
      if (here == decision::unknown)
        all = here;
    }
    return all;
  }
  template <class... Cs>
  [[nodiscard]] constexpr bool inside(Cs const&... cs) const {
    auto const r = decide_inside(cs...);
    if (r == decision::unknown)
      refuse_unknown(coordinates(cs...));
    return r == decision::yes;
  }

  /// True unless every position is inside, as far as the facts decide it: then no predicate is needed (in
  /// direction i).
  [[nodiscard]] constexpr bool needs_predicate() const { return ragged_ != 0; }
  [[nodiscard]] constexpr bool needs_predicate(int i) const { return (ragged_ >> unsigned(i) & 1U) != 0; }
  [[nodiscard]] constexpr bool is_full_tile() const { return ragged_ == 0; }

  // Implementation.
  constexpr bounded_layout with(symbolic_layout const& joint, size_expression const& at,
                                bool within_the_positions) const {
    bounded_layout r = *this;
    r.joint_ = joint;
    r.at_ = at;
    r.ragged_ = 0;
    for (int i = 0; i < limit_.profile_.count; ++i)
      if ((!within_the_positions || needs_predicate(i)) && !r.is_below(i))
        r.ragged_ |= 1U << unsigned(i);
    return r;
  }
  /// The same with a direction of its own for every given mode past whose end there are coordinates that may
  /// be below the limit.
  constexpr void guard(detail::node const& n) {
    if (past_the_end(n))
      return;
    int const number = limit_.profile_.count;
    detail::trouble why;
    auto names = joint_.names_;
    detail::atom a;
    a.what = detail::atom::kind::basis;
    a.direction = number;
    int const at = names.number_of(a);
    if (at < 0)
      cannot_name(why, at);
    detail::term_store terms;
    detail::polynomial step = 1;
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
    if (why || number == max_leaves)
      refused((detail::sentence("a limit for mode ") << joint_.sub(n) << " refused: " << why.words).lines());
    limit_.leaf_of(joint_.names_, size_of(joint_, n), 0);
    limit_.profile_.closed[number - 1] = 0;
    limit_.profile_.closed[number] = 1;
    joint_.terms_ = terms;
    joint_.names_ = names;
  }
  /// True if every position past the end of mode n is past the limit in one direction.
  [[nodiscard]] constexpr bool past_the_end(detail::node const& n) const {
    int const rank = limit_.profile_.count;
    for (int i = 0; i < rank; ++i) {
      size_expression least = origin().leaf(i);
      bool rising = decide_at_most(0, least) == decision::yes;
      for (int k = 0; k < joint_.profile_.count && rising; ++k) {
        auto const d = to_coordinate(joint_.leaf_stride(k), rank).leaf(i);
        rising = decide_at_most(0, d) == decision::yes;
        if (k == n.last - 1)
          least = least + joint_.leaf_shape(k) * d;
      }
      if (rising && decide_at_most(limit_.leaf(i), least) == decision::yes)
        return true;
    }
    return false;
  }
  constexpr bounded_layout sliced_by(size_tuple const& c) const {
    auto const s = detail::slice("slice", c, joint_);
    return with(s.layout, at_ + s.offset, true);
  }

  symbolic_layout joint_ = {}; // stride and coordinate in one
  size_expression at_ = {};    // the same for the position 0
  size_tuple limit_ = {};
  std::uint32_t ragged_ = 0; // the directions in which positions may be past the limit

private:
  [[nodiscard]] constexpr size_expression of(size_expression const& moved, bool) const {
    bounded_layout r = *this;
    r.at_ = at_ + moved;
    return r.offset();
  }
  /// True if coordinate i is provably in [0, limit_i) at every position.
  [[nodiscard]] constexpr bool is_below(int i) const {
    auto most = origin().leaf(i);
    auto const steps = coordinates();
    if (decide_at_most(0, most) != decision::yes)
      return false;
    for (int k = 0; k < steps.leaves(); ++k) {
      auto const d = to_coordinate(steps.leaf_stride(k), limit_.profile_.count).leaf(i);
      if (d.known() && d.value() == 0)
        continue;
      if (decide_at_most(0, d) != decision::yes)
        return false;
      most = most + (steps.leaf_shape(k) - 1) * d;
    }
    return decide_less(most, limit_.leaf(i)) == decision::yes;
  }
  [[noreturn]] constexpr void refuse_unknown(size_tuple const& c) const {
    detail::sentence words("inside refused: ");
    words << c << " against the limit " << limit_ << " is undecided";
    for (int i = 0; i < limit_.profile_.count; ++i)
      if (decide_less(c.leaf(i), limit_.leaf(i)) == decision::unknown) {
        detail::trouble why;
        detail::pair_of_sizes const both(limit_.leaf(i), c.leaf(i) + 1, why);
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
  auto const r = divide(name, b.joint_, t, how).value();
  if (size(r) == size(b.joint_)) // as many positions as before: each is one of them
    return b.with(r, b.at_, true);
  auto guarded = b;
  for_each_meeting(b.joint_, b.joint_.profile_.whole(), t, t.profile_.whole(),
                   [&](node const& n, node const&) {
                     guarded.guard(n);
                     return true;
                   });
  return guarded.with(divide(name, guarded.joint_, t, how).value(), b.at_, false);
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
    return b.with(composition(b.joint_, t), b.at_, true);
  auto guarded = b;
  for_each_meeting(b.joint_, all, t, t.profile_.whole(), [&](detail::node const& n, detail::node const&) {
    guarded.guard(n);
    return true;
  });
  return guarded.with(composition(guarded.joint_, t), b.at_, false);
}
template <std::same_as<layout> B>
[[nodiscard]] constexpr bounded_layout composition(bounded_layout const& b, B const& l) {
  return composition(b, tiler(l));
}
template <std::same_as<tv_layout> TV>
[[nodiscard]] constexpr bounded_layout composition(bounded_layout const& b, TV const& tv) {
  return b.with(composition(b.joint_, tv), b.at_, true);
}

/// The positions under the holes of a coordinate; the coordinates given must be positions. Errors: as slice.
[[nodiscard]] constexpr bounded_layout slice(size_tuple const& coordinate, bounded_layout const& b) {
  return b.sliced_by(coordinate);
}
/// Mode i.
[[nodiscard]] constexpr bounded_layout mode(bounded_layout const& b, int i) {
  return b.with(mode(b.joint_, i), b.at_, true);
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
