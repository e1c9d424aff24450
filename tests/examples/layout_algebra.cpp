// SPDX-License-Identifier: MIT
// What docs/layout-algebra.md quotes, one namespace for each chapter. Statements about constants are checked
// while this file is compiled, the others when it runs.

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

// begin includes
#include <enigma/layout.hpp>
#include <enigma/layout/text.hpp> // parse_layout, to_string

using namespace enigma;
// end includes

// begin more_includes
#include <enigma/layout/picture.hpp>  // table, to_ascii, to_svg, to_tikz
#include <enigma/layout/symbolic.hpp> // named sizes, ragged domains
// end more_includes

namespace {

// begin for_all
/// True if f(0), f(1), ..., f(n - 1) are all true.
constexpr bool for_all(std::int64_t n, auto f) {
  for (std::int64_t i = 0; i < n; ++i)
    if (!f(i))
      return false;
  return true;
}
// end for_all

namespace a_layout {
// begin a_layout
constexpr layout line{4, 1};   // 4:1, the values 0, 1, 2, 3
constexpr layout second{4, 2}; // 4:2, the values 0, 2, 4, 6
static_assert(line(3) == 3 && second(3) == 6);
static_assert(size(second) == 4);   // how many coordinates it has
static_assert(cosize(second) == 7); // one past the largest value: so many elements must the memory have
// end a_layout
} // namespace a_layout

namespace coordinates {
// begin modes
constexpr layout a{{4, 8}, {8, 1}}; // (4,8):(8,1), a matrix of 4 rows and 8 columns, row by row
static_assert(rank(a) == 2 && size(a) == 32 && size<1>(a) == 8);
static_assert(a(2, 3) == 2 * 8 + 3 * 1);

static_assert(make_layout({4, 8}, row_major) == a);
static_assert(layout{{4, 8}} == layout{{4, 8}, {1, 4}}); // a shape alone: column by column
static_assert(make_ordered_layout({4, 8}, {1, 0}) == a); // mode 1 varies fastest in memory, then mode 0
// end modes

// begin linear
static_assert(for_all(32, [](auto i) { return a(i) == a(i % 4, i / 4); }));
static_assert(idx2crd(14, {4, 8}) == int_tuple{2, 3}); // 14 = 2 + 4 * 3
static_assert(crd2idx({2, 3}, int_tuple{4, 8}) == 14);
// end linear

// begin extension
static_assert(layout{4, 2}(9) == 18); // past the size the last leaf goes on counting
// end extension
} // namespace coordinates

namespace memory_chapter {
// begin strides
constexpr layout padded{{4, 8}, {9, 1}}; // rows of 8, each followed by one unused element
static_assert(size(padded) == 32 && cosize(padded) == 3 * 9 + 8);

constexpr layout broadcast{{4, 8}, {0, 1}}; // one row of 8, seen as 4 equal rows
static_assert(broadcast(0, 5) == 5 && broadcast(3, 5) == 5 && cosize(broadcast) == 8);

constexpr layout backwards{4, -1}; // 0, -1, -2, -3: the tensor adds an offset of 3
static_assert(backwards(3) == -3);

constexpr layout transposed = select<1, 0>(padded); // the same elements with the modes exchanged
static_assert(transposed == layout{{8, 4}, {1, 9}} && transposed(5, 2) == padded(2, 5));
// end strides
} // namespace memory_chapter

namespace nesting {
// begin nesting
constexpr layout b{{{2, 2}, {2, 2}}, {{1, 4}, {2, 8}}}; // ((2,2),(2,2)):((1,4),(2,8))
static_assert(rank(b) == 2 && depth(b) == 2 && size<0>(b) == 4);
static_assert(b(3, 2) == 13);           // row 3, column 2
static_assert(b({1, 1}, {0, 1}) == 13); // row (1,1): 1 inside of block row 1; column (0,1)
static_assert(b(3 + 4 * 2) == 13);      // the linear coordinate of the whole
static_assert(b({3, {0, 1}}) == 13);    // any mixture
static_assert(mode(b, 1) == layout{{2, 2}, {2, 8}});
static_assert(compatible({4, 4}, b.shape()) && compatible(16, b.shape()));
// end nesting

// begin surgery
constexpr layout rows_of_blocks = group(flatten(b), 1, 3); // any change of parentheses is a function
static_assert(flatten(b) == parse_layout("(2,2,2,2):(1,4,2,8)"));
static_assert(rows_of_blocks == parse_layout("(2,(2,2),2):(1,(4,2),8)"));
static_assert(for_all(16, [](auto i) { return rows_of_blocks(i) == b(i); }));
static_assert(unflatten(flatten(b), b.shape()) == b);
static_assert(append(b, layout{3, 16}) == parse_layout("((2,2),(2,2),3):((1,4),(2,8),16)"));
// end surgery
} // namespace nesting

namespace slices {
using nesting::b;
// begin slice
constexpr auto column = slice({_, 2}, b); // fixes mode 1 at 2
static_assert(column.layout == parse_layout("((2,2)):((1,4))") && column.offset == 8);
static_assert(for_all(4, [](auto i) { return column.offset + column.layout(i) == b(i, 2); }));
static_assert(b(_, 2) == column.layout); // the call gives the layout alone
// end slice
} // namespace slices

namespace coalescing {
// begin coalesce
constexpr layout l = parse_layout("(2,(1,6)):(1,(7,2))");
static_assert(coalesce(l) == layout{12, 1});
static_assert(for_all(12, [](auto i) { return coalesce(l)(i) == l(i); }));

constexpr layout m = parse_layout("((2,4),(3,5)):((1,2),(8,24))");
static_assert(coalesce(m) == layout{120, 1});
static_assert(coalesce(m, {1, 1}) == layout{{8, 15}, {1, 8}}); // in each of two modes by itself
// end coalesce
} // namespace coalescing

namespace composing {
// begin composition
constexpr layout A{{6, 2}, {8, 2}}, B{{4, 3}, {3, 1}};
constexpr layout R = composition(A, B);
static_assert(R == parse_layout("((2,2),3):((24,2),8)"));
static_assert(compatible(B.shape(), R.shape()));
static_assert(for_all(12, [](auto c) { return R(c) == A(B(c)); }));
// end composition

// begin digits
static_assert(idx2crd(0, A.shape()) == int_tuple{0, 0} && A(0, 0) == 0);
static_assert(idx2crd(3, A.shape()) == int_tuple{3, 0} && A(3, 0) == 24);
static_assert(idx2crd(6, A.shape()) == int_tuple{0, 1} && A(0, 1) == 2);
static_assert(idx2crd(9, A.shape()) == int_tuple{3, 1} && A(3, 1) == 26);
static_assert(composition(A, layout{4, 3}) == layout{{2, 2}, {24, 2}});
// end digits

// begin by_mode
constexpr layout a{{4, 8}, {8, 1}};
static_assert(composition(a, {2, 4}) == layout{{2, 4}, {8, 1}}); // the upper left 2 x 4
static_assert(composition(a, {layout{2, 2}, layout{4, 2}}) == layout{{2, 4}, {16, 2}}); // every second one
static_assert(composition(a, {_, 4}) == layout{{4, 4}, {8, 1}});                        // mode 0 as it is
static_assert(with_shape(a, {2, 16}) == parse_layout("(2,(2,8)):(8,(16,1))"));          // another shape
static_assert(composition(a, layout{{8, 4}, {4, 1}}) == layout{{8, 4}, {1, 8}});        // transposed
// end by_mode
} // namespace composing

namespace refusing {
// begin refused
constexpr layout matrix{{6, 4}, {1, 10}}; // columns of 6, each followed by 4 unused elements
constexpr auto third = try_composition(matrix, layout{8, 3});
static_assert(third && third.value() == layout{{2, 4}, {3, 10}});
constexpr auto fourth = try_composition(matrix, layout{4, 4});
static_assert(!fourth); // elements 0, 4, 8, 12 lie at 0, 4, 12, 20
static_assert(
    fourth.why ==
    "composition((6,4):(1,10), 4:4) refused: at coordinate 3 A(B(3)) = A(12) = 20, but digit by digit a "
    "layout gives 16; leaf 4:4 carries in (6,4):(1,10) and the carries do not cancel (2:4 "
    "would do)");
// end refused

// begin checked
constexpr layout good = checked<try_composition(matrix, layout{8, 3})>;
// end checked
static_assert(good == third.value());

std::string words_at_run_time() {
  std::string words;
  // begin thrown
  try {
    layout const l = parse_layout("(6,4):(1,10)");
    words = to_string(composition(l, layout{4, 4}));
  } catch (error const& e) {
    words = e.what(); // the same sentence
  }
  // end thrown
  return words;
}
} // namespace refusing

namespace complements {
// begin complement
constexpr layout t{4, 2};                  // of 24 elements the tile takes 0, 2, 4, 6
constexpr layout rest = complement(t, 24); // where the other tiles begin: 0, 1, 8, 9, 16, 17
static_assert(rest == layout{{2, 3}, {1, 8}});
static_assert(is_bijective(make_layout(t, rest), 24)); // together they reach each element once
// end complement
} // namespace complements

namespace inverses {
// begin inverse
constexpr layout a{{4, 8}, {8, 1}};
constexpr layout where = right_inverse(a); // from the address to the linear coordinate
static_assert(where == layout{{8, 4}, {4, 1}});
static_assert(for_all(32, [](auto i) { return a(where(i)) == i; }));

constexpr layout padded{{4, 8}, {1, 5}};              // not every address has an element:
static_assert(right_inverse(padded) == layout{4, 1}); // it answers for 0, 1, 2, 3 and no further
constexpr layout back = left_inverse(padded);         // but every element has an address
static_assert(back == layout{{5, 8}, {1, 4}});
static_assert(for_all(32, [](auto i) { return back(padded(i)) == i; }));
// end inverse

// begin common
constexpr layout from{{8, 4}, {1, 8}}, to{{8, 4}, {1, 10}};
static_assert(max_common_vector(from, to) == 8); // 8 elements lie side by side in both
// end common
} // namespace inverses

namespace divides {
// begin divide_one
constexpr layout pairs = logical_divide(layout(24), layout{4, 2}); // (tile, which tile)
static_assert(pairs == parse_layout("(4,(2,3)):(2,(1,8))"));
static_assert(logical_divide(layout(24), 4) == layout{{4, 6}, {1, 4}}); // an integer n is the tile n:1
// end divide_one

// begin divide
constexpr layout a{{4, 8}, {8, 1}};
static_assert(logical_divide(a, {2, 4}) == parse_layout("((2,2),(4,2)):((8,16),(1,4))"));
static_assert(zipped_divide(a, {2, 4}) == parse_layout("((2,4),(2,2)):((8,1),(16,4))"));
static_assert(tiled_divide(a, {2, 4}) == parse_layout("((2,4),2,2):((8,1),16,4)"));
static_assert(flat_divide(a, {2, 4}) == parse_layout("(2,4,2,2):(8,1,16,4)"));
// end divide

// begin tile
constexpr layout z = zipped_divide(a, {2, 4});
constexpr auto tile = slice({_, {1, 1}}, z); // the tile in row 1, column 1 of the tiles
static_assert(tile.offset == a(2, 4));
static_assert(for_all(8, [](auto i) { return tile.offset + tile.layout(i) == a(2 + i % 2, 4 + i / 2); }));
static_assert(slice({_, 3}, z).offset == tile.offset); // the same by its linear number
// end tile
} // namespace divides

namespace ragged {
// begin ragged
static_assert(zipped_divide(layout(10), 4) == layout{{4, 3}, {1, 4}}); // 3 tiles, 12 positions
static_assert(!divides_evenly(layout(10), 4) && divides_evenly(layout(12), 4));
// end ragged

// begin bounded
constexpr auto tiles = zipped_divide(bounded(layout(10)), 4);
static_assert(tiles.layout() == layout{{4, 3}, {1, 4}});
static_assert(tiles.needs_predicate());
static_assert(tiles.inside(1, 2));  // 1 + 4 * 2 = 9 exists
static_assert(!tiles.inside(2, 2)); // 10 does not
constexpr int positions_inside = [] {
  int n = 0;
  for (int i = 0; i < 12; ++i)
    n += tiles.inside(i) ? 1 : 0;
  return n;
}();
static_assert(positions_inside == 10); // no element is lost and none is met twice

constexpr auto matrix = zipped_divide(bounded(layout{{10, 6}, {6, 1}}), {4, 3});
static_assert(matrix.needs_predicate(0));  // rows: 4 does not divide 10
static_assert(!matrix.needs_predicate(1)); // columns: 3 divides 6
// end bounded

// begin identity
constexpr symbolic_layout where = zipped_divide(identity_layout({10, 6}), {4, 3});
constexpr auto place = where(int_tuple{1, 2}, int_tuple{2, 1}); // place (1,2) of tile (2,1)
static_assert(to_coordinate(place, 2) == size_tuple{4 * 2 + 1, 3 * 1 + 2});
// end identity
} // namespace ragged

namespace products {
// begin product
constexpr layout block{{2, 2}, {2, 1}}; // (2,2):(2,1)
constexpr layout grid{{2, 3}, {3, 1}};  // 2 x 3 of them, row by row
static_assert(logical_product(block, grid) == parse_layout("((2,2),(2,3)):((2,1),(12,4))"));
static_assert(blocked_product(block, grid) == parse_layout("((2,2),(2,3)):((2,12),(1,4))"));
static_assert(raked_product(block, grid) == parse_layout("((2,2),(3,2)):((12,2),(4,1))"));
static_assert(tile_to_shape(block, {4, 6}, {1, 0}) == blocked_product(block, grid));
// end product
} // namespace products

namespace thread_values {
// begin tv
constexpr layout thr{{2, 4}, {4, 1}}; // 8 threads: the place (m,n) has thread 4 * m + n
constexpr layout val{{2, 2}, {2, 1}}; // each with 2 x 2 values
constexpr tv_layout tv = make_layout_tv(thr, val);
static_assert(tv.tiler == int_tuple{4, 8}); // the tile that they cover together
static_assert(tv.layout == parse_layout("((4,2),(2,2)):((8,2),(4,1))"));
static_assert(is_partition(tv)); // every element of the tile once
// end tv

// begin owner
// Thread 5 with its value 1 has the element in row 2, column 3 of the tile.
static_assert(idx2crd(tv.layout(5, 1), tv.tiler) == int_tuple{2, 3});
// Who has row 2, column 3? The inverse answers thread + 8 * value.
constexpr auto owner = right_inverse(tv.layout)(crd2idx({2, 3}, tv.tiler));
static_assert(idx2crd(owner, {8, 4}) == int_tuple{5, 1});
// end owner

// begin partition
constexpr layout matrix{{16, 32}, {32, 1}};
constexpr layout tiles = zipped_divide(matrix, tv.tiler); // ((4,8),(4,4)), 16 tiles
constexpr auto block = slice({_, {1, 2}}, tiles);         // the tile of threadgroup (1,2)
constexpr auto mine = slice({5, _}, composition(mode(block.layout, 0), tv.layout)); // the values of thread 5
static_assert(block.offset + mine.offset + mine.layout(1) == matrix(4 * 1 + 2, 8 * 2 + 3));
// end partition
} // namespace thread_values

namespace recasting {
// begin recast
constexpr layout halves{{4, 8}, {8, 1}};                                 // of 16 bits
static_assert(recast_layout(halves, 16, 32) == layout{{4, 4}, {4, 1}});  // as words of 32 bits
static_assert(recast_layout(halves, 16, 8) == layout{{4, 16}, {16, 1}}); // as bytes
static_assert(!try_recast_layout(layout{{4, 7}, {7, 1}}, 16, 32));       // a word would lie in two rows

constexpr layout rows{{8, 4}, {1, 12}};     // rows of 8, each followed by 4 unused elements
static_assert(max_vector_width(rows) == 4); // 4 side by side and aligned to 4; 8 would not be aligned
// end recast
} // namespace recasting

namespace swizzles {
// begin swizzle
constexpr swizzle sw{3, 0, 3}; // Sw<3,0,3>: x xor ((x >> 3) & 7)
static_assert(sw(0b101'011) == 0b101'110);
static_assert(for_all(64, [](auto x) { return sw(sw(x)) == x; }));

constexpr composed_layout s = composition(sw, layout{{8, 8}, {8, 1}}); // Sw<3,0,3> o 0 o (8,8):(8,1)
static_assert(for_all(64, [](auto c) { return s(c) == 8 * (c % 8) + ((c / 8) ^ (c % 8)); }));
// end swizzle

// begin composed
constexpr composed_layout column = s(_, 3); // the fixed part becomes the offset, where the swizzle sees it
static_assert(column.offset == 3);
static_assert(for_all(8, [](auto i) { return column(i) == s(i, 3); }));

constexpr composed_layout tiles = zipped_divide(s, {4, 4}); // acts on the layout inside
static_assert(tiles == composed_layout(sw, 0, zipped_divide(layout{{8, 8}, {8, 1}}, {4, 4})));
// end composed

// begin plain
constexpr composed_layout upper{swizzle{2, 0, 2}, 0, layout{{4, 4}, {4, 16}}};
static_assert(plain(upper) == layout{{4, 4}, {5, 16}}); // here the swizzle only changes a stride
static_assert(!try_plain(s));
// end plain
} // namespace swizzles

namespace proofs {
// begin verdict
constexpr layout l{{4, 8}, {1, 2}};
constexpr verdict v = is_injective(l);
static_assert(!v && v.coordinate[0] == 2 && v.coordinate[1] == 4 && v.value[0] == 2);
static_assert(v.why ==
              "is_injective((4,8):(1,2)) refused: two coordinates with one value, L(2) at (2,0) = L(4) "
              "at (0,1) = 2");
static_assert(is_injective(layout{{1 << 20, 1 << 10}, {3, 1 << 22}})); // 2^30 coordinates, by rule
// end verdict

// begin predicates
constexpr layout a{{4, 8}, {8, 1}}, padded{{4, 8}, {9, 1}};
static_assert(is_compact(a) && is_injective(padded) && !is_compact(padded));
static_assert(is_contained(padded, 35) && !is_contained(padded, 34)); // every value in [0, 35)
static_assert(covers(a, {4, 8}));                                     // every value from 0 to 31 is reached
static_assert(disjoint(layout{4, 2}, layout{4, 2}, 1));               // even and odd places do not meet
static_assert(equal_as_functions(layout(12), parse_layout("(2,(1,6)):(1,(7,2))")));
static_assert(proven<is_compact(a)>); // if it were false, the sentence would be in the compiler's error
// end predicates

// begin coalesced
// 32 lanes read floats. Side by side they touch one line of 128 bytes, at a distance of 32 they touch 32.
static_assert(is_coalesced({.lanes = layout{32, 1}}, 4));
constexpr auto lines = find_touched_lines({.lanes = layout{32, 32}}, 4);
static_assert(lines.lines == 32 && lines.least == 1);
// end coalesced

// begin banks
constexpr layout tile{{32, 32}, {32, 1}}; // floats, row by row
// Lanes along a row, repeated for each row; lanes along a column, repeated for each column.
constexpr simd_access row{.lanes = layout{32, 32}, .rest = layout{32, 1}};
constexpr simd_access column{.lanes = layout{32, 1}, .rest = layout{32, 32}};
static_assert(is_conflict_free(tile, row, 4));
constexpr auto conflicts = find_bank_conflicts(tile, column, 4);
static_assert(conflicts.degree == 32);                             // all lanes wait for one bank,
static_assert(conflicts.lane[0] == 30 && conflicts.lane[1] == 31); // lanes 30 and 31 among them
// end banks
} // namespace proofs

namespace synthesis_chapter {
using proofs::column;
using proofs::row;
using proofs::tile;
// begin layout_from
constexpr layout l = layout_from([](std::int64_t i, std::int64_t j) { return 33 * i + j; }, {32, 32});
static_assert(l == layout{{32, 32}, {33, 1}});

constexpr layout table = layout_from(std::array{0, 1, 8, 9, 2, 3, 10, 11}, {4, 2});
static_assert(table == parse_layout("((2,2),2):((1,8),2)"));

constexpr auto squares = try_layout_from([](std::int64_t i) { return i * i; }, 4);
static_assert(squares.why ==
              "layout_from(f, 4) refused: f(3) = 9, but (2,2):(1,4), the only layout with the first "
              "values of each leaf, has 5 there");
// end layout_from

// begin find
constexpr layout padded = find_padding(tile, {row, column}, 4);
static_assert(padded == layout{{32, 32}, {33, 1}}); // one unused element after each row

constexpr composed_layout swizzled = find_swizzle(tile, {row, column}, 4);
static_assert(swizzled == composition(swizzle{5, 0, 5}, tile)); // without any more memory
static_assert(is_conflict_free(swizzled, column, 4) && is_conflict_free(swizzled, row, 4));
// end find
} // namespace synthesis_chapter

namespace named_sizes {
// begin named
constexpr named_size M{"M", {.divisible_by = 64}}, K{"K"}; // known later, with what is known now
constexpr named_size i{"i", {.at_least = 0}}, j{"j", {.at_least = 0}};
constexpr symbolic_layout A{{M, K}, {K, 1}}; // (M,K):(K,1)
static_assert(A(i, j) == K * i + j);
static_assert(size(A) == M * K);
// end named

// begin named_divide
constexpr symbolic_layout tiles = zipped_divide(A, {64, 8});
static_assert(tiles ==
              symbolic_layout({{64, 8}, {divide_exactly(M, 64), ceil_div(K, 8)}}, {{K, 1}, {64 * K, 8}}));
constexpr auto block = slice({_, {i, j}}, tiles);
static_assert(block.offset == 64 * K * i + 8 * j);
static_assert(bind(tiles, {{"M", 128}, {"K", 24}}) == zipped_divide(layout{{128, 24}, {24, 1}}, {64, 8}));
// end named_divide

// begin missing
constexpr auto unknown = try_composition(symbolic_layout{{K, M}, {M, 1}}, layout{4, 1});
static_assert(!unknown && unknown.why.contains("needs K at least 4"));
// end missing
} // namespace named_sizes

namespace more {
// begin more
constexpr layout a{{4, 8}, {8, 1}};
static_assert(take(a, 0, 1) == layout({4}, {8}));                     // the modes from 0 to before 1, a tuple
static_assert(replace(a, 1, layout{2, 4}) == layout{{4, 2}, {8, 4}}); // another mode 1
static_assert(insert(a, 1, layout{3, 32}) == layout{{4, 3, 8}, {8, 32, 1}});
static_assert(remove(a, 0) == layout({8}, {1}));
static_assert(dice({2, _}, a) == layout({4}, {8})); // the modes that a slice fixes

constexpr layout z{{2, 4, 8}, {1, 0, 2}};                       // repeated 4 times
static_assert(filter(z) == layout{16, 1});                      // without repetitions, coalesced
static_assert(filter_zeros(z) == layout{{2, 1, 8}, {1, 0, 2}}); // without repetitions, in the same modes
static_assert(nullspace(z) == layout{4, 2});                    // the coordinates that do not matter

static_assert(make_layout_like(layout{{4, 3}, {30, 1}}) == layout{{4, 3}, {3, 1}}); // compact, same order
static_assert(compact_order({8, 32, 4}, {2, 0, 1}) == int_tuple{128, 1, 32});       // strides in that order
static_assert(domain_distribute({8, 4, 4}, 16) == layout{16, 1});                   // 16 workers over a shape
static_assert(max_alignment(layout{{16, 2}, {160, 1}}) == 2); // memory in whole groups of 2

static_assert(ceil_div({10, 6}, {4, 3}) == int_tuple{3, 2} && round_up({10, 6}, {4, 3}) == int_tuple{12, 6});
static_assert(inner_product({2, 3}, {8, 1}) == 19 && product_each({{2, 3}, 4}) == int_tuple{6, 4});
static_assert(elem_less({3, 5}, {4, 8}) && !elem_less({3, 8}, {4, 8})); // smaller in every place
// end more
} // namespace more

} // namespace

int main() {
  bool const same = refusing::words_at_run_time() == error(refusing::fourth.why).what();
  if (!same)
    std::puts("a refusal has other words at run time than while compiling");
  return same ? 0 : 1;
}
