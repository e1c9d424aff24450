// SPDX-License-Identifier: MIT
// Runs the tool in a folder with the files of this one.
#pragma once

#include "../../support/shell.hpp"

#include <fstream>
#include <string>

namespace tool_test {

using support::answer;
using support::folder;
using support::lines;
using support::read;
using support::shell;

inline std::string const files = ENIGMA_TOOL_FILES "/";

inline void write(std::string const& path, std::string const& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// `enigma-metal WORDS` in the folder of the .metal files; `before` stands before it, to set variables.
inline answer tool(std::string const& words, std::string const& before = "") {
  return shell("cd " + files + " && " + before + " " ENIGMA_METAL " " + words);
}

} // namespace tool_test
