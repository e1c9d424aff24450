// SPDX-License-Identifier: MIT
// O = softmax(Q * K^T * scale) * V, rows of 64 one after the other.
#include <metal_stdlib>
#include <metal_simdgroup_matrix>
using namespace metal;

constant constexpr uint width = 64, queries = 32, keys = 32;
constant constexpr uint row = width + 8, stage = keys * row; // of K and V in threadgroup memory
constant constexpr float lowest = -3.402823466e38f;

// Eight rows a time, four elements a thread.
METAL_FUNC void load(threadgroup half* to_K, threadgroup half* to_V, const device half* K, const device half* V,
                     uint key, uint S) {
  if (key + 24 < S) {
    #pragma unroll
    for (uint i = 0; i < 4; ++i)
      *(threadgroup half4*)(to_K + i * 8 * row) = *(const device half4*)(K + i * 8 * width);
    #pragma unroll
    for (uint i = 0; i < 4; ++i)
      *(threadgroup half4*)(to_V + i * 8 * row) = *(const device half4*)(V + i * 8 * width);
    return;
  }
  #pragma unroll
  for (uint i = 0; i < 4; ++i)
    *(threadgroup half4*)(to_K + i * 8 * row) =
        key + i * 8 < S ? *(const device half4*)(K + i * 8 * width) : half4(0.0h);
  #pragma unroll
  for (uint i = 0; i < 4; ++i)
    *(threadgroup half4*)(to_V + i * 8 * row) =
        key + i * 8 < S ? *(const device half4*)(V + i * 8 * width) : half4(0.0h);
}

METAL_FUNC float2 elements(thread const simdgroup_float8x8& m) {
  return float2(m.thread_elements()[0], m.thread_elements()[1]);
}

kernel void fused_attention(const device half* Q [[buffer(0)]],
                            const device half* K [[buffer(1)]],
                            const device half* V [[buffer(2)]],
                            device half* O [[buffer(3)]],
                            constant uint& L [[buffer(4)]],
                            constant uint& S [[buffer(5)]],
                            constant float& scale [[buffer(6)]],
                            uint group [[threadgroup_position_in_grid]],
                            uint thread_index [[thread_index_in_threadgroup]],
                            uint lane [[thread_index_in_simdgroup]],
                            uint simdgroup [[simdgroup_index_in_threadgroup]]) {
  threadgroup alignas(16) half sK[2 * stage];
  threadgroup alignas(16) half sV[2 * stage];
  // Of each matrix a thread has two elements next to each other.
  const uint my_row = group * queries + simdgroup * 8 + lane / 16 * 4 + lane / 2 % 4;
  const uint my_column = lane / 8 % 2 * 4 + lane % 2 * 2;
  const bool there = my_row < L;

  simdgroup_half8x8 query[8];
  #pragma unroll
  for (uint k = 0; k < 8; ++k) {
    const half2 q = there ? *(const device half2*)(Q + my_row * width + my_column + k * 8) : half2(0.0h);
    query[k].thread_elements()[0] = q.x;
    query[k].thread_elements()[1] = q.y;
  }

  const uint key = thread_index / 16, column = thread_index % 16 * 4; // that this thread brings first
  threadgroup half* my_K = sK + key * row + column;
  threadgroup half* my_V = sV + key * row + column;
  const device half* next_K = K + key * width + column;
  const device half* next_V = V + key * width + column;

  const simdgroup_float8x8 zero = make_filled_simdgroup_matrix<float, 8, 8>(0.0f);
  simdgroup_float8x8 out[8];
  #pragma unroll
  for (uint n = 0; n < 8; ++n)
    out[n] = zero;
  float largest = lowest, sum = 0.0f;

  const uint steps = (S + keys - 1) / keys;
  if (steps > 0)
    load(my_K, my_V, next_K, next_V, key, S);
  for (uint i = 0; i < steps; ++i) {
    threadgroup_barrier(mem_flags::mem_threadgroup);
    const uint next = i + 1;
    if (next < steps)
      load(my_K + next % 2 * stage, my_V + next % 2 * stage, next_K + next * keys * width,
           next_V + next * keys * width, key + next * keys, S);
    const threadgroup half* K_now = sK + i % 2 * stage;
    const threadgroup half* V_now = sV + i % 2 * stage;

    simdgroup_float8x8 score[4];
    #pragma unroll
    for (uint k = 0; k < 8; ++k)
      #pragma unroll
      for (uint n = 0; n < 4; ++n) {
        simdgroup_half8x8 transposed;
        simdgroup_load(transposed, K_now + n * 8 * row + k * 8, row, ulong2(0), true);
        if (k == 0)
          simdgroup_multiply_accumulate(score[n], query[k], transposed, zero);
        else
          simdgroup_multiply_accumulate(score[n], query[k], transposed, score[n]);
      }

    float2 scores[4];
    float2 most = lowest;
    #pragma unroll
    for (uint n = 0; n < 4; ++n) {
      const uint at = i * keys + n * 8 + my_column;
      scores[n] = elements(score[n]) * scale;
      scores[n] = select(float2(lowest), scores[n], uint2(at, at + 1) < S);
      most = n == 0 ? scores[n] : max(most, scores[n]);
    }
    // The eight columns of a row are in four lanes.
    float of_row = max(most.x, most.y);
    of_row = max(of_row, simd_shuffle_xor(of_row, 1));
    of_row = max(of_row, simd_shuffle_xor(of_row, 8));
    const float now = max(largest, of_row);
    const float shrink = exp(largest - now);
    largest = now;

    simdgroup_half8x8 weight[4];
    float2 sums = 0.0f;
    #pragma unroll
    for (uint n = 0; n < 4; ++n) {
      const float2 w = exp(scores[n] - now);
      sums = n == 0 ? w : sums + w;
      weight[n].thread_elements()[0] = half(w.x);
      weight[n].thread_elements()[1] = half(w.y);
    }
    float total = sums.x + sums.y;
    total += simd_shuffle_xor(total, 1);
    total += simd_shuffle_xor(total, 8);
    sum = sum * shrink + total;

    #pragma unroll
    for (uint n = 0; n < 8; ++n) {
      const float2 shrunk = elements(out[n]) * shrink;
      out[n].thread_elements()[0] = shrunk.x;
      out[n].thread_elements()[1] = shrunk.y;
    }
    #pragma unroll
    for (uint k = 0; k < 4; ++k)
      #pragma unroll
      for (uint n = 0; n < 8; ++n) {
        simdgroup_half8x8 value;
        simdgroup_load(value, V_now + k * 8 * row + n * 8, row);
        simdgroup_multiply_accumulate(out[n], weight[k], value, out[n]);
      }
  }

  if (there)
    #pragma unroll
    for (uint n = 0; n < 8; ++n)
      *(device half2*)(O + my_row * width + my_column + n * 8) = half2(elements(out[n]) / sum);
}
