// SPDX-License-Identifier: MIT
#include "spelling.hpp"

#include <stdexcept>
#include <string_view>

#include <enigma/codegen/emit_msl.hpp>

namespace kernel_language {

namespace eg = enigma;
using eg::op;
using eg::signature;

namespace {

/// The arguments in "name(a, b)" at the end of a meaning, where the order of the operands has to be told.
std::vector<std::string> names_in(std::string_view meaning, std::string_view name) {
  std::size_t const at = meaning.rfind("; ");
  std::vector<std::string> names;
  if (at == std::string_view::npos)
    return names;
  std::string_view call = meaning.substr(at + 2);
  if (call.substr(0, name.size()) != name || call.substr(name.size(), 1) != "(" || call.back() != ')')
    return names;
  call = call.substr(name.size() + 1);
  std::string word;
  for (char const c : call)
    if (c == ',' || c == ')')
      names.push_back(word), word.clear();
    else if (c != ' ')
      word += c;
  return names;
}

eg::type type_of_operand(eg::op_info const& row, int k, eg::type t) {
  bool const last = k == row.operands - 1;
  switch (row.signature) {
  case signature::bits:
    return k >= row.operands - 2 ? eg::type_of<eg::u32> : t;
  case signature::exponent:
    return last ? eg::type_of<eg::i32> : t;
  case signature::lane:
    return last ? eg::type_of<eg::u16> : t;
  case signature::vectors_and_ratio:
    return last ? eg::type{t.element, 1} : t;
  case signature::unpacks:
    return {row.word, 1};
  case signature::special: // votes
    return eg::type_of<bool>;
  default:
    return t;
  }
}

eg::type type_of_result(eg::op_info const& row, eg::type t, bool quad) {
  switch (row.result) {
  case eg::gives::boolean:
    return eg::type_of<bool>;
  case eg::gives::int32:
    return eg::type_of<eg::i32>;
  case eg::gives::unsigned_:
    return {static_cast<eg::element_kind>(static_cast<int>(t.element) + 1), t.lanes};
  case eg::gives::element:
    return {t.element, 1};
  case eg::gives::word:
    return {row.word, 1};
  case eg::gives::special: // ballots, and vectors out of a word
    return row.signature == signature::unpacks ? t : quad ? eg::type_of<eg::u32> : eg::type_of<eg::u64>;
  default:
    return t;
  }
}

} // namespace

std::vector<std::string> operand_names(eg::op_info const& row) {
  if (auto names = names_in(row.meaning, row.name); !names.empty())
    return names;
  switch (row.code) {
  case op::shl:
  case op::shr:
  case op::rotate:
    return {"x", "n"};
  case op::clamp:
    return {"x", "low", "high"};
  case op::mix:
    return {"x", "y", "a"};
  case op::extract_bits:
    return {"x", "offset", "bits"};
  case op::insert_bits:
    return {"base", "insert", "offset", "bits"};
  case op::ldexp:
    return {"x", "n"};
  case op::simd_broadcast:
  case op::simd_shuffle:
    return {"x", "from"};
  case op::simd_shuffle_xor:
    return {"x", "mask"};
  case op::simd_shuffle_and_fill_up:
  case op::simd_shuffle_and_fill_down:
    return {"x", "fill", "delta"};
  default:
    break;
  }
  if (row.signature == signature::lane)
    return {"x", "delta"};
  if (row.signature == signature::special && row.operands == 1)
    return {"condition"};
  std::vector<std::string> names;
  for (int i = 0; i < row.operands; ++i)
    names.push_back({"xyzw"[i]});
  return names;
}

std::string spelled(eg::op_info const& row, eg::element_kind element, bool quad) {
  std::uint8_t const lanes = !eg::is_of_whole_vectors(row) ? std::uint8_t{1}
                             : row.lanes != 0              ? row.lanes
                                                           : std::uint8_t{3};
  eg::type const t{element, lanes};
  std::vector<std::string> const names = operand_names(row);
  if (static_cast<int>(names.size()) != row.operands)
    throw std::runtime_error(std::string(row.name) + ": the names of its operands are not known");

  // Out[0] = operation(arguments)
  std::vector<eg::memory> memories;
  std::vector<eg::instruction> code;
  eg::instruction it{row.code, type_of_result(row, t, quad)};
  for (int k = 0; k < row.operands; ++k) {
    eg::type const operand = type_of_operand(row, k, t);
    eg::memory m;
    m.name = names[static_cast<std::size_t>(k)].c_str();
    m.element = operand.element;
    m.space = eg::memory_space::constant;
    m.binding = k;
    it.operands[k] = static_cast<eg::value_id>(code.size());
    code.push_back({op::argument, operand, {}, k});
    memories.push_back(m);
  }
  if (eg::is_group_function(row.code))
    it.imm = eg::group_detail{quad, 0}.bits();
  auto const result = static_cast<eg::value_id>(code.size());
  code.push_back(it);
  auto const zero = static_cast<eg::value_id>(code.size());
  code.push_back({op::constant, eg::type_of<eg::u32>, {}, 0});
  eg::memory out;
  out.name = "Out";
  out.element = it.type.element;
  out.may_store = out.stored = true;
  out.binding = row.operands;
  code.push_back({op::store,
                  {},
                  {zero, result, eg::no_value, eg::no_value},
                  static_cast<std::int64_t>(memories.size())});
  memories.push_back(out);

  eg::kernel_ir k;
  k.name = "k";
  k.memories = memories;
  k.code = code;
  eg::detail::text text;
  eg::emit_msl(k, text);
  std::string_view const all = text.view();
  std::size_t const body = all.find("{\n"), begin = all.find(" = ", body) + 3, end = all.find(";\n", begin);
  return std::string(all.substr(begin, end - begin));
}

} // namespace kernel_language
