// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/symbolic/symbolic_layout.hpp>

namespace enigma {

/// The basis vector of coordinates, CuTe's E<n>: 1@n. A stride 64@1 moves by 64 in mode 1.
/// Errors: a number outside of [0, 32).
[[nodiscard]] constexpr size_expression basis(int n) {
  if (n < 0 || n >= max_leaves)
    refused((detail::sentence("basis(") << n << ") refused: a mode has a number from 0 to 31").lines());
  detail::atom a;
  a.what = detail::atom::kind::basis;
  a.direction = n;
  size_expression r = 1;
  r.names_.number_of(a);
  r.polynomial_.m[0] = detail::power_of(0);
  return r;
}

namespace detail {
/// l with stride + prefix@i in each leaf of its top-level mode i: one layout that gives index and coordinate.
constexpr symbolic_layout with_coordinates(symbolic_layout const& l, bool keep_index, trouble& why) {
  auto const all = l.profile_.whole();
  int const modes = l.profile_.rank(all);
  atom_table names = l.names_;
  symbolic_builder out;
  out.nesting = l.profile_;
  int k = 0;
  for (int i = 0; i < modes && !why; ++i) {
    auto const n = all.is_leaf() ? all : l.profile_.child(all, k);
    atom a;
    a.what = atom::kind::basis;
    a.direction = i;
    int const number = names.number_of(a);
    if (number < 0) {
      cannot_name(why, number);
      break;
    }
    polynomial step = 1;
    for (; k < n.last; ++k) {
      auto const s = l.shape_at(k);
      polynomial d;
      if (keep_index)
        d = l.stride_at(k);
      for (int t = 0; t < step.n; ++t)
        d.add(step.c[t], step.m[t] + power_of(number)) || too_large(why);
      out.full = !out.terms.append(s) || !out.terms.append(d) || out.full;
      auto const before = step;
      multiply(step, before, s) || too_large(why);
    }
  }
  if (!out.finish(why))
    return {};
  return out.made(names);
}
} // namespace detail

/// The layout of coordinates, CuTe's make_identity_tensor: its value at a coordinate is that coordinate, with
/// one integer for each top-level mode. In a nested mode that is the linear coordinate inside the mode.
///   identity_layout({M, K}) = (M,K):(1@0,1@1), its value at (i, j) is i@0+j@1, which stands for (i,j)
///   identity_layout({{4, 8}, K}) = ((4,8),K):((1@0,4@0),1@1)
/// All operations on symbolic layouts apply. Errors: a shape that may be below 1, more than 16 modes and
/// names.
[[nodiscard]] constexpr symbolic_layout identity_layout(size_tuple const& shape) {
  detail::trouble why;
  auto const r = detail::with_coordinates(symbolic_layout(shape), false, why);
  if (why)
    refused(detail::explain("identity_layout", shape, why));
  return r;
}

/// The coordinate that a value of an identity layout stands for: to_coordinate(3@0+5@1, 2) = (3,5). Terms
/// without basis are left out. Errors: a rank outside of [1, 32].
[[nodiscard]] constexpr size_tuple to_coordinate(size_expression const& e, int rank) {
  if (rank < 1 || rank > max_leaves)
    refused((detail::sentence("to_coordinate(") << e << ", " << rank << ") refused: the rank is 1 to 32")
                .lines());
  size_tuple r;
  r.clear();
  r.names_ = e.names_;
  for (int i = 0; i < rank; ++i) {
    detail::polynomial p;
    for (int a = 0; a < e.names_.count; ++a)
      if (e.names_.at[a].what == detail::atom::kind::basis && e.names_.at[a].direction == i)
        for (int k = 0; k < e.polynomial_.n; ++k)
          if (detail::exponent(e.polynomial_.m[k], a) != 0)
            p.add(e.polynomial_.c[k], e.polynomial_.m[k] - detail::power_of(a));
    r.terms_.append(p);
  }
  detail::drop_unused(r.names_, r.terms_);
  r.profile_.count = rank;
  r.profile_.opened[0] = r.profile_.closed[rank - 1] = 1;
  return r;
}

} // namespace enigma
