// SPDX-License-Identifier: MIT
// expect: left_inverse\(\(8,64\):\(2,1\)\) refused: not injective, L\(16\) = L\(1\) = 2
#include <enigma/layout.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int rows = 64;
#else
constexpr int rows = 2;
#endif
constexpr auto r = eg::checked<eg::try_left_inverse(eg::layout{{8, rows}, {2, 1}})>;
static_assert(r == eg::layout{{2, 8}, {8, 1}});
