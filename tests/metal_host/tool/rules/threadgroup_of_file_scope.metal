// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

threadgroup float tile[32]; // right:

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_index_in_threadgroup]]) {
  // right: threadgroup float tile[32];
  tile[i] = x[i];
  x[i] = 2 * tile[i];
}
// says: 5:1: error: a threadgroup variable of file scope: declare it in the kernel
