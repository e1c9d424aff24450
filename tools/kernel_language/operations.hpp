// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace kernel_language {

/// The part of the page for {{name}}: a table of rows, of types or of positions. Errors: there is no such
/// part.
std::string part(std::string_view name);

/// The rows that no part has shown so far, by their names: none, once the page is complete.
std::string rows_left_out();

} // namespace kernel_language
