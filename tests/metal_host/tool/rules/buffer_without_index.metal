// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer]], // right: kernel void twice(device float* x [[buffer(0)]],
                  uint i [[thread_position_in_grid]]) {
  x[i] *= 2;
}
// says: 5:37: error: [[buffer]] needs an index: [[buffer(0)]]
