// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/composed_layout.hpp>
#include <enigma/layout/divide.hpp>
#include <enigma/layout/product.hpp>

/// Operations that rearrange the domain of a composed layout. They act on the inner layout and leave the
/// swizzle and the offset where they are, so every law is that of the same operation on layouts with sw and
/// offset around it: where R = op(inner, ...), the answer is sw o offset o R. They are as exact as the
/// operation on layouts, and refused where it is.
namespace enigma {

namespace detail {

/// sw o offset o R, or the words of the inner refusal under the arguments that the user gave.
template <class... Args>
constexpr outcome<composed_layout> around(char const* name, composed_layout const& c,
                                          outcome<layout> const& inner, Args const&... args) {
  if (inner)
    return {{c.sw, c.offset, inner.held}};
  sentence s(name);
  s << "(" << c;
  ((s << ", " << args), ...);
  char words[refusal::max_size + 1] = {};
  int const n = inner.why.copy_to(words);
  int at = 0; // the words after "refused: "
  constexpr char const* mark = "refused: ";
  for (int i = 0, k = 0; i < n; ++i) {
    k = words[i] == mark[k] ? k + 1 : words[i] == mark[0] ? 1 : 0;
    if (mark[k] == '\0') {
      at = i + 1;
      break;
    }
  }
  s << ") refused: ";
  if (!c.sw.is_identity() || c.offset != 0)
    s << "for the inner layout, ";
  s << static_cast<char const*>(words + at);
  return {composed_layout(), s.lines()};
}

} // namespace detail

/// (1) R(c) = C(B(c)) for every coordinate c of B, compatible(shape(B), shape(R)).
/// Errors: as composition of the inner layout with B.
template <std::same_as<layout> L>
[[nodiscard]] constexpr outcome<composed_layout> try_composition(composed_layout const& c, L const& b) {
  return detail::around("composition", c, try_composition(c.inner, b), b);
}
template <std::same_as<layout> L>
[[nodiscard]] constexpr composed_layout composition(composed_layout const& c, L const& b) {
  return try_composition(c, b).value();
}

/// (2) By mode: R(c0, c1, ...) = C(T0(c0), T1(c1), ...); modes of C beyond the tiler are dropped (kept at 0).
[[nodiscard]] constexpr outcome<composed_layout> try_composition(composed_layout const& c, tiler const& t) {
  return detail::around("composition", c, try_composition(c.inner, t), t);
}
[[nodiscard]] constexpr composed_layout composition(composed_layout const& c, tiler const& t) {
  return try_composition(c, t).value();
}

/// C seen with another shape: R(i) = C(i) for 0 <= i < size(shape), compatible(shape, shape(R)).
[[nodiscard]] constexpr outcome<composed_layout> try_with_shape(composed_layout const& c,
                                                                int_tuple const& shape) {
  return detail::around("with_shape", c, try_with_shape(c.inner, shape), shape);
}
[[nodiscard]] constexpr composed_layout with_shape(composed_layout const& c, int_tuple const& shape) {
  return try_with_shape(c, shape).value();
}

/// ((TileM,RestM), (TileN,RestN), L, ...): in each mode R(t, r) = C(T(t) + complement(r)).
///   logical_divide(Sw<1,0,2> o 0 o 16:1, 4) = Sw<1,0,2> o 0 o (4,4):(1,4)
[[nodiscard]] constexpr outcome<composed_layout> try_logical_divide(composed_layout const& c,
                                                                    tiler const& t) {
  return detail::around("logical_divide", c, try_logical_divide(c.inner, t), t);
}
[[nodiscard]] constexpr composed_layout logical_divide(composed_layout const& c, tiler const& t) {
  return try_logical_divide(c, t).value();
}

/// ((TileM,TileN), (RestM,RestN,L,...)): a tile of a swizzled layout is its swizzled slice (_, rest).
[[nodiscard]] constexpr outcome<composed_layout> try_zipped_divide(composed_layout const& c, tiler const& t) {
  return detail::around("zipped_divide", c, try_zipped_divide(c.inner, t), t);
}
[[nodiscard]] constexpr composed_layout zipped_divide(composed_layout const& c, tiler const& t) {
  return try_zipped_divide(c, t).value();
}

/// ((TileM,TileN), RestM, RestN, L, ...).
[[nodiscard]] constexpr outcome<composed_layout> try_tiled_divide(composed_layout const& c, tiler const& t) {
  return detail::around("tiled_divide", c, try_tiled_divide(c.inner, t), t);
}
[[nodiscard]] constexpr composed_layout tiled_divide(composed_layout const& c, tiler const& t) {
  return try_tiled_divide(c, t).value();
}

/// (TileM, TileN, RestM, RestN, L, ...).
[[nodiscard]] constexpr outcome<composed_layout> try_flat_divide(composed_layout const& c, tiler const& t) {
  return detail::around("flat_divide", c, try_flat_divide(c.inner, t), t);
}
[[nodiscard]] constexpr composed_layout flat_divide(composed_layout const& c, tiler const& t) {
  return try_flat_divide(c, t).value();
}

/// R(a, t) = sw(offset + inner(a) + repetition(t)): the swizzle sees the index of the whole, so the
/// repetitions of a block are swizzled each by where it lies.
[[nodiscard]] constexpr outcome<composed_layout> try_logical_product(composed_layout const& c,
                                                                     tiler const& t) {
  return detail::around("logical_product", c, try_logical_product(c.inner, t), t);
}
[[nodiscard]] constexpr composed_layout logical_product(composed_layout const& c, tiler const& t) {
  return try_logical_product(c, t).value();
}

/// ((A_0,T'_0), (A_1,T'_1), ...): the block lies together.
[[nodiscard]] constexpr outcome<composed_layout> try_blocked_product(composed_layout const& c,
                                                                     layout const& t) {
  return detail::around("blocked_product", c, try_blocked_product(c.inner, t), t);
}
[[nodiscard]] constexpr composed_layout blocked_product(composed_layout const& c, layout const& t) {
  return try_blocked_product(c, t).value();
}

/// ((T'_0,A_0), (T'_1,A_1), ...): the block is spread out.
[[nodiscard]] constexpr outcome<composed_layout> try_raked_product(composed_layout const& c,
                                                                   layout const& t) {
  return detail::around("raked_product", c, try_raked_product(c.inner, t), t);
}
[[nodiscard]] constexpr composed_layout raked_product(composed_layout const& c, layout const& t) {
  return try_raked_product(c, t).value();
}

} // namespace enigma
