// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

constant bool two [[function_constant(0)]];
constant bool three [[function_constant(0)]]; // right: constant bool three [[function_constant(1)]];

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] *= two ? 2 : three ? 3 : 1;
}
// says: 6:15: error: 'two' and 'three' are both function constant 0
