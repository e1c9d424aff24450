// SPDX-License-Identifier: MIT
// expect-clang: k: the parameters X and Y both have buffer_index 3
// expect-gcc: both have
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int second = 3;
#else
constexpr int second = 4;
#endif
inline constexpr auto k = eg::kernel<"k">([](eg::gpu& g, eg::in<float, "X", eg::buffer_index{3}> x,
                                             eg::out<float, "Y", eg::buffer_index{second}> y) {
  auto i = g.thread_position_in_grid();
  y[i] = x[i];
});
constexpr auto compiled = eg::compile<k>();
