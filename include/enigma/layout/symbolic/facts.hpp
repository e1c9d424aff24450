// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/write.hpp>

namespace enigma {

/// The answer of a question about names: no and yes hold for every value that the facts allow.
enum class decision : unsigned char { no, yes, unknown };
} // namespace enigma

namespace enigma::detail {

/// The least (or, if `most`, the largest) value of a product of atoms; INT64_MAX where 64 bits do not hold it
/// or it has no bound.
constexpr std::int64_t bound_of(atom_table const& names, monomial m, bool most) {
  std::int64_t p = 1;
  for (int a = 0; m != 0; ++a, m <<= 4U) {
    auto const e = m >> 60U;
    if (e == 0)
      continue;
    auto const b = most ? names.at[a].name.high_ : names.at[a].name.low_;
    if (b == 0)
      return 0;
    for (monomial i = 0; i < e; ++i)
      if (b == INT64_MAX || __builtin_mul_overflow(p, b, &p))
        p = INT64_MAX; // a factor that is 0 still makes 0
  }
  return p;
}

/// A lower bound of p; false if there is none in 64 bits.
constexpr bool lower_bound(std::int64_t& low, atom_table const& names, polynomial const& p) {
  low = 0;
  for (int k = 0; k < p.n; ++k) {
    auto const b = bound_of(names, p.m[k], p.c[k] < 0);
    if (b == INT64_MAX && p.c[k] < 0)
      return false;
    auto sum = low;
    if (!detail::add_product(sum, p.c[k], b)) {
      if (p.c[k] < 0)
        return false;
      sum = low < 0 ? low + INT64_MAX : INT64_MAX; // at most the true sum
    }
    low = sum;
  }
  return true;
}

/// p with quotients replaced by what they are at least: n * floor(x/n) >= x - (n-1), -n * floor(x/n) >= -x.
/// False if there is nothing to replace.
constexpr bool without_quotients(polynomial& r, atom_table const& names, polynomial const& p) {
  bool any = false;
  r = {};
  for (int k = 0; k < p.n; ++k) {
    int a = 0;
    while (a < names.count && (names.at[a].what != atom::kind::floor || exponent(p.m[k], a) != 1 ||
                               p.c[k] % names.at[a].divisor != 0))
      ++a;
    if (a == names.count) {
      if (!r.add(p.c[k], p.m[k]))
        return false;
      continue;
    }
    any = true;
    auto const& q = names.at[a];
    auto const c = p.c[k] / q.divisor;
    auto const others = p.m[k] - power_of(a);
    std::int64_t first = 0;
    std::int64_t second = 0;
    if (((others + q.of) & too_high) != 0 || __builtin_mul_overflow(c, q.scale, &first) ||
        __builtin_mul_overflow(c, q.shift - (c > 0 ? q.divisor - 1 : 0), &second) ||
        !r.add(first, others + q.of) || !r.add(second, others))
      return false;
  }
  return any;
}

/// True if p >= 0 whatever the names are, as far as that is seen. Each negative term is paid by positive
/// terms that are multiples of its product (M*K - K >= 0 as M >= 1), what is left by bounds.
constexpr bool never_negative(atom_table const& names, polynomial const& p) {
  if (p.known())
    return p.value() >= 0;
  bool negative = false;
  for (int k = 0; k < p.n; ++k)
    negative = negative || p.c[k] < 0;
  if (!negative)
    return true;
  polynomial left = p;
  for (int k = 0; k < left.n; ++k)
    for (int j = 0; j < left.n && left.c[k] < 0; ++j) {
      if (left.c[j] <= 0 || left.m[j] == left.m[k] || !contains(left.m[j], left.m[k]))
        continue;
      auto const worth = bound_of(names, left.m[j] - left.m[k], false);
      if (worth == 0)
        continue;
      // `some` of this term are worth `some * worth` of the negative one.
      auto const debt = left.c[k] == INT64_MIN ? INT64_MAX : -left.c[k];
      auto some = debt / worth + (debt % worth != 0 ? 1 : 0);
      some = some < left.c[j] ? some : left.c[j];
      std::int64_t paid = 0;
      if (__builtin_mul_overflow(some, worth, &paid) || paid > debt)
        paid = debt;
      left.c[j] -= some;
      left.c[k] += paid;
    }
  std::int64_t low = 0;
  if (lower_bound(low, names, left) && low >= 0)
    return true;
  polynomial relaxed;
  return without_quotients(relaxed, names, p) && never_negative(names, relaxed);
}

/// a <= b
constexpr decision decide_at_most(atom_table const& names, polynomial const& a, polynomial const& b) {
  if (a.known() && b.known())
    return a.value() <= b.value() ? decision::yes : decision::no;
  std::int64_t low = 0;
  if (a.known() && lower_bound(low, names, b) && a.value() <= low)
    return decision::yes;
  polynomial d = b;
  if (!d.add(a, -1))
    return decision::unknown;
  if (never_negative(names, d))
    return decision::yes;
  polynomial e = a;
  if (e.add(b, -1) && e.add(-1, 0) && never_negative(names, e))
    return decision::no;
  return decision::unknown;
}

// ----- quotients that are not exact
// -------------------------------------------------------------------------

constexpr std::int64_t floor_of(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}
constexpr std::int64_t common_divisor(std::int64_t a, std::int64_t b) {
  while (b != 0) {
    auto const r = a % b;
    a = b;
    b = r;
  }
  return a;
}

/// Splits p into divisor * whole + rest. For a quotient a positive term stays in the rest as it is, so that
/// ceil(ceil(4*K/3)/3) is ceil(4*K/9); for a remainder all coefficients of the rest are in [0, divisor).
constexpr bool split(polynomial& whole, polynomial& rest, polynomial const& p, std::int64_t divisor,
                     bool for_quotient) {
  whole = {};
  rest = {};
  for (int k = 0; k < p.n; ++k) {
    bool const stays = for_quotient && p.m[k] != 0 && p.c[k] > 0 && p.c[k] % divisor != 0;
    auto const q = stays ? 0 : floor_of(p.c[k], divisor);
    if (!whole.add(q, p.m[k]) || !rest.add(p.c[k] - q * divisor, p.m[k]))
      return false;
  }
  return true;
}

constexpr bool cannot_name(trouble& why, int number) {
  if (!why.any) {
    if (number == -2)
      why.start() << "a name stands for two sizes with different facts";
    else
      why.start() << "too many names, at most 16 sizes and quotients meet in one layout";
  }
  return false;
}
constexpr bool too_large(trouble& why) {
  if (!why.any)
    why.start() << "overflow, an expression exceeds 64 bits, 16 terms or the power 7";
  return false;
}

/// r = floor(p / divisor) or, for `modulo`, p mod divisor; p >= 0, divisor >= 1. Adds an atom where the facts
/// do not decide the quotient.
constexpr bool quotient(polynomial& r, atom_table& names, polynomial const& p, std::int64_t divisor,
                        atom::kind what, trouble& why) {
  polynomial whole;
  polynomial rest;
  bool const floor = what == atom::kind::floor;
  if (!split(whole, rest, p, divisor, floor))
    return too_large(why);
  r = floor ? whole : polynomial();
  if (rest.known()) {
    if (!floor)
      r = rest;
    return true;
  }
  if (decide_at_most(names, rest, polynomial(divisor - 1)) == decision::yes) { // its quotient is 0
    if (!floor)
      r = rest;
    return true;
  }
  if (rest.n > 2 || (rest.n == 2 && rest.m[1] != 0)) {
    why.start() << "needs " << written{names, rest} << " divisible by " << divisor
                << ", or a name of its own for that sum";
    return false;
  }
  atom a;
  a.what = what;
  a.of = rest.m[0];
  a.scale = rest.c[0];
  a.shift = rest.n == 2 ? rest.c[1] : 0;
  a.divisor = divisor;
  if (floor)
    for (;;) {
      auto const g = common_divisor(a.scale, a.divisor);
      a.scale /= g;
      a.divisor /= g;
      a.shift /= g;
      // The quotient of a quotient is one quotient.
      int inner = 0;
      while (inner < names.count && a.of != power_of(inner))
        ++inner;
      if (a.scale != 1 || inner == names.count || names.at[inner].what != atom::kind::floor)
        break;
      auto const& b = names.at[inner];
      std::int64_t shift = b.shift;
      std::int64_t both = 0;
      if (!add_product(shift, b.divisor, a.shift) || __builtin_mul_overflow(b.divisor, a.divisor, &both))
        break;
      a.of = b.of;
      a.scale = b.scale;
      a.shift = shift;
      a.divisor = both;
    }
  auto const of_low = bound_of(names, a.of, false);
  auto const of_high = bound_of(names, a.of, true);
  std::int64_t low = a.shift;
  std::int64_t high = a.shift;
  bool const bounded = of_high != INT64_MAX && add_product(high, a.scale, of_high);
  if (!add_product(low, a.scale, of_low))
    low = INT64_MAX;
  a.name.low_ = floor ? low / a.divisor : 0;
  a.name.high_ = floor ? (bounded ? high / a.divisor : INT64_MAX) : a.divisor - 1;
  if (a.name.low_ == a.name.high_)
    return r.add(a.name.low_, 0) || too_large(why);
  int const number = names.number_of(a);
  if (number < 0)
    return cannot_name(why, number);
  return r.add(1, power_of(number)) || too_large(why);
}
constexpr bool floor_div(polynomial& r, atom_table& names, polynomial const& p, std::int64_t divisor,
                         trouble& why) {
  return quotient(r, names, p, divisor, atom::kind::floor, why);
}
constexpr bool ceil_div(polynomial& r, atom_table& names, polynomial const& p, std::int64_t divisor,
                        trouble& why) {
  polynomial up = p;
  return (up.add(divisor - 1, 0) || too_large(why)) &&
         quotient(r, names, up, divisor, atom::kind::floor, why);
}

// ----- other tables
// -----------------------------------------------------------------------------------------

/// Finds the atoms of another table in this one, to which new ones are added.
constexpr bool join(renaming& r, atom_table& into, atom_table const& from, trouble& why) {
  for (int a = 0; a < from.count; ++a) {
    atom moved = from.at[a];
    if (moved.of != 0)
      moved.of = r(moved.of, a);
    r.to[a] = into.number_of(moved);
    if (r.to[a] < 0) {
      cannot_name(why, r.to[a]);
      if (r.to[a] == -2)
        why.words << ": " << moved.name;
      return false;
    }
    r.same = r.same && r.to[a] == a;
  }
  return true;
}

} // namespace enigma::detail
