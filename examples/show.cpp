// SPDX-License-Identifier: MIT
#include "show.hpp"

#include <cmath>

#include <enigma/layout/fmt.hpp>
#include <fmt/format.h>

namespace show {

void layout(std::string_view name, enigma::layout const& l, std::string_view meaning) {
  fmt::print("  {:<10}{:<44}{}\n", name, l, meaning);
}

void source(enigma::compiled_kernel const& kernel) {
  fmt::print("\nThe Metal source of {}, a constant of this program:\n\n", kernel.kernel_name());
  std::string_view text = kernel.metal_source();
  while (!text.empty()) {
    std::size_t const end = text.find('\n');
    fmt::print("    {}\n", text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  fmt::print("\n");
}

void speed(std::string_view where, double seconds, std::size_t bytes) {
  fmt::print("  ran on {}: {:.2f} ms, {:.1f} GB/s\n", where, seconds * 1e3,
             static_cast<double>(bytes) / seconds * 1e-9);
}

bool compare(std::span<float const> result, std::span<float const> reference, float tolerance) {
  if (result.size() != reference.size()) {
    fmt::print("  WRONG: {} results where plain C++ has {}\n", result.size(), reference.size());
    return false;
  }
  float largest = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    float const difference = std::abs(result[i] - reference[i]);
    if (!(difference <= largest)) // also where it is NaN
      largest = difference;
    if (std::isnan(largest))
      break;
  }
  bool const same = largest <= tolerance;
  fmt::print("  {}: {} results, the largest difference from plain C++ is {}\n", same ? "right" : "WRONG",
             result.size(), largest);
  return same;
}

} // namespace show
