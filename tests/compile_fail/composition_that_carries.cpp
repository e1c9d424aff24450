// SPDX-License-Identifier: MIT
// expect: composition\(\(6,4\):\(1,10\), 4:4\) refused
// expect: A\(B\(3\)\) = A\(12\) = 20
#include <enigma/layout.hpp>

namespace eg = enigma;

constexpr eg::layout a{{6, 4}, {1, 10}};
#ifdef ENIGMA_FAIL
constexpr auto r = eg::checked<eg::try_composition(a, eg::layout{4, 4})>;
#else
constexpr auto r = eg::checked<eg::try_composition(a, eg::layout{4, 6})>;
static_assert(r == eg::layout{4, 10});
#endif
