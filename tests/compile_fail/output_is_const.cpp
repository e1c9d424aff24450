// SPDX-License-Identifier: MIT
// expect: writable_host_memory
#include <vector>

#include <enigma/runtime.hpp>

void call(enigma::runtime& rt, enigma::compiled_kernel const& fill) {
#ifdef ENIGMA_FAIL
  std::vector<float> const results(100);
#else
  std::vector<float> results(100);
#endif
  rt.execute(fill, enigma::out(results));
}
