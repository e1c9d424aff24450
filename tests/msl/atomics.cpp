// SPDX-License-Identifier: MIT
// Atomics: the executor, the text run by the machine, and plain C++. Where the order of the threads is open,
// the tests look at what every order gives.
#include "both.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <numeric>
#include <random>
#include <span>

namespace {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::u32;
using witness::both;

std::vector<u32> numbers(std::size_t n) {
  std::mt19937 random(1);
  std::vector<u32> r(n);
  for (u32& x : r)
    x = static_cast<u32>(random());
  return r;
}

// ---- Kernels -------------------------------------------------------------------------------------------

inline constexpr auto histogram =
    eg::kernel<"histogram">([](eg::gpu& g, eg::in<u32, "X"> x, eg::atomic<u32, "Count"> count) {
      auto bins = g.threadgroup_atomic<u32, "bins">(64);
      auto const i = g.thread_position_in_grid(), t = g.thread_position_in_threadgroup();
      g.if_(t < 64, [&] { bins[t].store(0u); });
      g.threadgroup_barrier();
      bins[x[i] % 64].fetch_add(1u);
      g.threadgroup_barrier();
      g.if_(t < 64, [&] { count[t].fetch_add(bins[t].load()); });
    });

TEST(atomics, histogram) {
  for (u32 const n : {64u, 5000u}) {
    auto const x = numbers(n);
    std::vector<u32> count(64, 7), expected(64, 7);
    for (u32 const v : x)
      ++expected[v % 64];
    u32 const block = n == 64 ? 64 : 100; // full threadgroups: each needs a thread for every bin
    both(eg::compile<histogram>(), {{n}, {block}}, eg::in(x), eg::inout(count));
    EXPECT_EQ(count, expected);
  }
}

/// Each thread draws a number, and no two the same: the executor on several threads of the host.
TEST(atomics, numbers_are_drawn_once) {
  constexpr u32 n = 200000;
  auto const kernel = eg::kernel<"draw">(
      [](eg::gpu& g, eg::atomic<u32, "Next"> next, eg::atomic<i32, "Down"> down, eg::out<u32, "Out"> out) {
        auto const i = g.thread_position_in_grid();
        out[next[0].fetch_add(1u)] = i;
        down[1].fetch_sub(2);
      });
  std::vector<u32> next(1, 0), out(n, n);
  std::vector<i32> down{0, 5};
  auto const compiled = eg::compile(kernel);
  eg::runtime(eg::backend::cpu, 4)
      .execute(compiled, eg::threads(n).in_groups_of(64), eg::inout(next), eg::inout(down), eg::out(out));
  EXPECT_EQ(next[0], n);
  EXPECT_EQ(down, (std::vector<i32>{0, 5 - 2 * static_cast<i32>(n)}));
  std::sort(out.begin(), out.end());
  for (u32 k = 0; k < n; ++k)
    ASSERT_EQ(out[k], k);
  // By the machine: sums alone do not depend on the order.
  auto const sums = eg::kernel<"sums">([](eg::gpu& g, eg::atomic<u32, "Next"> a, eg::atomic<u32, "Sum"> sum) {
    sum[0].fetch_add(a[g.thread_position_in_grid() % 3u].fetch_add(1u));
  });
  std::vector<u32> a(3, 10), sum(1, 0);
  both(eg::compile(sums), {{300}, {70}}, eg::inout(a), eg::inout(sum));
  EXPECT_EQ(a, (std::vector<u32>{110, 110, 110}));
  EXPECT_EQ(sum[0], 3 * (10 * 100 + 99 * 100 / 2));
}

/// All functions of a type, in device and in threadgroup memory. `F` is called with the element that all
/// threads change and gives what is to be kept of the results.
template <class T, class Device, class Threadgroup>
void check_all(Device device, Threadgroup threadgroup, std::vector<T> const& x, std::vector<T> before,
               std::vector<T> const& expected) {
  auto const kernel = eg::kernel<"every">([&](eg::gpu& g, eg::in<T, "X"> in, eg::in<T, "Start"> start,
                                              eg::atomic<T, "A"> a, eg::atomic<T, "B"> b) {
    auto shared = g.threadgroup_atomic<T, "shared">(8);
    auto const i = g.thread_position_in_grid(), t = g.thread_position_in_threadgroup();
    g.if_(t < 8, [&] { shared[t].store(start[t]); });
    g.threadgroup_barrier();
    auto const v = in[i];
    device(a, v);
    threadgroup(shared, v);
    g.threadgroup_barrier();
    g.if_(t < 8, [&] { b[t].store(shared[t].load()); });
  });
  std::vector<T> a = before, b(8);
  u32 const n = static_cast<u32>(x.size());
  both(eg::compile(kernel), {{n}, {n}}, eg::in(x), eg::in(before), eg::inout(a), eg::inout(b));
  EXPECT_EQ(a, expected);
  EXPECT_EQ(b, expected);
}

template <class T>
void check_words(std::vector<T> const& x) {
  auto const all = [](auto& a, auto const& v) {
    a[0].fetch_add(v);
    a[1].fetch_sub(v);
    a[2].fetch_min(v);
    a[3].fetch_max(v);
    a[4].fetch_and(v | 0xff);
    a[5].fetch_or(v);
    a[6].fetch_xor(v);
    a[7].exchange(v * 0 + 9);
  };
  T const some = static_cast<T>(0x40000000);
  std::vector<T> const before{some, some, some, 3, static_cast<T>(~T{0}), 0, some, 1};
  std::vector<T> e = before;
  auto const wrapped = [](T p, T q, bool minus) {
    return static_cast<T>(minus ? static_cast<u32>(p) - static_cast<u32>(q)
                                : static_cast<u32>(p) + static_cast<u32>(q));
  };
  for (T const v : x) {
    e[0] = wrapped(e[0], v, false);
    e[1] = wrapped(e[1], v, true);
    e[2] = std::min(e[2], v);
    e[3] = std::max(e[3], v);
    e[4] = e[4] & (v | 0xff);
    e[5] = e[5] | v;
    e[6] = e[6] ^ v;
  }
  e[7] = 9;
  check_all<T>(all, all, x, before, e);
}

TEST(atomics, of_words) {
  auto const x = numbers(200);
  check_words<u32>(x);
  std::vector<i32> y;
  for (u32 const v : x)
    y.push_back(static_cast<i32>(v));
  check_words<i32>(y);
}

/// What a change gives is the element before it: one thread makes all.
TEST(atomics, give_what_stood_there) {
  auto const kernel = eg::kernel<"steps">([](eg::gpu&, eg::atomic<i32, "A"> a, eg::out<i32, "Out"> out) {
    int k = 0;
    auto const put = [&](auto const& x) { out[k++] = x; };
    put(a[0].load());
    put(a[0].fetch_add(5));
    put(a[0].fetch_sub(2));
    put(a[0].fetch_min(-3));
    put(a[0].fetch_max(6));
    put(a[0].fetch_and(12));
    put(a[0].fetch_or(3));
    put(a[0].fetch_xor(5));
    put(a[0].exchange(100));
    a[0].store(50);
    put(a[0].load());
    put(a[0].load() + a[0].load()); // both are made
  });
  std::vector<i32> a{10}, out(11);
  auto const compiled = eg::compile(kernel);
  both(compiled, {{1}, {1}}, eg::inout(a), eg::out(out));
  EXPECT_EQ(out, (std::vector<i32>{10, 10, 15, 13, -3, 6, 4, 7, 2, 50, 100}));
  EXPECT_EQ(a[0], 50);
  std::string const text(compiled.metal_source());
  int loads = 0;
  for (std::size_t at = 0; (at = text.find("atomic_load_explicit", at)) != text.npos; ++at)
    ++loads;
  EXPECT_EQ(loads, 4) << text;
}

/// Sums of small whole numbers are exact in every order.
TEST(atomics, of_floats) {
  auto const kernel =
      eg::kernel<"sums">([](eg::gpu& g, eg::in<f32, "X"> x, eg::atomic<f32, "A"> a, eg::atomic<f32, "B"> b) {
        auto const i = g.thread_position_in_grid();
        a[0].fetch_add(x[i]);
        a[1].fetch_sub(x[i] * 0.5f);
        b[i].store(a[2].load() + b[i].exchange(3.0f));
        b[i].fetch_add(1.0f);
      });
  constexpr u32 n = 500;
  std::vector<f32> x(n), a{1, 2, 3}, b(n);
  std::iota(x.begin(), x.end(), -100.0f);
  std::iota(b.begin(), b.end(), 0.0f);
  both(eg::compile(kernel), {{n}, {96}}, eg::in(x), eg::inout(a), eg::inout(b));
  f32 const sum = std::accumulate(x.begin(), x.end(), 0.0f);
  EXPECT_EQ(a, (std::vector<f32>{1 + sum, 2 - sum / 2, 3}));
  for (u32 i = 0; i < n; ++i)
    ASSERT_EQ(b[i], 3 + static_cast<f32>(i) + 1);
  EXPECT_EQ(eg::compile(kernel).metal_version(), (eg::metal_version{3, 0}));
  try {
    eg::compile(kernel, {.metal = {2, 4}});
    FAIL() << "Metal 2.4 has no atomics of f32";
  } catch (eg::error const& e) {
    EXPECT_STREQ(e.what(), "kernel sums: the atomic A of f32 needs Metal 3.0, and asked for was Metal 2.4");
  }
}

/// Of the threads that take a flag, one gets it.
TEST(atomics, of_bools) {
  auto const kernel =
      eg::kernel<"flags">([](eg::gpu& g, eg::atomic<bool, "Taken"> taken, eg::atomic<u32, "Winners"> winners,
                             eg::atomic<bool, "Other"> other) {
        auto const i = g.thread_position_in_grid();
        auto mine = g.threadgroup_atomic<bool, "mine">(1);
        g.if_(g.thread_position_in_threadgroup() == 0, [&] { mine[0].store(false); });
        g.threadgroup_barrier();
        g.if_(!taken[i % 5].exchange(true), [&] { winners[0].fetch_add(1u); });
        g.if_(!mine[0].exchange(true), [&] { winners[1].fetch_add(1u); });
        auto expected = g.variable<"expected">(true);
        g.if_(other[0].compare_exchange_weak(expected, false), [&] { winners[2].fetch_add(1u); }).else_([&] {
          g.if_(!expected, [&] { winners[3].fetch_add(1u); });
        });
      });
  constexpr u32 n = 260;
  bool taken[5] = {}, other[1] = {true};
  std::vector<u32> winners(4);
  both(eg::compile(kernel), {{n}, {64}}, eg::inout(taken), eg::inout(winners), eg::inout(other));
  EXPECT_EQ(winners, (std::vector<u32>{5, 5, 1, n - 1}));
  for (bool const t : taken)
    EXPECT_TRUE(t);
  EXPECT_FALSE(other[0]);
  EXPECT_EQ(eg::compile(kernel).metal_version(), (eg::metal_version{2, 4}));
}

/// A maximum of floats by their bits, and a product that saturates: what MSL has no function for.
inline constexpr auto loops = eg::kernel<"loops">(
    [](eg::gpu& g, eg::in<f32, "X"> x, eg::atomic<u32, "Most"> most, eg::atomic<i32, "P"> p) {
      auto const i = g.thread_position_in_grid();
      auto const v = x[i];
      auto old = g.variable<"old">(most[0].load());
      g.while_(
          [&] {
            return !most[0].compare_exchange_weak(old,
                                                  eg::as_type<u32>(eg::max(eg::as_type<f32>(old.read()), v)));
          },
          [] {});
      auto seen = g.variable<"seen">(p[i % 3].load());
      auto done = g.variable<"done">(false);
      g.while_([&] { return !done; },
               [&] {
                 auto const next = eg::min(seen * 3, 1000);
                 done = p[i % 3].compare_exchange_weak(seen, next);
               });
    });

TEST(atomics, compare_exchange_loops) {
  constexpr u32 n = 300;
  std::vector<f32> x(n);
  std::mt19937 random(2);
  for (f32& v : x)
    v = static_cast<f32>(static_cast<int>(random() % 20001) - 10000) / 7;
  std::vector<u32> most{std::bit_cast<u32>(-1e9f)};
  std::vector<i32> p{1, 2, 0};
  both(eg::compile<loops>(), {{n}, {80}}, eg::in(x), eg::inout(most), eg::inout(p));
  EXPECT_EQ(std::bit_cast<f32>(most[0]), *std::max_element(x.begin(), x.end()));
  EXPECT_EQ(p, (std::vector<i32>{1000, 1000, 0}));
}

/// What fails has set the variable, which later statements see; what was read before stays.
TEST(atomics, compare_exchange_sets_the_variable) {
  auto const kernel = eg::kernel<"once">([](eg::gpu& g, eg::atomic<u32, "A"> a, eg::out<u32, "Out"> out) {
    auto v = g.variable<"v">(7u);
    auto const before = v.read();
    auto const first = a[0].compare_exchange_weak(v, v + 1);
    out[before - 7] = eg::cast<u32>(first);
    out[1] = v;
    out[2] = before;
    auto const second = a[v % 2].compare_exchange_weak(v, v * 2);
    out[v + 2] = eg::cast<u32>(second);
    g.if_(second, [&] { out[4] = v + before; });
  });
  std::vector<u32> a{1, 1}, out(5, 99);
  both(eg::compile(kernel), {{1}, {1}}, eg::inout(a), eg::out(out));
  EXPECT_EQ(a, (std::vector<u32>{1, 2}));
  EXPECT_EQ(out, (std::vector<u32>{0, 1, 7, 1, 8}));
}

/// The variable names an element before the exchange changes it, in a statement with its result.
TEST(atomics, compare_exchange_and_an_index_read_before) {
  auto const kernel = eg::kernel<"once">([](eg::gpu& g, eg::atomic<u32, "A"> a, eg::out<bool, "Out"> out) {
    auto v = g.variable<"v">(2u);
    auto const place = out[v];
    place = a[0].compare_exchange_weak(v, v + 1);
    auto const next = out[v];
    next = !a[0].compare_exchange_weak(v, v + 1);
    out[v] = true;
  });
  std::vector<u32> a{1};
  bool out[4] = {false, true, true, false};
  both(eg::compile(kernel), {{1}, {1}}, eg::inout(a), eg::out(out));
  EXPECT_EQ(a[0], 2);
  EXPECT_FALSE(out[0]);
  EXPECT_TRUE(out[1]);
  EXPECT_FALSE(out[2]);
  EXPECT_FALSE(out[3]);
}

TEST(atomics, in_jit_functions) {
  auto const f = eg::jit<"count">(
      [](eg::host& h, eg::tensor_of<u32> x, eg::atomic<u32, "Even"> even, eg::atomic<u32, "Least"> least) {
        h.launch<"even">({.grid = 4, .block = 32}, [=](eg::gpu& g) {
          g.if_(x(g.thread_position_in_grid()) % 2 == 0, [&] { even[0].fetch_add(1u); });
        });
        h.launch<"least">({.grid = 4, .block = 32},
                          [=](eg::gpu& g) { least[0].fetch_min(x(g.thread_position_in_grid())); });
      });
  auto const x = numbers(128);
  std::vector<u32> even(1), least{~0u};
  both(eg::compile(f, eg::arg<"X">(eg::layout{128, 1})), {{128}, {32}}, eg::in(x), eg::inout(even),
       eg::inout(least));
  EXPECT_EQ(even[0], static_cast<u32>(std::count_if(x.begin(), x.end(), [](u32 v) { return v % 2 == 0; })));
  EXPECT_EQ(least[0], *std::min_element(x.begin(), x.end()));
}

// ---- Texts ---------------------------------------------------------------------------------------------

TEST(text, of_atomics) {
  EXPECT_EQ(eg::compile<histogram>().metal_source(), R"(#include <metal_stdlib>
using namespace metal;

kernel void histogram(const device uint* X [[buffer(0)]],
                      device atomic_uint* Count [[buffer(1)]],
                      uint gid [[thread_position_in_grid]],
                      uint tid [[thread_position_in_threadgroup]]) {
  threadgroup atomic_uint bins[64];
  const bool v0 = tid < 64u;
  if (v0) {
    atomic_store_explicit(&bins[tid], 0u, memory_order_relaxed);
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  atomic_fetch_add_explicit(&bins[X[gid] % 64u], 1u, memory_order_relaxed);
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (v0) {
    atomic_fetch_add_explicit(&Count[tid], atomic_load_explicit(&bins[tid], memory_order_relaxed), memory_order_relaxed);
  }
}
)");
  EXPECT_EQ(eg::compile<loops>().metal_source(), R"(#include <metal_stdlib>
using namespace metal;

kernel void loops(const device float* X [[buffer(0)]],
                  device atomic_uint* Most [[buffer(1)]],
                  device atomic_int* P [[buffer(2)]],
                  uint gid [[thread_position_in_grid]]) {
  const float v0 = X[gid];
  uint old = atomic_load_explicit(&Most[0u], memory_order_relaxed);
  while (!atomic_compare_exchange_weak_explicit(&Most[0u], &old, as_type<uint>(max(as_type<float>(old), v0)), memory_order_relaxed, memory_order_relaxed)) {
  }
  const uint v1 = gid % 3u;
  int seen = atomic_load_explicit(&P[v1], memory_order_relaxed);
  bool done = false;
  while (!done) {
    done = atomic_compare_exchange_weak_explicit(&P[v1], &seen, min(seen * 3, 1000), memory_order_relaxed, memory_order_relaxed);
  }
}
)");
  EXPECT_EQ(eg::compile<histogram>().ir(), R"(kernel histogram grid(at dispatch) block(at dispatch) {
  memory X : device u32 at 0 loaded
  memory Count : device atomic u32 at 1 loaded stored
  memory bins : threadgroup atomic u32[64] loaded stored
  %0 = query thread_position_in_threadgroup.x : u32
  %1 = constant 64u : u32
  %2 = lt %0, %1 : bool
  if %2
    %4 = constant 0u : u32
    atomic_store bins[%0], %4
  end
  barrier threadgroup
  %8 = query thread_position_in_grid.x : u32
  %9 = load X[%8] : u32
  %10 = rem %9, %1 : u32
  %11 = constant 1u : u32
  %12 = atomic_fetch_add bins[%10], %11 : u32
  barrier threadgroup
  if %2
    %15 = atomic_load bins[%0] : u32
    %16 = atomic_fetch_add Count[%0], %15 : u32
  end
}
)");
}

/// A load that nobody uses is left out; what changes memory stays.
TEST(text, unused_results) {
  auto const kernel = eg::kernel<"k">([](eg::gpu& g, eg::atomic<u32, "A"> a, eg::atomic<bool, "B"> b) {
    auto v = g.variable(0u);
    a[0].load();
    a[1].exchange(3u);
    a[1].exchange(3u);
    a[2].compare_exchange_weak(v, 4u);
    b[0].store(g.thread_position_in_grid() < 3);
  });
  auto const compiled = eg::compile(kernel);
  EXPECT_EQ(compiled.metal_source(), R"(#include <metal_stdlib>
using namespace metal;

kernel void k(device atomic_uint* A [[buffer(0)]],
              device atomic_bool* B [[buffer(1)]],
              uint gid [[thread_position_in_grid]]) {
  uint x0 = 0u;
  atomic_exchange_explicit(&A[1u], 3u, memory_order_relaxed);
  atomic_exchange_explicit(&A[1u], 3u, memory_order_relaxed);
  atomic_compare_exchange_weak_explicit(&A[2u], &x0, 4u, memory_order_relaxed, memory_order_relaxed);
  atomic_store_explicit(&B[0u], gid < 3u, memory_order_relaxed);
}
)");
  std::vector<u32> a{1, 2, 0};
  bool b[1] = {};
  both(compiled, {{1}, {1}}, eg::inout(a), eg::inout(b));
  EXPECT_EQ(a, (std::vector<u32>{1, 3, 4}));
  EXPECT_TRUE(b[0]);
}

// ---- What is refused -------------------------------------------------------------------------------------

template <class Body, class... Args>
std::string refusal_of(Body body, Args const&... arguments) {
  try {
    auto const compiled = eg::compile(eg::kernel<"k">(body));
    if constexpr (sizeof...(Args) != 0)
      eg::runtime(eg::backend::cpu, 1).execute(compiled, eg::threads(4).in_groups_of(4), arguments...);
  } catch (eg::error const& e) {
    return e.what();
  }
  return "";
}

TEST(refused, other_orders) {
  EXPECT_EQ(
      refusal_of([](eg::gpu&, eg::atomic<u32, "A"> a) { a[0].fetch_add(1u, eg::memory_order::relaxed); }),
      "");
  EXPECT_EQ(
      refusal_of([](eg::gpu&, eg::atomic<u32, "A"> a) { a[0].fetch_add(1u, eg::memory_order::acquire); }),
      "atomic_fetch_add of A: memory_order::acquire is not in Metal: its atomics are relaxed, and a barrier "
      "orders the other memory of a threadgroup");
  EXPECT_EQ(refusal_of([](eg::gpu& g, eg::atomic<u32, "A"> a) {
              auto v = g.variable(0u);
              a[0].compare_exchange_weak(v, 1u, eg::memory_order::relaxed, eg::memory_order::seq_cst);
            }),
            "atomic_compare_exchange_weak of A: memory_order::seq_cst is not in Metal: its atomics are "
            "relaxed, and "
            "a barrier orders the other memory of a threadgroup");
}

TEST(refused, elements_that_are_not_there) {
  std::vector<u32> a(3);
  EXPECT_EQ(
      refusal_of([](eg::gpu& g, eg::atomic<u32, "A"> x) { x[g.thread_position_in_grid()].fetch_add(1u); },
                 eg::inout(a)),
      "k: atomic_fetch_add on A at index 3 is out of range (length 3) in thread (3,0,0)");
  EXPECT_EQ(refusal_of([](eg::gpu&, eg::atomic<u32, "A"> x) { x[5].store(1u); }, eg::inout(a)),
            "k: atomic_store to A at index 5 is out of range (length 3) in thread (0,0,0)");
  EXPECT_EQ(
      refusal_of(
          [](eg::gpu& g, eg::atomic<u32, "A"> x) {
            auto t = g.threadgroup_atomic<u32, "t">(4);
            x[0].store(t[1].fetch_add(1u));
          },
          eg::inout(a)),
      "k: atomic_fetch_add on t at index 1 reads threadgroup memory that no thread has written, in thread "
      "(0,0,0)");
  EXPECT_EQ(refusal_of([](eg::gpu& g, eg::atomic<u32, "A">) { g.threadgroup_atomic<u32, "t">(0); }),
            "threadgroup_atomic t: 0 elements; at least 1 is needed");
  EXPECT_EQ(refusal_of([](eg::gpu& g, eg::atomic<u32, "A">) { g.threadgroup_atomic<u32, "t">(8193); }),
            "threadgroup_atomic t: the kernel needs 32772 bytes of threadgroup memory; Metal has 32768");
}

TEST(refused, arguments_that_do_not_fit) {
  std::vector<u32> const a(3);
  std::vector<i32> b(3);
  auto const body = [](eg::gpu&, eg::atomic<u32, "A"> x) { x[0].fetch_add(1u); };
  EXPECT_EQ(refusal_of(body, eg::in(a)), "k: argument 1 (A) is inout; the call gives in");
  EXPECT_EQ(refusal_of(body, eg::inout(b)), "k: argument 1 (A) has elements of type u32; the call gives i32");
}

// Metal has no others, so there are no others here.
template <class T, class X>
concept adds = requires(eg::atomic_element<T> a, X x) { a.fetch_add(x); };
template <class T, class X>
concept has_min = requires(eg::atomic_element<T> a, X x) { a.fetch_min(x); };
template <class T>
concept compares = requires(eg::atomic_element<T> a, eg::var<T> v, T x) { a.compare_exchange_weak(v, x); };
template <class T>
concept in_threadgroup = requires(eg::gpu g) { g.threadgroup_atomic<T, "t">(1); };
static_assert(adds<f32, f32> && adds<u32, u32> && adds<i32, int> && adds<u32, eg::value<u32>>);
static_assert(!adds<bool, bool> && !adds<u32, float> && !adds<u32, eg::value<i32>>);
static_assert(has_min<u32, u32> && has_min<i32, i32> && !has_min<f32, f32> && !has_min<bool, bool>);
static_assert(compares<u32> && compares<bool> && !compares<f32>);
static_assert(in_threadgroup<i32> && in_threadgroup<bool> && !in_threadgroup<f32> && !in_threadgroup<f16>);

} // namespace
