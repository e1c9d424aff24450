// SPDX-License-Identifier: MIT
// expect-clang: the integer 256 does not fit u8
// expect-gcc: does not fit
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int most = 256;
#else
constexpr int most = 255;
#endif
inline constexpr auto k = eg::kernel<"k">([](eg::gpu& g, eg::constant<eg::u8, "n", 0, most> n,
                                             eg::out<eg::u8, "Y"> y) { y[g.thread_position_in_grid()] = n; });
constexpr auto compiled = eg::compile<k>();
