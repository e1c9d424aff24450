// SPDX-License-Identifier: MIT
// expect: parse_layout
// expect: expected a number or
// expect-clang: refused: column 10
#include <enigma/layout.hpp>
#include <enigma/layout/text.hpp>

#ifdef ENIGMA_FAIL
constexpr auto r = enigma::parse_layout("(4,2):(1,x)");
#else
constexpr auto r = enigma::parse_layout("(4,2):(1,8)");
static_assert(r == enigma::layout{{4, 2}, {1, 8}});
#endif
