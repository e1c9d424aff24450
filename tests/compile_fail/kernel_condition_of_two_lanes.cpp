// SPDX-License-Identifier: MIT
// expect: a_condition_is_one_bool_as_a_comparison_gives
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto positive =
    eg::kernel<"positive">([](eg::gpu& g, eg::in<float, "X"> x, eg::out<float, "Y"> y) {
      auto i = g.thread_position_in_grid();
#ifdef ENIGMA_FAIL
      g.while_([&] { return x.load<2>(2 * i) > 0.0f; }, [&] { y[i] = 1.0f; });
#else
      g.while_([&] { return all(x.load<2>(2 * i) > 0.0f); }, [&] { y[i] = 1.0f; });
#endif
    });
constexpr auto compiled = eg::compile<positive>();
