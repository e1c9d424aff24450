// SPDX-License-Identifier: MIT
// Predicates as static_asserts, each next to the smallest layout for which the answer is the other one; every
// verdict also against a loop over all coordinates, in the compiler. Default limits: nothing here may be
// dear.
#include <enigma/layout/memory.hpp>
#include <enigma/layout/swizzle/predicates.hpp>

namespace eg = enigma;
using eg::layout;

namespace {

constexpr std::int64_t k = 1024;

// ----- injective
// --------------------------------------------------------------------------------------------

static_assert(eg::is_injective(layout{{4, 8}, {8, 1}}));
static_assert(eg::is_injective(layout{{4, 8}, {9, 1}}));
static_assert(!eg::is_injective(layout{{4, 8}, {7, 1}}));
static_assert(
    eg::is_injective(layout{{4, 8}, {7, 1}}).why ==
    "is_injective((4,8):(7,1)) refused: two coordinates with one value, L(1) at (1,0) = L(28) at (0,7) = 7");
static_assert(
    eg::is_injective(layout{{4, {2, 3}}, {3, {0, 12}}}).why ==
    "is_injective((4,(2,3)):(3,(0,12))) refused: two coordinates with one value, L(0) at (0,(0,0)) = L(4) "
    "at (0,(1,0)) = 0");
static_assert(eg::is_injective(layout(1, 0)));
static_assert(!eg::is_injective(layout(2, 0)));
static_assert(eg::is_injective(layout{{2, 2}, {-3, 3}}).value[0] == 0);
// Strides out of step: 2x + 3y is one to one on 4 x 2, but not on 4 x 3: 2 * 3 = 3 * 2.
static_assert(eg::is_injective(layout{{4, 2}, {2, 3}}));
static_assert(eg::is_injective(layout{{4, 3}, {2, 3}}).value[0] == 6);
// At any size: 2^30 elements; a step of one less and two of them meet.
static_assert(eg::is_injective(layout{{32 * k, 32 * k}, {32 * k, 1}}));
static_assert(eg::is_injective(layout{{32 * k, 32 * k}, {32 * k - 1, 1}}).coordinate[1] ==
              32 * k * (32 * k - 1));
static_assert(eg::is_injective(layout{{k, k, k}, {k * k * k + 7, k + 3, 1}}));
static_assert(!eg::is_injective(layout{{k, k, k}, {k * k - 5, k + 3, 1}}));
static_assert(eg::is_injective(layout{{k, k, 2}, {15015, 2 * k* k + 1, -77}}));
// What the search leaves open is said to be so, and is no proof.
static_assert(
    eg::is_injective(layout{{96, 91, 655, 12}, {791155, 634592, 638793, 432377}})
        .why.contains("undecided, the rules do not apply and 20000 steps of search have found no answer"));
static_assert(!eg::is_injective(layout{{96, 91, 655, 12}, {791155, 634592, 638793, 432377}}).decided);
// What is too large is said to be so.
static_assert(!eg::is_injective(layout{{2 * k * k * k, 4 * k* k* k}, {2 * k * k * k, 1}}).decided);

// ----- onto
// -------------------------------------------------------------------------------------------------

static_assert(eg::is_compact(layout{{4, {2, 8}}, {2, {1, 8}}}));
static_assert(eg::is_compact(layout{{4, {2, 8}}, {2, {1, 9}}}).why ==
              "is_bijective((4,(2,8)):(2,(1,9)), 64) refused: L(63) at (3,(1,7)) = 70 is not in [0,64)");
static_assert(eg::is_compact(layout{{4, 4}, {4, 2}}).why.contains("L(15) at (3,3) = 18 is not in [0,16)"));
static_assert(eg::is_compact(layout{{3, 4}, {3, 2}}).why ==
              "is_bijective((3,4):(3,2), 12) refused: L(11) at (2,3) = 12 is not in [0,12)");
static_assert(eg::is_bijective(layout{{2, 3, 2}, {1, 1, 4}}).why.contains("no coordinate has the value"));
static_assert(!eg::is_compact(layout{{4, 8}, {-1, 4}}));
static_assert(eg::is_surjective(layout{{4, 8}, {1, 2}}, 18));
static_assert(!eg::is_surjective(layout{{4, 8}, {1, 2}}, 19));
static_assert(!eg::is_surjective(layout{{4, 8}, {1, 2}}, 17));
static_assert(eg::covers(layout{{4, 8}, {1, 2}}, 17));
static_assert(eg::covers(layout{{4, 8}, {1, 4}}, {4, {2, 4}}));
static_assert(eg::covers(layout{{4, 8}, {1, 5}}, {4, 8}).why ==
              "covers((4,8):(1,5), (4,8)) refused: no coordinate has the value 4");
static_assert(eg::is_contained(layout{{4, 8}, {1, 4}}, 32));
static_assert(!eg::is_contained(layout{{4, 8}, {1, 4}}, 31));
static_assert(eg::is_contained(layout{{4, 8}, {1, -4}}, 31).why ==
              "is_contained((4,8):(1,-4), 31) refused: L(28) at (0,7) = -28 is not in [0,31)");
static_assert(eg::reaches(layout{{3, 5}, {5, 3}}, 19).coordinate[0] == 2 + 3 * 3);
static_assert(!eg::reaches(layout{{3, 5}, {5, 3}}, 4));
static_assert(eg::is_compact(layout{{k * k, k}, {k, 1}}));
static_assert(!eg::is_compact(layout{{k * k, k}, {k, 2}}));

// ----- partitions
// -------------------------------------------------------------------------------------------

constexpr auto tv = eg::make_layout_tv(layout{{4, 64}, {64, 1}}, layout{{4, 4}, {4, 1}});
static_assert(eg::is_partition(tv));
static_assert(eg::proven<eg::is_partition(tv)>);
static_assert(eg::covers(tv.layout, tv.tiler));
static_assert(eg::is_partition(layout{{4, 2}, {1, 4}}, {2, 4}));
static_assert(
    eg::is_partition(layout{{4, 2}, {1, 3}}, {2, 4}).why ==
    "is_partition((4,2):(1,3), (2,4)) refused: the pairs (3,0) and (0,1) are both given element (1,1)");
static_assert(eg::is_partition(layout{{4, 2}, {1, 5}}, {2, 4}).why ==
              "is_partition((4,2):(1,5), (2,4)) refused: the pair (3,1) is given element 8 of a tile of 8");
static_assert(eg::is_partition(layout{{4, 2}, {1, 4}}, {2, 5}).why ==
              "is_partition((4,2):(1,4), (2,5)) refused: no pair is given element (0,4)");

static_assert(eg::covers(tv, tv.tiler) && eg::covers(tv, {15, 200}));
static_assert(
    eg::covers(tv, {17, 200}).why.contains("mode 0 of the shape is longer than that of the tile (16,256)"));
static_assert(eg::covers(tv, 16).why.contains("rank mismatch"));
// Columns 0, 2, 4, 6 of a 4 x 8 tile: they cover a single column, not two.
constexpr eg::tv_layout even{{4, 8}, layout{{4, 4}, {1, 8}}};
static_assert(eg::covers(even, {4, 1}) && eg::covers(even, {3, 1}));
static_assert(eg::covers(even, {3, 2}).why ==
              "covers((4,4):(1,8), (3,2)) refused: no pair is given element (0,1) of the tile (4,8)");

// ----- two layouts
// ------------------------------------------------------------------------------------------

static_assert(eg::disjoint(layout(4, 2), layout(4, 2), 1));
static_assert(eg::disjoint(layout(4, 2), layout(4, 3), 1).why ==
              "disjoint(4:2, 1 + 4:3) refused: an address in common, 0 + A(2) = 1 + B(1) = 4");
static_assert(!eg::disjoint(layout(4, 2), layout(4, 2)));
constexpr layout matrix{{k * k, k}, {k, 1}};
static_assert(eg::disjoint(eg::slice({eg::_, 3}, matrix), eg::slice({eg::_, 4}, matrix)));
static_assert(!eg::disjoint(eg::slice({5, eg::_}, matrix), eg::slice({eg::_, 4}, matrix)));
static_assert(eg::equal_as_functions(layout{{2, 4, 3}, {1, 2, 9}}, layout{{8, 3}, {1, 9}}));
static_assert(eg::equal_as_functions(layout{{2, 4, 3}, {1, 2, 8}}, layout{{8, 3}, {1, 9}}).why ==
              "equal_as_functions((2,4,3):(1,2,8), (8,3):(1,9)) refused: A(8) = 8, but B(8) = 9");
static_assert(eg::equal_as_functions(layout(8), layout(9)).why.contains("their sizes are 8 and 9"));

// ----- widths
// -----------------------------------------------------------------------------------------------

static_assert(eg::max_vector_width(layout{{8, 4}, {1, 12}}) == 4);
static_assert(eg::max_vector_width(layout{{8, 4}, {1, 8}}) == 32);
static_assert(eg::max_vector_width(layout{{8, 4}, {1, 8}}, 4) == 4);
static_assert(eg::max_vector_width(layout{{8, 4}, {4, 1}}) == 1);
static_assert(eg::max_vector_width(layout{{8, 4}, {1, 0}}) == 8);
static_assert(eg::alignment(layout{{4, 8}, {4, -6}}) == 2);
static_assert(eg::alignment(layout(1, 7)) == 0);

// ----- swizzled
// ---------------------------------------------------------------------------------------------

constexpr auto swizzled = eg::composition(eg::swizzle{3, 3, 3}, layout{{64, 8}, {1, 64}});
static_assert(eg::is_injective(swizzled) && eg::is_compact(swizzled));
static_assert(eg::max_vector_width(swizzled) == 8);
static_assert(eg::alignment(eg::composition(eg::swizzle{3, 3, 3}, layout{{8, 8}, {8, 64}})) == 8);
// Rows of 72: the last block is not full, and the swizzle may not leave what there is.
static_assert(eg::is_contained(eg::composition(eg::swizzle{3, 3, 3}, layout{{64, 8}, {1, 72}}), 568));
static_assert(eg::is_contained(eg::composition(eg::swizzle{3, 3, 3}, layout{{64, 8}, {1, 72}}), 567)
                  .why.contains(" is not in [0,567)"));
static_assert(!eg::is_injective(eg::composition(eg::swizzle{3, 3, 3}, layout{{64, 8}, {1, 32}})));
static_assert(eg::equal_as_functions(swizzled, eg::composition(eg::swizzle{3, 3, 3}, layout(512))));

// ----- memory
// -----------------------------------------------------------------------------------------------

constexpr layout tile{{32, 32}, {32, 1}}; // floats, row-major; coordinates down the columns
constexpr eg::simd_access by_row{layout(32, 32), layout(32, 1)};
constexpr eg::simd_access by_column{layout(32, 1), layout(32, 32)};
static_assert(eg::is_conflict_free(tile, by_row, 4));
static_assert(eg::find_bank_conflicts(tile, by_column, 4).degree == 32);
static_assert(eg::find_bank_conflicts(tile, by_column, 4).least_cycles == 1);
static_assert(
    eg::is_conflict_free(tile, by_column, 4).why ==
    "is_conflict_free((32,32):(32,1), lanes 32:1 rest 32:32) refused: lanes 30 and 31 meet in bank 0 of 32 "
    "x 4 bytes, at bytes 3840 and 3968, for rest 0; up to 32 words in a bank, 32 cycles where 1 would do");
static_assert(eg::is_conflict_free(eg::composition(eg::swizzle{5, 0, 5}, tile), by_column, 4));
static_assert(eg::is_conflict_free(layout{{32, 32}, {33, 1}}, by_column, 4));
// Other banks, another answer: with 8-byte banks two floats share a word, and 16 lanes meet.
static_assert(eg::find_bank_conflicts(layout{{32, 32}, {33, 1}}, by_column, 4, {.bank_bytes = 8}).degree ==
              2);
static_assert(eg::is_coalesced({layout(32, 1), layout{{k * k, k}, {32, 32 * k* k}}}, 4));
static_assert(
    eg::is_coalesced({layout(32, 1), layout(k* k, 33)}, 4).why ==
    "is_coalesced(lanes 32:1 rest 1048576:33, 4) refused: 2 lines of 128 bytes are touched for 128 bytes, "
    "where 1 could hold them; for rest 1 and a base address of 0");
static_assert(eg::find_touched_lines({layout(32, 32)}, 4).lines == 32);
static_assert(eg::find_touched_lines({layout(32, 4), layout(1, 0), 4}, 4) ==
              eg::touched_lines{4, 4, 512, 0, 0});
static_assert(eg::find_touched_lines({layout(32, 1)}, 4, {128, 16}).lines == 2);

// The accesses of a thread-value layout: four simdgroups of a row each, four floats at a time.
constexpr auto copy = eg::make_simd_access(layout{{128, 8}, {4, 512}}, 1);
static_assert(copy == eg::simd_access{layout(32, 4), layout{{8, 4}, {512, 128}}, 1});
constexpr auto wide = eg::make_simd_access(layout{{128, {4, 2}}, {4, {1, 512}}}, 4);
static_assert(wide == eg::simd_access{layout(32, 4), layout{{2, 4}, {512, 128}}, 4});
static_assert(eg::is_coalesced(wide, 4) && !eg::is_coalesced(copy, 4));
static_assert(
    eg::try_make_simd_access(layout{{48, 8}, {8, 1}}).why.contains("48 threads of 8 values are not"));

// ----- against every coordinate, in the compiler
// ------------------------------------------------------------

constexpr bool injective(layout const& l) {
  for (std::int64_t i = 0; i < size(l); ++i)
    for (std::int64_t j = 0; j < i; ++j)
      if (l(i) == l(j))
        return false;
  return true;
}
constexpr bool covers(layout const& l, std::int64_t n) {
  for (std::int64_t v = 0; v < n; ++v) {
    bool found = false;
    for (std::int64_t i = 0; i < size(l) && !found; ++i)
      found = l(i) == v;
    if (!found)
      return false;
  }
  return true;
}
/// All layouts (a,b):(d,e) with small numbers.
constexpr bool agree() {
  for (int a = 1; a <= 3; ++a)
    for (int b = 2; b <= 3; ++b)
      for (int d = -2; d <= 4; ++d)
        for (int e = 1; e <= 5; e += 2) {
          layout const l{{a, b}, {d, e}};
          if (static_cast<bool>(eg::is_injective(l)) != injective(l) ||
              static_cast<bool>(eg::covers(l, a * b)) != covers(l, a * b))
            return false;
        }
  return true;
}
static_assert(agree());

} // namespace
