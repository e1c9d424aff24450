// SPDX-License-Identifier: MIT
// Mode surgery, tuple arithmetic, compact layouts, slices and coordinates while compiling: their laws at
// every coordinate, and the words of their refusals. `at` is the only evaluation used, and it is written
// here.
#include <enigma/layout.hpp>
#include <enigma/layout/text.hpp>

namespace {

namespace eg = enigma;
using eg::_;
using eg::int_tuple;
using eg::layout;

consteval layout l(char const* text) {
  return eg::parse_layout(text);
}
consteval int_tuple t(char const* text) {
  return eg::parse_int_tuple(text);
}

constexpr std::int64_t at(layout const& x, std::int64_t i) {
  std::int64_t sum = 0;
  for (int k = 0; k < x.leaves(); ++k) {
    bool const last = k == x.leaves() - 1;
    sum += (last ? i : i % x.leaf_shape(k)) * x.leaf_stride(k);
    i /= x.leaf_shape(k);
  }
  return sum;
}
constexpr std::int64_t count(layout const& x) {
  std::int64_t p = 1;
  for (int k = 0; k < x.leaves(); ++k)
    p *= x.leaf_shape(k);
  return p;
}

constexpr layout a{{4, {2, 8}, 3}, {1, {4, 8}, 64}};
constexpr int_tuple n{4, {2, 8}, 3};

// --- modes --------------------------------------------------------------------------------------------

static_assert(eg::take(a, 1, 3) == l("((2,8),3):((4,8),64)") && eg::take(a, 1, 2) == l("((2,8)):((4,8))"));
static_assert(eg::take<0, 3>(a) == a && eg::take(layout(8), 0, 1) == l("(8):(1)"));
static_assert(eg::take(n, 0, 2) == t("(4,(2,8))") && eg::take<2, 3>(n) == t("(3)"));
static_assert(eg::try_take(a, 1, 4).why == "take((4,(2,8),3):(1,(4,8),64), 1, 4) refused: the modes [1,4) do "
                                           "not all exist: the rank is 3");
static_assert(eg::try_take(a, 2, 2).why.contains("the modes [2,2) are none, and there are no empty tuples"));
static_assert(eg::try_take(a, 2, 1).why.contains("the modes [2,1) end before they begin"));
static_assert(!eg::try_take(a, -1, 1) && !eg::try_take(layout(8), 0, 2) && eg::try_take(layout(8), 0, 1));

static_assert(eg::select(a, {2, 0}) == l("(3,4):(64,1)") && eg::select<1>(a) == l("((2,8)):((4,8))"));
static_assert(eg::select(a, 1) == eg::select(a, {1}) && eg::select(n, {1, 1}) == t("((2,8),(2,8))"));
static_assert(eg::try_select(a, {0, 3}).why == "select((4,(2,8),3):(1,(4,8),64), (0,3)) refused: no mode 3: "
                                               "the rank is 3, the last mode is 2");
static_assert(!eg::try_select(a, {0, {1}}) && !eg::try_select(a, {0, -1}));

static_assert(eg::get<1, 1>(a) == l("8:8") && eg::get(a, {1, 1}) == l("8:8") &&
              eg::get<1>(a) == eg::mode(a, 1));
static_assert(eg::get<1, 0>(n) == 2 && eg::get(n, 2) == 3 && eg::get(n, {2, 0, 0}) == 3);
static_assert(eg::try_get(a, {1, 2}).why ==
              "get((4,(2,8),3):(1,(4,8),64), (1,2)) refused: no mode 2: the rank "
              "is 2, the last mode is 1, in (2,8):(4,8)");
static_assert(!eg::try_get(a, 3) && !eg::try_get(a, {0, 1}) && eg::try_get(a, {0, 0}));

static_assert(eg::rank<1>(a) == 2 && eg::depth<1>(a) == 1 && eg::depth<1, 0>(a) == 0 && eg::rank<0>(n) == 1);
static_assert(eg::shape<1>(a) == t("(2,8)") && eg::stride<1, 1>(a) == 8 && eg::shape(a) == n);
static_assert(eg::cosize<1>(a) == 61 && eg::size<1>(a) == 16 && eg::stride(a) == t("(1,(4,8),64)"));

consteval bool appends(layout const& x, layout const& y) {
  auto const behind = eg::append(x, y);
  auto const before = eg::prepend(x, y);
  for (std::int64_t j = 0; j < count(y); ++j)
    for (std::int64_t i = 0; i < count(x); ++i)
      if (at(behind, i + j * count(x)) != at(x, i) + at(y, j) ||
          at(before, j + i * count(y)) != at(x, i) + at(y, j))
        return false;
  return count(behind) == count(x) * count(y);
}
static_assert(appends(a, l("2:192")) && appends(a, l("(2,(1,3)):(5,(0,7))")) &&
              appends(layout(3), layout(2, 0)));
static_assert(eg::append(l("(4,8):(1,4)"), l("2:32")) == l("(4,8,2):(1,4,32)"));
static_assert(eg::prepend(l("(4,8):(1,4)"), l("(2):(32)")) == l("((2),4,8):((32),1,4)"));
static_assert(eg::append(layout(8), {4, 8}) == l("(8,4):(1,8)") && eg::append(n, 5) == t("(4,(2,8),3,5)"));
static_assert(eg::append<4>(a) == l("(4,(2,8),3,1):(1,(4,8),64,0)") && eg::append<3>(a) == a);
static_assert(eg::append(layout(8), l("2:1"), 3) == l("(8,2,2):(1,1,1)") &&
              eg::append<1>(layout(8)) == layout(8));
static_assert(eg::prepend<5>(a, l("2:0")) == l("(2,2,4,(2,8),3):(0,0,1,(4,8),64)"));
static_assert(eg::prepend(n, 1, 4) == t("(1,4,(2,8),3)") && eg::prepend<2>(layout(8)) == l("(1,8):(0,1)"));
static_assert(eg::try_append(a, layout(), 2).why ==
              "append((4,(2,8),3):(1,(4,8),64), 1:0, 2) refused: the rank is 3 already, more than 2");

static_assert(eg::replace(a, 1, layout(5)) == l("(4,5,3):(1,1,64)") && eg::replace(layout(8), 0, a) == a);
static_assert(eg::replace(n, 2, {1, 1}) == t("(4,(2,8),(1,1))"));
static_assert(eg::try_replace(n, 3, 1).why ==
              "replace((4,(2,8),3), 3, 1) refused: no mode 3: the rank is 3, the last mode is 2");
static_assert(eg::insert(a, 0, layout(5)) == eg::prepend(a, layout(5)));
static_assert(eg::insert(a, 3, layout(5)) == eg::append(a, layout(5)));
static_assert(eg::insert(n, 1, 7) == t("(4,7,(2,8),3)") && eg::remove(eg::insert(n, 1, 7), 1) == n);
static_assert(
    eg::try_insert(n, 4, 1).why.contains("no place 4: the rank is 3, a new mode can be number 0 to 3"));
static_assert(eg::remove(a, 1) == l("(4,3):(1,64)") && eg::remove(n, 2) == t("(4,(2,8))"));
static_assert(eg::try_remove(layout(8), 0).why ==
              "remove(8:1, 0) refused: nothing would be left, and there are no empty tuples");

consteval bool same_function(layout const& x, layout const& y) {
  for (std::int64_t i = 0; i < count(x) + 3; ++i)
    if (at(x, i) != at(y, i))
      return false;
  return true;
}
static_assert(eg::group(a, 0, 2) == l("((4,(2,8)),3):((1,(4,8)),64)") &&
              same_function(eg::group(a, 0, 2), a));
static_assert(eg::group<0, 3>(a) == l("((4,(2,8),3)):((1,(4,8),64))") &&
              same_function(eg::group(a, 1, 3), a));
static_assert(eg::group(n, 1, 2) == t("(4,((2,8)),3)") && eg::group(layout(8), 0, 1) == l("((8)):((1))"));
static_assert(!eg::try_group(a, 2, 2) && !eg::try_group(a, 2, 4) && eg::try_group(a, 2, 3));
static_assert(eg::unflatten(eg::flatten(a), n) == a &&
              eg::unflatten(eg::flatten(n), {{0, 0, 0}, 0}) == t("((4,2,8),3)"));
static_assert(eg::unflatten(l("(8):(1)"), 1) == layout(8));
static_assert(eg::try_unflatten(a, {1, 1}).why ==
              "unflatten((4,(2,8),3):(1,(4,8),64), (1,1)) refused: a profile of 2 integers for 4 leaves");
static_assert(eg::reverse(a) == l("(3,(2,8),4):(64,(4,8),1)") && eg::reverse(eg::reverse(n)) == n);
static_assert(eg::reverse(layout(8)) == layout(8) && eg::reverse(t("(5)")) == t("(5)"));
static_assert(eg::repeat(n, 2) == t("((4,(2,8),3),(4,(2,8),3))") && eg::repeat(layout(8), 1) == l("(8):(1)"));

// The limits: 32 leaves, 32 parentheses at one place.
consteval layout nested(int depth) {
  layout r(2);
  for (int i = 0; i < depth; ++i)
    r = eg::group(eg::make_layout(r), 0, 1); // two pairs of parentheses
  return r;
}
static_assert(eg::depth(nested(16)) == 32 && eg::try_take(nested(16), 0, 1));
static_assert(eg::try_group(nested(16), 0, 1).why.contains("too deep"));
static_assert(eg::try_append(eg::repeat(layout(2), 31), layout(3)));
static_assert(eg::try_append(eg::repeat(layout(2), 32), layout(3)).why.contains("too many modes"));
static_assert(eg::try_prepend(layout(2), eg::repeat(layout(2), 31)) &&
              !eg::try_replace(eg::repeat(layout(2), 2), 0, eg::repeat(layout(2), 32)));

// --- tuple arithmetic -----------------------------------------------------------------------------------

static_assert(eg::shape_div(12, 4) == 3 && eg::shape_div(4, 12) == 1 &&
              eg::shape_div({6, 8}, 12) == t("(1,4)"));
static_assert(eg::shape_div({{2, 3}, 8}, 12) == t("((1,1),4)") && eg::shape_div(24, {2, 3}) == 4);
static_assert(eg::shape_div({8, {4, 6}}, {4, 12}) == t("(2,(1,2))"));
static_assert(eg::try_shape_div(20, 12).why ==
              "shape_div(20, 12) refused: neither of 20 and 12 divides the other (12 would do for 20)");
static_assert(
    eg::try_shape_div({2, 12}, 16).why.contains("neither of 12 and 8 divides the other (8 would do"));
static_assert(eg::try_shape_div({2, 2}, {1, 1, 1}).why.contains("a tuple of rank 2 meets one of rank 3"));
static_assert(!eg::try_shape_div({2, 2}, {2}) && !eg::try_shape_div(4, 0) && !eg::try_shape_div(0, 4));
static_assert(eg::ceil_div(10, 4) == 3 && eg::ceil_div(0, 4) == 0 &&
              eg::ceil_div({10, 10}, {4}) == t("(3,10)"));
static_assert(eg::ceil_div({99, 63, 77}, 32) == t("(4,63,77)") && eg::ceil_div(99, {4, 8}) == 4);
static_assert(!eg::try_ceil_div({10}, {1, 1}) && !eg::try_ceil_div({10}, 0));
static_assert(!eg::try_ceil_div(int_tuple(1), {std::int64_t{1} << 40, std::int64_t{1} << 40}));
static_assert(eg::round_up(10, 4) == 12 && eg::round_up({10, {7, 1}}, {4, {3}}) == t("(12,(9,1))"));
static_assert(eg::try_round_up({10, 7}, 4).why ==
              "round_up((10,7), 4) refused: rank mismatch, (10,7) meets 4");
static_assert(eg::try_round_up(INT64_MAX, 2).why.contains("overflow"));
static_assert(eg::elem_scale({2, 3}, {5, {7, 11}}) == t("(10,231)") && eg::elem_scale(2, {3, 4}) == 24);
static_assert(eg::try_elem_scale({2, {3, 4}}, {5, 6}).why ==
              "elem_scale((2,(3,4)), (5,6)) refused: rank mismatch, (3,4) meets the integer 6");
static_assert(eg::product_each({2, {3, 4}, {5}}) == t("(2,12,5)") && eg::product_each(6) == t("(6)"));
static_assert(eg::product_like({2, {3, {4, 5}}}, {0, {0, 0}}) == t("(2,(3,20))") &&
              eg::product_like(n, 0) == 192);
static_assert(!eg::try_product_like(6, {0, 0}) && !eg::try_product_like({2, 3}, {0, 0, 0}));
static_assert(eg::inner_product({2, {3, 4}}, {1, {10, 100}}) == 432 && eg::sum(n) == 17);
static_assert(eg::max(n) == 8 && eg::min(n) == 2 && eg::max(int_tuple{-3, -2}) == -2);

static_assert(eg::weakly_congruent({1, 2}, {3, {4, 5}}) && !eg::weakly_congruent({3, {4, 5}}, {1, 2}));
static_assert(eg::weakly_congruent(1, {3, {4, 5}}) && !eg::weakly_congruent({1, 2}, {3, 4, 5}));
static_assert(eg::weakly_compatible({2, 3}, {4, {3, 5}}) && !eg::weakly_compatible({3, 3}, {4, {3, 5}}));
static_assert(!eg::weakly_compatible({2, {3, 1}}, {4, 3}) && eg::weakly_compatible(6, {4, 3}));

consteval bool orders(int_tuple const& shape) {
  auto const row = eg::make_layout(shape, eg::row_major); // numbers coordinates in lexicographical order
  for (std::int64_t i = 0; i < eg::size(shape); ++i)
    for (std::int64_t j = 0; j < eg::size(shape); ++j) {
      auto const x = eg::idx2crd(i, shape);
      auto const y = eg::idx2crd(j, shape);
      if (eg::colex_less(x, y) != (i < j) || eg::colex_leq(x, y) != (i <= j) || !eg::elem_less(x, shape))
        return false;
      if (eg::lex_less(x, y) != (row(x) < row(y)) || eg::lex_leq(x, y) != (row(x) <= row(y)))
        return false;
    }
  return true;
}
static_assert(orders({3, 5}) && orders({{2, 2}, {1, 3}}) && orders(7));
static_assert(eg::lex_less({1, 2}, {1, 2, 0}) && !eg::lex_less({2}, {1, 5}) && !eg::lex_less({1, 2}, {1, 2}));
static_assert(eg::colex_less({7}, {1, 7}) && eg::colex_less({5, 2}, {3}) && !eg::colex_less({1, 7}, {7}));
static_assert(eg::elem_less({1, {0, 7}}, {2, {1, 8}}) && !eg::elem_less({1, 8}, {2, 8}));
static_assert(eg::elem_leq({1, 8}, {2, 8}) && !eg::elem_leq({1, 5}, {2, 3})); // CuTe says true to the latter

// --- compact --------------------------------------------------------------------------------------------

static_assert(eg::compact_col_major(n) == t("(1,(4,8),64)") &&
              eg::compact_col_major(n, 3) == t("(3,(12,24),192)"));
static_assert(eg::compact_row_major(n) == t("(48,(24,3),1)") && eg::compact_row_major(8, 24) == 24);
static_assert(eg::compact_col_major({4, 1, {2, 8}}, {1, 5, {100, 7}}) == t("(1,0,(100,7))"));
static_assert(eg::compact_major(n, 2, eg::row_major) == eg::compact_row_major(n, 2));
static_assert(eg::compact_major(n, {1, 9, 2}, eg::column_major) == t("(1,(9,18),2)"));
static_assert(
    eg::try_compact_col_major(n, {1, {2, 3}}).why.contains("a tuple of rank 2 meets one of rank 3"));
static_assert(!eg::try_compact_row_major(4, {1, 1}) && !eg::try_compact_row_major({4, 0}));
static_assert(eg::compact_order({8, 32, 8, 4}, {3, 0, 1, 2}) == t("(1024,1,32,256)"));
static_assert(eg::compact_order({2, {3, 5}}, {1, 0}) == t("(15,(1,3))"));
static_assert(
    eg::try_compact_order(n, {0, 1}).why ==
    "compact_order((4,(2,8),3), (0,1)) refused: rank mismatch, the order must have the nesting of the "
    "shape");
static_assert(eg::make_ordered_layout(n, {2, {0, 1}, 3}) == layout(n, eg::compact_order(n, {2, {0, 1}, 3})));

static_assert(eg::make_layout_like(l("(4,2,3):(30,0,1)")) == l("(4,2,3):(3,0,1)"));
static_assert(eg::make_layout_like(l("(4,(2,1)):(-9,(2,7))")) == l("(4,(2,1)):(2,(1,0))"));
static_assert(eg::make_layout_like(a) == a && eg::make_layout_like(l("(2,2):(3,3)")) == l("(2,2):(1,2)"));
static_assert(eg::make_fragment_like(l("(4,2,3):(30,1,2)")) == l("(4,2,3):(1,4,8)"));
static_assert(eg::make_fragment_like(l("((4,2),3):((1,0),0)")) == l("((4,2),3):((1,0),4)"));
static_assert(eg::make_fragment_like(l("((2,4),(3,5)):((7,1),(5,1))")) == l("((2,4),(3,5)):((1,2),(40,8))"));
static_assert(eg::make_fragment_like(l("(8):(3)")) == l("(8):(1)") && eg::make_fragment_like(n) == layout(n));

// --- slices ---------------------------------------------------------------------------------------------

consteval bool slices(layout const& x) { // of rank 3 with a middle mode of rank 2
  auto const m = eg::size<1, 0>(x);
  for (std::int64_t i = 0; i < eg::size<0>(x); ++i)
    for (std::int64_t j = 0; j < m; ++j)
      for (std::int64_t k = 0; k < eg::size<1, 1>(x); ++k)
        for (std::int64_t h = 0; h < eg::size<2>(x); ++h) {
          eg::hole_coord const c{i, {_, k}, _};
          auto const s = eg::slice_and_offset(c, x);
          auto const d = eg::dice(c, x);
          auto const all = at(x, i + eg::size<0>(x) * (j + m * (k + eg::size<1, 1>(x) * h)));
          if (s.offset + at(s.layout, j + m * h) != all ||
              at(s.layout, j + m * h) + at(d, i + eg::size<0>(x) * k) != all)
            return false;
        }
  return true;
}
static_assert(slices(a) && slices(l("(3,(2,3),2):(7,(0,5),-1)")));
static_assert(eg::slice({_, {1, _}, 2}, a) == eg::sliced{l("(4,8):(1,8)"), 132});
static_assert(eg::dice({_, {1, _}, 2}, a) == l("(2,3):(4,64)") &&
              eg::dice({_, 5, _}, a) == l("((2,8)):((4,8))"));
static_assert(eg::dice(5, a) == a && eg::dice(_, a) == layout() && eg::dice({_, _, _}, a) == layout());
static_assert(eg::slice(_, a) == eg::sliced{a, 0} && eg::slice(5, a) == eg::sliced{layout(), 5});
static_assert(eg::slice({_, {1, _}, 2}, n) == t("(4,8)") && eg::dice({_, {1, _}, 2}, n) == t("(2,3)"));
static_assert(a(_, 1, 2) == l("(4):(1)"));
consteval bool shifts(layout const& x, int_tuple const& origin) {
  auto const s = eg::domain_offset(origin, x);
  for (std::int64_t i = 0; i < count(x); ++i) {
    auto sum = eg::idx2crd(i, x.shape());
    std::int64_t index = 0;
    for (int k = 0; k < x.leaves(); ++k)
      index += (sum.leaf(k) + origin.leaf(k)) * x.leaf_stride(k);
    if (s.offset + at(s.layout, i) != index)
      return false;
  }
  return s.layout == x;
}
static_assert(shifts(a, {1, {0, 5}, 2}) && shifts(a, {0, {0, 0}, 0}) && shifts(layout(8, -2), 3));

// --- coordinates ----------------------------------------------------------------------------------------

consteval bool finds(layout const& x, bool injective) {
  for (std::int64_t i = 0; i < count(x); ++i) {
    auto const index = at(x, i);
    auto const c = eg::idx2crd(index, x.shape(), x.stride());
    if (eg::inner_product(c, x.stride()) != index || !eg::elem_less(c, x.shape()))
      return false;
    auto const i1 = eg::get_1d_coord(index, x);
    if (at(x, i1) != index || (injective && i1 != i) || eg::get_hier_coord(index, x) != c ||
        x(eg::get_flat_coord(index, x)) != index || eg::rank(eg::get_flat_coord(index, x)) != eg::rank(x))
      return false;
  }
  return true;
}
static_assert(finds(a, true) && finds(l("(4,(8,2)):(1,(5,40))"), true) && finds(layout(8, -3), true));
static_assert(finds(l("(2,2):(1,3)"), true) && finds(l("(3,2):(2,3)"), true) &&
              finds(l("(3,4,2):(0,1,2)"), false));
static_assert(finds(l("((2,3),4):((-1,8),2)"), true));
static_assert(eg::idx2crd(25, {4, 1, 8}, {1, 1, 4}) == t("(1,0,6)") &&
              eg::idx2crd(11, {4, 8}, {1, 5}) == t("(1,2)"));
static_assert(eg::idx2crd({3, 9}, {4, {2, 8}}, {1, {1, 2}}) == t("(3,(1,4))"));
static_assert(
    eg::try_idx2crd(4, {4, 8}, {1, 5}).why ==
    "idx2crd(4, (4,8), (1,5)) refused: no coordinate has this index, the next lower one that is there "
    "is 3");
static_assert(eg::try_idx2crd(5, {4, 8}, {-1, 0}).why ==
              "idx2crd(5, (4,8), (-1,0)) refused: no coordinate has this index, they go from -3 to 0");
static_assert(eg::try_idx2crd(5, 1, 7).why ==
              "idx2crd(5, 1, 7) refused: no coordinate has this index, they go from 0 to 0");
static_assert(!eg::try_idx2crd(-1, 4, 1) && !eg::try_idx2crd(4, 4, 1) &&
              !eg::try_idx2crd(0, {4, 8}, {1, {5}}));

static_assert(eg::crd2crd({{1, 3}, 4}, {{2, 6}, 5}, {30, 2}) == t("(7,4)"));
static_assert(eg::crd2crd(24, {4, 5, 7}, {{2, 2}, 5, 7}) == t("((0,0),1,1)"));
static_assert(eg::try_crd2crd({4, 0}, {4, 2}, 8).why ==
              "crd2crd((4,0), (4,2), 8) refused: coordinate 4 is not among 0 ... 3, those of 4");
static_assert(!eg::try_crd2crd({1, 0}, {4, 2}, {4, 2, 1}) && !eg::try_crd2crd({1, 0}, 8, {4, 2}));
consteval bool converts(int_tuple const& from,
                        int_tuple const& to) { // the same size, of different rank inside
  for (std::int64_t i = 0; i < eg::size(from); ++i)
    if (eg::crd2idx(eg::crd2crd(i, from, to), to) != i ||
        eg::crd2crd(eg::crd2crd(i, from, to), to, from) != eg::idx2crd(i, from))
      return false;
  return true;
}
static_assert(converts(24, {2, 3, 4}) && converts({{4, 3}, 2}, {{{2, 2}, 3}, 2}));

} // namespace
