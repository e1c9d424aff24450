// SPDX-License-Identifier: MIT
// Traced kernels on the executor, against plain C++ over the whole arrays.

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <enigma/codegen.hpp>
#include <enigma/runtime.hpp>

namespace {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::u32;

eg::runtime& cpu() {
  static eg::runtime rt(eg::backend::cpu, 2);
  return rt;
}

std::vector<float> wave(std::size_t n) {
  std::vector<float> r(n);
  for (std::size_t i = 0; i < n; ++i)
    r[i] = static_cast<float>((i * 37) % 1009) * 0.125f - 50.0f;
  return r;
}

inline constexpr auto saxpy =
    eg::kernel<"saxpy">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<f32, "alpha"> alpha, eg::in<f32, "Y"> y,
                           eg::out<f32, "Out"> out) {
      auto i = g.thread_position_in_grid();
      out[i] = alpha * x[i] + y[i];
    });

TEST(kernels, saxpy_of_16_million) {
  constexpr std::size_t n = std::size_t{1} << 24;
  constexpr auto compiled = eg::compile<saxpy>();
  auto const x = wave(n), y = wave(n + 5);
  std::vector<float> z(n);
  cpu().execute(compiled, eg::threads(n), eg::in(x), 0.5f, eg::in(y), eg::out(z));
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < n; ++i)
    wrong += z[i] != 0.5f * x[i] + y[i] ? 1 : 0;
  EXPECT_EQ(wrong, 0u);
}

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

TEST(kernels, diffusion_by_repeated_dispatches) {
  constexpr u32 width = 61, height = 35;
  constexpr auto compiled = eg::compile<diffuse>();
  auto a = wave(width * height), expected = a;
  std::vector<float> b(a.size()), after(a.size());
  auto const size = eg::threads(width, height).in_groups_of({16, 4});
  auto there = cpu().prepare(compiled, size, eg::in(a), eg::out(b), width, height, 0.2f);
  auto back = cpu().prepare(compiled, size, eg::in(b), eg::out(a), width, height, 0.2f);
  for (int step = 0; step < 20; ++step) {
    (step % 2 == 0 ? there : back).dispatch();
    for (u32 y = 0; y < height; ++y)
      for (u32 x = 0; x < width; ++x) {
        auto const at = [&](u32 r, u32 c) { return expected[r * width + c]; };
        float const around = at(y, x > 0 ? x - 1 : x) + at(y, std::min(x + 1, width - 1)) +
                             at(y > 0 ? y - 1 : y, x) + at(std::min(y + 1, height - 1), x);
        after[y * width + x] = at(y, x) + 0.2f * (around - 4.0f * at(y, x));
      }
    std::swap(expected, after);
  }
  EXPECT_EQ(back.read_output<float>("next"), expected);
}

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

TEST(kernels, sums_over_threadgroups) {
  constexpr auto compiled = eg::compile<block_sum, eg::compile_options{.block = {192, 1, 1}}>();
  constexpr std::size_t n = 100003;
  std::vector<float> x(n), sums(7);
  double want = 0;
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = static_cast<float>(i % 17); // whole numbers: exact in any order
    want += x[i];
  }
  cpu().execute(compiled, eg::dispatch{.grid = 7}, eg::in(x), u32{n}, eg::out(sums));
  double got = 0;
  for (float s : sums)
    got += s;
  EXPECT_EQ(got, want);
}

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

TEST(kernels, mandelbrot) {
  constexpr u32 width = 150, height = 100;
  constexpr auto compiled = eg::compile<mandelbrot>();
  std::vector<i32> rounds(width * height);
  cpu().execute(compiled, eg::threads(width, height), eg::out(rounds), width, 0.02f);
  for (u32 y = 0; y < height; ++y)
    for (u32 x = 0; x < width; ++x) {
      float const cx = static_cast<float>(x) * 0.02f - 2.0f, cy = static_cast<float>(y) * 0.02f - 1.0f;
      float zx = 0, zy = 0;
      int n = 0;
      while (zx * zx + zy * zy <= 4.0f && n < 100) {
        float const next = zx * zx - zy * zy + cx;
        zy = 2.0f * zx * zy + cy;
        zx = next;
        ++n;
      }
      ASSERT_EQ(rounds[y * width + x], n) << x << ' ' << y;
    }
}

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

TEST(kernels, launches_of_a_jit_function_compiled_at_run_time) {
  auto const a = wave(256);
  std::vector<float> b(256), c(256);
  auto run = [&] {
    eg::layout const l{256};
    auto const compiled = eg::compile(square_and_mirror, eg::arg<"A">(l), eg::arg<"B">(l), eg::arg<"C">(l));
    return cpu().prepare(compiled, eg::in(a), eg::inout(b), eg::out(c));
  }(); // what was prepared needs the compiled kernel no longer
  run.dispatch();
  for (std::size_t i = 0; i < 256; ++i)
    ASSERT_EQ(c[i], a[255 - i] * a[255 - i]);
}

TEST(kernels, errors_name_the_traced_kernel) {
  constexpr auto compiled = eg::compile<saxpy>();
  std::vector<float> x(1000), y(1000), z(1000);
  std::string words;
  try {
    cpu().execute(compiled, eg::dispatch{.grid = 4, .block = 256}, eg::in(x), 1.0f, eg::in(y), eg::out(z));
  } catch (eg::error const& e) {
    words = e.what();
  }
  EXPECT_EQ(words, "saxpy: load from X at index 1000 is out of range (length 1000) in thread (1000,0,0)");
}

} // namespace
