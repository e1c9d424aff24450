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
                << ": no element has number " << reached << "; thr and val must be bijections onto [0,"
                << threads << ") and [0," << values << ")";
    return false;
  }
  if (c.a.n == 0) {
    c.a.n = 1;
    c.a.s[0] = 1;
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
/// a bijection between (thread, value) and the elements of the tile.
///   make_layout_tv((4,64):(64,1), (4,4):(4,1)) = {(16,256), ...}
/// Errors: thr or val is not a bijection onto [0, size), the product or the composition is refused.
[[nodiscard]] constexpr tv_layout make_layout_tv(layout const& thr, layout const& val) {
  tv_layout r;
  detail::trouble why;
  if (!detail::tv(r, thr, val, why))
    refused(detail::explain("make_layout_tv", thr, val, why));
  return r;
}
[[nodiscard]] constexpr outcome<tv_layout> try_make_layout_tv(layout const& thr, layout const& val) {
  outcome<tv_layout> r;
  detail::trouble why;
  if (!detail::tv(r.held, thr, val, why))
    return {tv_layout(), detail::explain("make_layout_tv", thr, val, why)};
  return r;
}

} // namespace enigma
