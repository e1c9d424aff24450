// SPDX-License-Identifier: MIT
// Barriers that some threads provably do not reach are refused while tracing, next to the nearest that are
// not; what depends on data is left to the executor.
#include <enigma/codegen.hpp>
#include <enigma/runtime.hpp>

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using eg::extent3;
using eg::gpu;
using eg::u32;

template <class Body>
std::string refusal_of(Body body, extent3 block = extent3::open(), extent3 grid = extent3::open()) {
  try {
    eg::compile(eg::kernel<"k">(body), {.grid = grid, .block = block});
  } catch (eg::error const& e) {
    return e.what();
  }
  return "";
}

/// The refusal of a barrier in an if_ of condition(g, x).
template <class Condition>
std::string of_branch(Condition condition, extent3 block = extent3::open(), bool simdgroup = false,
                      extent3 grid = extent3::open()) {
  return refusal_of(
      [&](gpu& g, eg::in<u32, "X"> x, eg::scalar<u32, "n"> n, eg::out<u32, "Y"> y) {
        g.if_(condition(g, x, n), [&] {
          simdgroup ? g.simdgroup_barrier() : g.threadgroup_barrier();
          y[0] = x[0];
        });
      },
      block, grid);
}

constexpr auto below = [](u32 limit) {
  return [=](gpu& g, auto const&, auto const&) { return g.thread_position_in_threadgroup() < limit; };
};

TEST(divergence, names_two_threads_that_part) {
  std::string const advice =
      "; move it out, or promise with uniform(...) that the condition is equal in all threads";
  EXPECT_EQ(of_branch(below(64), 128), "kernel k: threadgroup_barrier stands in an if_ of "
                                       "thread_position_in_threadgroup.x < 64: thread (0,0,0) comes there, "
                                       "thread (64,0,0) does not" +
                                           advice);
  EXPECT_EQ(of_branch(below(64), 64), "");
  EXPECT_EQ(of_branch(below(0), 64), ""); // nobody comes
  EXPECT_EQ(
      of_branch([](gpu& g, auto const&, auto const&) { return g.thread_position_in_threadgroup() == 0u; }),
      "kernel k: threadgroup_barrier stands in an if_ of thread_position_in_threadgroup.x == 0: thread "
      "(0,0,0) comes there, thread (1,0,0) does not (in a block of 32 threads)" +
          advice);
}

TEST(divergence, of_a_simdgroup) {
  EXPECT_EQ(of_branch(below(64), 128, true), "");
  EXPECT_NE(of_branch(below(48), 128, true).find("thread (32,0,0) comes there, thread (48,0,0) does not"),
            std::string::npos);
  auto const first = [](gpu& g, auto const&, auto const&) {
    return g.simdgroup_index_in_threadgroup() == 0u;
  };
  EXPECT_EQ(of_branch(first, 128, true), "");
  EXPECT_NE(of_branch(first, 128), "");
  EXPECT_EQ(of_branch(first, 32), "");
}

TEST(divergence, two_dimensions_and_grids) {
  auto const top = [](gpu& g, auto const&, auto const&) { return g.thread_position_in_threadgroup().y < 4u; };
  EXPECT_EQ(of_branch(top, extent3(64, 4)), "");
  EXPECT_NE(of_branch(top, extent3(64, 5)).find("thread (0,0,0) comes there, thread (63,4,0) does not"),
            std::string::npos);
  auto const inside = [](gpu& g, auto const&, auto const&) { return g.thread_position_in_grid() < 1000u; };
  EXPECT_EQ(of_branch(inside, 128), ""); // in the first threadgroup
  EXPECT_EQ(of_branch(inside, 125, false, 9), "");
  EXPECT_NE(of_branch(inside, 128, false, 8).find("thread (896,0,0) comes there, thread (1023,0,0) does not"),
            std::string::npos);
}

TEST(divergence, what_is_not_known_is_left_to_the_executor) {
  EXPECT_EQ(of_branch([](gpu& g, auto const&, auto const& n) { return g.thread_position_in_grid() < n; }, 64),
            "");
  EXPECT_EQ(
      of_branch(
          [](gpu& g, auto const& x, auto const&) { return x[g.thread_position_in_threadgroup()] == 0u; }, 64),
      "");
  EXPECT_EQ(of_branch([](gpu& g, auto const& x,
                         auto const&) { return x[0] == 0u || g.thread_position_in_threadgroup() == 0u; },
                      64),
            "");
  // All threads come to the inner condition, or none does.
  EXPECT_NE(refusal_of([](gpu& g, eg::scalar<u32, "n"> n, eg::out<u32, "Y"> y) {
              g.if_(n > 3u, [&] {
                g.if_(g.thread_index_in_threadgroup() % 2u == 0u, [&] { y[0] = 1u; }).else_([&] {
                  g.threadgroup_barrier();
                });
              });
            }).find("in the else_ of (thread_index_in_threadgroup % 2) == 0: thread (1,0,0) comes there"),
            std::string::npos);
  // Of the threads that come to the inner condition all may go on.
  EXPECT_EQ(refusal_of([](gpu& g, eg::scalar<u32, "n"> n, eg::out<u32, "Y"> y) {
              auto const t = g.thread_index_in_threadgroup();
              g.if_(t < n, [&] { g.if_(t == 0u, [&] { g.threadgroup_barrier(); }); });
              y[0] = n;
            }),
            "");
}

TEST(divergence, loops) {
  EXPECT_NE(refusal_of([](gpu& g, eg::out<u32, "Y"> y) {
              g.for_range(g.thread_index_in_threadgroup() + 1u, [&](auto) { g.threadgroup_barrier(); });
              y[0] = 1u;
            }).find("in a for_range that thread (0,0,0) runs 1 times and thread (1,0,0) 2 times"),
            std::string::npos);
  EXPECT_NE(refusal_of([](gpu& g, eg::out<u32, "Y"> y) {
              auto left = g.variable<"left">(g.thread_index_in_threadgroup());
              g.while_([&] { return left > 0u; },
                       [&] {
                         left -= 1u;
                         g.threadgroup_barrier();
                       });
              y[0] = 1u;
            }).find("in a while_ of left > 0: thread (1,0,0) comes there, thread (0,0,0) does not"),
            std::string::npos);
  EXPECT_NE(
      refusal_of([](gpu& g, eg::out<u32, "Y"> y) {
        g.for_range(4, [&](auto) {
          g.break_if(g.thread_index_in_threadgroup() == 3u);
          g.threadgroup_barrier();
        });
        y[0] = 1u;
      })
          .find("behind a break_ for thread_index_in_threadgroup == 3: thread (0,0,0) comes there, thread "
                "(3,0,0) does not"),
      std::string::npos);
}

/// A sum by a tree, its barrier for all threads or for those that add.
std::string tree(bool for_all) {
  return refusal_of(
      [=](gpu& g, eg::out<u32, "Y"> y) {
        auto const t = g.thread_index_in_threadgroup();
        auto tile = g.threadgroup_memory<u32, "tile">(128);
        tile[t] = t;
        g.threadgroup_barrier();
        auto half = g.variable<"half_size">(64u);
        g.while_([&] { return half > 0u; },
                 [&] {
                   g.if_(t < half, [&] {
                     tile[t] += tile[t + half];
                     if (!for_all)
                       g.threadgroup_barrier();
                   });
                   if (for_all)
                     g.threadgroup_barrier();
                   half /= 2u;
                 });
        y[t] = tile[0];
      },
      128);
}
TEST(divergence, a_tree_of_sums) {
  EXPECT_EQ(tree(true), "");
  EXPECT_NE(
      tree(false).find("in an if_ of thread_index_in_threadgroup < half_size: thread (0,0,0) comes there, "
                       "thread (64,0,0) does not"),
      std::string::npos);
}

inline constexpr auto promised = eg::kernel<"promised">([](gpu& g, eg::in<u32, "X"> x, eg::out<u32, "Y"> y) {
  auto tile = g.threadgroup_memory<u32, "tile">(64);
  auto t = g.thread_position_in_threadgroup();
  g.if_(eg::uniform(x[g.thread_position_in_grid()] / 10u) == 1u, [&] {
    tile[t] = t;
    g.threadgroup_barrier();
    y[g.thread_position_in_grid()] = tile[63u - t];
  });
});

TEST(divergence, promises_are_checked) {
  constexpr auto compiled = eg::compile<promised, eg::compile_options{.block = 64}>();
  EXPECT_EQ(compiled.metal_source().find("uniform"), std::string_view::npos);
  EXPECT_NE(compiled.ir().find(", uniform\n"), std::string::npos) << compiled.ir();
  std::vector<u32> x(128), y(128);
  for (u32 i = 0; i < 128; ++i)
    x[i] = i < 64 ? 3 : 10 + i % 10;
  eg::runtime rt(eg::backend::cpu, 1);
  rt.execute(compiled, eg::threads(128), eg::in(x), eg::out(y));
  for (u32 i = 0; i < 128; ++i)
    ASSERT_EQ(y[i], i < 64 ? 0 : 127 - i);
  x[70] = 9;
  try {
    rt.execute(compiled, eg::threads(128), eg::in(x), eg::out(y));
    FAIL() << "the promise holds";
  } catch (eg::error const& e) {
    EXPECT_STREQ(e.what(), "promised: uniform: the value is not the same in threads (64,0,0) and (70,0,0)");
  }
  // The promise is the author's, also against what can be seen.
  EXPECT_EQ(of_branch([](gpu& g, auto const&, auto const&) {
              return eg::uniform(g.thread_position_in_threadgroup() == 0u);
            }),
            "");
}

} // namespace
