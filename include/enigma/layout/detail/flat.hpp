// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/trouble.hpp>

namespace enigma::detail {

/// Leaves without nesting, the working form inside the operations.
struct flat {
  int n = 0;
  std::int64_t s[max_leaves]; // written before it is read
  std::int64_t d[max_leaves];

  /// Appends a leaf to a coalesced list: size 1 vanishes, a leaf that continues the last one joins it.
  constexpr bool join(std::int64_t size, std::int64_t stride) {
    if (size == 1)
      return true;
    if (n > 0) {
      std::int64_t next = 0;
      if (!__builtin_mul_overflow(s[n - 1], d[n - 1], &next) && next == stride)
        return !__builtin_mul_overflow(s[n - 1], size, &s[n - 1]);
    }
    if (n == max_leaves)
      return false;
    s[n] = size;
    d[n] = stride;
    ++n;
    return true;
  }
};

/// As the layout that it stands for.
template <class Sink>
constexpr void write(Sink& out, flat const& f) {
  for (auto const* leaf : {f.s, f.d}) {
    if (leaf == f.d)
      out.put(':');
    if (f.n > 1)
      out.put('(');
    for (int k = 0; k < f.n; ++k) {
      if (k > 0)
        out.put(',');
      out.put(leaf[k]);
    }
    if (f.n > 1)
      out.put(')');
  }
}

/// Puts a coalesced list where a mode is wanted: 1:0, one leaf, or a tuple of leaves.
constexpr void put(layout_builder& out, flat const& f) {
  if (f.n == 0)
    out.leaf(1, 0);
  else if (f.n == 1)
    out.leaf(f.s[0], f.d[0]);
  else {
    out.open();
    for (int k = 0; k < f.n; ++k)
      out.leaf(f.s[k], f.d[k]);
    out.close();
  }
}

/// The coalesced leaves of a subtree: the same function on its domain, without leaves of size 1.
constexpr bool coalesced(flat& f, layout const& l, node const& n, trouble& why) {
  for (int k = n.first; k < n.last; ++k)
    if (!f.join(l.shape_[k], l.stride_[k]))
      return overflow(why, "the size of a coalesced mode");
  return true;
}

/// The coalesced leaves of a subtree as a function of every i >= 0: a last leaf of size 1 stays if its
/// stride drives the values past the size.
constexpr bool coalesced_with_extension(flat& f, layout const& l, node const& n, trouble& why) {
  if (!coalesced(f, l, n, why))
    return false;
  auto const k = n.last - 1;
  if (l.shape_[k] != 1)
    return true;
  if (f.n == 0) {
    f.s[0] = 1;
    f.d[0] = l.stride_[k];
    f.n = 1;
    return true;
  }
  std::int64_t next = 0;
  if (!__builtin_mul_overflow(f.s[f.n - 1], f.d[f.n - 1], &next) && next == l.stride_[k])
    return true;
  if (f.n == max_leaves) {
    why.start() << "too many modes, the left layout has more than 32 leaves";
    return false;
  }
  f.s[f.n] = 1;
  f.d[f.n] = l.stride_[k];
  ++f.n;
  return true;
}

/// The value at i >= 0 by the extension rule; false on overflow.
constexpr bool evaluate(flat const& f, std::int64_t i, std::int64_t& value) {
  value = 0;
  for (int k = 0; k < f.n - 1; ++k) {
    if (!add_product(value, i % f.s[k], f.d[k]))
      return false;
    i /= f.s[k];
  }
  return f.n == 0 || add_product(value, i, f.d[f.n - 1]);
}

constexpr std::int64_t gcd(std::int64_t a, std::int64_t b) {
  while (b != 0) {
    auto const r = a % b;
    a = b;
    b = r;
  }
  return a;
}

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return a / b + (a % b != 0 ? 1 : 0);
}

constexpr bool checked_size(layout const& l, node const& n, std::int64_t& size, trouble& why) {
  size = 1;
  for (int k = n.first; k < n.last; ++k)
    if (__builtin_mul_overflow(size, l.shape_[k], &size))
      return overflow(why, "the size of a layout");
  return true;
}

} // namespace enigma::detail
