// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>
#include <enigma/layout/tiler.hpp>

namespace enigma::detail {

/// What becomes of the modes of a layout that a shorter tiler does not name.
enum class further_modes { dropped, kept };

constexpr bool enough_modes(layout const& a, node const& n, tiler const& t, node const& m, trouble& why) {
  if (a.profile_.rank(n) >= t.profile_.rank(m))
    return true;
  why.start() << "rank mismatch, a tiler of rank " << t.profile_.rank(m) << " meets " << a.sub(n)
              << " of rank " << a.profile_.rank(n);
  return false;
}

/// Applies an operation by mode: mode i of A meets element i of the tiler, nested tilers recurse, `_` keeps
/// its mode. `operate(n, m)` appends what becomes of mode n of A under the integer or layout m of the tiler.
template <class Operation>
constexpr bool by_mode(layout_builder& out, layout const& a, node const& n, tiler const& t, node const& m,
                       further_modes further, trouble& why, Operation const& operate) {
  if (m.is_leaf()) {
    if (t.kind_[m.first] != tiler::kind::hole)
      return operate(n, m);
    out.append(a, n);
    return true;
  }
  if (!enough_modes(a, n, t, m, why))
    return false;
  out.open();
  int k = n.first;
  for (int j = m.first; j < m.last;) {
    auto const x = t.profile_.child(m, j);
    auto const y = n.is_leaf() ? n : a.profile_.child(n, k);
    if (!by_mode(out, a, y, t, x, further, why, operate))
      return false;
    j = x.last;
    k = y.last;
  }
  while (further == further_modes::kept && k < n.last) {
    auto const y = a.profile_.child(n, k);
    out.append(a, y);
    k = y.last;
  }
  out.close();
  return true;
}

} // namespace enigma::detail
