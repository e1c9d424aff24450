// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/mode_builder.hpp>
#include <enigma/layout/detail/pairs.hpp>

/// Compact strides: those of layouts that fill an interval without holes. A leaf of size 1 gets stride 0.
namespace enigma {

/// Tags for compact layouts.
struct row_major_t {};
struct column_major_t {};
inline constexpr row_major_t row_major{};
inline constexpr column_major_t column_major{};

namespace detail {

/// Writes compact strides one leaf after the other.
struct compactor {
  int_tuple const& shape;
  tuple_builder& out;
  std::int64_t next = 1;

  constexpr bool place(int k) {
    auto const s = shape.leaf_[k];
    if (s < 1) {
      out.why.start() << "a shape must be at least 1, leaf " << k << " is " << s;
      return false;
    }
    out.made.leaf_[k] = s == 1 ? 0 : next;
    if (__builtin_mul_overflow(next, s, &next))
      return overflow(out.why, "the size");
    return true;
  }
};

constexpr bool compact_part(int_tuple const& shape, tuple_builder& out, std::int64_t start, node const& n,
                            bool from_right) {
  compactor c{shape, out, start};
  for (int i = 0; i < n.leaves(); ++i)
    if (!c.place(from_right ? n.last - 1 - i : n.first + i))
      return false;
  return true;
}

constexpr void compact(tuple_builder& out, int_tuple const& shape, int_tuple const& start, bool from_right) {
  out.made = shape;
  unequal_ranks u;
  auto const meet = [&](node const& m, node const& n) {
    if (!m.is_leaf()) {
      out.why.start() << "rank mismatch, the starts " << start.subtree(m) << " meet the integer "
                      << shape.leaf_[n.first];
      return false;
    }
    return compact_part(shape, out, start.leaf_[m.first], n, from_right);
  };
  if (!all_pairs(start.profile_, start.profile_.whole(), shape.profile_, shape.profile_.whole(), ranks::equal,
                 u, meet))
    say_ranks(out.why, u);
}

constexpr void compact_in_order(tuple_builder& out, int_tuple const& shape, int_tuple const& order) {
  out.made = shape;
  // For each leaf of the order: the leaves of the shape under it.
  int first[max_leaves] = {};
  int last[max_leaves] = {};
  unequal_ranks u;
  auto const meet = [&](node const& m, node const& n) {
    first[m.first] = n.first;
    last[m.first] = n.last;
    return m.is_leaf();
  };
  if (!all_pairs(order.profile_, order.profile_.whole(), shape.profile_, shape.profile_.whole(), ranks::equal,
                 u, meet)) {
    out.why.start() << "rank mismatch, the order must have the nesting of the shape";
    return;
  }
  compactor c{shape, out};
  int const count = order.profile_.count;
  bool placed[max_leaves] = {};
  for (int step = 0; step < count; ++step) {
    int lowest = -1;
    for (int j = 0; j < count; ++j)
      if (!placed[j] && (lowest < 0 || order.leaf_[j] < order.leaf_[lowest]))
        lowest = j;
    placed[lowest] = true;
    for (int k = first[lowest]; k < last[lowest]; ++k)
      if (!c.place(k))
        return;
  }
}

/// Compact strides for leaves [first, last) of l in the order of the absolute values of its strides. Leaves
/// of stride 0 come first, or keep it and take no space.
constexpr bool compact_like(layout& r, layout const& l, int first, int last, bool keep_zeros,
                            std::int64_t& next, trouble& why) {
  bool placed[max_leaves] = {};
  for (;;) {
    int lowest = -1;
    std::uint64_t least = 0;
    for (int k = first; k < last; ++k) {
      auto const d = l.stride_[k];
      auto const size = d < 0 ? 0 - static_cast<std::uint64_t>(d) : static_cast<std::uint64_t>(d);
      if (!placed[k] && (lowest < 0 || size < least)) {
        lowest = k;
        least = size;
      }
    }
    if (lowest < 0)
      return true;
    placed[lowest] = true;
    bool const takes_space = l.shape_[lowest] != 1 && !(keep_zeros && least == 0);
    r.stride_[lowest] = takes_space ? next : 0;
    if (takes_space && __builtin_mul_overflow(next, l.shape_[lowest], &next))
      return overflow(why, "the cosize");
  }
}

} // namespace detail

/// The strides of the column-major layout of a shape that begins with `start`: D_k = start * (s_0 ...
/// s_{k-1}), 0 where s_k is 1. `start` can be a tuple with one start for each mode: then every mode is
/// compact by itself, and so on through the nesting.
///   compact_col_major((4,(2,8))) = (1,(4,8)), compact_col_major((4,(2,8)), (1,64)) = (1,(64,128))
/// Errors: a shape below 1, rank mismatch, overflow.
[[nodiscard]] constexpr int_tuple compact_col_major(int_tuple const& shape, int_tuple const& start = 1) {
  detail::tuple_builder out;
  detail::compact(out, shape, start, false);
  return detail::answer(out, "compact_col_major", shape, start);
}
[[nodiscard]] constexpr outcome<int_tuple> try_compact_col_major(int_tuple const& shape,
                                                                 int_tuple const& start = 1) {
  detail::tuple_builder out;
  detail::compact(out, shape, start, false);
  return detail::attempt(out, "compact_col_major", shape, start);
}

/// The same from the right: D_k = start * (s_{k+1} ... s_{n-1}). compact_row_major((4,(2,8))) = (16,(8,1))
[[nodiscard]] constexpr int_tuple compact_row_major(int_tuple const& shape, int_tuple const& start = 1) {
  detail::tuple_builder out;
  detail::compact(out, shape, start, true);
  return detail::answer(out, "compact_row_major", shape, start);
}
[[nodiscard]] constexpr outcome<int_tuple> try_compact_row_major(int_tuple const& shape,
                                                                 int_tuple const& start = 1) {
  detail::tuple_builder out;
  detail::compact(out, shape, start, true);
  return detail::attempt(out, "compact_row_major", shape, start);
}

/// Either of them by its tag.
[[nodiscard]] constexpr int_tuple compact_major(int_tuple const& shape, int_tuple const& start,
                                                column_major_t) {
  return compact_col_major(shape, start);
}
[[nodiscard]] constexpr int_tuple compact_major(int_tuple const& shape, int_tuple const& start, row_major_t) {
  return compact_row_major(shape, start);
}

/// Compact strides in a given order: the leaf of `order` with the lowest number varies fastest, equal
/// numbers from left to right; each piece of the shape under one number is column-major inside and begins
/// where those before it end: its start is the product of their sizes. `order` has the nesting of `shape` or
/// stops earlier.
///   compact_order((8,32,8,4), (3,0,1,2)) = (1024,1,32,256)
/// Errors: `order` does not fit `shape`, a shape below 1, overflow.
[[nodiscard]] constexpr int_tuple compact_order(int_tuple const& shape, int_tuple const& order) {
  detail::tuple_builder out;
  detail::compact_in_order(out, shape, order);
  return detail::answer(out, "compact_order", shape, order);
}
[[nodiscard]] constexpr outcome<int_tuple> try_compact_order(int_tuple const& shape, int_tuple const& order) {
  detail::tuple_builder out;
  detail::compact_in_order(out, shape, order);
  return detail::attempt(out, "compact_order", shape, order);
}

/// A compact layout of the same shape in the same order: leaves of stride 0 keep it and take no space, the
/// others are a bijection onto 0 ... (product of their sizes) - 1 with strides in the order of the absolute
/// values of L's, equal ones from left to right.
///   make_layout_like((4,2,3):(30,0,1)) = (4,2,3):(3,0,1)
/// Errors: overflow.
[[nodiscard]] constexpr layout make_layout_like(layout const& l) {
  layout r = l;
  detail::trouble why;
  std::int64_t next = 1;
  if (!detail::compact_like(r, l, 0, l.profile_.count, true, next, why))
    refused(detail::explain("make_layout_like", l, why));
  return r;
}

/// A compact layout of the same shape for a thread's own copy of what L addresses: mode 0, which is one
/// vector access or one matrix fragment, comes first and is column-major, leaves of stride 0 in it keep
/// stride 0 and take no space; behind it the other modes in the order of the absolute values of L's strides
/// (as make_layout_like, but every leaf has its space). A layout of rank 1 becomes column-major.
///   make_fragment_like((4,2,3):(30,1,2)) = (4,2,3):(1,4,8)
///   make_fragment_like(((4,2),3):((1,0),0)) = ((4,2),3):((1,0),4)
/// Errors: overflow.
[[nodiscard]] constexpr layout make_fragment_like(layout const& l) {
  detail::mode_places const m(l.profile_);
  if (m.rank == 1)
    return layout(l.shape());
  layout r = l;
  detail::trouble why;
  std::int64_t next = 1;
  for (int k = 0; k < m.at[1] && !why.any; ++k)
    if (bool const takes_space = l.shape_[k] != 1 && l.stride_[k] != 0; !takes_space)
      r.stride_[k] = 0;
    else {
      r.stride_[k] = next;
      if (__builtin_mul_overflow(next, l.shape_[k], &next))
        detail::overflow(why, "the cosize");
    }
  if (!why.any)
    detail::compact_like(r, l, m.at[1], l.profile_.count, false, next, why);
  if (why.any)
    refused(detail::explain("make_fragment_like", l, why));
  return r;
}

} // namespace enigma
