// SPDX-License-Identifier: MIT
// The C++ that clang compiles: the rewritten file, and for each kernel a function that binds its parameters.
#pragma once

#include "scan.hpp"

#include <string>
#include <string_view>

namespace enigma::metal_tool {

/// What the file needs before its own text; a header of this name lies beside the generated source.
inline constexpr std::string_view prelude_name = "enigma_metal_prelude.h";
std::string_view prelude_text();

/// The functions and the table that the machine finds in the compiled object.
std::string entries(scanned_file const& file);

} // namespace enigma::metal_tool
