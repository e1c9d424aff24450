// SPDX-License-Identifier: MIT
// Prints docs/from-python.md, the table of the earlier Python API, or checks it and all that it says.
//
//   python_api                 prints the page
//   python_api --check FILE    what its C++ gives is what the page says, no name is missing, and FILE is the
//   page python_api --rows          what the C++ of each row gives, for whoever writes rows
#include "rows.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace python_api {
namespace {

std::vector<section> sections() {
  std::vector<section> all;
  for (auto const& some : {kernel_sections(), number_sections(), vector_sections(), group_sections(),
                           matrix_sections(), layout_sections(), flow_sections(), tool_sections()})
    all.insert(all.end(), some.begin(), some.end());
  std::sort(all.begin(), all.end(), [](section const& a, section const& b) { return a.number < b.number; });
  return all;
}

/// Code in a table: a bar would end the cell.
std::string code(std::string_view words) {
  std::string all = "`";
  for (char const c : words)
    if (c == '|')
      all += "\\|";
    else
      all += c;
  return all + '`';
}

std::string page() {
  std::string all =
      "# From the Python API\n"
      "\n"
      "<!-- Made by tests/python_api from the rows that it tests: change those. -->\n"
      "Enigma had a Python API before. This page has each of its names, in the sections of its "
      "documentation, without\n"
      "the `enigma.` before them; the C++ that says the same; and the Metal source, or the value, that comes "
      "out of it.\n"
      "The C++ of each row is compiled by the tests and what comes out compared with the page.\n"
      "\n"
      "In the C++ column `g` is the kernel's `eg::gpu&`; `A` is a buffer that is read, `B` one that is read "
      "and\n"
      "written, `count` one of atomics, `n` a scalar argument; `x`, `y`, `z` are f32, `i`, `j`, `k` i32, "
      "`u`, `t` u32,\n"
      "`a`, `b`, `c` vectors of three f32, `v` of four, `e` of two. `L` is the layout `(4,8):(1,4)`, `thr` "
      "is\n"
      "`(4,64):(64,1)`, `val` `(4,4):(4,1)`, `tv` their `make_layout_tv`. Functions on values are found "
      "without\n"
      "`eg::`.\n";
  for (section const& s : sections()) {
    all += "\n## " + std::to_string(s.number) + ". " + std::string(s.title) +
           "\n\n| Python | C++ | comes out |\n"
           "| --- | --- | --- |\n";
    for (row const& r : s.rows) {
      all += "| " + code(r.python) + " | ";
      if (r.actual != nullptr)
        all += code(r.cpp) + " | " + code(r.comes_out) + (r.note.empty() ? "" : "; ");
      else
        all += "none | ";
      all += std::string(r.note) + " |\n";
    }
    all +=
        "\nRows: `tests/python_api/" + std::string(s.file) + "`. Run: `" + std::string(s.executed) + "`.\n";
  }
  return all;
}

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool names_it(std::string_view python, std::string_view name) {
  for (auto at = python.find(name); at != std::string_view::npos; at = python.find(name, at + 1)) {
    auto const end = at + name.size();
    if ((at == 0 || !is_of_name(python[at - 1])) && (end == python.size() || !is_of_name(python[end])))
      return true;
  }
  return false;
}

int check(char const* file) {
  int faults = 0;
  auto const all = sections();
  for (section const& s : all)
    for (row const& r : s.rows) {
      std::string const actual = r.actual == nullptr ? "" : r.actual();
      if (actual == r.comes_out && (r.actual != nullptr || !r.note.empty()))
        continue;
      std::fprintf(stderr, "%s: %.*s gives\n  %s\nand not\n  %.*s\n", std::string(s.file).c_str(),
                   static_cast<int>(r.python.size()), r.python.data(), actual.c_str(),
                   static_cast<int>(r.comes_out.size()), r.comes_out.data());
      ++faults;
    }
  for (std::string_view const name : python_names())
    if (std::none_of(all.begin(), all.end(), [&](section const& s) {
          return std::any_of(s.rows.begin(), s.rows.end(),
                             [&](row const& r) { return names_it(r.python, name); });
        })) {
      std::fprintf(stderr, "no row has %.*s\n", static_cast<int>(name.size()), name.data());
      ++faults;
    }
  for (int n = 1; n <= 40; ++n)
    if (std::none_of(all.begin(), all.end(), [&](section const& s) { return s.number == n; })) {
      std::fprintf(stderr, "there is no section %d\n", n);
      ++faults;
    }
  std::ifstream in(file, std::ios::binary);
  if (std::string(std::istreambuf_iterator<char>(in), {}) != page()) {
    std::fprintf(stderr, "%s is stale. Renew it: python_api > %s\n", file, file);
    ++faults;
  }
  return faults == 0 ? 0 : 1;
}

} // namespace
} // namespace python_api

int main(int count, char** words) {
  try {
    std::string_view const what = count > 1 ? words[1] : "";
    if (what == "--check" && count == 3)
      return python_api::check(words[2]);
    if (what == "--rows") {
      for (auto const& s : python_api::sections())
        for (auto const& r : s.rows)
          if (r.actual != nullptr)
            std::printf("%s\t%s\t%s\t%s\n", std::string(s.file).c_str(), std::string(r.python).c_str(),
                        std::string(r.comes_out).c_str(), r.actual().c_str());
      return 0;
    }
    if (count != 1) {
      std::fprintf(stderr, "usage: python_api [--check FILE | --rows]\n");
      return 2;
    }
    std::string const text = python_api::page();
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0 ? 0
                                                                                                       : 2;
  } catch (std::exception const& e) {
    std::fprintf(stderr, "python_api: %s\n", e.what());
    return 2;
  }
}
