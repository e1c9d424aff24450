// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/symbolic_layout.hpp>

/// Values for names, in the library (`substitute`, `bind`) and in the author's own integers (`evaluate`).
namespace enigma {

/// A value for a name: {"M", 128} or {M, 128}.
struct binding {
  named_size name;
  std::int64_t value = 0;

  template <std::size_t N, integer T>
  constexpr binding(char const (&letters)[N], T v) : name(letters)
                                                   , value(detail::to_int64(v)) {}
  template <integer T>
  constexpr binding(named_size const& n, T v) : name(n)
                                              , value(detail::to_int64(v)) {}
};

namespace detail {

/// What the atoms of a table become under bindings: polynomials over another table.
struct substitution {
  atom_table names = {};
  polynomial atoms[max_atoms] = {};
  trouble why = {};

  constexpr substitution(atom_table const& used, binding const* bound, int count) {
    bool found[max_atoms] = {};
    for (int i = 0; i < count && !why; ++i) {
      bool known = false;
      for (int a = 0; a < used.count; ++a)
        if (used.at[a].what == atom::kind::name && used.at[a].name.same_name(bound[i].name)) {
          known = true;
          check(used.at[a].name, bound[i].value);
          if (found[a])
            why.start() << bound[i].name << " has two values";
          found[a] = true;
          atoms[a] = bound[i].value / used.at[a].name.unit_;
        }
      if (!known)
        why.start() << "no size is called " << bound[i].name;
    }
    for (int a = 0; a < used.count && !why; ++a) {
      auto const& old = used.at[a];
      if (old.what == atom::kind::floor || old.what == atom::kind::modulo) {
        polynomial p;
        polynomial inside;
        product(p, old.of);
        if ((!inside.add(p, old.scale) || !inside.add(old.shift, 0)) && !too_large(why))
          return;
        quotient(atoms[a], names, inside, old.divisor, old.what, why);
      } else if (!found[a]) {
        if (int const number = names.number_of(old); number < 0)
          cannot_name(why, number);
        else
          atoms[a].add(1, power_of(number));
      }
    }
  }
  constexpr void check(named_size const& name, std::int64_t value) {
    auto const facts = name.facts();
    if (value % facts.divisible_by != 0)
      why.start() << name << " must be divisible by " << facts.divisible_by << ", " << value << " is not";
    else if (value < facts.at_least)
      why.start() << name << " must be at least " << facts.at_least << ", not " << value;
    else if (value > facts.at_most)
      why.start() << name << " must be at most " << facts.at_most << ", not " << value;
  }
  constexpr bool product(polynomial& r, monomial m) {
    r = 1;
    for (int a = 0; a < max_atoms; ++a)
      for (int e = exponent(m, a); e > 0; --e) {
        auto const before = r;
        if (!multiply(r, before, atoms[a]))
          return too_large(why);
      }
    return true;
  }
  constexpr polynomial operator()(polynomial const& p) {
    polynomial r;
    for (int k = 0; k < p.n && !why; ++k) {
      polynomial term;
      if (product(term, p.m[k]) && !r.add(term, p.c[k]))
        too_large(why);
    }
    return r;
  }
};

template <class T>
[[noreturn]] constexpr void refuse_binding(char const* name, T const& t, binding const* bound, int count,
                                           trouble const& why) {
  sentence s(name);
  s << "(" << t << ", {";
  for (int i = 0; i < count; ++i)
    s << (i == 0 ? "" : ", ") << bound[i].name << " = " << bound[i].value;
  refused((s << "}) refused: " << why.words).lines());
}

} // namespace detail

/// (1) The expression with values for some of its names.
/// Errors: a value against the facts; a name that is not there, or twice; overflow.
[[nodiscard]] constexpr size_expression substitute(size_expression const& e,
                                                   std::initializer_list<binding> values) {
  auto const count = static_cast<int>(values.size());
  detail::substitution s(e.names_, values.begin(), count);
  auto const r = s(e.polynomial_);
  if (s.why)
    detail::refuse_binding("substitute", e, values.begin(), count, s.why);
  return {s.names, r};
}
/// (2) The layout with values for some of its names.
[[nodiscard]] constexpr symbolic_layout substitute(symbolic_layout const& l,
                                                   std::initializer_list<binding> values) {
  auto const count = static_cast<int>(values.size());
  detail::substitution s(l.names_, values.begin(), count);
  detail::symbolic_builder out;
  out.nesting = l.profile_;
  for (int i = 0; i < l.terms_.count && !s.why; ++i)
    out.full = !out.terms.append(s(l.terms_.get(i))) || out.full;
  if (!out.finish(s.why))
    detail::refuse_binding("substitute", l, values.begin(), count, s.why);
  return out.made(s.names);
}

/// The integers that the names stand for, all of them: bind(M*K, {{"M", 128}, {"K", 64}}) = 8192.
/// Errors: as substitute; a name without a value.
[[nodiscard]] constexpr std::int64_t bind(size_expression const& e, std::initializer_list<binding> values) {
  auto const r = substitute(e, values);
  if (!r.known())
    refused((detail::sentence("bind(") << e << ") refused: " << r << " needs values for its names").lines());
  return r.value();
}
/// The layout of integers: bind((M,K):(K,1), {{"M", 128}, {"K", 64}}) = (128,64):(64,1).
[[nodiscard]] constexpr layout bind(symbolic_layout const& l, std::initializer_list<binding> values) {
  auto const r = substitute(l, values);
  layout known;
  known.profile_ = r.profile_;
  for (int k = 0; k < r.profile_.count; ++k) {
    auto const s = r.shape_at(k);
    auto const d = r.stride_at(k);
    if (!s.known() || !d.known())
      refused(
          (detail::sentence("bind(") << l << ") refused: " << r << " needs values for its names").lines());
    known.shape_[k] = s.value();
    known.stride_[k] = d.value();
  }
  return known;
}

namespace detail {

template <class Int, class F>
constexpr Int evaluate_sum(atom_table const& names, polynomial const& p, F const& f);

template <class Int, class F>
constexpr Int evaluate_atom(atom_table const& names, atom const& a, F const& f) {
  if (a.what == atom::kind::name)
    return f(a.name);
  if (a.what == atom::kind::basis)
    refused("evaluate refused: a coordinate has no one value, evaluate its elements");
  polynomial inside;
  inside.add(a.scale, a.of);
  inside.add(a.shift, 0);
  auto const x = evaluate_sum<Int>(names, inside, f);
  return a.what == atom::kind::floor ? Int(x / a.divisor) : Int(x % a.divisor);
}

/// |c| * m with as few operations as there are: no factor 1, no divisor 1.
template <class Int, class F>
constexpr Int evaluate_term(atom_table const& names, std::int64_t c, monomial m, F const& f) {
  std::int64_t numerator = c;
  std::int64_t denominator = 1;
  int first = max_atoms;
  for (int a = names.count - 1; a >= 0; --a)
    for (int e = exponent(m, a); e > 0; --e) {
      first = a;
      if (names.at[a].what != atom::kind::name)
        continue;
      auto const g = common_divisor(numerator, names.at[a].name.unit_);
      numerator /= g;
      if (__builtin_mul_overflow(denominator, names.at[a].name.unit_ / g, &denominator))
        refused("evaluate refused: overflow, a divisor exceeds 64 bits");
    }
  Int r = evaluate_atom<Int>(names, names.at[first], f);
  for (int a = first; a < names.count; ++a)
    for (int e = exponent(m, a) - (a == first ? 1 : 0); e > 0; --e)
      r = Int(r * evaluate_atom<Int>(names, names.at[a], f));
  if (numerator != 1)
    r = Int(r * numerator);
  if (denominator != 1)
    r = Int(r / denominator);
  return r;
}

template <class Int, class F>
constexpr Int evaluate_sum(atom_table const& names, polynomial const& p, F const& f) {
  auto const constant = p.constant();
  int const terms = p.n - (constant != 0 ? 1 : 0);
  if (terms == 0)
    return Int(constant);
  int begin = 0; // what is subtracted comes after something that is added
  while (begin < terms && p.c[begin] < 0)
    ++begin;
  bool const nothing = begin == terms;
  Int r = nothing ? Int(constant > 0 ? constant : 0) : evaluate_term<Int>(names, p.c[begin], p.m[begin], f);
  for (int k = 0; k < terms; ++k)
    if (k != begin) {
      if (p.c[k] > 0)
        r = Int(r + evaluate_term<Int>(names, p.c[k], p.m[k], f));
      else
        r = Int(r - evaluate_term<Int>(names, p.c[k] == INT64_MIN ? INT64_MAX : -p.c[k], p.m[k], f));
    }
  if (constant > 0 && !nothing)
    r = Int(r + constant);
  if (constant < 0)
    r = Int(r - (constant == INT64_MIN ? INT64_MAX : -constant));
  return r;
}

} // namespace detail

/// The value of an expression in any integer-like type: `f` maps each name (a named_size) to it. The type
/// needs + and - and * with itself, +, -, *, / and % with a std::int64_t on the right, and construction from
/// a std::int64_t. Nothing is emitted for what is known: no factor 1, no division by 1, no sum with 0.
///   evaluate(A(i, j), [&](named_size const& n) { return n.same_name(i) ? ... ; })
/// Errors: the expression is a coordinate (1@0).
template <class F>
[[nodiscard]] constexpr auto evaluate(size_expression const& e, F const& f) {
  using Int = std::remove_cvref_t<decltype(f(std::declval<named_size const&>()))>;
  return detail::evaluate_sum<Int>(e.names_, e.polynomial_, f);
}

} // namespace enigma
