// SPDX-License-Identifier: MIT
// C = max(A * B + bias, 0), all by rows.
#include <metal_stdlib>
#include <metal_simdgroup_matrix>
using namespace metal;

constant constexpr uint k_step = 16; // of K
constant constexpr uint row_of_A = k_step + 8, row_of_B = 64 + 8;
constant constexpr uint size_of_A = 64 * row_of_A, size_of_B = k_step * row_of_B;

struct tile_loader {
  const device float* A;
  const device float* B;
  uint M, N, K, lda, ldb;
  uint row, k_of_A, column, k_of_B; // of this thread's first elements

  METAL_FUNC void load(threadgroup float* to_A, threadgroup float* to_B, uint k) const {
    const uint ka = k + k_of_A, kb = k + k_of_B;
    const device float* a = A + row * lda + ka;
    const device float* b = B + kb * ldb + column;
    if (row + 32 < M && ka + 3 < K && column + 3 < N && kb + 8 < K) {
      *(threadgroup float4*)to_A = *(const device float4*)a;
      *(threadgroup float4*)(to_A + 32 * row_of_A) = *(const device float4*)(a + 32 * lda);
      *(threadgroup float4*)to_B = *(const device float4*)b;
      *(threadgroup float4*)(to_B + 8 * row_of_B) = *(const device float4*)(b + 8 * ldb);
      return;
    }
    #pragma unroll
    for (uint i = 0; i < 2; ++i)
      #pragma unroll
      for (uint j = 0; j < 4; ++j) {
        to_A[i * 32 * row_of_A + j] = row + 32 * i < M && ka + j < K ? a[32 * i * lda + j] : 0.0f;
        to_B[i * 8 * row_of_B + j] = column + j < N && kb + 8 * i < K ? b[8 * i * ldb + j] : 0.0f;
      }
  }
};

kernel void gemm(const device float* A [[buffer(0)]],
                 const device float* B [[buffer(1)]],
                 const device float* bias [[buffer(2)]],
                 device float* C [[buffer(3)]],
                 constant uint& M [[buffer(4)]],
                 constant uint& N [[buffer(5)]],
                 constant uint& K [[buffer(6)]],
                 constant uint& lda [[buffer(7)]],
                 constant uint& ldb [[buffer(8)]],
                 constant uint& ldc [[buffer(9)]],
                 uint3 group [[threadgroup_position_in_grid]],
                 uint thread_index [[thread_index_in_threadgroup]],
                 uint lane [[thread_index_in_simdgroup]],
                 uint simdgroup [[simdgroup_index_in_threadgroup]]) {
  threadgroup alignas(16) float sA[2 * size_of_A];
  threadgroup alignas(16) float sB[2 * size_of_B];
  const uint row = thread_index / 4, k_of_A = thread_index % 4 * 4;
  const uint column = thread_index % 16 * 4, k_of_B = thread_index / 16;
  const tile_loader loader{A, B, M, N, K, lda, ldb, group.y * 64 + row, k_of_A, group.x * 64 + column, k_of_B};
  threadgroup float* my_A = sA + row * row_of_A + k_of_A;
  threadgroup float* my_B = sB + k_of_B * row_of_B + column;
  const threadgroup float* from_A = sA + simdgroup % 2 * 8 * row_of_A;
  const threadgroup float* from_B = sB + simdgroup / 2 * 8;

  simdgroup_float8x8 acc[4][4];
  #pragma unroll
  for (uint m = 0; m < 4; ++m)
    #pragma unroll
    for (uint n = 0; n < 4; ++n)
      acc[m][n] = make_filled_simdgroup_matrix<float, 8, 8>(0.0f);

  const uint steps = (K + k_step - 1) / k_step;
  if (steps > 0)
    loader.load(my_A, my_B, 0);
  for (uint i = 0; i < steps; ++i) {
    threadgroup_barrier(mem_flags::mem_threadgroup);
    const uint next = i + 1;
    if (next < steps)
      loader.load(my_A + next % 2 * size_of_A, my_B + next % 2 * size_of_B, next * k_step);
    const threadgroup float* a_now = from_A + i % 2 * size_of_A;
    const threadgroup float* b_now = from_B + i % 2 * size_of_B;
    #pragma unroll
    for (uint k = 0; k < k_step; k += 8) {
      simdgroup_float8x8 a[4], b[4];
      #pragma unroll
      for (uint m = 0; m < 4; ++m)
        simdgroup_load(a[m], a_now + m * 16 * row_of_A + k, row_of_A);
      #pragma unroll
      for (uint n = 0; n < 4; ++n)
        simdgroup_load(b[n], b_now + k * row_of_B + n * 16, row_of_B);
      #pragma unroll
      for (uint m = 0; m < 4; ++m)
        #pragma unroll
        for (uint n = 0; n < 4; ++n)
          simdgroup_multiply_accumulate(acc[m][n], a[m], b[n], acc[m][n]);
    }
  }

  const uint my_row = group.y * 64 + simdgroup % 2 * 8 + lane / 16 * 4 + lane / 2 % 4;
  const uint my_column = group.x * 64 + simdgroup / 2 * 8 + lane / 8 % 2 * 4 + lane % 2 * 2;
  const bool inside = my_row + 48 < M && my_column + 49 < N;
  #pragma unroll
  for (uint m = 0; m < 4; ++m)
    #pragma unroll
    for (uint n = 0; n < 4; ++n) {
      const uint r = my_row + 16 * m, c = my_column + 16 * n;
      const float2 sum = float2(acc[m][n].thread_elements()[0], acc[m][n].thread_elements()[1]);
      if (inside) {
        *(device float2*)(C + r * ldc + c) = max(sum + *(const device float2*)(bias + c), 0.0f);
        continue;
      }
      if (r < M && c < N)
        C[r * ldc + c] = max(sum.x + bias[c], 0.0f);
      if (r < M && c + 1 < N)
        C[r * ldc + c + 1] = max(sum.y + bias[c + 1], 0.0f);
    }
}
