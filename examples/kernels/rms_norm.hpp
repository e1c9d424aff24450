// SPDX-License-Identifier: MIT
// Y = X / sqrt(mean(X^2) + eps) * W in each row, a threadgroup for a row. rms_norm.metal is the same by hand.
#pragma once

#include <enigma/codegen.hpp>

namespace examples {

namespace eg = enigma;
using eg::f32;
using eg::u32;

inline constexpr auto rms_norm = eg::kernel<"rms_norm">([](eg::gpu& g, eg::in<f32, "X"> x, eg::in<f32, "W"> w,
                                                           eg::scalar<u32, "width"> width,
                                                           eg::scalar<f32, "eps"> eps, eg::out<f32, "Y"> y) {
  auto partial = g.threadgroup_memory<f32, "partial">(32); // one for each simdgroup
  auto thread = g.thread_position_in_threadgroup(), threads = g.threads_per_threadgroup();
  auto lane = g.thread_index_in_simdgroup(), simdgroup = g.simdgroup_index_in_threadgroup();
  auto first = eg::named<"first">(g.threadgroup_position_in_grid() * width);
  auto x_row = x.from(first);
  auto y_row = y.from(first);

  auto squares = g.for_range(thread, width, threads, eg::carry(0.0f), [&](auto i, auto sum) {
    auto v = x_row[i];
    return sum + v * v;
  });
  auto of_simdgroup = simd_sum(squares);
  g.if_(lane == 0, [&] { partial[simdgroup] = of_simdgroup; });
  g.threadgroup_barrier();
  auto total = simd_sum(load_if(partial, lane, lane < g.simdgroups_per_threadgroup(), 0.0f));

  auto scale = eg::named<"scale">(rsqrt(total / eg::cast<f32>(width) + eps));
  g.for_range(thread, width, threads, [&](auto i) { y_row[i] = x_row[i] * scale * w[i]; });
});

} // namespace examples
