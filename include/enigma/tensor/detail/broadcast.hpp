// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/modes.hpp>
#include <enigma/tensor/detail/lower_store.hpp>

/// Tiles of another shape beside a tile: modes of size 1 are repeated.
namespace enigma::detail {

/// `from` as it is seen beside a tile of layout `to`: a mode of size 1 stands still along to's mode, one
/// element along everything. What still differs in shape then is refused where it is used.
constexpr layout beside(layout const& from, layout const& to) {
  if (size(from) == size(to))
    return from;
  if (size(from) == 1)
    return layout(size(to), 0);
  auto const m = without_wrapping(from), n = without_wrapping(to);
  if (m.is_leaf() || n.is_leaf() || from.profile_.rank(m) != to.profile_.rank(n))
    return from;
  layout r = from.sub(m);
  int k = n.first;
  for (int i = 0; k < n.last; ++i) {
    auto const there = to.profile_.child(n, k);
    std::int64_t const wanted = node_size(to, there);
    if (wanted != 1 && size(mode(r, i)) == 1)
      r = replace(r, i, layout(wanted, 0));
    k = there.last;
  }
  return r;
}

/// The layout of two tiles side by side: each mode from the one in which it is not 1.
constexpr layout joined(layout const& a, layout const& b) {
  if (size(a) == size(b)) {
    if (without_wrapping(a).is_leaf() != without_wrapping(b).is_leaf())
      return without_wrapping(a).is_leaf() ? b : a;
    return cosize(a) < cosize(b) ? b : a; // the one that stands still less
  }
  auto const m = without_wrapping(a), n = without_wrapping(b);
  if (size(a) == 1 || size(b) == 1 || m.is_leaf() || n.is_leaf() || a.profile_.rank(m) != b.profile_.rank(n))
    return size(a) < size(b) ? b : a;
  layout r = a.sub(m);
  layout const other = b.sub(n);
  for (int i = 0; i < rank(r); ++i)
    if (size(mode(r, i)) == 1)
      r = replace(r, i, mode(other, i));
  return r;
}

/// The layout that gives an expression its coordinates.
template <class X>
constexpr layout domain_of(X const& x) {
  layout r;
  bool first = true;
  x.for_each_source([&](auto const& from) {
    r = first ? from.layout() : joined(r, from.layout());
    first = false;
  });
  return r;
}

} // namespace enigma::detail
