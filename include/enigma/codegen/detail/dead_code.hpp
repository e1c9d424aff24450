// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/builder.hpp>

namespace enigma::detail {

/// Removes what no store, and no barrier, depends on: unused values, variables that are never read, regions
/// without an effect. Renumbers the rest and sets the partners of the region marks.
class dead_code {
public:
  constexpr explicit dead_code(builder& b)
      : builder_{b}
      , code_{b.code().data()}
      , size_{b.code().size()}
      , live_(size_)
      , parent_(size_) {}

  constexpr void remove() {
    find_parents();
    growing<value_id> todo;
    for (std::size_t i = 0; i < size_; ++i)
      if (is_effect(code_[i].code))
        mark(static_cast<value_id>(i), todo);
    // Marking a variable as read makes its assignments matter, which may read others.
    for (std::size_t marked = 0; marked != marked_;) {
      marked = marked_;
      for (value_id const s : sets_)
        if (live_[code_[s].operands[0]])
          mark(s, todo);
    }
    compact();
  }

private:
  static constexpr bool is_effect(op code) {
    return code == op::store || code == op::store_if || code == op::barrier;
  }
  static constexpr bool is_opener(op code) {
    return code == op::for_ || code == op::if_ || code == op::while_;
  }

  /// parent_ is the opener of the innermost region around an instruction, counted from 1; 0: none.
  constexpr void find_parents() {
    growing<value_id> open;
    value_id here = 0;
    open.push_back(here);
    for (std::size_t i = 0; i < size_; ++i) {
      op const code = code_[i].code;
      parent_[i] = here;
      if (code < op::set || code > op::end)
        continue;
      if (code == op::end) {
        open.pop_back();
        here = open.back();
      } else if (is_opener(code)) {
        here = static_cast<value_id>(i + 1);
        open.push_back(here);
      } else if (code == op::set) {
        sets_.push_back(static_cast<value_id>(i));
      }
    }
  }

  constexpr void mark(value_id id, growing<value_id>& todo) {
    for (todo.push_back(id); !todo.empty();) {
      value_id const i = todo.back();
      todo.pop_back();
      if (live_[i])
        continue;
      live_[i] = true;
      ++marked_;
      instruction const& it = code_[i];
      if (it.code <= op::query)
        continue; // a leaf: no operands, and no place in a region
      for (value_id const o : it.operands) {
        if (o == no_value)
          break;
        if (!live_[o])
          todo.push_back(o);
      }
      if (parent_[i] != 0)
        todo.push_back(static_cast<value_id>(parent_[i] - 1));
      if (it.code == op::while_)
        todo.push_back(static_cast<value_id>(it.imm)); // its test
    }
  }

  constexpr void compact() {
    zeroed<value_id> renamed(size_);
    growing<value_id> waiting; // the region parts whose partner has not come yet
    growing<value_id> openers;
    std::size_t n = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      op const code = code_[i].code;
      bool const part = code == op::else_ || code == op::test || code == op::end;
      if (!(part ? live_[parent_[i] - 1] : live_[i]))
        continue;
      renamed[i] = static_cast<value_id>(n);
      if (n != i)
        code_[n] = code_[i];
      instruction& it = code_[n];
      for (value_id& o : it.operands) {
        if (o == no_value)
          break;
        o = renamed[o];
      }
      if (part) {
        code_[waiting.back()].imm = static_cast<std::int64_t>(n);
        waiting.pop_back();
        if (code == op::end) {
          it.imm = openers.back();
          openers.pop_back();
        } else {
          waiting.push_back(static_cast<value_id>(n));
        }
      } else if (is_opener(code)) {
        waiting.push_back(static_cast<value_id>(n));
        openers.push_back(static_cast<value_id>(n));
      }
      ++n;
    }
    builder_.code().shrink(n);
    growing<value_name>& names = builder_.names();
    std::size_t kept = 0;
    for (value_name const& name : names)
      if (live_[name.value])
        names[kept++] = {renamed[name.value], name.name};
    names.shrink(kept);
  }

  builder& builder_;
  instruction* code_;
  std::size_t size_;
  zeroed<bool> live_;
  zeroed<value_id> parent_;
  growing<value_id> sets_;
  std::size_t marked_ = 0;
};

} // namespace enigma::detail
