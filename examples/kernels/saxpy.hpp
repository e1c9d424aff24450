// SPDX-License-Identifier: MIT
// Out = alpha * X + Y, a thread for each element. saxpy.metal is the same by hand.
#pragma once

#include <enigma/codegen.hpp>

namespace examples {

namespace eg = enigma;
using eg::f32;

inline constexpr auto saxpy =
    eg::kernel<"saxpy">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<f32, "alpha"> alpha, eg::in<f32, "Y"> y,
                           eg::out<f32, "Out"> out) {
      auto i = g.thread_position_in_grid();
      out[i] = alpha * x[i] + y[i];
    });

} // namespace examples
