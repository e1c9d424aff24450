// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/calculator/detail/table.hpp>
#include <enigma/layout/compact.hpp>
#include <enigma/layout/coordinates.hpp>
#include <enigma/layout/make_layout.hpp>
#include <enigma/layout/modes.hpp>
#include <enigma/layout/slice.hpp>
#include <enigma/layout/swizzle/composed_layout.hpp>
#include <enigma/layout/swizzle/modes.hpp>
#include <enigma/layout/tv.hpp>

/// Rows: layouts made, taken apart and evaluated.
namespace enigma::calculator::detail {

using integer_t = std::int64_t;
using tuple = int_tuple const&;
using plain = layout const&;
using composed = composed_layout const&;

inline void add_construction(table& t) {
  t.row("layout", "shape and stride", [](tuple s, tuple d) { return layout(s, d); });
  t.row("layout", "the compact column-major layout of a shape", [](tuple s) { return layout(s); });
  t.row("layout", "the layout of a slice", [](sliced const& s) { return s.layout; });
  t.row("layout", "the layout of a thread-value layout", [](tv_layout const& x) { return x.layout; });
  t.row("layout", "the inner layout of a composed layout", [](composed c) { return c.inner; });
  t.row("make_layout", "the layout whose modes are the given layouts", [](layouts const& l) {
    enigma::detail::layout_builder out;
    out.open();
    for (auto const& each : l.all)
      out.append(each);
    if (out.full)
      enigma::detail::too_many_modes();
    out.close();
    return out.made;
  });
  t.row("make_layout", "the compact column-major layout of a shape", [](tuple s) { return make_layout(s); });
  t.row("make_layout", "shape and stride", [](tuple s, tuple d) { return make_layout(s, d); });
  t.row("make_layout_left", "the compact column-major layout of a shape",
        [](tuple s) { return make_layout(s, column_major); });
  t.row("make_layout_right", "the compact row-major layout of a shape",
        [](tuple s) { return make_layout(s, row_major); });
  t.row("make_ordered_layout", "compact, the mode with the lowest number of the order varies fastest",
        [](tuple s, tuple order) { return make_ordered_layout(s, order); });
  t.row("make_layout_like", "the same shape, compact in the order of the strides",
        [](plain l) { return make_layout_like(l); });
  t.row("make_fragment_like", "as make_layout_like, mode 0 compact in front of the others",
        [](plain l) { return make_fragment_like(l); });
  t.row("make_identity_layout", "L(i) = i on a shape", [](tuple s) { return make_identity_layout(s); });
  t.row("make_layout_tv", "(thread, value) to position in the tile, from thr and val",
        [](plain thr, plain val) { return make_layout_tv(thr, val); });
  t.row("make_layout_tv", "(thread, value) to position in the tile, one value for each thread",
        [](plain thr) { return make_layout_tv(thr); });
  t.row("compact_col_major", "column-major strides of a shape", [](tuple s) { return compact_col_major(s); });
  t.row("compact_col_major", "column-major strides from a first stride",
        [](tuple s, tuple start) { return compact_col_major(s, start); });
  t.row("compact_row_major", "row-major strides of a shape", [](tuple s) { return compact_row_major(s); });
  t.row("compact_row_major", "row-major strides from a first stride",
        [](tuple s, tuple start) { return compact_row_major(s, start); });
  t.row("compact_order", "strides in the order of the numbers of the second tuple",
        [](tuple s, tuple order) { return compact_order(s, order); });
}

inline void add_parts(table& t) {
  t.row("shape", "the shape", [](plain l) { return l.shape(); });
  t.row("shape", "the shape", [](composed c) { return c.shape(); });
  t.row("stride", "the strides", [](plain l) { return l.stride(); });
  t.row("tiler", "the tile of a thread-value layout", [](tv_layout const& x) { return x.tiler; });
  t.row("offset", "the offset of a slice", [](sliced const& s) { return s.offset; });
  t.row("offset", "the offset of a composed layout", [](composed c) { return c.offset; });
  t.each<layout, int_tuple, composed_layout>("size", "the number of coordinates, the product of a tuple",
                                             []<class T>(T const& l) { return size(l); });
  t.each<layout, composed_layout>("cosize", "one past the largest index, for strides that are not negative",
                                  []<class T>(T const& l) { return cosize(l); });
  t.each<layout, int_tuple, composed_layout>("rank", "the number of modes",
                                             []<class T>(T const& l) { return rank(l); });
  t.each<layout, int_tuple, composed_layout>("depth", "the deepest nesting",
                                             []<class T>(T const& l) { return depth(l); });
  // size<0>(L), shape<1,0>(L): of one mode.
  t.each<layout, int_tuple, composed_layout>(
      "size", "the size of the mode at a path: i, or (i,j,...)",
      []<class T>(T const& l, tuple path) { return size(get(l, path)); });
  t.each<layout, int_tuple, composed_layout>(
      "rank", "the rank of the mode at a path",
      []<class T>(T const& l, tuple path) { return rank(get(l, path)); });
  t.each<layout, int_tuple, composed_layout>(
      "depth", "the depth of the mode at a path",
      []<class T>(T const& l, tuple path) { return depth(get(l, path)); });
  t.each<layout, composed_layout>("cosize", "the cosize of the mode at a path",
                                  []<class T>(T const& l, tuple path) { return cosize(get(l, path)); });
  t.each<layout, composed_layout>("shape", "the shape of the mode at a path",
                                  []<class T>(T const& l, tuple path) { return get(l, path).shape(); });
  t.row("stride", "the strides of the mode at a path",
        [](plain l, tuple path) { return get(l, path).stride(); });
}

inline void add_coordinates(table& t) {
  t.each<layout, int_tuple, composed_layout>(
      "crd2idx", "the index of a coordinate of a layout, or its colexicographic position in a shape",
      []<class T>(tuple c, T const& l) { return crd2idx(c, l); });
  t.row("idx2crd", "the coordinate of an index in a shape",
        [](tuple i, tuple shape) { return idx2crd(i, shape); });
  t.row("idx2crd", "every leaf by itself: floor(i / d) mod s",
        [](tuple i, tuple shape, tuple stride) { return idx2crd(i, shape, stride); });
  t.row("crd2crd", "the coordinate of another shape at the same position",
        [](tuple c, tuple from, tuple to) { return crd2crd(c, from, to); });
  t.row("get_hier_coord", "the coordinate of an index of a compact layout",
        [](integer_t i, plain l) { return get_hier_coord(i, l); });
  t.row("get_flat_coord", "one integer for each mode",
        [](integer_t i, plain l) { return get_flat_coord(i, l); });
  t.row("get_1d_coord", "the linear coordinate of an index",
        [](integer_t i, plain l) { return get_1d_coord(i, l); });
  t.row("slice", "the layout under the holes, and the offset of the rest",
        [](hole_coord const& c, plain l) { return slice(c, l); });
  t.row("slice", "what the holes leave; the rest moves into the offset",
        [](hole_coord const& at, composed c) { return slice(at, c); });
  t.row("slice", "the elements under the holes", [](hole_coord const& at, tuple x) { return slice(at, x); });
  t.row("slice_and_offset", "the same as slice",
        [](hole_coord const& c, plain l) { return slice_and_offset(c, l); });
  t.each<layout, int_tuple>("dice", "the modes under the integers, without those under the holes",
                            []<class T>(hole_coord const& c, T const& l) { return dice(c, l); });
  t.row("domain_offset", "the layout, and the index of a coordinate to begin at",
        [](tuple c, plain l) { return domain_offset(c, l); });
}

inline void add_modes(table& t) {
  t.each<layout, int_tuple, composed_layout>("get", "the mode at the end of a path: i, or (i,j,...)",
                                             []<class T>(T const& l, tuple path) { return get(l, path); });
  t.each<layout, int_tuple, composed_layout>(
      "take", "the modes [b, e)",
      []<class T>(T const& l, integer_t b, integer_t e) { return take(l, small(b), small(e)); });
  t.each<layout, int_tuple, composed_layout>(
      "select", "the modes of these numbers, in this order",
      []<class T>(T const& l, tuple which) { return select(l, which); });
  t.each<layout, int_tuple>("append", "one more mode behind",
                            []<class T>(T const& l, T const& x) { return append(l, x); });
  t.row("append", "one more mode behind", [](composed c, plain x) { return append(c, x); });
  t.each<layout, int_tuple>(
      "append", "copies of x behind, up to rank n",
      []<class T>(T const& l, T const& x, integer_t n) { return append(l, x, small(n)); });
  t.row("append", "copies of 1:0 behind, up to rank n",
        [](plain l, integer_t n) { return append(l, layout(), small(n)); });
  t.each<layout, int_tuple>("prepend", "one more mode in front",
                            []<class T>(T const& l, T const& x) { return prepend(l, x); });
  t.row("prepend", "one more mode in front", [](composed c, plain x) { return prepend(c, x); });
  t.each<layout, int_tuple>(
      "prepend", "copies of x in front, up to rank n",
      []<class T>(T const& l, T const& x, integer_t n) { return prepend(l, x, small(n)); });
  t.row("prepend", "copies of 1:0 in front, up to rank n",
        [](plain l, integer_t n) { return prepend(l, layout(), small(n)); });
  t.each<layout, int_tuple>(
      "replace", "x in place of mode i",
      []<class T>(T const& l, integer_t i, T const& x) { return replace(l, small(i), x); });
  t.row("replace", "x in place of mode i",
        [](composed c, integer_t i, plain x) { return replace(c, small(i), x); });
  t.each<layout, int_tuple>("insert", "x as a new mode i", []<class T>(T const& l, integer_t i, T const& x) {
    return insert(l, small(i), x);
  });
  t.each<layout, int_tuple, composed_layout>(
      "remove", "without mode i", []<class T>(T const& l, integer_t i) { return remove(l, small(i)); });
  t.each<layout, int_tuple, composed_layout>(
      "group", "the modes [b, e) as one",
      []<class T>(T const& l, integer_t b, integer_t e) { return group(l, small(b), small(e)); });
  t.each<layout, int_tuple, composed_layout>("flatten", "the same leaves without nesting",
                                             []<class T>(T const& l) { return flatten(l); });
  t.each<layout, int_tuple, composed_layout>(
      "unflatten", "the same leaves with the nesting of a profile",
      []<class T>(T const& l, tuple profile) { return unflatten(l, profile); });
  t.each<layout, int_tuple>("reverse", "the modes from last to first",
                            []<class T>(T const& l) { return reverse(l); });
  t.each<layout, int_tuple>("repeat", "n times the same mode",
                            []<class T>(T const& l, integer_t n) { return repeat(l, small(n)); });
}

} // namespace enigma::calculator::detail
