// SPDX-License-Identifier: MIT
#include "figures.hpp"

#include "accesses.hpp"

#include <enigma/layout/text.hpp>

#include <set>
#include <stdexcept>

namespace gallery {

namespace {

std::set<std::string_view> shown;

std::string counted(std::int64_t n, std::string const& what) {
  return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

std::string lines_of(access const& a) {
  eg::touched_lines const worst = a.lines(), best = find_touched_lines(a.memory, a.by, a.element_bytes);
  std::string r = counted(best.lines, "line") + ", " + std::to_string(best.bytes) + " of " +
                  std::to_string(128 * best.lines) + " bytes";
  if (worst.lines != best.lines)
    r += "; " + std::to_string(worst.lines) + " where a row begins inside of one";
  return r;
}

std::string conflicts_of(access const& a) {
  eg::bank_conflicts const c = a.conflicts();
  std::string r = counted(c.cycles, "cycle") + ", ";
  return c ? r + "no conflicts"
           : r + std::to_string(c.degree) + "-way: " + std::to_string(c.least_cycles) + " would do";
}

/// Of the lanes, as the memory has them.
std::string elements_of(access const& a) {
  std::string r = a.memory.sw.is_identity() ? to_string(composition(a.memory.inner, a.by.lanes))
                                            : to_string(composition(a.memory, a.by.lanes));
  if (a.memory.sw.is_identity() && a.memory.offset != 0)
    r = std::to_string(a.memory.offset) + " + " + r;
  return '`' + r + '`';
}

/// Without blanks around it.
std::string code(std::string_view text) {
  text.remove_prefix(text.find_first_not_of(' '));
  return '`' + std::string(text.substr(0, text.find_last_not_of(' ') + 1)) + '`';
}

} // namespace

std::string figures(std::string_view kernels) {
  std::string r =
      "| access | in the source | lane → element | at once | costs |\n| --- | --- | --- | ---: | --- |\n";
  while (!kernels.empty()) {
    std::size_t const comma = kernels.find(", ");
    std::string_view const kernel = kernels.substr(0, comma);
    kernels.remove_prefix(comma == std::string_view::npos ? kernels.size() : comma + 2);
    for (access const& a : accesses)
      if (a.kernel == kernel) {
        shown.insert(a.kernel);
        r += "| " + std::string(a.what) + " | " + code(a.text) + " | " + elements_of(a) + " | " +
             std::to_string(a.by.vector) + " | " + (a.in_threadgroup ? conflicts_of(a) : lines_of(a)) +
             " |\n";
      }
    if (!shown.contains(kernel))
      throw std::runtime_error("no accesses of " + std::string(kernel) + " are known");
  }
  return r;
}

std::string left_out() {
  std::set<std::string_view> missing;
  std::string names;
  for (access const& a : accesses)
    if (!shown.contains(a.kernel) && missing.insert(a.kernel).second)
      names += (names.empty() ? "" : ", ") + std::string(a.kernel);
  return names;
}

} // namespace gallery
