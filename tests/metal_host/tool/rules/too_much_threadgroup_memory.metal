// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_index_in_threadgroup]]) {
  threadgroup float tile[8193]; // right: threadgroup float tile[8192];
  tile[i] = x[i];
  x[i] = 2 * tile[i];
}
// says: 6:1: error: with 'tile' the kernel 'twice' uses too much threadgroup memory: 32768 bytes are the most
