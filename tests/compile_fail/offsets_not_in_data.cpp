// SPDX-License-Identifier: MIT
// expect: make_cotiled_tv\(\(8,4\):\(8,1\), \(16,8\):\(16,1\)\) refused:
#include <enigma/layout.hpp>
#include <enigma/layout/cotiled.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int row = 16;
#else
constexpr int row = 8;
#endif
constexpr auto r =
    eg::checked<eg::try_make_cotiled_tv(eg::layout{{8, 4}, {8, 1}}, eg::layout{{16, 8}, {row, 1}})>;
static_assert(r.layout == eg::layout{{8, 4}, {1, 8}});
