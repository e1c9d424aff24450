// SPDX-License-Identifier: MIT
// expect: refused: shape and stride must have the same nesting
// expect-clang: layout\(\(6,4\), \(1\)\)
#include <enigma/layout.hpp>

#ifdef ENIGMA_FAIL
constexpr enigma::layout a{{6, 4}, {1}};
#else
constexpr enigma::layout a{{6, 4}, {1, 6}};
#endif
