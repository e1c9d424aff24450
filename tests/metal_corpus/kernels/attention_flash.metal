// SPDX-License-Identifier: MIT
// Attention over tiles: one simdgroup for 8 queries, 8 keys at a time, both products with simdgroup matrices.
// The softmax is done on each lane's own elements of the score matrix: a row is shared by the lanes that
// differ in bits 0 and 3.
#include <metal_stdlib>
#include <metal_simdgroup_matrix>
using namespace metal;

constant constexpr int Q = 8;
constant constexpr int C = 8;
constant constexpr int DK = 32;

struct AttnParams {
  int queries;
  int keys;
  float scale_log2e; // exp(scale * x) = exp2(scale_log2e * x)
};

static inline float row_max(float v) {
  v = max(v, simd_shuffle_xor(v, 1));
  return max(v, simd_shuffle_xor(v, 8));
}

static inline float row_sum(float v) {
  v += simd_shuffle_xor(v, 1);
  return v + simd_shuffle_xor(v, 8);
}

kernel void attention_tiles(
    device const half* q [[buffer(0)]],
    device const half* k [[buffer(1)]],
    device const half* v [[buffer(2)]],
    device float* out [[buffer(3)]],
    constant AttnParams& p [[buffer(4)]],
    threadgroup half* tiles [[threadgroup(0)]],
    uint2 group [[threadgroup_position_in_grid]],
    uint2 groups [[threadgroups_per_grid]],
    ushort lane [[thread_index_in_simdgroup]],
    ushort simdgroup [[simdgroup_index_in_threadgroup]],
    ushort simdgroups [[simdgroups_per_threadgroup]]) {
  // Each simdgroup has its own queries; keys and values are shared.
  threadgroup half* ks = tiles;
  threadgroup half* vs = ks + C * DK;
  threadgroup half* qs = vs + C * DK + simdgroup * Q * DK;
  const int threads = simdgroups * 32;
  const int thread_index = simdgroup * 32 + lane;
  const int first = (group.x * simdgroups + simdgroup) * Q;

  q += group.y * p.queries * DK;
  k += group.y * p.keys * DK;
  v += group.y * p.keys * DK;
  out += group.y * p.queries * DK;

  for (int e = lane; e < Q * DK; e += 32) {
    const int row = first + e / DK;
    qs[e] = row < p.queries ? q[row * DK + e % DK] : 0.0h;
  }
  simdgroup_barrier(mem_flags::mem_threadgroup);
  simdgroup_half8x8 mq[DK / 8];
  for (int i = 0; i < DK / 8; i++) {
    simdgroup_load(mq[i], qs + 8 * i, DK);
  }

  // Where this lane's two elements of a matrix are.
  const short quad = lane / 4;
  const short row = (quad & 4) + (lane / 2) % 4;
  const short column = (quad & 2) * 2 + (lane % 2) * 2;

  simdgroup_float8x8 mo[DK / 8];
  for (int i = 0; i < DK / 8; i++) {
    mo[i] = make_filled_simdgroup_matrix<float, 8, 8>(0.0f);
  }
  float maximum = -FLT_MAX / 2;
  float sum = 0.0f;

  for (int c = 0; c < p.keys; c += C) {
    threadgroup_barrier(mem_flags::mem_threadgroup);
    for (int e = thread_index; e < C * DK; e += threads) {
      const bool there = c + e / DK < p.keys;
      ks[e] = there ? k[c * DK + e] : 0.0h;
      vs[e] = there ? v[c * DK + e] : 0.0h;
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);

    simdgroup_float8x8 ms = make_filled_simdgroup_matrix<float, 8, 8>(0.0f);
    for (int i = 0; i < DK / 8; i++) {
      simdgroup_half8x8 mk;
      simdgroup_load(mk, ks + 8 * i, DK, ulong2(0, 0), true);
      simdgroup_multiply_accumulate(ms, mq[i], mk, ms);
    }

    float2 s = float2(ms.thread_elements()[0], ms.thread_elements()[1]) * p.scale_log2e;
    s.x = c + column < p.keys ? s.x : -FLT_MAX / 2;
    s.y = c + column + 1 < p.keys ? s.y : -FLT_MAX / 2;
    const float new_maximum = max(maximum, row_max(max(s.x, s.y)));
    const float factor = exp2(maximum - new_maximum);
    s = exp2(s - new_maximum);
    sum = sum * factor + row_sum(s.x + s.y);
    maximum = new_maximum;

    simdgroup_half8x8 mp;
    mp.thread_elements()[0] = half(s.x);
    mp.thread_elements()[1] = half(s.y);
    for (int i = 0; i < DK / 8; i++) {
      mo[i].thread_elements()[0] *= factor;
      mo[i].thread_elements()[1] *= factor;
      simdgroup_half8x8 mv;
      simdgroup_load(mv, vs + 8 * i, DK);
      simdgroup_multiply_accumulate(mo[i], mp, mv, mo[i]);
    }
  }

  if (first + row < p.queries) {
    for (int i = 0; i < DK / 8; i++) {
      device float2& to = *(device float2*)(out + (first + row) * DK + 8 * i + column);
      to = float2(mo[i].thread_elements()[0], mo[i].thread_elements()[1]) / sum;
    }
  }
}
