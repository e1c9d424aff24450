// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  double factor = 2; // right: float factor = 2;
  x[i] *= factor;
}
// says: 6:3: error: Metal has no 'double': use float
