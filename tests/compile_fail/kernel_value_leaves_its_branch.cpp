// SPDX-License-Identifier: MIT
// expect-clang: kernel leak: a value computed inside an if_ or a loop is used outside of it; carry it out in a variable, auto v = g.variable
// expect-gcc: a value computed inside an if_ or a loop is used outside of it; carry it out in a variable, auto v = g.variable
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto leak = eg::kernel<"leak">([](eg::gpu& g, eg::in<float, "X"> x, eg::out<float, "Y"> y) {
#ifdef ENIGMA_FAIL
  auto a = x[0];
#else
  auto a = g.variable(x[0]);
#endif
  g.if_(a > 0.0f, [&] { a = a + 1.0f; });
  y[0] = a;
});
constexpr auto compiled = eg::compile<leak>();
