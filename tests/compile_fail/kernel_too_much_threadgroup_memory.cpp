// SPDX-License-Identifier: MIT
// expect-clang: threadgroup_memory tile: the kernel needs 65536 bytes of threadgroup memory; Metal has 32768
// expect-gcc: bytes of threadgroup memory; Metal has 32768
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int length = 16384;
#else
constexpr int length = 8192;
#endif
inline constexpr auto big = eg::kernel<"big">([](eg::gpu& g, eg::out<float, "Y"> y) {
  auto tile = g.threadgroup_memory<float, "tile">(length);
  tile[g.thread_index_in_threadgroup()] = 1.0f;
  y[0] = tile[0];
});
constexpr auto compiled = eg::compile<big>();
