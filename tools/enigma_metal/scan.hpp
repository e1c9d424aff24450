// SPDX-License-Identifier: MIT
// Finds in a file of tokens what the tool has to know: functions, kernels and their parameters, threadgroup
// variables, function constants, instantiations. No more C++ is understood than that takes.
#pragma once

#include "tokens.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace enigma::metal_tool {

/// Tokens [begin, end) of a list.
struct token_range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// One word of a [[...]] list, with what stands in the parentheses after it.
struct attribute {
  std::string name;
  std::string argument; // "" where there is none
  bool has_argument = false;
  std::size_t token = 0;
};

struct parameter {
  std::string name; // "" where it has none
  std::string type; // as written, without attributes and name
  std::size_t token = 0;
  std::vector<attribute> attributes;
  token_range range;

  attribute const* find(std::string_view wanted) const {
    for (attribute const& a : attributes)
      if (a.name == wanted)
        return &a;
    return nullptr;
  }
};

/// A variable that a whole threadgroup shares, declared in a function.
struct threadgroup_variable {
  std::string name;
  std::size_t token = 0;   // its name
  token_range declaration; // the statement, without its semicolon
  token_range declarator;  // the name and its array bounds
  bool initialised = false;
};

struct function {
  std::string name;      // as declared
  std::string qualified; // with its namespaces
  std::size_t token = 0;
  bool is_kernel = false;
  bool is_template = false;
  bool has_body = false;
  std::vector<attribute> attributes;
  std::vector<parameter> parameters;
  std::vector<std::string> result; // the words before the name
  token_range body;                // between the braces
  std::vector<threadgroup_variable> shared;

  attribute const* find(std::string_view wanted) const {
    for (attribute const& a : attributes)
      if (a.name == wanted)
        return &a;
    return nullptr;
  }
};

/// A kernel that a host can ask for: a function, or an instantiation of a template.
struct kernel_entry {
  std::string host_name;
  std::string expression; // what C++ calls it: ns::k<float, 4>
  std::size_t function = 0;
  std::size_t token = 0;
};

/// `constant T name [[function_constant(index)]];`
struct function_constant {
  std::string name;
  std::string type;
  std::string index;
  std::size_t token = 0;
  token_range statement; // without its semicolon
};

/// A variable of file or namespace scope.
struct global_variable {
  std::size_t token = 0; // its first
  token_range statement;
};

struct scanned_file {
  token_list list;
  std::vector<function> functions;
  std::vector<kernel_entry> kernels;
  std::vector<function_constant> constants;
  std::vector<global_variable> globals;
  std::vector<token_range> attribute_lists; // with their brackets

  token const& at(std::size_t i) const {
    return list.tokens[i < list.tokens.size() ? i : list.tokens.size() - 1];
  }
  std::string file_of(std::size_t i) const { return list.files[at(i).file]; }
  unsigned line_of(std::size_t i) const { return at(i).line; }
  std::string words(token_range range) const; // with one blank where there was any
};

scanned_file scan(std::string_view preprocessed);

/// The bracket that closes the one at `i`, or the last token.
std::size_t closing(scanned_file const& file, std::size_t i);
/// The same for the < of a template's parameters or arguments; `i` itself if it is none.
std::size_t closing_angle(scanned_file const& file, std::size_t i);

} // namespace enigma::metal_tool
