// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>

#include <enigma/codegen/compiled_kernel.hpp>
#include <enigma/codegen/detail/finish.hpp>
#include <enigma/codegen/detail/storage.hpp>
#include <enigma/codegen/jit.hpp>

namespace enigma {

/// How a kernel is compiled. A structural value, so it can be a template argument.
struct compile_options {
  extent3 grid = extent3::open();          ///< threadgroups of a kernel; open: chosen at dispatch
  extent3 block = extent3::open();         ///< threads per threadgroup of a kernel; open: chosen at dispatch
  int vec_width = 4;                       ///< the widest vector access of tile expressions: 1, 2 or 4
  bool emit_only = false;                  ///< for the text alone: a runtime refuses to run it
  math_mode math = math_mode::as_compiled; ///< what the compiler may assume of floats
  int max_threads = 0; ///< the text promises at most so many threads in a threadgroup (1 to 1024); 0: nothing
  metal_version metal = metal_version::any(); ///< refuse what needs a later one: .metal = {3, 0}
};

/// What else compiling at run time can do: leave files in a folder. They are written whole or not at all.
struct output_options {
  bool dump_ir = false;           ///< write `name.ir`, the intermediate representation as text
  bool keep_metal_source = false; ///< write `name.metal`
  std::string work_dir = ".";     ///< the folder, which must exist
};

namespace detail {

constexpr void check_options(char const* name, compile_options const& o) {
  if (o.max_threads < 0 || o.max_threads > 1024)
    refused((sentence(name) << ": max_threads is " << o.max_threads << "; it is 1 to 1024, or 0").lines());
  if (o.vec_width != 1 && o.vec_width != 2 && o.vec_width != 4)
    refused((sentence(name) << ": vec_width is " << o.vec_width << "; it is 1, 2 or 4").lines());
}

template <fixed_string Name, class Body>
constexpr void trace(program_builder& program, kernel_definition<Name, Body> const& k,
                     compile_options const& options, tensor_argument const*, int count) {
  static_assert(has_one_signature<Body>,
                "a kernel's body is a lambda returning void that names the types of its "
                "parameters: [](gpu& g, in<f32, \"X\"> x, ...) { ... }");
  using signature = body_parameters<decltype(&Body::operator())>;
  static_assert(std::same_as<typename signature::first, gpu&>, "a kernel's body takes gpu& first");
  if (count != 0)
    refused((sentence(k.name) << " is a kernel: its parameters have their names, and no layouts are given")
                .lines());
  trace_body(program, k.name, k.body, typename signature::rest{}, options.grid, options.block);
}

template <fixed_string Name, class Body>
constexpr void trace(program_builder& program, jit_definition<Name, Body> const& f,
                     compile_options const& options, tensor_argument const* arguments, int count) {
  static_assert(has_one_signature<Body>,
                "a jit function's body is a lambda returning void that names the types of "
                "its parameters: [](host& h, tensor_of<f32> A, ...) { ... }");
  using signature = body_parameters<decltype(&Body::operator())>;
  static_assert(std::same_as<typename signature::first, host&>, "a jit function's body takes host& first");
  if (!options.grid.is_open() || !options.block.is_open())
    refused(
        (sentence(f.name) << " is a jit function: its launches say their grid and block, the options do not")
            .lines());
  trace_jit(program, f.body, typename signature::rest{}, arguments, count);
  if (program.kernels().empty())
    refused((sentence(f.name) << " launches no kernel").lines());
}

template <class Definition>
inline constexpr bool keeps_all_arguments = false;
template <fixed_string Name, class Body>
inline constexpr bool keeps_all_arguments<kernel_definition<Name, Body>> = true;

/// Tracing and all that follows up to the text, the same at compile time and at run time.
template <class Definition>
constexpr void trace_and_finish(program_builder& program, Definition const& definition,
                                compile_options const& options, tensor_argument const* arguments, int count) {
  check_options(definition.name, options);
  trace(program, definition, options, arguments, count);
  for (auto* f : program.functions())
    f->math = options.math;
  for (auto* kernel : program.kernels()) {
    kernel->math = options.math;
    kernel->max_threads = static_cast<std::uint32_t>(options.max_threads);
  }
  finish(program, keeps_all_arguments<Definition>);
  for (auto const* f : program.functions())
    check_version(f->body.name(), {f->body.memories().data(), f->body.memories().size()},
                  {f->body.code().data(), f->body.code().size()}, 0, options.metal);
  for (auto const* k : program.kernels())
    check_version(k->body.name(), {k->body.memories().data(), k->body.memories().size()},
                  {k->body.code().data(), k->body.code().size()}, k->max_threads, options.metal);
}

// Everything of a constant program, each part evaluated once and with constant-evaluation limits of its own:
// trace, then shrink to size, then print, then shrink the text.
template <auto Definition, compile_options Options, auto... Arguments>
struct constant_program {
  template <program_size Capacity>
  static constexpr program_arrays<Capacity> traced() {
    tensor_argument const arguments[] = {Arguments..., tensor_argument{}};
    program_builder program(Definition.name, Options.vec_width);
    trace_and_finish(program, Definition, Options, arguments, static_cast<int>(sizeof...(Arguments)));
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

  template <std::size_t First, std::size_t Past>
  struct kernel_list {
    kernel_ir kernels[Past - First + 1];
    constexpr array_view<kernel_ir> view() const { return {kernels, Past - First}; }
  };
  template <std::size_t First, std::size_t Past>
  static constexpr kernel_list<First, Past> views(kernel_ir const* functions_of_all) {
    kernel_list<First, Past> list{};
    for (std::size_t k = First; k < Past; ++k) {
      list.kernels[k - First] = kernel_view(arrays, k);
      list.kernels[k - First].functions = functions_of_all;
      list.kernels[k - First].function_count = functions_of_all != nullptr ? size.functions : 0;
    }
    return list;
  }
  static constexpr auto functions = views<0, size.functions>(nullptr);
  static constexpr auto kernels = views<size.functions, size.kernels>(functions.kernels);

  static constexpr std::size_t usual_text = 65536;
  template <std::size_t Capacity>
  struct characters {
    std::size_t size;
    char text[Capacity];
  };
  template <std::size_t Capacity>
  static constexpr characters<Capacity> printed() {
    text out;
    emit_program(kernels.view(), out);
    characters<Capacity> result{};
    result.size = out.size();
    if (result.size <= Capacity) {
      char const* const from = out.data();
      for (std::size_t i = 0; i < result.size; ++i)
        result.text[i] = from[i];
    }
    return result;
  }
  static constexpr characters<usual_text> roomy_text = printed<usual_text>();

  static constexpr auto shrunk_text() {
    if constexpr (roomy_text.size > usual_text) {
      return printed<roomy_text.size + 1>();
    } else {
      characters<roomy_text.size + 1> result{}; // a zero follows, for interfaces that want one
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
                                            kernels.view(),
                                            Options.emit_only};
};

/// The same at run time, in memory of its own.
class owned_program {
public:
  owned_program(program_builder const& p, bool emit_only)
      : size_{size_of(p)}
      , parameters(size_.parameters)
      , kernels(size_.kernels)
      , memories(size_.memories)
      , instructions(size_.instructions)
      , names(size_.names)
      , views_(size_.kernels) {
    copy_program(p, *this);
    for (std::size_t k = 0; k < size_.kernels; ++k) {
      views_[k] = kernel_view(*this, k);
      if (k >= size_.functions) {
        views_[k].functions = views_.data();
        views_[k].function_count = size_.functions;
      }
    }
    array_view<kernel_ir> const launches(views_.data() + size_.functions, size_.kernels - size_.functions);
    emit_program(launches, source_);
    compiled_ =
        compiled_kernel(p.name(), source_.view(), {parameters.data(), size_.parameters}, launches, emit_only);
  }
  owned_program(owned_program const&) = delete;
  owned_program& operator=(owned_program const&) = delete;
  ~owned_program() = default;

  compiled_kernel const& compiled() const { return compiled_; }

private:
  program_size size_;

public: // the arrays, by the names that program_arrays gives them
  zeroed<parameter> parameters;
  zeroed<kernel_slice> kernels;
  zeroed<memory> memories;
  zeroed<instruction> instructions;
  zeroed<value_name> names;

private:
  zeroed<kernel_ir> views_;
  text source_;
  compiled_kernel compiled_;
};

} // namespace detail

/// What `compile` gives at run time: a compiled_kernel that keeps what it points to. It is moved, not copied;
/// views of it (a compiled_kernel copied from it) live as long as it does.
class owned_kernel : public compiled_kernel {
public:
  owned_kernel(detail::program_builder const& p, bool emit_only)
      : owned_kernel(new detail::owned_program(p, emit_only)) {}
  owned_kernel(owned_kernel&& other) noexcept : compiled_kernel(other), program_{other.program_} {
    other.program_ = nullptr;
  }
  owned_kernel& operator=(owned_kernel&& other) noexcept {
    compiled_kernel::operator=(other);
    detail::owned_program* const mine = program_;
    program_ = other.program_;
    other.program_ = mine;
    return *this;
  }
  ~owned_kernel() { delete program_; }

private:
  explicit owned_kernel(detail::owned_program* program)
      : compiled_kernel(program->compiled())
      , program_{program} {}

  detail::owned_program* program_;
};

/// Compiles a kernel or a jit function while the program is compiled: the result, its MSL text included, is a
/// constant of the program.
///
///   constexpr auto compiled = compile<saxpy>();
///   static_assert(compiled.metal_source().find("alpha * X[gid]") != std::string_view::npos);
///   constexpr auto sum = compile<tiled_add>(arg<"A", a>, arg<"B", a>, arg<"C", a>);
template <auto Definition, compile_options Options = compile_options{}, fixed_string... Names,
          layout... Layouts>
constexpr compiled_kernel compile(detail::argument_maker<Names, Layouts> const&...) {
  return detail::constant_program<Definition, Options, arg<Names, Layouts>...>::compiled;
}

// What a compiler names for compile<f>(arg<"A">(a)), which could not be a constant.
struct a_constant_needs_its_layouts_as_in_arg_name_layout;
template <auto Definition, compile_options Options = compile_options{}, class... Arguments>
  requires(... || std::same_as<Arguments, detail::tensor_argument>)
a_constant_needs_its_layouts_as_in_arg_name_layout compile(Arguments const&...) = delete;

/// Compiles at run time, for layouts that only then are known, with exactly the same text.
///
///   auto compiled = compile(tiled_add, {}, {.dump_ir = true, .work_dir = dir}, arg<"A">(a), arg<"B">(b),
///   ...);
template <class Definition, class... Arguments>
  requires(std::convertible_to<Arguments, detail::tensor_argument> && ...)
owned_kernel compile(Definition const& definition, compile_options const& options,
                     output_options const& output, Arguments const&... arguments) {
  detail::tensor_argument const list[] = {arguments..., detail::tensor_argument{}};
  detail::program_builder program(definition.name, options.vec_width);
  detail::trace_and_finish(program, definition, options, list, static_cast<int>(sizeof...(Arguments)));
  owned_kernel result(program, options.emit_only);
  std::string const base = output.work_dir + '/' + definition.name;
  if (output.keep_metal_source)
    result.export_metal(base + ".metal");
  if (output.dump_ir)
    detail::write_file(base + ".ir", result.ir());
  return result;
}
template <class Definition, class... Arguments>
  requires(std::convertible_to<Arguments, detail::tensor_argument> && ...)
owned_kernel compile(Definition const& definition, compile_options const& options,
                     Arguments const&... arguments) {
  return compile(definition, options, output_options{}, arguments...);
}
template <class Definition, class... Arguments>
  requires(std::convertible_to<Arguments, detail::tensor_argument> && ...)
owned_kernel compile(Definition const& definition, Arguments const&... arguments) {
  return compile(definition, compile_options{}, output_options{}, arguments...);
}

} // namespace enigma
