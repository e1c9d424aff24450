// SPDX-License-Identifier: MIT
// What threads do together: positions, simdgroups, threadgroup memory, launches in sequence.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <thread>

#include "hand_made.hpp"

namespace {

using namespace hand_made;
using eg::query;
using eg::u32;

// Sizes and positions alike.
struct triple {
  u32 x, y, z;
};

struct place {
  triple grid_size, group, groups, tid, size; // of one thread
};

// Visits every thread of `total` cut into blocks, as Metal's dispatchThreads does.
template <class Visit>
void each_thread(eg::extent3 total, eg::extent3 block, Visit visit) {
  auto const groups = [](u32 n, u32 b) { return (n + b - 1) / b; };
  triple const g{groups(total.x, block.x), groups(total.y, block.y), groups(total.z, block.z)};
  for (u32 z = 0; z < total.z; ++z)
    for (u32 y = 0; y < total.y; ++y)
      for (u32 x = 0; x < total.x; ++x) {
        triple const group{x / block.x, y / block.y, z / block.z};
        triple const size{std::min(block.x, total.x - group.x * block.x),
                          std::min(block.y, total.y - group.y * block.y),
                          std::min(block.z, total.z - group.z * block.z)};
        visit(std::size_t{(z * total.y + y) * total.x + x},
              place{{total.x, total.y, total.z}, group, g, {x % block.x, y % block.y, z % block.z}, size});
      }
}

template <class Triple>
u32 axis(Triple const& e, int a) {
  return a == 0 ? e.x : a == 1 ? e.y : e.z;
}

// The linear number of the thread in the grid, from its position.
value_id linear(kernel& k) {
  auto const plane = k.same(op::mul, k.gid(2), k.position(query::threads_per_grid, 1));
  auto const row = k.same(op::mul, k.same(op::add, plane, k.gid(1)), k.position(query::threads_per_grid, 0));
  return k.same(op::add, row, k.gid(0));
}

void check_positions(eg::extent3 total, eg::extent3 block, bool whole) {
  struct asked {
    query q;
    int axes;
  };
  asked const all[] = {{query::thread_position_in_grid, 3},
                       {query::threads_per_grid, 3},
                       {query::thread_position_in_threadgroup, 3},
                       {query::threads_per_threadgroup, 3},
                       {query::threadgroup_position_in_grid, 3},
                       {query::threadgroups_per_grid, 3},
                       {query::thread_index_in_threadgroup, 1},
                       {query::thread_index_in_simdgroup, 1},
                       {query::simdgroup_index_in_threadgroup, 1},
                       {query::threads_per_simdgroup, 1},
                       {query::simdgroups_per_threadgroup, 1},
                       {query::dispatch_threads_per_threadgroup, 3},
                       {query::dispatch_simdgroups_per_threadgroup, 1},
                       {query::thread_execution_width, 1},
                       {query::thread_index_in_quadgroup, 1},
                       {query::quadgroup_index_in_threadgroup, 1},
                       {query::quadgroups_per_threadgroup, 1},
                       {query::dispatch_quadgroups_per_threadgroup, 1}};
  static_assert(std::size(all) == static_cast<std::size_t>(query::count_));
  for (auto const& [q, axes] : all)
    for (int a = 0; a < axes; ++a) {
      kernel k;
      int const out = k.out<u32>("Out");
      k.store(out, linear(k), k.position(q, a));
      std::vector<u32> got(total.volume(), 12345);
      if (whole)
        cpu().execute(
            k.finish(),
            eg::dispatch{.grid = {total.x / block.x, total.y / block.y, total.z / block.z}, .block = block},
            eg::out(got));
      else
        cpu().execute(k.finish(), eg::threads(total.x, total.y, total.z).in_groups_of(block), eg::out(got));
      each_thread(total, block, [&](std::size_t at, place const& p) {
        u32 const index = p.tid.x + p.size.x * (p.tid.y + p.size.y * p.tid.z);
        u32 const threads = p.size.x * p.size.y * p.size.z;
        auto const want = [&]() -> u32 {
          auto const volume = static_cast<u32>(block.volume());
          switch (q) {
          case query::thread_position_in_grid:
            return axis(p.group, a) * axis(block, a) + axis(p.tid, a);
          case query::threads_per_grid:
            return axis(p.grid_size, a);
          case query::thread_position_in_threadgroup:
            return axis(p.tid, a);
          case query::threads_per_threadgroup:
            return axis(p.size, a);
          case query::threadgroup_position_in_grid:
            return axis(p.group, a);
          case query::threadgroups_per_grid:
            return axis(p.groups, a);
          case query::thread_index_in_threadgroup:
            return index;
          case query::thread_index_in_simdgroup:
            return index % 32;
          case query::simdgroup_index_in_threadgroup:
            return index / 32;
          case query::threads_per_simdgroup:
          case query::thread_execution_width:
            return 32;
          case query::simdgroups_per_threadgroup:
            return (threads + 31) / 32;
          case query::dispatch_threads_per_threadgroup:
            return axis(block, a);
          case query::dispatch_simdgroups_per_threadgroup:
            return (volume + 31) / 32;
          case query::thread_index_in_quadgroup:
            return index % 4;
          case query::quadgroup_index_in_threadgroup:
            return index / 4;
          case query::quadgroups_per_threadgroup:
            return (threads + 3) / 4;
          case query::dispatch_quadgroups_per_threadgroup:
            return (volume + 3) / 4;
          case query::count_:
            break;
          }
          return 0;
        }();
        ASSERT_EQ(got[at], want) << eg::info(q).attribute << " axis " << a << " of thread " << at;
      });
    }
}

TEST(together, positions) {
  check_positions({96, 1, 1}, {32, 1, 1}, true);
  check_positions({24, 12, 4}, {8, 4, 2}, true);
  check_positions({1000, 1, 1}, {256, 1, 1}, false); // the last threadgroup has 232 threads
  check_positions({37, 21, 5}, {16, 8, 2}, false);   // smaller along each edge, and in the corners
  check_positions({3, 1, 1}, {256, 1, 1}, false);
}

template <class T>
std::vector<T> numbers(std::size_t n, T shift = 0) {
  std::vector<T> r(n);
  for (std::size_t i = 0; i < n; ++i)
    r[i] = static_cast<T>(static_cast<T>((i * 7919 + 13) % 101) - shift);
  return r;
}

// simd_sum and simd_max over the threads below `limit` of each threadgroup of 70; the others do not take
// part.
template <class T>
void check_simd(u32 limit) {
  constexpr std::size_t n = 210;
  auto const x = numbers<T>(n, std::is_same_v<T, u32> ? T{0} : T{200}); // negative where that exists
  std::vector<T> sums(n), greatest(n);
  kernel k;
  int const X = k.in<T>("X"), S = k.out<T>("S"), M = k.out<T>("M");
  auto const v = k.load(X, k.gid()); // all threads have a value
  k.if_(k.compare(op::lt, k.tid(), k.constant(limit)));
  k.store(S, k.gid(), k.type_same(op::simd_sum, v));
  k.store(M, k.gid(), k.type_same(op::simd_max, v));
  k.end();
  cpu().execute(k.finish({3, 1, 1}, {70, 1, 1}), eg::in(x), eg::out(sums), eg::out(greatest));
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t const group = i / 70, tid = i % 70;
    T sum = 0, most = std::numeric_limits<T>::lowest();
    for (std::size_t t = tid / 32 * 32; t < std::min<std::size_t>({tid / 32 * 32 + 32, 70, limit}); ++t) {
      sum = sum + x[group * 70 + t];
      most = std::max(most, x[group * 70 + t]);
    }
    ASSERT_EQ(sums[i], tid < limit ? sum : T{0}) << i;
    ASSERT_EQ(greatest[i], tid < limit ? most : T{0}) << i;
  }
}
TEST(together, simd_sum_and_max_take_active_threads_only) {
  for (u32 limit : {70u, 64u, 33u, 5u}) {
    check_simd<u32>(limit);
    check_simd<eg::i32>(limit);
    check_simd<float>(limit);
  }
}

TEST(together, simd_sum_of_halves_and_vectors) {
  std::vector<eg::f16> x(64 * 2), y(64 * 2);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = eg::f16(static_cast<float>(i % 8) - 2.5f);
  kernel k;
  int const X = k.in<eg::f16>("X"), Y = k.out<eg::f16>("Y");
  auto const at = k.same(op::add, k.gid(), k.gid());
  k.store(Y, at, k.type_same(op::simd_sum, k.load(X, at, 2)));
  cpu().execute(k.finish({1, 1, 1}, {64, 1, 1}), eg::in(x), eg::out(y));
  for (std::size_t i = 0; i < 64; ++i)
    for (std::size_t c = 0; c < 2; ++c) {
      float want = 0; // exact: few bits
      for (std::size_t j = i / 32 * 32; j < i / 32 * 32 + 32; ++j)
        want += float(x[2 * j + c]);
      ASSERT_EQ(float(y[2 * i + c]), want);
    }
}

TEST(together, shuffle_xor) {
  for (int mask : {0, 1, 2, 5, 16, 31}) {
    auto const x = numbers<float>(128);
    std::vector<float> y(128);
    kernel k;
    int const X = k.in<float>("X"), Y = k.out<float>("Y");
    k.store(Y, k.gid(),
            k.emit(op::simd_shuffle_xor, t<float>, {k.load(X, k.gid()), k.constant(static_cast<u32>(mask))}));
    cpu().execute(k.finish({2, 1, 1}, {64, 1, 1}), eg::in(x), eg::out(y));
    for (std::size_t i = 0; i < 128; ++i)
      ASSERT_EQ(y[i], x[i ^ static_cast<std::size_t>(mask)]);
  }
}

// Tree reduction over the threadgroup with a barrier in a loop, as everybody writes it.
TEST(together, threadgroup_reduction) {
  constexpr std::size_t n = 256 * 37;
  auto const x = numbers<u32>(n);
  std::vector<u32> sums(37);
  kernel k("reduce");
  int const X = k.in<u32>("X"), S = k.out<u32>("S"), tile = k.shared<u32>("tile", 256);
  auto const tid = k.tid();
  k.store(tile, tid, k.load(X, k.gid()));
  k.barrier();
  auto const half = k.declare(k.constant(128u));
  k.while_();
  k.test(k.compare(op::gt, k.get(half), k.constant(0u)));
  k.if_(k.compare(op::lt, tid, k.get(half)));
  k.store(tile, tid, k.same(op::add, k.load(tile, tid), k.load(tile, k.same(op::add, tid, k.get(half)))));
  k.end();
  k.barrier();
  k.set(half, k.same(op::shr, k.get(half), k.constant(1u)));
  k.end();
  k.if_(k.compare(op::eq, tid, k.constant(0u)));
  k.store(S, k.position(query::threadgroup_position_in_grid), k.load(tile, k.constant(0u)));
  k.end();
  cpu().execute(k.finish({37, 1, 1}, {256, 1, 1}), eg::in(x), eg::out(sums));
  for (std::size_t g = 0; g < 37; ++g)
    ASSERT_EQ(sums[g], std::accumulate(x.begin() + static_cast<long>(g) * 256,
                                       x.begin() + static_cast<long>(g + 1) * 256, u32{0}));
}

TEST(together, threadgroup_transpose_with_vector_accesses) {
  // 32 x 32 tiles: rows in as float4, columns out one by one.
  constexpr u32 width = 96, height = 64;
  auto const x = numbers<float>(width * height);
  std::vector<float> y(width * height);
  kernel k("transpose");
  int const X = k.in<float>("X"), Y = k.out<float>("Y"), tile = k.shared<float>("tile", 1024);
  auto const c = [&](u32 v) { return k.constant(v); };
  auto const add = [&](value_id a, value_id b) { return k.same(op::add, a, b); };
  auto const mul = [&](value_id a, value_id b) { return k.same(op::mul, a, b); };
  auto const tx = k.tid(0), ty = k.tid(1); // 8 x 32
  auto const gx = k.position(query::threadgroup_position_in_grid, 0);
  auto const gy = k.position(query::threadgroup_position_in_grid, 1);
  auto const x4 = mul(tx, c(4));
  auto const from = add(mul(add(mul(gy, c(32)), ty), c(width)), add(mul(gx, c(32)), x4));
  k.store(tile, add(mul(ty, c(32)), x4), k.load(X, from, 4));
  k.barrier();
  auto const j = k.for_(c(0), c(4), c(1));
  auto const column = add(x4, j);
  auto const to = add(mul(add(mul(gx, c(32)), ty), c(height)), add(mul(gy, c(32)), column));
  k.store(Y, to, k.load(tile, add(mul(column, c(32)), ty)));
  k.end();
  cpu().execute(k.finish({width / 32, height / 32, 1}, {8, 32, 1}), eg::in(x), eg::out(y));
  for (u32 r = 0; r < height; ++r)
    for (u32 q = 0; q < width; ++q)
      ASSERT_EQ(y[q * height + r], x[r * width + q]);
}

TEST(together, launches_run_in_order_and_see_each_other) {
  auto const x = numbers<float>(5000);
  std::vector<float> t(5000), y(5000);
  // First t = 2 x, then y[i] = t[n - 1 - i] + x[i] with its own grid, both over the same three arguments.
  auto const declare = [](kernel& k) {
    k.in<float>("X");
    k.inout<float>("T");
    k.out<float>("Y");
  };
  kernel first("twice"), second("mirror");
  declare(first);
  declare(second);
  auto const v = first.load(0, first.gid());
  first.store(1, first.gid(), first.same(op::add, v, v));
  auto const mirrored = second.same(op::sub, second.constant(4999u), second.gid());
  second.store(2, second.gid(), second.same(op::add, second.load(1, mirrored), second.load(0, second.gid())));
  eg::kernel_ir const launches[] = {first.ir({50, 1, 1}, {100, 1, 1}),
                                    second.ir(eg::extent3::open(), eg::extent3::open())};
  eg::compiled_kernel const both{"both", "", first.parameters, launches};
  cpu().execute(both, eg::threads(5000).in_groups_of(64), eg::in(x), eg::inout(t), eg::out(y));
  for (std::size_t i = 0; i < 5000; ++i)
    ASSERT_EQ(y[i], 2 * x[4999 - i] + x[i]);
}

TEST(together, results_do_not_depend_on_the_number_of_threads) {
  std::vector<float> x(10007), one(10007), many(10007);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = std::sin(static_cast<float>(i));
  kernel k;
  int const X = k.in<float>("X"), Y = k.out<float>("Y");
  k.store(Y, k.gid(), k.type_same(op::simd_sum, k.load(X, k.gid())));
  auto const c = k.finish();
  eg::runtime single(eg::backend::cpu, 1), several(eg::backend::cpu, 5);
  single.execute(c, eg::threads(10007), eg::in(x), eg::out(one));
  for (int round = 0; round < 20; ++round) {
    several.execute(c, eg::threads(10007), eg::in(x), eg::out(many));
    ASSERT_EQ(std::memcmp(one.data(), many.data(), one.size() * sizeof(float)), 0);
  }
}

TEST(together, several_threads_share_a_runtime) {
  constexpr std::size_t n = 20000;
  eg::runtime rt(eg::backend::cpu, 3);
  auto const work = [&](float factor, bool& right) {
    kernel k;
    int const X = k.in<float>("X");
    auto const f = k.scalar<float>("f");
    int const Y = k.out<float>("Y");
    k.store(Y, k.gid(), k.same(op::mul, k.load(X, k.gid()), f));
    auto const x = numbers<float>(n);
    std::vector<float> y(n);
    auto p = rt.prepare(k.finish(), eg::threads(n), eg::in(x), factor, eg::out(y));
    right = true;
    for (int round = 0; round < 30; ++round) {
      y.assign(n, -1.0f);
      p.dispatch();
      for (std::size_t i = 0; i < n; ++i)
        right = right && y[i] == x[i] * factor;
    }
  };
  bool right[3] = {};
  std::thread a([&] { work(2.0f, right[0]); }), b([&] { work(3.0f, right[1]); });
  work(4.0f, right[2]);
  a.join();
  b.join();
  EXPECT_TRUE(right[0] && right[1] && right[2]);
}

TEST(together, every_threadgroup_runs_exactly_once) {
  for (u32 groups : {1u, 2u, 15u, 16u, 17u, 1000u, 4097u}) {
    std::vector<u32> count(groups);
    kernel k;
    int const C = k.inout<u32>("C");
    auto const g = k.position(query::threadgroup_position_in_grid);
    k.store(C, g, k.same(op::add, k.load(C, g), k.constant(1u)));
    eg::runtime rt(eg::backend::cpu, 4);
    auto p = rt.prepare(k.finish({groups, 1, 1}, {1, 1, 1}), eg::inout(count));
    for (int round = 0; round < 3; ++round)
      p.dispatch();
    EXPECT_EQ(count, std::vector<u32>(groups, 3));
  }
}

} // namespace
