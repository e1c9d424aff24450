// SPDX-License-Identifier: MIT
// expect: idx2crd\(9, \(4,8\), \(1,5\)\) refused: no coordinate has this index
#include <enigma/layout.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int index = 9; // between the columns
#else
constexpr int index = 8;
#endif
constexpr auto r = eg::checked<eg::try_idx2crd(index, eg::int_tuple{4, 8}, eg::int_tuple{1, 5})>;
static_assert(r == eg::int_tuple{3, 1});
