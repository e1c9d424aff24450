// SPDX-License-Identifier: MIT
// What clang's sanitizers find, and what they have nothing to say about.
#include <metal_stdlib>
using namespace metal;

kernel void race(device float* x [[buffer(0)]], uint l [[thread_position_in_threadgroup]]) {
  threadgroup float tile[64];
  tile[l] = x[l];
  x[l] = tile[63 - l];
}

kernel void race_of_groups(device uint* y [[buffer(0)]], uint l [[thread_position_in_threadgroup]]) {
  if (l == 0)
    y[0] += 1;
}

kernel void beyond(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] += 1;
}

kernel void beyond_shared(device float* x [[buffer(0)]], uint l [[thread_position_in_threadgroup]]) {
  threadgroup float tile[63];
  tile[l] = x[l];
  threadgroup_barrier(mem_flags::mem_threadgroup);
  x[l] = tile[l ^ 1];
}

kernel void overflow(device int* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] += 2147483647;
}

kernel void shift(device int* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] = 1 << x[i];
}

kernel void divergent(device float* x [[buffer(0)]], uint l [[thread_position_in_threadgroup]]) {
  if (l < 40)
    threadgroup_barrier(mem_flags::mem_threadgroup);
  x[l] += 1;
}

kernel void endless(device volatile uint* x [[buffer(0)]]) {
  while (x[0] == 0) {
  }
}

// Right: barriers, exchanges and an atomic.
kernel void total(device const float* x [[buffer(0)]], device float* y [[buffer(1)]],
                  device atomic_uint* count [[buffer(2)]], uint i [[thread_position_in_grid]],
                  uint group [[threadgroup_position_in_grid]], uint l [[thread_position_in_threadgroup]],
                  uint lane [[thread_index_in_simdgroup]], uint s [[simdgroup_index_in_threadgroup]],
                  uint simdgroups [[simdgroups_per_threadgroup]]) {
  threadgroup float sums[32];
  float v = x[i];
  for (uint round = 0; round < 3; round++) {
    const float sum = simd_sum(v);
    if (lane == 0)
      sums[s] = sum;
    threadgroup_barrier(mem_flags::mem_threadgroup);
    v = simd_sum(lane < simdgroups ? sums[lane] : 0) / 64;
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
  if (l == 0) {
    y[group] = v;
    atomic_fetch_add_explicit(count, 1, memory_order_relaxed);
  }
}
