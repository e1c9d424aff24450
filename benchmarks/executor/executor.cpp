// SPDX-License-Identifier: MIT
// How fast the CPU executor runs kernels. An item is a thread-operation: one instruction of the kernel in one
// thread. Constants, scalar arguments and positions do not count. Loops count each round. Where threads part,
// no items are counted.

#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include <enigma/codegen/compile.hpp>
#include <enigma/runtime.hpp>

namespace {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::u32;

eg::runtime& on(bool all_cores) {
  static eg::runtime one(eg::backend::cpu, 1), all(eg::backend::cpu);
  return all_cores ? all : one;
}

/// The instructions that a thread executes, for kernels without control flow.
std::int64_t operations(eg::compiled_kernel const& k) {
  std::int64_t n = 0;
  for (eg::instruction const& i : k.launches().front().code)
    if (i.code != eg::op::constant && i.code != eg::op::argument && i.code != eg::op::query)
      ++n;
  return n;
}

void count(benchmark::State& state, std::int64_t threads, std::int64_t per_thread, std::int64_t bytes) {
  state.SetItemsProcessed(state.iterations() * threads * per_thread);
  state.SetBytesProcessed(state.iterations() * bytes);
}

template <class T>
std::vector<T> filled(std::size_t n) {
  std::vector<T> r(n);
  for (std::size_t i = 0; i < n; ++i)
    r[i] = T(static_cast<float>(i % 1000) * 0.25f);
  return r;
}

inline constexpr auto saxpy_kernel =
    eg::kernel<"saxpy">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<f32, "alpha"> alpha, eg::in<f32, "Y"> y,
                           eg::out<f32, "Out"> out) {
      auto i = g.thread_position_in_grid();
      out[i] = alpha * x[i] + y[i];
    });

// 16 M elements: load, load, mul, add, store.
void saxpy(benchmark::State& state) {
  constexpr std::size_t n = std::size_t{1} << 24;
  constexpr auto compiled = eg::compile<saxpy_kernel>();
  auto const x = filled<float>(n), y = filled<float>(n);
  std::vector<float> z(n);
  auto const block = static_cast<std::uint32_t>(state.range(1));
  auto p = on(state.range(0) != 0)
               .prepare(compiled, eg::threads(n).in_groups_of(block), eg::in(x), 2.0f, eg::in(y), eg::out(z));
  for (auto _ : state)
    p.dispatch();
  count(state, n, operations(compiled), 3 * 4 * static_cast<std::int64_t>(n));
}
BENCHMARK(saxpy)
    ->ArgNames({"all_cores", "block"})
    ->ArgsProduct({{0, 1}, {32, 256, 1024}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

inline constexpr auto saxpy_half_kernel =
    eg::kernel<"saxpy_half">([](eg::gpu& g, eg::in<f16, "X"> x, eg::scalar<f16, "alpha"> alpha,
                                eg::in<f16, "Y"> y, eg::out<f16, "Out"> out) {
      auto i = g.thread_position_in_grid();
      out[i] = alpha * x[i] + y[i];
    });

void saxpy_half(benchmark::State& state) {
  constexpr std::size_t n = std::size_t{1} << 22;
  constexpr auto compiled = eg::compile<saxpy_half_kernel>();
  auto const x = filled<f16>(n), y = filled<f16>(n);
  std::vector<f16> z(n);
  auto p =
      on(state.range(0) != 0).prepare(compiled, eg::threads(n), eg::in(x), f16(2.0f), eg::in(y), eg::out(z));
  for (auto _ : state)
    p.dispatch();
  count(state, n, operations(compiled), 3 * 2 * static_cast<std::int64_t>(n));
}
BENCHMARK(saxpy_half)->ArgName("all_cores")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

// One step of 2-D diffusion, the border clamped by min and select.
inline constexpr auto diffusion_kernel =
    eg::kernel<"diffusion">([](eg::gpu& g, eg::in<f32, "now"> now, eg::out<f32, "next"> next,
                               eg::scalar<u32, "width"> width, eg::scalar<u32, "height"> height) {
      auto p = g.thread_position_in_grid();
      auto x = p.x, y = p.y;
      auto left = eg::select(x, x - 1u, x > 0u), right = eg::min(x + 1u, width - 1u);
      auto up = eg::select(y, y - 1u, y > 0u), down = eg::min(y + 1u, height - 1u);
      auto here = now[y * width + x];
      auto around =
          now[y * width + left] + now[y * width + right] + now[up * width + x] + now[down * width + x];
      next[y * width + x] = here + 0.2f * (around - 4.0f * here);
    });

void diffusion(benchmark::State& state) {
  constexpr u32 width = 2048, height = 2048;
  constexpr auto compiled = eg::compile<diffusion_kernel>();
  auto const now = filled<float>(std::size_t{width} * height);
  std::vector<float> next(now.size());
  auto p =
      on(state.range(0) != 0)
          .prepare(compiled, eg::threads(width, height).in_groups_of({static_cast<int>(state.range(1)), 8}),
                   eg::in(now), eg::out(next), width, height);
  for (auto _ : state)
    p.dispatch();
  count(state, std::int64_t{width} * height, operations(compiled), 2 * 4 * std::int64_t{width} * height);
}
BENCHMARK(diffusion)
    ->ArgNames({"all_cores", "block_x"})
    ->ArgsProduct({{0, 1}, {16, 64}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// Horner's rule: 64 rounds of multiply and add on a variable, in a loop with known bounds.
inline constexpr auto horner_kernel =
    eg::kernel<"horner">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Out"> out) {
      auto i = g.thread_position_in_grid();
      auto v = x[i];
      auto sum = g.variable(0.0f);
      g.for_range(64, [&](auto) { sum = sum * v + 1.0f; });
      out[i] = sum;
    });

void horner(benchmark::State& state) {
  constexpr std::size_t n = std::size_t{1} << 20;
  constexpr auto compiled = eg::compile<horner_kernel>();
  auto const x = filled<float>(n);
  std::vector<float> z(n);
  auto p = on(state.range(0) != 0).prepare(compiled, eg::threads(n), eg::in(x), eg::out(z));
  for (auto _ : state)
    p.dispatch();
  count(state, n, 64 * 4 + 4, 2 * 4 * static_cast<std::int64_t>(n)); // get, mul, add, set; and those outside
}
BENCHMARK(horner)->ArgName("all_cores")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

// Sums of threadgroups of 256 by a tree in threadgroup memory: barriers, divergence, shadow checks.
inline constexpr auto tree_sum_kernel =
    eg::kernel<"tree_sum">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Sums"> sums) {
      auto tile = g.threadgroup_memory<f32, "tile">(256);
      auto tid = g.thread_position_in_threadgroup();
      tile[tid] = x[g.thread_position_in_grid()];
      g.threadgroup_barrier();
      for (u32 half = 128; half > 0; half /= 2) {
        g.if_(tid < half, [&] { tile[tid] += tile[tid + half]; });
        g.threadgroup_barrier();
      }
      g.if_(tid == 0u, [&] {
        eg::value<f32> total = tile[0];
        sums[g.threadgroup_position_in_grid()] = total;
      });
    });

void tree_sum(benchmark::State& state) {
  constexpr std::size_t groups = 1 << 14, n = groups * 256;
  constexpr auto compiled = eg::compile<tree_sum_kernel, eg::compile_options{.block = {256, 1, 1}}>();
  auto const x = filled<float>(n);
  std::vector<float> sums(groups);
  auto p = on(state.range(0) != 0).prepare(compiled, eg::dispatch{.grid = groups}, eg::in(x), eg::out(sums));
  for (auto _ : state)
    p.dispatch();
  state.SetBytesProcessed(state.iterations() * 4 * static_cast<std::int64_t>(n));
}
BENCHMARK(tree_sum)->ArgName("all_cores")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

// What a dispatch costs that has nothing to do.
void empty_dispatch(benchmark::State& state) {
  constexpr auto compiled = eg::compile<saxpy_kernel>();
  std::vector<float> x(1), z(1);
  auto p =
      on(state.range(0) != 0)
          .prepare(compiled, eg::dispatch{.grid = 1, .block = 1}, eg::in(x), 2.0f, eg::in(x), eg::out(z));
  for (auto _ : state)
    p.dispatch();
}
BENCHMARK(empty_dispatch)->ArgName("all_cores")->Arg(0)->Arg(1)->UseRealTime();

} // namespace

BENCHMARK_MAIN();
