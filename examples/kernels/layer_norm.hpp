// SPDX-License-Identifier: MIT
// Y = (X - mean) / sqrt(variance + eps) * gain + bias in each row of up to 4096 elements, which a threadgroup
// of 256 threads keeps in registers.
#pragma once

#include <enigma/codegen.hpp>

namespace examples {

namespace eg = enigma;
using eg::f32;
using eg::u32;

namespace layer_norm_detail {
// Neighbours have neighbouring elements, since rows begin and end anywhere: each access has whole lines.
inline constexpr auto bring = make_tiled_copy(eg::copy_atom<>{}, {{1, 256}, {256, 1}});
inline constexpr int most = 4096;
} // namespace layer_norm_detail

/// X and Y are (rows,width), their rows ld elements apart; gain and bias have `width` elements. A threadgroup
/// for each row.
inline constexpr auto layer_norm = eg::kernel<"layer_norm">(
    [](eg::gpu& g, eg::in<f32, "X"> x, eg::in<f32, "gain"> gain, eg::in<f32, "bias"> bias,
       eg::out<f32, "Y"> y, eg::scalar<u32, "rows"> rows, eg::scalar<u32, "width"> width,
       eg::scalar<u32, "ld"> ld, eg::scalar<f32, "eps"> eps) {
      using namespace layer_norm_detail;
      auto const at = eg::make_coord(g.threadgroup_position_in_grid(), 0);
      auto const mine = bring.slice(g);
      auto const shape = eg::make_shape(rows, width);
      auto const part = [&](auto const& memory, auto const& stride) { // (1,1,16)
        return mine.partition_S(local_tile(make_tensor(memory, shape, stride), {1, most}, at));
      };
      auto const row = eg::make_stride(ld, 1);
      auto const same = eg::make_stride(0, 1);
      auto const tX = part(x, row);
      auto const tY = part(y, row);
      auto const tGain = part(gain, same), tBias = part(bias, same);
      auto const column = eg::coordinate<1>(mine.partition_S(make_identity_tensor(g, {1, most})));

      // begin registers
      auto const values = make_fragment_like(tX);
      values.store(within(tX).load()); // 0 beyond the width
      auto const n = eg::cast<f32>(width);
      auto const mean = eg::named<"mean">(threadgroup_sum(g, values.load()) / n);
      values.store(select(0.0f, values.load() - mean, column < width));
      auto const variance = threadgroup_sum(g, values.load() * values.load()) / n;
      auto const scale = eg::named<"scale">(eg::rsqrt(variance + eps));
      within(tY).store(values.load() * scale * tGain.load() + tBias.load());
      // end registers
    });

} // namespace examples
