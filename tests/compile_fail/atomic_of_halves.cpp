// SPDX-License-Identifier: MIT
// expect: atomic<T, "name">: T is u32, i32, bool or f32, of which Metal has atomics
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
using element = eg::f16;
#else
using element = eg::f32;
#endif
inline constexpr auto sum =
    eg::kernel<"sum">([](eg::gpu& g, eg::in<element, "X"> x, eg::atomic<element, "Sum"> s) {
      s[0].fetch_add(x[g.thread_position_in_grid()]);
    });
constexpr auto compiled = eg::compile<sum>();
