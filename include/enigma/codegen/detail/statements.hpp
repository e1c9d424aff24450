// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/growing.hpp>
#include <enigma/codegen/ir.hpp>

namespace enigma::detail {

/// Decides which values are folded into the expression that uses them and which get a statement of their own.
///
/// A value is folded if it is used once, in its own region, and moving its evaluation down to the statement
/// that ends up containing it moves no read across a write of the same memory or variable. A variable that is
/// read several times with no assignment between is simply named each time. Expressions above `heaviest`
/// operations are split.
class statements {
public:
  constexpr explicit statements(kernel_ir const& k)
      : code_{k.code.data()}
      , size_{k.code.size()}
      , memories_{k.memories.data()}
      , node_(size_) {
    for (value_name const& n : k.names)
      node_[n.value].alone = true;
    count_uses();
    choose(k.memories.size());
    split_heavy();
  }
  statements(statements const&) = delete;

  constexpr bool is_folded(value_id id) const { return node_[id].folded; }

  /// True if any instruction in [first, last) needs a statement.
  constexpr bool has_statements(std::size_t first, std::size_t last) const {
    for (; first < last; ++first)
      if (code_[first].code > op::query && !node_[first].folded)
        return true;
    return false;
  }

private:
  static constexpr int heaviest = 12;
  struct node {
    std::uint16_t uses = 0;
    std::uint16_t region = 0; // the mark that begins it, plus one
    value_id last = 0;        // the last statement that contains it
    std::uint8_t weight = 0;  // operations in the folded expression; leaves weigh nothing
    bool elsewhere = false;   // used in another region
    bool alone = false;       // must not be folded
    bool folded = false;
  };

  static constexpr bool is_leaf(op code) { return code <= op::query; }
  static constexpr bool is_value(instruction const& i) {
    return !i.type.is_void() && i.code != op::for_ && i.code != op::declare;
  }

  /// A constant or an argument for all lanes of a vector: as cheap to write as a leaf.
  constexpr bool is_splat_of_leaf(instruction const& i) const {
    return i.code == op::make_vector && i.operands[1] == no_value && is_leaf(code_[i.operands[0]].code);
  }

  constexpr void count_uses() {
    growing<std::uint16_t> regions;
    std::uint16_t here = 0;
    regions.push_back(here);
    for (std::size_t i = 0; i < size_; ++i) {
      instruction const& it = code_[i];
      if (is_leaf(it.code))
        continue;
      bool const mark = it.code >= op::for_ && it.code <= op::end;
      if (mark && (it.code == op::else_ || it.code == op::end)) {
        regions.pop_back();
        here = regions.back();
      }
      node_[i].region = here;
      for (value_id const o : it.operands) {
        if (o == no_value)
          break;
        node& used = node_[o];
        ++used.uses;
        if (used.region != here)
          used.elsewhere = true;
      }
      if (it.code >= op::simd_sum && it.code <= op::simd_shuffle_xor)
        node_[i].alone = true;
      if (!mark || it.code == op::end)
        continue;
      // Bounds and steps are evaluated in every iteration: only leaves stay in the loop's head.
      if (it.code == op::for_)
        node_[it.operands[1]].alone = node_[it.operands[2]].alone = true;
      if (it.code == op::test)
        regions.pop_back();
      here = static_cast<std::uint16_t>(i + 1);
      regions.push_back(here);
    }
  }

  /// From the end to the start, so that a value's users have found their statements before it.
  constexpr void choose(std::size_t memories) {
    zeroed<value_id> next_write(memories); // positions of writes, counted from 1; 0: none so far
    zeroed<value_id> next_set(size_);      // the same for variables, by their declaration
    for (std::size_t n = size_; n-- > 0;) {
      auto const i = static_cast<value_id>(n);
      instruction const& it = code_[i];
      node& me = node_[i];
      if (is_leaf(it.code)) {
        me.folded = true;
        continue;
      }
      if (is_value(it)) {
        value_id write = 0;
        if (it.code == op::get)
          write = next_set[it.operands[0]];
        else if ((it.code == op::load || it.code == op::load_if) && memories_[it.imm].stored)
          write = next_write[static_cast<std::size_t>(it.imm)];
        me.folded = (me.uses == 1 || it.code == op::get) && !me.alone && !me.elsewhere &&
                    (write == 0 || me.last < write);
        me.folded |= !me.alone && is_splat_of_leaf(it);
      }
      value_id const statement = me.folded ? me.last : i;
      for (value_id const o : it.operands) {
        if (o == no_value)
          break;
        if (node_[o].last < statement)
          node_[o].last = statement;
      }
      auto const position = static_cast<value_id>(i + 1);
      if (it.code == op::store || it.code == op::store_if)
        next_write[static_cast<std::size_t>(it.imm)] = position;
      else if (it.code == op::set)
        next_set[it.operands[0]] = position;
      else if (it.code == op::barrier)
        for (std::size_t m = 0; m < memories; ++m)
          next_write[m] = position;
    }
  }

  /// Giving a value a statement of its own is always safe: it only evaluates operands earlier.
  constexpr void split_heavy() {
    for (std::size_t i = 0; i < size_; ++i) {
      node& me = node_[i];
      if (!me.folded || is_leaf(code_[i].code))
        continue;
      int weight = 1;
      for (value_id const o : code_[i].operands) {
        if (o == no_value)
          break;
        if (node_[o].folded)
          weight += node_[o].weight;
      }
      me.weight = static_cast<std::uint8_t>(weight);
      if (weight > heaviest)
        me.folded = false;
    }
  }

  instruction const* code_;
  std::size_t size_;
  memory const* memories_;
  zeroed<node> node_;
};

} // namespace enigma::detail
