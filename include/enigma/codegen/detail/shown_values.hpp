// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/builder.hpp>

namespace enigma::detail {

constexpr void write(sentence& s, sentence const& other) {
  for (int k = 0; k < other.size(); ++k)
    s.put(other[k]);
}

/// Values of an element-wise kernel as its author would write them, for refusals: X[Idx[i] + 1], where i is
/// the thread's position.
class shown_values {
public:
  constexpr explicit shown_values(builder const& from) : from_{from} {}

  constexpr sentence shown(value_id id) const {
    sentence s;
    write_value(s, id, 4, prec_lowest);
    return s;
  }
  constexpr sentence shown_place(instruction const& it) const {
    return sentence(memory_at(it).name) << "[" << shown(it.operands[0]) << "]";
  }

private:
  constexpr memory const& memory_at(instruction const& it) const {
    return from_.memory_at(static_cast<int>(memory_of(it)));
  }
  constexpr void write_value(sentence& s, value_id id, int patience, int around) const {
    instruction const& it = from_[id];
    op_info const& row = info(it.code);
    for (value_name const& n : from_.names())
      if (n.value == id)
        return s.put(n.name);
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
      s << row.name << "(";
      for (int k = 0; k < 4 && it.operands[k] != no_value; ++k) {
        s << (k == 0 ? "" : ", ");
        write_value(s, it.operands[k], patience - 1, prec_lowest);
      }
      s << ")";
    }
  }

  builder const& from_;
};

} // namespace enigma::detail
