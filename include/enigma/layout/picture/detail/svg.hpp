// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/picture/detail/drawing.hpp>

namespace enigma::detail {

class svg_writer {
public:
  std::string all(drawing const& d) {
    auto const w = std::to_string(d.width);
    auto const h = std::to_string(d.height);
    out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h +
           "\" viewBox=\"0 0 " + w + " " + h + "\" role=\"img\">\n<title>";
    escape(d.title);
    out_ += "</title>\n<defs><pattern id=\"nobody\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
            "patternTransform=\"rotate(45)\"><rect width=\"7\" height=\"7\" fill=\"#ffffff\"/>"
            "<rect width=\"2\" height=\"7\" fill=\"#b8bec6\"/></pattern></defs>\n"
            "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
            "<g stroke=\"#56606e\" stroke-width=\"0.6\">\n";
    for (auto const& b : d.boxes)
      box(b);
    out_ += "</g>\n<g fill=\"none\" stroke=\"#c1121f\" stroke-width=\"3\">\n";
    for (auto const& b : d.boxes)
      if (b.look == drawing::pattern::framed)
        rect(b.x + 2, b.y + 2, b.width - 4, b.height - 4);
    out_ += "</g>\n<g stroke=\"#111827\" stroke-linecap=\"square\">\n";
    for (auto const& l : d.lines)
      line(l);
    out_ += "</g>\n<g font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" "
            "text-anchor=\"middle\" pointer-events=\"none\">\n";
    for (auto const& t : d.texts)
      text(t);
    out_ += "</g>\n</svg>\n";
    return std::move(out_);
  }

private:
  void attribute(char const* name, std::string const& value) {
    out_ += ' ';
    out_ += name;
    out_ += "=\"" + value + "\"";
  }
  void attribute(char const* name, int value) { attribute(name, std::to_string(value)); }
  static std::string hexadecimal(rgb const& c) {
    std::string r = "#";
    for (int const part : {c.red, c.green, c.blue}) {
      r += "0123456789abcdef"[part / 16];
      r += "0123456789abcdef"[part % 16];
    }
    return r;
  }
  void escape(std::string_view text) {
    while (!text.empty()) {
      auto const n = letter_length(text);
      if (n == 0)
        out_ += '?';
      else if (text[0] == '&')
        out_ += "&amp;";
      else if (text[0] == '<')
        out_ += "&lt;";
      else if (text[0] == '>')
        out_ += "&gt;";
      else
        out_ += text.substr(0, n);
      text.remove_prefix(n == 0 ? 1 : n);
    }
  }
  void begin_rect(int x, int y, int width, int height) {
    out_ += "<rect";
    attribute("x", x);
    attribute("y", y);
    attribute("width", width);
    attribute("height", height);
  }
  void rect(int x, int y, int width, int height) {
    begin_rect(x, y, width, height);
    out_ += "/>\n";
  }
  void box(drawing::box const& b) {
    begin_rect(b.x, b.y, b.width, b.height);
    attribute("fill", b.look == drawing::pattern::hatched ? "url(#nobody)" : hexadecimal(b.fill));
    out_ += "><title>";
    escape(b.hover);
    out_ += "</title></rect>\n";
  }
  void line(drawing::line const& l) {
    out_ += "<line";
    attribute("x1", l.x1);
    attribute("y1", l.y1);
    attribute("x2", l.x2);
    attribute("y2", l.y2);
    attribute("stroke-width", std::to_string(l.tenths / 10) + "." + std::to_string(l.tenths % 10));
    out_ += "/>\n";
  }
  void text(drawing::text const& t) {
    out_ += "<text";
    attribute("x", t.x);
    attribute("y", t.y + (t.size * 35 + 50) / 100); // the base line, for letters with their middle at y
    attribute("font-size", t.size);
    if (t.bold)
      attribute("font-weight", "bold");
    if (t.left)
      attribute("text-anchor", "start");
    attribute("fill", hexadecimal(t.ink));
    out_ += '>';
    escape(t.words);
    out_ += "</text>\n";
  }

  std::string out_;
};

inline std::string svg_of(drawing const& d) {
  return svg_writer().all(d);
}

} // namespace enigma::detail
