// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/layout.hpp>

namespace enigma {

/// What a slice leaves: the layout of the holes and the index of the fixed part.
struct sliced {
  enigma::layout layout = {};
  std::int64_t offset = 0;

  friend constexpr bool operator==(sliced const&, sliced const&) = default;
};

namespace detail {

/// Appends what meets a hole of c, or what meets an integer; what it leaves out adds to the index, if that
/// is wanted. False where the ranks differ.
constexpr bool keep(layout_builder& out, hole_coord const& c, node const& m, layout const& l, node const& n,
                    bool holes, std::int64_t* index) {
  if (m.is_leaf()) {
    if (c.is_hole(m.first) == holes)
      out.append(l, n);
    else if (index != nullptr &&
             __builtin_add_overflow(*index, linear_index_of(l, n, c.value_.leaf_[m.first]), index))
      refused((sentence("slice(") << c << ", " << l << ") refused: overflow, the offset exceeds 64 bits")
                  .lines());
    return true;
  }
  if (n.is_leaf())
    return false;
  int j = m.first;
  int k = n.first;
  while (j < m.last && k < n.last) {
    auto const x = c.value_.profile_.child(m, j);
    auto const y = l.profile_.child(n, k);
    if (!keep(out, c, x, l, y, holes, index))
      return false;
    j = x.last;
    k = y.last;
  }
  return j == m.last && k == n.last;
}

/// The kept modes as one tuple; everything as it is for a coordinate of one element. False if nothing is
/// kept, and then r is 1:0.
constexpr bool keep_modes(layout& r, hole_coord const& c, layout const& l, bool holes,
                          std::int64_t* index = nullptr) {
  if (c.value_.is_leaf()) {
    bool const all = c.is_hole(0) == holes;
    r = all ? l : layout();
    if (!all && index != nullptr)
      *index = linear_index_of(l, l.profile_.whole(), c.value_.leaf_[0]);
    return all;
  }
  layout_builder out;
  out.open();
  if (!keep(out, c, c.value_.profile_.whole(), l, l.profile_.whole(), holes, index))
    coordinate_must_fit(c, l);
  r = layout();
  if (out.empty())
    return false;
  out.close();
  r = out.take();
  return true;
}

/// The same for a tuple, which is taken for a shape; its integers may have any value.
constexpr int_tuple keep_elements(char const* name, hole_coord const& c, int_tuple const& t, bool holes) {
  layout l;
  l.profile_ = t.profile_;
  for (int k = 0; k < t.profile_.count; ++k)
    l.shape_[k] = t.leaf_[k];
  layout r;
  if (!keep_modes(r, c, l, holes))
    refused((sentence(name) << "(" << c << ", " << t
                            << ") refused: nothing would be left, and there are no empty tuples")
                .lines());
  return r.shape();
}

} // namespace detail

/// Fixes the integers of `coordinate` and keeps the modes under `_`, collected into one flat tuple of
/// modes: with x for the coordinate of the holes, R.offset + R.layout(x) = L(coordinate with x).
///   slice((_,1), (4,8):(1,4)) = (4):(1) and offset 4
/// `_` alone keeps L as it is; without any hole the layout is 1:0. Errors: rank mismatch, a negative
/// coordinate, overflow.
[[nodiscard]] constexpr sliced slice(hole_coord const& coordinate, layout const& l) {
  sliced r;
  detail::keep_modes(r.layout, coordinate, l, true, &r.offset);
  return r;
}
/// CuTe's name for the same.
[[nodiscard]] constexpr sliced slice_and_offset(hole_coord const& coordinate, layout const& l) {
  return slice(coordinate, l);
}
/// The elements of a tuple that meet a hole. Errors: rank mismatch, no hole.
[[nodiscard]] constexpr int_tuple slice(hole_coord const& coordinate, int_tuple const& t) {
  return detail::keep_elements("slice", coordinate, t, true);
}

/// The complement of a slice: the modes that meet an integer of `coordinate`, collected into one flat tuple.
/// With the integers of the coordinate for c and x for the holes, L(coordinate with x) =
/// slice(coordinate, L).layout(x) + dice(coordinate, L)(c).
///   dice((_,1), (4,8):(1,4)) = (8):(4)
/// An integer alone keeps L as it is; without any integer the layout is 1:0. Errors: rank mismatch.
[[nodiscard]] constexpr layout dice(hole_coord const& coordinate, layout const& l) {
  layout r;
  detail::keep_modes(r, coordinate, l, false);
  return r;
}
/// The elements of a tuple that meet an integer. Errors: rank mismatch, no integer.
[[nodiscard]] constexpr int_tuple dice(hole_coord const& coordinate, int_tuple const& t) {
  return detail::keep_elements("dice", coordinate, t, false);
}

/// L seen from another origin: the same layout and L(coordinate) as its offset, so that with congruent
/// coordinates R.offset + R.layout(x) = L(coordinate + x), where + adds integer by integer.
/// Errors: rank mismatch, a negative coordinate, overflow.
[[nodiscard]] constexpr sliced domain_offset(int_tuple const& coordinate, layout const& l) {
  return {l, crd2idx(coordinate, l)};
}

template <detail::coordinate_like... Cs>
  requires(detail::hole_like<Cs> || ...)
constexpr layout layout::operator()(Cs const&... cs) const {
  if constexpr (sizeof...(Cs) == 1)
    return slice(hole_coord(cs...), *this).layout;
  else
    return slice(hole_coord{hole_coord(cs)...}, *this).layout;
}

} // namespace enigma
