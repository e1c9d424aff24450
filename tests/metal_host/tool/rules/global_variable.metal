// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

float two = 2; // right: constant float two = 2;

kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] *= two;
}
// says: 5:1: error: a variable of file scope has to be in the constant address space: write 'constant' before it
