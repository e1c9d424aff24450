// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/file_constants.hpp>
#include <enigma/codegen/detail/literal.hpp>
#include <enigma/codegen/detail/names.hpp>
#include <enigma/codegen/detail/record_names.hpp>
#include <enigma/codegen/detail/statements.hpp>
#include <enigma/codegen/detail/text.hpp>
#include <enigma/codegen/ir.hpp>

namespace enigma {
namespace detail {

/// Prints one kernel as MSL that a person would have written: parameter names kept, single-use values folded
/// into the expressions that use them, constants in place, everything else a named constant.
class msl_printer {
public:
  constexpr msl_printer(kernel_ir const& k, file_constants const& constants, record_names const& records,
                        text& out)
      : kernel_{k}
      , code_{k.code.data()}
      , plan_{k}
      , records_{records}
      , out_{out}
      , names_(k.code.size()) {
    // The author's names first: nothing generated may shadow them, and they nothing of the file.
    for (std::size_t f = 0; f < k.function_count; ++f)
      author_.add({k.functions[f].name});
    for (memory const& m : k.memories)
      if (m.record != nullptr && m.record->is_struct)
        author_.add(records.name_of(*m.record));
    for (memory const& m : k.memories)
      if (m.space == memory_space::function_constant && m.loaded)
        author_.add(constants.name_of(m));
    for (memory const& m : k.memories)
      memory_names_.push_back(m.space == memory_space::function_constant && m.loaded
                                  ? constants.name_of(m)
                                  : author_.unused(m.name));
    for (value_name const& n : k.names)
      if (code_[n.value].code != op::check)
        name_of_[n.value] = author_.unused(n.name);
  }

  constexpr void print() {
    signature();
    threadgroup_arrays();
    std::size_t const size = kernel_.code.size();
    for (std::size_t i = 0; i < size; ++i)
      statement(static_cast<value_id>(i));
    out_ << "}\n";
  }

private:
  /// A pointer to where a sum of pointers begins.
  struct pointer {
    value_id base = no_value;
    std::int64_t memory = 0;
    given_name name;
    int depth = 0; // of the block that it is declared in
  };

  // ---- Names -------------------------------------------------------------------------------------

  constexpr void put_memory(std::int64_t m) { put_name(memory_names_[static_cast<std::size_t>(m)]); }
  constexpr void put_name(value_id id) { put_name(name_of_[id]); }
  constexpr void put_name(given_name const& n) { detail::put_name(n, out_); }

  // ---- Types -------------------------------------------------------------------------------------

  constexpr void put_type(type t) {
    if (t.is_simdgroup_matrix())
      out_ << "simdgroup_" << msl_name(t.element) << "8x8";
    else
      out_ << msl_name(t.element);
    if (t.is_vector())
      out_ << static_cast<int>(t.lanes);
    if (t.is_matrix())
      out_ << static_cast<int>(t.columns) << 'x' << static_cast<int>(t.lanes);
  }
  constexpr void put_element_type(memory const& m) {
    if (m.atomic)
      out_ << "atomic_";
    if (m.record != nullptr)
      records_.put(*m.record, out_);
    else
      out_ << msl_name(m.element);
  }
  constexpr void put_space(memory const& m) {
    if (m.space == memory_space::threadgroup)
      out_ << "threadgroup ";
    else
      out_ << (m.stored || m.atomic ? "device " : "const device ");
  }

  // ---- The head ----------------------------------------------------------------------------------

  constexpr void signature() {
    if (kernel_.max_threads != 0)
      out_ << "[[max_total_threads_per_threadgroup(" << static_cast<std::int64_t>(kernel_.max_threads)
           << ")]]\n";
    std::size_t const start = out_.size();
    if (kernel_.is_function) {
      out_ << "static inline ";
      type const result = type_given_by(kernel_);
      result.is_void() ? static_cast<void>(out_ << "void") : put_type(result);
      out_ << ' ';
    } else {
      out_ << "kernel void ";
    }
    out_ << kernel_.name << '(';
    parameter_column_ = static_cast<int>(out_.size() - start);
    if (kernel_.is_function)
      parameters_of_function();
    for (std::size_t m = 0; m < kernel_.memories.size(); ++m) {
      memory const& it = kernel_.memories[m];
      if (it.binding < 0 || it.space == memory_space::function_constant)
        continue;
      next_parameter();
      if (it.space == memory_space::constant) {
        out_ << "constant ";
        put_element_type(it);
        out_ << "& ";
      } else {
        put_space(it);
        put_element_type(it);
        out_ << "* ";
      }
      put_memory(static_cast<std::int64_t>(m));
      out_ << (it.space == memory_space::threadgroup ? " [[threadgroup(" : " [[buffer(")
           << static_cast<std::int64_t>(it.binding) << ")]]";
    }
    positions();
    out_ << ") {\n";
    if (kernel_.math != math_mode::as_compiled) {
      constexpr char const* modes[] = {"", "fast", "relaxed", "safe"};
      out_ << "#pragma METAL fp math_mode(" << modes[static_cast<int>(kernel_.math)] << ")\n";
    }
  }
  constexpr void parameters_of_function() {
    for (std::size_t m = 0; m < kernel_.memories.size(); ++m) {
      memory const& it = kernel_.memories[m];
      out_ << (m == 0 ? "" : ", ");
      if (it.space == memory_space::constant) {
        put_type(it.value);
        out_ << ' ';
      } else {
        put_space(it);
        put_element_type(it);
        out_ << "* ";
      }
      put_memory(static_cast<std::int64_t>(m));
    }
  }
  constexpr void next_parameter() {
    if (first_parameter_) {
      first_parameter_ = false;
      return;
    }
    out_ << ",\n";
    out_.spaces(parameter_column_);
  }

  /// Positions with axes have all one component, or all three: MSL wants the same number of components
  /// throughout.
  constexpr void positions() {
    int bytes[static_cast<int>(query::count_)]{}; // of those that are used
    std::size_t const size = kernel_.code.size();
    for (std::size_t i = 0; i < size; ++i)
      if (code_[i].code == op::query && plan_.is_used(static_cast<value_id>(i))) { // not by a check alone
        query const q = query_of(code_[i]);
        bytes[static_cast<int>(q)] = size_in_bytes(code_[i].type.element);
        if (info(q).has_axes && axis_of(code_[i]) != 0)
          three_axes_ = true;
      }
    for (int q = 0; q < static_cast<int>(query::count_); ++q)
      if (bytes[q] != 0) {
        query_info const& it = query_infos[q];
        next_parameter();
        out_ << (bytes[q] == 2 ? "ushort" : "uint") << (it.has_axes && three_axes_ ? "3 " : " ") << it.name
             << " [[" << it.attribute << "]]";
      }
  }

  constexpr void threadgroup_arrays() {
    for (std::size_t m = 0; m < kernel_.memories.size(); ++m) {
      memory const& it = kernel_.memories[m];
      if (it.space != memory_space::threadgroup || it.argument >= 0 || !(it.loaded || it.stored) ||
          kernel_.is_function)
        continue;
      // Aligned so that vector accesses are legal; what a struct or a vector needs MSL knows.
      out_ << (it.atomic || it.record != nullptr ? "  threadgroup " : "  threadgroup alignas(16) ");
      put_element_type(it);
      out_ << ' ';
      put_memory(static_cast<std::int64_t>(m));
      out_ << '[' << it.elements << "];\n";
    }
  }

  // ---- Statements --------------------------------------------------------------------------------

  constexpr void begin_line() { out_.spaces(2 * depth_); }
  constexpr void open_brace() {
    out_ << " {\n";
    ++depth_;
  }

  constexpr void leave_block() {
    --depth_;
    while (!pointers_.empty() && pointers_.back().depth > depth_)
      pointers_.pop_back();
  }

  constexpr void statement(value_id id) {
    if (plan_.is_base(id))
      return pointers_from(id);
    if (plan_.is_folded(id) || !plan_.is_needed(id))
      return;
    instruction const& it = code_[id];
    switch (it.code) {
    case op::store:
      begin_line();
      put_element(it, it.operands[1]);
      assign(it);
      return;
    case op::store_field:
      begin_line();
      put_field(it);
      assign(it);
      return;
    case op::store_if:
      begin_line();
      out_ << "if (";
      put(it.operands[1], prec_lowest);
      out_ << ")\n";
      ++depth_;
      begin_line();
      --depth_;
      put_element(it, it.operands[2]);
      out_ << " = ";
      put_stored(it.operands[2]);
      out_ << ";\n";
      return;
    case op::simdgroup_store:
      begin_line();
      out_ << "simdgroup_store(";
      put(it.operands[1], prec_lowest);
      out_ << ", ";
      put_matrix_place(it, 2);
      out_ << ");\n";
      return;
    case op::declare:
      begin_line();
      if (name_of_[id].base == nullptr)
        name_of_[id] = {"x", variables_++};
      put_type(it.type);
      out_ << ' ';
      put_name(id);
      if (is_written_into(it.operands[0])) {
        out_ << ";\n";
        return write_matrix(code_[it.operands[0]], id);
      }
      out_ << " = ";
      put_bare(it.operands[0]);
      out_ << ";\n";
      return;
    case op::set:
      if (code_[it.operands[1]].code == op::get && code_[it.operands[1]].operands[0] == it.operands[0] &&
          plan_.is_folded(it.operands[1]))
        return; // it keeps its value: a carried value that this iteration does not change
      if (is_written_into(it.operands[1]))
        return write_matrix(code_[it.operands[1]], it.operands[0]);
      begin_line();
      put_name(it.operands[0]);
      if (int const lane = only_new_lane(it); lane >= 0) {
        out_ << '.' << "xyzw"[lane];
        return assign_lane(it.operands[0], lane, code_[it.operands[1]].operands[lane]);
      }
      assign(it);
      return;
    case op::for_:
      return for_loop(id, it);
    case op::if_:
      begin_line();
      out_ << "if (";
      put(it.operands[0], prec_lowest);
      out_ << ')';
      return open_brace();
    case op::else_:
      leave_block();
      begin_line();
      out_ << "} else";
      return open_brace();
    case op::while_:
      begin_line();
      // A condition that needs no statements of its own stands in the head.
      out_ << "while (";
      if (plan_.has_statements(id + 1u, static_cast<std::size_t>(it.imm)))
        out_ << "true";
      else
        put(code_[it.imm].operands[0], prec_lowest);
      out_ << ')';
      return open_brace();
    case op::test: {
      std::size_t opener = id;
      while (!(code_[opener].code == op::while_ && code_[opener].imm == id))
        --opener;
      if (!plan_.has_statements(opener + 1, id))
        return;
      begin_line();
      out_ << "if (";
      negated(it.operands[0]);
      out_ << ")\n";
      ++depth_;
      begin_line();
      --depth_;
      out_ << "break;\n";
      return;
    }
    case op::end:
      leave_block();
      begin_line();
      out_ << "}\n";
      if (code_[it.imm].code == op::for_)
        --loops_;
      return;
    case op::break_:
      begin_line();
      out_ << "break;\n";
      return;
    case op::check:
      return;
    case op::async_wait:
      begin_line();
      out_ << "simdgroup_async_wait(";
      put_name(it.operands[0]);
      out_ << ");\n";
      return;
    case op::return_:
      if (it.operands[0] == no_value)
        return;
      begin_line();
      out_ << "return ";
      put_bare(it.operands[0]);
      out_ << ";\n";
      return;
    case op::barrier: {
      auto const flags = static_cast<mem_flags>(it.imm & 3);
      begin_line();
      out_ << ((it.imm & simdgroup_barrier) != 0 ? "simdgroup_barrier(" : "threadgroup_barrier(")
           << (flags == mem_flags::none          ? "mem_flags::mem_none"
               : flags == mem_flags::device      ? "mem_flags::mem_device"
               : flags == mem_flags::threadgroup ? "mem_flags::mem_threadgroup"
                                                 : "mem_flags::mem_device | mem_flags::mem_threadgroup")
           << ");\n";
      return;
    }
    default:
      begin_line();
      if ((is_atomic(it.code) || it.code == op::invoke || it.code == op::async_copy) &&
          !plan_.is_used(id)) { // for its effect alone
        special(it);
        out_ << ";\n";
        return;
      }
      if (it.type.is_simdgroup_matrix()) {
        if (name_of_[id].base == nullptr)
          name_of_[id] = {"v", values_++};
        return matrix(id, it);
      }
      out_ << "const ";
      it.code == op::async_copy ? static_cast<void>(out_ << "simdgroup_event") : put_type(it.type);
      out_ << ' ';
      if (name_of_[id].base == nullptr) {
        given_name const mine{"v", values_++};
        out_ << mine.base << mine.number << " = ";
        expression(id, prec_lowest, true);
        name_of_[id] = mine;
      } else {
        put_name(id);
        out_ << " = ";
        expression(id, prec_lowest, true);
      }
      out_ << ";\n";
      if (value_id const base = plan_.base_of(id); base != no_value)
        pointers_from(base);
    }
  }

  /// `const device float* X_row = X + row;` for each memory that is reached from there.
  constexpr void pointers_from(value_id base) {
    value_id const at = code_[base].operands[0];
    std::size_t const behind = behind_condition(base);
    for (value_id i = plan_.first_access(base); i != no_value; i = plan_.next_access(i)) {
      instruction const& it = code_[i];
      if (i < behind || pointer_to(base, it.imm) != nullptr || !plan_.is_worth_a_pointer(base, i))
        continue;
      memory const& m = kernel_.memories[static_cast<std::size_t>(it.imm)];
      given_name name = memory_names_[static_cast<std::size_t>(it.imm)];
      given_name const& of = name_of_[at];
      name.second = of.base != nullptr && of.number < 0 && code_[at].code != op::for_ ? of.base : "from";
      name.number = -1;
      if (is_reserved_name(name)) // M_from, like M_PI_F: no number would help
        name = {"from", -1, false, name.base};
      while (author_.has(name))
        ++name.number;
      author_.add(name);
      pointers_.push_back({base, it.imm, name, depth_});
      begin_line();
      put_space(m);
      put_element_type(m);
      out_ << "* ";
      put_name(name);
      out_ << " = ";
      put_memory(it.imm);
      out_ << " + ";
      put(at, prec_additive + 1);
      out_ << ";\n";
    }
  }
  /// The instruction after a value; or, if it belongs to the condition of a while_, which stands before any
  /// pointer can be named, the first of the body.
  constexpr std::size_t behind_condition(value_id id) const {
    int depth = 0;
    for (std::size_t i = id + 1u; i < kernel_.code.size() && depth >= 0; ++i) {
      op const code = code_[i].code;
      if (code == op::test && depth == 0)
        return i + 1;
      depth += is_opener(code) ? 1 : code == op::end || (code == op::else_ && depth == 0) ? -1 : 0;
    }
    return id + 1u;
  }
  constexpr pointer const* pointer_to(value_id base, std::int64_t memory) const {
    for (pointer const& p : pointers_)
      if (p.base == base && p.memory == memory)
        return &p;
    return nullptr;
  }
  /// The same for an index that is the base in 32 bits.
  constexpr pointer const* pointer_at(value_id index, std::int64_t memory) const {
    for (pointer const& p : pointers_)
      if (code_[p.base].operands[0] == index && p.memory == memory)
        return &p;
    return nullptr;
  }
  static constexpr bool is_reserved_name(given_name const& name) {
    text whole;
    detail::put_name(name, whole);
    return is_reserved(whole.view());
  }

  // ---- Matrices of a simdgroup: MSL's functions write to one that is there ---------------------------

  constexpr void matrix(value_id id, instruction const& it) {
    put_type(it.type);
    out_ << ' ';
    put_name(id);
    if (is_statement_of_matrix(it.code)) {
      out_ << ";\n";
      return write_matrix(it, id);
    }
    out_ << " = ";
    expression(id, prec_lowest, true);
    out_ << ";\n";
  }
  static constexpr bool is_statement_of_matrix(op code) {
    return makes_simdgroup_matrix(code) && code != op::simdgroup_fill && code != op::simdgroup_diagonal;
  }
  constexpr bool is_written_into(value_id id) const {
    return is_statement_of_matrix(code_[id].code) && plan_.is_folded(id);
  }
  constexpr void write_matrix(instruction const& it, value_id target) {
    if (it.code == op::simdgroup_of_elements) {
      for (int i = 0; i < 2; ++i) {
        begin_line();
        put_name(target);
        out_ << ".thread_elements()[" << i << "] = ";
        put_bare(it.operands[i]);
        out_ << ";\n";
      }
      return;
    }
    begin_line();
    out_ << info(it.code).msl << '(';
    put_name(target);
    out_ << ", ";
    if (it.code == op::simdgroup_load)
      put_matrix_place(it, 1);
    else
      for (int k = 0; k < info(it.code).operands; ++k) {
        if (k != 0)
          out_ << ", ";
        put(it.operands[k], prec_lowest);
      }
    out_ << ");\n";
  }
  /// `A + offset, elements_per_row, origin, transpose`, without defaults at the end. From operand `next` on
  /// stands what follows the offset.
  constexpr void put_matrix_place(instruction const& it, int next) {
    put_pointer(it.imm, it.operands[0]);
    instruction const& per_row = code_[it.operands[next]];
    bool const transpose = code_[it.operands[next + 1]].imm != 0;
    if (transpose || per_row.code != op::constant || per_row.imm != 8) {
      out_ << ", ";
      put(it.operands[next], prec_lowest);
    }
    if (transpose)
      out_ << ", ulong2(0), true";
  }
  constexpr bool is_zero(value_id id) const { return code_[id].code == op::constant && code_[id].imm == 0; }

  constexpr void for_loop(value_id id, instruction const& it) {
    constexpr char const* names[] = {"i", "j", "k", "l", "m", "n"};
    if (name_of_[id].base == nullptr) {
      if (loops_ < 6 && !author_.has({names[loops_]}))
        name_of_[id] = {names[loops_], -1};
      else
        name_of_[id] = {"i", loops_};
    }
    ++loops_;
    begin_line();
    out_ << "for (";
    put_type(it.type);
    out_ << ' ';
    put_name(id);
    out_ << " = ";
    put(it.operands[0], prec_lowest);
    out_ << "; ";
    put_name(id);
    out_ << " < ";
    put(it.operands[1], prec_relational + 1);
    out_ << "; ";
    instruction const& step = code_[it.operands[2]];
    if (step.code == op::constant && step.imm == 1) {
      out_ << "++";
      put_name(id);
    } else {
      put_name(id);
      out_ << " += ";
      put(it.operands[2], prec_lowest);
    }
    out_ << ')';
    open_brace();
  }

  /// ` = x;`, or ` += y;` where x is (what stands there now) + y. For op::set and op::store.
  constexpr void assign(instruction const& it) {
    value_id const x = it.operands[1];
    instruction const& change = code_[x];
    bool const arithmetic = (change.code == op::add || change.code == op::sub || change.code == op::mul ||
                             change.code == op::div) &&
                            !(it.code == op::store_field ? field_at(it).packed // which is another type
                                                         : it.code == op::store && change.type.lanes == 3) &&
                            !change.type.is_matrix() && !overflows_int(change);
    if (arithmetic && plan_.is_folded(x) && plan_.is_folded(change.operands[0]) &&
        reads_what_is_assigned(code_[change.operands[0]], it)) {
      out_ << ' ' << info(change.code).msl << "= ";
      put_operand(change.operands[1], prec_lowest, true);
    } else {
      out_ << " = ";
      it.code == op::store ? put_stored(x) : put_bare(x);
    }
    out_ << ";\n";
  }
  /// The lane of a variable that an assignment changes, if the others are put back as they are; else -1.
  constexpr int only_new_lane(instruction const& set) const {
    instruction const& whole = code_[set.operands[1]];
    if (whole.code != op::make_vector || !plan_.is_folded(set.operands[1]) || is_splat(set.operands[1]))
      return -1;
    int changed = -1;
    for (int k = 0; k < whole.type.lanes; ++k) {
      if (whole.operands[k] == no_value)
        return -1;
      if (reads_lane(whole.operands[k], set.operands[0], k))
        continue;
      if (changed >= 0)
        return -1;
      changed = k;
    }
    return changed;
  }
  constexpr bool reads_lane(value_id id, value_id variable, int lane) const {
    instruction const& it = code_[id];
    return it.code == op::extract && it.imm == lane && plan_.is_folded(id) &&
           code_[it.operands[0]].code == op::get && code_[it.operands[0]].operands[0] == variable &&
           plan_.is_folded(it.operands[0]);
  }
  /// ` = x;` behind `x0.y`, or ` += x;` as assign does.
  constexpr void assign_lane(value_id variable, int lane, value_id x) {
    instruction const& change = code_[x];
    bool const arithmetic = (change.code == op::add || change.code == op::sub || change.code == op::mul ||
                             change.code == op::div) &&
                            !overflows_int(change);
    if (arithmetic && plan_.is_folded(x) && reads_lane(change.operands[0], variable, lane)) {
      out_ << ' ' << info(change.code).msl << "= ";
      x = change.operands[1];
    } else {
      out_ << " = ";
    }
    put_bare(x);
    out_ << ";\n";
  }
  constexpr bool reads_what_is_assigned(instruction const& read, instruction const& assignment) const {
    if (read.operands[0] != assignment.operands[0])
      return false;
    return assignment.code == op::set
               ? read.code == op::get
               : read.code == (assignment.code == op::store ? op::load : op::load_field) &&
                     (read.code == op::load || element_of_field(read) == element_of_field(assignment)) &&
                     read.imm == assignment.imm && read.type == code_[assignment.operands[1]].type;
  }

  // ---- Expressions -------------------------------------------------------------------------------

  /// The value as an operand where operators of at least precedence `at_least` may stand unparenthesised.
  constexpr void put(value_id id, int at_least) {
    instruction const& it = code_[id];
    if (it.code == op::query) {
      query_info const& q = info(query_of(it));
      out_ << q.name;
      if (q.has_axes && three_axes_)
        out_ << '.' << "xyz"[axis_of(it)];
    } else if (it.code == op::argument) {
      put_argument(it);
    } else if (it.code == op::constant) {
      bool const parentheses = at_least > prec_unary && is_negative_literal(it.type.element, it.imm);
      if (parentheses)
        out_ << '(';
      put_literal(out_, it.type.element, it.imm);
      if (parentheses)
        out_ << ')';
    } else if (plan_.is_folded(id)) {
      expression(id, at_least);
    } else {
      put_name(id);
    }
  }

  /// As the right side of an assignment, which converts from what narrow integers are promoted to.
  constexpr void put_bare(value_id id) {
    if (plan_.is_folded(id) && !is_leaf(id))
      expression(id, prec_lowest, true);
    else
      put(id, prec_lowest);
  }
  constexpr bool is_leaf(value_id id) const { return code_[id].code <= op::query; }

  static constexpr bool is_narrow(type t) {
    return t.is_integer() && !t.is_vector() && size_in_bytes(t.element) < 4;
  }
  /// As an argument: exactly of its type, where overloads depend on it.
  constexpr void put_exact(value_id id) {
    bool const cast = is_narrow(code_[id].type) && !has_own_type(id);
    if (cast) {
      put_type(code_[id].type);
      out_ << '(';
    }
    put(id, prec_lowest);
    if (cast)
      out_ << ')';
  }
  /// Whether a narrow value is written as its type: literals are ints, and so is a choice with one in it.
  constexpr bool has_own_type(value_id id) const {
    instruction const& it = code_[id];
    if (it.code == op::constant)
      return false;
    if (it.code == op::select && plan_.is_folded(id))
      return has_own_type(it.operands[0]) && has_own_type(it.operands[1]);
    return it.code != op::load_if || !plan_.is_folded(id) || has_own_type(it.operands[2]);
  }

  /// `name[index]`, or a vector at that element.
  constexpr void put_access(memory const& m, std::int64_t number, value_id index, type t) {
    bool const sum = plan_.is_pointer_sum(index);
    if (!t.is_vector()) {
      if (sum) {
        value_id const* const parts = code_[index].operands;
        put_base(number, parts[0]);
        out_ << '[';
        put_part(parts[1], prec_lowest);
      } else if (pointer const* const p = pointer_at(index, number)) {
        put_name(p->name);
        out_ << "[0";
      } else {
        put_memory(number);
        out_ << '[';
        put_part(index, prec_lowest);
      }
      out_ << ']';
      return;
    }
    value_id const vector = sum ? code_[index].operands[1] : index;
    bool const of_vectors = plan_.is_vector_index(vector);
    out_ << (of_vectors ? "((" : "*(");
    put_space(m);
    if (t.lanes == 3)
      out_ << "packed_";
    put_type(lies_as_long(t) ? long3 : t);
    if (of_vectors) {
      out_ << "*)";
      sum ? put_base(number, code_[index].operands[0]) : put_memory(number);
      out_ << ")[";
      put_part(code_[vector].operands[0], prec_lowest);
      out_ << ']';
      return;
    }
    out_ << "*)";
    if (pointer const* const p = sum ? nullptr : pointer_at(index, number))
      return put_name(p->name);
    out_ << '(';
    put_pointer(number, index);
    out_ << ')';
  }
  /// `X + index`, or `X`.
  constexpr void put_pointer(std::int64_t number, value_id index) {
    if (plan_.is_pointer_sum(index)) {
      value_id const* const parts = code_[index].operands;
      put_base(number, parts[0], false);
      out_ << " + ";
      put_part(parts[1], prec_additive + 1);
      return;
    }
    if (pointer const* const p = pointer_at(index, number))
      return put_name(p->name);
    put_memory(number);
    if (!is_zero(index)) {
      out_ << " + ";
      put_part(index, prec_additive + 1);
    }
  }
  /// The pointer that a sum begins with: `X_row`, or `(X + row)`.
  constexpr void put_base(std::int64_t memory, value_id base, bool parentheses = true) {
    if (pointer const* const p = pointer_to(base, memory)) {
      put_name(p->name);
      return;
    }
    if (parentheses)
      out_ << '(';
    put_memory(memory);
    out_ << " + ";
    put_part(base, prec_additive + 1);
    if (parentheses)
      out_ << ')';
  }
  /// What is added to a pointer, which needs no conversion to 64 bits.
  constexpr void put_part(value_id id, int at_least) {
    instruction const& it = code_[id];
    if (!plan_.is_pointer_part(id))
      put(id, at_least);
    else if (it.code == op::convert)
      put(it.operands[0], at_least);
    else if (it.imm < 0 && at_least > prec_unary)
      out_ << '(' << it.imm << ')';
    else
      out_ << it.imm;
  }
  constexpr void put_element(instruction const& store, value_id stored) {
    put_access(kernel_.memories[static_cast<std::size_t>(store.imm)], store.imm, store.operands[0],
               code_[stored].type);
  }

  /// bare: the context converts to the type, so an expression that C++ promotes needs no cast.
  constexpr void expression(value_id id, int at_least, bool bare = false) {
    instruction const& it = code_[id];
    op_info const& row = info(it.code);
    bool const cast =
        !bare && is_narrow(it.type) && (row.form == syntax::infix || row.form == syntax::prefix);
    int const own = cast ? static_cast<int>(prec_postfix) : precedence(it, row);
    bool const parentheses = own < at_least;
    if (cast)
      put_type(it.type);
    if (cast || parentheses)
      out_ << '(';
    switch (row.form) {
    case syntax::infix:
      infix(it, row);
      break;
    case syntax::prefix:
      out_ << row.msl;
      put(it.operands[0], prec_unary + 1);
      break;
    case syntax::call:
      call(it, row);
      break;
    case syntax::special:
      special(it);
      break;
    }
    if (cast || parentheses)
      out_ << ')';
  }

  /// MSL's functions do not take bfloat, but for questions about it: those go through float.
  constexpr void call(instruction const& it, op_info const& row) {
    bool const in_float = row.operands != 0 && code_[it.operands[0]].type.element == element_kind::bfloat16 &&
                          !it.type.is_boolean();
    if (!in_float) {
      bool const votes = it.code == op::simd_ballot || it.code == op::simd_active_threads_mask;
      if (votes) { // from a class of MSL's own
        put_type(it.type);
        out_ << '(';
      }
      put_function(it, row);
      arguments(it, row.operands);
      if (votes)
        out_ << ')';
      return;
    }
    bool const back = it.type.element == element_kind::bfloat16;
    if (back) {
      put_type(it.type);
      out_ << '(';
    }
    if (it.code == op::fract)
      out_ << "min(";
    put_function(it, row);
    out_ << '(';
    for (int i = 0; i < row.operands; ++i) {
      type const t = code_[it.operands[i]].type;
      if (i != 0)
        out_ << ", ";
      if (t.element != element_kind::bfloat16) {
        put(it.operands[i], prec_lowest);
        continue;
      }
      put_type({element_kind::float32, t.lanes});
      out_ << '(';
      put(it.operands[i], prec_lowest);
      out_ << ')';
    }
    put_modulo(it);
    out_ << ')';
    if (it.code == op::fract) { // the last bfloat below 1, to which a float below 1 may round
      out_ << ", ";
      if (it.type.is_vector())
        put_type({element_kind::float32, it.type.lanes});
      out_ << (it.type.is_vector() ? "(0.99609375f))" : "0.99609375f)");
    }
    if (back)
      out_ << ')';
  }
  constexpr void put_function(instruction const& it, op_info const& row) {
    if (enigma::has_variants(row) && it.imm != 0)
      out_ << (it.imm == static_cast<std::int64_t>(math_variant::fast) ? "fast::" : "precise::");
    if (is_group_function(it.code) && group_detail::from(it.imm).quad)
      out_ << "quad" << row.msl + 4; // without "simd"
    else if (row.word != element_kind{})
      put_packing(it, row);
    else
      out_ << row.msl;
  }
  /// The element type of the vector stands where the row has a *.
  constexpr void put_packing(instruction const& it, op_info const& row) {
    type const vector = row.signature == signature::unpacks ? it.type : code_[it.operands[0]].type;
    for (char const* c = row.msl; *c != '\0'; ++c)
      if (*c == '*')
        out_ << msl_name(vector.element);
      else
        out_ << *c;
  }
  constexpr void put_modulo(instruction const& it) {
    if (is_group_function(it.code) && group_detail::from(it.imm).modulo != 0)
      out_ << ", " << group_detail::from(it.imm).modulo;
  }

  constexpr int precedence(instruction const& it, op_info const& row) const {
    switch (it.code) {
    case op::load_if:
      return prec_conditional;
    case op::select:
      return it.type.is_vector() ? prec_postfix : prec_conditional;
    case op::load:
      return it.type.is_vector() && it.type.lanes != 3 && !plan_.is_vector_index(it.operands[0])
                 ? prec_unary
                 : prec_postfix;
    default:
      return row.precedence;
    }
  }

  constexpr void infix(instruction const& it, op_info const& row) {
    // Most of all; and a vector beside a matrix is one, never a number.
    if (row.precedence >= prec_additive && (!it.type.is_vector() || is_of_matrices(row))) {
      if (overflows_int(it)) {
        out_ << "uint(";
        put(it.operands[0], prec_lowest);
        out_ << ')';
      } else {
        put(it.operands[0], row.precedence);
      }
      out_ << ' ' << row.msl << ' ';
      put(it.operands[1], row.precedence + 1);
      return;
    }
    bool const one_is_splat = is_splat(it.operands[0]) != is_splat(it.operands[1]);
    put_operand(it.operands[0], around(written(it.operands[0], one_is_splat), row, 0), one_is_splat);
    out_ << ' ' << row.msl << ' ';
    put_operand(it.operands[1], around(written(it.operands[1], one_is_splat), row, 1), one_is_splat);
  }
  /// A product of ushorts is one of ints, whose overflow is undefined.
  constexpr bool overflows_int(instruction const& it) const {
    auto const large = [&](value_id x) { return code_[x].code != op::constant || code_[x].imm > 0x7fff; };
    return it.code == op::mul && it.type == type{element_kind::uint16, 1} && large(it.operands[0]) &&
           large(it.operands[1]);
  }
  /// A scalar beside a vector stands for all its lanes.
  constexpr value_id written(value_id id, bool scalar_is_enough) const {
    return scalar_is_enough && is_splat(id) && plan_.is_folded(id) ? code_[id].operands[0] : id;
  }
  constexpr void put_operand(value_id id, int at_least, bool scalar_is_enough) {
    value_id const scalar = written(id, scalar_is_enough);
    if (scalar == id)
      return put(id, at_least);
    if (is_narrow(code_[scalar].type) && code_[scalar].code != op::constant && !has_own_type(scalar))
      put_exact(scalar);
    else
      put(scalar, at_least);
  }
  constexpr bool is_splat(value_id id) const {
    return code_[id].code == op::make_vector && code_[id].operands[1] == no_value;
  }
  /// The precedence an operand needs to stand bare. Where C++'s rules surprise (shifts, bits, && in ||), any
  /// operator of another precedence gets parentheses.
  constexpr int around(value_id operand, op_info const& row, int side) const {
    int const plain = row.precedence + side;
    bool const surprising =
        (row.precedence >= prec_logical_or && row.precedence <= prec_bit_and) || row.precedence == prec_shift;
    if (!surprising || !plan_.is_folded(operand))
      return plain;
    op_info const& inner = info(code_[operand].code);
    bool const logical = row.precedence == prec_logical_or || row.precedence == prec_logical_and;
    if (inner.form != syntax::infix || inner.precedence == row.precedence ||
        (logical && inner.precedence >= prec_equality))
      return plain;
    return prec_unary;
  }

  constexpr void arguments(instruction const& it, int n) {
    out_ << '(';
    for (int i = 0; i < n; ++i) {
      if (i != 0)
        out_ << ", ";
      if (info(it.code).signature == signature::lane && i == n - 1)
        put(it.operands[i], prec_lowest); // a ushort, to which integers convert
      else
        put_exact(it.operands[i]);
    }
    put_modulo(it);
    out_ << ')';
  }

  /// Vectors of three lie packed in memory; of ulong MSL has none, so they lie as those of long.
  static constexpr type long3{element_kind::int64, 3};
  static constexpr bool lies_as_long(type t) { return t.lanes == 3 && t.element == element_kind::uint64; }

  constexpr record_field const& field_at(instruction const& it) const {
    return kernel_.memories[static_cast<std::size_t>(memory_of(it))].record->fields[field_of(it)];
  }
  /// P[i].position, P[i].weights[k], and of a packed vector what that is as a value.
  constexpr void put_field(instruction const& it) {
    memory const& m = kernel_.memories[static_cast<std::size_t>(memory_of(it))];
    put_memory(memory_of(it));
    if (m.space != memory_space::constant) {
      out_ << '[';
      put(it.operands[0], prec_lowest);
      out_ << ']';
    }
    records_.put_path(*m.record, field_of(it), out_);
    if (element_of_field(it) != no_value) {
      out_ << '[';
      put(element_of_field(it), prec_lowest);
      out_ << ']';
    }
  }
  constexpr void put_unpacked(instruction const& it, bool is_argument) {
    bool const packed = field_at(it).packed;
    if (packed) {
      put_type(it.type);
      out_ << '(';
    }
    if (is_argument) {
      put_memory(memory_of(it));
      records_.put_path(*kernel_.memories[static_cast<std::size_t>(memory_of(it))].record, field_of(it),
                        out_);
    } else {
      put_field(it);
    }
    if (packed)
      out_ << ')';
  }
  constexpr void put_argument(instruction const& it) {
    if (kernel_.memories[static_cast<std::size_t>(memory_of(it))].record == nullptr)
      put_memory(memory_of(it));
    else
      put_unpacked(it, true);
  }

  constexpr void put_loaded(instruction const& it) {
    bool const as_long = lies_as_long(it.type);
    if (as_long)
      out_ << "as_type<ulong3>(";
    if (it.type.lanes == 3) {
      put_type(as_long ? long3 : it.type);
      out_ << '(';
    }
    put_access(kernel_.memories[static_cast<std::size_t>(it.imm)], it.imm, it.operands[0], it.type);
    if (it.type.lanes == 3)
      out_ << ')';
    if (as_long)
      out_ << ')';
  }
  constexpr void put_stored(value_id id) {
    bool const as_long = lies_as_long(code_[id].type);
    if (as_long)
      out_ << "as_type<long3>(";
    as_long ? put(id, prec_lowest) : put_bare(id);
    if (as_long)
      out_ << ')';
  }

  constexpr void atomic(instruction const& it) {
    out_ << info(it.code).msl << "_explicit(&";
    put_access(kernel_.memories[static_cast<std::size_t>(it.imm)], it.imm, it.operands[0], {});
    if (it.code == op::atomic_compare_exchange_weak) {
      out_ << ", &";
      put_name(it.operands[1]);
      out_ << ", ";
      put(it.operands[2], prec_lowest);
      out_ << ", memory_order_relaxed";
    } else if (it.operands[1] != no_value) {
      out_ << ", ";
      put(it.operands[1], prec_lowest);
    }
    out_ << ", memory_order_relaxed)";
  }

  /// Values and buffers in the order of the function's parameters.
  constexpr void call_of_function(instruction const& it) {
    call_detail const detail = call_detail::from(it.imm);
    kernel_ir const& function = kernel_.functions[detail.function];
    out_ << function.name << '(';
    int value = 0, buffer = 0;
    for (std::size_t m = 0; m < function.memories.size(); ++m) {
      out_ << (m == 0 ? "" : ", ");
      if (function.memories[m].space == memory_space::constant)
        put_exact(it.operands[value++]);
      else
        put_memory(detail.memories[buffer++]);
    }
    out_ << ')';
  }

  constexpr void async_copy(instruction const& it) {
    call_detail const copy = call_detail::from(it.imm);
    bool const rows = code_[it.operands[0]].type.is_vector();
    out_ << "simdgroup_async_copy(";
    for (int k = 0; k < 2; ++k) {
      instruction const& place = code_[it.operands[k]];
      put_memory(copy.memories[k]);
      if (rows || !(place.code == op::constant && place.imm == 0)) {
        out_ << (rows ? ", " : " + ");
        put(it.operands[k], rows ? prec_lowest : prec_additive + 1);
      }
      out_ << ", ";
    }
    put(it.operands[2], prec_lowest);
    out_ << ", ";
    put(it.operands[3], prec_lowest);
    out_ << ')';
  }

  constexpr void special(instruction const& it) {
    if (is_atomic(it.code))
      return atomic(it);
    if (is_call(it.code))
      return call_of_function(it);
    if (it.code == op::async_copy)
      return async_copy(it);
    switch (it.code) {
    case op::load:
      return put_loaded(it);
    case op::load_field:
      return put_unpacked(it, false);
    case op::load_if:
      put(it.operands[1], prec_conditional + 1);
      out_ << " ? ";
      put_loaded(it);
      out_ << " : ";
      return put(it.operands[2], prec_conditional);
    case op::get:
      return put_name(it.operands[0]);
    case op::select:
      if (it.type.is_vector()) {
        out_ << "select";
        return arguments(it, 3);
      }
      put(it.operands[2], prec_conditional + 1);
      out_ << " ? ";
      put(it.operands[1], prec_conditional + 1);
      out_ << " : ";
      return put(it.operands[0], prec_conditional);
    case op::convert: {
      // A bfloat becomes a float and the other way round; what is between it and the others is left open.
      element_kind const from = code_[it.operands[0]].type.element, to = it.type.element;
      bool const in_float = (to == element_kind::bfloat16 && from != element_kind::float32) ||
                            (from == element_kind::bfloat16 && to == element_kind::float16);
      put_type(it.type);
      if (in_float) {
        out_ << '(';
        put_type({element_kind::float32, it.type.lanes});
      }
      arguments(it, 1);
      if (in_float)
        out_ << ')';
      return;
    }
    case op::bitcast:
      out_ << "as_type<";
      put_type(it.type);
      out_ << '>';
      return arguments(it, 1);
    case op::make_vector: {
      int n = 0;
      while (n < 4 && it.operands[n] != no_value)
        ++n;
      if (is_swizzle(it, n)) {
        put(code_[it.operands[0]].operands[0], prec_postfix);
        out_ << '.';
        for (int i = 0; i < n; ++i)
          out_ << "xyzw"[code_[it.operands[i]].imm];
        return;
      }
      put_type(it.type);
      return arguments(it, n);
    }
    case op::make_matrix: {
      int n = 1;
      while (n < 4 && it.operands[n] != no_value)
        ++n;
      put_type(it.type);
      return arguments(it, n);
    }
    case op::simdgroup_fill:
      out_ << "make_filled_simdgroup_matrix<" << msl_name(it.type.element) << ", 8, 8>(";
      put(it.operands[0], prec_lowest);
      out_ << ')';
      return;
    case op::simdgroup_diagonal:
      put_type(it.type);
      return arguments(it, 1);
    case op::thread_element:
      put(it.operands[0], prec_postfix);
      out_ << ".thread_elements()[" << it.imm << ']';
      return;
    case op::extract:
      put(it.operands[0], prec_postfix);
      if (it.type.is_vector()) {
        out_ << '[' << it.imm << ']';
        return;
      }
      out_ << '.' << "xyzw"[it.imm];
      return;
    default:
      return;
    }
  }

  /// Lanes of one vector.
  constexpr bool is_swizzle(instruction const& it, int n) const {
    // Not every compiler has them of bfloat and bool.
    if (n < 2 || it.type.element == element_kind::bfloat16 || it.type.is_boolean())
      return false;
    for (int i = 0; i < n; ++i) {
      instruction const& lane = code_[it.operands[i]];
      if (lane.code != op::extract || !plan_.is_folded(it.operands[i]) ||
          lane.operands[0] != code_[it.operands[0]].operands[0])
        return false;
    }
    return true;
  }

  constexpr void negated(value_id condition) {
    instruction const& it = code_[condition];
    if (it.code == op::logical_not && plan_.is_folded(condition))
      return put(it.operands[0], prec_lowest);
    out_ << '!';
    put(condition, prec_unary + 1);
  }

  kernel_ir const& kernel_;
  instruction const* code_;
  statements plan_;
  record_names const& records_;
  text& out_;
  growing<given_name> memory_names_;
  name_book author_; // every name that the author gave
  growing<pointer> pointers_;
  zeroed<given_name> names_;
  given_name* name_of_ = names_;
  int depth_ = 1;
  int loops_ = 0;
  int values_ = 0;
  int variables_ = 0;
  int parameter_column_ = 0;
  bool first_parameter_ = true;
  bool three_axes_ = false;
};

} // namespace detail

/// Appends the MSL of one kernel; not what stands before kernels: structs, function constants.
constexpr void emit_msl(kernel_ir const& kernel, detail::text& out) {
  detail::record_names const records({&kernel, 1});
  detail::msl_printer(kernel, detail::file_constants({&kernel, 1}, records), records, out).print();
}

/// Appends what an MSL file begins with.
constexpr void emit_msl_preamble(detail::text& out, bool simdgroup_matrices = false) {
  out << "#include <metal_stdlib>\n";
  if (simdgroup_matrices)
    out << "#include <metal_simdgroup_matrix>\n";
  out << "using namespace metal;\n";
}

} // namespace enigma
