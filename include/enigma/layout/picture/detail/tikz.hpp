// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/picture/detail/drawing.hpp>

namespace enigma::detail {

/// A CSS pixel is 3/4 of a big point, which is what x and y count.
class tikz_writer {
public:
  std::string all(drawing const& d) {
    auto const w = points(d.width);
    auto const h = points(d.height);
    out_ = "% A picture of ";
    comment(d.title);
    out_ +=
        "\n\\documentclass{article}\n\\usepackage{tikz}\n"
        "\\paperwidth=" +
        w + "bp \\paperheight=" + h +
        "bp\n"
        "\\ifdefined\\pdfpagewidth \\pdfpagewidth=\\paperwidth \\pdfpageheight=\\paperheight \\fi\n"
        "\\ifdefined\\pagewidth \\pagewidth=\\paperwidth \\pageheight=\\paperheight \\fi\n"
        "\\hoffset=-1in \\voffset=-1in \\oddsidemargin=0pt \\topmargin=0pt \\headheight=0pt \\headsep=0pt\n"
        "\\textwidth=\\paperwidth \\textheight=\\paperheight \\hsize=\\paperwidth \\vsize=\\paperheight\n"
        "\\topskip=0pt \\parindent=0pt \\maxdepth=0pt \\pagestyle{empty}\n"
        "\\tikzset{letters/.style={inner sep=0pt, font=\\ttfamily\\frenchspacing}, "
        "cell/.style={draw=black!65, line "
        "width=0.45bp}}\n"
        "\\begin{document}\n"
        "\\begin{tikzpicture}[x=0.75bp, y=-0.75bp]\n"
        "\\useasboundingbox (0,0) rectangle (" +
        std::to_string(d.width) + "," + std::to_string(d.height) + ");\n";
    for (auto const& b : d.boxes)
      box(b);
    for (auto const& b : d.boxes)
      if (b.look == drawing::pattern::framed) {
        out_ += "\\draw[red!75!black, line width=2.2bp] ";
        corners(b.x + 2, b.y + 2, b.x + b.width - 2, b.y + b.height - 2);
        out_ += ";\n";
      }
    for (auto const& l : d.lines)
      out_ += "\\draw[line cap=rect, line width=" + tenths(l.tenths * 75 / 100) + "bp] " + point(l.x1, l.y1) +
              " -- " + point(l.x2, l.y2) + ";\n";
    for (auto const& t : d.texts)
      text(t);
    out_ += "\\end{tikzpicture}\n\\end{document}\n";
    return std::move(out_);
  }

private:
  /// Pixels as big points, with the hundredths that quarters need.
  static std::string points(int pixels) {
    constexpr char const* quarter[] = {"", ".25", ".5", ".75"};
    return std::to_string(pixels * 3 / 4) + quarter[pixels * 3 % 4];
  }
  static std::string tenths(int n) { return std::to_string(n / 10) + "." + std::to_string(n % 10); }
  static std::string point(int x, int y) { return "(" + std::to_string(x) + "," + std::to_string(y) + ")"; }
  static std::string colour(rgb const& c) {
    return "{rgb,255:red," + std::to_string(c.red) + ";green," + std::to_string(c.green) + ";blue," +
           std::to_string(c.blue) + "}";
  }
  void corners(int x1, int y1, int x2, int y2) { out_ += point(x1, y1) + " rectangle " + point(x2, y2); }

  void box(drawing::box const& b) {
    out_ += "\\draw[cell, fill=" + colour(b.fill) + "] ";
    corners(b.x, b.y, b.x + b.width, b.y + b.height);
    out_ += ";\n";
    if (b.look != drawing::pattern::hatched)
      return;
    int const n =
        std::min(b.width, b.height) / 2; // two strokes across the corners and one through the middle
    out_ += "\\draw[black!30, line width=1.2bp] ";
    out_ += point(b.x, b.y + n) + " -- " + point(b.x + n, b.y) + " ";
    out_ += point(b.x, b.y + b.height) + " -- " + point(b.x + b.width, b.y) + " ";
    out_ +=
        point(b.x + b.width - n, b.y + b.height) + " -- " + point(b.x + b.width, b.y + b.height - n) + ";\n";
  }
  void text(drawing::text const& t) {
    auto const size = points(t.size);
    out_ += "\\node[letters";
    if (t.left)
      out_ += ", anchor=west";
    if (t.ink == white)
      out_ += ", text=white";
    else if (!(t.ink == black))
      out_ += ", text=" + colour(t.ink);
    out_ += "] at " + point(t.x, t.y) + " {\\fontsize{" + size + "bp}{" + size + "bp}\\selectfont ";
    if (t.bold)
      out_ += "\\bfseries ";
    escape(t.words);
    out_ += "};\n";
  }
  /// Nothing of the text is a command; letters beyond ASCII other than the arrow become '?', since not every
  /// TeX knows them.
  void escape(std::string_view text) {
    while (!text.empty()) {
      auto const n = letter_length(text);
      if (text.starts_with(arrow)) {
        out_ += "$\\to$";
      } else if (n != 1) {
        out_ += '?';
      } else {
        switch (char const c = text[0]) {
        case '\\':
          out_ += "\\textbackslash{}";
          break;
        case '^':
          out_ += "\\textasciicircum{}";
          break;
        case '~':
          out_ += "\\textasciitilde{}";
          break;
        case '<':
          out_ += "\\textless{}";
          break;
        case '>':
          out_ += "\\textgreater{}";
          break;
        case '{':
        case '}':
        case '_':
        case '#':
        case '%':
        case '&':
        case '$':
          out_ += '\\';
          out_ += c;
          break;
        default:
          out_ += c;
        }
      }
      text.remove_prefix(n == 0 ? 1 : n);
    }
  }
  /// A comment ends with its line.
  void comment(std::string_view text) {
    for (char const c : text)
      out_ += c >= ' ' && c <= '~' ? c : '?';
  }

  std::string out_;
};

inline std::string tikz_of(drawing const& d) {
  return tikz_writer().all(d);
}

} // namespace enigma::detail
