// SPDX-License-Identifier: MIT
// expect: a function captures nothing, since the source has it once
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto scaled = eg::kernel<"scaled">([](eg::gpu& g, eg::inout<float, "X"> x) {
  auto i = g.thread_position_in_grid();
  float const factor = 3.0f;
#ifdef ENIGMA_FAIL
  auto const times = eg::function<"times">([factor](eg::value<float> y) { return y * factor; });
  x[i] = times(x[i]);
#else
  auto const times = eg::function<"times">([](eg::value<float> y, eg::value<float> by) { return y * by; });
  x[i] = times(x[i], factor);
#endif
});
constexpr auto compiled = eg::compile<scaled>();
