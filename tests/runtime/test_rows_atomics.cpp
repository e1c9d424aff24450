// SPDX-License-Identifier: MIT
// Atomics: what they leave in memory and what they give, alone and where many threads meet.

#include <algorithm>
#include <cmath>

#include "columns.hpp"
#include "rows.hpp"

namespace {

using namespace rows;
using eg::value_id;
using hand_made::kernel;
using enum eg::access;

struct row {
  op code;
  /// What comes to stand there, from what stood there and x.
  wide (*whole)(wide old, wide x);
  double (*real)(double old, double x);
  bool of_bools;
  bool gives_old = true;
};
row const table[] = {
    {op::atomic_load, [](wide old, wide) { return old; }, [](double old, double) { return old; }, true},
    {op::atomic_store, [](wide, wide x) { return x; }, [](double, double x) { return x; }, true, false},
    {op::atomic_exchange, [](wide, wide x) { return x; }, [](double, double x) { return x; }, true},
    {op::atomic_fetch_add, [](wide a, wide x) { return a + x; }, [](double a, double x) { return a + x; },
     false},
    {op::atomic_fetch_sub, [](wide a, wide x) { return a - x; }, [](double a, double x) { return a - x; },
     false},
    {op::atomic_fetch_min, [](wide a, wide x) { return std::min(a, x); }, nullptr, false},
    {op::atomic_fetch_max, [](wide a, wide x) { return std::max(a, x); }, nullptr, false},
    {op::atomic_fetch_and, [](wide a, wide x) { return a & x; }, nullptr, false},
    {op::atomic_fetch_or, [](wide a, wide x) { return a | x; }, nullptr, false},
    {op::atomic_fetch_xor, [](wide a, wide x) { return a ^ x; }, nullptr, false},
};
bool takes(row const& r, element_kind k) {
  return k == int32 || k == uint32 || (k == boolean && r.of_bools) || (k == float32 && r.real != nullptr);
}
bits joined(row const& r, element_kind k, bits old, bits x) {
  return is_float(k) ? nearest(k, r.real(real(k, old), real(k, x)))
                     : cut(k, r.whole(integer(k, old), integer(k, x)));
}
bool same(element_kind k, bits a, bits b) {
  return a == b || (is_float(k) && std::isnan(real(k, a)) && std::isnan(real(k, b)));
}

/// A buffer whose elements are atomic.
int atomic_argument(kernel& k, element_kind e, char const* name) {
  int const m = k.argument(e, name, inout);
  k.parameters.back().atomic = k.memories.back().atomic = true;
  return m;
}

// Each thread at an element of its own, with all pairs of edge values.
TEST(rows_of_atomics, one_thread_an_element) {
  for (element_kind e : {boolean, int32, uint32, float32})
    for (element_kind index : {int32, uint32, int64, uint64})
      for (row const& r : table) {
        if (!takes(r, e))
          continue;
        auto const values = edges(e);
        std::size_t const n = values.size() * values.size();
        column before(e, n), x(e, n), after(e, n), old(e, n);
        for (std::size_t i = 0; i < n; ++i) {
          before.set(i, values[i % values.size()]);
          after.set(n - 1 - i, before[i]); // thread i is at element n - 1 - i
          x.set(i, values[i / values.size()]);
        }
        kernel k;
        int const A = atomic_argument(k, e, "A"), X = k.argument(e, "X", in), O = k.argument(e, "O", out);
        auto const gid = k.emit(op::convert, {index, 1}, {k.gid()});
        auto const last = k.emit(op::constant, {index, 1}, {}, static_cast<std::int64_t>(n - 1));
        std::vector<value_id> operands{k.same(op::sub, last, gid)};
        if (r.code != op::atomic_load)
          operands.push_back(k.load(X, k.gid()));
        auto const given_back = k.emit(r.code, r.gives_old ? eg::type{e, 1} : hand_made::none, operands, A);
        k.store(O, k.gid(), r.gives_old ? given_back : k.load(X, k.gid()));
        execute(k.finish(), eg::threads(n), {given{after, inout}, given{x, in}, given{old, out}});
        for (std::size_t i = 0; i < n; ++i) {
          bits const want = joined(r, e, before[i], x[i]);
          ASSERT_TRUE(same(e, after[n - 1 - i], want))
              << eg::info(r.code).name << " of " << eg::ir_name(e) << " at " << i << ": " << after[n - 1 - i]
              << ", not " << want;
          ASSERT_TRUE(!r.gives_old || same(e, old[i], before[i]))
              << eg::info(r.code).name << " of " << eg::ir_name(e);
        }
        tested().insert({r.code, e, e});
      }
}

// All threads at a few elements: nothing is lost, and each sees another state.
TEST(rows_of_atomics, many_threads_an_element) {
  constexpr std::size_t n = 5000, few = 7;
  for (element_kind e : {int32, uint32, float32})
    for (row const& r : table) {
      // Those whose result does not depend on the order; floats are whole numbers.
      if (!takes(r, e) || r.code == op::atomic_load || r.code == op::atomic_store ||
          r.code == op::atomic_exchange)
        continue;
      column x(e, n), sums(e, few), old(e, n);
      for (std::size_t i = 0; i < n; ++i) {
        std::uint64_t const some = (i * 0x9e3779b97f4a7c15) >> 30;
        x.set(i, is_float(e) ? nearest(e, static_cast<double>(some % 100 + 1))
                             : cut(e, static_cast<wide>(some)));
      }
      kernel k;
      int const A = atomic_argument(k, e, "A"), X = k.argument(e, "X", in), O = k.argument(e, "O", out);
      auto const at = k.same(op::rem, k.gid(), k.constant(static_cast<eg::u32>(few)));
      k.store(O, k.gid(), k.emit(r.code, {e, 1}, {at, k.load(X, k.gid())}, A));
      execute(k.finish(), eg::threads(n).in_groups_of({64}),
              {given{sums, inout}, given{x, in}, given{old, out}});
      for (std::size_t s = 0; s < few; ++s) {
        bits want = 0;
        std::vector<bits> seen;
        for (std::size_t i = s; i < n; i += few) {
          want = joined(r, e, want, x[i]);
          seen.push_back(old[i]);
        }
        ASSERT_EQ(sums[s], want) << eg::info(r.code).name << " of " << eg::ir_name(e);
        if (is_float(e)) { // every x counts, so no state comes twice
          std::sort(seen.begin(), seen.end());
          ASSERT_TRUE(std::adjacent_find(seen.begin(), seen.end()) == seen.end()) << eg::info(r.code).name;
        }
      }
    }
}

// Each thread adds itself by compare and exchange, as often as it has to.
TEST(rows_of_atomics, compare_exchange_weak) {
  constexpr std::size_t n = 1000, few = 3;
  for (element_kind e : {int32, uint32}) {
    column sums(e, few);
    kernel k;
    int const A = atomic_argument(k, e, "A");
    auto const at = k.same(op::rem, k.gid(), k.constant(static_cast<eg::u32>(few)));
    auto const mine = k.emit(op::convert, {e, 1}, {k.gid()});
    auto const expected = k.declare(k.emit(op::constant, {e, 1}, {}, 0));
    auto const done = k.declare(k.constant(false)), rounds = k.declare(k.constant(0u));
    k.while_(); // each round some thread gets through
    auto const goes_on = k.compare(op::lt, k.get(rounds), k.constant(static_cast<eg::u32>(2 * n)));
    k.test(k.same(op::logical_and, k.type_same(op::logical_not, k.get(done)), goes_on));
    k.set(rounds, k.same(op::add, k.get(rounds), k.constant(1u)));
    auto const sum = k.same(op::add, k.get(expected), mine);
    k.set(done, k.emit(op::atomic_compare_exchange_weak, {boolean, 1}, {at, expected, sum}, A));
    k.end();
    execute(k.finish(), eg::threads(n).in_groups_of({64}), {given{sums, inout}});
    for (std::size_t s = 0; s < few; ++s) {
      bits want = 0;
      for (std::size_t i = s; i < n; i += few)
        want += i;
      EXPECT_EQ(sums[s], want) << eg::ir_name(e);
    }
    tested().insert({op::atomic_compare_exchange_weak, e, e});
  }
  // Of bools: the first of each element gets it, the others see that it is gone.
  column taken(boolean, few), won(boolean, n), seen(boolean, n);
  kernel k;
  int const A = atomic_argument(k, boolean, "A"), W = k.argument(boolean, "W", out),
            S = k.argument(boolean, "S", out);
  auto const at = k.same(op::rem, k.gid(), k.constant(static_cast<eg::u32>(few)));
  auto const expected = k.declare(k.constant(false));
  k.store(W, k.gid(),
          k.emit(op::atomic_compare_exchange_weak, {boolean, 1}, {at, expected, k.constant(true)}, A));
  k.store(S, k.gid(), k.get(expected));
  execute(k.finish(), eg::threads(n), {given{taken, inout}, given{won, out}, given{seen, out}});
  bits winners[few] = {};
  for (std::size_t i = 0; i < n; ++i) {
    winners[i % few] += won[i];
    EXPECT_EQ(seen[i], 1 - won[i]);
  }
  for (std::size_t s = 0; s < few; ++s) {
    EXPECT_EQ(winners[s], 1u);
    EXPECT_EQ(taken[s], 1u);
  }
  tested().insert({op::atomic_compare_exchange_weak, boolean, boolean});
}

} // namespace
