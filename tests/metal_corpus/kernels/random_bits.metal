// SPDX-License-Identifier: MIT
// Random numbers by counting: threefry with two words, as bits, as floats in [0, 1) and as normal numbers.
#include <metal_stdlib>
using namespace metal;

static constexpr constant uint32_t rotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};

union rbits {
  uint2 val;
  uchar4 bytes[2];
};

rbits threefry2x32_hash(const thread uint2& key, uint2 count) {
  const uint ks[3] = {key.x, key.y, key.x ^ key.y ^ 0x1BD11BDA};
  rbits v;
  v.val.x = count.x + ks[0];
  v.val.y = count.y + ks[1];
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 4; ++j) {
      v.val.x += v.val.y;
      v.val.y = rotate(v.val.y, rotations[i % 2][j]);
      v.val.y ^= v.val.x;
    }
    v.val.x += ks[(i + 1) % 3];
    v.val.y += ks[(i + 2) % 3] + i + 1;
  }
  return v;
}

kernel void random_uint2(
    device const uint2* keys [[buffer(0)]],
    device uint* out [[buffer(1)]],
    constant uint& out_per_key [[buffer(2)]],
    uint2 grid_dim [[threads_per_grid]],
    uint2 index [[thread_position_in_grid]]) {
  const uint2 key = keys[index.x];
  const uint half_size = grid_dim.y;
  out += index.x * out_per_key;
  const rbits bits = threefry2x32_hash(key, uint2(index.y, index.y + half_size));
  out[index.y] = bits.val.x;
  if (index.y + half_size < out_per_key) {
    out[index.y + half_size] = bits.val.y;
  }
}

// The bytes of what would be drawn, in their order in memory.
kernel void random_bytes(
    device const uint2& key [[buffer(0)]],
    device uchar* out [[buffer(1)]],
    constant uint& n [[buffer(2)]],
    uint index [[thread_position_in_grid]]) {
  const rbits bits = threefry2x32_hash(uint2(key), uint2(0, index));
  for (int word = 0; word < 2; ++word) {
    for (int b = 0; b < 4; ++b) {
      const uint at = index * 8 + word * 4 + b;
      if (at < n)
        out[at] = bits.bytes[word][b];
    }
  }
}

inline float uniform_float(uint bits) { return as_type<float>(0x3f800000u | (bits >> 9)) - 1.0f; }

kernel void random_normal(
    device const uint2& key [[buffer(0)]],
    device float2* out [[buffer(1)]],
    constant uint& n [[buffer(2)]],
    uint index [[thread_position_in_grid]]) {
  if (index >= n)
    return;
  const uint2 bits = threefry2x32_hash(uint2(key), uint2(index, 7)).val;
  const float u = 1.0f - uniform_float(bits.x);
  const float angle = 2.0f * M_PI_F * uniform_float(bits.y);
  float c;
  const float s = sincos(angle, c);
  out[index] = sqrt(-2.0f * log(u)) * float2(c, s);
}
