// SPDX-License-Identifier: MIT
// Rotary position embedding: pairs of a head's elements turn by an angle that grows with the position. Pairs
// are neighbours ("traditional") or lie half a head apart.
#include <metal_stdlib>
using namespace metal;

template <typename T, bool traditional, bool forward>
[[kernel]] void rope(
    const device T* in [[buffer(0)]],
    device T* out [[buffer(1)]],
    constant const int& offset [[buffer(2)]],
    constant const float& scale [[buffer(3)]],
    constant const int64_t (&strides)[3] [[buffer(4)]],
    constant const float& base [[buffer(5)]],
    uint3 pos [[thread_position_in_grid]],
    uint3 grid [[threads_per_grid]]) {
  // pos.x: pair, pos.y: place in the sequence, pos.z: head
  const float d = static_cast<float>(pos.x) / static_cast<float>(grid.x);
  const float inv_freq = metal::exp2(-d * base);
  const float theta = scale * static_cast<float>(pos.y + offset) * inv_freq;
  const float costheta = metal::fast::cos(theta);
  const float sintheta = metal::fast::sin(theta);

  uint index_1, index_2;
  if (traditional) {
    index_1 = 2 * pos.x * strides[2] + pos.y * strides[1] + pos.z * strides[0];
    index_2 = index_1 + strides[2];
  } else {
    index_1 = pos.x * strides[2] + pos.y * strides[1] + pos.z * strides[0];
    index_2 = index_1 + grid.x * strides[2];
  }
  const float x1 = static_cast<float>(in[index_1]);
  const float x2 = static_cast<float>(in[index_2]);
  float rx1;
  float rx2;
  if (forward) {
    rx1 = x1 * costheta - x2 * sintheta;
    rx2 = x1 * sintheta + x2 * costheta;
  } else {
    rx1 = x2 * sintheta + x1 * costheta;
    rx2 = x2 * costheta - x1 * sintheta;
  }
  out[index_1] = static_cast<T>(rx1);
  out[index_2] = static_cast<T>(rx2);
}

#define instantiate_rope_g(name, type, traditional, forward) \
  template [[host_name("rope_" #name)]] [[kernel]]           \
  decltype(rope<type, traditional, forward>) rope<type, traditional, forward>;

#define instantiate_rope(name, type)                          \
  instantiate_rope_g(traditional_##name, type, true, true)    \
  instantiate_rope_g(split_##name, type, false, true)         \
  instantiate_rope_g(vjp_split_##name, type, false, false)

// clang-format off
instantiate_rope(float32, float)
instantiate_rope(float16, half)
instantiate_rope(bfloat16, bfloat) // clang-format on
