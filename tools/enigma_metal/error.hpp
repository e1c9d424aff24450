// SPDX-License-Identifier: MIT
// What stops the tool itself: a missing file, a bad option, no clang. Faults of kernels are reports, not
// errors.
#pragma once

#include <stdexcept>

namespace enigma::metal_tool {

class tool_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

} // namespace enigma::metal_tool
