// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>
#include <enigma/layout/swizzle/algebra.hpp>
#include <enigma/layout/swizzle/composed_layout.hpp>

namespace enigma::detail {

/// Decides whether sw(o + L(c)) - sw(o) is a layout R of the leaves of L, each cut into pieces if need be.
///
/// sw(x) - x depends on x modulo the period 2^T alone, and not on the bits below the base. So each leaf is
/// cut in three: a low piece, if the low pieces together never carry into the base; a core; and a high
/// piece of whole periods. The low and high pieces keep their strides. If the cores are separate bits, the
/// swizzle must not read one varying bit and change another, and that decides. Otherwise the function on
/// the cores, at most a few periods of points whatever the size of L, is compared with the only candidate:
/// every leaf's longest runs, one after the other, and the sum over the leaves. No other candidate exists,
/// because the first run of a coalesced layout ends where its second stride begins.
struct plain_finder {
  static constexpr std::int64_t patience = std::int64_t{1} << 16; // points that are looked at, at most

  swizzle sw;
  std::int64_t o;
  layout const& l;
  trouble& why;
  std::int64_t start;           // sw(o)
  bool quiet = false;           // no words are wanted, yes or no will do
  std::int64_t low[max_leaves]; // written before they are read
  std::int64_t core[max_leaves];
  std::int64_t stride[max_leaves]; // of the core
  std::int64_t high[max_leaves];

  constexpr plain_finder(composed_layout const& c, trouble& t)
      : sw(c.sw)
      , o(c.offset)
      , l(c.inner)
      , why(t)
      , start(c.sw(c.offset)) {}

  /// The smallest and the largest index that the swizzle sees.
  constexpr bool range(std::int64_t& least, std::int64_t& most) const {
    least = most = o;
    for (int k = 0; k < l.profile_.count; ++k)
      if (!add_product(l.stride_[k] < 0 ? least : most, l.shape_[k] - 1, l.stride_[k]))
        return false;
    constexpr auto limit = std::int64_t{1} << 62;
    return least >= -limit && most < limit;
  }

  /// Cuts off what lies below 2^g; false if the low pieces could carry or a leaf cannot be cut there.
  constexpr bool cut_low(int g) {
    auto const unit = std::int64_t{1} << g;
    std::int64_t sum = o & (unit - 1);
    for (int k = 0; k < l.profile_.count; ++k) {
      auto const s = l.shape_[k];
      auto const d = l.stride_[k];
      low[k] = 1;
      core[k] = s;
      stride[k] = d;
      if (s == 1)
        stride[k] = 0;
      if ((d & (unit - 1)) == 0 || s == 1)
        continue;
      if (d < 0)
        return false;
      if (s - 1 <= (unit - 1) / d)
        low[k] = s;
      else if (one_bit(d) && s % (unit / d) == 0)
        low[k] = unit / d;
      else
        return false;
      core[k] = s / low[k];
      stride[k] = unit;
      sum += (low[k] - 1) * d;
      if (sum >= unit)
        return false;
    }
    return true;
  }
  /// The number of steps of a stride after which the swizzle repeats itself.
  [[nodiscard]] constexpr std::int64_t steps(std::int64_t d) const {
    auto const period = sw.period();
    auto const unit = d & -d;
    return d == 0 || unit >= period ? 1 : period / unit;
  }
  constexpr void cut_high() {
    for (int k = 0; k < l.profile_.count; ++k) {
      auto const p = steps(stride[k]);
      high[k] = 1;
      if (core[k] % p == 0) {
        high[k] = core[k] / p;
        core[k] = p;
      }
    }
  }

  /// Value at x steps of the core of leaf k, against coordinate 0.
  [[nodiscard]] constexpr std::int64_t at(int k, std::int64_t x) const {
    return sw(o + x * stride[k]) - start;
  }

  /// "at coordinate c the value is v, ..."; x[k] steps in the core of leaf k.
  constexpr void witness(std::int64_t const* x, std::int64_t expected) {
    std::int64_t c = 0;
    std::int64_t prefix = 1;
    std::int64_t index = o;
    bool fits = true;
    for (int k = 0; k < l.profile_.count; ++k) {
      std::int64_t step = 0;
      fits = fits && !__builtin_mul_overflow(prefix, low[k], &step) && add_product(c, x[k], step) &&
             !__builtin_mul_overflow(prefix, l.shape_[k], &prefix);
      index += x[k] * stride[k];
    }
    why.start();
    if (fits)
      why.words << "at coordinate " << c << " the value";
    else
      why.words << "the value for index " << index;
    why.words << " is " << sw(index) << ", but " << expected << " by the strides before it; ";
  }
  constexpr bool no() {
    why.any = true;
    return false;
  }
  constexpr bool not_linear(int k, std::int64_t x, std::int64_t expected) {
    if (quiet)
      return no();
    std::int64_t steps_of[max_leaves] = {};
    steps_of[k] = x;
    witness(steps_of, start + expected);
    why.words << "in leaf " << l.shape_[k] << ":" << l.stride_[k];
    return false;
  }

  /// True if the cores are separate varying bits, none of them set in the offset.
  [[nodiscard]] constexpr bool are_bits(std::int64_t& varying) const {
    varying = 0;
    for (int k = 0; k < l.profile_.count; ++k) {
      if (core[k] == 1)
        continue;
      if (!one_bit(core[k]) || !one_bit(stride[k]))
        return false;
      auto const mine = (core[k] - 1) * stride[k];
      if ((varying & mine) != 0)
        return false;
      varying |= mine;
    }
    return (o & varying) == 0;
  }
  /// The index bit `bit` as steps of the core that it belongs to.
  constexpr void step_to(std::int64_t* x, std::int64_t bit) const {
    for (int k = 0; k < l.profile_.count; ++k)
      if (core[k] != 1 && ((core[k] - 1) * stride[k] & bit) != 0)
        x[k] += bit / stride[k];
  }
  constexpr bool bits_must_not_meet(std::int64_t varying) {
    auto const read = sw.y_mask() & varying;
    auto const met = read & (sw.shift >= 0 ? varying << sw.shift : varying >> -sw.shift);
    if (met == 0)
      return true;
    if (quiet)
      return no();
    auto const y = met & -met;
    auto const z = sw.shift >= 0 ? y >> sw.shift : y << -sw.shift;
    std::int64_t x[max_leaves] = {};
    step_to(x, y);
    step_to(x, z);
    witness(x, sw(o + y) + sw(o + z) - start);
    why.words << "the swizzle reads index bit " << lowest_bit(y) << " and changes bit " << lowest_bit(z)
              << ", and the layout varies both";
    return false;
  }

  /// The runs of the core of leaf k, appended to `f`.
  constexpr bool runs(flat& f, int k) {
    auto const s = core[k];
    flat mine;
    std::int64_t rest = s;
    std::int64_t step = 1;
    while (rest > 1) {
      auto const e = at(k, step);
      auto const p = steps(step * stride[k]);
      auto const enough = rest <= p ? rest : p + 1;
      std::int64_t n = 1;
      std::int64_t value = e;
      while (n < enough && at(k, step * n) == value) {
        ++n;
        if (__builtin_add_overflow(value, e, &value))
          return overflow(why, "a value");
      }
      if (n == enough)
        n = rest; // linear over a period, so for ever
      if (rest % n != 0) {
        not_linear(k, step * n, value);
        why.words << " a run of " << n << " does not divide " << rest;
        return false;
      }
      mine.join(n, e);
      rest /= n;
      step *= n;
    }
    auto const p = steps(stride[k]);
    auto const enough = (s - 1) / 2 < p ? s : 2 * p + 1;
    for (std::int64_t x = 0; x < enough; ++x) {
      std::int64_t value = 0;
      if (!evaluate(mine, x, value) || value != at(k, x))
        return not_linear(k, x, value);
    }
    for (int j = 0; j < mine.n; ++j)
      if (!f.join(mine.s[j], mine.d[j]))
        return too_many();
    return true;
  }
  constexpr bool too_many() {
    why.start() << "too many modes, a leaf would need more than 32 pieces";
    return false;
  }

  /// The sum over the leaves must give the value, at every point of the cores up to their periods.
  constexpr bool leaves_must_add() {
    std::int64_t end[max_leaves] = {};
    std::int64_t points = 1;
    std::int64_t work = 0;
    for (int k = 0; k < l.profile_.count; ++k) {
      auto const p = steps(stride[k]);
      end[k] = core[k] < p ? core[k] : p;
      work += core[k] / 4 < p ? core[k] : 4 * p;
      if (points > patience / end[k] || work > patience) {
        why.start() << "undecided, more than " << patience << " points would have to be compared";
        return false;
      }
      points *= end[k];
    }
    std::int64_t x[max_leaves] = {};
    for (;;) {
      std::int64_t index = o;
      std::int64_t sum = start;
      bool fits = true;
      for (int k = 0; k < l.profile_.count; ++k)
        if (x[k] != 0) {
          index += x[k] * stride[k];
          fits = !__builtin_add_overflow(sum, at(k, x[k]), &sum) && fits;
        }
      if (!fits)
        return overflow(why, "a sum of values");
      if (sw(index) != sum) {
        if (quiet)
          return no();
        witness(x, sum);
        why.words << "the leaves do not add up";
        return false;
      }
      int k = 0;
      for (; k < l.profile_.count; ++k) {
        if (++x[k] < end[k])
          break;
        x[k] = 0;
      }
      if (k == l.profile_.count)
        return true;
    }
  }

  /// R in `out`: the values less sw(o).
  constexpr bool find(layout_builder& out) {
    std::int64_t least = 0;
    std::int64_t most = 0;
    if (!range(least, most))
      return overflow(why, "an index");
    auto const read = sw.y_mask();
    auto const above = read == 0 ? 0 : lowest_bit(read);
    if (sw.is_identity() || ((least >> above) == (most >> above) && (least & read) == 0)) {
      out.append(l); // nothing that the swizzle reads is ever set
      return finish(out, why);
    }
    for (int g = sw.base; !cut_low(g);)
      --g; // g = 0 cuts nothing off
    cut_high();
    std::int64_t varying = 0;
    bool const bits = are_bits(varying);
    if (bits ? !bits_must_not_meet(varying) : !leaves_must_add())
      return false;
    auto const& p = l.profile_;
    for (int k = 0; k < p.count; ++k) {
      out.pending += p.opened[k];
      flat f;
      bool fits = f.join(low[k], l.stride_[k]);
      if (bits)
        for (std::int64_t x = 1; x < core[k] && fits; x *= 2)
          fits = f.join(2, at(k, x));
      else if (!runs(f, k))
        return false;
      if (!fits || !f.join(high[k], core[k] * stride[k]))
        return too_many();
      if (l.shape_[k] == 1)
        out.leaf(1, l.stride_[k]);
      else
        put(out, f);
      if (out.full)
        return finish(out, why);
      auto& closed = out.made.profile_.closed[out.made.profile_.count - 1];
      closed = static_cast<unsigned char>(closed + p.closed[k]);
    }
    return true;
  }
};

} // namespace enigma::detail
