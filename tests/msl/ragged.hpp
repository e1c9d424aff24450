// SPDX-License-Identifier: MIT
// Shapes that fit no tile, and numbers whose sums are exact in every order.
#pragma once

#include <enigma/codegen/types.hpp>

#include <cstddef>
#include <random>
#include <vector>

namespace ragged {

/// From 1 to n.
template <class Random>
enigma::u32 up_to(Random& random, enigma::u32 n) {
  return static_cast<enigma::u32>(random() % n) + 1;
}
constexpr enigma::u32 rounded_up(enigma::u32 n, enigma::u32 to) {
  return (n + to - 1) / to * to;
}
/// Whole numbers from -most to most.
template <class T, class Random>
std::vector<T> small_numbers(Random& random, std::size_t n, int most = 2) {
  std::vector<T> r(n);
  for (T& x : r)
    x = T(static_cast<float>(static_cast<int>(random() % static_cast<unsigned>(2 * most + 1)) - most));
  return r;
}

} // namespace ragged
