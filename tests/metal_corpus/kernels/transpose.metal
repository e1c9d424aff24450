// SPDX-License-Identifier: MIT
// A matrix turned over through a tile in threadgroup memory whose rows are padded by one element, so neither
// the rows nor the columns of the tile meet in one bank. A threadgroup of 32 x 8 threads does 32 x 32 elements.
#include <metal_stdlib>
using namespace metal;

constexpr constant ushort TILE_DIM = 32;
constexpr constant ushort BLOCK_ROWS = 8;

template <typename T>
kernel void transpose_padded(
    device T* odata [[buffer(0)]],
    const device T* idata [[buffer(1)]],
    constant uint2& shape [[buffer(2)]], // width, height of the input
    ushort2 tid [[thread_position_in_threadgroup]],
    ushort2 block [[threadgroup_position_in_grid]]) {
  threadgroup T tile[TILE_DIM][TILE_DIM + 1];
  const uint width = shape.x;
  const uint height = shape.y;

  uint2 p = uint2(block) * TILE_DIM + uint2(tid);
  for (ushort j = 0; j < TILE_DIM; j += BLOCK_ROWS) {
    if (p.x < width && p.y + j < height) {
      tile[tid.y + j][tid.x] = idata[(p.y + j) * width + p.x];
    }
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  p = uint2(block.yx) * TILE_DIM + uint2(tid);
  for (ushort j = 0; j < TILE_DIM; j += BLOCK_ROWS) {
    if (p.x < height && p.y + j < width) {
      odata[(p.y + j) * height + p.x] = tile[tid.x][tid.y + j];
    }
  }
}

typedef decltype(transpose_padded<float>) transpose_t;
template [[host_name("transpose_float32")]] kernel transpose_t transpose_padded<float>;
template [[host_name("transpose_uchar4")]] kernel decltype(transpose_padded<uchar4>) transpose_padded<uchar4>;
