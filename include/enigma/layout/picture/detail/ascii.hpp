// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/picture/detail/words.hpp>

namespace enigma {

struct ascii_options {
  bool compact = false;       ///< no boxes
  std::int64_t max_width = 0; ///< where a row is longer, the columns go on below; 0: never
};

namespace detail {

struct ascii_writer {
  layout_table const& t;
  ascii_options const& options;
  std::size_t cell = 1;   // characters of the widest label or column number
  std::size_t header = 1; // of the widest row number
  std::string out = {};

  static void right(std::string& to, std::string const& text, std::size_t width) {
    to.append(width > text.size() ? width - text.size() : 0, ' ');
    to += text;
  }
  [[nodiscard]] int column_border(std::int64_t j) const { return border_before(t.column_groups, j); }
  [[nodiscard]] int row_border(std::int64_t i) const { return border_before(t.row_groups, i); }

  std::string all() {
    out = t.name + "\n";
    if (auto const legend = label_legend(t); !legend.empty() && t.label != label_by::owner)
      out += legend + "\n";
    for (auto const& remark : t.remarks)
      out += remark + "\n";
    auto const last = [](table_range const& r) { return std::to_string(r.first + r.count - 1).size(); };
    cell = std::max(cell, last(t.columns));
    header = std::max<std::size_t>(options.compact ? 1 : 2, last(t.rows));
    for (auto const& c : t.cells)
      cell = std::max(cell, label_of(t, c, ">").size());
    bool const boxed = !options.compact;
    for (std::int64_t p = t.pages.first; p < t.pages.first + t.pages.count; ++p) {
      if (auto const name = t.page_name(p); !name.empty())
        out += "\n" + name + "\n";
      for (std::int64_t first = t.columns.first, end = t.columns.first + t.columns.count; first < end;) {
        auto const next = block_end(first, end);
        if (first > t.columns.first)
          out += "\n";
        boxed ? box(p, first, next) : lines(p, first, next);
        first = next;
      }
    }
    return std::move(out);
  }

  /// The first column that does not fit; at least one fits.
  [[nodiscard]] std::int64_t block_end(std::int64_t first, std::int64_t end) const {
    if (options.max_width <= 0)
      return end;
    auto const most = static_cast<std::size_t>(options.max_width);
    std::size_t width = header + (options.compact ? 1 : 3); // with the border on the right
    for (std::int64_t j = first; j < end; ++j) {
      width += cell + (options.compact ? 1 : 3);
      if (j > first && column_border(j) > 0)
        width += options.compact ? 2 : 1;
      if (width > most)
        return std::max(j, first + 1);
    }
    return end;
  }

  void rule(std::int64_t first, std::int64_t end, char line) {
    out.append(header + 2, ' ');
    for (std::int64_t j = first; j < end; ++j) {
      out += j > first && column_border(j) > 0 ? "++" : "+";
      out.append(cell + 2, line);
    }
    out += "+\n";
  }

  /// As CuTe's print_layout.
  void box(std::int64_t page, std::int64_t first, std::int64_t end) {
    out.append(header + 2, ' ');
    for (std::int64_t j = first; j < end; ++j) {
      out.append(j > first && column_border(j) > 0 ? 3 : 2, ' ');
      right(out, std::to_string(j), cell);
      out += j + 1 < end ? " " : "\n";
    }
    for (std::int64_t i = t.rows.first; i < t.rows.first + t.rows.count; ++i) {
      rule(first, end, i > t.rows.first && row_border(i) > 0 ? '=' : '-');
      right(out, std::to_string(i), header);
      out += "  ";
      for (std::int64_t j = first; j < end; ++j) {
        out += j > first && column_border(j) > 0 ? "|| " : "| ";
        right(out, label_of(t, t.at(i, j, page), ">"), cell);
        out += ' ';
      }
      out += "|\n";
    }
    rule(first, end, '-');
  }

  void lines(std::int64_t page, std::int64_t first, std::int64_t end) {
    out.append(header + 1, ' ');
    for (std::int64_t j = first; j < end; ++j) {
      out += j > first && column_border(j) > 0 ? " | " : " ";
      right(out, std::to_string(j), cell);
    }
    out += '\n';
    for (std::int64_t i = t.rows.first; i < t.rows.first + t.rows.count; ++i) {
      if (i > t.rows.first && row_border(i) > 0) {
        out.append(header + 1, ' ');
        for (std::int64_t j = first; j < end; ++j) {
          out += j > first && column_border(j) > 0 ? "-+-" : "-";
          out.append(cell, '-');
        }
        out += '\n';
      }
      right(out, std::to_string(i), header);
      out += ' ';
      for (std::int64_t j = first; j < end; ++j) {
        out += j > first && column_border(j) > 0 ? " | " : " ";
        right(out, label_of(t, t.at(i, j, page), ">"), cell);
      }
      out += '\n';
    }
  }
};

} // namespace detail
} // namespace enigma
