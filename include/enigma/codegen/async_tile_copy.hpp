// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/async_copy.hpp>
#include <enigma/codegen/matrix_fragment.hpp>
#include <enigma/layout/coalesce.hpp>

// Whole tiles copied in the background: experimental, see async_copy.hpp.

namespace enigma::experimental {

namespace detail {

constexpr void refuse_tile(layout const& from, layout const& to, char const* why) {
  refused((sentence("async_copy of a tile ")
           << from << " to " << to << " refused: " << why << "; cooperative_copy takes any tile")
              .lines());
}

/// Whether the elements of mode `m` lie side by side in memory.
template <class E>
constexpr bool lies_together(tensor<E> const& t, int m) {
  if (t.layout().leaf_shape(m) == 1)
    return true;
  dimension const step = step_of(t.engine(), t.layout().leaf_stride(m));
  return step.is_known() && step.known() == 1;
}
/// Where a tile begins, and how many elements are from one row to the next.
template <class E>
constexpr value_id rows_of(builder* b, tensor<E> const& t, int across) {
  value_id const first = place_in(t.engine(), t.offset()).id_in(b);
  value_id const step = step_of(t.engine(), t.layout().leaf_stride(across)).value_in(b).id_in(b);
  value_id const narrow =
      b->type_at(first) == type_of<u32> ? first : b->pure(op::convert, type_of<u32>, first);
  return b->pure(op::make_vector, type_of<vec<u32, 2>>, narrow, step);
}

} // namespace detail

/// Begins to copy a tile (m,n), dst(c) = src(c), between a buffer and threadgroup memory. All threads of the
/// simdgroup call it alike; the tiles are those of the simdgroup or of the threadgroup, not a thread's. Rows
/// or columns lie together on both sides. A tile at an edge has to be inside: if_inside(g, is_inside(src),
/// ...).
///
///   auto const copy = experimental::async_copy(local_tile(gA, {64, 32}, at), sA);
///   ... what does not need it ...
///   experimental::wait(copy);
///
/// Errors: another shape; neither rows nor columns that lie together on both sides; a swizzle.
template <enigma::detail::holds_matrices S, enigma::detail::holds_matrices D>
  requires(S::readable && D::writable && std::same_as<typename S::element_type, typename D::element_type>)
constexpr copy_event async_copy(tensor<S> const& src, tensor<D> const& dst) {
  layout const &from = src.layout(), &to = dst.layout();
  if (from.shape() != to.shape() || from.leaves() != 2)
    detail::refuse_tile(from, to, "they are to be two tiles (m,n) of one shape");
  if (!detail::memory_of_engine(src.engine()).swizzle().is_identity() ||
      !detail::memory_of_engine(dst.engine()).swizzle().is_identity())
    detail::refuse_tile(from, to, "a swizzle does not leave its rows straight");
  auto const together = [&](int m) { return detail::lies_together(src, m) && detail::lies_together(dst, m); };
  if (!together(0) && !together(1))
    detail::refuse_tile(from, to, "neither rows nor columns lie together on both sides");
  int const along = together(1) ? 1 : 0;
  detail::builder* const b = src.engine().owner();
  value_id const ids[] = {detail::rows_of(b, dst, 1 - along), detail::rows_of(b, src, 1 - along),
                          b->constant(type_of<u32>, from.leaf_shape(along)),
                          b->constant(type_of<u32>, from.leaf_shape(1 - along))}; // braces: in this order
  return detail::begin_copy<typename S::element_type>(
      dst.engine().handle(), src.engine().handle(), ids[0], ids[1],
      b->pure(op::make_vector, type_of<vec<u32, 2>>, ids[2], ids[3]));
}

} // namespace enigma::experimental
