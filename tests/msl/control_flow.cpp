// SPDX-License-Identifier: MIT
// Loops that threads leave early, checks, registers: the executor, the emitted text and plain C++ agree.
#include "both.hpp"

#include <algorithm>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f32;
using eg::i32;
using eg::u32;
using witness::both;

constexpr u32 n = 100; // three simdgroups and a part of one, in threadgroups of 48

std::vector<i32> numbers(u32 count = n) {
  std::vector<i32> r(count);
  for (u32 i = 0; i < count; ++i)
    r[i] = static_cast<i32>((i * 37 + 11) % 101);
  return r;
}

// Every thread leaves after a number of passes of its own; the bounds are the same for all.
inline constexpr auto leaves_uniform_loop =
    eg::kernel<"leaves_uniform_loop">([](eg::gpu& g, eg::in<i32, "X"> x, eg::out<i32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      auto passes = g.variable(0);
      g.for_range(50, [&](auto j) {
        g.break_if(j == x[i] % 7 + x[i] / 40);
        passes += 1;
      });
      y[i] = passes;
    });

TEST(control_flow, break_if_in_a_loop_with_equal_bounds) {
  auto const x = numbers();
  std::vector<i32> y(n);
  both(eg::compile<leaves_uniform_loop>(), {{n}, {48}}, eg::in(x), eg::out(y));
  for (u32 i = 0; i < n; ++i)
    ASSERT_EQ(y[i], x[i] % 7 + x[i] / 40);
}

// Breaks in both branches, two levels below the inner loop; the outer one goes on.
inline constexpr auto nested = eg::kernel<"nested">([](eg::gpu& g, eg::in<i32, "X"> x, eg::out<i32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  auto sum = g.variable<"sum">(0);
  g.for_range(0, x[i] % 5 + 1, [&](auto outer) {
    g.for_range(0, 20, 3, [&](auto inner) {
      g.if_((inner & 1) == 0, [&] {
         g.if_(inner > x[i] % 11, [&] {
           sum += 1000;
           g.break_();
         });
         sum += 1;
       }).else_([&] {
        sum += outer;
        g.break_if(inner + outer > 12);
        sum += 10;
      });
      sum += 100;
    });
    g.break_if(sum > 3000);
  });
  y[i] = sum;
});

i32 nested_in_cpp(i32 x) {
  i32 sum = 0;
  for (i32 outer = 0; outer < x % 5 + 1; ++outer) {
    for (i32 inner = 0; inner < 20; inner += 3) {
      if ((inner & 1) == 0) {
        if (inner > x % 11) {
          sum += 1000;
          break;
        }
        sum += 1;
      } else {
        sum += outer;
        if (inner + outer > 12)
          break;
        sum += 10;
      }
      sum += 100;
    }
    if (sum > 3000)
      break;
  }
  return sum;
}

TEST(control_flow, break_leaves_the_innermost_loop) {
  auto const x = numbers();
  std::vector<i32> y(n);
  both(eg::compile<nested>(), {{n}, {48}}, eg::in(x), eg::out(y));
  for (u32 i = 0; i < n; ++i)
    ASSERT_EQ(y[i], nested_in_cpp(x[i])) << x[i];
}

// Carried values are those of the last complete pass; threads meet again after the loop.
inline constexpr auto carried =
    eg::kernel<"carried">([](eg::gpu& g, eg::in<i32, "X"> x, eg::out<i32, "Y"> y, eg::out<i32, "Z"> z) {
      auto tile = g.threadgroup_memory<i32, "tile">(32);
      auto i = g.thread_position_in_grid(), t = g.thread_position_in_threadgroup();
      auto last = g.for_range(10, eg::carry(1), [&](auto j, auto a) {
        g.break_if(a > x[i]);
        return a * 2 + j;
      });
      tile[t] = last;
      g.threadgroup_barrier();
      y[i] = tile[31u - t];
      auto down = g.variable(x[i]);
      g.while_([&] { return down > 0; },
               [&] {
                 down -= 3;
                 g.break_if(down % 8 == 5);
               });
      z[i] = down;
    });

TEST(control_flow, carried_values_and_while) {
  auto const x = numbers(96);
  std::vector<i32> y(96), z(96);
  both(eg::compile<carried>(), {{96}, {32}}, eg::in(x), eg::out(y), eg::out(z));
  auto const last = [&](u32 i) {
    i32 a = 1;
    for (i32 j = 0; j < 10 && a <= x[i]; ++j)
      a = a * 2 + j;
    return a;
  };
  for (u32 i = 0; i < 96; ++i) {
    ASSERT_EQ(y[i], last(i / 32 * 32 + 31 - i % 32));
    i32 down = x[i];
    while (down > 0) {
      down -= 3;
      if (down % 8 == 5)
        break;
    }
    ASSERT_EQ(z[i], down);
  }
}

// Loops that end only because every thread leaves them, together or one by one; behind the last one nobody
// waits, counts or promises.
inline constexpr auto endless = eg::kernel<"endless">(
    [](eg::gpu& g, eg::in<i32, "X"> x, eg::scalar<u32, "one"> one, eg::out<i32, "Y"> y) {
      auto tile = g.threadgroup_memory<i32, "tile">(32);
      auto i = g.thread_position_in_grid(), t = g.thread_position_in_threadgroup();
      auto passes = g.variable(0);
      g.for_range(0, 2147483647, [&](auto) {
        passes += 1;
        g.break_if(passes > x[i] % 9);
      });
      g.while_([&] { return one > 0u; },
               [&] {
                 passes += 100;
                 g.break_if(passes > 100 * (x[i] % 5));
               });
      g.for_range(0, 2147483647, [&](auto k) {
        g.break_if(eg::uniform(eg::cast<u32>(k) > one));
        g.threadgroup_barrier();
        tile[t] = passes;
        g.threadgroup_barrier();
        g.for_range(eg::uniform(one), [&](auto) { passes = tile[31u - t]; });
      });
      y[i] = passes;
    });

TEST(control_flow, loops_end_when_nobody_is_left) {
  auto const x = numbers(96);
  std::vector<i32> y(96);
  both(eg::compile<endless>(), {{96}, {32}}, eg::in(x), 1u, eg::out(y));
  for (u32 i = 0; i < 96; ++i) { // turned round twice
    i32 passes = x[i] % 9 + 1;
    do
      passes += 100;
    while (passes <= 100 * (x[i] % 5));
    ASSERT_EQ(y[i], passes);
  }
}

inline constexpr auto in_registers =
    eg::kernel<"in_registers">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      auto acc = g.registers<f32, 4>(0.5f);
      eg::range_constexpr<4>([&](auto k) { acc[k] += x[i * 4u + u32(k)]; });
      eg::range_constexpr<1, 4, 2>([&](auto k) { acc[k] *= acc[k - 1]; }); // 1 and 3
      auto sum = g.variable(0.0f);
      eg::range_constexpr<4>([&](auto k) { sum += acc[k]; });
      y[i] = sum;
    });

TEST(control_flow, registers_and_unrolled_loops) {
  std::vector<f32> x(4 * n), y(n);
  for (u32 i = 0; i < 4 * n; ++i)
    x[i] = static_cast<f32>(i % 17) - 8;
  both(eg::compile<in_registers>(), {{n}, {48}}, eg::in(x), eg::out(y));
  for (u32 i = 0; i < n; ++i) {
    f32 a[4];
    for (u32 k = 0; k < 4; ++k)
      a[k] = 0.5f + x[4 * i + k];
    a[1] *= a[0];
    a[3] *= a[2];
    ASSERT_EQ(y[i], a[0] + a[1] + a[2] + a[3]);
  }
}

inline constexpr auto checked =
    eg::kernel<"checked">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      auto root = eg::sqrt(x[i]); // for the check alone
      g.check<"X has only squares below 100">(root < 10.0f);
      g.if_(x[i] != 0.0f, [&] { g.check<"X is not negative">(root > 0.0f); });
      y[i] = x[i] + 1.0f;
    });

TEST(control_flow, checks_are_for_the_executor) {
  std::vector<f32> x(n, 4.0f), y(n);
  constexpr auto compiled = eg::compile<checked>();
  both(compiled, {{n}, {48}}, eg::in(x), eg::out(y));
  EXPECT_EQ(y, std::vector<f32>(n, 5.0f));
  EXPECT_EQ(compiled.metal_source().find("sqrt"), std::string_view::npos) << compiled.metal_source();
  EXPECT_NE(compiled.ir().find("check %4, \"X has only squares below 100\""), std::string::npos)
      << compiled.ir();

  x[70] = 144.0f;
  eg::runtime rt(eg::backend::cpu, 2);
  try {
    rt.execute(compiled, eg::threads(n), eg::in(x), eg::out(y));
    FAIL() << "the check holds";
  } catch (eg::error const& e) {
    EXPECT_STREQ(e.what(), "checked: check failed in thread (70,0,0): X has only squares below 100");
  }
}

// `if (bool((*(device int2*)...` would begin like a declaration.
TEST(control_flow, conditions_that_begin_with_a_vector) {
  auto const kernel =
      eg::kernel<"begin">([](eg::gpu& g, eg::in<i32, "X"> x, eg::in<f32, "F"> f, eg::inout<i32, "Y"> y) {
        auto i = g.thread_position_in_grid();
        g.if_(eg::cast<bool>(x.load<2>(2 * i)[0]), [&] { y[i] = 1; }).else_([&] {
          y[i] = eg::select(0, 2, x[2 * i + 1] > 0);
        });
        g.if_(eg::cast<i32>(f.load<4>(4 * i)[1]) > 3, [&] { y[i] += 4; });
        g.if_(eg::cast<i32>(f.load<4>(4 * i))[1] > 5, [&] { y[i] += 8; });
      });
  std::vector<i32> x{1, 0, 0, 7, 0, 0, -3, 1}, y(4);
  std::vector<f32> f(16);
  for (int i = 0; i < 16; ++i)
    f[static_cast<std::size_t>(i)] = static_cast<float>(i) * 0.7f;
  witness::shape const shape{{4, 1, 1}, {4, 1, 1}};
  ASSERT_TRUE(both(eg::compile(kernel), shape, eg::in(x), eg::in(f), eg::inout(y)));
  EXPECT_EQ(y, (std::vector<i32>{1, 2, 4 + 8, 1 + 4 + 8}));
}

template <class Body>
std::string refusal_of(Body body) {
  try {
    eg::compile(eg::kernel<"k">(body));
  } catch (eg::error const& e) {
    return e.what();
  }
  return "";
}

TEST(control_flow, what_is_refused) {
  EXPECT_EQ(refusal_of([](eg::gpu& g, eg::out<f32, "Y"> y) {
              y[0] = 1.0f;
              g.break_();
            }),
            "kernel k: break_ stands in no loop");
  EXPECT_EQ(refusal_of([](eg::gpu& g, eg::out<f32, "Y"> y) {
              auto acc = g.registers<f32, 3>(0.0f);
              y[0] = acc[3];
            }),
            "registers: index 3 is not one of 0 to 2");
}

} // namespace
