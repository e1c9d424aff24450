// SPDX-License-Identifier: MIT
// The text of every kernel of the examples and tests: checked, run on random input, and compared with the
// executor bit by bit and with plain C++. And the text of their intermediate representation, by its grammar.
#include "../codegen/ir_grammar.hpp"
#include "../codegen/kernels.hpp"
#include "../runtime/traced_kernels.hpp"
#include "both.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <memory>
#include <random>
#include <span>
#include <vector>

// The examples are programs of one file each. Their kernels are taken from there; what they include is
// included before.
#include "../../examples/kernels/heat_step.hpp"
#include "../../examples/picture.hpp"
#include "../../examples/show.hpp"
#include <charconv>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <string_view>
#include <system_error>
#include <unistd.h>
#define main main_of_an_example // which may end without a return
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wreturn-type"
namespace first_program_cpp {
#include "../../examples/first_program.cpp"
}
namespace saxpy_cpp {
#include "../../examples/saxpy.cpp"
}
namespace tiled_add_cpp {
#include "../../examples/tiled_add.cpp"
}
namespace heat_equation_cpp {
#include "../../examples/heat_equation.cpp"
}
namespace snippets_cpp {
#include "../examples/snippets.cpp"
}
#pragma GCC diagnostic pop
#undef main

namespace {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::u32;
using witness::idle_barriers;

constexpr auto both = [](eg::compiled_kernel const& k, witness::shape const& size, auto const&... arguments) {
  EXPECT_EQ(ir_grammar::fault(k.ir()), "") << k.ir();
  return witness::both(k, size, arguments...);
};

/// Numbers of few digits, so that sums of a hundred are exact in every order.
template <class T>
std::vector<T> some(std::size_t n, int low = -64, int high = 64) {
  static std::mt19937 random(1);
  std::vector<T> r(n);
  for (T& x : r) {
    int const k = low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
    if constexpr (std::is_same_v<T, f16> || std::is_same_v<T, eg::bf16>)
      x = T(static_cast<float>(k) / 8);
    else if constexpr (std::is_same_v<T, f32>)
      x = static_cast<float>(k) / 8;
    else
      x = static_cast<T>(k);
  }
  return r;
}

/// So many threads in a row.
constexpr witness::shape row(u32 threads, u32 block) {
  return {{threads}, {block}};
}

constexpr u32 n = 300; // threads that do not fill their threadgroups

TEST(every_kernel, saxpy) {
  auto const x = some<f32>(n), y = some<f32>(n);
  for (eg::compiled_kernel const k : {eg::compiled_kernel(saxpy_cpp::compiled), eg::compile<kernels::saxpy>(),
                                      eg::compile<traced_kernels::saxpy>()}) {
    auto out = some<f32>(n);
    both(k, row(n, 128), eg::in(x), 2.5f, eg::in(y), eg::out(out));
    for (u32 i = 0; i < n; ++i)
      ASSERT_EQ(out[i], 2.5f * x[i] + y[i]);
  }
}

TEST(every_kernel, branches) {
  auto const x = some<f32>(n);
  for (i32 const three : {3, 4}) {
    auto y = some<f32>(n), expected = y;
    both(eg::compile<kernels::branches>(), row(n, 64), eg::in(x), three, eg::inout(y));
    for (u32 i = 0; i < n; ++i)
      expected[i] = x[i] > 0 ? (three == 3 ? 1 : expected[i]) + x[i] : -x[i];
    EXPECT_EQ(y, expected);
  }
}

TEST(every_kernel, loops) {
  auto const x = some<f32>(25, 1);
  std::vector<f32> y(n);
  both(eg::compile<kernels::loops>(), row(n, 64), eg::in(x), u32{5}, eg::out(y));
  float sum = 0;
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < 5; j += 2)
      sum += x[i * 5 + j];
  float power = 1;
  for (int i = 0; i < 4; ++i)
    power *= sum;
  i32 a = 0, b = 1;
  for (i32 i = 1; i < 10; ++i)
    a = std::exchange(b, a + b * i);
  while (sum < 100)
    sum *= 2;
  EXPECT_EQ(y, std::vector<f32>(n, sum + power + static_cast<float>(b)));
}

TEST(every_kernel, search) {
  auto x = some<i32>(50, -2, 2);
  x[37] = 3; // 3 * 3 = 3 + 6, and no other
  std::vector<i32> y(n);
  both(eg::compile<kernels::search>(), row(n, 64), eg::in(x), i32{6}, eg::out(y));
  auto const first = std::find_if(x.begin(), x.end(), [](i32 v) { return v * v == v + 6; }) - x.begin();
  EXPECT_EQ(y, std::vector<i32>(n, static_cast<i32>(first)));
}

TEST(every_kernel, shared_sum) {
  auto const x = some<f32>(256);
  std::vector<f32> y(256);
  both(eg::compile<kernels::shared_sum>(), row(256, 64), eg::in(x), eg::out(y));
  for (std::size_t i = 0; i < 256; ++i) {
    float sum = 0;
    for (std::size_t k = 0; k < 64; ++k)
      sum += x[i / 64 * 64 + k];
    ASSERT_EQ(y[i], sum);
  }
  // Its second barrier is there for its text alone.
  EXPECT_EQ(
      idle_barriers(eg::compile<kernels::shared_sum>(), row(256, 64), eg::in(x), eg::out(y)),
      std::vector<std::string>{"threadgroup_barrier(mem_flags::mem_device | mem_flags::mem_threadgroup)"});
}

TEST(every_kernel, masked) {
  auto const x = some<f32>(n - 20);
  auto y = some<f32>(n), expected = y;
  both(eg::compile<kernels::masked>(), row(n, 64), eg::in(x), u32{n - 20}, eg::out(y));
  for (std::size_t i = 0; i < x.size(); ++i)
    expected[i] = x[i] + 2.0f * (i + 1 < x.size() ? x[i + 1] : 1.0f);
  EXPECT_EQ(y, expected);
}

TEST(every_kernel, lanes) {
  auto const x = some<f32>(n);
  auto y = some<f32>(n), expected = y;
  both(eg::compile<kernels::lanes>(), row(n - 12, 96), eg::in(x), eg::out(y));
  for (std::size_t first = 0; first < n - 12; first += 32) {
    auto const begin = x.begin() + static_cast<std::ptrdiff_t>(first), end = begin + 32;
    float sum = 0;
    std::for_each(begin, end, [&](float v) { sum += v; });
    expected[first] = *std::max_element(begin, end) + sum + sum;
  }
  EXPECT_EQ(y, expected);
}

TEST(every_kernel, conversions) {
  auto const h = some<f16>(n);
  auto const i = some<i32>(n, -100, 100);
  auto const b = std::make_unique<bool[]>(n), before = std::make_unique<bool[]>(n);
  for (std::size_t k = 0; k < n; ++k)
    b[k] = before[k] = k % 3 == 0;
  std::vector<f16> out(n);
  both(eg::compile<kernels::conversions>(), row(n, 64), eg::in(h), eg::in(i),
       eg::inout(std::span<bool>(b.get(), n)), eg::out(out));
  for (std::size_t k = 0; k < n; ++k) {
    float const wide = float(h[k]) * 0.1f;
    EXPECT_EQ(b[k], (i[k] != 0 && !before[k]) || wide != 0.0f) << k;
    f16 const some_bits(static_cast<float>(static_cast<u32>(i[k]) >> 3 & 7));
    f16 const two(float(f16(wide)) + float(f16(float(h[k]) * 0.5f)));
    f16 const all(float(two) + float(f16(float(some_bits) * 65504.0f)));
    EXPECT_EQ(out[k].bits, all.bits) << k;
  }
}

TEST(every_kernel, chosen) {
  // Threads read what others write, so there is one.
  for (i32 const first : {-8, 0, 13}) {
    std::vector<i32> a{first};
    both(eg::compile<kernels::chosen>(), row(1, 1), eg::inout(a));
    i32 const x = first % 5;
    EXPECT_EQ(a[0], (x > 0 ? x : 7) - (1 - x) * -3);
  }
}

TEST(every_kernel, names) {
  auto const x = some<f32>(n + 7);
  std::vector<f32> y(n);
  both(eg::compile<kernels::names>(), row(n, 64), eg::in(x), u32{4}, eg::out(y));
  for (std::size_t i = 0; i < n; ++i) {
    float const a = x[i] * 2, d = a * a + 1 + x[4], s = x[i + 7];
    float v = d * d;
    for (int k = 0; k < 3; ++k)
      v += s * d + static_cast<float>(k);
    ASSERT_EQ(y[i], v * s);
  }
}

TEST(every_kernel, positions) {
  std::vector<u32> y(std::size_t{8} * 6 * 4);
  both(eg::compile<kernels::positions>(), {{8, 6, 4}, {4, 3, 2}}, eg::out(y));
  for (u32 i = 0; i < y.size(); ++i) {
    u32 const px = i % 8, py = i / 8 % 6, pz = i / 48, index = px % 4 + 4 * (py % 3 + 3 * (pz % 2));
    ASSERT_EQ(y[i], py % 3 + 2 + px / 4 * 2 + index + index % 32 + index / 32 + 32 + 1) << i;
  }
}

TEST(every_kernel, vectors) {
  auto x = some<f32>(std::size_t{4} * n), x_before = x;
  auto i = some<i32>(std::size_t{4} * n), i_before = i;
  both(eg::compile<kernels::vectors>(), row(n, 64), eg::inout(x), eg::inout(i));
  for (std::size_t k = 0; k < x.size(); ++k) {
    float const a = x_before[k], reversed = x_before[k / 4 * 4 + 3 - k % 4];
    float const b = a < 0.5f && a != -1.0f ? reversed : a;
    ASSERT_EQ(x[k], std::max(b, 0.0f) * 2 + static_cast<float>(i_before[k]));
    ASSERT_EQ(i[k], std::bit_cast<i32>(b));
  }
}

TEST(every_kernel, either_side) {
  // Neighbours write the same elements, so there is one thread.
  auto const x = some<f32>(8, 1), y = some<f32>(8, 1);
  std::vector<f32> out(3);
  both(eg::compile<kernels::either_side>(), row(1, 1), eg::in(x), eg::in(y), eg::out(out));
  auto const square = [&](std::size_t k) { return x[k] * x[k] + x[k]; };
  float const ratio = y[0] + std::sqrt(y[0]) / x[0]; // i * k is 0
  float sum = 0;
  for (std::size_t k = 0; k < 4; ++k)
    sum += square(k) * ratio;
  std::vector<f32> const expected{square(1) + ratio,
                                  (x[0] + y[0]) * (y[0] + x[0]) + square(3) * ratio + square(1),
                                  ratio - square(7) * sum};
  EXPECT_EQ(out, expected);
}

TEST(every_kernel, narrow) {
  for (eg::u8 const limit : {eg::u8{5}, eg::u8{50}}) {
    auto a = some<eg::i8>(n, -128, 127), a_before = a;
    auto const b = some<eg::u8>(n, 0, 255);
    auto c = some<eg::u16>(n, 0, 65535), c_before = c;
    both(eg::compile<kernels::narrow>(), row(n, 64), eg::inout(a), eg::in(b), limit, eg::inout(c));
    for (u32 i = 0; i < n; ++i) {
      auto const x = static_cast<eg::i8>(a_before[i] * 3 - 100);
      ASSERT_EQ(a[i], static_cast<eg::i8>(a_before[i] + x));
      auto const apart = static_cast<u32>(std::abs(x - a[i]));
      auto const z = static_cast<eg::u16>(u32{c_before[i]} * c_before[i] + apart * 300u);
      eg::u8 const y = b[i] > limit ? b[i] : eg::u8{1};
      int const turns = limit < 9 ? 9 : std::countl_zero(y);
      ASSERT_EQ(c[i], std::rotl(z, turns) >> 2);
    }
  }
}

TEST(every_kernel, bfloats) {
  using eg::bf16;
  auto x = some<bf16>(std::size_t{2} * n);
  x[0] = bf16(-0.001f); // whose fraction would round to 1
  x[3] = bf16(INFINITY);
  auto i = some<i32>(n, -1000, 1000);
  // Between two bfloats: as a float it is the middle, which goes to the even one below; by itself it is not.
  i[5] = (1 << 30) + (1 << 22) + 1;
  auto const h = some<f16>(n);
  auto y = some<bf16>(n);
  both(eg::compile<kernels::bfloats>(), row(n, 64), eg::in(x), eg::in(i), eg::in(h), eg::inout(y));
  for (std::size_t k = 0; k < n; ++k) {
    float const v = float(x[2 * k]), w = float(x[2 * k + 1]);
    bf16 const first = bf16(std::fmax(v, w)) * bf16(0.1f) + bf16(static_cast<float>(i[k]));
    float const part = std::fmin(v - std::floor(v), 0.99609375f);
    bf16 const other(std::isfinite(w) ? std::fma(v, w, float(bf16(float(h[k])))) : part);
    ASSERT_TRUE(witness::same(y[k], first + other)) << k;
  }
}

TEST(every_kernel, wide) {
  auto const x = some<f32>(std::size_t{3} * n);
  std::vector<f32> y(x.size());
  std::vector<eg::u64> u(x.size());
  std::vector<eg::i64> l(x.size());
  std::mt19937_64 random(3);
  for (std::size_t k = 0; k < u.size(); ++k)
    u[k] = k % 4 == 0 ? 0x9e3779b97f4a7c15 + k % 3 : random(), l[k] = static_cast<eg::i64>(random());
  auto const before = u;
  both(eg::compile<kernels::wide>(), row(n, 64), eg::in(x), eg::out(y), eg::inout(u), eg::in(l));
  for (std::size_t k = 0; k < y.size(); ++k) {
    std::size_t const first = k / 3 * 3;
    ASSERT_EQ(y[k], x[first + 2 - k % 3] * 0.5f);
    auto const key = [&](std::size_t at) { return before[at] ^ 0x9e3779b97f4a7c15; };
    eg::u64 const put[] = {static_cast<eg::u64>(l[first]) & 0xffffffff00000000, 1, key(first + 1)};
    ASSERT_EQ(u[k], key(k) > 2 ? put[k % 3] : key(k));
  }
}

TEST(every_kernel, tiled) {
  auto const a = some<f32>(4096), b = some<f32>(4096);
  std::vector<f32> c(4096);
  both(kernels::tiled, {}, eg::in(a), eg::in(b), eg::inout(c));
  for (std::size_t i = 0; i < c.size(); ++i)
    ASSERT_EQ(c[i], 2 * (a[i] + b[i]));
}

TEST(every_kernel, diffuse) {
  constexpr u32 width = 61, height = 35;
  auto const now = some<f32>(std::size_t{width} * height);
  std::vector<f32> next(now.size());
  both(eg::compile<traced_kernels::diffuse>(), {{width, height}, {16, 4}}, eg::in(now), eg::out(next), width,
       height, 0.25f);
  for (u32 y = 0; y < height; ++y)
    for (u32 x = 0; x < width; ++x) {
      auto const at = [&](u32 r, u32 c) { return now[r * width + c]; };
      float const around = at(y, x > 0 ? x - 1 : x) + at(y, std::min(x + 1, width - 1)) +
                           at(y > 0 ? y - 1 : y, x) + at(std::min(y + 1, height - 1), x);
      ASSERT_EQ(next[y * width + x], at(y, x) + 0.25f * (around - 4.0f * at(y, x)));
    }
}

TEST(every_kernel, block_sum) {
  auto const x = some<f32>(5003);
  std::vector<f32> sums(7);
  both(eg::compile<traced_kernels::block_sum>(), row(7 * 192, 192), eg::in(x), u32{5003}, eg::out(sums));
  std::vector<f32> expected(7);
  for (std::size_t i = 0; i < x.size(); ++i)
    expected[i % (7 * 192) / 192] += x[i];
  EXPECT_EQ(sums, expected);
  EXPECT_TRUE(idle_barriers(eg::compile<traced_kernels::block_sum>(), row(7 * 192, 192), eg::in(x), u32{5003},
                            eg::out(sums))
                  .empty());
}

TEST(every_kernel, mandelbrot) {
  constexpr u32 width = 75, height = 50;
  std::vector<i32> rounds(std::size_t{width} * height);
  both(eg::compile<traced_kernels::mandelbrot>(), {{width, height}, {32, 4}}, eg::out(rounds), width, 0.04f);
  for (u32 y = 0; y < height; ++y)
    for (u32 x = 0; x < width; ++x) {
      float const cx = static_cast<float>(x) * 0.04f - 2.0f, cy = static_cast<float>(y) * 0.04f - 1.0f;
      float zx = 0, zy = 0;
      int count = 0;
      while (zx * zx + zy * zy <= 4.0f && count < 100) {
        float const next = zx * zx - zy * zy + cx;
        zy = 2.0f * zx * zy + cy;
        zx = next;
        ++count;
      }
      ASSERT_EQ(rounds[y * width + x], count) << x << ' ' << y;
    }
}

TEST(every_kernel, square_and_mirror) {
  auto const a = some<f32>(256);
  std::vector<f32> b(256), c(256);
  eg::layout const l{256};
  auto const compiled =
      eg::compile(traced_kernels::square_and_mirror, eg::arg<"A">(l), eg::arg<"B">(l), eg::arg<"C">(l));
  both(compiled, {}, eg::in(a), eg::inout(b), eg::out(c));
  for (std::size_t i = 0; i < 256; ++i)
    ASSERT_EQ(c[i], a[255 - i] * a[255 - i]);
}

TEST(every_kernel, twice) {
  auto const x = some<f32>(std::size_t{256} * 512);
  std::vector<f32> y(x.size());
  both(first_program_cpp::compiled, {}, eg::in(x), eg::out(y));
  for (std::size_t i = 0; i < y.size(); ++i)
    ASSERT_EQ(y[i], 2 * x[i]);
}

TEST(every_kernel, tiled_add) {
  constexpr eg::layout matrix{{256, 512}, {512, 1}};
  auto const a = some<f32>(std::size_t{256} * 512), b = some<f32>(a.size());
  std::vector<f32> c(a.size());
  both(
      eg::compile<tiled_add_cpp::tiled_add>(eg::arg<"A", matrix>, eg::arg<"B", matrix>, eg::arg<"C", matrix>),
      {}, eg::in(a), eg::in(b), eg::out(c));
  for (std::size_t i = 0; i < c.size(); ++i)
    ASSERT_EQ(c[i], a[i] + b[i]);
}

TEST(every_kernel, heat_step) {
  picture p;
  p.width = 50;
  p.height = 33;
  auto const now = some<f32>(std::size_t{50} * 33 * 3);
  std::vector<f32> next(now.size()), expected(now.size());
  both(heat_equation_cpp::compiled, {{50, 33, 3}, {64, 4, 1}}, eg::in(now), eg::out(next), u32{50}, u32{33});
  heat_equation_cpp::step_in_cpp(p, now, expected);
  EXPECT_EQ(next, expected);
}

TEST(every_kernel, sum) {
  auto const x = some<f32>(1024);
  std::vector<f32> sums(4), expected(4);
  constexpr auto compiled = eg::compile<snippets_cpp::sum, eg::compile_options{.block = {256}}>();
  both(compiled, row(1024, 256), eg::in(x), eg::out(sums));
  for (std::size_t i = 0; i < x.size(); ++i)
    expected[i / 256] += x[i];
  EXPECT_EQ(sums, expected);
  // Eight of nine: the last is only read by the thread that has written.
  EXPECT_EQ(idle_barriers(compiled, row(1024, 256), eg::in(x), eg::out(sums)).size(), 1u);
}

TEST(every_kernel, scale) {
  constexpr eg::layout line{64, 1};
  auto const x = some<f32>(64);
  std::vector<f32> y(64);
  both(eg::compile<snippets_cpp::scale>(eg::arg<"X", line>, eg::arg<"Y", line>), {}, eg::in(x), 1.5f,
       eg::out(y));
  for (std::size_t i = 0; i < 64; ++i)
    ASSERT_EQ(y[i], x[i] * 1.5f);
}

} // namespace
