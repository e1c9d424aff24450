// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <enigma/codegen/compiled_kernel.hpp>
#include <enigma/layout.hpp>

// What the examples have in common: printing, timing and comparing.

namespace show {

/// The name of a layout, the layout, and what it is for: "A  (256,512):(512,1)  row by row".
void layout(std::string_view name, enigma::layout const& l, std::string_view meaning = "");

/// The generated Metal source, indented.
void source(enigma::compiled_kernel const& kernel);

/// Where it ran, how long one run took, and how many bytes a second that is.
void speed(std::string_view where, double seconds, std::size_t bytes);

/// Prints the largest difference between the results and those of plain C++. True if it is at most
/// `tolerance`, and no result is NaN.
bool compare(std::span<float const> result, std::span<float const> reference, float tolerance);

} // namespace show
