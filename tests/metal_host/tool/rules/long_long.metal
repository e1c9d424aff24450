// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  long long n = 2; // right: long n = 2;
  x[i] *= n;
}
// says: 6:3: error: Metal has no 'long long': its 'long' has 64 bits
