// SPDX-License-Identifier: MIT
// Vectors. Those of numbers are clang's own (swizzles, splats and operators included); bool and bfloat, which
// clang has no such vectors of, and the packed types are classes.
#pragma once
#pragma clang system_header
#include "bfloat.h"

namespace metal_host {

template <class T, int N>
using clang_vector = T __attribute__((ext_vector_type(N)));

// T, N times, without the fourth place that a vector of 3 has. Parts that lie beside each other can be read
// and written by their names.
template <class T, int N>
struct packed;

template <class T, int N>
struct vector {
  using type = clang_vector<T, N>;
};
template <class T, int N>
using vector_t = typename vector<T, N>::type;

/// What a type consists of.
template <class V>
struct parts {
  using element = V;
  static constexpr int count = 1;
  static constexpr bool is_vector = false;
};
template <class T, int N>
struct parts<clang_vector<T, N>> {
  using element = T;
  static constexpr int count = N;
  static constexpr bool is_vector = true;
};
template <class T, int N>
struct parts<packed<T, N>> {
  using element = T;
  static constexpr int count = N;
  static constexpr bool is_vector = true;
};

template <class V>
using element_t = typename parts<V>::element;
template <class V>
constexpr int count_of = parts<V>::count;
template <class V>
constexpr bool is_vector = parts<V>::is_vector;
template <class V>
constexpr bool is_number = is_plain_number<V> || same<V, bfloat>;

template <class To, class From>
METAL_HOST_CONSTEXPR To convert_element(From const& x) {
  if constexpr (same<To, From>)
    return x;
  else if constexpr (same<To, bool>)
    return x != From(0);
  else
    return static_cast<To>(x);
}

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

// Calculating with packed vectors is calculating with the vectors that they become; clang finds those
// operators through the conversion. Beside a scalar it does not.
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
        metal_host_lanes[i] = other.metal_host_lanes[i];                                                     \
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

// The bytes of a vector that is a class: as long and as aligned as Metal's, the fourth place of three
// unnamed.
template <class T, int N>
struct class_vector_lanes;
template <class T>
struct class_vector_lanes<T, 2> {
  union {
    struct {
      T x, y;
    };
    struct {
      T r, g;
    };
    T metal_host_lanes[2];
  };
  class_vector_lanes() = default;
  METAL_HOST_CONSTEXPR class_vector_lanes(T a, T b) : metal_host_lanes{a, b} {}
};
template <class T>
struct class_vector_lanes<T, 3> {
  union {
    struct {
      T x, y, z;
    };
    struct {
      T r, g, b;
    };
    T metal_host_lanes[4];
  };
  class_vector_lanes() = default;
  METAL_HOST_CONSTEXPR class_vector_lanes(T a0, T b0, T c0) : metal_host_lanes{a0, b0, c0, T()} {}
};
template <class T>
struct class_vector_lanes<T, 4> {
  union {
    struct {
      T x, y, z, w;
    };
    struct {
      T r, g, b, a;
    };
    T metal_host_lanes[4];
  };
  class_vector_lanes() = default;
  METAL_HOST_CONSTEXPR class_vector_lanes(T a0, T b0, T c0, T d0) : metal_host_lanes{a0, b0, c0, d0} {}
};

template <int N>
struct alignas(N == 2 ? 2 : 4) bool_vector : class_vector_lanes<bool, N> {
  using base = class_vector_lanes<bool, N>;
  using base::base;

  bool_vector() = default;
  METAL_HOST_READABLE(bool_vector)
  template <class In>
  METAL_HOST_INLINE bool_vector(In const& other, from_space) {
    for (int i = 0; i < N; ++i)
      this->metal_host_lanes[i] = other.metal_host_lanes[i];
  }
  METAL_HOST_INLINE bool_vector(bool b) {
    for (int i = 0; i < N; ++i)
      this->metal_host_lanes[i] = b;
  }
// What clang's comparisons of vectors give: all bits of a lane, or none.
#define METAL_HOST_FROM_COMPARISON(T)                                                                        \
  METAL_HOST_INLINE bool_vector(clang_vector<T, N> v) {                                                      \
    for (int i = 0; i < N; ++i)                                                                              \
      this->metal_host_lanes[i] = v[i] != 0;                                                                 \
  }
  METAL_HOST_FROM_COMPARISON(char)
  METAL_HOST_FROM_COMPARISON(short)
  METAL_HOST_FROM_COMPARISON(int)
  METAL_HOST_FROM_COMPARISON(long)
#undef METAL_HOST_FROM_COMPARISON

  METAL_HOST_INLINE bool& operator[](size_t i) { return this->metal_host_lanes[i]; }
  METAL_HOST_INLINE bool const& operator[](size_t i) const { return this->metal_host_lanes[i]; }

#define METAL_HOST_BOOL_OPERATOR(op, does)                                                                   \
  friend METAL_HOST_INLINE bool_vector operator op(bool_vector a, bool_vector b) {                           \
    bool_vector r;                                                                                           \
    for (int i = 0; i < N; ++i)                                                                              \
      r[i] = a[i] does b[i];                                                                                 \
    return r;                                                                                                \
  }
  METAL_HOST_BOOL_OPERATOR(&&, &)
  METAL_HOST_BOOL_OPERATOR(||, |)
  METAL_HOST_BOOL_OPERATOR(&, &)
  METAL_HOST_BOOL_OPERATOR(|, |)
  METAL_HOST_BOOL_OPERATOR(^, ^)
  METAL_HOST_BOOL_OPERATOR(==, ==)
  METAL_HOST_BOOL_OPERATOR(!=, !=)
#undef METAL_HOST_BOOL_OPERATOR
  METAL_HOST_INLINE bool_vector& operator&=(bool_vector b) { return *this = *this & b; }
  METAL_HOST_INLINE bool_vector& operator|=(bool_vector b) { return *this = *this | b; }
  METAL_HOST_INLINE bool_vector& operator^=(bool_vector b) { return *this = *this ^ b; }
  friend METAL_HOST_INLINE bool_vector operator!(bool_vector a) { return a == bool_vector(false); }
};

template <int N>
struct alignas(N == 2 ? 4 : 8) bfloat_vector : class_vector_lanes<bfloat, N> {
  using base = class_vector_lanes<bfloat, N>;
  using base::base;

  bfloat_vector() = default;
  METAL_HOST_READABLE(bfloat_vector)
  template <class In>
  METAL_HOST_INLINE bfloat_vector(In const& other, from_space) {
    for (int i = 0; i < N; ++i)
      this->metal_host_lanes[i] = other.metal_host_lanes[i];
  }
  METAL_HOST_INLINE bfloat_vector(bfloat b) {
    for (int i = 0; i < N; ++i)
      this->metal_host_lanes[i] = b;
  }

  METAL_HOST_INLINE bfloat& operator[](size_t i) { return this->metal_host_lanes[i]; }
  METAL_HOST_INLINE bfloat const& operator[](size_t i) const { return this->metal_host_lanes[i]; }

#define METAL_HOST_BFLOAT_VECTOR_OPERATOR(Result, op)                                                        \
  friend METAL_HOST_INLINE Result operator op(bfloat_vector a, bfloat_vector b) {                            \
    Result r;                                                                                                \
    for (int i = 0; i < N; ++i)                                                                              \
      r[i] = a[i] op b[i];                                                                                   \
    return r;                                                                                                \
  }
  METAL_HOST_BFLOAT_VECTOR_OPERATOR(bfloat_vector, +)
  METAL_HOST_BFLOAT_VECTOR_OPERATOR(bfloat_vector, -)
  METAL_HOST_BFLOAT_VECTOR_OPERATOR(bfloat_vector, *)
  METAL_HOST_BFLOAT_VECTOR_OPERATOR(bfloat_vector, /)
  METAL_HOST_BFLOAT_VECTOR_OPERATOR(bool_vector<N>, <)
  METAL_HOST_BFLOAT_VECTOR_OPERATOR(bool_vector<N>, <=)
  METAL_HOST_BFLOAT_VECTOR_OPERATOR(bool_vector<N>, >)
  METAL_HOST_BFLOAT_VECTOR_OPERATOR(bool_vector<N>, >=)
  METAL_HOST_BFLOAT_VECTOR_OPERATOR(bool_vector<N>, ==)
  METAL_HOST_BFLOAT_VECTOR_OPERATOR(bool_vector<N>, !=)
#undef METAL_HOST_BFLOAT_VECTOR_OPERATOR
  friend METAL_HOST_INLINE bfloat_vector operator-(bfloat_vector a) {
    for (int i = 0; i < N; ++i)
      a[i] = -a[i];
    return a;
  }
  METAL_HOST_INLINE bfloat_vector& operator+=(bfloat_vector b) { return *this = *this + b; }
  METAL_HOST_INLINE bfloat_vector& operator-=(bfloat_vector b) { return *this = *this - b; }
  METAL_HOST_INLINE bfloat_vector& operator*=(bfloat_vector b) { return *this = *this * b; }
  METAL_HOST_INLINE bfloat_vector& operator/=(bfloat_vector b) { return *this = *this / b; }
};

template <int N>
struct vector<bool, N> {
  using type = bool_vector<N>;
};
template <int N>
struct vector<bfloat, N> {
  using type = bfloat_vector<N>;
};
template <int N>
struct parts<bool_vector<N>> {
  using element = bool;
  static constexpr int count = N;
  static constexpr bool is_vector = true;
};
template <int N>
struct parts<bfloat_vector<N>> {
  using element = bfloat;
  static constexpr int count = N;
  static constexpr bool is_vector = true;
};

} // namespace metal_host

namespace metal {
template <class T, int N>
using vec = metal_host::vector_t<T, N>;
template <class T, int N>
using packed_vec = metal_host::packed<T, N>;
} // namespace metal

#define METAL_HOST_VECTORS_OF(T)                                                                             \
  typedef metal_host::vector_t<T, 2> T##2;                                                                   \
  typedef metal_host::vector_t<T, 3> T##3;                                                                   \
  typedef metal_host::vector_t<T, 4> T##4;
METAL_HOST_VECTORS_OF(bool)
METAL_HOST_VECTORS_OF(char)
METAL_HOST_VECTORS_OF(uchar)
METAL_HOST_VECTORS_OF(short)
METAL_HOST_VECTORS_OF(ushort)
METAL_HOST_VECTORS_OF(int)
METAL_HOST_VECTORS_OF(uint)
METAL_HOST_VECTORS_OF(long)
METAL_HOST_VECTORS_OF(ulong)
METAL_HOST_VECTORS_OF(half)
METAL_HOST_VECTORS_OF(bfloat)
METAL_HOST_VECTORS_OF(float)

#define METAL_HOST_PACKED_OF(T)                                                                              \
  typedef metal_host::packed<T, 2> packed_##T##2;                                                            \
  typedef metal_host::packed<T, 3> packed_##T##3;                                                            \
  typedef metal_host::packed<T, 4> packed_##T##4;
METAL_HOST_PACKED_OF(char)
METAL_HOST_PACKED_OF(uchar)
METAL_HOST_PACKED_OF(short)
METAL_HOST_PACKED_OF(ushort)
METAL_HOST_PACKED_OF(int)
METAL_HOST_PACKED_OF(uint)
METAL_HOST_PACKED_OF(long)
METAL_HOST_PACKED_OF(half)
METAL_HOST_PACKED_OF(bfloat)
METAL_HOST_PACKED_OF(float)
