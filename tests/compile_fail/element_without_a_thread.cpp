// SPDX-License-Identifier: MIT
// expect: is_partition\(\(4,2\):\(1,4\), \(2,5\)\) refused: no pair is given element \(0,4\)
#include <enigma/layout/predicates/image.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int columns = 5;
#else
constexpr int columns = 4;
#endif
static_assert(eg::proven<eg::is_partition(eg::layout{{4, 2}, {1, 4}}, {2, columns})>);
