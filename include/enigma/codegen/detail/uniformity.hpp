// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/ir.hpp>

// Uniform is what is equal in all active threads of a threadgroup, without a look at the numbers: leaves that
// are, and what is computed from uniform operands alone.

namespace enigma::detail {

constexpr bool is_uniform_position(query q) {
  switch (q) {
  case query::threads_per_grid:
  case query::threads_per_threadgroup:
  case query::threadgroup_position_in_grid:
  case query::threadgroups_per_grid:
  case query::threads_per_simdgroup:
  case query::simdgroups_per_threadgroup:
    return true;
  default:
    return false;
  }
}

constexpr bool is_uniform_leaf(instruction const& leaf) {
  return leaf.code != op::query || is_uniform_position(query_of(leaf));
}

/// Whether an instruction that is no leaf is uniform where its operands are: pure ones, and the marks of
/// regions, whose conditions and bounds these are. What is loaded may have changed between two threads.
constexpr bool is_uniform_of_uniform(op code) {
  return info(code).pure || code == op::for_ || code == op::if_ || code == op::while_ || code == op::test;
}

} // namespace enigma::detail
