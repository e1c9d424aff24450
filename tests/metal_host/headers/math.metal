// SPDX-License-Identifier: MIT
// Every function of float and half over arrays. The answer is how many times a vector, or fast:: or precise::,
// disagreed with the scalar.
#include <metal_stdlib>
using namespace metal;

template <class T>
bool other(T a, T b) {
  return __builtin_memcmp(&a, &b, sizeof(T)) != 0 && !(a != a && b != b);
}

// V of the N values at a[i], wrapping around.
template <class V>
V some(const thread typename metal_host::parts<V>::element* a, long i, long n) {
  V v;
  for (int k = 0; k < metal_host::count_of<V>; ++k)
    v[k] = a[(i + k) % n];
  return v;
}

#define LANES(V, call)                                                                                       \
  {                                                                                                          \
    V const w = call;                                                                                        \
    for (int k = 0; k < metal_host::count_of<V>; ++k)                                                        \
      wrong += other<T>(w[k], r[(i + k) % n]);                                                               \
  }
#define RUN(function, T, V2, V3, V4, parameters, one, of)                                                    \
  extern "C" long metal_##function##_##T parameters {                                                        \
    long wrong = 0;                                                                                          \
    for (long i = 0; i < n; ++i)                                                                             \
      r[i] = function one;                                                                                   \
    for (long i = 0; i < n; ++i) {                                                                           \
      LANES(V2, function of(V2))                                                                             \
      LANES(V3, function of(V3))                                                                             \
      LANES(V4, function of(V4))                                                                             \
    }                                                                                                        \
    return wrong;                                                                                            \
  }
#define OF_1(V) (some<V>(x, i, n))
#define OF_2(V) (some<V>(x, i, n), some<V>(y, i, n))
#define OF_3(V) (some<V>(x, i, n), some<V>(y, i, n), some<V>(z, i, n))
#define FAST(function, parameters, one)                                                                      \
  extern "C" long metal_##function##_spaces parameters {                                                     \
    long wrong = 0;                                                                                          \
    for (long i = 0; i < n; ++i)                                                                             \
      wrong += other<float>(fast::function one, r[i]) + other<float>(precise::function one, r[i]);           \
    return wrong;                                                                                            \
  }

namespace of_float {
typedef float T;
#define UNARY(f, meaning, ulp)                                                                               \
  RUN(f, float, float2, float3, float4, (const float* x, float* r, long n), (x[i]), OF_1)                    \
  FAST(f, (const float* x, const float* r, long n), (x[i]))
#define BINARY(f, meaning, ulp)                                                                              \
  RUN(f, float, float2, float3, float4, (const float* x, const float* y, float* r, long n), (x[i], y[i]), OF_2) \
  FAST(f, (const float* x, const float* y, const float* r, long n), (x[i], y[i]))
#define TERNARY(f, meaning, ulp)                                                                             \
  RUN(f, float, float2, float3, float4, (const float* x, const float* y, const float* z, float* r, long n),  \
      (x[i], y[i], z[i]), OF_3)                                                                              \
  FAST(f, (const float* x, const float* y, const float* z, const float* r, long n), (x[i], y[i], z[i]))
#include "functions_of_float.def"
#undef UNARY
#undef BINARY
#undef TERNARY
} // namespace of_float

namespace of_half {
typedef half T;
#define UNARY(f, meaning, ulp)                                                                               \
  RUN(f, half, half2, half3, half4, (const half* x, half* r, long n), (x[i]), OF_1)
#define BINARY(f, meaning, ulp)                                                                              \
  RUN(f, half, half2, half3, half4, (const half* x, const half* y, half* r, long n), (x[i], y[i]), OF_2)
#define TERNARY(f, meaning, ulp)                                                                             \
  RUN(f, half, half2, half3, half4, (const half* x, const half* y, const half* z, half* r, long n),          \
      (x[i], y[i], z[i]), OF_3)
#include "functions_of_float.def"
#undef UNARY
#undef BINARY
#undef TERNARY
} // namespace of_half
