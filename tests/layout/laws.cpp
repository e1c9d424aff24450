// SPDX-License-Identifier: MIT
// The laws of the algebra at every coordinate, decided by the compiler; next to each case that holds, the
// nearest one that must not. If this file compiles, it passed.
#include <enigma/layout.hpp>
#include <enigma/layout/text.hpp>

namespace eg = enigma;
using eg::_;
using eg::int_tuple;
using eg::layout;

namespace {

consteval layout l(char const* text) {
  return eg::parse_layout(text);
}

// The oracle of this file: the extension rule, spelled out over the leaves.
constexpr std::int64_t at(layout const& x, std::int64_t i) {
  std::int64_t sum = 0;
  for (int k = 0; k < x.leaves(); ++k) {
    bool const last = k == x.leaves() - 1;
    sum += (last ? i : i % x.leaf_shape(k)) * x.leaf_stride(k);
    i /= x.leaf_shape(k);
  }
  return sum;
}

// --- values -------------------------------------------------------------------------------------------

static_assert(int_tuple{4, {2, 8}} == eg::parse_int_tuple("(4,(2,8))"));
static_assert(int_tuple{4} != int_tuple(4) && int_tuple{4} == eg::parse_int_tuple("(4)"));
static_assert(int_tuple{{{4}}} == eg::parse_int_tuple("(((4)))"));
static_assert(int_tuple{int_tuple{1, 2}, 3} == int_tuple{{1, 2}, 3});
static_assert(int_tuple(4).is_leaf() && !int_tuple{4}.is_leaf());
static_assert(int_tuple{4, {2, 8}}[1] == int_tuple{2, 8} && int_tuple{4, {2, 8}}.leaf(2) == 8);
static_assert(eg::rank(int_tuple{4, {2, 8}}) == 2 && eg::depth(int_tuple{4, {2, 8}}) == 2);
static_assert(eg::rank(int_tuple(4)) == 1 && eg::depth(int_tuple(4)) == 0);
static_assert(eg::product(int_tuple{4, {2, 8}}) == 64 &&
              eg::flatten(int_tuple{4, {2, 8}}) == int_tuple{4, 2, 8});
static_assert(!std::is_constructible_v<int_tuple, bool> && !std::is_constructible_v<int_tuple, double>);
static_assert(!std::is_constructible_v<int_tuple, layout>);

static_assert(eg::congruent(int_tuple{1, {2, 3}}, int_tuple{7, {8, 9}}));
static_assert(!eg::congruent(int_tuple{1, {2, 3}}, int_tuple{{7, 8}, 9}));
static_assert(eg::compatible(int_tuple(8), int_tuple{2, 4}) &&
              !eg::compatible(int_tuple{2, 4}, int_tuple(8)));
static_assert(eg::compatible(int_tuple{8, 3}, int_tuple{{2, 4}, 3}) &&
              !eg::compatible(int_tuple(8), int_tuple{2, 3}));

constexpr layout b{{4, {2, 8}}, {1, {4, 8}}};
static_assert(b == l("(4,(2,8)):(1,(4,8))") && eg::size(b) == 64 && eg::cosize(b) == 64 && eg::rank(b) == 2);
static_assert(eg::mode(b, 1) == l("(2,8):(4,8)") && eg::get<0>(b) == l("4:1") && eg::size<1, 1>(b) == 8);
static_assert(layout{{4, 8}} == l("(4,8):(1,4)") && layout(8) == l("8:1") && layout{8, 2} == l("8:2"));
static_assert(eg::make_layout({4, 1, 8}) == l("(4,1,8):(1,0,4)"));
static_assert(eg::make_layout({4, {2, 8}}, eg::row_major) == l("(4,(2,8)):(16,(8,1))"));
static_assert(eg::make_layout(l("4:1"), l("(2,2):(1,2)")) == l("(4,(2,2)):(1,(1,2))"));
static_assert(eg::make_ordered_layout({4, 64}, {1, 0}) == l("(4,64):(64,1)"));
static_assert(eg::make_ordered_layout({2, {3, 5}}, {1, 0}) == l("(2,(3,5)):(15,(1,3))"));

// A layout is a template argument, and equal values name one type.
template <layout L>
struct tag {};
static_assert(std::is_same_v<tag<layout{{4, 8}}>, tag<layout({4, 8}, {1, 4})>>);
static_assert(!std::is_same_v<tag<layout{{4, 8}}>, tag<layout({4, 8}, {8, 1})>>);

// --- coordinates --------------------------------------------------------------------------------------

consteval bool coordinates_agree(layout const& x) {
  for (std::int64_t i = 0; i < eg::size(x) + 5; ++i) { // also past the size, by the extension rule
    auto const c = eg::idx2crd(i, x.shape());
    if (x(i) != at(x, i) || x(c) != at(x, i) || eg::crd2idx(c, x.shape()) != i)
      return false;
    if (i < eg::size(x) && eg::linear_index<std::int64_t>(i, x) != at(x, i))
      return false;
  }
  return true;
}
static_assert(coordinates_agree(b) && coordinates_agree(l("(3,(1,4),2):(8,(5,2),1)")) &&
              coordinates_agree(l("6:3")));
static_assert(coordinates_agree(l("(4,1):(2,0)")) && coordinates_agree(l("(2,2):(0,-3)")));
static_assert(b(1, {1, 3}) == 29 && b({1, {1, 3}}) == 29 && b(1, 7) == 29 && b(29) == 29 && b({5, 0}) == 5);

consteval bool slices_keep_the_rest(layout const& x) { // x has rank 2
  for (std::int64_t i = 0; i < eg::size<0>(x); ++i)
    for (std::int64_t j = 0; j < eg::size<1>(x); ++j) {
      auto const row = eg::slice({i, _}, x);
      auto const column = eg::slice({_, j}, x);
      if (row.offset + row.layout(j) != x(i, j) || column.offset + column.layout(i) != x(i, j))
        return false;
    }
  return true;
}
static_assert(slices_keep_the_rest(b) && slices_keep_the_rest(l("(3,4):(4,1)")));
static_assert(eg::slice({_, {1, _}}, b) == eg::sliced{l("(4,8):(1,8)"), 4});
static_assert(eg::slice(_, b) == eg::sliced{b, 0} && eg::slice({3, 2}, b) == eg::sliced{layout(), 11});
static_assert(b(_, 3) == l("(4):(1)"));

// --- coalesce, filter ---------------------------------------------------------------------------------

consteval bool same_function(layout const& x, layout const& y) {
  if (eg::size(x) != eg::size(y))
    return false;
  for (std::int64_t i = 0; i < eg::size(x); ++i)
    if (at(x, i) != at(y, i))
      return false;
  return true;
}
static_assert(eg::coalesce(b) == l("64:1") && same_function(eg::coalesce(b), b));
static_assert(eg::coalesce(l("(2,(1,6)):(1,(6,2))")) == l("12:1"));
static_assert(eg::coalesce(l("(2,(1,6)):(1,(6,3))")) == l("(2,6):(1,3)")); // 3 is not 2 * 1
static_assert(eg::coalesce(l("(2,(1,6)):(1,(6,2))"), {1, 1}) == l("(2,6):(1,2)"));
static_assert(eg::try_coalesce(l("8:4"), {1, 1}).why ==
              "coalesce(8:4, (1,1)) refused: rank mismatch, a tuple of rank 2 meets 8:4 of rank 1");
static_assert(eg::filter(l("(4,2,3):(0,1,2)")) == l("6:1"));

// --- composition --------------------------------------------------------------------------------------

consteval bool composes(layout const& x, layout const& y) {
  auto const r = eg::composition(x, y);
  if (!eg::compatible(y.shape(), r.shape()))
    return false;
  for (std::int64_t i = 0; i < eg::size(y); ++i)
    if (at(r, i) != at(x, at(y, i)))
      return false;
  return true;
}
static_assert(composes(l("(6,2):(8,2)"), l("(4,3):(3,1)")));
static_assert(eg::composition(l("(6,2):(8,2)"), l("(4,3):(3,1)")) == l("((2,2),3):((24,2),8)"));
static_assert(composes(l("(4,(2,8)):(1,(4,8))"), l("((2,2),(2,2)):((2,1),(16,4))")));
static_assert(composes(l("20:2"), l("(5,4):(1,5)")) && composes(l("(10,2):(16,4)"), l("(5,4):(1,5)")));
static_assert(composes(l("(8,8):(8,1)"), l("(4,4):(16,1)")) && composes(l("(4,4):(4,1)"), l("(2,3):(0,4)")));
// One step apart in the right layout: the sum of 4 and 8 carries, 3 and 2 do not.
static_assert(composes(l("(6,4):(1,10)"), l("2:4")) && composes(l("(6,4):(1,10)"), l("4:3")));
static_assert(
    eg::try_composition(l("(6,4):(1,10)"), l("4:4")).why ==
    "composition((6,4):(1,10), 4:4) refused: at coordinate 3 A(B(3)) = A(12) = 20, but digit by digit a "
    "layout gives 16; leaf 4:4 carries in (6,4):(1,10) and the carries do not cancel (2:4 "
    "would do)");
static_assert(
    eg::try_composition(l("(6,4):(1,10)"), l("8:2")).why ==
    "composition((6,4):(1,10), 8:2) refused: at coordinate 3 A(B(3)) = A(6) = 10, but a leaf that begins "
    "with "
    "these steps gives 6; leaf 8:2 runs straight for 3 steps in (6,4):(1,10), and 3 does not divide 8 (6 "
    "would do)");
// Two leaves of B, each exact by itself, that carry together; half a size less and they do not.
static_assert(composes(l("(8,2):(2,1)"), l("(2,2):(1,2)")) && composes(l("(5,2):(2,1)"), l("(2,2):(1,2)")));
static_assert(
    eg::try_composition(l("(5,2):(2,1)"), l("(4,2):(1,4)")).why ==
    "composition((5,2):(2,1), (4,2):(1,4)) refused: at coordinate 7 A(B(7)) = A(7) = 5, but digit by "
    "digit a layout gives 14; leaf 2:4 carries in (5,2):(2,1) on top of the leaves before it, and the "
    "carries do "
    "not cancel");
// Several digits change at a carry, and the changes cancel.
static_assert(composes(l("(2,3,4):(1,10,22)"), l("8:3")) &&
              composes(l("(2,3,4):(1,10,22)"), l("(2,2):(1,5)")));
static_assert(eg::composition(l("(2,3,4):(1,10,22)"), l("8:3")) == l("8:11"));
static_assert(composes(l("(2,3,4):(1,10,22)"), l("3:3")) &&
              !eg::try_composition(l("(2,3,4):(1,10,23)"), l("3:3")));
// CuTe refuses these; there is an answer.
static_assert(composes(l("(4,8):(1,7)"), l("2:6")) && composes(l("(4,8):(1,7)"), l("4:6")));
static_assert(eg::composition(l("(4,8):(1,7)"), l("4:6")) == l("(2,2):(9,21)"));
// Past the size, by the extension rule; a last leaf of size 1 stops it.
static_assert(composes(l("(4,2):(1,4)"), l("20:1")) && composes(l("(4,1):(2,0)"), l("(4,3):(1,4)")));
// The same cost at any size: nothing is enumerated.
static_assert(eg::composition(l("(1048576,1048576):(1048576,1)"), l("(1024,1024):(1048576,1)")) ==
              l("(1024,1024):(1,1048576)"));
static_assert(!eg::try_composition(l("(1048576,1048575):(1048577,1)"), l("(1048575,3):(1,1048575)")));
// By mode.
static_assert(eg::composition(l("(8,16):(1,8)"), {2, 4}) == l("(2,4):(1,8)"));
static_assert(eg::composition(l("(8,16):(1,8)"), {_, layout(4, 2)}) == l("(8,4):(1,16)"));
static_assert(eg::composition(l("(8,16,3):(1,8,128)"), {4}) == l("(4):(1)"));
static_assert(
    eg::try_composition(l("(8,16):(1,8)"), {2, 4, 1}).why.contains("rank mismatch, a tiler of rank 3"));
static_assert(eg::with_shape(l("(4,8):(8,1)"), {2, 16}) == l("(2,(2,8)):(8,(16,1))"));
static_assert(
    eg::try_with_shape(l("(4,8):(8,1)"), {3, 3}).why.contains("with_shape((4,8):(8,1), (3,3)) refused: "));

// --- complement ---------------------------------------------------------------------------------------

consteval bool complements(layout const& x, std::int64_t size) {
  auto const r = eg::complement(x, size);
  std::int64_t most = 0;
  for (std::int64_t j = 0; j < eg::size(r); ++j) {
    if (j > 0 && at(r, j) <= at(r, j - 1))
      return false;
    for (std::int64_t i = 0; i < eg::size(x); ++i) {
      most = most > at(x, i) + at(r, j) ? most : at(x, i) + at(r, j);
      if (j > 0 && at(x, i) == at(r, j))
        return false;
    }
  }
  return most + 1 >= size;
}
static_assert(complements(l("4:2"), 24) && eg::complement(l("4:2"), 24) == l("(2,3):(1,8)"));
static_assert(complements(l("(2,2):(1,6)"), 24) && complements(l("(2,4):(0,3)"), 12) &&
              complements(l("4:1"), 2));
static_assert(complements(l("8:1"), 48) && eg::complement(l("8:1"), {2, 3, 8}) == l("6:8"));
static_assert(complements(l("(2,2):(1,3)"), 6)); // with holes, but as far as asked
static_assert(eg::complement(l("1:0"), 6) == l("6:1") && eg::complement(l("6:1"), 6) == l("1:0"));
static_assert(
    eg::try_complement(l("(4,2):(1,3)"), 24).why ==
    "complement((4,2):(1,3), 24) refused: leaves 4:1 and 2:3 overlap, stride 3 is less than 4, where the "
    "leaf before it ends, and L meets an index twice");

// --- inverses -----------------------------------------------------------------------------------------

consteval bool inverts(layout const& x) {
  auto const right = eg::right_inverse(x);
  auto const left = eg::left_inverse(x);
  for (std::int64_t i = 0; i < eg::size(right); ++i)
    if (at(x, at(right, i)) != i)
      return false;
  for (std::int64_t i = 0; i < eg::size(x); ++i)
    if (at(x, at(left, at(x, i))) != at(x, i))
      return false;
  return true;
}
static_assert(inverts(l("(4,8):(8,1)")) && inverts(l("(4,(2,3)):(2,(1,8))")) && inverts(l("(2,3):(3,12)")));
static_assert(inverts(l("(2,5,3):(0,1,5)")) && eg::size(eg::right_inverse(l("(4,8):(9,1)"))) == 8);
static_assert(eg::try_left_inverse(l("(8,64):(2,1)")).why ==
              "left_inverse((8,64):(2,1)) refused: not injective, L(16) = L(1) = 2");
static_assert(l("(8,64):(2,1)")(16) == l("(8,64):(2,1)")(1));

// --- divides ------------------------------------------------------------------------------------------

consteval bool divides(layout const& x, layout const& tile) {
  auto const r = eg::logical_divide(x, tile);
  auto const first = eg::mode(r, 0);
  for (std::int64_t i = 0; i < eg::size(tile); ++i)
    if (at(first, i) != at(x, at(tile, i)))
      return false;
  for (std::int64_t i = 0; i < eg::size(x); ++i) { // every element is there
    bool found = false;
    for (std::int64_t j = 0; j < eg::size(r); ++j)
      found = found || at(r, j) == at(x, i);
    if (!found)
      return false;
  }
  return true;
}
static_assert(divides(l("16:3"), l("4:1")) && divides(l("16:3"), l("4:2")) &&
              divides(l("(4,6):(6,1)"), l("8:1")));
static_assert(divides(l("10:1"), l("4:1")) && eg::logical_divide(l("10:1"), 4) == l("(4,3):(1,4)"));
static_assert(eg::logical_divide(l("(8,16):(1,8)"), {4, 8}) == l("((4,2),(8,2)):((1,4),(8,64))"));
static_assert(eg::zipped_divide(l("(8,16):(1,8)"), {4, 8}) == l("((4,8),(2,2)):((1,8),(4,64))"));
static_assert(eg::tiled_divide(l("(8,16):(1,8)"), {4, 8}) == l("((4,8),2,2):((1,8),4,64)"));
static_assert(eg::flat_divide(l("(8,16):(1,8)"), {4, 8}) == l("(4,8,2,2):(1,8,4,64)"));
static_assert(eg::zipped_divide(l("(8,16,3):(1,8,128)"), {4, layout(2, 8), _}) ==
              l("((4,2,3),(2,8,1)):((1,64,128),(4,8,0))"));
static_assert(
    eg::try_zipped_divide(l("(12,(4,8)):(7,(1,30))"), 128)
        .why.contains(
            "zipped_divide((12,(4,8)):(7,(1,30)), 128) refused: at coordinate 12 A(B(12)) = A(12) = 1, but"));
static_assert(eg::try_logical_divide(l("(8,4):(1,8)"), layout({2, 2}, {1, 3}))
                  .why.contains("element 2 of 32 would be lost"));
static_assert(eg::divides_evenly(l("(8,10):(1,8)"), {4, 5}) &&
              !eg::divides_evenly(l("(8,10):(1,8)"), {4, 4}));
static_assert(
    eg::why_uneven("zipped_divide", l("(8,10):(1,8)"), {4, 20}) ==
    "zipped_divide((8,10):(1,8), (4,20)) refused: the tile 20:1 of size 20 is larger than the mode 10:8 of "
    "size 10");

// --- products -----------------------------------------------------------------------------------------

static_assert(eg::logical_product(l("(2,2):(1,2)"), 3) == l("((2,2),3):((1,2),4)"));
static_assert(eg::logical_product(l("(2,2):(4,1)"), layout(3, 2)) == l("((2,2),3):((4,1),8)"));
static_assert(eg::blocked_product(l("(2,2):(1,2)"), l("(3,4):(1,3)")) == l("((2,3),(2,4)):((1,4),(2,12))"));
static_assert(eg::raked_product(l("(2,2):(1,2)"), l("(3,4):(1,3)")) == l("((3,2),(4,2)):((4,1),(12,2))"));
static_assert(eg::try_logical_product(l("(4,2):(1,3)"), 2).why.contains("overlap"));

consteval bool thread_value(layout const& thr, layout const& val) {
  auto const tv = eg::make_layout_tv(thr, val);
  auto const mn = eg::raked_product(thr, val);
  for (std::int64_t v = 0; v < eg::size(val); ++v)
    for (std::int64_t t = 0; t < eg::size(thr); ++t)
      if (at(mn, tv.layout(t, v)) != t + v * eg::size(thr))
        return false;
  return eg::product(tv.tiler) == eg::size(mn);
}
static_assert(thread_value(l("(4,8):(8,1)"), l("(2,2):(2,1)")) &&
              thread_value(l("(2,4):(1,2)"), l("(4,1):(1,0)")));
constexpr auto tv =
    eg::make_layout_tv(eg::make_ordered_layout({4, 64}, {1, 0}), eg::make_ordered_layout({4, 4}, {1, 0}));
static_assert(tv.tiler == int_tuple{16, 256} && eg::size<0>(tv.layout) == 256 &&
              eg::size<1>(tv.layout) == 16);
constexpr layout tile{{16, 256}, {512, 1}};
constexpr layout owned = eg::composition(tile, tv);
static_assert([] {
  for (int t = 0; t < 256; t += 17)
    for (int v = 0; v < 16; ++v)
      if (owned(t, v) != tile(tv.layout(t, v)))
        return false;
  return true;
}());
static_assert(
    eg::try_make_layout_tv(l("(3):(3)"), l("(1):(0)"))
        .why.contains("do not number the tile ((1,3)):((0,3)) from 0 to 2: no element has number 1"));

// --- limits -------------------------------------------------------------------------------------------

constexpr layout seventeen{{2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}};
static_assert(eg::try_logical_product(seventeen, 5).has_value());
static_assert(eg::try_logical_product(seventeen, seventeen)
                  .why.contains("too many modes, the result has more than 32"));
static_assert(eg::try_composition(layout(8, std::int64_t{1} << 60), layout(8, 16)).why.contains("overflow"));

// checked<> is the value of an outcome that is known while compiling.
static_assert(eg::checked<eg::try_composition(l("8:2"), l("4:2"))> == l("4:4"));

} // namespace
