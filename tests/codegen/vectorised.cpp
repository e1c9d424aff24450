// SPDX-License-Identifier: MIT
// vectorised<4>(kernel): what the vector form of a kernel looks like, how it is called, and which kernels
// have none. That it computes the same is tested in tests/msl/vectorised.cpp.
#include <enigma/enigma.hpp>

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::gpu;
using eg::i32;
using eg::in;
using eg::inout;
using eg::out;
using eg::scalar;
using eg::u16;
using eg::u32;
using eg::u64;
using eg::u8;

// ---- Texts ---------------------------------------------------------------------------------------------

inline constexpr auto saxpy = eg::kernel<"saxpy">(
    [](gpu& g, in<f32, "X"> x, scalar<f32, "alpha"> alpha, in<f32, "Y"> y, out<f32, "Out"> o) {
      auto i = g.thread_position_in_grid();
      o[i] = alpha * x[i] + y[i];
    });

// Without a guard the elements are counted by an argument that the runtime gives.
static_assert(eg::compile<eg::vectorised<4>(saxpy)>().metal_source() == R"(#include <metal_stdlib>
using namespace metal;

kernel void saxpy(const device float* X [[buffer(0)]],
                  constant float& alpha [[buffer(1)]],
                  const device float* Y [[buffer(2)]],
                  device float* Out [[buffer(3)]],
                  constant uint& elements [[buffer(4)]],
                  uint gid [[thread_position_in_grid]]) {
  if (gid < elements / 4u) {
    ((device float4*)Out)[gid] = alpha * ((const device float4*)X)[gid] + ((const device float4*)Y)[gid];
  } else {
    for (uint i = gid * 4u; i < elements; ++i) {
      Out[i] = alpha * X[i] + Y[i];
    }
  }
}
)");

// A launch that is known needs none: here every thread has a whole vector.
static_assert(eg::compile<eg::vectorised<2>(saxpy), eg::compile_options{.grid = 10, .block = 64}>().grid() ==
              eg::extent3(5));
static_assert(
    eg::compile<eg::vectorised<2>(saxpy), eg::compile_options{.grid = 10, .block = 64}>().metal_source() ==
    R"(#include <metal_stdlib>
using namespace metal;

kernel void saxpy(const device float* X [[buffer(0)]],
                  constant float& alpha [[buffer(1)]],
                  const device float* Y [[buffer(2)]],
                  device float* Out [[buffer(3)]],
                  uint gid [[thread_position_in_grid]]) {
  ((device float2*)Out)[gid] = alpha * ((const device float2*)X)[gid] + ((const device float2*)Y)[gid];
}
)");

// A guard tells how many there are.
inline constexpr auto guarded = eg::kernel<"leaky">(
    [](gpu& g, in<f16, "X"> x, out<f16, "Y"> y, scalar<f32, "slope"> slope, scalar<u32, "n"> n) {
      auto i = g.thread_position_in_grid();
      g.if_(i < n, [&] {
        auto v = eg::cast<f32>(x[i]);
        y[i] = eg::cast<f16>(select(v * slope, v, v > 0));
      });
    });
static_assert(eg::compile<eg::vectorised<4>(guarded)>().metal_source() == R"(#include <metal_stdlib>
using namespace metal;

kernel void leaky(const device half* X [[buffer(0)]],
                  device half* Y [[buffer(1)]],
                  constant float& slope [[buffer(2)]],
                  constant uint& n [[buffer(3)]],
                  uint gid [[thread_position_in_grid]]) {
  if (gid < n / 4u) {
    const float4 v0 = float4(((const device half4*)X)[gid]);
    ((device half4*)Y)[gid] = half4(select(v0 * slope, v0, v0 > 0.0f));
  } else {
    for (uint i = gid * 4u; i < n; ++i) {
      const float v1 = float(X[i]);
      Y[i] = half(v1 > 0.0f ? v1 : v1 * slope);
    }
  }
}
)");

// Where the guard's bound is a multiple by promise, nothing is left over.
inline constexpr auto promised = eg::kernel<"doubled">([](gpu& g, inout<i32, "X"> x, scalar<u32, "n"> n) {
  auto i = g.thread_position_in_grid();
  g.if_(i < eg::multiple_of<4>(n), [&] { x[i] += x[i]; });
});
static_assert(eg::compile<eg::vectorised<4>(promised)>().metal_source() == R"(#include <metal_stdlib>
using namespace metal;

kernel void doubled(device int* X [[buffer(0)]],
                    constant uint& n [[buffer(1)]],
                    uint gid [[thread_position_in_grid]]) {
  if (gid < n / 4u) {
    const int4 v0 = ((device int4*)X)[gid];
    ((device int4*)X)[gid] = v0 + v0;
  }
}
)");

// ---- Calls ---------------------------------------------------------------------------------------------

template <class F>
std::string refusal_of(F f) {
  try {
    f();
  } catch (eg::error const& e) {
    return e.what();
  }
  return "accepted";
}

/// Y[i] = i + 1, to see who has come.
constexpr auto marks = eg::kernel<"marks">([](gpu& g, out<u32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  y[i] = i + 1;
});

std::vector<u32> marked(eg::compiled_kernel const& k, eg::dispatch const& size, std::size_t n) {
  std::vector<u32> y(n);
  eg::runtime rt;
  rt.execute(k, size, eg::out(y));
  return y;
}

TEST(vectorised, is_called_as_the_kernel_is) {
  auto const one = eg::compile(marks), four = eg::compile(eg::vectorised<4>(marks));
  ASSERT_EQ(four.parameters().size(), 2u);
  EXPECT_TRUE(four.parameters()[1].counts_elements);
  EXPECT_EQ(four.launches()[0].elements_per_thread, 4u);
  for (u32 const n : {1u, 3u, 4u, 5u, 30u, 1023u, 1024u, 1030u})
    EXPECT_EQ(marked(one, eg::threads(n), n), marked(four, eg::threads(n), n));
  EXPECT_EQ(marked(one, {.grid = 7, .block = 9}, 63), marked(four, {.grid = 7, .block = 9}, 63));
  // The block is fixed, or both are.
  for (auto const& k :
       {eg::compile(marks, {.block = 9}), eg::compile(eg::vectorised<4>(marks), {.block = 9})})
    EXPECT_EQ(marked(k, eg::threads(50), 50), marked(one, eg::threads(50), 50));
  for (auto const& k : {eg::compile(eg::vectorised<4>(marks), {.grid = 7, .block = 9}),
                        eg::compile(eg::vectorised<2>(marks), {.grid = 7, .block = 9})})
    EXPECT_EQ(marked(k, {}, 63), marked(one, eg::threads(63), 63));
}

TEST(vectorised, counts_elements_itself) {
  auto const k = eg::compile(eg::vectorised<4>(marks));
  std::vector<u32> y(8);
  eg::runtime rt;
  EXPECT_EQ(refusal_of([&] { rt.execute(k, eg::threads(8), eg::out(y), 8u); }),
            "marks takes 1 arguments (Y); the call gives 2");
  EXPECT_EQ(refusal_of([&] { rt.execute(k, eg::threads(2, 4), eg::out(y)); }),
            "marks: a vectorised kernel counts elements along x alone; the call gives (2,4,1) threads");
  EXPECT_EQ(refusal_of([&] { rt.execute(k, eg::threads(9), eg::out(y)); }).substr(0, 43),
            "marks: store to Y at index 8 is out of rang");
}

// A parameter may have that name already.
TEST(vectorised, names_the_number_of_elements) {
  auto const k = eg::kernel<"named">([](gpu& g, out<u32, "Y"> y, scalar<u32, "elements"> elements) {
    y[g.thread_position_in_grid()] = elements;
  });
  auto const compiled = eg::compile(eg::vectorised<4>(k));
  EXPECT_NE(compiled.metal_source().find("constant uint& element_count [[buffer(2)]]"),
            std::string_view::npos);
}

// An array that is read and written through two arguments is as good as one.
TEST(vectorised, works_in_place) {
  auto const k = eg::compile(eg::vectorised<4>(saxpy));
  for (u32 n = 1; n < 20; ++n) {
    std::vector<f32> x(n, 3.0f);
    eg::runtime rt;
    rt.execute(k, eg::threads(n), eg::in(x), 2.0f, eg::in(x), eg::out(x));
    EXPECT_EQ(x, std::vector<f32>(n, 9.0f));
  }
}

// A promise is checked, also where it would leave out elements.
TEST(vectorised, checks_promises) {
  auto const k = eg::compile(eg::vectorised<4>(promised));
  eg::runtime rt;
  std::vector<i32> x(8, 1);
  rt.execute(k, eg::threads(8), eg::inout(x), 8u);
  EXPECT_EQ(x, std::vector<i32>(8, 2));
  EXPECT_NE(refusal_of([&] {
              rt.execute(k, eg::threads(8), eg::inout(x), 7u);
            }).find("what multiple_of promises is a multiple"),
            std::string::npos);
}

template <int Lanes>
concept are_lanes = requires { eg::vectorised<Lanes>(saxpy); };
static_assert(are_lanes<2> && are_lanes<4> && !are_lanes<1> && !are_lanes<3> && !are_lanes<8>);

// ---- Refusals ------------------------------------------------------------------------------------------

template <class Body>
std::string refused_body(Body body, eg::compile_options const& options = {}) {
  return refusal_of([&] { eg::compile(eg::vectorised<4>(eg::kernel<"k">(body)), options); });
}
#define REFUSED(words, ...)                                                                                  \
  EXPECT_EQ(refused_body(__VA_ARGS__), "kernel k has no vector form of 4 elements: " words)

TEST(vectorised, refuses_other_elements) {
  REFUSED(
      "it reads X[i + 1]; a vector begins at a multiple of 4, so it may be [i], or [i + c] for a c that is "
      "proven to be one: multiple_of<4>(c) promises it",
      [](gpu& g, in<f32, "X"> x, out<f32, "Y"> y) {
        auto i = g.thread_position_in_grid();
        y[i] = x[i + 1u];
      });
  REFUSED(
      "it writes Y[i + d]; a vector begins at a multiple of 4, so it may be [i], or [i + c] for a c that is "
      "proven to be one: multiple_of<4>(c) promises it",
      [](gpu& g, in<f32, "X"> x, out<f32, "Y"> y, scalar<u32, "d"> d) {
        auto i = g.thread_position_in_grid();
        y[i + d] = x[i];
      });
  REFUSED(
      "it reads X[i * 2]; neighbouring elements are at [i], or at [i + c] for a c that is the same for all "
      "and proven to be a multiple of 4",
      [](gpu& g, in<f32, "X"> x, out<f32, "Y"> y) {
        auto i = g.thread_position_in_grid();
        y[i] = x[i * 2u];
      });
  REFUSED(
      "it reads X[Idx[i]]; neighbouring elements are at [i], or at [i + c] for a c that is the same for all "
      "and proven to be a multiple of 4",
      [](gpu& g, in<f32, "X"> x, in<u32, "Idx"> idx, out<f32, "Y"> y) {
        auto i = g.thread_position_in_grid();
        y[i] = x[idx[i]];
      });
  REFUSED("it reads X[(i + 4) / 2 % (n - 1)]; neighbouring elements are at [i], or at [i + c] for a c that "
          "is the "
          "same for all and proven to be a multiple of 4",
          [](gpu& g, in<f32, "X"> x, scalar<u32, "n"> n, out<f32, "Y"> y) {
            auto i = g.thread_position_in_grid();
            y[i] = x[(i + 4u) / 2u % (n - 1u)];
          });
  REFUSED("it writes Y[0] in every thread; elements are written at [i]",
          [](gpu& g, in<f32, "X"> x, out<f32, "Y"> y) { y[0] = x[g.thread_position_in_grid()]; });
  REFUSED(
      "it reads Y[i + 4] and writes Y[i]: which of two threads comes first decides; read from a buffer that "
      "is not written",
      [](gpu& g, inout<f32, "Y"> y) {
        auto i = g.thread_position_in_grid();
        y[i] = y[i + 4u];
      });
  REFUSED(
      "it reads Y[0] and writes Y[i]: which of two threads comes first decides; read from a buffer that is "
      "not written",
      [](gpu& g, inout<f32, "Y"> y) {
        auto i = g.thread_position_in_grid();
        y[i] = y[0] + 1.0f;
      });
  REFUSED("it reads X[i] under a mask; put all of it in one guard, g.if_(i < n, ...)",
          [](gpu& g, in<f32, "X"> x, out<f32, "Y"> y, scalar<u32, "n"> n) {
            auto i = g.thread_position_in_grid();
            y[i] = eg::load_if(x, i, i < n, 0.0f);
          });
}

TEST(vectorised, refuses_conditions) {
  REFUSED(
      "the condition X[i] > a number is not the same for neighbouring elements; only a guard, g.if_(i < n, "
      "...) with a u32 n that is, around all of it may be; choose with select(...)",
      [](gpu& g, in<f32, "X"> x, out<f32, "Y"> y) {
        auto i = g.thread_position_in_grid();
        g.if_(x[i] > 0.0f, [&] { y[i] = x[i]; });
      });
  REFUSED(
      "the condition i <= n is not the same for neighbouring elements; only a guard, g.if_(i < n, ...) with "
      "a u32 n that is, around all of it may be; choose with select(...)",
      [](gpu& g, in<f32, "X"> x, out<f32, "Y"> y, scalar<u32, "n"> n) {
        auto i = g.thread_position_in_grid();
        g.if_(i <= n, [&] { y[i] = x[i]; });
      });
  REFUSED("it writes Z[i] outside of its guard i < n; put all of it inside",
          [](gpu& g, in<f32, "X"> x, out<f32, "Y"> y, out<f32, "Z"> z, scalar<u32, "n"> n) {
            auto i = g.thread_position_in_grid();
            g.if_(i < n, [&] { y[i] = x[i]; });
            z[i] = 1.0f;
          });
  REFUSED("it has two guards; put both parts in one g.if_(i < n, ...)",
          [](gpu& g, in<f32, "X"> x, out<f32, "Y"> y, scalar<u32, "n"> n) {
            auto i = g.thread_position_in_grid();
            g.if_(i < n, [&] { y[i] = x[i]; });
            g.if_(i < n, [&] { y[i] = -x[i]; });
          });
  REFUSED(
      "its guard i < n has an else_, for elements that there are none of; write those from a kernel of their "
      "own",
      [](gpu& g, in<f32, "X"> x, out<f32, "Y"> y, scalar<u32, "n"> n) {
        auto i = g.thread_position_in_grid();
        g.if_(i < n, [&] { y[i] = x[i]; }).else_([&] { y[i] = 0.0f; });
      });
  REFUSED(
      "a loop's bound N[i] is not the same for neighbouring elements; loop as often for all, and choose with "
      "select(...)",
      [](gpu& g, in<u32, "N"> n, out<u32, "Y"> y) {
        auto i = g.thread_position_in_grid();
        auto sum = g.variable(0u);
        g.for_range(n[i], [&](auto k) { sum += k; });
        y[i] = sum;
      });
}

struct pair {
  BOOST_HANA_DEFINE_STRUCT(pair, (f32, a), (f32, b));
};

TEST(vectorised, refuses_what_depends_on_the_threads) {
  REFUSED("it uses a barrier, whose meaning depends on which threads stand beside each other",
          [](gpu& g, out<f32, "Y"> y) {
            g.threadgroup_barrier();
            y[g.thread_position_in_grid()] = 1.0f;
          });
  REFUSED("it uses simd_sum, whose meaning depends on which threads stand beside each other",
          [](gpu& g, in<f32, "X"> x, out<f32, "Y"> y) {
            auto i = g.thread_position_in_grid();
            y[i] = eg::simd_sum(x[i]);
          });
  REFUSED("it uses atomic_fetch_add on Count; elements would come to it in another order",
          [](gpu& g, in<u32, "X"> x, eg::atomic<u32, "Count"> count) {
            count[0].fetch_add(x[g.thread_position_in_grid()]);
          });
  REFUSED(
      "it uses the threadgroup memory tile, and who shares that depends on which threads stand beside each "
      "other",
      [](gpu& g, out<f32, "Y"> y) {
        auto tile = g.threadgroup_memory<f32, "tile">(64);
        tile[0] = 1.0f;
        y[g.thread_position_in_grid()] = tile[0];
      });
  REFUSED("it asks for threads_per_grid, of which the vector form would tell something else: it has fewer "
          "threads; of an element-wise kernel thread_position_in_grid is enough",
          [](gpu& g, out<u32, "Y"> y) {
            auto i = g.thread_position_in_grid();
            y[i] = g.threads_per_grid().x;
          });
  REFUSED("it asks for the thread's position along y; elements are counted along x alone",
          [](gpu& g, out<u32, "Y"> y) {
            auto at = g.thread_position_in_grid();
            y[at.x] = at.y;
          });
  REFUSED("it asks for the thread's position as u16, which elements need not fit; ask for a u32",
          [](gpu& g, out<u32, "Y"> y) { y[g.thread_position_in_grid<u16>()] = 1; });
}

TEST(vectorised, refuses_structs_and_vectors) {
  REFUSED("it reads P, whose elements are structs; vectors are of numbers: have an array for each field",
          [](gpu& g, in<pair, "P"> p, out<f32, "Y"> y) {
            auto i = g.thread_position_in_grid();
            y[i] = p[i][&pair::a];
          });
  REFUSED("it reads vectors of X already; vectorised takes kernels of one element a thread",
          [](gpu& g, in<f32, "X"> x, out<f32, "Y"> y) {
            auto i = g.thread_position_in_grid();
            y[i] = x.vectors<4>()[i][2];
          });
}

TEST(vectorised, refuses_launches) {
  auto const body = [](gpu& g, out<u32, "Y"> y) { y[g.thread_position_in_grid()] = 1; };
  EXPECT_EQ(
      refused_body(body, {.grid = 8}),
      "kernel k: vectorised needs the block too where the grid is fixed: both tell how many elements there "
      "are; or leave both to the call");
  EXPECT_EQ(refused_body(body, {.grid = {8, 2}, .block = 8}),
            "kernel k: vectorised counts elements along x alone; the grid or the block has more dimensions");
  EXPECT_EQ(refused_body(body, {.grid = 1 << 23, .block = 1024}),
            "kernel k: 8589934592 elements; a thread's position goes to 4294967295");
}

} // namespace
