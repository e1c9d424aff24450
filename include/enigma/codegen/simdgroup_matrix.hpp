// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/gpu.hpp>
#include <enigma/layout/tv.hpp>

// 8 x 8 matrices that the 32 threads of a simdgroup hold together, each two elements of them. All threads of
// the simdgroup have to come to the same loads, stores and products. Metal 2.3, of bf16 3.1.
//
//   auto acc = g.variable<"acc">(make_filled_simdgroup_matrix(g, 0.0f));
//   g.for_range(0u, K, 8u, [&](auto k) {
//     auto a = simdgroup_load(A, k, K);
//     auto b = simdgroup_load(B, k * N, N);
//     acc = simdgroup_multiply_accumulate(a, b, acc);
//   });
//   simdgroup_store(acc, C, 0, N);

namespace enigma {

// What a compiler names when it refuses a matrix of a simdgroup.
template <class T>
concept a_simdgroup_matrix_is_of_f32_f16_or_bf16 = element<T> && floating_type<T>;

/// The type of a value: `value<simdgroup_matrix<f32>>`, MSL's simdgroup_float8x8.
template <a_simdgroup_matrix_is_of_f32_f16_or_bf16 T>
struct simdgroup_matrix;

namespace detail {

template <class T>
struct type_traits<simdgroup_matrix<T>> {
  using element = T;
  static constexpr int lanes = 8;
  static constexpr int columns = 8;
};

} // namespace detail

/// A matrix, immutable. Its numbers are reached by thread_element and transform alone.
template <class T>
class value<simdgroup_matrix<T>> {
public:
  using traced_type = simdgroup_matrix<T>;

  constexpr value(detail::builder* owner, value_id id) : owner_{owner}, id_{id} {}
  constexpr value(value const&) = default;
  constexpr value& operator=(value const&) & = default;
  value& operator=(value const&) && = delete;

  // For the library, as of the others.
  constexpr detail::builder* owner() const { return owner_; }
  constexpr value_id id_in(detail::builder const* b) const {
    if (owner_ != b)
      refused("a value of one kernel is used in another; pass it through a buffer");
    return id_;
  }

private:
  detail::builder* owner_;
  value_id id_;
};

/// A matrix of a simdgroup: a value or a variable.
template <class X>
concept simdgroup_matrix_value =
    traced<X> && kernel_type<detail::traced_type_of<X>> && !value_type<detail::traced_type_of<X>>;

namespace detail {

template <class X>
using matrix_element = element_of<traced_type_of<X>>;
template <simdgroup_matrix_value X>
constexpr value_id matrix_id(builder* b, X const& m) {
  return id_of<traced_type_of<X>>(b, m);
}
template <class T>
constexpr value<simdgroup_matrix<T>> matrix(builder* b, value_id id) {
  return {b, id};
}
template <class T, class X>
using filled_type =
    typename std::conditional_t<std::is_void_v<T>, natural_type<X>, std::type_identity<T>>::type;

} // namespace detail

// ---- Memory ---------------------------------------------------------------------------------------------

template <class M>
concept a_simdgroup_matrix_is_loaded_from_in_inout_or_threadgroup_memory = requires(M const& m) {
  typename M::element_type;
  { m[0u] } -> traced;
  { m.memory() } -> std::convertible_to<int>;
};
template <class M>
concept a_simdgroup_matrix_is_stored_to_out_inout_or_threadgroup_memory =
    requires(M const& m, value<typename M::element_type> const& x) {
      m[0u].write(x);
      { m.memory() } -> std::convertible_to<int>;
    };

/// How a matrix lies in memory: by rows, or transposed.
struct simdgroup_access {
  bool transpose = false; ///< element (r, c) stands where else (c, r) does
};

/// Where the first element of a matrix stands: in column x of row y.
template <index_value X, index_value Y>
struct matrix_origin {
  X x;
  Y y;
};
template <class X, class Y>
matrix_origin(X, Y) -> matrix_origin<X, Y>;
template <class X, class Y, class Stride>
concept origin_and_elements_per_row_are_of_one_integer_type = requires(X x, Y y, Stride n) {
  { y* n + x } -> index_value;
};

/// (1) The matrix whose element (r, c) is `from[offset + r * elements_per_row + c]`.
/// (2) The same, with the offset as a place: origin.y * elements_per_row + origin.x.
/// `from` is an in, an inout or an array of the threadgroup; numbers are integers of the kernel, the same in
/// all threads of the simdgroup, or C++ integers. With {.transpose = true} r and c are exchanged. Nothing is
/// converted: the matrix is of the memory's element type.
///
/// MSL: simdgroup_load(m, from + offset, elements_per_row, origin, transpose). The text has every offset in
/// the pointer, since it is open which component of MSL's origin is the row.
template <a_simdgroup_matrix_is_loaded_from_in_inout_or_threadgroup_memory M, index_value Offset = int,
          index_value Stride = int>
  requires a_simdgroup_matrix_is_of_f32_f16_or_bf16<typename M::element_type>
constexpr auto simdgroup_load(M const& from, Offset const& offset = 0, Stride const& elements_per_row = 8,
                              simdgroup_access access = {}) {
  using T = typename M::element_type;
  detail::builder* const b = from.owner();
  value_id const ids[] = {from.place(offset), detail::index_id(b, elements_per_row)}; // in this order
  return detail::matrix<T>(
      b, b->simdgroup_load(from.memory(), type_of<simdgroup_matrix<T>>, ids[0], ids[1], access.transpose));
}
template <a_simdgroup_matrix_is_loaded_from_in_inout_or_threadgroup_memory M, index_value Stride, class X,
          class Y>
  requires(a_simdgroup_matrix_is_of_f32_f16_or_bf16<typename M::element_type> &&
           origin_and_elements_per_row_are_of_one_integer_type<X, Y, Stride>)
constexpr auto simdgroup_load(M const& from, Stride const& elements_per_row,
                              matrix_origin<X, Y> const& origin, simdgroup_access access = {}) {
  return simdgroup_load(from, origin.y * elements_per_row + origin.x, elements_per_row, access);
}

/// Writes a matrix to where simdgroup_load would read it: an out, an inout or an array of the threadgroup of
/// its element type. Errors: rows that overlap, being fewer than 8 elements apart.
template <simdgroup_matrix_value X, a_simdgroup_matrix_is_stored_to_out_inout_or_threadgroup_memory M,
          index_value Offset = int, index_value Stride = int>
  requires std::same_as<detail::matrix_element<X>, typename M::element_type>
constexpr void simdgroup_store(X const& m, M const& to, Offset const& offset = 0,
                               Stride const& elements_per_row = 8, simdgroup_access access = {}) {
  if constexpr (!traced<Stride>)
    if (elements_per_row < 8)
      refused((detail::sentence("simdgroup_store: ")
               << static_cast<std::int64_t>(elements_per_row)
               << " elements per row; rows of a matrix have 8, and would overlap")
                  .lines());
  detail::builder* const b = to.owner();
  value_id const ids[] = {to.place(offset), detail::matrix_id(b, m),
                          detail::index_id(b, elements_per_row)}; // in this order
  b->simdgroup_store(to.memory(), ids[0], ids[1], ids[2], access.transpose);
}
template <simdgroup_matrix_value X, a_simdgroup_matrix_is_stored_to_out_inout_or_threadgroup_memory M,
          index_value Stride, class Column, class Row>
  requires(std::same_as<detail::matrix_element<X>, typename M::element_type> &&
           origin_and_elements_per_row_are_of_one_integer_type<Column, Row, Stride>)
constexpr void simdgroup_store(X const& m, M const& to, Stride const& elements_per_row,
                               matrix_origin<Column, Row> const& origin, simdgroup_access access = {}) {
  simdgroup_store(m, to, origin.y * elements_per_row + origin.x, elements_per_row, access);
}

// ---- Making and multiplying -----------------------------------------------------------------------------

/// A matrix whose elements are all x, of the type of x or T: make_filled_simdgroup_matrix<f16>(g, 0).
/// MSL: make_filled_simdgroup_matrix<half, 8, 8>(0.0h).
template <class T = void, class X>
  requires(a_simdgroup_matrix_is_of_f32_f16_or_bf16<detail::filled_type<T, X>> &&
           detail::fits_as<X, detail::filled_type<T, X>>)
constexpr auto make_filled_simdgroup_matrix(gpu const& g, X const& x) {
  using E = detail::filled_type<T, X>;
  detail::builder* const b = g.owner();
  return detail::matrix<E>(
      b, b->simdgroup_matrix(op::simdgroup_fill, type_of<simdgroup_matrix<E>>, detail::id_of<E>(b, x)));
}
/// A matrix with x on the diagonal, and zeros. MSL: simdgroup_float8x8(x).
template <class T = void, class X>
  requires(a_simdgroup_matrix_is_of_f32_f16_or_bf16<detail::filled_type<T, X>> &&
           detail::fits_as<X, detail::filled_type<T, X>>)
constexpr auto make_diagonal_simdgroup_matrix(gpu const& g, X const& x) {
  using E = detail::filled_type<T, X>;
  detail::builder* const b = g.owner();
  return detail::matrix<E>(
      b, b->simdgroup_matrix(op::simdgroup_diagonal, type_of<simdgroup_matrix<E>>, detail::id_of<E>(b, x)));
}

template <class A, class B>
concept factors_of_simdgroup_matrices_are_of_one_type =
    simdgroup_matrix_value<A> && simdgroup_matrix_value<B> &&
    std::same_as<detail::matrix_element<A>, detail::matrix_element<B>>;
template <class D, class A>
concept a_sum_of_simdgroup_matrices_is_of_f32_or_of_the_type_of_the_factors =
    std::same_as<D, f32> || std::same_as<D, detail::matrix_element<A>>;

/// The product of two matrices of one type, of that type; or of f32: simdgroup_multiply<f32>(a, b). Also
/// `a * b`. The executor sums in f32 from the first product to the last, and rounds once.
template <class D = void, class A, class B>
  requires(factors_of_simdgroup_matrices_are_of_one_type<A, B> &&
           a_sum_of_simdgroup_matrices_is_of_f32_or_of_the_type_of_the_factors<
               std::conditional_t<std::is_void_v<D>, detail::matrix_element<A>, D>, A>)
constexpr auto simdgroup_multiply(A const& a, B const& b) {
  using E = std::conditional_t<std::is_void_v<D>, detail::matrix_element<A>, D>;
  detail::builder* const owner = a.owner();
  value_id const ids[] = {detail::matrix_id(owner, a), detail::matrix_id(owner, b)}; // in this order
  return detail::matrix<E>(
      owner, owner->simdgroup_matrix(op::simdgroup_multiply, type_of<simdgroup_matrix<E>>, ids[0], ids[1]));
}

/// a * b + c, of the type of c: that of a and b, or f32. `acc = simdgroup_multiply_accumulate(a, b, acc)` is
/// one line of the source, without copies.
template <class A, class B, simdgroup_matrix_value C>
  requires(factors_of_simdgroup_matrices_are_of_one_type<A, B> &&
           a_sum_of_simdgroup_matrices_is_of_f32_or_of_the_type_of_the_factors<detail::matrix_element<C>, A>)
constexpr auto simdgroup_multiply_accumulate(A const& a, B const& b, C const& c) {
  using E = detail::matrix_element<C>;
  detail::builder* const owner = a.owner();
  value_id const ids[] = {detail::matrix_id(owner, a), detail::matrix_id(owner, b),
                          detail::matrix_id(owner, c)}; // in this order
  return detail::matrix<E>(owner,
                           owner->simdgroup_matrix(op::simdgroup_multiply_accumulate,
                                                   type_of<simdgroup_matrix<E>>, ids[0], ids[1], ids[2]));
}

// What a compiler names when it refuses an operator.
struct simdgroup_matrices_have_only_products_for_the_rest_use_transform;

// clang-format off
#define ENIGMA_NOT_OF_MATRICES(symbol)                                                                         \
  template <class T, class X>                                                                                  \
  simdgroup_matrices_have_only_products_for_the_rest_use_transform operator symbol(value<simdgroup_matrix<T>> const&, X const&) = delete; \
  template <class X, class T>                                                                                  \
  simdgroup_matrices_have_only_products_for_the_rest_use_transform operator symbol(X const&, value<simdgroup_matrix<T>> const&) = delete;
ENIGMA_NOT_OF_MATRICES(+)
ENIGMA_NOT_OF_MATRICES(-)
ENIGMA_NOT_OF_MATRICES(*)
ENIGMA_NOT_OF_MATRICES(/)
#undef ENIGMA_NOT_OF_MATRICES
#define ENIGMA_NOT_OF_TWO_MATRICES(symbol)                                                                     \
  template <class T, class U>                                                                                  \
  simdgroup_matrices_have_only_products_for_the_rest_use_transform operator symbol(value<simdgroup_matrix<T>> const&, value<simdgroup_matrix<U>> const&) = delete;
ENIGMA_NOT_OF_TWO_MATRICES(+)
ENIGMA_NOT_OF_TWO_MATRICES(-)
ENIGMA_NOT_OF_TWO_MATRICES(/)
#undef ENIGMA_NOT_OF_TWO_MATRICES
// clang-format on

template <class T, class U>
  requires factors_of_simdgroup_matrices_are_of_one_type<value<simdgroup_matrix<T>>,
                                                         value<simdgroup_matrix<U>>>
constexpr auto operator*(value<simdgroup_matrix<T>> const& a, value<simdgroup_matrix<U>> const& b) {
  return simdgroup_multiply(a, b);
}

// ---- The elements of a thread ---------------------------------------------------------------------------

/// Which thread has which element: (lane, element 0 or 1) -> the place in the matrix, column after column.
/// Metal leaves this open; of every chip up to the M4 it is known to be so, for all element types.
inline constexpr tv_layout simdgroup_matrix_tv{{8, 8}, {{{2, 4, 2, 2}, 2}, {{16, 1, 32, 4}, 8}}};

/// Where an element of a matrix is.
struct simdgroup_matrix_position {
  value<u32> row, column;
};

/// Where this thread's element i, 0 or 1, of a matrix is, by simdgroup_matrix_tv.
constexpr simdgroup_matrix_position position_of_thread_element(gpu const& g, int i) {
  if (i != 0 && i != 1)
    refused((detail::sentence("position_of_thread_element: ") << i << " is not 0 or 1").lines());
  auto const lane = g.thread_index_in_simdgroup();
  auto const row = lane / 16u * 4u + lane / 2u % 4u;
  auto const column = lane / 8u % 2u * 4u + lane % 2u * 2u;
  return {row, column + static_cast<u32>(i)};
}

/// Element i, 0 or 1, of the two that this thread has of a matrix. MSL: m.thread_elements()[i].
template <simdgroup_matrix_value X>
constexpr auto thread_element(X const& m, int i) {
  using T = detail::matrix_element<X>;
  if (i != 0 && i != 1)
    refused((detail::sentence("thread_element: ")
             << i << " is not 0 or 1: each of the 32 threads has two elements of a matrix")
                .lines());
  detail::builder* const b = m.owner();
  return value<T>(
      b, b->pure(op::thread_element, type_of<T>, detail::matrix_id(b, m), no_value, no_value, no_value, i));
}

/// The matrix of which each thread gives the two elements that simdgroup_matrix_tv says are its own.
template <traced X, detail::fits_as<detail::traced_type_of<X>> Y>
  requires a_simdgroup_matrix_is_of_f32_f16_or_bf16<detail::traced_type_of<X>>
constexpr auto make_simdgroup_matrix(X const& x, Y const& y) {
  using T = detail::traced_type_of<X>;
  detail::builder* const b = x.owner();
  value_id const ids[] = {detail::id_of<T>(b, x), detail::id_of<T>(b, y)}; // in this order
  return detail::matrix<T>(
      b, b->simdgroup_matrix(op::simdgroup_of_elements, type_of<simdgroup_matrix<T>>, ids[0], ids[1]));
}

/// The matrix of f(element), whichever thread has which: `acc = transform(acc, [](auto x) { return max(x,
/// 0.0f); })`. f may give another type: cast<f16>(x).
template <simdgroup_matrix_value X, class F>
constexpr auto transform(X const& m, F&& f) {
  auto const x = f(thread_element(m, 0));
  auto const y = f(thread_element(m, 1));
  return make_simdgroup_matrix(x, y);
}

} // namespace enigma
