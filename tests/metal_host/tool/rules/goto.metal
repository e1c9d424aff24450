// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  if (x[i] < 0)
    goto end; // right: return;
  x[i] *= 2;
end: // right:
  return;
}
// says: 7:5: error: Metal has no 'goto'
