// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>

namespace enigma {

/// IEEE binary16, MSL's `half`, on the host: two bytes of storage with exact conversions.
///
/// Arithmetic is done in `float` and rounded once to nearest even. For `+ - * /` and `sqrt` that equals the
/// correctly rounded binary16 result, because 24 bits are at least 2 * 11 + 2.
struct f16 {
  std::uint16_t bits = 0;

  constexpr f16() = default;
  constexpr explicit f16(float x) : bits{from_float(x)} {}
  constexpr explicit operator float() const { return to_float(bits); }

  friend constexpr bool operator==(f16 a, f16 b) { return float(a) == float(b); }
  friend constexpr bool operator<(f16 a, f16 b) { return float(a) < float(b); }
  friend constexpr bool operator<=(f16 a, f16 b) { return float(a) <= float(b); }
  friend constexpr bool operator>(f16 a, f16 b) { return float(a) > float(b); }
  friend constexpr bool operator>=(f16 a, f16 b) { return float(a) >= float(b); }
  friend constexpr f16 operator-(f16 a) { return from_bits(static_cast<std::uint16_t>(a.bits ^ 0x8000u)); }
  friend constexpr f16 operator+(f16 a, f16 b) { return f16(float(a) + float(b)); }
  friend constexpr f16 operator-(f16 a, f16 b) { return f16(float(a) - float(b)); }
  friend constexpr f16 operator*(f16 a, f16 b) { return f16(float(a) * float(b)); }
  friend constexpr f16 operator/(f16 a, f16 b) { return f16(float(a) / float(b)); }

  static constexpr f16 from_bits(std::uint16_t b) {
    f16 h;
    h.bits = b;
    return h;
  }

private:
  static constexpr float to_float(std::uint16_t h) {
    // Widening is a shift of exponent and fraction; one multiplication by 2^112 sets the exponent bias right
    // and normalises denormals. Infinities and NaNs keep the all-ones exponent.
    std::uint32_t const sign = (h & 0x8000u) << 16;
    std::uint32_t const rest = (h & 0x7fffu) << 13;
    if ((h & 0x7c00u) == 0x7c00u)
      return std::bit_cast<float>(sign | 0x7f800000u | rest);
    float const magnitude = std::bit_cast<float>(rest) * std::bit_cast<float>(0x77800000u); // 2^112
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
  }

  static constexpr std::uint16_t from_float(float x) {
    std::uint32_t const word = std::bit_cast<std::uint32_t>(x);
    std::uint32_t const sign = (word >> 16) & 0x8000u;
    std::uint32_t const magnitude = word & 0x7fffffffu;
    if (magnitude > 0x7f800000u)
      return static_cast<std::uint16_t>(sign | 0x7e00u); // NaN
    if (magnitude >= 0x477ff000u)
      return static_cast<std::uint16_t>(sign | 0x7c00u); // rounds to 2^16 or more: infinity
    if (magnitude < 0x33000000u)
      return static_cast<std::uint16_t>(sign); // below half of the smallest denormal
    std::uint32_t const exponent = magnitude >> 23;
    std::uint32_t const fraction = (magnitude & 0x7fffffu) | 0x800000u;
    // Bits to drop: 13 for normal results, more for denormal ones.
    std::uint32_t const drop = exponent >= 113 ? 13 : 126 - exponent;
    std::uint32_t const kept = fraction >> drop;
    std::uint32_t const lost = fraction & ((1u << drop) - 1);
    std::uint32_t const tie = 1u << (drop - 1);
    std::uint32_t const up = lost > tie || (lost == tie && (kept & 1u)) ? 1 : 0;
    // `kept` still holds the implicit bit; adding it on top of (exponent - 1) carries into the exponent.
    std::uint32_t const base = exponent >= 113 ? (exponent - 113) << 10 : 0;
    return static_cast<std::uint16_t>(sign | (base + kept + up));
  }
};

/// bfloat16, MSL's `bfloat` (Metal 3.1), on the host: the upper half of a float, with exact conversions.
/// Arithmetic is done in `float` and rounded once to nearest even; 24 bits are at least 2 * 8 + 2.
struct bf16 {
  std::uint16_t bits = 0;

  constexpr bf16() = default;
  constexpr explicit bf16(float x) : bits{from_float(x)} {}
  constexpr explicit operator float() const {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
  }

  friend constexpr bool operator==(bf16 a, bf16 b) { return float(a) == float(b); }
  friend constexpr bool operator<(bf16 a, bf16 b) { return float(a) < float(b); }
  friend constexpr bool operator<=(bf16 a, bf16 b) { return float(a) <= float(b); }
  friend constexpr bool operator>(bf16 a, bf16 b) { return float(a) > float(b); }
  friend constexpr bool operator>=(bf16 a, bf16 b) { return float(a) >= float(b); }
  friend constexpr bf16 operator-(bf16 a) { return from_bits(static_cast<std::uint16_t>(a.bits ^ 0x8000u)); }
  friend constexpr bf16 operator+(bf16 a, bf16 b) { return bf16(float(a) + float(b)); }
  friend constexpr bf16 operator-(bf16 a, bf16 b) { return bf16(float(a) - float(b)); }
  friend constexpr bf16 operator*(bf16 a, bf16 b) { return bf16(float(a) * float(b)); }
  friend constexpr bf16 operator/(bf16 a, bf16 b) { return bf16(float(a) / float(b)); }

  static constexpr bf16 from_bits(std::uint16_t b) {
    bf16 h;
    h.bits = b;
    return h;
  }

private:
  static constexpr std::uint16_t from_float(float x) {
    std::uint32_t const word = std::bit_cast<std::uint32_t>(x);
    if ((word & 0x7fffffffu) > 0x7f800000u)
      return static_cast<std::uint16_t>((word >> 16) | 0x40u); // NaN, quiet
    // Half of what is cut off, and one more where the kept bit is odd: ties go to even.
    return static_cast<std::uint16_t>((word + 0x7fffu + ((word >> 16) & 1u)) >> 16);
  }
};

} // namespace enigma
