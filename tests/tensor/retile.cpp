// SPDX-License-Identifier: MIT
// Fragments seen as another partition wants them: random copies, every element; tensors made from shapes
// alone, and from blocks that are repeated.
#include "naive.hpp"

#include <enigma/codegen.hpp>
#include <enigma/runtime.hpp>

#include <gtest/gtest.h>
#include <numeric>
#include <string>
#include <vector>

using namespace enigma;

namespace {

template <class Body>
std::string refusal_of_kernel(Body const& body) {
  try {
    (void)compile(kernel<"k">(body));
  } catch (error const& e) {
    return e.what();
  }
  return "not refused";
}
std::vector<u32> counted(std::int64_t n) {
  std::vector<u32> r(static_cast<std::size_t>(n));
  std::iota(r.begin(), r.end(), 0u);
  return r;
}

// A fragment holds the elements of a tile as one thread-value layout says, in an order of values that is any;
// stored by a copy that gives the same threads the same elements, each lands where it was.
TEST(Retile, RandomPartitionsOfTheSameThreads) {
  naive::random_layouts random(5);
  for (int round = 0; round < 150; ++round) {
    std::int64_t const m = 1 << random.up_to(3), n = 1 << random.up_to(3), vm = 1 + random.up_to(2),
                       vn = 1 + random.up_to(2), rm = 1 + random.up_to(2), rn = 1 + random.up_to(2);
    auto const threads = random.once_in(2) ? layout{int_tuple{m, n}, int_tuple{n, 1}}
                                           : layout{int_tuple{m, n}, int_tuple{1, m}};
    auto const with = make_tiled_copy(copy_atom<>{}, threads, make_layout(int_tuple{vm, vn}));
    int_tuple const tile{m * vm * rm, n * vn * rn};
    layout const whole =
        composition(zipped_divide(make_layout(tile), with.tiler()), tiler{tiler(with.tv().layout), _});
    layout const of_thread = mode(mode(whole, 0), 0), values = mode(mode(whole, 0), 1), rest = mode(whole, 1);
    tv_layout const other{
        tile, make_layout(of_thread, random.once_in(2) ? make_layout(rest, values)
                                                       : make_layout(mode(rest, 1), values, mode(rest, 0)))};
    ASSERT_TRUE(is_partition(other));
    auto const k = kernel<"retiled">([&](gpu& g, in<u32, "A"> a, out<u32, "C"> c) {
      auto const thread = g.thread_index_in_threadgroup();
      auto const theirs = composition(make_tensor(a, tile), other)(thread, _);
      auto const f = make_fragment_like(theirs);
      f.store(theirs.load());
      auto const mine = with.slice(g);
      copy(with, mine.retile_S(f, other), mine.partition_D(make_tensor(c, tile)));
    });
    auto const elements = product(tile);
    std::vector<u32> const a = counted(elements);
    std::vector<u32> c(a.size());
    runtime(backend::cpu, 1)
        .execute(compile(k, {.grid = 1, .block = static_cast<u32>(m * n)}), in(a), out(c));
    ASSERT_EQ(c, a) << to_string(with.tv().layout) << " of " << to_string(other.layout);
  }
}

constexpr auto store = make_tiled_copy(copy_atom<>{}, layout{{4, 8}, {8, 1}});
TEST(Retile, RefusesWhatOthersHave) {
  EXPECT_EQ(
      refusal_of_kernel([](gpu& g) {
        auto const mma = make_tiled_mma(scalar_mma<f32>{}, make_layout({4, 8}), {4, 16, 1});
        (void)store.slice(g).retile_S(mma.slice(g).make_fragment_C(), mma.tv_C());
      }),
      "retile of a fragment (1,1,2):(0,0,1) of ((1,32),(1,1,2)):((0,1),(0,4,32)) refused by the copy of "
      "((8,4),1):((4,1),0): element 4 of the tile (4,16) belongs to thread 4 there and to thread 1 here");
  EXPECT_EQ(refusal_of_kernel([](gpu& g) {
              auto const mma = make_tiled_mma(scalar_mma<f32>{}, layout({4, 8}, {8, 1}), {4, 16, 1});
              (void)store.slice(g).retile_S(mma.slice(g).make_fragment_C(), mma.tv_C());
            }),
            "not refused");
  EXPECT_NE(refusal_of_kernel([](gpu& g) {
              auto const mma = make_tiled_mma(scalar_mma<f32>{}, layout({4, 8}, {8, 1}), {4, 16, 1});
              (void)store.slice(g).retile_S(make_fragment<f32>(g, layout(3)), mma.tv_C());
            }).find("a thread has 2 elements of the tile, the fragment 3"),
            std::string::npos);
}

// ---- Tensors from shapes ----------------------------------------------------------------------------------

constexpr auto by_shape =
    kernel<"by_shape">([](gpu& g, in<u32, "A"> a, out<u32, "C"> c, scalar<u32, "M"> M, scalar<u32, "N"> N) {
      auto const at = g.thread_position_in_grid();
      auto const A = make_tensor(a, make_shape(M, N, 2));
      auto const C = make_tensor(c, make_shape(2, 64));
      C(0, at.x) = A(at.x % M, at.x / M, 1);
      C(1, at.x) = A(at.x % M, at.x / M, 0);
    });
TEST(MakeTensor, WithoutStridesIsCompactModeZeroFirst) {
  EXPECT_NE(compile(by_shape).metal_source().find("* M"), std::string_view::npos);
  auto const a = counted(2 * 7 * 9);
  std::vector<u32> c(128);
  runtime(backend::cpu, 1)
      .execute(compile(by_shape), dispatch{.block = 32, .total = 63}, in(a), out(c), scalar(7u), scalar(9u));
  for (u32 i = 0; i < 63; ++i) {
    EXPECT_EQ(c[2 * i], 63 + i);
    EXPECT_EQ(c[2 * i + 1], i);
  }
  auto data = counted(24);
  EXPECT_EQ(make_tensor(data, int_tuple{4, 6})(1, 2), 9u);
}

// A block that a swizzle keeps free of conflicts of banks, repeated over a tile of threadgroup memory.
constexpr composed_layout block({2, 2, 2}, 0, layout{{4, 16}, {16, 1}});
constexpr composed_layout repeated = tile_to_shape(block, {16, 32});
constexpr auto through_blocks = kernel<"through_blocks">([](gpu& g, in<u32, "A"> a, out<u32, "C"> c) {
  constexpr auto bring = make_tiled_copy(copy_atom<16>{}, layout{{8, 4}, {4, 1}}, make_layout({1, 4}));
  constexpr auto write = make_tiled_copy(copy_atom<>{}, make_layout({16, 2}));
  auto const s = make_tensor(g.threadgroup_memory<u32, "s">(512), repeated);
  auto const reader = bring.slice(g), writer = write.slice(g);
  copy(bring, reader.partition_S(make_tensor(a, layout{{16, 32}, {32, 1}})), reader.partition_D(s));
  g.threadgroup_barrier();
  copy(write, writer.partition_S(s), writer.partition_D(make_tensor(c, int_tuple{16, 32})));
});
TEST(MakeTensor, OfASwizzledBlockThatIsRepeated) {
  auto const a = counted(512);
  std::vector<u32> c(512);
  runtime(backend::cpu, 1).execute(compile(through_blocks, {.grid = 1, .block = 32}), in(a), out(c));
  for (u32 i = 0; i < 16; ++i)
    for (u32 j = 0; j < 32; ++j)
      ASSERT_EQ(c[i + 16 * j], 32 * i + j);
}

} // namespace
