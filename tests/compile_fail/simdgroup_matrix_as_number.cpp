// SPDX-License-Identifier: MIT
// expect: operands_agree
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto matrices = eg::kernel<"matrices">([](eg::gpu& g, eg::inout<float, "C"> c) {
  static_cast<void>(g);
#ifdef ENIGMA_FAIL
  c[0] = simdgroup_load(c);
#else
  c[0] = thread_element(simdgroup_load(c), 0);
#endif
});
constexpr auto compiled = eg::compile<matrices>();
