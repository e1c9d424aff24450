// SPDX-License-Identifier: MIT
// Functions of float and half against the C++ library in double and long double: half by every value there
// is, float by its extremes and random bits.
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>
#include <vector>

using half = _Float16;

namespace {

template <class T>
struct format;
template <>
struct format<float> {
  using bits = std::uint32_t;
  static constexpr int digits = 24, lowest_exponent = -149;
  static constexpr double most = 3.4028234663852886e38, below_one = 1 - 0x1p-24;
};
template <>
struct format<half> {
  using bits = std::uint16_t;
  static constexpr int digits = 11, lowest_exponent = -24;
  static constexpr double most = 65504, below_one = 1 - 0x1p-11;
};

double cos_pi(double x) {
  if (std::isinf(x))
    return NAN;
  double const r = std::fmod(std::fabs(x), 2.0);
  if (r == 0.5 || r == 1.5)
    return 0;
  return static_cast<double>(std::cos(3.14159265358979323846264338327950288L * static_cast<long double>(r)));
}
double sin_pi(double x) {
  if (std::isinf(x))
    return NAN;
  double const r = std::fmod(x, 2.0);
  if (r == std::trunc(r))
    return std::copysign(0.0, x);
  // Near a whole number the difference is exact.
  double const whole = std::nearbyint(r);
  long double const s =
      std::sin(3.14159265358979323846264338327950288L * static_cast<long double>(r - whole));
  return static_cast<double>(std::fmod(whole, 2.0) == 0 ? s : -s);
}
double tan_pi(double x) {
  if (std::isinf(x))
    return NAN;
  if (x == std::trunc(x))
    return std::copysign(0.0, x);
  return sin_pi(x) / cos_pi(x);
}
// Never 1: the greatest number below it instead.
template <class T>
double fraction(double x) {
  if (std::isinf(x))
    return NAN;
  double const f = static_cast<double>(static_cast<T>(x - std::floor(x)));
  return f >= 1 ? format<T>::below_one : f;
}
double highest(double x, double y, double z) {
  return std::fmax(std::fmax(x, y), z);
}
double lowest(double x, double y, double z) {
  return std::fmin(std::fmin(x, y), z);
}
double const any = 0x1.5p1000;         // the reference leaves the result open
double const either_zero = 0x1.7p1000; // and here the sign of a zero
// Of three numbers the middle one; of fewer any of them.
double median(double x, double y, double z) {
  if (std::isnan(x) || std::isnan(y) || std::isnan(z))
    return any;
  double const most = highest(x, y, z), least = lowest(x, y, z);
  if (x != most && x != least)
    return x;
  if (y != most && y != least)
    return y;
  if (z != most && z != least)
    return z;
  return (x == most) + (y == most) + (z == most) >= 2 ? most : least;
}
// The next number of T from x towards y, by trying.
template <class T>
double neighbour(double x, double y) {
  if (std::isnan(x) || std::isnan(y))
    return NAN;
  if (x == y)
    return y;
  using bits = typename format<T>::bits;
  T const from = static_cast<T>(x);
  bits const sign = static_cast<bits>(bits(1) << (8 * sizeof(bits) - 1));
  bits const b = std::bit_cast<bits>(from);
  for (bits candidate :
       {static_cast<bits>(b + 1), static_cast<bits>(b - 1), bits(1), static_cast<bits>(sign | 1)}) {
    double const v = static_cast<double>(std::bit_cast<T>(candidate));
    if (((v > x && y > x) || (v < x && y < x)) && (b << 1 != 0 || std::fabs(v) < std::fabs(x) + 1e-7))
      return v;
  }
  return y;
}

// How many units in the last place of T `got` is away from `exact`; 0.5 and less is the nearest.
template <class T>
double distance(T got, long double exact) {
  double const g = static_cast<double>(got);
  if (std::isnan(exact))
    return std::isnan(g) ? 0 : 1e9;
  if (std::isnan(g))
    return 1e9;
  long double const size = std::fabs(exact);
  int exponent = 0;
  std::frexp(size, &exponent);
  if (size == 0)
    exponent = -100000;
  int const last = exponent - format<T>::digits > format<T>::lowest_exponent ? exponent - format<T>::digits
                                                                             : format<T>::lowest_exponent;
  long double const unit = std::ldexp(1.0L, last);
  long double const most = format<T>::most;
  if (size >= most + unit / 2) // rounds to infinity, or nearly so
    return std::isinf(g) && std::signbit(g) == std::signbit(exact)               ? 0
           : std::fabs(g) == static_cast<double>(most) && size < most + 4 * unit ? 1
                                                                                 : 1e9;
  if (std::isinf(g))
    return size > most - 4 * unit && std::signbit(g) == std::signbit(exact) ? 1 : 1e9;
  if (exact == 0 && g == 0)
    return std::signbit(g) == std::signbit(exact) ? 0 : 1e9;
  return static_cast<double>(std::fabs(static_cast<long double>(g) - exact) / unit);
}

long failures = 0;

template <class T>
void complain(char const* name, double x, double y, double z, T got, long double exact) {
  if (++failures <= 40)
    std::printf("%s(%a, %a, %a) of %s gives %a, should be %La\n", name, x, y, z,
                sizeof(T) == 2 ? "half" : "float", static_cast<double>(got), exact);
}
void complain(char const* name, char const* of, long wrong) {
  if (wrong != 0 && ++failures <= 40)
    std::printf("%s of %s: %ld vectors, or fast:: or precise::, differ from the scalar\n", name, of, wrong);
}

// half is calculated in float and rounded: less than half a unit more than the float result's own error.
template <class T>
double allowed(double ulp) {
  return sizeof(T) == 4 ? ulp : ulp == 0.5 ? 0.5 : 0.5001;
}

std::mt19937_64 random_bits(20240611);

std::vector<float> edges() {
  std::vector<float> v{0.0f,       -0.0f,      1.0f,        -1.0f,      0.5f,       -0.5f, 1.5f,
                       2.5f,       -2.5f,      0.49999997f, 8388607.5f, 8388609.0f, 1e30f, -1e30f,
                       3e38f,      1e-30f,     1e-40f,      -1e-40f,    1e-45f,     88.0f, 89.0f,
                       -104.0f,    127.9f,     -149.5f,     INFINITY,   -INFINITY,  NAN,   0x1.fffffep-1f,
                       1.0000001f, 3.1415927f, 1.5707964f,  -1e-9f};
  return v;
}
float some_float(long i) {
  static std::vector<float> const known = edges();
  std::uint64_t const r = random_bits();
  if (i % 8 == 0)
    return known[r % known.size()];
  if (i % 2 == 0)
    return std::bit_cast<float>(static_cast<std::uint32_t>(r));
  return static_cast<float>((static_cast<double>(r >> 11) * 0x1p-53 - 0.5) * (i % 4 == 1 ? 4 : 100));
}
half some_half() {
  std::uint64_t const r = random_bits();
  if (r % 8 == 0)
    return static_cast<half>(static_cast<double>(static_cast<int>(r >> 8 & 15) - 8) / 4);
  return std::bit_cast<half>(static_cast<std::uint16_t>(r >> 16));
}

long const count = 40000;
std::vector<float> X, Y, Z, R(count);
std::vector<half> hx, hy, hz, hr(65536), all_halves;

} // namespace

#define UNARY(f, meaning, ulp)                                                                               \
  extern "C" long metal_##f##_float(float const*, float*, long);                                             \
  extern "C" long metal_##f##_spaces(float const*, float const*, long);                                      \
  extern "C" long metal_##f##_half(half const*, half*, long);
#define BINARY(f, meaning, ulp)                                                                              \
  extern "C" long metal_##f##_float(float const*, float const*, float*, long);                               \
  extern "C" long metal_##f##_spaces(float const*, float const*, float const*, long);                        \
  extern "C" long metal_##f##_half(half const*, half const*, half*, long);
#define TERNARY(f, meaning, ulp)                                                                             \
  extern "C" long metal_##f##_float(float const*, float const*, float const*, float*, long);                 \
  extern "C" long metal_##f##_spaces(float const*, float const*, float const*, float const*, long);          \
  extern "C" long metal_##f##_half(half const*, half const*, half const*, half*, long);
#include "functions_of_float.def"
#undef UNARY
#undef BINARY
#undef TERNARY

namespace {
template <class T, class Exact>
void compare(char const* name, double ulp, long n, T const* x, T const* y, T const* z, T const* r,
             Exact exact) {
  for (long i = 0; i < n; ++i) {
    double const a = static_cast<double>(x[i]), b = static_cast<double>(y[i]), c = static_cast<double>(z[i]);
    long double const e = exact(a, b, c);
    if (e == any || (e == either_zero && r[i] == 0))
      continue;
    if (!(distance<T>(r[i], e) <= allowed<T>(ulp)))
      complain<T>(name, a, b, c, r[i], e);
  }
}
} // namespace

int main() {
  for (long i = 0; i < count; ++i) {
    X.push_back(some_float(i));
    Y.push_back(some_float(i + i / 8));
    Z.push_back(some_float(i + i / 64));
    hx.push_back(some_half());
    hy.push_back(some_half());
    hz.push_back(some_half());
  }
  for (int i = 0; i < 65536; ++i)
    all_halves.push_back(std::bit_cast<half>(static_cast<std::uint16_t>(i)));
  long functions = 0;

#define UNARY(f, meaning, ulp)                                                                               \
  {                                                                                                          \
    ++functions;                                                                                             \
    complain(#f, "float", metal_##f##_float(X.data(), R.data(), count));                                     \
    complain(#f, "float", metal_##f##_spaces(X.data(), R.data(), count));                                    \
    {                                                                                                        \
      using T = float;                                                                                       \
      compare<T>(#f, ulp, count, X.data(), X.data(), X.data(), R.data(),                                     \
                 [](double x, double, double) -> long double { return meaning; });                           \
    }                                                                                                        \
    complain(#f, "half", metal_##f##_half(all_halves.data(), hr.data(), 65536));                             \
    {                                                                                                        \
      using T = half;                                                                                        \
      compare<T>(#f, ulp, 65536, all_halves.data(), all_halves.data(), all_halves.data(), hr.data(),         \
                 [](double x, double, double) -> long double { return meaning; });                           \
    }                                                                                                        \
  }
#define BINARY(f, meaning, ulp)                                                                              \
  {                                                                                                          \
    ++functions;                                                                                             \
    complain(#f, "float", metal_##f##_float(X.data(), Y.data(), R.data(), count));                           \
    complain(#f, "float", metal_##f##_spaces(X.data(), Y.data(), R.data(), count));                          \
    {                                                                                                        \
      using T = float;                                                                                       \
      compare<T>(#f, ulp, count, X.data(), Y.data(), Y.data(), R.data(),                                     \
                 [](double x, double y, double) -> long double { return meaning; });                         \
    }                                                                                                        \
    complain(#f, "half", metal_##f##_half(hx.data(), hy.data(), hr.data(), count));                          \
    {                                                                                                        \
      using T = half;                                                                                        \
      compare<T>(#f, ulp, count, hx.data(), hy.data(), hy.data(), hr.data(),                                 \
                 [](double x, double y, double) -> long double { return meaning; });                         \
    }                                                                                                        \
  }
#define TERNARY(f, meaning, ulp)                                                                             \
  {                                                                                                          \
    ++functions;                                                                                             \
    complain(#f, "float", metal_##f##_float(X.data(), Y.data(), Z.data(), R.data(), count));                 \
    complain(#f, "float", metal_##f##_spaces(X.data(), Y.data(), Z.data(), R.data(), count));                \
    {                                                                                                        \
      using T = float;                                                                                       \
      compare<T>(#f, ulp, count, X.data(), Y.data(), Z.data(), R.data(),                                     \
                 [](double x, double y, double z) -> long double { return meaning; });                       \
    }                                                                                                        \
    complain(#f, "half", metal_##f##_half(hx.data(), hy.data(), hz.data(), hr.data(), count));               \
    {                                                                                                        \
      using T = half;                                                                                        \
      compare<T>(#f, ulp, count, hx.data(), hy.data(), hz.data(), hr.data(),                                 \
                 [](double x, double y, double z) -> long double { return meaning; });                       \
    }                                                                                                        \
  }
#include "functions_of_float.def"
  std::printf("%ld functions, %ld failures\n", functions, failures);
  return failures == 0 && functions > 40 ? 0 : 1;
}
