// SPDX-License-Identifier: MIT
// Pipelines of one to four stages, by for_pipelined and by hand: any number of tiles, plain and swizzled, by
// the executor, by the text under the race detector, and in plain C++. Each of their barriers is needed.
#include "both.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace {

namespace eg = enigma;
using eg::composed_layout;
using eg::f16;
using eg::f32;
using eg::layout;
using eg::make_pipeline;
using eg::u32;
using witness::both;
using witness::idle_barriers;

// A tile of 64 elements, and 6 in vain: stages begin at multiples of 16 bytes, not at the end of the one
// before.
constexpr int threads = 64;
constexpr layout padded{{8, 8}, {9, 1}};
constexpr composed_layout swizzled{eg::swizzle{3, 0, 3}, 0, layout{{8, 8}, {8, 1}}};
template <class T>
constexpr composed_layout tile =
    eg::size_in_bytes(eg::type_of<T>.element) == 2 ? swizzled : composed_layout{eg::swizzle{}, 0, padded};

/// Y(k,t) = X(k,63-t) + X(k,t) + the sum of X(j,t) of the tiles before: each tile once, in their order.
template <class T>
std::vector<T> expected(std::vector<T> const& x) {
  std::vector<T> y(x.size());
  for (std::size_t t = 0; t < threads; ++t) {
    T sum = T(0.0f);
    for (std::size_t k = 0; k < x.size() / threads; ++k) {
      sum = sum + x[k * threads + t];
      y[k * threads + t] = sum + x[k * threads + threads - 1 - t];
    }
  }
  return y;
}

/// What a thread does with tile k, however it comes to it.
template <class T>
struct steps {
  eg::in<T, "X"> const& x;
  eg::out<T, "Y"> const& y;
  eg::value<u32> t;
  eg::var<T> sum;

  template <class K, class Tile>
  void load(K const& k, Tile const& to) const {
    to(t) = x[k * u32{threads} + t];
  }
  template <class K, class Tile>
  void compute(K const& k, Tile const& from) const {
    sum = sum + from(t).read();
    y[k * u32{threads} + t] = sum + from(u32{threads - 1} - t).read();
  }
};
template <class T>
steps<T> steps_of(eg::gpu& g, eg::in<T, "X"> const& x, eg::out<T, "Y"> const& y) {
  return {x, y, g.thread_index_in_threadgroup(), g.variable<"sum">(T(0.0f))};
}

template <class T, int Stages>
auto pipelined = eg::kernel<"pipelined">(
    [](eg::gpu& g, eg::in<T, "X"> x, eg::out<T, "Y"> y, eg::scalar<u32, "tiles"> tiles) {
      auto const stages = make_pipeline<T, Stages>(g, tile<T>);
      auto const mine = steps_of<T>(g, x, y);
      for_pipelined(
          g, tiles, [&](auto const& k, auto const& to) { mine.load(k, to); },
          [&](auto const& k, auto const& from) { mine.compute(k, from); }, stages);
    });

template <class T, int Stages>
auto by_hand = eg::kernel<"by_hand">(
    [](eg::gpu& g, eg::in<T, "X"> x, eg::out<T, "Y"> y, eg::scalar<u32, "tiles"> tiles) {
      auto const stages = make_pipeline<T, Stages>(g, tile<T>);
      auto const mine = steps_of<T>(g, x, y);
      for (u32 k = 0; k < Stages - 1; ++k)
        g.if_(tiles > k, [&] {
          mine.load(eg::value<u32>(g.owner(), g.owner()->constant(eg::type_of<u32>, k)), stages.stage(k));
        });
      g.for_range(0u, tiles, [&](auto const& k) {
        g.threadgroup_barrier();
        g.if_(k + u32{Stages - 1} < tiles, [&] { mine.load(k + u32{Stages - 1}, stages.back()); });
        mine.compute(k, stages.front());
        if constexpr (Stages == 2)
          stages.swap();
        else
          stages.rotate();
      });
    });

/// Any number of tiles by the executor, seven by the text too.
template <class T, class Kernel>
void run(Kernel const& kernel) {
  auto const k = eg::compile(kernel);
  eg::runtime rt(eg::backend::cpu, 1);
  for (u32 tiles : {1u, 2u, 3u, 4u, 5u, 11u, 7u}) {
    SCOPED_TRACE(tiles);
    std::vector<T> x(std::size_t{tiles} * threads), y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = T(static_cast<float>(i * 7 % 23));
    if (tiles == 7)
      ASSERT_TRUE(both(k, {{threads}, {threads}}, eg::in(x), eg::out(y), eg::scalar(tiles)));
    else
      rt.execute(k, eg::threads(threads).in_groups_of(eg::extent3(threads)), eg::in(x), eg::out(y),
                 eg::scalar(tiles));
    EXPECT_EQ(y, expected(x));
  }
}
template <class T, class Kernel>
void needs_its_barriers(Kernel const& kernel) {
  std::vector<T> x(7 * threads), y(x.size());
  EXPECT_TRUE(
      idle_barriers(eg::compile(kernel), {{threads}, {threads}}, eg::in(x), eg::out(y), eg::scalar(7u))
          .empty());
}

TEST(pipelines, of_one_to_four_stages) {
  run<f32>(pipelined<f32, 1>);
  run<f32>(pipelined<f32, 3>);
  run<f32>(pipelined<f32, 4>);
}
TEST(pipelines, swizzled) {
  run<f16>(pipelined<f16, 2>);
}
TEST(pipelines, by_hand) {
  run<f32>(by_hand<f32, 2>);
  run<f16>(by_hand<f16, 3>);
}
TEST(pipelines, need_their_barriers) {
  needs_its_barriers<f32>(pipelined<f32, 1>);
  needs_its_barriers<f32>(pipelined<f32, 3>);
}

} // namespace
