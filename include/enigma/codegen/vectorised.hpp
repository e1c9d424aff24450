// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/compile.hpp>
#include <enigma/codegen/passes/vectorise.hpp>

namespace enigma {

/// A kernel in vector form. Made by `vectorised<4>(kernel)`.
template <int Lanes, fixed_string Name, class Body>
struct vectorised_definition {
  kernel_definition<Name, Body> as_written;
  static constexpr char const* name = kernel_definition<Name, Body>::name;
};

template <int Lanes>
concept a_vector_form_has_2_or_4_elements_a_thread = Lanes == 2 || Lanes == 4;

/// The vector form of an element-wise kernel: each thread has 2 or 4 neighbouring elements, and reads,
/// computes and writes them as vectors. Law: called with n threads, it does what the kernel does, bit by bit.
///
///   constexpr auto wide = compile<vectorised<4>(saxpy)>();
///   rt.execute(wide, threads(n), in(x), 2.0f, in(y), out(z)); // the call is that of saxpy
///
/// Calls count the threads of the kernel as written, one for each element. What is left of the last vector is
/// done element by element; in a guard `g.if_(i < n, ...)`, with i = thread_position_in_grid and a u32 n, n
/// says where the elements end. Where neither a guard nor a fixed grid and block tell, an argument does that
/// the runtime gives: `elements`, the last one of the source.
///
/// Buffers begin at multiples of a vector's size, as Metal's do where they are bound without an offset.
///
/// Errors: elements at anything but i, or i plus a multiple of Lanes; conditions and loops that differ
/// between neighbours, but for the guard; whatever depends on which threads stand beside each other, or come
/// first; structs and vectors as elements.
template <int Lanes, fixed_string Name, class Body>
  requires a_vector_form_has_2_or_4_elements_a_thread<Lanes>
constexpr vectorised_definition<Lanes, Name, Body> vectorised(kernel_definition<Name, Body> const& kernel) {
  return {kernel};
}

namespace detail {

template <int Lanes, fixed_string Name, class Body>
constexpr void trace(program_builder& program, vectorised_definition<Lanes, Name, Body> const& k,
                     compile_options const& options, tensor_argument const* arguments, int count) {
  trace(program, k.as_written, options, arguments, count);
  vectorise<Lanes>(program);
}
template <int Lanes, fixed_string Name, class Body>
inline constexpr bool keeps_all_arguments<vectorised_definition<Lanes, Name, Body>> = true;

} // namespace detail
} // namespace enigma
