// SPDX-License-Identifier: MIT
// expect: composition\(\(M,K\):\(K,1\), 16:1\) refused: leaf 16:1 meets mode M:K of the left layout, needs M at least 16
#include <enigma/layout/symbolic.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr eg::named_size M{"M", {.at_least = 15}};
#else
constexpr eg::named_size M{"M", {.at_least = 16}};
#endif
constexpr eg::named_size K{"K"};

constexpr auto column = eg::checked<try_composition(eg::symbolic_layout{{M, K}, {K, 1}}, eg::layout{16, 1})>;
