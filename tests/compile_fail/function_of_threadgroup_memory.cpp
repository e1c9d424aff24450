// SPDX-License-Identifier: MIT
// expect: each_argument_is_of_its_parameters_type
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto put =
    eg::function<"put">([](eg::threadgroup<float, "tile"> tile, eg::value<eg::u32> at) { tile[at] = 1.0f; });
inline constexpr auto staged = eg::kernel<"staged">([](eg::gpu& g, eg::inout<float, "X"> x) {
  auto tile = g.threadgroup_memory<float, "tile">(32);
  auto t = g.thread_position_in_threadgroup();
#ifdef ENIGMA_FAIL
  put(x, t);
#else
  put(tile, t);
#endif
  g.threadgroup_barrier();
  x[t] = tile[31u - t];
});
constexpr auto compiled = eg::compile<staged>();
