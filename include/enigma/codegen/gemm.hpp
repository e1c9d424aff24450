// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/tiled_copy.hpp>
#include <enigma/codegen/tiled_mma.hpp>
#include <enigma/tensor/copy.hpp>

// Products of partitioned tiles, and copies between matrices in registers and in memory.

namespace enigma {

namespace detail {

/// The matrices of an operand, in registers or in memory, counted along the modes behind the first.
template <class E>
class matrices_of {
public:
  using element_type = typename E::element_type;

  constexpr explicit matrices_of(tensor<E> const& t) : tensor_{t}, in_atom_{size<0>(t)} {
    if constexpr (!is_matrix_fragment<tensor<E>> && !holds_matrices<E>) {
      if (in_atom_ != 2)
        refuse_matrix(t.layout(), "some of its elements may not be there");
    } else if (in_atom_ != 2) {
      step_ = steps_of_matrices(t.layout());
    }
  }

  constexpr value_id operator[](std::int64_t i) const {
    if constexpr (is_matrix_fragment<tensor<E>>) {
      return tensor_.engine().registers().matrix(number(i));
    } else {
      constexpr type matrix = type_of<simdgroup_matrix<element_type>>;
      builder* const b = tensor_.engine().owner();
      if constexpr (holds_matrices<E>)
        if (in_atom_ != 2) {
          auto const from = place(i);
          return b->simdgroup_load(memory(), matrix, from.index, from.elements_per_row, from.transpose);
        }
      value_id const pair[] = {element(i, 0), element(i, 1)}; // braces: in this order
      return b->simdgroup_matrix(op::simdgroup_of_elements, matrix, pair[0], pair[1]);
    }
  }
  /// Of a fragment: which of its registers matrix i is.
  constexpr std::int64_t number(std::int64_t i) const { return (tensor_.offset() + index(i)) / 2; }
  constexpr matrix_in_memory place(std::int64_t i) const { return matrix_at(tensor_, step_, index(i)); }
  constexpr int memory() const { return tensor_.engine().handle().memory(); }

private:
  constexpr std::int64_t index(std::int64_t i) const { return index_at(tensor_.layout(), in_atom_ * i); }
  constexpr value_id element(std::int64_t i, std::int64_t v) const {
    auto const at = typename tensor<E>::offset_type(index_at(tensor_.layout(), 2 * i + v));
    return tensor_.engine().template load<1>(tensor_.offset() + at).id_in(tensor_.engine().owner());
  }

  tensor<E> tensor_;
  std::int64_t in_atom_;
  matrix_steps step_;
};

/// What a matrix fragment and a tensor of matrices have in common behind mode 0.
constexpr void check_same_matrices(layout const& l, layout const& fragment) {
  bool same = rank(l) == rank(fragment);
  for (int k = 1; same && k < rank(l); ++k)
    same = size(mode(l, k)) == size(mode(fragment, k));
  if (!same)
    refused((sentence("copy of matrices: ")
             << l << " and the fragment " << fragment << " refused: they have other numbers of matrices")
                .lines());
}

template <class A, class B, class C>
constexpr void check_operands(tensor<A> const& a, tensor<B> const& b, tensor<C> const& c) {
  if (rank(a) != 3 || rank(b) != 3 || rank(c) != 3 || size<1>(a) != size<1>(c) || size<1>(b) != size<2>(c) ||
      size<2>(a) != size<2>(b) || size<0>(a) == 0)
    refused((sentence("gemm: A ")
             << a.layout() << ", B " << b.layout() << " and C " << c.layout()
             << " refused: they are to be (values,M,K), (values,N,K) and (values,M,N), as partition_A, "
                "partition_B and make_fragment_C make them")
                .lines());
}

template <class E, class T>
concept readable_in_a_kernel_as =
    E::readable && std::same_as<typename E::element_type, T> && std::same_as<typename E::place, kernel_place>;

} // namespace detail

/// C(m,n) += sum over k of A(m,k) * B(n,k), for this thread's or its simdgroup's part of a tile.
///
/// A and B are matrices_A(tile) and matrices_B(tile), which the hardware loads whole; or partition_A(tile)
/// and partition_B(tile), whose elements each thread reads by itself; or fragments of those shapes. C is
/// make_fragment_C(). For each step of K the operands are loaded once, M of A and N of B, for M * N products.
/// All threads of the simdgroups have to come here. Errors: shapes that do not belong together; a matrix in
/// memory with neither rows nor columns contiguous.
template <class Factor, class Sum, class A, class B>
  requires(detail::readable_in_a_kernel_as<A, Factor> && detail::readable_in_a_kernel_as<B, Factor>)
constexpr void gemm(thread_mma<simdgroup_mma<Factor, Sum>> const&, tensor<A> const& a, tensor<B> const& b,
                    matrix_fragment<Sum> const& c) {
  detail::check_operands(a, b, c);
  std::int64_t const rows = size<1>(c), columns = size<2>(c), depth = size<2>(a);
  detail::builder* const owner = c.engine().owner();
  detail::matrices_of const of_a(a);
  detail::matrices_of const of_b(b);
  detail::matrices_of const of_c(c);
  auto const& sums = c.engine().registers();
  detail::scratch<value_id> left(rows), right(columns);
  for (std::int64_t k = 0; k < depth; ++k) {
    for (std::int64_t m = 0; m < rows; ++m)
      left.first[m] = of_a[m + rows * k];
    for (std::int64_t n = 0; n < columns; ++n)
      right.first[n] = of_b[n + columns * k];
    for (std::int64_t m = 0; m < rows; ++m)
      for (std::int64_t n = 0; n < columns; ++n) {
        auto const i = of_c.number(m + rows * n);
        sums.set_matrix(i, owner->simdgroup_matrix(op::simdgroup_multiply_accumulate,
                                                   type_of<simdgroup_matrix<Sum>>, left.first[m],
                                                   right.first[n], sums.matrix(i)));
      }
  }
}

/// The same by fused multiply-adds of each thread, for scalar_mma.
template <class Factor, class Sum, class A, class B>
  requires(detail::readable_in_a_kernel_as<A, Factor> && detail::readable_in_a_kernel_as<B, Factor>)
constexpr void gemm(thread_mma<scalar_mma<Factor, Sum>> const&, tensor<A> const& a, tensor<B> const& b,
                    fragment<Sum> const& c) {
  detail::check_operands(a, b, c);
  std::int64_t const rows = size<1>(c), columns = size<2>(c), depth = size<2>(a);
  auto const factor = [](auto const& t, std::int64_t m, std::int64_t k) {
    value<Factor> const x = t(0, m, k);
    return cast<Sum>(x);
  };
  for (std::int64_t k = 0; k < depth; ++k) {
    // All reads of a step come first, so that they are loads in a row.
    detail::scratch<detail::held_lanes<kernel_place, value<Sum>>> left(rows), right(columns);
    for (std::int64_t m = 0; m < rows; ++m)
      left.first[m].lanes = factor(a, m, k);
    for (std::int64_t n = 0; n < columns; ++n)
      right.first[n].lanes = factor(b, n, k);
    for (std::int64_t n = 0; n < columns; ++n)
      for (std::int64_t m = 0; m < rows; ++m) {
        auto const sum = c(0, m, n);
        if constexpr (floating_type<Sum>)
          sum = fma(left.first[m].lanes, right.first[n].lanes, sum.read());
        else
          sum = left.first[m].lanes * right.first[n].lanes + sum.read();
      }
  }
}

/// Matrices from memory to registers and back, whole: copy(mine.matrices_A(tile), a), copy(acc,
/// mine.matrices_C(tile)). MSL: simdgroup_load, simdgroup_store. Errors: shapes that differ; a matrix with
/// neither rows nor columns contiguous. What is (values,...) on both sides is copied by each thread.
template <class E, class T>
  requires(detail::readable_in_a_kernel_as<E, T> &&
           (detail::holds_matrices<E> || detail::is_matrix_fragment<tensor<E>>))
constexpr void copy(tensor<E> const& src, matrix_fragment<T> const& dst) {
  if (size(dst) == size(src) && size<0>(src) != 2)
    return dst.store(src.load());
  detail::check_same_matrices(src.layout(), dst.layout());
  detail::matrices_of const from(src);
  detail::matrices_of const to(dst);
  for (std::int64_t i = 0; i < size(dst) / 2; ++i)
    dst.engine().registers().set_matrix(to.number(i), from[i]);
}
template <class E, class T>
  requires(E::writable && std::same_as<typename E::element_type, T> && detail::holds_matrices<E>)
constexpr void copy(matrix_fragment<T> const& src, tensor<E> const& dst) {
  if (size(dst) == size(src)) // each thread its own elements
    return dst.store(src.load());
  detail::check_same_matrices(dst.layout(), src.layout());
  detail::matrices_of const from(src);
  detail::matrices_of const to(dst);
  for (std::int64_t i = 0; i < size(src) / 2; ++i) {
    auto const place = to.place(i);
    src.engine().owner()->simdgroup_store(to.memory(), place.index, from[i], place.elements_per_row,
                                          place.transpose);
  }
}

/// A copy by the threads of a product, of the elements that each of them has of A, B or C: what partition_A,
/// partition_B or partition_C gives, and fragments of these, by retile_S and retile_D.
///
///   constexpr auto store_C = make_tiled_copy_C(copy_atom<8>{}, mma);
///   auto const its = store_C.slice(g);
///   copy(store_C, its.retile_S(acc), its.partition_D(tile_of_C));
template <class CopyAtom, mma_atom Atom>
[[nodiscard]] constexpr tiled_copy<CopyAtom> make_tiled_copy_A(CopyAtom, tiled_mma<Atom> const& mma) {
  return tiled_copy<CopyAtom>(mma.tv_A());
}
template <class CopyAtom, mma_atom Atom>
[[nodiscard]] constexpr tiled_copy<CopyAtom> make_tiled_copy_B(CopyAtom, tiled_mma<Atom> const& mma) {
  return tiled_copy<CopyAtom>(mma.tv_B());
}
template <class CopyAtom, mma_atom Atom>
[[nodiscard]] constexpr tiled_copy<CopyAtom> make_tiled_copy_C(CopyAtom, tiled_mma<Atom> const& mma) {
  return tiled_copy<CopyAtom>(mma.tv_C());
}

} // namespace enigma
