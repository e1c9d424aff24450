// SPDX-License-Identifier: MIT
// What a kernel is given: positions in their types, function constants, threadgroup memory of the call's
// length, buffers where the author wants them. The executor, the text run by the machine, and plain C++.
#include "both.hpp"

#include <gtest/gtest.h>

namespace {

namespace eg = enigma;
using eg::f32;
using eg::u16;
using eg::u32;
using eg::value;
using witness::both;

// ---- Positions -------------------------------------------------------------------------------------

constexpr u32 answers = 35;

/// Asks for everything that there is, as T, and writes it down as u32.
template <class T>
inline constexpr auto asks_for_all = eg::kernel<"asks_for_all">([](eg::gpu& g, eg::out<u32, "Y"> y) {
  auto const gid = g.thread_position_in_grid<T>(), grid = g.threads_per_grid<T>();
  auto const wide = [](auto const& x) { return eg::cast<u32>(x); };
  value<u32> const first =
      answers * (wide(gid.x) + wide(grid.x) * (wide(gid.y) + wide(grid.y) * wide(gid.z)));
  u32 n = 0;
  auto const write = [&](value<T> const& x) { y[first + n++] = wide(x); };
  auto const write3 = [&](eg::position<T> const& p) { write(p.x), write(p.y), write(p.z); };
  write3(gid);
  write3(grid);
  write3(g.thread_position_in_threadgroup<T>());
  write3(g.threads_per_threadgroup<T>());
  write3(g.dispatch_threads_per_threadgroup<T>());
  write3(g.threadgroup_position_in_grid<T>());
  write3(g.threadgroups_per_grid<T>());
  write(g.thread_index_in_threadgroup<T>());
  write(g.thread_index_in_simdgroup<T>());
  write(g.simdgroup_index_in_threadgroup<T>());
  write(g.threads_per_simdgroup<T>());
  write(g.thread_execution_width<T>());
  write(g.simdgroups_per_threadgroup<T>());
  write(g.dispatch_simdgroups_per_threadgroup<T>());
  write(g.thread_index_in_quadgroup<T>());
  write(g.quadgroup_index_in_threadgroup<T>());
  write(g.quadgroups_per_threadgroup<T>());
  write(g.dispatch_quadgroups_per_threadgroup<T>());
  write3(g.block_idx<T>()); // by their other names
});

struct size3 {
  u32 x, y, z;
  u32 all() const { return x * y * z; }
};

/// What plain C++ says.
std::vector<u32> expected_positions(size3 grid, size3 block) {
  std::vector<u32> all;
  auto const up = [](u32 n, u32 by) { return (n + by - 1) / by; };
  for (u32 z = 0; z < grid.z; ++z)
    for (u32 y = 0; y < grid.y; ++y)
      for (u32 x = 0; x < grid.x; ++x) {
        size3 const group{x / block.x, y / block.y, z / block.z}, in{x % block.x, y % block.y, z % block.z};
        auto const part = [](u32 n, u32 b, u32 g) { return n - g * b < b ? n - g * b : b; };
        size3 const here{part(grid.x, block.x, group.x), part(grid.y, block.y, group.y),
                         part(grid.z, block.z, group.z)};
        u32 const index = in.x + here.x * (in.y + here.y * in.z);
        for (size3 const& p : {size3{x, y, z}, grid, in, here, block, group,
                               size3{up(grid.x, block.x), up(grid.y, block.y), up(grid.z, block.z)}})
          all.insert(all.end(), {p.x, p.y, p.z});
        all.insert(all.end(),
                   {index, index % 32, index / 32, 32, 32, up(here.all(), 32), up(block.all(), 32), index % 4,
                    index / 4, up(here.all(), 4), up(block.all(), 4), group.x, group.y, group.z});
      }
  return all;
}

template <class T>
void check_positions(size3 grid, size3 block) {
  std::vector<u32> y(std::size_t{answers} * grid.all(), 77u);
  ASSERT_TRUE(both(eg::compile(asks_for_all<T>), {{grid.x, grid.y, grid.z}, {block.x, block.y, block.z}},
                   eg::out(y)));
  EXPECT_EQ(y, expected_positions(grid, block));
}

TEST(positions, all_of_them_in_both_types) {
  for (auto const& [grid, block] : {std::pair{size3{70, 1, 1}, size3{70, 1, 1}},
                                    {{70, 1, 1}, {32, 1, 1}},
                                    {{9, 7, 5}, {4, 3, 2}},
                                    {{6, 6, 2}, {3, 2, 1}}}) {
    check_positions<u32>(grid, block);
    check_positions<u16>(grid, block);
  }
}

inline constexpr auto by_cuda = eg::kernel<"by_cuda">([](eg::gpu& g, eg::out<u32, "Y"> y) {
  auto const i = g.block_idx().x * g.block_dim().x + g.thread_idx().x;
  auto const j = g.block_idx().y * g.block_dim().y + g.thread_idx().y;
  y[j * g.threads_per_grid().x + i] = i + 1000 * j + 1000000 * g.grid_dim().x;
});

TEST(positions, by_cudas_names_also_where_a_threadgroup_is_smaller) {
  std::vector<u32> y(50 * 7);
  ASSERT_TRUE(both(eg::compile(by_cuda), {{50, 7}, {16, 4}}, eg::out(y)));
  for (u32 k = 0; k < y.size(); ++k)
    ASSERT_EQ(y[k], k % 50 + 1000 * (k / 50) + 1000000 * 4) << k;
}

// MSL's advice: u32 for the grid, u16 for what stays in a threadgroup.
inline constexpr auto mixed = eg::kernel<"mixed">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto const i = g.thread_position_in_grid();
  auto const in = g.thread_index_in_threadgroup<u16>();
  auto tile = g.threadgroup_memory<f32, "tile">(64);
  tile[in] = x[i];
  g.threadgroup_barrier();
  y[i] = tile[63 - in];
});

TEST(positions, of_two_types) {
  std::vector<f32> x(128), y(128);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<f32>(i);
  auto const k = eg::compile(mixed);
  EXPECT_NE(k.metal_source().find("ushort thread_index [[thread_index_in_threadgroup]]"),
            std::string_view::npos);
  ASSERT_TRUE(both(k, {128, 64}, eg::in(x), eg::out(y)));
  for (std::size_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(y[i], x[i / 64 * 64 + 63 - i % 64]) << i;
}

} // namespace
