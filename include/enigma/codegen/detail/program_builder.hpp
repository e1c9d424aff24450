// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/compiled_kernel.hpp>
#include <enigma/codegen/detail/builder.hpp>

namespace enigma::detail {

constexpr bool same_text(char const* a, char const* b) {
  while (*a != '\0' && *a == *b)
    ++a, ++b;
  return *a == *b;
}

/// A kernel while it is traced, with the launch that it belongs to.
struct kernel_under_construction {
  constexpr explicit kernel_under_construction(char const* name) : body{name} {}
  builder body;
  extent3 grid = extent3::open();
  extent3 block = extent3::open();
  math_mode math = math_mode::as_compiled;
  std::uint32_t max_threads = 0;
};

/// Records a program: its parameters, and its kernels in the order of their launches.
class program_builder {
public:
  constexpr explicit program_builder(char const* name, int max_vector_width = 4)
      : name_{name}
      , max_vector_width_{max_vector_width} {}
  program_builder(program_builder const&) = delete;
  constexpr ~program_builder() {
    for (auto* k : kernels_)
      delete k;
  }

  constexpr int add_parameter(parameter const& p) {
    for (parameter const& other : parameters_) {
      if (same_text(other.name, p.name))
        refused((sentence(name_) << ": two parameters are called " << p.name).lines());
      if (p.binding >= 0 && other.binding == p.binding)
        refused((sentence(name_) << ": the parameters " << other.name << " and " << p.name
                                 << " both have buffer_index " << static_cast<int>(p.binding))
                    .lines());
    }
    parameters_.push_back(p);
    return static_cast<int>(parameters_.size()) - 1;
  }

  constexpr kernel_under_construction& begin_kernel(char const* kernel_name, extent3 grid, extent3 block) {
    if (current_ != nullptr)
      refused((sentence(name_) << ": a kernel is launched inside kernel " << current_->body.name()).lines());
    for (auto const* k : kernels_)
      if (same_text(k->body.name(), kernel_name))
        refused((sentence(name_) << ": two launches are called " << kernel_name).lines());
    current_ = new kernel_under_construction(kernel_name);
    current_->grid = grid;
    current_->block = block;
    current_->body.limit_vector_width(max_vector_width_);
    current_->body.set_launch(grid, block);
    kernels_.push_back(current_);
    return *current_;
  }
  constexpr void end_kernel() { current_ = nullptr; }

  /// The kernel whose body is running.
  constexpr builder& current() const {
    if (current_ == nullptr)
      refused((sentence(name_) << ": memory is accessed outside a kernel; do it in a launch").lines());
    return current_->body;
  }

  /// The memory that parameter p is in the current kernel; it is added on first use.
  constexpr int memory_of(int p) const {
    builder& b = current();
    growing<memory> const& memories = b.memories();
    for (std::size_t i = 0; i < memories.size(); ++i)
      if (memories[i].argument == p)
        return static_cast<int>(i);
    parameter const& it = parameters_[static_cast<std::size_t>(p)];
    memory m;
    m.name = it.name;
    m.element = it.element;
    m.space = it.access == access::scalar ? memory_space::constant : memory_space::device;
    m.may_load = it.access != access::out;
    m.may_store = it.access == access::out || it.access == access::inout;
    m.argument = p;
    m.binding = it.binding;
    m.elements = it.elements;
    m.atomic = it.atomic;
    return b.add_memory(m);
  }

  constexpr char const* name() const { return name_; }
  constexpr growing<parameter>& parameters() { return parameters_; }
  constexpr growing<parameter> const& parameters() const { return parameters_; }
  constexpr growing<kernel_under_construction*> const& kernels() const { return kernels_; }

private:
  char const* name_;
  int max_vector_width_;
  growing<parameter> parameters_;
  growing<kernel_under_construction*> kernels_;
  kernel_under_construction* current_ = nullptr;
};

/// A parameter of the program, as the kernel that is being traced sees it.
template <element T>
class argument_handle {
public:
  using element_type = T;
  constexpr argument_handle(program_builder* program, int parameter)
      : program_{program}
      , parameter_{parameter} {}
  constexpr builder* owner() const { return &program_->current(); }
  constexpr int memory() const { return program_->memory_of(parameter_); }
  constexpr char const* name() const {
    return program_->parameters()[static_cast<std::size_t>(parameter_)].name;
  }

private:
  program_builder* program_;
  int parameter_;
};

} // namespace enigma::detail
