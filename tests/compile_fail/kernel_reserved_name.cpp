// SPDX-License-Identifier: MIT
// expect-clang: is not a name that MSL can use: it has a meaning there; threadgroup_ has none
// expect-gcc: is not a name that MSL can use: it has a meaning there
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
#define NAME "threadgroup"
#else
#define NAME "threadgroups"
#endif
inline constexpr auto k =
    eg::kernel<NAME>([](eg::gpu& g, eg::out<float, "Y"> y) { y[g.thread_position_in_grid()] = 1; });
constexpr auto compiled = eg::compile<k>();
