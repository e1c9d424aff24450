// SPDX-License-Identifier: MIT
// Functions of the generated source: the executor, the emitted text and plain C++ agree; each is traced once,
// and what MSL has no functions for is refused.
#include "both.hpp"

#include <cmath>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f32;
using eg::gpu;
using eg::i32;
using eg::u32;
using eg::value;
using witness::both;

constexpr u32 n = 100;

inline constexpr auto square = eg::function<"square">([](auto const& x) { return x * x; });
inline constexpr auto softer =
    eg::function<"softer">([](value<f32> x) { return x / (1.0f + eg::abs(x)) + 0.25f * square(x - 1.0f); });

template <class K>
std::size_t times(K const& k, std::string_view words) {
  std::size_t found = 0;
  for (std::size_t at = k.metal_source().find(words); at != std::string_view::npos;
       at = k.metal_source().find(words, at + 1))
    ++found;
  return found;
}

inline constexpr auto of_values =
    eg::kernel<"of_values">([](gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y, eg::out<i32, "Z"> z) {
      auto i = g.thread_position_in_grid();
      y[i] = softer(x[i]) + softer(x[i]) + square(x[i]);
      z[i] = square(eg::cast<i32>(i)) + 9 * square(eg::cast<i32>(i));
    });

TEST(functions, of_values_that_call_each_other) {
  constexpr auto compiled = eg::compile<of_values>();
  std::vector<f32> x(n), y(n);
  std::vector<i32> z(n);
  for (u32 i = 0; i < n; ++i)
    x[i] = static_cast<f32>(i) / 8 - 5;
  both(compiled, {{n}, {48}}, eg::in(x), eg::out(y), eg::out(z));
  for (u32 i = 0; i < n; ++i) {
    f32 const soft = x[i] / (1 + std::fabs(x[i])) + 0.25f * ((x[i] - 1) * (x[i] - 1));
    ASSERT_EQ(y[i], soft + soft + x[i] * x[i]);
    ASSERT_EQ(z[i], static_cast<i32>(i * i * 10));
  }
  EXPECT_EQ(compiled.metal_source(),
            "#include <metal_stdlib>\n"
            "using namespace metal;\n"
            "\n"
            "static inline float square(float x) {\n"
            "  return x * x;\n"
            "}\n"
            "\n"
            "static inline float softer(float x) {\n"
            "  return x / (1.0f + abs(x)) + 0.25f * square(x - 1.0f);\n"
            "}\n"
            "\n"
            "static inline int square(int x) {\n"
            "  return x * x;\n"
            "}\n"
            "\n"
            "kernel void of_values(const device float* X [[buffer(0)]],\n"
            "                      device float* Y [[buffer(1)]],\n"
            "                      device int* Z [[buffer(2)]],\n"
            "                      uint gid [[thread_position_in_grid]]) {\n"
            "  const float v0 = X[gid];\n"
            "  const float v1 = softer(v0);\n" // once
            "  Y[gid] = v1 + v1 + square(v0);\n"
            "  const int v2 = square(int(gid));\n"
            "  Z[gid] = v2 + 9 * v2;\n"
            "}\n");
  EXPECT_EQ(compiled.metal_source(), eg::compile(of_values).metal_source());
  EXPECT_EQ(compiled.ir(), eg::compile(of_values).ir());
  EXPECT_EQ(compiled.functions().size(), 3u);
  EXPECT_NE(compiled.ir().find("function softer : f32 {\n  value x : f32\n"), std::string::npos)
      << compiled.ir();
  EXPECT_NE(compiled.ir().find(" = call softer %"), std::string::npos) << compiled.ir();
}

// Types of every width, vectors, several results in loops; all of narrow types are handed over exactly.
inline constexpr auto blend = eg::function<"blend">(
    [](value<eg::vec<f32, 4>> a, value<eg::vec<f32, 4>> b, eg::scalar<f32, "t"> t, value<bool> swap) {
      return eg::select(a + (b - a) * t, b + (a - b) * t, swap);
    });
inline constexpr auto wrapped = eg::function<"wrapped">(
    [](value<eg::u8> x, value<eg::i64> y) { return eg::cast<eg::i64>(x + eg::cast<eg::u8>(y)) - y; });
inline constexpr auto of_types = eg::kernel<"of_types">(
    [](gpu& g, eg::in<f32, "X"> x, eg::inout<eg::u8, "B"> b, eg::out<f32, "Y"> y, eg::out<eg::i64, "L"> l) {
      auto i = g.thread_position_in_grid();
      auto v = g.variable<"v">(x.load<4>(i * 4u));
      g.for_range(3, [&](auto k) { v = blend(v, eg::make_vector(x[i], x[i], x[i], x[i]), 0.25f, k == 1); });
      y.store(i * 4u, v.read());
      l[i] = wrapped(b[i] * b[i], eg::cast<eg::i64>(i)) + wrapped(b[i], 1000);
    });

TEST(functions, of_many_types_in_loops) {
  std::vector<f32> x(4 * n), y(4 * n);
  std::vector<eg::u8> b(n);
  std::vector<eg::i64> l(n);
  for (u32 i = 0; i < 4 * n; ++i)
    x[i] = static_cast<f32>((i * 29) % 64) / 4;
  for (u32 i = 0; i < n; ++i)
    b[i] = static_cast<eg::u8>(7 * i + 3);
  constexpr auto compiled = eg::compile<of_types>();
  both(compiled, {{n}, {48}}, eg::in(x), eg::inout(b), eg::out(y), eg::out(l));
  auto const in_cpp = [](eg::u8 p, eg::i64 q) {
    return eg::i64{static_cast<eg::u8>(p + static_cast<eg::u8>(q))} - q;
  };
  for (u32 i = 0; i < n; ++i) {
    for (u32 c = 0; c < 4; ++c) {
      f32 v = x[4 * i + c];
      for (int k = 0; k < 3; ++k)
        v = k == 1 ? x[i] + (v - x[i]) * 0.25f : v + (x[i] - v) * 0.25f;
      ASSERT_EQ(y[4 * i + c], v);
    }
    ASSERT_EQ(l[i], in_cpp(static_cast<eg::u8>(b[i] * b[i]), i) + in_cpp(b[i], 1000));
  }
  EXPECT_EQ(times(compiled, "static inline float4 blend(float4 x, float4 y, float t, bool w) {"), 1u)
      << compiled.metal_source();
}

inline constexpr auto turned = eg::function<"turned">( //
    [](value<eg::mat<f32, 2, 2>> m, value<eg::vec<f32, 2>> v) { return eg::transpose(m) * (m * v); });
inline constexpr auto of_matrices =
    eg::kernel<"of_matrices">([](gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
      auto i = g.thread_position_in_grid() * 2u;
      auto const v = x.load<2>(i);
      auto const m = eg::make_matrix(v, v + 1.0f);
      y.store(i, turned(m, turned(m, v)));
    });

TEST(functions, of_matrices) {
  std::vector<f32> x(2 * n), y(2 * n);
  for (u32 i = 0; i < 2 * n; ++i)
    x[i] = static_cast<f32>((i * 5) % 7) - 3;
  both(eg::compile<of_matrices>(), {{n}, {48}}, eg::in(x), eg::out(y));
  for (u32 i = 0; i < n; ++i) {
    f32 const *const a = &x[2 * i], b[2] = {a[0] + 1, a[1] + 1};
    f32 v[2] = {a[0], a[1]};
    for (int k = 0; k < 2; ++k) {
      f32 const p = a[0] * v[0] + b[0] * v[1], q = a[1] * v[0] + b[1] * v[1];
      v[0] = a[0] * p + a[1] * q;
      v[1] = b[0] * p + b[1] * q;
    }
    ASSERT_EQ(y[2 * i], v[0]);
    ASSERT_EQ(y[2 * i + 1], v[1]);
  }
}

// Buffers: of a kernel, of a threadgroup, read and written; a function without a result, one with a barrier.
inline constexpr auto sum_of = eg::function<"sum_of">(
    [](gpu& g, eg::in<f32, "From"> from, eg::scalar<u32, "first"> first, eg::scalar<u32, "count"> count) {
      auto sum = g.variable<"sum">(0.0f);
      g.for_range(count, [&](auto k) { sum += from[first + k]; });
      return sum;
    });
inline constexpr auto put_if_positive = eg::function<"put_if_positive">(
    [](gpu& g, eg::out<f32, "To"> to, value<u32> at, value<f32> x) { g.if_(x > 0.0f, [&] { to[at] = x; }); });
inline constexpr auto share =
    eg::function<"share">([](gpu& g, eg::inout<f32, "Shared"> shared, value<u32> at, value<f32> x) {
      shared[at] = x;
      g.threadgroup_barrier();
      g.check<"what is shared is not 77">(x != 77.0f);
    });
inline constexpr auto of_buffers =
    eg::kernel<"of_buffers">([](gpu& g, eg::inout<f32, "X"> x, eg::out<f32, "Y"> y) {
      auto tile = g.threadgroup_memory<f32, "tile">(32);
      auto i = g.thread_position_in_grid(), t = g.thread_position_in_threadgroup();
      eg::value<f32> const before = x[i];
      share(tile, t, before);
      auto const neighbours = sum_of(tile, t / 4u * 4u, 4u);
      put_if_positive(x, i, neighbours); // its own element
      put_if_positive(y, i, x[i] + before + sum_of(x, i, 1u));
    });

TEST(functions, of_buffers) {
  std::vector<f32> x(96), y(96, -1.0f);
  for (u32 i = 0; i < 96; ++i)
    x[i] = static_cast<f32>((i * 37) % 64) - 30;
  auto const given = x;
  constexpr auto compiled = eg::compile<of_buffers>();
  both(compiled, {{96}, {32}}, eg::inout(x), eg::out(y));
  for (u32 i = 0; i < 96; ++i) {
    f32 sum = 0;
    for (u32 k = i / 4 * 4; k < i / 4 * 4 + 4; ++k)
      sum += given[k];
    f32 const now = sum > 0 ? sum : given[i];
    ASSERT_EQ(x[i], now);
    f32 const shown = now + given[i] + now;
    ASSERT_EQ(y[i], shown > 0 ? shown : -1.0f);
  }
  EXPECT_EQ(times(compiled, "static inline float sum_of(threadgroup float* From, uint first, uint count) {"),
            1u)
      << compiled.metal_source();
  EXPECT_EQ(times(compiled, "static inline float sum_of(const device float* From, uint first, uint count) {"),
            1u);
  EXPECT_EQ(times(compiled, "  share(tile, tid, v0);\n"), 1u) << compiled.metal_source();

  x[40] = 77.0f;
  eg::runtime rt(eg::backend::cpu, 1);
  try {
    rt.execute(compiled, eg::dispatch{.block = 32, .total = 96}, eg::inout(x), eg::out(y));
    FAIL() << "the check holds";
  } catch (eg::error const& e) {
    EXPECT_STREQ(e.what(), "of_buffers: check failed in thread (40,0,0): what is shared is not 77");
  }
}

// Threadgroup memory by that name: an array, what a call gives, a tensor's, and atomics.
inline constexpr auto turn_over =
    eg::function<"turn_over">([](gpu& g, eg::threadgroup<f32, "tile"> tile, value<u32> at, value<f32> x) {
      tile[at] = x;
      g.threadgroup_barrier();
      return tile[31u - at] + tile.vectors<4>()[at / 4u].read()[1];
    });
inline constexpr auto count_into = eg::function<"count_into">(
    [](eg::atomic<u32, "Count"> count, value<u32> which) { count[which].fetch_add(1u); });
inline constexpr auto begin_bins = eg::function<"begin_bins">(
    [](eg::threadgroup_atomic<u32, "bins"> bins, value<u32> at) { bins[at].store(0u); });
inline constexpr auto of_threadgroups = eg::kernel<"of_threadgroups">(
    [](gpu& g, eg::threadgroup<f32, "lent"> lent, eg::inout<f32, "X"> x, eg::atomic<u32, "All"> all) {
      auto own = g.threadgroup_memory<f32, "own">(32);
      auto tile = eg::make_tensor(g.threadgroup_memory<f32, "pair">(64), eg::layout{{32, 2}, {1, 32}});
      auto bins = g.threadgroup_atomic<u32, "bins">(32);
      auto const i = g.thread_position_in_grid(), t = g.thread_position_in_threadgroup();
      begin_bins(bins, t);
      auto const sum = turn_over(lent, t, x[i]) + turn_over(own, t, x[i] + 1.0f);
      x[i] = sum + turn_over(eg::memory_of(tile), t, 2.0f * x[i]);
      count_into(bins, t / 2u);
      count_into(all, t % 3u);
      g.threadgroup_barrier();
      x[i] += eg::cast<f32>(bins[t].load());
    });

TEST(functions, of_threadgroup_memory) {
  std::vector<f32> x(96);
  std::vector<u32> all(3, 5u);
  for (u32 i = 0; i < 96; ++i)
    x[i] = static_cast<f32>((i * 37) % 64) - 30;
  auto const given = x;
  constexpr auto compiled = eg::compile<of_threadgroups>();
  both(compiled, {{96}, {32}}, eg::threadgroup_length(32), eg::inout(x), eg::inout(all));
  for (u32 i = 0; i < 96; ++i) {
    u32 const first = i / 32 * 32, t = i % 32;
    f32 const across = given[first + 31 - t], beside = given[first + t / 4 * 4 + 1];
    ASSERT_EQ(x[i], across + beside + (across + 1 + (beside + 1)) + (2 * across + 2 * beside) +
                        (t < 16 ? 2.0f : 0.0f));
  }
  EXPECT_EQ(all, (std::vector<u32>{38, 38, 35}));
  auto const text = compiled.metal_source();
  EXPECT_EQ(times(compiled, "static inline float turn_over(threadgroup float* tile, uint x, float y) {"), 1u)
      << text;
  EXPECT_EQ(times(compiled, "static inline void count_into(threadgroup atomic_uint* Count, uint x) {"), 1u)
      << text;
  EXPECT_EQ(times(compiled, "static inline void count_into(device atomic_uint* Count, uint x) {"), 1u)
      << text;
  EXPECT_EQ(times(compiled, "turn_over(pair"), 1u) << text;
  EXPECT_NE(compiled.ir().find("function turn_over : f32 {\n  memory tile : threadgroup f32 loaded stored\n"),
            std::string::npos)
      << compiled.ir();
}

// In a jit function: the tensors of the call, and those that lie in threadgroup memory.
inline constexpr auto add_rows =
    eg::function<"add_rows">([](eg::threadgroup<f32, "tile"> tile, eg::in<f32, "From"> from, value<u32> at) {
      auto rows = eg::make_tensor(tile, eg::layout{{8, 4}, {4, 1}});
      rows(at) = from[at] + 1.0f;
      rows(at) += from[at];
    });
TEST(functions, of_tensors) {
  auto const staged =
      eg::compile(eg::jit<"staged">([](eg::host& h, eg::tensor_of<f32> a) {
                    h.launch<"stage">({.grid = 1, .block = 32}, [=](gpu& g) {
                      auto tile = eg::make_tensor(g.threadgroup_memory<f32, "tile">(32), eg::layout(32));
                      auto const t = g.thread_position_in_threadgroup();
                      add_rows(eg::memory_of(tile), eg::memory_of(a), t);
                      g.threadgroup_barrier();
                      a(t) = tile(t);
                    });
                  }),
                  eg::arg<"A">(eg::layout(32)));
  std::vector<f32> a(32);
  for (u32 i = 0; i < 32; ++i)
    a[i] = static_cast<f32>(i);
  both(staged, {}, eg::inout(a));
  for (u32 i = 0; i < 32; ++i)
    ASSERT_EQ(a[i], static_cast<f32>(2 * (i / 4 + i % 4 * 8) + 1));
  EXPECT_EQ(times(staged,
                  "static inline void add_rows(threadgroup float* tile, const device float* From, uint x) {"),
            1u)
      << staged.metal_source();
}

// Launches share functions; what no kernel needs is not there; the author's names give way to a function's.
TEST(functions, stand_once_in_a_program) {
  auto const two = eg::compile(eg::jit<"two">([](eg::host& h, eg::tensor_of<f32> a) {
                                 auto const block = [&]<eg::fixed_string Name>() {
                                   h.launch<Name>({.grid = 1, .block = 32}, [=](gpu& g) {
                                     auto const t = g.thread_position_in_threadgroup();
                                     a(t) = softer(a(t));
                                     softer(a(t) + 2.0f); // for nothing
                                   });
                                 };
                                 block.template operator()<"first">();
                                 block.template operator()<"second">();
                               }),
                               eg::arg<"A">(eg::layout(32)));
  EXPECT_EQ(times(two, "static inline float softer(float x)"), 1u) << two.metal_source();
  EXPECT_EQ(times(two, "= softer("), 2u) << two.metal_source();
  std::vector<f32> a(32, 3.0f);
  both(two, {}, eg::inout(a));

  auto const idle = eg::compile(eg::kernel<"idle">([](gpu& g, eg::inout<f32, "softer"> s) {
    auto const i = g.thread_position_in_grid();
    square(s[i]); // for nothing
    s[i] = softer(s[i]);
  }));
  EXPECT_EQ(times(idle, "softer1[gid] = softer(softer1[gid]);\n"), 1u) << idle.metal_source();
  both(idle, {{32}, {32}}, eg::inout(a));
}

template <class Body>
std::string refusal_of(Body body, eg::compile_options const& options = {}) {
  try {
    eg::compile(eg::kernel<"k">(body), options);
  } catch (eg::error const& e) {
    return e.what();
  }
  return "";
}

struct factorial {
  value<f32> operator()(value<f32> x) const { return x * eg::function<"factorial">(factorial{})(x - 1.0f); }
};

TEST(functions, what_is_refused) {
  EXPECT_EQ(refusal_of([](gpu&, eg::out<f32, "Y"> y, eg::scalar<f32, "x"> x) {
              y[0] = eg::function<"factorial">(factorial{})(x);
            }),
            "function factorial calls itself; MSL allows no recursion: use a loop");
  EXPECT_EQ(refusal_of([](gpu&, eg::out<f32, "Y"> y, eg::scalar<f32, "x"> x) {
              y[0] = eg::function<"where">(
                  [](gpu& g, value<f32> v) { return v + eg::cast<f32>(g.thread_position_in_grid()); })(x);
            }),
            "function where: thread_position_in_grid is known in kernels alone; hand it over as an argument");
  EXPECT_EQ(refusal_of([](gpu&, eg::out<f32, "Y"> y, eg::scalar<f32, "x"> x) {
              y[0] = eg::function<"own">([](gpu& g, value<f32> v) {
                auto tile = g.threadgroup_memory<f32, "tile">(4);
                tile[0] = v;
                return v;
              })(x);
            }),
            "function own: threadgroup memory is declared in kernels alone; hand it over as an argument");
  EXPECT_EQ(refusal_of([](gpu&, eg::out<f32, "Y"> y, eg::scalar<f32, "x"> x) {
              y[0] = eg::function<"same">([](value<f32> v) { return v + 1.0f; })(x) +
                     eg::function<"same">([](value<f32> v) { return v + 2.0f; })(x);
            }),
            "k: two functions are called same");
  EXPECT_EQ(refusal_of([](gpu&, eg::out<f32, "Y"> y, eg::scalar<f32, "x"> x) {
              y[0] = eg::function<"k">([](value<f32> v) { return v + 1.0f; })(x);
            }),
            "k: a kernel and a function are called k");
  EXPECT_EQ(
      refusal_of([](gpu&, eg::out<f32, "Y"> y, eg::scalar<f32, "x"> x) {
        y[0] = eg::function<"float">([](value<f32> v) { return v + 1.0f; })(x);
      }),
      "the function name \"float\" is not a name that MSL can use: it has a meaning there; float_ has none");
  EXPECT_EQ(refusal_of([](gpu&, eg::out<i32, "Y"> y) { y[0] = square(3); }),
            "function square: a call with literals alone has no kernel to stand in");
  EXPECT_EQ(
      refusal_of([](gpu&, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) { y[0] = sum_of(x.from(3), 0u, 1u); }),
      "function sum_of: a buffer is handed over from its first element on; hand over the index of from(...) "
      "too");
  // A barrier in a function stands where the function is called.
  EXPECT_NE(
      refusal_of([](gpu& g, eg::inout<f32, "X"> x) {
        auto t = g.thread_position_in_threadgroup();
        g.if_(t == 0u, [&] { share(x, t, 1.0f); });
      }).find("kernel k: threadgroup_barrier stands in an if_ of thread_position_in_threadgroup.x == 0"),
      std::string::npos);
  EXPECT_NE(refusal_of([](gpu&, eg::out<eg::bf16, "Y"> y, eg::scalar<eg::bf16, "x"> x) { y[0] = square(x); },
                       {.metal = {3, 0}})
                .find("needs Metal 3.1"),
            std::string::npos);
}

// What is not a call of a function.
template <class... A>
concept calls_softer = requires(A const&... a) { softer(a...); };
static_assert(calls_softer<value<f32>> && calls_softer<eg::var<f32>>);
static_assert(!calls_softer<value<i32>> && !calls_softer<value<f32>, value<f32>> && !calls_softer<>);
static_assert(!calls_softer<value<eg::vec<f32, 2>>>);
template <class... A>
concept puts = requires(A const&... a) { put_if_positive(a...); };
static_assert(puts<eg::out<f32, "Y">, value<u32>, value<f32>> &&
              puts<eg::inout<f32, "Y">, value<u32>, float>);
static_assert(puts<eg::threadgroup_array<f32>, value<u32>, value<f32>>);
static_assert(!puts<eg::in<f32, "Y">, value<u32>, value<f32>>);  // which is only read
static_assert(!puts<eg::out<i32, "Y">, value<u32>, value<f32>>); // of another type
static_assert(!puts<value<f32>, value<u32>, value<f32>>);        // no buffer
template <class A>
concept turns_over =
    requires(gpu& g, A const& a, value<u32> const& at, value<f32> const& x) { turn_over(a, at, x); };
static_assert(turns_over<eg::threadgroup_array<f32>> && turns_over<eg::threadgroup<f32, "T">>);
static_assert(!turns_over<eg::inout<f32, "X">> && !turns_over<eg::threadgroup_array<i32>>);
static_assert(!turns_over<eg::threadgroup_atomics<u32>>);
template <class A>
concept counts = requires(A const& a, value<u32> const& at) { count_into(a, at); };
static_assert(counts<eg::atomic<u32, "A">> && counts<eg::threadgroup_atomics<u32>>);
static_assert(!counts<eg::atomic<i32, "A">> && !counts<eg::inout<u32, "A">>);

} // namespace
