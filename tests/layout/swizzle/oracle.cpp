// SPDX-License-Identifier: MIT
// What CuTe answers about swizzles and composed layouts: the structure as CuTe prints it, the values by the
// checksum of the line.
#include <enigma/layout/swizzle/inverse.hpp>
#include <enigma/layout/swizzle/operations.hpp>
#include <enigma/layout/swizzle/vector.hpp>
#include <enigma/layout/text.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using fields = std::vector<std::string>;

fields split(std::string const& line) {
  fields r;
  std::size_t at = 0;
  for (std::size_t bar = line.find(" | "); bar != std::string::npos; bar = line.find(" | ", at)) {
    r.push_back(line.substr(at, bar - at));
    at = bar + 3;
  }
  r.push_back(line.substr(at));
  return r;
}

std::int64_t number(std::string const& s) {
  return std::stoll(s);
}

/// "sum=S size=N cosize=M", by evaluation.
std::string checksum(eg::composed_layout const& c) {
  constexpr std::int64_t modulus = 1000003;
  std::int64_t sum = 0;
  auto const n = size(c);
  for (std::int64_t i = 0; i < n; ++i)
    sum = (sum + (i + 1) % modulus * (c(i) % modulus)) % modulus;
  return "sum=" + std::to_string(sum) + " size=" + std::to_string(n) + " cosize=" + std::to_string(cosize(c));
}

/// The answer as the last fields of a line.
fields answer(eg::composed_layout const& c) {
  return {to_string(c), checksum(c)};
}

eg::composed_layout read(std::string const& s) {
  return eg::parse_composed(s);
}
bool is_layout(std::string const& s) {
  return s.find(':') != std::string::npos && s[0] != '<';
}

std::map<std::string, std::function<fields(fields const&)>> const operations = {
    {"swizzle",
     [](fields const& a) -> fields { return {std::to_string(eg::parse_swizzle(a[1])(number(a[2])))}; }},
    {"composition_swizzle",
     [](fields const& a) -> fields {
       return answer(composition(eg::parse_swizzle(a[1]), eg::parse_layout(a[2])));
     }},
    {"swizzle_layout_at",
     [](fields const& a) -> fields { return {std::to_string(read(a[2])(eg::parse_int_tuple(a[1])))}; }},
    {"composition_composed",
     [](fields const& a) -> fields {
       if (is_layout(a[2]))
         return answer(composition(read(a[1]), eg::parse_layout(a[2])));
       return answer(composition(read(a[1]), eg::parse_tiler(a[2])));
     }},
    {"zipped_divide_composed",
     [](fields const& a) -> fields {
       if (is_layout(a[2]))
         return answer(zipped_divide(read(a[1]), eg::parse_layout(a[2])));
       return answer(zipped_divide(read(a[1]), eg::parse_tiler(a[2])));
     }},
    {"tile_to_shape_composed",
     [](fields const& a) -> fields {
       return answer(tile_to_shape(read(a[1]), eg::parse_int_tuple(a[2]), eg::parse_int_tuple(a[3])));
     }},
    {"upcast_swizzle",
     [](fields const& a) -> fields { return {to_string(upcast(eg::parse_swizzle(a[2]), number(a[1])))}; }},
    {"downcast_swizzle",
     [](fields const& a) -> fields { return {to_string(downcast(eg::parse_swizzle(a[2]), number(a[1])))}; }},
    {"recast_swizzle",
     [](fields const& a) -> fields {
       return {to_string(recast_swizzle(eg::parse_swizzle(a[3]), number(a[1]), number(a[2])))};
     }},
    {"max_common_vector_swizzle",
     [](fields const& a) -> fields {
       bool const first = a[1][0] == 'S';
       if (first && a[2][0] == 'S')
         return {std::to_string(max_common_vector(read(a[1]), read(a[2])))};
       if (first)
         return {std::to_string(max_common_vector(read(a[1]), eg::parse_layout(a[2])))};
       return {std::to_string(max_common_vector(eg::parse_layout(a[1]), read(a[2])))};
     }},
};

class oracle : public testing::TestWithParam<std::string> {};

TEST_P(oracle, agrees) {
  std::ifstream file(std::string(ENIGMA_ORACLE_DIR) + "/" + GetParam() + ".txt");
  ASSERT_TRUE(file) << "no such file";
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    auto const a = split(line);
    auto const operation = operations.find(a[0]);
    ASSERT_NE(operation, operations.end()) << a[0];
    fields got;
    try {
      got = operation->second(a);
    } catch (eg::error const& e) {
      got = {e.what()};
    }
    std::string joined;
    for (std::size_t i = a.size() - (got.size() < a.size() ? got.size() : a.size()); i < a.size(); ++i)
      joined += (joined.empty() ? "" : " | ") + a[i];
    std::string mine;
    for (auto const& g : got)
      mine += (mine.empty() ? "" : " | ") + g;
    EXPECT_EQ(mine, joined) << line;
  }
  EXPECT_GT(lines, 0);
}

INSTANTIATE_TEST_SUITE_P(swizzles, oracle,
                         testing::Values("swizzle", "composition_swizzle", "swizzle_layout_at",
                                         "composition_composed", "zipped_divide_composed",
                                         "tile_to_shape_composed", "upcast_swizzle", "downcast_swizzle",
                                         "recast_swizzle", "max_common_vector_swizzle",
                                         "ext_composition_composed", "ext_zipped_divide_composed",
                                         "ext_tile_to_shape_composed", "ext_max_common_vector_swizzle"));

} // namespace
