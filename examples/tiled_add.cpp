// SPDX-License-Identifier: MIT
// tiled_add: C = A + B, tile by tile. Layouts say which thread has which elements of a tile, and the Metal
// source follows from them: four float4 additions a thread.

#include <vector>

#include <enigma/enigma.hpp>
#include <fmt/format.h>

#include "show.hpp"

namespace eg = enigma;

// 4 x 64 threads, each with 4 x 4 elements; both row by row, so that neighbours in memory stay together.
constexpr auto thr = eg::make_ordered_layout({4, 64}, {1, 0}); // (m,n) -> thread
constexpr auto val = eg::make_ordered_layout({4, 4}, {1, 0});  // (m,n) -> value
constexpr auto tv = eg::make_layout_tv(thr, val);              // (thread,value) -> element of the tile
static_assert(tv.tiler == eg::int_tuple{16, 256});
static_assert(eg::size<0>(tv.layout) == 256 && eg::size<1>(tv.layout) == 16);

inline constexpr auto tiled_add = eg::jit<"tiled_add">(
    [](eg::host& h, eg::tensor_of<eg::f32> A, eg::tensor_of<eg::f32> B, eg::tensor_of<eg::f32> C) {
      auto gA = zipped_divide(A, tv.tiler); // ((16,256),(M/16,N/256)): tiles, and which tile
      auto gB = zipped_divide(B, tv.tiler);
      auto gC = zipped_divide(C, tv.tiler);
      h.launch<"add">({.grid = eg::size<1>(gA), .block = eg::size<0>(tv.layout)}, [=](eg::gpu& g) {
        auto block = g.threadgroup_position_in_grid();
        auto thread = g.thread_position_in_threadgroup();
        auto tA = composition(gA(eg::_, block), tv.layout)(thread, eg::_); // ((4,4)): this thread's values
        auto tB = composition(gB(eg::_, block), tv.layout)(thread, eg::_);
        auto tC = composition(gC(eg::_, block), tv.layout)(thread, eg::_);
        tC.store(tA.load() + tB.load()); // nothing is computed before the store
      });
    });

/// C = A + B for matrices of one layout, against plain C++.
template <eg::layout L>
bool add(eg::runtime& rt) {
  constexpr auto compiled = eg::compile<tiled_add>(eg::arg<"A", L>, eg::arg<"B", L>, eg::arg<"C", L>);
  static_assert(compiled.metal_source().find("float4") != std::string_view::npos);
  static_assert(compiled.block() == eg::extent3{256});
  static_assert(compiled.grid() == eg::extent3{eg::size(L) / (16 * 256)});

  constexpr auto tiles = eg::zipped_divide(L, tv.tiler);
  static_assert(eg::size<0>(tiles) == 16 * 256);
  constexpr auto values = eg::composition(tiles(eg::_, 0), tv.layout);
  fmt::print("\n{} x {}\n", eg::size<0>(L), eg::size<1>(L));
  show::layout("A, B, C", L, "row by row");
  show::layout("tiles", tiles, "(tile, which tile)");
  show::layout("one tile", values, "(thread, value) -> element of the matrix");
  show::source(compiled);

  constexpr auto n = static_cast<std::size_t>(eg::size(L));
  std::vector<float> a(n), b(n), c(n), reference(n);
  for (std::size_t i = 0; i < n; ++i) {
    a[i] = static_cast<float>(i % 1021);
    b[i] = static_cast<float>(i % 509) * 0.5f;
    reference[i] = a[i] + b[i];
  }
  auto run = rt.prepare(compiled, eg::in(a), eg::in(b), eg::out(c));
  run.dispatch();
  show::speed(rt.name(), run.dispatch_timed(), 3 * sizeof(float) * n);
  return show::compare(c, reference, 0.0f);
}

int main() try {
  fmt::print("C = A + B in tiles of {}.\n\n", tv.tiler);
  show::layout("threads", thr, "(m,n) -> thread");
  show::layout("values", val, "(m,n) -> value of a thread");
  show::layout("together", tv.layout, "(thread, value) -> element of the tile");

  eg::runtime rt;
  bool const small = add<eg::layout{{256, 512}, {512, 1}}>(rt);
  bool const large = add<eg::layout{{4096, 4096}, {4096, 1}}>(rt);
  return small && large ? 0 : 1;
} catch (eg::error const& e) {
  fmt::print(stderr, "tiled_add: {}\n", e.what());
  return 2;
}
