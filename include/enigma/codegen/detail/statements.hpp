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
  constexpr explicit statements(kernel_ir const& k) : code_{k.code}, memories_{k.memories} {
    node_.resize(code_.size());
    count_uses();
    for (value_name const& n : k.names)
      node_[n.value].alone = true;
    choose();
    split_heavy();
  }

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
    std::uint8_t weight = 1;
    bool elsewhere = false; // used in another region
    bool alone = false;     // must not be folded
    bool folded = false;
  };

  static constexpr bool is_leaf(op code) { return code <= op::query; }
  static constexpr bool is_value(instruction const& i) {
    return !i.type.is_void() && i.code != op::for_ && i.code != op::declare;
  }

  constexpr void count_uses() {
    growing<std::uint16_t> regions;
    regions.push_back(0);
    for (std::size_t i = 0; i < code_.size(); ++i) {
      instruction const& it = code_[i];
      if (it.code == op::else_ || it.code == op::end)
        regions.pop_back();
      node_[i].region = regions.back();
      for (value_id const o : it.operands)
        if (o != no_value) {
          ++node_[o].uses;
          if (node_[o].region != node_[i].region)
            node_[o].elsewhere = true;
        }
      // Bounds and steps are evaluated in every iteration: only leaves stay in the loop's head.
      if (it.code == op::for_)
        node_[it.operands[1]].alone = node_[it.operands[2]].alone = true;
      if (it.code >= op::simd_sum && it.code <= op::simd_shuffle_xor)
        node_[i].alone = true;
      if (it.code == op::test)
        regions.pop_back();
      if (it.code == op::for_ || it.code == op::if_ || it.code == op::while_ || it.code == op::else_ ||
          it.code == op::test)
        regions.push_back(static_cast<std::uint16_t>(i + 1));
    }
  }

  /// From the end to the start, so that a value's users have found their statements before it.
  constexpr void choose() {
    growing<value_id> next_write; // for memories, then for variables by their declaration
    growing<value_id> next_set;
    next_write.resize(memories_.size(), no_value);
    next_set.resize(code_.size(), no_value);
    for (std::size_t n = code_.size(); n-- > 0;) {
      auto const i = static_cast<value_id>(n);
      instruction const& it = code_[i];
      node& me = node_[i];
      if (is_value(it) && !is_leaf(it.code)) {
        value_id write = no_value;
        if (it.code == op::get)
          write = next_set[it.operands[0]];
        else if ((it.code == op::load || it.code == op::load_if) &&
                 memories_[static_cast<std::size_t>(it.imm)].stored)
          write = next_write[static_cast<std::size_t>(it.imm)];
        bool const once = me.uses == 1 || it.code == op::get;
        me.folded = once && !me.alone && !me.elsewhere && me.last <= write;
      } else if (is_leaf(it.code)) {
        me.folded = true;
      }
      value_id const statement = me.folded ? me.last : i;
      for (value_id const o : it.operands)
        if (o != no_value && node_[o].last < statement)
          node_[o].last = statement;
      if (it.code == op::store || it.code == op::store_if)
        next_write[static_cast<std::size_t>(it.imm)] = i;
      else if (it.code == op::set)
        next_set[it.operands[0]] = i;
      else if (it.code == op::barrier)
        for (std::size_t m = 0; m < next_write.size(); ++m)
          next_write[m] = i;
    }
  }

  /// Giving a value a statement of its own is always safe: it only evaluates operands earlier.
  constexpr void split_heavy() {
    for (std::size_t i = 0; i < code_.size(); ++i) {
      int weight = 1;
      for (value_id const o : code_[i].operands)
        if (o != no_value && node_[o].folded && !is_leaf(code_[o].code))
          weight += node_[o].weight;
      if (weight > heaviest && is_value(code_[i]))
        node_[i].folded = false;
      node_[i].weight = static_cast<std::uint8_t>(weight < 200 ? weight : 200);
    }
  }

  std::span<instruction const> code_;
  std::span<memory const> memories_;
  growing<node> node_;
};

} // namespace enigma::detail
