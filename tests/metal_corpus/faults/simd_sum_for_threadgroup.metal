// SPDX-License-Identifier: MIT
// run: --kernel total --grid 256 --threads 128 --buffer x=random:f32:256:1 --buffer y=zeros:f32:2
#include <metal_stdlib>
using namespace metal;

// simd_sum adds up 32 threads, not the 128 of the threadgroup: each simdgroup writes its own sum to one place.
kernel void total(device const float* x [[buffer(0)]], device float* y [[buffer(1)]],
                  uint i [[thread_position_in_grid]], uint group [[threadgroup_position_in_grid]],
                  uint lane [[thread_index_in_simdgroup]], uint simdgroup [[simdgroup_index_in_threadgroup]]) {
  const float sum = simd_sum(x[i]);
  // right: threadgroup float sums[4]; if (lane == 0) sums[simdgroup] = sum; threadgroup_barrier(mem_flags::mem_threadgroup);
  if (lane == 0)
    y[group] = sum; // right: if (simdgroup == 0) y[group] = sums[0] + sums[1] + sums[2] + sums[3];
}
