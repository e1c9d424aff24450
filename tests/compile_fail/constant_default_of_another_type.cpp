// SPDX-License-Identifier: MIT
// expect: the default is true or false for bool, an integer for
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
using count = eg::u32;
#else
using count = float;
#endif
inline constexpr auto k = eg::kernel<"k">([](eg::gpu& g, eg::constant<count, "n", 0, 2.5> n,
                                             eg::out<count, "Y"> y) { y[g.thread_position_in_grid()] = n; });
constexpr auto compiled = eg::compile<k>();
