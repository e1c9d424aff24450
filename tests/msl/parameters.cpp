// SPDX-License-Identifier: MIT
// What a kernel is given: positions in their types, function constants, threadgroup memory of the call's
// length, buffers where the author wants them. The executor, the text run by the machine, and plain C++.
#include "both.hpp"

#include <enigma/codegen/function.hpp>

#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <span>

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

// ---- Function constants ------------------------------------------------------------------------------

// Constants of all types, scalars and vectors; each thread writes the lanes down, by their elements.
inline constexpr auto all_types = eg::kernel<"all_types">(
    [](eg::gpu& g, eg::constant<bool, "b", eg::next_index, true> b,
       eg::constant<eg::vec<bool, 2>, "b2", eg::next_index, eg::default_value{true, false}> b2,
       eg::out<bool, "B"> B, eg::constant<eg::i8, "c", eg::next_index, -128> c, eg::out<eg::i8, "C"> C,
       eg::constant<eg::u8, "uc", eg::next_index, 255> uc,
       eg::constant<eg::vec<eg::u8, 3>, "uc3", eg::next_index, eg::default_value{1, 2, 3}> uc3,
       eg::out<eg::u8, "U"> U, eg::constant<eg::i16, "s", eg::next_index, -32768> s,
       eg::constant<eg::vec<eg::i16, 2>, "s2", eg::next_index, -3> s2, eg::out<eg::i16, "S"> S,
       eg::constant<u16, "us", eg::next_index, 65535> us, eg::out<u16, "V"> V,
       eg::constant<eg::i32, "n", eg::next_index, (-2147483647 - 1)> n,
       eg::constant<eg::vec<eg::i32, 3>, "n3", eg::next_index, 0> n3, eg::out<eg::i32, "I"> I,
       eg::constant<u32, "u", eg::next_index, 4294967295u> u,
       eg::constant<eg::vec<u32, 4>, "u4", eg::next_index, eg::default_value{1u, 2u, 3u, 4u}> u4,
       eg::out<u32, "W"> W, eg::constant<eg::f16, "h", eg::next_index, -0.5> h,
       eg::constant<eg::vec<eg::f16, 4>, "h4", eg::next_index, 1.5f> h4, eg::out<eg::f16, "H"> H,
       eg::constant<f32, "f", eg::next_index, 0.1f> f,
       eg::constant<eg::vec<f32, 3>, "f3", eg::next_index, eg::default_value{1e-5f, 2.0f, 3.0f}> f3,
       eg::out<f32, "F"> F) {
      value<u32> const i = g.thread_position_in_grid();
      auto const put = [&](auto& out, u32 of_thread, u32 at, auto const& it) {
        using T = typename std::remove_cvref_t<decltype(it)>::traced_type;
        if constexpr (eg::type_of<T>.lanes == 1)
          out[i * of_thread + at] = it;
        else
          for (int lane = 0; lane < eg::type_of<T>.lanes; ++lane)
            out[i * of_thread + (at + static_cast<u32>(lane))] = it[lane];
      };
      put(B, 3, 0, b);
      put(B, 3, 1, b2);
      put(C, 1, 0, c);
      put(U, 4, 0, uc);
      put(U, 4, 1, uc3);
      put(S, 3, 0, s);
      put(S, 3, 1, s2);
      put(V, 1, 0, us);
      put(I, 4, 0, n);
      put(I, 4, 1, n3);
      put(W, 5, 0, u);
      put(W, 5, 1, u4);
      put(H, 5, 0, h);
      put(H, 5, 1, h4);
      put(F, 4, 0, f);
      put(F, 4, 1, f3);
    });

constexpr std::size_t threads = 3;

/// What the threads write of one element type, and what they should: by default, and as the call gives it.
template <class E>
struct each_thread {
  each_thread(std::initializer_list<E> defaults, std::initializer_list<E> given) : wanted{defaults, given} {}
  std::size_t size() const { return threads * wanted[0].size(); }
  E* data() { return memory.get(); }
  bool right(bool given) const {
    for (std::size_t i = 0; i < size(); ++i)
      if (!witness::same(memory[i], *(wanted[given ? 1 : 0].begin() +
                                      static_cast<std::ptrdiff_t>(i % wanted[0].size()))))
        return false;
    return true;
  }

  std::vector<E> wanted[2];
  std::unique_ptr<E[]> memory = std::make_unique<E[]>(size());
};

TEST(function_constants, of_every_type_given_and_by_default) {
  each_thread<bool> B{{true, true, false}, {false, false, true}};
  each_thread<eg::i8> C{{-128}, {-1}};
  each_thread<eg::u8> U{{255, 1, 2, 3}, {7, 4, 5, 255}};
  each_thread<eg::i16> S{{-32768, -3, -3}, {-5, 4, -4}};
  each_thread<u16> V{{65535}, {40000}};
  each_thread<eg::i32> I{{-2147483647 - 1, 0, 0, 0}, {12, 7, -8, 9}};
  each_thread<u32> W{{4294967295u, 1u, 2u, 3u, 4u}, {1u, 5u, 6u, 7u, 8u}};
  each_thread<eg::f16> H{{eg::f16(-0.5f), eg::f16(1.5f), eg::f16(1.5f), eg::f16(1.5f), eg::f16(1.5f)},
                         {eg::f16(3.0f), eg::f16(1.0f), eg::f16(2.0f), eg::f16(3.0f), eg::f16(-0.0f)}};
  each_thread<f32> F{
      {0.1f, 1e-5f, 2.0f, 3.0f},
      {-0.0f, 0.25f, std::numeric_limits<f32>::infinity(), std::numeric_limits<f32>::denorm_min()}};
  auto const k = eg::compile(all_types);
  auto const check = [&](bool given) {
    EXPECT_TRUE(B.right(given)) << given;
    EXPECT_TRUE(C.right(given)) << given;
    EXPECT_TRUE(U.right(given)) << given;
    EXPECT_TRUE(S.right(given)) << given;
    EXPECT_TRUE(V.right(given)) << given;
    EXPECT_TRUE(I.right(given)) << given;
    EXPECT_TRUE(W.right(given)) << given;
    EXPECT_TRUE(H.right(given)) << given;
    EXPECT_TRUE(F.right(given)) << given;
  };
  ASSERT_TRUE(both(k, {threads, threads}, eg::by_default, eg::by_default, eg::out(B), eg::by_default,
                   eg::out(C), eg::by_default, eg::by_default, eg::out(U), eg::by_default, eg::by_default,
                   eg::out(S), eg::by_default, eg::out(V), eg::by_default, eg::by_default, eg::out(I),
                   eg::by_default, eg::by_default, eg::out(W), eg::by_default, eg::by_default, eg::out(H),
                   eg::by_default, eg::by_default, eg::out(F)));
  check(false);
  ASSERT_TRUE(
      both(k, {threads, threads}, false, eg::constant(false, true), eg::out(B), eg::i8{-1}, eg::out(C),
           eg::u8{7}, eg::constant(eg::u8{4}, eg::u8{5}, eg::u8{255}), eg::out(U), eg::i16{-5},
           eg::constant(eg::i16{4}, eg::i16{-4}), eg::out(S), u16{40000}, eg::out(V), 12,
           eg::constant(7, -8, 9), eg::out(I), 1u, eg::constant(5u, 6u, 7u, 8u), eg::out(W), eg::f16(3.0f),
           eg::constant(eg::f16(1.0f), eg::f16(2.0f), eg::f16(3.0f), eg::f16(-0.0f)), eg::out(H), -0.0f,
           eg::constant(0.25f, std::numeric_limits<f32>::infinity(), std::numeric_limits<f32>::denorm_min()),
           eg::out(F)));
  check(true);
}

// In branches, as the bound of a loop, and beside a vector; some of them without a default.
inline constexpr auto specialised =
    eg::kernel<"specialised">([](eg::gpu& g, eg::constant<u32, "taps", 5> taps, eg::in<f32, "X"> x,
                                 eg::constant<bool, "scaled", 7> scaled,
                                 eg::constant<f32, "scale", 2, 0.5f> scale, eg::out<f32, "Y"> y) {
      auto const i = g.thread_position_in_grid();
      auto sum = g.for_range(taps, eg::carry(0.0f), [&](auto k, auto s) { return s + x[i + k]; });
      g.if_(scaled, [&] { y[i] = sum * scale; }).else_([&] { y[i] = sum; });
    });

TEST(function_constants, choose_and_bound) {
  std::vector<f32> x(40);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<f32>(i * i);
  auto const k = eg::compile(specialised);
  for (u32 const taps : {0u, 8u}) {
    bool const scaled = taps != 0;
    std::vector<f32> y(32), z(32);
    ASSERT_TRUE(both(k, {32, 32}, taps, eg::in(x), scaled, 4.0f, eg::out(y)));
    ASSERT_TRUE(both(k, {32, 32}, taps, eg::in(x), scaled, eg::by_default, eg::out(z)));
    for (std::size_t i = 0; i < y.size(); ++i) {
      f32 sum = 0;
      for (std::size_t t = 0; t < taps; ++t)
        sum += x[i + t];
      ASSERT_EQ(y[i], scaled ? sum * 4.0f : sum) << i;
      ASSERT_EQ(z[i], scaled ? sum * 0.5f : sum) << i;
    }
  }
}

// Two kernels of one program share them; names that Metal has, or that a kernel has, give way everywhere.
inline constexpr auto two_kernels = eg::jit<"two_kernels">(
    [](eg::host& h, eg::tensor_of<f32> A, eg::constant<f32, "half", 1> c, eg::constant<f32, "half_", 2> d,
       eg::constant<f32, "scale", eg::next_index, 3.0f> e, eg::constant<f32, "scale_given", 0> f) {
      h.launch<"scale">({1, 8}, [=](eg::gpu& g) { A(g.thread_position_in_grid()) = f + d; });
      h.launch<"second">({1, 8}, [=](eg::gpu& g) {
        auto const i = g.thread_position_in_grid();
        A(i) = A(i) * c + e;
      });
    });

TEST(function_constants, of_a_program) {
  auto const k = eg::compile(two_kernels, eg::arg<"A">(eg::layout{8, 1}));
  std::vector<f32> a(8);
  ASSERT_TRUE(both(k, {8, 8}, eg::inout(a), 2.0f, 10.0f, eg::by_default, 100.0f));
  EXPECT_EQ(a, std::vector<f32>(8, 110.0f * 2.0f + 3.0f));
  ASSERT_TRUE(both(k, {8, 8}, eg::inout(a), 2.0f, 10.0f, 4.0f, 100.0f));
  EXPECT_EQ(a, std::vector<f32>(8, 110.0f * 2.0f + 4.0f));
  std::string_view const text = k.metal_source();
  for (char const* const line :
       {"constant float half_ [[function_constant(1)]];\n",
        "constant float half_1 [[function_constant(2)]];\n",
        "constant float scale_given1 [[function_constant(3)]];\n",
        "constant float scale1 = is_function_constant_defined(scale_given1) ? scale_given1 : 3.0f;\n",
        "constant float scale_given [[function_constant(0)]];\n"})
    EXPECT_NE(text.find(line), std::string_view::npos) << line << text;
}

// ---- Threadgroup memory of the call's length -----------------------------------------------------------

inline constexpr auto reversed =
    eg::kernel<"reversed">([](eg::gpu& g, eg::in<f32, "X"> x, eg::threadgroup<f32, "tile"> tile,
                              eg::out<f32, "Y"> y, eg::threadgroup<u16, "marks"> marks) {
      auto const i = g.thread_position_in_grid();
      auto const in = g.thread_index_in_threadgroup(), last = g.threads_per_threadgroup().x - 1;
      auto own = g.threadgroup_memory<u32, "own">(4);
      tile[in] = x[i];
      marks[in] = eg::cast<u16>(in);
      g.if_(in == 0, [&] { own[0] = 5; });
      g.threadgroup_barrier();
      y[i] = tile[last - in] + eg::cast<f32>(marks[last - in]) + eg::cast<f32>(own[0]);
    });

TEST(threadgroup_memory, of_the_calls_length) {
  auto const k = eg::compile(reversed);
  std::vector<f32> x(96), y(96);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<f32>(1000 * i);
  for (std::size_t const length : {32u, 64u}) {
    ASSERT_TRUE(
        both(k, {96, 32}, eg::in(x), eg::threadgroup_length(length), eg::out(y), eg::threadgroup_length(32)));
    for (std::size_t i = 0; i < y.size(); ++i) {
      std::size_t const in = 31 - i % 32;
      ASSERT_EQ(y[i], x[i / 32 * 32 + in] + static_cast<f32>(in + 5)) << i;
    }
  }
}

// By vectors, under a condition, and as a tensor.
inline constexpr auto by_vectors = eg::kernel<"by_vectors">(
    [](eg::gpu& g, eg::threadgroup<f32, "tile"> tile, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
      auto const i = g.thread_position_in_grid();
      tile.vectors<4>()[i] = x.vectors<4>()[i];
      g.threadgroup_barrier();
      auto const t = eg::make_tensor(tile, eg::layout{{4, 16}, {16, 1}});
      y[i] = t(0, i) + load_if(tile, i + 16, i < 8, 7.0f) + tile.load<2>(i * 2).y();
    });

TEST(threadgroup_memory, by_vectors_and_as_a_tensor) {
  auto const k = eg::compile(by_vectors);
  std::vector<f32> x(64), y(16);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<f32>(i * i);
  ASSERT_TRUE(both(k, {16, 16}, eg::threadgroup_length(64), eg::in(x), eg::out(y)));
  for (std::size_t i = 0; i < y.size(); ++i)
    ASSERT_EQ(y[i], x[i] + (i < 8 ? x[i + 16] : 7.0f) + x[2 * i + 1]) << i;
}

// Atomics, and a function of the source that is handed threadgroup memory and a function constant.
inline constexpr auto scale_at = eg::function<"scale_at">(
    [](eg::inout<u32, "tile"> tile, eg::value<u32> at, eg::value<u32> by) { tile[at] *= by; });

inline constexpr auto counts = eg::kernel<"counts">(
    [](eg::gpu& g, eg::in<u32, "X"> x, eg::threadgroup_atomic<u32, "bins"> bins,
       eg::threadgroup<u32, "device"> tile, eg::out<u32, "Y"> y, eg::constant<u32, "float4", 0, 3> factor) {
      auto const i = g.thread_position_in_grid();
      bins[i].store(0);
      g.threadgroup_barrier();
      bins[x[i]].fetch_add(1);
      g.threadgroup_barrier();
      tile[i] = bins[i].load();
      scale_at(tile, i, factor);
      y[i] = tile[i];
    });

TEST(threadgroup_memory, of_atomics_and_handed_to_a_function) {
  auto const k = eg::compile(counts);
  std::vector<u32> x{3, 1, 3, 3, 0, 7, 1, 3}, y(8);
  // By its name in the text, which is not that of the kernel.
  ASSERT_NE(k.metal_source().find("threadgroup uint* device_ [[threadgroup(1)]]"), std::string_view::npos)
      << k.metal_source();
  ASSERT_TRUE(both(k, {8, 8}, eg::in(x), eg::threadgroup_length(8), eg::threadgroup_length(8), eg::out(y),
                   eg::by_default));
  EXPECT_EQ(y, (std::vector<u32>{3, 6, 0, 12, 0, 0, 0, 3}));
  ASSERT_TRUE(
      both(k, {8, 8}, eg::in(x), eg::threadgroup_length(8), eg::threadgroup_length(8), eg::out(y), 100u));
  EXPECT_EQ(y, (std::vector<u32>{100, 200, 0, 400, 0, 0, 0, 100}));
}

// ---- Buffers where the author wants them ---------------------------------------------------------------

inline constexpr auto placed = eg::kernel<"placed">(
    [](eg::gpu& g, eg::in<f32, "X", eg::buffer_index{30}> x, eg::scalar<f32, "s", eg::buffer_index{1}> s,
       eg::out<f32, "Y"> y, eg::inout<f32, "Z", eg::buffer_index{0}> z, eg::in<f32, "W"> w) {
      auto const i = g.thread_position_in_grid();
      y[i] = s * x[i] + w[i];
      z[i] += x[i];
    });

TEST(buffer_indices, chosen_and_free) {
  auto const k = eg::compile(placed);
  std::vector<f32> x{1, 2, 3, 4}, y(4), z{10, 20, 30, 40}, w{5, 6, 7, 8};
  ASSERT_TRUE(both(k, {4, 4}, eg::in(x), 2.0f, eg::out(y), eg::inout(z), eg::in(w)));
  EXPECT_EQ(y, (std::vector<f32>{7, 10, 13, 16}));
  EXPECT_EQ(z, (std::vector<f32>{11, 22, 33, 44}));
  std::string_view const text = k.metal_source();
  for (char const* const parameter :
       {"X [[buffer(30)]]", "s [[buffer(1)]]", "Y [[buffer(2)]]", "Z [[buffer(0)]]", "W [[buffer(3)]]"})
    EXPECT_NE(text.find(parameter), std::string_view::npos) << parameter << text;
}

} // namespace
