// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>

#include <enigma/runtime/cpu/control.hpp>
#include <enigma/runtime/cpu/machine.hpp>
#include <enigma/runtime/cpu/memory.hpp>
#include <enigma/runtime/cpu/report.hpp>

// Matrices that a simdgroup holds together. A value has two components, the two elements of each thread.

namespace enigma::detail::cpu {

/// The row and the column of the first element of a lane; the second is beside it. As Apple's chips have it,
/// see simdgroup_matrix_tv.
constexpr std::uint32_t matrix_row(std::uint32_t lane) {
  return lane / 16 * 4 + lane / 2 % 4;
}
constexpr std::uint32_t matrix_column(std::uint32_t lane) {
  return lane / 8 % 2 * 4 + lane % 2 * 2;
}

/// How memory is reached, as step::imm keeps it.
struct matrix_access {
  bool transpose = false;
  element_kind offset{}, elements_per_row{};

  std::int64_t bits() const {
    return (transpose ? 1 : 0) | static_cast<std::int64_t>(offset) << 8 |
           static_cast<std::int64_t>(elements_per_row) << 16;
  }
  static matrix_access from(std::int64_t imm) {
    return {(imm & 1) != 0, static_cast<element_kind>(imm >> 8 & 0xff),
            static_cast<element_kind>(imm >> 16 & 0xff)};
  }
};

/// Whether simdgroup k comes to the step; it comes as a whole, or not at all.
inline bool comes_as_a_whole(machine const& m, step const& s, std::uint32_t k) {
  frame const& f = m.active();
  if (f.full)
    return true;
  chunk_mask const on = active_lanes(f, k);
  if (!on.any() || on.all())
    return on.all();
  wait_for_simdgroup(m, info(s.code).name);
  std::uint32_t threads = 0;
  for (std::uint32_t i = 0; i < chunk; ++i)
    threads += on[i] ? 1 : 0;
  refuse("{}: {} needs all {} threads of a simdgroup, and simdgroup {} of threadgroup {} has {}",
         m.code->name, info(s.code).name, chunk, k, position(m.group), threads);
}

/// A number that is one in all threads of the simdgroup; a u64 from 2^63 on is negative.
inline std::int64_t number_of_simdgroup(machine const& m, step const& s, operand const& o, element_kind kind,
                                        char const* what, std::uint32_t k) {
  auto const number = [&](std::uint32_t i) -> std::int64_t {
    if (size_in_bytes(kind) == 8)
      return m.at<std::int64_t const>(o, 0, k)[i];
    std::uint32_t const word = m.at<std::uint32_t const>(o, 0, k)[i];
    return info(kind).is_signed ? std::int64_t{static_cast<std::int32_t>(word)} : std::int64_t{word};
  };
  for (std::uint32_t i = 1; i < chunk; ++i)
    if (number(i) != number(0))
      refuse("{}: {}: the {} to be the same in all threads of a simdgroup; it is {} in thread {} and {} in "
             "thread {}",
             m.code->name, access_name(m, s), what, number(0), thread_name(m, k * chunk), number(i),
             thread_name(m, k * chunk + i));
  return number(0);
}

/// The indices of the elements of simdgroup k, all of which are in range.
struct matrix_indices {
  std::uint64_t at[2][chunk];

  matrix_indices(machine const& m, step const& s, std::uint32_t k) {
    matrix_access const how = matrix_access::from(s.imm);
    std::int64_t const offset = number_of_simdgroup(m, s, s.in[0], how.offset, "offset has", k);
    std::int64_t const per_row =
        number_of_simdgroup(m, s, s.in[1], how.elements_per_row, "elements per row have", k);
    if (s.code == op::simdgroup_store && per_row < 8)
      refuse("{}: {}: {} elements per row; rows of a matrix have 8, and would overlap", m.code->name,
             access_name(m, s), per_row);
    std::uint64_t const length = m.memories[s.memory].length;
    for (std::uint32_t i = 0; i < chunk; ++i)
      for (std::uint32_t c = 0; c < 2; ++c) {
        std::int64_t const row = matrix_row(i), column = matrix_column(i) + c;
        std::int64_t index = 0;
        bool const lost = __builtin_mul_overflow(how.transpose ? column : row, per_row, &index) ||
                          __builtin_add_overflow(index, how.transpose ? row : column, &index) ||
                          __builtin_add_overflow(index, offset, &index);
        if (lost || index < 0 || static_cast<std::uint64_t>(index) >= length)
          refuse_element(m, s, k * chunk + i, lost ? offset : index);
        at[c][i] = static_cast<std::uint64_t>(index);
      }
  }
};

/// in: the offset, the elements per row.
template <class Word>
void load_matrix(machine& m, step const& s) {
  frame const& f = m.active();
  bound_memory const& memory = m.memories[s.memory];
  Word const* const data = reinterpret_cast<Word const*>(memory.data);
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    if (!comes_as_a_whole(m, s, k))
      continue;
    matrix_indices const index(m, s, k);
    for (std::uint32_t c = 0; c < 2; ++c) {
      Word* const out = m.at<Word>(s.out, c, k);
      for (std::uint32_t i = 0; i < chunk; ++i) {
        if (memory.written != nullptr && memory.written[index.at[c][i]] == 0)
          refuse_unwritten(m, s, k * chunk + i, index.at[c][i]);
        out[i] = data[index.at[c][i]];
      }
    }
  }
}

/// in: the offset, the elements per row, the matrix.
template <class Word>
void store_matrix(machine& m, step const& s) {
  frame const& f = m.active();
  bound_memory const& memory = m.memories[s.memory];
  Word* const data = reinterpret_cast<Word*>(memory.data);
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    if (!comes_as_a_whole(m, s, k))
      continue;
    matrix_indices const index(m, s, k);
    for (std::uint32_t c = 0; c < 2; ++c) {
      Word const* const from = m.at<Word const>(s.in[2], c, k);
      for (std::uint32_t i = 0; i < chunk; ++i) {
        data[index.at[c][i]] = from[i];
        if (memory.written != nullptr)
          memory.written[index.at[c][i]] = 1;
      }
    }
  }
}

template <class Word>
void diagonal_matrix(machine& m, step const& s) {
  frame const& f = m.active();
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    Word const* const x = m.at<Word const>(s.in[0], 0, k);
    for (std::uint32_t c = 0; c < 2; ++c) {
      Word* const out = m.at<Word>(s.out, c, k);
      for (std::uint32_t i = 0; i < chunk; ++i)
        out[i] = matrix_row(i) == matrix_column(i) + c ? x[i] : Word{0};
    }
  }
}

/// A matrix in one place, as f32.
struct whole_matrix {
  f32 at[8][8];

  void read(machine const& m, operand const& o, chunk_function widen, std::uint32_t k) {
    for (std::uint32_t c = 0; c < 2; ++c) {
      f32 element[chunk];
      void const* const from = m.at<void const>(o, c, k);
      if (widen != nullptr)
        widen(element, &from);
      else
        std::memcpy(element, from, sizeof element);
      for (std::uint32_t i = 0; i < chunk; ++i)
        at[matrix_row(i)][matrix_column(i) + c] = element[i];
    }
  }
  void write(machine const& m, step const& s, std::uint32_t k) const {
    for (std::uint32_t c = 0; c < 2; ++c) {
      f32 element[chunk];
      for (std::uint32_t i = 0; i < chunk; ++i)
        element[i] = at[matrix_row(i)][matrix_column(i) + c];
      void const* const from = element;
      if (s.narrow != nullptr)
        s.narrow(m.at<void>(s.out, c, k), &from);
      else
        std::memcpy(m.at<void>(s.out, c, k), element, sizeof element);
    }
  }
};

/// a b, or a b + c: each element a sum in f32 that begins with c's, or 0, and takes in one product after
/// another.
inline void multiply_matrices(machine& m, step const& s) {
  frame const& f = m.active();
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    if (!comes_as_a_whole(m, s, k))
      continue;
    whole_matrix a, b, sum{};
    a.read(m, s.in[0], s.widen, k);
    b.read(m, s.in[1], s.widen, k);
    if (s.code == op::simdgroup_multiply_accumulate)
      sum.read(m, s.in[2], s.function, k);
    for (int row = 0; row < 8; ++row)
      for (int j = 0; j < 8; ++j)
        for (int column = 0; column < 8; ++column)
          sum.at[row][column] = sum.at[row][column] + a.at[row][j] * b.at[j][column];
    sum.write(m, s, k);
  }
}

} // namespace enigma::detail::cpu
