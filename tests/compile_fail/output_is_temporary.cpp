// SPDX-License-Identifier: MIT
// expect: outlives_the_call
#include <vector>

#include <enigma/runtime.hpp>

void call(enigma::runtime& rt, enigma::compiled_kernel const& fill, std::vector<float>& results) {
#ifdef ENIGMA_FAIL
  rt.execute(fill, enigma::out(std::vector<float>(results)));
#else
  rt.execute(fill, enigma::out(results));
#endif
}
