// SPDX-License-Identifier: MIT
// expect: refused: rank mismatch
// expect-clang: a coordinate of \(6,4\):\(1,10\) refused: rank mismatch, 3 coordinates for rank 2
#include <enigma/layout.hpp>

constexpr enigma::layout a{{6, 4}, {1, 10}};
#ifdef ENIGMA_FAIL
static_assert(a(1, 2, 0) == 21);
#else
static_assert(a(1, 2) == 21);
#endif
