// SPDX-License-Identifier: MIT
#ifdef ENIGMA_FAIL
static_assert(false, "the answer is forty-two");
#endif
