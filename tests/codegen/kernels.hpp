// SPDX-License-Identifier: MIT
// Small kernels, one for each thing that a kernel can say. Their texts are fixed in texts.cpp; tests/msl
// gives them to clang.
#pragma once

#include <enigma/codegen.hpp>
#include <enigma/layout.hpp>

namespace kernels {

namespace eg = enigma;
using eg::_;
using eg::bf16;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::i64;
using eg::i8;
using eg::u16;
using eg::u32;
using eg::u64;
using eg::u8;

inline constexpr auto saxpy =
    eg::kernel<"saxpy">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<f32, "alpha"> alpha, eg::in<f32, "Y"> y,
                           eg::out<f32, "Out"> out) {
      auto tid = g.thread_position_in_grid();
      out[tid] = alpha * x[tid] + y[tid];
    });

inline constexpr auto bound = eg::kernel<"bound">([](eg::gpu& g, eg::in<f32, "X", eg::buffer_index{1}> x,
                                                     eg::scalar<f32, "alpha"> alpha, eg::inout<f32, "Y"> y,
                                                     eg::atomic<u32, "Count", eg::buffer_index{7}> count) {
  auto i = g.thread_position_in_grid();
  y[i] = alpha * x[i];
  count[0].fetch_add(1);
});

inline constexpr auto specialised = eg::kernel<"specialised">(
    [](eg::gpu& g, eg::in<f32, "X"> x, eg::constant<f32, "eps", 4> eps, eg::constant<bool, "half"> relu,
       eg::threadgroup<f32, "tile"> tile, eg::constant<u32, "width", eg::next_index, 64> width,
       eg::constant<eg::vec<f32, 2>, "ends", 1, eg::default_value{0.0f, 1.0f}> ends, eg::out<f32, "Y"> y,
       eg::constant<eg::u16, "unused">) {
      auto i = g.thread_position_in_grid();
      auto in = g.thread_index_in_threadgroup();
      tile[in] = x[i] + eps;
      g.threadgroup_barrier();
      auto v = tile[width - 1 - in];
      g.if_(relu, [&] { y[i] = clamp(v, ends[0], ends[1]); }).else_([&] { y[i] = v; });
    });

inline constexpr auto branches =
    eg::kernel<"branches">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<i32, "n"> n, eg::inout<f32, "Y"> y) {
      auto at = g.thread_position_in_grid();
      g.if_(x[at] > 0.0f, [&] {
         g.if_(n == 3, [&] { y[at] = 1.0f; });
         y[at] += x[at];
       }).else_([&] { y[at] = -x[at]; });
    });

inline constexpr auto loops =
    eg::kernel<"loops">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<u32, "n"> n, eg::out<f32, "Y"> y) {
      auto at = g.thread_position_in_grid();
      auto sum = g.variable<"sum">(0.0f);
      g.for_range(n, [&](auto i) { g.for_range(0u, n, 2, [&](auto j) { sum += x[i * n + j]; }); });
      auto power = g.for_range(4, eg::carry(1.0f), [&](auto, auto p) { return p * sum; });
      auto both = g.for_range(1, 10, eg::carry(0, 1),
                              [&](auto i, auto a, auto b) { return eg::carry(b, a + b * i); });
      g.while_([&] { return sum < 100.0f; }, [&] { sum *= 2.0f; });
      y[at] = sum + power + eg::cast<f32>(both[boost::hana::size_c<1>]);
    });

inline constexpr auto search =
    eg::kernel<"search">([](eg::gpu& g, eg::in<i32, "X"> x, eg::scalar<i32, "n"> n, eg::out<i32, "Y"> y) {
      auto i = g.variable<"position">(0);
      // The condition needs a value of its own, so the loop tests it in its body.
      g.while_(
          [&] {
            auto here = x[i];
            return here * here != here + n;
          },
          [&] { i += 1; });
      y[g.thread_position_in_grid()] = i;
    });

inline constexpr auto shared_sum =
    eg::kernel<"shared_sum">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
      auto tile = g.threadgroup_memory<f32, "tile">(64);
      auto t = g.thread_index_in_threadgroup();
      tile[t] = x[g.thread_position_in_grid()];
      g.threadgroup_barrier();
      auto sum = g.for_range(64, eg::carry(0.0f), [&](auto i, auto s) { return s + tile[i]; });
      g.threadgroup_barrier(eg::mem_flags::device_and_threadgroup);
      y[g.thread_position_in_grid()] = sum;
    });

inline constexpr auto masked = eg::kernel<"masked">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<u32, "n"> n,
                                                       eg::out<f32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  auto inside = i < n;
  eg::store_if(y, i, inside, eg::load_if(x, i, inside, 0.0f) + 2.0f * eg::load_if(x, i + 1, i + 1 < n, 1.0f));
});

inline constexpr auto lanes = eg::kernel<"lanes">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  auto sum = eg::simd_sum(x[i]);
  auto most = eg::simd_max(x[i] + sum);
  auto across = eg::simd_shuffle_xor(sum, 16);
  g.if_(g.thread_index_in_simdgroup() == 0u, [&] { y[i] = most + across; });
});

inline constexpr auto conversions = eg::kernel<"conversions">(
    [](eg::gpu& g, eg::in<f16, "H"> h, eg::in<i32, "I"> i, eg::inout<bool, "B"> b, eg::out<f16, "Out"> out) {
      auto at = g.thread_position_in_grid();
      auto wide = eg::cast<f32>(h[at]) * 0.1f;
      b[at] = (eg::cast<bool>(i[at]) && !b[at]) || wide != 0.0f;
      out[at] = eg::cast<f16>(wide) + h[at] * 0.5f +
                eg::cast<f16>(eg::as_type<u32>(i[at]) >> 3 & 7) * f16(65504.0f);
    });

inline constexpr auto chosen = eg::kernel<"chosen">([](eg::gpu& g, eg::inout<i32, "A"> a) {
  auto at = g.thread_position_in_grid();
  auto row = eg::named<"row">(at / 16u);
  auto x = a[row] % 5;
  a[at] = eg::select(eg::select(7, x, x > 0), -x, row == 3u) - (1 - x) * -3;
});

// Reserved in MSL, used by generated source, or used twice.
inline constexpr auto names = eg::kernel<"names">(
    [](eg::gpu& g, eg::in<f32, "device"> x, eg::scalar<u32, "gid"> gid, eg::out<f32, "v0"> y) {
      auto at = g.thread_position_in_grid();
      auto a = eg::named<"float4">(x[at] * 2.0f);
      auto b = eg::named<"sum">(a * a);
      auto c = eg::named<"sum">(b + 1.0f);
      auto d = eg::named<"i">(c + x[gid]);
      auto x0 = eg::named<"x0">(d * d);
      auto v = g.variable(x0);
      auto s = x[at + 7u];
      g.for_range(3, [&](auto k) { v += s * d + eg::cast<f32>(k); });
      y[at] = v * s;
    });

inline constexpr auto positions = eg::kernel<"positions">([](eg::gpu& g, eg::out<u32, "Y"> y) {
  auto p = g.thread_position_in_grid();
  auto n = g.threads_per_grid();
  y[p.x + n.x * (p.y + n.y * p.z)] = g.thread_position_in_threadgroup().y + g.threads_per_threadgroup().z +
                                     g.threadgroup_position_in_grid().x * g.threadgroups_per_grid().y +
                                     g.thread_index_in_threadgroup() + g.thread_index_in_simdgroup() +
                                     g.simdgroup_index_in_threadgroup() + g.threads_per_simdgroup() +
                                     g.simdgroups_per_threadgroup();
});

inline constexpr auto vectors =
    eg::kernel<"vectors">([](eg::gpu& g, eg::inout<f32, "X"> x, eg::inout<i32, "I"> i) {
      auto at = g.thread_position_in_grid() * 4u;
      auto a = x.load<4>(at);
      auto b = eg::select(a, eg::make_vector(a[3], a[2], a[1], a[0]), a < 0.5f && !(a == -1.0f));
      x.store(at, eg::max(b, 0.0f) * 2.0f + eg::cast<f32>(i.load<4>(at)));
      i.store(at, eg::as_type<i32>(b));
    });

// C++ leaves open which side of an operator runs first; the text does not depend on it.
inline constexpr auto either_side = eg::kernel<"either_side">(
    [](eg::gpu& g, eg::in<f32, "X"> x, eg::in<f32, "Y"> y, eg::out<f32, "Out"> out) {
      auto i = g.thread_position_in_grid();
      auto square = [&](auto k) {
        auto v = x[i + k];
        return v * v + eg::simd_sum(v);
      };
      auto ratio = [&](auto k) {
        auto v = eg::named<"part">(y[i * k]);
        return v + eg::sqrt(v) / x[i];
      };
      out[i] = square(1u) + ratio(2u);
      out[i + 1u] = (x[i] + y[i]) * (y[i] + x[i]) + square(3u) * ratio(5u) + square(1u);
      auto sum = g.variable(0.0f);
      g.for_range<u32>(0, 4, [&](auto k) { sum += square(k) * ratio(k + 1u); });
      out[i + 2u] = ratio(2u) - square(7u) * sum;
    });

// C++ promotes narrow integers to int: where the type matters, it is written.
inline constexpr auto narrow = eg::kernel<"narrow">(
    [](eg::gpu& g, eg::inout<i8, "A"> a, eg::in<u8, "B"> b, eg::scalar<u8, "n"> n, eg::inout<u16, "C"> c) {
      auto at = g.thread_position_in_grid();
      auto x = a[at] * 3 - 100;
      auto y = eg::select(1, b[at], b[at] > n);
      a[at] += x;
      auto z = c[at] * c[at] + eg::cast<u16>(eg::absdiff(x, a[at])) * 300;
      c[at] = eg::rotate(z, eg::select(eg::cast<u16>(eg::clz(y)), 9, n < 9)) >> 2;
    });

// MSL has no functions of bfloats, and leaves open what an integer becomes.
inline constexpr auto bfloats = eg::kernel<"bfloats">(
    [](eg::gpu& g, eg::in<bf16, "X"> x, eg::in<i32, "I"> i, eg::in<f16, "H"> h, eg::inout<bf16, "Y"> y) {
      auto at = g.thread_position_in_grid();
      auto v = x.load<2>(at * 2u);
      y[at] = eg::max(v[0], v[1]) * 0.1f + eg::cast<bf16>(i[at]);
      y[at] += eg::select(eg::fract(v[0]), eg::fma(v[0], v[1], eg::cast<bf16>(h[at])), eg::isfinite(v[1]));
    });

inline constexpr auto wide = eg::kernel<"wide">(
    [](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y, eg::inout<u64, "U"> u, eg::in<i64, "L"> l) {
      auto at = g.thread_position_in_grid() * 3u;
      auto v = x.load<3>(at);
      y.store(at, eg::lanes<"zyx">(v) * 0.5f);
      auto keys = u.load<3>(at) ^ 0x9e3779b97f4a7c15;
      auto first = l[eg::cast<i64>(at)] & -4294967296;
      u.store(at, eg::select(keys, eg::make_vector(eg::as_type<u64>(first), 1, keys[1]), keys > 2));
    });

inline constexpr eg::layout rows{{64, 64}, {64, 1}};
inline constexpr auto tv = eg::make_layout_tv(eg::layout{{4, 16}, {16, 1}}, eg::layout{{4, 4}, {4, 1}});
inline constexpr auto tiled_add =
    eg::jit<"tiled_add">([](eg::host& h, eg::tensor_of<f32> A, eg::tensor_of<f32> B, eg::tensor_of<f32> C) {
      auto gA = zipped_divide(A, tv.tiler), gB = zipped_divide(B, tv.tiler), gC = zipped_divide(C, tv.tiler);
      h.launch<"add">({.grid = eg::size<1>(gA.layout()), .block = eg::size<0>(tv.layout)}, [=](eg::gpu& g) {
        auto block = g.threadgroup_position_in_grid();
        auto thread = g.thread_position_in_threadgroup();
        auto tA = composition(gA(_, block), tv.layout)(thread, _);
        auto tB = composition(gB(_, block), tv.layout)(thread, _);
        auto tC = composition(gC(_, block), tv.layout)(thread, _);
        tC.store(tA.load() + tB.load());
      });
      h.launch<"twice">({.grid = 16, .block = 256}, [=](eg::gpu& g) {
        auto t = g.thread_position_in_grid();
        auto row = C(t / 64u, _);
        row(t % 64u) = row(t % 64u) * 2.0f;
      });
    });

/// Calls f(definition, arguments...) for every kernel here.
template <class F>
constexpr void for_each(F f) {
  f.template operator()<saxpy>();
  f.template operator()<branches>();
  f.template operator()<loops>();
  f.template operator()<search>();
  f.template operator()<shared_sum>();
  f.template operator()<masked>();
  f.template operator()<lanes>();
  f.template operator()<conversions>();
  f.template operator()<chosen>();
  f.template operator()<names>();
  f.template operator()<positions>();
  f.template operator()<vectors>();
  f.template operator()<either_side>();
  f.template operator()<narrow>();
  f.template operator()<bfloats>();
  f.template operator()<wide>();
}

inline constexpr auto tiled =
    eg::compile<tiled_add>(eg::arg<"A", rows>, eg::arg<"B", rows>, eg::arg<"C", rows>);

} // namespace kernels
