// SPDX-License-Identifier: MIT
// expect: the answer
// expect: no compiler says this
#ifdef ENIGMA_FAIL
static_assert(false, "the answer is forty-two");
#endif
