// SPDX-License-Identifier: MIT
// expect: a_position_is_u32_or_u16
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
using word = eg::i32;
#else
using word = eg::u32;
#endif
inline constexpr auto k =
    eg::kernel<"k">([](eg::gpu& g, eg::out<word, "Y"> y) { y[g.thread_position_in_grid<word>()] = 1; });
constexpr auto compiled = eg::compile<k>();
