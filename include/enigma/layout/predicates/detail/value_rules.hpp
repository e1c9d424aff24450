// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/predicates/verdict.hpp>

/// The rules behind injectivity and coverage, before they are put in words.
namespace enigma::detail {

/// L(a) = L(b) for some a != b? The differences x of two coordinates with the same value are the solutions
/// of sum x_k * d_k = 0 with |x_k| < s_k; the layout is injective if there is none but 0.
constexpr ruling injective(layout const& l, std::int64_t (&at)[2]) {
  value_range range;
  if (!range.read(l))
    return ruling::too_large;
  // Leaves by the size of their stride. Two leaves of which one continues the other are one leaf.
  int n = 0;
  std::int64_t s[max_leaves];
  std::int64_t d[max_leaves];
  std::int64_t prefix = 1;
  for (int k = 0; k < l.profile_.count; ++k) {
    auto const shape = l.shape_[k];
    if (shape != 1) {
      auto const stride = l.stride_[k] < 0 ? -l.stride_[k] : l.stride_[k];
      if (stride == 0) {
        at[0] = 0;
        at[1] = prefix;
        return ruling::fails;
      }
      int i = n++;
      for (; i > 0 && d[i - 1] > stride; --i) {
        s[i] = s[i - 1];
        d[i] = d[i - 1];
      }
      s[i] = shape;
      d[i] = stride;
    }
    prefix *= shape;
  }
  // Each stride beyond all that the smaller ones reach: injective.
  std::int64_t reach = 0;
  int j = 0;
  for (; j < n && d[j] > reach; ++j)
    reach += (s[j] - 1) * d[j];
  if (j == n)
    return ruling::holds;
  // Otherwise with y_k = x_k + s_k - 1: sum y_k * d_k = sum (s_k - 1) * d_k, and not the solution x = 0.
  bounded_sum sum;
  int group[max_leaves]; // for each leaf of L the variable that holds it, and how many of its steps it is
  std::int64_t steps[max_leaves];
  std::int64_t size[bounded_sum::capacity];
  for (int i = 0; i < n; ++i) {
    int v = 0;
    while (v < sum.count && sum.stride[v] * size[v] != d[i])
      ++v;
    if (v == sum.count) {
      sum.add(d[i], 0);
      size[v] = 1;
    }
    size[v] *= s[i]; // a divisor of the size of L
    sum.most[v] = 2 * (size[v] - 1);
  }
  std::int64_t target = 0;
  for (int v = 0; v < sum.count; ++v)
    target += sum.most[v] / 2 * sum.stride[v];
  auto const found = sum.solve(target, true);
  if (found == solved::no)
    return ruling::holds;
  if (found == solved::unknown)
    return range.size - 1 > range.high - range.low ? ruling::fails : ruling::unknown; // more than fit there
  // The leaves take their digits of x as the variables took up the leaves: by stride, each in its place.
  std::int64_t used[bounded_sum::capacity];
  for (int v = 0; v < sum.count; ++v)
    used[v] = 1;
  bool taken[max_leaves] = {};
  for (int i = 0; i < n; ++i) {
    int v = 0;
    while (sum.stride[v] * used[v] != d[i] || used[v] == size[v])
      ++v;
    int k = 0;
    while (taken[k] || l.shape_[k] != s[i] || (l.stride_[k] != d[i] && l.stride_[k] != -d[i]))
      ++k;
    taken[k] = true;
    group[k] = v;
    steps[k] = used[v];
    used[v] *= s[i];
  }
  at[0] = at[1] = 0;
  prefix = 1;
  for (int k = 0; k < l.profile_.count; ++k) {
    if (l.shape_[k] != 1) {
      auto const x = sum.y[group[k]] - sum.most[group[k]] / 2;
      auto const digit = (x < 0 ? -x : x) / steps[k] % l.shape_[k];
      // For a negative stride the two coordinates change places.
      at[(x < 0) != (l.stride_[k] < 0) ? 0 : 1] += prefix * digit;
    }
    prefix *= l.shape_[k];
  }
  if (at[0] > at[1]) {
    auto const first = at[1];
    at[1] = at[0];
    at[0] = first;
  }
  return ruling::fails;
}

/// Is every value of [first, last] reached? If not, `missing` is one that is not.
///
/// With the strides in order, the sums of the first few fill [0, r] as long as each next stride is at most
/// r + 1. Where one is larger, r + 1 is missing, and its mirror image from the top: sums are symmetric. In
/// between, whole runs of r + 1 values are counted off, one for each sum of the remaining strides.
constexpr ruling reached_all(layout const& l, value_range const& range, std::int64_t first, std::int64_t last,
                             std::int64_t& missing) {
  if (first < range.low || last > range.high) {
    missing = first < range.low ? first : first > range.high ? first : range.high + 1;
    return ruling::fails;
  }
  bounded_sum sum;
  leaf_variables variables;
  variables.add(sum, l);
  std::int64_t r = 0;
  int j = 0;
  for (; j < sum.count && sum.stride[sum.by_stride[j]] - 1 <= r; ++j)
    r += sum.stride[sum.by_stride[j]] * sum.most[sum.by_stride[j]];
  auto const total = range.high - range.low;
  auto const low = first - range.low;
  auto const high = last - range.low;
  if (j == sum.count || high <= r || low >= total - r)
    return ruling::holds;
  if (low <= r + 1 || high >= total - r - 1) {
    missing = range.low + (low <= r + 1 ? r + 1 : total - r - 1);
    return ruling::fails;
  }
  std::int64_t g = 0; // of the remaining strides
  bounded_sum starts;
  for (; j < sum.count; ++j) {
    g = gcd(sum.stride[sum.by_stride[j]], g);
    starts.add(sum.stride[sum.by_stride[j]], sum.most[sum.by_stride[j]]);
  }
  if (g - 1 > r) { // whatever the sums are, residues above r are missing
    auto const v = low % g > r ? low : low - low % g + r + 1;
    if (v <= high) {
      missing = range.low + v;
      return ruling::fails;
    }
  }
  int const run = starts.add(1, r);
  for (auto v = low; v <= high;) {
    auto const found = starts.solve(v);
    if (found == solved::unknown)
      return ruling::unknown;
    if (found == solved::no) {
      missing = range.low + v;
      return ruling::fails;
    }
    v += r + 1 - starts.y[run];
  }
  return ruling::holds;
}

} // namespace enigma::detail
