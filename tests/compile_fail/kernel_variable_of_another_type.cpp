// SPDX-License-Identifier: MIT
// expect: an_assigned_value_has_this_type_convert_it_with_cast
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto counts =
    eg::kernel<"counts">([](eg::gpu& g, eg::in<eg::i32, "X"> x, eg::out<float, "Y"> y) {
      auto i = g.thread_position_in_grid();
      auto sum = g.variable<"sum">(0.0f);
#ifdef ENIGMA_FAIL
      sum = x[i];
#else
      sum = eg::cast<float>(x[i]);
#endif
      y[i] = sum;
    });
constexpr auto compiled = eg::compile<counts>();
