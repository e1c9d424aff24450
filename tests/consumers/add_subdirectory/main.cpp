// SPDX-License-Identifier: MIT
#include <enigma/layout.hpp>
#include <enigma/layout/fmt.hpp>
#include <fmt/format.h>

int main() {
  constexpr enigma::layout a{{256, 512}, {512, 1}};
  static_assert(a(3, 5) == 3 * 512 + 5);
  fmt::print("{} has {} elements\n", a, size(a));
}
