// SPDX-License-Identifier: MIT
#include "sanitize.hpp"

#include "error.hpp"
#include "sanitizer_report.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <sstream>

namespace enigma::metal_tool {
namespace {

std::vector<named_memory> read_regions(std::string const& path) {
  std::vector<named_memory> all;
  std::istringstream text(file_exists(path) ? read_text_file(path) : "");
  std::string begin;
  for (named_memory m; text >> begin >> m.bytes >> m.name;) {
    m.begin = std::stoul(begin, nullptr, 16);
    all.push_back(m);
  }
  return all;
}

} // namespace

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

  std::size_t const threads = std::size_t{work.threads[0]} * work.threads[1] * work.threads[2];
  if (threads > 1024)
    throw tool_error(fmt::format("a threadgroup of {} threads: 1024 is the most", threads));
  require_arguments(*source, name, work.arguments);

  temporary_folder const folder;
  std::string job = fmt::format("{} {} {} {} {} {} {} {}\n", name, work.grid[0], work.grid[1], work.grid[2],
                                work.threads[0], work.threads[1], work.threads[2], kernel.parameters.size());
  std::vector<argument*> given;
  for (parameter const& p : kernel.parameters) {
    given.push_back(nullptr);
    bool const shared = p.type.find("threadgroup") != std::string::npos;
    if (!shared && p.type.find_first_of("*&") == std::string::npos) {
      job += "2 0 - -\n";
      continue;
    }
    for (argument& a : work.arguments)
      if (is_meant(p, a.name))
        given.back() = &a;
    if (given.back() == nullptr) {
      job += "2 0 - -\n";
      continue;
    }
    std::string const file = folder / fmt::format("argument{}", given.size());
    std::vector<unsigned char> const& bytes = given.back()->bytes;
    if (!shared)
      write_text_file(file, {reinterpret_cast<char const*>(bytes.data()), bytes.size()});
    job += fmt::format("{} {} {} {}\n", shared ? 1 : 0, bytes.size(), p.name.empty() ? "-" : p.name, file);
  }
  write_text_file(folder / "job", job);

  sanitized_run result;
  std::string const program = folder / "program";
  compiled const c = compile_program(source, sanitizer, program, options);
  result.diagnostics = c.diagnostics;
  if (!c.good)
    return result;
  std::vector<std::string> command = {
      "env",
      "TSAN_OPTIONS=allow_addr2line=1:halt_on_error=0:report_thread_leaks=0",
      "ASAN_OPTIONS=allow_addr2line=1:detect_leaks=0:print_legend=0",
      // A division by zero is said before its signal comes.
      "UBSAN_OPTIONS=allow_addr2line=1:print_stacktrace=0:print_summary=0:handle_sigfpe=0",
  };
  for (constant_value const& v : constants) {
    std::string hexadecimal;
    for (unsigned char b : v.bytes)
      hexadecimal += fmt::format("{:02x}", b);
    command.push_back(fmt::format("ENIGMA_METAL_CONSTANT_{}={}", v.name, hexadecimal));
  }
  command.insert(command.end(), {"timeout", fmt::format("{}", work.seconds_allowed), program, folder / "job",
                                 folder / "regions"});
  process_result const r = run_process(command);
  bool const told = r.words.find("runtime error:") != std::string::npos ||
                    r.words.find("WARNING: ThreadSanitizer") != std::string::npos;
  result.good = r.status == 0 && !told;
  std::vector<std::string> const foreign = {find_toolchain().headers, "kernel-entries", "host_threads.cpp",
                                            "sanitizer_common", "generated.cpp"};
  result.words = read_sanitizer_report(r.words, read_regions(folder / "regions"), foreign,
                                       std::filesystem::current_path().string(), threads);
  if (r.status == 124)
    result.words += fmt::format("{}: error: still running after {} s\n", name, work.seconds_allowed);
  else if (r.status > 128 && !told)
    result.words += fmt::format("{}: error: ended by signal {}\n", name, r.status - 128);
  if (r.status == 0)
    for (std::size_t i = 0; i < given.size(); ++i)
      if (given[i] != nullptr && kernel.parameters[i].type.find("threadgroup") == std::string::npos) {
        std::string const text = read_text_file(folder / fmt::format("argument{}", i + 1));
        std::copy(text.begin(), text.end(), given[i]->bytes.begin());
      }
  return result;
}

} // namespace enigma::metal_tool
