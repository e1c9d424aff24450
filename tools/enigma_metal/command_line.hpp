// SPDX-License-Identifier: MIT
// What is typed after `enigma-metal`.
#pragma once

#include "machine.hpp"
#include "npy.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace enigma::metal_tool {

struct command_line {
  std::string command;
  std::vector<std::string> files;
  std::string kernel;
  std::string sanitizer;
  bool check = false;
  bool groups = false; // --grid counts threadgroups
  launch work;
  std::vector<std::pair<std::string, host_array>> buffers;
  std::vector<std::pair<std::string, std::string>> constants;
  std::vector<std::pair<std::string, std::string>> outs;
  std::vector<std::string> prints;
  compile_options options;
};

std::string usage();
command_line read_command_line(std::vector<std::string> const& words); // throws tool_error

} // namespace enigma::metal_tool
