// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/growing.hpp>
#include <enigma/codegen/detail/pointer_sums.hpp>
#include <enigma/codegen/ir.hpp>

namespace enigma::detail {

/// Decides which values are folded into the expression that uses them and which get a statement of their own.
///
/// A value is folded if it is used once, in its own region, and moving its evaluation down to the statement
/// that ends up containing it moves no read across a write of the same memory or variable. A variable that is
/// read several times with no assignment between is simply named each time. Sums of pointers are written
/// wherever they are used. Expressions too wide for a line are split.
class statements {
public:
  constexpr explicit statements(kernel_ir const& k)
      : kernel_{k.name}
      , code_{k.code.data()}
      , size_{k.code.size()}
      , memories_{k.memories.data()}
      , sums_{k.code, k.memories.data()}
      , nodes_(size_)
      , links_storage_(part_ == nullptr ? 0 : size_) {
    for (value_name const& n : k.names)
      node_[n.value].alone = true;
    drop_checks();
    count_uses();
    choose(k.memories.size());
    split_wide();
    find_bases();
  }
  statements(statements const&) = delete;

  constexpr bool is_used(value_id id) const { return node_[id].uses != 0; }
  constexpr bool is_folded(value_id id) const { return node_[id].folded; }
  /// False for checks, which the text leaves out, and for what only they use.
  constexpr bool is_needed(value_id id) const { return !node_[id].dropped; }

  /// An index that is written as a sum of a pointer and its two operands; what of those is converted is not.
  constexpr bool is_pointer_sum(value_id id) const { return sums_.is_whole(id) && node_[id].folded; }
  /// An index of elements that is written as one of vectors, its first operand.
  constexpr bool is_vector_index(value_id id) const { return sums_.is_vector(id) && node_[id].folded; }
  constexpr bool is_pointer_part(value_id id) const { return sums_.is_part(id) && node_[id].folded; }

  /// A part that sums in a deeper region begin with, or that would stand in parentheses more than once, as in
  /// (X + i)[1]: worth a pointer of its own.
  constexpr bool is_base(value_id id) const {
    return part_ != nullptr && is_pointer_part(id) && code_[id].code == op::convert &&
           (node_[id].elsewhere || node_[id].brackets > 1);
  }
  /// The first access whose pointer begins with a base, and the next one; no_value behind the last.
  constexpr value_id first_access(value_id base) const { return links_[base].first; }
  constexpr value_id next_access(value_id access) const { return links_[access].next; }
  /// Whether the pointer of an access is worth a name, for this and those to the same memory behind it.
  constexpr bool is_worth_a_pointer(value_id base, value_id access) const {
    int brackets = 0;
    for (value_id i = access; i != no_value && brackets < 2; i = next_access(i))
      brackets += code_[i].imm == code_[access].imm && has_bracket(code_[i]) ? 1 : 0;
    return node_[base].elsewhere || brackets > 1;
  }
  /// The base that is this value in 64 bits, where its pointers are for accesses at the value itself too:
  /// they stand behind the value. no_value if there is none.
  constexpr value_id base_of(value_id id) const { return part_ == nullptr ? no_value : links_[id].base; }

  /// True if any instruction in [first, last) needs a statement.
  constexpr bool has_statements(std::size_t first, std::size_t last) const {
    for (; first < last; ++first)
      if (code_[first].code > op::query && !node_[first].folded && !node_[first].dropped)
        return true;
    return false;
  }

private:
  // In characters, roughly.
  static constexpr int widest = 100;
  static constexpr int worth_a_name = 10;
  static constexpr int name_width = 4;
  struct node {
    std::uint16_t uses = 0;
    std::uint16_t region = 0;  // the mark that begins it, plus one
    value_id last = 0;         // the last statement that contains it
    std::uint8_t width = 0;    // of the expression, if it is folded
    std::uint8_t brackets = 0; // elements that are reached from a sum of pointers with it, up to 2
    std::uint16_t indexes = 0; // the region of the first access at it, plus one
    bool scattered = false;    // more such accesses are in other regions
    bool elsewhere = false;    // used in another region
    bool alone = false;        // must not be folded
    bool folded = false;
    bool dropped = false;
    bool repeated = false; // a part of pointers that is written more than once
  };

  /// What pointers are made of an index in 64 bits, or in 32.
  struct pointer_links {
    value_id base = no_value;
    value_id first = no_value, next = no_value;
  };

  static constexpr bool is_leaf(op code) { return code <= op::query; }
  static constexpr bool is_value(instruction const& i) {
    return !i.type.is_void() && i.code != op::for_ && i.code != op::declare;
  }

  /// A constant or an argument for all lanes of a vector: as cheap to write as a leaf.
  constexpr bool is_splat_of_leaf(instruction const& i) const {
    return i.code == op::make_vector && i.operands[1] == no_value && is_leaf(code_[i.operands[0]].code);
  }

  static constexpr bool is_filled(instruction const& i) {
    return i.code == op::simdgroup_fill || i.code == op::simdgroup_diagonal;
  }
  /// Whether the statement that a matrix is for gives a variable that matrix, and so can be what computes it:
  /// MSL's functions write to a matrix that is there. None of them may read what it has half written.
  constexpr bool goes_into_variable(value_id id, value_id statement) const {
    instruction const &i = code_[id], &user = code_[statement];
    if (user.code != op::set)
      return user.code == op::declare && user.operands[0] == id;
    if (user.operands[1] != id)
      return false;
    value_id const variable = user.operands[0];
    if (i.code == op::simdgroup_multiply || i.code == op::simdgroup_multiply_accumulate)
      return !reads(i.operands[0], variable) && !reads(i.operands[1], variable);
    int patience = 64;
    return i.code != op::simdgroup_of_elements || !reads_first_element(i.operands[1], variable, patience);
  }
  constexpr bool reads(value_id id, value_id variable) const {
    return code_[id].code == op::get && code_[id].operands[0] == variable;
  }
  /// In the expression of `id`, as far as it may be folded.
  constexpr bool reads_first_element(value_id id, value_id variable, int& patience) const {
    instruction const& it = code_[id];
    if (is_leaf(it.code) || it.code == op::declare || it.code == op::for_ ||
        (node_[id].uses != 1 && it.code != op::get))
      return false;
    if (--patience < 0)
      return true;
    if (it.code == op::thread_element)
      return it.imm == 0 && reads(it.operands[0], variable);
    for (value_id const o : it.operands)
      if (o != no_value && reads_first_element(o, variable, patience))
        return true;
    return false;
  }

  constexpr void drop_checks() {
    bool any = false;
    for (std::size_t i = 0; i < size_; ++i)
      if (code_[i].code == op::check)
        any = node_[i].dropped = true;
    if (!any)
      return;
    // From the end, so that users come before what they use.
    zeroed<bool> const storage(size_);
    bool* const used = storage;
    for (std::size_t i = size_; i-- > 0;) {
      instruction const& it = code_[i];
      bool const value_alone = info(it.code).pure || it.code == op::load || it.code == op::load_if ||
                               it.code == op::load_field || it.code == op::get ||
                               it.code == op::atomic_load || it.code == op::thread_element ||
                               makes_simdgroup_matrix(it.code) || is_group_function(it.code);
      node_[i].dropped |= value_alone && !used[i] && !is_leaf(it.code);
      if (!node_[i].dropped && !is_leaf(it.code))
        for (value_id const o : it.operands)
          if (o != no_value)
            used[o] = true;
    }
  }

  constexpr void count_uses() {
    growing<std::uint16_t> regions;
    std::uint16_t here = 0;
    regions.push_back(here);
    for (std::size_t i = 0; i < size_; ++i) {
      instruction const& it = code_[i];
      if (is_leaf(it.code) || node_[i].dropped)
        continue;
      bool const mark = it.code >= op::for_ && it.code <= op::end;
      if (mark && (it.code == op::else_ || it.code == op::end)) {
        regions.pop_back();
        if (it.code == op::end && code_[it.imm].code == op::while_)
          regions.pop_back(); // the condition's, which the body sees
        here = regions.back();
      }
      if (part_ != nullptr && pointer_sums::has_index(it.code)) {
        note_index(it.operands[0], here);
        count_brackets(it);
      }
      node_[i].region = it.code == op::for_ ? static_cast<std::uint16_t>(i + 1) : here;
      for (value_id const o : it.operands) {
        if (o == no_value)
          break;
        node& used = node_[o];
        ++used.uses;
        if (used.region != here) {
          used.elsewhere = true;
          check_open(regions, used.region);
        }
        // A filled matrix is written anew where a variable begins with it.
        if (code_[o].code >= op::simdgroup_fill && is_filled(code_[o]) && it.code != op::declare &&
            it.code != op::set)
          used.alone = true;
      }
      if (is_group_function(it.code) || it.code == op::invoke || it.code == op::async_copy ||
          (is_atomic(it.code) && !goes_into_next(i)))
        node_[i].alone = true;
      if (it.code == op::if_ || it.code == op::test || it.code == op::store_if)
        name_vector_in_front(it.operands[it.code == op::store_if ? 1 : 0]);
      if (!mark || it.code == op::end)
        continue;
      // Bounds and steps are evaluated in every iteration: only leaves stay in the loop's head.
      if (it.code == op::for_)
        node_[it.operands[1]].alone = node_[it.operands[2]].alone = true;
      here = static_cast<std::uint16_t>(i + 1);
      regions.push_back(here);
    }
  }

  constexpr void note_index(value_id id, std::uint16_t here) {
    node& index = node_[id];
    auto const where = static_cast<std::uint16_t>(here + 1);
    if (index.indexes == 0)
      index.indexes = where;
    index.scattered |= index.indexes != where;
    // A sum is written where it is used.
    if (sums_.is_whole(id))
      node_[code_[id].operands[0]].elsewhere |= node_[code_[id].operands[0]].region != here;
  }
  constexpr void count_brackets(instruction const& it) {
    if (!has_bracket(it))
      return;
    node& part = node_[code_[it.operands[0]].operands[0]];
    if (part.brackets < 2)
      ++part.brackets;
  }
  /// Whether an access is to one element at a sum of a pointer: (X + i)[1].
  constexpr bool has_bracket(instruction const& it) const {
    bool const store = it.code == op::store || it.code == op::store_if;
    if (!(store || it.code == op::load || it.code == op::load_if) || !sums_.is_whole(it.operands[0]))
      return false;
    return !(store ? code_[it.operands[it.code == op::store ? 1 : 2]].type : it.type).is_vector();
  }

  constexpr void find_bases() {
    if (part_ == nullptr)
      return;
    for (std::size_t n = size_; n-- > 0;) {
      auto const i = static_cast<value_id>(n);
      instruction const& it = code_[n];
      if (pointer_sums::has_index(it.code) && is_pointer_sum(it.operands[0])) {
        value_id& first = links_[code_[it.operands[0]].operands[0]].first;
        links_[n].next = first;
        first = i;
      }
      if (!is_base(i))
        continue;
      value_id const at = it.operands[0];
      node const& index = node_[at];
      bool const shared = index.scattered || (index.indexes != 0 && index.indexes != node_[n].region + 1);
      if (!index.folded && (shared || index.region == node_[n].region))
        links_[at].base = i;
    }
  }

  /// `if (bool((*(device long2*)...` begins like a declaration, and clang takes it for one: there the vector
  /// is read by a statement of its own.
  constexpr void name_vector_in_front(value_id condition) {
    bool converted = false;
    for (value_id v = condition; v != no_value && !is_leaf(code_[v].code); v = code_[v].operands[0]) {
      if (is_access(code_[v].code)) {
        node_[v].alone |= converted && code_[v].type.lanes > 1;
        return;
      }
      converted |= code_[v].code == op::convert;
    }
  }

  /// An atomic that the next statement takes as it is, or its opposite: there it is evaluated when it would
  /// have been before.
  constexpr bool goes_into_next(std::size_t i) const {
    auto value = static_cast<value_id>(i);
    for (std::size_t n = i + 1; n < size_; ++n) {
      instruction const& next = code_[n];
      bool uses = false;
      for (value_id const o : next.operands)
        uses = uses || (o == value && !is_leaf(next.code));
      if (!info(next.code).pure) {
        bool const alone =
            next.code == op::if_ || next.code == op::test || next.code == op::declare || next.code == op::set;
        // Beside a compare_exchange nothing may stand that reads the variable.
        return uses && (alone || (code_[i].code != op::atomic_compare_exchange_weak &&
                                  (next.code == op::store || is_atomic(next.code))));
      }
      if (uses && next.code != op::logical_not)
        return false;
      if (uses)
        value = static_cast<value_id>(n);
    }
    return false;
  }

  /// A value lives in its region and in those within it.
  constexpr void check_open(growing<std::uint16_t> const& regions, std::uint16_t wanted) const {
    for (std::size_t r = regions.size(); r-- > 0;)
      if (regions[r] == wanted)
        return;
    refused(
        (sentence("kernel ") << kernel_ << ": a value of an if_ or a loop has come to be used outside of it")
            .lines());
  }

  /// From the end to the start, so that a value's users have found their statements before it.
  constexpr void choose(std::size_t memories) {
    // Positions of writes, counted from 1; 0: none so far. For memories, and for variables by their
    // declaration.
    zeroed<value_id> const writes(memories), sets(size_);
    value_id *const next_write = writes, *const next_set = sets;
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
        else if (is_access(it.code) && memories_[memory_of(it)].stored)
          write = next_write[static_cast<std::size_t>(memory_of(it))];
        me.folded = (me.uses == 1 || it.code == op::get) && !me.alone && !me.elsewhere &&
                    (write == 0 || me.last < write);
        me.folded |= !me.alone && (is_splat_of_leaf(it) || (part_ != nullptr && part_[n]));
        if (makes_simdgroup_matrix(it.code))
          me.folded = (me.folded && goes_into_variable(i, me.last)) ||
                      (!me.alone && is_filled(it) && is_leaf(code_[it.operands[0]].code));
      }
      if (part_ != nullptr && part_[n] && me.folded && (me.repeated || me.elsewhere || me.uses > 1))
        for (int k = 0; k < 2 && it.operands[k] != no_value; ++k)
          (part_[it.operands[k]] ? node_[it.operands[k]].repeated : node_[it.operands[k]].alone) = true;
      value_id const statement = me.folded ? me.last : i;
      for (value_id const o : it.operands) {
        if (o == no_value)
          break;
        if (node_[o].last < statement)
          node_[o].last = statement;
      }
      auto const position = static_cast<value_id>(i + 1);
      if (it.code == op::atomic_compare_exchange_weak)
        next_set[it.operands[1]] = static_cast<value_id>(statement + 1); // what it takes is read before
      if (is_store(it.code))
        next_write[static_cast<std::size_t>(memory_of(it))] = position;
      else if (it.code == op::set)
        next_set[it.operands[0]] = position;
      else if (it.code == op::barrier || it.code == op::invoke || it.code == op::async_copy ||
               it.code == op::async_wait)
        for (std::size_t m = 0; m < memories; ++m)
          next_write[m] = position;
    }
  }

  /// Keeps lines readable: where an expression would be too wide, its widest operand gets a statement of its
  /// own. That is always safe: it only evaluates the operand earlier.
  constexpr void split_wide() {
    for (std::size_t i = 0; i < size_; ++i) {
      instruction const& it = code_[i];
      if (is_leaf(it.code))
        continue;
      int width = part_ != nullptr && part_[i] ? (sums_.is_whole(i) ? 3 : 0) : own_width(it);
      for (value_id const o : it.operands) {
        if (o == no_value)
          break;
        width += width_of(o);
      }
      int const limit = it.code == op::simdgroup_of_elements ? 2 * widest : widest; // it is two lines
      while (width > limit) {
        value_id victim = no_value;
        for (value_id const o : it.operands) {
          if (o == no_value)
            break;
          if (node_[o].folded && !is_leaf(code_[o].code) && !sums_.is_part(o) &&
              node_[o].width > worth_a_name && (victim == no_value || node_[o].width > node_[victim].width))
            victim = o;
        }
        if (victim == no_value)
          break;
        node_[victim].folded = false;
        width -= node_[victim].width - name_width;
      }
      node_[i].width = static_cast<std::uint8_t>(makes_simdgroup_matrix(it.code) ? name_width // a line anyway
                                                 : width < 255                   ? width
                                                                                 : 255);
    }
  }
  constexpr int width_of(value_id o) const {
    return node_[o].folded && !is_leaf(code_[o].code) ? node_[o].width : name_width;
  }
  /// Roughly the characters that an operation adds to its operands.
  static constexpr int own_width(instruction const& i) {
    if (i.code == op::load)
      return i.type.is_vector() ? 24 : 4;
    if (i.code == op::load_field)
      return 12;
    if (is_atomic(i.code))
      return 40;
    if (is_call(i.code))
      return 12;
    if (i.code == op::thread_element)
      return 21;
    return info(i.code).form == syntax::call ? 8 : 4;
  }

  char const* kernel_;
  instruction const* code_;
  std::size_t size_;
  memory const* memories_;
  pointer_sums sums_;
  bool const* part_ = sums_.parts();
  zeroed<node> nodes_;
  zeroed<pointer_links> links_storage_; // only where there are sums of pointers
  pointer_links* links_ = links_storage_;
  node* node_ = nodes_;
};

} // namespace enigma::detail
