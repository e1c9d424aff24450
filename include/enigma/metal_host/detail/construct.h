// SPDX-License-Identifier: MIT
// float4(...): clang's vectors have no constructors, so a vector's name followed by ( is a macro.
//
// metal_host::make<V>(...) does the work and serves any V: vectors by Metal's rules (one scalar for all
// components, or components from left to right that are exactly as many; one vector of another element type
// converts), everything else as V(...). Whoever rewrites T(...) of a template parameter T rewrites to it.
// METAL_HOST_NO_CONSTRUCTORS leaves the macros out.
#pragma once
#pragma clang system_header
#include "vectors.h"

namespace metal_host {

template <class V, int I, class A>
METAL_HOST_INLINE void put(V& v, A const& piece) {
  using E = element_t<V>;
  if constexpr (!is_vector<A>) {
    v[I] = convert_element<E>(piece);
  } else {
    for (int i = 0; i < count_of<A>; ++i)
      v[I + i] = convert_element<E>(element_t<A>(piece[i]));
  }
}

template <class V, int I>
METAL_HOST_INLINE void put_all(V&) {}
template <class V, int I, class A, class... More>
METAL_HOST_INLINE void put_all(V& v, A const& piece, More const&... more) {
  put<V, I>(v, piece);
  put_all<V, I + count_of<A>>(v, more...);
}

template <class V, class A>
METAL_HOST_CONSTEXPR V make_from_one(A a) {
  using E = element_t<V>;
  constexpr int n = count_of<V>;
  if constexpr (same<V, A>) {
    return a;
  } else if constexpr (is_vector<A>) {
    static_assert(count_of<A> == n, "a vector converts to a vector of as many components only");
    V v;
    put<V, 0>(v, a);
    return v;
  } else {
    E const e = convert_element<E>(a);
    if constexpr (n == 2)
      return V{e, e};
    else if constexpr (n == 3)
      return V{e, e, e};
    else
      return V{e, e, e, e};
  }
}

template <class V, class... A>
METAL_HOST_CONSTEXPR V make(A... a) {
  if constexpr (!is_vector<V>) {
    return V(a...);
  } else if constexpr (sizeof...(A) == 0) {
    return make_from_one<V>(0);
  } else if constexpr (sizeof...(A) == 1) {
    return make_from_one<V>(a...);
  } else {
    static_assert((count_of<A> + ...) == count_of<V>,
                  "a vector's constructor takes one scalar, or exactly as many components as the vector has");
    static_assert((... && (!is_vector<A> || same<element_t<A>, element_t<V>>)),
                  "a vector among the components of a constructor has the same element type");
    if constexpr ((... && !is_vector<A>)) {
      return V{convert_element<element_t<V>>(a)...};
    } else {
      V v;
      put_all<V, 0>(v, a...);
      return v;
    }
  }
}

// Clang's comparison of two int4 is an int4 of 0 and -1, where Metal's is a bool4. A constructor tells them
// apart by its own words: does the text between `at` and `end` compare at its outermost level?
constexpr bool compares(char const* at, char const* end) {
  while (at != end && *at == ' ')
    ++at;
  while (at != end && end[-1] == ' ')
    --end;
  int depth = 0;
  bool enclosed = at != end && *at == '(';
  for (char const* c = at; c != end; ++c) {
    depth += *c == '(' || *c == '[' || *c == '{' ? 1 : *c == ')' || *c == ']' || *c == '}' ? -1 : 0;
    if (depth == 0 && c + 1 != end)
      enclosed = false;
    if (depth == 0 && *c == ',')
      return false;
  }
  if (enclosed)
    return compares(at + 1, end - 1);
  if (at != end && *at == '!')
    return true;
  for (char const* c = at; c != end; ++c) {
    depth += *c == '(' || *c == '[' || *c == '{' ? 1 : *c == ')' || *c == ']' || *c == '}' ? -1 : 0;
    if (depth != 0)
      continue;
    char const next = c + 1 == end ? ' ' : c[1];
    if ((*c == '<' || *c == '>') && next == *c) { // a shift, perhaps <<=
      ++c;
      continue;
    }
    if ((*c == '=' || *c == '!' || *c == '<' || *c == '>') && next == '=')
      return true;
    if ((*c == '&' || *c == '|') && next == *c)
      return true;
    if (*c == '-' && next == '>') {
      ++c;
      continue;
    }
    if (*c == '>')
      return true;
    if (*c == '<') { // template arguments, if a > follows that opens a call or a scope
      char const* close = c + 1;
      while (close != end && *close != '>')
        ++close;
      char const* after = close == end ? end : close + 1;
      while (after != end && (*after == ' ' || *after == '>'))
        ++after;
      if (after == end || (*after != '(' && *after != '{' && *after != ':'))
        return true;
      c = after - 1;
    }
  }
  return false;
}
template <int N>
constexpr bool compares(char const (&words)[N]) {
  return compares(words, words + N - 1);
}

template <class A>
constexpr bool is_comparison = false;
template <class T, int N>
constexpr bool is_comparison<clang_vector<T, N>> = is_signed_integer<T>;

template <class V, bool Compares, class... A>
METAL_HOST_CONSTEXPR V make_saying(A... a) {
  if constexpr (Compares && sizeof...(A) == 1 && (... && is_comparison<A>))
    return make_from_one<V>(bool_vector<count_of<V>>(a...));
  else
    return make<V>(a...);
}

} // namespace metal_host

#ifndef METAL_HOST_NO_CONSTRUCTORS
// The words as they are written: constructors among them are not expanded yet.
#define METAL_HOST_CONSTRUCTOR(V, words, ...)                                                                \
  ::metal_host::make_saying<V, ::metal_host::compares(words)>(__VA_ARGS__)
#define bool2(...) METAL_HOST_CONSTRUCTOR(bool2, #__VA_ARGS__, __VA_ARGS__)
#define bool3(...) METAL_HOST_CONSTRUCTOR(bool3, #__VA_ARGS__, __VA_ARGS__)
#define bool4(...) METAL_HOST_CONSTRUCTOR(bool4, #__VA_ARGS__, __VA_ARGS__)
#define char2(...) METAL_HOST_CONSTRUCTOR(char2, #__VA_ARGS__, __VA_ARGS__)
#define char3(...) METAL_HOST_CONSTRUCTOR(char3, #__VA_ARGS__, __VA_ARGS__)
#define char4(...) METAL_HOST_CONSTRUCTOR(char4, #__VA_ARGS__, __VA_ARGS__)
#define uchar2(...) METAL_HOST_CONSTRUCTOR(uchar2, #__VA_ARGS__, __VA_ARGS__)
#define uchar3(...) METAL_HOST_CONSTRUCTOR(uchar3, #__VA_ARGS__, __VA_ARGS__)
#define uchar4(...) METAL_HOST_CONSTRUCTOR(uchar4, #__VA_ARGS__, __VA_ARGS__)
#define short2(...) METAL_HOST_CONSTRUCTOR(short2, #__VA_ARGS__, __VA_ARGS__)
#define short3(...) METAL_HOST_CONSTRUCTOR(short3, #__VA_ARGS__, __VA_ARGS__)
#define short4(...) METAL_HOST_CONSTRUCTOR(short4, #__VA_ARGS__, __VA_ARGS__)
#define ushort2(...) METAL_HOST_CONSTRUCTOR(ushort2, #__VA_ARGS__, __VA_ARGS__)
#define ushort3(...) METAL_HOST_CONSTRUCTOR(ushort3, #__VA_ARGS__, __VA_ARGS__)
#define ushort4(...) METAL_HOST_CONSTRUCTOR(ushort4, #__VA_ARGS__, __VA_ARGS__)
#define int2(...) METAL_HOST_CONSTRUCTOR(int2, #__VA_ARGS__, __VA_ARGS__)
#define int3(...) METAL_HOST_CONSTRUCTOR(int3, #__VA_ARGS__, __VA_ARGS__)
#define int4(...) METAL_HOST_CONSTRUCTOR(int4, #__VA_ARGS__, __VA_ARGS__)
#define uint2(...) METAL_HOST_CONSTRUCTOR(uint2, #__VA_ARGS__, __VA_ARGS__)
#define uint3(...) METAL_HOST_CONSTRUCTOR(uint3, #__VA_ARGS__, __VA_ARGS__)
#define uint4(...) METAL_HOST_CONSTRUCTOR(uint4, #__VA_ARGS__, __VA_ARGS__)
#define long2(...) METAL_HOST_CONSTRUCTOR(long2, #__VA_ARGS__, __VA_ARGS__)
#define long3(...) METAL_HOST_CONSTRUCTOR(long3, #__VA_ARGS__, __VA_ARGS__)
#define long4(...) METAL_HOST_CONSTRUCTOR(long4, #__VA_ARGS__, __VA_ARGS__)
#define ulong2(...) METAL_HOST_CONSTRUCTOR(ulong2, #__VA_ARGS__, __VA_ARGS__)
#define ulong3(...) METAL_HOST_CONSTRUCTOR(ulong3, #__VA_ARGS__, __VA_ARGS__)
#define ulong4(...) METAL_HOST_CONSTRUCTOR(ulong4, #__VA_ARGS__, __VA_ARGS__)
#define half2(...) METAL_HOST_CONSTRUCTOR(half2, #__VA_ARGS__, __VA_ARGS__)
#define half3(...) METAL_HOST_CONSTRUCTOR(half3, #__VA_ARGS__, __VA_ARGS__)
#define half4(...) METAL_HOST_CONSTRUCTOR(half4, #__VA_ARGS__, __VA_ARGS__)
#define bfloat2(...) METAL_HOST_CONSTRUCTOR(bfloat2, #__VA_ARGS__, __VA_ARGS__)
#define bfloat3(...) METAL_HOST_CONSTRUCTOR(bfloat3, #__VA_ARGS__, __VA_ARGS__)
#define bfloat4(...) METAL_HOST_CONSTRUCTOR(bfloat4, #__VA_ARGS__, __VA_ARGS__)
#define float2(...) METAL_HOST_CONSTRUCTOR(float2, #__VA_ARGS__, __VA_ARGS__)
#define float3(...) METAL_HOST_CONSTRUCTOR(float3, #__VA_ARGS__, __VA_ARGS__)
#define float4(...) METAL_HOST_CONSTRUCTOR(float4, #__VA_ARGS__, __VA_ARGS__)
#endif
