// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>

namespace enigma::detail {

/// A layout r over indices with r(sum of c_j * d_j) = sum of c_j * p_j for all 0 <= c_j < s_j: the left
/// inverse of leaves s_j:d_j at the domain strides p_j, where their strides do not divide each other.
///
/// Looked for are radices q_0, q_1, ... in which the leaves add up without a carry, that is with digits
/// e_jk of d_j: sum over j of (s_j - 1) * e_jk < q_k in every place but the last, which has no end. Then r is
/// the sum of its strides times digits, and it remains to solve sum over k of e_jk * r_k = p_j in whole
/// numbers.
///
/// The same for a few single points, r(d_j) = p_j and nothing else: every radix will do then, and a product
/// of radices less well than each of them after the other.
struct radices {
  static constexpr int max_places = 12;

  int leaves = 0;
  std::int64_t s[max_leaves]; // written before it is read, as all that follows
  std::int64_t p[max_leaves];
  std::int64_t rest[max_places][max_leaves]; // d_j without its first k digits
  std::int64_t digit[max_places][max_leaves];
  std::int64_t radix[max_places];
  std::int64_t stride[max_places]; // the answer
  int places = 0;
  int tests = 0; // of radices, and of systems of equations
  bool patient = true;
  bool points = false;

  constexpr void add(std::int64_t size, std::int64_t d, std::int64_t domain) {
    s[leaves] = size;
    rest[0][leaves] = d;
    p[leaves] = domain;
    ++leaves;
  }

  /// digit[0 .. k) and rest[k] times `stride` = p, by column operations; false if not in whole numbers.
  constexpr bool solve(int k) {
    std::int64_t m[max_places][max_leaves]; // column, row
    std::int64_t u[max_places][max_places]; // m = digits * u
    std::int64_t y[max_places];
    std::int64_t right[max_leaves];
    for (int c = 0; c <= k; ++c) {
      y[c] = 0;
      for (int j = 0; j < leaves; ++j)
        m[c][j] = c < k ? digit[c][j] : rest[k][j];
      for (int i = 0; i <= k; ++i)
        u[c][i] = i == c ? 1 : 0;
    }
    for (int j = 0; j < leaves; ++j)
      right[j] = p[j];
    int column = 0;
    for (int j = 0; j < leaves; ++j) {
      for (int c = column; c <= k; ++c) { // one column after the other is reduced against the first
        if (c == column)
          continue;
        while (m[c][j] != 0) { // Euclid's algorithm on two columns
          auto const t = m[column][j] / m[c][j];
          for (int i = 0; i < leaves; ++i)
            if (!exchange(m[column][i], m[c][i], t))
              return false;
          for (int i = 0; i <= k; ++i)
            if (!exchange(u[column][i], u[c][i], t))
              return false;
        }
      }
      if (column <= k && m[column][j] != 0) {
        if (right[j] % m[column][j] != 0)
          return false;
        y[column] = right[j] / m[column][j];
        for (int i = 0; i < leaves; ++i)
          if (!add_product(right[i], -y[column], m[column][i]))
            return false;
        ++column;
      } else if (right[j] != 0) {
        return false;
      }
    }
    for (int i = 0; i <= k; ++i) {
      stride[i] = 0;
      for (int c = 0; c < column; ++c)
        if (!add_product(stride[i], y[c], u[c][i]))
          return false;
    }
    places = k + 1;
    return true;
  }

  /// (a, b) becomes (b, a - t * b).
  static constexpr bool exchange(std::int64_t& a, std::int64_t& b, std::int64_t t) {
    auto const old = b;
    if (__builtin_mul_overflow(t, b, &b) || __builtin_sub_overflow(a, b, &b))
      return false;
    a = old;
    return true;
  }

  /// No carry in place k with this radix; writes the digits and what is left of the strides.
  constexpr bool adds_up(int k, std::int64_t q) {
    ++tests;
    std::int64_t most = 0;
    for (int j = 0; j < leaves; ++j) {
      auto const e = rest[k][j] % q;
      if (!points) {
        if (e != 0 && s[j] - 1 > (q - 1 - most) / e)
          return false;
        most += e * (s[j] - 1);
      }
      digit[k][j] = e;
      rest[k + 1][j] = rest[k][j] / q;
    }
    radix[k] = q;
    return true;
  }

  static constexpr bool is_prime(std::int64_t q) {
    for (std::int64_t t = 2; t * t <= q; ++t)
      if (q % t == 0)
        return false;
    return true;
  }

  constexpr bool find(int k = 0) {
    constexpr int patience = 6000;
    if (solve(k))
      return true;
    tests += points ? leaves : 20;
    if (k + 1 == max_places) {
      patient = false;
      return false;
    }
    std::int64_t largest = 0;
    for (int j = 0; j < leaves; ++j)
      largest = rest[k][j] > largest ? rest[k][j] : largest;
    for (int j = 0; j < leaves && !points; ++j) // the strides themselves are the likeliest radices
      if (tests < patience && rest[k][j] > 1 && adds_up(k, rest[k][j]) && find(k + 1))
        return true;
    for (std::int64_t q = 2; q < largest + (points ? 1 : 0); ++q) {
      if (points && !is_prime(q))
        continue;
      if (tests >= patience) {
        patient = false;
        return false;
      }
      if (adds_up(k, q) && find(k + 1))
        return true;
    }
    return false;
  }

  /// The leaves of r, the last one as long as the indices need.
  constexpr bool put_into(flat& r) const {
    std::int64_t most = 0;
    for (int j = 0; j < leaves; ++j)
      if (points)
        most = rest[places - 1][j] > most ? rest[places - 1][j] : most;
      else if (!add_product(most, s[j] - 1, rest[places - 1][j]))
        return false;
    for (int k = 0; k < places - 1; ++k)
      if (!r.join(radix[k], stride[k]))
        return false;
    return r.join(most + 1, stride[places - 1]);
  }
};

} // namespace enigma::detail
