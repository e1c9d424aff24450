// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void attention(const device float4* Q [[buffer(0)]],
                      const device float4* K [[buffer(1)]],
                      const device float4* V [[buffer(2)]],
                      constant uint& keys [[buffer(3)]],
                      constant float& scale [[buffer(4)]],
                      device float4* Out [[buffer(5)]],
                      uint row [[threadgroup_position_in_grid]],
                      uint lane [[thread_index_in_simdgroup]]) {
  const float4 query = Q[row * 32 + lane] * scale;
  float largest = -FLT_MAX;
  float sum = 0.0f;
  float4 result = 0.0f;
  for (uint key = 0; key < keys; ++key) {
    const float score = simd_sum(dot(query, K[key * 32 + lane]));
    const float next = max(largest, score);
    const float shrink = exp(largest - next);
    const float weight = exp(score - next);
    sum = sum * shrink + weight;
    result = result * shrink + weight * V[key * 32 + lane];
    largest = next;
  }
  Out[row * 32 + lane] = result / sum;
}
