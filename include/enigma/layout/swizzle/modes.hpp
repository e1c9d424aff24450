// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/modes.hpp>
#include <enigma/layout/swizzle/operations.hpp>

/// Surgery on the modes of a composed layout: on those of its inner layout, under the same swizzle and
/// offset. Modes that are dropped count as 0.
namespace enigma {

/// The modes [b, e).
[[nodiscard]] constexpr outcome<composed_layout> try_take(composed_layout const& c, int b, int e) {
  return detail::around("take", c, try_take(c.inner, b, e), b, e);
}
[[nodiscard]] constexpr composed_layout take(composed_layout const& c, int b, int e) {
  return try_take(c, b, e).value();
}

template <int B, int E>
[[nodiscard]] constexpr composed_layout take(composed_layout const& c) {
  return take(c, B, E);
}

/// The modes of the given numbers, in this order.
[[nodiscard]] constexpr outcome<composed_layout> try_select(composed_layout const& c,
                                                            int_tuple const& which) {
  return detail::around("select", c, try_select(c.inner, which), which);
}
[[nodiscard]] constexpr composed_layout select(composed_layout const& c, int_tuple const& which) {
  return try_select(c, which).value();
}

template <int... Is>
  requires(sizeof...(Is) > 0)
[[nodiscard]] constexpr composed_layout select(composed_layout const& c) {
  return select(c, int_tuple{Is...});
}

/// One more mode behind: R(c, y) = sw(offset + inner(c) + X(y)).
[[nodiscard]] constexpr outcome<composed_layout> try_append(composed_layout const& c, layout const& x) {
  return detail::around("append", c, try_append(c.inner, x), x);
}
[[nodiscard]] constexpr composed_layout append(composed_layout const& c, layout const& x) {
  return try_append(c, x).value();
}

/// One more mode in front.
[[nodiscard]] constexpr outcome<composed_layout> try_prepend(composed_layout const& c, layout const& x) {
  return detail::around("prepend", c, try_prepend(c.inner, x), x);
}
[[nodiscard]] constexpr composed_layout prepend(composed_layout const& c, layout const& x) {
  return try_prepend(c, x).value();
}

/// Mode i replaced by X.
[[nodiscard]] constexpr outcome<composed_layout> try_replace(composed_layout const& c, int i,
                                                             layout const& x) {
  return detail::around("replace", c, try_replace(c.inner, i, x), i, x);
}
[[nodiscard]] constexpr composed_layout replace(composed_layout const& c, int i, layout const& x) {
  return try_replace(c, i, x).value();
}

/// All modes but mode i.
[[nodiscard]] constexpr outcome<composed_layout> try_remove(composed_layout const& c, int i) {
  return detail::around("remove", c, try_remove(c.inner, i), i);
}
[[nodiscard]] constexpr composed_layout remove(composed_layout const& c, int i) {
  return try_remove(c, i).value();
}

/// The modes [b, e) as one nested mode: the same function of linear coordinates.
[[nodiscard]] constexpr outcome<composed_layout> try_group(composed_layout const& c, int b, int e) {
  return detail::around("group", c, try_group(c.inner, b, e), b, e);
}
[[nodiscard]] constexpr composed_layout group(composed_layout const& c, int b, int e) {
  return try_group(c, b, e).value();
}

template <int B, int E>
[[nodiscard]] constexpr composed_layout group(composed_layout const& c) {
  return group(c, B, E);
}

/// A flat composed layout regrouped with the nesting of `profile`.
[[nodiscard]] constexpr outcome<composed_layout> try_unflatten(composed_layout const& c,
                                                               int_tuple const& profile) {
  return detail::around("unflatten", c, try_unflatten(c.inner, profile), profile);
}
[[nodiscard]] constexpr composed_layout unflatten(composed_layout const& c, int_tuple const& profile) {
  return try_unflatten(c, profile).value();
}

/// The mode at a path: get(c, {1, 0}) is mode 0 of mode 1.
[[nodiscard]] constexpr outcome<composed_layout> try_get(composed_layout const& c, int_tuple const& path) {
  return detail::around("get", c, try_get(c.inner, path), path);
}
[[nodiscard]] constexpr composed_layout get(composed_layout const& c, int_tuple const& path) {
  return try_get(c, path).value();
}

} // namespace enigma
