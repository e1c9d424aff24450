// SPDX-License-Identifier: MIT
// expect: operands_differ_in_type_convert_one_with_cast
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto mixed =
    eg::kernel<"mixed">([](eg::gpu& g, eg::in<float, "X"> x, eg::out<float, "Y"> y) {
      auto i = g.thread_position_in_grid();
#ifdef ENIGMA_FAIL
      y[i] = x[i] * i;
#else
      y[i] = x[i] * eg::cast<float>(i);
#endif
    });
constexpr auto compiled = eg::compile<mixed>();
