// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void main(device float* x [[buffer(0)]], // right: kernel void twice(device float* x [[buffer(0)]],
                 uint i [[thread_position_in_grid]]) {
  x[i] *= 2;
}
// says: 5:13: error: a kernel cannot be called 'main'
// and clang objects too
