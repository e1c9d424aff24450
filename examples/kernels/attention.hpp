// SPDX-License-Identifier: MIT
// One query against all keys and values, in one pass: a simdgroup for a query, a float4 of the head a lane,
// so heads of 128. attention.metal is the same by hand.
#pragma once

#include <enigma/codegen.hpp>

namespace examples {

namespace eg = enigma;
using eg::f32;
using eg::u32;

inline constexpr auto attention = eg::kernel<"attention">(
    [](eg::gpu& g, eg::in<f32, "Q"> q, eg::in<f32, "K"> k, eg::in<f32, "V"> v, eg::scalar<u32, "keys"> keys,
       eg::scalar<f32, "scale"> scale, eg::out<f32, "Out"> out) {
      auto q4 = q.vectors<4>();
      auto k4 = k.vectors<4>();
      auto v4 = v.vectors<4>();
      auto lane = g.thread_index_in_simdgroup();
      auto at = eg::named<"at">(g.threadgroup_position_in_grid() * 32 + lane);
      auto query = eg::named<"query">(q4[at] * scale);

      constexpr float lowest = -3.402823466e38f;
      auto largest = g.variable<"largest">(lowest), sum = g.variable<"sum">(0.0f);
      auto result = g.variable<"result">(eg::value<eg::vec<f32, 4>>(0.0f));
      g.for_range(0, keys, [&](auto key) {
        auto i = key * 32 + lane;
        auto score = eg::named<"score">(simd_sum(dot(query, k4[i])));
        auto next = eg::named<"next">(max(largest, score));
        auto shrink = eg::named<"shrink">(exp(largest - next)),
             weight = eg::named<"weight">(exp(score - next));
        sum = sum * shrink + weight;
        result = result * shrink + weight * v4[i];
        largest = next;
      });
      out.vectors<4>()[at] = result / sum;
    });

} // namespace examples
