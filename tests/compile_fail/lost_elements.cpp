// SPDX-License-Identifier: MIT
// expect: logical_divide\(\(8,4\):\(1,8\), \(2,2\):\(1,3\)\) refused: element 2 of 32 would be lost
#include <enigma/layout.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int spacing = 3;
#else
constexpr int spacing = 4;
#endif
constexpr auto r =
    eg::checked<eg::try_logical_divide(eg::layout{{8, 4}, {1, 8}}, eg::layout{{2, 2}, {1, spacing}})>;
static_assert(eg::size(r) == 32);
