// SPDX-License-Identifier: MIT
// run: --kernel scale --grid 64 --threads 64 --buffer x=random:f32:64:1 --buffer weights=random:f32:64:2
#include <metal_stdlib>
using namespace metal;

kernel void scale(device float* x [[buffer(0)]], constant float* weights [[buffer(1)]],
                  uint i [[thread_position_in_grid]]) {
  weights[i] *= 2.0f; // right:
  x[i] *= weights[i];
}
