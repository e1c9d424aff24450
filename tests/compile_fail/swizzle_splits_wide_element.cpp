// SPDX-License-Identifier: MIT
// expect: upcast\(Sw<3,2,3> o 0 o \(8,64\):\(64,1\), 8\) refused: Sw<3,2,3> keeps 4 elements together
#include <enigma/layout/swizzle/operations.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int base = 2;
#else
constexpr int base = 3;
#endif
constexpr auto r =
    eg::checked<eg::try_upcast(eg::composed_layout{{3, base, 3}, 0, eg::layout{{8, 64}, {64, 1}}}, 8)>;
static_assert(r.inner == eg::layout{{8, 8}, {8, 1}});
