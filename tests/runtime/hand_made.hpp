// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <enigma/runtime.hpp>

// Kernels written instruction by instruction, so that the executor is tested without the tracer.

namespace hand_made {

namespace eg = enigma;
using eg::element_kind;
using eg::op;
using eg::value_id;

inline constexpr eg::type none{};
template <class T>
inline constexpr eg::type t = eg::type_of<T>;

class kernel {
public:
  explicit kernel(std::string name = "k") : name_{std::move(name)} {}

  /// A buffer or scalar argument; gives its number, which is also its memory.
  template <class T>
  int argument(char const* name, eg::access access, std::int64_t elements = 0) {
    return argument(t<T>.element, name, access, elements);
  }
  int argument(element_kind element, char const* name, eg::access access, std::int64_t elements = 0) {
    eg::memory m;
    m.name = name;
    m.element = element;
    m.space = access == eg::access::scalar ? eg::memory_space::constant : eg::memory_space::device;
    m.may_load = access != eg::access::out;
    m.may_store = access == eg::access::out || access == eg::access::inout;
    m.argument = static_cast<int>(parameters.size());
    m.elements = elements;
    memories.push_back(m);
    parameters.push_back({name, access, element, elements});
    return static_cast<int>(memories.size()) - 1;
  }
  template <class T>
  int in(char const* name, std::int64_t elements = 0) {
    return argument<T>(name, eg::access::in, elements);
  }
  template <class T>
  int out(char const* name, std::int64_t elements = 0) {
    return argument<T>(name, eg::access::out, elements);
  }
  template <class T>
  int inout(char const* name, std::int64_t elements = 0) {
    return argument<T>(name, eg::access::inout, elements);
  }
  template <class T>
  value_id scalar(char const* name) {
    return emit(op::argument, t<T>, {}, argument<T>(name, eg::access::scalar));
  }
  template <class T>
  int shared(char const* name, std::int64_t elements) {
    eg::memory m;
    m.name = name;
    m.element = t<T>.element;
    m.space = eg::memory_space::threadgroup;
    m.may_load = m.may_store = true;
    m.elements = elements;
    memories.push_back(m);
    return static_cast<int>(memories.size()) - 1;
  }

  value_id emit(op code, eg::type type, std::vector<value_id> operands = {}, std::int64_t imm = 0) {
    eg::instruction i;
    i.code = code;
    i.type = type;
    for (std::size_t k = 0; k < operands.size(); ++k)
      i.operands[k] = operands[k];
    i.imm = imm;
    code_.push_back(i);
    return static_cast<value_id>(code_.size() - 1);
  }

  template <class T>
  value_id constant(T x) {
    return emit(op::constant, t<T>, {}, eg::constant_bits(x));
  }
  value_id position(eg::query q, int axis = 0) {
    return emit(op::query, t<eg::u32>, {}, static_cast<int>(q) * 3 + axis);
  }
  value_id gid(int axis = 0) { return position(eg::query::thread_position_in_grid, axis); }
  value_id tid(int axis = 0) { return position(eg::query::thread_position_in_threadgroup, axis); }

  value_id type_same(op code, value_id a) { return emit(code, code_[a].type, {a}); }
  value_id same(op code, value_id a, value_id b) { return emit(code, code_[a].type, {a, b}); }
  value_id compare(op code, value_id a, value_id b) {
    return emit(code, {element_kind::boolean, code_[a].type.lanes}, {a, b});
  }
  value_id load(int memory, value_id index, std::uint8_t lanes = 1) {
    return emit(op::load, {memories[static_cast<std::size_t>(memory)].element, lanes}, {index}, memory);
  }
  void store(int memory, value_id index, value_id x) { emit(op::store, none, {index, x}, memory); }

  value_id declare(value_id initial) { return emit(op::declare, code_[initial].type, {initial}); }
  value_id get(value_id variable) { return emit(op::get, code_[variable].type, {variable}); }
  void set(value_id variable, value_id x) { emit(op::set, none, {variable, x}); }

  value_id for_(value_id low, value_id high, value_id step) {
    return open(op::for_, code_[low].type, {low, high, step});
  }
  void if_(value_id condition) { open(op::if_, none, {condition}); }
  void else_() {
    auto const p = emit(op::else_, none);
    code_[opened_.back()].imm = p;
    middle_.back() = p;
  }
  void while_() { open(op::while_, none, {}); }
  void test(value_id condition) {
    auto const p = emit(op::test, none, {condition});
    code_[opened_.back()].imm = p;
    middle_.back() = p;
  }
  void end() {
    auto const p = emit(op::end, none, {}, opened_.back());
    code_[middle_.back()].imm = p;
    opened_.pop_back();
    middle_.pop_back();
  }
  void barrier() { emit(op::barrier, none, {}, 2); }

  /// The kernel as a runtime takes it, in launches of the given size; extent3::open() leaves it to the call.
  eg::compiled_kernel finish(eg::extent3 grid = eg::extent3::open(), eg::extent3 block = eg::extent3::open(),
                             bool emit_only = false) {
    launches = {ir(grid, block)};
    return {name_.c_str(), "", parameters, launches, emit_only};
  }
  eg::kernel_ir ir(eg::extent3 grid, eg::extent3 block) const {
    return {name_.c_str(), memories, code_, {}, grid, block};
  }

  std::vector<eg::memory> memories;
  std::vector<eg::parameter> parameters;
  std::vector<eg::kernel_ir> launches;

private:
  value_id open(op code, eg::type type, std::vector<value_id> operands) {
    auto const p = emit(code, type, std::move(operands));
    opened_.push_back(p);
    middle_.push_back(p);
    return p;
  }

  std::string name_;
  std::vector<eg::instruction> code_;
  std::vector<value_id> opened_, middle_;
};

inline eg::runtime& cpu() {
  static eg::runtime rt(eg::backend::cpu, 2);
  return rt;
}

/// What `run` throws; "nothing was thrown" otherwise.
template <class Run>
std::string refusal_of(Run run) {
  try {
    run();
  } catch (eg::error const& e) {
    return e.what();
  }
  return "nothing was thrown";
}

} // namespace hand_made
