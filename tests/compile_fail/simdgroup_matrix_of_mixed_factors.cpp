// SPDX-License-Identifier: MIT
// expect: factors_of_simdgroup_matrices_are_of_one_type
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto matrices =
    eg::kernel<"matrices">([](eg::gpu& g, eg::in<eg::f16, "A"> a, eg::inout<float, "C"> c) {
      static_cast<void>(g);
#ifdef ENIGMA_FAIL
      simdgroup_store(eg::simdgroup_multiply<float>(simdgroup_load(a), simdgroup_load(c)), c);
#else
      simdgroup_store(eg::simdgroup_multiply<float>(simdgroup_load(a), simdgroup_load(a)), c);
#endif
    });
constexpr auto compiled = eg::compile<matrices>();
