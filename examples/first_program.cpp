// SPDX-License-Identifier: MIT
#include <vector>

#include <enigma/enigma.hpp>
#include <fmt/format.h>

namespace eg = enigma;

// A tile for 4 x 64 threads with 4 x 4 elements each, row by row: which thread has which element?
constexpr auto tv =
    eg::make_layout_tv(eg::make_ordered_layout({4, 64}, {1, 0}), eg::make_ordered_layout({4, 4}, {1, 0}));
static_assert(tv.tiler == eg::int_tuple{16, 256});

// Y = 2 * X, tile by tile. The lambdas run once, while this file is compiled.
inline constexpr auto twice =
    eg::jit<"twice">([](eg::host& h, eg::tensor_of<eg::f32> X, eg::tensor_of<eg::f32> Y) {
      auto gX = zipped_divide(X, tv.tiler), gY = zipped_divide(Y, tv.tiler); // (tile, which tile)
      h.launch<"twice">({.grid = eg::size<1>(gX), .block = eg::size<0>(tv.layout)}, [=](eg::gpu& g) {
        auto block = g.threadgroup_position_in_grid(), thread = g.thread_position_in_threadgroup();
        auto x = composition(gX(eg::_, block), tv.layout)(thread, eg::_); // this thread's 16 elements
        auto y = composition(gY(eg::_, block), tv.layout)(thread, eg::_);
        y.store(2 * x.load());
      });
    });

constexpr eg::layout matrix{{256, 512}, {512, 1}}; // row by row
constexpr auto compiled = eg::compile<twice>(eg::arg<"X", matrix>, eg::arg<"Y", matrix>);
static_assert(compiled.metal_source().find("float4") != std::string_view::npos);

int main() {
  std::vector<float> x(eg::size(matrix), 21.0f), y(x.size());
  eg::runtime rt;
  rt.execute(compiled, eg::in(x), eg::out(y));
  fmt::print("{}\nOn {}: 2 * {} = {}\n", compiled.metal_source(), rt.name(), x[0], y[0]);
}
