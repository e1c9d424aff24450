// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/tensor/tensor.hpp>

namespace enigma {

/// dst(c) = src(c) for every coordinate c: dst.store(src.load()), in accesses as wide as both allow.
template <class S, class D>
  requires(S::readable && D::writable &&
           storable<tile_source<tensor<S>>, typename D::element_type, typename D::place>)
constexpr void copy(tensor<S> const& src, tensor<D> const& dst) {
  dst.store(src.load());
}

/// dst(c) = src(c) for every coordinate c where pred holds: a tile of bool, such as elem_less(coordinates,
/// shape), or one bool for all. Where it does not, src is not read and dst is not written.
/// Errors: the shapes differ; dst would be written twice; src and dst overlap.
template <class P, class S, class D>
  requires(S::readable && D::writable && storable<P, bool, typename D::place> &&
           storable<tile_source<tensor<S>>, typename D::element_type, typename D::place>)
constexpr void copy_if(P const& pred, tensor<S> const& src, tensor<D> const& dst) {
  detail::store_tile_if(dst, src.load(), detail::operand_for<typename D::place, bool>(pred));
}

} // namespace enigma
