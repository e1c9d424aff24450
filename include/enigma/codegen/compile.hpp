// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include <enigma/codegen/compiled_kernel.hpp>
#include <enigma/codegen/detail/finish.hpp>
#include <enigma/codegen/detail/storage.hpp>
#include <enigma/codegen/kernel.hpp>

namespace enigma {

/// How a kernel is compiled. A structural value, so it can be a template argument.
struct compile_options {
  extent3 grid{0, 0, 0};  ///< threadgroups; zero: chosen at dispatch
  extent3 block{0, 0, 0}; ///< threads per threadgroup; zero: chosen at dispatch
  int vec_width = 4;      ///< the widest vector access of tile expressions: 1, 2 or 4
  bool emit_only = false; ///< for the text alone: a runtime refuses to run it
};

namespace detail {

constexpr void check_options(char const* name, compile_options const& o) {
  if (o.vec_width != 1 && o.vec_width != 2 && o.vec_width != 4)
    refused((sentence(name) << ": vec_width is " << o.vec_width << "; it is 1, 2 or 4").lines());
}

template <fixed_string Name, class Body>
constexpr void trace(program_builder& program, kernel_definition<Name, Body> const& k,
                     compile_options const& options) {
  static_assert(has_one_signature<Body>,
                "a kernel's body is a lambda returning void that names the types of its "
                "parameters: [](gpu& g, in<f32, \"X\"> x, ...) { ... }");
  using signature = body_parameters<decltype(&Body::operator())>;
  static_assert(std::same_as<typename signature::first, gpu&>, "a kernel's body takes gpu& first");
  trace_body(program, k.name, k.body, typename signature::rest{}, options.grid, options.block,
             options.vec_width);
}

template <class Definition>
inline constexpr bool keeps_all_arguments = false;
template <fixed_string Name, class Body>
inline constexpr bool keeps_all_arguments<kernel_definition<Name, Body>> = true;

// Everything of a constant program, each part evaluated once and with constant-evaluation limits of its own:
// trace, then shrink to size, then print, then shrink the text.
template <auto Definition, compile_options Options, auto... Arguments>
struct constant_program {
  template <program_size Capacity>
  static constexpr program_arrays<Capacity> traced() {
    check_options(Definition.name, Options);
    program_builder program(Definition.name);
    trace(program, Definition, Options, Arguments...);
    finish(program, keeps_all_arguments<std::remove_const_t<decltype(Definition)>>);
    program_arrays<Capacity> result{};
    result.size = size_of(program);
    if (result.size.fits(Capacity))
      copy_program(program, result);
    return result;
  }
  static constexpr program_size usual{64, 16, 128, 4096, 256};
  static constexpr program_arrays<usual> roomy = traced<usual>();
  static constexpr program_size size = roomy.size;

  static constexpr program_arrays<size> shrunk() {
    if constexpr (!size.fits(usual)) {
      return traced<size>();
    } else {
      program_arrays<size> result{};
      result.size = size;
      for (std::size_t i = 0; i < size.parameters; ++i)
        result.parameters[i] = roomy.parameters[i];
      for (std::size_t i = 0; i < size.kernels; ++i)
        result.kernels[i] = roomy.kernels[i];
      for (std::size_t i = 0; i < size.memories; ++i)
        result.memories[i] = roomy.memories[i];
      for (std::size_t i = 0; i < size.instructions; ++i)
        result.instructions[i] = roomy.instructions[i];
      for (std::size_t i = 0; i < size.names; ++i)
        result.names[i] = roomy.names[i];
      return result;
    }
  }
  static constexpr program_arrays<size> arrays = shrunk();

  struct kernel_list {
    kernel_ir kernels[size.kernels + 1];
    constexpr std::span<kernel_ir const> span() const { return {kernels, size.kernels}; }
  };
  static constexpr kernel_list kernels = [] {
    kernel_list list{};
    for (std::size_t k = 0; k < size.kernels; ++k)
      list.kernels[k] = kernel_view(arrays, k);
    return list;
  }();

  static constexpr std::size_t usual_text = 65536;
  template <std::size_t Capacity>
  struct characters {
    std::size_t size;
    char text[Capacity];
  };
  template <std::size_t Capacity>
  static constexpr characters<Capacity> printed() {
    text out;
    emit_program(kernels.span(), out);
    characters<Capacity> result{};
    result.size = out.size();
    if (out.size() <= Capacity)
      for (std::size_t i = 0; i < out.size(); ++i)
        result.text[i] = out.data()[i];
    return result;
  }
  static constexpr characters<usual_text> roomy_text = printed<usual_text>();

  static constexpr auto shrunk_text() {
    if constexpr (roomy_text.size > usual_text) {
      return printed<roomy_text.size>();
    } else {
      characters<roomy_text.size> result{};
      result.size = roomy_text.size;
      for (std::size_t i = 0; i < roomy_text.size; ++i)
        result.text[i] = roomy_text.text[i];
      return result;
    }
  }
  static constexpr auto source = shrunk_text();

  static constexpr compiled_kernel compiled{Definition.name,
                                            {source.text, source.size},
                                            {arrays.parameters, size.parameters},
                                            kernels.span(),
                                            Options.emit_only};
};

} // namespace detail

/// Compiles a kernel while the program is compiled: the result, its MSL text included, is a constant.
///
///   constexpr auto compiled = compile<saxpy>();
///   static_assert(compiled.metal_source().find("alpha * X[gid]") != std::string_view::npos);
template <auto Definition, compile_options Options = compile_options{}>
constexpr compiled_kernel compile() {
  return detail::constant_program<Definition, Options>::compiled;
}

} // namespace enigma
