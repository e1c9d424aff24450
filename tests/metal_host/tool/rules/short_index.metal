// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_threadgroup]],
                  ushort n [[thread_index_in_threadgroup]]) { // right: uint n [[thread_index_in_threadgroup]]) {
  x[i] += n;
}
// says: 6:26: error: 'n' has to be uint, since 'i' is uint
