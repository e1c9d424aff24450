// SPDX-License-Identifier: MIT
// Partitions among threads and other views, on the host and in a kernel, against plain index arithmetic.
#include "naive.hpp"

#include <enigma/codegen.hpp>
#include <enigma/runtime.hpp>

#include <gtest/gtest.h>

using namespace enigma;

namespace {

TEST(Partitions, ThreadsLieOverTheTensorAgainAndAgain) {
  naive::random_layouts random(91);
  for (int round = 0; round < 300; ++round) {
    std::int64_t const tm = 1 + random.up_to(3), tn = 1 + random.up_to(3), rm = 1 + random.up_to(2),
                       rn = 1 + random.up_to(2);
    layout const threads = naive::layout_of({{tm}, {tn}}, random.strides({tm, tn}, false, false));
    layout const whole =
        naive::layout_of({{tm * rm}, {tn * rn}}, random.strides({tm * rm, tn * rn}, true, false));
    std::vector<int> x(static_cast<std::size_t>(cosize(whole)));
    std::iota(x.begin(), x.end(), 0);
    auto const t = make_tensor(x, whole);
    for (std::int64_t i = 0; i < tm; ++i)
      for (std::int64_t j = 0; j < tn; ++j) {
        auto const mine = local_partition(t, threads, threads(i, j));
        auto const outer = outer_partition(t, {tm, tn}, int_tuple{i, j});
        ASSERT_EQ(shape(outer), (int_tuple{rm, rn}));
        for (std::int64_t a = 0; a < rm; ++a)
          for (std::int64_t b = 0; b < rn; ++b) {
            ASSERT_EQ(mine(a, b), t(a * tm + i, b * tn + j)) << to_string(threads) << to_string(whole);
            ASSERT_EQ(outer(a, b), t(a * tm + i, b * tn + j));
            ASSERT_EQ(inner_partition(t, {tm, tn}, int_tuple{a, b})(i, j), t(a * tm + i, b * tn + j));
          }
      }
  }
}

TEST(Partitions, OtherNestings) {
  std::vector<int> x(128);
  std::iota(x.begin(), x.end(), 0);
  auto const t = make_tensor(x, layout{{{2, 4}, 4, 4}, {{64, 16}, 4, 1}});
  EXPECT_EQ(flatten(t).layout(), (layout{{2, 4, 4, 4}, {64, 16, 4, 1}}));
  EXPECT_EQ((group_modes<0, 2>(t).layout()), (layout{{{{2, 4}, 4}, 4}, {{{64, 16}, 4}, 1}}));
  EXPECT_EQ(coalesce(make_tensor(x, layout{{8, 16}})).layout(), layout(128));
  auto const turned = with_shape(t, {16, 8});
  for (int i = 0; i < 128; ++i) {
    EXPECT_EQ(turned(i), t(i));
    EXPECT_EQ(flatten(t)(i), t(i));
  }
}

// 32 threads copy a tile of 8 by 16 through a fragment.
constexpr auto copies = kernel<"copies">([](gpu& g, in<f32, "A"> a, out<f32, "C"> c) {
  auto const tid = g.thread_position_in_threadgroup();
  layout const threads{{4, 8}, {8, 1}};
  auto const from = local_partition(make_tensor(a, layout{{8, 16}, {16, 1}}), threads, tid);
  auto const f = make_fragment_like(from);
  f.store(from.load());
  local_partition(make_tensor(c, layout{{8, 16}, {1, 8}}), threads, tid).store(f.load() + 1);
});
TEST(Partitions, OfAKernelsThreads) {
  std::vector<f32> a(128), c(128), expected(128);
  for (std::size_t i = 0; i < 128; ++i) {
    a[i] = static_cast<f32>(i);
    expected[i % 16 * 8 + i / 16] = a[i] + 1;
  }
  runtime(backend::cpu, 1).execute(compile<copies>(), dispatch{.grid = 1, .block = 32}, in(a), out(c));
  EXPECT_EQ(c, expected);
}

} // namespace
