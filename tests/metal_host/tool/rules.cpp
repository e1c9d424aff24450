// SPDX-License-Identifier: MIT
// Each rule of Metal that `enigma-metal check` knows has a file that breaks it, with the messages that come,
// and a twin that keeps it.
//
// `// says: 8:5: error: ...` is a message, by line and column. `// right: TEXT` at the end of a line is what
// the twin has instead of the line. Where clang itself objects as well, the file says so.
#include "shell.hpp"

#include <algorithm>
#include <future>
#include <gtest/gtest.h>
#include <map>
#include <ostream>
#include <sstream>
#include <vector>

namespace tool_test {
namespace {

struct rule {
  std::string name, text, twin;
  std::vector<std::string> messages;
  bool clang_objects = false;
};

void PrintTo(rule const& r, std::ostream* out) {
  *out << r.name;
}

std::vector<rule> const& rules() {
  static std::vector<rule> const all = [] {
    std::vector<rule> found;
    for (auto const& entry : std::filesystem::directory_iterator(files + "rules")) {
      rule r;
      r.name = entry.path().stem().string();
      r.text = read(entry.path().string());
      for (std::string const& line : lines(r.text)) {
        std::string const says = "// says: ";
        std::string const right = "// right:";
        if (line.rfind(says, 0) == 0)
          r.messages.push_back(line.substr(says.size()));
        r.clang_objects = r.clang_objects || line == "// and clang objects too";
        std::size_t const at = line.find(right);
        r.twin += (at == std::string::npos ? line : line.substr(at + right.size())) + "\n";
      }
      found.push_back(std::move(r));
    }
    std::sort(found.begin(), found.end(), [](rule const& a, rule const& b) { return a.name < b.name; });
    return found;
  }();
  return all;
}

// What is said about each file: the messages without the lines that they quote.
class checked : public testing::TestWithParam<rule> {
protected:
  static void SetUpTestSuite() {
    if (!said.empty())
      return;
    auto const check = [](std::string const& folder) {
      return std::async(std::launch::async,
                        [folder] { return shell("cd " + folder + " && " ENIGMA_METAL " check *.metal"); });
    };
    folder const broken;
    folder const twins;
    for (rule const& r : rules()) {
      write(broken / (r.name + ".metal"), r.text);
      write(twins / (r.name + "_twin.metal"), r.twin);
    }
    auto first = check(broken.path());
    auto second = check(twins.path());
    status[0] = first.get();
    status[1] = second.get();
    for (answer const& a : status)
      for (std::string const& line : lines(a.words))
        if (std::size_t const at = line.find(".metal:"); at != std::string::npos && line.find(' ') > at)
          said[line.substr(0, at)].push_back(line.substr(at + 7));
  }
  static std::map<std::string, std::vector<std::string>> said;
  static answer status[2];
};
std::map<std::string, std::vector<std::string>> checked::said;
answer checked::status[2];

TEST_P(checked, is_found_where_it_is_broken) {
  rule const& r = GetParam();
  ASSERT_FALSE(r.messages.empty());
  std::vector<std::string> got = said[r.name];
  if (!got.empty() && got.back().rfind(" fine (", 0) == 0) { // warnings let it pass
    for (std::string const& message : r.messages)
      EXPECT_NE(message.find(": warning: "), std::string::npos) << message;
    got.pop_back();
  }
  if (r.clang_objects) {
    for (std::string const& message : r.messages)
      EXPECT_NE(std::find(got.begin(), got.end(), message), got.end()) << message;
  } else {
    EXPECT_EQ(got, r.messages);
  }
  EXPECT_EQ(status[0].status, 1);
}

TEST_P(checked, says_nothing_of_the_twin) {
  rule const& r = GetParam();
  ASSERT_NE(r.twin, r.text);
  std::vector<std::string> const& got = said[r.name + "_twin"];
  ASSERT_EQ(got.size(), 1u) << testing::PrintToString(got);
  EXPECT_EQ(got[0].rfind(" fine (", 0), 0u) << got[0];
  EXPECT_EQ(status[1].status, 0);
}

INSTANTIATE_TEST_SUITE_P(rules, checked, testing::ValuesIn(rules()),
                         [](testing::TestParamInfo<rule> const& r) { return r.param.name; });

TEST(check, quotes_the_line) {
  answer const a = tool("check rules/double.metal");
  EXPECT_EQ(a.status, 1);
  EXPECT_EQ(a.words.find("rules/double.metal:6:3: error: Metal has no 'double': use float\n"
                         "  double factor = 2; // right: float factor = 2;\n"
                         "  ^\n"),
            0u)
      << a.words;
}

TEST(check, counts_kernels) {
  answer const a = tool("check several.metal sum.metal sanitized.metal");
  EXPECT_EQ(a.status, 0) << a.words;
  EXPECT_EQ(
      a.words,
      "several.metal: fine (5 kernels)\nsum.metal: fine (1 kernel)\nsanitized.metal: fine (9 kernels)\n");
}

} // namespace
} // namespace tool_test
