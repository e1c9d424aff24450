// SPDX-License-Identifier: MIT
// Every operation on numbers through the emitted text, on edge values: the text gives the bits that the
// executor gives, which tests/runtime compares with references of their own.
//
// The rows are taken from the op table, so that a new one is tested too. What MSL leaves undefined is avoided
// by the operands: divisors are neither 0 nor the -1 of an overflow, shifts are below the width, a clamp's
// ends are in order, factors of 24 bits have no more. So is what an implementation may do either way: of
// floats the sign of a zero from min, max and their like, and that of a NaN; functions that are rounded in
// one way here and in another there stand in random_kernels.cpp, which compares them with a tolerance.
#include "both.hpp"

#include <cmath>
#include <cstdio>
#include <limits>
#include <type_traits>
#include <vector>

namespace {

namespace eg = enigma;
using eg::element_kind;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::op;
using eg::op_info;
using eg::type;
using eg::u32;
using eg::u8;
using eg::value_id;

template <class T>
constexpr element_kind kind_of = eg::type_of<T>.element;
template <class T>
constexpr bool is_integer = std::is_integral_v<T>;

template <class T>
std::vector<T> edges() {
  if constexpr (is_integer<T>) {
    T const least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
    auto const number = [](int x) { return static_cast<T>(x); };
    return {number(0),
            number(1),
            number(2),
            number(3),
            number(7),
            number(100),
            number(-1),
            number(-2),
            number(-100),
            least,
            static_cast<T>(least + 1),
            most,
            static_cast<T>(most - 1),
            static_cast<T>(most / 2 + 1),
            number(0x55),
            static_cast<T>(most / 3)};
  } else {
    std::vector<T> all;
    for (float const x : {0.0f, -0.0f, 1.0f, -1.0f, 0.5f, -2.5f, 1.5f, 3.0f, 100.25f, 1e-40f, -6e-8f, 3e38f,
                          60000.0f, -1e5f, HUGE_VALF, NAN})
      all.push_back(T(x));
    return all;
  }
}

/// Three operands in all combinations of the first two, and what some operations need instead.
template <class T>
struct operands {
  std::vector<T> x, y, z, divisor, places, low, high, x24, y24, plain;
  std::vector<u32> offset, bits;
  std::vector<i32> exponent;

  operands() {
    auto const e = edges<T>();
    std::size_t const m = e.size();
    for (std::size_t i = 0; i < m * m; ++i) {
      T const a = e[i / m], b = e[i % m];
      x.push_back(a);
      y.push_back(b);
      z.push_back(e[(i / m * 5 + i % m * 3) % m]);
      T const p = a == a ? a : T(0), q = b == b ? b : T(0); // a NaN is no end
      low.push_back(p < q ? p : q);
      high.push_back(p < q ? q : p);
      u32 const width = 8 * sizeof(T), k = static_cast<u32>(i), from = k * 5 % width;
      offset.push_back(from);
      bits.push_back(k * 3 % (width - from + 1));
      exponent.push_back(static_cast<i32>(k * 7 % 301) - 150);
      if constexpr (is_integer<T>) {
        bool const overflows = b == static_cast<T>(-1) && a == std::numeric_limits<T>::min();
        divisor.push_back(b == 0 || overflows ? T(1) : b);
        places.push_back(static_cast<T>(k * 5 % width));
        x24.push_back(static_cast<T>(a % (1 << 23)));
        y24.push_back(static_cast<T>(b % (1 << 23)));
        plain.push_back(a);
      } else {
        float const f = static_cast<float>(a);
        plain.push_back(std::isfinite(f) && f != 0 ? a : T(-1.25f));
        divisor.push_back(b);
        places.push_back(b);
        x24.push_back(a);
        y24.push_back(b);
      }
    }
  }
};

/// Functions of floats that the text and the executor need not round alike.
bool is_rounded_either_way(op code) {
  return code == op::rsqrt || code == op::exp10 || code == op::sinpi || code == op::cospi ||
         code == op::tanpi || code == op::mix || code == op::smoothstep || code == op::powr;
}
bool chooses_a_zero(op code) {
  return code == op::min || code == op::max || code == op::clamp ||
         (code >= op::min3 && code <= op::median3) || code == op::saturate;
}

/// The rows that take elements of a type, lane by lane.
std::vector<op_info> rows_of(element_kind element) {
  std::vector<op_info> all;
  for (int c = static_cast<int>(op::add); c <= static_cast<int>(op::insert_bits); ++c)
    if (op_info const& row = eg::info(static_cast<op>(c));
        eg::row_takes(row.domain, element) && !is_rounded_either_way(row.code))
      all.push_back(row);
  return all;
}

/// Stores what each of them gives, `n` elements for each.
template <class T>
struct all_operations {
  std::uint8_t lanes;
  u32 n;
  using twin =
      typename std::conditional_t<is_integer<T>, std::make_unsigned<T>, std::type_identity<u32>>::type;

  void operator()(eg::gpu& g, eg::in<T, "X"> X, eg::in<T, "Y"> Y, eg::in<T, "Z"> Z,
                  eg::in<T, "Divisor"> Divisor, eg::in<T, "Places"> Places, eg::in<T, "Low"> Low,
                  eg::in<T, "High"> High, eg::in<T, "X24"> X24, eg::in<T, "Y24"> Y24,
                  eg::in<u32, "Offset"> Offset, eg::in<u32, "Bits"> Bits, eg::in<i32, "Exponent"> Exponent,
                  eg::in<T, "Plain"> Plain, eg::out<T, "Same"> Same, eg::out<u8, "Truth"> Truth,
                  eg::out<i32, "Whole"> Whole, eg::out<twin, "Unsigned"> Unsigned) const {
    eg::detail::builder* const b = Same.owner();
    auto const i = g.thread_position_in_grid() * u32{lanes};
    auto const load = [&]<class From>(From const& from) {
      return b->load(from.memory(), {kind_of<typename From::element_type>, lanes}, i.id_in(b));
    };
    auto const fill = [&](element_kind k, std::int64_t bits) {
      value_id const one = b->constant({k, 1}, bits);
      return lanes == 1 ? one : b->pure(op::make_vector, {k, lanes}, one);
    };
    value_id const x = load(X), y = load(Y), z = load(Z), divisor = load(Divisor), places = load(Places),
                   low = load(Low), high = load(High), x24 = load(X24), y24 = load(Y24),
                   exponent = load(Exponent), plain = load(Plain),
                   offset = b->load(Offset.memory(), eg::type_of<u32>, i.id_in(b)),
                   bits = b->load(Bits.memory(), eg::type_of<u32>, i.id_in(b));
    u32 slot = 0;
    for (op_info const& row : rows_of(kind_of<T>)) {
      auto const give = [&]<class To>(To const& to, value_id r) {
        b->store(to.memory(), (i + n * slot).id_in(b), r);
      };
      auto const of = [&](element_kind k) {
        value_id all[4] = {x, row.operands > 1 ? y : eg::no_value, row.operands > 2 ? z : eg::no_value,
                           eg::no_value};
        if (row.code == op::div || row.code == op::rem)
          all[1] = divisor;
        else if (row.code == op::shl || row.code == op::shr)
          all[1] = places;
        else if (row.code == op::clamp)
          all[1] = low, all[2] = high;
        else if (row.code == op::mul24 || row.code == op::mad24)
          all[0] = x24, all[1] = y24;
        else if (row.code == op::extract_bits)
          all[1] = offset, all[2] = bits;
        else if (row.code == op::insert_bits)
          all[2] = offset, all[3] = bits;
        else if (row.code == op::ldexp)
          all[1] = exponent;
        else if (row.code == op::fract || row.code == op::ilogb || row.code == op::signbit)
          all[0] = plain;
        else if (row.code == op::copysign)
          all[1] = plain;
        value_id const r = b->pure(row.code, {k, lanes}, all[0], all[1], all[2], all[3]);
        if (is_integer<T> || !chooses_a_zero(row.code))
          return r;
        return b->pure(op::add, {k, lanes}, r, fill(k, 0)); // -0 + 0 is 0
      };
      if (row.result == eg::gives::boolean)
        give(Truth, b->pure(op::select, {element_kind::uint8, lanes}, fill(element_kind::uint8, 0),
                            fill(element_kind::uint8, 1), of(element_kind::boolean)));
      else if (row.result == eg::gives::int32)
        give(Whole, of(element_kind::int32));
      else if (row.result == eg::gives::unsigned_)
        give(Unsigned, of(kind_of<twin>));
      else
        give(Same, of(kind_of<T>));
      ++slot;
    }
  }
};

template <class T>
void text_and_executor_agree() {
  operands<T> const o;
  auto const n = static_cast<u32>(o.x.size());
  std::size_t const results = n * rows_of(kind_of<T>).size();
  for (std::uint8_t const lanes : {std::uint8_t{1}, std::uint8_t{4}}) {
    std::vector<T> same(results);
    std::vector<u8> truth(results);
    std::vector<i32> whole(results);
    std::vector<typename all_operations<T>::twin> unsigned_(results);
    auto const k = eg::compile(eg::kernel<"edges">(all_operations<T>{lanes, n}));
    EXPECT_TRUE(witness::both(k, {{n / lanes}, {64}}, eg::in(o.x), eg::in(o.y), eg::in(o.z),
                              eg::in(o.divisor), eg::in(o.places), eg::in(o.low), eg::in(o.high),
                              eg::in(o.x24), eg::in(o.y24), eg::in(o.offset), eg::in(o.bits),
                              eg::in(o.exponent), eg::in(o.plain), eg::out(same), eg::out(truth),
                              eg::out(whole), eg::out(unsigned_)))
        << "of " << int{lanes} << " lanes; " << n << " elements for each of";
    if (testing::Test::HasFailure())
      for (std::size_t r = 0; r < rows_of(kind_of<T>).size(); ++r)
        std::printf("%zu: %s\n", r * n, rows_of(kind_of<T>)[r].name);
  }
}

// ---- Functions of two results, against C++'s -----------------------------------------------------------

inline constexpr auto two_results =
    eg::kernel<"two_results">([](eg::gpu& g, eg::in<f32, "X"> x, eg::in<f16, "H"> h, eg::out<f32, "Y"> y,
                                 eg::out<i32, "N"> n, eg::out<f16, "K"> k) {
      auto const i = g.thread_position_in_grid();
      auto const count = g.threads_per_grid().x;
      auto const [sine, cosine] = eg::sincos(x[i]);
      auto const [fraction, whole] = eg::modf(x[i]);
      auto const [mantissa, exponent] = eg::frexp(x[i]);
      eg::value<f32> const results[] = {sine, cosine, fraction, whole, mantissa};
      for (u32 r = 0; r < 5; ++r)
        y[i + r * count] = results[r];
      n[i] = exponent;
      auto const pair = eg::frexp(h.load<2>(i * 2u));
      k.store(i * 2u, pair.mantissa);
      k.store((i + count) * 2u, eg::modf(h.load<2>(i * 2u)).fraction);
      n[i + count] = pair.exponent.x() + 1000 * pair.exponent.y();
    });

TEST(edge_values, of_functions_of_two_results) {
  std::vector<f32> x = edges<f32>();
  for (int i = 0; i < 100; ++i)
    x.push_back(std::ldexp(static_cast<f32>(37 * i - 1800) / 64, i - 50));
  std::size_t const count = x.size();
  std::vector<f16> h;
  for (std::size_t i = 0; i < 2 * count; ++i)
    h.push_back(f16(std::ldexp(static_cast<f32>(i % 61) - 30, static_cast<int>(i % 29) - 20)));
  std::vector<f32> y(5 * count);
  std::vector<i32> n(2 * count);
  std::vector<f16> k(4 * count);
  ASSERT_TRUE(witness::both(eg::compile(two_results), {{static_cast<u32>(count)}, {64}}, eg::in(x), eg::in(h),
                            eg::out(y), eg::out(n), eg::out(k)));
  auto const same = [&](f32 found, f32 wanted, char const* what, f32 of) {
    EXPECT_TRUE(witness::same(found, wanted)) << what << " of " << of << ": " << found << ", not " << wanted;
  };
  for (std::size_t i = 0; i < count; ++i) {
    f32 whole = 0;
    int exponent = 0;
    f32 const fraction = std::modf(x[i], &whole), mantissa = std::frexp(x[i], &exponent);
    same(y[i], std::sin(x[i]), "sincos", x[i]);
    same(y[i + count], std::cos(x[i]), "sincos", x[i]);
    same(y[i + 2 * count], fraction, "modf", x[i]);
    same(y[i + 3 * count], whole, "modf", x[i]);
    same(y[i + 4 * count], mantissa, "frexp", x[i]);
    EXPECT_TRUE(n[i] == exponent || !std::isfinite(x[i])) << "frexp of " << x[i] << ": " << n[i];
    int exponents[2]{};
    for (std::size_t j = 0; j < 2; ++j) {
      auto const of = static_cast<f32>(h[2 * i + j]);
      same(static_cast<f32>(k[2 * i + j]), std::frexp(of, &exponents[j]), "frexp", of);
      same(static_cast<f32>(k[2 * (i + count) + j]), std::modf(of, &whole), "modf", of);
    }
    EXPECT_EQ(n[i + count], exponents[0] + 1000 * exponents[1]);
  }
}

TEST(edge_values, of_i8) {
  text_and_executor_agree<eg::i8>();
}
TEST(edge_values, of_u8) {
  text_and_executor_agree<eg::u8>();
}
TEST(edge_values, of_i16) {
  text_and_executor_agree<eg::i16>();
}
TEST(edge_values, of_u16) {
  text_and_executor_agree<eg::u16>();
}
TEST(edge_values, of_i32) {
  text_and_executor_agree<eg::i32>();
}
TEST(edge_values, of_u32) {
  text_and_executor_agree<eg::u32>();
}
TEST(edge_values, of_i64) {
  text_and_executor_agree<eg::i64>();
}
TEST(edge_values, of_u64) {
  text_and_executor_agree<eg::u64>();
}
TEST(edge_values, of_f16) {
  text_and_executor_agree<eg::f16>();
}
TEST(edge_values, of_bf16) {
  text_and_executor_agree<eg::bf16>();
}
TEST(edge_values, of_f32) {
  text_and_executor_agree<eg::f32>();
}

} // namespace
