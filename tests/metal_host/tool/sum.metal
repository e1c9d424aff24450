// SPDX-License-Identifier: MIT
// A tree over the threads of a threadgroup: for the time that it takes.
#include <metal_stdlib>
using namespace metal;

kernel void sum(device const float* x [[buffer(0)]], device float* sums [[buffer(1)]],
                uint i [[thread_position_in_grid]], uint l [[thread_position_in_threadgroup]],
                uint size [[threads_per_threadgroup]], uint group [[threadgroup_position_in_grid]]) {
  threadgroup float tile[256];
  tile[l] = x[i];
  threadgroup_barrier(mem_flags::mem_threadgroup);
  for (uint s = size / 2; s > 0; s /= 2) {
    if (l < s)
      tile[l] += tile[l + s];
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
  if (l == 0)
    sums[group] = tile[0];
}
