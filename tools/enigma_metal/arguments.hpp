// SPDX-License-Identifier: MIT
// What the command line gives, and what the file asks for.
#pragma once

#include "command_line.hpp"
#include "machine.hpp"

#include <string>
#include <vector>

namespace enigma::metal_tool {

/// The kernel that is meant: --kernel, or the only one.
std::string choose_kernel(command_line const&, prepared_source const&);

/// The values of function constants, as Metal keeps them. Throws where one is missing or unknown.
std::vector<constant_value> function_constants(command_line const&, prepared_source const&);

/// Throws where arguments are missing or unknown, and where the elements of a --buffer are of another kind or
/// size than those of the parameter: half for float, or float for int. Signs may differ; u8 is bytes for
/// anything; and bfloat is given as u16, since .npy files know none. What a struct or a template's T holds is
/// not known here.
void check_arguments(command_line const&, prepared_source const&, std::string const& kernel);

} // namespace enigma::metal_tool
