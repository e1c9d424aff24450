// SPDX-License-Identifier: MIT
// Names of the inside of Metal's own headers that kernels in the wild call, mostly to give bfloat the
// functions that Metal has of float only. Not documented anywhere, so no more of them than are met; the last
// argument of the mathematical ones says whether a fast variant is wanted, which makes no difference here.
#pragma once
#pragma clang system_header
#include "../metal_common"
#include "../metal_simdgroup"
#include "../metal_type_traits"

namespace metal {
template <class... Each>
struct _disjunction : bool_constant<(... || Each::value)> {};
template <class... Each>
struct _conjunction : bool_constant<(... && Each::value)> {};
template <class T>
struct _fp_encoding_traits;
template <>
struct _fp_encoding_traits<float> {
  static constexpr uint sign_mask = 0x80000000u, inf_mask = 0x7f800000u;
};
template <>
struct _fp_encoding_traits<half> {
  static constexpr ushort sign_mask = 0x8000, inf_mask = 0x7c00;
};
} // namespace metal

/// Whether simdgroup functions take the type.
template <class T>
struct __is_valid_simdgroup_type
    : metal::bool_constant<metal_host::is_number<metal_host::element_t<T>> && !metal_host::is_packed<T> &&
                           !metal_host::same<metal_host::element_t<T>, bool> &&
                           sizeof(metal_host::element_t<T>) < 8> {};

#define __METAL_FAST_MATH__ true
#define __METAL_PRECISE_MATH__ false
#define __METAL_MAYBE_FAST_MATH__ true

#define METAL_HOST_INSIDE_1(name)                                                                            \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T __metal_##name(T x, bool = false) {                                                    \
    return metal::name(x);                                                                                   \
  }
#define METAL_HOST_INSIDE_2(name)                                                                            \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T __metal_##name(T x, T y, bool = false) {                                               \
    return metal::name(x, y);                                                                                \
  }
#define METAL_HOST_INSIDE_3(name)                                                                            \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T __metal_##name(T x, T y, T z, bool = false) {                                          \
    return metal::name(x, y, z);                                                                             \
  }
METAL_HOST_INSIDE_1(acos)
METAL_HOST_INSIDE_1(acosh)
METAL_HOST_INSIDE_1(asin)
METAL_HOST_INSIDE_1(asinh)
METAL_HOST_INSIDE_1(atan)
METAL_HOST_INSIDE_1(atanh)
METAL_HOST_INSIDE_1(ceil)
METAL_HOST_INSIDE_1(cos)
METAL_HOST_INSIDE_1(cosh)
METAL_HOST_INSIDE_1(cospi)
METAL_HOST_INSIDE_1(exp)
METAL_HOST_INSIDE_1(exp2)
METAL_HOST_INSIDE_1(exp10)
METAL_HOST_INSIDE_1(fabs)
METAL_HOST_INSIDE_1(floor)
METAL_HOST_INSIDE_1(fract)
METAL_HOST_INSIDE_1(log)
METAL_HOST_INSIDE_1(log2)
METAL_HOST_INSIDE_1(log10)
METAL_HOST_INSIDE_1(rint)
METAL_HOST_INSIDE_1(round)
METAL_HOST_INSIDE_1(rsqrt)
METAL_HOST_INSIDE_1(sin)
METAL_HOST_INSIDE_1(sinh)
METAL_HOST_INSIDE_1(sinpi)
METAL_HOST_INSIDE_1(sqrt)
METAL_HOST_INSIDE_1(tan)
METAL_HOST_INSIDE_1(tanh)
METAL_HOST_INSIDE_1(tanpi)
METAL_HOST_INSIDE_1(trunc)
METAL_HOST_INSIDE_2(atan2)
METAL_HOST_INSIDE_2(copysign)
METAL_HOST_INSIDE_2(divide)
METAL_HOST_INSIDE_2(fdim)
METAL_HOST_INSIDE_2(fmax)
METAL_HOST_INSIDE_2(fmin)
METAL_HOST_INSIDE_2(fmod)
METAL_HOST_INSIDE_2(nextafter)
METAL_HOST_INSIDE_2(pow)
METAL_HOST_INSIDE_2(powr)
METAL_HOST_INSIDE_3(fma)
METAL_HOST_INSIDE_3(fmax3)
METAL_HOST_INSIDE_3(fmin3)
METAL_HOST_INSIDE_3(fmedian3)
#undef METAL_HOST_INSIDE_1
#undef METAL_HOST_INSIDE_2
#undef METAL_HOST_INSIDE_3
template <class T, class I>
METAL_HOST_INLINE T __metal_frexp(T x, thread I* exponent) {
  return metal::frexp(x, *exponent);
}
template <class T, class I>
METAL_HOST_INLINE T __metal_ldexp(T x, I k, bool = false) {
  return metal::ldexp(x, k);
}

#define METAL_HOST_INSIDE_MOVE(name)                                                                         \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T __metal_simd_##name(T data, ushort lane, METAL_HOST_PLACE) {                           \
    return metal::simd_##name(data, lane, file, line);                                                       \
  }
#define METAL_HOST_INSIDE_FILL(name)                                                                         \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T __metal_simd_##name(T data, T fill, ushort delta, ushort modulo, METAL_HOST_PLACE) {   \
    return metal::simd_##name(data, fill, delta, modulo, file, line);                                        \
  }
#define METAL_HOST_INSIDE_REDUCE(name)                                                                       \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T __metal_simd_##name(T data, METAL_HOST_PLACE) {                                        \
    return metal::simd_##name(data, file, line);                                                             \
  }
// They take a float too, which nobody needs to have a meaning.
#define METAL_HOST_INSIDE_BITS(name)                                                                         \
  template <class T>                                                                                         \
  METAL_HOST_INLINE T __metal_simd_##name(T data, METAL_HOST_PLACE) {                                        \
    if constexpr (metal_host::is_integer<metal_host::element_t<T>>)                                          \
      return metal::simd_##name(data, file, line);                                                           \
    metal_host_fail("takes integers", "__metal_simd_" #name, file, line);                                    \
    return data;                                                                                             \
  }
METAL_HOST_INSIDE_MOVE(broadcast)
METAL_HOST_INSIDE_MOVE(shuffle)
METAL_HOST_INSIDE_MOVE(shuffle_xor)
METAL_HOST_INSIDE_MOVE(shuffle_up)
METAL_HOST_INSIDE_MOVE(shuffle_down)
METAL_HOST_INSIDE_MOVE(shuffle_rotate_up)
METAL_HOST_INSIDE_MOVE(shuffle_rotate_down)
METAL_HOST_INSIDE_FILL(shuffle_and_fill_up)
METAL_HOST_INSIDE_FILL(shuffle_and_fill_down)
METAL_HOST_INSIDE_REDUCE(sum)
METAL_HOST_INSIDE_REDUCE(product)
METAL_HOST_INSIDE_REDUCE(min)
METAL_HOST_INSIDE_REDUCE(max)
METAL_HOST_INSIDE_REDUCE(prefix_inclusive_sum)
METAL_HOST_INSIDE_REDUCE(prefix_exclusive_sum)
METAL_HOST_INSIDE_REDUCE(prefix_inclusive_product)
METAL_HOST_INSIDE_REDUCE(prefix_exclusive_product)
METAL_HOST_INSIDE_BITS(and)
METAL_HOST_INSIDE_BITS(or)
METAL_HOST_INSIDE_BITS(xor)
#undef METAL_HOST_INSIDE_MOVE
#undef METAL_HOST_INSIDE_FILL
#undef METAL_HOST_INSIDE_REDUCE
#undef METAL_HOST_INSIDE_BITS
