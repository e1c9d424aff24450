// SPDX-License-Identifier: MIT
// What layouts cost while a program runs: evaluating a constant one beside index code written by hand, and
// the operations of the algebra on layouts that the compiler does not know. An item is an index, or an
// operation.

#include <enigma/layout.hpp>
#include <enigma/layout/layout_constant.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>

namespace {

namespace eg = enigma;

// 4096 elements of a padded, blocked matrix; neither is simplified by coalescing.
constexpr eg::layout blocked{{{8, 8}, {4, 16}}, {{4, 320}, {1, 32}}};
constexpr eg::layout odd{{{6, 5}, 7, 9}, {{35, 7}, 1, 211}};

constexpr std::int64_t by_hand_blocked(std::int64_t i) {
  auto const u = static_cast<std::uint64_t>(i);
  return static_cast<std::int64_t>(u % 8 * 4 + u / 8 % 8 * 320 + u / 64 % 4 + u / 256 * 32);
}
constexpr std::int64_t by_hand_odd(std::int64_t i) {
  auto const u = static_cast<std::uint64_t>(i);
  return static_cast<std::int64_t>(u % 6 * 35 + u / 6 % 5 * 7 + u / 30 % 7 + u / 210 * 211);
}

template <class Function>
void evaluate(benchmark::State& state, std::int64_t size, Function f) {
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < size; ++i)
      sum += f(i) ^ i;
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * size);
}

void blocked_by_hand(benchmark::State& state) {
  evaluate(state, size(blocked), [](std::int64_t i) { return by_hand_blocked(i); });
}
void blocked_layout_c(benchmark::State& state) {
  evaluate(state, size(blocked), [](std::int64_t i) { return eg::layout_c<blocked>(i); });
}
void blocked_layout(benchmark::State& state) {
  evaluate(state, size(blocked), [](std::int64_t i) { return blocked(i); });
}
void odd_by_hand(benchmark::State& state) {
  evaluate(state, size(odd), [](std::int64_t i) { return by_hand_odd(i); });
}
void odd_layout_c(benchmark::State& state) {
  evaluate(state, size(odd), [](std::int64_t i) { return eg::layout_c<odd>(i); });
}
void odd_layout(benchmark::State& state) {
  evaluate(state, size(odd), [](std::int64_t i) { return odd(i); });
}
BENCHMARK(blocked_by_hand);
BENCHMARK(blocked_layout_c);
BENCHMARK(blocked_layout);
BENCHMARK(odd_by_hand);
BENCHMARK(odd_layout_c);
BENCHMARK(odd_layout);

/// An operation on arguments that the compiler cannot see through.
template <class... Arguments, class Operation>
void operate(benchmark::State& state, Operation operation, Arguments... arguments) {
  for (auto _ : state) {
    (benchmark::DoNotOptimize(arguments), ...);
    auto const r = operation(arguments...);
    benchmark::DoNotOptimize(r);
  }
  state.SetItemsProcessed(state.iterations());
}

void composition(benchmark::State& state) {
  operate(
      state, [](eg::layout const& a, eg::layout const& b) { return eg::composition(a, b); },
      eg::layout{{32, {4, 8}}, {8, {1, 256}}}, eg::layout{{{8, 4}, 8}, {{4, 32}, 128}});
}
void composition_where_carries_cancel(benchmark::State& state) {
  operate(
      state, [](eg::layout const& a, eg::layout const& b) { return eg::composition(a, b); },
      eg::layout{{2, 3, 64}, {1, 10, 22}}, eg::layout{{16, 4}, {3, 48}});
}
void complement(benchmark::State& state) {
  operate(
      state, [](eg::layout const& a, eg::int_tuple const& n) { return eg::complement(a, n); },
      eg::layout{{4, {4, 8}}, {1, {16, 256}}}, eg::int_tuple(8192));
}
void zipped_divide(benchmark::State& state) {
  operate(
      state, [](eg::layout const& a, eg::tiler const& t) { return eg::zipped_divide(a, t); },
      eg::layout{{256, 512}, {512, 1}}, eg::tiler{16, 256});
}
void make_layout_tv(benchmark::State& state) {
  operate(
      state, [](eg::layout const& a, eg::layout const& b) { return eg::make_layout_tv(a, b); },
      eg::layout{{4, 64}, {64, 1}}, eg::layout{{4, 4}, {4, 1}});
}
BENCHMARK(composition);
BENCHMARK(composition_where_carries_cancel);
BENCHMARK(complement);
BENCHMARK(zipped_divide);
BENCHMARK(make_layout_tv);

} // namespace

BENCHMARK_MAIN();
