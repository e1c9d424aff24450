// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/product.hpp>

namespace enigma {

namespace detail {

/// How often the block fits in each mode of the shape, as a flat tuple of modes without strides.
constexpr bool tile_counts(layout& counts, layout const& block, int_tuple const& shape, trouble& why) {
  auto const n = block.profile_.whole();
  auto const m = shape.profile_.whole();
  int const most = shape.profile_.rank(m);
  if (!positive(shape, why))
    return false;
  if (block.profile_.rank(n) > most) {
    why.start() << "rank mismatch, a block of rank " << block.profile_.rank(n) << " for a shape of rank "
                << most;
    return false;
  }
  counts.profile_.count = most;
  counts.profile_.opened[0] = counts.profile_.closed[most - 1] = 1;
  std::int64_t total = 1;
  int i = 0;
  for (int j = m.first, k = n.first; j < m.last; ++i) {
    auto const x = m.is_leaf() ? m : shape.profile_.child(m, j);
    std::int64_t want = 1;
    std::int64_t have = 1;
    for (int leaf = x.first; leaf < x.last; ++leaf)
      if (__builtin_mul_overflow(want, shape.leaf_[leaf], &want))
        return overflow(why, "the size of the shape");
    if (k < n.last) {
      auto const y = n.is_leaf() ? n : block.profile_.child(n, k);
      if (!checked_size(block, y, have, why))
        return false;
      k = y.last;
    }
    if (want % have != 0) {
      why.start() << "mode " << i << " of the block has size " << have << ", which does not divide " << want
                  << " (" << (want > have ? want / have * have : have) << " would do)";
      return false;
    }
    if (__builtin_mul_overflow(total, want, &total))
      return overflow(why, "the size of the shape");
    counts.shape_[i] = want / have;
    j = x.last;
  }
  return true;
}

/// Compact strides, the mode with the lowest number first; equal numbers, or no order, from left to right.
constexpr bool ordered_strides(layout& l, int_tuple const& order, bool ordered, trouble& why) {
  int const count = l.profile_.count;
  bool const given = ordered && !order.is_leaf();
  if (given && (order.profile_.depth() != 1 || order.profile_.count != count)) {
    why.start() << "rank mismatch, the order " << order << " must have one number for each of " << count
                << " modes";
    return false;
  }
  bool placed[max_leaves] = {};
  std::int64_t next = 1;
  for (int step = 0; step < count; ++step) {
    int lowest = given ? -1 : step;
    for (int j = 0; given && j < count; ++j)
      if (!placed[j] && (lowest < 0 || order.leaf_[j] < order.leaf_[lowest]))
        lowest = j;
    placed[lowest] = true;
    l.stride_[lowest] = l.shape_[lowest] == 1 ? 0 : next;
    next *= l.shape_[lowest]; // the size of the shape has been checked
  }
  return true;
}

constexpr bool tile_to_shape_in(layout_builder& out, layout const& block, int_tuple const& shape,
                                int_tuple const& order, bool ordered, trouble& why) {
  layout repetitions_of;
  if (!tile_counts(repetitions_of, block, shape, why) ||
      !ordered_strides(repetitions_of, order, ordered, why))
    return false;
  // One integer mode on both sides keeps the parentheses of the count, as CuTe has it.
  if (block.profile_.whole().is_leaf() && repetitions_of.profile_.count == 1) {
    composer c(why);
    out.open();
    out.open();
    out.append(block);
    if (!repetitions(c, block, block.profile_.whole(), repetitions_of, repetitions_of.profile_.whole()) ||
        !c.all(out, repetitions_of, repetitions_of.profile_.whole()))
      return false;
    out.close();
    out.close();
    return finish(out, why);
  }
  return paired_product(out, block, repetitions_of, false, why);
}

} // namespace detail

/// A block repeated until it fills a shape: blocked_product(block, counts), counts_i = size(shape_i) /
/// size(block_i), so mode i is (block_i, repetitions_i) of size size(shape_i), and with
/// C = complement(block, size(block) * prod counts) and T = the compact layout of the counts,
///   R((a_0,t_0), (a_1,t_1), ...) = block(a_0, a_1, ...) + C(T(t_0, t_1, ...)).
/// If the block is a bijection onto [0, size(block)) then R is one onto [0, size(shape)).
///   tile_to_shape((2,5):(5,1), (4,10)) = ((2,2),(5,2)):((5,10),(1,20))
/// Errors: a mode of the block does not divide that of the shape, rank mismatch, as blocked_product.
[[nodiscard]] constexpr layout tile_to_shape(layout const& block, int_tuple const& shape) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::tile_to_shape_in(out, block, shape, shape, false, why))
    refused(detail::explain("tile_to_shape", block, shape, why));
  return out.made;
}
[[nodiscard]] constexpr outcome<layout> try_tile_to_shape(layout const& block, int_tuple const& shape) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::tile_to_shape_in(out, block, shape, shape, false, why))
    return {layout(), detail::explain("tile_to_shape", block, shape, why)};
  return {out.made};
}

/// The same with T = make_ordered_layout(counts, order): the mode with the lowest number repeats first.
///   tile_to_shape((2,5):(5,1), (4,10), {1, 0}) = ((2,2),(5,2)):((5,20),(1,10))
/// Errors: as above; `order` does not have one element for each mode of the shape.
[[nodiscard]] constexpr layout tile_to_shape(layout const& block, int_tuple const& shape,
                                             int_tuple const& order) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::tile_to_shape_in(out, block, shape, order, true, why))
    refused(detail::explain("tile_to_shape", block, shape, order, why));
  return out.made;
}
[[nodiscard]] constexpr outcome<layout> try_tile_to_shape(layout const& block, int_tuple const& shape,
                                                          int_tuple const& order) {
  detail::layout_builder out;
  detail::trouble why;
  if (!detail::tile_to_shape_in(out, block, shape, order, true, why))
    return {layout(), detail::explain("tile_to_shape", block, shape, order, why)};
  return {out.made};
}

} // namespace enigma
