// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/symbolic_layout.hpp>

namespace enigma {

namespace detail {

/// Leaves without nesting, the working form inside the operations.
struct symbolic_flat {
  int n = 0;
  term_store terms = {}; // shape and stride of leaf k at 2k and 2k + 1

  [[nodiscard]] constexpr polynomial s(int k) const { return terms.get(2 * k); }
  [[nodiscard]] constexpr polynomial d(int k) const { return terms.get(2 * k + 1); }
  constexpr bool put(polynomial const& size, polynomial const& stride) {
    ++n;
    return terms.append(size) && terms.append(stride);
  }
  /// Size 1 vanishes, a leaf that continues the last one joins it.
  constexpr bool join(polynomial const& size, polynomial const& stride) {
    if (size.is(1))
      return true;
    if (n > 0) {
      auto const s0 = s(n - 1);
      auto const d0 = d(n - 1);
      polynomial next;
      if (multiply(next, s0, d0) && next == stride) {
        polynomial both;
        if (!multiply(both, s0, size))
          return false;
        terms.pop();
        terms.pop();
        --n;
        return put(both, d0);
      }
    }
    return put(size, stride);
  }
};

/// The coalesced leaves of a subtree; `extension` keeps a last leaf of size 1 whose stride drives the values
/// past the size.
constexpr bool coalesced(symbolic_flat& f, symbolic_layout const& l, node const& n, bool extension,
                         trouble& why) {
  for (int k = n.first; k < n.last; ++k)
    if (!f.join(l.shape_at(k), l.stride_at(k)))
      return too_large(why);
  auto const k = n.last - 1;
  if (!extension || !l.shape_at(k).is(1))
    return true;
  auto const d = l.stride_at(k);
  polynomial next;
  if (f.n > 0 && multiply(next, f.s(f.n - 1), f.d(f.n - 1)) && next == d)
    return true;
  if (f.n == max_leaves || !f.put(1, d)) {
    why.start() << "too many modes, the left layout has more than 32 leaves";
    return false;
  }
  return true;
}

/// 1:0, one leaf, or a tuple of leaves.
constexpr void put(symbolic_builder& out, symbolic_flat const& f) {
  if (f.n == 0)
    out.leaf(1, 0);
  if (f.n > 1)
    out.open();
  for (int k = 0; k < f.n; ++k)
    out.leaf(f.s(k), f.d(k));
  if (f.n > 1)
    out.close();
}

} // namespace detail

/// R(i) = L(i) for 0 <= i < size(L): known leaves of size 1 vanish, s:d followed by s':(s*d) becomes (s*s'):d
/// where s*d is the same polynomial. coalesce((M,K):(1,M)) = M*K:1; (M,K):(K,1) stays.
/// Errors: a size beyond 64 bits.
[[nodiscard]] constexpr symbolic_layout coalesce(symbolic_layout const& l) {
  detail::symbolic_builder out;
  detail::symbolic_flat f;
  detail::trouble why;
  if (coalesced(f, l, l.profile_.whole(), false, why))
    put(out, f);
  if (!out.finish(why))
    refused(detail::explain("coalesce", l, why));
  return out.made(l.names_);
}

} // namespace enigma
