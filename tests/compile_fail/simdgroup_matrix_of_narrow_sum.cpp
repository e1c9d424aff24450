// SPDX-License-Identifier: MIT
// expect: a_sum_of_simdgroup_matrices_is_of_f32_or_of_the_type_of_the_factors
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto matrices =
    eg::kernel<"matrices">([](eg::gpu& g, eg::in<eg::f16, "A"> a, eg::inout<float, "C"> c) {
      auto x = simdgroup_load(a);
      auto y = g.variable(simdgroup_load(c));
#ifdef ENIGMA_FAIL
      simdgroup_store(simdgroup_multiply_accumulate(y, y, x), c);
#else
      simdgroup_store(simdgroup_multiply_accumulate(x, x, y), c);
#endif
    });
constexpr auto compiled = eg::compile<matrices>();
