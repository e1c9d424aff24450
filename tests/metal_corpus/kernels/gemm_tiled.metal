// SPDX-License-Identifier: MIT
// C = A * transpose(B) with plain tiles of 16 x 16 and any M, N, K.
#include <metal_stdlib>
using namespace metal;

#define TILE 16

typedef struct {
  uint32_t M, N, K;
} sizes;

kernel void gemm_nt(
    device const float* A [[buffer(0)]],
    device const float* B [[buffer(1)]],
    device float* C [[buffer(2)]],
    constant sizes& s [[buffer(3)]],
    ushort2 lid [[thread_position_in_threadgroup]],
    ushort2 tile [[threadgroup_position_in_grid]]) {
  threadgroup float a[TILE][TILE];
  threadgroup float b[TILE][TILE + 1];

  const uint row = uint(tile.y) * TILE + lid.y;
  const uint col = uint(tile.x) * TILE + lid.x;

  float sum = 0.0;
  for (uint k0 = 0; k0 < s.K; k0 += TILE) {
    const uint k = k0 + lid.x;
    a[lid.y][lid.x] = (row < s.M && k < s.K) ? A[row * s.K + k] : 0.0;
    // B is read along its rows, as it lies in memory, and put down transposed.
    const uint n = uint(tile.x) * TILE + lid.y;
    b[lid.x][lid.y] = (n < s.N && k < s.K) ? B[n * s.K + k] : 0.0;
    threadgroup_barrier(mem_flags::mem_threadgroup);
#pragma unroll
    for (ushort i = 0; i < TILE; ++i)
      sum = fma(a[lid.y][i], b[i][lid.x], sum);
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
  if (row < s.M && col < s.N)
    C[row * s.N + col] = sum;
}
