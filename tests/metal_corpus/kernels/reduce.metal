// SPDX-License-Identifier: MIT
// All elements to one, in two dispatches: each threadgroup writes its partial result, one threadgroup reduces
// those. The operation is a type.
#include <metal_stdlib>
using namespace metal;

template <typename U>
struct Sum {
  static constexpr constant U init = U(0);
  U operator()(U a, U b) const { return a + b; }
  U simd_reduce(U v) const { return simd_sum(v); }
};

template <typename U>
struct Max {
  static constexpr constant U init = metal::numeric_limits<U>::lowest();
  U operator()(U a, U b) const { return metal::max(a, b); }
  U simd_reduce(U v) const { return simd_max(v); }
};

template <typename U>
struct Min {
  static constexpr constant U init = metal::numeric_limits<U>::max();
  U operator()(U a, U b) const { return metal::min(a, b); }
  U simd_reduce(U v) const { return simd_min(v); }
};

template <typename T, typename U, typename Op, int N_READS>
[[kernel]] void all_reduce(
    const device T* in [[buffer(0)]],
    device U* out [[buffer(1)]],
    constant uint& in_size [[buffer(2)]],
    uint gid [[thread_position_in_grid]],
    uint group [[threadgroup_position_in_grid]],
    uint grid_size [[threads_per_grid]],
    uint simd_per_group [[simdgroups_per_threadgroup]],
    uint simd_lane_id [[thread_index_in_simdgroup]],
    uint simd_group_id [[simdgroup_index_in_threadgroup]]) {
  Op op;
  threadgroup U local_vals[32];

  U total = Op::init;
  uint i = gid * N_READS;
  for (; i + N_READS <= in_size; i += grid_size * N_READS) {
    for (int j = 0; j < N_READS; j++) {
      total = op(total, static_cast<U>(in[i + j]));
    }
  }
  for (uint j = i; j < in_size; j++) {
    total = op(total, static_cast<U>(in[j]));
  }

  total = op.simd_reduce(total);
  if (simd_lane_id == 0) {
    local_vals[simd_group_id] = total;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  total = (simd_lane_id < simd_per_group) ? local_vals[simd_lane_id] : U(Op::init);
  total = op.simd_reduce(total);
  if (simd_group_id == 0 && simd_lane_id == 0) {
    out[group] = total;
  }
}

#define instantiate_reduce(name, itype, otype, op)                 \
  template [[host_name("all_reduce_" #name)]] [[kernel]] decltype( \
      all_reduce<itype, otype, op<otype>, 4>) all_reduce<itype, otype, op<otype>, 4>;

instantiate_reduce(sum_float32, float, float, Sum)
instantiate_reduce(sum_float16, half, float, Sum)
instantiate_reduce(sum_int8, char, int, Sum)
instantiate_reduce(max_int32, int, int, Max)
instantiate_reduce(min_float32, float, float, Min)

// The classic tree, halving the number of threads that add: a barrier in each step.
kernel void tree_sum(
    device const float* in [[buffer(0)]],
    device float* out [[buffer(1)]],
    constant uint& n [[buffer(2)]],
    uint gid [[thread_position_in_grid]],
    uint lid [[thread_position_in_threadgroup]],
    uint group [[threadgroup_position_in_grid]],
    uint lsize [[threads_per_threadgroup]]) {
  threadgroup float shared[256];
  shared[lid] = gid < n ? in[gid] : 0.0f;
  threadgroup_barrier(mem_flags::mem_threadgroup);
  for (uint s = lsize / 2; s > 0; s >>= 1) {
    if (lid < s) {
      shared[lid] += shared[lid + s];
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
  if (lid == 0) {
    out[group] = shared[0];
  }
}
