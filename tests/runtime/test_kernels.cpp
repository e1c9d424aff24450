// SPDX-License-Identifier: MIT
// Traced kernels on the executor, against plain C++ over the whole arrays.

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <enigma/codegen.hpp>
#include <enigma/runtime.hpp>

#include "traced_kernels.hpp"

namespace {

namespace eg = enigma;
using namespace traced_kernels;
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
