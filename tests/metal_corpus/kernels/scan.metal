// SPDX-License-Identifier: MIT
// Inclusive and exclusive prefix sums of rows: simdgroups scan with the hardware's prefix sum, their totals
// are scanned by one simdgroup, and a carry goes from one block of the row to the next.
#include <metal_stdlib>
using namespace metal;

template <typename T, typename U>
inline auto ceildiv(T n, U m) {
  return (n + m - 1) / m;
}

template <typename T>
T scan_in_simdgroup(T v) {
  return simd_prefix_inclusive_sum(v);
}

template <typename T, typename U, bool inclusive>
[[kernel]] void contiguous_scan(
    const device T* in [[buffer(0)]],
    device U* out [[buffer(1)]],
    const constant uint& axis_size [[buffer(2)]],
    uint3 gid [[threadgroup_position_in_grid]],
    uint3 lid [[thread_position_in_threadgroup]],
    uint3 lsize [[threads_per_threadgroup]],
    uint simd_lane [[thread_index_in_simdgroup]],
    uint simd_group [[simdgroup_index_in_threadgroup]]) {
  constexpr int N_READS = 4;
  threadgroup U simdgroup_sums[32];

  in += axis_size * gid.y;
  out += axis_size * gid.y;

  U prefix = 0;
  U values[N_READS];
  for (uint r = 0; r < ceildiv(axis_size, N_READS * lsize.x); r++) {
    const uint offset = r * lsize.x * N_READS + lid.x * N_READS;
    for (int i = 0; i < N_READS; i++) {
      values[i] = offset + i < axis_size ? U(in[offset + i]) : U(0);
    }
    for (int i = 1; i < N_READS; i++) {
      values[i] += values[i - 1];
    }
    const U before_me = scan_in_simdgroup(values[N_READS - 1]) - values[N_READS - 1];

    if (simd_lane == 31) {
      simdgroup_sums[simd_group] = before_me + values[N_READS - 1];
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
    if (simd_group == 0) {
      const U sum = simd_lane < lsize.x / 32 ? simdgroup_sums[simd_lane] : U(0);
      simdgroup_sums[simd_lane] = scan_in_simdgroup(sum);
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
    const U before_simdgroup = prefix + (simd_group > 0 ? simdgroup_sums[simd_group - 1] : U(0));

    for (int i = 0; i < N_READS; i++) {
      if (offset + i < axis_size) {
        const U all = before_simdgroup + before_me + values[i];
        out[offset + i] = inclusive ? all : U(all - U(in[offset + i]));
      }
    }
    prefix += simdgroup_sums[lsize.x / 32 - 1];
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
}

template [[host_name("scan_inclusive_float32")]] [[kernel]] decltype(contiguous_scan<float, float, true>)
    contiguous_scan<float, float, true>;
template [[host_name("scan_inclusive_int32")]] [[kernel]] decltype(contiguous_scan<int, int, true>)
    contiguous_scan<int, int, true>;
template [[host_name("scan_exclusive_uint8")]] [[kernel]] decltype(contiguous_scan<uchar, uint, false>)
    contiguous_scan<uchar, uint, false>;
