// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/picture.hpp>

#include <stdexcept>
#include <string>
#include <vector>

// The command line of enigma-layout.

struct bad_option : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct options {
  std::vector<std::string> expressions; // "A = (8,8):(8,1)" names a result; the last one is the answer
  bool help = false;
  bool list = false;
  std::string list_word; // only operations with this word in them
  bool ascii = false;
  bool compact = false;
  bool values = false;
  std::vector<std::string> at; // coordinates
  std::string svg;             // files; "-" is the standard output
  std::string tex;
  std::string tile; // a shape: the answer is (thread, value) -> place in this tile
  std::string title;
  std::int64_t width = -1; // of a line of text; -1: that of the terminal
  enigma::table_options picture;
  bool refuses_large = false; // with --max-cells; otherwise a part of a large layout is shown

  /// Parts of the answer were asked for by name; then there is nothing else.
  [[nodiscard]] bool has_choice() const { return ascii || compact || values || !at.empty(); }
};

/// True for "A = ...": a result that later expressions use.
bool is_named(std::string const& expression);

/// Reads the arguments after the name of the program. Errors: bad_option.
options read_options(std::vector<std::string> const& arguments);
