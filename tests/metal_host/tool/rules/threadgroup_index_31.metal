// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]],
                  threadgroup float* t [[threadgroup(31)]], // right: threadgroup float* t [[threadgroup(0)]],
                  uint i [[thread_position_in_threadgroup]]) {
  t[i] = x[i];
  x[i] = 2 * t[i];
}
// says: 6:42: error: 't' has the threadgroup index 31: indices are 0 to 30
