// SPDX-License-Identifier: MIT
#include <metal_stdlib>
using namespace metal;

[[max_total_threads_per_threadgroup(2048)]] // right: [[max_total_threads_per_threadgroup(1024)]]
kernel void twice(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) {
  x[i] *= 2;
}
// says: 5:3: error: max_total_threads_per_threadgroup is 2048: a device takes 1 to 1024
