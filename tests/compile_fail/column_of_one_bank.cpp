// SPDX-License-Identifier: MIT
// expect: is_conflict_free\(\(32,32\):\(32,1\), lanes 32:1\) refused: lanes 30 and 31 meet in bank 0 of 32 x 4 bytes
// expect: 32 cycles where 1 would do
#include <enigma/layout/memory.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int pitch = 32;
#else
constexpr int pitch = 33;
#endif
static_assert(
    eg::proven<eg::is_conflict_free(eg::layout{{32, 32}, {pitch, 1}}, {.lanes = eg::layout(32, 1)}, 4)>);
