// SPDX-License-Identifier: MIT
// run: --kernel gelu --grid 64 --threads 64 --buffer x=random:f32:64:1
#include <metal_stdlib>
using namespace metal;

kernel void gelu(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] *= 0.5f * (1.0f + erf(x[i] * M_SQRT1_2_F)); // right: x[i] *= 0.5f * (1.0f + tanh(x[i]));
}
