// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/calculator/detail/rows_layout.hpp>
#include <enigma/layout/memory.hpp>
#include <enigma/layout/predicates/image.hpp>
#include <enigma/layout/predicates/relations.hpp>
#include <enigma/layout/predicates/vector_width.hpp>
#include <enigma/layout/swizzle/predicates.hpp>
#include <enigma/layout/synthesis.hpp>

/// Rows: questions about the values of layouts, answered with a witness, and about the memory they address.
namespace enigma::calculator::detail {

inline void add_predicates(table& t) {
  t.each<layout, composed_layout>("is_injective", "no value twice",
                                  []<class T>(T const& l) { return is_injective(l); });
  t.each<layout, composed_layout>("is_contained", "0 <= L(c) < n for every c",
                                  []<class T>(T const& l, integer_t n) { return is_contained(l, n); });
  t.each<layout, composed_layout>("is_surjective", "every value of [0, n)",
                                  []<class T>(T const& l, integer_t n) { return is_surjective(l, n); });
  t.each<layout, composed_layout>("is_bijective", "every value of [0, n) once",
                                  []<class T>(T const& l, integer_t n) { return is_bijective(l, n); });
  t.each<layout, composed_layout>("is_bijective", "every value of [0, size) once",
                                  []<class T>(T const& l) { return is_bijective(l); });
  t.each<layout, composed_layout>("is_compact", "every value of [0, size) once",
                                  []<class T>(T const& l) { return is_compact(l); });
  t.row("is_partition", "every element of the tile once, no thread twice",
        [](plain tv, tuple tile) { return is_partition(tv, tile); });
  t.row("is_partition", "every element of its tile once, no thread twice",
        [](tv_layout const& tv) { return is_partition(tv); });
  t.row("reaches", "some coordinate has this value", [](plain l, integer_t x) { return reaches(l, x); });
  t.each<layout, composed_layout>("covers", "every position of a shape is a value",
                                  []<class T>(T const& l, tuple s) { return covers(l, s); });
  t.row("disjoint", "no value of both, the second moved by an offset",
        [](plain a, plain b, integer_t offset) { return disjoint(a, b, offset); });
  t.row("disjoint", "no value of both slices",
        [](sliced const& a, sliced const& b) { return disjoint(a, b); });
  t.each<layout, composed_layout>("equal_as_functions", "the same values at the same linear coordinates",
                                  []<class T>(T const& a, T const& b) { return equal_as_functions(a, b); });
  t.each<layout, composed_layout>("max_vector_width",
                                  "how many consecutive coordinates are contiguous and aligned",
                                  []<class T>(T const& l) { return max_vector_width(l); });
  t.each<layout, composed_layout>("alignment", "the greatest common divisor of the values",
                                  []<class T>(T const& l) { return alignment(l); });
}

/// Lanes are a layout from the lane to the coordinate of the memory that it accesses.
inline void add_memory(table& t) {
  t.row("is_coalesced", "lanes, bytes of an element: no more cache lines than the bytes need",
        [](plain lanes, integer_t bytes) { return is_coalesced({lanes}, bytes); });
  t.each<layout, composed_layout>(
      "is_conflict_free",
      "memory, lanes, bytes of an element: no two words of a bank at a time (32 banks of 4 bytes)",
      []<class T>(T const& memory, plain lanes, integer_t bytes) {
        return is_conflict_free(memory, {lanes}, bytes);
      });
  t.row("find_swizzle", "memory, lanes, bytes of an element: the smallest swizzle without bank conflicts",
        [](plain memory, plain lanes, integer_t bytes) { return find_swizzle(memory, {{lanes}}, bytes); });
  t.row("find_swizzle", "memory, lanes of two accesses, bytes of an element",
        [](plain memory, plain a, plain b, integer_t bytes) {
          return find_swizzle(memory, {{a}, {b}}, bytes);
        });
  t.row("find_padding", "memory, lanes, bytes of an element: the least padding without bank conflicts",
        [](plain memory, plain lanes, integer_t bytes) { return find_padding(memory, {{lanes}}, bytes); });
  t.row("find_padding", "memory, lanes of two accesses, bytes of an element",
        [](plain memory, plain a, plain b, integer_t bytes) {
          return find_padding(memory, {{a}, {b}}, bytes);
        });
}

} // namespace enigma::calculator::detail
