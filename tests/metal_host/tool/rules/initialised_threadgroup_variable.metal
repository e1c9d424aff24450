// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  threadgroup float two = 2; // right: threadgroup float two; if (i == 0) two = 2;
  threadgroup_barrier(mem_flags::mem_threadgroup);
  x[i] *= two;
}
// says: 6:21: error: the threadgroup variable 'two' has an initialiser: let a thread store the value, and put a barrier behind it
