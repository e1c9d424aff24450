// SPDX-License-Identifier: MIT
// A step of the heat equation on pictures, which examples/heat_equation.cpp runs.
#pragma once

#include <enigma/codegen.hpp>

namespace examples {

namespace eg = enigma;
using eg::f32;
using eg::u32;

// A step of the explicit scheme is stable up to a rate of 1/4.
inline constexpr float heat_rate = 0.2f;

/// One step for a stack of planes, (width,height,planes):(1,width,width*height); a thread for each element.
inline constexpr auto heat_step =
    eg::kernel<"heat_step">([](eg::gpu& g, eg::in<f32, "now"> now, eg::out<f32, "next"> next,
                               eg::scalar<u32, "width"> width, eg::scalar<u32, "height"> height) {
      auto position = g.thread_position_in_grid();
      auto x = position.x, y = position.y, plane = position.z;

      // The neighbours; at the border the point itself.
      auto left = eg::max(x, 1u) - 1u, right = eg::min(x + 1u, width - 1u);
      auto up = eg::max(y, 1u) - 1u, down = eg::min(y + 1u, height - 1u);

      auto at = [&](auto column, auto line) { return (plane * height + line) * width + column; };
      auto here = eg::named<"here">(now[at(x, y)]);
      auto around =
          eg::named<"around">(now[at(left, y)] + now[at(right, y)] + now[at(x, up)] + now[at(x, down)]);
      next[at(x, y)] = here + heat_rate * (around - 4.0f * here);
    });

} // namespace examples
