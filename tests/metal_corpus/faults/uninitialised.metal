// SPDX-License-Identifier: MIT
// run: --kernel total --grid 48 --threads 48 --buffer x=random:f32:48:1 --buffer y=zeros:f32:1
#include <metal_stdlib>
using namespace metal;

// A tree for 64 threads with 48 of them: a quarter of the tile was never written.
kernel void total(device const float* x [[buffer(0)]], device float* y [[buffer(1)]],
                  uint l [[thread_position_in_threadgroup]]) {
  threadgroup float tile[64];
  tile[l] = x[l];
  // right: if (l < 16) tile[48 + l] = 0.0f;
  threadgroup_barrier(mem_flags::mem_threadgroup);
  for (uint s = 32; s > 0; s /= 2) {
    if (l < s)
      tile[l] += tile[l + s];
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
  if (l == 0)
    y[0] = tile[0];
}
