// SPDX-License-Identifier: MIT
// run: --kernel half_of --grid 64 --threads 64 --buffer x=random:f32:64:1
#include <metal_stdlib>
using namespace metal;

kernel void half_of(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  const double factor = 0.5; // right: const float factor = 0.5f;
  x[i] = factor * x[i];
}
