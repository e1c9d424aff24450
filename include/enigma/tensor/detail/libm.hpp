// SPDX-License-Identifier: MIT
#pragma once

// The functions of <cmath> that run on the host, by way of the builtins that <cmath> itself calls: the same
// code, without the special functions that <cmath> brings since C++17, which cost as much to include as the
// whole layout algebra's operations. f32 is a float; tiles of the host have doubles too.

namespace enigma::detail::libm {

// clang-format off
#define ENIGMA_LIBM_1(name) \
  inline float name(float x) { return __builtin_##name##f(x); } \
  inline double name(double x) { return __builtin_##name(x); } \
  inline long double name(long double x) { return __builtin_##name##l(x); }
#define ENIGMA_LIBM_2(name) \
  inline float name(float x, float y) { return __builtin_##name##f(x, y); } \
  inline double name(double x, double y) { return __builtin_##name(x, y); } \
  inline long double name(long double x, long double y) { return __builtin_##name##l(x, y); }

ENIGMA_LIBM_1(sqrt)
ENIGMA_LIBM_1(exp)
ENIGMA_LIBM_1(exp2)
ENIGMA_LIBM_1(log)
ENIGMA_LIBM_1(log2)
ENIGMA_LIBM_1(log10)
ENIGMA_LIBM_1(sin)
ENIGMA_LIBM_1(cos)
ENIGMA_LIBM_1(tan)
ENIGMA_LIBM_1(asin)
ENIGMA_LIBM_1(acos)
ENIGMA_LIBM_1(atan)
ENIGMA_LIBM_1(sinh)
ENIGMA_LIBM_1(cosh)
ENIGMA_LIBM_1(tanh)
ENIGMA_LIBM_1(asinh)
ENIGMA_LIBM_1(acosh)
ENIGMA_LIBM_1(atanh)
ENIGMA_LIBM_1(floor)
ENIGMA_LIBM_1(ceil)
ENIGMA_LIBM_1(round)
ENIGMA_LIBM_1(nearbyint)
ENIGMA_LIBM_1(rint)
ENIGMA_LIBM_1(trunc)
ENIGMA_LIBM_1(fabs)
ENIGMA_LIBM_2(pow)
ENIGMA_LIBM_2(atan2)
ENIGMA_LIBM_2(fmod)
ENIGMA_LIBM_2(fdim)
ENIGMA_LIBM_2(copysign)
ENIGMA_LIBM_2(remainder)
ENIGMA_LIBM_2(nextafter)

#undef ENIGMA_LIBM_1
#undef ENIGMA_LIBM_2
// clang-format on

inline float fma(float x, float y, float z) {
  return __builtin_fmaf(x, y, z);
}
inline double fma(double x, double y, double z) {
  return __builtin_fma(x, y, z);
}
inline long double fma(long double x, long double y, long double z) {
  return __builtin_fmal(x, y, z);
}
inline float ldexp(float x, int n) {
  return __builtin_ldexpf(x, n);
}
inline int ilogb(float x) {
  return __builtin_ilogbf(x);
}

inline bool isfinite(float x) {
  return __builtin_isfinite(x);
}
inline bool isinf(float x) {
  return __builtin_isinf(x);
}
inline bool isnan(float x) {
  return __builtin_isnan(x);
}
inline bool isnormal(float x) {
  return __builtin_isnormal(x);
}
inline bool signbit(float x) {
  return __builtin_signbit(x);
}

inline constexpr float infinity = __builtin_huge_valf();
inline constexpr float nan = __builtin_nanf("");

} // namespace enigma::detail::libm
