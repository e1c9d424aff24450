// SPDX-License-Identifier: MIT
// run: --kernel twice --grid 128 --threads 64 --buffer x=random:f32:100:1 --buffer n=scalar:u32:100
#include <metal_stdlib>
using namespace metal;

// The grid is rounded up to whole threadgroups and nobody asks whether the element exists.
kernel void twice(device float* x [[buffer(0)]], constant uint& n [[buffer(1)]],
                  uint i [[thread_position_in_grid]]) {
  x[i] *= 2.0f; // right: if (i < n) x[i] *= 2.0f;
}
