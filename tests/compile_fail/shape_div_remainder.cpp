// SPDX-License-Identifier: MIT
// expect: shape_div\(\(6,20\), 72\) refused: neither of 20 and 12 divides the other
// expect: \(12 would do for 20\)
#include <enigma/layout.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int columns = 20;
#else
constexpr int columns = 24;
#endif
constexpr auto r = eg::checked<eg::try_shape_div(eg::int_tuple{6, columns}, 72)>;
static_assert(r == eg::int_tuple{1, 2});
