// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]],
                  uint i) { // right: uint i [[thread_position_in_grid]]) {
  x[i] *= 2;
}
// says: 6:24: error: the parameter 'i' of the kernel 'twice' has no attribute: built-in inputs need one, such as [[thread_position_in_grid]]
