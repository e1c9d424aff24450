// SPDX-License-Identifier: MIT
// Prints docs/gallery.md: page.md with its pictures and what the kernels' accesses to memory cost.
//
//   gallery ROOT              prints the page
//   gallery ROOT --check FILE compares FILE with it
//   gallery PICTURE --svg -   prints a picture of the page
#include "../kernel_language/page.hpp"
#include "figures.hpp"
#include "pictures.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace {

gallery::picture const* find(std::string_view name) {
  static std::vector<gallery::picture> const all = gallery::pictures();
  auto const found = std::find_if(all.begin(), all.end(), [&](auto const& p) { return p.name == name; });
  return found == all.end() ? nullptr : &*found;
}

/// "figures: KERNEL" or "picture: NAME"
std::string part(std::string_view what) {
  std::string const name(what.substr(std::min(what.size(), std::size_t{9})));
  if (what.starts_with("figures: "))
    return gallery::figures(name);
  gallery::picture const* const it = what.starts_with("picture: ") ? find(name) : nullptr;
  if (it == nullptr)
    throw std::runtime_error("the page has no part {{" + std::string(what) + "}}");
  return "<!-- drawn by gallery " + name + " -->\n![" + it->table.name + "](gallery/" + name + ".svg)\n";
}

} // namespace

int main(int argc, char** argv) try {
  if (argc == 4 && std::string_view(argv[2]) == "--svg" && std::string_view(argv[3]) == "-") {
    gallery::picture const* const it = find(argv[1]);
    if (it == nullptr)
      throw std::runtime_error("there is no picture " + std::string(argv[1]));
    std::string const svg = to_svg(it->table);
    return std::fwrite(svg.data(), 1, svg.size(), stdout) == svg.size() && std::fflush(stdout) == 0 ? 0 : 2;
  }
  return kernel_language::print_or_check({"gallery", "tools/gallery/page.md", part, gallery::left_out}, argc,
                                         argv);
} catch (std::exception const& e) {
  std::fprintf(stderr, "gallery: %s\n", e.what());
  return 2;
}
