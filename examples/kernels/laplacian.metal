// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void laplacian(const device float* X [[buffer(0)]],
                      constant uint& n [[buffer(1)]],
                      device float* Y [[buffer(2)]],
                      uint gid [[thread_position_in_grid]]) {
  if (gid >= n)
    return;
  const float left = gid > 0 ? X[gid - 1] : 0.0f;
  const float right = gid + 1 < n ? X[gid + 1] : 0.0f;
  Y[gid] = left - 2.0f * X[gid] + right;
}
