// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  asm("nop"); // right:
  x[i] *= 2;
}
// says: 6:3: error: Metal has no inline assembly
