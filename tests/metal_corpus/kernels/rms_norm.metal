// SPDX-License-Identifier: MIT
// out = x / sqrt(mean(x^2) + eps) * w, one threadgroup for each row, four neighbours for each thread.
#include <metal_stdlib>
#include <metal_simdgroup>
using namespace metal;

struct rms_args {
  int ne00;      // elements of a row, a multiple of 4
  int row_bytes; // from one row to the next
  float eps;
};

kernel void rms_norm_f32(
    constant rms_args& args [[buffer(0)]],
    device const char* src0 [[buffer(1)]],
    device const float4* weight [[buffer(2)]],
    device float* dst [[buffer(3)]],
    threadgroup float* shmem [[threadgroup(0)]],
    uint tgpig [[threadgroup_position_in_grid]],
    ushort tpitg [[thread_position_in_threadgroup]],
    ushort sgitg [[simdgroup_index_in_threadgroup]],
    ushort tiisg [[thread_index_in_simdgroup]],
    ushort ntg [[threads_per_threadgroup]]) {
  if (sgitg == 0) {
    shmem[tiisg] = 0.0f;
  }

  device const float4* x = (device const float4*)(src0 + tgpig * args.row_bytes);
  const int ne00_4 = args.ne00 / 4;

  float sumf = 0;
  for (int i00 = tpitg; i00 < ne00_4; i00 += ntg) {
    sumf += dot(x[i00], x[i00]);
  }
  sumf = simd_sum(sumf);

  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (tiisg == 0) {
    shmem[sgitg] = sumf;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  sumf = simd_sum(shmem[tiisg]);

  const float mean = sumf / args.ne00;
  const float scale = 1.0f / sqrt(mean + args.eps);

  device float4* y = (device float4*)(dst + tgpig * args.ne00);
  for (int i00 = tpitg; i00 < ne00_4; i00 += ntg) {
    y[i00] = (x[i00] * scale) * weight[i00];
  }
}

// A row fits into the registers of its threadgroup: each thread reads its elements once.
template <typename T, int N_READS = 4>
[[kernel]] void rms_single_row(
    const device T* x,
    const device T* w,
    device T* out,
    constant float& eps,
    constant uint& axis_size,
    constant uint& w_stride,
    uint gid [[threadgroup_position_in_grid]],
    uint lid [[thread_position_in_threadgroup]],
    uint simd_lane_id [[thread_index_in_simdgroup]],
    uint simd_group_id [[simdgroup_index_in_threadgroup]]) {
  constexpr int simd_size = 32;
  threadgroup float local_inv_mean[1];
  threadgroup float local_sums[simd_size];

  float acc = 0;
  x += gid * size_t(axis_size) + lid * N_READS;
  w += w_stride * lid * N_READS;
  const bool whole = lid * N_READS + N_READS <= axis_size;
  for (int i = 0; i < N_READS; i++) {
    if (whole || lid * N_READS + i < axis_size) {
      float xi = x[i];
      acc += xi * xi;
    }
  }
  acc = simd_sum(acc);
  if (simd_group_id == 0) {
    local_sums[simd_lane_id] = 0;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (simd_lane_id == 0) {
    local_sums[simd_group_id] = acc;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (simd_group_id == 0) {
    acc = simd_sum(local_sums[simd_lane_id]);
    if (simd_lane_id == 0) {
      local_inv_mean[0] = metal::precise::rsqrt(acc / axis_size + eps);
    }
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);

  out += gid * size_t(axis_size) + lid * N_READS;
  for (int i = 0; i < N_READS; i++) {
    if (whole || lid * N_READS + i < axis_size) {
      out[i] = w[w_stride * i] * static_cast<T>(x[i] * local_inv_mean[0]);
    }
  }
}

template [[host_name("rms_single_row_float16")]] [[kernel]] decltype(rms_single_row<half>) rms_single_row<half>;
template [[host_name("rms_single_row_float32_8")]] [[kernel]] decltype(rms_single_row<float, 8>) rms_single_row<float, 8>;
