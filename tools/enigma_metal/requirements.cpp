// SPDX-License-Identifier: MIT
// What a kernel needs, from its source alone.
#include "error.hpp"
#include "inputs.hpp"
#include "machine.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace enigma::metal_tool {
namespace {

bool is_memory(parameter const& p) {
  return std::none_of(p.attributes.begin(), p.attributes.end(),
                      [](attribute const& a) { return find_input(a.name) != nullptr; }) &&
         p.type.find_first_of("*&") != std::string::npos;
}

bool is_threadgroup(parameter const& p) {
  return p.type.find("threadgroup") != std::string::npos;
}

} // namespace

bool is_meant(parameter const& p, std::string const& name) {
  attribute const* const index = is_threadgroup(p) ? nullptr : p.find("buffer");
  return name == p.name || (index != nullptr && name == index->argument);
}

void require_arguments(prepared_source const& source, std::string const& name,
                       std::vector<argument> const& given) {
  for (kernel_entry const& k : source.file.kernels) {
    if (k.host_name != name)
      continue;
    std::string has;
    for (parameter const& p : source.file.functions[k.function].parameters) {
      if (!is_memory(p))
        continue;
      has += fmt::format("{}{} {}", has.empty() ? "" : ", ", p.type, p.name);
      // An index that is not written out is the compiler's to count.
      if (!is_threadgroup(p) && p.find("buffer") == nullptr)
        return;
      bool const there =
          std::any_of(given.begin(), given.end(), [&](argument const& a) { return is_meant(p, a.name); });
      if (!there && p.find("function_constant") == nullptr)
        throw tool_error(fmt::format("the kernel '{}' needs {} '{}' ({}): give {}", name,
                                     is_threadgroup(p) ? "threadgroup memory" : "the buffer", p.name, p.type,
                                     is_threadgroup(p) ? fmt::format("--threadgroup {}=BYTES", p.name)
                                                       : fmt::format("--buffer {}=...", p.name)));
    }
    std::vector<parameter> const& all = source.file.functions[k.function].parameters;
    for (argument const& a : given)
      if (std::none_of(all.begin(), all.end(), [&](parameter const& p) { return is_meant(p, a.name); }))
        throw tool_error(fmt::format("the kernel '{}' has no parameter '{}': it has {}", name, a.name,
                                     has.empty() ? "no memory" : has));
  }
}

} // namespace enigma::metal_tool
