// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel float twice(device float* x [[buffer(0)]], // right: kernel void twice(device float* x [[buffer(0)]],
                   uint i [[thread_position_in_grid]]) {
  x[i] *= 2;
  return x[i]; // right: return;
}
// says: 5:14: error: the kernel 'twice' has to return void
