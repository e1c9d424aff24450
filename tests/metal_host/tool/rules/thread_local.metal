// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  thread_local float two = 2; // right: float two = 2;
  x[i] *= two;
}
// says: 6:3: error: Metal has no 'thread_local'
