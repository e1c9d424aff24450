// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout.hpp>
#include <enigma/layout/composed_layout.hpp>
#include <enigma/layout/detail/calculator_table.hpp>

#include <span>

namespace enigma::calculator {

/// The table of operations: the calculator, the help of `enigma-layout` and the oracle runner read it.
[[nodiscard]] inline std::span<operation const> operations() {
  using detail::layouts;
  using detail::row;
  using integer = std::int64_t;
  static constexpr operation table[] = {
      // Construction
      row("layout", "shape and stride", [](int_tuple const& s, int_tuple const& d) { return layout(s, d); }),
      row("layout", "the compact column-major layout of a shape",
          [](int_tuple const& s) { return layout(s); }),
      row("layout", "the layout of a slice", [](sliced const& s) { return s.layout; }),
      row("layout", "the layout of a thread-value layout", [](tv_layout const& t) { return t.layout; }),
      row("make_layout", "the layout whose modes are the given layouts",
          [](layouts const& l) {
            enigma::detail::layout_builder out;
            out.open();
            for (auto const& each : l.all)
              out.append(each);
            if (out.full)
              enigma::detail::too_many_modes();
            out.close();
            return out.made;
          }),
      row("make_layout", "the compact column-major layout of a shape",
          [](int_tuple const& s) { return make_layout(s); }),
      row("make_layout", "shape and stride",
          [](int_tuple const& s, int_tuple const& d) { return make_layout(s, d); }),
      row("make_layout_left", "the compact column-major layout of a shape",
          [](int_tuple const& s) { return make_layout(s); }),
      row("make_layout_right", "the compact row-major layout of a shape",
          [](int_tuple const& s) { return make_layout(s, row_major); }),
      row("make_ordered_layout", "compact, the mode with the lowest number of the order fastest",
          [](int_tuple const& s, int_tuple const& order) { return make_ordered_layout(s, order); }),
      row("make_identity_layout", "L(i) = i on a shape",
          [](int_tuple const& s) { return make_identity_layout(s); }),
      row("make_layout_tv", "(thread, value) to position in the tile, from thr and val",
          [](layout const& thr, layout const& val) { return make_layout_tv(thr, val); }),

      // Parts and properties
      row("shape", "the shape", [](layout const& l) { return l.shape(); }),
      row("stride", "the strides", [](layout const& l) { return l.stride(); }),
      row("tiler", "the tile of a thread-value layout", [](tv_layout const& t) { return t.tiler; }),
      row("offset", "the offset of a slice", [](sliced const& s) { return s.offset; }),
      row("size", "the number of coordinates", [](layout const& l) { return size(l); }),
      row("size", "the product of the integers", [](int_tuple const& t) { return size(t); }),
      row("cosize", "one past the largest index, for strides that are not negative",
          [](layout const& l) { return cosize(l); }),
      row("rank", "the number of modes", [](layout const& l) { return rank(l); }),
      row("rank", "the number of elements", [](int_tuple const& t) { return rank(t); }),
      row("depth", "the deepest nesting", [](layout const& l) { return depth(l); }),
      row("depth", "the deepest nesting", [](int_tuple const& t) { return depth(t); }),
      row("product", "the product of the integers", [](int_tuple const& t) { return product(t); }),

      // Coordinates
      row("crd2idx", "L(c): the index of a coordinate",
          [](int_tuple const& c, layout const& l) { return crd2idx(c, l); }),
      row("crd2idx", "the colexicographic position of a coordinate in a shape",
          [](int_tuple const& c, int_tuple const& shape) { return crd2idx(c, shape); }),
      row("idx2crd", "the coordinate of an index in a shape",
          [](int_tuple const& i, int_tuple const& shape) { return idx2crd(i, shape); }),
      row("slice", "the layout under the holes, and the offset of the rest",
          [](hole_coord const& c, layout const& l) { return slice(c, l); }),

      // Modes
      row("get", "mode i", [](layout const& l, integer i) { return mode(l, detail::small(i)); }),
      row("get", "element i", [](int_tuple const& t, integer i) { return t[detail::small(i)]; }),
      row("mode", "mode i", [](layout const& l, integer i) { return mode(l, detail::small(i)); }),
      row("flatten", "the same leaves without nesting", [](layout const& l) { return flatten(l); }),
      row("flatten", "the same integers without nesting", [](int_tuple const& t) { return flatten(t); }),

      // Swizzles and composed layouts
      row("swizzle", "Sw<bits,base,shift>",
          [](integer b, integer m, integer s) {
            return swizzle(detail::small(b), detail::small(m), detail::small(s));
          }),
      row("swizzle", "Sw(x): the image of an index", [](swizzle const& sw, integer x) { return sw(x); }),
      row("swizzle", "the swizzle of a composed layout", [](composed_layout const& c) { return c.sw; }),
      row("offset", "the offset of a composed layout", [](composed_layout const& c) { return c.offset; }),
      row("layout", "the inner layout of a composed layout",
          [](composed_layout const& c) { return c.inner; }),
      row("make_composed_layout", "R(c) = Sw(offset + L(c))",
          [](swizzle const& sw, integer offset, layout const& l) { return composed_layout(sw, offset, l); }),
      row("composition", "R(c) = Sw(L(c))",
          [](swizzle const& sw, layout const& l) { return composition(sw, l); }),
      row("shape", "the shape", [](composed_layout const& c) { return c.shape(); }),
      row("size", "the number of coordinates", [](composed_layout const& c) { return size(c); }),
      row("cosize", "the cosize of the inner layout", [](composed_layout const& c) { return cosize(c); }),
      row("rank", "the number of modes", [](composed_layout const& c) { return rank(c); }),
      row("depth", "the deepest nesting", [](composed_layout const& c) { return depth(c); }),
      row("get", "mode i", [](composed_layout const& c, integer i) { return mode(c, detail::small(i)); }),
      row("flatten", "the same function without nesting",
          [](composed_layout const& c) { return flatten(c); }),
      row("coalesce", "with the inner layout coalesced",
          [](composed_layout const& c) { return coalesce(c); }),
      row("crd2idx", "the value at a coordinate",
          [](int_tuple const& at, composed_layout const& c) { return crd2idx(at, c); }),
      row("slice", "what the holes leave; the rest moves into the offset",
          [](hole_coord const& at, composed_layout const& c) { return slice(at, c); }),

      // Questions
      row("congruent", "the same nesting",
          [](int_tuple const& a, int_tuple const& b) { return congruent(a, b); }),
      row("congruent", "the same nesting", [](layout const& a, layout const& b) { return congruent(a, b); }),
      row("compatible", "every coordinate of a is one of b",
          [](int_tuple const& a, int_tuple const& b) { return compatible(a, b); }),
      row("divides_evenly", "a divide covers every element once and nothing else",
          [](layout const& a, tiler const& t) { return divides_evenly(a, t); }),

      // Simplification
      row("coalesce", "the same function with the fewest leaves",
          [](layout const& l) { return coalesce(l); }),
      row("coalesce", "coalesced by mode along a profile",
          [](layout const& l, int_tuple const& p) { return coalesce(l, p); }),
      row("filter", "coalesced without the leaves of stride 0", [](layout const& l) { return filter(l); }),
      row("filter", "filtered by mode along a profile",
          [](layout const& l, int_tuple const& p) { return filter(l, p); }),

      // Composition, complement, inverses
      row("composition", "R(c) = A(B(c))",
          [](layout const& a, layout const& b) { return composition(a, b); }),
      row("composition", "A composed with a tiler by mode",
          [](layout const& a, tiler const& t) { return composition(a, t); }),
      row("with_shape", "the same values with another shape",
          [](layout const& l, int_tuple const& s) { return with_shape(l, s); }),
      row("complement", "what a layout leaves out of a size or shape",
          [](layout const& l, int_tuple const& s) { return complement(l, s); }),
      row("complement", "what a layout leaves out of its cosize",
          [](layout const& l) { return complement(l); }),
      row("right_inverse", "the largest R with L(R(i)) = i",
          [](layout const& l) { return right_inverse(l); }),
      row("left_inverse", "R with L(R(L(i))) = L(i)", [](layout const& l) { return left_inverse(l); }),

      // Divides and products
      row("logical_divide", "((TileM,RestM), (TileN,RestN), L, ...)",
          [](layout const& a, tiler const& t) { return logical_divide(a, t); }),
      row("zipped_divide", "((TileM,TileN), (RestM,RestN,L,...))",
          [](layout const& a, tiler const& t) { return zipped_divide(a, t); }),
      row("tiled_divide", "((TileM,TileN), RestM, RestN, L, ...)",
          [](layout const& a, tiler const& t) { return tiled_divide(a, t); }),
      row("flat_divide", "(TileM, TileN, RestM, RestN, L, ...)",
          [](layout const& a, tiler const& t) { return flat_divide(a, t); }),
      row("logical_product", "(block, repetitions), by mode for a tuple",
          [](layout const& a, tiler const& t) { return logical_product(a, t); }),
      row("blocked_product", "((BlockM,RepeatM), (BlockN,RepeatN), ...)",
          [](layout const& a, layout const& t) { return blocked_product(a, t); }),
      row("raked_product", "((RepeatM,BlockM), (RepeatN,BlockN), ...)",
          [](layout const& a, layout const& t) { return raked_product(a, t); }),
  };
  return table;
}

} // namespace enigma::calculator
