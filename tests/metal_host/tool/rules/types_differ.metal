// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]],
                  ushort n [[threads_per_grid]]) { // right: uint n [[threads_per_grid]]) {
  x[n - 1 - i] *= 2;
}
// says: 6:26: error: 'i' is uint and 'n' is ushort: these inputs have the same type
