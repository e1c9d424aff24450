// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/async_copies.hpp>
#include <enigma/codegen/detail/program_builder.hpp>
#include <enigma/codegen/emit_msl.hpp>

namespace enigma::detail {

/// How much a traced program holds.
struct program_size {
  std::size_t parameters = 0, kernels = 0, memories = 0, instructions = 0, names = 0;
  std::size_t functions = 0; // the first of the kernels
  constexpr bool fits(program_size const& capacity) const {
    return parameters <= capacity.parameters && kernels <= capacity.kernels &&
           memories <= capacity.memories && instructions <= capacity.instructions && names <= capacity.names;
  }
};

/// The functions of a program, then its kernels.
constexpr kernel_under_construction const& part_of(program_builder const& p, std::size_t k) {
  std::size_t const functions = p.functions().size();
  return k < functions ? *p.functions()[k] : *p.kernels()[k - functions];
}

constexpr program_size size_of(program_builder const& p) {
  program_size s;
  s.parameters = p.parameters().size();
  s.functions = p.functions().size();
  s.kernels = s.functions + p.kernels().size();
  for (std::size_t k = 0; k < s.kernels; ++k) {
    builder const& body = part_of(p, k).body;
    s.memories += body.memories().size();
    s.instructions += body.code().size();
    s.names += body.names().size();
  }
  return s;
}

/// One kernel's part of the shared arrays.
struct kernel_slice {
  char const* name;
  extent3 grid, block;
  std::size_t memories, instructions, names; // where the next kernel's begin
  math_mode math;
  std::uint32_t max_threads;
  bool is_function;
  std::uint32_t elements_per_thread;
};

/// A program in arrays of fixed capacity, which is how it leaves a constant evaluation.
template <program_size Capacity>
struct program_arrays {
  program_size size;
  parameter parameters[Capacity.parameters + 1];
  kernel_slice kernels[Capacity.kernels + 1];
  memory memories[Capacity.memories + 1];
  instruction instructions[Capacity.instructions + 1];
  value_name names[Capacity.names + 1];
};

/// Copies a traced program into arrays (at run time: into growing arrays of the right size).
template <class Arrays>
constexpr void copy_program(program_builder const& p, Arrays& to) {
  std::size_t k = 0, m = 0, i = 0, n = 0;
  for (std::size_t q = 0; q < p.parameters().size(); ++q)
    to.parameters[q] = p.parameters()[q];
  for (std::size_t const all = p.functions().size() + p.kernels().size(); k < all; ++k) {
    kernel_under_construction const& it = part_of(p, k);
    for (memory const& x : it.body.memories())
      to.memories[m++] = x;
    for (instruction const& x : it.body.code())
      to.instructions[i++] = x;
    for (value_name const& x : it.body.names())
      to.names[n++] = x;
    to.kernels[k] = {
        it.body.name(),        it.grid, it.block, m, i, n, it.math, it.max_threads, it.body.is_function(),
        it.elements_per_thread};
  }
}

/// The kernels of a program as views of its arrays.
template <class Arrays>
constexpr kernel_ir kernel_view(Arrays const& from, std::size_t k) {
  std::size_t const m = k == 0 ? 0 : from.kernels[k - 1].memories,
                    i = k == 0 ? 0 : from.kernels[k - 1].instructions,
                    n = k == 0 ? 0 : from.kernels[k - 1].names;
  kernel_slice const& it = from.kernels[k];
  return {it.name,
          {&from.memories[m], it.memories - m},
          {&from.instructions[i], it.instructions - i},
          {&from.names[n], it.names - n},
          it.grid,
          it.block,
          it.math,
          it.max_threads,
          it.is_function,
          nullptr,
          0,
          it.elements_per_thread};
}

constexpr bool has_simdgroup_matrices(kernel_ir const& k) {
  for (instruction const& i : k.code)
    if (i.type.is_simdgroup_matrix())
      return true;
  return false;
}
constexpr bool has_simdgroup_matrices(array_view<kernel_ir> kernels) {
  for (kernel_ir const& k : kernels)
    if (has_simdgroup_matrices(k))
      return true;
  if (!kernels.empty())
    for (std::size_t f = 0; f < kernels[0].function_count; ++f)
      if (has_simdgroup_matrices(kernels[0].functions[f]))
        return true;
  return false;
}

constexpr void emit_program(array_view<kernel_ir> kernels, text& out) {
  emit_msl_preamble(out, has_simdgroup_matrices(kernels));
  if (has_async_copies(kernels))
    emit_async_copies(out);
  record_names const records(kernels);
  records.declare(out);
  file_constants const constants(kernels, records);
  constants.print(out);
  if (!kernels.empty())
    for (std::size_t f = 0; f < kernels[0].function_count; ++f) {
      out << '\n';
      msl_printer(function_view(kernels[0], f), constants, records, out).print();
    }
  for (kernel_ir const& k : kernels) {
    out << '\n';
    msl_printer(k, constants, records, out).print();
  }
}

} // namespace enigma::detail
