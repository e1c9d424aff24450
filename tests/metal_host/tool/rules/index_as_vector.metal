// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]],
                  uint2 i [[thread_index_in_simdgroup]]) { // right: uint i [[thread_index_in_simdgroup]]) {
  x[uint2(i).x] *= 2;
}
// says: 6:25: error: [[thread_index_in_simdgroup]] is a ushort or uint, and 'i' is 'uint2'
