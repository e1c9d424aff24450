// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], threadgroup float* t [[threadgroup(0)]],
                  threadgroup float* u [[threadgroup(0)]], // right: threadgroup float* u [[threadgroup(1)]],
                  uint i [[thread_position_in_threadgroup]]) {
  t[i] = x[i];
  u[i] = x[i];
  x[i] = t[i] + u[i];
}
// says: 6:42: error: 't' and 'u' both have the threadgroup index 0
