// SPDX-License-Identifier: MIT
// run: --kernel scale --grid 64 --threads 64 --buffer x=random:f32:64:1 --buffer factor=scalar:f32:3
#include <metal_stdlib>
using namespace metal;

kernel void scale(device float* x [[buffer(0)]],
                  float factor [[buffer(1)]], // right: constant float& factor [[buffer(1)]],
                  uint i [[thread_position_in_grid]]) {
  x[i] *= factor;
}
