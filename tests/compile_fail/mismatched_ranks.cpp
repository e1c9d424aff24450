// SPDX-License-Identifier: MIT
// expect: zipped_divide\(\(6,4\):\(1,10\), \(2,2,2\)\) refused: rank mismatch
// expect: a tiler of rank 3 meets \(6,4\):\(1,10\) of rank 2
#include <enigma/layout.hpp>

namespace eg = enigma;

constexpr eg::layout a{{6, 4}, {1, 10}};
#ifdef ENIGMA_FAIL
constexpr auto r = eg::checked<eg::try_zipped_divide(a, eg::tiler{2, 2, 2})>;
#else
constexpr auto r = eg::checked<eg::try_zipped_divide(a, eg::tiler{2, 2})>;
static_assert(size<0>(r) == 4);
#endif
