// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/polynomial.hpp>

/// Text: M*K, M/64, ceil(M/16), 16*K, 1@0; 3*M/16+1 is a sum of two terms.
namespace enigma::detail {

template <class Sink>
constexpr void write_words(Sink& out, char const* words) {
  for (; *words != '\0'; ++words)
    out.put(*words);
}

template <class Sink>
constexpr void write_sum(Sink& out, atom_table const& names, polynomial const& p);

/// |c| * m / divisor, with the divisors of the names reduced.
template <class Sink>
constexpr void write_term(Sink& out, atom_table const& names, std::int64_t c, monomial m,
                          std::int64_t divisor = 1);

template <class Sink>
constexpr void write_atom(Sink& out, atom_table const& names, atom const& a, bool alone) {
  if (a.what == atom::kind::name) {
    write(out, a.name);
    return;
  }
  polynomial p;
  bool const ceil = a.what == atom::kind::floor && a.shift == a.divisor - 1;
  p.add(a.scale, a.of);
  if (!ceil)
    p.add(a.shift, 0);
  if (a.what == atom::kind::floor) {
    write_words(out, ceil ? "ceil(" : "floor(");
    if (p.n == 1)
      write_term(out, names, p.c[0], p.m[0], a.divisor);
    else {
      out.put('(');
      write_sum(out, names, p);
      write_words(out, ")/");
      out.put(a.divisor);
    }
    out.put(')');
    return;
  }
  if (!alone)
    out.put('(');
  // K%4, (4*K)%6, (K+3)%4
  std::int64_t unit = 0;
  for (int k = 0; k < names.count; ++k)
    if (a.of == power_of(k))
      unit = names.at[k].what == atom::kind::name ? names.at[k].name.unit_ : 1;
  bool const plain = p.n == 1 && p.c[0] == unit;
  if (!plain)
    out.put('(');
  write_sum(out, names, p);
  if (!plain)
    out.put(')');
  out.put('%');
  out.put(a.divisor);
  if (!alone)
    out.put(')');
}

template <class Sink>
constexpr void write_term(Sink& out, atom_table const& names, std::int64_t c, monomial m,
                          std::int64_t divisor) {
  // The product as numerator * factors / denominator @ direction.
  auto numerator = c < 0 ? 0 - static_cast<std::uint64_t>(c) : static_cast<std::uint64_t>(c);
  auto denominator = static_cast<std::uint64_t>(divisor);
  int factors = 0;
  std::int64_t direction = -1;
  for (int a = 0; a < names.count; ++a)
    for (int e = exponent(m, a); e > 0; --e) {
      if (names.at[a].what == atom::kind::name)
        denominator *= static_cast<std::uint64_t>(names.at[a].name.unit_);
      if (names.at[a].what == atom::kind::basis)
        direction = names.at[a].direction;
      else
        ++factors;
    }
  auto x = numerator;
  for (auto y = denominator; y != 0;) {
    auto const r = x % y;
    x = y;
    y = r;
  }
  numerator /= x;
  denominator /= x;
  if (numerator != 1 || factors == 0) {
    out.put(static_cast<std::int64_t>(numerator));
    if (factors != 0)
      out.put('*');
  }
  int left = factors;
  for (int a = 0; a < names.count; ++a)
    for (int e = exponent(m, a); e > 0 && names.at[a].what != atom::kind::basis; --e) {
      write_atom(out, names, names.at[a], factors == 1 && numerator == 1 && denominator == 1);
      if (--left > 0)
        out.put('*');
    }
  if (denominator != 1) {
    out.put('/');
    out.put(static_cast<std::int64_t>(denominator));
  }
  if (direction >= 0) {
    out.put('@');
    out.put(direction);
  }
}

template <class Sink>
constexpr void write_sum(Sink& out, atom_table const& names, polynomial const& p) {
  if (p.n == 0)
    out.put('0');
  for (int k = 0; k < p.n; ++k) {
    if (p.c[k] < 0)
      out.put('-');
    else if (k > 0)
      out.put('+');
    write_term(out, names, p.c[k], p.m[k]);
  }
}

/// A polynomial with its names, to be written into a sentence.
struct written {
  atom_table const& names;
  polynomial const& p;
};
template <class Sink>
constexpr void write(Sink& out, written const& w) {
  write_sum(out, w.names, w.p);
}

} // namespace enigma::detail
