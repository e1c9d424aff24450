// SPDX-License-Identifier: MIT
// Metal source, cut into words.
//
// The source has been through the preprocessor: its macros are expanded, and lines like `# 12 "k.metal"` say
// where the text after them comes from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace enigma::metal_tool {

enum class token_kind { word, number, text, mark, directive, end };

struct token {
  token_kind kind;
  std::string_view text;
  std::size_t at;  // where in the preprocessed source
  unsigned file;   // index into token_list::files
  unsigned line;   // in that file, from 1
  unsigned column; // in the preprocessed line, from 1

  bool is(std::string_view words) const { return text == words && kind != token_kind::text; }
};

struct token_list {
  std::vector<token> tokens; // ends with a token of kind end
  std::vector<std::string> files;
};

token_list tokenize(std::string_view source);

/// Where each token of one line of source begins, with the tokens: finds a place in a line again after the
/// preprocessor has changed its blanks.
unsigned column_in_original(std::string_view preprocessed_line, unsigned column,
                            std::string_view original_line);

} // namespace enigma::metal_tool
