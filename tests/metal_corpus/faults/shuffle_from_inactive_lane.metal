// SPDX-License-Identifier: MIT
// run: --kernel neighbours --grid 64 --threads 32 --buffer x=random:f32:64:1 --buffer y=zeros:f32:64
#include <metal_stdlib>
using namespace metal;

// The odd lanes shuffle among themselves, and ask the even ones.
kernel void neighbours(device const float* x [[buffer(0)]], device float* y [[buffer(1)]],
                       uint i [[thread_position_in_grid]], uint lane [[thread_index_in_simdgroup]]) {
  const float mine = x[i];
  // right: const float other = simd_shuffle_xor(mine, 1);
  if (lane % 2 == 1)
    y[i] = mine + simd_shuffle_xor(mine, 1); // right: y[i] = mine + other;
}
