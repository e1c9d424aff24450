// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/flat.hpp>

namespace enigma {

namespace detail {

/// By-mode application of `leaf(layout_builder, layout, node)` along a profile; extra modes stay as they are.
template <class Leaf>
constexpr void along_profile(layout_builder& out, layout const& l, node const& n, int_tuple const& p,
                             node const& m, trouble& why, Leaf const& leaf) {
  if (m.is_leaf()) {
    leaf(out, l, n, why);
    return;
  }
  if (l.profile_.rank(n) < p.profile_.rank(m)) {
    why.start() << "rank mismatch, a tuple of rank " << p.profile_.rank(m) << " meets " << l.sub(n)
                << " of rank " << l.profile_.rank(n);
    return;
  }
  out.open();
  int k = n.first;
  for (int j = m.first; j < m.last && !why.any;) {
    auto const x = p.profile_.child(m, j);
    auto const y = n.is_leaf() ? n : l.profile_.child(n, k);
    along_profile(out, l, y, p, x, why, leaf);
    j = x.last;
    k = y.last;
  }
  while (k < n.last && !why.any) {
    auto const y = l.profile_.child(n, k);
    out.append(l, y);
    k = y.last;
  }
  if (!out.empty())
    out.close();
}

constexpr void coalesce_leaf(layout_builder& out, layout const& l, node const& n, trouble& why) {
  flat f;
  if (coalesced(f, l, n, why))
    put(out, f);
}

constexpr void filter_leaf(layout_builder& out, layout const& l, node const& n, trouble& why) {
  flat f;
  for (int k = n.first; k < n.last; ++k)
    if (l.stride_[k] != 0 && !f.join(l.shape_[k], l.stride_[k])) {
      overflow(why, "the size of a coalesced mode");
      return;
    }
  put(out, f);
}

} // namespace detail

/// R(i) = L(i) for 0 <= i < size(L), with as few leaves as neighbouring leaves allow and depth <= 1:
/// leaves of size 1 vanish, s:d followed by s':(s*d) becomes (s*s'):d. coalesce((2,4):(1,2)) = 8:1.
/// Errors: a size beyond 64 bits.
[[nodiscard]] constexpr layout coalesce(layout const& l) {
  detail::layout_builder out;
  detail::trouble why;
  detail::coalesce_leaf(out, l, l.profile_.whole(), why);
  if (!detail::finish(out, why))
    refused(detail::explain("coalesce", l, why));
  return out.made;
}

/// By mode: where `profile` is a tuple its elements apply to the modes (further modes stay as they are);
/// where it is an integer, whatever its value, the mode is coalesced. Errors: more elements than modes.
[[nodiscard]] constexpr outcome<layout> try_coalesce(layout const& l, int_tuple const& profile) {
  detail::layout_builder out;
  detail::trouble why;
  detail::along_profile(out, l, l.profile_.whole(), profile, profile.profile_.whole(), why,
                        detail::coalesce_leaf);
  if (!detail::finish(out, why))
    return {layout(), detail::explain("coalesce", l, profile, why)};
  return {out.made};
}
[[nodiscard]] constexpr layout coalesce(layout const& l, int_tuple const& profile) {
  return try_coalesce(l, profile).value();
}

/// The coalesced layout of the leaves whose stride is not 0: the same image, each value met less often.
[[nodiscard]] constexpr layout filter(layout const& l) {
  detail::layout_builder out;
  detail::trouble why;
  detail::filter_leaf(out, l, l.profile_.whole(), why);
  if (!detail::finish(out, why))
    refused(detail::explain("filter", l, why));
  return out.made;
}

/// By mode, as coalesce by profile. Errors: more elements than modes.
[[nodiscard]] constexpr layout filter(layout const& l, int_tuple const& profile) {
  detail::layout_builder out;
  detail::trouble why;
  detail::along_profile(out, l, l.profile_.whole(), profile, profile.profile_.whole(), why,
                        detail::filter_leaf);
  if (!detail::finish(out, why))
    refused(detail::explain("filter", l, profile, why));
  return out.made;
}

namespace detail {

/// Where `profile` says 0, every leaf below becomes one of size 1.
constexpr bool squeeze(layout& l, node const& n, int_tuple const& p, node const& m, trouble& why) {
  if (m.is_leaf()) {
    if (p.leaf_[m.first] == 0)
      for (int k = n.first; k < n.last; ++k)
        l.shape_[k] = 1;
    return true;
  }
  if (n.is_leaf() || l.profile_.rank(n) != p.profile_.rank(m)) {
    why.start() << "rank mismatch, a tuple of rank " << p.profile_.rank(m) << " meets " << l.sub(n)
                << (n.is_leaf() ? ", which has no modes" : "");
    return false;
  }
  int k = n.first;
  for (int j = m.first; j < m.last;) {
    auto const x = p.profile_.child(m, j);
    auto const y = l.profile_.child(n, k);
    if (!squeeze(l, y, p, x, why))
      return false;
    j = x.last;
    k = y.last;
  }
  return true;
}

} // namespace detail

/// The same nesting and strides with every leaf of stride 0 shrunk to size 1: with c' for c with 0 in those
/// leaves, R(c') = L(c), so the image is the same and the repetitions are gone.
///   filter_zeros((2,(4,8)):(1,(0,2))) = (2,(1,8)):(1,(0,2))
[[nodiscard]] constexpr layout filter_zeros(layout const& l) {
  layout r = l;
  for (int k = 0; k < l.profile_.count; ++k)
    if (l.stride_[k] == 0)
      r.shape_[k] = 1;
  return r;
}

/// The modes that meet a 0 in `profile` shrunk to size 1, whatever their strides; other numbers say nothing.
///   filter_zeros((8,(4,2)):(1,(8,32)), {1, 0}) = (8,(1,1)):(1,(8,32))
/// Errors: `profile` has another nesting than L, above the modes that it stops at.
[[nodiscard]] constexpr outcome<layout> try_filter_zeros(layout const& l, int_tuple const& profile) {
  outcome<layout> r{l};
  detail::trouble why;
  if (!detail::squeeze(r.held, l.profile_.whole(), profile, profile.profile_.whole(), why))
    return {layout(), detail::explain("filter_zeros", l, profile, why)};
  return r;
}
[[nodiscard]] constexpr layout filter_zeros(layout const& l, int_tuple const& profile) {
  layout r = l;
  detail::trouble why;
  if (!detail::squeeze(r, l.profile_.whole(), profile, profile.profile_.whole(), why))
    refused(detail::explain("filter_zeros", l, profile, why));
  return r;
}

} // namespace enigma
