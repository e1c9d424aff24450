// SPDX-License-Identifier: MIT
// run: --kernel shift --grid 100 --threads 64 --buffer x=random:f32:100:1 --buffer y=zeros:f32:100 --buffer n=scalar:u32:90
#include <metal_stdlib>
using namespace metal;

// Threads beyond the end wait for nobody, and the others wait for them.
kernel void shift(device const float* x [[buffer(0)]], device float* y [[buffer(1)]],
                  constant uint& n [[buffer(2)]], uint i [[thread_position_in_grid]],
                  uint l [[thread_position_in_threadgroup]]) {
  threadgroup float tile[65];
  tile[l] = i < n ? x[i] : 0.0f;
  if (l == 0)
    tile[64] = 0.0f;
  if (i < n) { // right:
    threadgroup_barrier(mem_flags::mem_threadgroup);
  } // right:
  if (i + 1 < n)
    y[i] = tile[l + 1];
}
