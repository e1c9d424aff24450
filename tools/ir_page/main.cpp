// SPDX-License-Identifier: MIT
// Prints docs/ir.md: page.md with the text of the kernels of kernels.hpp, and with what the op table says.
//
//   ir_page ROOT              prints the page
//   ir_page ROOT --check FILE compares FILE with it
#include "kernels.hpp"

#include <set>
#include <stdexcept>
#include <string_view>

#include "../kernel_language/page.hpp"

namespace {

namespace eg = enigma;
using eg::op;
using eg::op_info;

std::vector<op_info> rows() {
  std::vector<op_info> all;
  for (int i = 0; i < static_cast<int>(op::count_); ++i)
    all.push_back(eg::info(static_cast<op>(i)));
  return all;
}

// ---- The grammar ---------------------------------------------------------------------------------------

/// rule = "a" | "b" | ... ;
std::string rule(std::string const& name, std::vector<std::string> const& words) {
  std::string all, line = name + " =";
  bool first = true;
  for (std::string const& word : words) {
    std::string const next = (first ? " \"" : " | \"") + word + '"';
    if (line.size() + next.size() > 110) {
      all += line + '\n';
      line = "   ";
    }
    line += next;
    first = false;
  }
  return all + line + " ;\n";
}

template <class Chosen>
std::vector<std::string> names_of(Chosen chosen) {
  std::vector<std::string> names;
  for (op_info const& row : rows())
    if (chosen(row))
      names.push_back(row.name);
  return names;
}

/// A line of its name and its operands, and no more.
bool is_plain(op_info const& row) {
  op const code = row.code;
  if (code == op::make_vector || code == op::make_matrix || code == op::extract || code == op::call)
    return false;
  return code >= op::add || (code >= op::simdgroup_fill && code <= op::simdgroup_multiply_accumulate) ||
         code == op::simdgroup_of_elements || code == op::declare || code == op::get;
}
bool is_by_variant(op_info const& row) {
  return eg::has_variants(row) && !eg::is_of_whole_vectors(row);
}

std::string operations_of_the_grammar() {
  std::string all;
  for (int n = 1; n <= 4; ++n)
    all +=
        rule("plain_" + std::to_string(n),
             names_of([&](op_info const& r) { return is_plain(r) && !is_by_variant(r) && r.operands == n; }));
  for (int n = 1; n <= 3; ++n)
    all +=
        rule("float_" + std::to_string(n),
             names_of([&](op_info const& r) { return is_plain(r) && is_by_variant(r) && r.operands == n; }));
  for (int n = 0; n <= 3; ++n) {
    std::vector<std::string> names =
        names_of([&](op_info const& r) { return eg::is_group_function(r.code) && r.operands == n; });
    for (std::string& name : names)
      name.erase(0, 4); // simd or quad
    all += rule("group_" + std::to_string(n), names);
  }
  all += rule("change", names_of([](op_info const& r) {
                return eg::is_atomic(r.code) && r.operands == 2 && r.code != op::atomic_store;
              }));
  return all;
}

std::string positions_of_the_grammar() {
  std::vector<std::string> with_axes, without;
  for (int i = 0; i < static_cast<int>(eg::query::count_); ++i) {
    eg::query_info const& it = eg::info(static_cast<eg::query>(i));
    (it.has_axes ? with_axes : without).push_back(it.attribute);
  }
  return rule("position", with_axes) + rule("number", without);
}

std::string elements_of_the_grammar() {
  std::vector<std::string> names;
  for (int i = 0; i < eg::element_kinds; ++i)
    names.push_back(eg::ir_name(static_cast<eg::element_kind>(i)));
  return rule("scalar", names);
}

// ---- The table -----------------------------------------------------------------------------------------

std::string cell(std::string_view words) {
  std::string r;
  for (char const c : words)
    r += c == '|' ? std::string("\\|") : std::string(1, c);
  return r;
}

std::string operations() {
  std::string r = "| in the text | operands | what it computes or does |\n| --- | --- | --- |\n";
  for (op_info const& row : rows()) {
    bool const many = row.code == op::make_vector || row.code == op::make_matrix || row.code == op::call ||
                      row.code == op::invoke;
    bool const of_field = row.code == op::load_field || row.code == op::store_field;
    std::string const operands = many       ? "up to 4"
                                 : of_field ? std::to_string(row.operands) + ", of an array one more"
                                 : row.code == op::return_ ? "at most 1"
                                                           : std::to_string(row.operands);
    r += std::string("| `") + row.name + "` | " + operands + " | " + cell(row.meaning) + " |\n";
  }
  return r;
}

// ---- The page ------------------------------------------------------------------------------------------

std::set<std::string> shown;

std::string part(std::string_view name) {
  if (name == "operations")
    return operations();
  if (name == "grammar: operations")
    return operations_of_the_grammar();
  if (name == "grammar: positions")
    return positions_of_the_grammar();
  if (name == "grammar: elements")
    return elements_of_the_grammar();
  if (name.substr(0, 4) == "ir: ")
    for (ir_page::example const& e : ir_page::examples())
      if (e.name == name.substr(4)) {
        shown.insert(e.name);
        return "```text\n" + e.ir + "```\n";
      }
  throw std::runtime_error("the page has no part {{" + std::string(name) + "}}");
}

std::string left_out() {
  std::string names;
  for (ir_page::example const& e : ir_page::examples())
    if (!shown.contains(e.name))
      names += (names.empty() ? "" : ", ") + e.name;
  return names;
}

} // namespace

int main(int argc, char** argv) {
  return kernel_language::print_or_check({"ir_page", "tools/ir_page/page.md", part, left_out}, argc, argv);
}
