// SPDX-License-Identifier: MIT
// expect-clang: recast of \(16,8\):\(9,1\) from 16 to 32 bits refused: leaf 16:9 steps from one element of 2
// expect-clang: to 16 bits it is \(16,8\):\(9,1\)
// expect-gcc: recast_view
#include <enigma/tensor.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int apart = 9;
#else
constexpr int apart = 10;
#endif
inline constexpr short numbers[256] = {};
constexpr auto words = eg::recast<int>(eg::make_tensor(numbers, eg::layout({16, 8}, {apart, 1})));
