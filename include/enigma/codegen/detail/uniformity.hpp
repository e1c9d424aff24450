// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/ir.hpp>

// Uniform is what is equal in all active threads of a threadgroup, without a look at the numbers: leaves that
// are, and what is computed from uniform operands alone.

namespace enigma::detail {

constexpr bool is_uniform_leaf(instruction const& leaf) {
  return leaf.code != op::query || info(query_of(leaf)).uniform;
}

/// Whether an instruction that is no leaf is uniform where its operands are: pure ones, and the marks of
/// regions, whose conditions and bounds these are. What is loaded may have changed between two threads.
constexpr bool is_uniform_of_uniform(op code) {
  return info(code).pure || code == op::for_ || code == op::if_ || code == op::while_ || code == op::test;
}

} // namespace enigma::detail
