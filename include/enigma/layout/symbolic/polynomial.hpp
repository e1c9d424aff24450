// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/trouble.hpp>
#include <enigma/layout/symbolic/named_size.hpp>

/// Integer polynomials over atoms, the leaves of symbolic layouts. Functions answer false where a number
/// exceeds 64 bits or there are too many terms; who calls them puts that into words.
namespace enigma::detail {

inline constexpr int max_terms = 16;

/// Terms in the order of falling monomials, none with coefficient 0: equal polynomials are equal arrays.
struct polynomial {
  int n = 0;
  std::int64_t c[max_terms] = {};
  monomial m[max_terms] = {};

  constexpr polynomial() = default;
  constexpr polynomial(std::int64_t number) {
    c[0] = number;
    n = number != 0 ? 1 : 0;
  }
  constexpr polynomial(std::int64_t const* coefficients, monomial const* products, int terms) : n(terms) {
    for (int k = 0; k < terms; ++k) {
      c[k] = coefficients[k];
      m[k] = products[k];
    }
  }
  [[nodiscard]] constexpr bool known() const { return n == 0 || (n == 1 && m[0] == 0); }
  [[nodiscard]] constexpr std::int64_t value() const { return n == 0 ? 0 : c[0]; }
  [[nodiscard]] constexpr bool is(std::int64_t number) const { return known() && value() == number; }
  /// The term without atoms.
  [[nodiscard]] constexpr std::int64_t constant() const { return n > 0 && m[n - 1] == 0 ? c[n - 1] : 0; }

  constexpr bool add(std::int64_t coefficient, monomial product) {
    if (coefficient == 0)
      return true;
    int k = 0;
    while (k < n && m[k] > product)
      ++k;
    if (k < n && m[k] == product) {
      if (__builtin_add_overflow(c[k], coefficient, &c[k]))
        return false;
      if (c[k] != 0)
        return true;
      for (--n; k < n; ++k) {
        c[k] = c[k + 1];
        m[k] = m[k + 1];
      }
      c[n] = 0;
      m[n] = 0;
      return true;
    }
    if (n == max_terms)
      return false;
    for (int j = n; j > k; --j) {
      c[j] = c[j - 1];
      m[j] = m[j - 1];
    }
    c[k] = coefficient;
    m[k] = product;
    ++n;
    return true;
  }
  /// Adds factor * p.
  constexpr bool add(polynomial const& p, std::int64_t factor = 1) {
    for (int k = 0; k < p.n; ++k) {
      std::int64_t t = 0;
      if (__builtin_mul_overflow(p.c[k], factor, &t) || !add(t, p.m[k]))
        return false;
    }
    return true;
  }

  friend constexpr bool operator==(polynomial const& a, polynomial const& b) {
    if (a.n != b.n)
      return false;
    for (int k = 0; k < a.n; ++k)
      if (a.c[k] != b.c[k] || a.m[k] != b.m[k])
        return false;
    return true;
  }
};

/// r += a * b
constexpr bool add_product(polynomial& r, polynomial const& a, polynomial const& b) {
  for (int i = 0; i < a.n; ++i)
    for (int j = 0; j < b.n; ++j) {
      std::int64_t t = 0;
      auto const m = a.m[i] + b.m[j];
      if ((m & too_high) != 0 || __builtin_mul_overflow(a.c[i], b.c[j], &t) || !r.add(t, m))
        return false;
    }
  return true;
}
constexpr bool multiply(polynomial& r, polynomial const& a, polynomial const& b) {
  r = {};
  if (a.n != 1 || a.m[0] != 0)
    return add_product(r, a, b);
  // A number times a polynomial keeps the order of the terms.
  for (int k = 0; k < b.n; ++k) {
    if (__builtin_mul_overflow(a.c[0], b.c[k], &r.c[k]))
      return false;
    r.m[k] = b.m[k];
  }
  r.n = b.n;
  return true;
}

/// True if b divides a as a polynomial, so with every value of the names; r = a / b.
constexpr bool divide_exactly(polynomial& r, polynomial const& a, polynomial const& b) {
  r = {};
  if (b.n == 0)
    return false;
  if (b.n == 1) { // keeps the order of the terms
    auto const c = b.c[0];
    auto const m = b.m[0];
    for (int k = 0; k < a.n; ++k) {
      if (a.c[k] % c != 0 || !contains(a.m[k], m))
        return false;
      r.c[k] = a.c[k] / c;
      r.m[k] = a.m[k] - m;
    }
    r.n = a.n;
    return true;
  }
  if (a.n == 0)
    return true;
  if (a.c[0] % b.c[0] != 0 || !contains(a.m[0], b.m[0]))
    return false;
  polynomial back;
  return r.add(a.c[0] / b.c[0], a.m[0] - b.m[0]) && multiply(back, r, b) && back == a;
}

/// True if a term is a multiple of a basis vector 1@e.
constexpr bool has_basis(atom_table const& names, polynomial const& p) {
  for (int a = 0; a < names.count; ++a)
    if (names.at[a].what == atom::kind::basis)
      for (int k = 0; k < p.n; ++k)
        if (exponent(p.m[k], a) != 0)
          return true;
  return false;
}

// ----- other tables
// -----------------------------------------------------------------------------------------

/// Where the atoms of another table are in this one.
struct renaming {
  int to[max_atoms] = {};
  bool same = true;

  [[nodiscard]] constexpr monomial operator()(monomial m, int count) const {
    monomial r = 0;
    for (int a = 0; m != 0 && a < count; ++a, m <<= 4U)
      r += m >> 60U << (4U * unsigned(max_atoms - 1 - to[a]));
    return r;
  }
};

} // namespace enigma::detail
