// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/picture/detail/colour.hpp>
#include <enigma/layout/picture/detail/words.hpp>

namespace enigma::detail {

/// A picture of a table before it is written in some language. Lengths are CSS pixels; y goes down.
struct drawing {
  enum class pattern : unsigned char { plain, hatched, framed };
  struct box {
    int x, y, width, height;
    rgb fill;
    pattern look;
    std::string hover;
  };
  /// Text of a fixed pitch with its middle at (x, y); `left`: it begins at x.
  struct text {
    int x, y, size;
    bool bold, left;
    rgb ink;
    std::string words;
  };
  struct line {
    int x1, y1, x2, y2, tenths; // tenths: of a pixel, the width
  };

  int width = 0;
  int height = 0;
  std::string title;
  std::vector<box> boxes;
  std::vector<text> texts;
  std::vector<line> lines; // over the boxes
};

inline constexpr char const* arrow = "\u2192";
inline constexpr rgb quiet_ink{75, 85, 99};

class draughtsman {
public:
  explicit draughtsman(layout_table const& table) : t_(table) {}

  drawing all() {
    measure();
    d_.title = t_.name;
    int y = margin;
    auto const line = [&](int size, bool bold, rgb const& ink, std::string const& words) {
      d_.texts.push_back({margin, y + size / 2 + 2, size, bold, true, ink, words});
      widen(margin + text_width(static_cast<int>(words.size()), size));
      y += size + 7;
    };
    line(15, true, black, t_.name);
    auto legend = colour_legend(t_);
    if (auto const label = label_legend(t_); !label.empty())
      legend += (legend.empty() ? "" : "; ") + label;
    if (!legend.empty())
      line(12, false, quiet_ink, legend);
    for (auto const& remark : t_.remarks)
      line(12, false, quiet_ink, remark);
    if (t_.colour == colour_by::bank && t_.colours <= 64)
      y = scale(y + 5);
    y += 5;

    // Pages stand beside each other as far as they fit.
    auto const caption = static_cast<int>(t_.page_name(t_.pages.first + t_.pages.count - 1).size());
    int const page_width = left_ + std::max(columns() * cell_width_, text_width(caption, 13));
    int const page_height = (t_.page_name(0).empty() ? 0 : 20) + top + rows() * cell_height_;
    int x = margin;
    for (std::int64_t p = t_.pages.first; p < t_.pages.first + t_.pages.count; ++p) {
      if (x > margin && x + page_width > 1500) {
        x = margin;
        y += page_height + gap;
      }
      page(p, x, y);
      widen(x + page_width);
      x += page_width + gap;
    }
    d_.width += margin;
    d_.height = y + page_height + margin;
    return std::move(d_);
  }

private:
  static constexpr int margin = 14;
  static constexpr int gap = 26;
  static constexpr int top = 20; // for the numbers of the columns

  [[nodiscard]] int rows() const { return static_cast<int>(t_.rows.count); }
  [[nodiscard]] int columns() const { return static_cast<int>(t_.columns.count); }
  static int text_width(int letters, int size) { return (letters * size * 61 + 99) / 100; }
  static int digits(table_range const& r) {
    return static_cast<int>(std::to_string(r.first + r.count - 1).size());
  }
  void widen(int x) { d_.width = std::max(d_.width, x); }

  void measure() {
    std::size_t letters = 0;
    for (auto const& c : t_.cells)
      letters = std::max(letters, label_of(t_, c, "~").size());
    bool const owners = t_.label == label_by::owner;
    if (owners) { // T and V stand one above the other; two owners, if they are short
      letters = 3;
      for (auto const& c : t_.cells)
        for (auto const& o : t_.owners_of(c))
          letters = std::max({letters, 1 + std::to_string(o.thread).size(),
                              1 + std::to_string(o.value).size(), c.owners > 1 ? pair_name(o).size() : 0});
    }
    cell_width_ = std::max(
        {34, text_width(static_cast<int>(letters), 13) + 12, text_width(digits(t_.columns), 11) + 8});
    cell_height_ = owners ? 42 : t_.label == label_by::none ? 24 : 30;
    if (owners)
      cell_width_ = std::max(cell_width_, 42);
    if (t_.label == label_by::none)
      cell_width_ = std::max(24, text_width(digits(t_.columns), 11) + 8);
    left_ = t_.rows.count == 1 && t_.rows.first == 0 ? 0 : text_width(digits(t_.rows), 11) + 12;
  }

  [[nodiscard]] rgb colour_of(std::int64_t number) const {
    if (number < 0)
      return white;
    bool const ordered = t_.colour == colour_by::bank || !t_.thread_value;
    return ordered ? ordered_colour(number, t_.colours) : distinct_colour(number);
  }

  /// The colours of the banks with their numbers; returns where it ends.
  int scale(int y) {
    int x = margin;
    for (std::int64_t b = 0; b < t_.colours; ++b) {
      auto const fill = colour_of(b);
      d_.boxes.push_back({x, y, 22, 18, fill, drawing::pattern::plain, "bank " + std::to_string(b)});
      d_.texts.push_back({x + 11, y + 9, 10, false, false, ink_on(fill), std::to_string(b)});
      x += 22;
    }
    widen(x);
    return y + 24;
  }

  void page(std::int64_t p, int x, int y) {
    if (auto const name = t_.page_name(p); !name.empty()) {
      d_.texts.push_back({x + left_, y + 8, 13, true, true, black, name});
      y += 20;
    }
    int const x0 = x + left_;
    int const y0 = y + top;
    for (int j = 0; j < columns(); ++j)
      d_.texts.push_back({x0 + j * cell_width_ + cell_width_ / 2, y0 - 9, 11, false, false, quiet_ink,
                          std::to_string(t_.columns.first + j)});
    for (int i = 0; i < rows(); ++i) {
      if (left_ > 0)
        d_.texts.push_back({x + (left_ - 4) / 2, y0 + i * cell_height_ + cell_height_ / 2, 11, false, false,
                            quiet_ink, std::to_string(t_.rows.first + i)});
      for (int j = 0; j < columns(); ++j)
        cell(t_.at(t_.rows.first + i, t_.columns.first + j, p), x0 + j * cell_width_, y0 + i * cell_height_);
    }
    borders(x0, y0);
  }

  void cell(table_cell const& c, int x, int y) {
    using look = drawing::pattern;
    bool const nobody = t_.thread_value && c.owners == 0;
    auto const fill = colour_of(c.colour);
    d_.boxes.push_back({x, y, cell_width_, cell_height_, fill,
                        nobody         ? look::hatched
                        : c.owners > 1 ? look::framed
                                       : look::plain,
                        hover_of(c)});
    auto const ink = ink_on(fill);
    int const middle = x + cell_width_ / 2;
    if (t_.label != label_by::owner) {
      if (auto words = label_of(t_, c, arrow); !words.empty())
        d_.texts.push_back({middle, y + cell_height_ / 2, 13, false, false, ink, std::move(words)});
      return;
    }
    if (nobody)
      return;
    auto const owners = t_.owners_of(c);
    auto const upper = c.owners > 1 ? pair_name(owners[0]) : "T" + std::to_string(c.thread);
    auto const lower = c.owners == 1   ? "V" + std::to_string(c.value)
                       : c.owners == 2 ? pair_name(owners[1])
                                       : "+" + std::to_string(c.owners - 1);
    d_.texts.push_back({middle, y + 14, 13, c.owners == 1, false, ink, upper});
    d_.texts.push_back({middle, y + 30, c.owners == 1 ? 12 : 13, false, false, ink, lower});
  }

  [[nodiscard]] std::string hover_of(table_cell const& c) const {
    std::string r = "(";
    if (t_.rows.count > 1 || rank(t_.shape) > 1)
      r += std::to_string(c.row) + ",";
    r += std::to_string(c.column);
    if (rank(t_.shape) > 2)
      r += t_.page_name(c.page).substr(4);
    else
      r += ")";
    if (!t_.thread_value) {
      r += std::string(" ") + arrow + " ";
      if (t_.swizzled)
        r += std::to_string(c.plain) + " " + arrow + " ";
      r += std::to_string(c.index);
      if (t_.colour == colour_by::bank || t_.label == label_by::bank)
        r += ", bank " + std::to_string(c.bank);
      return r;
    }
    if (c.owners == 0)
      return r + ": nobody";
    constexpr std::size_t most = 8;
    auto const owners = t_.owners_of(c);
    for (std::size_t i = 0; i < owners.size() && i < most; ++i)
      r += (i == 0 ? ": thread " : "; thread ") + std::to_string(owners[i].thread) + ", value " +
           std::to_string(owners[i].value);
    if (owners.size() > most)
      r += "; and " + std::to_string(owners.size() - most) + " more";
    return r;
  }

  void borders(int x0, int y0) {
    int const x1 = x0 + columns() * cell_width_;
    int const y1 = y0 + rows() * cell_height_;
    auto const strength = [](int level) { return level == 1 ? 18 : level == 2 ? 26 : 34; };
    for (int j = 1; j < columns(); ++j)
      if (int const level = border_before(t_.column_groups, t_.columns.first + j); level > 0)
        d_.lines.push_back({x0 + j * cell_width_, y0, x0 + j * cell_width_, y1, strength(level)});
    for (int i = 1; i < rows(); ++i)
      if (int const level = border_before(t_.row_groups, t_.rows.first + i); level > 0)
        d_.lines.push_back({x0, y0 + i * cell_height_, x1, y0 + i * cell_height_, strength(level)});
    d_.lines.push_back({x0, y0, x1, y0, 18});
    d_.lines.push_back({x0, y1, x1, y1, 18});
    d_.lines.push_back({x0, y0, x0, y1, 18});
    d_.lines.push_back({x1, y0, x1, y1, 18});
  }

  layout_table const& t_;
  drawing d_ = {};
  int cell_width_ = 0;
  int cell_height_ = 0;
  int left_ = 0; // for the numbers of the rows
};

inline drawing drawing_of(layout_table const& t) {
  return draughtsman(t).all();
}

/// The length of the UTF-8 sequence that begins a text, 0 if it is none or a control character.
inline std::size_t letter_length(std::string_view text) {
  auto const byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  auto const follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  unsigned const b = byte(0);
  unsigned const next = byte(1);
  if (b < 0x80)
    return b >= ' ' && b != 0x7F ? 1 : 0;
  if (b >= 0xC2 && b <= 0xDF)
    return follows(1) && (b != 0xC2 || next >= 0xA0) ? 2 : 0;
  if (b >= 0xE0 && b <= 0xEF) { // no overlong forms, surrogates or U+FFFE, U+FFFF
    bool const good = follows(1) && follows(2) && (b != 0xE0 || next >= 0xA0) && (b != 0xED || next < 0xA0) &&
                      !(b == 0xEF && next == 0xBF && byte(2) >= 0xBE);
    return good ? 3 : 0;
  }
  if (b >= 0xF0 && b <= 0xF4) {
    bool const good =
        follows(1) && follows(2) && follows(3) && (b != 0xF0 || next >= 0x90) && (b != 0xF4 || next < 0x90);
    return good ? 4 : 0;
  }
  return 0;
}

} // namespace enigma::detail
