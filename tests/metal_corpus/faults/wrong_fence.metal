// SPDX-License-Identifier: MIT
// run: --kernel mirror --grid 128 --threads 64 --buffer x=random:f32:128:1 --buffer y=zeros:f32:128
#include <metal_stdlib>
using namespace metal;

// A barrier that orders device memory, while the data are in threadgroup memory.
kernel void mirror(device const float* x [[buffer(0)]], device float* y [[buffer(1)]],
                   uint i [[thread_position_in_grid]], uint l [[thread_position_in_threadgroup]]) {
  threadgroup float tile[64];
  tile[l] = x[i];
  threadgroup_barrier(mem_flags::mem_device); // right: threadgroup_barrier(mem_flags::mem_threadgroup);
  y[i] = tile[63 - l];
}
