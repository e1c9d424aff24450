// SPDX-License-Identifier: MIT
// expect: anything
#ifdef ENIGMA_FAIL
static_assert(true, "anything");
#endif
