// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/complement.hpp>
#include <enigma/layout/composition.hpp>

/// Divides: a layout cut into tiles. For one mode A and one tile T every divide is
///   A o (T, complement(T, shape of A)), a pair (tile, rest) with R(t, r) = A(T(t) + C(r)),
/// and no element of A is lost: the values T(t) + C(r) cover [0, size(A)). Where the tile does not divide,
/// the pair reaches past the size of A by the extension rule (see `divides_evenly`).
/// For a tuple of tiles on (M, N, L, ...) the four divides arrange the same parts:
///   logical_divide  ((TileM,RestM), (TileN,RestN), L, ...)
///   zipped_divide   ((TileM,TileN), (RestM,RestN,L,...))     nested tilers gather recursively
///   tiled_divide    ((TileM,TileN), RestM, RestN, L, ...)
///   flat_divide     (TileM, TileN, RestM, RestN, L, ...)
namespace enigma {

namespace detail {

/// One mode by one tile; `tile` and `rest` may be the same layout_builder.
constexpr bool divide_mode(layout_builder& tile, layout_builder& rest, layout const& a, node const& n,
                           layout const& t, node const& m, trouble& why) {
  composer c(a, n, why);
  if (why.any)
    return false;
  // The shape of the coalesced mode decides how many tiles there are; a kept extension leaf counts 1.
  flat other;
  std::int64_t covered = 0;
  std::int64_t size = 0;
  if (!complement_of(other, t, m, c.a.s, c.a.n, why, covered) || !checked_size(a, n, size, why))
    return false;
  if (covered < size) {
    why.start() << "element " << covered << " of " << size << " would be lost, no repetition of the tile "
                << t.sub(m) << " reaches it: its strides do not divide each other";
    return false;
  }
  if (!c.all(tile, t, m))
    return false;
  if (other.n == 0)
    return c.leaf(rest, 1, 0);
  if (other.n > 1)
    rest.open();
  for (int k = 0; k < other.n; ++k)
    if (!c.leaf(rest, other.s[k], other.d[k]))
      return false;
  if (other.n > 1 && !rest.full)
    rest.close();
  return true;
}

constexpr bool logical_divide_in(layout_builder& out, layout const& a, tiler const& t, trouble& why) {
  return by_mode(out, a, a.profile_.whole(), t, t.profile_.whole(), further_modes::kept, why,
                 [&](node const& n, node const& m) {
                   out.open();
                   if (!divide_mode(out, out, a, n, t.pool_, t.element(m.first), why))
                     return false;
                   out.close();
                   return true;
                 });
}

constexpr bool zipped_divide_in(layout_builder& tile, layout_builder& rest, layout const& a, node const& n,
                                tiler const& t, node const& m, trouble& why) {
  if (m.is_leaf()) {
    if (t.kind_[m.first] == tiler::kind::hole) { // the whole mode is the tile
      tile.append(a, n);
      rest.leaf(1, 0);
      return true;
    }
    return divide_mode(tile, rest, a, n, t.pool_, t.element(m.first), why);
  }
  if (!enough_modes(a, n, t, m, why))
    return false;
  tile.open();
  rest.open();
  int k = n.first;
  for (int j = m.first; j < m.last;) {
    auto const x = t.profile_.child(m, j);
    auto const y = n.is_leaf() ? n : a.profile_.child(n, k);
    if (!zipped_divide_in(tile, rest, a, y, t, x, why))
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
  return !tile.full && !rest.full ? true : finish(tile.full ? tile : rest, why);
}

/// Appends a part, without its outer parentheses if it is a tuple of several modes.
constexpr void unpack(layout_builder& out, layout const& part) {
  auto n = part.profile_.whole();
  if (part.profile_.rank(n) == 1) {
    out.append(part, n);
    return;
  }
  for (int k = n.first; k < n.last;) {
    auto const c = part.profile_.child(n, k);
    out.append(part, c);
    k = c.last;
  }
}

enum class arrangement { logical, zipped, tiled, flat };

constexpr bool divide(layout_builder& out, layout const& a, tiler const& t, arrangement how, trouble& why) {
  auto const n = a.profile_.whole();
  auto const m = t.profile_.whole();
  if (how == arrangement::logical)
    return logical_divide_in(out, a, t, why) && finish(out, why);
  if (how == arrangement::zipped && m.is_leaf()) {
    out.open();
    if (!zipped_divide_in(out, out, a, n, t, m, why))
      return false;
    out.close();
    return finish(out, why);
  }
  layout_builder rest;
  out.open();
  if (how == arrangement::flat) {
    layout_builder tile;
    if (!zipped_divide_in(tile, rest, a, n, t, m, why) || !finish(tile, why))
      return false;
    unpack(out, tile.made);
  } else if (!zipped_divide_in(out, rest, a, n, t, m, why) || !finish(out, why))
    return false;
  if (!finish(rest, why))
    return false;
  if (how == arrangement::zipped)
    out.append(rest.made);
  else
    unpack(out, rest.made);
  if (!out.full)
    out.close();
  return finish(out, why);
}

constexpr outcome<layout> try_divide(char const* name, layout const& a, tiler const& t, arrangement how) {
  layout_builder out;
  trouble why;
  if (!divide(out, a, t, how, why))
    return {layout(), explain(name, a, t, why)};
  return {out.made};
}
constexpr layout divide_or_refuse(char const* name, layout const& a, tiler const& t, arrangement how) {
  layout_builder out;
  trouble why;
  if (!divide(out, a, t, how, why))
    refused(explain(name, a, t, why));
  return out.made;
}

} // namespace detail

/// ((TileM,RestM), (TileN,RestN), L, ...); for one tile (Tile, Rest). `_` keeps a mode as it is.
///   logical_divide((8,16):(1,8), {4, 8}) = ((4,2),(8,2)):((1,4),(8,64))
/// Errors: an element would be lost or met wrongly (the message names a coordinate), more tiles than
/// modes, overflow, too many modes.
[[nodiscard]] constexpr layout logical_divide(layout const& a, tiler const& t) {
  return detail::divide_or_refuse("logical_divide", a, t, detail::arrangement::logical);
}
[[nodiscard]] constexpr outcome<layout> try_logical_divide(layout const& a, tiler const& t) {
  return detail::try_divide("logical_divide", a, t, detail::arrangement::logical);
}

/// ((TileM,TileN), (RestM,RestN,L,...)): mode 0 is a tile, mode 1 counts the tiles. With `_` the whole mode
/// is in the tile. Errors: as logical_divide.
///   zipped_divide((8,16):(1,8), {4, 8}) = ((4,8),(2,2)):((1,8),(4,64))
[[nodiscard]] constexpr layout zipped_divide(layout const& a, tiler const& t) {
  return detail::divide_or_refuse("zipped_divide", a, t, detail::arrangement::zipped);
}
[[nodiscard]] constexpr outcome<layout> try_zipped_divide(layout const& a, tiler const& t) {
  return detail::try_divide("zipped_divide", a, t, detail::arrangement::zipped);
}

/// ((TileM,TileN), RestM, RestN, L, ...). Errors: as logical_divide.
[[nodiscard]] constexpr layout tiled_divide(layout const& a, tiler const& t) {
  return detail::divide_or_refuse("tiled_divide", a, t, detail::arrangement::tiled);
}
[[nodiscard]] constexpr outcome<layout> try_tiled_divide(layout const& a, tiler const& t) {
  return detail::try_divide("tiled_divide", a, t, detail::arrangement::tiled);
}

/// (TileM, TileN, RestM, RestN, L, ...). Errors: as logical_divide.
[[nodiscard]] constexpr layout flat_divide(layout const& a, tiler const& t) {
  return detail::divide_or_refuse("flat_divide", a, t, detail::arrangement::flat);
}
[[nodiscard]] constexpr outcome<layout> try_flat_divide(layout const& a, tiler const& t) {
  return detail::try_divide("flat_divide", a, t, detail::arrangement::flat);
}

namespace detail {

constexpr bool even(layout const& a, node const& n, tiler const& t, node const& m, trouble& why) {
  if (m.is_leaf()) {
    if (t.kind_[m.first] == tiler::kind::hole)
      return true;
    auto const e = t.element(m.first);
    layout_builder tile;
    layout_builder rest;
    std::int64_t mine = 0;
    std::int64_t tiles = 0;
    std::int64_t tile_size = 0;
    std::int64_t covered = 0;
    if (!checked_size(a, n, mine, why) || !checked_size(t.pool_, e, tile_size, why))
      return false;
    if (tile_size > mine) {
      why.start() << "the tile " << t.pool_.sub(e) << " of size " << tile_size << " is larger than the mode "
                  << a.sub(n) << " of size " << mine;
      return false;
    }
    if (!divide_mode(tile, rest, a, n, t.pool_, e, why) || !finish(tile, why) || !finish(rest, why))
      return false;
    if (!checked_size(rest.made, rest.made.profile_.whole(), tiles, why) ||
        __builtin_mul_overflow(tile_size, tiles, &covered) || covered != mine) {
      if (!why.any) {
        why.start() << "the tile " << t.pool_.sub(e) << " of size " << tile_size
                    << " does not divide the mode " << a.sub(n) << " of size " << mine << ", " << tiles
                    << " tiles cover " << covered;
        constexpr std::int64_t patience = 4096; // the nearest size that divides, if it is near
        for (std::int64_t less = tile_size - 1; less > 0 && tile_size - less < patience; --less)
          if (mine % less == 0) {
            why.words << "; size " << less << " divides";
            break;
          }
      }
      return false;
    }
    return true;
  }
  if (!enough_modes(a, n, t, m, why))
    return false;
  int k = n.first;
  for (int j = m.first; j < m.last;) {
    auto const x = t.profile_.child(m, j);
    auto const y = n.is_leaf() ? n : a.profile_.child(n, k);
    if (!even(a, y, t, x, why))
      return false;
    j = x.last;
    k = y.last;
  }
  return true;
}

} // namespace detail

/// Empty if a divide of `a` by `t` exists and covers every element of `a` exactly once, nothing past its
/// size; otherwise the words of a refusal: "name(a, t) refused: the tile 4:1 of size 4 does not divide ...".
[[nodiscard]] constexpr refusal why_uneven(char const* name, layout const& a, tiler const& t) {
  detail::trouble why;
  if (detail::even(a, a.profile_.whole(), t, t.profile_.whole(), why))
    return {};
  return detail::explain(name, a, t, why);
}

/// True if a divide of `a` by `t` covers every element exactly once and nothing else.
[[nodiscard]] constexpr bool divides_evenly(layout const& a, tiler const& t) {
  detail::trouble why;
  return detail::even(a, a.profile_.whole(), t, t.profile_.whole(), why);
}

} // namespace enigma
