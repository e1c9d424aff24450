// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device const float* restrict x [[buffer(0)]], // right: kernel void twice(device const float* __restrict x [[buffer(0)]],
                  device float* y [[buffer(1)]], uint i [[thread_position_in_grid]]) {
  y[i] = 2 * x[i];
}
// says: 5:39: error: 'restrict' alone is refused since Metal 3.0: write '__restrict'
// and clang objects too
