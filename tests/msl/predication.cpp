// SPDX-License-Identifier: MIT
// Loads and stores under a condition, of elements and vectors, in buffers and threadgroup memory; registers
// that hold vectors: the executor, the emitted text and plain C++ agree.
#include "both.hpp"

#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f32;
using eg::gpu;
using eg::u32;
using witness::both;

constexpr u32 n = 70, valid = 201; // three elements for each thread, the last ones not there

template <int Lanes, class T>
constexpr auto copies = eg::kernel<"copies">([](gpu& g, eg::in<T, "X"> x, eg::out<T, "Y"> y) {
  auto i = g.thread_position_in_grid() * u32(Lanes);
  auto const there = i + u32(Lanes) <= valid;
  auto const v = load_if<Lanes>(x, i, there, 7);
  store_if(y, i, there && i % 5u != 0u, v + v);
});

template <int Lanes, class T>
void copy() {
  SCOPED_TRACE(Lanes);
  std::vector<T> x(valid), y(valid, T{1}), wanted(valid, T{1});
  for (u32 i = 0; i < valid; ++i)
    x[i] = static_cast<T>(i % 50);
  for (u32 i = 0; i + Lanes <= valid && i < n * Lanes; i += Lanes)
    for (u32 k = i; k < i + Lanes && i % 5 != 0; ++k)
      wanted[k] = static_cast<T>(x[k] + x[k]);
  both(eg::compile<copies<Lanes, T>>(), {{n}, {32}}, eg::in(x), eg::out(y));
  EXPECT_EQ(y, wanted);
}
TEST(predication, of_vectors) {
  copy<1, f32>();
  copy<2, f32>();
  copy<3, f32>();
  copy<4, f32>();
  copy<3, eg::u64>();
  copy<4, eg::u8>();
}

inline constexpr auto shared = eg::kernel<"shared">([](gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto tile = g.threadgroup_memory<f32, "tile">(64);
  auto t = g.thread_position_in_threadgroup(), i = g.thread_position_in_grid();
  store_if(tile, t * 4u, t < 8u, x.load<4>(t % 8u * 4u));
  store_if(tile, t + 32u, t % 2u == 0u, x[i]);
  g.threadgroup_barrier();
  auto const v = load_if<2>(tile, t * 2u, t < 16u, x[0]); // an element for all lanes
  y[i] = v.x() * v.y() + load_if(tile, t + 32u, t % 2u == 0u, -1.0f);
});

TEST(predication, of_threadgroup_memory) {
  std::vector<f32> x(64), y(64);
  for (u32 i = 0; i < 64; ++i)
    x[i] = static_cast<f32>((i * 7) % 32) - 9;
  constexpr auto compiled = eg::compile<shared>();
  both(compiled, {{64}, {32}}, eg::in(x), eg::out(y));
  for (u32 i = 0; i < 64; ++i) {
    u32 const t = i % 32;
    f32 const product = t < 16 ? x[2 * t] * x[2 * t + 1] : x[0] * x[0];
    ASSERT_EQ(y[i], product + (t % 2 == 0 ? x[i] : -1.0f));
  }
  std::string const text(compiled.metal_source());
  EXPECT_NE(text.find("  if (tid < 8u)\n    *(threadgroup float4*)(tile + tid * 4u) = "), std::string::npos)
      << text;
  EXPECT_NE(text.find("tid < 16u ? *(threadgroup float2*)(tile + tid * 2u) : float2("), std::string::npos)
      << text;
}

inline constexpr auto registers =
    eg::kernel<"of_vectors">([](gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
      auto i = g.thread_position_in_grid() * 8u;
      auto acc = g.registers<eg::vec<f32, 4>, 2>(0.5f);
      g.for_range(3, [&](auto k) {
        eg::range_constexpr<2>([&](auto r) { acc[r] += x.load<4>(i + u32(r) * 4u) * eg::cast<f32>(k); });
      });
      acc[1] *= acc[0].read();
      y.store(i, acc[0].read());
      y.store(i + 4u, acc[1].read());
    });

TEST(predication, registers_of_vectors) {
  std::vector<f32> x(8 * n), y(8 * n);
  for (u32 i = 0; i < 8 * n; ++i)
    x[i] = static_cast<f32>(i % 13) - 6;
  both(eg::compile<registers>(), {{n}, {32}}, eg::in(x), eg::out(y));
  for (u32 i = 0; i < 8 * n; i += 8)
    for (u32 k = i; k < i + 4; ++k) {
      f32 const a = 0.5f + 3 * x[k], b = (0.5f + 3 * x[k + 4]) * a;
      ASSERT_EQ(y[k], a);
      ASSERT_EQ(y[k + 4], b);
    }
}

// What is no predicated access.
template <int Lanes, class M, class C, class X>
concept loads_if = requires(M m, C c, X x) { eg::load_if<Lanes>(m, 0u, c, x); };
template <class M, class C, class X>
concept stores_if = requires(M m, C c, X x) { eg::store_if(m, 0u, c, x); };
using buffer = eg::in<f32, "X">;
using result = eg::out<f32, "Y">;
using condition = eg::value<bool>;
template <class T, int N>
using vector = eg::value<eg::vec<T, N>>;
static_assert(loads_if<4, buffer, condition, vector<f32, 4>> && loads_if<4, buffer, condition, float>);
static_assert(!loads_if<4, buffer, condition, vector<f32, 2>> &&
              !loads_if<1, buffer, condition, vector<f32, 2>>);
static_assert(!loads_if<4, buffer, bool, float> && !loads_if<4, buffer, vector<bool, 4>, float>);
static_assert(!loads_if<5, buffer, condition, float> && !loads_if<3, eg::in<bool, "B">, condition, bool>);
static_assert(stores_if<result, condition, vector<f32, 3>> && stores_if<result, condition, float>);
static_assert(!stores_if<result, condition, vector<eg::i32, 3>> && !stores_if<result, bool, float>);

} // namespace
