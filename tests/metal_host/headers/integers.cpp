// SPDX-License-Identifier: MIT
// Functions of integers against numbers of any size: every operation is done in 256 bits, here two __int128
// halves where it matters, and brought back into its type. 8-bit operands are all tried.
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

using uchar = unsigned char;
using ushort = unsigned short;
using uint = unsigned int;
using ulong = unsigned long;
using wide = __int128;

namespace {

template <class T>
constexpr int width = static_cast<int>(8 * sizeof(T));
template <class T>
wide const low = std::numeric_limits<T>::min();
template <class T>
wide const high = std::numeric_limits<T>::max();

template <class T>
T wrapped(wide x) { // modulo 2^width
  return static_cast<T>(x);
}
template <class T>
T saturated(wide x) {
  return static_cast<T>(x < low<T> ? low<T> : x > high<T> ? high<T> : x);
}
// Bit i of x, of any type.
template <class T>
bool bit(T x, int i) {
  return (static_cast<wide>(x) >> i & 1) != 0;
}
wide floor_shift(wide x, int by) {
  wide const unit = static_cast<wide>(1) << by;
  wide q = x / unit;
  if (q * unit > x)
    --q;
  return q;
}

// The high half of a product, from 32-bit digits where it has 128 bits.
template <class T>
T high_half(T x, T y) {
  if constexpr (width<T> < 64) {
    return wrapped<T>(floor_shift(static_cast<wide>(x) * y, width<T>));
  } else {
    ulong const a = static_cast<ulong>(x), b = static_cast<ulong>(y);
    ulong const a0 = a & 0xffffffff, a1 = a >> 32, b0 = b & 0xffffffff, b1 = b >> 32;
    ulong const carry = ((a0 * b0 >> 32) + (a0 * b1 & 0xffffffff) + (a1 * b0 & 0xffffffff)) >> 32;
    ulong top = a1 * b1 + (a0 * b1 >> 32) + (a1 * b0 >> 32) + carry;
    if (std::is_signed_v<T> && x < 0)
      top -= b;
    if (std::is_signed_v<T> && y < 0)
      top -= a;
    return static_cast<T>(top);
  }
}

template <class T>
T saturated_multiply_add(T a, T b, T c) {
  // |a b + c| < 2^127 for signed 64 bits, and < 2^128 for unsigned ones, done in two steps there.
  if constexpr (std::is_same_v<T, ulong>) {
    if (a != 0 && b > std::numeric_limits<T>::max() / a)
      return std::numeric_limits<T>::max();
    T const p = a * b;
    return p > std::numeric_limits<T>::max() - c ? std::numeric_limits<T>::max() : p + c;
  } else {
    return saturated<T>(static_cast<wide>(a) * b + c);
  }
}

template <class T>
struct oracle {
  using U = std::make_unsigned_t<T>;
  static T abs(T x, T, T, uint, uint) { return wrapped<T>(x < 0 ? -static_cast<wide>(x) : x); }
  static T clz(T x, T, T, uint, uint) {
    int n = 0;
    while (n < width<T> && !bit(x, width<T> - 1 - n))
      ++n;
    return static_cast<T>(n);
  }
  static T ctz(T x, T, T, uint, uint) {
    int n = 0;
    while (n < width<T> && !bit(x, n))
      ++n;
    return static_cast<T>(n);
  }
  static T popcount(T x, T, T, uint, uint) {
    int n = 0;
    for (int i = 0; i < width<T>; ++i)
      n += bit(x, i);
    return static_cast<T>(n);
  }
  static T reverse_bits(T x, T, T, uint, uint) {
    wide r = 0;
    for (int i = 0; i < width<T>; ++i)
      r |= static_cast<wide>(bit(x, i)) << (width<T> - 1 - i);
    return wrapped<T>(r);
  }
  static U absdiff(T x, T y, T, uint, uint) {
    wide const d = static_cast<wide>(x) - y;
    return static_cast<U>(d < 0 ? -d : d);
  }
  static T addsat(T x, T y, T, uint, uint) { return saturated<T>(static_cast<wide>(x) + y); }
  static T subsat(T x, T y, T, uint, uint) { return saturated<T>(static_cast<wide>(x) - y); }
  static T min(T x, T y, T, uint, uint) { return x < y ? x : y; }
  static T max(T x, T y, T, uint, uint) { return x > y ? x : y; }
  static T hadd(T x, T y, T, uint, uint) { return wrapped<T>(floor_shift(static_cast<wide>(x) + y, 1)); }
  static T rhadd(T x, T y, T, uint, uint) { return wrapped<T>(floor_shift(static_cast<wide>(x) + y + 1, 1)); }
  static T mulhi(T x, T y, T, uint, uint) { return high_half(x, y); }
  static T rotate(T x, T y, T, uint, uint) {
    int const by = static_cast<int>(static_cast<ulong>(y) % width<T>);
    wide r = 0;
    for (int i = 0; i < width<T>; ++i)
      r |= static_cast<wide>(bit(x, i)) << ((i + by) % width<T>);
    return wrapped<T>(r);
  }
  static T clamp(T x, T y, T z, uint, uint) {
    T const r = x < y ? y : x;
    return r > z ? z : r;
  }
  static T min3(T x, T y, T z, uint, uint) { return min(min(x, y, 0, 0, 0), z, 0, 0, 0); }
  static T max3(T x, T y, T z, uint, uint) { return max(max(x, y, 0, 0, 0), z, 0, 0, 0); }
  static T median3(T x, T y, T z, uint, uint) {
    if ((x <= y && y <= z) || (z <= y && y <= x))
      return y;
    return (y <= x && x <= z) || (z <= x && x <= y) ? x : z;
  }
  static T madhi(T x, T y, T z, uint, uint) { return wrapped<T>(static_cast<wide>(high_half(x, y)) + z); }
  static T madsat(T x, T y, T z, uint, uint) { return saturated_multiply_add(x, y, z); }
  static T extract_bits(T x, T, T, uint o, uint b) {
    wide r = 0;
    for (uint i = 0; i < b; ++i)
      r |= static_cast<wide>(bit(x, static_cast<int>(o + i))) << i;
    if (std::is_signed_v<T> && b != 0 && bit(x, static_cast<int>(o + b - 1)))
      r -= static_cast<wide>(1) << b;
    return wrapped<T>(r);
  }
  static T insert_bits(T x, T y, T, uint o, uint b) {
    wide r = 0;
    for (int i = 0; i < width<T>; ++i) {
      bool const inside = static_cast<uint>(i) >= o && static_cast<uint>(i) < o + b;
      r |= static_cast<wide>(inside ? bit(y, i - static_cast<int>(o)) : bit(x, i)) << i;
    }
    return wrapped<T>(r);
  }
  // Of the low 24 bits, with their sign.
  static wide low24(T x) {
    wide const b = static_cast<wide>(x) & 0xffffff;
    return std::is_signed_v<T> && b >= 0x800000 ? b - 0x1000000 : b;
  }
  static T mul24(T x, T y, T, uint, uint) { return wrapped<T>(low24(x) * low24(y)); }
  static T mad24(T x, T y, T z, uint, uint) { return wrapped<T>(low24(x) * low24(y) + z); }
};

std::mt19937_64 random_bits(77);
long failures = 0, calls = 0;

template <class T>
T some() {
  std::uint64_t const r = random_bits();
  T const known[] = {0,
                     1,
                     static_cast<T>(-1),
                     std::numeric_limits<T>::min(),
                     std::numeric_limits<T>::max(),
                     static_cast<T>(std::numeric_limits<T>::max() - 1),
                     2,
                     static_cast<T>(std::numeric_limits<T>::min() + 1)};
  if (r % 4 == 0)
    return known[r >> 32 & 7];
  // Of any size, not only large.
  return static_cast<T>(static_cast<T>(random_bits()) >> (r >> 8 & (static_cast<uint>(width<T>) - 1)));
}

template <class T, class R, class Metal, class Exact>
void compare(char const* name, char const* of, Metal metal, Exact exact) {
  ++calls;
  long const n = 65536;
  std::vector<T> x, y, z;
  std::vector<uint> o, b;
  std::vector<R> r(n);
  for (long i = 0; i < n; ++i) {
    x.push_back(width<T> == 8 ? static_cast<T>(i) : some<T>());
    y.push_back(width<T> == 8 ? static_cast<T>(i >> 8) : some<T>());
    z.push_back(some<T>());
    o.push_back(static_cast<uint>(random_bits() % static_cast<uint>(width<T>)));
    b.push_back(
        static_cast<uint>(random_bits() % static_cast<uint>(width<T> + 1 - static_cast<int>(o.back()))));
  }
  long const wrong = metal(x.data(), y.data(), z.data(), o.data(), b.data(), r.data(), n);
  if (wrong != 0 && ++failures <= 40)
    std::printf("%s of %s: %ld components differ from the scalar\n", name, of, wrong);
  for (long i = 0; i < n; ++i) {
    auto const k = static_cast<std::size_t>(i);
    R const e = exact(x[k], y[k], z[k], o[k], b[k]);
    if (r[k] != e && ++failures <= 40)
      std::printf("%s(%ld, %ld, %ld, offset %u, bits %u) of %s gives %ld, should be %ld\n", name,
                  static_cast<long>(x[k]), static_cast<long>(y[k]), static_cast<long>(z[k]), o[k], b[k], of,
                  static_cast<long>(r[k]), static_cast<long>(e));
  }
}

} // namespace

#define EACH(F, T, U)                                                                                        \
  F(abs, T, T)                                                                                               \
  F(clz, T, T)                                                                                               \
  F(ctz, T, T)                                                                                               \
  F(popcount, T, T)                                                                                          \
  F(reverse_bits, T, T)                                                                                      \
  F(absdiff, T, U)                                                                                           \
  F(addsat, T, T)                                                                                            \
  F(subsat, T, T)                                                                                            \
  F(min, T, T)                                                                                               \
  F(max, T, T)                                                                                               \
  F(hadd, T, T)                                                                                              \
  F(rhadd, T, T)                                                                                             \
  F(mulhi, T, T)                                                                                             \
  F(rotate, T, T)                                                                                            \
  F(clamp, T, T)                                                                                             \
  F(min3, T, T)                                                                                              \
  F(max3, T, T)                                                                                              \
  F(median3, T, T)                                                                                           \
  F(madhi, T, T)                                                                                             \
  F(madsat, T, T)                                                                                            \
  F(extract_bits, T, T)                                                                                      \
  F(insert_bits, T, T)
#define EVERY(F)                                                                                             \
  EACH(F, char, uchar)                                                                                       \
  EACH(F, uchar, uchar)                                                                                      \
  EACH(F, short, ushort)                                                                                     \
  EACH(F, ushort, ushort)                                                                                    \
  EACH(F, int, uint)                                                                                         \
  EACH(F, uint, uint)                                                                                        \
  EACH(F, long, ulong)                                                                                       \
  EACH(F, ulong, ulong)                                                                                      \
  F(mul24, int, int)                                                                                         \
  F(mul24, uint, uint)                                                                                       \
  F(mad24, int, int)                                                                                         \
  F(mad24, uint, uint)

#define DECLARE(name, T, R)                                                                                  \
  extern "C" long metal_##name##_##T(T const*, T const*, T const*, uint const*, uint const*, R*, long);
EVERY(DECLARE)

int main() {
#define COMPARE(name, T, R) compare<T, R>(#name, #T, metal_##name##_##T, oracle<T>::name);
  EVERY(COMPARE)
  std::printf("%ld functions, %ld failures\n", calls, failures);
  return failures == 0 && calls == 8 * 22 + 4 ? 0 : 1;
}
