// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(31)]], // right: kernel void twice(device float* x [[buffer(30)]],
                  uint i [[thread_position_in_grid]]) {
  x[i] *= 2;
}
// says: 5:37: error: 'x' has the buffer index 31: indices are 0 to 30
