// SPDX-License-Identifier: MIT
// expect-gcc: needs Metal
// expect-clang: kernel next: nextafter needs Metal 3.1, and asked for was Metal 3.0
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto next = eg::kernel<"next">([](eg::gpu& g, eg::inout<float, "Y"> y) {
  auto i = g.thread_position_in_grid();
  y[i] = nextafter(y[i], 1);
});
#ifdef ENIGMA_FAIL
constexpr auto compiled = eg::compile<next, eg::compile_options{.metal = {3, 0}}>();
#else
constexpr auto compiled = eg::compile<next, eg::compile_options{.metal = {3, 1}}>();
#endif
