// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <enigma/codegen/ir.hpp>

namespace kernel_language {

/// The names of an operation's operands, in their order.
std::vector<std::string> operand_names(enigma::op_info const& row);

/// What the emitter writes for an operation on operands of these names: on vectors where it takes whole ones,
/// else on scalars.
std::string spelled(enigma::op_info const& row, enigma::element_kind element, bool quad = false);

} // namespace kernel_language
