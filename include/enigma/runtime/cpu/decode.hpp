// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>

#include <enigma/codegen/detail/matrix_shapes.hpp>
#include <enigma/codegen/detail/uniformity.hpp>
#include <enigma/codegen/verify_ir.hpp>
#include <enigma/runtime/cpu/async_copies.hpp>
#include <enigma/runtime/cpu/atomics.hpp>
#include <enigma/runtime/cpu/control.hpp>
#include <enigma/runtime/cpu/groups.hpp>
#include <enigma/runtime/cpu/inlined.hpp>
#include <enigma/runtime/cpu/lanewise.hpp>
#include <enigma/runtime/cpu/machine.hpp>
#include <enigma/runtime/cpu/memory.hpp>
#include <enigma/runtime/cpu/simdgroup_matrices.hpp>
#include <enigma/runtime/detail/refuse.hpp>

namespace enigma::detail::cpu {

/// Turns the instructions of a kernel, if they are well formed, into a program: finds out which values are
/// equal in all threads, gives every value a place in the register file (shared between values that do not
/// live at the same time) and picks the function of each step.
class decoder {
public:
  decoder(kernel_ir const& kernel, std::uint32_t threads, function_tables const& functions)
      : kernel_{kernel}
      , code_{kernel.code}
      , functions_{functions}
      , facts_(kernel.code.size()) {
    program_.name = kernel.name;
    program_.padded = (threads + chunk - 1) / chunk * chunk;
  }

  program decode() {
    verify();
    read_memories();
    find_regions();
    find_uniform();
    find_lifetimes();
    place_leaves();
    emit();
    return static_cast<program&&>(program_);
  }

  /// Refuses what is not well formed.
  void verify() const {
    ir_complaint const complaint = verify_ir(kernel_);
    if (complaint.empty())
      return;
    if (complaint.at >= code_.size())
      refuse("{} is malformed: {}", program_.name, complaint.words);
    malformed(complaint.at, complaint.words);
  }

private:
  static constexpr std::uint32_t never = 0xffffffff;

  struct fact {
    value_id root = no_value;   // the value whose registers this one uses
    std::uint8_t component = 0; // of the root
    bool uniform = false;
    std::uint32_t last_use = never;   // position
    std::uint32_t region = never;     // opener that it stands in
    std::uint32_t end = never;        // openers: position of their end
    std::uint32_t middle = never;     // if_: else_; while_: test
    std::uint32_t parent = never;     // openers: the region around
    std::uint32_t step = never;       // openers and else_: their step
    std::uint32_t freed = never;      // a value that nobody needs after this position; the others by
    std::uint32_t next_freed = never; // their next_freed
    operand place;
  };

  static bool is_leaf(op code) { return code == op::constant || code == op::argument || code == op::query; }
  static bool is_opener(op code) { return code == op::for_ || code == op::if_ || code == op::while_; }
  static bool is_loop(op code) { return code == op::for_ || code == op::while_; }
  static bool sets_variable(instruction const& i, value_id variable) {
    return (i.code == op::set && i.operands[0] == variable) ||
           (i.code == op::atomic_compare_exchange_weak && i.operands[1] == variable);
  }

  [[noreturn]] void malformed(std::size_t at, char const* why) const {
    bool const known = static_cast<int>(code_[at].code) < static_cast<int>(op::count_);
    refuse("{}: instruction {} ({}) is malformed: {}", program_.name, at,
           known ? info(code_[at].code).name : "?", why);
  }

  int operands_of(instruction const& i) const {
    int n = info(i.code).operands;
    if (i.code == op::make_vector)
      n = fills_all_lanes(i) ? 1 : i.type.lanes;
    if (i.code == op::make_matrix)
      n = is_diagonal(i) ? 1 : i.type.columns;
    if (i.code == op::load_field || i.code == op::store_field)
      n += element_of_field(i) == no_value ? 0 : 1;
    return n;
  }
  // make_vector with one operand: every lane is that.
  static bool fills_all_lanes(instruction const& i) { return i.operands[1] == no_value; }
  // make_matrix with one operand, a number: the diagonal.
  static bool is_diagonal(instruction const& i) { return i.operands[1] == no_value; }
  static std::uint8_t elements_of(type t) { return static_cast<std::uint8_t>(t.elements()); }

  void read_memories() {
    program_.memories = fixed_array<memory_facts>(kernel_.memories.size());
    for (std::size_t k = 0; k < kernel_.memories.size(); ++k) {
      memory const& m = kernel_.memories[k];
      program_.memories[k] = {m.name, m.element, m.space, m.argument, m.elements, m.record};
    }
  }

  void find_regions() {
    std::uint32_t region = never, depth = 0;
    for (std::uint32_t p = 0; p < code_.size(); ++p) {
      op const code = code_[p].code;
      fact& f = facts_[p];
      f.root = static_cast<value_id>(p);
      f.region = region;
      if (is_opener(code)) {
        f.parent = region;
        region = p;
        if (++depth >= program_.depth)
          program_.depth = depth + 1;
      } else if (code == op::else_ || code == op::test) {
        facts_[region].middle = p;
      } else if (code == op::end) {
        facts_[region].end = p;
        region = facts_[region].parent;
        --depth;
      }
    }
  }

  type type_at(value_id v) const { return code_[v].type; }
  type type_of_operand(instruction const& i, int k) const { return code_[i.operands[k]].type; }

  bool keeps_bits_in_place(instruction const& i) const {
    return i.code == op::extract || i.code == op::thread_element ||
           (i.code == op::bitcast &&
            size_in_bytes(i.type.element) == size_in_bytes(type_of_operand(i, 0).element));
  }

  void find_uniform() {
    for (std::uint32_t p = 0; p < code_.size(); ++p)
      if (is_leaf(code_[p].code))
        facts_[p].uniform = is_uniform_leaf(code_[p]);
    for (std::uint32_t p = 0; p < code_.size(); ++p) {
      instruction const& i = code_[p];
      if (is_leaf(i.code))
        continue;
      bool all = is_uniform_of_uniform(i.code);
      for (int k = 0; k < operands_of(i); ++k)
        all = all && facts_[i.operands[k]].uniform;
      facts_[p].uniform = all;
      if (keeps_bits_in_place(i)) {
        fact const& from = facts_[i.operands[0]];
        facts_[p].root = from.root;
        facts_[p].component = static_cast<std::uint8_t>(
            from.component + (i.code != op::bitcast ? i.imm * elements_of(i.type) : 0));
      }
    }
  }

  /// A value defined at p and used at u lives until u; if u is in a loop that begins after p, until the end
  /// of that loop, since the next round needs it again.
  std::uint32_t live_until(std::uint32_t p, std::uint32_t u) const {
    std::uint32_t until = u;
    for (std::uint32_t r = facts_[u].region; r != never; r = facts_[r].parent)
      if (r > p && is_loop(code_[r].code))
        until = facts_[r].end;
    return until;
  }

  void use(value_id v, std::uint32_t at) {
    value_id const root = facts_[v].root;
    if (is_leaf(code_[root].code))
      return;
    std::uint32_t const until = live_until(root, at);
    fact& f = facts_[root];
    if (f.last_use == never || f.last_use < until)
      f.last_use = until;
  }

  void use_operands(std::uint32_t p) {
    instruction const& i = code_[p];
    if (keeps_bits_in_place(i))
      return; // its own uses count for the root
    for (int k = 0; k < operands_of(i); ++k) {
      use(i.operands[k], p);
      if (i.code == op::for_) // read again at the end of each round
        use(i.operands[k], facts_[p].end);
    }
    if (i.code == op::for_)
      use(static_cast<value_id>(p), facts_[p].end);
  }

  void find_lifetimes() {
    for (std::uint32_t p = 0; p < code_.size(); ++p)
      use_operands(p);
    // A `get` whose variable does not change while the value lives needs no register of its own.
    for (std::uint32_t p = 0; p < code_.size(); ++p) {
      instruction const& i = code_[p];
      if (i.code != op::get || facts_[p].last_use == never)
        continue;
      bool changes = false;
      for (std::uint32_t q = p + 1; q < facts_[p].last_use && !changes; ++q)
        changes = sets_variable(code_[q], i.operands[0]);
      if (changes)
        continue;
      for (std::uint32_t q = p; q < code_.size(); ++q)
        if (facts_[q].root == p)
          facts_[q].root = i.operands[0];
      fact& variable = facts_[i.operands[0]];
      if (variable.last_use == never || variable.last_use < facts_[p].last_use)
        variable.last_use = facts_[p].last_use;
    }
  }

  static bool is_wide(type t) { return size_in_bytes(t.element) == 8; }
  std::uint32_t component_bytes(type t, bool uniform) const {
    return uniform ? slot_bytes(is_wide(t)) : program_.padded / chunk * slot_bytes(is_wide(t));
  }
  growing<std::uint32_t>& free_places(type t, bool uniform) {
    return free_[uniform ? 1 : 0][is_wide(t) ? 1 : 0][t.elements()];
  }

  std::uint32_t reserve(type t, bool uniform) {
    growing<std::uint32_t>& free = free_places(t, uniform);
    if (!free.empty()) {
      std::uint32_t const offset = free.back();
      free.pop_back();
      return offset;
    }
    std::uint32_t const offset = program_.register_bytes;
    program_.register_bytes += elements_of(t) * component_bytes(t, uniform);
    return offset;
  }

  operand place(std::uint32_t offset, type t, bool uniform) const {
    return {offset, uniform ? 0 : chunk * static_cast<std::uint32_t>(size_in_bytes(t.element)),
            component_bytes(t, uniform)};
  }

  void place_value(std::uint32_t p) {
    fact& f = facts_[p];
    f.place = place(reserve(code_[p].type, f.uniform), code_[p].type, f.uniform);
  }

  void place_leaves() {
    for (std::uint32_t p = 0; p < code_.size(); ++p) {
      instruction const& i = code_[p];
      if (!is_leaf(i.code))
        continue;
      place_value(p);
      leaf l{facts_[p].place, i.type, i.code, {}, 0, i.imm};
      if (i.code == op::query) {
        l.position = query_of(i);
        l.axis = axis_of(i);
      }
      program_.leaves.push_back(l);
    }
  }

  /// Where a value stands, seen from an operation of `lanes` components.
  operand at(value_id v, std::uint32_t lanes) const {
    fact const& f = facts_[v];
    operand o = facts_[f.root].place;
    o.offset += f.component * o.per_component;
    if (code_[v].type.is_scalar() && lanes > 1)
      o.per_component = 0;
    return o;
  }

  step& append(instruction const& i, step_function run) {
    step s;
    s.run = run;
    s.code = i.code;
    s.components = i.type.is_void() ? std::uint8_t{1} : elements_of(i.type);
    s.element = i.type.element;
    s.imm = i.imm;
    program_.steps.push_back(s);
    return program_.steps.back();
  }

  std::uint32_t here() const { return static_cast<std::uint32_t>(program_.steps.size()); }

  static int word_of(element_kind element) { return std::countr_zero(info(element).bytes); } // 0, 1, 2, 3

#define ENIGMA_BY_WORD(function, element)                                                                    \
  (word_of(element) == 0   ? &function<std::uint8_t>                                                         \
   : word_of(element) == 1 ? &function<std::uint16_t>                                                        \
   : word_of(element) == 2 ? &function<std::uint32_t>                                                        \
                           : &function<std::uint64_t>)

  static step_function copy_function(element_kind e) { return ENIGMA_BY_WORD(copy, e); }
  static step_function assign_function(element_kind e) { return ENIGMA_BY_WORD(assign, e); }
  static step_function collect_function(element_kind e) { return ENIGMA_BY_WORD(collect, e); }
  static step_function access_function(op code, element_kind element, bool words) {
    if (words)
      return code == op::load      ? &load_words<false>
             : code == op::load_if ? &load_words<true>
             : code == op::store   ? &store_words<false>
                                   : &store_words<true>;
    switch (code) {
    case op::load:
      return ENIGMA_BY_WORD(load_all, element);
    case op::load_if:
      return ENIGMA_BY_WORD(load_masked, element);
    case op::store:
      return ENIGMA_BY_WORD(store_all, element);
    default:
      return ENIGMA_BY_WORD(store_masked, element);
    }
  }

  void emit() {
    for (std::uint32_t p = 0; p < code_.size(); ++p) {
      instruction const& i = code_[p];
      fact& f = facts_[p];
      bool const has_place = !is_leaf(i.code) && !i.type.is_void() && f.root == p && i.code != op::if_ &&
                             i.code != op::while_ && i.code != op::test && i.code != op::set &&
                             i.code != op::store && i.code != op::store_if && i.code != op::store_field &&
                             i.code != op::end;
      bool const wanted = f.last_use != never || !(info(i.code).pure || i.code == op::get);
      if (has_place && wanted) {
        place_value(p);
        fact& at_end = facts_[f.last_use == never ? p : f.last_use];
        f.next_freed = at_end.freed;
        at_end.freed = p;
      }
      if (!is_leaf(i.code) && f.root == p && (wanted || !has_place))
        emit_step(p);
      for (std::uint32_t v = f.freed; v != never; v = facts_[v].next_freed)
        free_places(code_[v].type, facts_[v].uniform).push_back(facts_[v].place.offset);
    }
  }

  void emit_step(std::uint32_t p) {
    instruction const& i = code_[p];
    fact& f = facts_[p];
    switch (i.code) {
    case op::load_field:
    case op::store_field:
      return emit_field_access(p);
    case op::load:
    case op::load_if:
    case op::store:
    case op::store_if:
      return emit_access(p);
    case op::declare:
    case op::get: {
      step& s = append(i, copy_function(i.type.element));
      s.out = f.place;
      s.in[0] = at(i.operands[0], elements_of(i.type));
      return;
    }
    case op::set: {
      type const t = type_at(i.operands[1]);
      if (facts_[i.operands[1]].root == i.operands[0])
        return; // its own value
      step& s = append(i, assign_function(t.element));
      s.components = elements_of(t);
      s.out = facts_[i.operands[0]].place;
      s.in[0] = at(i.operands[1], elements_of(t));
      return;
    }
    case op::for_:
    case op::if_:
    case op::else_:
    case op::while_:
    case op::test:
    case op::end:
      return emit_region(p);
    case op::barrier:
      append(i, &barrier);
      return;
    case op::async_copy: {
      step& s = append(i, &begin_copy);
      s.components = type_at(i.operands[2]).lanes;
      s.out = f.place;
      for (int k = 0; k < 3; ++k)
        s.in[k] = at(i.operands[k], s.components);
      return;
    }
    case op::async_wait:
      append(i, &wait_for_copy).in[0] = at(i.operands[0], 1);
      return;
    case op::break_: {
      std::int64_t levels = 0;
      std::uint32_t r = f.region;
      for (; !is_loop(code_[r].code); r = facts_[r].parent)
        ++levels;
      append(i, &leave_loop).imm = levels;
      return;
    }
    case op::check: {
      if (i.imm == check_is_uniform) {
        append(i, ENIGMA_BY_WORD(check_uniform, type_at(i.operands[0]).element)).in[0] = at(i.operands[0], 1);
        return;
      }
      step& s = append(i, &check);
      s.in[0] = at(i.operands[0], 1);
      s.imm = static_cast<std::int64_t>(program_.words.size());
      char const* words = "";
      for (value_name const& n : kernel_.names)
        if (n.value == p)
          words = n.name;
      program_.words.push_back(words);
      return;
    }
    case op::simdgroup_load:
    case op::simdgroup_store:
      return emit_matrix_access(p);
    case op::simdgroup_diagonal: {
      step& s = append(i, ENIGMA_BY_WORD(diagonal_matrix, i.type.element));
      s.out = f.place;
      s.in[0] = at(i.operands[0], 1);
      return;
    }
    case op::simdgroup_multiply:
    case op::simdgroup_multiply_accumulate:
      return emit_product(p);
    case op::simdgroup_fill:
    case op::simdgroup_of_elements: {
      step& s = append(i, collect_function(i.type.element));
      s.out = f.place;
      for (int k = 0; k < 2; ++k)
        s.in[k] = at(i.operands[fills_all_lanes(i) ? 0 : k], 1);
      return;
    }
    case op::make_vector: {
      step& s = append(i, collect_function(i.type.element));
      s.uniform = f.uniform;
      s.out = f.place;
      for (int k = 0; k < i.type.lanes; ++k)
        s.in[k] = at(i.operands[fills_all_lanes(i) ? 0 : k], 1);
      return;
    }
    case op::make_matrix: {
      step& s = append(i, ENIGMA_BY_WORD(assemble, i.type.element));
      s.uniform = f.uniform;
      s.out = f.place;
      s.shape = {i.type.columns, i.type.lanes};
      for (int k = 0; k < operands_of(i); ++k)
        s.in[k] = at(i.operands[k], is_diagonal(i) ? 1 : i.type.lanes);
      s.in_lanes[0] = is_diagonal(i) ? std::uint8_t{1} : i.type.lanes;
      return;
    }
    case op::bitcast: {
      step& s = append(i, &regroup_bytes);
      s.uniform = f.uniform;
      s.out = f.place;
      s.in[0] = at(i.operands[0], type_at(i.operands[0]).lanes);
      s.imm = size_in_bytes(type_at(i.operands[0]).element);
      return;
    }
    default:
      return is_atomic(i.code)                   ? emit_atomic(p)
             : is_group_function(i.code)         ? emit_group_function(p)
             : is_of_whole_vectors(info(i.code)) ? emit_vectors(p)
                                                 : emit_lanewise(p);
    }
  }

  void emit_lanewise(std::uint32_t p) {
    instruction const& i = code_[p];
    step& s = append(i, &lanewise);
    if (!functions_.choose(s, i.code, type_at(i.operands[0]).element, i.type.element, i.type.lanes))
      malformed(p, "the executor has no function for it");
    s.uniform = facts_[p].uniform;
    s.out = facts_[p].place;
    for (int k = 0; k < info(i.code).operands; ++k)
      s.in[k] = at(i.operands[k], elements_of(i.type));
  }

  void emit_vectors(std::uint32_t p) {
    instruction const& i = code_[p];
    type const from = type_at(i.operands[0]);
    step& s = append(i, &whole_vectors);
    bool const matrices = is_of_matrices(info(i.code));
    s.function = functions_.whole.find(i.code, matrices ? 2 : from.is_vector() ? from.lanes : i.type.lanes);
    if (matrices)
      s.shape = shape_of_result(i.code, from, info(i.code).operands == 2 ? type_at(i.operands[1]) : from);
    if (s.function == nullptr)
      malformed(p, "the executor has no function for it");
    if (computed_kind(from.element) != from.element)
      s.widen = functions_.conversion(from.element, computed_kind(from.element));
    if (computed_kind(i.type.element) != i.type.element)
      s.narrow = functions_.conversion(computed_kind(i.type.element), i.type.element);
    s.imm = size_in_bytes(from.element);
    s.uniform = facts_[p].uniform;
    s.out = facts_[p].place;
    for (int k = 0; k < info(i.code).operands; ++k) {
      s.in_lanes[k] = elements_of(type_at(i.operands[k]));
      s.in[k] = at(i.operands[k], s.in_lanes[k]);
    }
  }

  template <class T>
  static step_function joining_function(op code) {
    switch (code) {
    case op::simd_prefix_inclusive_sum:
    case op::simd_prefix_inclusive_product:
      return &scan_lanes<T, false>;
    case op::simd_prefix_exclusive_sum:
    case op::simd_prefix_exclusive_product:
      return &scan_lanes<T, true>;
    default:
      return &reduce_lanes<T>;
    }
  }

  void emit_group_function(std::uint32_t p) {
    instruction const& i = code_[p];
    op_info const& row = info(i.code);
    step_function run = &vote;
    element_kind const as = computed_kind(i.type.element);
    if (row.joins != op::count_)
      run = as == element_kind::float32 ? joining_function<f32>(i.code)
            : as == element_kind::int32 ? joining_function<i32>(i.code)
                                        : joining_function<u32>(i.code);
    else if (i.code == op::simd_broadcast_first)
      run = ENIGMA_BY_WORD(broadcast_first, i.type.element);
    else if (row.signature == signature::lane)
      run = ENIGMA_BY_WORD(exchange_lanes, i.type.element);
    step& s = append(i, run);
    if (row.joins != op::count_) {
      if (!functions_.choose(s, row.joins, i.type.element, i.type.element))
        malformed(p, "the executor has no function for it");
    } else if (row.signature == signature::lane) {
      element_kind const number = type_at(i.operands[row.operands - 1]).element;
      s.signed_index = info(number).is_signed;
      if (number != element_kind::uint32)
        s.widen = functions_.conversion(number, element_kind::uint32);
    }
    s.out = facts_[p].place;
    for (int k = 0; k < row.operands; ++k)
      s.in[k] =
          at(i.operands[k], row.signature == signature::lane && k == row.operands - 1 ? 1 : i.type.lanes);
  }

  /// An index of 64 bits as one of 32, in a place of its own: what does not fit is out of range anyway.
  operand narrow_index(value_id v) {
    step s;
    s.run = type_at(v).element == element_kind::int64 ? &narrow_indices<i64> : &narrow_indices<u64>;
    s.code = op::convert;
    s.in[0] = at(v, 1);
    type const word{element_kind::uint32, 1};
    s.out = place(reserve(word, false), word, false);
    program_.steps.push_back(s);
    return s.out;
  }

  void emit_atomic(std::uint32_t p) {
    instruction const& i = code_[p];
    element_kind const element = kernel_.memories[static_cast<std::size_t>(i.imm)].element;
    bool const wide_index = is_wide(type_at(i.operands[0]));
    operand const index = wide_index ? narrow_index(i.operands[0]) : at(i.operands[0], 1);
    step& s = append(i, element == element_kind::boolean ? &atomic<std::uint8_t> : &atomic<std::uint32_t>);
    s.memory = static_cast<std::uint16_t>(i.imm);
    s.signed_index = info(type_at(i.operands[0]).element).is_signed;
    s.wide_index = wide_index;
    if (wide_index)
      s.in[3] = at(i.operands[0], 1);
    if (!i.type.is_void())
      s.out = facts_[p].place;
    s.in[0] = index;
    for (int k = 1; k < info(i.code).operands; ++k)
      s.in[k] = at(i.operands[k], 1);
    if (info(i.code).joins != op::count_ && !functions_.choose(s, info(i.code).joins, element, element))
      malformed(p, "the executor has no function for it");
  }

  void emit_access(std::uint32_t p) {
    instruction const& i = code_[p];
    bool const stores = i.code == op::store || i.code == op::store_if;
    int const value = i.code == op::store ? 1 : 2;
    type const moved = stores ? type_at(i.operands[value]) : i.type;
    bool const wide_index = is_wide(type_at(i.operands[0]));
    operand const index = wide_index ? narrow_index(i.operands[0]) : at(i.operands[0], 1);
    memory const& m = kernel_.memories[static_cast<std::size_t>(i.imm)];
    step& s = append(i, access_function(i.code, moved.element, moves_words(m, moved)));
    s.memory = static_cast<std::uint16_t>(i.imm);
    s.components = moved.lanes;
    s.reach = static_cast<std::uint8_t>(elements_moved(m, moved));
    s.signed_index = info(type_at(i.operands[0]).element).is_signed;
    s.wide_index = wide_index;
    if (wide_index)
      s.in[3] = at(i.operands[0], 1);
    if (!stores)
      s.out = facts_[p].place;
    s.in[0] = index;
    if (i.code != op::load)
      s.in[1] = at(i.operands[1], 1);
    if (i.code == op::load_if || i.code == op::store_if)
      s.in[2] = at(i.operands[2], moved.lanes);
  }

  void emit_matrix_access(std::uint32_t p) {
    instruction const& i = code_[p];
    bool const stores = i.code == op::simdgroup_store;
    int const after = stores ? 2 : 1; // the operand that follows the index, or the matrix
    type const moved = stores ? type_at(i.operands[1]) : i.type;
    step& s = append(i, stores ? ENIGMA_BY_WORD(store_matrix, moved.element)
                               : ENIGMA_BY_WORD(load_matrix, moved.element));
    s.memory = static_cast<std::uint16_t>(i.imm);
    s.components = elements_of(moved);
    matrix_access const how{code_[i.operands[after + 1]].imm != 0, type_at(i.operands[0]).element,
                            type_at(i.operands[after]).element};
    s.imm = how.bits();
    if (!stores)
      s.out = facts_[p].place;
    s.in[0] = at(i.operands[0], 1);
    s.in[1] = at(i.operands[after], 1);
    if (stores)
      s.in[2] = at(i.operands[1], s.components);
  }

  /// widen: of the factors, function: of what is added, narrow: of the result; null for f32.
  void emit_product(std::uint32_t p) {
    instruction const& i = code_[p];
    element_kind const factor = type_at(i.operands[0]).element, sum = i.type.element;
    step& s = append(i, &multiply_matrices);
    if (factor != element_kind::float32)
      s.widen = functions_.conversion(factor, element_kind::float32);
    if (sum != element_kind::float32) {
      s.function = functions_.conversion(sum, element_kind::float32);
      s.narrow = functions_.conversion(element_kind::float32, sum);
    }
    s.out = facts_[p].place;
    for (int k = 0; k < info(i.code).operands; ++k)
      s.in[k] = at(i.operands[k], s.components);
  }

  void emit_field_access(std::uint32_t p) {
    instruction const& i = code_[p];
    bool const stores = i.code == op::store_field;
    record const& r = *kernel_.memories[static_cast<std::size_t>(memory_of(i))].record;
    record_field const& field = r.fields[field_of(i)];
    bool const wide_index = is_wide(type_at(i.operands[0]));
    operand const index = wide_index ? narrow_index(i.operands[0]) : at(i.operands[0], 1);
    value_id const element = element_of_field(i);
    operand const which = element == no_value         ? operand{}
                          : is_wide(type_at(element)) ? narrow_index(element)
                                                      : at(element, 1);
    element_kind const e = field.type.element;
    step& s = append(i, stores ? ENIGMA_BY_WORD(store_field, e) : ENIGMA_BY_WORD(load_field, e));
    s.memory = static_cast<std::uint16_t>(memory_of(i));
    s.components = elements_of(field.type);
    s.shape = {field.type.columns, field.type.lanes};
    s.field = {r.bytes,
               field.offset,
               column_bytes(field.type, field.packed),
               room_of(field.type, field.packed).bytes,
               field.elements,
               element != no_value && type_at(element).element == element_kind::int32};
    s.signed_index = info(type_at(i.operands[0]).element).is_signed;
    s.wide_index = wide_index;
    if (wide_index)
      s.in[3] = at(i.operands[0], 1);
    s.in[0] = index;
    s.in[2] = which;
    if (stores)
      s.in[1] = at(i.operands[1], s.components);
    else
      s.out = facts_[p].place;
  }

  static step_function induction_function(element_kind k, bool begin) {
    switch (k) {
    case element_kind::int32:
      return begin ? &for_begin<i32> : &for_end<i32>;
    case element_kind::uint32:
      return begin ? &for_begin<u32> : &for_end<u32>;
    case element_kind::int64:
      return begin ? &for_begin<i64> : &for_end<i64>;
    default:
      return begin ? &for_begin<u64> : &for_end<u64>;
    }
  }

  void emit_region(std::uint32_t p) {
    instruction const& i = code_[p];
    switch (i.code) {
    case op::for_: {
      facts_[p].step = here();
      step& s = append(i, induction_function(i.type.element, true));
      s.uniform = facts_[p].uniform;
      s.out = facts_[p].place;
      for (int k = 0; k < 3; ++k)
        s.in[k] = at(i.operands[k], 1);
      if (!s.uniform) // its own for good: a loop is no place to be stingy
        s.in[3] = place(reserve({element_kind::boolean, 1}, false), {element_kind::boolean, 1}, false);
      return;
    }
    case op::if_:
    case op::test: {
      facts_[p].step = here();
      step& s = append(i, i.code == op::if_ ? &if_begin : &while_test);
      s.uniform = facts_[i.operands[0]].uniform;
      s.in[0] = at(i.operands[0], 1);
      return;
    }
    case op::while_:
      facts_[p].step = here();
      append(i, &while_begin);
      return;
    case op::else_:
      facts_[p].step = here();
      append(i, &if_else);
      return;
    default:
      break;
    }
    // end: the jumps of the region are known now.
    std::uint32_t const r = facts_[p].region;
    fact const& opener = facts_[r];
    std::uint32_t const after = here() + 1;
    if (code_[r].code == op::if_) {
      append(i, &if_end);
      bool const has_else = opener.middle != never;
      step& begin = program_.steps[opener.step];
      begin.after = after;
      begin.target = has_else ? facts_[opener.middle].step + 1 : after;
      if (has_else)
        program_.steps[facts_[opener.middle].step].target = after;
    } else if (code_[r].code == op::while_) {
      append(i, &while_end).target = opener.step + 1;
      program_.steps[facts_[opener.middle].step].target = after;
    } else {
      step const begin = program_.steps[opener.step];
      step& s = append(i, induction_function(code_[r].type.element, false));
      s.uniform = begin.uniform;
      s.out = begin.out;
      for (int k = 0; k < 4; ++k)
        s.in[k] = begin.in[k];
      s.target = opener.step + 1;
      program_.steps[opener.step].target = after;
    }
  }

  kernel_ir const& kernel_;
  array_view<instruction> code_;
  function_tables const& functions_;
  fixed_array<fact> facts_;
  program program_;
  growing<std::uint32_t> free_[2][2][17]; // uniform, wide, elements
};

#undef ENIGMA_BY_WORD

/// Decodes a kernel for threadgroups of `threads` threads.
inline program decode(kernel_ir const& kernel, std::uint32_t threads, function_tables const& functions) {
  if (kernel.function_count == 0)
    return decoder(kernel, threads, functions).decode();
  for (std::size_t f = 0; f < kernel.function_count; ++f)
    decoder(function_view(kernel, f), threads, functions).verify();
  decoder(kernel, threads, functions).verify();
  inlined_kernel const whole(kernel);
  return decoder(whole.flat(), threads, functions).decode();
}

} // namespace enigma::detail::cpu
