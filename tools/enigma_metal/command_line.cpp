// SPDX-License-Identifier: MIT
#include "command_line.hpp"

#include "error.hpp"

#include <cstdlib>
#include <fmt/format.h>

namespace enigma::metal_tool {

std::string usage() {
  return R"(usage: enigma-metal check FILE.metal...
       enigma-metal run   FILE.metal --kernel NAME --grid X,Y,Z --threads X,Y,Z [options]
       enigma-metal audit FILE.metal --kernel NAME --grid X,Y,Z --threads X,Y,Z [options]

check  compiles with Metal's address spaces and applies Metal's rules
run    runs a kernel on this machine
audit  leaves out each barrier in turn, and tells which of them are not missed

  --kernel NAME           the kernel, by the name that a host asks for
  --grid X[,Y[,Z]]        the size of the grid in threads
  --groups                the grid is counted in threadgroups
  --threads X[,Y[,Z]]     the size of a threadgroup
  --buffer NAME=WHAT      a parameter's content: a .npy file, zeros:f32:1024, iota:u32:64, random:f32:1024:SEED or
                          scalar:u32:5; types are f32 f16 bf16 i8 i16 i32 i64 u8 u16 u32 u64 bool
  --threadgroup NAME=N    bytes of a [[threadgroup(n)]] parameter
  --constant NAME=VALUE   a function constant
  --out NAME=FILE.npy     where to write a buffer afterwards
  --print NAME            print a buffer afterwards
  --check                 examine every access: races, bounds, uninitialised threadgroup memory (slower)
  --sanitize WHAT         run host threads under clang's thread, address or undefined sanitizer
  --timeout SECONDS       give up after that long (60)
  -I FOLDER, -D NAME[=VALUE], --metal VERSION (310)
                          for the preprocessor
)";
}

namespace {

triple read_triple(std::string const& words, std::string const& option) {
  triple t{1, 1, 1};
  std::size_t start = 0;
  for (std::size_t i = 0;; ++i) {
    std::size_t const comma = words.find(',', start);
    std::string const part = words.substr(start, comma - start);
    char* end = nullptr;
    unsigned long const n = std::strtoul(part.c_str(), &end, 10);
    if (i > 2 || part.empty() || *end != 0 || n == 0 || n > 0xFFFFFFFFul || part[0] == '-')
      throw tool_error(
          fmt::format("{} {}: one to three numbers from 1 on, as in {} 1024,1,1", option, words, option));
    t[i] = static_cast<unsigned>(n);
    if (comma == std::string::npos)
      return t;
    start = comma + 1;
  }
}

std::pair<std::string, std::string> read_pair(std::string const& words, std::string const& option) {
  std::size_t const equals = words.find('=');
  if (equals == std::string::npos || equals == 0)
    throw tool_error(fmt::format("{} {}: it is NAME=VALUE", option, words));
  return {words.substr(0, equals), words.substr(equals + 1)};
}

} // namespace

command_line read_command_line(std::vector<std::string> const& words) {
  command_line c;
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    c.command = "help";
    return c;
  }
  c.command = words[0];
  if (c.command != "check" && c.command != "run" && c.command != "audit")
    throw tool_error(fmt::format(
        "there is no command '{}': there are check, run and audit (enigma-metal --help)", c.command));
  bool has_grid = false;
  bool has_threads = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string option = words[i];
    if (option.empty() || option[0] != '-') {
      c.files.push_back(option);
      continue;
    }
    std::string attached;
    bool has_attached = false;
    if (option.starts_with("--") && option.find('=') != std::string::npos) {
      attached = option.substr(option.find('=') + 1);
      option.resize(option.find('='));
      has_attached = true;
    } else if ((option.starts_with("-I") || option.starts_with("-D")) && option.size() > 2) {
      attached = option.substr(2);
      option.resize(2);
      has_attached = true;
    }
    if (option == "--check" || option == "--groups") {
      (option == "--check" ? c.check : c.groups) = true;
      continue;
    }
    if (option == "--help" || option == "-h") {
      c.command = "help";
      return c;
    }
    auto const value = [&]() -> std::string {
      if (has_attached)
        return attached;
      if (i + 1 == words.size())
        throw tool_error(fmt::format("{} needs a value (enigma-metal --help)", option));
      return words[++i];
    };
    if (option == "--kernel") {
      c.kernel = value();
    } else if (option == "--grid") {
      c.work.grid = read_triple(value(), option);
      has_grid = true;
    } else if (option == "--threads") {
      c.work.threads = read_triple(value(), option);
      has_threads = true;
    } else if (option == "--buffer") {
      auto const [name, what] = read_pair(value(), option);
      c.buffers.emplace_back(name, make_array(what));
      c.work.arguments.push_back({name, c.buffers.back().second.bytes});
    } else if (option == "--threadgroup") {
      auto const [name, what] = read_pair(value(), option);
      char* end = nullptr;
      unsigned long const bytes = std::strtoul(what.c_str(), &end, 10);
      if (what.empty() || *end != 0 || bytes == 0 || bytes > 32768)
        throw tool_error(fmt::format("--threadgroup {}={}: a number of bytes from 1 to 32768", name, what));
      if (bytes % 16 != 0)
        throw tool_error(fmt::format("--threadgroup {}={}: Metal takes multiples of 16 bytes", name, what));
      c.work.arguments.push_back({name, std::vector<unsigned char>(bytes)});
    } else if (option == "--constant") {
      c.constants.push_back(read_pair(value(), option));
    } else if (option == "--out") {
      c.outs.push_back(read_pair(value(), option));
    } else if (option == "--print") {
      c.prints.push_back(value());
    } else if (option == "--sanitize") {
      c.sanitizer = value();
      if (c.sanitizer != "thread" && c.sanitizer != "address" && c.sanitizer != "undefined")
        throw tool_error(fmt::format("--sanitize {}: it is thread, address or undefined", c.sanitizer));
    } else if (option == "--timeout") {
      c.work.seconds_allowed = std::strtod(value().c_str(), nullptr);
      if (!(c.work.seconds_allowed > 0))
        throw tool_error("--timeout takes a number of seconds");
    } else if (option == "-I") {
      c.options.include_folders.push_back(value());
    } else if (option == "-D") {
      c.options.defines.push_back(value());
    } else if (option == "--metal") {
      c.options.language = value();
    } else {
      throw tool_error(fmt::format("there is no option '{}' (enigma-metal --help)", option));
    }
  }
  if (c.files.empty())
    throw tool_error(fmt::format("{} needs a .metal file", c.command));
  if (c.command == "check")
    return c;
  if (c.files.size() > 1)
    throw tool_error(fmt::format("{} takes one file", c.command));
  if (!has_grid || !has_threads)
    throw tool_error(fmt::format("{} needs {}", c.command,
                                 !has_grid ? "--grid X,Y,Z, the number of threads in all"
                                           : "--threads X,Y,Z, the size of a threadgroup"));
  if (c.groups)
    for (std::size_t i = 0; i < 3; ++i)
      if (__builtin_mul_overflow(c.work.grid[i], c.work.threads[i], &c.work.grid[i]))
        throw tool_error("the grid has more than 2^32 threads in one direction");
  return c;
}

} // namespace enigma::metal_tool
