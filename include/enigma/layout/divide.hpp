// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/complement.hpp>
#include <enigma/layout/composition.hpp>
#include <enigma/layout/detail/arrange.hpp>

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
  for (int k = m.first; k < m.last; ++k)
    if (t.stride_[k] < 0 && t.shape_[k] != 1) {
      why.start() << "the tile " << t.sub(m) << " runs down, it asks for element " << t.stride_[k];
      return false;
    }
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

constexpr bool divide(layout_builder& out, layout const& a, tiler const& t, arrangement how, trouble& why) {
  return arrange(out, a, t, how, why,
                 [&](layout_builder& tile, layout_builder& rest, node const& n, node const& m) {
                   return divide_mode(tile, rest, a, n, t.pool_, t.element(m.first), why);
                 });
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

namespace detail {

constexpr bool tiles_fit(bool& fits, int_tuple const& shape, node const& n, tiler const& t, node const& m,
                         trouble& why) {
  if (m.is_leaf()) {
    if (t.kind_[m.first] == tiler::kind::hole)
      return true;
    auto const e = t.element(m.first);
    std::int64_t size = 1;
    std::int64_t covered = 1;
    std::int64_t first_hole = INT64_MAX;
    for (int k = n.first; k < n.last; ++k)
      if (__builtin_mul_overflow(size, shape.leaf_[k], &size))
        return overflow(why, "the size of the shape");
    if (t.kind_[m.first] == tiler::kind::integer) {
      covered = tiles_of(shape.leaf_ + n.first, n.leaves(), t.pool_.shape_[e.first]);
      if (covered < 0 || __builtin_mul_overflow(covered, t.pool_.shape_[e.first], &covered))
        return overflow(why, "the size of the tiles");
    } else {
      flat r;
      if (!complement_of(r, t.pool_, e, shape.leaf_ + n.first, n.leaves(), why, first_hole))
        return false;
      for (int k = e.first; k < e.last; ++k)
        if (__builtin_mul_overflow(covered, t.pool_.shape_[k], &covered))
          return overflow(why, "the size of the tile");
      for (int k = 0; k < r.n; ++k)
        if (__builtin_mul_overflow(covered, r.s[k], &covered))
          return overflow(why, "the size of the tiles");
    }
    fits = fits && covered == size && first_hole >= size;
    return true;
  }
  if (shape.profile_.rank(n) < t.profile_.rank(m)) {
    fits = false;
    return true;
  }
  int k = n.first;
  for (int j = m.first; j < m.last;) {
    auto const x = t.profile_.child(m, j);
    auto const y = n.is_leaf() ? n : shape.profile_.child(n, k);
    if (!tiles_fit(fits, shape, y, t, x, why))
      return false;
    j = x.last;
    k = y.last;
  }
  return true;
}

} // namespace detail

/// True if tiles cut a shape without a rest: for an integer T, size(shape) = T * size(ceil_div(shape, T));
/// for a layout, size(shape) = size(T) * size(complement(T, shape)); for a tuple, in every mode, and false if
/// it has more elements than the shape has modes; further modes and modes under `_` count as they are.
///   evenly_divides((8,7), {2, 7}) is true, evenly_divides((8,7), {3, 7}) is not
/// Errors: a shape below 1, a tile without a complement, overflow.
[[nodiscard]] constexpr bool evenly_divides(int_tuple const& shape, tiler const& t) {
  bool fits = true;
  detail::trouble why;
  if (!detail::positive(shape, why) ||
      !detail::tiles_fit(fits, shape, shape.profile_.whole(), t, t.profile_.whole(), why))
    refused(detail::explain("evenly_divides", shape, t, why));
  return fits;
}

/// How many tiles L a shape takes: the shape of complement(L, shape).
///   ceil_div(18, (1,6):(0,1)) = 3
/// Errors: as complement.
template <std::same_as<layout> L>
[[nodiscard]] constexpr outcome<int_tuple> try_ceil_div(int_tuple const& shape, L const& l) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::complement_in(out, l, shape, why))
    return {int_tuple(), detail::explain("ceil_div", shape, l, why)};
  return {out.made.shape()};
}
template <std::same_as<layout> L>
[[nodiscard]] constexpr int_tuple ceil_div(int_tuple const& shape, L const& l) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::complement_in(out, l, shape, why))
    refused(detail::explain("ceil_div", shape, l, why));
  return out.made.shape();
}

} // namespace enigma
