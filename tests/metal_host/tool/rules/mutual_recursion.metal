// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

bool odd(uint n);
bool even(uint n) {
  return n == 0 || odd(n - 1); // right: return n % 2 == 0;
}
bool odd(uint n) {
  return n != 0 && even(n - 1);
}

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] = even(uint(x[i])) ? 1 : 0;
}
// says: 6:6: error: the function 'even' calls itself: Metal has no recursion before 2.4, and no stack to speak of
// says: 9:6: error: the function 'odd' calls itself: Metal has no recursion before 2.4, and no stack to speak of
