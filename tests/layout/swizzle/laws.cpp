// SPDX-License-Identifier: MIT
// The laws of swizzles and composed layouts at every coordinate, decided by the compiler. What each positive
// line says, its neighbour that must not hold stands beside it.
#include <enigma/layout/swizzle/inverse.hpp>
#include <enigma/layout/swizzle/modes.hpp>
#include <enigma/layout/swizzle/operations.hpp>
#include <enigma/layout/swizzle/plain.hpp>
#include <enigma/layout/swizzle/vector.hpp>

#include <cstdint>

namespace {

using namespace enigma;

// The definition, bit by bit.
constexpr std::int64_t slow(int bits, int base, int shift, std::int64_t x) {
  auto r = x;
  for (int i = 0; i < bits; ++i) {
    int const y = base + i + (shift > 0 ? shift : 0);
    if ((x >> y & 1) != 0)
      r ^= std::int64_t{1} << (y - shift);
  }
  return r;
}
constexpr bool is_defined(swizzle sw) {
  bool same = true;
  for (std::int64_t x = -300; x < 1100; ++x)
    same = same && sw(x) == slow(sw.bits, sw.base, sw.shift, x) && sw(sw(x)) == x &&
           sw(x + sw.period()) == sw(x) + sw.period();
  return same;
}
static_assert(is_defined({3, 4, 3}));
static_assert(is_defined({2, 0, -3}));
static_assert(is_defined({1, 2, -1}));
static_assert(is_defined({0, 4, 3}) && swizzle(0, 4, 3).is_identity() && !swizzle(1, 4, 3).is_identity());
static_assert(swizzle(3, 4, 3)(0x80) == 0x90 && swizzle(3, 4, 3)(0x40) == 0x40);
static_assert(swizzle(2, 1, -3).y_mask() == 0b110 && swizzle(2, 1, -3).z_mask() == 0b110000);
static_assert(swizzle(31, 0, 31)(std::int64_t{1} << 61) == (std::int64_t{1} << 61 | std::int64_t{1} << 30));

template <swizzle Sw>
inline constexpr int bits_of = Sw.bits; // structural
static_assert(bits_of<swizzle{3, 4, 3}> == 3);

// Swizzles of swizzles.
static_assert(composition(swizzle(1, 4, 3), swizzle(1, 5, 3)) == swizzle(2, 4, 3));
static_assert(composition(swizzle(3, 4, 3), swizzle(3, 4, 3)).is_identity());
static_assert(try_composition(swizzle(3, 4, 3), swizzle(1, 5, 3)).why.contains("and the bits between stay"));
static_assert(try_composition(swizzle(1, 4, 3), swizzle(1, 5, 4)).why.contains("moved by 3 and by 4"));
static_assert(try_composition(swizzle(2, 4, 3), swizzle(2, 4, 4))
                  .why.contains("index 256 goes to 304, bit 8 changes more than one bit"));
static_assert(upcast(swizzle(3, 4, 3), 4) == swizzle(3, 2, 3));
static_assert(upcast(swizzle(3, 1, 3), 4) == swizzle(2, 0, 3));
static_assert(downcast(upcast(swizzle(3, 4, 3), 4), 4) == swizzle(3, 4, 3));
static_assert(recast_swizzle({3, 4, 3}, 8, 16) == swizzle(3, 3, 3));
static_assert(recast_swizzle({3, 4, 3}, 16, 8) == swizzle(3, 5, 3));

// Evaluation, slices, modes.
constexpr composed_layout c{swizzle{2, 1, 3}, 5, layout{{8, {4, 6}}, {4, {1, 32}}}};
static_assert(c(77) == slow(2, 1, 3, 5 + c.inner(77)));
static_assert(c(3, 9) == c(3 + 8 * 9) && c({3, {1, 2}}) == c(3, 9) && c(3, {1, 2}) == c(3, 9));

constexpr bool slices_agree() {
  bool same = true;
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 4; ++j)
      for (int k = 0; k < 6; ++k) {
        int_tuple const at{i, {j, k}};
        same = same && c(_, j + 4 * k)(i) == c(at) && c(i, _)(j + 4 * k) == c(at) &&
               slice({_, {j, _}}, c)(i, k) == c(at) && c(i, hole_coord{_, k})(j) == c(at);
      }
  return same;
}
static_assert(slices_agree());
static_assert(c(3, _).inner == c.inner(3, _) && c(3, _).offset == 5 + 12 && c(_) == c);
static_assert(get<1>(c)(9) == c(0, 9) && mode(c, 0)(3) == c(3, 0) && get(c, {1, 1})(2) == c(0, {0, 2}));
static_assert(size(c) == 192 && size<1, 0>(c) == 4 && rank(c) == 2 && depth(c) == 2);
static_assert(cosize(c) == cosize(c.inner) && c.shape() == int_tuple{8, {4, 6}});
static_assert(flatten(c)(100) == c(100) && coalesce(c)(100) == c(100));
static_assert(take(c, 1, 2)(9) == c(0, 9) && select(c, {1, 0})(9, 3) == c(3, 9));
static_assert(group<0, 2>(c)(100) == c(100) && append(c, layout{2, 100}).inner(0, 0, 1) == 100);

template <composed_layout C>
inline constexpr auto size_of = size(C); // structural
static_assert(size_of<c> == 192);

// Operations on the domain.
constexpr bool same_function(composed_layout const& a, composed_layout const& b) {
  bool same = size(a) == size(b);
  for (std::int64_t i = 0; same && i < size(a); ++i)
    same = a(i) == b(i);
  return same;
}
constexpr auto k_major = composition(swizzle{3, 3, 3}, layout{{8, 64}, {64, 1}});

constexpr bool divides_agree() {
  auto const tiled = zipped_divide(k_major, {4, 16});
  bool same = tiled.inner == zipped_divide(k_major.inner, {4, 16});
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 64; ++j)
      same = same && tiled({i % 4, j % 16}, {i / 4, j / 16}) == k_major(i, j) &&
             logical_divide(k_major, {4, 16})({i % 4, i / 4}, {j % 16, j / 16}) == k_major(i, j);
  return same;
}
static_assert(divides_agree());
static_assert(composition(k_major, layout{{8, 8}, {8, 1}})(3, 5) == k_major(3 * 8 + 5));
static_assert(composition(k_major, {4, _}).inner == composition(k_major.inner, {4, _}));
static_assert(with_shape(k_major, {16, 32})(17) == k_major(17));
static_assert(tile_to_shape(k_major, {16, 128})(3, 5) == k_major(3, 5));
static_assert(tile_to_shape(k_major, {16, 128}, {1, 0}).inner ==
              tile_to_shape(k_major.inner, {16, 128}, {1, 0}));
static_assert(upcast(k_major, 8) == composed_layout{swizzle(3, 0, 3), 0, layout{{8, 8}, {8, 1}}});
static_assert(!try_upcast(k_major, 16) && try_upcast(k_major, 16).why.contains("keeps 8 elements together"));
static_assert(downcast(upcast(k_major, 8), 8) == k_major);
static_assert(recast_layout(k_major, 16, 32) == upcast(k_major, 2));
static_assert(
    try_composition(composed_layout{swizzle(3, 4, 3), 0, layout{{6, 2}, {8, 2}}}, layout{4, 4})
        .why.contains("composition(Sw<3,4,3> o 0 o (6,2):(8,2), 4:4) refused: for the inner layout, at"));

// Plain or not.
constexpr bool plain_agrees(composed_layout const& x) {
  auto const r = try_plain_with_offset(x);
  bool same = r.has_value() && compatible(x.shape(), r.held.layout.shape());
  for (std::int64_t i = 0; same && i < size(x); ++i)
    same = r.held.offset + r.held.layout(i) == x(i);
  return same;
}
static_assert(plain({{2, 0, 2}, 0, layout{{4, 4}, {4, 16}}}) == layout{{4, 4}, {5, 16}});
static_assert(plain({{2, 0, 2}, 0, layout{64, 4}}) == layout{{4, 16}, {5, 16}});
static_assert(plain_agrees({{2, 0, 2}, 0, layout{64, 4}}));
static_assert(!plain_agrees({{2, 0, 2}, 0, layout{64, 2}}));
static_assert(plain_agrees({{2, 0, 2}, 3, layout{4, 4}})); // 3 7^1.. = 3, 6, 9, 12
static_assert(plain({{2, 0, 2}, 0, layout{{3, 7}, {4, 48}}}) == layout{{3, 7}, {5, 48}});
static_assert(!try_plain({{2, 0, 2}, 8, layout{4, 16}}) && plain_agrees({{2, 0, 2}, 8, layout{4, 16}}));
static_assert(is_linear_under({3, 4, 3}, layout{{16, 8}, {1, 128}}));
static_assert(is_linear_under({3, 4, 3}, layout{{16, 8}, {1, 16}}) &&
              !is_linear_under({3, 4, 3}, layout{{16, 9}, {1, 16}}));
// As cheap for 2^30 coordinates.
static_assert(plain({{3, 4, 3}, 0, layout{1 << 30, 128}}) == layout{{8, 1 << 27}, {144, 1024}});
static_assert(try_plain({{3, 4, 3}, 0, layout{{128, 1 << 23}, {1, 128}}})
                  .why.contains("at coordinate 144 the value is 128, but 160 by the strides before it"));

static_assert(value_bound(k_major) == enigma::value_bound_t{512, true});
static_assert(value_bound({{2, 0, 2}, 0, layout{5, 4}}) == enigma::value_bound_t{17, true}); // 0 5 10 15 16
static_assert(value_bound({{2, 0, 2}, 0, layout{6, 3}}).value >= 16);

static_assert(max_common_vector(composed_layout{{3, 2, 3}, 0, layout{{8, 8}}}, layout{{8, 8}}) == 4);
static_assert(max_common_vector(composed_layout{{3, 2, 3}, 3, layout{{8, 8}}}, layout{{8, 8}}) == 1);
static_assert(max_common_vector(composed_layout{{3, 2, 3}, 0, layout{{8, 8}}},
                                composed_layout{{3, 2, 3}, 0, layout{{8, 8}}}) == 64);
static_assert(max_alignment(k_major) == 8 &&
              max_alignment(composed_layout{{3, 3, 3}, 4, k_major.inner}) == 4);

// What is too much is said.
static_assert(
    try_plain({{1, 0, 20}, 0, layout{{512, 512}, {3063, 28693}}}).why.contains("undecided, more than"));
static_assert(
    try_plain({{1, 0, 2}, 0, layout{3, INT64_MAX / 2}}).why.contains("overflow, an index exceeds 64 bits"));
static_assert(
    try_downcast(composed_layout{{1, 0, 2}, INT64_MAX / 2, layout{4, 1}}, 4).why.contains("overflow"));
static_assert(
    try_upcast(composed_layout{{1, 4, 2}, 6, layout{4, 1}}, 4).why.contains("the offset 6 is not a whole"));
static_assert(
    try_upcast(composed_layout{{1, 4, 2}, 0, layout{6, 1}}, 3).why.contains("3 is not a power of two"));

// The swizzle moves to the left.
constexpr bool moves(layout const& a, composed_layout const& x) {
  auto const r = try_composition(a, x);
  bool same = r.has_value() && compatible(x.shape(), r.held.shape());
  for (std::int64_t i = 0; same && i < size(x); ++i)
    same = r.held(i) == a(x(i));
  return same;
}
static_assert(composition(layout{{8, 8}, {8, 1}}, composed_layout{{3, 0, 3}, 0, layout{{8, 8}, {1, 8}}}) ==
              composed_layout{{3, 0, -3}, 0, layout{{8, 8}, {8, 1}}});
static_assert(composition(layout{64, 4}, composed_layout{{3, 0, 3}, 8, layout{8, 1}}) ==
              composed_layout{{3, 2, 3}, 32, layout{8, 4}});
static_assert(moves(layout{{8, 8}, {8, 1}}, composed_layout{{2, 1, 2}, 0, layout{{8, 8}, {8, 1}}}));
static_assert(moves(layout{64, 3}, composed_layout{{3, 0, 3}, 8, layout{4, 2}})); // plain there
static_assert(!moves(layout{64, 3}, composed_layout{{3, 0, 3}, 0, layout{64, 1}}));
static_assert(try_composition(layout{64, 3}, composed_layout{{3, 0, 3}, 0, layout{64, 1}})
                  .why.contains("takes index 8 to 24 and index 1 to 3, not both to single bits"));
static_assert(same_function(composition(swizzle(1, 4, 3), composed_layout{{1, 5, 3}, 9, layout{512, 1}}),
                            composed_layout{{2, 4, 3}, 9, layout{512, 1}}));
// With an offset of whole periods after the inner swizzle, and the two swizzles as one.
static_assert(composition(composed_layout{{1, 1, 3}, 64, layout{64, 1}},
                          composed_layout{{1, 0, 3}, 0, layout{64, 1}}) ==
              composed_layout{{2, 0, 3}, 64, layout{64, 1}});
static_assert(!try_composition(composed_layout{{1, 1, 3}, 8, layout{64, 1}},
                               composed_layout{{1, 0, 3}, 0, layout{64, 1}}));

// Inverses.
constexpr bool inverts(composed_layout const& x) {
  auto const r = right_inverse(x);
  auto const l = left_inverse(x);
  bool same = size(r) == size(x);
  for (std::int64_t i = 0; same && i < size(x); ++i)
    same = x(r(i)) == i && l(x(i)) == i;
  return same;
}
static_assert(inverts({{3, 0, 3}, 0, layout{{8, 8}, {8, 1}}}));
static_assert(inverts({{2, 0, 5}, 0, layout{{4, 32}, {32, 1}}}));
static_assert(inverts(k_major));
static_assert(size(right_inverse(composed_layout{{3, 0, 3}, 0, layout{12, 1}})) ==
              8); // 12 is a part of a block
static_assert(!try_right_inverse(composed_layout{{3, 0, 3}, 1, layout{8, 1}}));
static_assert(!try_left_inverse(composed_layout{{3, 0, 3}, 0, layout{{8, 8}, {8, 3}}}));

} // namespace
