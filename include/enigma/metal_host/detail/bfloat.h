// SPDX-License-Identifier: MIT
// bfloat: a float with 7 stored bits of fraction. It becomes a float by itself; an integer becomes a bfloat
// by itself too, a float or a half only when asked; rounded to the nearest, ties to even.
#pragma once
#pragma clang system_header
#include "scalars.h"

namespace metal_host {

METAL_HOST_CONSTEXPR ushort bfloat_bits(float x) {
  uint const bits = __builtin_bit_cast(uint, x);
  if (x != x)
    return ushort(bits >> 16 | 0x40u);
  return ushort((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

// The float with one bit more than it has place for in its last bit, so that rounding it again is exact.
METAL_HOST_CONSTEXPR float round_to_odd(double x) {
  float const near = float(x);
  uint bits = __builtin_bit_cast(uint, near);
  if (x != x || near == float(__builtin_inff()) || near == -float(__builtin_inff()) || double(near) == x)
    return near;
  if ((double(near) > x) == (x > 0))
    bits -= 1;
  return __builtin_bit_cast(float, bits | 1u);
}

METAL_HOST_CONSTEXPR ushort bfloat_bits(double x) {
  return bfloat_bits(round_to_odd(x));
}

// Integers of more bits than a double holds keep the lost ones as one sticky bit.
METAL_HOST_CONSTEXPR ushort bfloat_bits(ulong x) {
  if (x >> 53 != 0)
    x = (x & ~0xffful) | ((x & 0xffful) != 0 ? 0x1000ul : 0ul);
  return bfloat_bits(double(x));
}
METAL_HOST_CONSTEXPR ushort bfloat_bits(long x) {
  return x < 0 ? ushort(bfloat_bits(0ul - ulong(x)) | 0x8000u) : bfloat_bits(ulong(x));
}

template <class A>
METAL_HOST_CONSTEXPR ushort bfloat_bits_of(A a) {
  if constexpr (same<A, float> || same<A, half>)
    return bfloat_bits(float(a));
  else if constexpr (same<A, double> || same<A, long double>)
    return bfloat_bits(double(a));
  else if constexpr (is_unsigned_integer<A> || same<A, bool>)
    return bfloat_bits(ulong(a));
  else
    return bfloat_bits(long(a));
}

} // namespace metal_host

struct bfloat {
  ushort metal_host_bits;

  bfloat() = default;
  METAL_HOST_READABLE(bfloat)
  template <class In>
  METAL_HOST_CONSTEXPR bfloat(In const& other, metal_host::from_space)
      : metal_host_bits(other.metal_host_bits) {}

  template <class A, metal_host::only_if_t<metal_host::is_real<A> || metal_host::same<A, double> ||
                                               metal_host::same<A, long double>,
                                           int> = 0>
  METAL_HOST_CONSTEXPR explicit bfloat(A a) : metal_host_bits(metal_host::bfloat_bits_of(a)) {}
  template <class A, metal_host::only_if_t<metal_host::is_integer<A> || metal_host::same<A, bool>, int> = 0>
  METAL_HOST_CONSTEXPR bfloat(A a) : metal_host_bits(metal_host::bfloat_bits_of(a)) {}

  // Templates, so that no second conversion follows by itself: a bfloat is no half and no int.
  template <class F, metal_host::only_if_t<metal_host::same<F, float>, int> = 0>
  METAL_HOST_CONSTEXPR operator F() const {
    return __builtin_bit_cast(float, uint(metal_host_bits) << 16);
  }
  template <class A,
            metal_host::only_if_t<metal_host::is_plain_number<A> && !metal_host::same<A, float>, int> = 0>
  METAL_HOST_CONSTEXPR explicit operator A() const {
    return A(float(*this));
  }

  friend METAL_HOST_CONSTEXPR bfloat operator+(bfloat a) { return a; }
  friend METAL_HOST_CONSTEXPR bfloat operator-(bfloat a) {
    a.metal_host_bits = ushort(a.metal_host_bits ^ 0x8000u);
    return a;
  }
  friend METAL_HOST_CONSTEXPR bool operator!(bfloat a) { return float(a) == 0; }

// An integer beside a bfloat becomes one; a half beside it is an error.
#define METAL_HOST_BFLOAT_OPERATOR(Result, op)                                                               \
  friend METAL_HOST_CONSTEXPR Result operator op(bfloat a, bfloat b) {                                       \
    return Result(float(a) op float(b));                                                                     \
  }                                                                                                          \
  template <class I, metal_host::only_if_t<metal_host::is_integer<I> || metal_host::same<I, bool>, int> = 0> \
  friend METAL_HOST_CONSTEXPR Result operator op(bfloat a, I b) {                                            \
    return a op bfloat(b);                                                                                   \
  }                                                                                                          \
  template <class I, metal_host::only_if_t<metal_host::is_integer<I> || metal_host::same<I, bool>, int> = 0> \
  friend METAL_HOST_CONSTEXPR Result operator op(I a, bfloat b) {                                            \
    return bfloat(a) op b;                                                                                   \
  }                                                                                                          \
  template <class H, metal_host::only_if_t<metal_host::same<H, half>, int> = 0>                              \
  friend Result operator op(bfloat a, H b) = delete;                                                         \
  template <class H, metal_host::only_if_t<metal_host::same<H, half>, int> = 0>                              \
  friend Result operator op(H a, bfloat b) = delete;
  METAL_HOST_BFLOAT_OPERATOR(bfloat, +)
  METAL_HOST_BFLOAT_OPERATOR(bfloat, -)
  METAL_HOST_BFLOAT_OPERATOR(bfloat, *)
  METAL_HOST_BFLOAT_OPERATOR(bfloat, /)
  METAL_HOST_BFLOAT_OPERATOR(bool, <)
  METAL_HOST_BFLOAT_OPERATOR(bool, <=)
  METAL_HOST_BFLOAT_OPERATOR(bool, >)
  METAL_HOST_BFLOAT_OPERATOR(bool, >=)
  METAL_HOST_BFLOAT_OPERATOR(bool, ==)
  METAL_HOST_BFLOAT_OPERATOR(bool, !=)
#undef METAL_HOST_BFLOAT_OPERATOR

  METAL_HOST_CONSTEXPR bfloat& operator+=(bfloat b) { return *this = *this + b; }
  METAL_HOST_CONSTEXPR bfloat& operator-=(bfloat b) { return *this = *this - b; }
  METAL_HOST_CONSTEXPR bfloat& operator*=(bfloat b) { return *this = *this * b; }
  METAL_HOST_CONSTEXPR bfloat& operator/=(bfloat b) { return *this = *this / b; }
};

// 1.0bf and 1.0BF are no literals for clang: whoever reads Metal source for it puts a _ in between.
constexpr bfloat operator""_bf(long double x) {
  return bfloat(x);
}
constexpr bfloat operator""_BF(long double x) {
  return bfloat(x);
}
