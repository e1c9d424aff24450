// SPDX-License-Identifier: MIT
// The plain call: clang shows the sentence, g++ the call that was refused.
// expect-clang: complement\(\(4,2\):\(1,3\), 24\) refused: leaves 4:1 and 2:3 overlap
// expect-gcc: enigma::complement\(
// expect-gcc: refused
#include <enigma/layout.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int spacing = 3;
#else
constexpr int spacing = 4;
#endif
constexpr auto r = eg::complement(eg::layout{{4, 2}, {1, spacing}}, 24);
static_assert(r == eg::layout{3, 8});
