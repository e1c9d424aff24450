// SPDX-License-Identifier: MIT
// expect-clang: buffer_index 31: the buffers of a kernel have the indices 0 to 30
// expect-gcc: the buffers of a kernel have the indices 0 to 30
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int last = 31;
#else
constexpr int last = 30;
#endif
inline constexpr auto k = eg::kernel<"k">(
    [](eg::gpu& g, eg::out<float, "Y", eg::buffer_index{last}> y) { y[g.thread_position_in_grid()] = 1; });
constexpr auto compiled = eg::compile<k>();
