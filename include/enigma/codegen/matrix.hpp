// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/value.hpp>

// Matrices of f32 or f16, 2 to 4 columns of 2 to 4 rows: constructors, + and -, products, transpose,
// determinant. Columns are m[0], m[1] ... MSL has no division of them and no comparison.

namespace enigma {

namespace detail {

template <class X>
concept traced_matrix = traced<X> && matrix_type<traced_type_of<X>>;
template <class X>
concept traced_vector = traced<X> && (type_traits<traced_type_of<X>>::lanes > 1) &&
                        (type_traits<traced_type_of<X>>::columns == 1);

template <class T>
inline constexpr int columns_of = type_traits<T>::columns;
template <class T>
inline constexpr int rows_of = type_traits<T>::lanes;

/// A number beside a matrix: a value of its element type, or a C++ number.
template <class X, class M>
concept scales = (traced<X> && std::same_as<traced_type_of<X>, element_of<M>>) ||
                 (!traced<X> && literal_for<std::remove_cvref_t<X>, element_of<M>>);

/// What L * R is, of a matrix and a matrix or a vector.
template <class L, class R>
struct matrix_product_of {}; // no `type`: they do not fit
template <class T, int K, int Rows, int Columns>
struct matrix_product_of<mat<T, K, Rows>, mat<T, Columns, K>> {
  using type = mat<T, Columns, Rows>;
};
template <class T, int K, int Rows>
struct matrix_product_of<mat<T, K, Rows>, vec<T, K>> {
  using type = vec<T, Rows>;
};
template <class T, int Columns, int K>
struct matrix_product_of<vec<T, K>, mat<T, Columns, K>> {
  using type = vec<T, Columns>;
};
template <class L, class R>
concept has_product = requires { typename matrix_product_of<traced_type_of<L>, traced_type_of<R>>::type; };

template <op Code, class R, class A, class B, class L, class X>
constexpr value<R> of_two(L const& l, X const& x) {
  builder* const b = owner_of_all(l, x);
  value_id const ids[] = {id_of<A>(b, l), id_of<B>(b, x)}; // braces: in this order
  return {b, b->pure(Code, type_of<R>, ids[0], ids[1])};
}

} // namespace detail

/// Both are matrices of one element type and one shape.
template <class L, class R>
concept matrices_of_one_shape = detail::traced_matrix<L> && detail::traced_matrix<R> &&
                                std::same_as<detail::traced_type_of<L>, detail::traced_type_of<R>>;

/// L * R of a matrix and a matrix or a vector: as many columns on the left as rows on the right, of one
/// element type. A vector is a column on the right and a row on the left.
template <class L, class R>
concept columns_of_left_are_rows_of_right =
    (detail::traced_matrix<L> || detail::traced_matrix<R>) && detail::has_product<L, R>;

/// A matrix beside a number of its element type.
template <class L, class R>
concept matrix_and_number = (detail::traced_matrix<L> && detail::scales<R, detail::traced_type_of<L>>) ||
                            (detail::traced_matrix<R> && detail::scales<L, detail::traced_type_of<R>>);

// What a compiler names when it refuses an operator on matrices; the types have their dimensions.
struct takes_matrices_of_one_type_and_shape;
struct the_columns_of_the_left_are_not_the_rows_of_the_right; // or the elements differ
struct of_a_matrix_there_are_the_operators_plus_minus_and_times;
struct takes_a_square_matrix;

namespace detail {
// A vector on the left is a row.
template <class T>
inline constexpr int columns_on_the_left = columns_of<T> > 1 ? columns_of<T> : rows_of<T>;
} // namespace detail

/// Element by element.
template <class L, class R>
  requires matrices_of_one_shape<L, R>
constexpr auto operator+(L const& l, R const& r) {
  using M = detail::traced_type_of<L>;
  return detail::of_two<op::add, M, M, M>(l, r);
}
template <class L, class R>
  requires matrices_of_one_shape<L, R>
constexpr auto operator-(L const& l, R const& r) {
  using M = detail::traced_type_of<L>;
  return detail::of_two<op::sub, M, M, M>(l, r);
}
template <class L, class R>
  requires(detail::has_matrix<L, R> && !matrices_of_one_shape<L, R>)
takes_matrices_of_one_type_and_shape operator+(L const& l, R const& r) = delete;
template <class L, class R>
  requires(detail::has_matrix<L, R> && !matrices_of_one_shape<L, R>)
takes_matrices_of_one_type_and_shape operator-(L const& l, R const& r) = delete;

/// Each element times a number: m * 2.0f, s * m.
template <class L, class R>
  requires matrix_and_number<L, R>
constexpr auto operator*(L const& l, R const& r) {
  if constexpr (detail::traced_matrix<L>) {
    using M = detail::traced_type_of<L>;
    return detail::of_two<op::mul, M, M, element_of<M>>(l, r);
  } else {
    using M = detail::traced_type_of<R>;
    return detail::of_two<op::mul, M, element_of<M>, M>(l, r);
  }
}
/// Each element with the other sign: MSL has no such operator, so the source has m * -1.0f.
template <detail::traced_matrix M>
constexpr auto operator-(M const& m) {
  return m * -1;
}

/// The matrix product: of matrices, of a matrix and a column, of a row and a matrix.
template <class L, class R>
  requires columns_of_left_are_rows_of_right<L, R>
constexpr auto operator*(L const& l, R const& r) {
  using A = detail::traced_type_of<L>;
  using B = detail::traced_type_of<R>;
  return detail::of_two<op::matrix_product, typename detail::matrix_product_of<A, B>::type, A, B>(l, r);
}
template <class L, class R, int ColumnsOfLeft = detail::columns_on_the_left<detail::traced_type_of<L>>,
          int RowsOfRight = detail::rows_of<detail::traced_type_of<R>>>
  requires(detail::has_matrix<L, R> && !matrix_and_number<L, R> && !columns_of_left_are_rows_of_right<L, R>)
the_columns_of_the_left_are_not_the_rows_of_the_right operator*(L const& l, R const& r) = delete;

// clang-format off
#define ENIGMA_NOT_OF_MATRICES(symbol)                                                                         \
  template <class L, class R>                                                                                  \
    requires detail::has_matrix<L, R>                                                                          \
  of_a_matrix_there_are_the_operators_plus_minus_and_times operator symbol(L const& l, R const& r) = delete;
ENIGMA_NOT_OF_MATRICES(/)
ENIGMA_NOT_OF_MATRICES(==)
ENIGMA_NOT_OF_MATRICES(!=)
ENIGMA_NOT_OF_MATRICES(<)
ENIGMA_NOT_OF_MATRICES(<=)
ENIGMA_NOT_OF_MATRICES(>)
ENIGMA_NOT_OF_MATRICES(>=)
#undef ENIGMA_NOT_OF_MATRICES
// clang-format on

/// Rows and columns exchanged: mat<T, C, R> becomes mat<T, R, C>.
template <detail::traced_matrix X>
constexpr auto transpose(X const& m) {
  using M = typename X::traced_type;
  using R = mat<element_of<M>, detail::rows_of<M>, detail::columns_of<M>>;
  detail::builder* const b = detail::owner_of_all(m);
  return value<R>(b, b->pure(op::transpose, type_of<R>, detail::id_of<M>(b, m)));
}

/// The determinant of a square matrix.
template <detail::traced_matrix X>
  requires(detail::columns_of<typename X::traced_type> == detail::rows_of<typename X::traced_type>)
constexpr auto determinant(X const& m) {
  using M = typename X::traced_type;
  detail::builder* const b = detail::owner_of_all(m);
  return value<element_of<M>>(b, b->pure(op::determinant, type_of<element_of<M>>, detail::id_of<M>(b, m)));
}
template <detail::traced_matrix X>
  requires(detail::columns_of<typename X::traced_type> != detail::rows_of<typename X::traced_type>)
takes_a_square_matrix determinant(X const& m) = delete;

/// A matrix from its 2 to 4 columns, vectors of f32 or f16 of one length. MSL: float2x3(a, b).
template <detail::traced_vector X, class... Rest>
  requires(
      sizeof...(Rest) >= 1 && sizeof...(Rest) <= 3 &&
      matrix_type<mat<element_of<typename X::traced_type>, 2, detail::rows_of<typename X::traced_type>>> &&
      (... && std::same_as<detail::traced_type_of<Rest>, typename X::traced_type>))
constexpr auto make_matrix(X const& first, Rest const&... rest) {
  using V = typename X::traced_type;
  using M = mat<element_of<V>, 1 + static_cast<int>(sizeof...(Rest)), detail::rows_of<V>>;
  detail::builder* const b = detail::owner_of_all(first, rest...);
  value_id const ids[] = {detail::id_of<V>(b, first), detail::id_of<V>(b, rest)..., no_value, no_value};
  return value<M>(b, b->pure(op::make_matrix, type_of<M>, ids[0], ids[1], ids[2],
                             sizeof...(rest) > 2 ? ids[3] : no_value));
}

namespace detail {
template <class M, class... X>
concept elements_of = matrix_type<M> && sizeof...(X) == columns_of<M> * rows_of<M> && (... || traced<X>) &&
                      (... && scales<X, M>);
} // namespace detail

/// A matrix from its elements, column after column: make_matrix<mat<f32, 2, 2>>(a, b, c, d) has the columns
/// (a, b) and (c, d).
template <matrix_type M, class... X>
  requires detail::elements_of<M, X...>
constexpr value<M> make_matrix(X const&... x) {
  using E = element_of<M>;
  detail::builder* const b = detail::owner_of_all(x...);
  value_id const ids[] = {detail::id_of<E>(b, x)...}; // braces: in this order
  constexpr int rows = detail::rows_of<M>;
  value_id columns[4] = {no_value, no_value, no_value, no_value};
  for (int c = 0; c < detail::columns_of<M>; ++c) {
    value_id const* const first = ids + c * rows;
    columns[c] = b->pure(op::make_vector, type_of<vec<E, rows>>, first[0], first[1],
                         rows > 2 ? first[2] : no_value, rows > 3 ? first[3] : no_value);
  }
  return {b, b->pure(op::make_matrix, type_of<M>, columns[0], columns[1], columns[2], columns[3])};
}

/// A matrix with a number on its diagonal and 0 elsewhere. MSL: float3x3(s).
template <matrix_type M, traced X>
  requires std::same_as<typename X::traced_type, element_of<M>>
constexpr value<M> diagonal(X const& s) {
  detail::builder* const b = detail::owner_of_all(s);
  return {b, b->pure(op::make_matrix, type_of<M>, detail::id_of<element_of<M>>(b, s))};
}

} // namespace enigma
