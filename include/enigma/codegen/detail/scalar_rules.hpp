// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

#include <enigma/codegen/types.hpp>
#include <enigma/tensor/detail/libm.hpp>

// What operations compute on scalars, where that takes more than an expression in their row.

namespace enigma::detail {

// The rules compute on the types of a machine: bool, i32, u32, i64, u64 and f32. The other types go through
// these: i8 and i16 through i32, u8 and u16 through u32, f16 and bf16 through f32, and the result is
// narrowed. Rows that say by_width have rules for every type instead.

template <class T>
inline constexpr bool is_integer_rule = std::is_integral_v<T> && !std::is_same_v<T, bool>;
template <class T>
inline constexpr int width_of = static_cast<int>(sizeof(T)) * 8;

/// The unsigned type that T's arithmetic is done in, so that it wraps instead of being undefined.
template <class T>
using modular = std::conditional_t<(sizeof(T) > 4), u64, u32>;

/// f on integers modulo their width; floating point passes through.
template <class T, class F>
constexpr T on_unsigned(T a, T b, F f) {
  if constexpr (is_integer_rule<T>)
    return static_cast<T>(f(static_cast<modular<T>>(a), static_cast<modular<T>>(b)));
  else
    return f(a, b);
}

// What MSL leaves unspecified (x / 0) is 0 here, and nothing traps.
template <class T>
constexpr T divided(T a, T b) {
  if constexpr (is_integer_rule<T>) {
    if (b == 0)
      return 0;
    if constexpr (std::is_signed_v<T>)
      if (b == -1)
        return static_cast<T>(modular<T>{0} - static_cast<modular<T>>(a));
  }
  return static_cast<T>(a / b);
}
template <class T>
constexpr T remainder(T a, T b) {
  if (b == 0)
    return 0;
  if constexpr (std::is_signed_v<T>)
    if (b == -1)
      return 0;
  return static_cast<T>(a % b);
}
/// A shift counts modulo the width. Scalars of 8 and 16 bits come here as the int that MSL makes of them,
/// lanes of vectors as they are.
template <class T>
constexpr u32 shift_count(T n) {
  return static_cast<u32>(n) & static_cast<u32>(width_of<T> - 1);
}

// min and max give the operand that is not a NaN, as MSL's do.
template <class T>
constexpr T lesser(T a, T b) {
  return b < a || a != a ? b : a;
}
template <class T>
constexpr T greater(T a, T b) {
  return a < b || a != a ? b : a;
}

template <class T>
constexpr T magnitude(T x) {
  if constexpr (std::is_floating_point_v<T>)
    return std::bit_cast<f32>(std::bit_cast<u32>(x) & 0x7fffffffu);
  else if constexpr (std::is_signed_v<T>)
    return x < 0 ? static_cast<T>(modular<T>{0} - static_cast<modular<T>>(x)) : x;
  else
    return x;
}

// ---- Integers of a certain width ----

template <class T>
using unsigned_twin = std::make_unsigned_t<T>;

template <class T>
constexpr unsigned_twin<T> difference(T a, T b) {
  auto const x = static_cast<unsigned_twin<T>>(a), y = static_cast<unsigned_twin<T>>(b);
  return static_cast<unsigned_twin<T>>(a < b ? y - x : x - y);
}

template <class T>
inline constexpr T largest =
    static_cast<T>(static_cast<unsigned_twin<T>>(~u64{0}) >> (std::is_signed_v<T> ? 1 : 0));
template <class T>
inline constexpr T smallest = std::is_signed_v<T> ? static_cast<T>(-largest<T> - 1) : T{0};

template <class T>
constexpr T saturated_sum(T a, T b) {
  T r{};
  return !__builtin_add_overflow(a, b, &r) ? r : b < T{0} ? smallest<T> : largest<T>;
}
template <class T>
constexpr T saturated_difference(T a, T b) {
  T r{};
  return !__builtin_sub_overflow(a, b, &r) ? r : std::is_signed_v<T> && b < T{0} ? largest<T> : smallest<T>;
}

/// The upper half of a 64-bit product, from four products of halves.
constexpr u64 upper_product(u64 a, u64 b) {
  u64 const low = 0xffffffffu;
  u64 const ll = (a & low) * (b & low), lh = (a & low) * (b >> 32), hl = (a >> 32) * (b & low);
  u64 const carry = ((ll >> 32) + (lh & low) + (hl & low)) >> 32;
  return (a >> 32) * (b >> 32) + (lh >> 32) + (hl >> 32) + carry;
}
template <class T>
constexpr T upper_half(T a, T b) {
  if constexpr (sizeof(T) < 8) {
    using wide = std::conditional_t<std::is_signed_v<T>, i64, u64>;
    return static_cast<T>((static_cast<wide>(a) * static_cast<wide>(b)) >> width_of<T>);
  } else {
    u64 const h = upper_product(static_cast<u64>(a), static_cast<u64>(b));
    if constexpr (!std::is_signed_v<T>)
      return h;
    else // a negative number is 2^64 too large as an unsigned one
      return static_cast<T>(h - (a < 0 ? static_cast<u64>(b) : 0) - (b < 0 ? static_cast<u64>(a) : 0));
  }
}
/// a * b + c, saturated: the double-width product with c added, and whether that fits.
template <class T>
constexpr T saturated_mad(T a, T b, T c) {
  if constexpr (sizeof(T) < 8) {
    // The largest u32 product and sum still fit 64 bits.
    using wide = std::conditional_t<std::is_signed_v<T>, i64, u64>;
    wide const r = static_cast<wide>(a) * static_cast<wide>(b) + static_cast<wide>(c);
    return r > static_cast<wide>(largest<T>)    ? largest<T>
           : r < static_cast<wide>(smallest<T>) ? smallest<T>
                                                : static_cast<T>(r);
  } else {
    u64 const low = static_cast<u64>(a) * static_cast<u64>(b), sum = low + static_cast<u64>(c);
    u64 const high =
        static_cast<u64>(upper_half(a, b)) + (sum < low ? 1 : 0) - (std::is_signed_v<T> && c < T{0} ? 1 : 0);
    if constexpr (std::is_signed_v<T>) {
      if (high == (sum >> 63 != 0 ? ~u64{0} : 0))
        return static_cast<T>(sum);
      return high >> 63 != 0 ? smallest<T> : largest<T>;
    } else {
      return high == 0 ? sum : largest<T>;
    }
  }
}

template <class T>
constexpr T bits_reversed(T x) {
  auto const u = static_cast<unsigned_twin<T>>(x);
  u64 r = 0;
  for (int i = 0; i < width_of<T>; ++i)
    r |= (static_cast<u64>(u) >> i & 1u) << (width_of<T> - 1 - i);
  return static_cast<T>(r);
}
/// `bits` ones from `offset` on; what MSL leaves undefined (past the width) is cut off.
template <class T>
constexpr u64 bit_field(u32 offset, u32 bits) {
  u64 const ones = bits >= 64 ? ~u64{0} : (u64{1} << bits) - 1;
  return offset >= 64 ? 0 : ones << offset;
}
template <class T>
constexpr T bits_extracted(T x, u32 offset, u32 bits) {
  if (bits == 0 || offset >= static_cast<u32>(width_of<T>))
    return 0;
  u64 const field = (static_cast<u64>(static_cast<unsigned_twin<T>>(x)) >> offset) & bit_field<T>(0, bits);
  if constexpr (std::is_signed_v<T>)
    if (bits < 64 && (field >> (bits - 1) & 1u) != 0)
      return static_cast<T>(field | ~bit_field<T>(0, bits));
  return static_cast<T>(field);
}
template <class T>
constexpr T bits_inserted(T base, T insert, u32 offset, u32 bits) {
  u64 const field = bit_field<T>(offset, bits);
  return static_cast<T>((static_cast<u64>(base) & ~field) |
                        ((offset >= 64 ? 0 : static_cast<u64>(insert) << offset) & field));
}

// ---- Floats ----

/// x - floor(x), below 1 also where that rounds to 1 in T.
template <class T>
T fraction(T x) {
  constexpr float most = std::is_same_v<T, f16>    ? 0x1.ffcp-1f
                         : std::is_same_v<T, bf16> ? 0x1.fep-1f
                                                   : 0x1.fffffep-1f;
  float const f = float(x) - libm::floor(float(x));
  return T(f > most ? most : f);
}

/// sin and cos of pi * x, exact where they are 0, 1 or -1.
inline float sin_of_pi(float x) {
  double const r = libm::remainder(static_cast<double>(x), 2.0); // exact, from -1 to 1
  double const magnitude = libm::fabs(r) > 0.5 ? 1.0 - libm::fabs(r) : libm::fabs(r);
  double const s = libm::sin(magnitude * 3.14159265358979323846);
  return static_cast<float>(libm::copysign(s, r == 0.0 || libm::fabs(r) == 1.0 ? static_cast<double>(x) : r));
}
inline float cos_of_pi(float x) {
  double const r = libm::fabs(libm::remainder(static_cast<double>(x), 2.0)); // 0 to 1
  return static_cast<float>(r == 0.5  ? 0.0
                            : r > 0.5 ? -libm::cos((1.0 - r) * 3.14159265358979323846)
                                      : libm::cos(r * 3.14159265358979323846));
}
inline float tan_of_pi(float x) {
  float const c = cos_of_pi(x);
  bool const whole = x - libm::rint(x) == 0; // infinities are not: they give a NaN
  return whole       ? libm::copysign(0.0f, x)
         : c == 0.0f ? libm::copysign(libm::infinity, sin_of_pi(x))
                     : static_cast<float>(static_cast<double>(sin_of_pi(x)) / static_cast<double>(c));
}

template <class T>
bool is_normal(T x) {
  if constexpr (std::is_same_v<T, f32>)
    return libm::isnormal(x);
  else {
    unsigned const exponent = std::is_same_v<T, f16> ? 0x7c00u : 0x7f80u;
    return (x.bits & exponent) != 0 && (x.bits & exponent) != exponent;
  }
}
/// The next number of T from x towards y.
template <class T>
T neighbour(T x, T y) {
  if constexpr (std::is_same_v<T, f32>) {
    return libm::nextafter(x, y);
  } else {
    if (x != x || y != y)
      return T(float(x) + float(y));
    if (x == y)
      return y;
    if (x == T(0.0f))
      return T::from_bits(static_cast<std::uint16_t>((y.bits & 0x8000u) | 1u));
    bool const away = (x < y) == (x > T(0.0f)); // from zero
    return T::from_bits(static_cast<std::uint16_t>(away ? x.bits + 1 : x.bits - 1));
  }
}
/// x * y + z, rounded once; of bf16, of which MSL has no fma, as f32 and then narrowed.
template <class T>
T multiplied_and_added(T x, T y, T z) {
  if constexpr (!std::is_same_v<T, f16>)
    return T(libm::fma(float(x), float(y), float(z)));
  else {
    double const sum = static_cast<double>(float(x)) * static_cast<double>(float(y)) +
                       static_cast<double>(float(z)); // what it loses lies far below a half's last bit
    // Towards an odd last bit, so that the second rounding still sees that something was cut off.
    float const f = static_cast<float>(sum), size = libm::fabs(f);
    bool const inexact = static_cast<double>(f) < sum || static_cast<double>(f) > sum;
    std::uint32_t const bits = std::bit_cast<std::uint32_t>(f);
    if (!inexact || (bits & 1u) != 0)
      return T(f);
    return T(std::bit_cast<float>(static_cast<double>(size) < libm::fabs(sum) ? bits + 1 : bits - 1));
  }
}

template <class To, class From>
constexpr To converted(From x) {
  if constexpr (std::is_same_v<From, To>) {
    return x;
  } else if constexpr (std::is_same_v<From, f16> || std::is_same_v<From, bf16>) {
    return converted<To>(float(x));
  } else if constexpr (std::is_same_v<To, f16> || std::is_same_v<To, bf16>) {
    return To(converted<float>(x));
  } else if constexpr (std::is_same_v<To, bool>) {
    return x != From{};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Truncation; NaN gives 0; what MSL leaves unspecified (out of range) is clamped.
    constexpr float past =
        static_cast<float>(u64{1} << (width_of<To> - (std::is_signed_v<To> ? 2 : 1))) * 2.0f;
    constexpr float low = std::is_signed_v<To> ? -past : 0.0f;
    if (!(x > low))
      return x <= low ? smallest<To> : To{0};
    return x >= past ? largest<To> : static_cast<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

} // namespace enigma::detail
