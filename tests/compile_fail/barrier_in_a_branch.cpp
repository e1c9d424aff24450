// SPDX-License-Identifier: MIT
// expect-clang: kernel halves: threadgroup_barrier stands in an if_ of thread_position_in_threadgroup.x < 64: thread \(0,0,0\) comes there, thread \(64,0,0\) does not
// expect-clang: move it out, or promise with uniform\(...\)
// expect-gcc: not_all_threads_come_there
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto halves = eg::kernel<"halves">([](eg::gpu& g, eg::inout<float, "X"> x) {
  auto tile = g.threadgroup_memory<float, "tile">(128);
  auto t = g.thread_position_in_threadgroup();
#ifdef ENIGMA_FAIL
  g.if_(t < 64u, [&] {
#else
  g.if_(t < 128u, [&] {
#endif
    tile[t] = x[t];
    g.threadgroup_barrier();
    x[t] = tile[63u - t];
  });
});
constexpr auto compiled = eg::compile<halves, eg::compile_options{.block = 128}>();
