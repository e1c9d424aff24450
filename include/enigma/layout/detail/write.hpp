// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/int_tuple.hpp>

/// CuTe notation, written into anything with `put(char)` and `put(std::int64_t)`.
namespace enigma::detail {

template <class Sink>
constexpr void write_leaves(Sink& out, profile const& p, std::int64_t const* leaf) {
  for (int k = 0; k < p.count; ++k) {
    if (k > 0)
      out.put(',');
    for (int i = 0; i < p.opened[k]; ++i)
      out.put('(');
    out.put(leaf[k]);
    for (int i = 0; i < p.closed[k]; ++i)
      out.put(')');
  }
}

template <class Sink>
constexpr void write(Sink& out, int_tuple const& t) {
  write_leaves(out, t.profile_, t.leaf_);
}

} // namespace enigma::detail
