// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/layout.hpp>

/// Layouts evaluated at coordinates of any integer-like type: a built-in integer or a traced value.
///
/// `Int` needs +, *, / and % with a std::int64_t on the right, + with itself, and construction from a
/// std::int64_t (used only if no stride is left). Nothing is emitted for what is known: no
/// multiplication by 0 or 1, no division by 1, no modulo of the last leaf.
namespace enigma {

namespace detail {

/// A sum that starts empty, so that no zero is ever added.
template <class Int>
struct running_sum {
  Int total;
  bool any = false;

  constexpr void add(Int const& term) {
    total = any ? Int(total + term) : term;
    any = true;
  }
};

template <class Int>
constexpr void add_linear(running_sum<Int>& sum, Int const& c, layout const& l, node const& n) {
  // The last leaf that can be non-zero inside the domain takes what is left undivided.
  int last = n.last - 1;
  while (last > n.first && l.shape_[last] == 1)
    --last;
  std::int64_t prefix = 1;
  for (int k = n.first; k <= last; ++k) {
    auto const s = l.shape_[k];
    auto const d = l.stride_[k];
    if (d != 0 && (s != 1 || n.leaves() == 1)) {
      Int digit = prefix == 1 ? c : Int(c / prefix);
      if (k != last)
        digit = Int(digit % s);
      sum.add(d == 1 ? digit : Int(digit * d));
    }
    if (__builtin_mul_overflow(prefix, s, &prefix))
      refused((sentence("an index into ") << l << " refused: overflow, the size exceeds 64 bits").lines());
  }
}

} // namespace detail

/// sum of ((c / prefix_k) % s_k) * d_k for 0 <= c < size(mode), the last leaf not reduced.
/// Equal to mode(c) for every c in the domain of `mode`.
template <class Int>
[[nodiscard]] constexpr Int linear_index(Int const& c, layout const& mode) {
  detail::running_sum<Int> sum{c};
  detail::add_linear(sum, c, mode, mode.profile_.whole());
  return sum.any ? sum.total : Int(std::int64_t{0});
}

/// One linear coordinate for each mode: the sum over the modes. Errors: as many coordinates as modes.
template <class Int, class... Ints>
  requires(sizeof...(Ints) > 0 && (std::same_as<Int, Ints> && ...))
[[nodiscard]] constexpr Int natural_index(layout const& l, Int const& first, Ints const&... rest) {
  auto const all = l.profile_.whole();
  constexpr int count = 1 + static_cast<int>(sizeof...(Ints));
  if (all.is_leaf() || l.profile_.rank(all) != count)
    refused((detail::sentence("a coordinate of ")
             << l << " refused: rank mismatch, " << count << " coordinates for rank " << l.profile_.rank(all))
                .lines());
  Int const* const coordinate[] = {&first, &rest...};
  detail::running_sum<Int> sum{first};
  int k = 0;
  for (Int const* c : coordinate) {
    auto const n = l.profile_.child(all, k);
    detail::add_linear(sum, *c, l, n);
    k = n.last;
  }
  return sum.any ? sum.total : Int(std::int64_t{0});
}

} // namespace enigma
