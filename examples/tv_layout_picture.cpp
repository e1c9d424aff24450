// SPDX-License-Identifier: MIT
// Draws a thread-value layout as SVG: the tile as a grid, in each cell the thread that has it (and the
// colour of that thread) and the number of the value in that thread.

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <enigma/layout.hpp>
#include <enigma/layout/fmt.hpp>
#include <fmt/format.h>

namespace eg = enigma;

/// A light colour, far from those of the threads before it: hues step by the golden angle.
std::string colour_of(int thread) {
  return fmt::format("hsl({},65%,{}%)", thread * 222 % 360, thread % 2 == 0 ? 80 : 88);
}

std::string draw(eg::layout const& thr, eg::layout const& val) {
  constexpr int cell = 44, left = 34, top = 62;
  eg::tv_layout const tv = eg::make_layout_tv(thr, val);
  auto const rows = static_cast<int>(tv.tiler.leaf(0)), columns = static_cast<int>(tv.tiler.leaf(1));

  std::string svg = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
                                "viewBox=\"0 0 {0} {1}\" font-family=\"monospace\" text-anchor=\"middle\">\n"
                                "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
                                left + columns * cell + 10, top + rows * cell + 10);
  auto const text = [&](int x, int y, int size, auto const& words) {
    svg += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\">{}</text>\n", x, y, size, words);
  };
  text(left + columns * cell / 2, 20, 14, fmt::format("threads {}, values {}", thr, val));
  text(left + columns * cell / 2, 40, 14, fmt::format("tile {}, (thread,value) {}", tv.tiler, tv.layout));
  for (int n = 0; n < columns; ++n)
    text(left + n * cell + cell / 2, top - 6, 11, n);
  for (int m = 0; m < rows; ++m)
    text(left - 12, top + m * cell + cell / 2 + 4, 11, m);

  for (int t = 0; t < eg::size<0>(tv.layout); ++t)
    for (int v = 0; v < eg::size<1>(tv.layout); ++v) {
      auto const place = static_cast<int>(tv.layout(t, v)); // counts down the columns
      int const x = left + place / rows * cell, y = top + place % rows * cell;
      svg += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\" stroke=\"#555\"/>\n",
                         x, y, cell, cell, colour_of(t));
      text(x + cell / 2, y + 19, 14, fmt::format("T{}", t));
      text(x + cell / 2, y + 35, 12, fmt::format("V{}", v));
    }
  return svg + "</svg>\n";
}

int main(int argc, char** argv) try {
  if (argc != 2) {
    fmt::print(stderr, "usage: tv_layout_picture <svg file>\n");
    return 2;
  }
  // 4 x 8 threads with 2 x 2 elements each: two elements beside each other, and two below.
  std::string const svg =
      draw(eg::make_ordered_layout({4, 8}, {1, 0}), eg::make_ordered_layout({2, 2}, {1, 0}));
  std::FILE* const f = std::fopen(argv[1], "wb");
  bool written = f != nullptr && std::fwrite(svg.data(), 1, svg.size(), f) == svg.size();
  written = f != nullptr && std::fclose(f) == 0 && written;
  if (!written)
    fmt::print(stderr, "tv_layout_picture: cannot write {}\n", argv[1]);
  return written ? 0 : 2;
} catch (eg::error const& e) {
  fmt::print(stderr, "tv_layout_picture: {}\n", e.what());
  return 2;
}
