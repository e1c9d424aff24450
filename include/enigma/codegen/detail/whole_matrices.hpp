// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

// The rules of operations on matrices. Elements lie column after column; f16 is computed as f32 and rounded
// once. A rule does not know what it computes with: a number, or one for each of many threads.

namespace enigma::detail {

/// Of the result. A vector is a matrix of one column or, left of a product, of one row.
struct matrix_shape {
  std::uint8_t columns = 1, rows = 1;
  std::uint8_t inner = 0; // of a product: what it sums over. Else the columns of the operand
};

struct product_rule {
  /// Sums go from the first column of `a` to the last.
  template <class X>
  constexpr void operator()(matrix_shape s, X* out, X const* a, X const* b) const {
    for (int c = 0; c < s.columns; ++c)
      for (int r = 0; r < s.rows; ++r) {
        X sum = a[r] * b[c * s.inner];
        for (int k = 1; k < s.inner; ++k)
          sum = sum + a[k * s.rows + r] * b[c * s.inner + k];
        out[c * s.rows + r] = sum;
      }
  }
};

struct transpose_rule {
  template <class X>
  constexpr void operator()(matrix_shape s, X* out, X const* m, X const*) const {
    for (int c = 0; c < s.columns; ++c)
      for (int r = 0; r < s.rows; ++r)
        out[c * s.rows + r] = m[r * s.columns + c];
  }
};

struct determinant_rule {
  template <class X>
  constexpr void operator()(matrix_shape s, X* out, X const* m, X const*) const {
    out[0] = of(s.inner, m);
  }

private:
  // By the first row, from the first column to the last.
  template <class X>
  static constexpr X of(int n, X const* m) {
    if (n == 2)
      return m[0] * m[3] - m[2] * m[1];
    X rest[9]{};
    X sum = m[0] * without(0, n, m, rest);
    for (int c = 1; c < n; ++c) {
      X const part = m[c * n] * without(c, n, m, rest);
      sum = c % 2 == 0 ? sum + part : sum - part;
    }
    return sum;
  }
  /// The determinant without the first row and one column.
  template <class X>
  static constexpr X without(int column, int n, X const* m, X* rest) {
    for (int c = 0, to = 0; c < n; ++c)
      if (c != column)
        for (int r = 1; r < n; ++r)
          rest[to++] = m[c * n + r];
    return of(n - 1, rest);
  }
};

} // namespace enigma::detail
