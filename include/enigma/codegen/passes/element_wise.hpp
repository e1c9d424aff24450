// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/possible_bits.hpp>
#include <enigma/codegen/detail/shown_values.hpp>

namespace enigma::detail {

/// What a kernel computes for the element i of its thread, looked at for vectors of neighbouring elements; it
/// refuses a kernel that has no such form. Values are of three kinds: uniform, the same for all elements;
/// consecutive, i plus something uniform, which is an index; and varying, all that is computed from elements.
/// (A template so that only those pay for it who use it.)
template <int Lanes>
class element_wise {
public:
  constexpr explicit element_wise(builder const& from)
      : from_{from}
      , code_{from.code().data()}
      , size_{from.code().size()}
      , kind_storage_(size_) {
    while (classify()) { // a loop's variables may come to vary in its body
    }
    check_conditions();
    for (std::size_t i = 0; i < size_; ++i)
      check_access(static_cast<value_id>(i));
  }

  constexpr bool is_uniform(value_id id) const { return kind_[id] == kind::uniform; }
  constexpr bool is_varying(value_id id) const { return kind_[id] == kind::varying; }
  /// i itself, in any type that holds it.
  constexpr bool is_element(value_id id) const { return kind_[id] == kind::element; }

  /// The if_ around all that is done with elements, its end, and the n of its i < n; no_value if there is
  /// none.
  constexpr value_id guard() const { return guard_; }
  constexpr value_id guard_end() const { return guard_end_; }
  constexpr value_id bound() const { return bound_; }
  /// Whether that n is proven, or promised, to be a multiple of Lanes.
  constexpr bool bound_is_multiple() const { return is_multiple(bound_); }

private:
  enum class kind : std::uint8_t { uniform, element, consecutive, varying };

  constexpr type type_at(value_id id) const { return code_[id].type; }
  constexpr bool is_index(value_id id) const {
    return kind_[id] == kind::element || kind_[id] == kind::consecutive;
  }
  static constexpr bool is_one(type t) { return t.lanes == 1 && t.columns == 1; }
  constexpr memory const& memory_at(instruction const& it) const {
    return from_.memory_at(static_cast<int>(memory_of(it)));
  }

  // ---- What there is in the kernel -------------------------------------------------------------------

  /// Gives each value its kind; whether anything has changed.
  constexpr bool classify() {
    bool changed = false;
    for (std::size_t i = 0; i < size_; ++i) {
      instruction const& it = code_[i];
      if (it.code == op::set && kind_[it.operands[0]] != kind::varying && !is_uniform(it.operands[1])) {
        kind_[it.operands[0]] = kind::varying;
        changed = true;
      }
      kind const k = it.code == op::declare && kind_[i] == kind::varying ? kind::varying : kind_of(it);
      changed = changed || kind_[i] != k;
      kind_[i] = k;
    }
    return changed;
  }
  constexpr kind kind_of(instruction const& it) const {
    if (it.code == op::query)
      return kind::element;
    if (it.code < op::query)
      return kind::uniform;
    bool varies = false;
    for (value_id const o : it.operands)
      varies = varies || (o != no_value && !is_uniform(o));
    if (!varies)
      return kind::uniform;
    if (it.code == op::get || it.code == op::declare || !is_word_or_wider(it.type))
      return kind::varying;
    value_id const a = it.operands[0], b = it.operands[1];
    if ((it.code == op::add && ((is_index(a) && is_uniform(b)) || (is_uniform(a) && is_index(b)))) ||
        (it.code == op::sub && is_index(a) && is_uniform(b)))
      return kind::consecutive;
    if (it.code == op::convert && is_index(a))
      return size_in_bytes(it.type.element) == 8 ? kind_[a] : kind::consecutive;
    return kind::varying;
  }
  static constexpr bool is_word_or_wider(type t) {
    return is_one(t) && t.is_integer() && size_in_bytes(t.element) >= 4;
  }

  /// Finds the guard, and refuses what else divides neighbouring elements.
  constexpr void check_conditions() {
    int depth = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      instruction const& it = code_[i];
      if (it.code == op::if_ && !is_uniform(it.operands[0])) {
        if (depth != 0 || !find_bound(it.operands[0]))
          refuse_condition(it.operands[0]);
        if (guard_ != no_value)
          refuse(begin() << "it has two guards; put both parts in one g.if_(" << bound_text() << ", ...)");
        guard_ = static_cast<value_id>(i);
        guard_end_ = static_cast<value_id>(it.imm);
        if (code_[it.imm].code == op::else_)
          refuse(
              begin() << "its guard " << shown(it.operands[0])
                      << " has an else_, for elements that there are none of; write those from a kernel of "
                         "their own");
      }
      if (it.code == op::test && !is_uniform(it.operands[0]))
        refuse_condition(it.operands[0]);
      if (it.code == op::for_)
        for (int k = 0; k < 3; ++k)
          if (!is_uniform(it.operands[k]))
            refuse(begin() << "a loop's bound " << shown(it.operands[k])
                           << " is not the same for neighbouring elements; loop as often for all, and choose "
                              "with select(...)");
      depth += is_opener(it.code) ? 1 : it.code == op::end ? -1 : 0;
    }
  }
  /// i < n or n > i, for a uniform u32 n.
  constexpr bool find_bound(value_id condition) {
    instruction const& it = code_[condition];
    if (it.code != op::lt && it.code != op::gt)
      return false;
    value_id const i = it.operands[it.code == op::lt ? 0 : 1], n = it.operands[it.code == op::lt ? 1 : 0];
    if (code_[i].code != op::query || !is_uniform(n))
      return false;
    bound_ = n;
    check_bound(n);
    return true;
  }
  /// It is known before the guard.
  constexpr void check_bound(value_id id) const {
    instruction const& it = code_[id];
    if (it.code <= op::query)
      return;
    if (it.code != op::load && it.code != op::load_field && !info(it.code).pure)
      refuse(begin() << "the bound of its guard i < " << shown(bound_)
                     << " is computed with variables or loops; compute it as one expression");
    for (value_id const o : it.operands)
      if (o != no_value)
        check_bound(o);
  }
  [[noreturn]] constexpr void refuse_condition(value_id condition) const {
    refuse(
        begin() << "the condition " << shown(condition)
                << " is not the same for neighbouring elements; only a guard, g.if_(i < n, ...) with a u32 n "
                   "that is, around all of it may be; choose with select(...)");
  }

  constexpr bool is_inside_guard(value_id id) const {
    return guard_ == no_value || (id > guard_ && id < guard_end_);
  }

  /// Refuses what has no vector form.
  constexpr void check_access(value_id id) const {
    instruction const& it = code_[id];
    switch (it.code) {
    case op::query:
      return check_query(it);
    case op::load:
    case op::load_field:
      return check_load(id);
    case op::store:
      return check_store(id);
    case op::load_if:
    case op::store_if:
      refuse(begin() << "it " << (it.code == op::load_if ? "reads " : "writes ") << shown_place(it)
                     << " under a mask; put all of it in one guard, g.if_(i < n, ...)");
    case op::store_field:
      refuse(begin() << "it writes " << memory_at(it).name
                     << ", whose elements are structs; vectors are of numbers: have an array for each field");
    case op::declare:
      if (!is_uniform(id) && !is_one(it.type))
        refuse_vectors(it.operands[0]);
      return;
    case op::check:
      if (it.imm == check_is_uniform && !is_uniform(it.operands[0]))
        refuse(begin() << "it claims " << shown(it.operands[0])
                       << " to be uniform, which is computed from the thread's position");
      return;
    case op::invoke:
      refuse(begin() << "it calls a function that reads or writes memory; do that in the kernel itself");
    default:
      break;
    }
    if (it.code == op::barrier || it.code == op::async_copy || it.code == op::async_wait ||
        is_group_function(it.code) || makes_simdgroup_matrix(it.code) || it.code == op::simdgroup_store ||
        it.code == op::thread_element)
      refuse(begin() << "it uses " << (it.code == op::barrier ? "a barrier" : info(it.code).name)
                     << ", whose meaning depends on which threads stand beside each other");
    if (is_atomic(it.code))
      refuse(begin() << "it uses " << info(it.code).name << " on " << memory_at(it).name
                     << "; elements would come to it in another order");
    if (it.code > op::atomic_fetch_xor && !is_uniform(id))
      for (value_id const o : it.operands)
        if (!is_one(it.type) || (o != no_value && !is_one(type_at(o))))
          refuse_vectors(is_one(it.type) ? o : id);
  }
  [[noreturn]] constexpr void refuse_vectors(value_id x) const {
    refuse(begin() << "it computes " << shown(x)
                   << " with vectors or matrices already; vectorised takes kernels "
                      "of one element a thread");
  }

  constexpr void check_query(instruction const& it) const {
    query const q = query_of(it);
    if (q != query::thread_position_in_grid)
      refuse(begin() << "it asks for " << info(q).attribute
                     << ", of which the vector form would tell something else: it has fewer threads; of an "
                        "element-wise kernel thread_position_in_grid is enough");
    if (axis_of(it) != 0)
      refuse(begin() << "it asks for the thread's position along " << (axis_of(it) == 1 ? "y" : "z")
                     << "; elements are counted along x alone");
    if (it.type != type_of<u32>)
      refuse(
          begin() << "it asks for the thread's position as u16, which elements need not fit; ask for a u32");
  }

  constexpr void check_load(value_id id) const {
    instruction const& it = code_[id];
    memory const& m = memory_at(it);
    check_memory(m);
    bool const uniform = is_uniform(id);
    if (m.stored)
      check_stored(it);
    if (uniform)
      return;
    if (it.code == op::load_field)
      refuse(begin() << "it reads " << m.name
                     << ", whose elements are structs; vectors are of numbers: have an array for each field");
    if (!is_one(it.type))
      refuse(begin() << "it reads vectors of " << m.name
                     << " already; vectorised takes kernels of one element a thread");
    check_place(id, "reads ");
  }
  constexpr void check_store(value_id id) const {
    instruction const& it = code_[id];
    check_memory(memory_at(it));
    if (is_uniform(it.operands[0]))
      refuse(begin() << "it writes " << shown_place(it) << " in every thread; elements are written at [i]");
    if (!is_one(type_at(it.operands[1])))
      refuse(begin() << "it writes vectors to " << memory_at(it).name
                     << " already; vectorised takes kernels of one element a thread");
    check_stored(it);
    check_place(id, "writes ");
  }
  constexpr void check_memory(memory const& m) const {
    if (m.space == memory_space::threadgroup)
      refuse(begin() << "it uses the threadgroup memory " << m.name
                     << ", and who shares that depends on which threads stand beside each other");
  }
  /// What is written is read and written at one place alone: elsewhere are the elements of other threads.
  constexpr void check_stored(instruction const& it) const {
    for (std::size_t k = 0; k < size_; ++k) {
      instruction const& other = code_[k];
      if (is_store(other.code) && memory_of(other) == memory_of(it) && other.operands[0] != it.operands[0])
        refuse(
            begin() << "it " << (is_store(it.code) ? "writes " : "reads ") << shown_place(it)
                    << " and writes " << shown_place(other)
                    << ": which of two threads comes first decides; read from a buffer that is not written");
    }
  }
  /// A vector begins there.
  constexpr void check_place(value_id id, char const* does) const {
    instruction const& it = code_[id];
    value_id const index = it.operands[0];
    if (!is_inside_guard(id))
      refuse(begin() << "it " << does << shown_place(it) << " outside of its guard " << bound_text()
                     << "; put all of it inside");
    if (kind_[index] == kind::varying)
      refuse(
          begin() << "it " << does << shown_place(it)
                  << "; neighbouring elements are at [i], or at [i + c] for a c that is the same for all and "
                     "proven to be a multiple of "
                  << Lanes);
    if (!is_aligned(index))
      refuse(begin() << "it " << does << shown_place(it) << "; a vector begins at a multiple of " << Lanes
                     << ", so it may be [i], or [i + c] for a c that is proven to be one: multiple_of<"
                     << Lanes << ">(c) promises it");
  }

  // ---- Multiples of the number of lanes --------------------------------------------------------------

  /// Whether an index, which is i plus something, is one where i is.
  constexpr bool is_aligned(value_id id) const {
    instruction const& it = code_[id];
    if (kind_[id] == kind::element)
      return true;
    for (value_id const o : it.operands)
      if (o != no_value && !(is_uniform(o) ? is_multiple(o) : is_aligned(o)))
        return false;
    return true;
  }
  constexpr bool is_multiple(value_id id) const {
    instruction const& it = code_[id];
    if (is_promised(id))
      return true;
    switch (it.code) {
    case op::add:
    case op::sub:
      return is_multiple(it.operands[0]) && is_multiple(it.operands[1]);
    case op::mul:
      return is_multiple(it.operands[0]) || is_multiple(it.operands[1]);
    case op::convert: // integers keep their low bits
      return type_at(it.operands[0]).is_integer() && is_multiple(it.operands[0]);
    default:
      return (possible_bits(from_).of(id) & static_cast<std::uint32_t>(Lanes - 1)) == 0;
    }
  }
  /// x % n == 0 is checked, as multiple_of does.
  constexpr bool is_promised(value_id x) const {
    for (std::size_t k = 0; k < size_; ++k) {
      if (code_[k].code != op::check)
        continue;
      instruction const& equal = code_[code_[k].operands[0]];
      if (equal.code != op::eq || !from_.is_constant(equal.operands[1], 0))
        continue;
      instruction const& rest = code_[equal.operands[0]];
      bool const by_constant = rest.code == op::rem && from_.is_constant(rest.operands[1]);
      if (by_constant && rest.operands[0] == x && code_[rest.operands[1]].imm % Lanes == 0)
        return true;
    }
    return false;
  }

  // ---- Refusals, in the words of the kernel as it is written -----------------------------------------

  constexpr sentence begin() const {
    return sentence("kernel ") << from_.name() << " has no vector form of " << Lanes << " elements: ";
  }
  [[noreturn]] static constexpr void refuse(sentence const& why) { refused(why.lines()); }

  constexpr sentence bound_text() const { return sentence("i < ") << shown(bound_); }
  constexpr sentence shown(value_id id) const { return shown_values(from_).shown(id); }
  constexpr sentence shown_place(instruction const& it) const { return shown_values(from_).shown_place(it); }

  builder const& from_;
  instruction const* code_;
  std::size_t size_;
  zeroed<kind> kind_storage_;
  kind* kind_ = kind_storage_;
  value_id guard_ = no_value, guard_end_ = no_value, bound_ = no_value;
};

} // namespace enigma::detail
