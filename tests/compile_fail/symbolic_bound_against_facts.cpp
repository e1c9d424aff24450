// SPDX-License-Identifier: MIT
// expect-clang: substitute\(\(M,8\):\(8,1\), {M = 100}\) refused: M must be divisible by 64, 100 is not
// expect-gcc: refuse_binding
#include <enigma/layout/symbolic.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int rows = 100;
#else
constexpr int rows = 128;
#endif
constexpr eg::named_size M{"M", {.divisible_by = 64}};

constexpr eg::layout known = bind(eg::symbolic_layout{{M, 8}, {8, 1}}, {{"M", rows}});
