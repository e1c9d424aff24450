// SPDX-License-Identifier: MIT
// Threadgroup tensors through a swizzle: random layouts, swizzles and coordinates, run by the executor,
// against the swizzle's own function; the text of a transposition; its conflicts of banks.
#include "naive.hpp"

#include <enigma/codegen.hpp>
#include <enigma/runtime.hpp>

#include <gtest/gtest.h>

using namespace enigma;

namespace {

swizzle random_swizzle(naive::random_layouts& random) {
  int const bits = random.up_to(3), shift = bits + random.up_to(2);
  return {bits, random.up_to(3), random.once_in(4) ? -shift : shift};
}
std::int64_t product_of(std::vector<std::int64_t> const& v) {
  return std::accumulate(v.begin(), v.end(), std::int64_t{1}, std::multiplies<>());
}

// Thread t writes number t * values + v to element (t, v), for all v, and all is copied out as it lies; then
// each thread reads its elements again.
TEST(Swizzles, RandomTilesLieWhereTheSwizzleSays) {
  naive::random_layouts random(71);
  static constexpr std::int64_t sizes[] = {1, 2, 4, 4, 8, 3};
  int flips = 0, wide = 0;
  for (int round = 0; round < 500; ++round) {
    std::vector<std::vector<std::int64_t>> modes(2);
    for (auto& mode : modes)
      for (int k = 0; k < 2; ++k)
        mode.push_back(sizes[random.up_to(5)]);
    if (random.once_in(2))
      modes[1][0] = 4;
    auto const flat = naive::leaves(modes);
    // Values first, or any order.
    std::vector<std::int64_t> strides = random.strides(flat, true, false);
    if (random.once_in(2))
      strides = {product_of(modes[1]), product_of(modes[1]) * modes[0][0], 1, modes[1][0]};
    composed_layout const c(random_swizzle(random), random.once_in(3) ? random.up_to(9) : 0,
                            naive::layout_of(modes, strides));
    auto const threads = product_of(modes[0]), values = product_of(modes[1]);
    std::int64_t length = value_bound(c).value;
    bool const known_block = random.once_in(2);
    auto const k = kernel<"random">([&](gpu& g, out<u32, "Lies"> lies, out<u32, "Again"> again) {
      auto const tid = g.thread_position_in_threadgroup();
      auto const memory = g.threadgroup_memory<u32, "tile">(length);
      for (std::int64_t i = 0; i < length; i += threads) // all that may never be written
        g.if_(tid + static_cast<u32>(i) < static_cast<u32>(length),
              [&] { memory[tid + static_cast<u32>(i)] = 0xffffffffu; });
      g.threadgroup_barrier();
      auto const tile = make_tensor(memory, c);
      auto const mine = make_fragment<u32>(g, layout(values));
      for (int v = 0; v < values; ++v)
        mine(v) = tid * static_cast<u32>(values) + static_cast<u32>(v);
      tile(tid, _).store(mine.load());
      g.threadgroup_barrier();
      for (std::int64_t i = 0; i < length; i += threads)
        g.if_(tid + static_cast<u32>(i) < static_cast<u32>(length),
              [&] { lies[tid + static_cast<u32>(i)] = memory[tid + static_cast<u32>(i)]; });
      make_tensor(again, layout{int_tuple{threads, values}, int_tuple{values, 1}})(tid, _).store(
          tile(tid, _).load());
    });
    auto const compiled =
        known_block ? compile(k, {.grid = 1, .block = static_cast<u32>(threads)}) : compile(k);
    for (instruction const& i : compiled.launches()[0].code) {
      flips += i.code == op::bit_xor;
      wide += i.code == op::load && i.type.lanes == 4;
    }
    std::vector<u32> lies(static_cast<std::size_t>(length)),
        again(static_cast<std::size_t>(threads * values)), expected(lies.size(), 0xffffffffu),
        numbers(again.size());
    if (known_block)
      runtime(backend::cpu, 1).execute(compiled, out(lies), out(again));
    else
      runtime(backend::cpu, 1)
          .execute(compiled, dispatch{.grid = 1, .block = static_cast<u32>(threads)}, out(lies), out(again));
    auto const index = naive::indices(c.inner); // threads fastest
    for (std::size_t i = 0; i < index.size(); ++i) {
      auto const t = static_cast<std::int64_t>(i) % threads, v = static_cast<std::int64_t>(i) / threads;
      expected[static_cast<std::size_t>(c.sw(c.offset + index[i]))] = static_cast<u32>(t * values + v);
    }
    for (std::size_t i = 0; i < numbers.size(); ++i)
      numbers[i] = static_cast<u32>(i);
    ASSERT_EQ(lies, expected) << to_string(c) << '\n' << std::string(compiled.metal_source());
    ASSERT_EQ(again, numbers) << to_string(c) << '\n' << std::string(compiled.metal_source());
  }
  EXPECT_GT(flips, 500);
  EXPECT_GT(wide, 100);
}

// ---- A transposition -----------------------------------------------------------------------------------

constexpr composed_layout turned_tile = composition(swizzle{4, 2, 4}, layout{{64, 64}, {64, 1}});
constexpr auto by_rows =
    make_layout_tv(make_ordered_layout({16, 16}, {1, 0}), make_ordered_layout({4, 4}, {1, 0}));

constexpr auto turned = kernel<"turned">([](gpu& g, in<f32, "A"> a, out<f32, "C"> c) {
  auto const tid = g.thread_position_in_threadgroup();
  auto const memory = g.threadgroup_memory<f32, "tile">(64 * 64);
  auto const tile = make_tensor(memory, turned_tile);
  composition(tile, by_rows)(tid, _).store(
      composition(make_tensor(a, layout{{64, 64}, {64, 1}}), by_rows)(tid, _).load());
  g.threadgroup_barrier();
  auto const columns = make_tensor(memory, composition(turned_tile, layout{{64, 64}, {64, 1}}));
  // Linear coordinates run down the columns, so this is the transpose.
  composition(make_tensor(c, layout{{64, 64}, {64, 1}}), by_rows)(tid, _).store(
      composition(columns, by_rows)(tid, _).load());
});

// What the swizzle is for: lanes that read down a column of the tile meet in fewer banks.
constexpr auto down_a_column = make_simd_access(composition(layout{{64, 64}, {64, 1}}, by_rows.layout));
static_assert(find_bank_conflicts(layout{{64, 64}, {64, 1}}, down_a_column, 4).degree == 16);
static_assert(find_bank_conflicts(turned_tile, down_a_column, 4).degree == 8);
static_assert(
    find_bank_conflicts(composition(swizzle{4, 2, 6}, turned_tile.inner), down_a_column, 4).degree == 4);

TEST(Swizzles, TheTextOfATransposition) {
  constexpr auto k = compile<turned>();
  std::string const all(k.metal_source());
  auto const from = all.find("  const uint v0");
  EXPECT_EQ(all.substr(from, all.find("  threadgroup_barrier") - from),
            "  const uint v0 = tid % 16u;\n"
            "  const uint v1 = tid / 16u;\n"
            "  const uint v2 = v0 * 4u + v1 * 256u;\n"
            "  device float* C_from = C + v2;\n"
            "  const uint v3 = v2 ^ ((v2 & 960u) >> 4u);\n"
            "  *(threadgroup float4*)(tile + v3) = *(const device float4*)(A + v2);\n"
            "  *(threadgroup float4*)(tile + (v3 ^ 4u) + 64) = *(const device float4*)(A + v2 + 64);\n"
            "  *(threadgroup float4*)(tile + (v3 ^ 8u) + 128) = *(const device float4*)(A + v2 + 128);\n"
            "  *(threadgroup float4*)(tile + (v3 ^ 12u) + 192) = *(const device float4*)(A + v2 + 192);\n");
}

TEST(Swizzles, ATransposition) {
  std::vector<f32> a(64 * 64), c(a.size()), expected(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = static_cast<f32>(i);
    expected[i % 64 * 64 + i / 64] = a[i];
  }
  runtime(backend::cpu, 1).execute(compile<turned>(), dispatch{.grid = 1, .block = 256}, in(a), out(c));
  EXPECT_EQ(c, expected);
}

TEST(Swizzles, RefusalsHaveWords) {
  detail::builder b("refused");
  gpu g(b);
  auto const words_of = [](auto const& f) -> std::string {
    try {
      f();
    } catch (error const& e) {
      return e.what();
    }
    return "not refused";
  };
  auto const memory = g.threadgroup_memory<f32, "tile">(24);
  EXPECT_EQ(words_of([&] { (void)make_tensor(memory, composition(swizzle{2, 0, -2}, layout(24))); }),
            "make_tensor: Sw<2,0,-2> o 0 o 24:1 refused: its swizzle may reach the first 32 elements, the "
            "memory has "
            "24");
  EXPECT_EQ(words_of([&] { (void)make_tensor(memory, composition(swizzle{2, 0, 2}, layout(24))); }),
            "not refused");
}

} // namespace
