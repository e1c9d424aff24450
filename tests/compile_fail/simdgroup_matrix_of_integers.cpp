// SPDX-License-Identifier: MIT
// expect: a_simdgroup_matrix_is_of_f32_f16_or_bf16
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto matrices =
    eg::kernel<"matrices">([](eg::gpu& g, eg::inout<eg::i32, "A"> a, eg::inout<float, "C"> c) {
      static_cast<void>(g);
#ifdef ENIGMA_FAIL
      simdgroup_store(simdgroup_load(a), c);
#else
      simdgroup_store(simdgroup_load(c), c);
#endif
    });
constexpr auto compiled = eg::compile<matrices>();
