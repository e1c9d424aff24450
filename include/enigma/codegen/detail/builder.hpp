// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/divergence.hpp>
#include <enigma/codegen/detail/growing.hpp>
#include <enigma/codegen/ir.hpp>
#include <enigma/codegen/passes/narrow.hpp>
#include <enigma/codegen/passes/simplify.hpp>
#include <enigma/error.hpp>

namespace enigma::detail {

class program_builder;

/// Records one kernel while its body runs: appends instructions, shares equal pure ones, simplifies them by
/// what is known of their operands, and knows which loads a later load may share.
class builder {
public:
  constexpr explicit builder(char const* kernel_name) : name_{kernel_name} {
    for (value_id& head : heads_)
      head = no_value;
    for (value_id& head : leaf_heads_)
      head = no_value;
  }
  builder(builder const&) = delete;

  // ---- Values --------------------------------------------------------------------------------------

  constexpr value_id constant(type t, std::int64_t bits) {
    value_id const at = leaf(op::constant, t, bits);
    if (t.is_integer())
      links_[at].numbers = range_of_constant(t.element, bits);
    return at;
  }
  constexpr value_id ask(query q, int axis, type t = type_of<u32>) {
    if (is_function_)
      refused((sentence("function ") << name_ << ": " << info(q).attribute
                                     << " is known in kernels alone; hand it over as an argument")
                  .lines());
    range r = range_of_query(q, axis, grid_, block_);
    if (!whole_range(t.element).holds(r))
      r = {};
    if (r.is_one() && !as_written_)
      return constant(t, r.low);
    value_id const at = leaf(op::query, t, static_cast<int>(q) * 3 + axis);
    links_[at].numbers = r;
    return at;
  }
  constexpr value_id scalar_argument(type t, int memory_index, int field = 0) {
    return leaf(op::argument, t, field_in_memory(memory_index, field));
  }

  /// A pure operation, or what it comes to: an equal one that is still in scope is reused.
  constexpr value_id pure(op code, type t, value_id a, value_id b = no_value, value_id c = no_value,
                          value_id d = no_value, std::int64_t imm = 0) {
    instruction const& x = code_.data()[a];
    // Of floats, only constants and what chooses among values can be anything else.
    if ((x.type.element < element_kind::float16 || x.code == op::constant || x.code == op::make_vector ||
         code == op::select) &&
        !as_written_) {
      simplifier const known(code_.data(), links_.data());
      simpler const r = known.of(code, t, a, b, c, imm);
      if (r.is == simpler::kind::value)
        return r.x;
      if (r.is == simpler::kind::constant)
        return constant(t, r.bits);
      if (r.is == simpler::kind::operation)
        return pure(r.code, t, r.x, r.code == op::convert ? no_value : constant(t, r.bits));
      if (narrowing::is_wide(x.type) && !keeps_width_) {
        narrowing const narrow(code_.data(), known);
        if (code == op::convert && t == type_of<u32> && narrow.keeps_low_bits(a))
          return in_32_bits(x.code, t, t, x.operands[0], x.operands[1]);
        if (type const in = narrow.of(code, t, a, b); !in.is_void())
          return in_32_bits(code, in, t, a, b);
      }
    }
    value_id const at = shared({code, t, {a, b, c, d}, imm}, 0);
    if (t.lanes == 1 && t.element < element_kind::float16 && t.element != element_kind::boolean)
      links_.data()[at].numbers = simplifier(code_.data(), links_.data()).range_of_result(code, t, a, b, c);
    return at;
  }

  /// The bits of x as a t; where x is nothing but the bits of something, of that.
  constexpr value_id bits_as(type t, value_id x) {
    while (code_[x].code == op::bitcast && !as_written_)
      x = code_[x].operands[0];
    return type_at(x) == t ? x : pure(op::bitcast, t, x);
  }

  /// The sum of two indices, in 64 bits: it does not wrap, and is a sum of pointers in the text.
  constexpr value_id index_sum(value_id a, value_id b) {
    value_id const ids[] = {wide_index(a), wide_index(b)};
    return pure_in_64_bits(op::add, ids[0], ids[1]);
  }
  /// Where vector `i` of so many lanes begins, from `base` on if there is one.
  constexpr value_id index_of_vector(value_id base, value_id i, int lanes) {
    value_id const ids[] = {wide_index(i), constant(type_of<i64>, lanes)};
    value_id const first = pure_in_64_bits(op::mul, ids[0], ids[1]);
    return base == no_value ? first : index_sum(base, first);
  }
  constexpr value_id wide_index(value_id id) {
    instruction const& it = code_[id];
    if (it.code == op::constant)
      return constant(type_of<i64>, integer_value(it.type.element, it.imm));
    return it.type == type_of<i64> ? id : pure(op::convert, type_of<i64>, id);
  }
  /// The same index in 32 bits, if it was widened from them.
  constexpr value_id narrow_index(value_id id) const {
    return as_written_ ? id : narrowing(code_.data(), simplifier(code_.data(), links_.data())).index(id);
  }

private:
  constexpr value_id pure_in_64_bits(op code, value_id a, value_id b) {
    keeps_width_ = true;
    value_id const r = pure(code, type_of<i64>, a, b);
    keeps_width_ = false;
    return r;
  }
  /// The operation on conversions from `in` and constants, and the result as a t.
  constexpr value_id in_32_bits(op code, type in, type t, value_id a, value_id b) {
    auto const narrow = [&](value_id id) {
      instruction const& it = code_[id];
      return it.code == op::constant ? constant(in, integer_bits(in.element, it.imm)) : it.operands[0];
    };
    value_id const ids[] = {narrow(a), narrow(b)};
    value_id const r = pure(code, t.is_boolean() ? t : in, ids[0], ids[1]);
    return type_at(r) == t ? r : pure(op::convert, t, r);
  }

public:
  // ---- Memory --------------------------------------------------------------------------------------

  constexpr int add_memory(memory const& m) {
    memories_.push_back(m);
    epochs_.push_back(1);
    return static_cast<int>(memories_.size()) - 1;
  }
  constexpr memory const& memory_at(int m) const { return memories_[static_cast<std::size_t>(m)]; }

  constexpr value_id load(int m, type t, value_id index) {
    memories_[static_cast<std::size_t>(m)].loaded = true;
    return shared({op::load, t, {index, no_value, no_value, no_value}, m}, epoch_of(m));
  }
  constexpr value_id load_if(int m, type t, value_id index, value_id mask, value_id otherwise) {
    if (is_constant(mask) && !as_written_)
      return code_[mask].imm != 0 ? load(m, t, index) : otherwise;
    memories_[static_cast<std::size_t>(m)].loaded = true;
    return shared({op::load_if, t, {index, mask, otherwise, no_value}, m}, epoch_of(m));
  }
  /// `element`: of a field that is an array.
  constexpr value_id load_field(int m, int field, type t, value_id index, value_id element = no_value) {
    memories_[static_cast<std::size_t>(m)].loaded = true;
    return shared({op::load_field, t, {index, element, no_value, no_value}, field_in_memory(m, field)},
                  epoch_of(m));
  }
  constexpr void store_field(int m, int field, value_id index, value_id x, value_id element = no_value) {
    stored(m);
    append({op::store_field, {}, {index, x, element, no_value}, field_in_memory(m, field)});
  }
  constexpr void store(int m, value_id index, value_id x) {
    stored(m);
    append({op::store, {}, {index, x, no_value, no_value}, m});
  }
  constexpr void store_if(int m, value_id index, value_id mask, value_id x) {
    if (is_constant(mask) && !as_written_) {
      if (code_[mask].imm != 0)
        store(m, index, x);
      return;
    }
    stored(m);
    append({op::store_if, {}, {index, mask, x, no_value}, m});
  }

  /// A matrix of the simdgroup.
  constexpr value_id simdgroup_load(int m, type t, value_id index, value_id elements_per_row,
                                    bool transpose) {
    need_together("simdgroup_load", true);
    memories_[static_cast<std::size_t>(m)].loaded = true;
    value_id const flag = constant(type_of<bool>, transpose);
    return shared({op::simdgroup_load, t, {index, elements_per_row, flag, no_value}, m}, epoch_of(m));
  }
  /// A product or another matrix out of values.
  constexpr value_id simdgroup_matrix(op code, type t, value_id a, value_id b = no_value,
                                      value_id c = no_value) {
    if (code == op::simdgroup_multiply || code == op::simdgroup_multiply_accumulate)
      need_together(info(code).name, true);
    return shared({code, t, {a, b, c, no_value}, 0}, 0);
  }
  constexpr void simdgroup_store(int m, value_id index, value_id x, value_id elements_per_row,
                                 bool transpose) {
    need_together("simdgroup_store", true);
    stored(m);
    value_id const flag = constant(type_of<bool>, transpose);
    append({op::simdgroup_store, {}, {index, x, elements_per_row, flag}, m});
  }

  /// No two are one, since others may have changed the element. `a` and `b`: what follows the index.
  constexpr value_id atomic(op code, int m, type t, value_id index, value_id a = no_value,
                            value_id b = no_value) {
    memory& it = memories_[static_cast<std::size_t>(m)];
    it.loaded |= code != op::atomic_store;
    it.stored |= code != op::atomic_load;
    if (code == op::atomic_compare_exchange_weak)
      ++variables_epoch_; // it may set the variable
    return append({code, t, {index, a, b, no_value}, m});
  }

  // ---- Functions ------------------------------------------------------------------------------------

  /// A call; equal ones of a function that only computes are one.
  constexpr value_id call(bool computes_only, type t, call_detail const& detail, value_id const* values) {
    instruction const it{computes_only ? op::call : op::invoke,
                         t,
                         {values[0], values[1], values[2], values[3]},
                         detail.bits()};
    if (computes_only)
      return shared(it, 0);
    forget_loads();
    return append(it);
  }
  /// What it gives names the copy for async_wait.
  constexpr value_id async_copy(int to, int from, value_id at, value_id of, value_id size) {
    need_together("async_copy", true);
    value_id const lane = ask(query::thread_index_in_simdgroup, 0);
    forget_loads();
    call_detail memories;
    memories.memories[0] = to, memories.memories[1] = from;
    return append({op::async_copy, type_of<u32>, {at, of, size, lane}, memories.bits()});
  }
  constexpr void async_wait(value_id copy) {
    need_together("async_wait", true);
    forget_loads();
    append({op::async_wait, {}, {copy, no_value, no_value, no_value}, 0});
  }
  constexpr void give(value_id x) { append({op::return_, {}, {x, no_value, no_value, no_value}, 0}); }

  constexpr program_builder* program() const { return program_; }
  constexpr void belongs_to(program_builder* program, bool is_function) {
    program_ = program;
    is_function_ = is_function;
  }
  constexpr bool is_function() const { return is_function_; }

  // ---- Variables -----------------------------------------------------------------------------------

  constexpr value_id declare(type t, value_id initial) {
    return append({op::declare, t, {initial, no_value, no_value, no_value}, 0});
  }
  /// A variable of the library's making, which is a value where that is enough: see straight_variables.
  constexpr value_id declare_register(type t, value_id initial) {
    has_registers_ = true;
    return append({op::declare, t, {initial, no_value, no_value, no_value}, 1});
  }
  constexpr bool has_registers() const { return has_registers_; }
  constexpr value_id get(value_id variable) {
    return shared({op::get, code_[variable].type, {variable, no_value, no_value, no_value}, 0},
                  variables_epoch_);
  }
  constexpr void set(value_id variable, value_id x) {
    ++variables_epoch_;
    append({op::set, {}, {variable, x, no_value, no_value}, 0});
  }

  // ---- Regions, barriers, simdgroups ---------------------------------------------------------------

  constexpr value_id open(op code, type t = {}, value_id a = no_value, value_id b = no_value,
                          value_id c = no_value) {
    value_id const at = append({code, t, {a, b, c, no_value}, 0});
    if (code == op::for_) {
      simplifier const known(code_.data(), links_.data());
      links_[at].numbers =
          range_of_induction(t.element, known.range_of(a), known.range_of(b), known.range_of(c));
    }
    if (code != op::if_) // a loop's body runs again after its own stores
      forget_loads();
    regions_.push_back({at, at, scope_.size(), here_});
    begin_part();
    links_[at].part = here_; // the induction value is known inside alone
    return at;
  }
  /// `test` in a while_, `else_` in an if_: the second part of the open region.
  constexpr void divide_region(op code, value_id condition = no_value) {
    region& r = regions_.back();
    value_id const at = append({code, {}, {condition, no_value, no_value, no_value}, 0});
    code_[r.last].imm = at;
    r.last = at;
    if (code == op::else_) {
      close_scope(r.scope);
      begin_part();
    } else
      ++variables_epoch_; // the body names a variable again rather than keep the condition's copy
  }
  constexpr void close() {
    region const r = regions_.back();
    regions_.pop_back();
    value_id const at = append({op::end, {}, {no_value, no_value, no_value, no_value}, r.first});
    code_[r.last].imm = at;
    last_end_ = at;
    ended_[here_] = true;
    here_ = r.around;
    close_scope(r.scope);
    if (code_[r.first].code != op::if_)
      forget_loads();
    last_closed_ = r;
  }
  /// Opens the region that was closed last again, as an else: the text `if_(...)` is complete without it.
  constexpr void reopen_with_else(value_id opener) {
    if (code_.empty() || code_.back().code != op::end || code_.back().imm != opener)
      refused(sentence("else_ must follow its if_ directly: no operation may stand between them").lines());
    code_.pop_back();
    links_.pop_back();
    regions_.push_back(last_closed_);
    divide_region(op::else_);
  }
  /// Whether what is recorded now stands in an if_ of this very condition.
  constexpr bool is_inside_if(value_id condition) const {
    for (region const& r : regions_)
      if (code_[r.first].code == op::if_ && r.first == r.last && code_[r.first].operands[0] == condition)
        return true;
    return false;
  }
  constexpr void leave_loop() {
    for (std::size_t r = regions_.size(); r-- > 0;)
      if (code_[regions_[r].first].code != op::if_) {
        append({op::break_, {}, {no_value, no_value, no_value, no_value}, 0});
        if (r + 2 == regions_.size())
          breaks_.push_back({regions_[r].first, {regions_[r + 1].first, regions_[r + 1].last, true}});
        return;
      }
    refused((sentence("kernel ") << name_ << ": break_ stands in no loop").lines());
  }
  constexpr void check(value_id condition, char const* words) {
    name_value(append({op::check, {}, {condition, no_value, no_value, no_value}, 0}), words);
  }
  /// A check that x is the same in all threads that come here; divergence takes it for granted.
  constexpr void check_uniform(value_id x) {
    append({op::check, {}, {x, no_value, no_value, no_value}, check_is_uniform});
    asserted_.push_back(x);
  }
  constexpr void barrier(mem_flags flags, bool of_simdgroup = false) {
    need_together(of_simdgroup ? "simdgroup_barrier" : "threadgroup_barrier", of_simdgroup);
    forget_loads();
    append({op::barrier,
            {},
            {no_value, no_value, no_value, no_value},
            static_cast<std::int64_t>(flags) | (of_simdgroup ? simdgroup_barrier : 0)});
  }
  /// A function of a simdgroup or quadgroup; equal calls are not one, as other lanes may have come.
  constexpr value_id group(op code, type t, group_detail detail, value_id x = no_value, value_id y = no_value,
                           value_id z = no_value) {
    return append({code, t, {x, y, z, no_value}, detail.bits()});
  }

  /// Refuses what is about to be recorded if it is proven that not all threads of the threadgroup, or
  /// simdgroup, come here.
  constexpr void need_together(char const* what, bool simdgroup) {
    // What has been asked about a region holds for the rest of it.
    if (regions_.empty() || (asked_region_ == regions_.back().last && asked_breaks_ == breaks_.size() &&
                             asked_simdgroup_ == simdgroup))
      return;
    growing<gate> gates;
    for (region const& r : regions_) {
      gates.push_back({r.first, r.last, false});
      for (break_in_loop const& b : breaks_)
        if (b.loop == r.first)
          gates.push_back(b.branch);
    }
    divergence(code_.data(), grid_, block_, asserted_, names_).check(name_, what, simdgroup, gates);
    asked_region_ = regions_.back().last;
    asked_breaks_ = breaks_.size();
    asked_simdgroup_ = simdgroup;
  }
  /// How the kernel will be launched, as far as that is known.
  constexpr void set_launch(extent3 grid, extent3 block) { grid_ = grid, block_ = block; }
  constexpr extent3 grid() const { return grid_; }
  constexpr extent3 block() const { return block_; }
  constexpr bool in_loop() const {
    for (region const& r : regions_)
      if (code_[r.first].code != op::if_)
        return true;
    return false;
  }

  /// What is known of the numbers that an integer can be.
  constexpr range range_of(value_id id) const { return simplifier(code_.data(), links_.data()).range_of(id); }
  /// Records every operation as it is asked for, for comparison: nothing is shared or simplified.
  constexpr void record_as_written() { as_written_ = true; }

  // ---- The result ----------------------------------------------------------------------------------

  constexpr instruction const& operator[](value_id id) const { return code_[id]; }
  constexpr type type_at(value_id id) const { return code_[id].type; }
  constexpr void name_value(value_id id, char const* name) { names_.push_back({id, name}); }
  constexpr char const* name() const { return name_; }
  constexpr growing<instruction> const& code() const { return code_; }
  constexpr growing<instruction>& code() { return code_; }
  constexpr growing<memory> const& memories() const { return memories_; }
  constexpr growing<memory>& memories() { return memories_; }
  constexpr growing<value_name> const& names() const { return names_; }
  constexpr growing<value_name>& names() { return names_; }

  /// The widest vector a tile access may use: the option vec_width.
  constexpr int max_vector_width() const { return max_vector_width_; }
  constexpr void limit_vector_width(int lanes) { max_vector_width_ = lanes; }

  /// The value of an integer constant, if `id` is one.
  constexpr bool is_constant(value_id id, std::int64_t bits) const {
    return code_[id].code == op::constant && code_[id].imm == bits;
  }
  constexpr bool is_constant(value_id id) const { return code_[id].code == op::constant; }

private:
  struct region {
    value_id first = no_value; // the opener
    value_id last = no_value;  // the part whose imm waits for its partner
    std::size_t scope = 0;     // scope_ before the region
    std::uint16_t around = 0;  // the part that it stands in
  };
  struct break_in_loop { // within one if_
    value_id loop = no_value;
    gate branch;
  };
  static constexpr unsigned buckets = 256;
  static constexpr unsigned leaf_buckets = 64;

  // Symmetric in the first two operands, so that a + b and b + a meet in one bucket.
  static constexpr unsigned hash(instruction const& i) {
    unsigned const a = i.operands[0], b = i.operands[1];
    unsigned const h =
        static_cast<unsigned>(i.code) * 37u + (a + b) * 29u + (a ^ b) + static_cast<unsigned>(i.imm);
    return (h ^ (h >> 8)) % buckets;
  }
  constexpr value_id find(instruction const& i, unsigned h, std::uint32_t epoch) const {
    // Pointers: a call of operator[] costs the evaluator more than all the rest.
    instruction const* const code = code_.data();
    link const* const links = links_.data();
    for (value_id id = heads_[h]; id != no_value; id = links[id].next) {
      instruction const& o = code[id];
      if (o.code == i.code && o.imm == i.imm && o.type == i.type && links[id].epoch == epoch &&
          (same_operands(o, i) ||
           (info(o.code).commutative && o.operands[0] == i.operands[1] && o.operands[1] == i.operands[0])))
        return id;
    }
    return no_value;
  }
  static constexpr bool same_operands(instruction const& a, instruction const& b) {
    return a.operands[0] == b.operands[0] && a.operands[1] == b.operands[1] &&
           a.operands[2] == b.operands[2] && a.operands[3] == b.operands[3];
  }

  /// An order of values by what they compute: below 0 if a comes first.
  constexpr int compared(value_id a, value_id b, int patience) const {
    if (a == b || patience == 0)
      return 0;
    instruction const &x = code_[a], &y = code_[b];
    if (x.code != y.code)
      return static_cast<int>(x.code) - static_cast<int>(y.code);
    if (x.code == op::declare || x.code == op::for_)
      return a < b ? -1 : 1;
    if (x.imm != y.imm)
      return x.imm < y.imm ? -1 : 1;
    for (int k = 0; k < 4 && x.code > op::query && x.operands[k] != no_value; ++k) {
      int const c = compared(x.operands[k], y.operands[k], patience - 1);
      if (c != 0)
        return c;
    }
    return 0;
  }

  constexpr value_id append(instruction const& i) {
    std::size_t const at = code_.size();
    if (at >= no_value)
      refused(
          (sentence("kernel ") << name_ << ": too many operations (at most 65534 in one kernel)").lines());
    if (last_end_ != 0 && i.code > op::query)
      for (value_id const o : i.operands) {
        if (o == no_value)
          break;
        if (o > last_end_) // most of all
          continue;
        std::uint16_t const part = links_[o].part;
        if (part != 0 && ended_[part] && code_[o].code > op::query)
          refused((sentence("kernel ")
                   << name_
                   << ": a value computed inside an if_ or a loop is used outside of it; carry it out in a "
                      "variable, auto v = g.variable(0.0f), or from pass to pass with carry(...)")
                      .lines());
      }
    code_.push_back(i);
    links_.push_back({no_value, 0, here_, {}});
    return static_cast<value_id>(at);
  }
  constexpr value_id shared(instruction const& i, std::uint32_t epoch) {
    if (as_written_)
      return append(i);
    unsigned const h = hash(i);
    value_id const found = find(i, h, epoch);
    if (found != no_value) {
      // a + b and b + a are one: which of the two is written shall not depend on which came first.
      value_id* const operands = code_[found].operands;
      if (operands[0] != i.operands[0] && compared(operands[1], operands[0], 8) < 0) {
        operands[0] = i.operands[0];
        operands[1] = i.operands[1];
      }
      return found;
    }
    value_id const at = append(i);
    link& mine = links_[at];
    mine.next = heads_[h];
    mine.epoch = epoch;
    heads_[h] = at;
    scope_.push_back(static_cast<std::uint16_t>(h));
    return at;
  }
  // Leaves stay visible after their region: they have chains of their own.
  constexpr value_id leaf(op code, type t, std::int64_t imm) {
    auto const word = static_cast<std::uint64_t>(imm);
    value_id& head = leaf_heads_[(word ^ (word >> 13) ^ (word >> 22)) % leaf_buckets];
    instruction const* const all = code_.data();
    link const* const links = links_.data();
    for (value_id id = head; id != no_value; id = links[id].next)
      if (all[id].imm == imm && all[id].code == code && all[id].type == t)
        return id;
    value_id const at = append({code, t, {no_value, no_value, no_value, no_value}, imm});
    links_[at].next = head;
    head = at;
    return at;
  }

  constexpr void begin_part() {
    if (ended_.empty())
      ended_.push_back(false); // what stands in no region
    here_ = static_cast<std::uint16_t>(ended_.size());
    ended_.push_back(false);
  }

  // What was computed inside a region is not known outside it.
  constexpr void close_scope(std::size_t outer) {
    while (scope_.size() > outer) {
      value_id& head = heads_[scope_.back()];
      head = links_[head].next;
      scope_.pop_back();
    }
  }
  constexpr std::uint32_t epoch_of(int m) const {
    memory const& it = memories_[static_cast<std::size_t>(m)];
    return it.may_store ? epochs_[static_cast<std::size_t>(m)] : 0;
  }
  constexpr void stored(int m) {
    memories_[static_cast<std::size_t>(m)].stored = true;
    ++epochs_[static_cast<std::size_t>(m)];
  }
  constexpr void forget_loads() {
    for (std::size_t m = 0; m < epochs_.size(); ++m)
      ++epochs_[m];
    ++variables_epoch_;
  }

  char const* name_;
  program_builder* program_ = nullptr;
  bool is_function_ = false;
  bool has_registers_ = false;
  bool keeps_width_ = false; // see narrow.hpp
  growing<instruction> code_;
  growing<link> links_; // one for each instruction
  growing<memory> memories_;
  growing<std::uint32_t> epochs_; // one for each memory: counts its stores
  std::uint32_t variables_epoch_ = 0;
  growing<value_name> names_;
  growing<region> regions_;
  growing<std::uint16_t> scope_; // buckets of shared instructions, in order
  region last_closed_;
  growing<bool> ended_;        // parts of regions, by their number
  std::uint16_t here_ = 0;     // the part that is recorded now
  value_id last_end_ = 0;      // of the region that was closed last
  growing<value_id> asserted_; // to be uniform
  growing<break_in_loop> breaks_;
  extent3 grid_ = extent3::open(), block_ = extent3::open();
  value_id asked_region_ = no_value; // see need_together
  std::size_t asked_breaks_ = 0;
  bool asked_simdgroup_ = false;
  int max_vector_width_ = 4;
  bool as_written_ = false;
  value_id heads_[buckets];
  value_id leaf_heads_[leaf_buckets];
};

} // namespace enigma::detail
