// SPDX-License-Identifier: MIT
// run: --kernel sums --grid 64 --threads 64 --buffer x=random:f32:100:1 --buffer y=zeros:f32:64 --buffer n=scalar:u32:100
#include <metal_stdlib>
using namespace metal;

// The number of rounds differs between threads, and there is a barrier in each round.
kernel void sums(device const float* x [[buffer(0)]], device float* y [[buffer(1)]],
                 constant uint& n [[buffer(2)]], uint l [[thread_position_in_threadgroup]]) {
  threadgroup float tile[64];
  float sum = 0.0f;
  for (uint i = l; i < n; i += 64) { // right: for (uint i = l; i < (n + 63) / 64 * 64; i += 64) {
    tile[l] = x[i]; // right: tile[l] = i < n ? x[i] : 0.0f;
    threadgroup_barrier(mem_flags::mem_threadgroup);
    sum += tile[63 - l];
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
  y[l] = sum;
}
