// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/by_mode.hpp>

/// How divides and products arrange the two parts of every mode, the tile and the rest (of a product: the
/// block and its repetitions). `split(first, second, n, m)` appends what becomes of mode n under the integer
/// or layout m of the tiler: its tile to `first`, its rest to `second`, which may be the same builder.
namespace enigma::detail {

enum class arrangement { logical, zipped, tiled, flat };

/// All tiles into one tuple, all rests into another; nested tilers gather recursively.
template <class Split>
constexpr bool zip_by_mode(layout_builder& tile, layout_builder& rest, layout const& a, node const& n,
                           tiler const& t, node const& m, trouble& why, Split const& split) {
  if (m.is_leaf()) {
    if (t.kind_[m.first] == tiler::kind::hole) { // the whole mode is the tile
      tile.append(a, n);
      rest.leaf(1, 0);
      return true;
    }
    return split(tile, rest, n, m);
  }
  if (!enough_modes(a, n, t, m, why))
    return false;
  tile.open();
  rest.open();
  int k = n.first;
  for (int j = m.first; j < m.last;) {
    auto const x = t.profile_.child(m, j);
    auto const y = n.is_leaf() ? n : a.profile_.child(n, k);
    if (!zip_by_mode(tile, rest, a, y, t, x, why, split))
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

template <class Split>
constexpr bool arrange(layout_builder& out, layout const& a, tiler const& t, arrangement how, trouble& why,
                       Split const& split) {
  auto const n = a.profile_.whole();
  auto const m = t.profile_.whole();
  if (how == arrangement::logical)
    return by_mode(out, a, n, t, m, further_modes::kept, why,
                   [&](node const& x, node const& y) {
                     out.open();
                     if (!split(out, out, x, y))
                       return false;
                     out.close();
                     return true;
                   }) &&
           finish(out, why);
  if (how == arrangement::zipped && m.is_leaf()) {
    out.open();
    if (!zip_by_mode(out, out, a, n, t, m, why, split))
      return false;
    out.close();
    return finish(out, why);
  }
  layout_builder rest;
  out.open();
  if (how == arrangement::flat) {
    layout_builder tile;
    if (!zip_by_mode(tile, rest, a, n, t, m, why, split) || !finish(tile, why))
      return false;
    unpack(out, tile.made);
  } else if (!zip_by_mode(out, rest, a, n, t, m, why, split) || !finish(out, why))
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

} // namespace enigma::detail
