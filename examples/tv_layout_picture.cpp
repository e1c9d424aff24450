// SPDX-License-Identifier: MIT
// Draws a thread-value layout as SVG: the tile as a grid, in each cell the thread that has it (and the
// colour of that thread) and the number of the value in that thread. `enigma-layout` does the same and more
// for any layout; this is how a program of one's own does it.

#include <cstdio>
#include <string>

#include <enigma/layout/make_layout.hpp>
#include <enigma/layout/picture.hpp>

namespace eg = enigma;

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: tv_layout_picture <svg file>\n");
    return 2;
  }
  // 4 x 8 threads with 2 x 2 elements each: two elements beside each other, and two below.
  eg::layout const thr = eg::make_ordered_layout({4, 8}, {1, 0});
  eg::layout const val = eg::make_ordered_layout({2, 2}, {1, 0});
  eg::layout_table tile = eg::table(eg::make_layout_tv(thr, val));
  tile.name = "threads " + to_string(thr) + ", values " + to_string(val) + ": tile " + to_string(tile.shape);

  std::string const svg = to_svg(tile);
  std::FILE* const f = std::fopen(argv[1], "wb");
  bool written = f != nullptr && std::fwrite(svg.data(), 1, svg.size(), f) == svg.size();
  written = f != nullptr && std::fclose(f) == 0 && written;
  if (!written)
    std::fprintf(stderr, "tv_layout_picture: cannot write %s\n", argv[1]);
  return written ? 0 : 2;
} catch (eg::error const& e) {
  std::fprintf(stderr, "tv_layout_picture: %s\n", e.what());
  return 2;
}
