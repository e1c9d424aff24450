// SPDX-License-Identifier: MIT
// expect: else_ must follow its if_ directly: no operation may stand between them
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto late = eg::kernel<"late">([](eg::gpu& g, eg::in<float, "X"> x, eg::out<float, "Y"> y) {
  auto branch = g.if_(x[0] > 0.0f, [&] { y[0] = 1.0f; });
#ifdef ENIGMA_FAIL
  y[1] = 2.0f;
#endif
  branch.else_([&] { y[0] = 3.0f; });
});
constexpr auto compiled = eg::compile<late>();
