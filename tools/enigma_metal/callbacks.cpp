// SPDX-License-Identifier: MIT
// What kernels call, and the door to it all.
#include "error.hpp"
#include "hooks.hpp"
#include "launched.hpp"

#include <cstring>
#include <fmt/format.h>

namespace enigma::metal_tool {

void keep_tsan_hooks();
void keep_hooks() {
  keep_tsan_hooks();
}

report run(kernel_object const& object, std::string const& name, launch& work) {
  if (!object.good())
    throw tool_error("the kernels do not compile");
  kernel_info const* const kernel = object.find(name);
  if (kernel == nullptr) {
    std::string all;
    for (kernel_info const& k : object.kernels())
      all += (all.empty() ? "" : ", ") + k.name;
    throw tool_error(fmt::format("there is no kernel '{}' in this file: there {}", name,
                                 all.empty() ? "is none" : "are " + all));
  }
  return machine(object, *kernel, work).run();
}

} // namespace enigma::metal_tool

using namespace enigma::metal_tool;

extern "C" {

metal_host_thread const* metal_host_self(void) {
  return machine::now->self();
}

void metal_host_barrier(unsigned scope, unsigned memory, char const* what, char const* file, unsigned line) {
  machine::now->barrier(scope, memory, what, file, line);
}

void metal_host_fence(unsigned, unsigned, unsigned, char const*, char const*, unsigned) {}

metal_host_lanes metal_host_simd_exchange(void const* mine, unsigned bytes, void* all, unsigned uniform,
                                          char const* what, char const* file, unsigned line) {
  return machine::now->exchange(mine, bytes, all, uniform, what, file, line);
}

void metal_host_inactive_lane(unsigned source, char const* what, char const* file, unsigned line) {
  machine& m = *machine::now;
  m.fail("inactive lane", {file, line},
         fmt::format("{}: {} reads the lane {} of its simdgroup, which does not take part", what, m.who(),
                     source));
}

void metal_host_fail(char const* words, char const* what, char const* file, unsigned line) {
  machine& m = *machine::now;
  m.fail("refused", {file, line}, fmt::format("{}: {} ({})", what, words, m.who()));
}

void* metal_host_threadgroup_memory(void const* key, unsigned long bytes, unsigned long element_bytes,
                                    char const* name, char const* file, unsigned line) {
  return machine::now->shared_memory(key, bytes, element_bytes, name, file, line);
}

int metal_host_function_constant(unsigned index, char const* name, void* value, unsigned long bytes) {
  constant_value const* const found = find_constant(index, name);
  if (found == nullptr || found->bytes.size() != bytes)
    return 0;
  std::memcpy(value, found->bytes.data(), bytes);
  return 1;
}

// What -fsanitize=thread calls before each access to memory.
void enigma_metal_touch(void const* address, unsigned long bytes, int kind, void const* code) {
  if (machine::now != nullptr)
    machine::now->touch(address, bytes, static_cast<access_kind>(kind), code);
}
}
