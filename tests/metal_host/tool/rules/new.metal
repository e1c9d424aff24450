// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  thread float* p = new float(2); // right: float two = 2; thread float* p = &two;
  x[i] *= *p;
  delete p; // right:
}
// says: 6:21: error: Metal has no 'new'
// says: 8:3: error: Metal has no 'delete'
