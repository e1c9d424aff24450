// SPDX-License-Identifier: MIT
// expect: a_simdgroup_matrix_is_loaded_from_in_inout_or_threadgroup_memory
#include <enigma/codegen.hpp>
namespace eg = enigma;

inline constexpr auto matrices =
    eg::kernel<"matrices">([](eg::gpu& g, eg::out<float, "A"> a, eg::inout<float, "C"> c) {
      static_cast<void>(g);
#ifdef ENIGMA_FAIL
      simdgroup_store(simdgroup_load(a), c);
#else
      simdgroup_store(simdgroup_load(c), a);
#endif
    });
constexpr auto compiled = eg::compile<matrices>();
