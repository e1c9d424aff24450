// SPDX-License-Identifier: MIT
// expect: make_layout_tv\(\(4,8\):\(9,1\), \(2,2\):\(2,1\)\) refused: the threads and values do not number the tile
#include <enigma/layout.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int row = 9;
#else
constexpr int row = 8;
#endif
constexpr auto r =
    eg::checked<eg::try_make_layout_tv(eg::layout{{4, 8}, {row, 1}}, eg::layout{{2, 2}, {2, 1}})>;
static_assert(r.tiler == eg::int_tuple{8, 16});
