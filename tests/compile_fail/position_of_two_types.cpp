// SPDX-License-Identifier: MIT
// expect-clang: kernel k: threads_per_grid is asked for as u16 and thread_position_in_grid as u32; Metal wants
// expect-gcc: Metal wants them of one type
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
using wide = eg::u32;
#else
using wide = eg::u16;
#endif
inline constexpr auto k = eg::kernel<"k">([](eg::gpu& g, eg::out<eg::u16, "Y"> y) {
  y[g.thread_position_in_grid<wide>()] = g.threads_per_grid<eg::u16>();
});
constexpr auto compiled = eg::compile<k>();
