// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/growing.hpp>
#include <enigma/codegen/ir.hpp>

namespace enigma::detail {

/// Which 64-bit values are nothing but parts of indices. An index that is a sum in 64 bits, of 32-bit
/// integers or constants, is written as pointers are: X[long(a) + long(b)] as (X + a)[b]. That is the same
/// element, since pointers do not wrap either, and what is the same in all passes of a loop stays outside of
/// it. For the same reason vectors at long(i) * 4 are ((device float4*)X)[i].
class pointer_sums {
public:
  constexpr pointer_sums(array_view<instruction> code, memory const* memories)
      : code_{code.data()}
      , memories_{memories}
      , any_{any(code)}
      , part_(any_ ? code.size() : 0) {
    if (!any_)
      return;
    zeroed<bool> const storage(code.size()), more(code.size());
    bool *const otherwise = storage, *const counts_elements = more;
    bool* const part = part_;
    for (std::size_t i = code.size(); i-- > 0;) { // users before what they use
      instruction const& it = code_[i];
      part[i] = part[i] && !otherwise[i] &&
                (is_sum(it) || is_scaled(it) || is_widened(it) || it.code == op::constant);
      if (it.code <= op::query)
        continue;
      for (int k = 0; k < 4 && it.operands[k] != no_value; ++k) {
        value_id const o = it.operands[k];
        instruction const& used = code_[o];
        bool as_part = false;
        if (part[i]) {
          bool const of_vectors = is_scaled(used);
          as_part = !is_widened(it) && !is_sum(used) && !(of_vectors && (k == 0 || counts_elements[i]));
        } else if (k == 0 && has_index(it.code) && used.code != op::constant) {
          as_part = !is_scaled(used) || suits(used, it);
          counts_elements[o] = counts_elements[o] || (is_sum(used) && !suits(code_[used.operands[1]], it));
        }
        (as_part ? part : otherwise)[o] = true;
      }
    }
  }
  pointer_sums(pointer_sums const&) = delete;

  /// A flag for each value, or null where none is one.
  constexpr bool const* parts() const { return any_ ? part_.data() : nullptr; }
  constexpr bool is_part(std::size_t i) const { return any_ && part_.data()[i]; }
  /// A sum that is written as one of a pointer, as against a part of it.
  constexpr bool is_whole(std::size_t i) const { return is_part(i) && is_sum(code_[i]); }

  /// A number of elements that is written as one of vectors.
  constexpr bool is_vector(std::size_t i) const { return is_part(i) && is_scaled(code_[i]); }

  /// Whether the first operand is an index.
  static constexpr bool has_index(op code) { return is_access(code) || is_atomic(code); }

private:
  static constexpr bool is_long(instruction const& i) { return i.type == type{element_kind::int64, 1}; }
  constexpr bool is_widened(instruction const& i) const {
    type const from = i.code == op::convert && is_long(i) ? code_[i.operands[0]].type : type{};
    return from.is_integer() && size_in_bytes(from.element) == 4;
  }
  constexpr bool is_sum(instruction const& i) const {
    return i.code == op::add && is_long(i) &&
           (is_widened(code_[i.operands[0]]) || is_widened(code_[i.operands[1]]));
  }
  constexpr bool is_scaled(instruction const& i) const {
    return i.code == op::mul && is_long(i) && is_widened(code_[i.operands[0]]) &&
           code_[i.operands[1]].code == op::constant;
  }
  /// Whether an index counts vectors such as the access takes.
  constexpr bool suits(instruction const& index, instruction const& access) const {
    return is_scaled(index) && lanes(access) == code_[index.operands[1]].imm;
  }
  constexpr int lanes(instruction const& access) const {
    if (access.code != op::store && access.code != op::load)
      return 0;
    type const moved = access.code == op::store ? code_[access.operands[1]].type : access.type;
    return elements_moved(memories_[memory_of(access)], moved);
  }
  // Most kernels have none; so this looks at every instruction, without calls.
  static constexpr bool any(array_view<instruction> all) {
    instruction const* const code = all.data();
    for (std::size_t i = all.size(); i-- > 0;) {
      op const c = code[i].code;
      if (c >= op::load && (c <= op::simdgroup_store || is_atomic(c)) &&
          code[code[i].operands[0]].type.element == element_kind::int64 && has_index(c))
        return true;
    }
    return false;
  }
  instruction const* code_;
  memory const* memories_;
  bool any_;
  zeroed<bool> part_;
};

} // namespace enigma::detail
