// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

constant bool two [[function_constant(65536)]]; // right: constant bool two [[function_constant(65535)]];

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] *= two ? 2 : 1;
}
// says: 5:15: error: the function constant 'two' has the index 65536: indices are 0 to 65535
