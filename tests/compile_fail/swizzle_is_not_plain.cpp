// SPDX-License-Identifier: MIT
// expect: plain\(Sw<2,0,2> o 0 o \(8,4\):\(1,32\)\) refused: at coordinate 5 the value is 4, but 6 by the strides
// expect: the swizzle reads index bit 2 and changes bit 0, and the layout varies both
#include <enigma/layout/swizzle/plain.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int stride = 1;
#else
constexpr int stride = 4;
#endif
constexpr auto r = eg::checked<eg::try_plain({{2, 0, 2}, 0, eg::layout{{8, 4}, {stride, 32}}})>;
static_assert(r == eg::layout{{{4, 2}, 4}, {{5, 16}, 32}});
