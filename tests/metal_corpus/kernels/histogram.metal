// SPDX-License-Identifier: MIT
// How often each byte occurs: counted in threadgroup memory, then added to the counts in device memory.
#include <metal_stdlib>
#include <metal_atomic>
using namespace metal;

kernel void histogram_256(
    device const uint* data [[buffer(0)]],
    device atomic_uint* bins [[buffer(1)]],
    constant uint& words [[buffer(2)]],
    constant uint& bytes [[buffer(3)]],
    uint id [[thread_position_in_grid]],
    uint threads [[threads_per_grid]],
    uint lid [[thread_position_in_threadgroup]],
    uint lsize [[threads_per_threadgroup]]) {
  threadgroup atomic_uint local[256];
  for (uint i = lid; i < 256; i += lsize) {
    atomic_store_explicit(&local[i], 0, memory_order_relaxed);
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);

  for (uint i = id; i < words; i += threads) {
    const uchar4 four = as_type<uchar4>(data[i]);
    for (int c = 0; c < 4; c++) {
      if (i * 4 + c < bytes) {
        atomic_fetch_add_explicit(&local[four[c]], 1, memory_order_relaxed);
      }
    }
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  for (uint i = lid; i < 256; i += lsize) {
    const uint n = atomic_load_explicit(&local[i], memory_order_relaxed);
    if (n != 0) {
      atomic_fetch_add_explicit(&bins[i], n, memory_order_relaxed);
    }
  }
}

// The largest and smallest float of a buffer: floats as integers that sort the same way, and for the sum of
// the absolute values the loop that tries again.
inline uint ordered(float x) {
  const uint bits = as_type<uint>(x);
  return bits ^ ((bits >> 31) ? 0xffffffffu : 0x80000000u);
}

kernel void float_range(
    device const float* data [[buffer(0)]],
    device atomic_uint* highest [[buffer(1)]],
    device atomic_uint* lowest [[buffer(2)]],
    volatile device atomic_uint* sum_bits [[buffer(3)]],
    constant uint& n [[buffer(4)]],
    uint id [[thread_position_in_grid]]) {
  if (id >= n)
    return;
  const float x = data[id];
  atomic_fetch_max_explicit(highest, ordered(x), memory_order_relaxed);
  atomic_fetch_min_explicit(lowest, ordered(x), memory_order_relaxed);
  uint expected = atomic_load_explicit(sum_bits, memory_order_relaxed);
  while (!atomic_compare_exchange_weak_explicit(
      sum_bits, &expected, as_type<uint>(as_type<float>(expected) + fabs(x)), memory_order_relaxed, memory_order_relaxed)) {
  }
}
