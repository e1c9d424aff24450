// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/coalesce.hpp>
#include <enigma/layout/evaluate.hpp>
#include <enigma/layout/layout.hpp>

#include <boost/hana/tuple.hpp>

namespace enigma {

/// A nested coordinate whose parts may be integers, `_` and, in a kernel, traced values:
/// `t(_, make_coord(i, 3))`.
template <class... Cs>
  requires(sizeof...(Cs) > 0)
[[nodiscard]] constexpr boost::hana::tuple<Cs...> make_coord(Cs const&... parts) {
  return boost::hana::tuple<Cs...>(parts...);
}

namespace detail {

template <class C>
struct coordinate_kind {
  static constexpr bool known =
      integer<C> || integer_constant<C> || std::same_as<C, int_tuple> || hole_like<C>;
  static constexpr bool has_hole = hole_like<C>;
  template <class Engine>
  static constexpr bool valid = known || Engine::template takes_coordinate<C>;
  template <class Engine>
  static constexpr int computed = known ? 0 : 1;
};
template <class... Cs>
struct coordinate_kind<boost::hana::tuple<Cs...>> {
  static constexpr bool known = (coordinate_kind<Cs>::known && ...);
  static constexpr bool has_hole = (coordinate_kind<Cs>::has_hole || ...);
  template <class Engine>
  static constexpr bool valid = (coordinate_kind<Cs>::template valid<Engine> && ...);
  template <class Engine>
  static constexpr int computed = (coordinate_kind<Cs>::template computed<Engine> + ... + 0);
};

/// A part of a coordinate for tensors over Engine: an integer, an int_tuple, `_`, what the engine takes (a
/// traced value), or a hana tuple of them. Not: double.
template <class C, class Engine>
concept coordinate_for = coordinate_kind<C>::template valid<Engine>;

/// Reads the author's coordinate: its known part as a hole_coord, in which each computed part stands as a
/// negative leaf, -1 for found[0], -2 for found[1] and so on.
template <class Engine, int Count>
struct coordinate_reader {
  using offset_type = typename Engine::offset_type;

  Engine const& engine;
  layout const& whole;
  offset_type found[Count == 0 ? 1 : Count];
  int count = 0;

  template <class C>
  constexpr hole_coord read(C const& c) {
    if constexpr (integer<C> || integer_constant<C> || std::same_as<C, int_tuple>) {
      int_tuple const known(c);
      for (int k = 0; k < known.leaves(); ++k)
        if (known.leaf(k) < 0)
          refused(
              (sentence("coordinate ") << known << " of " << whole << " refused: it is negative").lines());
      return known;
    } else if constexpr (hole_like<C>) {
      hole_coord const known(c);
      for (int k = 0; k < known.value_.leaves(); ++k)
        if (!known.is_hole(k) && known.value_.leaf(k) < 0)
          refused(
              (sentence("coordinate ") << known << " of " << whole << " refused: it is negative").lines());
      return known;
    } else if constexpr (Engine::template takes_coordinate<C>) {
      found[count] = engine.coordinate(c);
      return -++count;
    } else {
      return boost::hana::unpack(c, [this](auto const&... parts) { return this->read_all(parts...); });
    }
  }
  template <class... Cs>
  constexpr hole_coord read_all(Cs const&... cs) {
    hole_coord const parts[] = {read(cs)...};
    hole_coord r = 0;
    r.enclose(parts, static_cast<int>(sizeof...(Cs)));
    return r;
  }
};

[[noreturn]] constexpr void coordinate_out_of_range(std::int64_t c, layout const& l, node const& n) {
  sentence s("coordinate ");
  s << c << " is out of range for ";
  auto const all = l.profile_.whole();
  if (n.leaves() < all.leaves() || n.opened < all.opened) {
    int number = 0;
    for (int k = l.profile_.child(all, all.first).last; k <= n.first; ++number)
      k = l.profile_.child(all, k).last;
    s << "mode " << number << " of ";
  }
  refused((s << l).lines());
}

/// Refuses a known linear coordinate past the size of what it meets.
constexpr void check_range(std::int64_t c, layout const& l, node const& n) {
  std::int64_t size = 1;
  for (int k = n.first; k < n.last; ++k)
    if (__builtin_mul_overflow(size, l.shape_[k], &size))
      return; // the coordinate is below 2^63, hence below the size
  if (c >= size)
    coordinate_out_of_range(c, l, n);
}

/// The index that the integer and computed parts of a coordinate contribute. The nesting has been checked.
template <class Offset>
constexpr void add_coordinate(Offset& sum, std::int64_t& known, hole_coord const& c, node const& m,
                              layout const& l, node const& n, Offset const* found) {
  if (m.is_leaf()) {
    if (c.is_hole(m.first))
      return;
    auto const leaf = c.value_.leaf_[m.first];
    if (leaf < 0) {
      sum = sum + linear_index(found[-1 - leaf], coalesce(l.sub(n)));
      return;
    }
    check_range(leaf, l, n);
    if (__builtin_add_overflow(known, linear_index_of(l, n, leaf), &known))
      refused((sentence("coordinate ") << c << " of " << l << " refused: overflow, the index exceeds 64 bits")
                  .lines());
    return;
  }
  int j = m.first;
  int k = n.first;
  while (j < m.last) {
    auto const x = c.value_.profile_.child(m, j);
    auto const y = l.profile_.child(n, k);
    add_coordinate(sum, known, c, x, l, y, found);
    j = x.last;
    k = y.last;
  }
}

/// True if the coordinate can be taken apart along the layout: `_` and integers fit anything, a tuple needs
/// one element for each mode.
constexpr bool coordinate_fits(profile const& c, node const& m, profile const& p, node const& n) {
  if (m.is_leaf())
    return true;
  if (n.is_leaf())
    return false;
  int j = m.first;
  int k = n.first;
  while (j < m.last && k < n.last) {
    auto const x = c.child(m, j);
    auto const y = p.child(n, k);
    if (!coordinate_fits(c, x, p, y))
      return false;
    j = x.last;
    k = y.last;
  }
  return j == m.last && k == n.last;
}

/// How a refusal shows a coordinate: the computed parts as `?`.
struct shown_coordinate {
  hole_coord const& c;
};
template <class Sink>
constexpr void write(Sink& out, shown_coordinate const& shown) {
  auto const& p = shown.c.value_.profile_;
  for (int k = 0; k < p.count; ++k) {
    if (k > 0)
      out.put(',');
    for (int i = 0; i < p.opened[k]; ++i)
      out.put('(');
    if (shown.c.is_hole(k))
      out.put('_');
    else if (shown.c.value_.leaf_[k] < 0)
      out.put('?');
    else
      out.put(shown.c.value_.leaf_[k]);
    for (int i = 0; i < p.closed[k]; ++i)
      out.put(')');
  }
}

/// base + the index of the coordinate's fixed part.
template <class Offset>
constexpr Offset offset_of(Offset const& base, hole_coord const& c, layout const& l, Offset const* found) {
  auto const m = c.value_.profile_.whole();
  auto const n = l.profile_.whole();
  if (!coordinate_fits(c.value_.profile_, m, l.profile_, n))
    coordinate_must_fit(shown_coordinate{c}, l);
  Offset sum = base;
  std::int64_t known = 0;
  add_coordinate(sum, known, c, m, l, n, found);
  return known == 0 ? sum : Offset(sum + Offset(known));
}

/// The layout under the holes.
constexpr layout rest_of(hole_coord const& c, layout const& l) {
  hole_coord zeros = c;
  for (int k = 0; k < zeros.value_.profile_.count; ++k)
    zeros.value_.leaf_[k] = 0;
  return slice(zeros, l).layout;
}

} // namespace detail
} // namespace enigma
