// SPDX-License-Identifier: MIT
// The data of pictures: cells, owners, colours, parts, refusals.

#include <enigma/layout/make_layout.hpp>
#include <enigma/layout/picture.hpp>

#include <gtest/gtest.h>

namespace eg = enigma;

namespace {

template <class Act>
std::string words_of(Act const& act) {
  try {
    act();
  } catch (eg::error const& e) {
    return e.what();
  }
  return "(not refused)";
}

#define EXPECT_REFUSED(words, ...)                                                                           \
  EXPECT_NE(words_of([&] { (void)(__VA_ARGS__); }).find(words), std::string::npos)                           \
      << words_of([&] { (void)(__VA_ARGS__); })

TEST(Table, RowsColumnsAndPages) {
  auto const t = eg::table(eg::layout{{{2, 2}, 3, 2, 2}, {{100, 1}, 10, 1000, 5000}});
  EXPECT_EQ(t.name, "((2,2),3,2,2):((100,1),10,1000,5000)");
  EXPECT_EQ(t.rows.count, 4);
  EXPECT_EQ(t.columns.count, 3);
  EXPECT_EQ(t.pages.count, 4);
  ASSERT_EQ(t.cells.size(), 48U);
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b)
      for (int j = 0; j < 3; ++j)
        for (int k = 0; k < 2; ++k)
          for (int m = 0; m < 2; ++m) {
            auto const& c = t.at(a + 2 * b, j, k + 2 * m);
            EXPECT_EQ(c.row, a + 2 * b);
            EXPECT_EQ(c.column, j);
            EXPECT_EQ(c.page, k + 2 * m);
            EXPECT_EQ(c.coordinate, a + 2 * b + 4 * j + 12 * k + 24 * m);
            EXPECT_EQ(c.index, 100 * a + b + 10 * j + 1000 * k + 5000 * m);
            EXPECT_EQ(c.plain, c.index);
            EXPECT_EQ(c.colour, -1);
            EXPECT_EQ(c.thread, -1);
          }
  EXPECT_EQ(t.page_name(0), "(_,_,0,0)");
  EXPECT_EQ(t.page_name(3), "(_,_,1,1)");
  EXPECT_EQ(t.row_groups, std::vector<std::int64_t>{2});
  EXPECT_TRUE(t.column_groups.empty());
  EXPECT_TRUE(t.remarks.empty());
}

TEST(Table, OneModeIsARow) {
  for (auto const& l : {eg::layout{6, 2}, eg::layout{{6}, {2}}, eg::layout{{{2, 3}}, {{2, 4}}}}) {
    auto const t = eg::table(l);
    EXPECT_EQ(t.rows.count, 1);
    EXPECT_EQ(t.columns.count, 6);
    for (int j = 0; j < 6; ++j)
      EXPECT_EQ(t.at(0, j).index, 2 * j);
  }
  EXPECT_EQ(eg::table(eg::layout{{{2, 3}}, {{2, 4}}}).column_groups, std::vector<std::int64_t>{2});
}

TEST(Table, BordersOfNestedModes) {
  // Leaves of size 1 make no border, nor does the end of the mode.
  auto const t = eg::table(eg::layout{{{1, 2, 1, 3, 2, 1}, {4, 1}}});
  EXPECT_EQ(t.row_groups, (std::vector<std::int64_t>{2, 6}));
  EXPECT_TRUE(t.column_groups.empty());
}

TEST(Table, SwizzleShowsBothIndices) {
  eg::composed_layout const c(eg::swizzle{2, 1, 3}, 8, eg::layout{{4, 8}, {16, 1}});
  auto const t = eg::table(c, {.offset = 2, .banks = {4, 4, 2}});
  EXPECT_TRUE(t.swizzled);
  EXPECT_EQ(t.colour, eg::colour_by::bank);
  EXPECT_EQ(t.colours, 4);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 8; ++j) {
      auto const& cell = t.at(i, j);
      int const plain = 16 * i + j + 8 + 2;
      int const index = plain ^ ((plain >> 3) & 6); // the bits 4 and 5 onto 1 and 2
      EXPECT_EQ(cell.plain, plain);
      EXPECT_EQ(cell.index, index);
      EXPECT_EQ(cell.bank, index * 2 / 4 % 4);
      EXPECT_EQ(cell.colour, cell.bank);
    }
}

TEST(Table, BanksOfNegativeIndices) {
  auto const t = eg::table(eg::layout{6, -1}, {.colour = eg::colour_by::bank, .banks = {4, 4, 2}});
  // bytes 0, -2, -4, -6, -8, -10 are in words 0, -1, -1, -2, -2, -3
  int const bank[] = {0, 3, 3, 2, 2, 1};
  for (int j = 0; j < 6; ++j)
    EXPECT_EQ(t.at(0, j).bank, bank[j]) << j;
}

TEST(Table, OwnersOfATile) {
  auto const tv = eg::make_layout_tv(eg::make_ordered_layout({2, 4}, {1, 0}), eg::layout{{2, 1}});
  auto const t = eg::table(tv);
  EXPECT_TRUE(t.thread_value);
  EXPECT_EQ(t.colours, 8);
  ASSERT_EQ(t.rows.count, 4);
  ASSERT_EQ(t.columns.count, 4);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) {
      auto const& c = t.at(i, j);
      EXPECT_EQ(c.thread, i / 2 * 4 + j);
      EXPECT_EQ(c.value, i % 2);
      EXPECT_EQ(c.owners, 1U);
      EXPECT_EQ(c.colour, c.thread);
      EXPECT_EQ(c.index, i + 4 * j);
    }
  EXPECT_TRUE(t.remarks.empty());
  EXPECT_EQ(eg::table(tv, {.colour = eg::colour_by::value}).at(3, 0).colour, 1);
}

TEST(Table, NobodySeveralOutside) {
  // Threads 0, 1, 2 own {0, 2}, {1, 3}, {2, 4} of a tile of 2 x 4; with the offset -1 thread 0 begins
  // outside.
  eg::tv_layout const tv{{2, 4}, eg::layout{{3, 2}, {1, 2}}};
  auto const t = eg::table(tv);
  EXPECT_EQ(t.remarks,
            (std::vector<std::string>{"3 elements belong to nobody", "1 element belongs to several"}));
  auto const& twice = t.at(0, 1); // place 2
  EXPECT_EQ(twice.owners, 2U);
  auto const owners = t.owners_of(twice);
  ASSERT_EQ(owners.size(), 2U);
  EXPECT_EQ(owners[0], (eg::table_owner{0, 1}));
  EXPECT_EQ(owners[1], (eg::table_owner{2, 0}));
  EXPECT_EQ(twice.thread, 0);
  EXPECT_EQ(twice.value, 1);
  auto const& nobody = t.at(1, 2);
  EXPECT_EQ(nobody.owners, 0U);
  EXPECT_EQ(nobody.thread, -1);
  EXPECT_EQ(nobody.colour, -1);

  auto const moved = eg::table(tv, {.offset = -1});
  ASSERT_EQ(moved.remarks.size(), 3U);
  EXPECT_EQ(moved.remarks[2], "1 pair lies outside of the tile, the first is T0V0 at -1");
  EXPECT_EQ(moved.at(0, 0).thread, 1);
}

TEST(Table, Parts) {
  eg::layout const big{{32768, 32768}, {1, 32768}};
  auto const t = eg::table(big, {.rows = {100, 2}, .columns = {7, 3}});
  ASSERT_EQ(t.cells.size(), 6U);
  EXPECT_EQ(t.at(101, 9).index, 101 + 9 * 32768);
  EXPECT_EQ(t.at(101, 9).coordinate, 101 + 9 * 32768);
  EXPECT_EQ(t.remarks, (std::vector<std::string>{"rows 100 to 101 of 32768", "columns 7 to 9 of 32768"}));
  EXPECT_REFUSED("it is not in the part of the layout that the table shows", t.at(0, 0));
  EXPECT_REFUSED("it is not in the part of the layout that the table shows", t.at(100, 10));

  auto const last = eg::table(eg::layout{{4, 4}}, {.rows = {3}, .columns = {2, 100}});
  EXPECT_EQ(last.rows.count, 1);
  EXPECT_EQ(last.columns.count, 2);

  // A tile is cut in the same way; what is not shown is nobody's fault.
  auto const tv = eg::make_layout_tv(eg::make_ordered_layout({4, 8}, {1, 0}), eg::layout{{2, 2}});
  auto const part = eg::table(tv, {.rows = {2, 2}, .columns = {4, 4}});
  ASSERT_EQ(part.cells.size(), 16U / 2);
  EXPECT_EQ(part.remarks.size(), 2U);
  for (auto const& c : part.cells)
    EXPECT_EQ(c.thread, c.row / 2 * 8 + c.column / 2);
}

TEST(Table, ColourByIndexRises) {
  auto const t = eg::table(eg::layout{{2, 3}, {1, -5}}, {.colour = eg::colour_by::value});
  EXPECT_EQ(t.at(0, 2).colour, 0);   // -10
  EXPECT_EQ(t.at(1, 0).colour, 255); // 1
  for (auto const& a : t.cells)
    for (auto const& b : t.cells)
      if (a.index < b.index) {
        EXPECT_LT(a.colour, b.colour);
      }
  for (auto const& c : eg::table(eg::layout{4, 0}, {.colour = eg::colour_by::value}).cells)
    EXPECT_EQ(c.colour, 0);
}

TEST(Table, Refusals) {
  eg::layout const big{{32768, 32768}, {1, 32768}};
  EXPECT_REFUSED(
      "table((32768,32768):(1,32768)) refused: 1073741824 cells are more than max_cells = 16384; show "
      "a part: fewer rows, columns or pages, or a slice such as L(_,0)",
      eg::table(big));
  EXPECT_REFUSED("32768 cells are more than max_cells = 16384", eg::table(big, {.columns = {0, 1}}));
  EXPECT_REFUSED("12 cells are more than max_cells = 11", eg::table(eg::layout{{3, 4}}, {.max_cells = 11}));
  EXPECT_EQ(words_of([] { (void)eg::table(eg::layout{{3, 4}}, {.max_cells = 12}); }), "(not refused)");
  EXPECT_REFUSED("the part of the rows from 4 with 1 of them, there are 4",
                 eg::table(eg::layout{{4, 4}}, {.rows = {4, 1}}));
  EXPECT_REFUSED("the part of the columns from -1", eg::table(eg::layout{{4, 4}}, {.columns = {-1, 1}}));
  EXPECT_REFUSED("the part of the pages from 0 with 0 of them",
                 eg::table(eg::layout{{4, 4}}, {.pages = {0, 0}}));
  EXPECT_REFUSED("only a thread-value layout has threads",
                 eg::table(eg::layout{{4, 4}}, {.colour = eg::colour_by::thread}));
  EXPECT_REFUSED("only a thread-value layout has threads",
                 eg::table(eg::layout{{4, 4}}, {.label = eg::label_by::owner}));
  EXPECT_REFUSED("not 0, 4 and 4", eg::table(eg::layout{{4, 4}}, {.banks = {0, 4, 4}}));
  EXPECT_REFUSED("overflow, the address of index",
                 eg::table(eg::layout{2, std::int64_t{1} << 62}, {.colour = eg::colour_by::bank}));
  EXPECT_EQ(eg::table(eg::layout{2, std::int64_t{1} << 62}).at(0, 1).bank, -1); // nobody asks for it
  EXPECT_REFUSED("overflow, an index exceeds 64 bits", eg::table(eg::layout{2, INT64_MAX}, {.offset = 1}));
  EXPECT_REFUSED("exceeds 64 bits", eg::table(eg::layout{{1 << 30, 1 << 30, 1 << 30}, {0, 0, 0}}));

  eg::tv_layout const tv{{2, 4}, eg::layout{{4, 2}}};
  EXPECT_REFUSED("have no banks", eg::table(tv, {.colour = eg::colour_by::bank}));
  EXPECT_REFUSED("have no banks", eg::table(tv, {.label = eg::label_by::bank}));
  EXPECT_REFUSED("a thread-value layout has two modes, not 3", eg::table(eg::tv_layout{{2, 4}, {{2, 2, 2}}}));
  EXPECT_REFUSED("a thread-value layout has two modes, not 1", eg::table(eg::tv_layout{{2, 4}, {8, 1}}));
  EXPECT_REFUSED("8388608 pairs of thread and value are more than 4194304",
                 eg::table(eg::tv_layout{{2, 4}, {{1 << 13, 1 << 10}, {0, 0}}}));
  EXPECT_REFUSED("a shape must be at least 1", eg::table(eg::tv_layout{{2, 0}, eg::layout{{4, 2}}}));
}

} // namespace
