// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void saxpy(const device float* X [[buffer(0)]],
                  constant float& alpha [[buffer(1)]],
                  const device float* Y [[buffer(2)]],
                  device float* Out [[buffer(3)]],
                  uint gid [[thread_position_in_grid]]) {
  Out[gid] = alpha * X[gid] + Y[gid];
}
