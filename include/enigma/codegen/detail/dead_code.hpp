// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/builder.hpp>

namespace enigma::detail {

/// Removes what no store, and no barrier, depends on: unused values, variables that are never read, regions
/// without an effect. Renumbers the rest and sets the partners of the region marks.
class dead_code {
public:
  constexpr explicit dead_code(builder& b) : builder_{b}, code_{b.code()} {
    live_.resize(code_.size(), 0);
    parent_.resize(code_.size(), no_value);
  }

  constexpr void remove() {
    find_parents();
    for (std::size_t i = 0; i < code_.size(); ++i)
      if (is_effect(code_[i].code))
        mark(static_cast<value_id>(i));
    // Marking a variable as read makes its assignments matter, which may read others.
    for (std::size_t marked = 0; marked != marked_;) {
      marked = marked_;
      for (value_id const s : sets_)
        if (live_[code_[s].operands[0]])
          mark(s);
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

  constexpr void find_parents() {
    growing<value_id> open;
    for (std::size_t i = 0; i < code_.size(); ++i) {
      op const code = code_[i].code;
      if (code == op::end) {
        parent_[i] = open.back();
        open.pop_back();
        continue;
      }
      if (!open.empty())
        parent_[i] = open.back();
      if (is_opener(code))
        open.push_back(static_cast<value_id>(i));
      else if (code == op::set)
        sets_.push_back(static_cast<value_id>(i));
    }
  }

  constexpr void mark(value_id id) {
    for (growing<value_id> todo = one(id); !todo.empty();) {
      value_id const i = todo.back();
      todo.pop_back();
      if (live_[i])
        continue;
      live_[i] = 1;
      ++marked_;
      instruction const& it = code_[i];
      for (value_id const o : it.operands)
        if (o != no_value)
          todo.push_back(o);
      if (parent_[i] != no_value && !is_leaf(it.code))
        todo.push_back(parent_[i]);
      if (it.code == op::while_)
        todo.push_back(static_cast<value_id>(it.imm)); // its test
    }
  }
  static constexpr growing<value_id> one(value_id id) {
    growing<value_id> g;
    g.push_back(id);
    return g;
  }
  static constexpr bool is_leaf(op code) { return code <= op::query; }

  constexpr void compact() {
    growing<value_id> renamed;
    renamed.resize(code_.size(), no_value);
    growing<value_id> waiting; // the region parts whose partner has not come yet
    growing<value_id> openers;
    std::size_t n = 0;
    for (std::size_t i = 0; i < code_.size(); ++i) {
      instruction it = code_[i];
      bool const part = it.code == op::else_ || it.code == op::test || it.code == op::end;
      if (!(part ? live_[parent_[i]] : live_[i]))
        continue;
      renamed[i] = static_cast<value_id>(n);
      for (value_id& o : it.operands)
        if (o != no_value)
          o = renamed[o];
      if (part) {
        code_[waiting.back()].imm = static_cast<std::int64_t>(n);
        waiting.pop_back();
        if (it.code == op::end) {
          it.imm = openers.back();
          openers.pop_back();
        } else {
          waiting.push_back(static_cast<value_id>(n));
        }
      } else if (is_opener(it.code)) {
        waiting.push_back(static_cast<value_id>(n));
        openers.push_back(static_cast<value_id>(n));
      }
      code_[n++] = it;
    }
    code_.resize(n);
    rename_names(renamed);
  }

  constexpr void rename_names(growing<value_id> const& renamed) {
    growing<value_name>& names = builder_.names();
    std::size_t n = 0;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (renamed[names[i].value] != no_value)
        names[n++] = {renamed[names[i].value], names[i].name};
    names.resize(n);
  }

  builder& builder_;
  growing<instruction>& code_;
  growing<std::uint8_t> live_;
  growing<value_id> parent_; // the opener of the innermost region around an instruction
  growing<value_id> sets_;
  std::size_t marked_ = 0;
};

} // namespace enigma::detail
