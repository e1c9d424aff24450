// SPDX-License-Identifier: MIT
// Y = W * X with quantised weights: 8 bits each, or 4, and a scale for each group of 32 of a row. A simdgroup
// for each row.
#pragma once

#include <enigma/codegen.hpp>

namespace examples {

namespace eg = enigma;
using eg::f32;
using eg::u32;

namespace matvec_detail {
// (1,128) at once, four elements of each lane
inline constexpr auto bring = make_tiled_copy(eg::copy_atom<>{}, {{1, 32}, {32, 1}}, eg::make_layout({1, 4}));
} // namespace matvec_detail

/// W is (rows,K) of i8, its rows ld apart, a multiple of 4; scales are (rows,ceil(K/32)). One row for each
/// threadgroup of 32 threads.
inline constexpr auto matvec_int8 = eg::kernel<"matvec_int8">(
    [](eg::gpu& g, eg::in<eg::i8, "W"> w, eg::in<f32, "scales"> scales, eg::in<f32, "X"> x,
       eg::out<f32, "Y"> y, eg::scalar<u32, "rows"> rows, eg::scalar<u32, "K"> K, eg::scalar<u32, "ld"> ld) {
      using eg::_;
      auto const row = g.threadgroup_position_in_grid();
      auto const mine = matvec_detail::bring.slice(g);
      auto const part = [&](auto const& memory, auto const& stride) { // (values,1,1,steps)
        auto const t = make_tensor(memory, eg::make_shape(rows, K), stride);
        return mine.partition_S(local_tile(t, {1, 128}, eg::make_coord(row, _)));
      };
      auto const tW = part(w, eg::make_stride(eg::multiple_of<4>(ld), 1));
      auto const tX = part(x, eg::make_stride(0, 1));
      auto const lane = g.thread_index_in_simdgroup();
      auto const groups = eg::named<"groups">(ceil_div(K, 32));
      auto sum = g.variable<"sum">(0.0f);
      g.for_range(0u, ceil_div(K, 128), [&](auto k) {
        auto const weights = tW(_, _, _, k);
        auto const inputs = tX(_, _, _, k);
        // The four elements of a lane are in one group.
        auto const group = k * 4u + lane / 8u;
        auto const scale = load_if(scales, row * groups + group, group < groups, 0.0f);
        if_inside(g, is_inside(weights), [&](auto bounded) {
          sum += scale * eg::sum(eg::cast<f32>(bounded(weights).load()) * bounded(inputs).load());
        });
      });
      auto const all = simd_sum(sum.read());
      g.if_(lane == 0u, [&] { y[row] = all; });
    });

/// The same with two weights in a byte, the lower half first, -8 to 7. K is a multiple of 8; W is (rows,K/2)
/// bytes, its rows ld apart, a multiple of 4.
inline constexpr auto matvec_int4 = eg::kernel<"matvec_int4">(
    [](eg::gpu& g, eg::in<eg::u8, "W"> w, eg::in<f32, "scales"> scales, eg::in<f32, "X"> x,
       eg::out<f32, "Y"> y, eg::scalar<u32, "rows"> rows, eg::scalar<u32, "K"> K, eg::scalar<u32, "ld"> ld) {
      using eg::_;
      auto const row = g.threadgroup_position_in_grid();
      auto const lane = g.thread_index_in_simdgroup();
      auto const bytes = eg::multiple_of<4>(K / 2u);
      auto const all =
          make_tensor(w, eg::make_shape(rows, bytes), eg::make_stride(eg::multiple_of<4>(ld), 1));
      auto const tW =
          matvec_detail::bring.slice(g).partition_S(local_tile(all, {1, 128}, eg::make_coord(row, _)));
      auto const groups = eg::named<"groups">(ceil_div(K, 32));
      auto sum = g.variable<"sum">(0.0f);
      g.for_range(0u, ceil_div(bytes, 128), [&](auto k) {
        auto const weights = tW(_, _, _, k);
        g.if_(is_inside(weights), [&] {
          auto const f = make_fragment_like(weights);
          f.store(weights.load());
          auto const first = eg::named<"first">((k * 128u + lane * 4u) * 2u);
          auto part = eg::dot(eg::cast<f32>(eg::unpack_int4x2(f(0, 0, 0).read())), x.load<2>(first));
          for (int i = 1; i < 4; ++i)
            part = part + eg::dot(eg::cast<f32>(eg::unpack_int4x2(f(i, 0, 0).read())),
                                  x.load<2>(first + static_cast<u32>(2 * i)));
          sum += scales[row * groups + first / 32u] * part;
        });
      });
      auto const total = simd_sum(sum.read());
      g.if_(lane == 0u, [&] { y[row] = total; });
    });

} // namespace examples
