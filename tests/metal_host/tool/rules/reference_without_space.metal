// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

void add(float& v) { // right: void add(thread float& v) {
  v += v;
}

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  float v = x[i];
  add(v);
  x[i] = v;
}
// says: 5:17: error: the pointer or reference 'v' has no address space: say device, constant, threadgroup or thread
