// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/builder.hpp>
#include <enigma/codegen/passes/both_branches.hpp>
#include <enigma/codegen/passes/hoist.hpp>

namespace enigma::detail {

/// Removes what no store, and no barrier, depends on: unused values, variables that are never read, regions
/// without an effect, and regions that no thread comes to; of an if_ that all threads pass only the marks.
/// Puts the rest in an order that does not depend on how it was recorded, moves what both branches of an if_
/// compute and what loops compute anew in each pass before them, renumbers it and sets the partners of the
/// region marks. Law: stores, barriers and
/// all that can be seen of a kernel stay, in their order and with their operands' values.
///
/// The order matters because C++ leaves the evaluation order of f(x) + g(y) open, and g++ takes another one
/// at run time than in constant evaluations. Between two instructions with an effect on memory, variables or
/// control flow there are only values, which may stand in any order that has operands before their users;
/// they get the order in which the instructions with effects need them, operands from left to right. Leaves
/// stand where they are needed first.
class dead_code {
public:
  constexpr explicit dead_code(builder& b)
      : builder_{b}
      , code_{b.code().data()}
      , size_{b.code().size()}
      , live_storage_(size_)
      , parent_storage_(size_)
      , place_storage_(size_)
      , order_storage_(size_)
      , renamed_storage_(size_) {}

  constexpr void remove() {
    find_parents();
    zeroed<value_id> const storage(size_);
    value_id* const todo = storage;
    for (std::size_t i = 0; i < size_; ++i)
      if (code_[i].code >= op::store && parent_[i] != nowhere && is_effect(code_[i].code))
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
  static constexpr value_id nowhere = no_value;

  static constexpr bool is_effect(op code) {
    if (code < op::store || code > op::atomic_fetch_xor) // most of all
      return false;
    return is_store(code) || code == op::barrier || code == op::break_ || code == op::check ||
           code == op::invoke || code == op::return_ || code == op::async_copy || code == op::async_wait ||
           (is_atomic(code) && code != op::atomic_load);
  }
  /// Keeps its place: all that is not a value alone.
  static constexpr bool is_pinned(op code) {
    return (code >= op::store && code <= op::atomic_fetch_xor && code != op::get);
  }

  /// parent_ is the opener of the innermost region around an instruction, counted from 1; 0: none, and
  /// `nowhere` where no thread comes. Regions that all threads pass once are none; the marks of those, and of
  /// what no thread passes, belong to their opener, which nothing needs.
  constexpr void find_parents() {
    growing<value_id> around, openers;
    value_id here = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      op const code = code_[i].code;
      parent_[i] = here;
      if (code < op::set || code > op::end)
        continue;
      if (is_opener(code)) {
        around.push_back(here);
        openers.push_back(static_cast<value_id>(i));
        loops_ = loops_ || code != op::if_;
        if (here != nowhere)
          here = inside(static_cast<value_id>(i), true, here);
      } else if (code == op::else_) {
        branches_ = true;
        parent_[i] = static_cast<value_id>(openers.back() + 1);
        if (around.back() != nowhere)
          here = inside(openers.back(), false, around.back());
      } else if (code == op::end) {
        parent_[i] = static_cast<value_id>(openers.back() + 1);
        here = around.back();
        around.pop_back();
        openers.pop_back();
      } else if (code == op::test) {
        parent_[i] = static_cast<value_id>(openers.back() + 1);
      } else if (here != nowhere && code == op::set) {
        sets_.push_back(static_cast<value_id>(i));
      }
    }
  }
  /// What is around the instructions in the first or second part of a region.
  constexpr value_id inside(value_id opener, bool first, value_id around) const {
    instruction const& it = code_[opener];
    if (it.code == op::if_ && code_[it.operands[0]].code == op::constant)
      return (code_[it.operands[0]].imm != 0) == first ? around : nowhere;
    if (it.code == op::for_ && code_[it.operands[1]].code == op::constant) {
      range const low = builder_.range_of(it.operands[0]), high = builder_.range_of(it.operands[1]);
      if (low.known() && high.known() && low.low >= high.high)
        return nowhere;
    }
    return static_cast<value_id>(opener + 1);
  }

  /// `todo` has room for all instructions: each is listed once, when it comes to be live.
  constexpr void mark(value_id id, value_id* todo) {
    std::size_t count = 0;
    if (!live_[id]) {
      live_[id] = true;
      todo[count++] = id;
    }
    for (; count != 0; ++marked_) {
      instruction const& it = code_[todo[--count]];
      if (it.code <= op::query)
        continue; // a leaf: no operands, and no place in a region
      auto const i = static_cast<std::size_t>(&it - code_);
      for (value_id const o : it.operands) {
        if (o == no_value)
          break;
        if (!live_[o]) {
          live_[o] = true;
          todo[count++] = o;
        }
      }
      value_id const around = parent_[i]; // counted from 1
      if (around != 0 && !live_[around - 1]) {
        live_[around - 1] = true;
        todo[count++] = static_cast<value_id>(around - 1);
      }
      if (it.code == op::while_ && !live_[it.imm]) { // its test
        live_[it.imm] = true;
        todo[count++] = static_cast<value_id>(it.imm);
      }
    }
  }

  /// The pinned instruction that a value stands before.
  constexpr void find_places() {
    growing<both_branches::moved> moved;
    if (branches_)
      both_branches(code_, size_, parent_, live_).merge(moved, [this](value_id v) { return !is_named(v); });
    value_id next = no_value;
    for (std::size_t i = size_; i-- > 0;) {
      if (is_pinned(code_[i].code))
        next = static_cast<value_id>(i);
      place_[i] = code_[i].code <= op::query ? no_value : next;
    }
    for (both_branches::moved const& it : moved)
      place_[it.value] = it.before;
    if (loops_)
      hoist(code_, size_, parent_, live_).find(place_, [this](value_id divisor) {
        range const r = builder_.range_of(divisor);
        return r.known() && r.low > 0;
      });
  }

  /// Lists the values in the order in which they are needed, operands before users; leaves get the place of
  /// the first that needs them.
  constexpr void find_order() {
    zeroed<value_id> const path_storage(size_ + 1);
    zeroed<std::uint8_t> const next_storage(size_ + 1);
    zeroed<bool> const met_storage(size_);
    value_id* const path = path_storage;     // from a pinned instruction down to the value that is looked at
    std::uint8_t* const next = next_storage; // and the operand to look at next, for each
    bool* const met = met_storage;
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
            order_[values_++] = here;
          continue;
        }
        op const code = code_[o].code;
        if (code <= op::query && place_[o] > place_[here])
          place_[o] = place_[here];
        if (!met[o] && !is_pinned(code)) {
          met[o] = true;
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
    find_places();
    find_order();
    // The values before each pinned instruction, in order: first, and from each to the next, counted from 1.
    zeroed<value_id> const first_storage(size_), last_storage(size_), next_storage(size_);
    value_id *const first = first_storage, *const last = last_storage, *const next = next_storage;
    for (std::size_t k = 0; k < values_; ++k) {
      value_id const v = order_[k], p = place_[v];
      auto const number = static_cast<value_id>(v + 1);
      if (first[p] == 0)
        first[p] = number;
      else
        next[last[p] - 1] = number;
      last[p] = number;
    }
    for (std::size_t i = 0; i < size_; ++i) {
      if (!is_pinned(code_[i].code))
        continue;
      std::size_t const begin = kept_.size();
      for (value_id v = first[i]; v != 0; v = next[v - 1]) {
        keep(static_cast<value_id>(v - 1));
        if (parent_[v - 1] != parent_[i])
          merge(static_cast<value_id>(v - 1), begin);
      }
      if (survives(i))
        keep(static_cast<value_id>(i));
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

  /// The same value may have come here from several regions of a loop: from two ifs one after the other.
  constexpr void merge(value_id i, std::size_t begin) {
    std::size_t const last = kept_.size() - 1;
    for (std::size_t k = begin; k < last; ++k)
      if (kept_[k] == kept_[last] && !is_named(i)) {
        kept_.shrink(last);
        renamed_[i] = static_cast<value_id>(k);
        return;
      }
  }
  constexpr bool is_named(value_id i) const {
    growing<value_name> const& names = builder_.names();
    for (std::size_t k = 0; k < names.size(); ++k)
      if (names[k].value == i)
        return true;
    return false;
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
  zeroed<value_id> parent_storage_, place_storage_, order_storage_, renamed_storage_;
  bool* live_ = live_storage_;
  value_id* parent_ = parent_storage_;   // the opener of the region around, see find_parents
  value_id* place_ = place_storage_;     // the pinned instruction that a value stands before
  value_id* order_ = order_storage_;     // the values as they are needed
  value_id* renamed_ = renamed_storage_; // the new numbers
  growing<value_id> sets_;
  growing<instruction> kept_;
  growing<value_id> waiting_; // region parts whose partner has not come yet
  growing<value_id> openers_;
  std::size_t marked_ = 0, values_ = 0;
  bool loops_ = false, branches_ = false;
};

} // namespace enigma::detail
