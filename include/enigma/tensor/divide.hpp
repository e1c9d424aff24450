// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/coalesce.hpp>
#include <enigma/layout/composition.hpp>
#include <enigma/layout/divide.hpp>
#include <enigma/layout/inverse.hpp>
#include <enigma/layout/modes.hpp>
#include <enigma/layout/tv.hpp>
#include <enigma/tensor/tensor.hpp>

/// The operations of the layout floor on tensors: the same elements, seen through another layout.
namespace enigma {

namespace detail {
constexpr void refuse_uneven(char const* name, layout const& l, tiler const& t) {
  if (auto const why = why_uneven(name, l, t); !why.empty())
    refused(why);
}

/// Refuses a layout of linear coordinates that reaches past what they are coordinates of.
constexpr void reach_inside(layout const& whole, node const& n, layout const& l, node const& m) {
  std::int64_t const there = node_size(whole, n);
  std::int64_t high = 0;
  bool fits = true;
  for (int k = m.first; k < m.last; ++k)
    if (l.stride_[k] > 0)
      fits = fits && add_product(high, l.shape_[k] - 1, l.stride_[k]);
  if (!fits || high >= there)
    refused((sentence("composition: ") << l.sub(m) << " refused: it reaches coordinate " << high << " of "
                                       << whole.sub(n) << ", which has " << there << " elements")
                .lines());
}
constexpr void reach_inside(layout const& whole, node const& n, tiler const& t, node const& m) {
  if (m.is_leaf()) {
    if (t.kind_[m.first] != tiler::kind::hole)
      reach_inside(whole, n, t.pool_, t.element(m.first));
    return;
  }
  // More elements than modes are refused by the composition itself.
  int k = n.first;
  for (int j = m.first; j < m.last && k < n.last;) {
    auto const x = t.profile_.child(m, j);
    auto const y = n.is_leaf() ? n : whole.profile_.child(n, k);
    reach_inside(whole, y, t, x);
    j = x.last;
    k = y.last;
  }
}
} // namespace detail

/// The tensor cut into tiles, arranged as the layout floor's function of the same name says; every element
/// is in exactly one tile. zipped_divide: ((TileM,TileN), (RestM,RestN)), so that z(_, b) is tile b.
/// Errors: a tile that is larger than its mode or does not divide it, more tiles than modes.
template <class E>
[[nodiscard]] constexpr tensor<E> logical_divide(tensor<E> const& t, tiler const& tile) {
  detail::refuse_uneven("logical_divide", t.layout(), tile);
  return {t.engine(), logical_divide(t.layout(), tile), t.offset()};
}
template <class E>
[[nodiscard]] constexpr tensor<E> zipped_divide(tensor<E> const& t, tiler const& tile) {
  detail::refuse_uneven("zipped_divide", t.layout(), tile);
  return {t.engine(), zipped_divide(t.layout(), tile), t.offset()};
}
template <class E>
[[nodiscard]] constexpr tensor<E> tiled_divide(tensor<E> const& t, tiler const& tile) {
  detail::refuse_uneven("tiled_divide", t.layout(), tile);
  return {t.engine(), tiled_divide(t.layout(), tile), t.offset()};
}
template <class E>
[[nodiscard]] constexpr tensor<E> flat_divide(tensor<E> const& t, tiler const& tile) {
  detail::refuse_uneven("flat_divide", t.layout(), tile);
  return {t.engine(), flat_divide(t.layout(), tile), t.offset()};
}

/// (1) R(c) = t(l(c)), with l giving linear coordinates of t.
/// Errors: l reaches past the size of t; as composition of layouts.
template <class E, std::same_as<layout> L>
[[nodiscard]] constexpr tensor<E> composition(tensor<E> const& t, L const& l) {
  detail::reach_inside(t.layout(), t.layout().profile_.whole(), l, l.profile_.whole());
  return {t.engine(), composition(t.layout(), l), t.offset()};
}
/// (2) By mode: mode i of R is mode i of t composed with element i of the tiler.
/// Errors: an element reaches past its mode; as composition of a layout with a tiler.
template <class E>
[[nodiscard]] constexpr tensor<E> composition(tensor<E> const& t, tiler const& by_mode) {
  detail::reach_inside(t.layout(), t.layout().profile_.whole(), by_mode, by_mode.profile_.whole());
  return {t.engine(), composition(t.layout(), by_mode), t.offset()};
}
/// (3) R(thread, value) = t(tv.layout(thread, value)), for a tile t of the shape tv.tiler.
/// Errors: the tile has another size; as (1).
template <class E, std::same_as<tv_layout> TV>
[[nodiscard]] constexpr tensor<E> composition(tensor<E> const& t, TV const& tv) {
  detail::reach_inside(t.layout(), t.layout().profile_.whole(), tv.layout, tv.layout.profile_.whole());
  return {t.engine(), composition(t.layout(), tv), t.offset()};
}

/// The tensor under the holes of a coordinate, at the offset of its fixed part: slice({_, 3}, t) = t(_, 3).
template <class E>
[[nodiscard]] constexpr tensor<E> slice(hole_coord const& coordinate, tensor<E> const& t) {
  return t(coordinate);
}

namespace detail {
/// What a slice leaves of one mode, without the parentheses around it.
template <class E>
constexpr tensor<E> first_mode(tensor<E> const& t) {
  return {t.engine(), mode(t.layout(), 0), t.offset()};
}
/// The modes of a layout's modes from `from` on, without the parentheses around them: ((a,b),(c,d)) is
/// (a,b,c,d), or ((a,b),c,d) from 1 on.
constexpr layout opened_modes(layout const& l, int from) {
  mode_builder<layout> out;
  out.open();
  for (int i = 0; i < rank(l); ++i) {
    layout const m = mode(l, i);
    if (i < from || m.profile_.whole().is_leaf())
      out.whole(m);
    else
      for (int k = 0; k < rank(m); ++k)
        out.whole(mode(m, k));
  }
  out.close();
  return out.made;
}
} // namespace detail

/// Tile number `coordinate` of the tensor cut by `tile`: zipped_divide(t, tile)(_, coordinate), its modes
/// without the parentheses around them: (TileM,TileN). Where the coordinate has holes, all the tiles along
/// those modes: local_tile(t, {64, 16}, make_coord(i, _)) is (64,16,tiles).
/// Errors: as zipped_divide; a coordinate that is out of range.
template <class E, class C>
  requires detail::coordinate_for<C, E>
[[nodiscard]] constexpr tensor<E> local_tile(tensor<E> const& t, tiler const& tile, C const& coordinate) {
  auto const piece = zipped_divide(t, tile)(_, coordinate);
  if constexpr (detail::coordinate_kind<C>::has_hole)
    return {piece.engine(), detail::opened_modes(piece.layout(), 0), piece.offset()};
  else
    return detail::first_mode(piece);
}

/// The same elements in the same order with another nesting: see the functions of layouts.
template <class E>
[[nodiscard]] constexpr tensor<E> flatten(tensor<E> const& t) {
  return {t.engine(), flatten(t.layout()), t.offset()};
}
template <class E>
[[nodiscard]] constexpr tensor<E> coalesce(tensor<E> const& t) {
  return {t.engine(), coalesce(t.layout()), t.offset()};
}
template <class E>
[[nodiscard]] constexpr tensor<E> coalesce(tensor<E> const& t, int_tuple const& profile) {
  return {t.engine(), coalesce(t.layout(), profile), t.offset()};
}
/// Modes Begin to End - 1 as one mode: group_modes<0, 2>(t) of (2,3,4) is ((2,3),4).
template <int Begin, int End, class E>
[[nodiscard]] constexpr tensor<E> group_modes(tensor<E> const& t) {
  return {t.engine(), group(t.layout(), Begin, End), t.offset()};
}
/// The same elements in the same order in another shape of the same size, for fragments too. Errors: another
/// size; a shape that no layout gives.
template <class E>
[[nodiscard]] constexpr tensor<E> with_shape(tensor<E> const& t, int_tuple const& shape) {
  return {t.engine(), with_shape(t.layout(), shape), t.offset()};
}

/// The tile of one thread of those that share each tile: zipped_divide by `tile`, with the coordinate in the
/// tile fixed. So threads are next to each other, and each has one element of every tile: (RestM,RestN).
/// Errors: as zipped_divide; a coordinate that is out of range.
template <class E, class C>
  requires detail::coordinate_for<C, E>
[[nodiscard]] constexpr tensor<E> outer_partition(tensor<E> const& t, tiler const& tile,
                                                  C const& coordinate) {
  return detail::first_mode(zipped_divide(t, tile)(coordinate, _));
}
/// One tile of those that the tensor is cut into: local_tile. (TileM,TileN)
template <class E, class C>
  requires detail::coordinate_for<C, E>
[[nodiscard]] constexpr tensor<E> inner_partition(tensor<E> const& t, tiler const& tile,
                                                  C const& coordinate) {
  return local_tile(t, tile, coordinate);
}

namespace detail {
/// The sizes of the modes of a layout as a tiler.
constexpr tiler tile_of_sizes(layout const& l) {
  auto const n = l.profile_.whole();
  if (n.is_leaf())
    return tiler(size(l));
  int_tuple sizes[max_leaves];
  int count = 0;
  for (int k = n.first; k < n.last; ++count) {
    auto const child = l.profile_.child(n, k);
    sizes[count] = node_size(l, child);
    k = child.last;
  }
  int_tuple all = 0;
  all.enclose(sizes, count);
  return tiler(all);
}
} // namespace detail

/// The elements of thread `index` if threads lie over the tensor as `threads` says, again and again until it
/// is covered: local_partition(t, (4,8):(8,1), tid). `threads` gives each thread's index, as in CuTe; its
/// shape is the tile that they cover at once. Errors: as zipped_divide; a layout of threads that is no
/// bijection.
template <class E, class C>
  requires detail::coordinate_for<C, E>
[[nodiscard]] constexpr tensor<E> local_partition(tensor<E> const& t, layout const& threads, C const& index) {
  auto const tiles = zipped_divide(t, detail::tile_of_sizes(threads));
  // Thread i stands at coordinate threads^-1(i) of a tile.
  auto const by_thread =
      composition(tiles, tiler{tiler(with_shape(right_inverse(threads), size(threads))), _});
  return detail::first_mode(by_thread(index, _));
}

} // namespace enigma
