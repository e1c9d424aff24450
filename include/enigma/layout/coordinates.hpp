// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/bounded_sum.hpp>
#include <enigma/layout/detail/mode_builder.hpp>
#include <enigma/layout/detail/pairs.hpp>

/// From indices back to coordinates, and from the coordinates of one shape to those of another. crd2idx and
/// idx2crd for a shape alone are in layout.hpp.
namespace enigma {

namespace detail {

/// The index of the leaves [first, last) of c.
constexpr bool index_of_digits(std::int64_t const* c, int_tuple const& stride, int first, int last,
                               std::int64_t& index) {
  index = 0;
  for (int k = first; k < last; ++k)
    if (!add_product(index, c[k], stride.leaf_[k]))
      return false;
  return true;
}

/// Coordinate c with index i by CuTe's rule, each digit by itself: floor(i / d) mod s. It is right for
/// compact layouts, and for few others.
constexpr bool digits_by_rule(std::int64_t* c, int_tuple const& shape, int_tuple const& stride, int first,
                              int last, std::int64_t i) {
  for (int k = first; k < last; ++k) {
    auto const s = shape.leaf_[k];
    auto const d = stride.leaf_[k];
    if (i < 0 || (d < 0 && s != 1))
      return false;
    c[k] = s == 1 || d == 0 ? 0 : i / d % s;
  }
  std::int64_t index = 0;
  return index_of_digits(c, stride, first, last, index) && index == i;
}

/// What can be had instead of an index that no coordinate has; i and `sum` count from the lowest one.
constexpr void say_nearest(trouble& why, bounded_sum& sum, std::int64_t i, std::int64_t lowest) {
  auto const highest = sum.reach[sum.n];
  if (i < 0 || i > highest)
    why.words << ", they go from " << lowest << " to " << lowest + highest;
  else
    for (auto below = i - 1; below >= 0 && below >= i - 64; --below)
      if (sum.solve(below) == solved::yes) {
        why.words << ", the next lower one that is there is " << lowest + below;
        return;
      }
}

/// The same as an equation: leaves of negative stride are counted from their end.
constexpr bool digits_by_search(std::int64_t* c, int_tuple const& shape, int_tuple const& stride, int first,
                                int last, std::int64_t i, trouble& why) {
  bounded_sum sum;
  int number[max_leaves] = {};
  std::int64_t reach = 0;  // the largest index less the lowest
  std::int64_t lowest = 0; // negative, if there are negative strides
  for (int k = first; k < last; ++k) {
    auto const s = shape.leaf_[k];
    auto const d = stride.leaf_[k];
    c[k] = 0;
    number[k] = -1;
    if (s == 1 || d == 0)
      continue;
    if (d == INT64_MIN || !add_product(reach, s - 1, d < 0 ? -d : d) || reach > widest_sum)
      return overflow(why, "the range of the indices");
    number[k] = sum.add(d < 0 ? -d : d, s - 1);
    if (d < 0)
      lowest += (s - 1) * d;
  }
  if (__builtin_sub_overflow(i, lowest, &i))
    return overflow(why, "the range of the indices");
  switch (sum.solve(i)) {
  case solved::yes:
    break;
  case solved::no:
    why.start() << "no coordinate has this index";
    say_nearest(why, sum, i, lowest);
    return false;
  case solved::unknown:
    why.start() << "undecided, the strides overlap in too many ways";
    return false;
  }
  for (int k = first; k < last; ++k)
    if (number[k] >= 0)
      c[k] = stride.leaf_[k] < 0 ? shape.leaf_[k] - 1 - sum.y[number[k]] : sum.y[number[k]];
  return true;
}

constexpr void coordinate_of(tuple_builder& out, int_tuple const& index, int_tuple const& shape,
                             int_tuple const& stride) {
  out.made = shape;
  if (!(shape.profile_ == stride.profile_)) {
    out.why.start() << "shape and stride must have the same nesting";
    return;
  }
  for (int k = 0; k < shape.profile_.count; ++k)
    if (shape.leaf_[k] < 1) {
      out.why.start() << "a shape must be at least 1, leaf " << k << " is " << shape.leaf_[k];
      return;
    }
  unequal_ranks u;
  auto const meet = [&](node const& m, node const& n) {
    if (!m.is_leaf()) {
      out.why.start() << "rank mismatch, the indices " << index.subtree(m) << " meet the integer "
                      << shape.leaf_[n.first];
      return false;
    }
    auto const i = index.leaf_[m.first];
    return digits_by_rule(out.made.leaf_, shape, stride, n.first, n.last, i) ||
           digits_by_search(out.made.leaf_, shape, stride, n.first, n.last, i, out.why);
  };
  if (!all_pairs(index.profile_, index.profile_.whole(), shape.profile_, shape.profile_.whole(), ranks::equal,
                 u, meet))
    say_ranks(out.why, u);
}

/// The position of a coordinate in the enumeration of a shape, both subtrees; false if it is outside.
/// `prefix` is the size of what comes before.
constexpr bool position(std::int64_t& index, std::int64_t& prefix, int_tuple const& c, node const& m,
                        int_tuple const& shape, node const& n, trouble& why) {
  if (m.is_leaf()) {
    std::int64_t size = 1;
    if (!product_of(size, 1, shape, n, why))
      return false;
    auto const i = c.leaf_[m.first];
    if (i < 0 || i >= size) {
      why.start() << "coordinate " << i << " is not among 0 ... " << size - 1 << ", those of "
                  << shape.subtree(n);
      return false;
    }
    return (add_product(index, i, prefix) && !__builtin_mul_overflow(prefix, size, &prefix)) ||
           overflow(why, "the size of the shape");
  }
  int j = m.first;
  int k = n.first;
  if (!n.is_leaf())
    while (j < m.last && k < n.last) {
      auto const x = c.profile_.child(m, j);
      auto const y = shape.profile_.child(n, k);
      if (!position(index, prefix, c, x, shape, y, why))
        return false;
      j = x.last;
      k = y.last;
    }
  if (j == m.last && k == n.last)
    return true;
  why.start() << "rank mismatch, " << c.subtree(m) << " is no coordinate of " << shape.subtree(n);
  return false;
}

constexpr bool convert(tuple_builder& out, int_tuple const& c, node const& m, int_tuple const& from,
                       node const& n, int_tuple const& to, node const& p) {
  if (m.is_leaf() || n.is_leaf() || p.is_leaf()) {
    std::int64_t i = 0;
    std::int64_t prefix = 1;
    if (!position(i, prefix, c, m, from, n, out.why))
      return false;
    for (int k = p.first; k < p.last; ++k) {
      auto const s = to.leaf_[k];
      out.made.leaf_[k] = k < p.last - 1 ? i % s : i;
      i /= s;
    }
    return true;
  }
  int j = m.first;
  int k = n.first;
  int h = p.first;
  while (j < m.last && k < n.last && h < p.last) {
    auto const x = c.profile_.child(m, j);
    auto const y = from.profile_.child(n, k);
    auto const z = to.profile_.child(p, h);
    if (!convert(out, c, x, from, y, to, z))
      return false;
    j = x.last;
    k = y.last;
    h = z.last;
  }
  if (j == m.last && k == n.last && h == p.last)
    return true;
  out.why.start() << "rank mismatch, " << c.subtree(m) << ", " << from.subtree(n) << " and " << to.subtree(p);
  return false;
}

constexpr void convert(tuple_builder& out, int_tuple const& c, int_tuple const& from, int_tuple const& to) {
  out.made = to;
  for (auto const* shape : {&from, &to})
    for (int k = 0; k < shape->profile_.count; ++k)
      if (shape->leaf_[k] < 1) {
        out.why.start() << "a shape must be at least 1, leaf " << k << " is " << shape->leaf_[k];
        return;
      }
  convert(out, c, c.profile_.whole(), from, from.profile_.whole(), to, to.profile_.whole());
}

} // namespace detail

/// The coordinate that a layout maps to an index: R has the profile of the shape, 0 <= R_k < s_k,
/// R_0 * d_0 + R_1 * d_1 + ... = i. Where floor(i / d_k) mod s_k (CuTe's rule, right for compact layouts) is
/// such a coordinate it is this one; in a leaf of size 1 or stride 0 the coordinate is 0. A tuple of indices
/// goes mode by mode.
///   idx2crd(25, (4,1,8), (1,1,4)) = (1,0,6), idx2crd(11, (4,8), (1,5)) = (1,2)
/// Errors: no coordinate has the index (or, for strides that overlap in very many ways, none can be found);
/// shape and stride not congruent; a shape below 1; rank mismatch; overflow.
[[nodiscard]] constexpr int_tuple idx2crd(int_tuple const& i, int_tuple const& shape,
                                          int_tuple const& stride) {
  detail::tuple_builder out;
  detail::coordinate_of(out, i, shape, stride);
  return detail::answer(out, "idx2crd", i, shape, stride);
}
[[nodiscard]] constexpr outcome<int_tuple> try_idx2crd(int_tuple const& i, int_tuple const& shape,
                                                       int_tuple const& stride) {
  detail::tuple_builder out;
  detail::coordinate_of(out, i, shape, stride);
  return detail::attempt(out, "idx2crd", i, shape, stride);
}

/// The coordinate of index i in a layout, with the nesting of the layout: L(get_hier_coord(i, L)) = i.
/// Errors: no coordinate has this index.
[[nodiscard]] constexpr int_tuple get_hier_coord(std::int64_t i, layout const& l) {
  detail::tuple_builder out;
  detail::coordinate_of(out, i, l.shape(), l.stride());
  return detail::answer(out, "get_hier_coord", i, l);
}

/// The same with one linear coordinate for each mode: L(get_flat_coord(i, L)) = i.
[[nodiscard]] constexpr int_tuple get_flat_coord(std::int64_t i, layout const& l) {
  detail::tuple_builder out;
  auto const shape = l.shape();
  detail::coordinate_of(out, i, shape, l.stride());
  auto const c = detail::answer(out, "get_flat_coord", i, l);
  if (shape.is_leaf())
    return c;
  detail::mode_places const m(shape.profile_);
  int_tuple r;
  r.profile_.count = m.rank;
  r.profile_.opened[0] = r.profile_.closed[m.rank - 1] = 1;
  for (int j = 0; j < m.rank; ++j)
    for (int k = m.at[j + 1] - 1; k >= m.at[j]; --k) // below the size of the mode
      r.leaf_[j] = r.leaf_[j] * shape.leaf_[k] + c.leaf_[k];
  return r;
}

/// The same as one linear coordinate: L(get_1d_coord(i, L)) = i. It is the inverse of an injective layout.
[[nodiscard]] constexpr std::int64_t get_1d_coord(std::int64_t i, layout const& l) {
  detail::tuple_builder out;
  auto const shape = l.shape();
  detail::coordinate_of(out, i, shape, l.stride());
  auto const c = detail::answer(out, "get_1d_coord", i, l);
  std::int64_t r = 0;
  for (int k = shape.profile_.count - 1; k >= 0; --k)
    if (__builtin_mul_overflow(r, shape.leaf_[k], &r) || __builtin_add_overflow(r, c.leaf_[k], &r)) {
      detail::trouble why;
      detail::overflow(why, "the coordinate");
      refused(detail::explain("get_1d_coord", i, l, why));
    }
  return r;
}

/// A coordinate of one shape as the coordinate at the same position of another: while the coordinate and both
/// shapes are tuples, mode by mode; where one of them is an integer, R = idx2crd(crd2idx(c, from), to), so
/// that crd2idx(R, to) = crd2idx(c, from). The last integer is not reduced, as in idx2crd.
///   crd2crd(((1,3),4), ((2,6),5), (30,2)) = (7,4)
/// Errors: c is not a coordinate of `from`, rank mismatch, a shape below 1, overflow.
[[nodiscard]] constexpr int_tuple crd2crd(int_tuple const& c, int_tuple const& from, int_tuple const& to) {
  detail::tuple_builder out;
  detail::convert(out, c, from, to);
  return detail::answer(out, "crd2crd", c, from, to);
}
[[nodiscard]] constexpr outcome<int_tuple> try_crd2crd(int_tuple const& c, int_tuple const& from,
                                                       int_tuple const& to) {
  detail::tuple_builder out;
  detail::convert(out, c, from, to);
  return detail::attempt(out, "crd2crd", c, from, to);
}

} // namespace enigma
