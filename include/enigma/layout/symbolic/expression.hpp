// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/needs.hpp>

namespace enigma {

/// An integer written with names: M*K, 16*K+3, M/64, ceil(M/16). A polynomial with integer values; a quotient
/// that the facts do not decide is kept as it is. A structural type, implicit from integers and names.
///
/// Two expressions are equal (==) if they are the same polynomial; `decide_at_most` and its like ask the
/// facts.
class size_expression {
public:
  constexpr size_expression() = default;
  template <integer T>
  constexpr size_expression(T number) : polynomial_(detail::to_int64(number)) {}
  constexpr size_expression(named_size const& name) {
    detail::atom a;
    a.name = name;
    names_.at[0] = a;
    names_.count = 1;
    polynomial_.add(name.unit_, detail::power_of(0));
  }

  /// True if no name is in it.
  [[nodiscard]] constexpr bool known() const { return polynomial_.known(); }
  /// The number. Errors: a name is in it.
  [[nodiscard]] constexpr std::int64_t value() const;

  // Implementation.
  constexpr size_expression(detail::atom_table const& names, detail::polynomial const& p)
      : names_(names)
      , polynomial_(p) {}

  detail::atom_table names_ = {};
  detail::polynomial polynomial_ = {};
};

namespace detail {

template <class T>
concept named = std::same_as<T, named_size> || std::same_as<T, size_expression>;
template <class T>
concept sized = integer<T> || named<T>;
/// Both are sizes and one has a name: 4 * M, but not 4 * 4.
template <class A, class B>
concept sizes = sized<A> && sized<B> && (named<A> || named<B>);

template <class Sink>
constexpr void write(Sink& out, size_expression const& e) {
  write_sum(out, e.names_, e.polynomial_);
}

/// Two expressions under one table of names.
struct pair_of_sizes {
  atom_table names;
  polynomial a;
  polynomial b;

  constexpr pair_of_sizes(size_expression const& x, size_expression const& y, trouble& why)
      : names(x.names_)
      , a(x.polynomial_) {
    renaming to;
    if (!join(to, names, y.names_, why))
      return;
    for (int k = 0; k < y.polynomial_.n; ++k)
      b.add(y.polynomial_.c[k], to(y.polynomial_.m[k], y.names_.count));
  }
};

[[noreturn]] constexpr void refuse_arithmetic(char const* name, size_expression const& x,
                                              size_expression const& y, trouble const& why) {
  refused(explain(name, x, y, why));
}

constexpr size_expression sum(size_expression const& x, size_expression const& y, std::int64_t sign) {
  trouble why;
  pair_of_sizes both(x, y, why);
  if (why || (!both.a.add(both.b, sign) && !too_large(why)))
    refuse_arithmetic(sign < 0 ? "operator-" : "operator+", x, y, why);
  return {both.names, both.a};
}

} // namespace detail

constexpr std::int64_t size_expression::value() const {
  if (!known())
    refused((detail::sentence("the value of ") << *this << " is not known, bind its names").lines());
  return polynomial_.value();
}

/// Sums, differences and products. Errors: overflow, more than 16 terms or names.
template <class A, class B>
  requires detail::sizes<A, B>
[[nodiscard]] constexpr size_expression operator+(A const& a, B const& b) {
  return detail::sum(a, b, 1);
}
template <class A, class B>
  requires detail::sizes<A, B>
[[nodiscard]] constexpr size_expression operator-(A const& a, B const& b) {
  return detail::sum(a, b, -1);
}
template <class A, class B>
  requires detail::sizes<A, B>
[[nodiscard]] constexpr size_expression operator*(A const& a, B const& b) {
  size_expression const x(a);
  size_expression const y(b);
  detail::trouble why;
  detail::pair_of_sizes const both(x, y, why);
  detail::polynomial r;
  if (why || (!multiply(r, both.a, both.b) && !detail::too_large(why)))
    detail::refuse_arithmetic("operator*", x, y, why);
  return {both.names, r};
}
/// The same polynomial: M*K == K*M. For what the facts say see decide_equal.
template <class A, class B>
  requires detail::sizes<A, B>
[[nodiscard]] constexpr bool operator==(A const& a, B const& b) {
  detail::trouble why;
  detail::pair_of_sizes const both(a, b, why);
  return !why && both.a == both.b;
}

/// a <= b, a < b, a = b, n divides a: `yes` or `no` if that holds for all values of the names that the facts
/// allow. `unknown` may be said of a relation that holds always, but a yes or no is never wrong.
[[nodiscard]] constexpr decision decide_at_most(size_expression const& a, size_expression const& b) {
  detail::trouble why;
  detail::pair_of_sizes const both(a, b, why);
  return why ? decision::unknown : detail::decide_at_most(both.names, both.a, both.b);
}
[[nodiscard]] constexpr decision decide_less(size_expression const& a, size_expression const& b) {
  auto const r = decide_at_most(b, a);
  return r == decision::yes ? decision::no : r == decision::no ? decision::yes : r;
}
[[nodiscard]] constexpr decision decide_equal(size_expression const& a, size_expression const& b) {
  if (a == b)
    return decision::yes;
  auto const less = decide_at_most(a, b);
  auto const more = decide_at_most(b, a);
  return less == decision::no || more == decision::no     ? decision::no
         : less == decision::yes && more == decision::yes ? decision::yes
                                                          : decision::unknown;
}
[[nodiscard]] constexpr decision decide_divides(std::int64_t n, size_expression const& a) {
  if (n == 0)
    refused("decide_divides refused: nothing is divided by 0");
  auto const& p = a.polynomial_;
  bool names = true;
  for (int k = 0; k < p.n; ++k)
    names = names && (p.m[k] == 0 || p.c[k] % n == 0);
  if (!names)
    return decision::unknown;
  return p.constant() % n == 0 ? decision::yes : decision::no;
}

/// The exact quotient. Errors: b does not divide a for all values of the names; the fact that is missing is
/// named: "needs M divisible by 64".
[[nodiscard]] constexpr size_expression divide_exactly(size_expression const& a, size_expression const& b) {
  detail::trouble why;
  detail::pair_of_sizes const both(a, b, why);
  detail::polynomial r;
  if (!why && !divide_exactly(r, both.a, both.b))
    why.start() << detail::needs_divisible{both.names, both.a, both.b};
  if (why)
    detail::refuse_arithmetic("divide_exactly", a, b, why);
  return {both.names, r};
}

namespace detail {
constexpr size_expression quotient_or_refuse(char const* name, size_expression const& a, std::int64_t n,
                                             std::int64_t up, atom::kind what) {
  trouble why;
  atom_table names = a.names_;
  polynomial p = a.polynomial_;
  polynomial r;
  if (n < 1)
    why.start() << "the divisor must be at least 1";
  else if (!never_negative(names, p))
    why.start() << needs_at_least{names, p, 0};
  else if (p.add(up, 0) || !too_large(why))
    quotient(r, names, p, n, what, why);
  if (why)
    refuse_arithmetic(name, a, n, why);
  return {names, r};
}
} // namespace detail

/// ceil(a / n), floor(a / n) and a mod n for a known n >= 1 and a >= 0; exact where the facts decide it.
///   ceil_div(M, 64) = M/64 if M is divisible by 64, ceil(M/64) otherwise
/// Errors: n below 1; a that may be negative; a is a sum of several products.
template <detail::named A>
[[nodiscard]] constexpr size_expression ceil_div(A const& a, std::int64_t n) {
  return detail::quotient_or_refuse("ceil_div", a, n, n - 1, detail::atom::kind::floor);
}
template <detail::named A>
[[nodiscard]] constexpr size_expression floor_div(A const& a, std::int64_t n) {
  return detail::quotient_or_refuse("floor_div", a, n, 0, detail::atom::kind::floor);
}
template <detail::named A>
[[nodiscard]] constexpr size_expression modulo(A const& a, std::int64_t n) {
  return detail::quotient_or_refuse("modulo", a, n, 0, detail::atom::kind::modulo);
}

} // namespace enigma
