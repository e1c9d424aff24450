// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/composition.hpp>
#include <enigma/layout/inverse.hpp>

namespace enigma {

/// A thread-value layout over parts of the modes of some data: `tiler` says which part of each mode a tile
/// takes, `layout` maps (thread, value) to the colexicographic position in the tile.
struct cotiled_tv {
  enigma::tiler tiler = 1;
  enigma::layout layout = {};

  friend constexpr bool operator==(cotiled_tv const&, cotiled_tv const&) = default;
};

namespace detail {

/// The least and the largest value, and the coordinates at which they are.
constexpr bool reaches(layout const& l, std::int64_t (&value)[2], std::int64_t (&coordinate)[2]) {
  std::int64_t prefix = 1;
  for (int i = 0; i < 2; ++i)
    value[i] = coordinate[i] = 0;
  for (int k = 0; k < l.profile_.count; ++k) {
    int const end = l.stride_[k] < 0 ? 0 : 1;
    auto const before = prefix;
    if (!add_product(value[end], l.shape_[k] - 1, l.stride_[k]) ||
        __builtin_mul_overflow(prefix, l.shape_[k], &prefix))
      return false;
    coordinate[end] += (l.shape_[k] - 1) * before; // less than the size
  }
  return true;
}

/// The same values at the same linear coordinates.
constexpr bool same_values(layout const& a, layout const& b, trouble& why) {
  flat x;
  flat y;
  if (!coalesced(x, a, a.profile_.whole(), why) || !coalesced(y, b, b.profile_.whole(), why) || x.n != y.n)
    return false;
  for (int k = 0; k < x.n; ++k)
    if (x.s[k] != y.s[k] || x.d[k] != y.d[k])
      return false;
  return true;
}

constexpr bool cotiled(cotiled_tv& r, layout const& offsets, layout const& data, trouble& why) {
  auto const n = data.profile_.whole();
  flat inverse;
  std::int64_t size = 0;
  if (!left_inverse_of(inverse, data, why) || !checked_size(data, n, size, why))
    return false;
  layout_builder back;
  put(back, inverse);
  // (thread, value) -> coordinate of the data. What is not in the data comes back as something else.
  layout_builder placed;
  trouble inner;
  if (!compose(placed, back.made, offsets, inner)) {
    why.start() << "from " << offsets
                << " back to coordinates of the data, with its left inverse A = " << back.made << ": "
                << inner.words;
    return false;
  }
  std::int64_t value[2] = {};
  std::int64_t where[2] = {};
  std::int64_t offset[2] = {};
  std::int64_t at[2] = {};
  if (!reaches(placed.made, value, where) || !reaches(offsets, offset, at))
    return overflow(why, "a coordinate of the data");
  layout_builder again;
  if (value[0] < 0 || value[1] >= size || !compose(again, data, placed.made, why) ||
      !same_values(again.made, offsets, why)) {
    if (why.any)
      return false;
    why.start() << "some of the indices from " << offset[0] << " to " << offset[1]
                << " are none of the data, whose " << size << " coordinates have others";
    return false;
  }
  // What is met in each mode is its tile.
  r.tiler.pool_.profile_.count = 0;
  r.tiler.profile_ = {};
  layout_builder tile; // tile coordinate -> coordinate of the data
  std::int64_t prefix = 1;
  tile.open();
  for (int k = n.first; k < n.last;) {
    auto const m = n.is_leaf() ? n : data.profile_.child(n, k);
    std::int64_t extent = 1;
    if (!checked_size(data, m, extent, why))
      return false;
    composer c(why);
    auto& a = c.a; // what is before the mode, the mode, what is after it
    if (prefix != 1) {
      a.s[0] = prefix;
      a.d[0] = 0;
      a.n = 1;
    }
    a.s[a.n] = extent;
    a.d[a.n++] = extent == 1 ? 0 : 1;
    if (extent != 1) {
      a.s[a.n] = size / prefix / extent;
      a.d[a.n++] = 0;
    }
    layout_builder part;
    if (!c.all(part, placed.made, placed.made.profile_.whole()) || !finish(part, why))
      return false;
    flat met;
    for (int j = 0; j < part.made.profile_.count; ++j)
      if (part.made.stride_[j] != 0 && !met.join(part.made.shape_[j], part.made.stride_[j]))
        return overflow(why, "the size of a tile");
    layout_builder element;
    put(element, met);
    if (r.tiler.pool_.profile_.count + element.made.profile_.count > max_leaves) {
      why.start() << "too many modes, the tile has more than 32 leaves";
      return false;
    }
    r.tiler.append(tiler(element.made), k == n.first ? 1 : 0);
    for (int j = 0; j < met.n; ++j)
      tile.leaf(met.s[j], met.d[j] * prefix);
    if (met.n == 0)
      tile.leaf(1, 0);
    prefix *= extent;
    k = m.last;
  }
  tile.close();
  if (!finish(tile, why))
    return false;
  r.tiler.close();
  layout_builder part_of_data; // or the tile would be of no use
  if (!compose_by_mode(part_of_data, data, r.tiler, why) || !finish(part_of_data, why))
    return false;
  flat position;
  layout_builder in_tile;
  layout_builder out;
  if (!left_inverse_of(position, tile.made, why))
    return false;
  put(in_tile, position);
  if (!compose(out, in_tile.made, placed.made, why) ||
      !checked_size(tile.made, tile.made.profile_.whole(), size, why))
    return false;
  if (!reaches(out.made, value, where))
    return overflow(why, "a position in the tile");
  if (value[0] < 0 || value[1] >= size) { // the parts overlap, and the inverse went on past their end
    auto const end = value[0] < 0 ? 0 : 1;
    why.start() << "at coordinate " << where[end] << " the position in the tile " << tile.made << " is "
                << value[end] << ", outside of it: (thread, value)s overlap there";
    return false;
  }
  r.layout = out.made;
  return true;
}

} // namespace detail

/// From what each (thread, value) reads in memory to a tile of the data: `offsets` maps (thread, value) to an
/// index of `data`, which is injective. With D = (data's modes) o tiler, the tile as CuTe's cotiled copy
/// finds it,
///   D(layout(t, v)) = offsets(t, v).
/// It is for accesses whose width and distance matter and not which coordinates they own.
///   make_cotiled_tv((8,4):(8,1), (16,8):(8,1)) = {<8:1,4:1>, (8,4):(1,8)}
/// Errors: an index that the data does not have, data that is not injective, a tile whose parts do not add
/// up.
[[nodiscard]] constexpr cotiled_tv make_cotiled_tv(layout const& offsets, layout const& data) {
  cotiled_tv r;
  detail::trouble why;
  if (!detail::cotiled(r, offsets, data, why))
    refused(detail::explain("make_cotiled_tv", offsets, data, why));
  return r;
}
[[nodiscard]] constexpr outcome<cotiled_tv> try_make_cotiled_tv(layout const& offsets, layout const& data) {
  outcome<cotiled_tv> r;
  detail::trouble why;
  if (!detail::cotiled(r.held, offsets, data, why))
    return {cotiled_tv(), detail::explain("make_cotiled_tv", offsets, data, why)};
  return r;
}

} // namespace enigma
