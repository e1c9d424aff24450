// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]],
                  uint i [[thread_positon_in_grid]]) { // right: uint i [[thread_position_in_grid]]) {
  x[i] *= 2;
}
// says: 6:28: error: there is no attribute [[thread_positon_in_grid]]; did you mean [[thread_position_in_grid]]?
