// SPDX-License-Identifier: MIT
// The sum of a large array, and its running sums: two kernels each, the first leaving one number per block in
// a buffer of the program's own.
#pragma once

#include <enigma/codegen.hpp>

namespace examples {

namespace eg = enigma;
using eg::f32;
using eg::u32;

namespace sum_detail {
// 256 threads take 4096 elements: each four times four that lie together.
inline constexpr auto bring = make_tiled_copy(eg::copy_atom<>{}, eg::make_layout(256), eg::make_layout(4));
inline constexpr int block = 4096, threads = 256;
} // namespace sum_detail

/// Y(0) = the sum of X, whose length is a multiple of 4096. Compiled for a layout N:1 of X and 1:0 of Y.
// begin large_sum
inline constexpr auto large_sum =
    eg::jit<"large_sum">([](eg::host& h, eg::tensor_of<f32> X, eg::tensor_of<f32> Y) {
      using namespace sum_detail;
      using eg::_;
      auto const blocks = zipped_divide(X, block); // (4096,blocks)
      auto const count = eg::size<1>(blocks);
      auto const sums = h.temporary<f32, "sums">(eg::make_layout(count));
      h.launch<"sum_of_block">({.grid = count, .block = threads}, [=](eg::gpu& g) {
        auto const group = g.threadgroup_position_in_grid();
        auto const mine = bring.slice(g).partition_S(blocks(_, group));
        auto const sum = threadgroup_sum(g, mine.load());
        g.if_(g.thread_index_in_threadgroup() == 0u, [&] { sums(group) = sum; });
      });
      h.launch<"sum_of_sums">({.grid = 1, .block = threads}, [=](eg::gpu& g) {
        auto const thread = g.thread_index_in_threadgroup();
        auto sum = g.variable<"sum">(0.0f);
        g.for_range(thread, static_cast<u32>(count), threads, [&](auto i) { sum += sums(i).read(); });
        auto const all = threadgroup_sum(g, sum.read());
        g.if_(thread == 0u, [&] { Y(0) = all; });
      });
    });
// end large_sum

/// Y(i) = X(0) + ... + X(i), for a length that is a multiple of 4096 and layouts N:1.
inline constexpr auto running_sum = eg::jit<"running_sum">([](eg::host& h, eg::tensor_of<f32> X,
                                                              eg::tensor_of<f32> Y) {
  using namespace sum_detail;
  using eg::_;
  auto const from = zipped_divide(X, block), to = zipped_divide(Y, block);
  auto const count = eg::size<1>(from);
  auto const sums = h.temporary<f32, "sums">(eg::make_layout(count));
  h.launch<"sum_of_block">({.grid = count, .block = threads}, [=](eg::gpu& g) {
    auto const group = g.threadgroup_position_in_grid();
    auto const sum = threadgroup_sum(g, bring.slice(g).partition_S(from(_, group)).load());
    g.if_(g.thread_index_in_threadgroup() == 0u, [&] { sums(group) = sum; });
  });
  h.launch<"running_sum_of_block">({.grid = count, .block = threads}, [=](eg::gpu& g) {
    auto const group = g.threadgroup_position_in_grid();
    auto const thread = g.thread_index_in_threadgroup();
    auto const lane = g.thread_index_in_simdgroup();
    auto const simdgroup = g.simdgroup_index_in_threadgroup();
    // What the blocks before this one have.
    auto before = g.variable<"before">(0.0f);
    g.for_range(thread, cast<u32>(group.x), threads, [&](auto i) { before += sums(i).read(); });
    auto base = g.variable<"base">(threadgroup_sum(g, before.read()));
    auto const of_simdgroups = g.threadgroup_memory<f32, "of_simdgroups">(threads / 32);
    // 1024 elements at a time: four of each thread, in the order of the threads.
    auto const tX = bring.slice(g).partition_S(from(_, group)), tY = bring.slice(g).partition_D(to(_, group));
    for (int round = 0; round < block / (4 * threads); ++round) {
      auto const f = make_fragment<f32>(g, eg::make_layout(4));
      f.store(tX(_, round).load());
      for (int i = 1; i < 4; ++i)
        f(i) += f(i - 1);
      auto const up_to_here = eg::simd_prefix_inclusive_sum(f(3).read());
      g.threadgroup_barrier();
      g.if_(lane == 31u, [&] { of_simdgroups[simdgroup] = up_to_here; });
      g.threadgroup_barrier();
      auto const is_before = [&](u32 i) { return eg::select(0.0f, of_simdgroups[i].read(), simdgroup > i); };
      auto start = is_before(0), all = of_simdgroups[0].read();
      for (u32 i = 1; i < threads / 32; ++i) {
        start = start + is_before(i);
        all = all + of_simdgroups[i].read();
      }
      auto const offset = base + start + (up_to_here - f(3).read());
      tY(_, round).store(f.load() + offset);
      base += all;
    }
  });
});

} // namespace examples
