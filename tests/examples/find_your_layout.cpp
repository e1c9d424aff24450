// SPDX-License-Identifier: MIT
// What docs/find-your-layout.md quotes, one namespace for each question. Statements about constants are
// checked while this file is compiled, the others when it runs.

#include <cstdint>
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include <enigma/layout.hpp>
#include <enigma/layout/fmt.hpp>
#include <enigma/layout/picture.hpp>
#include <enigma/layout/symbolic.hpp>
#include <enigma/layout/symbolic/text.hpp>
#include <enigma/layout/text.hpp>

using namespace enigma;

namespace {

constexpr bool for_all(std::int64_t n, auto f) {
  for (std::int64_t i = 0; i < n; ++i)
    if (!f(i))
      return false;
  return true;
}

namespace order {
// begin order
static_assert(make_layout({16, 64}, row_major) == layout{{16, 64}, {64, 1}});
static_assert(make_layout({16, 64}, column_major) == layout{{16, 64}, {1, 16}});
static_assert(make_ordered_layout({4, 8, 2}, {2, 0, 1}) ==
              layout{{4, 8, 2}, {16, 1, 8}});         // mode 1, then 2, then 0
static_assert(layout{{16, 64}, {80, 1}}(1, 0) == 80); // rows with a leading dimension: write the stride
// end order
} // namespace order

namespace part {
// begin part
constexpr layout m{{16, 64}, {64, 1}};
constexpr auto inner = slice({_, {2, 5}}, zipped_divide(m, {4, 8})); // rows 8 to 11, columns 40 to 47
static_assert(inner.layout == layout({{4, 8}}, {{64, 1}}) && inner.offset == m(8, 40));
constexpr auto from = domain_offset({3, 7}, m); // or from any place: its offset with the layout of the part
static_assert(composition(from.layout, {4, 8}) == layout{{4, 8}, {64, 1}} && from.offset == m(3, 7));
static_assert(m(3, _) == layout({64}, {1})); // row 3, which begins at slice({3, _}, m).offset
constexpr layout diagonal{16, 64 + 1};       // 16 elements of the diagonal
static_assert(for_all(16, [](auto i) { return diagonal(i) == m(i, i); }));
// end part
} // namespace part

namespace every_fourth {
// begin every_fourth
constexpr layout line(1024);
static_assert(composition(line, layout{256, 4}) == layout{256, 4}); // elements 0, 4, 8, ...
constexpr layout phases =
    logical_divide(line, layout{256, 4}); // (256,4):(4,1): these, and the 4 places to begin
static_assert(phases(10, 3) == 4 * 10 + 3);
constexpr layout m{{16, 64}, {64, 1}};
static_assert(composition(m, {_, layout{16, 4}}) == layout{{16, 16}, {64, 4}}); // every fourth column
// end every_fourth
} // namespace every_fourth

namespace transpose {
// begin transpose
constexpr layout m{{16, 64}, {64, 1}};
constexpr layout t = select<1, 0>(m); // (64,16):(1,64)
static_assert(t(40, 8) == m(8, 40));
// end transpose
} // namespace transpose

namespace reshape {
// begin reshape
constexpr layout m{{16, 64}, {64, 1}};
static_assert(with_shape(m, {4, 4, 64}) == layout{{4, 4, 64}, {64, 256, 1}}); // linear coordinates are kept
constexpr layout images{{8, 8, 3}, {8, 1, 64}};                               // height, width, channel
static_assert(select<2, 0, 1>(images) == layout{{3, 8, 8}, {64, 8, 1}});      // channel first
static_assert(group(images, 0, 2) == layout({{8, 8}, 3}, {{8, 1}, 64}));      // (pixel, channel)
static_assert(coalesce(layout{{64, 3}, {1, 64}}) == layout{192, 1});          // one mode, if that is the same
// end reshape
} // namespace reshape

namespace threads {
// begin threads
constexpr tv_layout tv = make_layout_tv(make_ordered_layout({4, 64}, {1, 0}), // 4 x 64 threads, row by row
                                        make_ordered_layout({4, 4}, {1, 0})); // 4 x 4 values, row by row
static_assert(tv.tiler == int_tuple{16, 256});
static_assert(is_partition(tv)); // every element of the tile has one owner

constexpr layout matrix{{256, 512}, {512, 1}};
constexpr auto block = slice({_, {3, 1}}, zipped_divide(matrix, tv.tiler)); // the tile of a threadgroup
constexpr auto values = slice({70, _}, composition(mode(block.layout, 0), tv.layout)); // those of thread 70
static_assert(block.offset + values.offset == matrix(16 * 3 + 4 * (70 / 64), 256 * 1 + 4 * (70 % 64)));
// 4 values at a time lie side by side and aligned: float4.
static_assert(max_vector_width(values.layout) == 4 && (block.offset + values.offset) % 4 == 0);
// end threads

// begin owner
constexpr layout owner = right_inverse(tv.layout); // from the place in the tile to thread + 256 * value
constexpr auto at = idx2crd(owner(crd2idx({5, 25}, tv.tiler)), {256, 16});
static_assert(at == int_tuple{70, 5}); // row 5, column 25 is value 5 of thread 70
static_assert(tv.layout(70, 5) == crd2idx({5, 25}, tv.tiler));
// end owner
} // namespace threads

namespace sharing {
// begin interleave
constexpr layout striped{{32, 4}, {1, 32}}; // (thread, value): thread t has t, t + 32, t + 64, t + 96
constexpr layout blocked{{32, 4}, {4, 1}};  // thread t has 4 * t, ..., 4 * t + 3
static_assert(is_partition(striped, 128) && is_partition(blocked, 128));
static_assert(is_coalesced({.lanes = mode(striped, 0), .rest = mode(striped, 1)}, 4));
static_assert(!is_coalesced({.lanes = mode(blocked, 0), .rest = mode(blocked, 1)}, 4)); // one float at a time
static_assert(is_coalesced({.lanes = mode(blocked, 0), .vector = 4}, 4));               // as float4

constexpr layout complex{{1000, 2}, {2, 1}};   // (element, real or imaginary), interleaved
constexpr layout planar{{1000, 2}, {1, 1000}}; // the same in two arrays
static_assert(complex(7, 1) == 15 && planar(7, 1) == 1007);
// end interleave
} // namespace sharing

namespace repeating {
// begin broadcast
constexpr layout row_vector{{128, 64}, {0, 1}};    // a vector of 64 as 128 equal rows
constexpr layout column_vector{{128, 64}, {1, 0}}; // a vector of 128 as 64 equal columns
static_assert(row_vector(100, 7) == 7 && column_vector(100, 7) == 100);
static_assert(filter(row_vector) == layout{64, 1}); // without the repetitions
constexpr layout windows{{6, 3}, {1, 1}};           // 6 windows of 3 neighbours out of 8 elements
static_assert(windows(4, 2) == 6 && cosize(windows) == 8 && !is_injective(windows));
// end broadcast

// begin stored
constexpr layout block{{8, 8}, {8, 1}};
constexpr layout blocks = tile_to_shape(block, {32, 64}, {1, 0}); // blocks row by row, row by row inside
static_assert(blocks == parse_layout("((8,4),(8,8)):((8,512),(1,64))"));
static_assert(blocks(8, 0) == 8 * 64 && is_compact(blocks));

// Bits of the row and of the column in turn.
constexpr layout z_order = parse_layout("((2,2,2),(2,2,2)):((2,8,32),(1,4,16))");
static_assert(z_order(0b101, 0b011) == 0b100111 && is_compact(z_order));
// end stored
} // namespace repeating

namespace padding {
// begin pad
static_assert(layout{{32, 32}, {33, 1}}(1, 0) == 33);      // one unused element after each row
constexpr layout aligned{{10, 30}, {round_up(30, 16), 1}}; // each row begins at a multiple of 16 elements
static_assert(aligned == layout{{10, 30}, {32, 1}} && alignment(mode(aligned, 0)) == 32);
// end pad

// begin banks
constexpr layout tile{{32, 32}, {32, 1}}; // floats in threadgroup memory
// Lanes along a row, for each row; lanes down a column, for each column.
constexpr simd_access write{.lanes = layout{32, 32}, .rest = layout{32, 1}};
constexpr simd_access read{.lanes = layout{32, 1}, .rest = layout{32, 32}};
static_assert(find_bank_conflicts(tile, read, 4).degree == 32);
static_assert(find_padding(tile, {write, read}, 4) == layout{{32, 32}, {33, 1}});
static_assert(find_swizzle(tile, {write, read}, 4) == composition(swizzle{5, 0, 5}, tile));
// end banks
} // namespace padding

namespace functions {
// begin code
constexpr auto index = [](std::int64_t row, std::int64_t column) {
  return (row / 8) * 512 + (column / 8) * 64 + (row % 8) * 8 + column % 8;
};
static_assert(layout_from(index, {32, 64}) == parse_layout("((8,4),(8,8)):((8,512),(1,64))"));

constexpr auto later = layout_and_offset_from([](std::int64_t i) { return 100 - 2 * i; }, 8);
static_assert(later.layout == layout{8, -2} && later.offset == 100);

constexpr auto gray = try_layout_from([](std::int64_t i) { return i ^ (i / 2); }, 8);
static_assert(gray.why ==
              "layout_from(f, 8) refused: f(6) = 5, but 9 would follow after 3 steps of 3; 3 of 4 steps "
              "cannot be a leaf, it does not divide");
// end code
} // namespace functions

namespace edges {
// begin ragged
constexpr auto m = bounded(layout{{100, 60}, {60, 1}}); // a layout that keeps the limits of its domain
constexpr auto tiles = zipped_divide(m, {16, 12});
static_assert(tiles.needs_predicate(0) && !tiles.needs_predicate(1)); // only rows have to be compared
constexpr auto last = local_tile(m, {16, 12}, {6, 0});                // the tile of rows 96 to 111
static_assert(last.inside(3, 0) && !last.inside(4, 0));               // rows 96 to 99 exist
static_assert(local_tile(m, {16, 12}, {5, 0}).is_full_tile());        // rows 80 to 95 all do
// end ragged
} // namespace edges

namespace sizes {
bool at_run_time() {
  // begin run_time
  std::int64_t const rows = 300, columns = 500; // from a file, a user, ...
  layout const m{{rows, columns}, {columns, 1}};
  layout const tiles = zipped_divide(m, {16, 4}); // the same functions; what is refused is thrown
  // end run_time
  return tiles == parse_layout("((16,4),(19,125)):((500,1),(8000,4))");
}

// begin named
constexpr named_size M{"M", {.divisible_by = 16}}, N{"N"};
constexpr auto tiles = zipped_divide(symbolic_layout{{M, N}, {N, 1}}, {16, 4});
static_assert(size<1>(tiles) == divide_exactly(M, 16) * ceil_div(N, 4)); // so many threadgroups
static_assert(bind(tiles, {{"M", 304}, {"N", 500}}) == zipped_divide(layout{{304, 500}, {500, 1}}, {16, 4}));
// end named
} // namespace sizes

namespace vectors {
// begin vectors
constexpr layout m{{16, 64}, {64, 1}}, padded{{16, 64}, {72, 1}};
constexpr layout by_columns = select<1, 0>(m), padded_by_columns = select<1, 0>(padded);
static_assert(max_vector_width(by_columns) == 1024);        // all of it lies side by side
static_assert(max_vector_width(padded_by_columns) == 8);    // every 8 along a row, and aligned to 8
static_assert(max_vector_width(padded_by_columns, 4) == 4); // at most float4
static_assert(max_common_vector(by_columns, padded_by_columns) == 64);      // a copy can go on for 64
static_assert(recast_layout(padded, 32, 128) == layout{{16, 16}, {18, 1}}); // the same memory as float4
// end vectors
} // namespace vectors

bool seen() {
  // begin see
  layout const m{{2, 4}, {4, 1}};
  std::string const text = to_string(m);                 // (2,4):(4,1)
  std::string const sentence = fmt::format("m = {}", m); // with <enigma/layout/fmt.hpp>
  std::string const terminal = to_ascii(table(m), {.compact = true});
  std::string const browser = to_svg(table(m));
  std::string const latex = to_tikz(table(m));
  // end see
  return text == "(2,4):(4,1)" && sentence == "m = (2,4):(4,1)" &&
         terminal.find("4 5 6 7") != std::string::npos && browser.find("<svg") != std::string::npos &&
         latex.find("tikz") != std::string::npos;
}

} // namespace

int main() {
  bool const divided = sizes::at_run_time(), shown = seen();
  if (!divided)
    std::puts("the tiles computed at run time are wrong");
  if (!shown)
    std::puts("a text or a picture is not as expected");
  return divided && shown ? 0 : 1;
}
