// SPDX-License-Identifier: MIT
// expect: a_condition_is_one_bool_as_a_comparison_gives
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto odd = eg::kernel<"odd">([](eg::gpu& g, eg::out<float, "Y"> y) {
  auto i = g.thread_position_in_grid();
#ifdef ENIGMA_FAIL
  g.if_((i & 1u), [&] { y[i] = 1.0f; });
#else
  g.if_((i & 1u) != 0u, [&] { y[i] = 1.0f; });
#endif
});
constexpr auto compiled = eg::compile<odd>();
