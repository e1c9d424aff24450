// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/ir.hpp>

// Which numbers an integer can be. Law: in every thread the value is one of them. A range is found when the
// operation is recorded, from those of its operands, so the analysis is one step for each operation.

namespace enigma::detail {

/// The numbers from low to high; where low > high, all that the type has.
struct range {
  std::int64_t low = 1, high = 0;

  constexpr bool known() const { return low <= high; }
  constexpr bool is_one() const { return low == high; }
  constexpr bool holds(range const& r) const { return low <= r.low && r.high <= high; }
};

inline constexpr range type_ranges[element_kinds] = {{0, 1},
                                                     {-128, 127},
                                                     {0, 255},
                                                     {-32768, 32767},
                                                     {0, 65535},
                                                     {-2147483647 - 1, 2147483647},
                                                     {0, 4294967295},
                                                     {-0x7fffffffffffffff - 1, 0x7fffffffffffffff},
                                                     {},
                                                     {}, // u64 has numbers that none of these is
                                                     {},
                                                     {}};

constexpr range whole_range(element_kind k) {
  return type_ranges[static_cast<int>(k)];
}
/// The numbers of u64 from 2^63 on are left out.
constexpr range range_of_constant(element_kind k, std::int64_t bits) {
  std::int64_t const n = integer_value(k, bits);
  return n >= 0 || info(k).is_signed ? range{n, n} : range{};
}
/// All ones from the highest bit of x on, for x >= 0.
constexpr std::int64_t ones_up_to(std::int64_t x) {
  for (int shift = 1; shift < 64; shift *= 2)
    x |= x >> shift;
  return x;
}
constexpr std::int64_t lesser_of(std::int64_t a, std::int64_t b) {
  return a < b ? a : b;
}
constexpr std::int64_t greater_of(std::int64_t a, std::int64_t b) {
  return a < b ? b : a;
}

constexpr range sum_of(range const& a, range const& b) {
  range r;
  if (__builtin_add_overflow(a.low, b.low, &r.low) || __builtin_add_overflow(a.high, b.high, &r.high))
    return {};
  return r;
}
constexpr range difference_of(range const& a, range const& b) {
  range r;
  if (__builtin_sub_overflow(a.low, b.high, &r.low) || __builtin_sub_overflow(a.high, b.low, &r.high))
    return {};
  return r;
}
constexpr range product_of(range const& a, range const& b) {
  std::int64_t x = 0, y = 0, z = 0, w = 0;
  if (a.low >= 0 && b.low >= 0) {
    if (__builtin_mul_overflow(a.low, b.low, &x) || __builtin_mul_overflow(a.high, b.high, &w))
      return {};
    return {x, w};
  }
  if (__builtin_mul_overflow(a.low, b.low, &x) || __builtin_mul_overflow(a.low, b.high, &y) ||
      __builtin_mul_overflow(a.high, b.low, &z) || __builtin_mul_overflow(a.high, b.high, &w))
    return {};
  return {lesser_of(lesser_of(x, y), lesser_of(z, w)), greater_of(greater_of(x, y), greater_of(z, w))};
}
/// Truncated, by positive numbers.
constexpr range quotient_of(range const& a, range const& b) {
  return {a.low / (a.low < 0 ? b.low : b.high), a.high / (a.high < 0 ? b.high : b.low)};
}

/// Where operation `code` on integers leads, before the result is cut to its type; not known where nothing is
/// gained. b and c: of the second and third operand, if there are any.
constexpr range range_of_operation(op code, element_kind k, range const& a, range const& b, range const& c) {
  bool const both = a.known() && b.known(), natural = both && a.low >= 0 && b.low >= 0;
  switch (code) {
  case op::add:
    return both ? sum_of(a, b) : range{};
  case op::sub:
    return both ? difference_of(a, b) : range{};
  case op::mul:
    return both ? product_of(a, b) : range{};
  case op::div:
    return both && b.low > 0 ? quotient_of(a, b) : range{};
  case op::rem:
    if (!b.known() || b.low <= 0)
      return {};
    if (a.known() && a.low >= 0)
      return {0, lesser_of(a.high, b.high - 1)};
    return info(k).is_signed ? range{1 - b.high, b.high - 1} : range{0, b.high - 1};
  case op::bit_and: // not above any operand that is not negative
    if (natural)
      return {0, lesser_of(a.high, b.high)};
    if (b.known() && b.low >= 0)
      return {0, b.high};
    return a.known() && a.low >= 0 ? range{0, a.high} : range{};
  case op::bit_or:
    return natural ? range{greater_of(a.low, b.low), ones_up_to(a.high | b.high)} : range{};
  case op::bit_xor:
    return natural ? range{0, ones_up_to(a.high | b.high)} : range{};
  case op::shl:
    return both && b.is_one() && b.low >= 0 && b.low < (size_in_bytes(k) < 8 ? 8 * size_in_bytes(k) : 63)
               ? product_of(a, {std::int64_t{1} << b.low, std::int64_t{1} << b.low})
               : range{};
  case op::shr:
    if (!both || b.low < 0 || b.high >= 8 * size_in_bytes(k)) // from there on vectors count from 0 again
      return {};
    return {a.low >> (a.low < 0 ? b.low : b.high), a.high >> (a.high < 0 ? b.high : b.low)};
  case op::min:
    return both ? range{lesser_of(a.low, b.low), lesser_of(a.high, b.high)} : range{};
  case op::max:
    return both ? range{greater_of(a.low, b.low), greater_of(a.high, b.high)} : range{};
  case op::clamp:
    return a.known() && b.known() && c.known() && b.high <= c.low ? range{b.low, c.high} : range{};
  case op::abs:
    return a.known() && a.low >= 0 ? a : range{};
  case op::select: // c is that of the condition
    return both ? range{lesser_of(a.low, b.low), greater_of(a.high, b.high)} : range{};
  case op::convert:
    return a;
  case op::clz:
  case op::ctz:
  case op::popcount:
    return {0, 8 * size_in_bytes(k)};
  default:
    return {};
  }
}

/// The positions that a thread can have. Of what is chosen at dispatch only what Metal allows is known; at
/// the edges of a grid a threadgroup may be smaller.
constexpr range range_of_query(query q, int axis, extent3 const& grid, extent3 const& block) {
  constexpr std::int64_t most_threads = 1024, lanes = 32;
  auto const of = [axis](extent3 const& e) {
    return static_cast<std::int64_t>(axis == 0 ? e.x : axis == 1 ? e.y : e.z);
  };
  std::int64_t const threads = block.is_open() ? most_threads : of(block),
                     volume = block.is_open() ? most_threads : static_cast<std::int64_t>(block.volume()),
                     simdgroups = (volume + lanes - 1) / lanes, quadgroups = (volume + 3) / 4;
  bool const sized = !grid.is_open() && !block.is_open() && of(grid) * of(block) <= 0xffffffff;
  switch (q) {
  case query::thread_position_in_grid:
    return sized ? range{0, of(grid) * of(block) - 1} : range{};
  case query::threads_per_grid:
    return sized ? range{1, of(grid) * of(block)} : range{};
  case query::thread_position_in_threadgroup:
    return {0, threads - 1};
  case query::threads_per_threadgroup:
    return {1, threads};
  case query::threadgroup_position_in_grid:
    return grid.is_open() ? range{} : range{0, of(grid) - 1};
  case query::threadgroups_per_grid:
    return grid.is_open() ? range{} : range{of(grid), of(grid)};
  case query::thread_index_in_threadgroup:
    return {0, volume - 1};
  case query::thread_index_in_simdgroup:
    return {0, lanes - 1};
  case query::simdgroup_index_in_threadgroup:
    return {0, simdgroups - 1};
  case query::threads_per_simdgroup:
    return {1, lanes};
  case query::simdgroups_per_threadgroup:
    return {1, simdgroups};
  case query::dispatch_threads_per_threadgroup:
    return {block.is_open() ? 1 : threads, threads};
  case query::dispatch_simdgroups_per_threadgroup:
    return {block.is_open() ? 1 : simdgroups, simdgroups};
  case query::dispatch_quadgroups_per_threadgroup:
    return {block.is_open() ? 1 : quadgroups, quadgroups};
  case query::thread_execution_width:
    return {1, lanes};
  case query::thread_index_in_quadgroup:
    return {0, 3};
  case query::quadgroup_index_in_threadgroup:
    return {0, quadgroups - 1};
  case query::quadgroups_per_threadgroup:
    return {1, quadgroups};
  default:
    return {};
  }
}

/// The induction value of a for_ inside its body: from the first value to below the last one, if the steps go
/// up and the last addition does not wrap.
constexpr range range_of_induction(element_kind k, range const& low, range const& high, range const& step) {
  range const whole = whole_range(k);
  if (!whole.known() || !high.known() || high.high == whole.low)
    return {};
  bool const climbs = low.known() && step.known() && step.low >= 1 &&
                      sum_of({high.high - 1, high.high - 1}, step).known() &&
                      high.high - 1 + step.high <= whole.high;
  range const r{climbs ? low.low : whole.low, high.high - 1};
  return r;
}

} // namespace enigma::detail
