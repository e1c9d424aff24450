// SPDX-License-Identifier: MIT
// Every function of integers over arrays of each type; x, y and z are operands, `o` and `b` an offset and a number
// of bits. The answer is how many times a vector disagreed with the scalar.
#include <metal_stdlib>
using namespace metal;

template <class V>
V some(const thread typename metal_host::parts<V>::element* a, long i, long n) {
  V v;
  for (int k = 0; k < metal_host::count_of<V>; ++k)
    v[k] = a[(i + k) % n];
  return v;
}

#define LANES(V, call)                                                                                       \
  {                                                                                                          \
    auto const w = call;                                                                                     \
    static_assert(metal_host::count_of<decltype(some<V>(x, 0, 0))> == sizeof(w) / sizeof(w[0]) ||            \
                  sizeof(w) == 4 * sizeof(w[0]));                                                            \
    for (int k = 0; k < metal_host::count_of<V>; ++k)                                                        \
      wrong += w[k] != r[(i + k) % n];                                                                       \
  }
#define RUN(name, T, R, one, call)                                                                           \
  extern "C" long metal_##name##_##T(const T* x, const T* y, const T* z, const uint* o, const uint* b, R* r, \
                                     long n) {                                                               \
    long wrong = 0;                                                                                          \
    for (long i = 0; i < n; ++i)                                                                             \
      r[i] = one;                                                                                            \
    for (long i = 0; i < n; ++i) {                                                                           \
      LANES(T##2, call(T##2))                                                                                \
      LANES(T##3, call(T##3))                                                                                \
      LANES(T##4, call(T##4))                                                                                \
    }                                                                                                        \
    return wrong;                                                                                            \
  }
#define ONE(name, T)                                                                                         \
  static_assert(is_same_v<decltype(metal::name(T())), T>);                                                   \
  RUN(name, T, T, (metal::name(x[i])), name##_of)
#define TWO(name, T, R)                                                                                      \
  static_assert(is_same_v<decltype(metal::name(T(), T())), R>);                                              \
  RUN(name, T, R, (metal::name(x[i], y[i])), name##_of)
#define THREE(name, T) RUN(name, T, T, (metal::name(x[i], y[i], z[i])), name##_of)

#define abs_of(V) metal::abs(some<V>(x, i, n))
#define clz_of(V) metal::clz(some<V>(x, i, n))
#define ctz_of(V) metal::ctz(some<V>(x, i, n))
#define popcount_of(V) metal::popcount(some<V>(x, i, n))
#define reverse_bits_of(V) metal::reverse_bits(some<V>(x, i, n))
#define absdiff_of(V) metal::absdiff(some<V>(x, i, n), some<V>(y, i, n))
#define addsat_of(V) metal::addsat(some<V>(x, i, n), some<V>(y, i, n))
#define subsat_of(V) metal::subsat(some<V>(x, i, n), some<V>(y, i, n))
#define min_of(V) metal::min(some<V>(x, i, n), some<V>(y, i, n))
#define max_of(V) metal::max(some<V>(x, i, n), some<V>(y, i, n))
#define hadd_of(V) metal::hadd(some<V>(x, i, n), some<V>(y, i, n))
#define rhadd_of(V) metal::rhadd(some<V>(x, i, n), some<V>(y, i, n))
#define mulhi_of(V) metal::mulhi(some<V>(x, i, n), some<V>(y, i, n))
#define rotate_of(V) metal::rotate(some<V>(x, i, n), some<V>(y, i, n))
#define mul24_of(V) metal::mul24(some<V>(x, i, n), some<V>(y, i, n))
#define mad24_of(V) metal::mad24(some<V>(x, i, n), some<V>(y, i, n), some<V>(z, i, n))
#define clamp_of(V) metal::clamp(some<V>(x, i, n), some<V>(y, i, n), some<V>(z, i, n))
#define min3_of(V) metal::min3(some<V>(x, i, n), some<V>(y, i, n), some<V>(z, i, n))
#define max3_of(V) metal::max3(some<V>(x, i, n), some<V>(y, i, n), some<V>(z, i, n))
#define median3_of(V) metal::median3(some<V>(x, i, n), some<V>(y, i, n), some<V>(z, i, n))
#define madhi_of(V) metal::madhi(some<V>(x, i, n), some<V>(y, i, n), some<V>(z, i, n))
#define madsat_of(V) metal::madsat(some<V>(x, i, n), some<V>(y, i, n), some<V>(z, i, n))

// A vector has one offset for all its components: the scalar calls are the comparison.
#define FIELDS(T)                                                                                            \
  extern "C" long metal_extract_bits_##T(const T* x, const T*, const T*, const uint* o, const uint* b, T* r, \
                                         long n) {                                                           \
    long wrong = 0;                                                                                          \
    for (long i = 0; i < n; ++i) {                                                                           \
      r[i] = metal::extract_bits(x[i], o[i], b[i]);                                                          \
      T##3 const w = metal::extract_bits(some<T##3>(x, i, n), o[i], b[i]);                                   \
      for (int k = 0; k < 3; ++k)                                                                            \
        wrong += w[k] != metal::extract_bits(x[(i + k) % n], o[i], b[i]);                                    \
    }                                                                                                        \
    return wrong;                                                                                            \
  }                                                                                                          \
  extern "C" long metal_insert_bits_##T(const T* x, const T* y, const T*, const uint* o, const uint* b,      \
                                        T* r, long n) {                                                      \
    long wrong = 0;                                                                                          \
    for (long i = 0; i < n; ++i) {                                                                           \
      r[i] = metal::insert_bits(x[i], y[i], o[i], b[i]);                                                     \
      T##4 const w = metal::insert_bits(some<T##4>(x, i, n), some<T##4>(y, i, n), o[i], b[i]);               \
      for (int k = 0; k < 4; ++k)                                                                            \
        wrong += w[k] != metal::insert_bits(x[(i + k) % n], y[(i + k) % n], o[i], b[i]);                     \
    }                                                                                                        \
    return wrong;                                                                                            \
  }

#define ALL(T, U)                                                                                            \
  ONE(abs, T)                                                                                                \
  ONE(clz, T)                                                                                                \
  ONE(ctz, T)                                                                                                \
  ONE(popcount, T)                                                                                           \
  ONE(reverse_bits, T)                                                                                       \
  TWO(absdiff, T, U)                                                                                         \
  TWO(addsat, T, T)                                                                                          \
  TWO(subsat, T, T)                                                                                          \
  TWO(min, T, T)                                                                                             \
  TWO(max, T, T)                                                                                             \
  TWO(hadd, T, T)                                                                                            \
  TWO(rhadd, T, T)                                                                                           \
  TWO(mulhi, T, T)                                                                                           \
  TWO(rotate, T, T)                                                                                          \
  THREE(clamp, T)                                                                                            \
  THREE(min3, T)                                                                                             \
  THREE(max3, T)                                                                                             \
  THREE(median3, T)                                                                                          \
  THREE(madhi, T)                                                                                            \
  THREE(madsat, T)                                                                                           \
  FIELDS(T)
ALL(char, uchar)
ALL(uchar, uchar)
ALL(short, ushort)
ALL(ushort, ushort)
ALL(int, uint)
ALL(uint, uint)
ALL(long, ulong)
ALL(ulong, ulong)
TWO(mul24, int, int)
TWO(mul24, uint, uint)
THREE(mad24, int)
THREE(mad24, uint)
