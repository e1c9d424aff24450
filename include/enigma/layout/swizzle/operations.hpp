// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/divide.hpp>
#include <enigma/layout/product.hpp>
#include <enigma/layout/recast.hpp>
#include <enigma/layout/swizzle/algebra.hpp>
#include <enigma/layout/swizzle/composed_layout.hpp>
#include <enigma/layout/tile_to_shape.hpp>

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

/// sw o offset o R with R made by `run` from the inner layout; or the words of its refusal under the
/// arguments that the user gave, as an outcome if that is the answer wanted.
template <class Answer, class Run, class... Args>
constexpr Answer on_inner(char const* name, composed_layout const& c, Run const& run, Args const&... args) {
  layout_builder out;
  trouble why;
  if (run(out, c.inner, why) && finish(out, why))
    return Answer{composed_layout(c.sw, c.offset, out.made)};
  sentence s(name);
  s << "(" << c;
  ((s << ", " << args), ...);
  s << ") refused: ";
  if (!c.sw.is_identity() || c.offset != 0)
    s << "for the inner layout, ";
  s << why.words;
  if constexpr (std::same_as<Answer, composed_layout>)
    refused(s.lines());
  else
    return {composed_layout(), s.lines()};
}

template <class Answer>
constexpr Answer composed_with(composed_layout const& c, layout const& b) {
  return on_inner<Answer>(
      "composition", c,
      [&](layout_builder& out, layout const& a, trouble& why) { return compose(out, a, b, why); }, b);
}
template <class Answer>
constexpr Answer composed_with(composed_layout const& c, tiler const& t) {
  return on_inner<Answer>(
      "composition", c,
      [&](layout_builder& out, layout const& a, trouble& why) { return compose_by_mode(out, a, t, why); }, t);
}
template <class Answer>
constexpr Answer reshaped(composed_layout const& c, int_tuple const& shape) {
  return on_inner<Answer>(
      "with_shape", c,
      [&](layout_builder& out, layout const& a, trouble& why) { return compose(out, a, layout(shape), why); },
      shape);
}
template <class Answer>
constexpr Answer divided(char const* name, composed_layout const& c, tiler const& t, arrangement how) {
  return on_inner<Answer>(
      name, c,
      [&](layout_builder& out, layout const& a, trouble& why) { return divide(out, a, t, how, why); }, t);
}
template <class Answer>
constexpr Answer multiplied(char const* name, composed_layout const& c, tiler const& t, arrangement how) {
  return on_inner<Answer>(
      name, c,
      [&](layout_builder& out, layout const& a, trouble& why) { return product(out, a, t, how, why); }, t);
}
template <class Answer>
constexpr Answer paired(char const* name, composed_layout const& c, layout const& t, bool raked) {
  return on_inner<Answer>(
      name, c,
      [&](layout_builder& out, layout const& a, trouble& why) {
        return paired_product(out, a, t, raked, why);
      },
      t);
}
template <class Answer>
constexpr Answer tiled_to(composed_layout const& c, int_tuple const& shape) {
  return on_inner<Answer>(
      "tile_to_shape", c,
      [&](layout_builder& out, layout const& a, trouble& why) {
        return tile_to_shape_in(out, a, shape, shape, false, why);
      },
      shape);
}
template <class Answer>
constexpr Answer tiled_to(composed_layout const& c, int_tuple const& shape, int_tuple const& order) {
  return on_inner<Answer>(
      "tile_to_shape", c,
      [&](layout_builder& out, layout const& a, trouble& why) {
        return tile_to_shape_in(out, a, shape, order, true, why);
      },
      shape, order);
}

} // namespace detail

/// (1) R(c) = C(B(c)) for every coordinate c of B, compatible(shape(B), shape(R)).
/// Errors: as composition of the inner layout with B.
template <std::same_as<layout> L>
[[nodiscard]] constexpr outcome<composed_layout> try_composition(composed_layout const& c, L const& b) {
  return detail::composed_with<outcome<composed_layout>>(c, b);
}
template <std::same_as<layout> L>
[[nodiscard]] constexpr composed_layout composition(composed_layout const& c, L const& b) {
  return detail::composed_with<composed_layout>(c, b);
}

/// (2) By mode: R(c0, c1, ...) = C(T0(c0), T1(c1), ...); modes of C beyond the tiler are dropped (kept at 0).
[[nodiscard]] constexpr outcome<composed_layout> try_composition(composed_layout const& c, tiler const& t) {
  return detail::composed_with<outcome<composed_layout>>(c, t);
}
[[nodiscard]] constexpr composed_layout composition(composed_layout const& c, tiler const& t) {
  return detail::composed_with<composed_layout>(c, t);
}

/// C seen with another shape: R(i) = C(i) for 0 <= i < size(shape), compatible(shape, shape(R)).
[[nodiscard]] constexpr outcome<composed_layout> try_with_shape(composed_layout const& c,
                                                                int_tuple const& shape) {
  return detail::reshaped<outcome<composed_layout>>(c, shape);
}
[[nodiscard]] constexpr composed_layout with_shape(composed_layout const& c, int_tuple const& shape) {
  return detail::reshaped<composed_layout>(c, shape);
}

/// ((TileM,RestM), (TileN,RestN), L, ...): in each mode R(t, r) = C(T(t) + complement(r)).
///   logical_divide(Sw<1,0,2> o 0 o 16:1, 4) = Sw<1,0,2> o 0 o (4,4):(1,4)
[[nodiscard]] constexpr outcome<composed_layout> try_logical_divide(composed_layout const& c,
                                                                    tiler const& t) {
  return detail::divided<outcome<composed_layout>>("logical_divide", c, t, detail::arrangement::logical);
}
[[nodiscard]] constexpr composed_layout logical_divide(composed_layout const& c, tiler const& t) {
  return detail::divided<composed_layout>("logical_divide", c, t, detail::arrangement::logical);
}

/// ((TileM,TileN), (RestM,RestN,L,...)): a tile of a swizzled layout is its swizzled slice (_, rest).
[[nodiscard]] constexpr outcome<composed_layout> try_zipped_divide(composed_layout const& c, tiler const& t) {
  return detail::divided<outcome<composed_layout>>("zipped_divide", c, t, detail::arrangement::zipped);
}
[[nodiscard]] constexpr composed_layout zipped_divide(composed_layout const& c, tiler const& t) {
  return detail::divided<composed_layout>("zipped_divide", c, t, detail::arrangement::zipped);
}

/// ((TileM,TileN), RestM, RestN, L, ...).
[[nodiscard]] constexpr outcome<composed_layout> try_tiled_divide(composed_layout const& c, tiler const& t) {
  return detail::divided<outcome<composed_layout>>("tiled_divide", c, t, detail::arrangement::tiled);
}
[[nodiscard]] constexpr composed_layout tiled_divide(composed_layout const& c, tiler const& t) {
  return detail::divided<composed_layout>("tiled_divide", c, t, detail::arrangement::tiled);
}

/// (TileM, TileN, RestM, RestN, L, ...).
[[nodiscard]] constexpr outcome<composed_layout> try_flat_divide(composed_layout const& c, tiler const& t) {
  return detail::divided<outcome<composed_layout>>("flat_divide", c, t, detail::arrangement::flat);
}
[[nodiscard]] constexpr composed_layout flat_divide(composed_layout const& c, tiler const& t) {
  return detail::divided<composed_layout>("flat_divide", c, t, detail::arrangement::flat);
}

/// R(a, t) = sw(offset + inner(a) + repetition(t)): the swizzle sees the index of the whole, so the
/// repetitions of a block are swizzled each by where it lies.
[[nodiscard]] constexpr outcome<composed_layout> try_logical_product(composed_layout const& c,
                                                                     tiler const& t) {
  return detail::multiplied<outcome<composed_layout>>("logical_product", c, t, detail::arrangement::logical);
}
[[nodiscard]] constexpr composed_layout logical_product(composed_layout const& c, tiler const& t) {
  return detail::multiplied<composed_layout>("logical_product", c, t, detail::arrangement::logical);
}

/// ((A_0,A_1), (T'_0,T'_1)): the arrangements of divides.
[[nodiscard]] constexpr outcome<composed_layout> try_zipped_product(composed_layout const& c,
                                                                    tiler const& t) {
  return detail::multiplied<outcome<composed_layout>>("zipped_product", c, t, detail::arrangement::zipped);
}
[[nodiscard]] constexpr composed_layout zipped_product(composed_layout const& c, tiler const& t) {
  return detail::multiplied<composed_layout>("zipped_product", c, t, detail::arrangement::zipped);
}

/// ((A_0,A_1), T'_0, T'_1).
[[nodiscard]] constexpr outcome<composed_layout> try_tiled_product(composed_layout const& c, tiler const& t) {
  return detail::multiplied<outcome<composed_layout>>("tiled_product", c, t, detail::arrangement::tiled);
}
[[nodiscard]] constexpr composed_layout tiled_product(composed_layout const& c, tiler const& t) {
  return detail::multiplied<composed_layout>("tiled_product", c, t, detail::arrangement::tiled);
}

/// (A_0, A_1, T'_0, T'_1).
[[nodiscard]] constexpr outcome<composed_layout> try_flat_product(composed_layout const& c, tiler const& t) {
  return detail::multiplied<outcome<composed_layout>>("flat_product", c, t, detail::arrangement::flat);
}
[[nodiscard]] constexpr composed_layout flat_product(composed_layout const& c, tiler const& t) {
  return detail::multiplied<composed_layout>("flat_product", c, t, detail::arrangement::flat);
}

/// ((A_0,T'_0), (A_1,T'_1), ...): the block lies together.
[[nodiscard]] constexpr outcome<composed_layout> try_blocked_product(composed_layout const& c,
                                                                     layout const& t) {
  return detail::paired<outcome<composed_layout>>("blocked_product", c, t, false);
}
[[nodiscard]] constexpr composed_layout blocked_product(composed_layout const& c, layout const& t) {
  return detail::paired<composed_layout>("blocked_product", c, t, false);
}

/// ((T'_0,A_0), (T'_1,A_1), ...): the block is spread out.
[[nodiscard]] constexpr outcome<composed_layout> try_raked_product(composed_layout const& c,
                                                                   layout const& t) {
  return detail::paired<outcome<composed_layout>>("raked_product", c, t, true);
}
[[nodiscard]] constexpr composed_layout raked_product(composed_layout const& c, layout const& t) {
  return detail::paired<composed_layout>("raked_product", c, t, true);
}

/// The block repeated until it fills a shape; the swizzle sees the index of the whole, as for products: so a
/// swizzled atom becomes a swizzled tile of threadgroup memory.
[[nodiscard]] constexpr outcome<composed_layout> try_tile_to_shape(composed_layout const& c,
                                                                   int_tuple const& shape) {
  return detail::tiled_to<outcome<composed_layout>>(c, shape);
}
[[nodiscard]] constexpr composed_layout tile_to_shape(composed_layout const& c, int_tuple const& shape) {
  return detail::tiled_to<composed_layout>(c, shape);
}

/// The same with the repetitions in the order of `order`.
[[nodiscard]] constexpr outcome<composed_layout>
try_tile_to_shape(composed_layout const& c, int_tuple const& shape, int_tuple const& order) {
  return detail::tiled_to<outcome<composed_layout>>(c, shape, order);
}
[[nodiscard]] constexpr composed_layout tile_to_shape(composed_layout const& c, int_tuple const& shape,
                                                      int_tuple const& order) {
  return detail::tiled_to<composed_layout>(c, shape, order);
}

namespace detail {

constexpr bool upcast_composed(composed_layout& r, composed_layout const& c, std::int64_t n, trouble& why) {
  auto const k = c.sw.is_identity() ? 0 : power_of_two(n, why);
  if (why.any)
    return false;
  if (n < 1 || c.offset % n != 0) {
    why.start() << "the offset " << c.offset << " is not a whole number of elements " << n
                << " times as wide";
    return false;
  }
  if (k > c.sw.base) {
    why.start() << c.sw << " keeps " << (std::int64_t{1} << c.sw.base) << " elements together, and " << n
                << " make one wide element (" << (std::int64_t{1} << c.sw.base) << " would do)";
    return false;
  }
  r = {c.sw, c.offset / n, c.inner};
  return c.sw.is_identity() || upcast_swizzle(r.sw, k, c.sw);
}
constexpr bool downcast_composed(composed_layout& r, composed_layout const& c, std::int64_t n, trouble& why) {
  auto const k = c.sw.is_identity() ? 0 : power_of_two(n, why);
  if (why.any)
    return false;
  r = c;
  if (__builtin_mul_overflow(c.offset, n, &r.offset))
    return overflow(why, "the offset");
  return c.sw.is_identity() || downcast_swizzle(r.sw, k, c.sw, why);
}

} // namespace detail

/// The composed layout of elements n times as wide, C(c) = n * R(c') + inner(c) mod n with c' as in upcast of
/// the inner layout: sw' o offset/n o upcast(inner, n).
///   upcast(Sw<3,4,3> o 0 o (8,64):(64,1), 4) = Sw<3,2,3> o 0 o (8,16):(16,1)
/// Errors: n is not a power of two; the swizzle does not keep n elements together; the offset is not a
/// multiple of n; as upcast of the inner layout.
[[nodiscard]] constexpr outcome<composed_layout> try_upcast(composed_layout const& c, std::int64_t n) {
  composed_layout r;
  detail::trouble why;
  if (!detail::upcast_composed(r, c, n, why))
    return {composed_layout(), detail::explain("upcast", c, n, why)};
  auto const inner = detail::around("upcast", c, try_upcast(c.inner, n), n);
  if (!inner)
    return inner;
  r.inner = inner.held.inner;
  return {r};
}
[[nodiscard]] constexpr composed_layout upcast(composed_layout const& c, std::int64_t n) {
  return try_upcast(c, n).value();
}

/// The composed layout of elements that are n to one of C: R(c') = n * C(c) + j with c' and j as in downcast
/// of the inner layout. Errors: n is not a power of two, overflow, as downcast of the inner layout.
[[nodiscard]] constexpr outcome<composed_layout> try_downcast(composed_layout const& c, std::int64_t n) {
  composed_layout r;
  detail::trouble why;
  auto const inner = detail::around("downcast", c, try_downcast(c.inner, n), n);
  if (!inner)
    return inner;
  if (!detail::downcast_composed(r, c, n, why))
    return {composed_layout(), detail::explain("downcast", c, n, why)};
  r.inner = inner.held.inner;
  return {r};
}
[[nodiscard]] constexpr composed_layout downcast(composed_layout const& c, std::int64_t n) {
  return try_downcast(c, n).value();
}

/// The same memory for elements of `new_bits` instead of `old_bits`: upcast or downcast by the ratio.
/// Errors: one width does not divide the other, as upcast and downcast.
[[nodiscard]] constexpr outcome<composed_layout>
try_recast_layout(composed_layout const& c, std::int64_t old_bits, std::int64_t new_bits) {
  if (c.sw.is_identity() && c.offset == 0)
    return detail::around("recast_layout", c, try_recast_layout(c.inner, old_bits, new_bits), old_bits,
                          new_bits);
  detail::trouble why;
  auto const wide = old_bits > new_bits ? old_bits : new_bits;
  auto const narrow = old_bits > new_bits ? new_bits : old_bits;
  if (narrow < 1)
    why.start() << "an element has at least 1 bit";
  else if (wide % narrow != 0)
    why.start() << "elements of " << old_bits << " bits do not become whole elements of " << new_bits
                << " bits";
  if (why.any)
    return {composed_layout(), detail::explain("recast_layout", c, old_bits, new_bits, why)};
  return old_bits <= new_bits ? try_upcast(c, wide / narrow) : try_downcast(c, wide / narrow);
}
[[nodiscard]] constexpr composed_layout recast_layout(composed_layout const& c, std::int64_t old_bits,
                                                      std::int64_t new_bits) {
  return try_recast_layout(c, old_bits, new_bits).value();
}

} // namespace enigma
