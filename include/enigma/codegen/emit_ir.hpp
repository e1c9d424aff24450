// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/literal.hpp>
#include <enigma/codegen/ir.hpp>

namespace enigma {
namespace detail {

constexpr void put_type_name(type t, text& out) {
  out << ir_name(t.element);
  if (t.is_vector())
    out << 'x' << static_cast<int>(t.lanes);
  if (t.columns > 1)
    out << 'x' << static_cast<int>(t.columns) << 'x' << static_cast<int>(t.lanes);
}

constexpr void put_extent(char const* what, extent3 const& e, text& out) {
  out << ' ' << what << '(';
  if (e.is_open())
    out << "at dispatch";
  else
    out << static_cast<std::int64_t>(e.x) << ", " << static_cast<std::int64_t>(e.y) << ", "
        << static_cast<std::int64_t>(e.z);
  out << ')';
}

constexpr void put_value(value_id id, text& out) {
  out << '%' << static_cast<int>(id);
}

constexpr void put_operands(instruction const& it, int first, text& out) {
  for (int i = first; i < 4 && it.operands[i] != no_value; ++i) {
    out << (i == first ? " " : ", ");
    put_value(it.operands[i], out);
  }
}

/// In quotes; those within, backslashes and line ends behind a backslash.
constexpr void put_words(char const* words, text& out) {
  out << '"';
  for (; *words != '\0'; ++words) {
    if (*words == '"' || *words == '\\' || *words == '\n')
      out << '\\';
    out << (*words == '\n' ? 'n' : *words);
  }
  out << '"';
}

/// ".inner.mass"; nothing where the element is the value.
constexpr void put_field_path(record const& r, int field, text& out) {
  record_field const& f = r.fields[field];
  if (f.parent >= 0)
    put_field_path(r, f.parent, out);
  if (*f.name != '\0')
    out << '.' << f.name;
}

/// A line for each struct that elements are of, once.
constexpr void put_records(kernel_ir const& k, text& out) {
  for (std::size_t m = 0; m < k.memories.size(); ++m) {
    record const* const r = k.memories[m].record;
    bool known = r == nullptr || !r->is_struct;
    for (std::size_t other = 0; other < m; ++other)
      known = known || k.memories[other].record == r;
    if (known)
      continue;
    out << "  struct " << r->name << " : " << static_cast<std::int64_t>(r->bytes) << " bytes\n";
    for (int f = 0; f < r->count; ++f) {
      if (r->fields[f].nested != nullptr)
        continue;
      out << "    ";
      put_field_path(*r, f, out);
      out << " : " << (r->fields[f].packed ? "packed " : "");
      put_type_name(r->fields[f].type, out);
      if (r->fields[f].elements != 0)
        out << '[' << static_cast<std::int64_t>(r->fields[f].elements) << ']';
      out << " at " << static_cast<std::int64_t>(r->fields[f].offset) << '\n';
    }
  }
}

constexpr void put_instruction(kernel_ir const& k, instruction const& it, text& out) {
  auto const element = [&] {
    out << ' ' << k.memories[static_cast<std::size_t>(memory_of(it))].name << '[';
    put_value(it.operands[0], out);
    out << ']';
  };
  auto const field = [&] {
    memory const& m = k.memories[static_cast<std::size_t>(memory_of(it))];
    if (m.record != nullptr)
      put_field_path(*m.record, field_of(it), out);
    if (it.code != op::argument && element_of_field(it) != no_value) {
      out << '[';
      put_value(element_of_field(it), out);
      out << ']';
    }
  };
  if (is_group_function(it.code) && group_detail::from(it.imm).quad)
    out << "quad" << info(it.code).name + 4; // without "simd"
  else
    out << info(it.code).name;
  if (has_variants(info(it.code)) && it.imm != 0)
    out << (it.imm == static_cast<std::int64_t>(math_variant::fast) ? ".fast" : ".precise");
  if (is_call(it.code)) {
    call_detail const call = call_detail::from(it.imm);
    out << ' ' << k.functions[call.function].name;
    for (int m = 0; m < call_detail::most_memories && call.memories[m] >= 0; ++m)
      out << (m == 0 ? " " : ", ") << k.memories[static_cast<std::size_t>(call.memories[m])].name;
    if (call.memories[0] >= 0 && it.operands[0] != no_value)
      out << ',';
  }
  if (it.code == op::async_copy) {
    call_detail const copy = call_detail::from(it.imm);
    out << ' ' << k.memories[static_cast<std::size_t>(copy.memories[0])].name << ", "
        << k.memories[static_cast<std::size_t>(copy.memories[1])].name << ',';
  }
  switch (it.code) {
  case op::constant:
    out << ' ';
    put_literal(out, it.type.element, it.imm);
    break;
  case op::argument:
    out << ' ' << k.memories[static_cast<std::size_t>(memory_of(it))].name;
    field();
    break;
  case op::query:
    out << ' ' << info(query_of(it)).attribute;
    if (info(query_of(it)).has_axes)
      out << '.' << "xyz"[axis_of(it)];
    break;
  case op::load:
    element();
    break;
  case op::load_field:
    element();
    field();
    break;
  case op::store_field:
    element();
    field();
    out << ", ";
    put_value(it.operands[1], out);
    break;
  case op::load_if:
  case op::simdgroup_load:
  case op::store:
  case op::store_if:
  case op::simdgroup_store:
    element();
    out << ',';
    put_operands(it, 1, out);
    break;
  case op::barrier:
    out << ((it.imm & simdgroup_barrier) != 0 ? " simdgroup," : "")
        << ((it.imm & 3) == 0   ? " none"
            : (it.imm & 3) == 1 ? " device"
            : (it.imm & 3) == 2 ? " threadgroup"
                                : " device, threadgroup");
    break;
  case op::extract:
  case op::thread_element:
    put_operands(it, 0, out);
    out << ", " << it.imm;
    break;
  default:
    if (is_atomic(it.code)) {
      element();
      if (it.operands[1] != no_value)
        out << ',';
      put_operands(it, 1, out);
      break;
    }
    put_operands(it, 0, out);
    if (is_group_function(it.code) && group_detail::from(it.imm).modulo != 0)
      out << ", modulo " << group_detail::from(it.imm).modulo;
  }
}

} // namespace detail

/// Appends the text of one kernel's, or function's, intermediate representation: a line for each memory, then
/// one for each instruction, `%n = operation operands : type "name"`, regions indented. Its grammar is in
/// docs/ir.md.
constexpr void emit_ir(kernel_ir const& k, detail::text& out) {
  constexpr char const* spaces[] = {"device", "constant", "threadgroup", "function_constant"};
  constexpr char const* modes[] = {"as compiled", "fast", "relaxed", "safe"};
  if (k.is_function) {
    out << "function " << k.name;
    if (!type_given_by(k).is_void()) {
      out << " : ";
      detail::put_type_name(type_given_by(k), out);
    }
  } else {
    out << "kernel " << k.name;
    detail::put_extent("grid", k.grid, out);
    detail::put_extent("block", k.block, out);
    if (k.max_threads != 0)
      out << " max_threads(" << static_cast<std::int64_t>(k.max_threads) << ')';
    if (k.math != math_mode::as_compiled)
      out << " math(" << modes[static_cast<int>(k.math)] << ')';
  }
  out << " {\n";
  detail::put_records(k, out);
  for (memory const& m : k.memories) {
    if (k.is_function && !m.value.is_void()) {
      out << "  value " << m.name << " : ";
      detail::put_type_name(m.value, out);
      out << '\n';
      continue;
    }
    out << "  memory " << m.name << " : " << spaces[static_cast<int>(m.space)]
        << (m.atomic ? " atomic " : " ");
    if (m.record != nullptr)
      out << m.record->name;
    else
      detail::put_type_name(m.value.is_void() ? type{m.element, 1} : m.value, out);
    if (m.elements != 0)
      out << '[' << m.elements << ']';
    if (m.binding >= 0 && !k.is_function)
      out << " at " << static_cast<int>(m.binding);
    for (int lane = 0; m.preset != nullptr && lane < m.value.lanes; ++lane) {
      out << (lane == 0 ? " default " : ", ");
      detail::put_literal(out, m.element, m.preset->bits[lane]);
    }
    if (m.loaded)
      out << " loaded";
    if (m.stored)
      out << " stored";
    out << '\n';
  }
  int depth = 1;
  for (std::size_t i = 0; i < k.code.size(); ++i) {
    instruction const& it = k.code[i];
    if (it.code == op::else_ || it.code == op::test || it.code == op::end)
      --depth;
    out.spaces(2 * depth);
    if (!it.type.is_void()) {
      detail::put_value(static_cast<value_id>(i), out);
      out << " = ";
    }
    detail::put_instruction(k, it, out);
    if (it.code == op::check && it.imm == check_is_uniform)
      out << ", uniform";
    else if (it.code == op::check)
      out << ',';
    if (!it.type.is_void()) {
      out << " : ";
      detail::put_type_name(it.type, out);
    }
    char const* name = nullptr; // of several the last, as in the source
    for (value_name const& given : k.names)
      if (given.value == i)
        name = given.name;
    if (name != nullptr) {
      out << ' ';
      detail::put_words(name, out);
    }
    out << '\n';
    if (it.code == op::for_ || it.code == op::if_ || it.code == op::while_ || it.code == op::else_ ||
        it.code == op::test)
      ++depth;
  }
  out << "}\n";
}

} // namespace enigma
