// SPDX-License-Identifier: MIT
// expect: a_condition_is_one_bool_as_a_comparison_gives
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto guarded = eg::kernel<"guarded">(
    [](eg::gpu& g, eg::in<float, "X"> x, eg::scalar<eg::u32, "n"> n, eg::out<float, "Y"> y) {
      auto i = g.thread_position_in_grid();
#ifdef ENIGMA_FAIL
      y[i] = load_if(x, i, n - i, 0.0f);
#else
      y[i] = load_if(x, i, n > i, 0.0f);
#endif
    });
constexpr auto compiled = eg::compile<guarded>();
