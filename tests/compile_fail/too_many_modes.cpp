// SPDX-License-Identifier: MIT
// expect: too many modes: a tuple or layout holds at most 32 leaves
#include <enigma/layout.hpp>

constexpr enigma::int_tuple sixteen{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
#ifdef ENIGMA_FAIL
constexpr enigma::int_tuple r{sixteen, sixteen, 33};
#else
constexpr enigma::int_tuple r{sixteen, sixteen};
#endif
