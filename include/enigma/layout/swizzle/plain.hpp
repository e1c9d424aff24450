// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/swizzle/detail/plain.hpp>

/// When a swizzle makes no difference to being a layout, and how far swizzled values reach.
namespace enigma {

/// The layout and the constant that are the composed layout, where there are such:
///   R.offset + R.layout(c) = C(c) for every coordinate c of C, compatible(shape(C), shape(R.layout)).
/// An exact decision by rule: the cost depends on the period of the swizzle, not on the size of C.
///   try_plain_with_offset(Sw<2,0,2> o 8 o 4:1) = {4:1, 10} - 10 = 8 xor 2, and so on
/// Errors: no layout has these values (the message names a coordinate and the two values); overflow; too
/// many modes; undecided, if strides that are not powers of two meet a period beyond 65,536.
[[nodiscard]] constexpr outcome<sliced> try_plain_with_offset(composed_layout const& c) {
  detail::layout_builder out;
  detail::trouble why;
  detail::plain_finder finder(c, why);
  if (!finder.find(out))
    return {sliced(), detail::explain("plain_with_offset", c, why)};
  return {sliced{out.made, finder.start}};
}

/// R with R(c) = C(c) for every coordinate c of C, where a layout has these values; compatible(shape(C),
/// shape(R)). A layout is 0 at coordinate 0, so sw(offset) must be 0 too.
///   try_plain(Sw<2,0,2> o 0 o (4,4):(4,16)) = (4,4):(5,16)
/// Errors: as try_plain_with_offset; the value at coordinate 0 is not 0.
[[nodiscard]] constexpr outcome<layout> try_plain(composed_layout const& c) {
  detail::layout_builder out;
  detail::trouble why;
  detail::plain_finder finder(c, why);
  if (finder.start != 0)
    why.start() << "at coordinate 0 the value is " << finder.start
                << ", but a layout is 0 there (a layout and an offset: try_plain_with_offset)";
  if (why.any || !finder.find(out))
    return {layout(), detail::explain("plain", c, why)};
  return {out.made};
}
[[nodiscard]] constexpr layout plain(composed_layout const& c) {
  return try_plain(c).value();
}

/// True if sw o l is again a layout: if there is an R with R(c) = sw(l(c)) for every coordinate c of l.
[[nodiscard]] constexpr bool is_linear_under(swizzle const& sw, layout const& l) {
  detail::layout_builder out;
  detail::trouble why;
  composed_layout const c{sw, 0, l};
  detail::plain_finder finder(c, why);
  finder.quiet = true;
  return finder.find(out);
}

/// One past the largest value of a composed layout, or a number that is no less.
struct value_bound_t {
  std::int64_t value = 0;
  bool exact = false; // false: no value reaches it, but the largest one may be smaller still

  friend constexpr bool operator==(value_bound_t const&, value_bound_t const&) = default;
};

namespace detail {

/// The largest value of sw(x) over x made of separate bits: each leaf d = 2^p counts its own bits up to
/// size - 1, the others are those of the offset. From the highest bit downwards the best choice is forced.
constexpr bool largest_of_bits(composed_layout const& c, std::int64_t& largest) {
  auto const& l = c.inner;
  std::int64_t most[max_leaves] = {}; // the largest index of each leaf
  std::int64_t mine[max_leaves] = {}; // the bits that it varies
  bool free[max_leaves] = {};         // below the largest index already, so that all bits are free
  std::int64_t varying = 0;
  bool whole = true;
  for (int k = 0; k < l.profile_.count; ++k) {
    auto const s = l.shape_[k];
    auto const d = l.stride_[k];
    if (s == 1 || d == 0)
      continue;
    if (!one_bit(d))
      return false;
    most[k] = (s - 1) * d;
    auto bits = s - 1;
    for (int i = 1; i < 64; i *= 2)
      bits |= bits >> i;
    mine[k] = bits * d;
    whole = whole && one_bit(s);
    if ((varying & mine[k]) != 0)
      return false;
    varying |= mine[k];
  }
  if (c.offset < 0 || (c.offset & varying) != 0 || (c.sw.shift < 0 && !whole))
    return false;
  auto const& sw = c.sw;
  auto x = c.offset;
  for (auto rest = varying; rest != 0;) {
    auto const bit = std::int64_t{1} << (63 - __builtin_clzll(static_cast<unsigned long long>(rest)));
    rest ^= bit;
    bool const changed = (sw.z_mask() & bit) != 0;
    bool const reads = (sw.y_mask() & bit) != 0;
    bool want = true;
    if (changed && sw.shift > 0) // what it is xor-ed with lies above and is decided
      want = ((x >> sw.shift) & bit) == 0;
    else if (reads && sw.shift < 0) { // it is xor-ed onto a bit above; one that varies adapts itself
      auto const z = bit << -sw.shift;
      if ((varying & z) == 0)
        want = (c.offset & z) == 0;
    }
    for (int k = 0; k < l.profile_.count; ++k)
      if ((mine[k] & bit) != 0 && !free[k]) {
        bool const allowed = (most[k] & bit) != 0;
        free[k] = allowed && !want;
        want = want && allowed;
      }
    if (want)
      x |= bit;
  }
  if (sw.shift < 0) { // the bits above that vary adapt themselves
    auto const z = sw.z_mask() & varying;
    x = (x & ~z) | (z & ~((x & sw.y_mask()) << -sw.shift));
  }
  largest = sw(x);
  return true;
}

} // namespace detail

/// How far the values reach: C(c) < value for every coordinate c, and value - 1 is met if `exact` is set,
/// which it is if the composed layout is plain, or its leaves and offset are separate bits. Otherwise the end
/// of the block of indices in which the swizzle stays. Errors: overflow.
[[nodiscard]] constexpr value_bound_t value_bound(composed_layout const& c) {
  detail::layout_builder out;
  detail::trouble why;
  detail::plain_finder finder(c, why);
  std::int64_t least = 0;
  std::int64_t most = 0;
  if (!finder.range(least, most)) {
    detail::overflow(why, "an index");
    refused(detail::explain("value_bound", c, why));
  }
  if (c.sw.is_identity())
    return {most + 1, true};
  if (detail::largest_of_bits(c, most))
    return {most + 1, true};
  finder.quiet = true;
  if (finder.find(out)) {
    auto value = finder.start + 1;
    auto const& r = out.made;
    for (int k = 0; k < r.profile_.count; ++k)
      if (r.stride_[k] > 0)
        value += (r.shape_[k] - 1) * r.stride_[k];
    return {value, true};
  }
  auto const top = c.sw.base + c.sw.bits + (c.sw.shift < 0 ? -c.sw.shift : 0);
  return {((most >> top) + 1) << top, false};
}

} // namespace enigma
