// SPDX-License-Identifier: MIT
// D = alpha * A * B + beta * C with 8x8 simdgroup matrices. A threadgroup of four simdgroups makes a block of
// 32 x 32; blocks of A and B are staged in threadgroup memory, padded and with zeros beyond the edges.
#include <metal_stdlib>
#include <metal_simdgroup_matrix>
using namespace metal;

#define STEEL_CONST static constant constexpr const
#define STEEL_PRAGMA_UNROLL _Pragma("clang loop unroll(full)")

struct GEMMParams {
  int M;
  int N;
  int K;
  int lda;
  int ldb;
  int ldd;
};

struct GEMMAddMMParams {
  float alpha;
  float beta;
};

/// Copies a BROWS x BCOLS block from device memory to threadgroup memory, all threads of the group together.
template <typename T, short BROWS, short BCOLS, short dst_ld, short tgp_size>
struct BlockLoader {
  STEEL_CONST short n_reads = (BCOLS * BROWS) / tgp_size;
  STEEL_CONST short TCOLS = BCOLS / n_reads;
  STEEL_CONST short TROWS = tgp_size / TCOLS;

  const int src_ld;
  const int tile_stride;
  const short bi;
  const short bj;
  threadgroup T* dst;
  const device T* src;

  METAL_FUNC BlockLoader(const device T* src_, const int src_ld_, threadgroup T* dst_, const int tile_stride_,
                         ushort index)
      : src_ld(src_ld_),
        tile_stride(tile_stride_),
        bi(index / TCOLS),
        bj(n_reads * (index % TCOLS)),
        dst(dst_ + bi * dst_ld + bj),
        src(src_ + bi * src_ld + bj) {}

  METAL_FUNC void load(short2 valid) const {
    STEEL_PRAGMA_UNROLL
    for (short i = 0; i < BROWS; i += TROWS) {
      STEEL_PRAGMA_UNROLL
      for (short j = 0; j < n_reads; j++) {
        const bool there = (bi + i < valid.y) && (bj + j < valid.x);
        dst[i * dst_ld + j] = there ? src[i * src_ld + j] : T(0);
      }
    }
  }

  METAL_FUNC void next() { src += tile_stride; }
};

template <typename T, short BM, short BN, short BK, short WM, short WN>
[[kernel, max_total_threads_per_threadgroup(WM* WN * 32)]] void gemm(
    const device T* A [[buffer(0)]],
    const device T* B [[buffer(1)]],
    device float* D [[buffer(2)]],
    constant GEMMParams& params [[buffer(3)]],
    constant GEMMAddMMParams& addmm [[buffer(4)]],
    uint simd_lane_id [[thread_index_in_simdgroup]],
    uint simd_group_id [[simdgroup_index_in_threadgroup]],
    uint3 tid [[threadgroup_position_in_grid]]) {
  constexpr short tgp_padding = 16 / sizeof(T);
  constexpr short lda_tgp = BK + tgp_padding;
  constexpr short ldb_tgp = BN + tgp_padding;
  constexpr short TM = BM / (8 * WM);
  constexpr short TN = BN / (8 * WN);

  threadgroup T As[BM * lda_tgp];
  threadgroup T Bs[BK * ldb_tgp];
  threadgroup float Ds[BM * BN];

  const ushort index = simd_group_id * 32 + simd_lane_id;
  const int c_row = tid.y * BM;
  const int c_col = tid.x * BN;
  const short tgp_bm = short(min(int(BM), params.M - c_row));
  const short tgp_bn = short(min(int(BN), params.N - c_col));

  BlockLoader<T, BM, BK, lda_tgp, WM * WN * 32> loader_a(A + c_row * params.lda, params.lda, As, BK, index);
  BlockLoader<T, BK, BN, ldb_tgp, WM * WN * 32> loader_b(B + c_col, params.ldb, Bs, BK * params.ldb, index);

  simdgroup_matrix<float, 8, 8> results[TM * TN];
  STEEL_PRAGMA_UNROLL
  for (short i = 0; i < TM * TN; i++) {
    results[i] = make_filled_simdgroup_matrix<float, 8, 8>(0.0f);
  }

  const short tm = 8 * TM * (simd_group_id / WN);
  const short tn = 8 * TN * (simd_group_id % WN);

  for (int k = 0; k < params.K; k += BK) {
    const short tgp_bk = short(min(int(BK), params.K - k));
    threadgroup_barrier(mem_flags::mem_threadgroup);
    loader_a.load(short2(tgp_bk, tgp_bm));
    loader_b.load(short2(tgp_bn, tgp_bk));
    threadgroup_barrier(mem_flags::mem_threadgroup);

    STEEL_PRAGMA_UNROLL
    for (short kk = 0; kk < BK; kk += 8) {
      simdgroup_matrix<T, 8, 8> a[TM];
      simdgroup_matrix<T, 8, 8> b[TN];
      for (short i = 0; i < TM; i++) {
        simdgroup_load(a[i], As + (tm + 8 * i) * lda_tgp + kk, lda_tgp);
      }
      for (short j = 0; j < TN; j++) {
        simdgroup_load(b[j], Bs + kk * ldb_tgp + tn + 8 * j, ldb_tgp);
      }
      for (short i = 0; i < TM; i++) {
        for (short j = 0; j < TN; j++) {
          simdgroup_multiply_accumulate(results[i * TN + j], a[i], b[j], results[i * TN + j]);
        }
      }
    }
    loader_a.next();
    loader_b.next();
  }

  // Blocks at the edge go through threadgroup memory, so every store asks whether its element exists.
  for (short i = 0; i < TM; i++) {
    for (short j = 0; j < TN; j++) {
      simdgroup_store(results[i * TN + j], Ds + (tm + 8 * i) * BN + tn + 8 * j, BN);
    }
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  for (short e = short(index); e < BM * BN; e += WM * WN * 32) {
    const short row = e / BN;
    const short col = e % BN;
    if (row < tgp_bm && col < tgp_bn) {
      device float& d = D[(c_row + row) * params.ldd + c_col + col];
      d = addmm.alpha * Ds[e] + addmm.beta * d;
    }
  }
}

template [[host_name("gemm_nn_f32_32x32x16")]] [[kernel]] decltype(gemm<float, 32, 32, 16, 2, 2>)
    gemm<float, 32, 32, 16, 2, 2>;
template [[host_name("gemm_nn_f16_32x32x16")]] [[kernel]] decltype(gemm<half, 32, 32, 16, 2, 2>)
    gemm<half, 32, 32, 16, 2, 2>;
