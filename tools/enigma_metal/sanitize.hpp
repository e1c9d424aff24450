// SPDX-License-Identifier: MIT
// Runs a kernel with real host threads under one of clang's own sanitizers.
#pragma once

#include "machine.hpp"

#include <string>
#include <vector>

namespace enigma::metal_tool {

struct sanitized_run {
  bool good = false;
  std::vector<diagnostic> diagnostics;
  std::string words; // the sanitizer's
};

/// `sanitizer` is "thread", "address" or "undefined". Buffers are changed as the kernel writes them.
sanitized_run run_sanitized(source_handle const&, std::string const& sanitizer, std::string const& kernel,
                            launch&, std::vector<constant_value> const&, compile_options const&);

} // namespace enigma::metal_tool
