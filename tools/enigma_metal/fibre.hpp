// SPDX-License-Identifier: MIT
// Threads that switch when they say so: one for each GPU thread of a threadgroup.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace enigma::metal_tool {

/// A stack of its own and a place to go on.
class fibre {
public:
  fibre() = default;
  ~fibre();
  fibre(fibre&& other) noexcept;
  fibre(fibre const&) = delete;
  fibre& operator=(fibre const&) = delete;

  /// Makes it begin in `start`, which never returns. `colour` spreads the tops of stacks over cache lines.
  void prepare(void (*start)(), std::size_t stack_bytes, unsigned colour);
  bool prepared() const { return stack_ != nullptr; }
  /// Whether an address lies on its stack, or in the guard below it.
  bool owns(void const* address) const;
  bool overflowed(std::uintptr_t address) const;

  void* position = nullptr; // the stack pointer while it waits

private:
  void* stack_ = nullptr;
  std::size_t bytes_ = 0;
};

/// Leaves the running code, to go on later from `saved`, and goes on where `other` was left.
extern "C" void enigma_metal_switch(void** saved, void* other);

} // namespace enigma::metal_tool
