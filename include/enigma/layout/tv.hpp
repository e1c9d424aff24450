// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/inverse.hpp>
#include <enigma/layout/product.hpp>

namespace enigma {

/// A thread-value layout: `layout` maps (thread, value) to the colexicographic position in a tile of
/// shape `tiler`.
struct tv_layout {
  int_tuple tiler = 1;
  enigma::layout layout = {};

  friend constexpr bool operator==(tv_layout const&, tv_layout const&) = default;
};

namespace detail {

/// Why a layout does not number its coordinates from 0 to its size - 1; it is known not to.
constexpr void not_numbered(layout const& l, trouble& why) {
  sorted_leaves f;
  flat r;
  bool negative = false;
  by_stride(f, l, why, negative); // its size fits, or it would have no right inverse
  std::int64_t prefix = 1;
  for (int k = 0; k < l.profile_.count; prefix *= l.shape_[k++])
    if (l.shape_[k] != 1 && l.stride_[k] <= 0) {
      why.words << "element " << prefix << " has number " << l.stride_[k]
                << (l.stride_[k] == 0 ? ", as element 0 has" : ", which is below 0");
      return;
    }
  std::int64_t reached = 1; // the leaves so far number [0, reached)
  for (int j = 0; j < f.n; ++j) {
    if (f.d[j] == reached) {
      r.join(f.s[j], f.prefix[j]);
      reached *= f.s[j];
      continue;
    }
    if (f.d[j] > reached)
      why.words << "no element has number " << reached;
    else {
      std::int64_t other = 0;
      evaluate(r, f.d[j], other);
      why.words << "elements " << f.prefix[j] << " and " << other << " both have number " << f.d[j];
    }
    return;
  }
}

constexpr bool tv(tv_layout& r, layout const& thr, layout const& val, trouble& why) {
  layout_builder product;
  if (!paired_product(product, thr, val, true, why))
    return false;
  auto const& mn = product.made;
  std::int64_t threads = 0;
  std::int64_t values = 0;
  std::int64_t reached = 0;
  composer c(why);
  if (!checked_size(thr, thr.profile_.whole(), threads, why) ||
      !checked_size(val, val.profile_.whole(), values, why) || !right_inverse_of(c.a, mn, why, reached))
    return false;
  auto const size = threads * values; // the inverse has checked that it fits
  if (reached != size) {
    why.start() << "the threads and values do not number the tile " << mn << " from 0 to " << size - 1
                << ": ";
    not_numbered(mn, why);
    why.words << "; thr and val that are bijections onto [0," << threads << ") and [0," << values << ") do";
    return false;
  }
  if (c.a.n == 0) {
    c.a.n = 1;
    c.a.s[0] = 1;
    c.a.d[0] = 0;
  }
  layout_builder out;
  out.open();
  if (!c.leaf(out, threads, threads == 1 ? 0 : 1) || !c.leaf(out, values, values == 1 ? 0 : threads))
    return false;
  out.close();
  if (!finish(out, why))
    return false;
  r.layout = out.made;
  // The tiler: the size of each mode of the product, which ends where one parenthesis is left.
  r.tiler = int_tuple();
  auto& p = r.tiler.profile_;
  p.count = 0;
  int nesting = 0;
  std::int64_t extent = 1;
  for (int k = 0; k < mn.profile_.count; ++k) {
    nesting += mn.profile_.opened[k] - mn.profile_.closed[k];
    extent *= mn.shape_[k];
    if (nesting <= 1) {
      r.tiler.leaf_[p.count++] = extent;
      extent = 1;
    }
  }
  p.opened[0] = 1;
  p.closed[p.count - 1] = 1;
  return true;
}

} // namespace detail

/// From thr: (m, n, ...) -> thread and val: (m, n, ...) -> value, the tile in which every thread holds
/// every value, and where: with MN = raked_product(thr, val),
///   MN(layout(t, v)) = t + v * size(thr), tiler = the sizes of the modes of MN,
/// a bijection between (thread, value) and the elements of the tile. Without `val` every thread has one
/// value. thr and val need not be compact: values may fill the gaps between threads.
///   make_layout_tv((4,64):(64,1), (4,4):(4,1)) = {(16,256), ...}
/// Errors: MN is not a bijection onto [0, size) (the message names a number that is missing, or met twice),
/// the product or the composition is refused.
[[nodiscard]] constexpr tv_layout make_layout_tv(layout const& thr, layout const& val = layout()) {
  tv_layout r;
  detail::trouble why;
  if (!detail::tv(r, thr, val, why))
    refused(detail::explain("make_layout_tv", thr, val, why));
  return r;
}
[[nodiscard]] constexpr outcome<tv_layout> try_make_layout_tv(layout const& thr,
                                                              layout const& val = layout()) {
  outcome<tv_layout> r;
  detail::trouble why;
  if (!detail::tv(r.held, thr, val, why))
    return {tv_layout(), detail::explain("make_layout_tv", thr, val, why)};
  return r;
}

/// A tile as (thread, value): R(t, v) = L(tv.layout(t, v)) for a layout L of the size of the tile.
///   composition((16,256):(512,1), tv)(thread, _): the elements of one thread
/// Errors: L has another size than the tile; as composition of two layouts.
template <std::same_as<tv_layout> TV>
[[nodiscard]] constexpr layout composition(layout const& l, TV const& tv) {
  if (size(l) != product(tv.tiler))
    refused((detail::sentence("composition(")
             << l << ", thread-value layout of a tile " << tv.tiler << ") refused: the layout has " << size(l)
             << " elements, the tile " << product(tv.tiler))
                .lines());
  return composition(l, tv.layout);
}

} // namespace enigma
