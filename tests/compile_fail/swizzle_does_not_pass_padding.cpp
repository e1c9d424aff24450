// SPDX-License-Identifier: MIT
// expect: composition\(\(8,8\):\(1,9\), Sw<3,0,3> o 0 o 64:1\) refused: the swizzle does not pass through
// expect: takes index 8 to 9 and index 1 to 1, not both to single bits
#include <enigma/layout/swizzle/composition.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int row = 9;
#else
constexpr int row = 16;
#endif
constexpr auto r = eg::checked<eg::try_composition(eg::layout{{8, 8}, {1, row}},
                                                   eg::composed_layout{{3, 0, 3}, 0, eg::layout{64, 1}})>;
static_assert(r.sw == eg::swizzle{3, 0, 4});
