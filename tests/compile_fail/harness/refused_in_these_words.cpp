// SPDX-License-Identifier: MIT
// expect: the answer is forty-two
// expect-gcc: static assertion failed
// expect-clang: static assertion failed|static_assert failed
#ifdef ENIGMA_FAIL
static_assert(false, "the answer is forty-two");
#endif
