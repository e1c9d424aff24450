// SPDX-License-Identifier: MIT
// C = A + B three times: an element a thread, a float4 a thread, and in tiles whose layout says which thread
// has which elements. vector_add.metal has the same by hand.
#pragma once

#include <enigma/codegen.hpp>
#include <enigma/layout.hpp>

namespace examples {

namespace eg = enigma;
using eg::f32;

inline constexpr auto vector_add =
    eg::kernel<"vector_add">([](eg::gpu& g, eg::in<f32, "A"> a, eg::in<f32, "B"> b, eg::out<f32, "C"> c) {
      auto i = g.thread_position_in_grid();
      c[i] = a[i] + b[i];
    });

inline constexpr auto vector_add_float4 = eg::kernel<"vector_add_float4">(
    [](eg::gpu& g, eg::in<f32, "A"> a, eg::in<f32, "B"> b, eg::out<f32, "C"> c) {
      auto a4 = a.vectors<4>();
      auto b4 = b.vectors<4>();
      auto c4 = c.vectors<4>();
      auto i = g.thread_position_in_grid();
      c4[i] = a4[i] + b4[i];
    });

/// 4 x 64 threads with 4 x 4 elements each, row by row: a tile of 16 x 256.
inline constexpr auto vector_add_tv_layout =
    eg::make_layout_tv(eg::make_ordered_layout({4, 64}, {1, 0}), eg::make_ordered_layout({4, 4}, {1, 0}));

inline constexpr auto vector_add_tv = eg::jit<"vector_add_tv">(
    [](eg::host& h, eg::tensor_of<f32> A, eg::tensor_of<f32> B, eg::tensor_of<f32> C) {
      constexpr auto tv = vector_add_tv_layout;
      auto gA = zipped_divide(A, tv.tiler), gB = zipped_divide(B, tv.tiler), gC = zipped_divide(C, tv.tiler);
      h.launch<"vector_add_tv">({.grid = eg::size<1>(gA), .block = eg::size<0>(tv.layout)}, [=](eg::gpu& g) {
        auto tile = g.threadgroup_position_in_grid(), thread = g.thread_position_in_threadgroup();
        auto tA = composition(gA(eg::_, tile), tv.layout)(thread, eg::_);
        auto tB = composition(gB(eg::_, tile), tv.layout)(thread, eg::_);
        auto tC = composition(gC(eg::_, tile), tv.layout)(thread, eg::_);
        tC.store(tA.load() + tB.load());
      });
    });

/// The matrix that it is shown for: 256 x 512, row by row.
inline constexpr eg::layout vector_add_matrix{{256, 512}, {512, 1}};

} // namespace examples
