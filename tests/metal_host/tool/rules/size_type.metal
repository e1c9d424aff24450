// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

kernel void twice(device float* x [[buffer(0)]],
                  constant size_t& n [[buffer(1)]], // right: constant ulong& n [[buffer(1)]],
                  uint i [[thread_position_in_grid]]) {
  if (i < n)
    x[i] *= 2;
}
// says: 6:36: warning: 'n' has a type that the language does not let kernels take, though compilers do: use ulong or long
