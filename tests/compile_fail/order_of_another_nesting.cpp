// SPDX-License-Identifier: MIT
// expect: compact_order\(\(4,\(2,8\)\), \(1,0,2\)\) refused: rank mismatch, the order must have the nesting
#include <enigma/layout.hpp>

namespace eg = enigma;

#ifdef ENIGMA_FAIL
constexpr eg::int_tuple order{1, 0, 2};
#else
constexpr eg::int_tuple order{1, {0, 2}};
#endif
constexpr auto r = eg::checked<eg::try_compact_order(eg::int_tuple{4, {2, 8}}, order)>;
static_assert(r == eg::int_tuple{2, {1, 8}});
