// SPDX-License-Identifier: MIT
// expect: an argument is eg::in\(x\), eg::out\(x\) or eg::inout\(x\) for memory, or a number of type bool, i8 to u64, f16, bf16 or f32 \(2\.0 is a double: write 2\.0f\)
#include <enigma/runtime.hpp>

void call(enigma::runtime& rt, enigma::compiled_kernel const& scale) {
#ifdef ENIGMA_FAIL
  rt.execute(scale, 2.0);
#else
  rt.execute(scale, 2.0f);
#endif
}
