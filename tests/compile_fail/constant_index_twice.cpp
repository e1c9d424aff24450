// SPDX-License-Identifier: MIT
// expect-clang: k: the function constants n and m both have index 5
// expect-gcc: both have
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int second = 5;
#else
constexpr int second = 6;
#endif
inline constexpr auto k =
    eg::kernel<"k">([](eg::gpu& g, eg::constant<eg::u32, "n", 5> n, eg::constant<eg::u32, "m", second> m,
                       eg::out<eg::u32, "Y"> y) { y[g.thread_position_in_grid()] = n + m; });
constexpr auto compiled = eg::compile<k>();
