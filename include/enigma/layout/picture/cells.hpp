// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/layout.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

/// What is in a picture of a layout: a cell for each coordinate, and what is to be seen in it. Made by
/// `table` of <enigma/layout/picture/table.hpp>, drawn by <enigma/layout/picture.hpp>.
namespace enigma {

/// What the colour of a cell tells. `automatic`: the thread of a thread-value layout, the bank of a swizzled
/// one, otherwise nothing. `value` is the number of the value in its thread, or of a layout its index.
enum class colour_by : unsigned char { automatic, none, thread, value, bank };

/// What is written in a cell. `automatic`: thread and value, or the index. `swizzling` is the index before
/// and after the swizzle, `coordinate` the linear coordinate.
enum class label_by : unsigned char { automatic, none, owner, index, swizzling, coordinate, bank };

/// The banks that colours and labels go by. No vendor of the GPUs in question documents them: a model.
struct bank_grid {
  int banks = 32;
  int bank_bytes = 4;
  int element_bytes = 4;
};

/// Rows, columns or pages from `first` on, `count` of them or all that are left.
struct table_range {
  std::int64_t first = 0;
  std::int64_t count = INT64_MAX;
};

struct table_options {
  colour_by colour = colour_by::automatic;
  label_by label = label_by::automatic;
  std::int64_t offset = 0; ///< added to every index
  bank_grid banks = {};
  table_range rows = {};
  table_range columns = {};
  table_range pages = {};
  std::int64_t max_cells = 16384; ///< a larger picture is refused
};

/// One (thread, value) pair.
struct table_owner {
  std::int64_t thread = -1;
  std::int64_t value = -1;

  friend bool operator==(table_owner const&, table_owner const&) = default;
};

struct table_cell {
  std::int64_t row = 0; ///< linear coordinate in mode 0; 0 for a single mode
  std::int64_t column = 0;
  std::int64_t page = 0;       ///< linear coordinate in the modes after the second
  std::int64_t coordinate = 0; ///< linear coordinate in the whole layout or tile
  std::int64_t plain = 0;      ///< the index before the swizzle
  std::int64_t index = 0;      ///< the value of the layout; of a thread-value layout the place in the tile
  std::int64_t bank = -1;      ///< -1 for a thread-value layout, or if the address exceeds 64 bits
  std::int64_t thread = -1;    ///< the first owner; -1 if nobody owns the element
  std::int64_t value = -1;
  std::int64_t colour = -1; ///< class of colour, 0 <= colour < colours; -1 for none
  std::size_t first_owner = 0;
  std::size_t owners = 0;
};

/// The data of a picture, see `table`.
struct layout_table {
  std::string name; ///< the argument in CuTe notation; change it to change the caption
  bool thread_value = false;
  bool swizzled = false;
  int_tuple shape; ///< of the layout or tile, with one element for each mode
  table_range rows;
  table_range columns; ///< the part that is shown
  table_range pages;
  std::vector<std::int64_t> row_groups; ///< where hierarchical modes have borders: multiples of these
  std::vector<std::int64_t> column_groups;
  colour_by colour = colour_by::none;
  label_by label = label_by::index;
  std::int64_t colours = 0; ///< the number of classes of colour
  bank_grid banks;
  std::vector<table_cell> cells;    ///< by page, by row, by column
  std::vector<table_owner> owners;  ///< those of one cell stand together
  std::vector<std::string> remarks; ///< what a reader should know: elements of nobody, parts not shown

  [[nodiscard]] table_cell const& at(std::int64_t row, std::int64_t column, std::int64_t page = 0) const {
    auto const i = row - rows.first, j = column - columns.first, k = page - pages.first;
    if (i < 0 || j < 0 || k < 0 || i >= rows.count || j >= columns.count || k >= pages.count)
      refused("a cell refused: it is not in the part of the layout that the table shows");
    return cells[static_cast<std::size_t>(j + columns.count * (i + rows.count * k))];
  }
  /// All owners of an element, in the order of their threads and values.
  [[nodiscard]] std::span<table_owner const> owners_of(table_cell const& c) const {
    return std::span<table_owner const>(owners).subspan(c.first_owner, c.owners);
  }
  /// "(_,_,2)" for a page of a layout of more than two modes, otherwise nothing.
  [[nodiscard]] std::string page_name(std::int64_t page) const;
};

inline std::string layout_table::page_name(std::int64_t page) const {
  int const modes = rank(shape);
  if (modes < 3)
    return {};
  std::string r = "(_,_";
  for (int m = 2; m < modes; ++m) {
    auto const extent = size(shape[m]);
    r += "," + std::to_string(page % extent);
    page /= extent;
  }
  return r + ")";
}

} // namespace enigma
