// SPDX-License-Identifier: MIT
#include "operations.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <vector>

#include <enigma/codegen.hpp>
#include <enigma/runtime/cpu/lanewise.hpp>

#include "spelling.hpp"

namespace kernel_language {

namespace eg = enigma;
using eg::element_kind;
using eg::op;
using eg::op_info;
using eg::signature;
using eg::takes;

namespace {

std::set<op> shown;

// ---- Words ---------------------------------------------------------------------------------------------

std::string code(std::string_view words) {
  return '`' + std::string(words) + '`';
}
/// A bar would end the cell of a table.
std::string cell(std::string const& words) {
  std::string r;
  for (char const c : words)
    r += c == '|' ? std::string("\\|") : std::string(1, c);
  return r;
}
std::string version(int metal) {
  return std::to_string(metal / 10) + '.' + std::to_string(metal % 10);
}
std::string joined(std::vector<std::string> const& words, char const* between = ", ") {
  std::string r;
  for (std::string const& w : words)
    r += (r.empty() ? "" : between) + w;
  return r;
}
std::string upper(std::string words) {
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z')
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

// ---- What a row says -----------------------------------------------------------------------------------

std::string operands_of(op_info const& row) {
  if (row.signature == signature::unpacks)
    return row.word == element_kind::uint16 ? "u16" : "u32";
  std::string types;
  switch (row.domain) {
  case takes::numeric:
    types = "all types but bool";
    break;
  case takes::integral:
    types = "integers";
    break;
  case takes::word:
    types = "i32, u32";
    break;
  case takes::floating:
    types = "f32, f16, bf16";
    break;
  case takes::ieee:
    types = "f32, f16";
    break;
  case takes::boolean:
    types = "bool";
    break;
  case takes::any:
    types = "all types";
    break;
  case takes::exchanged:
    types = "all numbers of up to 32 bits";
    break;
  case takes::exchanged_integral:
    types = "integers of up to 32 bits";
    break;
  case takes::special:
    types = row.operands != 0 ? "bool" : "none";
    break;
  }
  if (row.lanes != 0)
    types = "vectors of " + std::to_string(row.lanes) + " of " + types;
  else if (eg::is_of_whole_vectors(row))
    types = "vectors of " + types;
  return types;
}

std::string extra_operands_of(op_info const& row) {
  switch (row.signature) {
  case signature::bits:
    return "`offset` and `bits` are u32";
  case signature::exponent:
    return "`n` is i32";
  case signature::vectors_and_ratio:
    return "`eta` is an element";
  default:
    return "";
  }
}

std::string result_of(op_info const& row) {
  switch (row.result) {
  case eg::gives::same:
    return "the same type";
  case eg::gives::boolean:
    return "bool";
  case eg::gives::unsigned_:
    return "the unsigned type of that width";
  case eg::gives::int32:
    return "i32";
  case eg::gives::element:
    return row.domain == takes::boolean ? "bool" : "an element";
  case eg::gives::word:
    return row.word == element_kind::uint16 ? "u16" : "u32";
  case eg::gives::special:
    return row.signature == signature::unpacks ? "a vector of " + std::to_string(row.lanes) + " f32 or f16"
                                               : "u64, of a quadgroup u32";
  default:
    return "nothing";
  }
}

element_kind usual_element(op_info const& row) {
  if (row.signature == signature::unpacks || row.domain == takes::special)
    return element_kind::float32;
  for (element_kind const k : {element_kind::float32, element_kind::int32, element_kind::boolean})
    if (eg::row_takes(row.domain, k))
      return k;
  return element_kind::uint32;
}

std::string call(std::string const& name, op_info const& row) {
  return name + '(' + joined(operand_names(row)) + ')';
}

/// How bf16 goes: by the same spelling, or through float. Empty: it is not taken.
std::string of_bf16(op_info const& row) {
  if (row.domain == takes::special || !eg::row_takes(row.domain, element_kind::bfloat16))
    return "";
  std::string const own = spelled(row, element_kind::bfloat16);
  return own == spelled(row, usual_element(row)) ? "itself" : own;
}

struct facts {
  op_info const* row;
  std::string cpp, msl, bf16, operands, result, metal, meaning;
};

facts facts_of(op_info const& row) {
  facts f{&row, "", "", "", operands_of(row), result_of(row), version(row.metal), row.meaning};
  f.msl = spelled(row, usual_element(row));
  bool const of_gpu = row.code == op::simd_is_first || row.code == op::simd_active_threads_mask;
  f.cpp = row.form == eg::syntax::call ? call(of_gpu ? "g." + std::string(row.name) : row.name, row) : f.msl;
  if (row.form == eg::syntax::infix)
    f.cpp = operand_names(row)[0] + ' ' + row.msl + ' ' + operand_names(row)[1];
  f.bf16 = of_bf16(row);
  // The order of the operands stands in the first column.
  if (std::string const order = "; " + call(row.name, row);
      f.meaning.size() > order.size() && f.meaning.substr(f.meaning.size() - order.size()) == order)
    f.meaning.resize(f.meaning.size() - order.size());
  return f;
}

// ---- A group of rows -------------------------------------------------------------------------------------

std::string usual(std::vector<facts> const& rows, std::string facts::* what) {
  std::map<std::string, int> counted;
  for (facts const& f : rows)
    ++counted[f.*what];
  std::string best = rows.front().*what;
  for (auto const& [words, n] : counted)
    if (n > counted[best])
      best = words;
  return best;
}

/// What holds for most of the rows is said once, above the table; a row adds where it differs.
std::string table(std::vector<facts> const& rows) {
  std::string const operands = usual(rows, &facts::operands), result = usual(rows, &facts::result),
                    metal = usual(rows, &facts::metal);
  bool by_msl = false, through_float = false;
  facts const* example = nullptr;
  for (facts const& f : rows) {
    by_msl |= f.cpp != f.msl;
    if (f.bf16.empty() || f.bf16 == "itself")
      continue;
    through_float = true;
    if (example == nullptr)
      example = &f;
  }
  std::string r = "Operands: " + operands + ". Result: " + result + ". Metal " + metal + ".";
  if (!by_msl)
    r += " MSL writes them the same way.";
  if (through_float)
    r += " MSL has none of them for bfloat, so bf16 goes through float: " + code(example->bf16) + '.';
  r += "\n\n| C++ |";
  r += by_msl ? " MSL |" : "";
  r += " meaning |\n| --- |";
  r += by_msl ? " --- |" : "";
  r += " --- |\n";
  for (facts const& f : rows) {
    r += "| " + cell(code(f.cpp)) + " |";
    if (by_msl)
      r += ' ' + cell(code(f.msl)) + " |";
    std::vector<std::string> differs;
    if (f.operands != operands)
      differs.push_back("operands: " + f.operands);
    if (f.result != result)
      differs.push_back("result: " + f.result);
    if (std::string const extra = extra_operands_of(*f.row); !extra.empty())
      differs.push_back(extra);
    if (through_float && f.bf16 == "itself")
      differs.push_back("bf16 as it is");
    if (f.metal != metal)
      differs.push_back("Metal " + f.metal);
    r += ' ' + cell(f.meaning);
    if (!differs.empty())
      r += ". *" + upper(joined(differs, "; ")) + ".*";
    r += " |\n";
  }
  return r;
}

std::string rows_between(op first, op last) {
  std::vector<facts> rows;
  for (int i = static_cast<int>(first); i <= static_cast<int>(last); ++i) {
    op_info const& row = eg::info(static_cast<op>(i));
    if (row.form == eg::syntax::special)
      throw std::runtime_error(std::string(row.name) + " stands among the operations that a table can show");
    shown.insert(row.code);
    rows.push_back(facts_of(row));
  }
  return table(rows);
}

// ---- Operations that have a way of writing of their own
// -----------------------------------------------------

struct special {
  op code;
  char const* cpp;
  char const* msl;
};

std::string table_of(std::vector<special> const& rows) {
  std::string r = "| C++ | MSL | meaning |\n| --- | --- | --- |\n";
  for (special const& s : rows) {
    shown.insert(s.code);
    std::string meaning = eg::info(s.code).meaning;
    if (std::size_t const order = meaning.rfind("; select("); order != std::string::npos)
      meaning.resize(order);
    r += "| " + cell(s.cpp) + " | " + cell(s.msl) + " | " + cell(meaning) + " |\n";
  }
  return r;
}

/// Accesses to atomic memory: a[i].fetch_add(x).
std::string atomics() {
  std::string r = "| C++ | MSL | meaning |\n| --- | --- | --- |\n";
  for (int i = 0; i < static_cast<int>(op::count_); ++i) {
    op_info const& row = eg::info(static_cast<op>(i));
    std::string const name = row.name, prefix = "atomic_";
    if (name.substr(0, prefix.size()) != prefix)
      continue;
    shown.insert(row.code);
    char const* const ours[] = {"()", "(x)", "(expected, desired)"};
    char const* const msl[] = {"", ", x", ", &expected, desired, memory_order_relaxed"};
    int const more = row.operands - 1; // than the index
    r += "| " + code("a[i]." + name.substr(prefix.size()) + ours[more]) + " | " +
         code(std::string(row.msl) + "_explicit(&a[i]" + msl[more] + ", memory_order_relaxed)") + " | " +
         cell(row.meaning) + " |\n";
  }
  return r;
}

std::string types() {
  constexpr char const* bits[] = {"", "8", "16", "", "32", "", "", "", "64"};
  std::string r = "| C++ | MSL | bytes | Metal | |\n| --- | --- | --- | --- | --- |\n";
  for (int i = 0; i < eg::element_kinds; ++i) {
    auto const k = static_cast<element_kind>(i);
    eg::element_info const& it = eg::info(k);
    int const value = eg::metal_of(k, false), memory = eg::metal_of(k, true);
    std::string const what =
        !it.is_integer && !it.is_floating ? "true or false"
        : it.is_integer ? std::string(it.is_signed ? "signed" : "unsigned") + ", " + bits[it.bytes] + " bits"
        : k == element_kind::bfloat16 ? "the upper half of an f32"
        : k == element_kind::float16  ? "IEEE binary16"
                                      : "IEEE binary32";
    r += "| " + code(it.ir) + " | " + code(it.msl) + " | " + std::to_string(it.bytes) + " | " +
         version(value) + (memory != value ? ", in arguments " + version(memory) : "") + " | " + what +
         " |\n";
  }
  return r;
}

std::string positions() {
  std::string r = "| C++ | in the text | Metal |\n| --- | --- | --- |\n";
  for (int i = 0; i < static_cast<int>(eg::query::count_); ++i) {
    eg::query_info const& it = eg::info(static_cast<eg::query>(i));
    r += "| `g." + std::string(it.attribute) + "()`" + (it.has_axes ? ", `.x`, `.y`, `.z`" : "") + " | `" +
         it.name + " [[" + it.attribute + "]]` | " + version(it.metal) + " |\n";
  }
  shown.insert(op::query);
  return r;
}

} // namespace

std::string part(std::string_view name) {
  using eg::op;
  if (name == "types")
    return types();
  if (name == "positions")
    return positions();
  if (name == "memory")
    return table_of(
        {{op::load, "`X[i]`, `X.load<4>(i)`", "`X[i]`, `*(const device float4*)(X + i)`"},
         {op::load_if, "`load_if(X, i, condition, otherwise)`", "`condition ? X[i] : otherwise`"},
         {op::store, "`X[i] = x`, `X.store(i, v)`", "`X[i] = x`, `*(device float4*)(X + i) = v`"},
         {op::store_if, "`store_if(X, i, condition, x)`", "`if (condition) X[i] = x`"},
         {op::load_field, "`P[i][&particle::mass]`, `M[i]`", "`P[i].mass`, `M[i]`"},
         {op::store_field, "`P[i][&particle::mass] = x`, `M[i] = m`", "`P[i].mass = x`, `M[i] = m`"},
         {op::argument, "`s`, a `scalar`", "`constant float& s [[buffer(1)]]`"},
         {op::constant, "`0.5f`, `3`", "`0.5f`, `3u`: of the type that the place asks for"}});
  if (name == "control flow")
    return table_of(
        {{op::declare, "`auto v = g.variable<\"v\">(x)`", "`float v = x;`"},
         {op::get, "`v`", "`v`"},
         {op::set, "`v = x`, `v += x`", "`v = x;`, `v += x;`"},
         {op::if_, "`g.if_(condition, [&] { ... })`", "`if (condition) { ... }`"},
         {op::else_, "`.else_([&] { ... })`", "`else { ... }`"},
         {op::for_, "`g.for_range(low, high, step, [&](auto i) { ... })`",
          "`for (int i = low; i < high; i += step) { ... }`"},
         {op::while_, "`g.while_([&] { return condition; }, [&] { ... })`", "`while (condition) { ... }`"},
         {op::test, "what the first lambda returns", "`condition`"},
         {op::end, "the end of the lambda", "`}`"},
         {op::break_, "`g.break_()`, `g.break_if(condition)`", "`break;`"},
         {op::check, "`g.check<\"words\">(condition)`", "nothing: the executor looks at it"}});
  if (name == "calls")
    return table_of({{op::call, "`f(x)`, which computes only: equal calls are one", "`f(x)`"},
                     {op::invoke, "`f(X, i)`, which reads or changes memory", "`f(X, i)`"},
                     {op::return_, "what the lambda returns", "`return x;`"}});
  if (name == "copies")
    return table_of({{op::async_copy,
                      "`async_copy(tile, i, X, k, n)`, or rows: `async_copy(tile, i, tile_row, X, k, x_row, "
                      "columns, rows)`",
                      "`simdgroup_async_copy(tile + i, X + k, n, lane)`"},
                     {op::async_wait, "`wait(copy)`", "`simdgroup_async_wait(copy)`"}});
  if (name == "barriers")
    return table_of({{op::barrier, "`g.threadgroup_barrier()`, `g.simdgroup_barrier()`",
                      "`threadgroup_barrier(mem_flags::mem_threadgroup)`, `simdgroup_barrier(...)`"}});
  if (name == "simdgroup matrices")
    return table_of(
        {{op::simdgroup_load,
          "`simdgroup_load(A, offset, elements_per_row, {.transpose = true})`, `simdgroup_load(A, "
          "elements_per_row, matrix_origin{x, y})`",
          "`simdgroup_load(m, A + offset, elements_per_row, ulong2(0), true)`"},
         {op::simdgroup_store, "`simdgroup_store(m, C, offset, elements_per_row)`",
          "`simdgroup_store(m, C + offset, elements_per_row)`"},
         {op::simdgroup_fill,
          "`make_filled_simdgroup_matrix(g, 0.0f)`, `make_filled_simdgroup_matrix<f16>(g, x)`",
          "`make_filled_simdgroup_matrix<float, 8, 8>(0.0f)`"},
         {op::simdgroup_diagonal, "`make_diagonal_simdgroup_matrix(g, 1.0f)`", "`simdgroup_float8x8(1.0f)`"},
         {op::simdgroup_multiply, "`simdgroup_multiply(a, b)`, `simdgroup_multiply<f32>(a, b)`, `a * b`",
          "`simdgroup_multiply(m, a, b)`"},
         {op::simdgroup_multiply_accumulate, "`acc = simdgroup_multiply_accumulate(a, b, acc)`",
          "`simdgroup_multiply_accumulate(acc, a, b, acc)`"},
         {op::thread_element, "`thread_element(m, 0)`, `transform(m, f)`", "`m.thread_elements()[0]`"},
         {op::simdgroup_of_elements, "`make_simdgroup_matrix(x, y)`, `transform(m, f)`",
          "`m.thread_elements()[0] = x; m.thread_elements()[1] = y;`"}});
  if (name == "atomics")
    return atomics();
  if (name == "conversions")
    return table_of(
        {{op::convert, "`cast<f16>(x)`", "`half(x)`"},
         {op::bitcast, "`as_type<u32>(x)`", "`as_type<uint>(x)`"},
         {op::select, "`select(otherwise, then, condition)`",
          "`condition ? then : otherwise`, of vectors `select(otherwise, then, condition)`"},
         {op::make_vector, "`make_vector(x, y, z, w)`, `lanes<\"zyx\">(v)`", "`float4(x, y, z, w)`, `v.zyx`"},
         {op::extract, "`v[1]`, `v.y()`; `m[1]`", "`v.y`; `m[1]`"}});
  if (name == "matrices")
    return table_of({{op::make_matrix, "`make_matrix(a, b)`, `diagonal<mat<f32, 2, 2>>(s)`",
                      "`float2x3(a, b)`, `float2x2(s)`"},
                     {op::matrix_product, "`m * n`, `m * v`, `v * m`", "the same"},
                     {op::transpose, "`transpose(m)`", "`transpose(m)`"},
                     {op::determinant, "`determinant(m)`", "`determinant(m)`"}});
  struct span {
    char const* name;
    op first, last;
  };
  constexpr span spans[] = {
      {"arithmetic", op::add, op::neg},
      {"bits", op::bit_and, op::shr},
      {"logic", op::logical_and, op::logical_not},
      {"comparisons", op::eq, op::ge},
      {"functions of numbers", op::min, op::median3},
      {"functions of floats", op::sqrt, op::ilogb},
      {"questions about floats", op::isfinite, op::isunordered},
      {"functions of integers", op::absdiff, op::insert_bits},
      {"geometry", op::dot, op::faceforward},
      {"all and any", op::all_lanes, op::any_lane},
      {"packing", op::pack_unorm4x8, op::pack_unorm565},
      {"unpacking", op::unpack_unorm4x8, op::unpack_unorm565},
      {"reductions", op::simd_sum, op::simd_xor},
      {"scans", op::simd_prefix_inclusive_sum, op::simd_prefix_exclusive_product},
      {"exchanges", op::simd_broadcast_first, op::simd_shuffle_and_fill_down},
      {"votes", op::simd_all, op::simd_is_first},
  };
  for (span const& s : spans)
    if (name == s.name)
      return rows_between(s.first, s.last);
  throw std::runtime_error("the page has no part {{" + std::string(name) + "}}");
}

std::string rows_left_out() {
  std::string r;
  for (int i = 0; i < static_cast<int>(op::count_); ++i)
    if (!shown.contains(static_cast<op>(i)))
      r += (r.empty() ? "" : ", ") + std::string(eg::info(static_cast<op>(i)).name);
  return r;
}

} // namespace kernel_language
