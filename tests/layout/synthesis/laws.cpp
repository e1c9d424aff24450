// SPDX-License-Identifier: MIT
// Layouts from what they should do, found by the compiler within its default limits.
#include <enigma/layout/predicates/image.hpp>
#include <enigma/layout/synthesis.hpp>

#include <array>

namespace eg = enigma;
using eg::layout;

namespace {

// ----- layout_from
// ------------------------------------------------------------------------------------------

// A function of one coordinate for each mode, of the linear one, of a hierarchical one; a table; a layout.
static_assert(eg::layout_from([](std::int64_t i, std::int64_t j) { return 33 * i + j; }, {32, 32}) ==
              layout{{32, 32}, {33, 1}});
static_assert(eg::layout_from([](std::int64_t i) { return i / 4 + 8 * (i % 4); }, 32) ==
              layout{{4, 8}, {8, 1}});
static_assert(eg::layout_from([](eg::int_tuple const& c) { return c[0].leaf(0) + 4 * c[1].leaf(0); },
                              {{4, 3}, 4}) == layout{{{4, 3}, 4}, {{1, 0}, 4}});
static_assert(eg::layout_from(std::array{0, 1, 8, 9, 2, 3, 10, 11}, {4, 2}) ==
              layout{{{2, 2}, 2}, {{1, 8}, 2}});
constexpr int table[] = {0, 1, 2, 4};
static_assert(eg::try_layout_from(table, 4).why ==
              "layout_from(f, 4) refused: f(3) = 4, but 3 would follow after 3 "
              "steps of 1; 3 of 4 steps cannot be a leaf, it does not divide");
static_assert(eg::layout_from(layout{{4, 8}, {8, 1}}, {2, 16}) == layout{{2, {2, 8}}, {8, {16, 1}}});
// As few leaves as there can be, and a leaf of one step has stride 0.
static_assert(eg::layout_from(layout{{2, {2, 2}}, {1, {2, 4}}}, 8) == layout(8));
static_assert(eg::layout_from([](std::int64_t i, std::int64_t j,
                                 std::int64_t k) { return i + 7 * k + 0 * j; },
                              {7, 1, 2}) == layout{{7, 1, 2}, {1, 0, 7}});
// Single modes that are right do not make the sum right.
static_assert(
    eg::try_layout_from([](std::int64_t i, std::int64_t j) { return i * j; }, {4, 4}).why ==
    "layout_from(f, (4,4)) refused: f(5) at (1,1) = 1, but (4,4):(0,0), the only layout with the first "
    "values of each leaf, has 0 there");
// What does not begin with 0 has an offset.
static_assert(eg::layout_and_offset_from([](auto i) { return 5 - i; }, 8) == eg::sliced{layout(8, -1), 5});
static_assert(
    eg::try_layout_from([](auto i) { return 5 - i; }, 8).why ==
    "layout_from(f, 8) refused: f is 5 at coordinate 0, where every layout is 0; layout_and_offset_from "
    "allows an offset");
static_assert(
    eg::try_layout_from(table, 5).why.contains("the table has 4 values and the shape 5 coordinates"));
static_assert(eg::try_layout_from([](std::int64_t i, std::int64_t j) { return i + j; }, 16)
                  .why.contains("rank mismatch"));
static_assert(eg::try_layout_from([](std::int64_t i) { return i * (INT64_MAX / 4) * 2; }, 3).has_value());
static_assert(eg::try_layout_from([](std::int64_t i) { return i == 2 ? INT64_MIN : i * INT64_MAX; }, 3)
                  .why.contains("overflow"));
static_assert(eg::index_function<layout> && eg::index_function<int[4]>);
static_assert(!eg::index_function<int> && !eg::index_function<void (*)()>);

// ----- find_swizzle, find_padding
// ---------------------------------------------------------------------------

// 32 x 32 floats, row-major, written by rows and read by columns.
constexpr layout tile{{32, 32}, {32, 1}};
constexpr eg::simd_access row{layout(32, 32), layout(32, 1)};
constexpr eg::simd_access column{layout(32, 1), layout(32, 32)};
static_assert(!eg::is_conflict_free(tile, column, 4));
constexpr auto swizzled = eg::find_swizzle(tile, {row, column}, 4);
static_assert(swizzled == eg::composition(eg::swizzle{5, 0, 5}, tile));
static_assert(eg::is_conflict_free(swizzled, row, 4) && eg::is_conflict_free(swizzled, column, 4));
static_assert(eg::find_padding(tile, {row, column}, 4) == layout{{32, 32}, {33, 1}});
// Nothing to do, nothing done.
static_assert(eg::find_swizzle(tile, {row}, 4).sw.is_identity());
static_assert(eg::find_padding(tile, {row}, 4) == tile);
// Four floats at a time: groups of four stay together.
constexpr eg::simd_access row4{layout{{8, 4}, {128, 1}}, layout(8, 4), 4};
constexpr eg::simd_access column4{layout(32, 1), layout(8, 128), 4};
static_assert(eg::find_swizzle(tile, {row4, column4}, 4).sw == eg::swizzle{3, 2, 3});
static_assert(eg::find_padding(tile, {row4, column4}, 4) == layout{{32, 32}, {36, 1}});

// 8 x 64 halves, read as eight 8 x 8 matrices: a lane takes two neighbours of a row, four lanes a row.
constexpr layout halves{{8, 64}, {64, 1}};
constexpr eg::simd_access matrices{layout{{8, 4}, {1, 16}}, layout(8, 64), 2};
static_assert(eg::find_bank_conflicts(halves, matrices, 2).degree == 8);
static_assert(eg::find_swizzle(halves, {matrices}, 2).sw == eg::swizzle{3, 3, 3});
static_assert(eg::find_padding(halves, {matrices}, 2) == layout{{8, 64}, {72, 1}});
// Another model of the banks, another answer.
static_assert(eg::find_swizzle(halves, {matrices}, 2, {.bank_bytes = 8}).sw == eg::swizzle{2, 3, 4});

// Rows, columns and blocks at once: no swizzle, no padding.
constexpr eg::simd_access block{layout{{8, 4}, {1, 32}}};
static_assert(
    eg::try_find_swizzle(tile, {row, column, block}, 4).why ==
    "find_swizzle((32,32):(32,1)) refused: none of the 76 swizzles that keep 1 element together and stay "
    "inside the 1024 elements of the layout is free of conflicts; the best, Sw<4,1,4>, leaves up to 2 words "
    "in a bank");
static_assert(
    eg::try_find_padding(tile, {row, column, block}, 4)
        .why.contains("is free of conflicts; the best, 2 after every 32, leaves up to 2 words in a bank"));
static_assert(eg::try_find_swizzle(tile, {}, 4).why.contains("1 to 8 accesses can be given, not 0"));
static_assert(eg::try_find_swizzle(tile, {column}, 0).why.contains("0 bytes"));
static_assert(
    eg::try_find_swizzle(tile, {column}, 4, {.banks = 0}).why.contains("a bank model has 1 to 256 banks"));
static_assert(eg::try_find_swizzle(tile, {{layout(32, 33 * 32), layout(), 2}}, 4)
                  .why.contains("the 2 elements of a lane do not begin at a multiple of that"));
static_assert(
    eg::try_find_bank_conflicts(swizzled, {layout(32, 1), layout(32, 32), 2}, 4)
        .why.contains("the 2 elements of a lane may be torn apart, Sw<5,0,5> keeps aligned groups of 1"));

} // namespace
