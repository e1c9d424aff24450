// SPDX-License-Identifier: MIT
// What the processor and the clock object to while kernels run.
#pragma once

#include <csignal>

namespace enigma::metal_tool {

/// As long as it lives, signals of a kernel's faulty accesses and divisions go to the machine, and so does
/// the timer's after `seconds`.
class signals {
public:
  explicit signals(double seconds);
  ~signals();
  signals(signals const&) = delete;
  signals& operator=(signals const&) = delete;

private:
  stack_t old_stack_{};
};

} // namespace enigma::metal_tool
