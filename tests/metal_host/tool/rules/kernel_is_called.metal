// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] *= 2;
}

kernel void four_times(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  twice(x, i); // right: x[i] *= 2;
  x[i] *= 2;
}
// says: 10:3: error: the kernel 'twice' cannot be called: put what is shared into a function
