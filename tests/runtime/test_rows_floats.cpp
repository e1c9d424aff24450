// SPDX-License-Identifier: MIT
// Rows that take floats, on f16, bf16 and f32, against double, rounded once.

#include <algorithm>
#include <cmath>

#include "rows.hpp"

namespace {

using namespace rows;

using rule = double (*)(double const* x, element_kind k);
using question = bool (*)(double const* x, element_kind k);

struct row {
  op code;
  int operands;
  rule value;
  int ulps = 0; // of an f32: what the mathematical functions of C libraries err. Narrow types: one
  question is_open = nullptr;
  bool either_zero = false;
};

constexpr double pi = 3.14159265358979323846;
bool is_nan(double x) {
  return std::isnan(x);
}
double as_f32(double x) {
  return rounded(float32, x);
}
double even_remainder(double x) {
  return std::fmod(x, 2.0); // exact, and turns of 2 pi do not count
}
double least_normal(element_kind k) {
  return std::ldexp(1.0, k == float16 ? -14 : -126);
}

// A bf16 goes through the function of floats in MSL too.
double fused(double const* x, element_kind k) {
  if (k != float16)
    return static_cast<double>(
        std::fma(static_cast<float>(x[0]), static_cast<float>(x[1]), static_cast<float>(x[2])));
  if (!std::isfinite(x[0]) || !std::isfinite(x[1]) || !std::isfinite(x[2]))
    return x[0] * x[1] + x[2];
  auto const units = [](double y) { return static_cast<wide>(std::ldexp(y, 24)); }; // halves are 2^-24 n
  wide const sum = units(x[0]) * units(x[1]) + (units(x[2]) << 24);
  return sum == 0 ? x[0] * x[1] + x[2] : rounded(k, sum, -48); // a zero has its sign by the usual rule
}

double next(double const* x, element_kind k) {
  if (is_nan(x[0]) || is_nan(x[1]) || x[0] == x[1])
    return is_nan(x[0]) ? x[0] : x[1];
  bits const b = nearest(k, x[0]);
  if (x[0] == 0.0)
    return std::copysign(real(k, 1), x[1]);
  return real(k, (x[0] < x[1]) == (x[0] > 0.0) ? b + 1 : b - 1);
}

double middle(double const* x) {
  double s[3];
  auto const end = std::remove_copy_if(x, x + 3, s, is_nan);
  std::sort(s, end);
  return end == s ? NAN : end == s + 1 ? s[0] : s[1];
}

double tan_of_pi(double x) {
  double const r = even_remainder(x), size = std::fabs(r);
  if (size == 0.5 || size == 1.5) // a pole from above, where the sine is 1 or -1
    return (r > 0) == (size == 0.5) ? HUGE_VAL : -HUGE_VAL;
  return size == 0.0 || size == 1.0 ? 0.0 : std::tan(pi * (size > 1 ? r - std::copysign(2.0, r) : r));
}
double sin_of_pi(double x) {
  double const r = even_remainder(x), size = std::fabs(r);
  double const s = std::sin(pi * (size > 1.5 ? size - 2.0 : size > 0.5 ? 1.0 - size : size));
  return size == 0.0 || size == 1.0 ? std::copysign(0.0, x) : std::copysign(1.0, r) * s;
}
double cos_of_pi(double x) {
  double const size = std::fabs(even_remainder(x));
  return size == 0.5 || size == 1.5 ? 0.0 : std::sin(pi * (0.5 - (size > 1.0 ? 2.0 - size : size)));
}

row const table[] = {
    {op::add, 2, [](double const* x, element_kind) { return x[0] + x[1]; }},
    {op::sub, 2, [](double const* x, element_kind) { return x[0] - x[1]; }},
    {op::mul, 2, [](double const* x, element_kind) { return x[0] * x[1]; }},
    {op::div, 2, [](double const* x, element_kind) { return x[0] / x[1]; }},
    {op::divide, 2, [](double const* x, element_kind) { return x[0] / x[1]; }},
    {op::neg, 1, [](double const* x, element_kind) { return -x[0]; }},
    {op::abs, 1, [](double const* x, element_kind) { return std::fabs(x[0]); }},
    {op::fma, 3, fused},
    {op::sqrt, 1, [](double const* x, element_kind) { return std::sqrt(x[0]); }},
    // Of zeros of both signs either is the smaller one.
    {op::min, 2, [](double const* x, element_kind) { return std::fmin(x[0], x[1]); }, 0, nullptr, true},
    {op::max, 2, [](double const* x, element_kind) { return std::fmax(x[0], x[1]); }, 0, nullptr, true},
    {op::min3, 3, [](double const* x, element_kind) { return std::fmin(x[0], std::fmin(x[1], x[2])); }, 0,
     nullptr, true},
    {op::max3, 3, [](double const* x, element_kind) { return std::fmax(x[0], std::fmax(x[1], x[2])); }, 0,
     nullptr, true},
    // With one NaN there are two numbers, and either may be called the middle one.
    {op::median3, 3, [](double const* x, element_kind) { return middle(x); }, 0,
     [](double const* x, element_kind) { return std::count_if(x, x + 3, is_nan) == 1; }, true},
    {op::clamp, 3, [](double const* x, element_kind) { return std::fmin(std::fmax(x[0], x[1]), x[2]); }, 0,
     [](double const* x, element_kind) { return x[1] > x[2]; }, true},
    {op::saturate, 1, [](double const* x, element_kind) { return x[0] > 0.0 ? std::fmin(x[0], 1.0) : 0.0; },
     0, nullptr, true},

    {op::floor, 1, [](double const* x, element_kind) { return std::floor(x[0]); }},
    {op::ceil, 1, [](double const* x, element_kind) { return std::ceil(x[0]); }},
    {op::trunc, 1, [](double const* x, element_kind) { return std::trunc(x[0]); }},
    {op::round, 1, // halves away from zero
     [](double const* x, element_kind) {
       return std::copysign(std::floor(std::fabs(x[0]) + 0.5), x[0]); // exact: no f32 has 53 bits
     }},
    {op::rint, 1, // halves to even
     [](double const* x, element_kind) {
       double const size = std::fabs(x[0]), below = std::floor(size), rest = size - below;
       bool const up = rest > 0.5 || (rest == 0.5 && std::fmod(below, 2.0) != 0.0);
       return std::copysign(below + (up ? 1.0 : 0.0), x[0]);
     }},
    // Below 1, also where the difference rounds to 1. Of an infinity: open.
    {op::fract, 1,
     [](double const* x, element_kind k) {
       double const last = real(k, nearest(k, 1.0) - 1);
       return std::isnan(x[0]) ? x[0] : std::fmin(rounded(k, x[0] - std::floor(x[0])), last);
     },
     0, [](double const* x, element_kind) { return std::isinf(x[0]); }},
    {op::sign, 1,
     [](double const* x, element_kind) {
       return x[0] > 0 ? 1.0 : x[0] < 0 ? -1.0 : is_nan(x[0]) ? 0.0 : x[0];
     }},
    {op::copysign, 2, [](double const* x, element_kind) { return std::copysign(x[0], x[1]); }},
    {op::fmod, 2, [](double const* x, element_kind) { return std::fmod(x[0], x[1]); }},
    {op::fdim, 2,
     [](double const* x, element_kind) {
       return is_nan(x[0]) || is_nan(x[1]) ? NAN : x[0] > x[1] ? x[0] - x[1] : 0.0;
     }},
    {op::nextafter, 2, next},
    {op::step, 2, [](double const* x, element_kind) { return x[1] < x[0] ? 0.0 : 1.0; }},
    // Each operation rounds, in f32.
    {op::mix, 3,
     [](double const* x, element_kind) { return as_f32(x[0] + as_f32(as_f32(x[1] - x[0]) * x[2])); }},
    // Undefined where low >= high, or one is a NaN. Where low and high are as far apart as no f32 is: open.
    {op::smoothstep, 3,
     [](double const* x, element_kind) {
       double const t = std::clamp((x[2] - x[0]) / (x[1] - x[0]), 0.0, 1.0);
       return t * t * (3.0 - 2.0 * t);
     },
     8,
     [](double const* x, element_kind) {
       return !(x[0] < x[1]) || !std::isfinite(as_f32(x[1] - x[0])) || !std::isfinite(as_f32(x[2] - x[0]));
     },
     true},

    {op::rsqrt, 1, [](double const* x, element_kind) { return 1.0 / std::sqrt(x[0]); }, 2},
    {op::exp, 1, [](double const* x, element_kind) { return std::exp(x[0]); }, 2},
    {op::exp2, 1, [](double const* x, element_kind) { return std::exp2(x[0]); }, 2},
    {op::exp10, 1, [](double const* x, element_kind) { return std::pow(10.0, x[0]); }, 2},
    {op::log, 1, [](double const* x, element_kind) { return std::log(x[0]); }, 2},
    {op::log2, 1, [](double const* x, element_kind) { return std::log2(x[0]); }, 2},
    {op::log10, 1, [](double const* x, element_kind) { return std::log10(x[0]); }, 4},
    {op::sin, 1, [](double const* x, element_kind) { return std::sin(x[0]); }, 2},
    {op::cos, 1, [](double const* x, element_kind) { return std::cos(x[0]); }, 2},
    {op::tan, 1, [](double const* x, element_kind) { return std::tan(x[0]); }, 4},
    {op::sinpi, 1, [](double const* x, element_kind) { return sin_of_pi(x[0]); }, 2},
    {op::cospi, 1, [](double const* x, element_kind) { return cos_of_pi(x[0]); }, 2},
    {op::tanpi, 1, [](double const* x, element_kind) { return tan_of_pi(x[0]); }, 4, nullptr, true},
    {op::asin, 1, [](double const* x, element_kind) { return std::asin(x[0]); }, 4},
    {op::acos, 1, [](double const* x, element_kind) { return std::acos(x[0]); }, 4},
    {op::atan, 1, [](double const* x, element_kind) { return std::atan(x[0]); }, 4},
    {op::sinh, 1, [](double const* x, element_kind) { return std::sinh(x[0]); }, 4},
    {op::cosh, 1, [](double const* x, element_kind) { return std::cosh(x[0]); }, 4},
    {op::tanh, 1, [](double const* x, element_kind) { return std::tanh(x[0]); }, 4},
    {op::asinh, 1, [](double const* x, element_kind) { return std::asinh(x[0]); }, 4},
    {op::acosh, 1, [](double const* x, element_kind) { return std::acosh(x[0]); }, 4},
    {op::atanh, 1, [](double const* x, element_kind) { return std::atanh(x[0]); }, 4},
    {op::atan2, 2, [](double const* x, element_kind) { return std::atan2(x[0], x[1]); }, 4},
    {op::pow, 2, [](double const* x, element_kind) { return std::pow(x[0], x[1]); }, 4},
    // For x >= 0 alone, and open where its logarithm times y is no number.
    {op::powr, 2, [](double const* x, element_kind) { return std::pow(x[0], x[1]); }, 4,
     [](double const* x, element_kind) {
       return std::signbit(x[0]) || is_nan(x[1]) || is_nan(x[1] * std::log(x[0]));
     }},
};

struct asking {
  op code;
  int operands;
  question value;
};
asking const questions[] = {
    {op::eq, 2, [](double const* x, element_kind) { return x[0] == x[1]; }},
    {op::ne, 2, [](double const* x, element_kind) { return x[0] != x[1]; }},
    {op::lt, 2, [](double const* x, element_kind) { return x[0] < x[1]; }},
    {op::le, 2, [](double const* x, element_kind) { return x[0] <= x[1]; }},
    {op::gt, 2, [](double const* x, element_kind) { return x[0] > x[1]; }},
    {op::ge, 2, [](double const* x, element_kind) { return x[0] >= x[1]; }},
    {op::isfinite, 1, [](double const* x, element_kind) { return x[0] - x[0] == 0.0; }},
    {op::isinf, 1, [](double const* x, element_kind) { return std::fabs(x[0]) == HUGE_VAL; }},
    {op::isnan, 1, [](double const* x, element_kind) { return is_nan(x[0]); }},
    {op::isnormal, 1,
     [](double const* x, element_kind k) {
       return std::fabs(x[0]) >= least_normal(k) && std::fabs(x[0]) < HUGE_VAL;
     }},
    {op::signbit, 1, [](double const* x, element_kind) { return std::signbit(x[0]); }},
    {op::isordered, 2, [](double const* x, element_kind) { return !is_nan(x[0]) && !is_nan(x[1]); }},
    {op::isunordered, 2, [](double const* x, element_kind) { return is_nan(x[0]) || is_nan(x[1]); }},
};

template <class Answer>
trial trial_of(op code, int operands, element_kind k, element_kind result, std::vector<bits> const& values,
               Answer answer_of) {
  auto const n = static_cast<std::size_t>(operands);
  return {code, result, std::vector<element_kind>(n, k), std::vector<std::vector<bits>>(n, values),
          [=](bits const* b) {
            double x[3] = {};
            for (int o = 0; o < operands; ++o)
              x[o] = real(k, b[o]);
            return answer_of(x);
          }};
}
trial trial_of(row const& r, element_kind k, std::vector<bits> const& values) {
  return trial_of(r.code, r.operands, k, k, values, [&r, k](double const* x) {
    if (r.is_open != nullptr && r.is_open(x, k))
      return left_open;
    int const ulps = r.ulps == 0 || k == float32 ? r.ulps : 1;
    return answer{nearest(k, r.value(x, k)), ulps, r.either_zero};
  });
}
trial trial_of(asking const& a, element_kind k, std::vector<bits> const& values) {
  return trial_of(a.code, a.operands, k, boolean, values,
                  [&a, k](double const* x) { return answer{a.value(x, k) ? bits{1} : bits{0}}; });
}

TEST(rows_of_floats, edges) {
  for (element_kind k : floats) {
    for (row const& r : table)
      if (r.code != op::nextafter || k != bfloat16) // which is not taken
        check(trial_of(r, k, edges(k)));
    for (asking const& a : questions)
      check(trial_of(a, k, edges(k)));
  }
}

TEST(rows_of_floats, all_single_values_of_16_bits) {
  for (element_kind k : {float16, bfloat16}) {
    for (row const& r : table)
      if (r.operands == 1)
        check_scalars(trial_of(r, k, all_values(k)));
    for (asking const& a : questions)
      if (a.operands == 1)
        check_scalars(trial_of(a, k, all_values(k)));
  }
}

// Where the exact sum lies a little beside the middle of two neighbours, a second rounding goes wrong.
TEST(rows_of_floats, fma_rounds_once) {
  for (element_kind k : floats) {
    row const* const r =
        std::find_if(std::begin(table), std::end(table), [](row const& x) { return x.code == op::fma; });
    std::vector<bits> values;
    for (int e : {0, -8, -9, -11, -12, -13, -14, -23, -24, -25, -40, -60})
      for (double m : {1.0, 1.0 + std::ldexp(1.0, -7), 1.5})
        for (double sign : {1.0, -1.0})
          values.push_back(nearest(k, sign * std::ldexp(m, e)));
    check_scalars(trial_of(*r, k, values));
  }
}

TEST(rows_of_floats, exponents) {
  std::vector<bits> n;
  for (int e :
       {0, 1, -1, 5, -9, 10, -11, 15, -16, 24, -25, 126, -127, 128, -134, 149, -150, 200, -200, 300, -300})
    n.push_back(cut(int32, e));
  n.push_back(cut(int32, largest(int32)));
  n.push_back(cut(int32, least(int32)));
  for (element_kind k : floats) {
    check({op::ldexp, k, {k, int32}, {edges(k), n}, [k](bits const* x) {
             auto const by = static_cast<int>(std::clamp<wide>(integer(int32, x[1]), -400, 400));
             return answer{nearest(k, std::ldexp(real(k, x[0]), by))};
           }});
    trial const logarithm{op::ilogb, int32, {k}, {edges(k)}, [k](bits const* b) {
                            double const x = real(k, b[0]);
                            int e = 0;
                            std::frexp(x, &e);
                            // Of zeros, infinities and NaNs: numbers that MSL names but does not tell.
                            return x == 0.0 || !std::isfinite(x) ? left_open : answer{cut(int32, e - 1)};
                          }};
    check(logarithm);
  }
}

} // namespace
