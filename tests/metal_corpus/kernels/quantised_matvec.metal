// SPDX-License-Identifier: MIT
// y = W * x with W in blocks of 32 numbers: 8 bits or 4 bits each, and a scale for the block. One simdgroup
// makes N_DST rows; each lane takes part of a block.
#include <metal_stdlib>
using namespace metal;

#define QK 32
#define N_DST 4
#define N_SIMDWIDTH 32

typedef struct {
  half d;        // scale
  int8_t qs[QK]; // numbers
} block_q8_0;

typedef struct {
  half d;             // scale
  uint8_t qs[QK / 2]; // low nibbles: numbers 0 to 15, high nibbles: numbers 16 to 31, each plus 8
} block_q4_0;

static_assert(sizeof(block_q8_0) == 34, "blocks are read as they lie in the file");
static_assert(sizeof(block_q4_0) == 18, "blocks are read as they lie in the file");

// The product of half a block (16 numbers, first 8 or last 8 of each nibble row) with y.
inline float block_dot(device const block_q4_0* b, float sumy, thread float* yl, int il) {
  const float d = b->d;
  float4 acc = 0.f;
  device const uint16_t* qs = ((device const uint16_t*)b + 1 + il / 2);
  for (int i = 0; i < 8; i += 2) {
    acc[0] += yl[i + 0] * (qs[i / 2] & 0x000F);
    acc[1] += yl[i + 1] * (qs[i / 2] & 0x0F00);
    acc[2] += yl[i + 8] * (qs[i / 2] & 0x00F0);
    acc[3] += yl[i + 9] * (qs[i / 2] & 0xF000);
  }
  return d * (sumy * -8.f + acc[0] + acc[1] / 256.f + acc[2] / 16.f + acc[3] / 4096.f);
}

kernel void mul_mv_q4_0_f32(
    device const void* src0 [[buffer(0)]],
    device const float* src1 [[buffer(1)]],
    device float* dst [[buffer(2)]],
    constant int64_t& ne00 [[buffer(3)]],
    constant int64_t& ne01 [[buffer(4)]],
    uint3 tgpig [[threadgroup_position_in_grid]],
    ushort tiisg [[thread_index_in_simdgroup]],
    ushort sgitg [[simdgroup_index_in_threadgroup]],
    ushort nsg [[simdgroups_per_threadgroup]]) {
  const int nb = ne00 / QK;
  const int first_row = (tgpig.x * nsg + sgitg) * N_DST;

  device const block_q4_0* x = (device const block_q4_0*)src0 + first_row * nb;
  float yl[16];
  float sumf[N_DST] = {0.f};

  const short ix = tiisg / 2;       // which block
  const short il = (tiisg % 2) * 8; // which half of it
  device const float* yb = src1 + ix * QK + il;

  for (int ib = ix; ib < nb; ib += N_SIMDWIDTH / 2) {
    float sumy = 0;
    for (short i = 0; i < 8; i++) {
      yl[i] = yb[i];
      yl[i + 8] = yb[i + 16];
      sumy += yb[i] + yb[i + 16];
    }
    for (short row = 0; row < N_DST; row++) {
      if (first_row + row < ne01) {
        sumf[row] += block_dot(x + ib + row * nb, sumy, yl, il);
      }
    }
    yb += QK * (N_SIMDWIDTH / 2);
  }

  for (short row = 0; row < N_DST; ++row) {
    const float tot = simd_sum(sumf[row]);
    if (tiisg == 0 && first_row + row < ne01) {
      dst[first_row + row] = tot;
    }
  }
}

// Rows of 8-bit blocks: the simdgroups of a threadgroup share one row and add up in threadgroup memory.
kernel void mul_mv_q8_0_f32(
    device const block_q8_0* src0 [[buffer(0)]],
    device const float* src1 [[buffer(1)]],
    device float* dst [[buffer(2)]],
    constant int64_t& ne00 [[buffer(3)]],
    constant int64_t& ne01 [[buffer(4)]],
    threadgroup float* shared [[threadgroup(0)]],
    uint3 tgpig [[threadgroup_position_in_grid]],
    uint3 tpitg [[thread_position_in_threadgroup]],
    uint3 ntg [[threads_per_threadgroup]],
    ushort tiisg [[thread_index_in_simdgroup]],
    ushort sgitg [[simdgroup_index_in_threadgroup]],
    ushort nsg [[simdgroups_per_threadgroup]]) {
  const int nb = ne00 / QK;
  device const block_q8_0* x = src0 + tgpig.x * nb;

  float sum = 0.f;
  for (int ib = tpitg.x; ib < nb; ib += ntg.x) {
    device const block_q8_0& block = x[ib];
    device const packed_char4* q = (device const packed_char4*)block.qs;
    device const float4* y = (device const float4*)(src1 + ib * QK);
    float part = 0.f;
    for (short i = 0; i < QK / 4; i++) {
      part += dot(float4(char4(q[i])), y[i]);
    }
    sum += part * float(block.d);
  }
  sum = simd_sum(sum);
  if (tiisg == 0) {
    shared[sgitg] = sum;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (tpitg.x == 0) {
    float all = shared[0];
    for (ushort i = 1; i < nsg; i++) {
      all += shared[i];
    }
    dst[tgpig.x] = all;
  }
}

// The other way: float rows to 8-bit blocks, one thread for each block.
kernel void quantise_q8_0(
    device const float* x [[buffer(0)]],
    device block_q8_0* y [[buffer(1)]],
    constant uint& blocks [[buffer(2)]],
    uint i [[thread_position_in_grid]]) {
  if (i >= blocks) {
    return;
  }
  x += i * QK;
  device block_q8_0& block = y[i];
  float amax = 0.0f;
  for (int j = 0; j < QK; j++) {
    amax = max(amax, fabs(x[j]));
  }
  const float d = amax / ((1 << 7) - 1);
  const float id = d ? 1.0f / d : 0.0f;
  block.d = d;
  for (int j = 0; j < QK; ++j) {
    block.qs[j] = round(x[j] * id);
  }
}
