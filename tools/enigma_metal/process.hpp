// SPDX-License-Identifier: MIT
// Other programs, files, and folders that vanish.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace enigma::metal_tool {

/// A folder of this process's own, removed with all its files at the end.
class temporary_folder {
public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(temporary_folder const&) = delete;
  temporary_folder& operator=(temporary_folder const&) = delete;

  std::string operator/(std::string const& name) const { return path_ + "/" + name; }
  std::string const& path() const { return path_; }

private:
  std::string path_;
};

struct process_result {
  int status; // what the program returned, or 128 + the signal that ended it
  std::string words;
};

/// Runs a program and waits for it; `words` is what it wrote to both of its outputs.
process_result run_process(std::vector<std::string> const& command);

/// The first of these programs that the PATH has, or nothing.
std::string find_program(std::vector<std::string> const& names);

bool file_exists(std::string const& path);
std::string read_text_file(std::string const& path); // throws tool_error
void write_text_file(std::string const& path, std::string_view text);

} // namespace enigma::metal_tool
