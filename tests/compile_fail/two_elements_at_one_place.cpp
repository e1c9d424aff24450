// SPDX-License-Identifier: MIT
// expect: is_injective\(\(4,8\):\(1,2\)\) refused: two coordinates with one value, L\(2\) at \(2,0\) = L\(4\) at \(0,1\) = 2
#include <enigma/layout/predicates/image.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int pitch = 2;
#else
constexpr int pitch = 4;
#endif
static_assert(eg::proven<eg::is_injective(eg::layout{{4, 8}, {1, pitch}})>);
