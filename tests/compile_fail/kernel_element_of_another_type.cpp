// SPDX-License-Identifier: MIT
// expect: an_assigned_value_has_this_type_convert_it_with_cast
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto converts =
    eg::kernel<"converts">([](eg::gpu& g, eg::in<eg::i32, "X"> x, eg::out<float, "Y"> y) {
      auto i = g.thread_position_in_grid();
#ifdef ENIGMA_FAIL
      y[i] = x[i] + 1;
#else
      y[i] = eg::cast<float>(x[i] + 1);
#endif
    });
constexpr auto compiled = eg::compile<converts>();
