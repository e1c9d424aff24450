// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>

/// The equation behind the predicates: y_0 * d_0 + y_1 * d_1 + ... = t with d_k > 0 and 0 <= y_k <= m_k.
///
/// Decided by branch and bound from the largest stride down. What is left of t must stay between 0 and what
/// the smaller strides can reach, and must be a multiple of their gcd, so for most layouts each step has one
/// candidate at most. Variables whose sums fill an arithmetic progression count as one. The cost does not
/// depend on the sizes; it is bounded by `patience`, past which the answer is `unknown`, never a guess.
namespace enigma::detail {

/// The largest absolute value that sums may reach: differences of two sums must still fit in 64 bits.
inline constexpr std::int64_t widest_sum = INT64_MAX / 4;

enum class solved : unsigned char { no, yes, unknown };

/// a * b mod n for 0 <= a, b < n <= 2^62.
constexpr std::int64_t multiply_modulo(std::int64_t a, std::int64_t b, std::int64_t n) {
  std::int64_t p = 0;
  if (!__builtin_mul_overflow(a, b, &p))
    return p % n;
  for (p = 0; b != 0; b >>= 1) {
    if ((b & 1) != 0)
      p = p >= n - a ? p - (n - a) : p + a;
    a = a >= n - a ? a - (n - a) : a + a;
  }
  return p;
}

/// x with a * x = 1 modulo n, for coprime a and n.
constexpr std::int64_t inverse_modulo(std::int64_t a, std::int64_t n) {
  std::int64_t r = n;
  std::int64_t s = a % n;
  std::int64_t x = 0;
  std::int64_t y = 1;
  while (s != 0) {
    auto const q = r / s;
    auto const r2 = r - q * s;
    auto const x2 = x - q * y;
    r = s;
    s = r2;
    x = y;
    y = x2;
  }
  return x < 0 ? x + n : x;
}

struct bounded_sum {
  static constexpr int capacity = 2 * max_leaves + 8;
  static constexpr int patience = 20'000;

  // The variables as given.
  int count = 0;
  std::int64_t stride[capacity]; // written before it is read, as all that follow
  std::int64_t most[capacity];
  std::int64_t y[capacity]; // the solution
  int group_of[capacity];
  int by_stride[capacity];
  // Groups of variables, by stride: the sums of a group are all multiples 0 ... m of its stride.
  int n = 0;
  std::int64_t d[capacity];
  std::int64_t m[capacity];
  std::int64_t reach[capacity + 1];   // what the groups before can reach
  std::int64_t divisor[capacity + 1]; // the gcd of their strides
  std::int64_t step[capacity];        // candidates for the digit of a group are this far apart,
  std::int64_t inverse[capacity];     // beginning at t / divisor times this
  std::int64_t digit[capacity];
  int steps = 0;
  bool prepared = false;

  /// Adds a variable and returns its number. The caller has checked that all sums stay below widest_sum.
  constexpr int add(std::int64_t variable_stride, std::int64_t variable_most) {
    int i = count;
    for (; i > 0 && stride[by_stride[i - 1]] > variable_stride; --i)
      by_stride[i] = by_stride[i - 1];
    by_stride[i] = count;
    stride[count] = variable_stride;
    most[count] = variable_most;
    return count++;
  }

  /// `merged`: variables that together fill an arithmetic progression become one, which keeps the sums but
  /// not in how many ways they are reached.
  constexpr void prepare(bool merged) {
    prepared = true;
    n = 0;
    for (int i = 0; i < count; ++i) {
      int const v = by_stride[i];
      int g = 0;
      while (merged && g < n && !(stride[v] % d[g] == 0 && stride[v] / d[g] - 1 <= m[g]))
        ++g;
      if (!merged || g == n) {
        g = n++;
        d[g] = stride[v];
        m[g] = 0;
      }
      m[g] += stride[v] / d[g] * most[v];
      group_of[v] = g;
    }
    reach[0] = 0;
    divisor[0] = 0;
    for (int g = 0; g < n; ++g) {
      reach[g + 1] = reach[g] + m[g] * d[g];
      divisor[g + 1] = gcd(d[g], divisor[g]);
      step[g] = g == 0 ? 0 : divisor[g] / divisor[g + 1];
      inverse[g] = step[g] > 1 ? inverse_modulo(d[g] / divisor[g + 1] % step[g], step[g]) : 0;
    }
  }

  /// Solves for the sum t. `other_than_half`: not the solution in which every y_k is most[k] / 2.
  constexpr solved solve(std::int64_t t, bool other_than_half = false) {
    if (!prepared)
      prepare(!other_than_half);
    if (t < 0 || t > reach[n])
      return solved::no;
    if (n == 0)
      return other_than_half ? solved::no : solved::yes;
    if (t % divisor[n] != 0)
      return solved::no;
    std::int64_t lowest[capacity];
    std::int64_t left[capacity + 1]; // what groups 0 ... g - 1 have to make up
    left[n] = t;
    for (int g = n;;) {
      if (++steps > patience)
        return solved::unknown;
      // The largest candidate of the next group.
      --g;
      auto const rest = left[g + 1];
      if (g > 0) {
        auto const high = rest / d[g] < m[g] ? rest / d[g] : m[g];
        lowest[g] = rest > reach[g] ? ceil_div(rest - reach[g], d[g]) : 0;
        digit[g] = high;
        if (step[g] > 1) {
          auto const residue = multiply_modulo(rest / divisor[g + 1] % step[g], inverse[g], step[g]);
          auto const over = high % step[g] - residue;
          digit[g] = high - (over < 0 ? over + step[g] : over);
        }
      } else {
        digit[0] = rest / d[0]; // a multiple of it and within reach, as for every group
        if (!other_than_half || !is_half()) {
          take();
          return solved::yes;
        }
      }
      // If there is none, the next candidate of a group before it.
      while (g == 0 || digit[g] < lowest[g]) {
        if (++g == n)
          return solved::no;
        digit[g] -= step[g];
      }
      left[g] = left[g + 1] - digit[g] * d[g];
    }
  }

  constexpr bool is_half() const {
    for (int g = 0; g < n; ++g)
      if (2 * digit[g] != m[g])
        return false;
    return true;
  }
  /// From groups to variables: the largest strides take as much as they can.
  constexpr void take() {
    std::int64_t rest[capacity];
    for (int g = 0; g < n; ++g)
      rest[g] = digit[g] * d[g];
    for (int i = count - 1; i >= 0; --i) {
      int const v = by_stride[i];
      auto& r = rest[group_of[v]];
      y[v] = r / stride[v] < most[v] ? r / stride[v] : most[v];
      r -= y[v] * stride[v];
    }
  }
};

} // namespace enigma::detail
