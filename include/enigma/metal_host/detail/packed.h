// SPDX-License-Identifier: MIT
// Packed vectors: T, N times, without the fourth place that a vector of 3 has. Components that lie beside
// each other can be read and written by their names.
#pragma once
#pragma clang system_header
#include "parts.h"

namespace metal_host {

#define METAL_HOST_PACKED_MEMBERS_2                                                                          \
  union {                                                                                                    \
    struct {                                                                                                 \
      T x, y;                                                                                                \
    };                                                                                                       \
    struct {                                                                                                 \
      T r, g;                                                                                                \
    };                                                                                                       \
    T metal_host_lanes[2];                                                                                   \
  };
#define METAL_HOST_PACKED_MEMBERS_3                                                                          \
  union {                                                                                                    \
    struct {                                                                                                 \
      T x, y, z;                                                                                             \
    };                                                                                                       \
    struct {                                                                                                 \
      T r, g, b;                                                                                             \
    };                                                                                                       \
    packed<T, 2> xy, rg;                                                                                     \
    struct {                                                                                                 \
      T metal_host_first;                                                                                    \
      packed<T, 2> yz;                                                                                       \
    };                                                                                                       \
    T metal_host_lanes[3];                                                                                   \
  };
#define METAL_HOST_PACKED_MEMBERS_4                                                                          \
  union {                                                                                                    \
    struct {                                                                                                 \
      T x, y, z, w;                                                                                          \
    };                                                                                                       \
    struct {                                                                                                 \
      T r, g, b, a;                                                                                          \
    };                                                                                                       \
    struct {                                                                                                 \
      packed<T, 2> xy, zw;                                                                                   \
    };                                                                                                       \
    struct {                                                                                                 \
      packed<T, 2> rg, ba;                                                                                   \
    };                                                                                                       \
    packed<T, 3> xyz, rgb;                                                                                   \
    struct {                                                                                                 \
      T metal_host_first;                                                                                    \
      packed<T, 3> yzw;                                                                                      \
    };                                                                                                       \
    struct {                                                                                                 \
      T metal_host_before;                                                                                   \
      packed<T, 2> yz;                                                                                       \
    };                                                                                                       \
    T metal_host_lanes[4];                                                                                   \
  };

#define METAL_HOST_PACKED_OPERATOR(N, op)                                                                    \
  friend METAL_HOST_INLINE vector_t<T, N> operator op(packed a, packed b) {                                  \
    return vector_t<T, N>(a) op vector_t<T, N>(b);                                                           \
  }                                                                                                          \
  friend METAL_HOST_INLINE vector_t<T, N> operator op(packed p, vector_t<T, N> v) {                          \
    return vector_t<T, N>(p) op v;                                                                           \
  }                                                                                                          \
  friend METAL_HOST_INLINE vector_t<T, N> operator op(vector_t<T, N> v, packed p) {                          \
    return v op vector_t<T, N>(p);                                                                           \
  }                                                                                                          \
  template <class S, only_if_t<is_number<S>, int> = 0>                                                       \
  friend METAL_HOST_INLINE vector_t<T, N> operator op(packed p, S s) {                                       \
    return vector_t<T, N>(p) op convert_element<T>(s);                                                       \
  }                                                                                                          \
  template <class S, only_if_t<is_number<S>, int> = 0>                                                       \
  friend METAL_HOST_INLINE vector_t<T, N> operator op(S s, packed p) {                                       \
    return convert_element<T>(s) op vector_t<T, N>(p);                                                       \
  }                                                                                                          \
  METAL_HOST_INLINE packed& operator op##=(packed const& other) {                                            \
    return *this = packed(vector_t<T, N>(*this) op vector_t<T, N>(other));                                   \
  }                                                                                                          \
  template <class S, only_if_t<is_number<S>, int> = 0>                                                       \
  METAL_HOST_INLINE packed& operator op##=(S s) {                                                            \
    return *this = packed(vector_t<T, N>(*this) op convert_element<T>(s));                                   \
  }

// Calculating with packed vectors is calculating with the vectors that they become. By value, so that they
// can come from any space: clang finds no conversion of an object in device memory by itself.
#define METAL_HOST_PACKED(N)                                                                                 \
  template <class T>                                                                                         \
  struct packed<T, N> {                                                                                      \
    METAL_HOST_PACKED_MEMBERS_##N                                                                            \
                                                                                                             \
    packed() = default;                                                                                      \
    METAL_HOST_READABLE(packed)                                                                              \
    template <class In>                                                                                      \
    METAL_HOST_INLINE packed(In const& other, from_space) {                                                  \
      for (int i = 0; i < N; ++i)                                                                            \
        metal_host_lanes[i] = T(other.metal_host_lanes[i]);                                                  \
    }                                                                                                        \
    METAL_HOST_INLINE packed(vector_t<T, N> v) {                                                             \
      for (int i = 0; i < N; ++i)                                                                            \
        metal_host_lanes[i] = v[i];                                                                          \
    }                                                                                                        \
    template <class S, only_if_t<is_number<S>, int> = 0>                                                     \
    METAL_HOST_INLINE packed(S s) {                                                                          \
      for (int i = 0; i < N; ++i)                                                                            \
        metal_host_lanes[i] = convert_element<T>(s);                                                         \
    }                                                                                                        \
    template <class A, class B, class... More,                                                               \
              only_if_t<is_number<A> && is_number<B> && sizeof...(More) == N - 2, int> = 0>                  \
    METAL_HOST_CONSTEXPR packed(A a0, B b0, More... more)                                                    \
        : metal_host_lanes{convert_element<T>(a0), convert_element<T>(b0), convert_element<T>(more)...} {}   \
                                                                                                             \
    METAL_HOST_INLINE operator vector_t<T, N>() const {                                                      \
      vector_t<T, N> v;                                                                                      \
      for (int i = 0; i < N; ++i)                                                                            \
        v[i] = metal_host_lanes[i];                                                                          \
      return v;                                                                                              \
    }                                                                                                        \
    METAL_HOST_INLINE T& operator[](size_t i) {                                                              \
      return metal_host_lanes[i];                                                                            \
    }                                                                                                        \
    METAL_HOST_INLINE T const& operator[](size_t i) const {                                                  \
      return metal_host_lanes[i];                                                                            \
    }                                                                                                        \
    friend METAL_HOST_INLINE vector_t<T, N> operator-(packed p) {                                            \
      return -vector_t<T, N>(p);                                                                             \
    }                                                                                                        \
    METAL_HOST_PACKED_OPERATOR(N, +)                                                                         \
    METAL_HOST_PACKED_OPERATOR(N, -)                                                                         \
    METAL_HOST_PACKED_OPERATOR(N, *)                                                                         \
    METAL_HOST_PACKED_OPERATOR(N, /)                                                                         \
  };
METAL_HOST_PACKED(2)
METAL_HOST_PACKED(3)
METAL_HOST_PACKED(4)
#undef METAL_HOST_PACKED
#undef METAL_HOST_PACKED_OPERATOR

} // namespace metal_host
