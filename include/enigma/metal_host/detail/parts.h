// SPDX-License-Identifier: MIT
// What vectors are, seen from their parts. Those of numbers are clang's own (swizzles, splats and operators
// included); bool and bfloat, which clang has no such vectors of, and the packed types are classes.
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

} // namespace metal_host
