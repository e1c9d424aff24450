// SPDX-License-Identifier: MIT
// Metal source as clang can read it: what C++ has no words for is replaced on the same line.
#pragma once

#include "scan.hpp"

#include <string>

namespace enigma::metal_tool {

/// `source` is what `file` was scanned from. `skip_barrier` is the token of a barrier's name that is left out
/// with its call (0: none).
std::string rewrite(std::string_view source, scanned_file const& file, std::size_t skip_barrier = 0);

/// The line that stands for `#include <metal_...>` in preprocessed source.
inline constexpr std::string_view include_mark = "#pragma metal_host_include ";

/// float4, packed_half2, ...: a vector's name; `element` and `count` are set.
bool is_vector_name(std::string_view word);

} // namespace enigma::metal_tool
