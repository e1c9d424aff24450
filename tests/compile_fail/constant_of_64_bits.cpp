// SPDX-License-Identifier: MIT
// expect: constant<T, .*: T is bool, i8 to u32, f16, f32, or a vec of them: Metal has no function constants of
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
using count = eg::u64;
#else
using count = eg::u32;
#endif
inline constexpr auto k = eg::kernel<"k">([](eg::gpu& g, eg::constant<count, "n", 0> n,
                                             eg::out<count, "Y"> y) { y[g.thread_position_in_grid()] = n; });
constexpr auto compiled = eg::compile<k>();
