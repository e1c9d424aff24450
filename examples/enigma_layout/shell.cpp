// SPDX-License-Identifier: MIT
#include "shell.hpp"

#include "files.hpp"
#include "report.hpp"

#include <algorithm>
#include <cstdio>

namespace eg = enigma;

std::string help_text() {
  return R"(usage: enigma-layout [options] [expression...]

Computes with layouts in CuTe notation: says what the last expression is, with its properties, and draws it.
"A = ..." names a result for the expressions after it. Without an expression they come from the input; at a
terminal there is a prompt.

  enigma-layout '(4,(2,8)):(1,(4,8))'
  enigma-layout 'zipped_divide((256,512):(512,1), (16,256))' --svg out.svg
  enigma-layout 'A = (8,8):(8,1)' 'zipped_divide(A, (4,4))' --ascii
  enigma-layout --tv '(4,8):(8,1)' '(2,2):(2,1)' --svg tv.svg
  enigma-layout 'composition(Sw<3,0,3>, (8,8):(8,1))' --banks 8x4 --label swizzling --svg swizzle.svg
  enigma-layout '(4,5):(1,6)' --tile '(4,6)'
  enigma-layout '(256,512):(512,1)' --rows 0:8 --columns 16:24 --ascii
  enigma-layout '(8,64):(64,1)' --at '(3,5)' --at '(_,5)'

What to answer, instead of all there is to say:
  --ascii           the table in boxes
  --compact         the table without boxes
  --values          every coordinate with its value, a line each
  --at COORD        the value at a coordinate, or the slice that a coordinate with holes leaves

Pictures in files, - for the standard output:
  --svg FILE        for browsers
  --tex FILE        for LaTeX, with TikZ

What to draw:
  --tv THR VAL      the expression make_layout_tv(THR, VAL)
  --tile SHAPE      the layout maps (thread, value) to the places of this tile
  --rows A:B        rows from A to before B; --columns and --pages likewise; the pages are the modes after
                    the second
  --offset N        is added to every index
  --colour WHAT     none, thread, value or bank
  --label WHAT      none, owner, index, swizzling (before and after), coordinate or bank
  --banks 32x4      colour by bank: 32 banks of 4 bytes; says where lanes meet in a bank
  --element BYTES   the size of an element, 4 unless given
  --title TEXT      instead of the layout
  --width N         break lines of text at N characters, 0 for never
  --max-cells N     refuse a larger picture; unless given, the corner of what has more than 16384 cells

  --list            the operations with their meanings; --list=WORD those with the word in them
  --help            this

Exit code: 0; 1 if an expression is refused or a file cannot be written; 2 for bad options.
)";
}

std::string list_text(std::string const& word) {
  std::vector<std::pair<std::string, std::string>> found;
  std::size_t widest = 0;
  for (auto const& o : eg::calculator::operations()) {
    auto signature = eg::calculator::signature(o);
    std::string const meaning(o.meaning);
    if (signature.find(word) == std::string::npos && meaning.find(word) == std::string::npos)
      continue;
    widest = std::max(widest, signature.size());
    found.emplace_back(std::move(signature), meaning);
  }
  std::string r;
  for (auto const& [signature, meaning] : found) {
    r += signature;
    r.append(widest + 2 - signature.size(), ' ');
    r += meaning + "\n";
  }
  return r.empty() ? "no operation has '" + word + "' in its name or meaning\n" : r;
}

namespace {

constexpr char const* commands =
    R"(An expression answers with its value; "A = ..." names it. Commands are about the last answer:
  :table  :compact  :values  :at COORD  :svg FILE  :tex FILE      :list [WORD]  :names  :help  :quit
)";

bool read_line(std::string& line) {
  line.clear();
  for (int c = 0; (c = std::getchar()) != EOF;) {
    if (c == '\n')
      return true;
    line += static_cast<char>(c);
  }
  return !line.empty();
}

std::string trimmed(std::string const& s) {
  auto const first = s.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : s.substr(first, s.find_last_not_of(" \t\r") - first + 1);
}

class session {
public:
  session(options const& o, std::int64_t width) : options_(o), width_(width) {}

  void enter(std::string const& line) {
    if (line[0] != ':') {
      last_ = book_.evaluate(line);
      say(whole_report(last_, picture_of(last_, options_, book_), options_, width_));
      return;
    }
    auto const space = line.find(' ');
    auto const command = line.substr(0, space);
    auto const argument = space == std::string::npos ? "" : trimmed(line.substr(space));
    auto const needs = [&](char const* what) {
      if (argument.empty())
        throw bad_option(command + " needs " + what);
    };
    if (command == ":help")
      say(commands);
    else if (command == ":list")
      say(list_text(argument));
    else if (command == ":names") {
      std::string r;
      for (auto const& [name, v] : book_.names())
        r += name + " = " + eg::calculator::to_string(v) + "\n";
      say(r);
    } else if (command == ":table" || command == ":compact") {
      auto o = options_;
      o.ascii = command == ":table";
      o.compact = !o.ascii;
      say(text_of(picture_of(last_, options_, book_).table(), o, width_));
    } else if (command == ":values")
      say(picture_of(last_, options_, book_).values());
    else if (command == ":at") {
      needs("a coordinate");
      say(picture_of(last_, options_, book_).at(book_.evaluate(argument)) + "\n");
    } else if (command == ":svg" || command == ":tex") {
      needs("the name of a file");
      auto const table = picture_of(last_, options_, book_).table();
      write_file(argument, command == ":svg" ? to_svg(table) : to_tikz(table));
    } else
      throw bad_option("unknown command '" + command + "', see :help");
  }

private:
  options const& options_;
  std::int64_t width_;
  eg::calculator::workbook book_;
  eg::calculator::value last_;
};

} // namespace

int shell(options const& o, std::int64_t width) {
  say("Layouts in CuTe notation; :help for help, :quit to leave.\n");
  session s(o, width);
  for (std::string line;;) {
    say("> ");
    if (!read_line(line)) {
      say("\n");
      return 0;
    }
    auto const text = trimmed(line);
    if (text == ":quit" || text == ":q")
      return 0;
    if (text.empty())
      continue;
    try {
      s.enter(text);
    } catch (std::exception const& e) {
      std::fprintf(stderr, "%s\n", e.what());
    }
  }
}
