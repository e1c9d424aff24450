// SPDX-License-Identifier: MIT
// expect-clang: coordinate 5 is out of range for mode 0 of \(4,8\):\(8,1\)
// expect-gcc: coordinate_out_of_range\(
#include <enigma/tensor.hpp>

#ifdef ENIGMA_FAIL
constexpr int row = 5;
#else
constexpr int row = 3;
#endif

constexpr int element() {
  int data[32] = {};
  auto const t = enigma::make_tensor(data, enigma::layout{{4, 8}, {8, 1}});
  return t(row, enigma::_)(7);
}
constexpr int x = element();
