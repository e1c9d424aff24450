// SPDX-License-Identifier: MIT
// expect: simdgroup_matrices_have_only_products_for_the_rest_use_transform
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto matrices = eg::kernel<"matrices">([](eg::gpu& g, eg::inout<float, "C"> c) {
  static_cast<void>(g);
#ifdef ENIGMA_FAIL
  simdgroup_store(simdgroup_load(c) * 2.0f, c);
#else
  simdgroup_store(simdgroup_load(c) * simdgroup_load(c), c);
#endif
});
constexpr auto compiled = eg::compile<matrices>();
