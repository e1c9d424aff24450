// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(float* x [[buffer(0)]], // right: kernel void twice(device float* x [[buffer(0)]],
                  uint i [[thread_position_in_grid]]) {
  x[i] *= 2;
}
// says: 5:26: error: the pointer or reference 'x' has no address space: say device, constant or threadgroup
