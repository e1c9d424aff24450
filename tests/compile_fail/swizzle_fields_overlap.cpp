// SPDX-License-Identifier: MIT
// expect-clang: swizzle Sw<3,4,2> refused: \|shift\| must be at least the number of bits
// expect-gcc: bit fields overlap
#include <enigma/layout/swizzle/swizzle.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int shift = 2;
#else
constexpr int shift = 3;
#endif
constexpr eg::swizzle sw{3, 4, shift};
static_assert(sw.bits == 3);
