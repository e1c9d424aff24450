// SPDX-License-Identifier: MIT
// Kernels as a user writes them: run on the executor here, and from their text in tests/msl.
#pragma once

#include <enigma/codegen.hpp>

namespace traced_kernels {

namespace eg = enigma;
using eg::f32;
using eg::i32;
using eg::u32;

inline constexpr auto saxpy =
    eg::kernel<"saxpy">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<f32, "alpha"> alpha, eg::in<f32, "Y"> y,
                           eg::out<f32, "Out"> out) {
      auto i = g.thread_position_in_grid();
      out[i] = alpha * x[i] + y[i];
    });

// 2-D diffusion: the neighbours of the border are the border.
inline constexpr auto diffuse = eg::kernel<"diffuse">(
    [](eg::gpu& g, eg::in<f32, "now"> now, eg::out<f32, "next"> next, eg::scalar<u32, "width"> width,
       eg::scalar<u32, "height"> height, eg::scalar<f32, "rate"> rate) {
      auto p = g.thread_position_in_grid();
      auto x = p.x, y = p.y;
      auto left = eg::select(x, x - 1u, x > 0u), right = eg::min(x + 1u, width - 1u);
      auto up = eg::select(y, y - 1u, y > 0u), down = eg::min(y + 1u, height - 1u);
      auto here = now[y * width + x];
      auto around =
          now[y * width + left] + now[y * width + right] + now[up * width + x] + now[down * width + x];
      next[y * width + x] = here + rate * (around - 4.0f * here);
    });

// One sum for each threadgroup: simdgroups first, then the sums of the simdgroups.
inline constexpr auto block_sum = eg::kernel<"block_sum">(
    [](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<u32, "n"> n, eg::out<f32, "Sums"> sums) {
      auto partial = g.threadgroup_memory<f32, "partial">(32);
      auto i = g.thread_position_in_grid();
      auto sum = g.variable<"sum">(0.0f);
      g.for_range(i, n, g.threads_per_grid(), [&](auto k) { sum += x[k]; });
      auto of_simdgroup = eg::simd_sum(sum);
      auto lane = g.thread_index_in_simdgroup(), simdgroup = g.simdgroup_index_in_threadgroup();
      g.if_(lane == 0u, [&] { partial[simdgroup] = of_simdgroup; });
      g.threadgroup_barrier();
      g.if_(simdgroup == 0u, [&] {
        auto mine = g.variable(0.0f);
        g.if_(lane < g.simdgroups_per_threadgroup(), [&] { mine = partial[lane]; });
        auto total = eg::simd_sum(mine);
        g.if_(lane == 0u, [&] { sums[g.threadgroup_position_in_grid()] = total; });
      });
    });

// How often z = z^2 + c stays within 2, up to 100 times: each pixel its own number of rounds.
inline constexpr auto mandelbrot =
    eg::kernel<"mandelbrot">([](eg::gpu& g, eg::out<i32, "Rounds"> rounds, eg::scalar<u32, "width"> width,
                                eg::scalar<f32, "scale"> scale) {
      auto p = g.thread_position_in_grid();
      auto cx = eg::cast<f32>(p.x) * scale - 2.0f, cy = eg::cast<f32>(p.y) * scale - 1.0f;
      auto zx = g.variable(0.0f), zy = g.variable(0.0f);
      auto n = g.variable(0);
      g.while_([&] { return zx * zx + zy * zy <= 4.0f && n < 100; },
               [&] {
                 auto next = zx * zx - zy * zy + cx;
                 zy = 2.0f * zx * zy + cy;
                 zx = next;
                 n += 1;
               });
      rounds[p.y * width + p.x] = n;
    });

// Two launches, the second of which reads what the first has written.
inline constexpr auto square_and_mirror = eg::jit<"square_and_mirror">(
    [](eg::host& h, eg::tensor_of<f32> a, eg::tensor_of<f32> b, eg::tensor_of<f32> c) {
      h.launch<"square">({.grid = 4, .block = 64}, [=](eg::gpu& g) {
        auto i = g.thread_position_in_grid();
        eg::value<f32> x = a(i);
        b(i) = x * x;
      });
      h.launch<"mirror">({.grid = 8, .block = 32}, [=](eg::gpu& g) {
        auto i = g.thread_position_in_grid();
        c(i) = b(255u - i);
      });
    });

} // namespace traced_kernels
