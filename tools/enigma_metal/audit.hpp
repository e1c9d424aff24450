// SPDX-License-Identifier: MIT
// The barrier audit: each barrier is left out in turn, and the detector has to object.
#pragma once

#include "machine.hpp"

#include <string>
#include <vector>

namespace enigma::metal_tool {

struct audited_barrier {
  place where;
  std::string what; // the call
  bool needed = false;
  std::string because; // what went wrong without it
};

struct audit_result {
  report whole;                        // with all barriers; the rest is empty where it is not clean
  std::vector<diagnostic> diagnostics; // where it does not compile
  std::vector<audited_barrier> barriers;
};

/// Runs `kernel` under the detector: whole, and without each barrier that it can reach.
audit_result audit(source_handle const&, std::string const& kernel, launch const&,
                   std::vector<constant_value> const&, compile_options const&);

} // namespace enigma::metal_tool
