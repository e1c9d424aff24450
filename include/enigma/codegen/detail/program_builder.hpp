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
  std::uint32_t elements_per_thread = 1;
};

/// A function while it is traced. `key` tells its body and the types of its parameters; buffers of different
/// spaces make different functions.
struct function_under_construction : kernel_under_construction {
  constexpr function_under_construction(char const* name, void const* which)
      : kernel_under_construction(name)
      , key{which} {}
  void const* key;
  type result{};
  bool computes_only = true;
  char const* waits = nullptr; // what in it needs all threads of the threadgroup, or else of the simdgroup
  bool used = false;
};

/// Records a program: its parameters, its functions, and its kernels in the order of their launches.
class program_builder {
public:
  constexpr explicit program_builder(char const* name, int max_vector_width = 4)
      : name_{name}
      , max_vector_width_{max_vector_width} {}
  program_builder(program_builder const&) = delete;
  constexpr ~program_builder() {
    for (auto* k : kernels_)
      delete k;
    for (auto* f : functions_)
      delete f;
    for (auto* f : open_functions_)
      delete f;
  }

  constexpr int add_parameter(parameter const& p) {
    for (parameter const& other : parameters_) {
      if (same_text(other.name, p.name))
        refused((sentence(name_) << ": two parameters are called " << p.name).lines());
      bool const constants = p.access == access::constant;
      if (p.binding >= 0 && other.binding == p.binding && constants == (other.access == access::constant))
        refused((sentence(name_) << ": the " << (constants ? "function constants " : "parameters ")
                                 << other.name << " and " << p.name << " both have "
                                 << (constants ? "index " : "buffer_index ") << static_cast<int>(p.binding))
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
    if (as_written_)
      current_->body.record_as_written();
    current_->body.set_launch(grid, block);
    current_->body.belongs_to(this, false);
    kernels_.push_back(current_);
    return *current_;
  }
  constexpr void end_kernel() { current_ = nullptr; }
  /// The last kernel, which belongs to the caller from here on: it is replaced by another.
  constexpr kernel_under_construction* take_kernel() {
    kernel_under_construction* const last = kernels_.back();
    kernels_.pop_back();
    return last;
  }

  // ---- Functions: those that a function calls come before it ----------------------------------------

  /// The number of a function that has been traced, or -1. `parameters` are its memories.
  constexpr int find_function(char const* name, void const* key, growing<memory> const& parameters) const {
    for (std::size_t f = 0; f < functions_.size(); ++f)
      if (same_text(functions_[f]->body.name(), name) && same_overload(functions_[f]->body, parameters)) {
        if (functions_[f]->key != key)
          refused((sentence(name_) << ": two functions are called " << name).lines());
        return static_cast<int>(f);
      }
    return -1;
  }
  constexpr function_under_construction& begin_function(char const* name, void const* key,
                                                        growing<memory> const& parameters) {
    for (auto const* f : open_functions_)
      if (same_text(f->body.name(), name))
        refused(
            (sentence("function ") << name << " calls itself; MSL allows no recursion: use a loop").lines());
    auto* const f = new function_under_construction(name, key);
    f->body.limit_vector_width(max_vector_width_);
    f->body.belongs_to(this, true);
    if (as_written_)
      f->body.record_as_written();
    for (memory const& m : parameters)
      f->body.add_memory(m);
    open_functions_.push_back(f);
    return *f;
  }
  /// Its number.
  constexpr int end_function() {
    function_under_construction* const f = open_functions_.back();
    open_functions_.pop_back();
    for (instruction const& it : f->body.code()) {
      f->computes_only = f->computes_only && it.code != op::invoke && !is_effect_or_read(it.code);
      char const* const waits = it.code == op::invoke ? waits_of_call(it)
                                : it.code != op::barrier
                                    ? (needs_whole_simdgroup(it.code) ? info(it.code).name : nullptr)
                                : (it.imm & simdgroup_barrier) != 0 ? "simdgroup_barrier"
                                                                    : "threadgroup_barrier";
      if (waits != nullptr && (f->waits == nullptr || *waits == 't'))
        f->waits = waits;
    }
    functions_.push_back(f);
    return static_cast<int>(functions_.size()) - 1;
  }
  constexpr growing<function_under_construction*> const& functions() const { return functions_; }
  constexpr growing<function_under_construction*>& functions() { return functions_; }

  /// The kernel, or function, whose body is running.
  constexpr builder& current() const {
    if (!open_functions_.empty())
      return open_functions_[open_functions_.size() - 1]->body;
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
    m.space = it.access == access::scalar     ? memory_space::constant
              : it.access == access::constant ? memory_space::function_constant
              : is_buffer(it.access)          ? memory_space::device
                                              : memory_space::threadgroup;
    m.may_load = it.access != access::out;
    m.may_store = it.access == access::out || it.access == access::inout || it.access == access::threadgroup;
    m.argument = p;
    m.binding = it.binding;
    if (it.access == access::constant)
      m.value = {it.element, it.lanes};
    m.preset = it.preset;
    m.elements = it.elements;
    m.atomic = it.atomic;
    m.record = it.record;
    return b.add_memory(m);
  }

  /// Kernels keep every operation that they ask for, for comparison.
  constexpr void record_as_written() { as_written_ = true; }

  constexpr char const* name() const { return name_; }
  constexpr growing<parameter>& parameters() { return parameters_; }
  constexpr growing<parameter> const& parameters() const { return parameters_; }
  constexpr growing<kernel_under_construction*> const& kernels() const { return kernels_; }

private:
  constexpr char const* waits_of_call(instruction const& call) const {
    return functions_[static_cast<std::size_t>(call_detail::from(call.imm).function)]->waits;
  }
  static constexpr bool is_effect_or_read(op code) {
    return (names_memory(code) && code != op::argument) || code == op::check || code == op::barrier ||
           is_group_function(code) || needs_whole_simdgroup(code);
  }
  static constexpr bool needs_whole_simdgroup(op code) {
    return code == op::simdgroup_load || code == op::simdgroup_store || code == op::simdgroup_multiply ||
           code == op::simdgroup_multiply_accumulate;
  }
  /// What tells two functions of one name apart: the types and spaces of their parameters.
  static constexpr bool same_overload(builder const& f, growing<memory> const& parameters) {
    if (f.memories().size() != parameters.size())
      return false;
    for (std::size_t m = 0; m < parameters.size(); ++m) {
      memory const &a = f.memories()[m], &b = parameters[m];
      if (a.element != b.element || a.record != b.record || a.space != b.space || a.value != b.value)
        return false;
    }
    return true;
  }

  char const* name_;
  int max_vector_width_;
  bool as_written_ = false;
  growing<parameter> parameters_;
  growing<kernel_under_construction*> kernels_;
  growing<function_under_construction*> functions_;
  growing<function_under_construction*> open_functions_;
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
