// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void scale(device float* x [[buffer(0)]],
                  float factor [[buffer(1)]], // right: constant float& factor [[buffer(1)]],
                  uint i [[thread_position_in_grid]]) {
  x[i] *= factor;
}
// says: 6:25: error: 'factor' is passed by value: a kernel takes it by reference, as 'constant float& factor [[buffer(1)]]'
