// SPDX-License-Identifier: MIT
#pragma once

#include "options.hpp"

#include <enigma/layout/calculator.hpp>

#include <optional>

// What is said about a value.

/// The value as something that has a picture: a layout (a shape alone is its compact layout only if there is
/// an option that asks for a picture), a composed layout, or a thread-value layout. Errors: refusals.
struct picture_of {
  explicit picture_of(enigma::calculator::value const& v, options const& o,
                      enigma::calculator::workbook& book);

  [[nodiscard]] bool possible() const { return has_picture_; }
  /// How many cells it has with nothing left out.
  [[nodiscard]] std::int64_t cells() const;
  /// Of a layout with more than max_cells only the upper left corner, unless a part was asked for.
  [[nodiscard]] enigma::layout_table table() const;
  /// The names and values of its properties, a line each.
  [[nodiscard]] std::string properties() const;
  /// Coordinate and index, a line each.
  [[nodiscard]] std::string values() const;
  /// The index at a coordinate, or what a coordinate with holes leaves.
  [[nodiscard]] std::string at(enigma::calculator::value const& coordinate) const;

private:
  [[nodiscard]] enigma::table_options corner() const;

  bool has_picture_ = true;
  bool swizzled_ = false;
  std::optional<enigma::tv_layout> tv_;
  enigma::composed_layout c_; // if it is no thread-value layout
  options const& options_;
};

/// The table as it was asked for, as text. `width` of the terminal, 0 if there is none.
std::string text_of(enigma::layout_table const& t, options const& o, std::int64_t width);

/// Everything there is to say about a value: its text, its properties and, if it is small, its table.
std::string whole_report(enigma::calculator::value const& v, picture_of const& p, options const& o,
                         std::int64_t width);
