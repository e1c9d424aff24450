// SPDX-License-Identifier: MIT
// Layer norm with the two moments found by Welford's method and merged pairwise; weight and bias are there or
// not by function constants.
#include <metal_stdlib>
using namespace metal;

constant bool has_weight [[function_constant(0)]];
constant bool has_bias [[function_constant(1)]];
constant bool weight_is_there = is_function_constant_defined(has_weight) ? has_weight : false;
constant bool bias_is_there = is_function_constant_defined(has_bias) ? has_bias : false;

struct moments {
  float count;
  float mean;
  float m2; // sum of squared distances from the mean
};

static inline moments merge(moments a, moments b) {
  const float n = a.count + b.count;
  if (n == 0.0f) {
    return a;
  }
  const float delta = b.mean - a.mean;
  moments r;
  r.count = n;
  r.mean = a.mean + delta * (b.count / n);
  r.m2 = a.m2 + b.m2 + delta * delta * (a.count * b.count / n);
  return r;
}

// Structs cannot be shuffled: member by member.
METAL_FUNC moments shuffle_xor(moments a, ushort mask) {
  moments r;
  r.count = simd_shuffle_xor(a.count, mask);
  r.mean = simd_shuffle_xor(a.mean, mask);
  r.m2 = simd_shuffle_xor(a.m2, mask);
  return r;
}

[[kernel, max_total_threads_per_threadgroup(1024)]] void layer_norm(
    const device float* x [[buffer(0)]],
    const device float* weight [[buffer(1), function_constant(weight_is_there)]],
    const device float* bias [[buffer(2), function_constant(bias_is_there)]],
    device float* y [[buffer(3)]],
    constant uint& columns [[buffer(4)]],
    constant float& eps [[buffer(5)]],
    uint3 group [[threadgroup_position_in_grid]],
    uint3 at [[thread_position_in_threadgroup]],
    uint3 size [[threads_per_threadgroup]],
    uint lane [[thread_index_in_simdgroup]],
    uint simdgroup [[simdgroup_index_in_threadgroup]],
    uint simdgroups [[simdgroups_per_threadgroup]]) {
  threadgroup float means[32];
  threadgroup float squares[32];
  threadgroup float counts[32];

  const device float* row = x + group.x * columns;
  moments m = {0.0f, 0.0f, 0.0f};
  for (uint i = at.x; i < columns; i += size.x) {
    const float v = row[i];
    m.count += 1.0f;
    const float delta = v - m.mean;
    m.mean += delta / m.count;
    m.m2 += delta * (v - m.mean);
  }
  for (ushort mask = 16; mask > 0; mask /= 2) {
    m = merge(m, shuffle_xor(m, mask));
  }
  if (lane == 0) {
    counts[simdgroup] = m.count;
    means[simdgroup] = m.mean;
    squares[simdgroup] = m.m2;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  m = {counts[0], means[0], squares[0]};
  for (uint i = 1; i < simdgroups; i++) {
    const moments other = {counts[i], means[i], squares[i]};
    m = merge(m, other);
  }

  const float scale = rsqrt(m.m2 / m.count + eps);
  for (uint i = at.x; i < columns; i += size.x) {
    float v = (row[i] - m.mean) * scale;
    if (weight_is_there) {
      v *= weight[i];
    }
    if (bias_is_there) {
      v += bias[i];
    }
    y[group.x * columns + i] = v;
  }
}
