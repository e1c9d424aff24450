// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout.hpp>
#include <enigma/layout/common.hpp>
#include <enigma/layout/compact.hpp>
#include <enigma/layout/compare.hpp>
#include <enigma/layout/composed_composition.hpp>
#include <enigma/layout/composed_inverse.hpp>
#include <enigma/layout/composed_modes.hpp>
#include <enigma/layout/composed_operations.hpp>

#include <enigma/layout/composed_plain.hpp>
#include <enigma/layout/composed_vector.hpp>
#include <enigma/layout/coordinates.hpp>

#include <enigma/layout/detail/calculator_table.hpp>
#include <enigma/layout/distribute.hpp>
#include <enigma/layout/modes.hpp>
#include <enigma/layout/nullspace.hpp>
#include <enigma/layout/predicates.hpp>
#include <enigma/layout/recast.hpp>
#include <enigma/layout/relations.hpp>
#include <enigma/layout/slice.hpp>
#include <enigma/layout/swizzle_algebra.hpp>
#include <enigma/layout/tile_to_shape.hpp>
#include <enigma/layout/tuple_math.hpp>
#include <enigma/layout/vector_width.hpp>

#include <span>

namespace enigma::calculator {

namespace detail {

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

inline void add_arithmetic(table& t) {
  t.row("product", "the product of the integers", [](tuple a) { return product(a); });
  t.row("product_each", "the product of each mode", [](tuple a) { return product_each(a); });
  t.row("product_like", "products with the nesting of the second tuple",
        [](tuple a, tuple guide) { return product_like(a, guide); });
  t.row("shape_div", "a divided by b where one divides the other",
        [](tuple a, tuple b) { return shape_div(a, b); });
  t.row("ceil_div", "a divided by b, rounded up", [](tuple a, tuple b) { return ceil_div(a, b); });
  t.row("ceil_div", "how many tiles lie in a shape, mode by mode",
        [](tuple shape, plain tile) { return ceil_div(shape, tile); });
  t.row("round_up", "the next multiple of b", [](tuple a, tuple b) { return round_up(a, b); });
  t.row("elem_scale", "each integer of a times the product of what it meets",
        [](tuple a, tuple b) { return elem_scale(a, b); });
  t.row("inner_product", "the sum of the products", [](tuple a, tuple b) { return inner_product(a, b); });
  t.row("sum", "the sum of the integers", [](tuple a) { return sum(a); });
  t.row("max", "the largest integer", [](tuple a) { return max(a); });
  t.row("min", "the smallest integer", [](tuple a) { return min(a); });
}

inline void add_comparisons(table& t) {
  t.each<int_tuple, layout, composed_layout>("congruent", "the same nesting",
                                             []<class T>(T const& a, T const& b) { return congruent(a, b); });
  t.row("weakly_congruent", "the nesting of a is a truncation of that of b",
        [](tuple a, tuple b) { return weakly_congruent(a, b); });
  t.row("compatible", "every coordinate of a is one of b", [](tuple a, tuple b) { return compatible(a, b); });
  t.row("weakly_compatible", "each integer of a divides what it meets in b",
        [](tuple a, tuple b) { return weakly_compatible(a, b); });
  t.row("elem_less", "every integer is less", [](tuple a, tuple b) { return elem_less(a, b); });
  t.row("elem_leq", "every integer is less or equal", [](tuple a, tuple b) { return elem_leq(a, b); });
  t.row("lex_less", "less from the left", [](tuple a, tuple b) { return lex_less(a, b); });
  t.row("lex_leq", "less or equal from the left", [](tuple a, tuple b) { return lex_leq(a, b); });
  t.row("colex_less", "less from the right", [](tuple a, tuple b) { return colex_less(a, b); });
  t.row("colex_leq", "less or equal from the right", [](tuple a, tuple b) { return colex_leq(a, b); });
  t.row("evenly_divides", "the tiler cuts a shape without rest",
        [](tuple shape, tiler const& by) { return evenly_divides(shape, by); });
  t.row("divides_evenly", "a divide of the layout covers every element once and nothing else",
        [](plain a, tiler const& by) { return divides_evenly(a, by); });
}

inline void add_algebra(table& t) {
  t.each<layout, composed_layout>("coalesce", "the same function with the fewest leaves",
                                  []<class T>(T const& l) { return coalesce(l); });
  t.each<layout, composed_layout>("coalesce", "coalesced by mode along a profile",
                                  []<class T>(T const& l, tuple profile) { return coalesce(l, profile); });
  t.row("filter", "coalesced without the leaves of stride 0", [](plain l) { return filter(l); });
  t.row("filter", "filtered by mode along a profile",
        [](plain l, tuple profile) { return filter(l, profile); });
  t.row("filter_zeros", "size 1 for the leaves of stride 0", [](plain l) { return filter_zeros(l); });
  t.row("filter_zeros", "size 1 for what meets a 0 of the profile",
        [](plain l, tuple profile) { return filter_zeros(l, profile); });
  t.row("nullspace", "the coordinates with the value 0", [](plain l) { return nullspace(l); });
  t.row("composition", "R(c) = A(B(c))", [](plain a, plain b) { return composition(a, b); });
  t.row("composition", "A composed with a tiler by mode",
        [](plain a, tiler const& b) { return composition(a, b); });
  t.each<layout, composed_layout>("with_shape", "the same values with another shape",
                                  []<class T>(T const& l, tuple s) { return with_shape(l, s); });
  t.row("complement", "what a layout leaves out of a size or shape",
        [](plain l, tuple s) { return complement(l, s); });
  t.row("complement", "what a layout leaves out of its cosize", [](plain l) { return complement(l); });
  t.each<layout, composed_layout, swizzle>("right_inverse", "the largest R with L(R(i)) = i",
                                           []<class T>(T const& l) { return right_inverse(l); });
  t.each<layout, composed_layout, swizzle>("left_inverse", "R with L(R(L(i))) = L(i)",
                                           []<class T>(T const& l) { return left_inverse(l); });
  t.row("max_common_layout", "the largest R with A(R(i)) = B(R(i)) = i",
        [](plain a, plain b) { return max_common_layout(a, b); });
  t.each<layout, composed_layout>("max_common_vector", "the size of the largest common layout",
                                  []<class T>(T const& a, plain b) { return max_common_vector(a, b); });
  t.each<layout, composed_layout>("max_common_vector", "the size of the largest common layout",
                                  []<class T>(T const& a, composed b) { return max_common_vector(a, b); });
  t.each<layout, composed_layout>("max_alignment", "the largest aligned vector",
                                  []<class T>(T const& l) { return max_alignment(l); });
  t.row("domain_distribute", "the leaves of a shape dealt out to n",
        [](tuple shape, integer_t n) { return domain_distribute(shape, n); });
}

inline void add_divides_and_products(table& t) {
  t.each<layout, composed_layout>("logical_divide", "((TileM,RestM), (TileN,RestN), L, ...)",
                                  []<class T>(T const& a, tiler const& b) { return logical_divide(a, b); });
  t.each<layout, composed_layout>("zipped_divide", "((TileM,TileN), (RestM,RestN,L,...))",
                                  []<class T>(T const& a, tiler const& b) { return zipped_divide(a, b); });
  t.each<layout, composed_layout>("tiled_divide", "((TileM,TileN), RestM, RestN, L, ...)",
                                  []<class T>(T const& a, tiler const& b) { return tiled_divide(a, b); });
  t.each<layout, composed_layout>("flat_divide", "(TileM, TileN, RestM, RestN, L, ...)",
                                  []<class T>(T const& a, tiler const& b) { return flat_divide(a, b); });
  t.each<layout, composed_layout>("logical_product", "(block, repetitions), by mode for a tuple",
                                  []<class T>(T const& a, tiler const& b) { return logical_product(a, b); });
  t.each<layout, composed_layout>("zipped_product", "((BlockM,BlockN), (RepeatM,RepeatN,L,...))",
                                  []<class T>(T const& a, tiler const& b) { return zipped_product(a, b); });
  t.each<layout, composed_layout>("tiled_product", "((BlockM,BlockN), RepeatM, RepeatN, L, ...)",
                                  []<class T>(T const& a, tiler const& b) { return tiled_product(a, b); });
  t.each<layout, composed_layout>("flat_product", "(BlockM, BlockN, RepeatM, RepeatN, L, ...)",
                                  []<class T>(T const& a, tiler const& b) { return flat_product(a, b); });
  t.each<layout, composed_layout>("blocked_product", "((BlockM,RepeatM), (BlockN,RepeatN), ...)",
                                  []<class T>(T const& a, plain b) { return blocked_product(a, b); });
  t.each<layout, composed_layout>("raked_product", "((RepeatM,BlockM), (RepeatN,BlockN), ...)",
                                  []<class T>(T const& a, plain b) { return raked_product(a, b); });
  t.each<layout, composed_layout>("tile_to_shape", "a block repeated over a shape",
                                  []<class T>(T const& block, tuple s) { return tile_to_shape(block, s); });
  t.each<layout, composed_layout>(
      "tile_to_shape", "a block repeated over a shape, the modes in an order",
      []<class T>(T const& block, tuple s, tuple order) { return tile_to_shape(block, s, order); });
}

inline void add_swizzles(table& t) {
  t.row("swizzle", "Sw<bits,base,shift>",
        [](integer_t b, integer_t m, integer_t s) { return swizzle(small(b), small(m), small(s)); });
  t.row("swizzle", "Sw(x): the image of an index", [](swizzle const& sw, integer_t x) { return sw(x); });
  t.row("swizzle", "the swizzle of a composed layout", [](composed c) { return c.sw; });
  t.row("make_composed_layout", "R(c) = Sw(offset + L(c))",
        [](swizzle const& sw, integer_t offset, plain l) { return composed_layout(sw, offset, l); });
  t.row("composition", "R(c) = Sw(L(c))", [](swizzle const& sw, plain l) { return composition(sw, l); });
  t.row("composition", "one swizzle after another, where that is a swizzle",
        [](swizzle const& a, swizzle const& b) { return composition(a, b); });
  t.each<layout, swizzle, composed_layout>("composition", "R(c) = A(B(c)), B a composed layout",
                                           []<class T>(T const& a, composed b) { return composition(a, b); });
  t.row("composition", "R(c) = A(B(c)), A a composed layout",
        [](composed a, plain b) { return composition(a, b); });
  t.row("composition", "a composed layout by mode",
        [](composed a, tiler const& b) { return composition(a, b); });
  t.row("plain", "the layout with the same values, if there is one",
        [](composed c) { return enigma::plain(c); });
  t.each<layout, swizzle, composed_layout>("upcast", "elements n times as wide",
                                           []<class T>(T const& l, integer_t n) { return upcast(l, n); });
  t.each<layout, swizzle, composed_layout>("downcast", "elements n times as narrow",
                                           []<class T>(T const& l, integer_t n) { return downcast(l, n); });
  t.each<layout, composed_layout>(
      "recast_layout", "from elements of so many bits to so many",
      []<class T>(T const& l, integer_t from, integer_t to) { return recast_layout(l, from, to); });
  t.row("recast_swizzle", "from elements of so many bits to so many",
        [](swizzle const& sw, integer_t from, integer_t to) { return recast_swizzle(sw, from, to); });
}

inline void add_predicates(table& t) {
  t.row("is_injective", "no value twice", [](plain l) { return is_injective(l); });
  t.row("is_contained", "0 <= L(c) < n", [](plain l, integer_t n) { return is_contained(l, n); });
  t.row("is_surjective", "every value of [0, n)", [](plain l, integer_t n) { return is_surjective(l, n); });
  t.row("is_bijective", "every value of [0, n) once",
        [](plain l, integer_t n) { return is_bijective(l, n); });
  t.row("is_bijective", "every value of [0, size) once", [](plain l) { return is_bijective(l); });
  t.row("is_compact", "every value of [0, size) once", [](plain l) { return is_compact(l); });
  t.row("is_partition", "every element of the tile once, no thread twice",
        [](plain tv, tuple tile) { return is_partition(tv, tile); });
  t.row("is_partition", "every element of its tile once, no thread twice",
        [](tv_layout const& tv) { return is_partition(tv); });
  t.row("reaches", "some coordinate has this value", [](plain l, integer_t x) { return reaches(l, x); });
  t.row("covers", "every position of a shape is a value", [](plain l, tuple s) { return covers(l, s); });
  t.row("disjoint", "no value of both, the second moved by an offset",
        [](plain a, plain b, integer_t offset) { return disjoint(a, b, offset); });
  t.row("disjoint", "no value of both slices",
        [](sliced const& a, sliced const& b) { return disjoint(a, b); });
  t.row("equal_as_functions", "the same values at the same linear coordinates",
        [](plain a, plain b) { return equal_as_functions(a, b); });
  t.row("max_vector_width", "how many consecutive coordinates are contiguous and aligned",
        [](plain l) { return max_vector_width(l); });
  t.row("alignment", "the greatest common divisor of the values", [](plain l) { return alignment(l); });
}

} // namespace detail

/// The table of operations: the calculator, the help of `enigma-layout` and the oracle runner read it.
[[nodiscard]] inline std::span<operation const> operations() {
  static std::vector<operation> const rows = [] {
    detail::table t;
    detail::add_construction(t);
    detail::add_parts(t);
    detail::add_coordinates(t);
    detail::add_modes(t);
    detail::add_arithmetic(t);
    detail::add_comparisons(t);
    detail::add_algebra(t);
    detail::add_divides_and_products(t);
    detail::add_swizzles(t);
    detail::add_predicates(t);
    return std::move(t.rows);
  }();
  return rows;
}

} // namespace enigma::calculator
