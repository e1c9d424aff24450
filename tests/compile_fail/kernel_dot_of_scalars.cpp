// SPDX-License-Identifier: MIT
// expect: takes_vectors_of_f32_or_f16_of_one_type
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto squares =
    eg::kernel<"squares">([](eg::gpu& g, eg::in<float, "X"> x, eg::out<float, "Y"> y) {
      auto i = g.thread_position_in_grid();
#ifdef ENIGMA_FAIL
      y[i] = dot(x[2 * i], x[i]);
#else
      y[i] = dot(x.load<2>(2 * i), x[i]);
#endif
    });
constexpr auto compiled = eg::compile<squares>();
