// SPDX-License-Identifier: MIT
// expect: operands_of<.*popcount
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto counts =
    eg::kernel<"counts">([](eg::gpu& g, eg::in<float, "X"> x, eg::out<eg::u32, "Y"> y) {
      auto i = g.thread_position_in_grid();
#ifdef ENIGMA_FAIL
      y[i] = eg::popcount(x[i]);
#else
      y[i] = eg::popcount(eg::as_type<eg::u32>(x[i]));
#endif
    });
constexpr auto compiled = eg::compile<counts>();
