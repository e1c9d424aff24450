// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint2 i [[thread_position_in_grid]],
                  uint3 n [[threads_per_grid]]) { // right: uint2 n [[threads_per_grid]]) {
  x[i.y * n.x + i.x] *= 2;
}
// says: 6:25: error: 'i' is uint2 and 'n' is uint3: positions and sizes in one kernel have the same number of components
