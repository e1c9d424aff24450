// SPDX-License-Identifier: MIT
// The kernels of docs/ir.md: together they have every kind of line.
#pragma once

#include <string>
#include <vector>

#include <enigma/codegen.hpp>

namespace ir_page {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::u32;
using eg::value;

// begin first
inline constexpr auto leaky = eg::kernel<"leaky">(
    [](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<f32, "slope"> slope, eg::out<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      y[i] = max(x[i], 0) + slope * min(x[i], 0);
    });
// end first

// begin memories
struct body {
  BOOST_HANA_DEFINE_STRUCT(body, (eg::packed_vec<float, 3>, position), (float, mass),
                           (eg::vec<float, 3>, velocity));
};
inline constexpr auto memories = eg::kernel<"memories">(
    [](eg::gpu& g, eg::inout<body, "Bodies"> bodies, eg::atomic<u32, "Count", eg::buffer_index{7}> count,
       eg::scalar<eg::mat<f32, 2, 2>, "turn"> turn, eg::constant<f32, "limit", 0, 2.5f> limit,
       eg::threadgroup<f32, "tile"> tile) {
      auto bins = g.threadgroup_memory<eg::i8, "bins">(64);
      auto i = g.thread_position_in_grid();
      auto t = g.thread_index_in_threadgroup();
      bins[t] = -1;
      tile[t] = bodies[i][&body::mass] * determinant(turn);
      bodies[i][&body::velocity] = bodies[i][&body::position].read() * limit;
      count[0].fetch_max(eg::cast<u32>(tile[t]) + eg::cast<u32>(bins[t]));
    });
// end memories

// begin regions
inline constexpr auto regions =
    eg::kernel<"regions">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<u32, "n"> n, eg::inout<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      g.check<"n is at most the grid">(n <= g.threads_per_grid());
      auto sum = g.variable<"sum">(0.0f);
      g.for_range(0, n, 2, [&](auto k) {
        auto next = eg::named<"next">(x[k]);
        g.break_if(next < 0.0f);
        sum += next;
      });
      g.if_(i < n, [&] {
         g.while_([&] { return sum > 1.0f; }, [&] { sum *= 0.5f; });
         y[i] = sum;
       }).else_([&] { y[i] = 0; });
    });
// end regions

// begin masked
inline constexpr auto masked =
    eg::kernel<"masked">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<u32, "n"> n, eg::out<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      auto v = x.load<4>(4 * i); // a vector that begins at an element
      auto w = eg::lanes<"wzyx">(v) * eg::as_type<f32>(n);
      store_if(y, i, i < n, load_if(x, i, i < n, eg::precise::exp(w.x())));
    });
// end masked

// begin functions
inline constexpr auto softer = eg::function<"softer">([](value<f32> x) { return x / (1.0f + eg::abs(x)); });
inline constexpr auto put = eg::function<"put">([](eg::gpu& g, eg::out<f32, "To"> to, value<u32> at,
                                                   value<f32> x) { g.if_(x > 0.0f, [&] { to[at] = x; }); });
inline constexpr auto calls = eg::kernel<"calls">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  put(y, i, softer(x[i]));
});
// end functions

// begin groups
inline constexpr auto groups =
    eg::kernel<"groups">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y, eg::out<u32, "Z"> z) {
      auto i = g.thread_position_in_grid();
      auto all = simd_sum(x[i]);
      auto four = quad_max(x[i]);
      auto beside = simd_shuffle_and_fill_up(all, four, 1, 8);
      g.simdgroup_barrier(eg::mem_flags::none);
      g.threadgroup_barrier(eg::mem_flags::device_and_threadgroup);
      y[i] = beside;
      z[i] = eg::cast<u32>(simd_ballot(x[i] > 0.0f));
    });
// end groups

// begin matrices
inline constexpr auto matrices = eg::kernel<"matrices">(
    [](eg::gpu& g, eg::in<f16, "A"> a, eg::in<f16, "B"> b, eg::scalar<u32, "K"> depth, eg::out<f32, "C"> c) {
      auto sum = g.variable<"sum">(make_filled_simdgroup_matrix(g, 0.0f));
      g.for_range(0, depth, 8, [&](auto k) {
        sum = simdgroup_multiply_accumulate(simdgroup_load(a, k, depth), simdgroup_load(b, 8 * k, 8), sum);
      });
      simdgroup_store(transform(sum, [](auto x) { return max(x, 0.0f); }), c, 0, 8, {.transpose = true});
    });
// end matrices

// begin copies
inline constexpr auto copies = eg::kernel<"copies">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto tile = g.threadgroup_memory<f32, "tile">(32);
  auto copy = eg::experimental::async_copy(tile, 0u, x, 32 * g.threadgroup_position_in_grid().x, 32u);
  wait(copy);
  y[g.thread_position_in_grid()] = tile[31 - g.thread_index_in_threadgroup()];
});
// end copies

/// What they are by name, and how the page compiles them.
struct example {
  std::string name;
  std::string ir;
};
inline std::vector<example> examples() {
  return {
      {"leaky", eg::compile(leaky).ir()},
      {"memories",
       eg::compile(memories, {.block = 64, .math = eg::math_mode::safe, .max_threads = 128}).ir()},
      {"regions", eg::compile(regions).ir()},
      {"masked", eg::compile(masked, {.grid = {8, 8}, .block = {16, 16}}).ir()},
      {"calls", eg::compile(calls).ir()},
      {"groups", eg::compile(groups).ir()},
      {"matrices", eg::compile(matrices, {.block = 32}).ir()},
      {"copies", eg::compile(copies, {.block = 32}).ir()},
  };
}

} // namespace ir_page
