// SPDX-License-Identifier: MIT
// Calls clang on generated source, with the metal_stdlib that lies beside this file.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace msl {

/// A folder of this process's own, removed at its end.
class folder {
public:
  folder() {
    std::string name = (std::filesystem::temp_directory_path() / "enigma_msl_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("cannot make a folder like " + name);
    path_ = name;
  }
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  folder(folder const&) = delete;
  folder& operator=(folder const&) = delete;

  std::string write(std::string const& name, std::string_view text) const {
    std::string const path = (path_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::string operator/(std::string const& name) const { return (path_ / name).string(); }

private:
  std::filesystem::path path_;
};

struct answer {
  bool accepted;
  std::string words; // what clang printed
};

inline answer clang(std::string const& arguments) {
  std::string const command = "\"" ENIGMA_CLANG "\" -x c++ -std=c++17 -Wall -Wextra -Werror "
                              "-fno-color-diagnostics -I \"" ENIGMA_MSL_INCLUDE "\" " +
                              arguments + " 2>&1";
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr)
    throw std::runtime_error("cannot run " + command);
  std::string words;
  std::array<char, 4096> part;
  for (std::size_t n; (n = std::fread(part.data(), 1, part.size(), pipe)) != 0;)
    words.append(part.data(), n);
  return {pclose(pipe) == 0, words};
}

/// Would Metal take this source? Address spaces are real, warnings are errors.
inline answer check(folder const& where, std::string_view source) {
  return clang("-fsyntax-only \"" + where.write("checked.metal", source) + "\"");
}

/// The source of a whole file without its first lines, so that several can stand in one.
inline std::string without_preamble(std::string_view source) {
  std::string_view const preamble = "#include <metal_stdlib>\nusing namespace metal;\n";
  if (source.substr(0, preamble.size()) != preamble)
    throw std::runtime_error("generated source does not begin with the preamble");
  return std::string(source.substr(preamble.size()));
}

} // namespace msl
