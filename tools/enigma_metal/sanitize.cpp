// SPDX-License-Identifier: MIT
#include "sanitize.hpp"

#include "error.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

namespace enigma::metal_tool {

sanitized_run run_sanitized(source_handle const& source, std::string const& sanitizer,
                            std::string const& name, launch& work,
                            std::vector<constant_value> const& constants, compile_options const& options) {
  kernel_entry const* entry = nullptr;
  for (kernel_entry const& k : source->file.kernels)
    if (k.host_name == name)
      entry = &k;
  if (entry == nullptr)
    throw tool_error(fmt::format("there is no kernel '{}' in {}", name, source->path));
  function const& kernel = source->file.functions[entry->function];

  temporary_folder const folder;
  std::string job = fmt::format("{} {} {} {} {} {} {} {}\n", name, work.grid[0], work.grid[1], work.grid[2],
                                work.threads[0], work.threads[1], work.threads[2], kernel.parameters.size());
  std::vector<argument*> given;
  for (parameter const& p : kernel.parameters) {
    given.push_back(nullptr);
    bool const shared = p.type.find("threadgroup") != std::string::npos;
    if (!shared && p.type.find_first_of("*&") == std::string::npos) {
      job += "2 0 -\n";
      continue;
    }
    attribute const* const index = p.find("buffer");
    for (argument& a : work.arguments)
      if (a.name == p.name || (index != nullptr && a.name == index->argument))
        given.back() = &a;
    if (given.back() == nullptr && p.find("function_constant") == nullptr)
      throw tool_error(fmt::format("the kernel '{}' needs '{}' ({}): give {}", name, p.name, p.type,
                                   shared ? fmt::format("--threadgroup {}=BYTES", p.name)
                                          : fmt::format("--buffer {}=...", p.name)));
    if (given.back() == nullptr) {
      job += "2 0 -\n";
      continue;
    }
    std::string const file = folder / fmt::format("argument{}", given.size());
    std::vector<unsigned char> const& bytes = given.back()->bytes;
    if (!shared)
      write_text_file(file, {reinterpret_cast<char const*>(bytes.data()), bytes.size()});
    job += fmt::format("{} {} {}\n", shared ? 1 : 0, bytes.size(), file);
  }
  write_text_file(folder / "job", job);

  sanitized_run result;
  std::string const program = folder / "program";
  compiled const c = compile_program(source, sanitizer, program, options);
  result.diagnostics = c.diagnostics;
  if (!c.good)
    return result;
  std::vector<std::string> command = {
      "env", "TSAN_OPTIONS=allow_addr2line=1:halt_on_error=0:report_thread_leaks=0",
      "ASAN_OPTIONS=allow_addr2line=1:detect_leaks=0", "UBSAN_OPTIONS=allow_addr2line=1:print_stacktrace=0"};
  for (constant_value const& v : constants) {
    std::string hexadecimal;
    for (unsigned char b : v.bytes)
      hexadecimal += fmt::format("{:02x}", b);
    command.push_back(fmt::format("ENIGMA_METAL_CONSTANT_{}={}", v.name, hexadecimal));
  }
  command.insert(command.end(),
                 {"timeout", fmt::format("{}", work.seconds_allowed), program, folder / "job"});
  process_result const r = run_process(command);
  result.words = r.words;
  if (r.status == 124)
    result.words += fmt::format("{}: still running after {} s\n", name, work.seconds_allowed);
  result.good = r.status == 0 && r.words.find("runtime error:") == std::string::npos &&
                r.words.find("WARNING: ThreadSanitizer") == std::string::npos;
  if (r.status == 0)
    for (std::size_t i = 0; i < given.size(); ++i)
      if (given[i] != nullptr && kernel.parameters[i].type.find("threadgroup") == std::string::npos) {
        std::string const text = read_text_file(folder / fmt::format("argument{}", i + 1));
        std::copy(text.begin(), text.end(), given[i]->bytes.begin());
      }
  return result;
}

} // namespace enigma::metal_tool
