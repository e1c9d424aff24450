// SPDX-License-Identifier: MIT
// The laws of the operations, coordinate by coordinate, decided by the compiler.
#include <enigma/layout.hpp>
#include <enigma/layout/common.hpp>
#include <enigma/layout/cotiled.hpp>
#include <enigma/layout/distribute.hpp>
#include <enigma/layout/nullspace.hpp>
#include <enigma/layout/recast.hpp>
#include <enigma/layout/tile_to_shape.hpp>

namespace {

namespace eg = enigma;
using eg::_;
using eg::int_tuple;
using eg::layout;
using eg::tiler;

/// A leaf of a layout as this file reads it: quotient and remainder, nothing of the library's evaluation.
constexpr std::int64_t at(layout const& l, std::int64_t i) {
  std::int64_t sum = 0;
  for (int k = 0; k < l.leaves(); ++k) {
    auto const last = k + 1 == l.leaves();
    sum += (last ? i : i % l.leaf_shape(k)) * l.leaf_stride(k);
    i /= l.leaf_shape(k);
  }
  return sum;
}

// --- filter_zeros, nullspace ----------------------------------------------------------------------------
static_assert(eg::filter_zeros(layout{{2, {4, 8}}, {1, {0, 2}}}) == layout{{2, {1, 8}}, {1, {0, 2}}});
static_assert(eg::filter_zeros(layout{{8, {4, 2}}, {1, {8, 32}}}, {1, 0}) ==
              layout{{8, {1, 1}}, {1, {8, 32}}});
static_assert(eg::filter_zeros(layout(4, 2), 0) == layout(1, 2));
static_assert(
    eg::try_filter_zeros(layout{{8, 4}}, {1, 0, 0}).why ==
    "filter_zeros((8,4):(1,8), (1,0,0)) refused: rank mismatch, a tuple of rank 3 meets (8,4):(1,8)");
static_assert(eg::try_filter_zeros(layout(8), {1, 0}).why.contains("meets 8:1, which has no modes"));

constexpr bool is_nullspace(layout const& l, std::int64_t expected) {
  auto const r = eg::nullspace(l);
  std::int64_t zeros = 0;
  for (std::int64_t i = 0; i < eg::size(l); ++i)
    zeros += at(l, i) == 0 ? 1 : 0;
  for (std::int64_t i = 0; i < eg::size(r); ++i)
    if (at(l, at(r, i)) != 0 || (i > 0 && at(r, i) <= at(r, i - 1)))
      return false;
  return eg::size(r) == zeros && zeros == expected;
}
static_assert(is_nullspace({{2, 8}, {2, 0}}, 8) && eg::nullspace(layout{{2, 8}, {2, 0}}) == layout(8, 2));
static_assert(is_nullspace({{3, {2, 3, 3}, 4}, {1, {0, 0, 3}, 0}}, 24) && is_nullspace(layout(5), 1));

// --- domain_distribute ----------------------------------------------------------------------------------
static_assert(eg::domain_distribute({8, 4, 4}, 16) == layout(16, 1));
static_assert(eg::domain_distribute({6, 4}, 4) == layout{{2, 2}, {1, 6}});
static_assert(eg::domain_distribute({7, 5}, 4) == layout());
static_assert(eg::try_domain_distribute({4, 0}, 4).why.contains("a shape must be at least 1, leaf 1 is 0"));
static_assert(eg::try_domain_distribute({4, 2}, 0).why.contains("at least 1 to distribute, not 0"));

// --- what two layouts have in common ----------------------------------------------------------------------
constexpr bool in_common(layout const& a, layout const& b, std::int64_t n) {
  auto const r = eg::max_common_layout(a, b);
  if (eg::size(r) != n || eg::max_common_vector(a, b) != n)
    return false;
  for (std::int64_t i = 0; i < n; ++i)
    if (at(a, at(r, i)) != i || at(b, at(r, i)) != i)
      return false;
  auto const whole = eg::right_inverse(b); // one more is wrong, or there is no more
  return eg::size(whole) == n || at(a, at(whole, n)) != n || eg::size(whole) % n != 0;
}
static_assert(in_common({{32, 32}, {1, 32}}, {{32, {8, 4}}, {1, {32, 256}}}, 1024));
static_assert(in_common({{8, 4}, {4, 1}}, {{8, 4}, {4, 1}}, 32) && in_common(layout(8, 2), layout(8), 1));
static_assert(in_common({{3, 4}, {1, 5}}, layout(12), 3) && in_common({{4, 8}, {1, 8}}, {{4, 8}, {1, 4}}, 4));
// Digits of A carry into each other, and what they carry cancels.
static_assert(in_common({{2, 2, 3}, {1, 0, 2}}, {{3, 4}, {4, 1}}, 3));

constexpr bool is_alignment(layout const& l, std::int64_t n) {
  auto const whole_groups = [&](std::int64_t width) {
    for (std::int64_t i = 0; i < eg::size(l); ++i)
      for (std::int64_t j = 0; j < width; ++j) {
        auto const want = at(l, i) / width * width + j;
        bool found = false;
        for (std::int64_t k = 0; k < eg::size(l) && !found; ++k)
          found = at(l, k) == want;
        if (!found)
          return false;
      }
    return true;
  };
  return eg::max_alignment(l) == n && whole_groups(n) && !whole_groups(2 * n);
}
static_assert(is_alignment({{16, 2}, {160, 1}}, 2) && is_alignment({{8, 2}, {1, 12}}, 4));
static_assert(is_alignment(layout(8), 8) && is_alignment(layout(4, 8), 1) &&
              is_alignment({{4, 2}, {1, 0}}, 4));
static_assert(eg::max_alignment(layout{{4, 3}, {1, -6}}) == 2);

// --- products ---------------------------------------------------------------------------------------------
constexpr layout block{{2, 5}, {5, 1}};
static_assert(eg::logical_product(block, {3, 4}) == layout{{{2, 3}, {5, 4}}, {{5, 1}, {1, 5}}});
static_assert(eg::zipped_product(block, {3, 4}) == layout{{{2, 5}, {3, 4}}, {{5, 1}, {1, 5}}});
static_assert(eg::tiled_product(block, {3, 4}) == layout{{{2, 5}, 3, 4}, {{5, 1}, 1, 5}});
static_assert(eg::flat_product(block, {3, 4}) == layout{{2, 5, 3, 4}, {5, 1, 1, 5}});
static_assert(eg::zipped_product(block, layout{{3, 2}}) == layout{{{2, 5}, {3, 2}}, {{5, 1}, {10, 30}}});
static_assert(eg::tiled_product(block, layout{{3, 2}}) == layout{{{2, 5}, 3, 2}, {{5, 1}, 10, 30}});
static_assert(eg::flat_product(block, layout{{3, 2}}) == layout{{2, 5, 3, 2}, {5, 1, 10, 30}});
static_assert(eg::zipped_product(block, {_, 4}) == layout{{{2, 5}, {1, 4}}, {{5, 1}, {0, 5}}});
static_assert(eg::logical_product(layout(4, -1), 3) == layout{{4, 3}, {-1, 4}}); // a block counted down
static_assert(eg::logical_product(layout(4), layout(3, -1)) == layout{{4, 3}, {1, -4}});
static_assert(eg::try_zipped_product(block, {3, 4, 5}).why ==
              "zipped_product((2,5):(5,1), (3,4,5)) refused: rank mismatch, a tiler of rank 3 meets "
              "(2,5):(5,1) of rank 2");
static_assert(eg::try_flat_product(layout{{3, 2, 2}, {8, 48, 4}}, {layout{{3, 3}, {3, 1}}})
                  .why.contains("A(B(8)) = A(8) = 24"));

// --- tile_to_shape ----------------------------------------------------------------------------------------
constexpr bool fills(layout const& l, int_tuple const& shape, layout const& r) {
  auto const n = eg::size(shape);
  if (eg::size(r) != n)
    return false;
  for (std::int64_t v = 0; v < n; ++v) { // a bijection, as the block is one
    bool found = false;
    for (std::int64_t i = 0; i < n && !found; ++i)
      found = at(r, i) == v;
    if (!found)
      return false;
  }
  for (int i = 0; i < eg::rank(shape); ++i)
    if (eg::size(eg::mode(r, i)) != eg::size(shape[i]))
      return false;
  for (std::int64_t i = 0; i < eg::size<0>(l); ++i) // the block at the beginning
    for (std::int64_t j = 0; j < eg::size<1>(l); ++j)
      if (r(i, j) != l(i, j))
        return false;
  return true;
}
static_assert(fills(block, {4, 10}, eg::tile_to_shape(block, {4, 10})));
static_assert(fills(block, {4, 10}, eg::tile_to_shape(block, {4, 10}, {1, 0})));
static_assert(eg::tile_to_shape(block, {4, 10}) == layout{{{2, 2}, {5, 2}}, {{5, 10}, {1, 20}}});
static_assert(eg::tile_to_shape(block, {4, 10}, {1, 0}) == layout{{{2, 2}, {5, 2}}, {{5, 20}, {1, 10}}});
static_assert(eg::tile_to_shape(layout(8), {24, 3}) == layout{{{8, 3}, {1, 3}}, {{1, 8}, {0, 24}}});
static_assert(
    eg::try_tile_to_shape(block, {5, 10}).why ==
    "tile_to_shape((2,5):(5,1), (5,10)) refused: mode 0 of the block has size 2, which does not divide "
    "5 (4 would do)");
static_assert(eg::try_tile_to_shape(block, {4, 10}, {0, 1, 2})
                  .why.contains("the order (0,1,2) must have one number for each of 2 modes"));
static_assert(eg::tile_to_shape(block, {4, 10}, 0) == eg::tile_to_shape(block, {4, 10}));
static_assert(eg::try_tile_to_shape(block, 10).why.contains("a block of rank 2 for a shape of rank 1"));

// --- other widths -----------------------------------------------------------------------------------------
constexpr bool is_upcast(layout const& l, std::int64_t n) {
  auto const r = eg::upcast(l, n);
  for (std::int64_t i = 0; i < eg::size(l); ++i) {
    std::int64_t rest = i;
    std::int64_t wide = 0;
    for (int k = 0; k < l.leaves(); ++k) {
      auto const d = l.leaf_stride(k) < 0 ? -l.leaf_stride(k) : l.leaf_stride(k);
      auto const q = d == 0 || d % n == 0 ? 1 : n / d;
      wide += rest % l.leaf_shape(k) / q * r.leaf_stride(k);
      rest /= l.leaf_shape(k);
    }
    auto const v = at(l, i);
    if (wide != (v < 0 ? -((-v + n - 1) / n) : v / n))
      return false;
  }
  return true;
}
static_assert(is_upcast({{32, 4}, {4, 1}}, 4) &&
              eg::upcast(layout{{32, 4}, {4, 1}}, 4).shape() == int_tuple{32, 1});
static_assert(is_upcast({{8, 2, 3}, {2, 1, 16}}, 4) && is_upcast(layout(10), 4) &&
              is_upcast(layout(4, -8), 4));
static_assert(is_upcast({{2, 4}, {1, 2}}, 16) && is_upcast({{4, 3}, {1, 0}}, 2));
static_assert(eg::try_upcast(layout{{7, 5}, {5, 1}}, 2).why.contains("leaf 7:5 steps from one element of 2"));
static_assert(eg::try_upcast(layout{{2, 2}, {1, 1}}, 2).why.contains("leave the element of 2 together"));
static_assert(eg::try_upcast(layout(4, -1), 2).why.contains("leaf 4:-1 runs down"));
static_assert(eg::try_upcast(layout(4), 0).why.contains("must be at least 1, not 0"));

constexpr bool is_downcast(layout const& l, std::int64_t n, int unit) {
  auto const r = eg::downcast(l, n);
  for (std::int64_t i = 0; i < eg::size(l); ++i)
    for (std::int64_t j = 0; j < n; ++j) {
      std::int64_t rest = i;
      std::int64_t narrow = 0;
      for (int k = 0; k < l.leaves(); ++k) {
        auto const c = rest % l.leaf_shape(k);
        auto const grown = l.leaf_stride(k) == 1;
        narrow += (grown ? n * c + (k == unit ? j : 0) : c) * r.leaf_stride(k);
        rest /= l.leaf_shape(k);
      }
      if (narrow != n * at(l, i) + j)
        return false;
    }
  return true;
}
static_assert(is_downcast({{8, 4}, {4, 1}}, 2, 1) && is_downcast({{4, 3}, {1, -4}}, 3, 0));
static_assert(eg::downcast(layout{{8, 4}, {4, 1}}, 2) == layout{{8, 8}, {8, 1}});
static_assert(eg::try_downcast(layout(8, 2), 2).why.contains("no leaf has stride 1"));
static_assert(eg::recast_layout(layout{{4, 8}, {1, 4}}, 16, 32) == layout{{2, 8}, {1, 2}});
static_assert(eg::recast_layout(layout{{6, 8}, {1, 6}}, 16, 24) == layout{{4 / 2 * 2, 8}, {1, 4}});
static_assert(eg::try_recast_layout(layout(8), 0, 8).why.contains("at least 1 bit"));

// --- evenly_divides, ceil_div
// -------------------------------------------------------------------------------
static_assert(eg::evenly_divides({8, 7}, {2, 7}) && !eg::evenly_divides({8, 7}, {3, 7}) &&
              !eg::evenly_divides({8, 7}, {2, 7, 1}) && eg::evenly_divides({8, 7}, {_, 7}) &&
              eg::evenly_divides(24, layout(4, 2)) && !eg::evenly_divides(12, layout(4, 2)));
static_assert(eg::ceil_div(int_tuple(18), layout{{1, 6}, {0, 1}}) == int_tuple(3));
static_assert(
    eg::try_ceil_div(int_tuple(18), layout{{4, 2}, {1, 3}}).why.contains("ceil_div(18, (4,2):(1,3))"));

// --- complement
// ---------------------------------------------------------------------------------------------
constexpr bool uncovered(layout const& l, std::int64_t n, std::int64_t expected) {
  auto const r = eg::complement(l, n);
  for (std::int64_t v = 0; v < n; ++v) {
    bool found = false;
    for (std::int64_t i = 0; i < eg::size(l) && !found; ++i)
      for (std::int64_t j = 0; j < eg::size(r) && !found; ++j)
        found = at(l, i) + at(r, j) == v;
    if (!found)
      return v == expected && eg::first_uncovered(l, n) == v;
  }
  return expected == -1 && eg::first_uncovered(l, n) == -1;
}
static_assert(uncovered({{2, 2}, {1, 3}}, 12, 2) && uncovered({{2, 2}, {1, 6}}, 24, -1));
static_assert(uncovered({{2, 2, 2}, {2, 4, 19}}, 40, 16) && uncovered({{4, 3}, {5, 1}}, 15, 3));
static_assert(eg::complement(layout{{2, 4}, {-1, 8}}, 64) == layout{{4, 2}, {2, 32}});
static_assert(eg::complement(layout(4, -1), 8) == layout(2, 4));
static_assert(
    eg::try_logical_divide(layout{{4, 4}}, layout(4, -1)).why.contains("runs down, it asks for element -1"));

// --- inverses
// -----------------------------------------------------------------------------------------------
constexpr bool left_inverts(layout const& l) {
  auto const r = eg::left_inverse(l);
  for (std::int64_t i = 0; i < eg::size(l); ++i)
    if (at(r, at(l, i)) != i)
      return false;
  return true;
}
static_assert(left_inverts({{2, 2}, {1, 3}}) && left_inverts({{2, 2}, {2, 3}}) &&
              left_inverts({{4, 8}, {8, 1}}));
static_assert(eg::left_inverse(layout{{2, 2}, {2, 3}}) == layout{{2, 3}, {1, 1}});
static_assert(left_inverts({{4, 3}, {9, 11}}) && left_inverts({{2, 3}, {8, 11}}));
static_assert(left_inverts({{16, 16, 8}, {1, 33, 2048}})); // 2048 coordinates, by rule
static_assert(eg::try_left_inverse(layout{{4, 4}, {4, 6}}).why ==
              "left_inverse((4,4):(4,6)) refused: not injective, L(3) = L(8) = 12");
static_assert(eg::try_left_inverse(layout{{2, 2, 2, 2}, {17, 24, 31, 23}})
                  .why.contains("no layout gives the 16 coordinates back"));
static_assert(
    eg::try_left_inverse(layout{{3, 4}, {-1, 3}}).why.contains("L(1) = -1, which is no coordinate"));

constexpr bool right_inverts(layout const& l, layout const& r) {
  for (std::int64_t i = 0; i < eg::size(r); ++i)
    if (at(l, at(r, i)) != i)
      return false;
  return eg::right_inverse(l) == r;
}
static_assert(right_inverts({{2, 3}, {-1, 2}}, {{2, 2}, {3, 2}}) && right_inverts(layout(4, -1), layout()));
static_assert(right_inverts({{2, 2, 2}, {3, -2, 4}}, {{3, 2}, {3, 1}})); // carries that cancel

// --- threads and values
// ---------------------------------------------------------------------------------------
static_assert(eg::make_layout_tv(layout{{4, 8}, {8, 1}}) ==
              eg::make_layout_tv(layout{{4, 8}, {8, 1}}, layout{{1, 1}}));
static_assert(eg::make_layout_tv(layout(4, 2), layout(2)).tiler ==
              int_tuple{8}); // values between the threads
static_assert(eg::try_make_layout_tv(layout{{4, 2}, {1, 4}}, layout{{2, 2}, {1, 1}})
                  .why.contains("elements 8 and 1 both have number 8"));
static_assert(eg::try_make_layout_tv(layout(4, 3), layout(2)).why.contains("no element has number 2"));
static_assert(eg::try_make_layout_tv(layout(4), layout(3, -1))
                  .why.contains("element 1 has number -4, which is below 0"));
static_assert(eg::try_make_layout_tv(layout{{8, 8}, {8, 1}}, layout{{1, 3}, {0, 0}})
                  .why.contains("element 8 has number 0"));

constexpr bool is_cotiled(layout const& offsets, layout const& data, tiler const& t) {
  auto const r = eg::make_cotiled_tv(offsets, data);
  auto const tile = eg::composition(data, r.tiler);
  for (std::int64_t i = 0; i < eg::size(offsets); ++i)
    if (at(tile, at(r.layout, i)) != at(offsets, i))
      return false;
  return r.tiler == t;
}
static_assert(is_cotiled({{8, 4}, {8, 1}}, {{16, 8}, {8, 1}}, {layout(8), layout(4)}));
static_assert(is_cotiled({{32, 4}, {4, 1}}, {{16, 8}, {1, 16}}, {layout{{4, 4}, {4, 1}}, layout(8)}));
static_assert(is_cotiled({{8, 2}, {2, 1}}, {{16, 8}, {1, 20}}, {layout{{8, 2}, {2, 1}}, layout()}));
static_assert(is_cotiled({{32, 4}, {1, 32}}, layout(128), {layout(128)}));
static_assert(
    eg::try_make_cotiled_tv(layout{{8, 4}, {4, 1}}, layout{{16, 8}, {1, 20}}).why.contains("refused: "));
static_assert(
    eg::try_make_cotiled_tv(layout{{8, 4}, {8, 1}}, layout{{4, 4}, {8, 1}}).why.contains("refused: "));

} // namespace
