// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/finish.hpp>
#include <enigma/codegen/detail/possible_bits.hpp>

// Gives each thread of an element-wise kernel 2 or 4 neighbouring elements, which it reads, computes and
// writes as vectors. Law: the vector form on n elements does what the kernel as written does in n threads,
// bit by bit; a guard may have the last word, so that n is rounded up to whole vectors then.
//
// Thread t has the elements i = lanes * t + k. Its values are of three kinds: uniform, the same for all
// elements and kept as scalars; consecutive, i plus something uniform, which is an index of vectors; and
// varying, all that is computed from elements, which become vectors. What no vector has an operation for (a
// function of the author's, a shift of bytes) is done lane by lane.
//
// How many elements there are is told by the guard g.if_(i < n, ...); without one by the launch, if its size
// is known, or else by an argument that the runtime gives. Thread t has whole vectors of n elements where
// lanes * t + lanes - 1 < n, and that is t < n / lanes, in which nothing wraps. The other threads do the
// elements that are left as the kernel is written, one after the other: the body stands in the kernel twice.
// There lanes * t does not wrap either, since a call has a thread for every `lanes` of at most 2^32 - 1
// elements.

namespace enigma::detail {

constexpr void write(sentence& s, sentence const& other) {
  for (int k = 0; k < other.size(); ++k)
    s.put(other[k]);
}

/// Of so many lanes; a template so that only those pay for it who use it.
template <int Lanes>
class vectoriser {
public:
  /// `to` begins with the memories of `from`.
  constexpr vectoriser(builder const& from, builder& to)
      : from_{from}
      , to_{to}
      , code_{from.code().data()}
      , size_{from.code().size()}
      , kind_storage_(size_)
      , copy_storage_(size_) {
    while (classify()) { // a loop's variables may come to vary in its body
    }
    check_conditions();
    for (std::size_t i = 0; i < size_; ++i)
      check_access(static_cast<value_id>(i));
  }

  /// Whether it says itself how many elements there are.
  constexpr bool is_guarded() const { return guard_ != no_value; }

  /// Records the vector form of a kernel that is run for all of its elements.
  constexpr void record_whole() {
    thread_ = to_.ask(query::thread_position_in_grid, 0);
    record(form::vectors);
  }
  /// The same for so many elements: a u32 of `to`, or no_value for as many as the guard says.
  constexpr void record_first(value_id count) {
    thread_ = to_.ask(query::thread_position_in_grid, 0);
    bool const rest_is_empty = count == no_value && is_multiple(bound_);
    if (count == no_value)
      count = copied_bound(bound_);
    value_id const lanes = to_.constant(type_of<u32>, Lanes);
    if (rest_is_empty) { // a promise that also holds where there is no vector
      value_id const rest = to_.pure(op::rem, type_of<u32>, count, lanes);
      to_.check(to_.pure(op::eq, type_of<bool>, rest, to_.constant(type_of<u32>, 0)),
                "what multiple_of promises is a multiple");
    }
    to_.open(op::if_, {},
             to_.pure(op::lt, type_of<bool>, thread_, to_.pure(op::div, type_of<u32>, count, lanes)));
    record(form::vectors);
    if (!rest_is_empty && !(to_.is_constant(count) && to_[count].imm % Lanes == 0)) {
      to_.divide_region(op::else_);
      value_id const first = to_.pure(op::mul, type_of<u32>, thread_, lanes);
      element_ = to_.open(op::for_, type_of<u32>, first, count, to_.constant(type_of<u32>, 1));
      record(form::elements);
      to_.close();
    }
    to_.close();
  }

private:
  enum class kind : std::uint8_t { uniform, element, consecutive, varying };
  enum class form { vectors, elements };

  constexpr type type_at(value_id id) const { return code_[id].type; }
  constexpr bool is_uniform(value_id id) const { return kind_[id] == kind::uniform; }
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
    return true;
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
                   << " with vectors or matrices already; vectorise takes kernels "
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
                     << " already; vectorise takes kernels of one element a thread");
    check_place(id, "reads ");
  }
  constexpr void check_store(value_id id) const {
    instruction const& it = code_[id];
    check_memory(memory_at(it));
    if (is_uniform(it.operands[0]))
      refuse(begin() << "it writes " << shown_place(it) << " in every thread; elements are written at [i]");
    if (!is_one(type_at(it.operands[1])))
      refuse(begin() << "it writes vectors to " << memory_at(it).name
                     << " already; vectorise takes kernels of one element a thread");
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

  // ---- The kernel in its new form --------------------------------------------------------------------

  /// The bound of the guard, which is known before it.
  constexpr value_id copied_bound(value_id id) {
    instruction const& it = code_[id];
    if (it.code == op::load || it.code == op::load_field || it.code <= op::query || info(it.code).pure) {
      if (it.code > op::query)
        for (value_id const o : it.operands)
          if (o != no_value)
            copied_bound(o);
      copy(id);
      return copy_[id];
    }
    refuse(begin() << "the bound of its guard " << bound_text()
                   << " is computed with variables; compute it as one expression");
  }

  constexpr void record(form f) {
    form_ = f;
    for (std::size_t i = 0; i < size_; ++i) {
      auto const id = static_cast<value_id>(i);
      if (id != guard_ && id != guard_end_)
        copy(id);
    }
  }
  /// A value that is one number: in the vector form not one of a vector.
  constexpr bool stays_scalar(value_id id) const { return form_ == form::elements || !is_vector(id); }
  constexpr bool is_vector(value_id id) const { return kind_[id] == kind::varying; }

  constexpr void copy(value_id id) {
    instruction const& it = code_[id];
    value_id const made = it.code == op::check ? check(id) : copied(id, it);
    copy_[id] = made;
    if (made == no_value || it.code == op::check)
      return;
    for (value_name const& n : from_.names())
      if (n.value == id && to_[made].code > op::query && !is_named(made))
        to_.name_value(made, n.name);
  }
  constexpr bool is_named(value_id made) const {
    for (value_name const& n : to_.names())
      if (n.value == made)
        return true;
    return false;
  }

  constexpr value_id copied(value_id id, instruction const& it) {
    auto const at = [&](int k) { return it.operands[k] == no_value ? no_value : copy_[it.operands[k]]; };
    int const m = static_cast<int>(memory_of(it));
    switch (it.code) {
    case op::constant:
      return to_.constant(it.type, it.imm);
    case op::argument:
      return to_.scalar_argument(it.type, m, field_of(it));
    case op::query: // of an index: where the first of a vector is
      return form_ == form::elements
                 ? element_
                 : to_.pure(op::mul, type_of<u32>, thread_, to_.constant(type_of<u32>, Lanes));
    case op::load:
      return to_.load(m, stays_scalar(id) ? it.type : widened(it.type), place(it.operands[0]));
    case op::load_field:
      return to_.load_field(m, field_of(it), it.type, at(0), at(1));
    case op::store:
      to_.store(m, place(it.operands[0]), form_ == form::elements ? at(1) : vector(it.operands[1]));
      return no_value;
    case op::declare:
      return stays_scalar(id) ? to_.declare(it.type, at(0))
                              : to_.declare(widened(it.type), vector(it.operands[0]));
    case op::get:
      return to_.get(at(0));
    case op::set:
      to_.set(at(0), stays_scalar(it.operands[0]) ? at(1) : vector(it.operands[1]));
      return no_value;
    case op::for_:
    case op::if_:
    case op::while_: {
      value_id const ids[] = {at(0), at(1), at(2)};
      return to_.open(it.code, it.type, ids[0], ids[1], ids[2]);
    }
    case op::else_:
    case op::test:
      to_.divide_region(it.code, at(0));
      return no_value;
    case op::end:
      to_.close();
      return no_value;
    case op::break_:
      to_.leave_loop();
      return no_value;
    default:
      return stays_scalar(id) ? scalar(it, at(0), at(1), at(2), at(3)) : vector_of_results(it);
    }
  }
  constexpr value_id scalar(instruction const& it, value_id a, value_id b, value_id c, value_id d) {
    value_id const values[] = {a, b, c, d};
    if (it.code == op::call)
      return to_.call(true, it.type, call_detail::from(it.imm), values);
    if (it.code == op::add && it.type == type_of<i64>) // perhaps of a pointer
      return to_.index_sum(a, b);
    return to_.pure(it.code, it.type, a, b, c, d, it.imm);
  }

  /// The index of an access. In the vector form it counts vectors where it can, as an author writes it.
  constexpr value_id place(value_id index) {
    if (form_ == form::elements || is_uniform(index))
      return copy_[index];
    instruction const& it = code_[index];
    if (kind_[index] == kind::element)
      return to_.index_of_vector(no_value, thread_, Lanes);
    if (it.code == op::add && it.type == type_of<i64>)
      for (int k = 0; k < 2; ++k)
        if (kind_[it.operands[k]] == kind::element)
          return to_.index_of_vector(copy_[it.operands[1 - k]], thread_, Lanes);
    return copy_[index];
  }

  constexpr type widened(type t) const { return {t.element, static_cast<std::uint8_t>(Lanes)}; }

  /// A value for each of the elements.
  constexpr value_id vector(value_id id) {
    instruction const& it = code_[id];
    if (is_vector(id))
      return copy_[id];
    type const t = widened(it.type);
    if (is_uniform(id))
      return to_.pure(op::make_vector, t, copy_[id]);
    if (it.code != op::query) // an index that is a number for once
      return vector_of_results(it);
    value_id ids[4]{no_value, no_value, no_value, no_value};
    for (int k = 0; k < Lanes; ++k)
      ids[k] = to_.constant(it.type, k);
    value_id const first = to_.pure(op::make_vector, t, copy_[id]);
    return to_.pure(op::add, t, first, to_.pure(op::make_vector, t, ids[0], ids[1], ids[2], ids[3]));
  }
  constexpr value_id vector_of_results(instruction const& it) {
    if (!has_vectors(it))
      return lane_by_lane(it);
    value_id ids[4]{no_value, no_value, no_value, no_value};
    for (int k = 0; k < 4 && it.operands[k] != no_value; ++k)
      ids[k] = takes_scalar(it, k) ? copy_[it.operands[k]] : vector(it.operands[k]);
    return to_.pure(it.code, widened(it.type), ids[0], ids[1], ids[2], ids[3], it.imm);
  }
  /// The offset and number of bits are one for all lanes; a condition that is, chooses among vectors.
  constexpr bool takes_scalar(instruction const& it, int k) const {
    return (info(it.code).signature == signature::bits && k >= info(it.code).operands - 2) ||
           (it.code == op::select && k == 2 && is_uniform(it.operands[2]));
  }
  constexpr bool has_vectors(instruction const& it) const {
    op_info const& row = info(it.code);
    for (int k = 0; k < row.operands; ++k)
      if (takes_scalar(it, k) && !is_uniform(it.operands[k]))
        return false;
    if (row.by_lane_width) { // a scalar of 8 or 16 bits is shifted as one of 32
      instruction const& count = code_[it.operands[1]];
      return size_in_bytes(it.type.element) >= 4 ||
             (count.code == op::constant && integer_value(count.type.element, count.imm) >= 0 &&
              integer_value(count.type.element, count.imm) < 8 * size_in_bytes(it.type.element));
    }
    return it.code != op::call;
  }
  constexpr value_id lane_by_lane(instruction const& it) {
    value_id lanes[4]{no_value, no_value, no_value, no_value};
    for (int lane = 0; lane < Lanes; ++lane) {
      value_id ids[4]{no_value, no_value, no_value, no_value};
      for (int k = 0; k < 4 && it.operands[k] != no_value; ++k)
        ids[k] = is_uniform(it.operands[k])
                     ? copy_[it.operands[k]]
                     : to_.pure(op::extract, type_at(it.operands[k]), vector(it.operands[k]), no_value,
                                no_value, no_value, lane);
      lanes[lane] = scalar(it, ids[0], ids[1], ids[2], ids[3]);
    }
    return to_.pure(op::make_vector, widened(it.type), lanes[0], lanes[1], lanes[2], lanes[3]);
  }

  constexpr value_id check(value_id id) {
    value_id const condition = code_[id].operands[0];
    if (code_[id].imm == check_is_uniform)
      to_.check_uniform(copy_[condition]);
    else
      to_.check(form_ == form::elements || is_uniform(condition)
                    ? copy_[condition]
                    : to_.pure(op::all_lanes, type_of<bool>, vector(condition)),
                words_of(id));
    return no_value;
  }
  constexpr char const* words_of(value_id id) const {
    for (value_name const& n : from_.names())
      if (n.value == id)
        return n.name;
    return "";
  }

  // ---- Refusals, in the words of the kernel as it is written -----------------------------------------

  constexpr sentence begin() const {
    return sentence("kernel ") << from_.name() << " has no vector form of " << Lanes << " elements: ";
  }
  [[noreturn]] static constexpr void refuse(sentence const& why) { refused(why.lines()); }

  constexpr sentence bound_text() const { return sentence("i < ") << shown(bound_); }
  constexpr sentence shown(value_id id) const {
    sentence s;
    write_value(s, id, 4, prec_lowest);
    return s;
  }
  constexpr sentence shown_place(instruction const& it) const {
    return sentence(memory_at(it).name) << "[" << shown(it.operands[0]) << "]";
  }
  /// An expression as an author would write it, where i is the thread's position.
  constexpr void write_value(sentence& s, value_id id, int patience, int around) const {
    instruction const& it = code_[id];
    op_info const& row = info(it.code);
    for (value_name const& n : from_.names())
      if (n.value == id)
        return s.put(n.name);
    auto const list = [&](char const* before) {
      s << before;
      for (int k = 0; k < 4 && it.operands[k] != no_value; ++k) {
        s << (k == 0 ? "" : ", ");
        write_value(s, it.operands[k], patience - 1, prec_lowest);
      }
      s << ")";
    };
    switch (it.code) {
    case op::query:
      return s.put("i");
    case op::argument:
      return s.put(memory_at(it).name);
    case op::constant:
      if (it.type.is_integer())
        return s.put(integer_value(it.type.element, it.imm));
      return s.put(it.type.is_boolean() ? (it.imm != 0 ? "true" : "false") : "a number");
    case op::load:
    case op::load_if:
    case op::load_field:
      s << memory_at(it).name << "[";
      write_value(s, it.operands[0], patience - 1, prec_lowest);
      return s.put("]");
    case op::get:
    case op::declare:
      return s.put("a variable");
    case op::for_:
      return s.put("k");
    case op::convert:
      return write_value(s, it.operands[0], patience, around);
    default:
      break;
    }
    if (patience == 0)
      return s.put("...");
    if (row.form == syntax::infix) {
      bool const inner = row.precedence < around;
      s << (inner ? "(" : "");
      write_value(s, it.operands[0], patience - 1, row.precedence);
      s << " " << row.msl << " ";
      write_value(s, it.operands[1], patience - 1, row.precedence + 1);
      s << (inner ? ")" : "");
    } else if (row.form == syntax::prefix) {
      s << row.msl;
      write_value(s, it.operands[0], patience - 1, row.precedence);
    } else {
      s << row.name;
      list("(");
    }
  }

  builder const& from_;
  builder& to_;
  instruction const* code_;
  std::size_t size_;
  zeroed<kind> kind_storage_;
  zeroed<value_id> copy_storage_;
  kind* kind_ = kind_storage_;
  value_id* copy_ = copy_storage_; // in `to`: a scalar, a vector, or of an index where a vector begins
  value_id guard_ = no_value, guard_end_ = no_value, bound_ = no_value;
  form form_ = form::vectors;
  value_id thread_ = no_value, element_ = no_value;
};

/// So many elements as a kernel of a known launch has along x. Errors: not known, or not along x alone.
constexpr std::uint64_t elements_of_launch(kernel_under_construction const& k) {
  if (k.grid.is_open() != k.block.is_open() && !k.grid.is_open())
    refused(
        (sentence("kernel ") << k.body.name()
                             << ": vectorise needs the block too where the grid is fixed: both tell how many "
                                "elements there are; or leave both to the call")
            .lines());
  extent3 const sizes[] = {k.grid, k.block};
  for (extent3 const& size : sizes)
    if (!size.is_open() && (size.y != 1 || size.z != 1))
      refused((sentence("kernel ") << k.body.name()
                                   << ": vectorise counts elements along x alone; the grid or the block has "
                                      "more dimensions")
                  .lines());
  std::uint64_t const elements = k.grid.is_open() ? 0 : std::uint64_t{k.grid.x} * k.block.x;
  if (elements > 0xffffffff)
    refused((sentence("kernel ") << k.body.name() << ": " << static_cast<std::int64_t>(elements)
                                 << " elements; a thread's position goes to 4294967295")
                .lines());
  return elements;
}

/// A name for the number of elements that no parameter has.
constexpr char const* name_for_elements(program_builder const& program) {
  for (char const* name : {"elements", "element_count", "elements_of_the_call"}) {
    bool used = false;
    for (parameter const& p : program.parameters())
      used = used || same_text(p.name, name);
    if (!used)
      return name;
  }
  return "number_of_elements";
}

/// Replaces the kernel of a program, which has just been traced, by its vector form.
template <int Lanes>
constexpr void vectorise(program_builder& program) {
  struct owner {
    kernel_under_construction* kernel;
    constexpr ~owner() { delete kernel; }
  } const written{program.take_kernel()};
  kernel_under_construction& old = *written.kernel;
  replace_straight_variables(old.body);
  dead_code(old.body).remove();
  note_accesses(program, old.body);

  std::uint64_t const elements = elements_of_launch(old);
  constexpr std::uint32_t width = Lanes;
  extent3 grid = old.grid;
  if (elements != 0)
    grid = extent3(((elements - 1) / width + 1 - 1) / old.block.x + 1);
  kernel_under_construction& made = program.begin_kernel(old.body.name(), grid, old.block);
  made.elements_per_thread = width;
  for (memory const& m : old.body.memories())
    made.body.add_memory(m);

  vectoriser<Lanes> form(old.body, made.body);
  if (form.is_guarded())
    form.record_first(no_value);
  else if (elements != 0 && elements == std::uint64_t{grid.x} * old.block.x * width)
    form.record_whole();
  else if (elements != 0)
    form.record_first(made.body.constant(type_of<u32>, static_cast<std::int64_t>(elements)));
  else {
    parameter count;
    count.name = name_for_elements(program);
    count.access = access::scalar;
    count.element = element_kind::uint32;
    count.counts_elements = true;
    int const m = program.memory_of(program.add_parameter(count));
    form.record_first(made.body.scalar_argument(type_of<u32>, m));
  }
  program.end_kernel();
}

} // namespace enigma::detail
