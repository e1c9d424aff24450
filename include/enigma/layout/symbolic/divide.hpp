// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/composition.hpp>

/// Complements and divides where sizes have names. A mode of M elements in tiles of 16 has M/16 tiles if the
/// facts say that 16 divides M, and ceil(M/16) otherwise, the last of which reaches past the size (`bounded`
/// keeps the limit).
namespace enigma {

namespace detail {

/// What is left out of a shape, under way.
struct symbolic_complement {
  atom_table& names;
  trouble& why;
  symbolic_flat made = {};
  polynomial next = 1;            // the stride that the complement has reached
  bool holes = false;             // some indices are met by neither
  bool even = true;               // the repetitions meet the shape and nothing else
  std::int64_t first_missing = 0; // the first of them
  std::int64_t reach = 1;         // if all is known, the cosize so far

  /// The part that does not depend on the shape.
  template <any_layout L>
  constexpr bool inside(L const& l, node const& n) {
    term_store leaves;
    int order[max_leaves] = {};
    int count = 0;
    for (int k = n.first; k < n.last; ++k) {
      auto const s = shape_of(l, k);
      auto const d = stride_of(l, k);
      if (s.is(1) || d.n == 0)
        continue;
      if (has_basis(names, d) || decide_at_most(names, 1, d) != decision::yes) {
        why.start() << "leaf " << written{names, s} << ":" << written{names, d};
        if (has_basis(names, d))
          why.words << " gives coordinates, not indices";
        else if (decide_at_most(names, 0, d) == decision::no)
          why.words << " has a negative stride";
        else
          why.words << " may have a stride below 1, " << needs_at_least{names, d, 1};
        return false;
      }
      leaves.append(s);
      leaves.append(d);
      int i = count++;
      for (; i > 0; --i) {
        auto const before = leaves.get(2 * order[i - 1] + 1);
        auto const sorted = decide_at_most(names, before, d);
        if (sorted == decision::yes)
          break;
        if (sorted == decision::unknown && decide_at_most(names, d, before) != decision::yes) {
          why.start() << "which of the strides " << written{names, before} << " and " << written{names, d}
                      << " is larger is unknown, " << needs_at_least{names, d, before};
          return false;
        }
        order[i] = order[i - 1];
      }
      order[i] = count - 1;
    }
    for (int j = 0; j < count; ++j) {
      auto const s = leaves.get(2 * order[j]);
      auto const d = leaves.get(2 * order[j] + 1);
      polynomial gap;
      if (!divide_exactly(gap, d, next) && !inexact_gap(gap, s, d))
        return false;
      if (!made.join(gap, next) || (gap.known() && next.known() && !add(reach, gap, next)) ||
          (s.known() && d.known() && !add(reach, s, d)) || !multiply(next, s, d))
        return too_large(why);
    }
    return true;
  }
  static constexpr bool add(std::int64_t& sum, polynomial const& s, polynomial const& d) {
    return detail::add_product(sum, s.value() - 1, d.value());
  }
  constexpr bool inexact_gap(polynomial& gap, polynomial const& s, polynomial const& d) {
    if (decide_at_most(names, next, d) == decision::no) {
      why.start() << "leaf " << written{names, s} << ":" << written{names, d}
                  << " overlaps the leaves before it, its stride is less than " << written{names, next}
                  << ", where they end: no complement is disjoint from their image";
      return false;
    }
    if (!d.known() || !next.known()) {
      why.start() << "leaf " << written{names, s} << ":" << written{names, d} << " "
                  << needs_divisible{names, d, next} << ", where the leaves before it end";
      return false;
    }
    gap = d.value() / next.value();
    if (!holes)
      first_missing = gap.value() * next.value();
    holes = true;
    return true;
  }

  /// How often all that is repeated along `count` shapes, the shapes at `step * k` of `shapes`.
  constexpr bool outside(polynomial& repeated, term_store const& shapes, int count, int step) {
    bool known = next.known();
    for (int k = 0; k < count; ++k)
      known = known && shapes.get(step * k).known();
    repeated = 1;
    polynomial b = next;
    polynomial size = 1;
    for (int k = 0; k < count; ++k) {
      auto const a = shapes.get(step * k);
      auto const before = repeated;
      auto const size_before = size;
      if (known && !multiply(size, size_before, a))
        return too_large(why);
      polynomial q;
      if (b.is(1))
        q = a;
      else if (divide_exactly(q, b, a)) { // one repetition takes the whole mode
        b = q;
        continue;
      } else if (divide_exactly(q, a, b))
        b = 1;
      else if (known) {
        even = false;
        q = a.value() / b.value() + (a.value() % b.value() != 0 ? 1 : 0);
        b = b.value() / a.value() + (b.value() % a.value() != 0 ? 1 : 0);
      } else if (k == count - 1 && b.known()) {
        if (!ceil_div(q, names, a, b.value(), why))
          return false;
        even = false;
        b = 1;
      } else {
        why.start() << "a step of " << written{names, b} << " in a mode of size " << written{names, a} << " "
                    << needs_divisible{names, a, b};
        return false;
      }
      if (!multiply(repeated, before, q))
        return too_large(why);
    }
    even = even && !holes && b.is(1);
    if (!known) {
      if (!holes)
        return true;
      why.start()
          << "the strides do not divide each other, so the number of repetitions depends on the sizes";
      return false;
    }
    // Mode by mode, or with holes, the repetitions can fall short of the size.
    auto const over = size.value() - reach;
    auto const step_size = next.value();
    if (auto const least = over > 0 ? over / step_size + (over % step_size != 0 ? 2 : 1) : 1;
        repeated.value() < least)
      repeated = least;
    return true;
  }
};

/// One mode by one tile; `tile` and `rest` may be the same builder.
constexpr bool divide_mode(symbolic_builder& tile, symbolic_builder& rest, atom_table& names,
                           symbolic_layout const& a, node const& n, layout const& t, node const& m,
                           trouble& why) {
  symbolic_composer c(names, a, n, why);
  if (why.any)
    return false;
  symbolic_complement other{names, why};
  polynomial repeated;
  if (m.leaves() == 1 && t.stride_[m.first] == 1)
    other.next = other.reach = t.shape_[m.first];
  else if (!other.inside(t, m))
    return false;
  if (other.holes) {
    polynomial size = 1;
    for (int k = n.first; k < n.last; ++k) {
      auto const before = size;
      if (!multiply(size, before, a.shape_at(k)))
        return too_large(why);
    }
    if (decide_at_most(names, size, other.first_missing) != decision::yes) {
      why.start() << "element " << other.first_missing << " of " << written{names, size}
                  << " would be lost, no repetition of the tile " << t.sub(m)
                  << " reaches it: its strides do not divide each other";
      return false;
    }
  }
  if (!other.outside(repeated, c.a.terms, c.a.n, 2) || !c.all(tile, t, m))
    return false;
  tile.uneven = tile.uneven || !other.even;
  if (!other.made.join(repeated, other.next))
    return too_large(why);
  if (other.made.n == 0)
    return c.leaf(rest, 1, 0);
  if (other.made.n > 1)
    rest.open();
  for (int k = 0; k < other.made.n; ++k)
    if (!c.leaf(rest, other.made.s(k), other.made.d(k)))
      return false;
  if (other.made.n > 1)
    rest.close();
  return true;
}

constexpr bool zipped_divide_in(symbolic_builder& tile, symbolic_builder& rest, atom_table& names,
                                symbolic_layout const& a, node const& n, tiler const& t, node const& m,
                                trouble& why) {
  if (m.is_leaf()) {
    if (t.kind_[m.first] == tiler::kind::hole) { // the whole mode is the tile
      tile.append(a, n);
      rest.leaf(1, 0);
      return true;
    }
    return divide_mode(tile, rest, names, a, n, t.pool_, t.element(m.first), why);
  }
  if (!enough_modes(a, n, t, m, why))
    return false;
  tile.open();
  rest.open();
  int k = n.first;
  for (int j = m.first; j < m.last;) {
    auto const x = t.profile_.child(m, j);
    auto const y = n.is_leaf() ? n : a.profile_.child(n, k);
    if (!zipped_divide_in(tile, rest, names, a, y, t, x, why))
      return false;
    j = x.last;
    k = y.last;
  }
  while (k < n.last) {
    auto const y = a.profile_.child(n, k);
    rest.append(a, y);
    k = y.last;
  }
  tile.close();
  rest.close();
  return true;
}

/// Appends a part, without its outer parentheses if it is a tuple of several modes.
constexpr void unpack(symbolic_builder& out, symbolic_builder const& part) {
  auto const n = part.nesting.whole();
  if (part.nesting.rank(n) == 1) {
    out.append(part.terms, part.nesting, n);
    return;
  }
  for (int k = n.first; k < n.last;) {
    auto const c = part.nesting.child(n, k);
    out.append(part.terms, part.nesting, c);
    k = c.last;
  }
}

enum class symbolic_arrangement : unsigned char { logical, zipped, tiled, flat };

constexpr bool divide(symbolic_builder& out, atom_table& names, symbolic_layout const& a, tiler const& t,
                      symbolic_arrangement how, trouble& why) {
  using enum symbolic_arrangement;
  auto const n = a.profile_.whole();
  auto const m = t.profile_.whole();
  bool good = true;
  if (how == logical) {
    good = symbolic_by_mode(out, a, n, t, m, true, why, [&](node const& x, node const& y) {
      out.open();
      bool const done = divide_mode(out, out, names, a, x, t.pool_, t.element(y.first), why);
      out.close();
      return done;
    });
  } else if (how == zipped && m.is_leaf()) {
    out.open();
    good = zipped_divide_in(out, out, names, a, n, t, m, why);
    out.close();
  } else {
    symbolic_builder rest;
    symbolic_builder tile;
    out.open();
    good = zipped_divide_in(how == flat ? tile : out, rest, names, a, n, t, m, why) && rest.finish(why) &&
           tile.finish(why);
    if (good) {
      if (how == flat)
        unpack(out, tile);
      if (how == zipped)
        out.append(rest.terms, rest.nesting, rest.nesting.whole());
      else
        unpack(out, rest);
    }
    out.close();
    out.uneven = out.uneven || tile.uneven;
  }
  return good && out.finish(why);
}

constexpr outcome<symbolic_layout> divide(char const* name, symbolic_layout const& a, tiler const& t,
                                          symbolic_arrangement how) {
  atom_table names = a.names_;
  symbolic_builder out;
  trouble why;
  if (!divide(out, names, a, t, how, why))
    return {{}, explain(name, a, t, why)};
  return {out.made(names)};
}

constexpr outcome<symbolic_layout> complement(symbolic_layout const& l, size_tuple const& shape) {
  trouble why;
  symbolic_builder out;
  atom_table names = l.names_;
  renaming to;
  if (join(to, names, shape.names_, why)) {
    term_store shapes;
    shapes.append(shape.terms_, 0, shape.profile_.count, to, shape.names_.count);
    symbolic_complement c{names, why};
    polynomial repeated;
    for (int k = 0; k < shape.profile_.count && !why; ++k)
      if (auto const s = shapes.get(k); shape.is_hole(k) || decide_at_most(names, 1, s) != decision::yes)
        why.start() << "a shape must be at least 1, leaf " << k << " is " << written{names, s};
    if (!why && c.inside(l, l.profile_.whole()) && c.outside(repeated, shapes, shape.profile_.count, 1)) {
      if (c.made.join(repeated, c.next))
        put(out, c.made);
      else
        too_large(why);
    }
  }
  if (!out.finish(why))
    return {{}, explain("complement", l, shape, why)};
  return {out.made(names)};
}

} // namespace detail

/// The layout R of what L leaves out of a size or shape, as for integers:
///   complement(K:1, M*K) = M:K        complement((M,K):(K,1), M*K) = 1:0
///   complement(64:1, M) = M/64:64 if 64 divides M, ceil(M/64):64 otherwise
/// Errors: as for integers; the order of two strides is unknown or it is unknown whether one divides the
/// other, the fact that is missing is named.
[[nodiscard]] constexpr outcome<symbolic_layout> try_complement(symbolic_layout const& l,
                                                                size_tuple const& shape) {
  return detail::complement(l, shape);
}
[[nodiscard]] constexpr symbolic_layout complement(symbolic_layout const& l, size_tuple const& shape) {
  return detail::complement(l, shape).value();
}
[[nodiscard]] constexpr symbolic_layout complement(symbolic_layout const& l) {
  return complement(l, size_tuple(cosize(l)));
}

/// ((TileM,RestM), (TileN,RestN), L, ...); for one tile (Tile, Rest), with R(t, r) = A(T(t) + C(r)), C the
/// complement of T in the shape of A. The four divides arrange the same parts as those of integers do.
///   logical_divide((M,K):(K,1), {16, 8}) = ((16,ceil(M/16)),(8,ceil(K/8))):((K,16*K),(1,8))
/// Errors: as for integers; and a fact is missing, which the message names.
[[nodiscard]] constexpr symbolic_layout logical_divide(symbolic_layout const& a, tiler const& t) {
  return detail::divide("logical_divide", a, t, detail::symbolic_arrangement::logical).value();
}
[[nodiscard]] constexpr outcome<symbolic_layout> try_logical_divide(symbolic_layout const& a,
                                                                    tiler const& t) {
  return detail::divide("logical_divide", a, t, detail::symbolic_arrangement::logical);
}

/// ((TileM,TileN), (RestM,RestN,L,...)): with 64 | M and 8 | K,
///   zipped_divide((M,K):(K,1), {64, 8}) = ((64,8),(M/64,K/8)):((K,1),(64*K,8))
/// Errors: as logical_divide.
[[nodiscard]] constexpr symbolic_layout zipped_divide(symbolic_layout const& a, tiler const& t) {
  return detail::divide("zipped_divide", a, t, detail::symbolic_arrangement::zipped).value();
}
[[nodiscard]] constexpr outcome<symbolic_layout> try_zipped_divide(symbolic_layout const& a, tiler const& t) {
  return detail::divide("zipped_divide", a, t, detail::symbolic_arrangement::zipped);
}

/// ((TileM,TileN), RestM, RestN, L, ...). Errors: as logical_divide.
[[nodiscard]] constexpr symbolic_layout tiled_divide(symbolic_layout const& a, tiler const& t) {
  return detail::divide("tiled_divide", a, t, detail::symbolic_arrangement::tiled).value();
}
[[nodiscard]] constexpr outcome<symbolic_layout> try_tiled_divide(symbolic_layout const& a, tiler const& t) {
  return detail::divide("tiled_divide", a, t, detail::symbolic_arrangement::tiled);
}

/// (TileM, TileN, RestM, RestN, L, ...). Errors: as logical_divide.
[[nodiscard]] constexpr symbolic_layout flat_divide(symbolic_layout const& a, tiler const& t) {
  return detail::divide("flat_divide", a, t, detail::symbolic_arrangement::flat).value();
}
[[nodiscard]] constexpr outcome<symbolic_layout> try_flat_divide(symbolic_layout const& a, tiler const& t) {
  return detail::divide("flat_divide", a, t, detail::symbolic_arrangement::flat);
}

} // namespace enigma
