// SPDX-License-Identifier: MIT
// Rows of simdgroups and quadgroups on every type that they take, against loops over the lanes.

#include <algorithm>

#include "columns.hpp"
#include "rows.hpp"

namespace {

using namespace rows;
using eg::value_id;
using hand_made::kernel;
using enum eg::access;

constexpr element_kind exchanged[] = {int8, uint8, int16, uint16, int32, uint32, float16, bfloat16, float32};

/// Numbers whose sums and products are exact in every type, in any order; integers wrap.
column numbers(element_kind k, std::size_t n, std::uint64_t seed) {
  column c(k, n);
  for (std::size_t i = 0; i < n; ++i) {
    std::uint64_t const r = ((i + seed) * 0x9e3779b97f4a7c15) >> 20;
    double const few[] = {1.0, -1.0, 2.0, 0.5, -0.5, 1.0, -2.0, 0.5};
    c.set(i, is_float(k) ? nearest(k, few[r % 8]) : cut(k, static_cast<wide>(r)));
  }
  return c;
}

struct number { // one of both
  wide whole = 0;
  double real = 0;
};
number read(element_kind k, bits b) {
  return is_float(k) ? number{0, real(k, b)} : number{integer(k, b), 0};
}
bits written(element_kind k, number const& x) {
  return is_float(k) ? nearest(k, x.real) : cut(k, x.whole);
}

using joining = number (*)(number const&, number const&);
struct reduction {
  op code;
  joining join;
  bool integers_only = false;
  int first = 0; // scans without the lane itself: what it begins with
  bool scans = false;
};
joining const sum = [](number const& a, number const& b) {
  return number{a.whole + b.whole, a.real + b.real};
};
joining const product = [](number const& a, number const& b) { // of 64 bits, cut: 128 would overflow
  return number{static_cast<std::int64_t>(static_cast<bits>(a.whole) * static_cast<bits>(b.whole)),
                a.real * b.real};
};
reduction const reductions[] = {
    {op::simd_sum, sum},
    {op::simd_product, product},
    {op::simd_min,
     [](number const& a, number const& b) {
       return number{std::min(a.whole, b.whole), std::min(a.real, b.real)};
     }},
    {op::simd_max,
     [](number const& a, number const& b) {
       return number{std::max(a.whole, b.whole), std::max(a.real, b.real)};
     }},
    {op::simd_and, [](number const& a, number const& b) { return number{a.whole & b.whole, 0}; }, true},
    {op::simd_or, [](number const& a, number const& b) { return number{a.whole | b.whole, 0}; }, true},
    {op::simd_xor, [](number const& a, number const& b) { return number{a.whole ^ b.whole, 0}; }, true},
    {op::simd_prefix_inclusive_sum, sum, false, -1, true},
    {op::simd_prefix_inclusive_product, product, false, -1, true},
    {op::simd_prefix_exclusive_sum, sum, false, 0, true},
    {op::simd_prefix_exclusive_product, product, false, 1, true},
    {op::simd_broadcast_first, [](number const& a, number const&) { return a; }},
};

/// Which threads of 70 take part.
bool takes_part(int pattern, std::size_t tid) {
  return pattern == 0 || (pattern == 1 ? tid % 3 != 1 : tid % 8 == 5);
}
/// Runs `body(condition)` in an if for those.
template <class Body>
void for_pattern(kernel& k, int pattern, Body body) {
  auto const rest = k.same(op::rem, k.tid(), k.constant(pattern == 1 ? 3u : 8u));
  if (pattern != 0)
    k.if_(k.compare(pattern == 1 ? op::ne : op::eq, rest, k.constant(pattern == 1 ? 1u : 5u)));
  body();
  if (pattern != 0)
    k.end();
}

constexpr std::size_t block = 70, total = 3 * block; // the last simdgroup has 6 threads, its last quadgroup 2

void check_reduction(reduction const& r, element_kind e, std::uint8_t lanes, bool quad, int pattern) {
  std::size_t const n = quad ? 4 : 32;
  column x = numbers(e, total * lanes, static_cast<std::uint64_t>(pattern)), y(e, total * lanes);
  kernel k;
  int const X = k.argument(e, "X", in), Y = k.argument(e, "Y", out);
  auto const at = k.same(op::mul, k.gid(), k.constant(eg::u32{lanes}));
  auto const v = k.load(X, at, lanes);
  for_pattern(k, pattern,
              [&] { k.store(Y, at, k.emit(r.code, {e, lanes}, {v}, eg::group_detail{quad, 0}.bits())); });
  execute(k.finish({3, 1, 1}, {70, 1, 1}), {}, {given{x, in}, given{y, out}});
  for (std::size_t i = 0; i < total; ++i)
    for (std::size_t c = 0; c < lanes; ++c) {
      std::size_t const tid = i % block, start = i - tid, group = tid / n * n;
      if (!takes_part(pattern, tid))
        continue;
      bool any = false;
      number all;
      std::size_t const stop = std::min(r.scans ? tid + (r.first < 0 ? 1 : 0) : group + n, block);
      for (std::size_t t = group; t < stop; ++t)
        if (takes_part(pattern, t)) {
          number const next = read(e, x[(start + t) * lanes + c]);
          all = any ? r.join(all, next) : next;
          any = true;
        }
      if (!any)
        all = {r.first, static_cast<double>(r.first)};
      ASSERT_EQ(y[i * lanes + c], written(e, all))
          << eg::info(r.code).name << (quad ? " quad " : " ") << eg::ir_name(e) << ' ' << int{lanes}
          << " lanes, thread " << i << ", pattern " << pattern;
    }
  tested().insert({r.code, e, e});
}

TEST(rows_of_groups, reductions_and_scans) {
  for (element_kind e : exchanged)
    for (reduction const& r : reductions)
      for (std::uint8_t lanes : {std::uint8_t{1}, std::uint8_t{3}})
        for (bool quad : {false, true})
          for (int pattern : {0, 1, 2})
            if (!r.integers_only || !is_float(e))
              check_reduction(r, e, lanes, quad, pattern);
}

// ---- Values of other lanes ----------------------------------------------------------------------

struct exchange {
  op code;
  bool fills;
  /// Where lane `i` of `lanes` (`block` of them with their own fill) reads, by `n`; from `lanes` on: lane
  /// minus `lanes` of fill.
  int (*source)(int i, int n, int lanes, int block);
};
exchange const exchanges[] = {
    {op::simd_broadcast, false, [](int, int n, int, int) { return n; }},
    {op::simd_shuffle, false, [](int, int n, int, int) { return n; }},
    {op::simd_shuffle_xor, false, [](int i, int n, int, int) { return i ^ n; }},
    {op::simd_shuffle_up, false, [](int i, int n, int, int) { return i >= n ? i - n : i; }},
    {op::simd_shuffle_down, false, [](int i, int n, int lanes, int) { return i + n < lanes ? i + n : i; }},
    {op::simd_shuffle_rotate_up, false, [](int i, int n, int lanes, int) { return (i + lanes - n) % lanes; }},
    {op::simd_shuffle_rotate_down, false, [](int i, int n, int lanes, int) { return (i + n) % lanes; }},
    {op::simd_shuffle_and_fill_up, true, // (fill, data) in a row, read n places earlier
     [](int i, int n, int lanes, int size) { return i % size >= n ? i - n : lanes + i - n + size; }},
    {op::simd_shuffle_and_fill_down, true, // (data, fill)
     [](int i, int n, int lanes, int size) { return i % size + n < size ? i + n : lanes + i + n - size; }},
};

void check_exchange(exchange const& r, element_kind e, std::uint8_t lanes, bool quad, int n, int modulo,
                    element_kind number_kind) {
  int const size = quad ? 4 : 32;
  std::size_t const threads = 128;
  column x = numbers(e, threads * lanes, 1), fill = numbers(e, threads * lanes, 99), y(e, threads * lanes);
  kernel k;
  int const X = k.argument(e, "X", in), F = k.argument(e, "F", in), Y = k.argument(e, "Y", out);
  auto const at = k.same(op::mul, k.gid(), k.constant(eg::u32{lanes}));
  std::vector<value_id> operands{k.load(X, at, lanes)};
  if (r.fills)
    operands.push_back(k.load(F, at, lanes));
  bool const varies = r.code == op::simd_shuffle; // the others take one number for all
  value_id count = k.constant(static_cast<eg::u32>(n));
  if (varies)
    count = k.same(op::rem, k.same(op::add, k.same(op::mul, k.gid(), k.constant(5u)), count),
                   k.constant(static_cast<eg::u32>(size)));
  operands.push_back(number_kind == uint32 ? count : k.emit(op::convert, {number_kind, 1}, {count}));
  k.store(Y, at, k.emit(r.code, {e, lanes}, operands, eg::group_detail{quad, modulo}.bits()));
  execute(k.finish({2, 1, 1}, {64, 1, 1}), {}, {given{x, in}, given{fill, in}, given{y, out}});
  for (std::size_t i = 0; i < threads; ++i)
    for (std::size_t c = 0; c < lanes; ++c) {
      int const lane = static_cast<int>(i) % size;
      int const from = r.source(lane, varies ? (static_cast<int>(i) * 5 + n) % size : n, size,
                                modulo != 0 ? modulo : size);
      std::size_t const first = i - static_cast<std::size_t>(lane);
      auto const place = [&](int l) { return (first + static_cast<std::size_t>(l)) * lanes + c; };
      ASSERT_EQ(y[i * lanes + c], from < size ? x[place(from)] : fill[place(from - size)])
          << eg::info(r.code).name << (quad ? " quad " : " ") << eg::ir_name(e) << " by " << n << " modulo "
          << modulo << ", thread " << i;
    }
  tested().insert({r.code, e, e});
}

TEST(rows_of_groups, values_of_other_lanes) {
  element_kind const numbers_of[] = {uint16, uint32, int32};
  int turn = 0;
  for (element_kind e : exchanged)
    for (exchange const& r : exchanges)
      for (std::uint8_t lanes : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{4}})
        for (bool quad : {false, true})
          for (int n : {0, 1, 3, 16, 31}) {
            if (n >= (quad ? 4 : 32))
              continue;
            for (int modulo : {0, 2, 4, 8, 16, 32})
              if (modulo == 0 || (r.fills && n < modulo && modulo <= (quad ? 4 : 32)))
                check_exchange(r, e, lanes, quad, n, modulo, numbers_of[++turn % 3]);
          }
}

// ---- Votes --------------------------------------------------------------------------------------

TEST(rows_of_groups, votes) {
  op const votes[] = {op::simd_all, op::simd_any, op::simd_ballot, op::simd_active_threads_mask,
                      op::simd_is_first};
  for (op code : votes)
    for (bool quad : {false, true})
      for (int pattern : {0, 1, 2})
        for (int most : {0, 1, 4, 9, 10}) { // of ten threads, how many say yes
          bool const asks = eg::info(code).operands != 0;
          bool const counts = code == op::simd_ballot || code == op::simd_active_threads_mask;
          element_kind const result = !counts ? boolean : quad ? uint32 : uint64;
          auto const says = [&](std::size_t i) { return static_cast<int>(i * 7 / 3 % 10) < most; };
          column x(boolean, total), y(result, total);
          for (std::size_t i = 0; i < total; ++i)
            x.set(i, says(i) ? 1 : 0);
          kernel k;
          int const X = k.argument(boolean, "X", in), Y = k.argument(result, "Y", out);
          auto const condition = k.load(X, k.gid());
          for_pattern(k, pattern, [&] {
            std::vector<value_id> operands;
            if (asks)
              operands.push_back(condition);
            k.store(Y, k.gid(), k.emit(code, {result, 1}, operands, eg::group_detail{quad, 0}.bits()));
          });
          execute(k.finish({3, 1, 1}, {70, 1, 1}), {}, {given{x, in}, given{y, out}});
          std::size_t const n = quad ? 4 : 32;
          for (std::size_t i = 0; i < total; ++i) {
            std::size_t const tid = i % block, group = tid / n * n;
            if (!takes_part(pattern, tid))
              continue;
            bits yes = 0, there = 0, before = 0;
            for (std::size_t t = group; t < std::min(group + n, block); ++t)
              if (takes_part(pattern, t)) {
                bits const bit = bits{1} << (t - group);
                there |= bit;
                yes |= says(i - tid + t) ? bit : 0;
                before |= t < tid ? bit : 0;
              }
            bits const want = code == op::simd_all      ? bits{yes == there}
                              : code == op::simd_any    ? bits{yes != 0}
                              : code == op::simd_ballot ? yes
                              : counts                  ? there
                                                        : bits{before == 0};
            ASSERT_EQ(y[i], want) << eg::info(code).name << (quad ? " quad, thread " : " thread ") << i
                                  << ", pattern " << pattern << ", " << most << " of 10";
          }
          tested().insert({code, boolean, result});
        }
}

} // namespace
