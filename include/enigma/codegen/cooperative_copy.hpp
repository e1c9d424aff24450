// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/gpu.hpp>
#include <enigma/tensor/copy.hpp>
#include <enigma/tensor/divide.hpp>

// A tile copied by the threads of a threadgroup together. Barriers are the author's.

namespace enigma {

namespace detail {

/// The coordinates of a layout's elements in the order of its strides, smallest first.
constexpr layout in_memory_order(layout const& l) {
  struct leaf {
    std::int64_t shape, weight, stride;
  };
  leaf leaves[max_leaves] = {};
  int count = 0;
  std::int64_t weight = 1;
  for (int k = 0; k < l.leaves(); weight *= l.leaf_shape(k++)) {
    if (l.leaf_shape(k) == 1)
      continue;
    auto const stride = l.leaf_stride(k) < 0 ? -l.leaf_stride(k) : l.leaf_stride(k);
    int j = count++;
    for (; j > 0 && leaves[j - 1].stride > stride; --j)
      leaves[j] = leaves[j - 1];
    leaves[j] = {l.leaf_shape(k), weight, stride};
  }
  layout_builder out;
  if (count != 1)
    out.open();
  for (int j = 0; j < count; ++j)
    out.leaf(leaves[j].shape, leaves[j].weight);
  if (count == 0)
    out.leaf(1, 0);
  if (count != 1)
    out.close();
  return out.take();
}

/// How many elements that follow each other in a layout are one piece of memory.
constexpr std::int64_t piece_of(layout const& l) {
  std::int64_t piece = 1;
  for (bool more = true; more;) {
    more = false;
    for (int k = 0; k < l.leaves(); ++k)
      if (l.leaf_shape(k) > 1 && l.leaf_stride(k) == piece) {
        piece *= l.leaf_shape(k);
        more = true;
      }
  }
  return piece;
}

/// Runs the body for the threads below `count`, as a whole if those are all.
template <class Body>
constexpr void for_threads_below(gpu const& g, value<u32> const& thread, std::int64_t count,
                                 Body const& body) {
  if (g.owner()->range_of(thread.id_in(g.owner())).high < count)
    body();
  else
    g.if_(thread < static_cast<u32>(count), body);
}

} // namespace detail

/// (1) dst(c) = src(c) by the threads of a threadgroup, which share the tile as a thread-value layout says;
/// a tile of several times its size is copied piece by piece. Threads beyond the layout's do nothing.
/// Errors: the layout's tiler does not divide the tile.
template <class S, class D>
constexpr void cooperative_copy(gpu const& g, tv_layout const& tv, tensor<S> const& src,
                                tensor<D> const& dst) {
  value<u32> const thread = g.thread_index_in_threadgroup();
  auto const from = zipped_divide(src, tv.tiler);
  auto const to = zipped_divide(dst, tv.tiler);
  detail::for_threads_below(g, thread, size<0>(tv.layout), [&] {
    for (std::int64_t i = 0; i < size<1>(to); ++i)
      copy(composition(from(_, i), tv)(thread, _), composition(to(_, i), tv)(thread, _));
  });
}

/// (2) By `Threads` threads, neighbours next to each other in the memory of src, in accesses of up to four
/// elements. Any size of tile: the last threads of the last round have nothing to do.
template <int Threads, class S, class D>
  requires(Threads >= 1)
constexpr void cooperative_copy(gpu const& g, tensor<S> const& src, tensor<D> const& dst) {
  layout const order = detail::in_memory_order(src.layout());
  auto const from = composition(src, order);
  auto const to = composition(dst, order);
  auto const piece = detail::piece_of(src.layout());
  int width = src.engine().lanes();
  while (width > 1 && (piece % width != 0 || size(from) % width != 0))
    width /= 2;
  std::int64_t const groups = size(from) / width;
  value<u32> const thread = g.thread_index_in_threadgroup();
  auto const sources = zipped_divide(from, width);
  auto const places = zipped_divide(to, width);
  for (std::int64_t first = 0; first < groups; first += Threads) {
    auto const now = groups - first < Threads ? groups - first : Threads;
    detail::for_threads_below(g, thread, now, [&] {
      if (groups == 1) {
        copy(sources(_, 0), places(_, 0));
      } else {
        value<u32> const at = first == 0 ? thread : thread + static_cast<u32>(first);
        copy(sources(_, at), places(_, at));
      }
    });
  }
}

} // namespace enigma
