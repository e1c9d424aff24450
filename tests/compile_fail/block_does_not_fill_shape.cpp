// SPDX-License-Identifier: MIT
// expect: tile_to_shape\(\(8,4\):\(4,1\), \(20,8\)\) refused: mode 0 of the block has size 8, which does not divide 20
// expect: \(16 would do\)
#include <enigma/layout.hpp>
#include <enigma/layout/tile_to_shape.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int rows = 20;
#else
constexpr int rows = 16;
#endif
constexpr auto r = eg::checked<eg::try_tile_to_shape(eg::layout{{8, 4}, {4, 1}}, {rows, 8})>;
static_assert(r == eg::layout{{{8, 2}, {4, 2}}, {{4, 32}, {1, 64}}});
