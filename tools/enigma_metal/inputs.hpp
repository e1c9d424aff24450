// SPDX-License-Identifier: MIT
// The built-in inputs of kernels, and what else Metal writes in [[...]].
#pragma once

#include <string_view>

namespace enigma::metal_tool {

struct builtin_input {
  std::string_view name;
  bool may_be_vector;
  int group;                   // of the same number: the types have to agree (0: no such rule)
  std::string_view expression; // over `metal_host_here`: a pointer to what the input starts with
};

inline constexpr builtin_input builtin_inputs[] = {
    {"thread_position_in_grid", true, 1, "metal_host_here->thread_position_in_grid"},
    {"threads_per_grid", true, 1, "metal_host_here->threads_per_grid"},
    {"thread_position_in_threadgroup", true, 2, "metal_host_here->thread_position_in_threadgroup"},
    {"threads_per_threadgroup", true, 2, "metal_host_here->threads_per_threadgroup"},
    {"dispatch_threads_per_threadgroup", true, 2, "metal_host_here->dispatch_threads_per_threadgroup"},
    {"threadgroup_position_in_grid", true, 0, "metal_host_here->threadgroup_position_in_grid"},
    {"threadgroups_per_grid", true, 0, "metal_host_here->threadgroups_per_grid"},
    {"thread_index_in_threadgroup", false, 0, "&metal_host_here->thread_index_in_threadgroup"},
    {"thread_execution_width", false, 3, "&metal_host_here->threads_per_simdgroup"},
    {"threads_per_simdgroup", false, 3, "&metal_host_here->threads_per_simdgroup"},
    {"thread_index_in_simdgroup", false, 3, "&metal_host_here->thread_index_in_simdgroup"},
    {"simdgroup_index_in_threadgroup", false, 3, "&metal_host_here->simdgroup_index_in_threadgroup"},
    {"simdgroups_per_threadgroup", false, 3, "&metal_host_here->simdgroups_per_threadgroup"},
    {"dispatch_simdgroups_per_threadgroup", false, 3,
     "&metal_host_here->dispatch_simdgroups_per_threadgroup"},
    {"thread_index_in_quadgroup", false, 4, "metal_host_tool::quad(*metal_host_here, 0).numbers"},
    {"quadgroup_index_in_threadgroup", false, 4, "metal_host_tool::quad(*metal_host_here, 1).numbers"},
    {"quadgroups_per_threadgroup", false, 4, "metal_host_tool::quad(*metal_host_here, 2).numbers"},
    {"dispatch_quadgroups_per_threadgroup", false, 4, "metal_host_tool::quad(*metal_host_here, 3).numbers"},
};

inline builtin_input const* find_input(std::string_view name) {
  for (builtin_input const& input : builtin_inputs)
    if (input.name == name)
      return &input;
  return nullptr;
}

} // namespace enigma::metal_tool
