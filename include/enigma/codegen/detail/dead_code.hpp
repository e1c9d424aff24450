// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/builder.hpp>

namespace enigma::detail {

/// Removes what no store, and no barrier, depends on: unused values, variables that are never read, regions
/// without an effect. Puts the rest in an order that does not depend on how it was recorded, renumbers it and
/// sets the partners of the region marks.
///
/// The order matters because C++ leaves the evaluation order of f(x) + g(y) open, and g++ takes another one
/// at run time than in constant evaluations. Between two instructions with an effect on memory, variables or
/// control flow there are only values, which may stand in any order that has operands before their users;
/// they get the order in which the instructions with effects need them, operands from left to right.
class dead_code {
public:
  constexpr explicit dead_code(builder& b)
      : builder_{b}
      , code_{b.code().data()}
      , size_{b.code().size()}
      , live_storage_(size_)
      , parent_storage_(size_)
      , rank_storage_(size_)
      , renamed_storage_(size_) {}

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
    return is_store(code) || code == op::barrier || code == op::break_ || code == op::check ||
           code == op::invoke || code == op::return_ || code == op::async_copy || code == op::async_wait ||
           (is_atomic(code) && code != op::atomic_load);
  }
  /// Keeps its place: all that is not a value alone.
  static constexpr bool is_pinned(op code) {
    return (code >= op::store && code <= op::atomic_fetch_xor && code != op::get);
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

  /// Numbers the values in the order in which they are needed, operands before users.
  constexpr void rank() {
    zeroed<value_id> const path_storage(size_ + 1);
    zeroed<std::uint8_t> const next_storage(size_ + 1);
    value_id* const path = path_storage;     // from a pinned instruction down to the value that is looked at
    std::uint8_t* const next = next_storage; // and the operand to look at next, for each
    value_id last = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      if (!is_pinned(code_[i].code) || !survives(i))
        continue;
      std::size_t depth = 1;
      path[0] = static_cast<value_id>(i);
      next[0] = 0;
      while (depth != 0) {
        value_id const here = path[depth - 1];
        instruction const& it = code_[here];
        int const k = next[depth - 1]++;
        value_id const o = k < 4 && it.code > op::query ? it.operands[k] : no_value;
        if (o == no_value) {
          if (--depth != 0)
            rank_[here] = ++last;
        } else if (rank_[o] == 0 && !is_pinned(code_[o].code)) {
          path[depth] = o;
          next[depth++] = 0;
        }
      }
    }
  }
  constexpr bool survives(std::size_t i) const {
    op const code = code_[i].code;
    bool const part = code == op::else_ || code == op::test || code == op::end;
    return part ? live_[parent_[i] - 1] : live_[i];
  }

  constexpr void compact() {
    rank();
    zeroed<value_id> const storage(size_);
    value_id* const between = storage; // values between two pinned instructions, by rank
    std::size_t waiting = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      if (is_pinned(code_[i].code)) {
        for (std::size_t k = 0; k < waiting; ++k)
          keep(between[k]);
        waiting = 0;
        if (survives(i))
          keep(static_cast<value_id>(i));
      } else if (live_[i]) {
        value_id const mine = rank_[i];
        std::size_t at = waiting++;
        for (; at > 0 && rank_[between[at - 1]] > mine; --at)
          between[at] = between[at - 1];
        between[at] = static_cast<value_id>(i);
      }
    }
    builder_.code().swap(kept_);
    keep_names();
  }

  /// Appends instruction i, with the new numbers of its operands.
  constexpr void keep(value_id i) {
    auto const n = static_cast<value_id>(kept_.size());
    renamed_[i] = n;
    kept_.push_back(code_[i]);
    instruction& it = kept_.back();
    if (it.code <= op::query)
      return;
    for (value_id& o : it.operands) {
      if (o == no_value)
        break;
      o = renamed_[o];
    }
    if (it.code == op::else_ || it.code == op::test || it.code == op::end) {
      kept_[waiting_.back()].imm = n;
      waiting_.pop_back();
      if (it.code == op::end) {
        it.imm = openers_.back();
        openers_.pop_back();
      } else {
        waiting_.push_back(n);
      }
    } else if (is_opener(it.code)) {
      waiting_.push_back(n);
      openers_.push_back(n);
    }
  }

  constexpr void keep_names() {
    growing<value_name>& names = builder_.names();
    std::size_t n = 0;
    for (std::size_t k = 0; k < names.size(); ++k) {
      if (!live_[names[k].value])
        continue;
      value_name const name{renamed_[names[k].value], names[k].name};
      std::size_t at = n++;
      for (; at > 0 && names[at - 1].value > name.value; --at)
        names[at] = names[at - 1];
      names[at] = name;
    }
    names.shrink(n);
  }

  builder& builder_;
  instruction* code_;
  std::size_t size_;
  zeroed<bool> live_storage_;
  zeroed<value_id> parent_storage_, rank_storage_, renamed_storage_;
  bool* live_ = live_storage_;
  value_id* parent_ = parent_storage_;   // the opener of the region around, see find_parents
  value_id* rank_ = rank_storage_;       // of values, counted from 1
  value_id* renamed_ = renamed_storage_; // the new numbers
  growing<value_id> sets_;
  growing<instruction> kept_;
  growing<value_id> waiting_; // region parts whose partner has not come yet
  growing<value_id> openers_;
  std::size_t marked_ = 0;
};

} // namespace enigma::detail
