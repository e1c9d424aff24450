// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/coalesce.hpp>

namespace enigma::detail {

/// A o B, one leaf of B after the other, as `composer` does it for integers, with every comparison decided by
/// the facts.
///
/// Write A (coalesced) as digits: A(i) = sum of c_k(i) * e_k with c_k = floor(i / P_k) mod a_k, the last
/// digit not reduced. Where the digits of x and y add up without a carry, A(x + y) = A(x) + A(y). A leaf s:d
/// of B walks through the digits: a mode that divides the stride is passed; a leaf that stays below the
/// mode's end is one leaf; a leaf that wraps to exactly 0 is cut there. Carries between leaves are excluded
/// by the sums of their largest digits. Where a comparison is undecided its fact is the one that is missing.
struct symbolic_composer {
  atom_table& names;
  symbolic_flat a = {}; // A, coalesced
  int booked = 0;       // digits used so far: in mode of[i] of A the polynomial i of `used`
  int of[max_leaves] = {};
  term_store used = {};
  trouble& why;

  constexpr symbolic_composer(atom_table& all, trouble& t) : names(all), why(t) {}
  constexpr symbolic_composer(atom_table& all, symbolic_layout const& l, node const& n, trouble& t)
      : names(all)
      , why(t) {
    coalesced(a, l, n, true, why);
  }

  constexpr bool undecided(polynomial const& s, polynomial const& d, int k) {
    why.start() << "leaf " << written{names, s} << ":" << written{names, d} << " meets mode "
                << written{names, a.s(k)} << ":" << written{names, a.d(k)} << " of the left layout, ";
    return false;
  }
  constexpr bool large() { return too_large(why); }

  /// Books a largest digit in mode k, and refuses if the digits of all leaves together may carry.
  constexpr bool book(int k, polynomial const& digit, polynomial const& s, polynomial const& d) {
    if (digit.n == 0)
      return true;
    if (booked == max_leaves || !used.append(digit)) {
      why.start() << "too many modes, the left layout and the leaves of the right one";
      return false;
    }
    of[booked++] = k;
    polynomial sum = 1;
    for (int i = 0; i < booked; ++i)
      if (of[i] == k && !sum.add(used.get(i)))
        return large();
    auto const end = a.s(k);
    auto const fits = decide_at_most(names, sum, end);
    if (fits == decision::yes)
      return true;
    undecided(s, d, k);
    if (fits == decision::no)
      why.words << "and carries there on top of the leaves before it";
    else
      why.words << "where it may carry on top of the leaves before it: " << needs_at_least{names, end, sum};
    return false;
  }

  /// Appends A o s:d to `out`, as one leaf or as a tuple of pieces.
  constexpr bool leaf(symbolic_builder& out, polynomial const& s, polynomial const& d) {
    if (why.any)
      return false;
    int const last = a.n - 1;
    polynomial step;
    if (s.is(1) || d.n == 0 || last == 0) {
      // Constant, or A is a multiplication. The stride of a leaf of size 1 is only a convention.
      polynomial stride = d;
      if (s.is(1))
        for (int k = 0; k < last; ++k) {
          auto const end = a.s(k);
          stride =
              end.known() && stride.known() && stride.value() >= 0
                  ? polynomial(stride.value() / end.value() + (stride.value() % end.value() != 0 ? 1 : 0))
                  : polynomial();
        }
      if (!multiply(step, stride, a.d(last))) {
        if (!s.is(1))
          return large();
        step = polynomial();
      }
      out.leaf(s, step);
      return true;
    }
    if (!never_negative(names, d)) {
      why.start() << "leaf " << written{names, s} << ":" << written{names, d}
                  << " may give negative indices into a layout of several modes, "
                  << needs_at_least{names, d, 0};
      return false;
    }
    int const before = out.nesting.count;
    polynomial rest = s;   // what is left of the shape
    polynomial stride = d; // and of the stride, counted in steps of mode k
    for (int k = 0; k < last && !rest.is(1); ++k) {
      auto const end = a.s(k);
      polynomial q;
      if (divide_exactly(q, stride, end)) {
        stride = q;
        continue;
      }
      if (!one_mode(out, rest, stride, k, s, d))
        return false;
    }
    if (!rest.is(1)) {
      if (!multiply(step, stride, a.d(last)))
        return large();
      out.leaf(rest, step);
    }
    int const after = out.nesting.count - 1;
    if (after > before && !out.full) {
      ++out.nesting.opened[before];
      ++out.nesting.closed[after];
    }
    return true;
  }

  /// The piece of rest:stride that begins in mode k, which does not divide the stride.
  constexpr bool one_mode(symbolic_builder& out, polynomial& rest, polynomial& stride, int k,
                          polynomial const& s, polynomial const& d) {
    auto const end = a.s(k);
    polynomial step;
    polynomial reach; // the largest digit: (rest - 1) * stride
    if (rest.known() ? !reach.add(stride, rest.value() - 1)
                     : !add_product(reach, rest, stride) || !reach.add(stride, -1))
      return large();
    polynomial beyond = reach;
    beyond.add(1, 0);
    auto const stays = decide_at_most(names, beyond, end);
    if (stays == decision::yes) {
      if (!multiply(step, stride, a.d(k)))
        return large();
      out.leaf(rest, step);
      rest = 1;
      return book(k, reach, s, d);
    }
    polynomial run;
    polynomial more;
    bool const divides = divide_exactly(run, end, stride);
    if (divides && divide_exactly(more, rest, run)) {
      auto digit = end;
      if (!multiply(step, stride, a.d(k)) || !digit.add(stride, -1))
        return large();
      out.leaf(run, step);
      rest = more;
      stride = 1;
      return book(k, digit, s, d);
    }
    if (end.known() && stride.known() && rest.known())
      return known_step(out, rest, stride, k, s, d);
    // Which fact would decide it?
    undecided(s, d, k);
    bool const short_enough = stays == decision::unknown;
    if (!rest.known() || !short_enough) {
      if (divides)
        why.words << needs_divisible{names, rest, run};
      else if (end.known() && (!stride.known() || stride.value() > end.value()))
        why.words << needs_divisible{names, stride, end};
      else
        why.words << needs_divisible{names, end, stride};
      if (short_enough)
        why.words << ", or ";
    }
    if (short_enough)
      why.words << needs_at_least{names, end, beyond};
    return false;
  }

  /// Mode, stride and rest are integers, what follows need not be: the digits of the stride in this mode and
  /// all after it.
  constexpr bool known_step(symbolic_builder& out, polynomial& rest, polynomial& stride, int k,
                            polynomial const& s, polynomial const& d) {
    int const last = a.n - 1;
    auto const end = a.s(k).value();
    auto const q = end / common_divisor(end, stride.value() % end);
    auto const t = rest.value() < q ? rest.value() : q;
    polynomial step;
    polynomial digits = stride;
    for (int m = k; m <= last; ++m) {
      auto const am = a.s(m);
      polynomial digit = digits;
      polynomial left;
      if (m < last) {
        if (digits.known() && am.known()) {
          digit = digits.value() % am.value();
          left = digits.value() / am.value();
        } else if (auto beyond = digits;
                   beyond.add(1, 0) && decide_at_most(names, beyond, am) != decision::yes) {
          undecided(s, d, m);
          why.words << needs_at_least{names, am, beyond};
          return false;
        }
        polynomial most;
        polynomial beyond = 1;
        if (!multiply(most, digit, t - 1) || !beyond.add(most))
          return large();
        if (auto const fits = decide_at_most(names, beyond, am); fits != decision::yes) {
          undecided(s, d, m);
          if (fits == decision::no)
            why.words << "neither the stride " << written{names, digits} << " nor the mode divides the other";
          else
            why.words << needs_at_least{names, am, beyond};
          return false;
        }
        if (!book(m, most, s, d))
          return false;
      }
      if (!add_product(step, digit, a.d(m)))
        return large();
      digits = left;
    }
    if (rest.value() % t != 0) {
      undecided(s, d, k);
      why.words << "which holds " << q << " steps of " << stride.value() << ", and " << q
                << " does not divide " << rest.value();
      return false;
    }
    std::int64_t next = 0;
    if (__builtin_mul_overflow(stride.value(), t, &next))
      return large();
    out.leaf(t, step);
    rest = rest.value() / t;
    stride = next / (rest.is(1) ? 1 : end); // t = q, so the mode divides the new stride
    return true;
  }

  /// Appends A o B for a subtree of B, with its nesting.
  template <any_layout B>
  constexpr bool all(symbolic_builder& out, B const& b, node const& n) {
    for (int k = n.first; k < n.last; ++k) {
      out.pending += k == n.first ? n.opened : b.profile_.opened[k];
      auto const d = stride_of(b, k);
      if (std::same_as<B, symbolic_layout> && has_basis(names, d)) {
        why.start() << "the right layout gives coordinates, not indices";
        return false;
      }
      if (!leaf(out, shape_of(b, k), d))
        return false;
      for (int i = k == n.last - 1 ? n.closed : b.profile_.closed[k]; i > 0; --i)
        out.close();
    }
    return true;
  }
};

} // namespace enigma::detail
