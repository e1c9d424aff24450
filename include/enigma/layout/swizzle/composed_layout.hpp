// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/coalesce.hpp>
#include <enigma/layout/evaluate.hpp>
#include <enigma/layout/swizzle/swizzle.hpp>

namespace enigma {

/// A swizzle after an offset after a layout, Sw<3,4,3> o 0 o (8,64):(64,1):
///
///   C(c) = sw(offset + inner(c))   for every coordinate c of the inner layout, of any form.
///
/// The offset belongs to the function, since the swizzle must see it. A swizzle of 0 bits is an ordinary
/// value here: a layout needs no other type for it, and without an offset it is written as the inner
/// layout alone, as CuTe has it. A structural type. The default value is 1:0.
class composed_layout {
public:
  swizzle sw = {};
  std::int64_t offset = 0;
  layout inner = {};

  constexpr composed_layout() = default;
  constexpr composed_layout(swizzle const& s, std::int64_t o, layout const& l) : sw(s), offset(o), inner(l) {}

  [[nodiscard]] constexpr int_tuple shape() const { return inner.shape(); }

  /// (1) C(i): the value at linear coordinate i, by the extension rule past the size. Errors: as the inner
  /// layout; an index beyond 64 bits.
  template <integer Index>
  [[nodiscard]] constexpr std::int64_t operator()(Index i) const {
    return at(inner(i));
  }
  /// (2) C(i, j, ...): one linear coordinate for each mode.
  template <integer Index, integer J, integer... Is>
  [[nodiscard]] constexpr std::int64_t operator()(Index i, J j, Is... is) const {
    return at(inner(i, j, is...));
  }
  /// (3) C({i, {j, k}}): a hierarchical coordinate.
  [[nodiscard]] constexpr std::int64_t operator()(int_tuple const& coordinate) const {
    return at(inner(coordinate));
  }
  /// (4) C({i, j}, k): a coordinate for each mode.
  [[nodiscard]] constexpr std::int64_t operator()(int_tuple const& a, int_tuple const& b) const {
    return at(inner(a, b));
  }
  [[nodiscard]] constexpr std::int64_t operator()(int_tuple const& a, int_tuple const& b,
                                                  int_tuple const& c) const {
    return at(inner(a, b, c));
  }
  [[nodiscard]] constexpr std::int64_t operator()(int_tuple const& a, int_tuple const& b, int_tuple const& c,
                                                  int_tuple const& d) const {
    return at(inner(a, b, c, d));
  }
  /// (5) C(_, 3): the composed layout that is left, see `slice`.
  template <detail::coordinate_like... Cs>
    requires(detail::hole_like<Cs> || ...)
  [[nodiscard]] constexpr composed_layout operator()(Cs const&... cs) const;

  /// The same swizzle, offset and inner layout. Different ones may be the same function: see `try_plain`.
  [[nodiscard]] friend constexpr bool operator==(composed_layout const& a, composed_layout const& b) {
    return a.sw == b.sw && a.offset == b.offset && a.inner == b.inner;
  }

  // Implementation.
  [[nodiscard]] constexpr std::int64_t at(std::int64_t index) const {
    if (__builtin_add_overflow(index, offset, &index))
      refuse_overflow();
    return sw(index);
  }
  [[noreturn]] constexpr void refuse_overflow() const;
};

namespace detail {

/// As CuTe prints it: Sw<3,4,3> o 0 o (8,64):(64,1); the inner layout alone if it is the whole function.
template <class Sink>
constexpr void write(Sink& out, composed_layout const& c) {
  if (!c.sw.is_identity() || c.offset != 0) {
    write(out, c.sw);
    for (char const letter : {' ', 'o', ' '})
      out.put(letter);
    out.put(c.offset);
    for (char const letter : {' ', 'o', ' '})
      out.put(letter);
  }
  write(out, c.inner);
}

} // namespace detail

constexpr void composed_layout::refuse_overflow() const {
  refused((detail::sentence("a coordinate of ") << *this << " refused: overflow, the index exceeds 64 bits")
              .lines());
}

/// R(c) = sw(offset + inner(c)).
[[nodiscard]] constexpr composed_layout make_composed_layout(swizzle const& sw, std::int64_t offset,
                                                             layout const& inner) {
  return {sw, offset, inner};
}

/// (1) R(c) = sw(B(c)) for every coordinate c of B: never refused. With 0 bits that is B itself, and is
/// written so.
[[nodiscard]] constexpr composed_layout composition(swizzle const& sw, layout const& b) {
  return {sw, 0, b};
}

/// What of a composed layout is a matter of its domain alone is that of the inner layout.
[[nodiscard]] constexpr int rank(composed_layout const& c) {
  return rank(c.inner);
}
[[nodiscard]] constexpr int depth(composed_layout const& c) {
  return depth(c.inner);
}
[[nodiscard]] constexpr std::int64_t size(composed_layout const& c) {
  return size(c.inner);
}
template <int N, int... Is>
[[nodiscard]] constexpr std::int64_t size(composed_layout const& c) {
  return size<N, Is...>(c.inner);
}
[[nodiscard]] constexpr bool congruent(composed_layout const& a, composed_layout const& b) {
  return congruent(a.inner, b.inner);
}

/// The cosize of the inner layout, as CuTe has it: the swizzle and the offset are left out. How far the
/// values really reach is `value_bound`.
[[nodiscard]] constexpr std::int64_t cosize(composed_layout const& c) {
  return cosize(c.inner);
}

/// C(c) for a hierarchical coordinate.
[[nodiscard]] constexpr std::int64_t crd2idx(int_tuple const& coordinate, composed_layout const& c) {
  return c(coordinate);
}

/// Mode i: R(x) = C(0, ..., x, ..., 0) with x in place i. Errors: no such mode.
[[nodiscard]] constexpr composed_layout mode(composed_layout const& c, int i) {
  return {c.sw, c.offset, mode(c.inner, i)};
}
template <int N>
[[nodiscard]] constexpr composed_layout get(composed_layout const& c) {
  return mode(c, N);
}

/// The same function of linear coordinates without nesting.
[[nodiscard]] constexpr composed_layout flatten(composed_layout const& c) {
  return {c.sw, c.offset, flatten(c.inner)};
}
/// The same function of linear coordinates with the inner layout coalesced: R(i) = C(i) for
/// 0 <= i < size(C). Errors: as of the inner layout.
[[nodiscard]] constexpr composed_layout coalesce(composed_layout const& c) {
  return {c.sw, c.offset, coalesce(c.inner)};
}
[[nodiscard]] constexpr composed_layout coalesce(composed_layout const& c, int_tuple const& profile) {
  return {c.sw, c.offset, coalesce(c.inner, profile)};
}

/// Fixes the integers of `coordinate` and keeps the modes under `_`; the fixed part moves into the offset,
/// where the swizzle sees it: R(x) = C(coordinate with x in the holes). Errors: rank mismatch, overflow.
[[nodiscard]] constexpr composed_layout slice(hole_coord const& coordinate, composed_layout const& c) {
  auto const kept = slice(coordinate, c.inner);
  composed_layout r{c.sw, c.offset, kept.layout};
  if (__builtin_add_overflow(r.offset, kept.offset, &r.offset))
    c.refuse_overflow();
  return r;
}

template <detail::coordinate_like... Cs>
  requires(detail::hole_like<Cs> || ...)
constexpr composed_layout composed_layout::operator()(Cs const&... cs) const {
  if constexpr (sizeof...(Cs) == 1)
    return slice(hole_coord(cs...), *this);
  else
    return slice(hole_coord{hole_coord(cs)...}, *this);
}

/// C(c) for a coordinate of any integer-like type, a traced value too: `Int` as for `linear_index` of a
/// layout and `swizzled_index`.
template <class Int>
[[nodiscard]] constexpr Int linear_index(Int const& c, composed_layout const& l) {
  Int const index = linear_index(c, l.inner);
  return swizzled_index(l.offset == 0 ? index : Int(index + l.offset), l.sw);
}
template <class Int, class... Ints>
  requires(sizeof...(Ints) > 0 && (std::same_as<Int, Ints> && ...))
[[nodiscard]] constexpr Int natural_index(composed_layout const& l, Int const& first, Ints const&... rest) {
  Int const index = natural_index(l.inner, first, rest...);
  return swizzled_index(l.offset == 0 ? index : Int(index + l.offset), l.sw);
}

} // namespace enigma
