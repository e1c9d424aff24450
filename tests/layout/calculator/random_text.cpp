// SPDX-License-Identifier: MIT
// Whatever the text, the calculator answers or throws enigma::error; and what it prints it reads again.
#include "../random_cases.hpp"

#include <enigma/layout/calculator.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <iterator>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
namespace calculator = enigma::calculator;

using random_cases::in_range;

[[maybe_unused]] int const cases = random_cases::set_number_of_cases();

/// Parts of the notation in any order, most of it nonsense.
std::string nonsense() {
  static constexpr char const* parts[] = {"(",
                                          ")",
                                          ",",
                                          ":",
                                          "<",
                                          ">",
                                          "_",
                                          " ",
                                          ";",
                                          "=",
                                          "o",
                                          "-",
                                          "4",
                                          "8",
                                          "1",
                                          "0",
                                          "16",
                                          "A",
                                          "B",
                                          "Sw<",
                                          "\n",
                                          "\t",
                                          "?",
                                          "true",
                                          "slice(",
                                          "coalesce(",
                                          "composition(",
                                          "zipped_divide(",
                                          "take<0,1>(",
                                          "(4,8):(8,1)",
                                          "(2,(3,4))",
                                          "<4:1,_>",
                                          "Sw<2,0,3>",
                                          "9223372036854775807"};
  std::string s;
  int const n = *in_range(0, 24);
  for (int i = 0; i < n; ++i)
    s += parts[*in_range<std::size_t>(0, std::size(parts))];
  return s;
}

/// A tuple of the given number of leaves, nested at random, with the given text for a leaf.
template <class Leaf>
std::string tuple(int leaves, std::vector<int> const& cuts, std::size_t& next, Leaf const& leaf) {
  int const cut = cuts[next++ % cuts.size()];
  if (leaves == 1)
    return cut % 4 == 0 ? "(" + leaf() + ")" : leaf();
  int const left = 1 + cut % (leaves - 1);
  auto const a = tuple(left, cuts, next, leaf);
  return "(" + a + "," + tuple(leaves - left, cuts, next, leaf) + ")";
}

TEST(calculator_random, nonsense_is_answered_or_refused_in_words) {
  int answered = 0;
  EXPECT_TRUE(rc::check("answered or refused", [&] {
    auto const text = nonsense();
    try {
      auto const v = calculator::evaluate(text);
      RC_ASSERT(!to_string(v).empty());
      ++answered;
    } catch (calculator::expression_error const& e) {
      RC_ASSERT(e.column() >= 1U && e.column() <= text.size() + 1);
      std::string const words = e.what();
      RC_ASSERT(words.rfind("column " + std::to_string(e.column()) + ": ", 0) == 0U);
      RC_ASSERT(words.back() == '^');
    } catch (eg::error const& e) {
      RC_ASSERT(std::string(e.what()).size() > 10U);
    }
  }));
  EXPECT_GT(answered, 0);
}

TEST(calculator_random, what_it_prints_it_reads_again) {
  EXPECT_TRUE(rc::check("read again", [] {
    int const leaves = *in_range(1, 9);
    auto const cuts = *rc::gen::container<std::vector<int>>(16, in_range(0, 1000));
    auto const number = [](int low, int high) { return std::to_string(*in_range(low, high)); };
    std::size_t next = 0;
    auto const shape = tuple(leaves, cuts, next, [&] { return number(1, 100); });
    next = 0;
    auto const stride = tuple(leaves, cuts, next, [&] { return number(-100, 1000); });
    next = 0;
    auto const holes =
        tuple(leaves, cuts, next, [&] { return cuts[next % 16] % 3 == 0 ? "_" : number(1, 9); });
    auto const layout = shape + ":" + stride;
    for (auto const& text : {shape, stride, holes, layout, "Sw<2,1,3> o " + number(0, 99) + " o " + layout,
                             "<" + layout + "," + number(1, 9) + ",_>"})
      RC_ASSERT(to_string(calculator::evaluate(text)) == text);
    RC_ASSERT(eg::to_string(eg::parse_tiler("<" + layout + ",_>")) == "<" + layout + ",_>");
    RC_ASSERT(eg::to_string(eg::parse_composed("Sw<2,1,3> o 4 o " + layout)) == "Sw<2,1,3> o 4 o " + layout);
  }));
}

} // namespace
