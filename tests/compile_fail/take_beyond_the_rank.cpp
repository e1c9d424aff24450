// SPDX-License-Identifier: MIT
// expect: take\(\(4,8\):\(1,4\), 1, 3\) refused: the modes \[1,3\) do not all exist: the rank is 2
#include <enigma/layout.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int end = 3;
#else
constexpr int end = 2;
#endif
constexpr auto r = eg::checked<eg::try_take(eg::layout{{4, 8}, {1, 4}}, 1, end)>;
static_assert(eg::size(r) == 8);
