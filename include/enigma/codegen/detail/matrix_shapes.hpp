// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/whole_matrices.hpp>
#include <enigma/codegen/op.hpp>

namespace enigma::detail {

/// Which operations give matrices, and of which elements there are any.
constexpr bool may_give_matrix(op code, type t) {
  switch (code) {
  case op::add:
  case op::sub:
  case op::mul:
  case op::matrix_product:
  case op::transpose:
  case op::select:
  case op::convert:
  case op::make_matrix:
  case op::declare:
  case op::load_field:
  case op::get:
  case op::call:
  case op::invoke:
  case op::argument:
    break;
  default:
    return false;
  }
  return t.is_matrix() && t.lanes >= 2 && t.lanes <= 4 &&
         (t.element == element_kind::float32 || t.element == element_kind::float16);
}

/// The shape of what an operation on matrices gives; `inner` is 0 if the operands have no such result. A
/// vector on the right is a column, and one on the left a row.
constexpr matrix_shape shape_of_result(op code, type left, type right) {
  auto const shape = [](type t, bool is_left) {
    if (t.columns > 1)
      return matrix_shape{t.columns, t.lanes};
    return is_left ? matrix_shape{t.lanes, 1} : matrix_shape{1, t.lanes};
  };
  matrix_shape const a = shape(left, true);
  if (code == op::transpose)
    return {a.rows, a.columns, a.columns};
  if (code == op::determinant)
    return a.rows == a.columns ? matrix_shape{1, 1, a.columns} : matrix_shape{};
  matrix_shape const b = shape(right, false);
  return a.columns == b.rows ? matrix_shape{b.columns, a.rows, a.columns} : matrix_shape{};
}

/// A value of that shape.
constexpr type type_of_shape(matrix_shape s, element_kind element) {
  bool const vector = s.columns == 1 || s.rows == 1;
  return vector ? type{element, static_cast<std::uint8_t>(s.columns * s.rows)}
                : type{element, s.rows, s.columns};
}

} // namespace enigma::detail
