// SPDX-License-Identifier: MIT
// Every row of the op table on every type it takes, against plain C++ written here, on edge values.

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <set>

#include "hand_made.hpp"

namespace {

using namespace hand_made;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::u32;

// Halves by arithmetic in double, sharing nothing with eg::f16 but its bits.
double from_half(f16 h) {
  int const exponent = h.bits >> 10 & 31, fraction = h.bits & 1023;
  double const sign = (h.bits & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 31)
    return fraction != 0 ? std::nan("") : sign * HUGE_VAL;
  return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25));
}
f16 to_half(double x) {
  auto const sign = static_cast<std::uint16_t>(std::signbit(x) ? 0x8000 : 0);
  auto const bits = [&](int b) { return f16::from_bits(static_cast<std::uint16_t>(sign | b)); };
  if (std::isnan(x))
    return bits(0x7e00);
  x = std::fabs(x);
  if (x >= 65520.0)
    return bits(0x7c00);
  if (x < std::ldexp(1.0, -14))
    return bits(static_cast<int>(std::nearbyint(std::ldexp(x, 24))));
  int e = 0;
  double const m = std::frexp(x, &e); // x = m 2^e, 1/2 <= m < 1
  int const fraction = static_cast<int>(std::nearbyint(std::ldexp(m, 11)));
  return bits((e + 13) * 1024 + fraction); // a carry moves on into the exponent
}

template <class T>
std::vector<T> edges() {
  using L = std::numeric_limits<T>;
  if constexpr (std::is_same_v<T, bool>)
    return {false, true};
  else if constexpr (std::is_same_v<T, i32>)
    return {0, 1, -1, 2, -2, 3, 7, -7, 31, 32, 33, 1000003, -46341, 65536, L::max(), L::min(), L::min() + 1};
  else if constexpr (std::is_same_v<T, u32>)
    return {0, 1, 2, 3, 7, 31, 32, 33, 65535, 65536, 1000003, 0x7fffffff, 0x80000000, L::max(), L::max() - 1};
  else if constexpr (std::is_same_v<T, f32>)
    return {0.0f,        -0.0f,    1.0f,     -1.0f,         0.5f,           -0.5f,           1.5f,
            2.5f,        -2.5f,    3.14159f, -3.14159f,     1e-3f,          100.25f,         -1e10f,
            16777217.0f, L::max(), L::min(), L::infinity(), -L::infinity(), L::denorm_min(), L::quiet_NaN(),
            0.99999994f, -0.1f};
  else {
    std::vector<T> r;
    for (int b : {0, 0x8000, 0x3c00, 0xbc00, 0x3800, 0x3e00, 0x4100, 0xc100, 0x4248, 0x0001, 0x0400, 0x7bff,
                  0xfbff, 0x7c00, 0xfc00, 0x7e00, 0x2e66, 0x5640})
      r.push_back(T::from_bits(static_cast<std::uint16_t>(b)));
    return r;
  }
}

template <class T>
bool is_nan(T x) {
  if constexpr (std::is_same_v<T, f32>)
    return std::isnan(x);
  else if constexpr (std::is_same_v<T, f16>)
    return std::isnan(from_half(x));
  else
    return false;
}

// Signs of zero count; any NaN equals any NaN.
template <class T>
bool same_value(T a, T b) {
  if (is_nan(a) || is_nan(b))
    return is_nan(a) && is_nan(b);
  return std::memcmp(&a, &b, sizeof a) == 0;
}

template <class T>
double shown(T x) {
  if constexpr (std::is_same_v<T, f16>)
    return from_half(x);
  else
    return static_cast<double>(x);
}

// std::vector<bool> has no bools; this has.
template <class T>
struct array_of {
  explicit array_of(std::size_t n) : data_(new T[n]{}), size_{n} {}
  std::span<T> span() { return {data_.get(), size_}; }
  T& operator[](std::size_t i) { return data_[i]; }
  std::unique_ptr<T[]> data_;
  std::size_t size_;
};

std::set<std::pair<op, element_kind>> tested;

// Runs `code` on all combinations of the operands' edge values, with vectors of `lanes`.
template <class R, class A, class B, class C>
void check_lanes(op code, int operands, std::uint8_t lanes, std::function<R(A, B, C)> const& expected) {
  auto const as = edges<A>();
  auto const bs = edges<B>();
  auto const cs = edges<C>();
  std::size_t const nb = operands > 1 ? bs.size() : 1, nc = operands > 2 ? cs.size() : 1;
  std::size_t const cases = as.size() * nb * nc;
  std::size_t const n = (cases + lanes - 1) / lanes * lanes;
  array_of<A> a(n);
  array_of<B> b(n);
  array_of<C> c(n);
  array_of<R> r(n);
  for (std::size_t i = 0; i < cases; ++i) {
    a[i] = as[i % as.size()];
    b[i] = bs[i / as.size() % nb];
    c[i] = cs[i / as.size() / nb % nc];
  }
  kernel k;
  int const ma = k.in<A>("A"), mb = k.in<B>("B"), mc = k.in<C>("C"), mr = k.out<R>("R");
  value_id at = k.gid();
  if (lanes > 1)
    at = k.same(op::mul, at, k.constant(u32{lanes}));
  std::vector<value_id> in{k.load(ma, at, lanes)};
  if (operands > 1)
    in.push_back(k.load(mb, at, lanes));
  if (operands > 2)
    in.push_back(k.load(mc, at, lanes));
  k.store(mr, at, k.emit(code, {t<R>.element, lanes}, in));
  cpu().execute(k.finish(), eg::threads(n / lanes), eg::in(a.span()), eg::in(b.span()), eg::in(c.span()),
                eg::out(r.span()));
  for (std::size_t i = 0; i < cases; ++i) {
    R const want = expected(a[i], b[i], c[i]);
    ASSERT_TRUE(same_value(r[i], want))
        << info(code).name << " of " << eg::ir_name(t<A>.element) << ", " << int{lanes} << " lanes: ("
        << shown(a[i]) << ", " << shown(b[i]) << ", " << shown(c[i]) << ") gives " << shown(r[i]) << ", not "
        << shown(want);
  }
}

template <class R, class A, class B, class C>
void check(op code, int operands, std::function<R(A, B, C)> const& expected) {
  tested.insert({code, t<A>.element});
  for (auto lanes : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}, std::uint8_t{4}})
    check_lanes<R, A, B, C>(code, operands, lanes, expected);
}

template <class T>
void unary(op code, std::function<T(T)> const& f) {
  check<T, T, T, T>(code, 1, [&](T a, T, T) { return f(a); });
}
template <class T>
void binary(op code, std::function<T(T, T)> const& f) {
  check<T, T, T, T>(code, 2, [&](T a, T b, T) { return f(a, b); });
}
template <class T>
void predicate(op code, std::function<bool(T, T)> const& f) {
  check<bool, T, T, T>(code, 2, [&](T a, T b, T) { return f(a, b); });
}

template <class T>
double real(T x) {
  return shown(x);
}

template <class T>
void comparisons() {
  predicate<T>(op::lt, [](T a, T b) { return real(a) < real(b); });
  predicate<T>(op::le, [](T a, T b) { return real(a) <= real(b); });
  predicate<T>(op::gt, [](T a, T b) { return real(a) > real(b); });
  predicate<T>(op::ge, [](T a, T b) { return real(a) >= real(b); });
}

TEST(rows, equality) {
  predicate<bool>(op::eq, [](bool a, bool b) { return a == b; });
  predicate<bool>(op::ne, [](bool a, bool b) { return a != b; });
  auto const numbers = []<class T>(T) {
    predicate<T>(op::eq, [](T a, T b) { return real(a) == real(b); });
    predicate<T>(op::ne, [](T a, T b) { return real(a) != real(b); });
    comparisons<T>();
  };
  numbers(i32{});
  numbers(u32{});
  numbers(f16{});
  numbers(f32{});
}

TEST(rows, booleans) {
  binary<bool>(op::logical_and, [](bool a, bool b) { return a && b; });
  binary<bool>(op::logical_or, [](bool a, bool b) { return a || b; });
  unary<bool>(op::logical_not, [](bool a) { return !a; });
}

// Integers through 64 bits, cut back to 32.
template <class T>
void integers() {
  using wide = std::int64_t;
  auto const cut = [](wide x) { return static_cast<T>(static_cast<std::uint32_t>(x)); };
  binary<T>(op::add, [=](T a, T b) { return cut(wide{a} + wide{b}); });
  binary<T>(op::sub, [=](T a, T b) { return cut(wide{a} - wide{b}); });
  binary<T>(op::mul, [=](T a, T b) {
    return cut(static_cast<wide>(static_cast<std::uint64_t>(wide{a}) * static_cast<std::uint64_t>(wide{b})));
  });
  binary<T>(op::div, [=](T a, T b) { return b == 0 ? T{0} : cut(wide{a} / wide{b}); });
  binary<T>(op::rem, [=](T a, T b) { return b == 0 ? T{0} : cut(wide{a} % wide{b}); });
  unary<T>(op::neg, [=](T a) { return cut(-wide{a}); });
  binary<T>(op::bit_and, [=](T a, T b) { return cut(wide{a} & wide{b}); });
  binary<T>(op::bit_or, [=](T a, T b) { return cut(wide{a} | wide{b}); });
  binary<T>(op::bit_xor, [=](T a, T b) { return cut(wide{a} ^ wide{b}); });
  unary<T>(op::bit_not, [=](T a) { return cut(~wide{a}); });
  binary<T>(op::shl, [=](T a, T b) {
    auto x = static_cast<std::uint32_t>(a);
    for (auto n = static_cast<std::uint32_t>(b) % 32; n > 0; --n)
      x = x + x;
    return static_cast<T>(x);
  });
  binary<T>(op::shr, [=](T a, T b) {
    wide const by = wide{1} << static_cast<std::uint32_t>(b) % 32;
    return cut(wide{a} >= 0 ? wide{a} / by : -((-wide{a} + by - 1) / by)); // rounds down
  });
  binary<T>(op::min, [](T a, T b) { return a < b ? a : b; });
  binary<T>(op::max, [](T a, T b) { return a > b ? a : b; });
  unary<T>(op::abs, [=](T a) { return cut(wide{a} < 0 ? -wide{a} : wide{a}); });
  check<T, T, T, T>(op::clamp, 3, [](T x, T low, T high) {
    T const y = x < low ? low : x;
    return high < y ? high : y;
  });
}

TEST(rows, signed_integers) {
  integers<i32>();
}
TEST(rows, unsigned_integers) {
  integers<u32>();
}

float as_float(float x) {
  return x;
}
float as_float(f16 x) {
  return static_cast<float>(from_half(x));
}
template <class T>
T rounded(float x) {
  if constexpr (std::is_same_v<T, f16>)
    return to_half(double{x});
  else
    return x;
}

template <class T>
void floating() {
  auto const one = [](op code, float (*f)(float)) {
    unary<T>(code, [f](T a) { return rounded<T>(f(as_float(a))); });
  };
  auto const two = [](op code, float (*f)(float, float)) {
    binary<T>(code, [f](T a, T b) { return rounded<T>(f(as_float(a), as_float(b))); });
  };
  two(op::add, [](float a, float b) { return a + b; });
  two(op::sub, [](float a, float b) { return a - b; });
  two(op::mul, [](float a, float b) { return a * b; });
  two(op::div, [](float a, float b) { return a / b; });
  one(op::neg, [](float a) { return -a; });
  two(op::min, [](float a, float b) { return std::isnan(a) ? b : b < a ? b : a; });
  two(op::max, [](float a, float b) { return std::isnan(a) ? b : b > a ? b : a; });
  one(op::abs, [](float a) { return std::fabs(a); });
  check<T, T, T, T>(op::clamp, 3, [](T x, T low, T high) {
    // fmin(fmax(x, low), high), which pass over NaNs
    T const y = !(as_float(x) >= as_float(low)) && !std::isnan(as_float(low)) ? low : x;
    return !(as_float(y) <= as_float(high)) && !std::isnan(as_float(high)) ? high : y;
  });
  check<T, T, T, T>(op::fma, 3, [](T a, T b, T c) {
    if constexpr (std::is_same_v<T, f16>) // a * b is exact in double; MSL rounds the sum once
      return to_half(double{static_cast<float>(from_half(a) * from_half(b) + from_half(c))});
    else
      return std::fma(a, b, c);
  });
  one(op::sqrt, [](float a) { return std::sqrt(a); });
  one(op::rsqrt, [](float a) { return 1.0f / std::sqrt(a); });
  one(op::exp, [](float a) { return std::exp(a); });
  one(op::exp2, [](float a) { return std::exp2(a); });
  one(op::log, [](float a) { return std::log(a); });
  one(op::log2, [](float a) { return std::log2(a); });
  one(op::log10, [](float a) { return std::log10(a); });
  one(op::sin, [](float a) { return std::sin(a); });
  one(op::cos, [](float a) { return std::cos(a); });
  one(op::tan, [](float a) { return std::tan(a); });
  one(op::asin, [](float a) { return std::asin(a); });
  one(op::acos, [](float a) { return std::acos(a); });
  one(op::atan, [](float a) { return std::atan(a); });
  two(op::atan2, [](float a, float b) { return std::atan2(a, b); });
  one(op::sinh, [](float a) { return std::sinh(a); });
  one(op::cosh, [](float a) { return std::cosh(a); });
  one(op::tanh, [](float a) { return std::tanh(a); });
  two(op::pow, [](float a, float b) { return std::pow(a, b); });
  two(op::fmod, [](float a, float b) { return std::fmod(a, b); });
  one(op::floor, [](float a) { return std::floor(a); });
  one(op::ceil, [](float a) { return std::ceil(a); });
  one(op::round, [](float a) { // halves away from zero
    if (!(std::fabs(a) < 8388608.0f))
      return a;
    double const whole = std::trunc(double{a}), rest = std::fabs(double{a} - whole);
    return static_cast<float>(std::copysign(std::fabs(whole) + (rest >= 0.5 ? 1.0 : 0.0), double{a}));
  });
  one(op::rint, [](float a) { // halves to even
    if (!(std::fabs(a) < 8388608.0f))
      return a;
    double const size = std::fabs(double{a}), below = std::floor(size), rest = size - below;
    bool const up = rest > 0.5 || (rest == 0.5 && std::fmod(below, 2.0) != 0.0);
    return static_cast<float>(std::copysign(below + (up ? 1.0 : 0.0), double{a}));
  });
  one(op::trunc, [](float a) { return std::trunc(a); });
  one(op::fract, [](float a) { // below 1, also just below a whole number
    float const last = std::is_same_v<T, f16> ? 1 - std::ldexp(1.0f, -11) : 1 - std::ldexp(1.0f, -24),
                f = a - std::floor(a);
    return f > last ? last : f;
  });
  one(op::sign, [](float a) { return a > 0 ? 1.0f : a < 0 ? -1.0f : std::isnan(a) ? 0.0f : a; });
  two(op::copysign, [](float a, float b) { return std::signbit(b) ? -std::fabs(a) : std::fabs(a); });
}

TEST(rows, halves) {
  floating<f16>();
}
TEST(rows, floats) {
  floating<f32>();
}

template <class T>
void selects() {
  check<T, T, T, bool>(op::select, 3, [](T a, T b, bool c) { return c ? b : a; });
}
TEST(rows, select) {
  selects<bool>();
  selects<i32>();
  selects<u32>();
  selects<f16>();
  selects<f32>();
}

// The exact value, cut to the target as its row says: truncation, NaN to 0, clamped out of range.
template <class To, class From>
To converted(From x) {
  double const v = shown(x);
  if constexpr (std::is_same_v<To, bool>)
    return !(v == 0.0);
  else if constexpr (std::is_same_v<To, f32>)
    return static_cast<float>(v);
  else if constexpr (std::is_same_v<To, f16>)
    return to_half(double{static_cast<float>(v)});
  else if constexpr (std::is_integral_v<From>)
    return static_cast<To>(static_cast<std::uint32_t>(static_cast<std::int64_t>(v)));
  else {
    if (std::isnan(v))
      return 0;
    double const low = std::numeric_limits<To>::min(), high = std::numeric_limits<To>::max();
    return static_cast<To>(v < low ? low : v > high ? high : std::trunc(v));
  }
}
template <class From>
void conversions() {
  auto const to = []<class To>(To) {
    check<To, From, From, From>(op::convert, 1, [](From x, From, From) { return converted<To>(x); });
  };
  to(bool{});
  to(i32{});
  to(u32{});
  to(f16{});
  to(f32{});
}
TEST(rows, convert) {
  conversions<bool>();
  conversions<i32>();
  conversions<u32>();
  conversions<f16>();
  conversions<f32>();
}

template <class To, class From>
void bitcasts() {
  check<To, From, From, From>(op::bitcast, 1, [](From x, From, From) {
    To r;
    std::memcpy(&r, &x, sizeof r);
    return r;
  });
}
TEST(rows, bitcast) {
  bitcasts<u32, f32>();
  bitcasts<i32, f32>();
  bitcasts<f32, u32>();
  bitcasts<f32, i32>();
  bitcasts<u32, i32>();
  bitcasts<f16, f16>();
}

TEST(rows, bitcast_between_two_halves_and_a_word) {
  std::vector<f16> h;
  for (int i = 0; i < 128; ++i)
    h.push_back(f16::from_bits(static_cast<std::uint16_t>(i * 513)));
  std::vector<u32> words(64);
  std::vector<f16> back(128);
  kernel k;
  int const H = k.in<f16>("H"), W = k.out<u32>("W"), B = k.out<f16>("B");
  auto const i = k.gid();
  auto const twice = k.same(op::add, i, i);
  auto const word = k.emit(op::bitcast, t<u32>, {k.load(H, twice, 2)});
  k.store(W, i, word);
  k.store(B, twice, k.emit(op::bitcast, {element_kind::float16, 2}, {word}));
  cpu().execute(k.finish(), eg::threads(64), eg::in(h), eg::out(words), eg::out(back));
  EXPECT_EQ(std::memcmp(words.data(), h.data(), 256), 0);
  EXPECT_EQ(std::memcmp(back.data(), h.data(), 256), 0);
}

TEST(rows, vectors_are_made_and_taken_apart) {
  std::vector<float> x(4 * 50), y(4 * 50);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<float>(i);
  kernel k;
  int const X = k.in<float>("X"), Y = k.out<float>("Y");
  auto const at = k.same(op::mul, k.gid(), k.constant(4u));
  auto const v = k.load(X, at, 4);
  std::vector<value_id> lanes;
  for (int c : {3, 1, 0, 2})
    lanes.push_back(k.emit(op::extract, t<float>, {v}, c));
  auto const shuffled = k.emit(op::make_vector, {element_kind::float32, 4}, lanes);
  // A scalar operand beside vectors stands for all lanes.
  k.store(Y, at, k.emit(op::add, {element_kind::float32, 4}, {shuffled, lanes[0]}));
  cpu().execute(k.finish(), eg::threads(50), eg::in(x), eg::out(y));
  for (std::size_t i = 0; i < 50; ++i) {
    float const* const a = &x[4 * i];
    EXPECT_EQ(std::vector<float>(&y[4 * i], &y[4 * i] + 4),
              (std::vector<float>{a[3] + a[3], a[1] + a[3], a[0] + a[3], a[2] + a[3]}));
  }
}

// No row is left out above: every row and type that the executor has a function for was checked.
TEST(rows, all_are_tested) {
  int missing = 0, known = 0;
  for (int code = 0; code < static_cast<int>(op::count_); ++code)
    for (int element = 0; element < 5; ++element) {
      auto const o = static_cast<op>(code);
      if (o == op::simd_sum || o == op::simd_max) // in test_together.cpp
        continue;
      if (eg::detail::cpu::all_functions<eg::backend>.lanewise.rows[code].by_element[element] == nullptr)
        continue;
      ++known;
      if (!tested.contains({o, static_cast<element_kind>(element)})) {
        ++missing;
        ADD_FAILURE() << eg::info(o).name << " of " << eg::ir_name(static_cast<element_kind>(element))
                      << " is not tested";
      }
    }
  EXPECT_EQ(missing, 0);
  EXPECT_GT(known, 130);
}

} // namespace
