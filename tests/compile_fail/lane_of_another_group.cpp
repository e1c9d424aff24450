// SPDX-License-Identifier: MIT
// expect-clang: simd_shuffle_xor: the mask 32 is not one of 0 to 31
// expect-gcc: is not one of 0 to
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto exchange = eg::kernel<"exchange">([](eg::gpu& g, eg::inout<float, "X"> x) {
  auto i = g.thread_position_in_grid();
#ifdef ENIGMA_FAIL
  x[i] = eg::simd_shuffle_xor(x[i], 32);
#else
  x[i] = eg::simd_shuffle_xor(x[i], 31);
#endif
});
constexpr auto compiled = eg::compile<exchange>();
