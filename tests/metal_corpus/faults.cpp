// SPDX-License-Identifier: MIT
// The planted faults: each is found by the command and with the message that the table in
// docs/metal-without-a-mac.md states, and its twin, with the fault put right, is found clean.
//
// In a faulty file `// run: ...` holds the options of a run, and `// right: TEXT` at the end of a line is
// what has to stand there instead of the line.
#include "job.hpp"

#include <gtest/gtest.h>
#include <iostream>
#include <sstream>

namespace corpus {
namespace {

using support::lines;
using support::read;

std::string const tool = ENIGMA_METAL;
std::string const faults = ENIGMA_CORPUS "/faults/";

std::string after(std::string const& line, std::string const& mark) {
  std::size_t const at = line.find(mark);
  if (at == std::string::npos)
    return {};
  std::string const rest = line.substr(at + mark.size());
  return rest.empty() ? " " : rest;
}

struct fault {
  std::string name, mode, message;
};

/// The rows of the table: | [name](path) | what it is | `mode` | `message` |
std::vector<fault> table() {
  std::vector<fault> rows;
  for (std::string const& line : lines(read(ENIGMA_PAGE))) {
    if (line.rfind("| [", 0) != 0 || line.find("/faults/") == std::string::npos)
      continue;
    std::vector<std::string> quoted;
    for (std::size_t at = line.find('`'); at != std::string::npos;) {
      // A message with back quotes in it stands between two of them.
      std::string const mark = line.compare(at, 2, "``") == 0 ? "``" : "`";
      std::size_t const end = line.find(mark, at + mark.size());
      std::string text = line.substr(at + mark.size(), end - at - mark.size());
      if (mark == "``" && text.front() == ' ')
        text = text.substr(1, text.size() - 2);
      for (std::size_t bar; (bar = text.find("\\|")) != std::string::npos;)
        text.erase(bar, 1);
      quoted.push_back(text);
      at = line.find('`', end + mark.size());
    }
    rows.push_back({line.substr(3, line.find(']') - 3), quoted.at(quoted.size() - 2), quoted.back()});
  }
  return rows;
}

void PrintTo(fault const& f, std::ostream* out) {
  *out << f.name;
}

class planted : public testing::TestWithParam<fault> {};

TEST_P(planted, is_found_and_its_twin_is_clean) {
  fault const& f = GetParam();
  folder const where;
  std::string options;
  std::string twin;
  std::string const text = read(faults + f.name + ".metal");
  for (std::string const& line : lines(text)) {
    if (std::string const found = after(line, "// run:"); !found.empty())
      options = found;
    std::string const right = after(line, "// right:");
    twin += (right.empty() ? line : right) + "\n";
  }
  ASSERT_NE(options, "");
  ASSERT_NE(twin, text);
  std::string const file = f.name + ".metal";
  auto const ask = [&](std::string const& mode) {
    return shell("cd " + (where / ".") + " && " + tool + " " + mode.substr(0, mode.find(' ')) + " " + file +
                 (mode.find(' ') == std::string::npos ? "" : mode.substr(mode.find(' '))) +
                 (mode.rfind("run", 0) == 0 ? options : ""));
  };

  std::ofstream(where / file) << text;
  answer const found = ask(f.mode);
  EXPECT_EQ(found.status, 1) << found.words;
  EXPECT_NE(found.words.find(f.message), std::string::npos)
      << "the page says\n  " << f.message << "\nthe tool says\n  " << found.words;
  if (std::getenv("ENIGMA_SHOW_FAULTS") != nullptr) // for writing the table
    std::cout << "==== " << f.name << " (" << f.mode << ")\n" << found.words;
  if (f.mode != "check") {
    answer const taken = ask("check");
    EXPECT_EQ(taken.status, 0) << taken.words;
  }

  std::ofstream(where / file) << twin;
  for (char const* const mode : {"check", "run --check"}) {
    answer const clean = ask(mode);
    EXPECT_EQ(clean.status, 0) << "the twin, " << mode << "\n" << twin << clean.words;
  }
}

INSTANTIATE_TEST_SUITE_P(corpus, planted, testing::ValuesIn(table()),
                         [](testing::TestParamInfo<fault> const& f) { return f.param.name; });

TEST(planted, has_a_row_for_every_file) {
  std::string const page = read(ENIGMA_PAGE);
  for (auto const& entry : std::filesystem::directory_iterator(faults))
    EXPECT_NE(page.find("/faults/" + entry.path().filename().string()), std::string::npos) << entry.path();
}

/// The page's commands: files are the blocks after <!-- file: NAME -->, blocks after <!-- run --> are
/// executed one after the other in a folder with those files, and a block after <!-- says --> is a part of
/// what came.
TEST(page, does_what_it_says) {
  folder const where;
  std::string const path = "PATH=" + std::filesystem::path(tool).parent_path().string() +
                           ":\"$PATH\" && cd " + (where / ".") + " && ";
  std::vector<std::string> const page = lines(read(ENIGMA_PAGE));
  answer last;
  int commands = 0;
  int answers = 0;
  for (std::size_t i = 0; i < page.size(); ++i) {
    std::string const& mark = page[i];
    bool const file = mark.rfind("<!-- file: ", 0) == 0;
    bool const run = mark == "<!-- run -->" || mark == "<!-- run, fails -->";
    bool const says = mark == "<!-- says -->";
    if (!file && !run && !says)
      continue;
    std::string block;
    for (i += 2; page.at(i) != "```"; ++i)
      block += page[i] + "\n";
    if (file) {
      std::ofstream(where / mark.substr(11, mark.find(" -->") - 11)) << block;
    } else if (run) {
      last = shell(path + block);
      EXPECT_EQ(last.status, mark == "<!-- run -->" ? 0 : 1) << block << last.words;
      ++commands;
    } else {
      EXPECT_NE(last.words.find(block), std::string::npos) << "the page says\n"
                                                           << block << "the tool says\n"
                                                           << last.words;
      ++answers;
    }
  }
  EXPECT_GE(commands, 3);
  EXPECT_GE(answers, 2);
}

} // namespace
} // namespace corpus
