// SPDX-License-Identifier: MIT
// Text both ways, and the words of refusals at run time.
#include <enigma/layout.hpp>
#include <enigma/layout/fmt.hpp>
#include <enigma/layout/text.hpp>
#include <fmt/format.h>

#include <boost/hana/integral_constant.hpp>
#include <boost/hana/tuple.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace {

namespace eg = enigma;
using eg::_;

std::string refusal_of(std::function<void()> const& call) {
  try {
    call();
  } catch (eg::error const& e) {
    return e.what();
  }
  return "(no refusal)";
}
std::string parse_error(char const* text) {
  return refusal_of([&] { (void)eg::parse_layout(text); });
}

TEST(text, both_ways) {
  for (auto const* s : {"4:1", "(4):(1)", "(4,(2,8)):(1,(4,8))", "((((2)),3),1):((((-5)),0),7)",
                        "9223372036854775807:0", "3:-9223372036854775808"})
    EXPECT_EQ(eg::to_string(eg::parse_layout(s)), s);
  EXPECT_EQ(eg::to_string(eg::parse_layout(" ( 4 , (2,8) ) : (1 ,(4, 8)) ")), "(4,(2,8)):(1,(4,8))");
  EXPECT_EQ(eg::to_string(eg::parse_layout("(4,(2,8))")), "(4,(2,8)):(1,(4,8))");
  EXPECT_EQ(eg::to_string(eg::parse_int_tuple("(4,(2,-8))")), "(4,(2,-8))");
  EXPECT_EQ(eg::to_string(eg::tiler{16, eg::layout(4, 2), _}), "<16,4:2,_>");
  EXPECT_EQ(eg::to_string(eg::tiler{16, {8, _}}), "(16,(8,_))");
  EXPECT_EQ(eg::to_string(eg::hole_coord{_, {3, _}}), "(_,(3,_))");
}

TEST(text, errors_name_the_column) {
  EXPECT_EQ(parse_error("(4,(2,8):1"), "parse_layout(\"(4,(2,8):1\") refused: column 9: expected ',' or ')'");
  EXPECT_EQ(parse_error("(4,,2)"), "parse_layout(\"(4,,2)\") refused: column 4: expected a number or '('");
  EXPECT_EQ(parse_error("()"), "parse_layout(\"()\") refused: column 2: expected a number or '('");
  EXPECT_EQ(parse_error(""), "parse_layout(\"\") refused: column 1: expected a number or '('");
  EXPECT_EQ(parse_error("4:1x"), "parse_layout(\"4:1x\") refused: column 4: expected nothing more");
  EXPECT_EQ(parse_error("4 5"), "parse_layout(\"4 5\") refused: column 3: expected nothing more");
  EXPECT_EQ(parse_error("4)"), "parse_layout(\"4)\") refused: column 2: expected nothing more");
  EXPECT_EQ(parse_error("-"), "parse_layout(\"-\") refused: column 1: expected a number or '('");
  EXPECT_EQ(parse_error("4:9223372036854775808"),
            "parse_layout(\"4:9223372036854775808\") refused: column 3: overflow, "
            "the number does not fit in 64 bits");
  EXPECT_EQ(parse_error("(4,5):(1,2,3)"),
            "layout((4,5), (1,2,3)) refused: shape and stride must have the same nesting");
  EXPECT_EQ(parse_error("(4,0)"), "layout((4,0)) refused: a shape must be at least 1, leaf 1 is 0");
  std::string many = "(1";
  for (int i = 1; i < 33; ++i)
    many += ",1";
  EXPECT_NE(parse_error((many + ")").c_str()).find("column 66: too many modes"), std::string::npos);
  EXPECT_NE(parse_error(std::string(33, '(').c_str()).find("column 33: too deep"), std::string::npos);
}

TEST(text, zero_inside_is_not_the_end) {
  EXPECT_NE(refusal_of([] { (void)eg::parse_layout(std::string_view("4\0005", 3)); }).find("column 2"),
            std::string::npos);
}

TEST(text, hana_tuples) {
  namespace hana = boost::hana;
  auto const t = hana::make_tuple(hana::llong_c<4>, hana::make_tuple(hana::int_c<2>, 8));
  EXPECT_EQ(eg::to_string(eg::int_tuple(t)), "(4,(2,8))");
  EXPECT_EQ(eg::to_string(eg::int_tuple(hana::llong_c<4>)), "4");
  static_assert(eg::layout{hana::make_tuple(hana::int_c<2>, hana::int_c<3>), hana::make_tuple(3, 1)} ==
                eg::layout{{2, 3}, {3, 1}});
}

TEST(text, fmt) {
  EXPECT_EQ(fmt::format("{} {}", eg::layout{{4, 8}}, eg::int_tuple{1, {2, 3}}), "(4,8):(1,4) (1,(2,3))");
  EXPECT_EQ(fmt::format("[{:>8}]", eg::layout(8)), "[     8:1]");
  EXPECT_EQ(fmt::format("{}", eg::make_layout_tv(eg::layout(2, 1), eg::layout(3, 1))), "{(6), (2,3):(3,1)}");
  EXPECT_EQ(fmt::format("{}", eg::slice({_, 2}, eg::layout{{4, 8}})), "{(4):(1), 8}");
  EXPECT_EQ(fmt::format("{}", eg::tiler{4, _}), "(4,_)");
  EXPECT_EQ(fmt::format("{}", eg::try_complement(eg::layout({2, 2}, {1, 1}), 8).why).substr(0, 28),
            "complement((2,2):(1,1), 8) r");
}

TEST(refusals, bad_input) {
  eg::layout const a{{4, 8}, {8, 1}};
  auto const contains = [](std::function<void()> const& call, char const* words) {
    auto const what = refusal_of(call);
    EXPECT_NE(what.find(words), std::string::npos) << what << "\n  wanted: " << words;
  };
  contains([&] { (void)a(1, 2, 3); }, "rank mismatch, 3 coordinates for rank 2");
  contains([&] { (void)a({1, 2, 3}); }, "coordinate (1,2,3) of (4,8):(8,1) refused: rank mismatch");
  contains([&] { (void)a({{1, 2}, 3}); }, "rank mismatch");
  contains([&] { (void)a(-1); }, "coordinate -1 of (4,8):(8,1) refused: it is negative");
  contains([&] { (void)a(_, 1, 2); }, "coordinate (_,1,2) of (4,8):(8,1) refused: rank mismatch");
  contains([&] { (void)eg::mode(a, 2); }, "mode 2 of (4,8):(8,1) refused: the rank is 2");
  contains([&] { (void)eg::size(eg::layout({1LL << 40, 1LL << 40}, {1, 1})); },
           "size((1099511627776,1099511627776):(1,1)) refused: overflow");
  contains([&] { (void)eg::cosize(eg::layout({4, 8}, {1LL << 62, 1})); }, "refused: overflow, the cosize");
  contains([&] { (void)eg::layout(eg::int_tuple{1LL << 40, 1LL << 40}); }, "overflow, its size");
  contains([&] { (void)eg::product({1LL << 40, 1LL << 40}); }, "overflow");
  contains([&] { (void)eg::layout(4, 1LL << 62)(3); }, "overflow, the index exceeds 64 bits");
  contains([&] { (void)eg::tiler(0); }, "the integer 0 is below 1");
  contains([&] { (void)eg::int_tuple(~0ULL); }, "does not fit");
  contains([&] { (void)eg::zipped_divide(a, {2, 2, 2}); },
           "zipped_divide((4,8):(8,1), (2,2,2)) refused: rank mismatch, a tiler of rank 3 meets (4,8):(8,1)");
  contains([&] { (void)eg::complement(a, {4, 0}); }, "a shape must be at least 1, leaf 1 is 0");
  contains([&] { (void)eg::left_inverse(eg::layout(4, -1)); },
           "L(1) = -1, which is no coordinate of an inverse");
  contains([&] { (void)eg::make_ordered_layout({4, 8}, {0, 1, 2}); }, "rank mismatch, the order");
  contains([&] { (void)eg::idx2crd(-1, {4, 8}); }, "the index is negative");
  eg::int_tuple t = 1;
  contains(
      [&] {
        for (int i = 0; i < 40; ++i)
          t = eg::int_tuple{t, 1};
      },
      "too many modes");
  t = 1;
  contains(
      [&] {
        for (int i = 0; i < 40; ++i)
          t = eg::int_tuple(boost::hana::make_tuple(t));
      },
      "too deep");
}

TEST(refusals, long_sentences_are_cut_not_overrun) {
  std::string shape = "(2", stride = "(1";
  for (int i = 1; i < 32; ++i) {
    shape += ",2";
    stride += ",1000000000000000000";
  }
  auto const l = eg::parse_layout(shape + "):" + stride + ")");
  auto const what = refusal_of([&] { (void)eg::composition(l, l); });
  EXPECT_EQ(what.substr(what.size() - 3), "...");
  EXPECT_EQ(what.substr(0, 14), "composition((2");
}

TEST(refusals, the_words_are_the_same_in_an_outcome) {
  auto const a = eg::parse_layout("(6,4):(1,10)");
  auto const b = eg::parse_layout("4:4");
  auto const o = eg::try_composition(a, b);
  auto const thrown = refusal_of([&] { (void)eg::composition(a, b); });
  EXPECT_TRUE(o.why == thrown.c_str());
  EXPECT_EQ(refusal_of([&] { (void)o.value(); }), thrown);
}

} // namespace
