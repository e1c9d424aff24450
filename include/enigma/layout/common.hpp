// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/inverse.hpp>

/// What two layouts have in common, and how wide one access can be.
namespace enigma {

namespace detail {

/// The largest beginning of the right inverse of B that is one of A too: leaves in order, the last one as far
/// as A follows. `n` is its size.
constexpr bool common_beginning(flat& r, layout const& a, layout const& b, std::int64_t& n, trouble& why) {
  flat all;
  flat left;
  std::int64_t reached = 0;
  n = 1;
  if (!right_inverse_of(all, b, why, reached) || !coalesced_with_extension(left, a, a.profile_.whole(), why))
    return false;
  if (left.n == 0) {
    left.n = 1;
    left.s[0] = 1;
    left.d[0] = 0;
  }
  follower so_far{left, r};
  for (int j = 0; j < all.n; ++j) {
    std::int64_t step = 0;
    if (!evaluate(left, all.d[j], step) || step != so_far.n || so_far.append(all.d[j], all.s[j]) != all.s[j])
      break;
  }
  n = so_far.n;
  return true;
}

} // namespace detail

/// R with A(R(i)) = B(R(i)) = i for 0 <= i < size(R): the largest beginning of right_inverse(B) for which
/// that holds, A read by the extension rule; 1:0 if there is none.
///   max_common_layout((32,32):(1,32), (32,(8,4)):(1,(32,256))) = 1024:1
/// Errors: a size beyond 64 bits.
[[nodiscard]] constexpr outcome<layout> try_max_common_layout(layout const& a, layout const& b) {
  detail::flat r;
  detail::trouble why;
  detail::layout_builder out;
  std::int64_t n = 0;
  if (!detail::common_beginning(r, a, b, n, why))
    return {layout(), detail::explain("max_common_layout", a, b, why)};
  detail::put(out, r);
  return {out.made};
}
[[nodiscard]] constexpr layout max_common_layout(layout const& a, layout const& b) {
  detail::flat r;
  detail::trouble why;
  detail::layout_builder out;
  std::int64_t n = 0;
  if (!detail::common_beginning(r, a, b, n, why))
    refused(detail::explain("max_common_layout", a, b, why));
  detail::put(out, r);
  return out.made;
}

/// The size of max_common_layout(A, B): the largest n with A(R(i)) = B(R(i)) = i for 0 <= i < n, where R
/// begins as right_inverse(B): so many elements can be copied from one to the other in one piece.
[[nodiscard]] constexpr std::int64_t max_common_vector(layout const& a, layout const& b) {
  detail::flat r;
  detail::trouble why;
  std::int64_t n = 0;
  if (!detail::common_beginning(r, a, b, n, why))
    refused(detail::explain("max_common_vector", a, b, why));
  return n;
}

/// The widest aligned group: the largest n such that the right inverse of L has a multiple of n elements and
/// every leaf that it leaves out a stride that is a multiple of n. So the image of L is made of whole groups
/// [k*n, k*n + n), and a pointer aligned to n elements gives n-aligned accesses everywhere.
///   max_alignment((16,2):(160,1)) = 2
/// Errors: a size beyond 64 bits.
[[nodiscard]] constexpr std::int64_t max_alignment(layout const& l) {
  detail::trouble why;
  detail::flat f;
  std::int64_t n = 0;
  detail::flat r;
  if (!detail::right_inverse_of(r, l, why, n) || !detail::coalesced(f, l, l.profile_.whole(), why))
    refused(detail::explain("max_alignment", l, why));
  std::int64_t group = n;
  std::int64_t prefix = 1;
  for (int k = 0; k < f.n; ++k) {
    bool taken = false;
    for (int j = 0; j < r.n; ++j)
      taken = taken || r.d[j] == prefix;
    if (!taken) {
      auto const rest = f.d[k] % group;
      group = detail::gcd(group, rest < 0 ? -rest : rest);
    }
    prefix *= f.s[k]; // the inverse has checked the size
  }
  return group;
}

} // namespace enigma
