// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/dynamic_tensor.hpp>
#include <enigma/codegen/register_engine.hpp>
#include <enigma/codegen/simdgroup_matrix.hpp>

// Fragments whose registers are 8 x 8 matrices of a simdgroup. To a thread each matrix is its two elements,
// so a fragment of matrices is a tensor as any: read, computed with, stored. To the simdgroup it is operands
// of the matrix units. And how such a matrix lies in a tensor over memory.

namespace enigma {

namespace detail {

/// The registers of a fragment of matrices: element 2 * m + i is this thread's element i of matrix m.
class matrix_file {
public:
  static constexpr int max_lanes = 2;

  constexpr matrix_file(builder* owner, value_id first) : owner_{owner}, first_{first} {}

  constexpr builder* owner() const { return owner_; }
  constexpr value_id first() const { return first_; }
  static constexpr int width() { return 2; }

  constexpr value_id matrix(std::int64_t m) const { return owner_->get(variable(m)); }
  constexpr void set_matrix(std::int64_t m, value_id x) const { owner_->set(variable(m), x); }

  constexpr value_id read(std::int64_t at, int lanes) const {
    value_id const whole = matrix(at / 2);
    if (lanes == 1)
      return element_of(whole, at % 2);
    value_id const pair[] = {element_of(whole, 0), element_of(whole, 1)};
    return owner_->pure(op::make_vector, type_of_lanes(2), pair[0], pair[1]);
  }
  constexpr void write(std::int64_t at, int lanes, value_id x) const {
    value_id pair[] = {x, x};
    if (lanes == 2)
      for (int i = 0; i < 2; ++i)
        pair[i] = owner_->pure(op::extract, type_of_lanes(1), x, no_value, no_value, no_value, i);
    else
      pair[1 - at % 2] = element_of(matrix(at / 2), 1 - at % 2);
    set_matrix(at / 2, owner_->simdgroup_matrix(op::simdgroup_of_elements, owner_->type_at(first_), pair[0],
                                                pair[1]));
  }

private:
  constexpr value_id variable(std::int64_t m) const { return static_cast<value_id>(first_ + m); }
  constexpr type type_of_lanes(int lanes) const {
    type t = owner_->type_at(first_);
    t.columns = 1;
    t.lanes = static_cast<std::uint8_t>(lanes);
    return t;
  }
  constexpr value_id element_of(value_id matrix, std::int64_t i) const {
    return owner_->pure(op::thread_element, type_of_lanes(1), matrix, no_value, no_value, no_value, i);
  }

  builder* owner_;
  value_id first_;
};

} // namespace detail

/// A tensor in the registers of a simdgroup's matrices. Mode 0 is this thread's two elements of a matrix, the
/// others say which matrix: (2,MMA_M,MMA_N).
template <element T>
using matrix_fragment = tensor<register_engine<T, detail::matrix_file>>;

namespace detail {

template <class Tensor>
inline constexpr bool is_matrix_fragment = false;
template <class T>
inline constexpr bool is_matrix_fragment<matrix_fragment<T>> = true;

/// rows x columns matrices, all elements `initial`.
template <element T, class X>
constexpr matrix_fragment<T> make_matrix_fragment(builder* b, std::int64_t rows, std::int64_t columns,
                                                  X const& initial, char const* name) {
  constexpr std::int64_t most = 128;
  if (rows * columns > most)
    refused((sentence("make_fragment: ")
             << rows << " x " << columns << " matrices refused: a simdgroup is given at most " << most
             << ", which are " << 2 * most
             << " registers of each thread; take smaller tiles or more simdgroups")
                .lines());
  constexpr type t = type_of<simdgroup_matrix<T>>;
  value_id const value = b->simdgroup_matrix(op::simdgroup_fill, t, id_of<T>(b, initial));
  value_id first = no_value;
  for (std::int64_t i = 0; i < rows * columns; ++i) {
    value_id const v = b->declare_register(t, value);
    if (first == no_value)
      first = v;
    if (name[0] != '\0')
      b->name_value(v, name);
  }
  return {register_engine<T, matrix_file>(matrix_file(b, first)), make_layout({2, rows, columns})};
}

// ---- Matrices in memory ---------------------------------------------------------------------------------

/// What simdgroup_load and simdgroup_store take.
struct matrix_in_memory {
  value_id index = no_value, elements_per_row = no_value;
  bool transpose = false;
};

constexpr void refuse_matrix(layout const& l, char const* why) {
  refused((sentence("a matrix of a simdgroup in ")
           << l << " refused: " << why
           << "; partition_A, partition_B and partition_C give each thread its own elements")
              .lines());
}

/// How far apart in memory the elements of a mode are: a stride of a layout over the engine.
template <class H, access A, address_space S>
constexpr dimension step_of(buffer_engine<H, A, S> const&, std::int64_t stride) {
  return dimension(stride);
}
template <class M, int R>
constexpr dimension step_of(dynamic_engine<M, R> const& engine, std::int64_t stride) {
  coordinate_digits<R> const d(stride);
  for (int j = 0; j < R; ++j)
    if (stride == d.digit[j] * coordinate_unit<R>(j)) {
      dimension const& one = engine.stride(engine.mode_of(j));
      if (one.is_known())
        return dimension(one.known() * d.digit[j]);
      if (d.digit[j] == 1)
        return one;
    }
  return dimension(0);
}

template <class H, access A, address_space S>
constexpr buffer_engine<H, A, S> memory_of_engine(buffer_engine<H, A, S> const& e) {
  return e;
}
template <class M, int R>
constexpr M memory_of_engine(dynamic_engine<M, R> const& e) {
  return e.memory();
}
template <class H, access A, address_space S>
constexpr buffer_offset place_in(buffer_engine<H, A, S> const&, buffer_offset const& at) {
  return at;
}
template <class M, int R>
constexpr buffer_offset place_in(dynamic_engine<M, R> const& e,
                                 typename dynamic_engine<M, R>::offset_type const& at) {
  return e.place_of(at);
}

/// A memory that matrices are loaded from: not one with elements that are not there.
template <class E>
concept holds_matrices = requires(E const& e, std::int64_t stride) {
  { step_of(e, stride) } -> std::same_as<dimension>;
};

/// How far apart the rows and the columns of the matrices are that mode 0 of a layout is: (8,8).
struct matrix_steps {
  std::int64_t row = 0, column = 0;
};
constexpr matrix_steps steps_of_matrices(layout const& l) {
  layout const block = mode(l, 0);
  if (size(block) != 64)
    refuse_matrix(l, "mode 0 is not (8,8)");
  matrix_steps const r{index_at(block, 1), index_at(block, 8)};
  bool straight = block.leaves() == 2 && block.leaf_shape(0) == 8;
  for (std::int64_t i = 0; i < 64 && !straight; ++i) {
    if (index_at(block, i) != i % 8 * r.row + i / 8 * r.column)
      refuse_matrix(l, "its rows and columns are no straight lines");
    straight = i == 63;
  }
  return r;
}

/// The matrix at an index of a tensor.
template <holds_matrices E>
constexpr matrix_in_memory matrix_at(tensor<E> const& t, matrix_steps const& step, std::int64_t index) {
  builder* const b = t.engine().owner();
  if (!memory_of_engine(t.engine()).swizzle().is_identity())
    refuse_matrix(t.layout(), "its memory is swizzled, and the hardware reads straight rows");
  dimension const down = step_of(t.engine(), step.row), right = step_of(t.engine(), step.column);
  bool const by_rows = right.is_known() && right.known() == 1;
  if (!by_rows && !(down.is_known() && down.known() == 1))
    refuse_matrix(t.layout(), "neither its rows nor its columns are contiguous");
  dimension const& apart = by_rows ? down : right;
  if (apart.is_known() && apart.known() < 8)
    refuse_matrix(t.layout(), "its rows overlap, or run backwards");
  auto const at = place_in(t.engine(), t.offset() + typename tensor<E>::offset_type(index));
  value_id const ids[] = {at.id_in(b), apart.value_in(b).id_in(b)}; // braces: in this order
  return {ids[0], ids[1], !by_rows};
}

} // namespace detail
} // namespace enigma
