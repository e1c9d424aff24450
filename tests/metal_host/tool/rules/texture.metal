// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]],
                  device float* image [[texture(0)]], // right: device float* image [[buffer(1)]],
                  uint i [[thread_position_in_grid]]) {
  image[i] = 2 * x[i];
}
// says: 6:41: error: [[texture]]: this tool knows compute kernels over buffers, no textures, samplers or stages
