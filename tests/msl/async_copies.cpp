// SPDX-License-Identifier: MIT
// Copies of a simdgroup in the background. The machine compiles the part of the text in which the lanes copy
// together; the other, for compilers that know Metal's own copies, is compared as text. The executor copies
// when it is waited for, so a missing wait shows.
#include "both.hpp"

#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f32;
using eg::gpu;
using eg::u32;
using eg::experimental::async_copy;
using eg::experimental::wait;
using witness::both;

constexpr u32 n = 192; // three threadgroups of two simdgroups

// Every simdgroup copies its part of a line, turns it round, and copies it back.
inline constexpr auto lines = eg::kernel<"lines">([](gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto tile = g.threadgroup_memory<f32, "tile">(128);
  auto const first = g.threadgroup_position_in_grid() * 64u, part = g.simdgroup_index_in_threadgroup() * 32u;
  auto const t = g.thread_index_in_threadgroup();
  auto const copy = async_copy(tile, part, x, first + part, 32u);
  tile[64u + t] = x[0]; // another part meanwhile
  wait(copy);
  g.threadgroup_barrier();
  tile[64u + t] += tile[63u - t];
  g.threadgroup_barrier();
  wait(async_copy(y, first + part, tile, 64u + part, 32u));
});

TEST(async_copies, of_lines) {
  std::vector<f32> x(n), y(n);
  for (u32 i = 0; i < n; ++i)
    x[i] = static_cast<f32>(i) + 0.5f;
  constexpr auto compiled = eg::compile<lines>();
  both(compiled, {{n}, {64}}, eg::in(x), eg::out(y));
  for (u32 i = 0; i < n; ++i)
    ASSERT_EQ(y[i], x[0] + x[i / 64 * 64 + 63 - i % 64]);
  std::string const text(compiled.metal_source());
  EXPECT_NE(text.find("  const simdgroup_event v2 = simdgroup_async_copy(tile + v0, X + v1, 32u, lane);\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  simdgroup_async_wait(v2);\n"), std::string::npos) << text;
  EXPECT_NE(text.find("#if defined(ENIGMA_ASYNC_COPY)"), std::string::npos);
  EXPECT_NE(text.find("    __asm(\"air.simdgroup_async_copy_1d.p3i8.p1i8\");\n"), std::string::npos);
  EXPECT_NE(compiled.ir().find("= async_copy tile, X, %"), std::string::npos) << compiled.ir();
  EXPECT_EQ(
      eg::compile(eg::kernel<"k">([](gpu&, eg::out<f32, "Y"> o) { o[0] = 1; })).metal_source().find("async"),
      std::string_view::npos);
}

// A tile of 8 rows of 16, out of a matrix with rows of 24, into one with rows of 17 and back to rows of 20.
inline constexpr auto tiles = eg::kernel<"tiles">(
    [](gpu& g, eg::in<eg::f16, "X"> x, eg::scalar<u32, "width"> width, eg::out<eg::f16, "Y"> y) {
      auto tile = g.threadgroup_memory<eg::f16, "tile">(8 * 17);
      auto const group = g.threadgroup_position_in_grid();
      auto const copy = async_copy(tile, 0u, 17u, x, group * 2u, width, 16u, 8u);
      wait(copy);
      auto const back = async_copy(y, group * 160u, 20u, tile, 0u, 17u, 16u, 8u);
      wait(back);
    });

TEST(async_copies, of_rows) {
  std::vector<eg::f16> x(24 * 8 + 8), y(2 * 160);
  for (u32 i = 0; i < x.size(); ++i)
    x[i] = eg::f16(static_cast<f32>(i));
  constexpr auto compiled = eg::compile<tiles>();
  both(compiled, {{64}, {32}}, eg::in(x), 24u, eg::out(y));
  for (u32 group = 0; group < 2; ++group)
    for (u32 r = 0; r < 8; ++r)
      for (u32 c = 0; c < 20; ++c)
        ASSERT_EQ(float(y[group * 160 + r * 20 + c]), c < 16 ? float(group * 2 + r * 24 + c) : 0.0f);
  std::string const text(compiled.metal_source());
  EXPECT_NE(text.find("simdgroup_async_copy(tile, v0, X, uint2(group * 2u, width), v1, lane)"),
            std::string::npos)
      << text;
  // The other part is well formed, too; what it calls is not here.
  witness::tool::compile_options asked = witness::options();
  asked.defines.push_back("ENIGMA_ASYNC_COPY");
  EXPECT_EQ(witness::objections(witness::tool::prepare_text(text, "emitted.metal", asked), asked), "")
      << text;
}

template <class Body>
std::string refusal_of(Body body, u32 threads = 64) {
  try {
    auto const k = eg::compile(eg::kernel<"k">(body), {.block = 64});
    eg::runtime rt(eg::backend::cpu, 1);
    std::vector<f32> x(64, 1.0f), y(64);
    rt.execute(k, eg::threads(threads), eg::in(x), eg::out(y));
  } catch (eg::error const& e) {
    return e.what();
  }
  return "";
}
#define BODY [](gpu & g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y)

TEST(async_copies, what_is_refused) {
  EXPECT_EQ(
      refusal_of(BODY {
        auto tile = g.threadgroup_memory<f32, "tile">(64);
        auto const copy = async_copy(tile, 0u, x, 0u, 64u);
        y[0] = tile[3u]; // before the wait
        wait(copy);
      }),
      "k: load from tile at index 3 reads threadgroup memory that no thread has written, in thread (0,0,0)");
  EXPECT_EQ(refusal_of(BODY {
              auto tile = g.threadgroup_memory<f32, "tile">(64);
              async_copy(tile, 0u, x, 0u, 64u);
              y[0] = x[0];
            }),
            "k: an async_copy from X to tile is never waited for, in threadgroup (0,0,0)");
  EXPECT_EQ(refusal_of(BODY {
              auto tile = g.threadgroup_memory<f32, "tile">(64);
              wait(async_copy(tile, 0u, x, 1u, 64u));
              y[0] = tile[0];
            }),
            "k: async_copy from X of 64 elements at index 1 is out of range (length 64) in thread (0,0,0)");
  EXPECT_EQ(
      refusal_of(BODY {
        auto tile = g.threadgroup_memory<f32, "tile">(64);
        wait(async_copy(tile, g.thread_index_in_simdgroup() / 16u, x, 0u, 8u));
        y[0] = x[0];
      }),
      "k: async_copy has other places or sizes in thread (16,0,0) than in thread (0,0,0) of its simdgroup");
  EXPECT_EQ(refusal_of(BODY {
              auto tile = g.threadgroup_memory<f32, "tile">(64);
              tile[g.thread_index_in_threadgroup()] = x[0];
              g.if_(x[g.thread_index_in_threadgroup()] < 0.0f || g.thread_index_in_threadgroup() != 5u,
                    [&] { wait(async_copy(y, 0u, tile, 0u, 8u)); });
            }),
            "k: async_copy is not reached by all threads of simdgroup 0 of threadgroup (0,0,0); thread "
            "(5,0,0) does "
            "not reach it");
  EXPECT_NE(refusal_of(BODY {
              auto tile = g.threadgroup_memory<f32, "tile">(64);
              g.if_(g.thread_index_in_simdgroup() == 0u, [&] { wait(async_copy(tile, 0u, x, 0u, 8u)); });
              y[0] = x[0];
            }).find("kernel k: async_copy stands in an if_ of thread_index_in_simdgroup == 0"),
            std::string::npos);
  EXPECT_EQ(refusal_of(BODY {
              (void)g;
              wait(async_copy(y, 0u, x, 0u, 8u));
            }),
            "async_copy from X to Y: one of them has to be a buffer, the other threadgroup memory");
  EXPECT_EQ(
      refusal_of(BODY {
        auto tile = g.threadgroup_memory<f32, "tile">(64);
        wait(async_copy(y, 0u, tile, 0u, 8u));
        y[9] = x[0];
      }),
      "k: async_copy from tile at index 0 reads threadgroup memory that no thread has written, in thread "
      "(0,0,0)");
}

// What is no copy.
template <class To, class From>
concept copies = requires(To to, From from) { async_copy(to, 0u, from, 0u, 4u); };
static_assert(copies<eg::threadgroup_array<f32>, eg::in<f32, "X">>);
static_assert(copies<eg::out<f32, "Y">, eg::threadgroup_array<f32>>);
static_assert(!copies<eg::in<f32, "X">, eg::threadgroup_array<f32>>);     // which is only read
static_assert(!copies<eg::threadgroup_array<f32>, eg::out<f32, "Y">>);    // which is only written
static_assert(!copies<eg::threadgroup_array<f32>, eg::in<eg::i32, "X">>); // of another type

// Each of two simdgroups brings a tile of 8 rows of 16 of a matrix of any size, where all of it is there, and
// takes it to another matrix, whose columns lie together.
inline constexpr auto whole_tiles = eg::kernel<"whole_tiles">(
    [](gpu& g, eg::in<eg::f16, "X"> x, eg::scalar<u32, "M"> M, eg::scalar<u32, "N"> N,
       eg::scalar<u32, "ld"> ld, eg::inout<eg::f16, "Y"> y, eg::inout<eg::f16, "Z"> z) {
      auto const at =
          eg::make_coord(g.threadgroup_position_in_grid() * 2u + g.simdgroup_index_in_threadgroup(), 1);
      auto const X = local_tile(make_tensor(x, eg::make_shape(M, N), eg::make_stride(ld, 1)), {8, 16}, at);
      auto const Y = local_tile(make_tensor(y, eg::make_shape(M, N), eg::make_stride(ld, 1)), {8, 16}, at);
      auto const Z = local_tile(make_tensor(z, eg::make_shape(M, N)), {8, 16}, at);
      auto const s =
          make_tensor(g.threadgroup_memory<eg::f16, "s">(2 * 16 * 12), eg::layout{{8, 16, 2}, {17, 1, 160}});
      auto const turned = make_tensor(g.threadgroup_memory<eg::f16, "turned">(2 * 16 * 9),
                                      eg::layout{{8, 16, 2}, {1, 9, 144}});
      auto const mine = s(eg::_, eg::_, g.simdgroup_index_in_threadgroup());
      auto const mine_turned = turned(eg::_, eg::_, g.simdgroup_index_in_threadgroup());
      auto const lane = g.thread_index_in_simdgroup();
      g.if_(is_inside(X), [&] {
        wait(async_copy(X, mine));
        g.simdgroup_barrier();
        for (int k = 0; k < 4; ++k)
          mine_turned(lane % 8u, lane / 8u + static_cast<u32>(4 * k)) =
              mine(lane % 8u, lane / 8u + static_cast<u32>(4 * k));
        g.simdgroup_barrier();
        auto const to_Y = async_copy(mine, Y), to_Z = async_copy(mine_turned, Z);
        wait(to_Y, to_Z);
      });
    });
TEST(async_copies, of_tiles) {
  u32 const M = 30, N = 40, ld = 43;
  std::vector<eg::f16> x(M * ld), y(M * ld), z(M * N), expected_y(M * ld), expected_z(M * N);
  for (u32 i = 0; i < x.size(); ++i)
    x[i] = eg::f16(static_cast<f32>(i));
  for (u32 m = 0; m < 24; ++m)
    for (u32 k = 16; k < 32; ++k)
      expected_y[ld * m + k] = expected_z[m + M * k] = x[ld * m + k];
  auto const compiled = eg::compile(whole_tiles);
  EXPECT_TRUE(both(compiled, {{128}, {64}}, eg::in(x), M, N, ld, eg::inout(y), eg::inout(z)));
  for (std::size_t i = 0; i < y.size(); ++i)
    ASSERT_EQ(y[i].bits, expected_y[i].bits) << i;
  for (std::size_t i = 0; i < z.size(); ++i)
    ASSERT_EQ(z[i].bits, expected_z[i].bits) << i;
}
TEST(async_copies, refused_tiles) {
  auto const of = [](auto const& body) {
    try {
      (void)eg::compile(eg::kernel<"k">(body));
    } catch (eg::error const& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  EXPECT_EQ(
      of([](gpu& g, eg::in<f32, "X"> x) {
        (void)async_copy(make_tensor(x, eg::layout({8, 16}, {16, 1})),
                         make_tensor(g.threadgroup_memory<f32, "s">(128), eg::layout({8, 16}, {1, 8})));
      }),
      "async_copy of a tile (8,16):(16,1) to (8,16):(1,8) refused: neither rows nor columns lie together on "
      "both sides; cooperative_copy takes any tile");
  EXPECT_EQ(
      of([](gpu& g, eg::in<f32, "X"> x) {
        (void)async_copy(make_tensor(x, eg::layout({8, 16}, {16, 1})),
                         make_tensor(g.threadgroup_memory<f32, "s">(128), eg::layout({8, 8}, {8, 1})));
      }),
      "async_copy of a tile (8,16):(16,1) to (8,8):(8,1) refused: they are to be two tiles (m,n) of one "
      "shape; cooperative_copy takes any tile");
}

} // namespace
