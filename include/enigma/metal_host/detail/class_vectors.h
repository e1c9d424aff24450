// SPDX-License-Identifier: MIT
// Vectors of bool and bfloat.
#pragma once
#pragma clang system_header
#include "parts.h"

namespace metal_host {

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
      this->metal_host_lanes[i] = bfloat(other.metal_host_lanes[i]);
  }
  METAL_HOST_INLINE bfloat_vector(bfloat b) {
    for (int i = 0; i < N; ++i)
      this->metal_host_lanes[i] = b;
  }
  template <class I, only_if_t<is_integer<I> || same<I, bool>, int> = 0>
  METAL_HOST_INLINE bfloat_vector(I b) : bfloat_vector(bfloat(b)) {}

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
