// SPDX-License-Identifier: MIT
// run: --kernel total --grid 128 --threads 32 --buffer x=random:u32:128:1 --buffer y=zeros:u32:4
#include <metal_stdlib>
using namespace metal;

// Each threadgroup is one simdgroup and has its sum; all of them add it to one place.
kernel void total(device const uint* x [[buffer(0)]],
                  device uint* y [[buffer(1)]], // right: device atomic_uint* y [[buffer(1)]],
                  uint i [[thread_position_in_grid]], uint lane [[thread_index_in_simdgroup]]) {
  const uint sum = simd_sum(x[i]);
  if (lane == 0)
    y[0] += sum; // right: atomic_fetch_add_explicit(&y[0], sum, memory_order_relaxed);
}
