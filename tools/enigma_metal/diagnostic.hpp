// SPDX-License-Identifier: MIT
// What is said about a .metal file: file:line:column: error: words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace enigma::metal_tool {

enum class severity { error, warning, note };

struct diagnostic {
  std::string file;
  unsigned line = 0;
  unsigned column = 0; // 0: none
  severity kind = severity::error;
  std::string words;
  std::vector<diagnostic> notes;
};

/// What clang printed, in Metal's words. `source` is the text that clang read, `shown_as` the name that
/// generated text bears; columns are those of the original files.
std::vector<diagnostic> read_diagnostics(std::string_view clang_words, std::string_view preprocessed);

/// Clang's names of address spaces and vectors become Metal's.
std::string in_metal_words(std::string_view words);

/// C++ cannot copy or assign classes out of an address space, nor call their members there; Metal can.
/// Whether an error says no more than that.
bool is_about_copying_between_spaces(diagnostic const& d);

/// Whether an error is about address spaces.
bool is_about_spaces(diagnostic const& d);

/// As text, with the line of source and a mark below the column.
std::string print(std::vector<diagnostic> const& all);

} // namespace enigma::metal_tool
