// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] = std::sqrt(x[i]); // right: x[i] = metal::sqrt(x[i]);
}
// says: 6:10: error: Metal has no C++ standard library: the names of its own are in namespace metal
// and clang objects too
