// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/calculator/detail/rows_algebra.hpp>
#include <enigma/layout/calculator/detail/rows_layout.hpp>
#include <enigma/layout/calculator/detail/rows_predicates.hpp>
#include <enigma/layout/compare.hpp>
#include <enigma/layout/tuple_math.hpp>

#include <span>

namespace enigma::calculator {

namespace detail {

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
    detail::add_memory(t);
    return std::move(t.rows);
  }();
  return rows;
}

} // namespace enigma::calculator
