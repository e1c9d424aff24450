// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

float turn(float v, uint l) { // right: float turn(float v, uint l, threadgroup float* tile) {
  threadgroup float tile[32]; // right:
  tile[l] = v;
  threadgroup_barrier(mem_flags::mem_threadgroup);
  return tile[31 - l];
}

kernel void twice(device float* x [[buffer(0)]], uint l [[thread_index_in_threadgroup]]) {
  // right: threadgroup float tile[32];
  x[l] = turn(x[l], l); // right: x[l] = turn(x[l], l, tile);
}
// says: 6:21: error: the threadgroup variable 'tile' stands in the function 'turn': declare it in the kernel and pass a pointer
