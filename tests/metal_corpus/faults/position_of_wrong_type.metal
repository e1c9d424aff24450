// SPDX-License-Identifier: MIT
// run: --kernel twice --grid 64 --threads 64 --buffer x=random:f32:64:1
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]],
                  int i [[thread_position_in_grid]]) { // right: uint i [[thread_position_in_grid]]) {
  x[i] *= 2.0f;
}
