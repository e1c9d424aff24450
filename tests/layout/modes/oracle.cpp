// SPDX-License-Identifier: MIT
// What CuTe answers for mode surgery, compact strides, slices and tuple arithmetic: the same structure.
#include <enigma/layout.hpp>
#include <enigma/layout/text.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using fields = std::vector<std::string>;
using answer = std::function<std::string(fields const&)>;

eg::layout L(std::string const& text) {
  return eg::parse_layout(text);
}
eg::int_tuple T(std::string const& text) {
  return eg::parse_int_tuple(text);
}
int I(std::string const& text) {
  return static_cast<int>(std::stol(text));
}

eg::hole_coord C(std::string const& text, std::size_t& at) {
  if (text[at] == '_') {
    ++at;
    return eg::_;
  }
  if (text[at] != '(') {
    std::size_t used = 0;
    auto const n = std::stoll(text.substr(at), &used);
    at += used;
    return n;
  }
  std::vector<eg::hole_coord> parts;
  do {
    ++at;
    parts.push_back(C(text, at));
  } while (text[at] == ',');
  ++at;
  eg::hole_coord c = 0;
  c.enclose(parts.data(), static_cast<int>(parts.size()));
  return c;
}

std::map<std::string, answer> const& operations() {
  using F = fields const&;
  using eg::to_string;
  auto const yes = [](bool b) { return std::string(b ? "true" : "false"); };
  static std::map<std::string, answer> const all{
      {"take", [](F a) { return to_string(eg::take(L(a[2]), I(a[0]), I(a[1]))); }},
      {"select", [](F a) { return to_string(eg::select(L(a[1]), T(a[0]))); }},
      {"get", [](F a) { return to_string(eg::get(L(a[1]), I(a[0]))); }},
      {"group", [](F a) { return to_string(eg::group(L(a[2]), I(a[0]), I(a[1]))); }},
      {"append", [](F a) { return to_string(eg::append(L(a[0]), L(a[1]))); }},
      {"prepend", [](F a) { return to_string(eg::prepend(L(a[0]), L(a[1]))); }},
      {"append_n",
       [](F a) { return to_string(eg::append(L(a[1]), a.size() > 2 ? L(a[2]) : eg::layout(), I(a[0]))); }},
      {"prepend_n",
       [](F a) { return to_string(eg::prepend(L(a[1]), a.size() > 2 ? L(a[2]) : eg::layout(), I(a[0]))); }},
      {"replace", [](F a) { return to_string(eg::replace(L(a[1]), I(a[0]), L(a[2]))); }},
      {"flatten", [](F a) { return to_string(eg::flatten(L(a[0]))); }},
      {"unflatten", [](F a) { return to_string(eg::unflatten(L(a[0]), T(a[1]))); }},
      {"compact_col_major",
       [](F a) { return to_string(eg::compact_col_major(T(a[0]), a.size() > 1 ? T(a[1]) : 1)); }},
      {"compact_row_major",
       [](F a) { return to_string(eg::compact_row_major(T(a[0]), a.size() > 1 ? T(a[1]) : 1)); }},
      {"compact_order", [](F a) { return to_string(eg::compact_order(T(a[0]), T(a[1]))); }},
      {"make_ordered_layout", [](F a) { return to_string(eg::make_ordered_layout(T(a[0]), T(a[1]))); }},
      {"make_layout_like", [](F a) { return to_string(eg::make_layout_like(L(a[0]))); }},
      {"slice",
       [](F a) {
         std::size_t at = 0;
         auto const s = eg::slice(C(a[0], at), L(a[1]));
         return to_string(s.layout) + " | " + std::to_string(s.offset);
       }},
      {"idx2crd_stride", [](F a) { return to_string(eg::idx2crd(T(a[0]), T(a[1]), T(a[2]))); }},
      {"crd2crd", [](F a) { return to_string(eg::crd2crd(T(a[0]), T(a[1]), T(a[2]))); }},
      {"shape_div", [](F a) { return to_string(eg::shape_div(T(a[0]), T(a[1]))); }},
      {"ceil_div", [](F a) { return to_string(eg::ceil_div(T(a[0]), T(a[1]))); }},
      {"round_up", [](F a) { return to_string(eg::round_up(T(a[0]), T(a[1]))); }},
      {"congruent", [=](F a) { return yes(eg::congruent(T(a[0]), T(a[1]))); }},
      {"weakly_congruent", [=](F a) { return yes(eg::weakly_congruent(T(a[0]), T(a[1]))); }},
      {"compatible", [=](F a) { return yes(eg::compatible(T(a[0]), T(a[1]))); }},
  };
  return all;
}

fields split(std::string const& line) {
  fields r{""};
  for (std::size_t i = 0; i < line.size(); ++i)
    if (line.compare(i, 3, " | ") == 0) {
      r.emplace_back();
      i += 2;
    } else
      r.back() += line[i];
  return r;
}

class modes_oracle : public testing::TestWithParam<std::string> {};

TEST_P(modes_oracle, agrees_with_cute) {
  auto const& op = GetParam();
  int cases = 0;
  std::ifstream file(std::string(ENIGMA_ORACLE_DIR) + "/" + op + ".txt");
  for (std::string line; std::getline(file, line); ++cases) {
    auto all = split(line);
    all.erase(all.begin());
    if (all.back().starts_with("sum="))
      all.pop_back();
    auto expected = all.back();
    all.pop_back();
    if (op == "slice") {
      expected = all.back() + " | " + expected;
      all.pop_back();
    }
    try {
      EXPECT_EQ(operations().at(op)(all), expected) << line;
    } catch (eg::error const& e) {
      ADD_FAILURE() << line << "\n  " << e.what();
    }
  }
  EXPECT_GT(cases, 20) << op;
  std::ifstream rejected(std::string(ENIGMA_ORACLE_DIR) + "/reject_" + op + ".txt");
  for (std::string line; std::getline(rejected, line);) {
    auto all = split(line);
    all.erase(all.begin());
    all.pop_back();
    try {
      ADD_FAILURE() << line << "\n  answered " << operations().at(op)(all);
    } catch (eg::error const& e) {
      EXPECT_EQ(std::string(e.what()).rfind(op + "(", 0), 0U) << e.what();
    }
  }
}

std::vector<std::string> names() {
  std::vector<std::string> r;
  for (auto const& [name, f] : operations())
    r.push_back(name);
  return r;
}

INSTANTIATE_TEST_SUITE_P(every, modes_oracle, testing::ValuesIn(names()),
                         [](auto const& each) { return each.param; });

} // namespace
