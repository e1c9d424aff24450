// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace gallery {

/// What the accesses of kernels "a, b" cost, as a table in Markdown. Errors: no such kernel.
std::string figures(std::string_view kernels);

/// The kernels that figures() was not asked for.
std::string left_out();

} // namespace gallery
