// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] *= typeid(float) == typeid(float) ? 2 : 1; // right: x[i] *= is_same_v<float, float> ? 2 : 1;
}
// says: 6:11: error: Metal has no run-time type information
// and clang objects too
