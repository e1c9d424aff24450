// SPDX-License-Identifier: MIT
// Sorting by a bitonic network. What fits into threadgroup memory is sorted there in one dispatch; beyond
// that, one dispatch makes one step on device memory.
#include <metal_stdlib>
using namespace metal;

// The same exchange for both kinds of memory: one overload for each.
static void compare_and_swap(threadgroup int& a, threadgroup int& b, bool ascending) {
  if ((a > b) == ascending) {
    const int t = a;
    a = b;
    b = t;
  }
}

static void compare_and_swap(device int& a, device int& b, bool ascending) {
  if ((a > b) == ascending) {
    const int t = a;
    a = b;
    b = t;
  }
}

constant uint block_size [[function_constant(0)]]; // elements of a block: twice the threads, a power of two

// Sorts each block; its direction is what the merge of the next larger block needs.
kernel void bitonic_local(
    device int* data [[buffer(0)]],
    constant uint& n [[buffer(1)]],
    threadgroup int* block [[threadgroup(0)]],
    uint lid [[thread_position_in_threadgroup]],
    uint group [[threadgroup_position_in_grid]]) {
  const uint base = group * block_size;
  const uint half_block = block_size / 2;
  block[lid] = base + lid < n ? data[base + lid] : INT_MAX;
  block[lid + half_block] = base + lid + half_block < n ? data[base + lid + half_block] : INT_MAX;

  for (uint k = 2; k <= block_size; k <<= 1) {
    for (uint j = k >> 1; j > 0; j >>= 1) {
      threadgroup_barrier(mem_flags::mem_threadgroup);
      const uint i = 2 * lid - (lid & (j - 1));
      compare_and_swap(block[i], block[i + j], ((base + i) & k) == 0);
    }
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (base + lid < n) {
    data[base + lid] = block[lid];
  }
  if (base + lid + half_block < n) {
    data[base + lid + half_block] = block[lid + half_block];
  }
}

// One step of the network over all of the data, which has 2^m elements.
kernel void bitonic_step(
    device int* data [[buffer(0)]],
    constant uint2& step [[buffer(1)]], // j, k
    uint t [[thread_position_in_grid]]) {
  const uint j = step.x;
  const uint i = 2 * t - (t & (j - 1));
  compare_and_swap(data[i], data[i + j], (i & step.y) == 0);
}
