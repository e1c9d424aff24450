// SPDX-License-Identifier: MIT
// expect: each_argument_is_of_its_parameters_type
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto twice = eg::function<"twice">([](eg::value<float> x) { return x + x; });
inline constexpr auto doubled =
    eg::kernel<"doubled">([](eg::gpu& g, eg::in<int, "X"> x, eg::out<float, "Y"> y) {
      auto i = g.thread_position_in_grid();
#ifdef ENIGMA_FAIL
      y[i] = twice(x[i]);
#else
      y[i] = twice(eg::cast<float>(x[i]));
#endif
    });
constexpr auto compiled = eg::compile<doubled>();
