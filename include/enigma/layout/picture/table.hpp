// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/picture/cells.hpp>
#include <enigma/layout/swizzle/composed_layout.hpp>
#include <enigma/layout/text.hpp>
#include <enigma/layout/tv.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

/// The data of pictures of layouts; <enigma/layout/picture.hpp> draws them.
namespace enigma {

namespace detail {

/// The numbers at whose multiples a border lies: products of the leaf shapes of a mode, from the left.
inline std::vector<std::int64_t> groups_of(int_tuple const& mode) {
  std::vector<std::int64_t> r;
  std::int64_t p = 1;
  for (int k = 0; k + 1 < mode.leaves(); ++k) {
    auto const before = p;
    p *= mode.leaf(k);
    if (p > 1 && p != before)
      r.push_back(p);
  }
  while (!r.empty() && r.back() == size(mode)) // what is left has size 1
    r.pop_back();
  return r;
}

/// How many of the borders lie in front of row or column i.
inline int border_before(std::vector<std::int64_t> const& groups, std::int64_t i) {
  int n = 0;
  for (auto const g : groups)
    n += i % g == 0 ? 1 : 0;
  return n;
}

inline sentence table_refusal(std::string const& name) {
  sentence s("table(");
  s.put(name.c_str());
  s.put(") refused: ");
  return s;
}

/// Cuts the wished range to what is there. A count too large means all that is left.
inline table_range part_of(table_range const& wished, std::int64_t all, char const* what,
                           std::string const& name) {
  if (wished.first < 0 || wished.first >= all || wished.count < 1)
    refused((table_refusal(name) << "the part of the " << what << " from " << wished.first << " with "
                                 << wished.count << " of them, there are " << all)
                .lines());
  return {wished.first, std::min(wished.count, all - wished.first)};
}

/// The shape by modes: 8 is a row.
struct table_modes {
  std::int64_t rows = 1;
  std::int64_t columns = 1;
  std::int64_t pages = 1;
};

/// Everything but what the cells hold.
inline layout_table empty_table(int_tuple const& shape, std::string name, table_options const& o,
                                table_modes& all) {
  layout_table t;
  t.name = std::move(name);
  t.shape = shape;
  auto const total = size(layout(shape)); // refuses a shape below 1, overflow
  int const modes = rank(shape);
  if (modes == 1) {
    all.columns = total;
    t.column_groups = groups_of(shape[0]);
  } else {
    all.rows = size(shape[0]);
    all.columns = size(shape[1]);
    all.pages = total / all.rows / all.columns;
    t.row_groups = groups_of(shape[0]);
    t.column_groups = groups_of(shape[1]);
  }
  t.rows = part_of(o.rows, all.rows, "rows", t.name);
  t.columns = part_of(o.columns, all.columns, "columns", t.name);
  t.pages = part_of(o.pages, all.pages, "pages", t.name);
  std::int64_t const shown = t.rows.count * t.columns.count * t.pages.count; // at most the size
  if (shown > o.max_cells)
    refused(
        (table_refusal(t.name) << shown << " cells are more than max_cells = " << o.max_cells
                               << "; show a part: fewer rows, columns or pages, or a slice such as L(_,0)")
            .lines());
  if (o.banks.banks < 1 || o.banks.bank_bytes < 1 || o.banks.element_bytes < 1)
    refused(
        (table_refusal(t.name) << "banks need at least 1 bank, 1 byte in a bank and 1 byte in an element, "
                                  "not "
                               << o.banks.banks << ", " << o.banks.bank_bytes << " and "
                               << o.banks.element_bytes)
            .lines());
  t.banks = o.banks;
  t.cells.reserve(static_cast<std::size_t>(shown));
  for (std::int64_t k = t.pages.first; k < t.pages.first + t.pages.count; ++k)
    for (std::int64_t i = t.rows.first; i < t.rows.first + t.rows.count; ++i)
      for (std::int64_t j = t.columns.first; j < t.columns.first + t.columns.count; ++j) {
        table_cell c;
        c.row = i;
        c.column = j;
        c.page = k;
        c.coordinate = i + all.rows * (j + all.columns * k);
        t.cells.push_back(c);
      }
  auto const remark = [&](char const* what, table_range const& r, std::int64_t of) {
    if (r.count != of)
      t.remarks.push_back(std::string(what) + " " + std::to_string(r.first) + " to " +
                          std::to_string(r.first + r.count - 1) + " of " + std::to_string(of));
  };
  remark("rows", t.rows, all.rows);
  remark("columns", t.columns, all.columns);
  remark("pages", t.pages, all.pages);
  return t;
}

/// The bank of an index; false if its address exceeds 64 bits.
inline bool find_bank(std::int64_t index, bank_grid const& b, std::int64_t& bank) {
  std::int64_t byte = 0;
  if (__builtin_mul_overflow(index, std::int64_t{b.element_bytes}, &byte))
    return false;
  auto const word = byte / b.bank_bytes - (byte % b.bank_bytes < 0 ? 1 : 0);
  bank = word % b.banks;
  bank += bank < 0 ? b.banks : 0;
  return true;
}

inline layout_table table_of(composed_layout c, std::string name, table_options const& o) {
  table_modes all;
  auto t = empty_table(c.shape(), std::move(name), o, all);
  t.swizzled = !c.sw.is_identity();
  t.colour = o.colour != colour_by::automatic ? o.colour : t.swizzled ? colour_by::bank : colour_by::none;
  t.label = o.label != label_by::automatic ? o.label : label_by::index;
  if (t.colour == colour_by::thread || t.label == label_by::owner)
    refused((table_refusal(t.name) << "only a thread-value layout has threads").lines());
  if (__builtin_add_overflow(c.offset, o.offset, &c.offset))
    refused((table_refusal(t.name) << "overflow, the offset exceeds 64 bits").lines());
  bool const needs_banks = t.colour == colour_by::bank || t.label == label_by::bank;
  std::int64_t low = INT64_MAX;
  std::int64_t high = INT64_MIN;
  for (auto& cell : t.cells) {
    if (__builtin_add_overflow(c.inner(cell.coordinate), c.offset, &cell.plain))
      refused((table_refusal(t.name) << "overflow, an index exceeds 64 bits").lines());
    cell.index = c.sw(cell.plain);
    if (!find_bank(cell.index, o.banks, cell.bank) && needs_banks)
      refused((table_refusal(t.name) << "overflow, the address of index " << cell.index << " exceeds 64 bits")
                  .lines());
    low = std::min(low, cell.index);
    high = std::max(high, cell.index);
  }
  if (t.colour == colour_by::bank)
    t.colours = o.banks.banks;
  else if (t.colour == colour_by::value)
    t.colours = 256; // steps from the least to the greatest index
  for (auto& cell : t.cells)
    if (t.colour == colour_by::bank)
      cell.colour = cell.bank;
    else if (t.colour == colour_by::value)
      cell.colour = high == low ? 0
                                : static_cast<std::int64_t>(
                                      255.0 * (static_cast<double>(cell.index) - static_cast<double>(low)) /
                                      (static_cast<double>(high) - static_cast<double>(low)));
  return t;
}

inline std::string pair_name(table_owner const& o) {
  return "T" + std::to_string(o.thread) + "V" + std::to_string(o.value);
}

inline std::string counted(std::int64_t n, char const* one, char const* many) {
  return std::to_string(n) + (n == 1 ? one : many);
}

inline layout_table table_of(tv_layout const& tv, table_options const& o) {
  constexpr std::int64_t most_pairs = std::int64_t{1} << 22;
  table_modes all;
  auto t = empty_table(tv.tiler, "{" + to_string(tv.tiler) + ", " + to_string(tv.layout) + "}", o, all);
  t.thread_value = true;
  t.colour = o.colour != colour_by::automatic ? o.colour : colour_by::thread;
  t.label = o.label != label_by::automatic ? o.label : label_by::owner;
  if (t.colour == colour_by::bank || t.label == label_by::bank)
    refused((table_refusal(t.name) << "the places in a tile have no banks, a memory layout has").lines());
  if (rank(tv.layout) != 2)
    refused(
        (table_refusal(t.name) << "a thread-value layout has two modes, not " << rank(tv.layout)).lines());
  if (auto const pairs = size(tv.layout); pairs > most_pairs)
    refused((table_refusal(t.name) << pairs << " pairs of thread and value are more than " << most_pairs
                                   << "; show fewer threads or values: tv.layout(_, 0)")
                .lines());
  auto const threads = size<0>(tv.layout);
  auto const values = size<1>(tv.layout);
  t.colours = t.colour == colour_by::thread ? threads : t.colour == colour_by::value ? values : 0;

  // The place of the cell of coordinate c in t.cells, or none where the part shown leaves it out.
  constexpr std::size_t none = SIZE_MAX;
  auto const total = size(layout(tv.tiler));
  auto const cell_at = [&](std::int64_t c) {
    auto const i = c % all.rows - t.rows.first;
    auto const j = c / all.rows % all.columns - t.columns.first;
    auto const k = c / all.rows / all.columns - t.pages.first;
    if (i < 0 || j < 0 || k < 0 || i >= t.rows.count || j >= t.columns.count || k >= t.pages.count)
      return none;
    return static_cast<std::size_t>(j + t.columns.count * (i + t.rows.count * k));
  };
  struct owned {
    std::size_t cell;
    std::size_t order; // as they were found
    table_owner by;
  };
  std::vector<owned> found;
  std::int64_t outside = 0;
  std::string first_outside;
  for (std::int64_t thread = 0; thread < threads; ++thread)
    for (std::int64_t v = 0; v < values; ++v) {
      std::int64_t place = 0;
      if (__builtin_add_overflow(tv.layout(thread, v), o.offset, &place))
        refused((table_refusal(t.name) << "overflow, a place exceeds 64 bits").lines());
      if (place < 0 || place >= total) {
        if (outside++ == 0)
          first_outside = pair_name({thread, v}) + " at " + std::to_string(place);
      } else if (auto const cell = cell_at(place); cell != none)
        found.push_back({cell, found.size(), {thread, v}});
    }
  std::sort(found.begin(), found.end(), [](owned const& a, owned const& b) {
    return a.cell != b.cell ? a.cell < b.cell : a.order < b.order;
  });
  for (auto const& f : found) {
    auto& cell = t.cells[f.cell];
    if (cell.owners++ == 0) {
      cell.first_owner = t.owners.size();
      cell.thread = f.by.thread;
      cell.value = f.by.value;
      cell.colour = t.colour == colour_by::thread  ? f.by.thread
                    : t.colour == colour_by::value ? f.by.value
                                                   : -1;
    }
    t.owners.push_back(f.by);
  }
  std::int64_t nobody = 0;
  std::int64_t several = 0;
  for (auto& cell : t.cells) {
    cell.plain = cell.index = cell.coordinate;
    nobody += cell.owners == 0 ? 1 : 0;
    several += cell.owners > 1 ? 1 : 0;
  }
  if (nobody > 0)
    t.remarks.push_back(counted(nobody, " element belongs", " elements belong") + " to nobody");
  if (several > 0)
    t.remarks.push_back(counted(several, " element belongs", " elements belong") + " to several");
  if (outside > 0)
    t.remarks.push_back(counted(outside, " pair lies", " pairs lie") + " outside of the tile, the first is " +
                        first_outside);
  return t;
}

} // namespace detail

/// (1) The cells of a layout: mode 0 goes down the rows, mode 1 along the columns, further modes over pages;
/// a layout of one mode is one row. For each cell
///   index = offset + L(row, column, page),  coordinate = row + rows * (column + columns * page).
/// Errors: more cells than max_cells (the words say how to show a part), a part that is not there, a bank
/// model below 1, options that only make sense for a thread-value layout, overflow.
[[nodiscard]] inline layout_table table(layout const& l, table_options const& options = {}) {
  return detail::table_of({swizzle(), 0, l}, to_string(l), options);
}

/// (2) The same for a composed layout: plain = options.offset + offset + inner(c), index = sw(plain).
[[nodiscard]] inline layout_table table(composed_layout const& c, table_options const& options = {}) {
  std::string name;
  detail::string_sink sink{name};
  detail::write(sink, c);
  return detail::table_of(c, std::move(name), options);
}

/// (3) The tile of a thread-value layout with the owners of each element: (thread, value) owns the element
/// whose place is offset + tv.layout(thread, value) in the colexicographic order of tv.tiler. An element may
/// have no owner or several, and a pair may lie outside of the tile: all that is in the table and remarked.
/// Errors: as (1); tv.layout has other than two modes; more than 2^22 pairs.
[[nodiscard]] inline layout_table table(tv_layout const& tv, table_options const& options = {}) {
  return detail::table_of(tv, options);
}

} // namespace enigma
