// SPDX-License-Identifier: MIT
// Softmax along rows, one threadgroup for each row: a single pass keeps a running maximum and a running sum
// that is rescaled whenever the maximum grows.
#include <metal_stdlib>
using namespace metal;

static constant constexpr const int SIMD_SIZE = 32;
static constant constexpr const int N_READS = 4;

template <typename T>
[[kernel]] void softmax_looped(
    const device T* in [[buffer(0)]],
    device T* out [[buffer(1)]],
    constant int& axis_size [[buffer(2)]],
    uint gid [[threadgroup_position_in_grid]],
    uint lid [[thread_position_in_threadgroup]],
    uint lsize [[threads_per_threadgroup]],
    uint simd_lane_id [[thread_index_in_simdgroup]],
    uint simd_group_id [[simdgroup_index_in_threadgroup]]) {
  in += gid * size_t(axis_size);
  out += gid * size_t(axis_size);

  threadgroup float local_max[SIMD_SIZE];
  threadgroup float local_normalizer[SIMD_SIZE];

  // Every thread walks its share of the row.
  float prevmax;
  float maxval = -FLT_MAX;
  float normalizer = 0;
  for (int r = 0; r < (axis_size + N_READS * int(lsize) - 1) / (N_READS * int(lsize)); r++) {
    const int offset = r * int(lsize) * N_READS + int(lid) * N_READS;
    float vals[N_READS];
    if (offset + N_READS <= axis_size) {
      for (int i = 0; i < N_READS; i++) {
        vals[i] = float(in[offset + i]);
      }
    } else {
      for (int i = 0; i < N_READS; i++) {
        vals[i] = (offset + i < axis_size) ? float(in[offset + i]) : -FLT_MAX;
      }
    }
    prevmax = maxval;
    for (int i = 0; i < N_READS; i++) {
      maxval = max(maxval, vals[i]);
    }
    normalizer *= fast::exp(prevmax - maxval);
    for (int i = 0; i < N_READS; i++) {
      normalizer += offset + i < axis_size ? fast::exp(vals[i] - maxval) : 0.0f;
    }
  }

  // First over the lanes of a simdgroup, then over the simdgroups through threadgroup memory.
  prevmax = maxval;
  maxval = simd_max(maxval);
  normalizer *= fast::exp(prevmax - maxval);
  normalizer = simd_sum(normalizer);

  prevmax = maxval;
  if (simd_group_id == 0) {
    local_max[simd_lane_id] = -FLT_MAX;
    local_normalizer[simd_lane_id] = 0;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (simd_lane_id == 0) {
    local_max[simd_group_id] = maxval;
    local_normalizer[simd_group_id] = normalizer;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  const float group_max = local_max[simd_lane_id];
  maxval = simd_max(group_max);
  normalizer = simd_sum(local_normalizer[simd_lane_id] * fast::exp(group_max - maxval));
  normalizer = 1 / normalizer;

  for (int i = int(lid); i < axis_size; i += int(lsize)) {
    out[i] = T(fast::exp(float(in[i]) - maxval) * normalizer);
  }
}

#define instantiate_softmax(name, type)                           \
  template [[host_name("softmax_looped_" #name)]] [[kernel]] void \
  softmax_looped<type>(                                           \
      const device type* in [[buffer(0)]],                        \
      device type* out [[buffer(1)]],                             \
      constant int& axis_size [[buffer(2)]],                      \
      uint gid [[threadgroup_position_in_grid]],                  \
      uint lid [[thread_position_in_threadgroup]],                \
      uint lsize [[threads_per_threadgroup]],                     \
      uint simd_lane_id [[thread_index_in_simdgroup]],            \
      uint simd_group_id [[simdgroup_index_in_threadgroup]]);

instantiate_softmax(float32, float)
instantiate_softmax(float16, half)
instantiate_softmax(bfloat16, bfloat)
