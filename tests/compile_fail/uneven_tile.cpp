// SPDX-License-Identifier: MIT
// expect-clang: zipped_divide\(\(4,8\):\(8,1\), \(2,3\)\) refused: the tile 3:1 of size 3 does not divide the mode 8:1
// expect-gcc: refuse_uneven\(\(\(const char\*\)"zipped_divide"\)
#include <enigma/tensor.hpp>

#ifdef ENIGMA_FAIL
constexpr int columns = 3;
#else
constexpr int columns = 4;
#endif

constexpr int corner() {
  int data[32] = {};
  auto const t = enigma::make_tensor(data, enigma::layout{{4, 8}, {8, 1}});
  return zipped_divide(t, {2, columns})(0, 0);
}
constexpr int x = corner();
