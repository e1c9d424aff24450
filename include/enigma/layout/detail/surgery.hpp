// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/mode_builder.hpp>

/// What modes.hpp promises, step by step: each function makes its result in `out` or says why not.
namespace enigma::detail {

/// [b, e) has to be a range of modes, and not an empty one.
constexpr bool range_of_modes(int b, int e, int rank, trouble& why) {
  if (b >= 0 && b < e && e <= rank)
    return true;
  why.start() << "the modes [" << b << "," << e << ") ";
  if (b > e)
    why.words << "end before they begin";
  else if (b >= 0 && b == e && e <= rank)
    why.words << "are none, and there are no empty tuples";
  else
    why.words << "do not all exist: the rank is " << rank;
  return false;
}

constexpr bool existing_mode(std::int64_t i, int rank, trouble& why) {
  if (i >= 0 && i < rank)
    return true;
  why.start() << "no mode " << i << ": the rank is " << rank << ", the last mode is " << rank - 1;
  return false;
}

template <has_modes T>
constexpr void take(mode_builder<T>& out, T const& l, int b, int e) {
  mode_places const m(l.profile_);
  if (!range_of_modes(b, e, m.rank, out.why))
    return;
  out.open();
  out.modes(l, m.at[b], m.at[e]);
  out.close();
}

template <has_modes T>
constexpr void select(mode_builder<T>& out, T const& l, int_tuple const& which) {
  mode_places const m(l.profile_);
  if (which.profile_.depth() > 1) {
    out.why.start() << "the numbers of the modes must not be nested";
    return;
  }
  out.open();
  for (int j = 0; j < which.profile_.count; ++j) {
    auto const i = which.leaf_[j];
    if (!existing_mode(i, m.rank, out.why))
      return;
    out.modes(l, m.at[i], m.at[i + 1]);
  }
  out.close();
}

/// l with `before` copies of x in front and `after` behind.
template <has_modes T>
constexpr void extend(mode_builder<T>& out, int before, T const& l, T const& x, int after) {
  out.open();
  for (int i = 0; i < before && !out.full; ++i)
    out.whole(x);
  out.modes(l, 0, l.profile_.count);
  for (int i = 0; i < after && !out.full; ++i)
    out.whole(x);
  out.close();
}

template <has_modes T>
constexpr void extend_to(mode_builder<T>& out, bool in_front, T const& l, T const& x, int n) {
  int const rank = mode_places(l.profile_).rank;
  if (n < rank)
    out.why.start() << "the rank is " << rank << " already, more than " << n;
  else if (n == rank)
    out.made = l;
  else
    extend(out, in_front ? n - rank : 0, l, x, in_front ? 0 : n - rank);
}

template <has_modes T>
constexpr void replace(mode_builder<T>& out, T const& l, int i, T const& x) {
  mode_places const m(l.profile_);
  if (!existing_mode(i, m.rank, out.why))
    return;
  if (l.profile_.opened[0] == 0) {
    out.made = x;
    return;
  }
  out.open();
  out.modes(l, 0, m.at[i]);
  out.whole(x);
  out.modes(l, m.at[i + 1], m.at[m.rank]);
  out.close();
}

template <has_modes T>
constexpr void insert(mode_builder<T>& out, T const& l, int i, T const& x) {
  mode_places const m(l.profile_);
  if (i < 0 || i > m.rank) {
    out.why.start() << "no place " << i << ": the rank is " << m.rank << ", a new mode can be number 0 to "
                    << m.rank;
    return;
  }
  out.open();
  out.modes(l, 0, m.at[i]);
  out.whole(x);
  out.modes(l, m.at[i], m.at[m.rank]);
  out.close();
}

template <has_modes T>
constexpr void remove(mode_builder<T>& out, T const& l, int i) {
  mode_places const m(l.profile_);
  if (!existing_mode(i, m.rank, out.why))
    return;
  if (m.rank == 1) {
    out.why.start() << "nothing would be left, and there are no empty tuples";
    return;
  }
  out.open();
  out.modes(l, 0, m.at[i]);
  out.modes(l, m.at[i + 1], m.at[m.rank]);
  out.close();
}

template <has_modes T>
constexpr void group(mode_builder<T>& out, T const& l, int b, int e) {
  mode_places const m(l.profile_);
  if (!range_of_modes(b, e, m.rank, out.why))
    return;
  out.open();
  out.modes(l, 0, m.at[b]);
  out.open();
  out.modes(l, m.at[b], m.at[e]);
  out.close();
  out.modes(l, m.at[e], m.at[m.rank]);
  out.close();
}

template <has_modes T>
constexpr void unflatten(mode_builder<T>& out, T const& l, int_tuple const& profile) {
  if (l.profile_.count != profile.profile_.count) {
    out.why.start() << "a profile of " << profile.profile_.count << " integers for " << l.profile_.count
                    << " leaves";
    return;
  }
  out.made = l;
  out.made.profile_ = profile.profile_;
}

template <has_modes T>
constexpr void get(mode_builder<T>& out, T const& l, int_tuple const& path) {
  if (path.profile_.depth() > 1) {
    out.why.start() << "the numbers of the modes must not be nested";
    return;
  }
  auto n = l.profile_.whole();
  for (int j = 0; j < path.profile_.count; ++j) {
    auto const i = path.leaf_[j];
    if (!existing_mode(i, l.profile_.rank(n), out.why)) {
      if (j > 0)
        out.why.words << ", in " << part_of(l, n);
      return;
    }
    n = l.profile_.child_number(n, static_cast<int>(i));
  }
  out.made = part_of(l, n);
}

template <has_modes T>
constexpr void reverse(mode_builder<T>& out, T const& l) {
  mode_places const m(l.profile_);
  if (l.profile_.opened[0] == 0) {
    out.made = l;
    return;
  }
  out.open();
  for (int i = m.rank; i > 0; --i)
    out.modes(l, m.at[i - 1], m.at[i]);
  out.close();
}

template <has_modes T>
constexpr void repeat(mode_builder<T>& out, T const& x, int n) {
  if (n < 1) {
    out.why.start() << "there are no empty tuples";
    return;
  }
  out.open();
  for (int i = 0; i < n && !out.full; ++i)
    out.whole(x);
  out.close();
}

} // namespace enigma::detail
