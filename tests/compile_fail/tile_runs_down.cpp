// SPDX-License-Identifier: MIT
// expect: logical_divide\(\(8,4\):\(4,1\), 4:-1\) refused: the tile 4:-1 runs down, it asks for element -1
#include <enigma/layout.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int step = -1;
#else
constexpr int step = 1;
#endif
constexpr auto r = eg::checked<eg::try_logical_divide(eg::layout{{8, 4}, {4, 1}}, eg::layout(4, step))>;
static_assert(r == eg::layout{{4, {2, 4}}, {4, {16, 1}}});
