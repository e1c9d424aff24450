// SPDX-License-Identifier: MIT
// run: --kernel neighbours --grid 64 --threads 64 --buffer x=random:f32:64:1 --buffer y=zeros:f32:64
#include <metal_stdlib>
using namespace metal;

// The tile has no room for the frame.
kernel void neighbours(device const float* x [[buffer(0)]], device float* y [[buffer(1)]],
                       uint i [[thread_position_in_grid]], uint l [[thread_position_in_threadgroup]]) {
  threadgroup float tile[64]; // right: threadgroup float tile[65];
  tile[l] = x[i];
  if (l == 63)
    tile[64] = 0.0f;
  threadgroup_barrier(mem_flags::mem_threadgroup);
  y[i] = tile[l] + tile[l + 1];
}
