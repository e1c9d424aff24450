// SPDX-License-Identifier: MIT
// expect: zipped_divide\(\(M,K\):\(K,1\), 64\) refused: a step of 64 in a mode of size M needs M divisible by 64
#include <enigma/layout/symbolic.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr eg::named_size M{"M"};
#else
constexpr eg::named_size M{"M", {.divisible_by = 64}};
#endif
constexpr eg::named_size K{"K"};

// The tile runs through both modes, so it must not end inside of a column.
constexpr auto tiles = eg::checked<try_zipped_divide(eg::symbolic_layout{{M, K}, {K, 1}}, 64)>;
