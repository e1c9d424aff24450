// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/bounded_sum.hpp>

namespace enigma {

namespace detail {

/// The leaves of a layout that matter to its image, in the order of their strides.
struct sorted_leaves {
  int n = 0;
  std::int64_t s[max_leaves]; // written before it is read
  std::int64_t d[max_leaves];
  std::int64_t prefix[max_leaves]; // domain stride of the leaf

  /// Inserts by stride; equal strides keep their order.
  constexpr void insert(std::int64_t size, std::int64_t stride, std::int64_t domain) {
    int i = n++;
    for (; i > 0 && d[i - 1] > stride; --i) {
      s[i] = s[i - 1];
      d[i] = d[i - 1];
      prefix[i] = prefix[i - 1];
    }
    s[i] = size;
    d[i] = stride;
    prefix[i] = domain;
  }
};

/// The size of ceil_div(shape, b) element by element: each mode takes its part of b, from the left.
constexpr std::int64_t tiles_of(std::int64_t const* shape, int count, std::int64_t b) {
  std::int64_t p = 1;
  for (int k = 0; k < count; ++k) {
    auto const a = shape[k];
    if (__builtin_mul_overflow(p, ceil_div(a, b), &p))
      return -1;
    b = ceil_div(b, a);
  }
  return p;
}

/// The first leaves of `f` as one block, where leaf j begins before the one before it ends: possible if they
/// meet no index twice. `next` is set to where the block ends, `covered` to its first hole.
constexpr bool one_block(sorted_leaves const& f, int j, std::int64_t& next, std::int64_t& covered,
                         trouble& why) {
  bounded_sum differences; // of two coordinates, each counted from its least
  std::int64_t end = 0;
  std::int64_t reached = 1;
  for (int i = 0; i <= j; ++i) {
    if (!add_product(end, f.s[i] - 1, f.d[i]) || end > widest_sum / 2)
      return overflow(why, "the span of the layout");
    differences.add(f.d[i], 2 * (f.s[i] - 1));
  }
  auto const found = differences.solve(end, true);
  if (found != solved::no) {
    why.start() << "leaves " << f.s[j - 1] << ":" << f.d[j - 1] << " and " << f.s[j] << ":" << f.d[j]
                << " overlap, stride " << f.d[j] << " is less than " << f.s[j - 1] * f.d[j - 1]
                << ", where the leaf before it ends, and "
                << (found == solved::yes ? "L meets an index twice"
                                         : "it is undecided if L meets an index twice");
    return false;
  }
  next = end + 1;
  for (int i = 0; i <= j && f.d[i] == reached; ++i)
    reached *= f.s[i];
  covered = reached;
  return true;
}

/// The complement of a subtree in a shape of `count` integers, appended to `r`. `covered` is set to the
/// first index that the layout and its complement together leave out.
constexpr bool complement_of(flat& r, layout const& l, node const& n, std::int64_t const* shape, int count,
                             trouble& why, std::int64_t& covered) {
  sorted_leaves f;
  covered = INT64_MAX;
  for (int k = n.first; k < n.last; ++k)
    if (l.shape_[k] != 1 && l.stride_[k] != 0) {
      if (l.stride_[k] == INT64_MIN)
        return overflow(why, "a stride");
      f.insert(l.shape_[k], l.stride_[k] < 0 ? -l.stride_[k] : l.stride_[k], 1); // the image, moved
    }
  std::int64_t size = 1;
  for (int k = 0; k < count; ++k)
    if (__builtin_mul_overflow(size, shape[k], &size))
      return overflow(why, "the size of the shape");
  std::int64_t next = 1;  // the stride that R has reached
  std::int64_t reach = 1; // the cosize of L and R so far; less than next if there are holes
  for (int j = 0; j < f.n; ++j) {
    auto const gap = f.d[j] / next;
    if (gap == 0) {
      if (!one_block(f, j, next, covered, why))
        return false;
      r.n = 0;
      reach = next;
      continue;
    }
    if (f.d[j] % next != 0 && covered == INT64_MAX)
      covered = gap * next;
    if (!r.join(gap, next))
      return overflow(why, "the size of the complement");
    if (!add_product(reach, gap - 1, next) || !add_product(reach, f.s[j] - 1, f.d[j]) ||
        __builtin_mul_overflow(f.s[j], f.d[j], &next))
      return overflow(why, "the cosize of the layout");
  }
  auto last = tiles_of(shape, count, next);
  if (auto const least = size > reach ? ceil_div(size - reach, next) + 1 : 1; last < least)
    last = least; // mode by mode, or with holes, the tiles can fall short of the size; CuTe leaves it at that
  if (!r.join(last, next))
    return overflow(why, "the size of the complement");
  return true;
}

constexpr bool positive(int_tuple const& shape, trouble& why) {
  for (int k = 0; k < shape.profile_.count; ++k)
    if (shape.leaf_[k] < 1) {
      why.start() << "a shape must be at least 1, leaf " << k << " is " << shape.leaf_[k];
      return false;
    }
  return true;
}

constexpr bool complement_in(layout_builder& out, layout const& l, int_tuple const& shape, trouble& why) {
  flat r;
  std::int64_t covered = 0;
  if (!positive(shape, why) ||
      !complement_of(r, l, l.profile_.whole(), shape.leaf_, shape.profile_.count, why, covered))
    return false;
  put(out, r);
  return finish(out, why);
}

} // namespace detail

/// The layout R of what L leaves out of a size or shape:
///   R is increasing, R(i) for i >= 1 is not in the image of L, the pair (L, R) meets no index twice
///   (apart from the repetitions of stride 0), and cosize((L, R)) >= size(shape).
/// If there is an R at all with which (L, R) meets every index below some n once, this one does. Where the
/// strides of L do not divide each other there is none, and some indices stay out: see `first_uncovered`.
/// Leaves that interleave are taken as one block, with its holes.
/// A negative stride moves the image of L down and changes nothing else: R is that of the stride without
/// sign.
///   complement(4:2, 24) = (2,3):(1,8)
/// Errors: L meets an index twice, other than by stride 0; overflow.
[[nodiscard]] constexpr outcome<layout> try_complement(layout const& l, int_tuple const& shape) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::complement_in(out, l, shape, why))
    return {layout(), detail::explain("complement", l, shape, why)};
  return {out.made};
}
[[nodiscard]] constexpr layout complement(layout const& l, int_tuple const& shape) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::complement_in(out, l, shape, why))
    refused(detail::explain("complement", l, shape, why));
  return out.made;
}
/// With the cosize of L for the size: only the holes inside L.
[[nodiscard]] constexpr layout complement(layout const& l) {
  return complement(l, cosize(l));
}

/// The first index in [0, size(shape)) that L and its complement together leave out, or -1 if they leave out
/// none: L(c) + R(r), for strides that are not negative, takes every value below it.
///   first_uncovered((2,2):(1,3), 12) = 2
/// Errors: as complement; a negative stride.
[[nodiscard]] constexpr std::int64_t first_uncovered(layout const& l, int_tuple const& shape) {
  detail::flat r;
  detail::trouble why;
  std::int64_t covered = 0;
  if (detail::positive(shape, why))
    detail::complement_of(r, l, l.profile_.whole(), shape.leaf_, shape.profile_.count, why, covered);
  for (int k = 0; k < l.profile_.count && !why.any; ++k)
    if (l.shape_[k] != 1 && l.stride_[k] < 0)
      why.start() << "leaf " << l.shape_[k] << ":" << l.stride_[k] << " has a negative stride";
  if (why.any)
    refused(detail::explain("first_uncovered", l, shape, why));
  return covered < product(shape) ? covered : -1;
}

} // namespace enigma
