// SPDX-License-Identifier: MIT
// Y[i] = X[i-1] - 2 X[i] + X[i+1], with zeros around. laplacian.metal is the same by hand.
#pragma once

#include <enigma/codegen.hpp>

namespace examples {

namespace eg = enigma;
using eg::f32;
using eg::u32;

inline constexpr auto laplacian =
    eg::kernel<"laplacian">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<u32, "n"> n, eg::out<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      g.if_(i < n, [&] {
        auto left = load_if(x, i - 1, i > 0, 0.0f), right = load_if(x, i + 1, i + 1 < n, 0.0f);
        y[i] = left - 2 * x[i] + right;
      });
    });

} // namespace examples
