// SPDX-License-Identifier: MIT
// Keeps what is above a limit: a ballot numbers the lanes of a simdgroup that keep theirs, one lane asks for
// room for all of them. The order of the simdgroups is not fixed.
#include <metal_stdlib>
using namespace metal;

kernel void keep_above(
    device const int* in [[buffer(0)]],
    device int* out [[buffer(1)]],
    device atomic_uint& kept [[buffer(2)]],
    constant int& limit [[buffer(3)]],
    constant uint& n [[buffer(4)]],
    uint i [[thread_position_in_grid]],
    uint lane [[thread_index_in_simdgroup]]) {
  const bool exists = i < n;
  const int v = exists ? in[i] : 0;
  const bool keep = exists && v > limit;
  const uint mask = uint((simd_vote::vote_t)simd_ballot(keep));
  uint place = 0;
  if (lane == 0) {
    place = atomic_fetch_add_explicit(&kept, popcount(mask), memory_order_relaxed);
  }
  place = simd_broadcast_first(place) + popcount(mask & ((1u << lane) - 1u));
  if (keep) {
    out[place] = v;
  }
}
