// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/facts.hpp>

/// The words for a fact that is missing: "needs M divisible by 16", "needs M*K at least 64".
namespace enigma::detail {

/// p = c * name / divisible_by: the number of the name's atom, or -1.
constexpr int only_name(atom_table const& names, polynomial const& p) {
  if (p.n == 1)
    for (int a = 0; a < names.count; ++a)
      if (p.m[0] == power_of(a) && names.at[a].what == atom::kind::name)
        return a;
  return -1;
}

struct needs_divisible {
  atom_table const& names;
  polynomial const& a;
  polynomial const& by;
};
template <class Sink>
constexpr void write(Sink& out, needs_divisible const& w) {
  write_words(out, "needs ");
  std::int64_t divisor = 0;
  int const at = only_name(w.names, w.a);
  if (at >= 0 && w.by.known() && w.by.value() > 0 && w.a.c[0] > 0 &&
      !__builtin_mul_overflow(w.by.value() / common_divisor(w.a.c[0], w.by.value()),
                              w.names.at[at].name.unit_, &divisor)) {
    write(out, w.names.at[at].name);
    write_words(out, " divisible by ");
    out.put(divisor);
    return;
  }
  write_sum(out, w.names, w.a);
  write_words(out, " divisible by ");
  write_sum(out, w.names, w.by);
}

/// a >= least
struct needs_at_least {
  atom_table const& names;
  polynomial const& a;
  polynomial const& least;
};
template <class Sink>
constexpr void write(Sink& out, needs_at_least const& w) {
  write_words(out, "needs ");
  polynomial d = w.a;
  d.add(w.least, -1);
  // d = c * name / unit + constant >= 0 with one name is a bound of that name.
  auto const constant = d.constant();
  polynomial p = d;
  p.add(constant == INT64_MIN ? 0 : -constant, 0);
  int const at = only_name(w.names, p);
  std::int64_t bound = 0;
  if (at >= 0 && p.c[0] != INT64_MIN && constant != INT64_MIN) {
    auto const c = p.c[0];
    auto const steps = c > 0 ? -floor_of(constant, c) : floor_of(constant, -c);
    if (!__builtin_mul_overflow(steps, w.names.at[at].name.unit_, &bound)) {
      write(out, w.names.at[at].name);
      write_words(out, c > 0 ? " at least " : " at most ");
      out.put(bound);
      return;
    }
  }
  write_sum(out, w.names, w.a);
  write_words(out, " at least ");
  write_sum(out, w.names, w.least);
}

} // namespace enigma::detail
