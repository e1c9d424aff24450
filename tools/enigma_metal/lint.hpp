// SPDX-License-Identifier: MIT
// The rules of Metal that a C++ compiler does not know.
#pragma once

#include "diagnostic.hpp"
#include "scan.hpp"

#include <vector>

namespace enigma::metal_tool {

std::vector<diagnostic> lint(scanned_file const& file);

} // namespace enigma::metal_tool
