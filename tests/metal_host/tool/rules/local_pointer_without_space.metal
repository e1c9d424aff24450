// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  float two = 2;
  float* p = &two; // right: thread float* p = &two;
  x[i] *= *p;
}
// says: 7:10: error: the pointer 'p' has no address space: say device, constant, threadgroup or thread
