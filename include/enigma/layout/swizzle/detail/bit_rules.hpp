// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/predicates/detail/value_rules.hpp>
#include <enigma/layout/swizzle/composed_layout.hpp>

/// Questions about the bits of the indices that a swizzle sees, x = offset + inner(c), asked as equations.
namespace enigma::detail {

struct index_bits {
  layout const& inner;
  std::int64_t offset;
  value_range range;
  bool readable;

  constexpr explicit index_bits(composed_layout const& c)
      : inner(c.inner)
      , offset(c.offset)
      , readable(range.read(c.inner) && c.offset <= widest_sum / 2 && c.offset >= -widest_sum / 2 &&
                 range.high <= widest_sum / 4 && range.low >= -widest_sum / 4 &&
                 c.sw.period() <= widest_sum / 4) {}

  [[nodiscard]] constexpr std::int64_t low() const { return range.low + offset; }
  [[nodiscard]] constexpr std::int64_t high() const { return range.high + offset; }

  /// Is x = pattern + bits of `free` for some coordinate, which goes to `at`? No bit is in both.
  constexpr solved some(std::int64_t pattern, std::int64_t free, std::int64_t& at) const {
    bounded_sum sum;
    leaf_variables variables;
    variables.add(sum, inner);
    // A run of free bits is a variable; it is counted down from all ones, so that no coefficient is negative.
    for (std::int64_t rest = free; rest != 0;) {
      auto const lowest = rest & -rest;
      auto const above = rest + lowest;
      auto const run = rest & ~above;
      sum.add(lowest, run / lowest);
      rest &= above;
    }
    auto const found = sum.solve(pattern + free - low());
    if (found == solved::yes)
      at = variables.coordinate(sum, inner);
    return found;
  }
  /// Are all of x = first ... last reached?
  constexpr ruling all(std::int64_t first, std::int64_t last, std::int64_t& missing) const {
    if (last < first)
      return ruling::holds;
    missing = first;
    if (first > high())
      return ruling::fails;
    auto const beyond = last > high() ? high() + 1 : last;
    auto const r = reached_all(inner, range, first - offset, beyond - offset, missing);
    missing += offset;
    return r;
  }
  /// The coordinate of the least or the largest index.
  [[nodiscard]] constexpr std::int64_t corner(bool largest) const {
    std::int64_t c = 0;
    std::int64_t prefix = 1;
    for (int k = 0; k < inner.profile_.count; ++k) {
      if (largest ? inner.stride_[k] > 0 : inner.stride_[k] < 0)
        c += prefix * (inner.shape_[k] - 1);
      prefix *= inner.shape_[k];
    }
    return c;
  }
};

/// A swizzle maps each aligned block of this many indices onto itself.
constexpr std::int64_t block_of(swizzle const& sw) {
  return sw.is_identity() ? 1 : std::int64_t{1} << (sw.base + sw.bits + (sw.shift < 0 ? -sw.shift : 0));
}

/// Bits that are read below the bits that are changed take this many forms at most.
inline constexpr std::int64_t most_forms = 4096;

/// 0 <= sw(x) < n for all x? `at` is a coordinate where it is not so.
constexpr ruling swizzled_contained(composed_layout const& c, std::int64_t n, std::int64_t& at) {
  index_bits const x(c);
  if (!x.readable)
    return ruling::too_large;
  auto const& sw = c.sw;
  auto const block = block_of(sw);
  auto const start = n < 0 ? 0 : n - n % block; // the block in which n lies
  if (x.low() < 0 || n < 0 || x.high() - start >= block || (x.high() >= n && start == n)) {
    at = x.corner(x.low() >= 0);
    return ruling::fails;
  }
  if (x.high() < start)
    return ruling::holds;
  // [n, start + block) in aligned intervals: each is the image of a pattern of bits.
  bool unknown = false;
  for (auto p = n; p < start + block;) {
    auto const interval = p & -p; // p > start >= 0, or p = 0 = start
    auto const size = p == start ? block : interval;
    auto const forms = sw.shift < 0 && !sw.is_identity() ? sw.field() + 1 : 1;
    if (forms > most_forms)
      return ruling::unknown;
    for (std::int64_t form = 0; form < forms; ++form) {
      std::int64_t pattern = sw(p);
      std::int64_t free = size - 1;
      if (forms > 1) {
        auto const read = form << sw.base;
        if (((p ^ read) & sw.y_mask() & ~free) != 0)
          continue;
        pattern = ((p | (read & free)) ^ (read << -sw.shift)) & ~(free & ~sw.y_mask());
        free &= ~sw.y_mask();
      }
      auto const found = x.some(pattern & ~free, free, at);
      if (found == solved::yes)
        return ruling::fails;
      unknown = unknown || found == solved::unknown;
    }
    p += size;
  }
  return unknown ? ruling::unknown : ruling::holds;
}

/// Is each v of [0, n) some sw(x)? `missing` is one that is not.
constexpr ruling swizzled_covers(composed_layout const& c, std::int64_t n, std::int64_t& missing) {
  index_bits const x(c);
  if (!x.readable)
    return ruling::too_large;
  auto const& sw = c.sw;
  auto const block = block_of(sw);
  auto const whole = n - n % block;
  auto r = x.all(0, whole - 1, missing);
  // The rest of [0, n) in aligned intervals in which the bits that are read do not change.
  std::int64_t pieces = 0;
  for (auto p = whole; r == ruling::holds && p < n;) {
    auto size = std::int64_t{1};
    while (p % (2 * size) == 0 && size <= (n - p) / 2 &&
           (sw.shift >= 0 || 2 * size <= (std::int64_t{1} << sw.base)))
      size *= 2;
    if (++pieces > most_forms)
      return ruling::unknown;
    auto const from = sw(p) & ~(size - 1);
    r = x.all(from, from + size - 1, missing);
    p += size;
  }
  missing = sw(missing);
  return r;
}

} // namespace enigma::detail
