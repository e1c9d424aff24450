// SPDX-License-Identifier: MIT
// expect: one line and another line
#ifdef ENIGMA_FAIL
static_assert(false, "{\"one line and   \", \"another line    \"}");
#endif
