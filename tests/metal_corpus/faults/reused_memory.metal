// SPDX-License-Identifier: MIT
// run: --kernel rows --grid 64 --threads 64 --buffer x=random:f32:256:1 --buffer y=zeros:f32:256
#include <metal_stdlib>
using namespace metal;

// Turns four rows around, one after the other, through the same memory: fenced once, not twice.
kernel void rows(device const float* x [[buffer(0)]], device float* y [[buffer(1)]],
                 uint l [[thread_position_in_threadgroup]]) {
  threadgroup float tile[64];
  for (uint row = 0; row < 4; row++) {
    tile[l] = x[row * 64 + l];
    threadgroup_barrier(mem_flags::mem_threadgroup);
    y[row * 64 + l] = tile[63 - l];
    // right: threadgroup_barrier(mem_flags::mem_threadgroup);
  }
}
