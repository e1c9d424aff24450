// SPDX-License-Identifier: MIT
// expect: find_swizzle\(\(32,32\):\(32,1\)\) refused: none of the 76 swizzles that keep 1 element together
// expect: is free of conflicts; the best, Sw<4,1,4>, leaves up to 2 words in a bank
#include <enigma/layout/synthesis.hpp>

namespace eg = enigma;

// Rows, columns and blocks at once are more than any swizzle can do.
#ifdef ENIGMA_FAIL
constexpr eg::layout block{{8, 4}, {1, 32}};
#else
constexpr eg::layout block{{32, 1}, {1, 32}};
#endif
constexpr eg::layout tile{{32, 32}, {32, 1}};
constexpr auto r =
    eg::checked<eg::try_find_swizzle(tile, {{eg::layout(32, 32)}, {eg::layout(32, 1)}, {block}}, 4)>;
