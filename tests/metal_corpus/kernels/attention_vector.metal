// SPDX-License-Identifier: MIT
// Attention of one query (as when a model writes one word after another): each simdgroup walks through part
// of the keys with an online softmax, then the simdgroups merge their results through threadgroup memory.
#include <metal_stdlib>
using namespace metal;

constant bool do_causal [[function_constant(22)]];

template <typename T, int D>
[[kernel]] void sdpa_vector(
    const device T* queries [[buffer(0)]],
    const device T* keys [[buffer(1)]],
    const device T* values [[buffer(2)]],
    device T* out [[buffer(3)]],
    const constant int& gqa_factor [[buffer(4)]],
    const constant int& N [[buffer(5)]],
    const constant float& scale [[buffer(6)]],
    uint3 tid [[threadgroup_position_in_grid]],
    uint3 tpg [[threadgroups_per_grid]],
    uint simd_gid [[simdgroup_index_in_threadgroup]],
    uint simd_lid [[thread_index_in_simdgroup]]) {
  constexpr int BN = 8;  // simdgroups
  constexpr int BD = 32; // lanes
  constexpr int qk_per_thread = D / BD;

  typedef float U;

  thread U q[qk_per_thread];
  thread U k[qk_per_thread];
  thread U o[qk_per_thread];

  threadgroup U outputs[BN * BD];
  threadgroup U max_scores[BN];
  threadgroup U sum_exp_scores[BN];

  const int head = tid.x;
  const int q_seq = tid.y;
  const int q_sequences = tpg.y;
  const int kv_head = head / gqa_factor;

  queries += (head * q_sequences + q_seq) * D + simd_lid * qk_per_thread;
  keys += (kv_head * N + simd_gid) * D + simd_lid * qk_per_thread;
  values += (kv_head * N + simd_gid) * D + simd_lid * qk_per_thread;
  out += (head * q_sequences + q_seq) * D;

  for (int i = 0; i < qk_per_thread; i++) {
    q[i] = static_cast<U>(scale) * queries[i];
    o[i] = 0;
  }

  U max_score = -FLT_MAX;
  U sum_exp_score = 0;

  for (int i = simd_gid; i < N; i += BN) {
    bool use_key = true;
    if (do_causal) {
      use_key = i <= (N - q_sequences + q_seq);
    }
    if (use_key) {
      U score = 0;
      for (int j = 0; j < qk_per_thread; j++) {
        k[j] = keys[j];
        score += q[j] * k[j];
      }
      score = simd_sum(score);

      const U new_max = max(max_score, score);
      const U factor = fast::exp(max_score - new_max);
      const U exp_score = fast::exp(score - new_max);
      max_score = new_max;
      sum_exp_score = sum_exp_score * factor + exp_score;
      for (int j = 0; j < qk_per_thread; j++) {
        o[j] = o[j] * factor + exp_score * values[j];
      }
    }
    keys += BN * D;
    values += BN * D;
  }

  if (simd_lid == 0) {
    max_scores[simd_gid] = max_score;
    sum_exp_scores[simd_gid] = sum_exp_score;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  max_score = simd_lid < BN ? max_scores[simd_lid] : -FLT_MAX;
  const U new_max = simd_max(max_score);
  const U factor = fast::exp(max_score - new_max);
  sum_exp_score = simd_sum(simd_lid < BN ? sum_exp_scores[simd_lid] * factor : 0);

  // One component after the other: the same array serves all, so it is fenced on both sides.
  const U mine = fast::exp(max_scores[simd_gid] - new_max);
  for (int i = 0; i < qk_per_thread; i++) {
    outputs[simd_gid * BD + simd_lid] = o[i] * mine;
    threadgroup_barrier(mem_flags::mem_threadgroup);
    if (simd_gid == 0) {
      U sum = 0;
      for (int g = 0; g < BN; g++) {
        sum += outputs[g * BD + simd_lid];
      }
      out[simd_lid * qk_per_thread + i] = static_cast<T>(sum / sum_exp_score);
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
}

template [[host_name("sdpa_vector_float_64")]] [[kernel]] decltype(sdpa_vector<float, 64>) sdpa_vector<float, 64>;
template [[host_name("sdpa_vector_float16_128")]] [[kernel]] decltype(sdpa_vector<half, 128>) sdpa_vector<half, 128>;
