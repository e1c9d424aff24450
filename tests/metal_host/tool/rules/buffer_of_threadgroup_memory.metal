// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]],
                  threadgroup float* t [[buffer(1)]], // right: threadgroup float* t [[threadgroup(0)]],
                  uint i [[thread_position_in_threadgroup]]) {
  t[i] = x[i];
  x[i] = 2 * t[i];
}
// says: 6:42: error: 't' is threadgroup memory: its attribute is [[threadgroup(n)]]
