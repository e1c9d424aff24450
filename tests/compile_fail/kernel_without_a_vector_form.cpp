// SPDX-License-Identifier: MIT
// expect-clang: kernel shifted has no vector form of 4 elements: it reads X\[i \+ 1\]; a vector begins at a multiple of 4
// expect-gcc: it may be \[i\], or \[i \+ c\] for a c that is proven to be one
#include <enigma/codegen.hpp>
namespace eg = enigma;
using eg::f32;

#ifdef ENIGMA_FAIL
constexpr eg::u32 by = 1;
#else
constexpr eg::u32 by = 4;
#endif
inline constexpr auto shifted =
    eg::kernel<"shifted">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      y[i] = x[i + by];
    });
constexpr auto compiled = eg::compile<eg::vectorised<4>(shifted)>();
