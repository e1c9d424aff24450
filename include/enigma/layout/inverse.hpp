// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/complement.hpp>
#include <enigma/layout/detail/bounded_sum.hpp>
#include <enigma/layout/detail/compose.hpp>
#include <enigma/layout/detail/radices.hpp>

namespace enigma {

namespace detail {

/// The coalesced leaves with their domain strides, by stride, without stride 0 and without negatives.
constexpr bool by_stride(sorted_leaves& sorted, layout const& l, trouble& why, bool& negative) {
  flat f;
  negative = false;
  if (!coalesced(f, l, l.profile_.whole(), why))
    return false;
  std::int64_t prefix = 1;
  for (int k = 0; k < f.n; ++k) {
    if (f.d[k] > 0)
      sorted.insert(f.s[k], f.d[k], prefix);
    negative = negative || f.d[k] < 0;
    if (__builtin_mul_overflow(prefix, f.s[k], &prefix))
      return overflow(why, "the size of the layout");
  }
  return true;
}

/// True if A(R(i)) = i for every i < size(R), R given by its leaves.
constexpr bool undone_by(flat const& a, flat const& r) {
  trouble why;
  composer c(why);
  for (c.a.n = 0; c.a.n < a.n; ++c.a.n) { // not all of `a` was written
    c.a.s[c.a.n] = a.s[c.a.n];
    c.a.d[c.a.n] = a.d[c.a.n];
  }
  layout_builder out;
  for (int j = 0; j < r.n; ++j)
    if (!c.leaf(out, r.s[j], r.d[j]) || out.full)
      return false;
  std::int64_t next = 1;
  for (int k = 0; k < out.made.profile_.count; ++k) {
    if (out.made.shape_[k] == 1)
      continue;
    if (out.made.stride_[k] != next || __builtin_mul_overflow(next, out.made.shape_[k], &next))
      return false;
  }
  return true;
}

/// The largest n in [low, high] for which R with n in place of its last size is a right inverse of A; it is
/// one for `low`.
constexpr std::int64_t longest_last_leaf(flat const& a, flat& r, std::int64_t low, std::int64_t high) {
  auto& last = r.s[r.n - 1];
  for (++high; high - low > 1;) {
    last = low + (high - low) / 2;
    (undone_by(a, r) ? low : high) = last;
  }
  last = low;
  return low;
}

/// R with A(R(i)) = i, grown leaf by leaf; there is room for them.
struct follower {
  flat const& a;
  flat& r;
  std::int64_t n = 1;                 // the size of R
  std::int64_t end = 0;               // its largest coordinate
  std::int64_t used[max_leaves] = {}; // and the largest digits of A in it
  bool carried = false;               // then the digits say nothing more

  /// Appends the longest leaf t:d with t <= most for which the law holds, and returns t; d is a coordinate of
  /// index n. The coordinates fit in 64 bits.
  constexpr std::int64_t append(std::int64_t d, std::int64_t most) {
    // As long as no digit overflows, A adds up. What overflows is mostly wrong; if not, composition decides.
    auto t = carried ? 1 : most;
    auto digits = d;
    for (int k = 0; k < a.n - 1 && t > 1; digits /= a.s[k++])
      if (auto const digit = digits % a.s[k]; digit != 0) {
        auto const room = (a.s[k] - 1 - used[k]) / digit + 1;
        t = room < t ? room : t;
      }
    r.s[r.n] = t;
    r.d[r.n++] = d;
    if (t != most) {
      std::int64_t first = 0;
      std::int64_t last = 0;
      if (evaluate(a, t * d, first) && first / n == t && first % n == 0 && evaluate(a, t * d + end, last) &&
          last == first + n - 1) {
        auto const longer = longest_last_leaf(a, r, t, most);
        carried = carried || longer != t;
        t = longer;
      }
    }
    if (t == 1)
      --r.n;
    n *= t;
    end += (t - 1) * d;
    digits = d;
    for (int k = 0; k < a.n - 1 && !carried; digits /= a.s[k++])
      used[k] += digits % a.s[k] * (t - 1);
    return t;
  }
};

/// The right inverse where some strides are negative: the coordinate of the index reached so far is the next
/// stride, as often as L follows.
constexpr bool right_inverse_with_negatives(flat& r, flat const& f, trouble& why, std::int64_t& reached) {
  bounded_sum sum;
  int variable[max_leaves] = {};
  std::int64_t lowest = 0; // the least index
  std::int64_t span = 0;
  std::int64_t size = 1;
  for (int k = 0; k < f.n; ++k) {
    auto const d = f.d[k];
    size *= f.s[k]; // the caller has checked it
    if (d == INT64_MIN || !add_product(span, f.s[k] - 1, d < 0 ? -d : d) || span > widest_sum)
      return overflow(why, "the span of the layout");
    lowest += d < 0 ? (f.s[k] - 1) * d : 0;
    variable[k] = d == 0 ? -1 : sum.add(d < 0 ? -d : d, f.s[k] - 1);
  }
  follower so_far{f, r};
  reached = 1;
  while (so_far.end < size - 1) {
    auto const found = sum.solve(so_far.n - lowest);
    if (found == solved::unknown) {
      why.start() << "undecided whether a coordinate has index " << so_far.n;
      return false;
    }
    if (found == solved::no)
      break;
    std::int64_t at = 0;
    std::int64_t prefix = 1;
    for (int k = 0; k < f.n; prefix *= f.s[k++])
      if (variable[k] >= 0) {
        auto const y = sum.y[variable[k]];
        at += (f.d[k] < 0 ? f.s[k] - 1 - y : y) * prefix;
      }
    if (r.n == max_leaves) {
      why.start() << "too many modes, the inverse has more than 32 leaves";
      return false;
    }
    if (so_far.append(at, (size - 1 - so_far.end) / at + 1) == 1)
      break;
  }
  reached = so_far.n;
  return true;
}

/// `reached` is set to the size of the inverse.
constexpr bool right_inverse_of(flat& r, layout const& l, trouble& why, std::int64_t& reached) {
  sorted_leaves f;
  bool negative = false;
  if (!by_stride(f, l, why, negative))
    return false;
  reached = 1;
  if (negative) {
    flat all;
    return coalesced(all, l, l.profile_.whole(), why) && right_inverse_with_negatives(r, all, why, reached);
  }
  for (int j = 0; j < f.n; ++j)
    if (f.d[j] == reached) {
      if (!r.join(f.s[j], f.prefix[j]) || __builtin_mul_overflow(reached, f.s[j], &reached))
        return overflow(why, "the size of the inverse");
    }
  return true;
}

/// Two single leaves that meet: x steps of one are y steps of the other.
constexpr bool two_leaves_meet(sorted_leaves const& f, trouble& why) {
  for (int j = 1; j < f.n; ++j)
    for (int i = 0; i < j; ++i) {
      auto const g = gcd(f.d[i], f.d[j]);
      auto const x = f.d[j] / g;
      auto const y = f.d[i] / g;
      if (x < f.s[i] && y < f.s[j]) {
        why.start() << "not injective, L(" << x * f.prefix[i] << ") = L(" << y * f.prefix[j]
                    << ") = " << x * f.d[i];
        return true;
      }
    }
  return false;
}

/// Strides that do not divide each other.
constexpr bool interleaved_inverse(flat& r, sorted_leaves const& f, std::int64_t d, std::int64_t before,
                                   trouble& why) {
  radices places;
  for (int j = 0; j < f.n; ++j)
    places.add(f.s[j], f.d[j], f.prefix[j]);
  r.n = 0;
  if (places.find()) {
    if (places.put_into(r))
      return true;
    return overflow(why, "the size of the inverse");
  }
  if (two_leaves_meet(f, why))
    return false;
  constexpr std::int64_t few = max_leaves + 1; // coordinates, to look at each but 0
  std::int64_t size = 1;
  for (int j = 0; j < f.n && size <= few; ++j)
    size *= f.s[j] <= few ? f.s[j] : few + 1;
  if (size <= few) {
    radices points;
    points.points = true;
    for (std::int64_t i = 1; i < size; ++i) {
      std::int64_t at = 0;
      std::int64_t domain = 0;
      auto rest = i;
      for (int j = 0; j < f.n; rest /= f.s[j++])
        if (!add_product(at, rest % f.s[j], f.d[j]) || !add_product(domain, rest % f.s[j], f.prefix[j]))
          return overflow(why, "an index of the layout");
      points.add(1, at, domain);
    }
    if (points.find())
      return points.put_into(r) || overflow(why, "the size of the inverse");
    if (points.patient) {
      why.start() << "stride " << d << " is not a multiple of stride " << before
                  << " before it, and no layout gives the " << size << " coordinates back";
      return false;
    }
  }
  why.start() << "stride " << d << " is not a multiple of stride " << before << " before it, and "
              << (places.patient
                      ? "in no radices do the leaves add up without a carry and with whole strides back"
                      : "undecided, there are too many radices in which the leaves might add up");
  return false;
}

constexpr bool left_inverse_of(flat& r, layout const& l, trouble& why) {
  sorted_leaves f;
  bool negative = false;
  if (!by_stride(f, l, why, negative))
    return false;
  if (negative) {
    std::int64_t prefix = 1;
    for (int k = 0; k < l.profile_.count; prefix *= l.shape_[k++])
      if (l.shape_[k] != 1 && l.stride_[k] < 0) {
        why.start() << "L(" << prefix << ") = " << l.stride_[k] << ", which is no coordinate of an inverse";
        return false;
      }
  }
  std::int64_t domain = 0; // R's stride below the first leaf: indices L never reaches
  std::int64_t reached = 1;
  for (int j = 0; j < f.n; ++j) {
    if (f.d[j] % reached != 0)
      return interleaved_inverse(r, f, f.d[j], reached, why);
    auto const steps = f.d[j] / reached;
    // Leaves of one largest stride that end with the last leaf of L: it takes all their steps, unreduced.
    bool const shared = f.d[j] == reached && f.d[j] == f.d[f.n - 1] && l.shape_[l.profile_.count - 1] != 1 &&
                        l.stride_[l.profile_.count - 1] == f.d[j];
    if (j > 0 && steps < f.s[j - 1] && !shared) {
      auto const here = f.prefix[j - 1] * steps;
      why.start() << "not injective, L(" << here << ") = L(" << f.prefix[j] << ") = " << f.d[j];
      return false;
    }
    if (!r.join(steps, domain))
      return overflow(why, "the size of the inverse");
    domain = f.prefix[j];
    reached = f.d[j];
  }
  if (f.n > 0 && !r.join(f.s[f.n - 1], domain))
    return overflow(why, "the size of the inverse");
  return true;
}

} // namespace detail

/// R with L(R(i)) = i for 0 <= i < size(R); 1:0 if no coordinate has index 1. If L is injective up to leaves
/// of stride 0, R is the largest there is, and if moreover no stride is negative, size(R) is the first index
/// without a coordinate. Otherwise it is made of leaves of L, each where the one before it ends, which is not
/// always the largest. L is a bijection onto [0, size(L)) exactly if size(R) = size(L).
///   right_inverse((4,8):(8,1)) = (8,4):(4,1)
///   right_inverse((2,3):(-1,2)) = (2,2):(3,2)
/// Errors: a size beyond 64 bits; with negative strides, an index of which it is not decided if it is
/// reached.
[[nodiscard]] constexpr layout right_inverse(layout const& l) {
  detail::flat r;
  detail::trouble why;
  detail::layout_builder out;
  std::int64_t size = 0;
  if (!detail::right_inverse_of(r, l, why, size))
    refused(detail::explain("right_inverse", l, why));
  detail::put(out, r);
  return out.made;
}
[[nodiscard]] constexpr outcome<layout> try_right_inverse(layout const& l) {
  detail::flat r;
  detail::trouble why;
  detail::layout_builder out;
  std::int64_t size = 0;
  if (!detail::right_inverse_of(r, l, why, size))
    return {layout(), detail::explain("right_inverse", l, why)};
  detail::put(out, r);
  return {out.made};
}

/// R with R(L(i)) = i for 0 <= i < size(L), where stride 0 leaves L nothing to tell coordinates apart:
/// L(R(L(i))) = L(i). Indices that L does not have may go anywhere. As CuTe builds it where every stride is a
/// multiple of the one before it, by size; else from radices in which the leaves of L add up without a carry;
/// else, for at most 33 coordinates, whatever layout there is, and a refusal then says that there is none.
///   left_inverse((4,8):(8,1)) = (8,4):(4,1)
///   left_inverse((2,2):(2,3)) = (2,3):(1,1)
/// Errors: two coordinates with the same index (the message names them) other than by stride 0; no such
/// layout; a negative stride, since no coordinate of R is negative.
[[nodiscard]] constexpr outcome<layout> try_left_inverse(layout const& l) {
  detail::flat r;
  detail::trouble why;
  detail::layout_builder out;
  if (!detail::left_inverse_of(r, l, why))
    return {layout(), detail::explain("left_inverse", l, why)};
  detail::put(out, r);
  return {out.made};
}
[[nodiscard]] constexpr layout left_inverse(layout const& l) {
  detail::flat r;
  detail::trouble why;
  detail::layout_builder out;
  if (!detail::left_inverse_of(r, l, why))
    refused(detail::explain("left_inverse", l, why));
  detail::put(out, r);
  return out.made;
}

} // namespace enigma
