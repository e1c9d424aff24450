// SPDX-License-Identifier: MIT
// enigma-layout: layouts in CuTe notation, computed, explained and drawn.

#include "files.hpp"
#include "options.hpp"
#include "report.hpp"
#include "shell.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

#if __has_include(<sys/ioctl.h>) && __has_include(<unistd.h>)
#include <sys/ioctl.h>
#include <unistd.h>
#define ENIGMA_LAYOUT_HAS_TERMINAL 1
#endif

namespace eg = enigma;

namespace {

/// The columns of the terminal, 0 if the standard output is none.
std::int64_t terminal_width() {
#ifdef ENIGMA_LAYOUT_HAS_TERMINAL
  winsize size = {};
  if (isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
    return size.ws_col;
#endif
  return 0;
}

bool input_is_terminal() {
#ifdef ENIGMA_LAYOUT_HAS_TERMINAL
  return isatty(STDIN_FILENO) != 0;
#else
  return false;
#endif
}

std::string all_of_input() {
  std::string text;
  char part[4096];
  for (std::size_t n = 0; (n = std::fread(part, 1, sizeof part, stdin)) > 0;)
    text.append(part, n);
  return text;
}

void answer(options const& o) {
  eg::calculator::workbook book;
  eg::calculator::value v;
  std::string text;
  for (std::size_t i = 0; i < o.expressions.size(); ++i) {
    v = book.evaluate(o.expressions[i]);
    if (i + 1 < o.expressions.size() && !is_named(o.expressions[i]))
      text += eg::calculator::to_string(v) + "\n";
  }
  picture_of const p(v, o, book);

  for (auto const& c : o.at)
    text += p.at(book.evaluate(c)) + "\n";
  if (o.values)
    text += p.values();
  std::string written;
  bool const draws = !o.svg.empty() || !o.tex.empty();
  if (o.ascii || o.compact || draws) {
    auto const table = p.table();
    if (o.ascii || o.compact)
      text += text_of(table, o, terminal_width());
    for (auto const& path : {o.svg, o.tex})
      if (!path.empty()) {
        written += "  picture          " + path;
        for (auto const& remark : table.remarks)
          written += "; " + remark;
        written += "\n";
      }
    if (!o.svg.empty())
      write_file(o.svg, to_svg(table));
    if (!o.tex.empty())
      write_file(o.tex, to_tikz(table));
  }
  bool const output_is_picture = o.svg == "-" || o.tex == "-";
  if (!o.has_choice() && !output_is_picture) {
    text += whole_report(v, p, o, terminal_width());
    text += written;
  }
  if (output_is_picture)
    text.clear();
  if (!text.empty())
    say(text);
}

int run(int argc, char** argv) {
  std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  auto o = read_options(arguments);
  if (o.help)
    return say(help_text()), 0;
  if (o.list)
    return say(list_text(o.list_word)), 0;
  if (o.expressions.empty()) {
    if (input_is_terminal())
      return shell(o, terminal_width());
    o.expressions.push_back(all_of_input());
  }
  answer(o);
  return 0;
}

} // namespace

int main(int argc, char** argv) try { return run(argc, argv); } catch (bad_option const& e) {
  std::fprintf(stderr, "enigma-layout: %s\n", e.what());
  return 2;
} catch (std::exception const& e) {
  std::fprintf(stderr, "enigma-layout: %s\n", e.what());
  return 1;
}
