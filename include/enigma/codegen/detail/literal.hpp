// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>

#include <enigma/codegen/detail/text.hpp>
#include <enigma/codegen/ir.hpp>

namespace enigma::detail {

/// A positive finite float as digits * 10^exponent with the fewest digits that read back as the same float.
struct shortest_decimal {
  std::uint32_t digits = 0;
  int exponent = 0;
};

/// x times 10^power. Powers up to 10^22 are exact doubles, so the result carries at most four roundings:
/// a relative error below 2^-50.
constexpr double scaled(double x, int power) {
  constexpr double exact[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  for (; power > 22; power -= 22)
    x *= exact[22];
  for (; power < -22; power += 22)
    x /= exact[22];
  return power >= 0 ? x * exact[power] : x / exact[-power];
}

/// Tries 1, 2, ... 9 digits and takes the first candidate that lies within half the distance to the nearer
/// neighbouring float. A float's half distance is at least 2^-25 of its value; the doubles used here err by
/// less than 2^-50, so leaving a margin of 2^-20 of the half distance makes the test safe. Nine digits always
/// pass.
constexpr shortest_decimal shortest(float x) {
  double const exact = x;
  std::uint32_t const word = std::bit_cast<std::uint32_t>(x);
  // The gap below is the smaller one (at a power of two it is half of the gap above).
  double const half_gap = (exact - static_cast<double>(std::bit_cast<float>(word - 1))) / 2;
  int magnitude =
      0; // x in [10^magnitude, 10^(magnitude + 1)), give or take one: one digit more or less to try
  for (double y = exact; y >= 10; y /= 10)
    ++magnitude;
  for (double y = exact; y < 1; y *= 10)
    --magnitude;
  for (int n = 1; n < 9; ++n) {
    int const exponent = magnitude - n + 1;
    auto const digits = static_cast<std::uint32_t>(scaled(exact, -exponent) + 0.5);
    double const error = scaled(digits, exponent) - exact;
    if ((error < 0 ? -error : error) < half_gap * (1 - 0x1p-20) && digits != 0)
      return {digits, exponent};
  }
  int const exponent = magnitude - 8;
  return {static_cast<std::uint32_t>(scaled(exact, -exponent) + 0.5), exponent};
}

constexpr void put_decimal(text& out, float x) {
  shortest_decimal d = shortest(x);
  while (d.digits % 10 == 0 && d.digits != 0)
    d.digits /= 10, ++d.exponent;
  char reversed[10]{};
  int n = 0;
  for (std::uint32_t rest = d.digits; rest != 0; rest /= 10)
    reversed[n++] = static_cast<char>('0' + rest % 10);
  int const point = n + d.exponent; // digits before the decimal point
  if (point > 9 || point < -4) {    // 1.25e-10
    out << reversed[n - 1] << '.';
    if (n == 1)
      out << '0';
    for (int i = n - 2; i >= 0; --i)
      out << reversed[i];
    out << 'e' << point - 1;
    return;
  }
  if (point <= 0)
    out << "0.";
  for (int i = point; i < 0; ++i)
    out << '0';
  for (int i = 0; i < n || i < point; ++i) {
    if (i == point && i != 0)
      out << '.';
    out << (i < n ? reversed[n - 1 - i] : '0');
  }
  if (n <= point)
    out << ".0";
}

constexpr void put_float(text& out, float x, char const* suffix) {
  std::uint32_t const word = std::bit_cast<std::uint32_t>(x);
  if (word >> 31)
    out << '-';
  std::uint32_t const magnitude = word & 0x7fffffffu;
  if (magnitude == 0)
    out << "0.0";
  else
    put_decimal(out, std::bit_cast<float>(magnitude));
  out << suffix;
}

constexpr bool is_finite_float(float x) {
  return (std::bit_cast<std::uint32_t>(x) & 0x7f800000u) != 0x7f800000u;
}

/// The least number of a signed type has no literal: its magnitude is no number of the type.
constexpr bool is_least(element_kind kind, std::int64_t bits) {
  return (kind == element_kind::int32 || kind == element_kind::int64) &&
         bits == integer_bits(kind, std::int64_t{1} << (8 * size_in_bytes(kind) - 1));
}

constexpr void put_integer(text& out, element_kind kind, std::int64_t bits) {
  char const* const suffix = kind == element_kind::uint32   ? "u"
                             : kind == element_kind::int64  ? "L"
                             : kind == element_kind::uint64 ? "uL"
                                                            : "";
  std::int64_t const x = integer_value(kind, bits);
  if (is_least(kind, bits))
    out << '(' << x + 1 << suffix << " - 1" << suffix << ')';
  else if (!info(kind).is_signed)
    out.unsigned_number(static_cast<std::uint64_t>(x)) << suffix;
  else
    out << x << suffix;
}

/// A constant as MSL reads it back bit for bit. Infinities and NaNs are written by their bits: their macros
/// would lose a NaN's payload, and `half` has none. Integers of 8 and 16 bits are written as an int, which is
/// what they are in arithmetic.
constexpr void put_literal(text& out, element_kind kind, std::int64_t bits) {
  auto const word = static_cast<std::uint32_t>(bits);
  switch (kind) {
  case element_kind::boolean:
    out << (bits != 0 ? "true" : "false");
    break;
  case element_kind::float32: {
    auto const x = std::bit_cast<float>(word);
    if (is_finite_float(x))
      put_float(out, x, "f");
    else if (word == 0x7f800000u || word == 0xff800000u)
      out << (word >> 31 ? "-INFINITY" : "INFINITY");
    else
      out << "as_type<float>(" << static_cast<std::int64_t>(word) << "u)";
    break;
  }
  case element_kind::float16: {
    auto const x = static_cast<float>(f16::from_bits(static_cast<std::uint16_t>(word)));
    if (is_finite_float(x))
      put_float(out, x, "h");
    else
      out << "as_type<half>(ushort(" << static_cast<std::int64_t>(word) << "))";
    break;
  }
  case element_kind::bfloat16: {
    auto const x = static_cast<float>(bf16::from_bits(static_cast<std::uint16_t>(word)));
    if (is_finite_float(x))
      put_float(out, x, "bf");
    else
      out << "as_type<bfloat>(ushort(" << static_cast<std::int64_t>(word) << "))";
    break;
  }
  default:
    put_integer(out, kind, bits);
  }
}

/// True if the literal's text begins with a minus sign.
constexpr bool is_negative_literal(element_kind kind, std::int64_t bits) {
  auto const word = static_cast<std::uint32_t>(bits);
  switch (kind) {
  case element_kind::boolean:
    return false;
  case element_kind::float32:
    return (word >> 31) != 0 && (word & 0x7fffffffu) <= 0x7f800000u;
  case element_kind::float16:
    return (word & 0x8000u) != 0 && (word & 0x7c00u) != 0x7c00u;
  case element_kind::bfloat16:
    return (word & 0x8000u) != 0 && (word & 0x7f80u) != 0x7f80u;
  default:
    return info(kind).is_signed && integer_value(kind, bits) < 0 && !is_least(kind, bits);
  }
}

} // namespace enigma::detail
