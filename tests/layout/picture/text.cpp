// SPDX-License-Identifier: MIT
// Pictures as text: ASCII tables letter by letter, what SVG and LaTeX must not let through, colours.

#include <enigma/layout/make_layout.hpp>
#include <enigma/layout/picture.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace eg = enigma;

namespace {

TEST(Ascii, AsCuTePrintsIt) {
  EXPECT_EQ(eg::to_ascii(eg::table(eg::layout{{2, 4}, {4, 1}})), R"((2,4):(4,1)
      0   1   2   3
    +---+---+---+---+
 0  | 0 | 1 | 2 | 3 |
    +---+---+---+---+
 1  | 4 | 5 | 6 | 7 |
    +---+---+---+---+
)");
  EXPECT_EQ(eg::to_ascii(eg::table(eg::layout{{3, 2}, {1, 10}}), {.compact = true}), R"((3,2):(1,10)
    0  1
0   0 10
1   1 11
2   2 12
)");
}

TEST(Ascii, BordersOfTiles) {
  auto const t = eg::table(eg::layout{{{2, 2}, {1, 2, 2}}, {{1, 8}, {0, 2, 4}}});
  EXPECT_EQ(eg::to_ascii(t), R"(((2,2),(1,2,2)):((1,8),(0,2,4))
       0    1     2    3
    +----+----++----+----+
 0  |  0 |  2 ||  4 |  6 |
    +----+----++----+----+
 1  |  1 |  3 ||  5 |  7 |
    +====+====++====+====+
 2  |  8 | 10 || 12 | 14 |
    +----+----++----+----+
 3  |  9 | 11 || 13 | 15 |
    +----+----++----+----+
)");
  EXPECT_EQ(eg::to_ascii(t, {.compact = true}), R"(((2,2),(1,2,2)):((1,8),(0,2,4))
    0  1 |  2  3
0   0  2 |  4  6
1   1  3 |  5  7
  -------+------
2   8 10 | 12 14
3   9 11 | 13 15
)");
}

TEST(Ascii, OneModeIsARowThatWraps) {
  auto const t = eg::table(eg::layout{12, 9});
  EXPECT_EQ(eg::to_ascii(t, {.max_width = 28}), R"(12:9
       0    1    2    3
    +----+----+----+----+
 0  |  0 |  9 | 18 | 27 |
    +----+----+----+----+

       4    5    6    7
    +----+----+----+----+
 0  | 36 | 45 | 54 | 63 |
    +----+----+----+----+

       8    9   10   11
    +----+----+----+----+
 0  | 72 | 81 | 90 | 99 |
    +----+----+----+----+
)");
  EXPECT_EQ(eg::to_ascii(t, {.compact = true, .max_width = 20}), R"(12:9
    0  1  2  3  4  5
0   0  9 18 27 36 45

    6  7  8  9 10 11
0  54 63 72 81 90 99
)");
  // However narrow, a column at a time; the width is kept wherever more than one column stands in a line.
  for (std::int64_t width = 1; width < 80; ++width)
    for (bool const compact : {false, true}) {
      auto const text = eg::to_ascii(eg::table(eg::layout{{{2, 3}, {2, 2, 2}}}), {compact, width});
      std::size_t const least = compact ? 6 : 13; // one column
      for (std::size_t at = text.find('\n') + 1, end = 0; at < text.size(); at = end + 1) {
        end = text.find('\n', at);
        EXPECT_LE(end - at, std::max(least, static_cast<std::size_t>(width))) << text;
      }
    }
}

TEST(Ascii, PagesOfFurtherModes) {
  EXPECT_EQ(eg::to_ascii(eg::table(eg::layout{{2, 1, 2, 2}, {1, 0, 2, 4}}), {.compact = true}),
            R"((2,1,2,2):(1,0,2,4)

(_,_,0,0)
   0
0  0
1  1

(_,_,1,0)
   0
0  2
1  3

(_,_,0,1)
   0
0  4
1  5

(_,_,1,1)
   0
0  6
1  7
)");
}

TEST(Ascii, ThreadsAndValues) {
  EXPECT_EQ(eg::to_ascii(eg::table(eg::make_layout_tv(eg::layout{{1, 2}}, eg::layout{{2, 1}}))),
            R"({(2,2), (2,2):(2,1)}
         0      1
    +------+------+
 0  | T0V0 | T1V0 |
    +------+------+
 1  | T0V1 | T1V1 |
    +------+------+
)");
  EXPECT_EQ(eg::to_ascii(eg::table(eg::tv_layout{{2, 3}, eg::layout{{3, 2}, {1, 1}}}, {.offset = 1}),
                         {.compact = true}),
            R"({(2,3), (3,2):(1,1)}
2 elements belong to nobody
2 elements belong to several
        0      1      2
0       - T0V1+1   T2V1
1    T0V0 T1V1+1      -
)");
}

TEST(Ascii, LabelsSayWhatTheyAre) {
  eg::composed_layout const c(eg::swizzle{1, 0, 1}, 0, eg::layout{{2, 2}, {2, 1}});
  EXPECT_EQ(eg::to_ascii(eg::table(c, {.label = eg::label_by::swizzling}), {.compact = true}),
            R"(Sw<1,0,1> o 0 o (2,2):(2,1)
numbers: index before and after the swizzle
     0   1
0  0>0 1>1
1  2>3 3>2
)");
  EXPECT_EQ(eg::to_ascii(eg::table(c, {.label = eg::label_by::bank, .banks = {2, 4, 4}}), {.compact = true}),
            R"(Sw<1,0,1> o 0 o (2,2):(2,1)
number: bank
   0 1
0  0 1
1  1 0
)");
  EXPECT_EQ(eg::to_ascii(eg::table(eg::layout{{2, 2}, {7, 5}}, {.label = eg::label_by::coordinate}),
                         {.compact = true}),
            R"((2,2):(7,5)
number: linear coordinate
   0 1
0  0 2
1  1 3
)");
  EXPECT_EQ(eg::to_ascii(eg::table(eg::layout{{2, 2}, {-7, 5}}, {.offset = 1}), {.compact = true}),
            R"((2,2):(-7,5)
    0  1
0   1  6
1  -6 -1
)");
}

bool contains(std::string const& text, char const* words) {
  return text.find(words) != std::string::npos;
}

TEST(Drawing, TextCannotBreakTheLanguage) {
  auto t = eg::table(eg::layout{{2, 2}});
  t.name = "a<b> & \"c\" \\_{#%$^~}\n\x01\xff\xc3\xa4\xe2\x86\x92";
  auto const svg = to_svg(t);
  EXPECT_TRUE(contains(svg, "a&lt;b&gt; &amp; \"c\" \\_{#%$^~}???\xc3\xa4\xe2\x86\x92</text>")) << svg;
  auto const tikz = to_tikz(t);
  EXPECT_TRUE(contains(tikz, "a\\textless{}b\\textgreater{} \\& \"c\" \\textbackslash{}\\_\\{\\#\\%\\$"
                             "\\textasciicircum{}\\textasciitilde{}\\}????$\\to$}"))
      << tikz;
  EXPECT_TRUE(tikz.starts_with("% A picture of a<b> & \"c\" \\_{#%$^~}????"));
}

TEST(Drawing, OnlyGoodUtf8IsLetThrough) {
  using eg::detail::letter_length;
  for (auto const* good :
       {"a", "~", "\u00a0", "\u00e4", "\u2192", "\ud7ff", "\ue000", "\ufffd", "\U0001f600"})
    EXPECT_EQ(letter_length(good), std::string(good).size()) << good;
  for (std::string const bad : {"", "\n", "\x7f", "\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x85", "\xc2 ",
                                "\xe0\x80\x80", "\xe2\x86", "\xed\xa0\x80", "\xef\xbf\xbe", "\xef\xbf\xbf",
                                "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"})
    EXPECT_EQ(letter_length(bad), 0U);
}

/// Contrast as WCAG 2 defines it.
double luminance(eg::detail::rgb const& c) {
  auto const linear = [](int x) {
    double const v = x / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue);
}
double contrast(eg::detail::rgb const& a, eg::detail::rgb const& b) {
  double const x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

TEST(Drawing, EveryLabelCanBeRead) {
  namespace d = eg::detail;
  for (int i = 0; i < 64; ++i)
    EXPECT_GE(contrast(d::distinct_colour(i), d::ink_on(d::distinct_colour(i))), 4.5) << i;
  for (int i = 0; i < 1024; ++i)
    EXPECT_GE(contrast(d::ordered_colour(i, 1024), d::ink_on(d::ordered_colour(i, 1024))), 4.5) << i;
  EXPECT_GE(contrast(d::quiet_ink, d::white), 4.5);
}

/// How a colour looks without red cones (protanopia) or without green ones (deuteranopia): Viénot's matrices.
eg::detail::rgb as_seen(eg::detail::rgb const& c, bool without_red) {
  auto const linear = [](int x) { return std::pow(x / 255.0, 2.2); };
  auto const back = [](double v) {
    return static_cast<int>(std::lround(255.0 * std::pow(std::max(v, 0.0), 1 / 2.2)));
  };
  double const r = linear(c.red), g = linear(c.green), b = linear(c.blue);
  double const yellow = without_red ? 0.11238 * r + 0.88762 * g : 0.29275 * r + 0.70725 * g;
  double const blue = without_red ? 0.00401 * r - 0.00401 * g + b : -0.02234 * r + 0.02234 * g + b;
  return {back(yellow), back(yellow), back(blue)};
}
int distance(eg::detail::rgb const& a, eg::detail::rgb const& b) {
  return std::abs(a.red - b.red) + std::abs(a.green - b.green) + std::abs(a.blue - b.blue);
}

TEST(Drawing, NeighboursDifferForEveryEye) {
  namespace d = eg::detail;
  for (int i = 0; i < 64; ++i)
    for (int const step : {1, 8}) { // beside each other, and below in a row of eight
      auto const a = d::distinct_colour(i), b = d::distinct_colour(i + step);
      EXPECT_GT(distance(a, b), 24) << i << " " << step;
      for (bool const without_red : {false, true})
        EXPECT_GT(distance(as_seen(a, without_red), as_seen(b, without_red)), 16) << i << " " << step;
    }
  for (int i = 0; i < 31; ++i) // ever lighter, so that a grey print keeps the order
    EXPECT_LT(luminance(d::ordered_colour(i, 32)), luminance(d::ordered_colour(i + 1, 32))) << i;
}

} // namespace
