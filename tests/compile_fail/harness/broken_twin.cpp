// SPDX-License-Identifier: MIT
// expect: the answer
static_assert(false, "the answer is forty-two");
