// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  try { // right: {
    if (x[i] < 0)
      throw 1; // right: return;
  } catch (int) { // right: } {
    x[i] = 0;
  }
}
// says: 6:3: error: Metal has no exceptions
// says: 8:7: error: Metal has no exceptions
// says: 9:5: error: Metal has no exceptions
// and clang objects too
