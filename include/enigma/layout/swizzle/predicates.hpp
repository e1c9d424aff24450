// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/predicates/relations.hpp>
#include <enigma/layout/predicates/vector_width.hpp>
#include <enigma/layout/swizzle/detail/bit_rules.hpp>

/// The predicates for composed layouts, C(c) = sw(offset + inner(c)). By rule as well: a swizzle is one to
/// one and keeps blocks of 2^(base + bits) indices (and of |shift| bits more if it moves up) where they are.
namespace enigma {

namespace detail {

/// The words for what is not `fails`.
constexpr void say_undecided(verdict& v, trouble& why, ruling a) {
  v.decided = false;
  if (a == ruling::unknown)
    say_unknown(why);
  else
    say_too_large(why);
}
constexpr void say_outside(verdict& v, trouble& why, composed_layout const& c, std::int64_t n) {
  v.value[0] = c(v.coordinate[0]);
  name_place(why.start(), "C", c.inner, v.coordinate[0]);
  why.words << " = " << v.value[0] << " is not in [0," << n << ")";
}

} // namespace detail

/// No two coordinates have the same value.
[[nodiscard]] constexpr verdict is_injective(composed_layout const& c) {
  auto v = is_injective(c.inner);
  if (v)
    return v;
  detail::trouble why;
  if (v.coordinate[0] >= 0) {
    v.value[0] = v.value[1] = c(v.coordinate[0]);
    why.start() << "two coordinates with one value, ";
    detail::name_place(why.words, "C", c.inner, v.coordinate[0]);
    why.words << " = ";
    detail::name_place(why.words, "C", c.inner, v.coordinate[1]);
    why.words << " = " << v.value[0];
    v.why = detail::explain("is_injective", c, why);
  }
  return v;
}

/// 0 <= C(i) < n for every coordinate.
[[nodiscard]] constexpr verdict is_contained(composed_layout const& c, std::int64_t n) {
  verdict v;
  detail::trouble why;
  auto const inside = detail::swizzled_contained(c, n, v.coordinate[0]);
  if (inside == detail::ruling::holds)
    return v;
  if (inside == detail::ruling::fails)
    detail::say_outside(v, why, c, n);
  else
    detail::say_undecided(v, why, inside);
  v.why = detail::explain("is_contained", c, int_tuple(n), why);
  return v;
}

/// Every element of the shape is reached: each i in [0, size(shape)) is the value of some coordinate.
[[nodiscard]] constexpr verdict covers(composed_layout const& c, int_tuple const& shape) {
  verdict v;
  detail::trouble why;
  for (int k = 0; k < shape.profile_.count; ++k)
    if (shape.leaf_[k] < 1)
      layout::refuse_shape(shape, k);
  auto const all = detail::swizzled_covers(c, size(shape), v.value[0]);
  if (all == detail::ruling::holds)
    return v;
  if (all == detail::ruling::fails)
    why.start() << "no coordinate has the value " << v.value[0];
  else
    detail::say_undecided(v, why, all);
  v.why = detail::explain("covers", c, shape, why);
  return v;
}

/// Onto [0, n): the values are 0, 1, ..., n - 1 and no others.
[[nodiscard]] constexpr verdict is_surjective(composed_layout const& c, std::int64_t n) {
  verdict v;
  detail::trouble why;
  auto r = detail::swizzled_contained(c, n, v.coordinate[0]);
  if (r == detail::ruling::holds) {
    r = detail::swizzled_covers(c, n, v.value[0]);
    if (r == detail::ruling::holds)
      return v;
    if (r == detail::ruling::fails)
      why.start() << "no coordinate has the value " << v.value[0];
  } else if (r == detail::ruling::fails)
    detail::say_outside(v, why, c, n);
  if (r != detail::ruling::fails)
    detail::say_undecided(v, why, r);
  v.why = detail::explain("is_surjective", c, int_tuple(n), why);
  return v;
}

/// One to one onto [0, n), or [0, size(C)): n coordinates that reach n values.
[[nodiscard]] constexpr verdict is_bijective(composed_layout const& c, std::int64_t n) {
  verdict v;
  detail::trouble why;
  if (auto const coordinates = size(c); coordinates != n)
    why.start() << "the layout has " << coordinates << " coordinates for " << n << " values";
  else {
    v = is_surjective(c, n);
    if (v)
      return v;
    if (!v.decided)
      detail::say_unknown(why);
    else if (v.coordinate[0] >= 0)
      detail::say_outside(v, why, c, n);
    else
      why.start() << "no coordinate has the value " << v.value[0] << ", so that others share one";
  }
  v.why = detail::explain("is_bijective", c, int_tuple(n), why);
  return v;
}
[[nodiscard]] constexpr verdict is_bijective(composed_layout const& c) {
  return is_bijective(c, size(c));
}
[[nodiscard]] constexpr verdict is_compact(composed_layout const& c) {
  return is_bijective(c, size(c));
}

/// The same function of linear coordinates. Under one swizzle a comparison of offset and inner layout;
/// different swizzles are compared value by value, up to 65,536 of them.
[[nodiscard]] constexpr verdict equal_as_functions(composed_layout const& a, composed_layout const& b) {
  verdict v;
  detail::trouble why;
  auto const n = size(a);
  constexpr std::int64_t most = 65'536;
  if (n != size(b))
    why.start() << "their sizes are " << n << " and " << size(b);
  else {
    bool const same = a.sw == b.sw || (a.sw.is_identity() && b.sw.is_identity());
    bool differ = false;
    std::int64_t i = 0;
    if (same && a.offset == b.offset) {
      auto const inner = equal_as_functions(a.inner, b.inner);
      i = inner.coordinate[0];
      differ = !inner;
    } else if (same)
      differ = true;
    else {
      for (; !differ && i < n && i < most; ++i)
        differ = a(i) != b(i);
      if (differ)
        --i;
      else if (i < n) {
        v.decided = false;
        why.start() << "undecided, the swizzles are different and more than " << most << " values are equal";
      }
    }
    if (!differ && v.decided)
      return v;
    if (differ) {
      v.coordinate[0] = v.coordinate[1] = i;
      v.value[0] = a(i);
      v.value[1] = b(i);
      why.start() << "A(" << i << ") = " << v.value[0] << ", but B(" << i << ") = " << v.value[1];
    }
  }
  v.why = detail::explain("equal_as_functions", a, b, why);
  return v;
}

namespace detail {

/// The indices with a power of two added, where some are negative, that none of their lowest bits reach.
constexpr composed_layout lifted(composed_layout const& c) {
  composed_layout r = c;
  auto low = c.offset;
  for (int k = 0; k < c.inner.profile_.count; ++k)
    if (c.inner.stride_[k] < 0 && !add_product(low, c.inner.shape_[k] - 1, c.inner.stride_[k]))
      c.refuse_overflow();
  if (low >= 0)
    return r;
  auto lift = c.sw.period();
  while (-(lift / 2) > low)
    if (__builtin_add_overflow(lift, lift, &lift))
      c.refuse_overflow();
  if (__builtin_add_overflow(r.offset, lift, &r.offset))
    c.refuse_overflow();
  return r;
}

/// Is (x & fixed) = pattern for some index? Unknown counts as yes.
constexpr bool some_index(index_bits const& x, std::int64_t fixed, std::int64_t pattern) {
  std::int64_t every = 1;
  while (every - 1 < x.high())
    every *= 2;
  std::int64_t at = 0;
  return pattern < every && x.some(pattern, (every - 1) & ~fixed, at) != solved::no;
}

} // namespace detail

/// The largest power of two n, a divisor of size(C), such that each aligned group of n consecutive
/// coordinates has consecutive values that begin at a multiple of n, and the indices of the inner layout with
/// the offset do as well. Up to 2^base the two are the same; beyond, only a swizzle that undoes the disorder
/// of its own indices could make a group wider than this.
///   max_vector_width(Sw<3,3,3> o 0 o (64,8):(1,64)) = 8
/// Errors: overflow.
[[nodiscard]] constexpr std::int64_t max_vector_width(composed_layout const& c) {
  auto const whole = detail::gcd(max_vector_width(c.inner), c.offset < 0 ? -c.offset : c.offset);
  auto const all = whole & -whole;
  if (c.sw.is_identity())
    return all;
  auto const moved = detail::lifted(c);
  detail::index_bits const x(moved);
  if (!x.readable)
    c.refuse_overflow();
  // A bit that is changed may lie in a group only if what it is xor-ed with is never set.
  auto const& sw = c.sw;
  std::int64_t n = std::int64_t{1} << sw.base;
  for (int k = sw.base; n < all; ++k, n *= 2)
    if (k < sw.base + sw.bits) {
      auto const read = sw.shift > 0 ? n << sw.shift : n;
      if (sw.shift < 0 || detail::some_index(x, read, read))
        break;
    }
  return n < all ? n : all;
}
/// The same, at most `limit`. Errors: limit below 1.
[[nodiscard]] constexpr std::int64_t max_vector_width(composed_layout const& c, std::int64_t limit) {
  if (limit < 1)
    refused((detail::sentence("max_vector_width(") << c << ", " << limit << ") refused: the limit is below 1")
                .lines());
  auto n = max_vector_width(c);
  while (n > limit)
    n /= 2;
  return n;
}

/// The largest power of two that divides every value of C; 0 if C is 0 everywhere. Errors: overflow.
[[nodiscard]] constexpr std::int64_t alignment(composed_layout const& c) {
  auto const moved = detail::lifted(c);
  detail::index_bits const x(moved);
  if (!x.readable)
    c.refuse_overflow();
  auto const& sw = c.sw;
  std::int64_t every = 1;
  while (every - 1 < x.high())
    every *= 2;
  auto const end = detail::block_of(sw) > every ? detail::block_of(sw) : every;
  for (std::int64_t bit = 1; bit < end; bit *= 2) {
    bool set = false;
    if ((sw.z_mask() & bit) == 0)
      set = detail::some_index(x, bit, bit);
    else {
      auto const read = sw.shift > 0 ? bit << sw.shift : bit >> -sw.shift;
      set = detail::some_index(x, bit | read, bit) || detail::some_index(x, bit | read, read);
    }
    if (set)
      return bit;
  }
  return 0;
}

} // namespace enigma
