// SPDX-License-Identifier: MIT
// Y = exp(X - max(X)) / sum(exp(X - max(X))) in each row, a simdgroup for a row. softmax.metal is the same by
// hand.
#pragma once

#include <enigma/codegen.hpp>

namespace examples {

namespace eg = enigma;
using eg::f32;
using eg::u32;

inline constexpr auto softmax = eg::kernel<"softmax">(
    [](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<u32, "width"> width, eg::out<f32, "Y"> y) {
      auto lane = g.thread_index_in_simdgroup();
      auto first = eg::named<"first">(g.threadgroup_position_in_grid() * width);
      auto x_row = x.from(first);
      auto y_row = y.from(first);

      // The largest element so far and the sum of the powers relative to it, in one pass.
      constexpr float lowest = -3.402823466e38f;
      auto largest = g.variable<"largest">(lowest), sum = g.variable<"sum">(0.0f);
      g.for_range(lane, width, 32, [&](auto i) {
        auto v = x_row[i];
        auto next = eg::named<"next">(max(largest, v));
        sum = sum * exp(largest - next) + exp(v - next);
        largest = next;
      });
      auto top = eg::named<"top">(simd_max(largest));
      auto scale = eg::named<"scale">(1.0f / simd_sum(sum * exp(largest - top)));
      g.for_range(lane, width, 32, [&](auto i) { y_row[i] = exp(x_row[i] - top) * scale; });
    });

} // namespace examples
