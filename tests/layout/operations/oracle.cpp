// SPDX-License-Identifier: MIT
// CuTe's answers for the operations of this folder: the same structure where CuTe is right, a refusal or an
// answer whose law holds where it is wrong or refuses.
#include "naive.hpp"

#include <enigma/layout.hpp>
#include <enigma/layout/common.hpp>
#include <enigma/layout/distribute.hpp>
#include <enigma/layout/nullspace.hpp>
#include <enigma/layout/recast.hpp>
#include <enigma/layout/text.hpp>
#include <enigma/layout/tile_to_shape.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using fields = std::vector<std::string>;

eg::layout L(std::string const& text) {
  return eg::parse_layout(text);
}
eg::int_tuple T(std::string const& text) {
  return eg::parse_int_tuple(text);
}
std::string S(eg::layout const& l) {
  return eg::to_string(l);
}
std::string S(eg::int_tuple const& t) {
  return eg::to_string(t);
}

/// The top-level elements of "(a,(b,c))" or "<4:1,_>".
fields elements(std::string const& text) {
  fields r;
  int nesting = 0;
  std::string now;
  for (char c : text) {
    if ((c == ')' || c == '>') && --nesting == 0)
      break;
    if (c == ',' && nesting == 1) {
      r.push_back(now);
      now.clear();
      continue;
    }
    if (nesting > 0)
      now += c;
    if (c == '(' || c == '<')
      ++nesting;
  }
  r.push_back(now);
  return r;
}

eg::tiler tiler_of(std::string const& text) {
  if (text == "_")
    return eg::_;
  if (text[0] == '<' || (text[0] == '(' && text.find(':') == std::string::npos)) {
    std::vector<eg::tiler> parts;
    for (auto const& e : elements(text))
      parts.push_back(tiler_of(e));
    eg::tiler t = eg::_;
    t.enclose(parts.data(), static_cast<int>(parts.size()));
    return t;
  }
  if (text.find(':') != std::string::npos)
    return eg::parse_layout(text);
  return std::stoll(text);
}

std::map<std::string, std::function<std::string(fields const&)>> const& operations() {
  using F = fields const&;
  static std::map<std::string, std::function<std::string(F)>> const all{
      {"filter_zeros", [](F a) { return S(eg::filter_zeros(L(a[0]))); }},
      {"filter_zeros_by", [](F a) { return S(eg::filter_zeros(L(a[0]), T(a[1]))); }},
      {"nullspace", [](F a) { return S(eg::nullspace(L(a[0]))); }},
      {"domain_distribute", [](F a) { return S(eg::domain_distribute(T(a[0]), std::stoll(a[1]))); }},
      {"max_common_layout", [](F a) { return S(eg::max_common_layout(L(a[0]), L(a[1]))); }},
      {"max_common_vector", [](F a) { return std::to_string(eg::max_common_vector(L(a[0]), L(a[1]))); }},
      {"max_alignment", [](F a) { return std::to_string(eg::max_alignment(L(a[0]))); }},
      {"zipped_product", [](F a) { return S(eg::zipped_product(L(a[0]), tiler_of(a[1]))); }},
      {"tiled_product", [](F a) { return S(eg::tiled_product(L(a[0]), tiler_of(a[1]))); }},
      {"flat_product", [](F a) { return S(eg::flat_product(L(a[0]), tiler_of(a[1]))); }},
      {"tile_to_shape", [](F a) { return S(eg::tile_to_shape(L(a[0]), T(a[1]))); }},
      {"tile_to_shape_ord", [](F a) { return S(eg::tile_to_shape(L(a[0]), T(a[1]), T(a[2]))); }},
      {"upcast", [](F a) { return S(eg::upcast(L(a[1]), std::stoll(a[0]))); }},
      {"downcast", [](F a) { return S(eg::downcast(L(a[1]), std::stoll(a[0]))); }},
      {"recast_layout",
       [](F a) { return S(eg::recast_layout(L(a[2]), std::stoll(a[0]), std::stoll(a[1]))); }},
      {"evenly_divides", [](F a) { return eg::evenly_divides(T(a[0]), tiler_of(a[1])) ? "true" : "false"; }},
      {"ceil_div_layout", [](F a) { return S(eg::ceil_div(T(a[0]), L(a[1]))); }},
  };
  return all;
}

bool law_holds(std::string const& op, fields const& a, std::string const& result) {
  if (op.ends_with("_product")) {
    // The block is in it, nothing twice that is not twice in the block or the tiler, sizes multiply.
    naive const x(a[0]), r(result);
    std::set<std::int64_t> have;
    for (std::int64_t i = 0; i < r.size(); ++i)
      have.insert(r(i));
    for (std::int64_t i = 0; i < x.size(); ++i)
      if (have.count(x(i)) == 0)
        return false;
    return a[1].find(':') == std::string::npos || a[1][0] == '<' || r.size() == x.size() * naive(a[1]).size();
  }
  if (op == "tile_to_shape") {
    naive const x(a[0]), r(result);
    std::set<std::int64_t> block, have;
    for (std::int64_t i = 0; i < x.size(); ++i)
      block.insert(x(i));
    for (std::int64_t i = 0; i < r.size(); ++i)
      have.insert(r(i));
    for (auto v : block)
      if (have.count(v) == 0)
        return false;
    auto const copies = r.size() / x.size();
    return r.size() == naive(a[1]).size() &&
           static_cast<std::int64_t>(have.size()) == static_cast<std::int64_t>(block.size()) * copies;
  }
  if (op.starts_with("max_common")) {
    // The largest beginning of the right inverse, element by element.
    naive const x(a[0]), y(a[1]);
    naive const inverse(S(eg::right_inverse(L(a[1]))));
    std::int64_t n = 0;
    while (n < inverse.size() && x(inverse(n)) == n && y(inverse(n)) == n)
      ++n;
    std::int64_t best = 1; // whole leaves and a part of one
    std::int64_t before = 1;
    for (auto s : inverse.shape) {
      best = std::max(best, std::min(s, n / before) * before);
      before *= s;
    }
    if (op == "max_common_vector")
      return std::stoll(result) == best;
    naive const r(result);
    for (std::int64_t i = 0; i < r.size(); ++i)
      if (x(r(i)) != i || y(r(i)) != i)
        return false;
    return r.size() == best;
  }
  return false;
}

fields split(std::string const& line) {
  fields r;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = line.find(" | ", from)) != std::string::npos; from = at + 3)
    r.push_back(line.substr(from, at - from));
  r.push_back(line.substr(from));
  return r;
}

struct tally {
  int cases = 0, exact = 0, refused = 0, lawful = 0;
};

tally run(std::string const& prefix, std::string const& op, bool cute_is_right) {
  tally t;
  std::ifstream file(std::string(ENIGMA_ORACLE_DIR) + "/" + prefix + op + ".txt");
  for (std::string line; std::getline(file, line);) {
    ++t.cases;
    auto all = split(line);
    all.erase(all.begin());
    if (all.back().starts_with("sum="))
      all.pop_back();
    auto const expected = all.back();
    all.pop_back();
    std::string answer;
    try {
      answer = operations().at(op)(all);
    } catch (eg::error const& e) {
      ++t.refused;
      EXPECT_FALSE(cute_is_right) << line << "\n  " << e.what();
      EXPECT_NE(std::string(e.what()).find(" refused: "), std::string::npos) << e.what();
      continue;
    }
    if (cute_is_right) {
      EXPECT_EQ(answer, expected) << line;
      t.exact += answer == expected ? 1 : 0;
    } else {
      bool const lawful = law_holds(op, all, answer);
      EXPECT_TRUE(lawful) << line << "\n  answered " << answer;
      t.lawful += lawful ? 1 : 0;
    }
  }
  return t;
}

class operations_oracle : public testing::TestWithParam<std::string> {};

TEST_P(operations_oracle, agrees_with_cute_or_is_right) {
  auto const op = GetParam();
  auto const ordinary = run("", op, true);
  auto const extended = run("ext_", op, true);
  auto const anomalous = run("anomaly_", op, false);
  auto const rejected = run("reject_", op, false);
  EXPECT_GT(ordinary.cases, 30) << "no data for " << op;
  std::printf(
      "%-18s ordinary %d of %d, extended %d of %d; anomalies %d: %d refused, %d right; CuTe refuses %d: "
      "%d refused, %d right\n",
      op.c_str(), ordinary.exact, ordinary.cases, extended.exact, extended.cases, anomalous.cases,
      anomalous.refused, anomalous.lawful, rejected.cases, rejected.refused, rejected.lawful);
}

std::vector<std::string> names() {
  std::vector<std::string> r;
  for (auto const& [name, f] : operations())
    r.push_back(name);
  return r;
}

INSTANTIATE_TEST_SUITE_P(every, operations_oracle, testing::ValuesIn(names()),
                         [](auto const& each) { return each.param; });

} // namespace
