// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void rms_norm(const device float* X [[buffer(0)]],
                     const device float* W [[buffer(1)]],
                     constant uint& width [[buffer(2)]],
                     constant float& eps [[buffer(3)]],
                     device float* Y [[buffer(4)]],
                     uint row [[threadgroup_position_in_grid]],
                     uint tid [[thread_position_in_threadgroup]],
                     uint threads [[threads_per_threadgroup]],
                     uint lane [[thread_index_in_simdgroup]],
                     uint simdgroup [[simdgroup_index_in_threadgroup]],
                     uint simdgroups [[simdgroups_per_threadgroup]]) {
  threadgroup float partial[32];
  const device float* x = X + row * width;
  device float* y = Y + row * width;

  float sum = 0.0f;
  for (uint i = tid; i < width; i += threads)
    sum += x[i] * x[i];
  sum = simd_sum(sum);
  if (lane == 0)
    partial[simdgroup] = sum;
  threadgroup_barrier(mem_flags::mem_threadgroup);
  sum = simd_sum(lane < simdgroups ? partial[lane] : 0.0f);

  const float scale = rsqrt(sum / float(width) + eps);
  for (uint i = tid; i < width; i += threads)
    y[i] = x[i] * scale * W[i];
}
