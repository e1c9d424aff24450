// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout.hpp>
#include <enigma/layout/calculator/detail/rows_layout.hpp>
#include <enigma/layout/common.hpp>
#include <enigma/layout/distribute.hpp>
#include <enigma/layout/nullspace.hpp>
#include <enigma/layout/recast.hpp>
#include <enigma/layout/swizzle/algebra.hpp>
#include <enigma/layout/swizzle/composition.hpp>
#include <enigma/layout/swizzle/inverse.hpp>
#include <enigma/layout/swizzle/operations.hpp>
#include <enigma/layout/swizzle/plain.hpp>
#include <enigma/layout/swizzle/vector.hpp>
#include <enigma/layout/tile_to_shape.hpp>

/// Rows: the algebra, and the algebra of swizzles.
namespace enigma::calculator::detail {

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

} // namespace enigma::calculator::detail
