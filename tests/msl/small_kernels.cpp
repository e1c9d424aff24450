// SPDX-License-Identifier: MIT
// The examples without tiles: 200 ragged shapes each by the executor, which looks at every access, against
// plain C++. counterparts.cpp runs their texts.
#include "../../examples/kernels/laplacian.hpp"
#include "../../examples/kernels/rms_norm.hpp"
#include "../../examples/kernels/saxpy.hpp"
#include "../../examples/kernels/softmax.hpp"
#include "../../examples/kernels/vector_add.hpp"
#include "ragged.hpp"

#include <enigma/runtime.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f32;
using eg::u32;

constexpr int shapes = 200;

std::mt19937 random_bits(23);
u32 up_to(u32 n) {
  return ragged::up_to(random_bits, n);
}
std::vector<f32> numbers(std::size_t n) {
  return ragged::small_numbers<f32>(random_bits, n, 20);
}
eg::runtime& cpu() {
  static eg::runtime rt(eg::backend::cpu);
  return rt;
}
/// n threads in groups of any size.
eg::dispatch threads(u32 n) {
  return eg::threads(n).in_groups_of({up_to(128)});
}

TEST(small_kernels, saxpy) {
  constexpr auto k = eg::compile<examples::saxpy>();
  for (int s = 0; s < shapes; ++s) {
    u32 const n = up_to(200);
    auto const x = numbers(n), y = numbers(n);
    std::vector<f32> out(n);
    cpu().execute(k, threads(n), eg::in(x), 2.5f, eg::in(y), eg::out(out));
    for (u32 i = 0; i < n; ++i)
      ASSERT_EQ(out[i], 2.5f * x[i] + y[i]);
  }
}

TEST(small_kernels, vector_add) {
  constexpr auto one = eg::compile<examples::vector_add>(), four = eg::compile<examples::vector_add_float4>();
  for (int s = 0; s < shapes; ++s) {
    u32 const n = up_to(200), fours = up_to(50);
    auto const a = numbers(n), b = numbers(n), a4 = numbers(4 * fours), b4 = numbers(4 * fours);
    std::vector<f32> c(n), c4(a4.size());
    cpu().execute(one, threads(n), eg::in(a), eg::in(b), eg::out(c));
    cpu().execute(four, threads(fours), eg::in(a4), eg::in(b4), eg::out(c4));
    for (u32 i = 0; i < n; ++i)
      ASSERT_EQ(c[i], a[i] + b[i]);
    for (u32 i = 0; i < c4.size(); ++i)
      ASSERT_EQ(c4[i], a4[i] + b4[i]);
  }
}

// As many tiles as one likes; what does not divide is refused (see tests/codegen).
TEST(small_kernels, vector_add_in_tiles) {
  for (u32 rows = 1; rows <= 3; ++rows)
    for (u32 columns = 1; columns <= 3; ++columns) {
      eg::layout const matrix{{16 * rows, 256 * columns}, {256 * columns, 1}};
      auto const k = eg::compile(examples::vector_add_tv, eg::arg<"A">(matrix), eg::arg<"B">(matrix),
                                 eg::arg<"C">(matrix));
      auto const a = numbers(static_cast<std::size_t>(size(matrix))), b = numbers(a.size());
      std::vector<f32> c(a.size());
      cpu().execute(k, eg::in(a), eg::in(b), eg::out(c));
      for (std::size_t i = 0; i < c.size(); ++i)
        ASSERT_EQ(c[i], a[i] + b[i]);
    }
}

TEST(small_kernels, laplacian) {
  constexpr auto k = eg::compile<examples::laplacian>();
  for (int s = 0; s < shapes; ++s) {
    u32 const n = up_to(200);
    auto const x = numbers(n);
    std::vector<f32> y(n);
    cpu().execute(k, threads(n + up_to(40)), eg::in(x), n, eg::out(y));
    for (u32 i = 0; i < n; ++i)
      ASSERT_EQ(y[i], (i > 0 ? x[i - 1] : 0) - 2 * x[i] + (i + 1 < n ? x[i + 1] : 0));
  }
}

TEST(small_kernels, softmax) {
  constexpr auto k = eg::compile<examples::softmax>();
  for (int s = 0; s < shapes; ++s) {
    u32 const rows = up_to(20), width = up_to(200);
    auto x = numbers(std::size_t{rows} * width);
    for (f32& v : x)
      v /= 4;
    std::vector<f32> y(x.size());
    cpu().execute(k, eg::dispatch{.grid = eg::extent3(rows), .block = eg::extent3(32)}, eg::in(x), width,
                  eg::out(y));
    for (u32 r = 0; r < rows; ++r) {
      double sum = 0;
      for (u32 i = 0; i < width; ++i)
        sum += std::exp(double{x[r * width + i]});
      for (u32 i = 0; i < width; ++i)
        ASSERT_NEAR(y[r * width + i], std::exp(double{x[r * width + i]}) / sum, 2e-6) << rows << ' ' << width;
    }
  }
}

TEST(small_kernels, rms_norm) {
  constexpr auto k = eg::compile<examples::rms_norm>();
  for (int s = 0; s < shapes; ++s) {
    u32 const rows = up_to(20), width = up_to(200), block = 32 * up_to(8);
    auto const x = numbers(std::size_t{rows} * width), w = numbers(width);
    std::vector<f32> y(x.size());
    cpu().execute(k, eg::dispatch{.grid = eg::extent3(rows), .block = eg::extent3(block)}, eg::in(x),
                  eg::in(w), width, 1e-5f, eg::out(y));
    for (u32 r = 0; r < rows; ++r) {
      double squares = 0;
      for (u32 i = 0; i < width; ++i)
        squares += double{x[r * width + i]} * x[r * width + i];
      double const scale = 1 / std::sqrt(squares / width + 1e-5);
      for (u32 i = 0; i < width; ++i) {
        double const wanted = x[r * width + i] * scale * w[i];
        ASSERT_NEAR(y[r * width + i], wanted, 1e-5 * (1 + std::fabs(wanted))) << rows << ' ' << width;
      }
    }
  }
}

} // namespace
