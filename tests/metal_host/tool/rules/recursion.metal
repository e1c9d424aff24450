// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

float power(float v, uint n) {
  return n == 0 ? 1 : v * power(v, n - 1); // right: float p = 1; while (n-- != 0) p *= v; return p;
}

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] = power(x[i], 3);
}
// says: 5:7: error: the function 'power' calls itself: Metal has no recursion before 2.4, and no stack to speak of
