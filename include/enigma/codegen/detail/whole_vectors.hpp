// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/types.hpp>
#include <enigma/tensor/detail/libm.hpp>

// The rules of operations that see all lanes of a vector at once: geometry, and numbers packed in a word. f16
// is computed as f32 and rounded once.

namespace enigma::detail {

/// A vector as rules have it.
template <class T, int N>
struct short_vector {
  T at[N];

  static constexpr int size = N;
  constexpr T& operator[](int i) { return at[i]; }
  constexpr T operator[](int i) const { return at[i]; }
};

/// f(0), f(1), ... as the lanes of a vector.
template <int N, class F>
constexpr short_vector<f32, N> by_lane(F f) {
  short_vector<f32, N> r{};
  for (int i = 0; i < N; ++i)
    r[i] = f(i);
  return r;
}

// ---- Geometry: sums go from the first lane to the last ----

template <int N>
constexpr f32 dot_product(short_vector<f32, N> const& x, short_vector<f32, N> const& y) {
  f32 sum = x[0] * y[0];
  for (int i = 1; i < N; ++i)
    sum = sum + x[i] * y[i];
  return sum;
}
template <int N>
constexpr short_vector<f32, N> from_to(short_vector<f32, N> const& x, short_vector<f32, N> const& y) {
  return by_lane<N>([&](int i) { return x[i] - y[i]; });
}
constexpr short_vector<f32, 3> cross_product(short_vector<f32, 3> const& x, short_vector<f32, 3> const& y) {
  return by_lane<3>([&](int i) {
    int const j = (i + 1) % 3, k = (i + 2) % 3;
    return x[j] * y[k] - x[k] * y[j];
  });
}
template <int N>
short_vector<f32, N> of_length_one(short_vector<f32, N> const& x) {
  auto const scale = static_cast<f32>(1.0 / libm::sqrt(static_cast<double>(dot_product(x, x))));
  return by_lane<N>([&](int i) { return x[i] * scale; });
}
template <int N>
constexpr short_vector<f32, N> reflected(short_vector<f32, N> const& i, short_vector<f32, N> const& n) {
  f32 const twice = 2.0f * dot_product(n, i);
  return by_lane<N>([&](int c) { return i[c] - twice * n[c]; });
}
template <int N>
short_vector<f32, N> refracted(short_vector<f32, N> const& i, short_vector<f32, N> const& n, f32 eta) {
  f32 const d = dot_product(n, i);
  f32 const k = 1.0f - eta * eta * (1.0f - d * d);
  if (k < 0.0f)
    return {};
  f32 const along = eta * d + libm::sqrt(k);
  return by_lane<N>([&](int c) { return eta * i[c] - along * n[c]; });
}
template <int N>
constexpr short_vector<f32, N> facing(short_vector<f32, N> const& n, short_vector<f32, N> const& i,
                                      short_vector<f32, N> const& reference) {
  bool const keeps = dot_product(reference, i) < 0.0f;
  return by_lane<N>([&](int c) { return keeps ? n[c] : -n[c]; });
}

template <int N>
constexpr bool all_of(short_vector<bool, N> const& x) {
  bool r = true;
  for (int i = 0; i < N; ++i)
    r = r && x[i];
  return r;
}
template <int N>
constexpr bool any_of(short_vector<bool, N> const& x) {
  bool r = false;
  for (int i = 0; i < N; ++i)
    r = r || x[i];
  return r;
}

// ---- Numbers from 0 to 1 (unorm) or -1 to 1 (snorm) as fields of a word, the first lane in the lowest bits
// --

enum class norm { unsigned_, signed_ };

/// Rounded to the nearest, halves to even; beyond the ends the end, of a NaN 0.
inline u32 to_field(f32 x, int bits, norm kind) {
  int const most = (1 << (kind == norm::signed_ ? bits - 1 : bits)) - 1;
  f32 const low = kind == norm::signed_ ? -1.0f : 0.0f;
  f32 const inside = x != x ? 0.0f : x < low ? low : x > 1.0f ? 1.0f : x;
  auto const number = static_cast<i32>(libm::nearbyint(inside * static_cast<f32>(most)));
  return static_cast<u32>(number) & ((1u << bits) - 1u);
}
/// Of the two least numbers of a snorm both are -1.
constexpr f32 from_field(u32 word, int bits, norm kind) {
  u32 const field = word & ((1u << bits) - 1u);
  if (kind == norm::unsigned_)
    return static_cast<f32>(field) / static_cast<f32>((1 << bits) - 1);
  int const most = (1 << (bits - 1)) - 1;
  int const number =
      field > static_cast<u32>(most) ? static_cast<int>(field) - (1 << bits) : static_cast<int>(field);
  return number < -most ? -1.0f : static_cast<f32>(number) / static_cast<f32>(most);
}

/// Widths of the fields, from the lowest.
template <int... Bits>
struct fields {
  static constexpr int count = sizeof...(Bits);
  static constexpr int bits[] = {Bits...};
  using lanes = short_vector<f32, count>;

  static u32 pack(lanes const& x, norm kind) {
    u32 word = 0;
    for (int i = 0, at = 0; i < count; at += bits[i], ++i)
      word |= to_field(x[i], bits[i], kind) << at;
    return word;
  }
  static constexpr lanes unpack(u32 word, norm kind) {
    lanes x{};
    for (int i = 0, at = 0; i < count; at += bits[i], ++i)
      x[i] = from_field(word >> at, bits[i], kind);
    return x;
  }
};

/// sRGB's curve, on the first three lanes.
inline short_vector<f32, 4> srgb_from_linear(short_vector<f32, 4> x) {
  for (int i = 0; i < 3; ++i)
    x[i] = !(x[i] > 0.0f)      ? 0.0f
           : x[i] > 1.0f       ? 1.0f
           : x[i] < 0.0031308f ? 12.92f * x[i]
                               : 1.055f * libm::pow(x[i], 1.0f / 2.4f) - 0.055f;
  return x;
}
inline short_vector<f32, 4> linear_from_srgb(short_vector<f32, 4> x) {
  for (int i = 0; i < 3; ++i)
    x[i] = x[i] <= 0.04045f ? x[i] / 12.92f : libm::pow((x[i] + 0.055f) / 1.055f, 2.4f);
  return x;
}

} // namespace enigma::detail
