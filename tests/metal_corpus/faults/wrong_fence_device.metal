// SPDX-License-Identifier: MIT
// run: --kernel pass_on --grid 64 --threads 64 --buffer x=random:f32:64:1 --buffer y=zeros:f32:64
#include <metal_stdlib>
using namespace metal;

// The neighbour's result is read from device memory after a barrier that orders threadgroup memory only.
kernel void pass_on(device float* x [[buffer(0)]], device float* y [[buffer(1)]],
                    uint l [[thread_position_in_threadgroup]]) {
  x[l] = x[l] * 2.0f;
  threadgroup_barrier(mem_flags::mem_threadgroup); // right: threadgroup_barrier(mem_flags::mem_device);
  y[l] = x[(l + 1) % 64];
}
