// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/growing.hpp>
#include <enigma/codegen/ir.hpp>
#include <enigma/runtime/detail/fixed_array.hpp>
#include <enigma/runtime/detail/refuse.hpp>

namespace enigma::detail::cpu {

/// A kernel with the instructions of every function that it calls in place of the call, for the executor to
/// decode.
class inlined_kernel {
public:
  explicit inlined_kernel(kernel_ir const& kernel) : kernel_{kernel} {
    fixed_array<value_id> no_parameters;
    fixed_array<int> own(kernel.memories.size());
    for (std::size_t m = 0; m < own.size(); ++m)
      own[m] = static_cast<int>(m);
    append(kernel, nullptr, own);
    kernel_.code = {code_.data(), code_.size()};
    kernel_.names = {names_.data(), names_.size()};
    kernel_.functions = nullptr;
    kernel_.function_count = 0;
  }
  inlined_kernel(inlined_kernel const&) = delete;

  kernel_ir const& flat() const { return kernel_; }

private:
  static bool is_mark(op code) { return code >= op::for_ && code <= op::end; }

  /// `values`: what the parameters of a function are, by their memories. `memories`: what the memories are in
  /// the kernel. Gives the value of the function.
  value_id append(kernel_ir const& part, value_id const* values, fixed_array<int> const& memories) {
    fixed_array<value_id> now(part.code.size());
    value_id result = no_value;
    for (std::size_t i = 0; i < part.code.size(); ++i) {
      instruction it = part.code[i];
      if (it.code == op::argument && values != nullptr) {
        now[i] = values[it.imm];
        continue;
      }
      if (it.code > op::query)
        for (value_id& o : it.operands)
          if (o != no_value)
            o = now[o];
      if (is_call(it.code)) {
        now[i] = append_call(part, it, memories);
        continue;
      }
      if (it.code == op::return_) {
        result = it.operands[0];
        continue;
      }
      if (names_memory(it.code))
        it.imm = field_in_memory(memories[static_cast<std::size_t>(memory_of(it))], field_of(it));
      if (it.code == op::async_copy) {
        call_detail copy = call_detail::from(it.imm);
        for (int& m : copy.memories)
          m = m < 0 ? m : memories[static_cast<std::size_t>(m)];
        it.imm = copy.bits();
      }
      if (code_.size() >= no_value)
        refuse("{}: with its functions in place it has more than 65534 instructions", kernel_.name);
      now[i] = static_cast<value_id>(code_.size());
      code_.push_back(it);
    }
    for (std::size_t i = 0; i < part.code.size(); ++i)
      if (is_mark(part.code[i].code))
        code_[now[i]].imm = now[static_cast<std::size_t>(part.code[i].imm)];
    for (value_name const& n : part.names)
      if (part.code[n.value].code != op::argument && !is_call(part.code[n.value].code))
        names_.push_back({now[n.value], n.name});
    return result;
  }

  value_id append_call(kernel_ir const& caller, instruction const& it, fixed_array<int> const& memories) {
    call_detail const call = call_detail::from(it.imm);
    kernel_ir function = caller.functions[call.function];
    function.functions = caller.functions;
    fixed_array<value_id> values(function.memories.size());
    fixed_array<int> handed(function.memories.size());
    int value = 0, buffer = 0;
    for (std::size_t m = 0; m < function.memories.size(); ++m)
      if (function.memories[m].space == memory_space::constant)
        values[m] = it.operands[value++];
      else
        handed[m] = memories[static_cast<std::size_t>(call.memories[buffer++])];
    return append(function, values.data(), handed);
  }

  kernel_ir kernel_;
  growing<instruction> code_;
  growing<value_name> names_;
};

} // namespace enigma::detail::cpu
