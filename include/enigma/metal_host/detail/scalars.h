// SPDX-License-Identifier: MIT
// Scalar types, literals and the macros of <metal_stdlib>.
#pragma once
#pragma clang system_header
#include "spaces.h"

typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
typedef unsigned long size_t;
typedef long ptrdiff_t;
typedef _Float16 half;

static_assert(sizeof(long) == 8, "Metal's long has 64 bits");
static_assert(char(-1) < 0, "Metal's char is signed: compile with -fsigned-char");

constexpr half operator""h(long double x) {
  return half(x);
}
// Clang knows 1.0h and refuses 1.0H: whoever reads Metal source for it puts a _ in between.
constexpr half operator""_H(long double x) {
  return half(x);
}

namespace metal_host {

template <class A, class B>
constexpr bool same = false;
template <class A>
constexpr bool same<A, A> = true;

template <bool Yes, class T = void>
struct only_if {};
template <class T>
struct only_if<true, T> {
  using type = T;
};
template <bool Yes, class T = void>
using only_if_t = typename only_if<Yes, T>::type;

template <class T>
struct bare {
  using type = T;
};
template <class T>
struct bare<T const> {
  using type = T;
};
template <class T>
struct bare<T volatile> {
  using type = T;
};
template <class T>
struct bare<T const volatile> {
  using type = T;
};
template <class T>
using bare_t = typename bare<T>::type;

template <class T>
constexpr bool is_signed_integer =
    same<T, char> || same<T, signed char> || same<T, short> || same<T, int> || same<T, long>;
template <class T>
constexpr bool is_unsigned_integer = same<T, uchar> || same<T, ushort> || same<T, uint> || same<T, ulong>;
template <class T>
constexpr bool is_integer = is_signed_integer<T> || is_unsigned_integer<T>;
template <class T>
constexpr bool is_real = same<T, float> || same<T, half>;
// What C++ itself calculates with; bfloat is not among it.
template <class T>
constexpr bool is_plain_number = is_integer<T> || is_real<T> || same<T, bool>;

template <class T>
constexpr bool always_false = false;

} // namespace metal_host

#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define HUGE_VALF __builtin_inff()
#define MAXFLOAT 3.40282346638528859811704183484516925e+38f
#define HUGE_VALH half(__builtin_inff())
#define MAXHALF 6.5504e+4h
#define HUGE_VALBF bfloat(__builtin_inff())
#define MAXBFLOAT as_type<bfloat>(ushort(0x7f7f))

#define CHAR_BIT 8
#define SCHAR_MAX 127
#define SCHAR_MIN (-128)
#define CHAR_MAX SCHAR_MAX
#define CHAR_MIN SCHAR_MIN
#define UCHAR_MAX 255
#define SHRT_MAX 32767
#define SHRT_MIN (-32768)
#define USHRT_MAX 65535
#define INT_MAX 2147483647
#define INT_MIN (-2147483647 - 1)
#define UINT_MAX 4294967295u
#define LONG_MAX 9223372036854775807l
#define LONG_MIN (-9223372036854775807l - 1)
#define ULONG_MAX 18446744073709551615ul

#define FLT_DIG 6
#define FLT_MANT_DIG 24
#define FLT_MAX_10_EXP 38
#define FLT_MAX_EXP 128
#define FLT_MIN_10_EXP (-37)
#define FLT_MIN_EXP (-125)
#define FLT_RADIX 2
#define FLT_MAX MAXFLOAT
#define FLT_MIN 1.17549435082228750796873653722224568e-38f
#define FLT_EPSILON 1.1920928955078125e-7f
#define FP_ILOGB0 (-2147483647 - 1)
#define FP_ILOGBNAN (-2147483647 - 1)

#define HALF_DIG 3
#define HALF_MANT_DIG 11
#define HALF_MAX_10_EXP 4
#define HALF_MAX_EXP 16
#define HALF_MIN_10_EXP (-4)
#define HALF_MIN_EXP (-13)
#define HALF_RADIX 2
#define HALF_MAX MAXHALF
#define HALF_MIN 6.103515625e-5h
#define HALF_EPSILON 9.765625e-4h

#define M_E_F 2.71828182845904523536028747135266250f
#define M_LOG2E_F 1.44269504088896340735992468100189214f
#define M_LOG10E_F 0.434294481903251827651128918916605082f
#define M_LN2_F 0.693147180559945309417232121458176568f
#define M_LN10_F 2.30258509299404568401799145468436421f
#define M_PI_F 3.14159265358979323846264338327950288f
#define M_PI_2_F 1.57079632679489661923132169163975144f
#define M_PI_4_F 0.785398163397448309615660845819875721f
#define M_1_PI_F 0.318309886183790671537767526745028724f
#define M_2_PI_F 0.636619772367581343075535053490057448f
#define M_2_SQRTPI_F 1.12837916709551257389615890312154517f
#define M_SQRT2_F 1.41421356237309504880168872420969808f
#define M_SQRT1_2_F 0.707106781186547524400844362104849039f

#define M_E_H 2.71828182845904523536h
#define M_LOG2E_H 1.44269504088896340736h
#define M_LOG10E_H 0.43429448190325182765h
#define M_LN2_H 0.69314718055994530942h
#define M_LN10_H 2.30258509299404568402h
#define M_PI_H 3.14159265358979323846h
#define M_PI_2_H 1.57079632679489661923h
#define M_PI_4_H 0.78539816339744830962h
#define M_1_PI_H 0.31830988618379067154h
#define M_2_PI_H 0.63661977236758134308h
#define M_2_SQRTPI_H 1.12837916709551257390h
#define M_SQRT2_H 1.41421356237309504880h
#define M_SQRT1_2_H 0.70710678118654752440h

#define M_E_BF bfloat(M_E_F)
#define M_LOG2E_BF bfloat(M_LOG2E_F)
#define M_LOG10E_BF bfloat(M_LOG10E_F)
#define M_LN2_BF bfloat(M_LN2_F)
#define M_LN10_BF bfloat(M_LN10_F)
#define M_PI_BF bfloat(M_PI_F)
#define M_PI_2_BF bfloat(M_PI_2_F)
#define M_PI_4_BF bfloat(M_PI_4_F)
#define M_1_PI_BF bfloat(M_1_PI_F)
#define M_2_PI_BF bfloat(M_2_PI_F)
#define M_2_SQRTPI_BF bfloat(M_2_SQRTPI_F)
#define M_SQRT2_BF bfloat(M_SQRT2_F)
#define M_SQRT1_2_BF bfloat(M_SQRT1_2_F)
