// SPDX-License-Identifier: MIT
// expect-clang: the integer 4294967296 does not fit u32
// expect-gcc: the integer .*does not fit
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto large = eg::kernel<"large">([](eg::gpu& g, eg::out<eg::u32, "Y"> y) {
#ifdef ENIGMA_FAIL
  y[0] = g.thread_position_in_grid() + 4294967296;
#else
  y[0] = g.thread_position_in_grid() + 4294967295;
#endif
});
constexpr auto compiled = eg::compile<large>();
