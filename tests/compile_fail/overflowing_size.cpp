// SPDX-License-Identifier: MIT
// expect: refused: overflow, its size exceeds 64 bits
// expect-clang: layout\(\(4294967296,4294967296\)\) refused
#include <enigma/layout.hpp>

#ifdef ENIGMA_FAIL
constexpr enigma::layout r{{4294967296, 4294967296}};
#else
constexpr enigma::layout r{{4294967296, 1073741824}};
static_assert(size(r) == 4611686018427387904);
#endif
