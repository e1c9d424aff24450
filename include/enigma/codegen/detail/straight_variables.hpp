// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/builder.hpp>

namespace enigma::detail {

/// Replaces the variables behind fragments by values, where it is known at each reading which value was
/// assigned last: then the text needs no variable. One that is carried around a loop, or assigned in one
/// branch alone and read behind it, stays as a whole.
///
/// Lanes that were put together and are taken apart again become the lanes themselves, so do the elements
/// that a thread gives to a matrix of its simdgroup, and bits that were another type in between.
class straight_variables {
public:
  constexpr explicit straight_variables(builder& b)
      : builder_{b}
      , code_{b.code().data()}
      , size_{b.code().size()}
      , current_storage_(size_)
      , renamed_storage_(size_)
      , stays_storage_(size_) {}

  constexpr void replace() {
    walk(false);
    walk(true);
    for (std::size_t i = 0; i < size_; ++i)
      if (code_[i].code == op::declare)
        code_[i].imm = 0;
    growing<value_name>& names = builder_.names();
    for (std::size_t k = 0; k < names.size(); ++k)
      names[k].value = renamed_[names[k].value];
  }

private:
  struct assignment {
    value_id variable = no_value;
    value_id before = 0; // what current_ said
  };

  constexpr bool is_register(value_id id) const {
    return code_[id].code == op::declare && code_[id].imm == 1;
  }

  /// Once to find the variables that stay, once to rename what the others held.
  constexpr void walk(bool rename) {
    log_.shrink(0);
    for (std::size_t i = 0; i < size_; ++i) {
      instruction& it = code_[i];
      auto const id = static_cast<value_id>(i);
      if (rename) {
        renamed_[i] = id;
        if (it.code > op::query)
          for (value_id& o : it.operands)
            if (o != no_value)
              o = renamed_[o];
        if (it.code == op::bitcast && code_[it.operands[0]].code == op::bitcast)
          it.operands[0] = code_[it.operands[0]].operands[0];
        if (it.code == op::extract || it.code == op::make_vector || it.code == op::bitcast ||
            it.code == op::thread_element)
          renamed_[i] = simplified(id);
      }
      switch (it.code) {
      case op::declare:
        if (is_register(id))
          current_[i] = static_cast<value_id>(it.operands[0] + 1);
        break;
      case op::set:
        if (is_register(it.operands[0]))
          assign(it.operands[0], static_cast<value_id>(it.operands[1] + 1));
        break;
      case op::get:
        if (!is_register(it.operands[0]))
          break;
        if (!rename)
          stays_[it.operands[0]] |= current_[it.operands[0]] == 0;
        else if (!stays_[it.operands[0]])
          renamed_[i] = static_cast<value_id>(current_[it.operands[0]] - 1);
        break;
      case op::atomic_compare_exchange_weak: // it may set the variable
        stays_[it.operands[1]] = true;
        break;
      case op::if_:
        regions_.push_back(log_.size());
        break;
      case op::for_:
      case op::while_:
        regions_.push_back(log_.size());
        forget_assigned_in(i);
        break;
      case op::else_: // begins as the if_ did
        for (std::size_t k = log_.size(); k-- > regions_.back();)
          current_[log_[k].variable] = log_[k].before;
        break;
      case op::end:
        for (std::size_t k = regions_.back(); k < log_.size(); ++k)
          current_[log_[k].variable] = 0;
        regions_.pop_back();
        break;
      default:
        break;
      }
    }
  }
  constexpr void assign(value_id variable, value_id now) {
    log_.push_back({variable, current_[variable]});
    current_[variable] = now;
  }
  /// At a loop's begin it may have run already.
  constexpr void forget_assigned_in(std::size_t loop) {
    auto end = static_cast<std::size_t>(code_[loop].imm);
    if (code_[loop].code == op::while_)
      end = static_cast<std::size_t>(code_[end].imm);
    for (std::size_t i = loop + 1; i < end; ++i)
      if (code_[i].code == op::set && code_[i].operands[0] < loop && is_register(code_[i].operands[0]))
        assign(code_[i].operands[0], 0);
  }

  constexpr int parts(instruction const& vector) const {
    int n = 0;
    while (n < 4 && vector.operands[n] != no_value)
      ++n;
    return n;
  }
  constexpr value_id simplified(value_id id) const {
    instruction const& it = code_[id];
    instruction const& from = code_[it.operands[0]];
    if (it.code == op::bitcast)
      return from.type == it.type ? it.operands[0] : id;
    if (it.code == op::thread_element)
      return from.code == op::simdgroup_of_elements ? from.operands[it.imm] : id;
    if (it.code == op::extract) {
      if (it.type.is_vector() || from.code != op::make_vector)
        return id;
      int const n = parts(from);
      return n == 1 ? from.operands[0] : n == from.type.lanes ? from.operands[it.imm] : id;
    }
    if (from.code != op::extract || code_[from.operands[0]].type != it.type)
      return id;
    for (int k = 0; k < it.type.lanes; ++k) {
      value_id const lane = it.operands[k];
      if (lane == no_value || code_[lane].code != op::extract || code_[lane].imm != k ||
          code_[lane].operands[0] != from.operands[0])
        return id;
    }
    return from.operands[0];
  }

  builder& builder_;
  instruction* code_;
  std::size_t size_;
  zeroed<value_id> current_storage_, renamed_storage_;
  zeroed<bool> stays_storage_;
  value_id* current_ = current_storage_; // of a variable: the value it holds, plus 1; 0: not known
  value_id* renamed_ = renamed_storage_;
  bool* stays_ = stays_storage_;
  growing<assignment> log_; // those of the open regions and of what is closed in them
  growing<std::size_t> regions_;
};

constexpr void replace_straight_variables(builder& b) {
  if (b.has_registers())
    straight_variables(b).replace();
}

} // namespace enigma::detail
