// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>

namespace enigma::detail {

/// A o B, one leaf of B after the other, exact or refused.
///
/// Write A (coalesced) as digits: A(i) = sum of c_k(i) * e_k with c_k = floor(i / P_k) mod a_k, the last
/// digit not reduced. If the digits of x and y add up without a carry, A(x + y) = A(x) + A(y). So a leaf
/// s:d of B becomes s:A(d) if (s-1) * c_k(d) < a_k for every k but the last; otherwise it is cut where the
/// first digit wraps to exactly 0, and each piece is treated alike. The result is A o B if and as soon as
/// the largest digits of all the pieces together stay below a_k (`used` keeps the sums): no enumeration,
/// the same cost for a domain of any size. A carry changes the value because A is coalesced, unless
/// several carries cancel; such layouts are refused as undecided.
struct composer {
  flat a;                             // A, coalesced
  std::int64_t used[max_leaves] = {}; // largest digit sum so far, for each mode of A
  flat seen;                          // the leaves of B so far, for the words of a refusal
  trouble& why;

  constexpr explicit composer(trouble& t) : why(t) {}
  constexpr composer(layout const& l, node const& n, trouble& t) : why(t) {
    coalesced_with_extension(a, l, n, t);
  }

  // Each rule has a name, so that compilers which print calls only still say what is wrong.
  constexpr bool mode_must_divide_shape(int k, std::int64_t stride, std::int64_t run, std::int64_t shape,
                                        std::int64_t s, std::int64_t d, std::int64_t at,
                                        std::int64_t expected) {
    disagree(s, d, at, expected);
    why.words << "; mode " << a.s[k] << ":" << a.d[k] << " of the left layout holds " << run << " steps of "
              << stride << ", and " << run << " does not divide " << shape;
    if (shape / run > 0)
      why.words << " (" << shape / run * run << " would do)";
    return false;
  }
  constexpr bool stride_must_divide_mode(int k, std::int64_t stride, std::int64_t s, std::int64_t d,
                                         std::int64_t at, std::int64_t expected) {
    disagree(s, d, at, expected);
    why.words << "; stride " << stride << " and mode " << a.s[k] << ":" << a.d[k]
              << " of the left layout: neither divides the other";
    return false;
  }
  constexpr bool leaves_must_not_carry(int k, std::int64_t s, std::int64_t d) {
    // Every leaf of B is exact by itself, so the sum of their last values is what R would give.
    std::int64_t at = 0;
    std::int64_t sum = 0;
    std::int64_t actual = 0;
    std::int64_t coordinate = 1;
    bool fits = true;
    for (int j = 0; j < seen.n; ++j) {
      std::int64_t last = 0;
      std::int64_t value = 0;
      fits = fits && add_product(last, seen.s[j] - 1, seen.d[j]) && evaluate(a, last, value) &&
             add_product(at, 1, last) && add_product(sum, 1, value) &&
             !__builtin_mul_overflow(coordinate, seen.s[j], &coordinate);
    }
    why.start();
    if (fits && evaluate(a, at, actual) && actual != sum)
      why.words << "at coordinate " << coordinate - 1 << " A(B(" << coordinate - 1 << ")) = A(" << at
                << ") = " << actual << ", but the leaves of B one by one give " << sum << "; ";
    else
      why.words << "undecided; ";
    why.words << "leaf " << s << ":" << d << " carries in mode " << a.s[k] << ":" << a.d[k]
              << " of A on top of the leaves before it";
    return false;
  }
  /// "at coordinate c A(B(c)) = A(v) = w, but ..."; s:d is the leaf of B, x a coordinate of it.
  constexpr void disagree(std::int64_t s, std::int64_t d, std::int64_t x, std::int64_t expected) {
    std::int64_t v = 0;
    std::int64_t c = x;
    std::int64_t actual = 0;
    bool fits = x < s && !__builtin_mul_overflow(x, d, &v);
    for (int j = 0; j < seen.n; ++j)
      fits = fits && !__builtin_mul_overflow(c, seen.s[j], &c);
    why.start();
    if (fits && evaluate(a, v, actual) && actual != expected)
      why.words << "at coordinate " << c << " A(B(" << c << ")) = A(" << v << ") = " << actual
                << ", but a leaf that begins with these steps gives " << expected;
    else
      why.words << "undecided for leaf " << s << ":" << d;
  }
  constexpr bool too_large() { return overflow(why, "an index of the composition"); }

  /// Books t steps of stride g in mode k of A; s:d is the leaf for the words.
  constexpr bool book(int k, std::int64_t g, std::int64_t t) {
    std::int64_t digit = 0;
    return !__builtin_mul_overflow(g, t - 1, &digit) && !__builtin_add_overflow(used[k], digit, &used[k]);
  }

  /// Remembers a leaf of B.
  constexpr void remember(std::int64_t s, std::int64_t d) {
    if (seen.n == max_leaves)
      return;
    seen.s[seen.n] = s;
    seen.d[seen.n] = d;
    ++seen.n;
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
      remember(s, d);
      return true;
    }
    if (d < 0) {
      why.start() << "leaf " << s << ":" << d << " gives negative indices into a layout of several modes";
      return false;
    }
    int const before = out.made.profile_.count;
    std::int64_t rest = s;   // what is left of the shape
    std::int64_t stride = d; // and of the stride, counted in steps of mode k
    std::int64_t done = 1;   // product of the pieces made
    bool carried = false;
    int where = 0;
    for (int k = 0; k < last && rest != 1; ++k) {
      auto const ak = a.s[k];
      auto const g = stride % ak;
      if (g == 0) {
        stride /= ak;
        continue;
      }
      if (ak % g == 0 && stride < ak) {
        auto const q = ak / g;
        auto const t = rest < q ? rest : q;
        std::int64_t step = 0;
        if (__builtin_mul_overflow(g, a.d[k], &step))
          return too_large();
        if (rest % t != 0) {
          std::int64_t wrong = 0;
          add_product(wrong, q, step);
          return mode_must_divide_shape(k, stride, q, rest, s, d, done * q, wrong);
        }
        book(k, g, t);
        if (used[k] >= ak && !carried) {
          carried = true;
          where = k;
        }
        out.leaf(t, step);
        rest /= t;
        done *= t;
        stride = 1;
        continue;
      }
      // The general step: the digits of the stride in this mode and all after it.
      auto const q = ak / gcd(ak, g);
      auto const t = rest < q ? rest : q;
      std::int64_t step = 0;
      std::int64_t digits = stride;
      for (int m = k; m <= last; ++m) {
        auto const digit = m < last ? digits % a.s[m] : digits;
        if (!add_product(step, digit, a.d[m]))
          return too_large();
        if (m < last)
          digits /= a.s[m];
      }
      digits = stride;
      for (int m = k; m < last; ++m) {
        auto const digit = digits % a.s[m];
        if (digit != 0 && (t - 1) > (a.s[m] - 1) / digit) {
          auto const x = (a.s[m] - 1) / digit + 1;
          std::int64_t wrong = 0;
          add_product(wrong, x, step);
          return stride_must_divide_mode(m, digits, s, d, done * x, wrong);
        }
        if (!book(m, digit, t))
          return too_large();
        if (used[m] >= a.s[m] && !carried) {
          carried = true;
          where = m;
        }
        digits /= a.s[m];
      }
      if (rest % t != 0) {
        std::int64_t wrong = 0;
        add_product(wrong, q, step);
        return mode_must_divide_shape(k, stride, q, rest, s, d, done * q, wrong);
      }
      out.leaf(t, step);
      rest /= t;
      done *= t;
      if (__builtin_mul_overflow(stride, t, &stride))
        return too_large();
      if (rest != 1)
        stride /= ak; // t = q, so ak divides the new stride
    }
    if (rest != 1) {
      std::int64_t step = 0;
      if (__builtin_mul_overflow(stride, a.d[last], &step))
        return too_large();
      out.leaf(rest, step);
    }
    int const after = out.made.profile_.count - 1;
    if (after > before && !out.full) {
      ++out.made.profile_.opened[before];
      ++out.made.profile_.closed[after];
    }
    remember(s, d);
    return !carried || leaves_must_not_carry(where, s, d);
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
