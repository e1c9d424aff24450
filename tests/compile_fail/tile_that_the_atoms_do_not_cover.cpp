// SPDX-License-Identifier: MIT
// expect-clang: make_tiled_mma\(simdgroup_mma 8x8x8, \(2,2\):\(1,2\), \(40,32,8\)\) refused: 40 along M is no multiple of 16, what the atoms cover at once; 32 and 48 are
// expect-gcc: tiled_mma<.*refuse_extent\(
#include <enigma/codegen.hpp>
namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int rows = 40;
#else
constexpr int rows = 48;
#endif
constexpr auto mma = make_tiled_mma(eg::simdgroup_mma<float>{}, eg::make_layout({2, 2}), {rows, 32, 8});
