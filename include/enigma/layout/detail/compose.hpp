// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/carries.hpp>

namespace enigma::detail {

/// A o B, one leaf of B after the other, exact or refused.
///
/// Write A (coalesced) as digits: A(i) = sum of c_k(i) * e_k with c_k = floor(i / P_k) mod a_k, the last
/// digit not reduced. If the digits of x and y add up without a carry, A(x + y) = A(x) + A(y). So a leaf
/// s:d of B becomes s:A(d) if (s-1) * c_k(d) < a_k for every k but the last; otherwise it is cut where the
/// first digit wraps to exactly 0, and each piece is treated alike. The result is A o B if and as soon as
/// the largest digits of all the pieces together stay below a_k (`used` keeps the sums): no enumeration,
/// the same cost for a domain of any size.
///
/// Where something carries, the general rule decides. A leaf of B is a layout exactly if the first x at which
/// it leaves its slope (`carries::departure`) divides s, and so on with the rest: no other first leaf can
/// give these values. The leaves together are one exactly if their carries sum to 0 (`carries::sum_up`).
struct composer {
  flat a;                             // A, coalesced
  std::int64_t used[max_leaves] = {}; // largest digit sum so far, for each mode of A
  pieces seen;                        // what B has become so far
  bool carried = false;               // carries have cancelled: from here on the general rule
  trouble& why;

  constexpr explicit composer(trouble& t) : why(t) {}
  constexpr composer(layout const& l, node const& n, trouble& t) : why(t) {
    coalesced_with_extension(a, l, n, t);
  }

  // Each rule has a name, so that compilers which print calls only still say what is wrong.
  constexpr bool slope_must_divide_shape(std::int64_t s, std::int64_t d, std::int64_t done, std::int64_t run,
                                         std::int64_t rest) {
    // At x = done * run a leaf that begins as A o s:d does must go on straight, and A does not.
    std::int64_t x = 0;
    std::int64_t v = 0;
    std::int64_t c = 0;
    std::int64_t first = 0;
    std::int64_t actual = 0;
    std::int64_t straight = 0;
    why.start();
    if (!__builtin_mul_overflow(done, run, &x) && !__builtin_mul_overflow(x, d, &v) &&
        evaluate(a, done * d, first) && evaluate(a, v, actual) &&
        !__builtin_mul_overflow(run, first, &straight) && coordinate_of_leaf(x, c))
      why.words << "at coordinate " << c << " A(B(" << c << ")) = A(" << v << ") = " << actual
                << ", but a leaf that begins with these steps gives " << straight << "; ";
    why.words << "leaf " << s << ":" << d << " runs straight for " << run << " steps";
    if (done != 1)
      why.words << " of " << done * d;
    why.words << " in " << a << ", and " << run << " does not divide " << rest;
    if (rest > run)
      why.words << " (" << rest / run * run << " would do)";
    return false;
  }
  constexpr bool carries_must_cancel(std::int64_t s, std::int64_t d, std::int64_t coordinate, bool alone,
                                     std::int64_t fewer) {
    // Every piece is exact by itself, so their sum is what any R would give.
    std::int64_t at = 0;
    std::int64_t sum = 0;
    std::int64_t actual = 0;
    bool fits = coordinate >= 0;
    for (std::int64_t i = 0, rest = coordinate; i < seen.n && fits; rest /= seen.t[i], ++i)
      fits = add_product(at, rest % seen.t[i], seen.d[i]) && add_product(sum, rest % seen.t[i], seen.step[i]);
    why.start();
    if (fits && evaluate(a, at, actual))
      why.words << "at coordinate " << coordinate << " A(B(" << coordinate << ")) = A(" << at
                << ") = " << actual << ", but digit by digit a layout gives " << sum << "; ";
    why.words << "leaf " << s << ":" << d << " carries in " << a
              << (alone ? " and " : " on top of the leaves before it, and ") << "the carries do not cancel";
    if (fewer > 1)
      why.words << " (" << fewer << ":" << d << " would do)";
    return false;
  }
  constexpr bool undecided(std::int64_t s, std::int64_t d) {
    why.start() << "undecided, carries of leaf " << s << ":" << d << " in " << a
                << " may cancel, and there are too many of them to look at each";
    return false;
  }
  constexpr bool too_large() { return overflow(why, "an index of the composition"); }

  /// The linear coordinate of B at which the leaf after `seen` stands at x and all before it at 0.
  [[nodiscard]] constexpr bool coordinate_of_leaf(std::int64_t x, std::int64_t& coordinate) const {
    coordinate = x;
    for (int j = 0; j < seen.n; ++j)
      if (__builtin_mul_overflow(coordinate, seen.t[j], &coordinate))
        return false;
    return true;
  }

  /// Appends A o s:d to `out`, as one leaf or as a tuple of pieces.
  constexpr bool leaf(layout_builder& out, std::int64_t s, std::int64_t d) {
    if (why.any)
      return false;
    int const last = a.n - 1;
    if (s == 1 || d == 0 || last == 0) {
      // Constant, or A is a multiplication. The stride of a leaf of size 1 is only a convention.
      std::int64_t stride = d;
      if (s == 1)
        for (int k = 0; k < last; ++k)
          stride = ceil_div(stride, a.s[k]);
      // A layout has a leaf, so a.d[last] was written. NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage)
      if (__builtin_mul_overflow(stride, a.d[last], &stride)) {
        if (s != 1)
          return too_large();
        stride = 0;
      }
      out.leaf(s, stride);
      seen.add(s, s == 1 ? 0 : d, stride);
      return true;
    }
    if (d < 0) {
      why.start() << "leaf " << s << ":" << d << " gives negative indices into a layout of several modes";
      return false;
    }
    int const before = out.made.profile_.count;
    int const seen_before = seen.n;
    int const pending = out.pending;
    auto const found = carried ? obstacle::carry : without_carry(out, s, d);
    if (found == obstacle::overflow)
      return too_large();
    if (found != obstacle::none) { // once more, by the general rule
      for (int k = before; k < out.made.profile_.count; ++k)
        out.made.profile_.opened[k] = 0;
      out.made.profile_.count = before;
      out.pending = pending;
      seen.n = seen_before;
      if (!with_carries(out, s, d))
        return false;
    }
    int const after = out.made.profile_.count - 1;
    if (after > before && !out.full) {
      ++out.made.profile_.opened[before];
      ++out.made.profile_.closed[after];
    }
    return true;
  }

  enum class obstacle : unsigned char { none, carry, overflow };

  /// The pieces of one leaf where no digit carries; `seen` and `used` hear of them.
  constexpr obstacle without_carry(layout_builder& out, std::int64_t s, std::int64_t d) {
    int const last = a.n - 1;
    std::int64_t rest = s;   // what is left of the shape
    std::int64_t stride = d; // and of the stride, counted in steps of mode k
    std::int64_t at = d;     // the stride of the next piece in B
    int const first = seen.n;
    bool crossing = false; // a piece with digits in several modes
    for (int k = 0; k < last && rest != 1; ++k) {
      auto const ak = a.s[k];
      auto const g = stride % ak;
      if (g == 0) {
        stride /= ak;
        continue;
      }
      std::int64_t step = 0;
      if (ak % g == 0 && stride < ak) {
        auto const q = ak / g;
        auto const t = rest < q ? rest : q;
        if (__builtin_mul_overflow(g, a.d[k], &step))
          return obstacle::overflow;
        auto const most = g * (t - 1); // less than ak
        if (rest % t != 0 || most >= ak - used[k])
          return obstacle::carry;
        used[k] += most;
        out.leaf(t, step);
        seen.add(t, at, step);
        rest /= t;
        if (__builtin_mul_overflow(at, t, &at))
          return obstacle::overflow;
        stride = 1;
        continue;
      }
      // The general step: the digits of the stride in this mode and all after it.
      auto const q = ak / gcd(ak, g);
      auto const t = rest < q ? rest : q;
      std::int64_t digits = stride;
      for (int m = k; m <= last; ++m) {
        auto const am = a.s[m];
        auto const digit = m < last ? digits % am : digits;
        if (!add_product(step, digit, a.d[m]))
          return obstacle::overflow;
        if (m == last)
          break;
        if (digit != 0 && (t - 1) > (am - 1 - used[m]) / digit)
          return obstacle::carry;
        used[m] += digit * (t - 1);
        digits /= am;
      }
      if (rest % t != 0)
        return obstacle::carry;
      crossing = true;
      out.leaf(t, step);
      seen.add(t, at, step);
      rest /= t;
      if (__builtin_mul_overflow(at, t, &at) || __builtin_mul_overflow(stride, t, &stride))
        return obstacle::overflow;
      if (rest != 1)
        stride /= ak; // t = q, so ak divides the new stride
    }
    if (rest != 1) {
      std::int64_t step = 0;
      if (__builtin_mul_overflow(stride, a.d[last], &step))
        return obstacle::overflow;
      out.leaf(rest, step);
      seen.add(rest, at, step);
    }
    if (crossing) // what wraps then can change several digits, and yet nothing
      for (int i = first + 1; i < seen.n; ++i)
        if (std::int64_t next = 0;
            !__builtin_mul_overflow(seen.t[i - 1], seen.step[i - 1], &next) && next == seen.step[i])
          return obstacle::carry;
    return obstacle::none;
  }

  /// The pieces of one leaf whatever carries: each as long as A o s:d runs straight.
  constexpr bool with_carries(layout_builder& out, std::int64_t s, std::int64_t d) {
    std::int64_t reach = 0;
    if (__builtin_mul_overflow(s - 1, d, &reach))
      return too_large();
    carries const levels(a);
    if (!levels.exact)
      return too_large();
    std::int64_t done = 1;
    pieces mine;
    for (auto rest = s; rest != 1;) {
      auto const at = d * done; // at most reach
      auto const run = levels.departure(at, rest);
      std::int64_t step = 0;
      if (run == 0)
        return undecided(s, d);
      if (rest % run != 0)
        return slope_must_divide_shape(s, d, done, run, rest);
      if (!evaluate(a, at, step))
        return too_large();
      out.leaf(run, step);
      mine.add(run, at, step);
      rest /= run;
      done *= run;
    }
    bool const alone = seen.n == 0;
    for (int i = 0; i < mine.n; ++i)
      seen.add(mine.t[i], mine.d[i], mine.step[i]);
    std::int64_t coordinate = 0;
    switch (levels.sum_up(seen, coordinate)) {
    case carries::answer::differ: {
      int const all_pieces = seen.n;
      std::int64_t fewer = s; // the longest part of this leaf that would go
      std::int64_t unused = 0;
      for (int i = mine.n - 1; i >= 0; --i) {
        --seen.n;
        fewer /= mine.t[i];
        if (levels.sum_up(seen, unused) == carries::answer::cancel)
          break;
      }
      seen.n = all_pieces;
      return carries_must_cancel(s, d, coordinate, alone, fewer);
    }
    case carries::answer::undecided:
      return undecided(s, d);
    case carries::answer::cancel:
      carried = true;
    }
    return true;
  }

  /// Appends A o B for a subtree of B, with its nesting.
  constexpr bool all(layout_builder& out, layout const& b, node const& n) {
    for (int k = n.first; k < n.last; ++k) {
      out.pending += k == n.first ? n.opened : b.profile_.opened[k];
      if (!leaf(out, b.shape_[k], b.stride_[k]))
        return false;
      if (int const closed = k == n.last - 1 ? n.closed : b.profile_.closed[k]; closed != 0 && !out.full) {
        auto& all_closed = out.made.profile_.closed[out.made.profile_.count - 1];
        all_closed = static_cast<unsigned char>(all_closed + closed);
      }
    }
    return true;
  }
};

} // namespace enigma::detail
