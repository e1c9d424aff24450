// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>

namespace enigma::detail {

/// The pieces of a composition so far: x in [0,t) at stride d of the indices of A, which A maps to x * step.
struct pieces {
  int n = 0;
  bool full = false;
  std::int64_t t[2 * max_leaves]; // written before it is read
  std::int64_t d[2 * max_leaves];
  std::int64_t step[2 * max_leaves];

  constexpr void add(std::int64_t size, std::int64_t stride, std::int64_t value) {
    if (n == 2 * max_leaves) {
      full = true;
      return;
    }
    t[n] = size;
    d[n] = stride;
    step[n] = value;
    ++n;
  }
};

/// A coalesced layout seen through its carries. With P_k the product of the first k sizes and w_k what its
/// stride departs from the slope before it, w_k = e_k - a_{k-1} * e_{k-1}:
///
///   A(i) = e_0 * i + sum over k >= 1 of w_k * floor(i / P_k).
///
/// So A(x + y) = A(x) + A(y) exactly if the carries of x + y, weighted with w, sum to 0. No w_k is 0 because
/// A is coalesced; several carries may still cancel. Rules decide all that is not of that kind, and where
/// the carries of two levels always come together; what is left is looked through, up to a fixed patience.
struct carries {
  int n = 0;
  bool exact = true; // false if a weight left 64 bits
  std::int64_t period[max_leaves];
  std::int64_t weight[max_leaves];

  static constexpr int patience = 4096; // states, events or residues of one search

  constexpr explicit carries(flat const& a) {
    std::int64_t p = 1;
    for (int k = 1; k < a.n; ++k) {
      std::int64_t before = 0;
      if (__builtin_mul_overflow(p, a.s[k - 1], &p))
        return; // no index reaches this level
      exact = exact && !__builtin_mul_overflow(a.s[k - 1], a.d[k - 1], &before) &&
              !__builtin_sub_overflow(a.d[k], before, &weight[n]);
      period[n++] = p;
    }
  }

  /// The first x in [1,s] with A(x * d) != x * A(d), or s if there is none below s; 0 if undecided.
  /// (s - 1) * d fits in 64 bits.
  [[nodiscard]] constexpr std::int64_t departure(std::int64_t d, std::int64_t s) const {
    // floor(x * r / p) for the levels whose carries differ, r < p in lowest terms.
    std::int64_t r[max_leaves] = {};
    std::int64_t p[max_leaves] = {};
    std::int64_t w[max_leaves] = {};
    int m = 0;
    for (int k = 0; k < n; ++k) {
      auto const rest = d % period[k];
      if ((s - 1) * rest < period[k])
        continue;
      auto const g = gcd(period[k], rest);
      int j = 0;
      while (j < m && (r[j] != rest / g || p[j] != period[k] / g))
        ++j;
      r[j] = rest / g;
      p[j] = period[k] / g;
      if (__builtin_add_overflow(w[j], weight[k], &w[j]))
        return 0;
      m += j == m ? 1 : 0;
    }
    int some = 0;
    for (int j = 0; j < m; ++j)
      if (w[j] != 0) {
        r[some] = r[j];
        p[some] = p[j];
        w[some++] = w[j];
      }
    std::int64_t next[max_leaves] = {}; // where each of them grows by one, which is at most once a step
    std::int64_t times[max_leaves] = {};
    for (int j = 0; j < some; ++j) {
      times[j] = 1;
      next[j] = ceil_div(p[j], r[j]);
    }
    for (int event = 0; event < patience; ++event) {
      auto x = s;
      for (int j = 0; j < some; ++j)
        x = next[j] < x ? next[j] : x;
      if (x == s)
        return s;
      std::int64_t sum = 0;
      for (int j = 0; j < some; ++j)
        if (next[j] == x) {
          std::int64_t reach = 0;
          if (__builtin_add_overflow(sum, w[j], &sum))
            return 0;
          next[j] = __builtin_mul_overflow(++times[j], p[j], &reach) ? s : ceil_div(reach, r[j]);
        }
      if (sum != 0)
        return x;
    }
    return 0;
  }

  enum class answer { cancel, differ, undecided };

  /// Whether A(sum of x_i * d_i) = sum of x_i * step_i for all x in the box of the pieces, each of which is
  /// exact by itself; if not, `coordinate` is the linear coordinate of such an x, or -1 if it has none.
  constexpr answer sum_up(pieces const& all, std::int64_t& coordinate) const {
    coordinate = -1;
    if (!exact || all.full)
      return answer::undecided;
    // The levels that carry somewhere, those that always carry together taken as one.
    int level[max_leaves] = {};
    std::int64_t w[max_leaves] = {};
    int m = 0;
    for (int k = 0; k < n; ++k) {
      std::int64_t most = 0;
      for (int i = 0; i < all.n; ++i)
        if (!add_product(most, all.t[i] - 1, all.d[i] % period[k]))
          return answer::undecided;
      if (most < period[k])
        continue;
      int j = 0;
      while (j < m && !together(all, level[j], k))
        ++j;
      level[j] = k;
      if (__builtin_add_overflow(w[j], weight[k], &w[j]))
        return answer::undecided;
      m += j == m ? 1 : 0;
    }
    int some = 0;
    int top = 0;
    for (int j = 0; j < m; ++j)
      if (w[j] != 0) {
        top = level[j] > top ? level[j] : top;
        level[some] = level[j];
        w[some++] = w[j];
      }
    if (some == 0)
      return answer::cancel;
    if (corner_differs(all, level, w, some)) {
      coordinate = 1;
      for (int i = 0; i < all.n; ++i)
        if (__builtin_mul_overflow(coordinate, all.t[i], &coordinate))
          coordinate = 0;
      --coordinate;
      return answer::differ;
    }
    return look_through(all, level, w, some, period[top], coordinate);
  }

private:
  /// The carries of two levels, k < l, are the same for every x: all strides have one ratio in both.
  [[nodiscard]] constexpr bool together(pieces const& all, int k, int l) const {
    auto const times = period[l] / period[k];
    for (int i = 0; i < all.n; ++i)
      if (all.t[i] != 1 && all.d[i] % period[l] != all.d[i] % period[k] * times)
        return false;
    return true;
  }

  /// The largest x: in most refusals it already disagrees.
  [[nodiscard]] constexpr bool corner_differs(pieces const& all, int const* level, std::int64_t const* w,
                                              int some) const {
    std::int64_t sum = 0;
    for (int j = 0; j < some; ++j) {
      auto const p = period[level[j]];
      std::int64_t rest = 0;
      std::int64_t carried = 0;
      for (int i = 0; i < all.n; ++i) {
        auto const here = (all.t[i] - 1) * (all.d[i] % p); // sum_up has seen that it fits
        carried += here / p;
        rest += here % p;
        carried += rest / p;
        rest %= p;
      }
      if (!add_product(sum, carried, w[j]))
        return false;
    }
    return sum != 0;
  }

  /// Walks over the reachable sums modulo the highest period, one stride at a time.
  constexpr answer look_through(pieces const& all, int const* level, std::int64_t const* w, int some,
                                std::int64_t top, std::int64_t& coordinate) const {
    auto g = top;
    for (int i = 0; i < all.n; ++i)
      g = gcd(g, all.d[i] % top);
    bool const table = top / g <= patience;
    std::uint64_t met[patience / 64] = {1};
    std::int64_t at[patience] = {};    // the sums
    std::int64_t where[patience] = {}; // a coordinate of each
    int states = 1;
    int looks = 0;
    std::int64_t prefix = 1;
    for (int i = 0; i < all.n; ++i) {
      auto const d = all.d[i] % top;
      for (int j = 0, before = states; d != 0 && j < before; ++j) {
        auto now = at[j];
        for (std::int64_t x = 1; x < all.t[i]; ++x) {
          if (++looks > 4 * patience)
            return answer::undecided;
          std::int64_t sum = 0;
          for (int l = 0; l < some; ++l) {
            auto const p = period[level[l]];
            if (now % p >= p - d % p && __builtin_add_overflow(sum, w[l], &sum))
              return answer::undecided;
          }
          if (sum != 0) {
            coordinate = where[j];
            if (prefix < 0 || coordinate < 0 || !add_product(coordinate, x, prefix))
              coordinate = -1;
            return answer::differ;
          }
          now = now >= top - d ? now - (top - d) : now + d;
          if (now == at[j])
            break; // from here on the same again
          if (table) {
            auto const bit = static_cast<std::uint64_t>(now / g);
            auto const mask = std::uint64_t{1} << bit % 64;
            if ((met[bit / 64] & mask) != 0)
              continue;
            met[bit / 64] |= mask;
          }
          if (states == patience)
            return answer::undecided;
          at[states] = now;
          where[states] = where[j];
          if (prefix < 0 || where[j] < 0 || !add_product(where[states], x, prefix))
            where[states] = -1;
          ++states;
        }
      }
      if (prefix > 0 && __builtin_mul_overflow(prefix, all.t[i], &prefix))
        prefix = -1;
    }
    return answer::cancel;
  }
};

} // namespace enigma::detail
