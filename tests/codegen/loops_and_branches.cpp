// SPDX-License-Identifier: MIT
// What becomes of regions: what a loop computes anew and anew alike stands before it, and what no thread
// comes to is gone.
#include <enigma/codegen.hpp>

#include <gtest/gtest.h>
#include <string>

namespace {

namespace eg = enigma;
using eg::f32;
using eg::i32;
using eg::u32;

using input = eg::in<f32, "X">;
using output = eg::inout<f32, "Y">;
using count = eg::scalar<u32, "n">;

/// The statements of a kernel of blocks of 64 threads.
template <class Body>
std::string text_of(Body body) {
  auto const traced = [=](eg::gpu& g, input x, output y, count n) { body(g, x, y, n); };
  auto const k = eg::compile(eg::kernel<"k">(traced), eg::compile_options{.block = {64}});
  std::string const all(k.metal_source());
  std::size_t const begin = all.find("{\n") + 2;
  return '\n' + all.substr(begin, all.rfind("}\n") - begin);
}
#define EXPECT_TEXT(wanted, ...)                                                                             \
  EXPECT_EQ(text_of([](eg::gpu& g, auto& x, auto& y, auto& n) {                                              \
              static_cast<void>(x), static_cast<void>(n);                                                    \
              auto const gid = g.thread_position_in_grid().x;                                                \
              __VA_ARGS__                                                                                    \
            }),                                                                                              \
            wanted)

// ---- Before the loop -------------------------------------------------------------------------------------

TEST(hoisting, rows_are_found_once) {
  EXPECT_TEXT(R"(
  const uint v0 = gid * n;
  for (uint i = 0u; i < n; ++i) {
    const uint v1 = v0 + i;
    Y[v1] = X[v1] * 2.0f;
  }
)",
              { g.for_range(n, [&](auto const& i) { y[gid * n + i] = x[gid * n + i] * 2.0f; }); });
}
TEST(hoisting, goes_as_far_as_the_operands_allow) {
  EXPECT_TEXT(R"(
  const uint v0 = gid * n;
  for (uint i = 0u; i < n; ++i) {
    const uint v1 = i * n;
    for (uint j = 0u; j < n; ++j) {
      const uint v2 = v0 + j;
      Y[v2] += X[v1 + j];
    }
  }
)",
              {
                g.for_range(n, [&](auto const& i) {
                  g.for_range(n, [&](auto const& j) { y[gid * n + j] += x[i * n + j]; });
                });
              });
}
// A pointer cannot be named in front of a condition, so the condition does without.
TEST(pointers, of_a_condition) {
  EXPECT_TEXT(R"(
  uint j = n;
  while ((X + gid)[1] > 0.0f) {
    device float* Y_from = Y + gid;
    if (j > 4u) {
      Y_from[2] = 1.0f;
    }
    j += 1u;
  }
)",
              {
                auto j = g.template variable<"j">(n);
                g.while_([&] { return x.from(gid)[1] > 0.0f; },
                         [&] {
                           g.if_(j > 4u, [&] { y.from(gid)[2] = 1.0f; });
                           j += 1u;
                         });
              });
}

// One pointer for all that begins there, whichever way it is written.
TEST(pointers, of_several_elements) {
  EXPECT_TEXT(R"(
  const uint v0 = gid * n;
  const device float* X_from = X + v0;
  device float* Y_from = Y + v0;
  Y_from[0] = X_from[0] + X_from[2];
  Y_from[1] = X_from[1];
  Y_from[3] = 1.0f;
)",
              {
                auto const at = gid * n;
                y[at] = x[at] + x.from(at)[2];
                y.from(at)[1] = x.from(at)[1];
                y.from(at)[3] = 1.0f;
              });
}
TEST(pointers, for_other_blocks_too) {
  EXPECT_TEXT(R"(
  const uint v0 = gid * n;
  device float* Y_from = Y + v0;
  if (gid > 4u) {
    Y_from[1] = 1.0f;
    Y_from[2] = 2.0f;
  }
  Y_from[0] = X[v0];
)",
              {
                auto const at = gid * n;
                g.if_(gid > 4u, [&] {
                  y.from(at)[1] = 1.0f;
                  y.from(at)[2] = 2.0f;
                });
                y[at] = x[at];
              });
}
TEST(pointers, end_with_their_block) {
  EXPECT_TEXT(R"(
  if (gid > 4u) {
    device float* Y_from = Y + gid;
    Y_from[1] = 1.0f;
    Y_from[2] = 2.0f;
  }
  Y[gid] = 3.0f;
)",
              {
                g.if_(gid > 4u, [&] {
                  y.from(gid)[1] = 1.0f;
                  y.from(gid)[2] = 2.0f;
                });
                y[gid] = 3.0f;
              });
}

TEST(hoisting, constants_stay) {
  // Sums and comparisons with a constant cost no more than another value that lives through the loop; unless
  // what needs them goes.
  EXPECT_TEXT(R"(
  const uint v0 = (gid + 1u) * n;
  for (uint i = 0u; i < n; ++i) {
    Y[gid + 3u] = gid < n ? X[v0 + i] : 0.0f;
  }
)",
              {
                g.for_range(n, [&](auto const& i) {
                  y[gid + 3u] = eg::load_if(x, (gid + 1u) * n + i, gid < n, 0.0f);
                });
              });
}
TEST(hoisting, leaves_a_branch_with_its_loop) {
  // From both branches it is one.
  EXPECT_TEXT(R"(
  const uint v0 = gid * n;
  for (uint i = 0u; i < n; ++i) {
    if (i < 3u) {
      Y[v0] += 1.0f;
    } else {
      Y[v0] += 2.0f;
    }
  }
)",
              {
                g.for_range(n, [&](auto const& i) {
                  g.if_(i < 3u, [&] { y[gid * n] += 1.0f; }).else_([&] { y[gid * n] += 2.0f; });
                });
              });
  // Signed integers may overflow where the branch is not taken.
  EXPECT_TEXT(R"(
  for (uint i = 0u; i < n; ++i) {
    if (i < 3u) {
      Y[0u] = float(int(gid) * int(n));
    }
  }
)",
              {
                g.for_range(n, [&](auto const& i) {
                  g.if_(i < 3u,
                        [&] { y[0] = eg::cast<eg::f32>(eg::cast<eg::i32>(gid) * eg::cast<eg::i32>(n)); });
                });
              });
  // A loop in a branch leaves the loop alone.
  EXPECT_TEXT(R"(
  if (gid < n) {
    const uint v0 = gid * n;
    for (uint i = 0u; i < n; ++i) {
      Y[v0 + i] = 0.0f;
    }
  }
)",
              { g.if_(gid < n, [&] { g.for_range(n, [&](auto const& i) { y[gid * n + i] = 0.0f; }); }); });
}
TEST(hoisting, quotients_need_a_divisor) {
  // Where n is 0 the loop is not entered, and nothing is divided by it.
  EXPECT_TEXT(R"(
  for (uint i = 0u; i < n; ++i) {
    Y[gid / n + i] = 0.0f;
  }
)",
              { g.for_range(n, [&](auto const& i) { y[gid / n + i] = 0.0f; }); });
  EXPECT_TEXT(R"(
  const uint v0 = gid / 6u;
  for (uint i = 0u; i < n; ++i) {
    Y[v0 + i] = 0.0f;
  }
)",
              { g.for_range(n, [&](auto const& i) { y[gid / 6u + i] = 0.0f; }); });
}
TEST(hoisting, variables_and_loads_stay) {
  EXPECT_TEXT(R"(
  uint x0 = 1u;
  while (x0 * n < 100u) {
    Y[x0 * n] = X[gid];
    x0 *= 2u;
  }
)",
              {
                auto v = g.variable(1u);
                g.while_([&] { return v * n < 100u; },
                         [&] {
                           y[v * n] = x[gid];
                           v *= 2u;
                         });
              });
}
TEST(hoisting, conditions_of_loops) {
  EXPECT_TEXT(R"(
  uint x0 = 1u;
  const uint v0 = gid * n;
  while (x0 < v0) {
    x0 *= 3u;
  }
  Y[x0] = 0.0f;
)",
              {
                auto v = g.variable(1u);
                g.while_([&] { return v < gid * n; }, [&] { v *= 3u; });
                y[v] = 0.0f;
              });
}

// ---- Before both branches
// ----------------------------------------------------------------------------------

TEST(both_branches, compute_once) {
  EXPECT_TEXT(
      R"(
  const uint v0 = gid * n;
  const float v1 = X[gid] / 3.0f;
  if (gid < n) {
    Y[v0] = v1 + 1.0f;
  } else {
    Y[v0] = v1 - 1.0f;
  }
)",
      {
        auto const a = x[gid];
        g.if_(gid < n, [&] { y[gid * n] = a / 3.0f + 1.0f; }).else_([&] { y[n * gid] = a / 3.0f - 1.0f; });
      });
}
TEST(both_branches, out_of_all_that_agree) {
  EXPECT_TEXT(R"(
  const uint v0 = gid / n;
  if (gid > 4u) {
    if (gid > 9u) {
      Y[v0] = 1.0f;
    } else {
      Y[v0] = 2.0f;
    }
  } else {
    Y[v0] = 3.0f;
  }
)",
              {
                g.if_(gid > 4u, [&] {
                   g.if_(gid > 9u, [&] { y[gid / n] = 1.0f; }).else_([&] { y[gid / n] = 2.0f; });
                 }).else_([&] { y[gid / n] = 3.0f; });
              });
}
// What one of two branches does not need is no less work before them; a load could read what is not there.
TEST(both_branches, the_rest_stays) {
  EXPECT_TEXT(R"(
  if (gid > 4u) {
    if (gid > 9u) {
      Y[gid * n] = X[gid];
    }
  } else {
    Y[gid * n] = X[gid] * 2.0f;
  }
)",
              {
                g.if_(gid > 4u, [&] { g.if_(gid > 9u, [&] { y[gid * n] = x[gid]; }); }).else_([&] {
                  y[gid * n] = x[gid] * 2.0f;
                });
              });
}
TEST(both_branches, in_a_loop_then_before_it) {
  EXPECT_TEXT(R"(
  const uint v0 = gid * n;
  for (uint i = 0u; i < n; ++i) {
    const uint v1 = v0 + i;
    if (X[i] > 0.0f) {
      Y[v1] = 1.0f;
    } else {
      Y[v1] = 2.0f;
    }
  }
)",
              {
                g.for_range(n, [&](auto const& i) {
                  g.if_(x[i] > 0.0f, [&] { y[gid * n + i] = 1.0f; }).else_([&] { y[gid * n + i] = 2.0f; });
                });
              });
}

// ---- Regions that are none ------------------------------------------------------------------------------

TEST(branches, that_all_threads_take) {
  EXPECT_TEXT("\n  Y[gid] = 1.0f;\n", {
    auto const tid = g.thread_position_in_threadgroup().x;
    g.if_(tid < 64u, [&] { y[gid] = 1.0f; }).else_([&] { y[gid] = 2.0f; });
  });
  EXPECT_TEXT("\n  Y[gid] = 2.0f;\n", {
    auto const tid = g.thread_position_in_threadgroup().x;
    g.if_(tid >= 64u, [&] { y[gid] = 1.0f; }).else_([&] { y[gid] = 2.0f; });
  });
  EXPECT_TEXT("\n  if (tid < 63u) {\n    Y[gid] = 1.0f;\n  }\n", {
    auto const tid = g.thread_position_in_threadgroup().x;
    g.if_(tid < 63u, [&] { y[gid] = 1.0f; });
  });
}
TEST(branches, within_others) {
  EXPECT_TEXT(R"(
  for (int i = 0; i < 4; ++i) {
    Y[i] = 1.0f;
    if (gid < n) {
      Y[i + 8] = 2.0f;
    }
  }
)",
              {
                g.for_range(4, [&](auto const& i) {
                  g.if_(i < 4, [&] {
                     y[i] = 1.0f;
                     g.if_(gid < n, [&] { y[i + 8] = 2.0f; });
                     g.if_(i > 4, [&] { g.for_range(n, [&](auto const& j) { y[j] = 3.0f; }); });
                   }).else_([&] { g.if_(gid < n, [&] { y[i + 9] = 4.0f; }); });
                });
              });
}
TEST(branches, loops_without_a_pass) {
  EXPECT_TEXT("\n  Y[gid] = 1.0f;\n", {
    g.for_range(3, 3, [&](auto const& i) { y[i] = 2.0f; });
    g.for_range(g.thread_position_in_threadgroup().x + 5u, 5u, [&](auto const& i) { y[i] = 2.0f; });
    y[gid] = 1.0f;
  });
}
TEST(branches, masks) {
  EXPECT_TEXT("\n  Y[gid] = X[gid] + 7.0f;\n", {
    auto const tid = g.thread_position_in_threadgroup().x;
    auto const all = tid < 64u, none = tid > 64u;
    eg::store_if(y, gid, all, eg::load_if(x, gid, all, 1.0f) + eg::load_if(x, gid, none, 7.0f));
    eg::store_if(y, gid, none, 3.0f);
  });
}

} // namespace
