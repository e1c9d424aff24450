// SPDX-License-Identifier: MIT
// What loaded kernels call; see metal_host/detail/machine.h.
#pragma once

#include "machine.hpp"

namespace enigma::metal_tool {

/// Does nothing; whoever calls it has the functions that kernels call in its program.
void keep_hooks();

/// The value that the host has given for a function constant while an object is loaded, or null.
constant_value const* find_constant(unsigned index, char const* name);

} // namespace enigma::metal_tool
