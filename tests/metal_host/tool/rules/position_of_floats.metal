// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]],
                  float2 i [[thread_position_in_grid]]) { // right: uint2 i [[thread_position_in_grid]]) {
  x[uint(i.x)] *= 2;
}
// says: 6:26: error: [[thread_position_in_grid]] is a ushort, ushort2, ushort3, uint, uint2 or uint3, and 'i' is 'float2'
