// SPDX-License-Identifier: MIT
// expect-clang: kernel matrices: simdgroup_load stands in an if_ of thread_index_in_simdgroup < 16: thread \(0,0,0\) comes there, thread \(16,0,0\) does not
// expect-gcc: not_all_threads_come_there
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto matrices = eg::kernel<"matrices">([](eg::gpu& g, eg::inout<float, "C"> c) {
#ifdef ENIGMA_FAIL
  g.if_(g.thread_index_in_simdgroup() < 16u, [&] { simdgroup_store(simdgroup_load(c), c, 8); });
#else
  g.if_(g.simdgroup_index_in_threadgroup() < 16u, [&] { simdgroup_store(simdgroup_load(c), c, 8); });
#endif
});
constexpr auto compiled = eg::compile<matrices>();
