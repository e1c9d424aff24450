// SPDX-License-Identifier: MIT
// expect: this_atomic_takes_u32_and_i32_alone
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto least = eg::kernel<"least">([](eg::gpu&, eg::atomic<float, "Least"> a) {
#ifdef ENIGMA_FAIL
  a[0].fetch_min(1.0f);
#else
  a[0].fetch_add(1.0f);
#endif
});
constexpr auto compiled = eg::compile<least>();
