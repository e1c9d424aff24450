// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/predicates/image.hpp>

/// Questions about two layouts, answered like those of predicates.hpp.
namespace enigma {

namespace detail {

/// A slice as offset + layout.
template <class Sink>
constexpr void write(Sink& out, sliced const& s) {
  if (s.offset != 0) {
    out.put(s.offset);
    for (char const letter : {' ', '+', ' '})
      out.put(letter);
  }
  write(out, s.layout);
}

} // namespace detail

/// (1) No address in common: a.offset + A(x) = b.offset + B(y) for no coordinates x and y, as of two slices
/// of one layout. If there is one, `coordinate` holds x and y.
[[nodiscard]] constexpr verdict disjoint(sliced const& a, sliced const& b) {
  verdict v;
  detail::trouble why;
  detail::value_range range_a;
  detail::value_range range_b;
  auto const offsets = {a.offset, b.offset};
  bool fits = range_a.read(a.layout) && range_b.read(b.layout);
  for (auto const offset : offsets)
    fits = fits && offset >= -detail::widest_sum && offset <= detail::widest_sum;
  auto const apart = fits ? b.offset - a.offset : 0;
  if (!fits) {
    v.decided = false;
    detail::say_too_large(why);
  } else if (apart > range_a.high - range_b.low || apart < range_a.low - range_b.high) {
    return v;
  } else {
    // Counting B down from its largest value: A(x) + (largest B - B(y)) = apart + largest B.
    detail::bounded_sum sum;
    detail::leaf_variables in_a;
    detail::leaf_variables in_b;
    in_a.add(sum, a.layout);
    in_b.add(sum, b.layout);
    auto const found = sum.solve(apart + range_b.high - range_a.low);
    if (found == detail::solved::no)
      return v;
    if (found == detail::solved::unknown) {
      v.decided = false;
      detail::say_unknown(why);
    } else {
      v.coordinate[0] = in_a.coordinate(sum, a.layout);
      v.coordinate[1] = in_b.coordinate(sum, b.layout, true);
      v.value[0] = v.value[1] = a.offset + a.layout(v.coordinate[0]);
      why.start() << "an address in common, " << a.offset << " + ";
      detail::name_place(why.words, "A", a.layout, v.coordinate[0]);
      why.words << " = " << b.offset << " + ";
      detail::name_place(why.words, "B", b.layout, v.coordinate[1]);
      why.words << " = " << v.value[0];
    }
  }
  v.why = detail::explain("disjoint", a, b, why);
  return v;
}
/// (2) With B moved by `offset`: A(x) = offset + B(y) for no x and y. Without an offset two layouts always
/// meet, because L(0) = 0.
///   disjoint(4:2, 4:2, 1) is true: even and odd
[[nodiscard]] constexpr verdict disjoint(layout const& a, layout const& b, std::int64_t offset = 0) {
  return disjoint(sliced{a, 0}, sliced{b, offset});
}

/// The same function of linear coordinates: size(A) = size(B), and A(i) = B(i) for 0 <= i < size(A),
/// whatever the nesting. If not, `coordinate[0]` is the first i at which they differ. Coalesced leaves are
/// the only ones of their function that cannot be fewer, so it is enough to compare them.
[[nodiscard]] constexpr verdict equal_as_functions(layout const& a, layout const& b) {
  verdict v;
  detail::trouble why;
  detail::flat f;
  detail::flat g;
  if (!detail::coalesced(f, a, a.profile_.whole(), why) ||
      !detail::coalesced(g, b, b.profile_.whole(), why)) {
    v.decided = false;
  } else {
    std::int64_t prefix = 1;
    int k = 0;
    while (k < f.n && k < g.n && f.s[k] == g.s[k] && f.d[k] == g.d[k])
      prefix *= f.s[k++];
    if (k == f.n && k == g.n)
      return v;
    if (size(a) != size(b))
      why.start() << "their sizes are " << size(a) << " and " << size(b);
    else {
      // Equal sizes: neither list ends here. Either the first step differs, or where the shorter leaf ends.
      auto const i = f.d[k] != g.d[k] ? prefix : prefix * (f.s[k] < g.s[k] ? f.s[k] : g.s[k]);
      v.coordinate[0] = v.coordinate[1] = i;
      v.value[0] = a(i);
      v.value[1] = b(i);
      why.start() << "A(" << i << ") = " << v.value[0] << ", but B(" << i << ") = " << v.value[1];
    }
  }
  v.why = detail::explain("equal_as_functions", a, b, why);
  return v;
}

} // namespace enigma
