// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/composition.hpp>

namespace enigma {

/// One access of a simdgroup: lane -> coordinate of the memory that is accessed, repeated for every
/// coordinate of `rest` (values, steps of a loop, simdgroups). Lane t accesses `vector` elements at
/// consecutive addresses, beginning with that of coordinate lanes(t) + rest(r). Whether those are the
/// neighbours that are meant is a question for `max_vector_width`.
struct simd_access {
  layout lanes = {};
  layout rest = {};
  std::int64_t vector = 1;

  friend constexpr bool operator==(simd_access const&, simd_access const&) = default;
};

/// The accesses of the threads of a thread-value layout, `vector` values at a time, as accesses of simdgroups
/// of `lanes` threads: with R for the result, t < lanes, v < values / vector and g < threads / lanes,
///   R.lanes(t) + R.rest(v, g) = TV(t + lanes * g, vector * v).
///   make_simd_access((256,8):(8,1), 4) = lanes 32:8 rest (2,8):(4,256) vector 4
/// Errors: not two modes; threads that are no whole simdgroups, values no whole vectors.
[[nodiscard]] constexpr outcome<simd_access> try_make_simd_access(layout const& tv, std::int64_t vector = 1,
                                                                  std::int64_t lanes = 32) {
  outcome<simd_access> r;
  detail::trouble why;
  auto const all = tv.profile_.whole();
  if (rank(tv) != 2 || all.is_leaf())
    why.start() << "a thread-value layout has two modes";
  else if (vector < 1 || lanes < 1 || size<0>(tv) % lanes != 0 || size<1>(tv) % vector != 0)
    why.start() << size<0>(tv) << " threads of " << size<1>(tv) << " values are not simdgroups of " << lanes
                << " lanes with vectors of " << vector;
  else {
    auto const threads = mode(tv, 0);
    auto const values = mode(tv, 1);
    detail::layout_builder of_lanes;
    detail::layout_builder rest;
    detail::composer in_threads(threads, threads.profile_.whole(), why);
    detail::composer in_values(values, values.profile_.whole(), why);
    auto const groups = size(threads) / lanes;
    auto const vectors = size(values) / vector;
    rest.open();
    if (in_threads.leaf(of_lanes, lanes, lanes == 1 ? 0 : 1) &&
        in_values.leaf(rest, vectors, vectors == 1 ? 0 : vector) &&
        in_threads.leaf(rest, groups, groups == 1 ? 0 : lanes)) {
      rest.close();
      if (detail::finish(of_lanes, why) && detail::finish(rest, why))
        r.held = {of_lanes.made, rest.made, vector};
    }
  }
  if (why)
    r.why = detail::explain("make_simd_access", tv, int_tuple(vector), why);
  return r;
}
[[nodiscard]] constexpr simd_access make_simd_access(layout const& tv, std::int64_t vector = 1,
                                                     std::int64_t lanes = 32) {
  return try_make_simd_access(tv, vector, lanes).value();
}

} // namespace enigma
