// SPDX-License-Identifier: MIT
// run: --kernel tiles --grid 64 --threads 64 --buffer x=random:f32:64:1
#include <metal_stdlib>
using namespace metal;

// 33,024 bytes, and a threadgroup has 32,768.
kernel void tiles(device float* x [[buffer(0)]], uint l [[thread_position_in_threadgroup]]) {
  threadgroup float a[64][65];
  threadgroup float b[64][64]; // right: threadgroup float b[64][63];
  a[l][0] = x[l];
  b[l][0] = x[l];
  threadgroup_barrier(mem_flags::mem_threadgroup);
  x[l] = a[63 - l][0] + b[63 - l][0];
}
