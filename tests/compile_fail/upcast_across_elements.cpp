// SPDX-License-Identifier: MIT
// expect: upcast\(\(8,4\):\(6,1\), 4\) refused: leaf 8:6 steps from one element of 4 into the middle of another
#include <enigma/layout.hpp>
#include <enigma/layout/recast.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int row = 6;
#else
constexpr int row = 4;
#endif
constexpr auto r = eg::checked<eg::try_upcast(eg::layout{{8, 4}, {row, 1}}, 4)>;
static_assert(r == eg::layout{{8, 1}, {1, 1}});
