// SPDX-License-Identifier: MIT
// A composed layout that cannot be read names the column.
// expect: a number of a
// expect-clang: refused: column 8
#include <enigma/layout/text.hpp>

#ifdef ENIGMA_FAIL
constexpr auto r = enigma::parse_composed("Sw<1,2,63> o 4 o 8:1");
#else
constexpr auto r = enigma::parse_composed("Sw<1,2,3> o 4 o 8:1");
#endif
static_assert(r.offset == 4);
