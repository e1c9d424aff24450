// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device const float* x [[buffer(0)]],
                  device float* y [[buffer(0)]], // right: device float* y [[buffer(1)]],
                  uint i [[thread_position_in_grid]]) {
  y[i] = 2 * x[i];
}
// says: 6:37: error: 'x' and 'y' both have the buffer index 0
