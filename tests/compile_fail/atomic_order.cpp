// SPDX-License-Identifier: MIT
// expect-clang: atomic_fetch_add of A: memory_order::acq_rel is not in Metal: its atomics are relaxed
// expect-gcc: is not in Metal: its atomics are relaxed
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto ordered = eg::kernel<"ordered">([](eg::gpu&, eg::atomic<eg::u32, "A"> a) {
#ifdef ENIGMA_FAIL
  a[0].fetch_add(1u, eg::memory_order::acq_rel);
#else
  a[0].fetch_add(1u, eg::memory_order::relaxed);
#endif
});
constexpr auto compiled = eg::compile<ordered>();
