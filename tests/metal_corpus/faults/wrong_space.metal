// SPDX-License-Identifier: MIT
// run: --kernel total --grid 64 --threads 64 --buffer x=random:f32:64:1 --buffer y=zeros:f32:1
#include <metal_stdlib>
using namespace metal;

// A function of device memory gets threadgroup memory.
float add(device const float* v, uint n) { // right: float add(threadgroup const float* v, uint n) {
  float sum = 0.0f;
  for (uint i = 0; i < n; i++)
    sum += v[i];
  return sum;
}

kernel void total(device const float* x [[buffer(0)]], device float* y [[buffer(1)]],
                  uint l [[thread_position_in_threadgroup]]) {
  threadgroup float tile[64];
  tile[l] = x[l];
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (l == 0)
    y[0] = add(tile, 64);
}
