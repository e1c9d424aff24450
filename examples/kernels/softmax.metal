// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void softmax(const device float* X [[buffer(0)]],
                    constant uint& width [[buffer(1)]],
                    device float* Y [[buffer(2)]],
                    uint row [[threadgroup_position_in_grid]],
                    uint lane [[thread_index_in_simdgroup]]) {
  const device float* x = X + row * width;
  device float* y = Y + row * width;

  float largest = -FLT_MAX;
  float sum = 0.0f;
  for (uint i = lane; i < width; i += 32) {
    const float v = x[i];
    const float next = max(largest, v);
    sum = sum * exp(largest - next) + exp(v - next);
    largest = next;
  }
  const float top = simd_max(largest);
  const float scale = 1.0f / simd_sum(sum * exp(largest - top));
  for (uint i = lane; i < width; i += 32)
    y[i] = exp(x[i] - top) * scale;
}
