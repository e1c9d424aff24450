// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/predicates/detail/value_rules.hpp>
#include <enigma/layout/tv.hpp>

/// Questions about layouts for static_assert, answered with a verdict that holds a witness.
///
/// Decided by rules over the leaves, exactly and at the same cost for a layout of any size. Where several
/// strides are entangled the rules end in a search of bounded length; a question that it leaves open is
/// answered as "undecided", which counts as false, never wrongly.
namespace enigma {

/// No two coordinates have the same value: L(a) = L(b) only for a = b, 0 <= a, b < size(L).
///   is_injective((4,8):(1,2)) is false: L(2) = L(4) = 2
[[nodiscard]] constexpr verdict is_injective(layout const& l) {
  verdict v;
  detail::trouble why;
  switch (detail::injective(l, v.coordinate)) {
  case detail::ruling::holds:
    return v;
  case detail::ruling::fails:
    if (v.coordinate[0] < 0)
      why.start() << "more coordinates than there are values between the least and the largest";
    else {
      v.value[0] = v.value[1] = l(v.coordinate[0]);
      why.start() << "two coordinates with one value, ";
      detail::name_place(why.words, "L", l, v.coordinate[0]);
      why.words << " = ";
      detail::name_place(why.words, "L", l, v.coordinate[1]);
      why.words << " = " << v.value[0];
    }
    break;
  case detail::ruling::unknown:
    v.decided = false;
    detail::say_unknown(why);
    break;
  case detail::ruling::too_large:
    v.decided = false;
    detail::say_too_large(why);
    break;
  }
  v.why = detail::explain("is_injective", l, why);
  return v;
}

namespace detail {

/// Is there a value outside [0, n)? The least and the largest value are at the corners. Puts it in words.
constexpr bool leaves_range(verdict& v, trouble& why, layout const& l, value_range const& range,
                            std::int64_t n) {
  if (range.low >= 0 && range.high < n)
    return false;
  bool const below = range.low < 0;
  std::int64_t prefix = 1;
  v.coordinate[0] = 0;
  for (int k = 0; k < l.profile_.count; ++k) {
    if (below ? l.stride_[k] < 0 : l.stride_[k] > 0)
      v.coordinate[0] += prefix * (l.shape_[k] - 1);
    prefix *= l.shape_[k];
  }
  v.value[0] = below ? range.low : range.high;
  name_place(why.start(), "L", l, v.coordinate[0]);
  why.words << " = " << v.value[0] << " is not in [0," << n << ")";
  return true;
}

/// Is a value of [0, n) missing? Puts it in words.
constexpr bool leaves_gaps(verdict& v, trouble& why, layout const& l, value_range const& range,
                           std::int64_t n) {
  auto const all = reached_all(l, range, 0, n - 1, v.value[0]);
  if (all == ruling::holds)
    return false;
  v.decided = all == ruling::fails;
  if (v.decided)
    why.start() << "no coordinate has the value " << v.value[0];
  else
    say_unknown(why);
  return true;
}

} // namespace detail

/// Every value lies in [0, n): 0 <= L(c) < n for every coordinate. What an access needs to stay in bounds.
[[nodiscard]] constexpr verdict is_contained(layout const& l, std::int64_t n) {
  verdict v;
  detail::trouble why;
  detail::value_range range;
  if (!range.read(l)) {
    v.decided = false;
    detail::say_too_large(why);
  } else if (!detail::leaves_range(v, why, l, range, n))
    return v;
  v.why = detail::explain("is_contained", l, int_tuple(n), why);
  return v;
}

/// Some coordinate has this value; it stands in `coordinate[0]` of the answer.
[[nodiscard]] constexpr verdict reaches(layout const& l, std::int64_t value) {
  verdict v;
  detail::trouble why;
  detail::value_range range;
  v.value[0] = value;
  if (!range.read(l)) {
    v.decided = false;
    detail::say_too_large(why);
  } else if (value < range.low || value > range.high) {
    why.start() << "the values lie in [" << range.low << "," << range.high << "]";
  } else {
    detail::bounded_sum sum;
    detail::leaf_variables variables;
    variables.add(sum, l);
    auto const found = sum.solve(value - range.low);
    if (found == detail::solved::yes) {
      v.coordinate[0] = variables.coordinate(sum, l);
      return v;
    }
    if (found == detail::solved::unknown) {
      v.decided = false;
      detail::say_unknown(why);
    } else
      why.start() << "no coordinate has the value " << value;
  }
  v.why = detail::explain("reaches", l, int_tuple(value), why);
  return v;
}

/// Every element of the shape is reached: each i in [0, size(shape)) is the value of some coordinate, an
/// element of the shape being numbered colexicographically. The layout may reach further.
/// Errors: a shape below 1, a size beyond 64 bits.
[[nodiscard]] constexpr verdict covers(layout const& l, int_tuple const& shape) {
  verdict v;
  detail::trouble why;
  detail::value_range range;
  for (int k = 0; k < shape.profile_.count; ++k)
    if (shape.leaf_[k] < 1)
      layout::refuse_shape(shape, k);
  if (!range.read(l)) {
    v.decided = false;
    detail::say_too_large(why);
  } else if (!detail::leaves_gaps(v, why, l, range, size(shape)))
    return v;
  v.why = detail::explain("covers", l, shape, why);
  return v;
}

/// Onto [0, n): the values of L are 0, 1, ..., n - 1 and no others. Repetitions do not matter.
[[nodiscard]] constexpr verdict is_surjective(layout const& l, std::int64_t n) {
  verdict v;
  detail::trouble why;
  detail::value_range range;
  if (!range.read(l)) {
    v.decided = false;
    detail::say_too_large(why);
  } else if (!detail::leaves_range(v, why, l, range, n) && !detail::leaves_gaps(v, why, l, range, n))
    return v;
  v.why = detail::explain("is_surjective", l, int_tuple(n), why);
  return v;
}

/// One to one onto [0, n): every i in [0, n) is the value of exactly one coordinate. Since n values for n
/// coordinates leave no room for repetitions, there is nothing to search and nothing left undecided.
[[nodiscard]] constexpr verdict is_bijective(layout const& l, std::int64_t n) {
  verdict v;
  detail::trouble why;
  detail::value_range range;
  if (!range.read(l)) {
    v.decided = false;
    detail::say_too_large(why);
  } else if (range.size != n) {
    why.start() << "the layout has " << range.size << " coordinates for " << n << " values";
  } else if (!detail::leaves_range(v, why, l, range, n)) {
    if (!detail::leaves_gaps(v, why, l, range, n))
      return v;
    why.words << ", so that others share one";
  }
  v.why = detail::explain("is_bijective", l, int_tuple(n), why);
  return v;
}

/// One to one onto [0, size(L)): a permutation, which fills its memory without holes or overlaps.
[[nodiscard]] constexpr verdict is_bijective(layout const& l) {
  return is_bijective(l, size(l));
}
[[nodiscard]] constexpr verdict is_compact(layout const& l) {
  return is_bijective(l, size(l));
}

/// (1) Every element of the tile belongs to exactly one (thread, value) pair, and each pair to one element:
/// tv.layout is one to one onto [0, size(tv.tiler)).
[[nodiscard]] constexpr verdict is_partition(layout const& tv, int_tuple const& tiler) {
  for (int k = 0; k < tiler.profile_.count; ++k)
    if (tiler.leaf_[k] < 1)
      layout::refuse_shape(tiler, k);
  auto const elements = size(tiler);
  auto v = is_bijective(tv, elements);
  if (v || !v.decided)
    return v;
  detail::trouble why;
  auto const tile_of = [&](std::int64_t element) { return idx2crd(element, tiler); };
  auto const pair_of = [&](std::int64_t i) { why.words << idx2crd(i, tv.shape()); };
  why.start();
  if (v.coordinate[0] >= 0) {
    why.words << "the pair ";
    pair_of(v.coordinate[0]);
    why.words << " is given element " << v.value[0] << " of a tile of " << elements;
  } else {
    if (auto const twice = is_injective(tv); !twice && twice.coordinate[0] >= 0) {
      v = twice;
      why.words << "the pairs ";
      pair_of(v.coordinate[0]);
      why.words << " and ";
      pair_of(v.coordinate[1]);
      why.words << " are both given element " << tile_of(v.value[0]);
    } else if (auto const all = covers(tv, tiler); !all) {
      v = all;
      why.words << "no pair is given element " << tile_of(v.value[0]);
    }
  }
  v.why = detail::explain("is_partition", tv, tiler, why);
  return v;
}
/// (2) The same for a thread-value layout with its tile.
[[nodiscard]] constexpr verdict is_partition(tv_layout const& tv) {
  return is_partition(tv.layout, tv.tiler);
}

/// Every element of the shape, whose modes are no longer than those of the tile, belongs to some (thread,
/// value) pair. Errors: a shape below 1.
[[nodiscard]] constexpr verdict covers(tv_layout const& tv, int_tuple const& shape) {
  if (tv.tiler == shape)
    return covers(tv.layout, shape);
  verdict v;
  detail::trouble why;
  detail::value_range range;
  auto const modes = rank(shape);
  auto const tile = layout(tv.tiler);
  auto const part = layout(shape);
  bool fits = modes == rank(tv.tiler);
  if (!fits)
    why.start() << "rank mismatch, the tile is " << tv.tiler;
  for (int k = 0; fits && k < modes; ++k)
    if (size(mode(part, k)) > size(mode(tile, k))) {
      fits = false;
      why.start() << "mode " << k << " of the shape is longer than that of the tile " << tv.tiler;
    }
  if (fits && !range.read(tv.layout)) {
    fits = false;
    v.decided = false;
    detail::say_too_large(why);
  }
  if (fits) {
    if (detail::reached_all(tv.layout, range, 0, size(tile) - 1, v.value[0]) == detail::ruling::holds)
      return v;
    // Not the whole tile: row by row, where a row runs along mode 0.
    constexpr std::int64_t most_rows = 65'536;
    auto const row = size(mode(part, 0));
    auto const rows = size(part) / row;
    auto all = rows > most_rows ? detail::ruling::unknown : detail::ruling::holds;
    for (std::int64_t r = 0; r < rows && all == detail::ruling::holds; ++r) {
      std::int64_t start = 0;
      std::int64_t prefix = size(mode(tile, 0));
      auto rest = r;
      for (int k = 1; k < modes; ++k) {
        auto const extent = size(mode(part, k));
        start += prefix * (rest % extent);
        rest /= extent;
        prefix *= size(mode(tile, k));
      }
      all = detail::reached_all(tv.layout, range, start, start + row - 1, v.value[0]);
    }
    if (all == detail::ruling::holds) {
      v.value[0] = 0;
      return v;
    }
    v.decided = all == detail::ruling::fails;
    if (v.decided)
      why.start() << "no pair is given element " << idx2crd(v.value[0], tv.tiler) << " of the tile "
                  << tv.tiler;
    else
      detail::say_unknown(why);
  }
  v.why = detail::explain("covers", tv.layout, shape, why);
  return v;
}

} // namespace enigma
