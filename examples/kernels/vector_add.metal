// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void vector_add(const device float* A [[buffer(0)]],
                       const device float* B [[buffer(1)]],
                       device float* C [[buffer(2)]],
                       uint gid [[thread_position_in_grid]]) {
  C[gid] = A[gid] + B[gid];
}

kernel void vector_add_float4(const device float4* A [[buffer(0)]],
                              const device float4* B [[buffer(1)]],
                              device float4* C [[buffer(2)]],
                              uint gid [[thread_position_in_grid]]) {
  C[gid] = A[gid] + B[gid];
}

// A matrix of 256 x 512 in tiles of 16 x 256, two beside each other; 4 x 64 threads with 4 rows of a float4 each.
kernel void vector_add_tv(const device float* A [[buffer(0)]],
                          const device float* B [[buffer(1)]],
                          device float* C [[buffer(2)]],
                          uint tile [[threadgroup_position_in_grid]],
                          uint tid [[thread_position_in_threadgroup]]) {
  const uint first = tile % 16 * 8192 + tile / 16 * 256 + tid / 64 * 2048 + tid % 64 * 4;
  A += first;
  B += first;
  C += first;
  for (uint row = 0; row < 4; ++row)
    *(device float4*)(C + row * 512) = *(const device float4*)(A + row * 512) + *(const device float4*)(B + row * 512);
}
