// SPDX-License-Identifier: MIT
// The index of the largest (or smallest) element of each row, the first of several: pairs of index and value
// go down the simdgroup by shuffles, then through threadgroup memory.
#include <metal_stdlib>
using namespace metal;

template <typename U>
struct IndexValPair {
  uint32_t index;
  U val;
};

template <typename U>
struct ArgMax {
  static constexpr constant U init = metal::numeric_limits<U>::lowest();

  IndexValPair<U> reduce(IndexValPair<U> best, IndexValPair<U> current) {
    if (best.val < current.val || (best.val == current.val && best.index > current.index)) {
      return current;
    }
    return best;
  }
};

template <typename U>
struct ArgMin {
  static constexpr constant U init = metal::numeric_limits<U>::max();

  IndexValPair<U> reduce(IndexValPair<U> best, IndexValPair<U> current) {
    if (best.val > current.val || (best.val == current.val && best.index > current.index)) {
      return current;
    }
    return best;
  }
};

template <typename U>
IndexValPair<U> simd_shuffle_down_pair(IndexValPair<U> data, uint16_t delta) {
  return IndexValPair<U>{simd_shuffle_down(data.index, delta), simd_shuffle_down(data.val, delta)};
}

template <typename T, typename Op>
[[kernel]] void arg_reduce(
    const device T* in [[buffer(0)]],
    device uint32_t* out [[buffer(1)]],
    const constant uint& axis_size [[buffer(2)]],
    uint row [[threadgroup_position_in_grid]],
    uint lid [[thread_position_in_threadgroup]],
    uint lsize [[threads_per_threadgroup]],
    uint simd_size [[threads_per_simdgroup]],
    uint simd_lane_id [[thread_index_in_simdgroup]],
    uint simd_group_id [[simdgroup_index_in_threadgroup]]) {
  Op op;
  threadgroup IndexValPair<T> local_data[32];

  const device T* data = in + row * axis_size;
  IndexValPair<T> best{0xffffffffu, T(Op::init)};
  for (uint i = lid; i < axis_size; i += lsize) {
    IndexValPair<T> current{i, data[i]};
    best = op.reduce(best, current);
  }

  for (uint offset = simd_size / 2; offset > 0; offset /= 2) {
    IndexValPair<T> neighbor = simd_shuffle_down_pair(best, offset);
    best = simd_lane_id + offset < simd_size ? op.reduce(best, neighbor) : best;
  }
  if (simd_lane_id == 0) {
    local_data[simd_group_id] = best;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (simd_group_id != 0) {
    return;
  }

  const uint simd_groups = (lsize + simd_size - 1) / simd_size;
  best = IndexValPair<T>{0xffffffffu, T(Op::init)};
  if (simd_lane_id < simd_groups) {
    best = local_data[simd_lane_id];
  }
  for (uint offset = simd_size / 2; offset > 0; offset /= 2) {
    IndexValPair<T> neighbor = simd_shuffle_down_pair(best, offset);
    best = simd_lane_id + offset < simd_size ? op.reduce(best, neighbor) : best;
  }
  if (lid == 0) {
    out[row] = best.index;
  }
}

// clang-format off
template [[host_name("argmax_float32")]] [[kernel]] decltype(arg_reduce<float, ArgMax<float>>) arg_reduce<float, ArgMax<float>>;
template [[host_name("argmax_uint8")]] [[kernel]] decltype(arg_reduce<uint8_t, ArgMax<uint8_t>>) arg_reduce<uint8_t, ArgMax<uint8_t>>;
template [[host_name("argmin_int16")]] [[kernel]] decltype(arg_reduce<int16_t, ArgMin<int16_t>>) arg_reduce<int16_t, ArgMin<int16_t>>;
// clang-format on
