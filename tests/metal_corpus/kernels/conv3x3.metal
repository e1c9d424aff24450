// SPDX-License-Identifier: MIT
// A 3 x 3 filter over a picture whose edge repeats. Each threadgroup reads its part with a frame of one pixel
// into threadgroup memory.
#include <metal_stdlib>
using namespace metal;

constant constexpr const int GROUP = 16;
constant constexpr const int FRAMED = GROUP + 2;

constant float3x3 sobel_x = float3x3(float3(-1, -2, -1), float3(0, 0, 0), float3(1, 2, 1));

kernel void conv3x3(
    device const float* image [[buffer(0)]],
    device float* out [[buffer(1)]],
    constant float (&weights)[9] [[buffer(2)]],
    constant int2& size [[buffer(3)]],
    uint2 gid [[thread_position_in_grid]],
    uint2 lid [[thread_position_in_threadgroup]],
    uint2 group [[threadgroup_position_in_grid]],
    uint index [[thread_index_in_threadgroup]]) {
  threadgroup float tile[FRAMED * FRAMED];
  const int2 corner = int2(group) * GROUP - 1;
  for (int e = index; e < FRAMED * FRAMED; e += GROUP * GROUP) {
    const int2 at = clamp(corner + int2(e % FRAMED, e / FRAMED), int2(0), size - 1);
    tile[e] = image[at.y * size.x + at.x];
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (any(int2(gid) >= size)) {
    return;
  }
  float sum = 0.0f;
  for (int dy = 0; dy < 3; dy++) {
    for (int dx = 0; dx < 3; dx++) {
      sum += weights[dy * 3 + dx] * tile[(lid.y + dy) * FRAMED + lid.x + dx];
    }
  }
  out[gid.y * size.x + gid.x] = sum;
}

// How steep each pixel of an 8-bit RGBA picture is, as 8-bit grey; no threadgroup memory.
kernel void edges_rgba8(
    device const uint* image [[buffer(0)]],
    device uchar* out [[buffer(1)]],
    constant int2& size [[buffer(2)]],
    ushort2 gid [[thread_position_in_grid]]) {
  if (gid.x >= size.x || gid.y >= size.y)
    return;
  const float3 grey = float3(0.299f, 0.587f, 0.114f);
  float3x3 around;
  for (int x = 0; x < 3; x++) {
    for (int y = 0; y < 3; y++) {
      const int2 at = clamp(int2(gid) + int2(x - 1, y - 1), int2(0), size - 1);
      around[x][y] = dot(unpack_unorm4x8_to_float(image[at.y * size.x + at.x]).rgb, grey);
    }
  }
  float2 gradient = 0.0f;
  const float3x3 sobel_y = transpose(sobel_x);
  for (int x = 0; x < 3; x++) {
    gradient += float2(dot(around[x], sobel_x[x]), dot(around[x], sobel_y[x]));
  }
  out[uint(gid.y) * size.x + gid.x] = uchar(rint(saturate(length(gradient)) * 255.0f));
}
