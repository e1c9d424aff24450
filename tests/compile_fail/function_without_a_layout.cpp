// SPDX-License-Identifier: MIT
// expect: layout_from\(f, 6\) refused: f\(4\) = 9, but 8 would follow after 4 steps of 2; 4 of 6 steps cannot be a leaf
#include <enigma/layout/synthesis.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr int jump = 4;
#else
constexpr int jump = 3;
#endif
constexpr auto f = [](std::int64_t i) { return 2 * i + (i >= jump ? 1 : 0); };
constexpr auto l = eg::checked<eg::try_layout_from(f, 6)>;
static_assert(l == eg::layout{{3, 2}, {2, 7}});
