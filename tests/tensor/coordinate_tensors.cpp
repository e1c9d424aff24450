// SPDX-License-Identifier: MIT
// Coordinate tensors on the host: whatever is done to one and to a tensor of numbered elements, the
// coordinate that the one holds is where the other's element came from.
#include "naive.hpp"

#include <enigma/tensor.hpp>

#include <gtest/gtest.h>
#include <string>
#include <vector>

using namespace enigma;

namespace {

static_assert(make_identity_tensor({64, 32})(3, 5) == int_tuple{3, 5});
static_assert(make_identity_tensor(64)(7) == int_tuple(7));
static_assert(make_identity_tensor({4, 8})(9) == int_tuple{1, 2});
static_assert(make_identity_tensor(int_tuple{{2, 3}, 4})({{1, 2}, 3}) == int_tuple{{1, 2}, 3});
static_assert(local_tile(make_identity_tensor({64, 32}), {16, 8}, make_coord(1, 2))(3, 5) ==
              int_tuple{19, 21});
// An edge tile reaches past the shape; elem_less says where.
static_assert(elem_less(local_tile(make_identity_tensor({60, 32}), {16, 8}, make_coord(3, 0))(11, 7),
                        int_tuple{60, 32}));
static_assert(!elem_less(local_tile(make_identity_tensor({60, 32}), {16, 8}, make_coord(3, 0))(12, 7),
                         int_tuple{60, 32}));

/// Elements numbered in the order of their coordinates, and where they are.
struct numbered {
  std::vector<std::int64_t> memory;
  int_tuple shape;

  explicit numbered(int_tuple const& s) : memory(static_cast<std::size_t>(size(layout(s)))), shape(s) {
    for (std::size_t i = 0; i < memory.size(); ++i)
      memory[i] = static_cast<std::int64_t>(i);
  }
  auto elements() { return make_tensor(memory, layout(shape)); }
};

template <class C, class T>
void expect_the_same(int_tuple const& shape, C const& c, T const& t, std::string const& what) {
  ASSERT_EQ(size(c), size(t)) << what;
  for (std::int64_t i = 0; i < size(t); ++i) {
    int_tuple const at = c(i);
    ASSERT_TRUE(congruent(at, shape)) << what;
    ASSERT_EQ(crd2idx(at, shape), t(i)) << what << ", element " << i;
  }
}

// Every operation, over random shapes and tiles that divide them.
TEST(CoordinateTensor, IsPartitionedAsAnyTensor) {
  naive::random_layouts random(61);
  auto const one_of = [&](std::vector<std::int64_t> const& all) {
    return all[static_cast<std::size_t>(random.up_to(static_cast<int>(all.size()) - 1))];
  };
  for (int round = 0; round < 400; ++round) {
    std::int64_t const tm = one_of({1, 2, 3, 4, 8}), tn = one_of({1, 2, 4, 5, 6});
    std::int64_t const bm = 1 + random.up_to(4), bn = 1 + random.up_to(4);
    int_tuple const shape{tm * bm, tn * bn};
    numbered n(shape);
    auto const t = n.elements();
    auto const c = make_identity_tensor({tm * bm, tn * bn});
    tiler const tile{tm, tn};
    std::string const what = to_string(layout(shape)) + " by " + to_string(layout(int_tuple{tm, tn}));
    expect_the_same(shape, c, t, what);
    expect_the_same(shape, logical_divide(c, tile), logical_divide(t, tile), what);
    expect_the_same(shape, zipped_divide(c, tile), zipped_divide(t, tile), what);
    expect_the_same(shape, tiled_divide(c, tile), tiled_divide(t, tile), what);
    expect_the_same(shape, flat_divide(c, tile), flat_divide(t, tile), what);
    expect_the_same(shape, composition(c, tile), composition(t, tile), what);
    std::int64_t const i = random.up_to(static_cast<int>(bm) - 1), j = random.up_to(static_cast<int>(bn) - 1);
    auto const mine = local_tile(c, tile, make_coord(i, j));
    auto const its = local_tile(t, tile, make_coord(i, j));
    expect_the_same(shape, mine, its, what);
    expect_the_same(shape, mine(_, tn - 1), its(_, tn - 1), what);
    expect_the_same(shape, slice({tm - 1, _}, mine), slice({tm - 1, _}, its), what);
    auto const order = random.once_in(2) ? int_tuple{1, 0} : int_tuple{0, 1};
    auto const tv = make_layout_tv(make_ordered_layout({tm, 1}, order), make_ordered_layout({1, tn}, order));
    expect_the_same(shape, composition(mine, tv), composition(its, tv), what);
    expect_the_same(shape, composition(mine, tv)(tm - 1, _), composition(its, tv)(tm - 1, _), what);
  }
}

// Tiles of a nested shape, and by layouts that leave gaps.
TEST(CoordinateTensor, OfNestedShapes) {
  int_tuple const shape{{4, 6}, 10};
  numbered n(shape);
  auto const t = n.elements();
  auto const c = make_identity_tensor(shape);
  tiler const by_layout{layout(4, 2), layout(5, 2)};
  expect_the_same(shape, zipped_divide(c, by_layout), zipped_divide(t, by_layout), "gaps");
  expect_the_same(shape, zipped_divide(c, {{2, 3}, 5}), zipped_divide(t, {{2, 3}, 5}), "nested");
  expect_the_same(shape, composition(c, layout{{2, 5}, {1, 24}}), composition(t, layout{{2, 5}, {1, 24}}),
                  "whole");
}

// A tile at the edge and its predicate, against loops.
TEST(CoordinateTensor, PredicatesOfEdges) {
  naive::random_layouts random(62);
  for (int round = 0; round < 300; ++round) {
    std::int64_t const m = 1 + random.up_to(30), n = 1 + random.up_to(30);
    std::int64_t const tm = 1 + random.up_to(7), tn = 1 + random.up_to(7);
    auto const tiles = zipped_divide(make_identity_tensor({m, n}), {tm, tn});
    for (std::int64_t bi = 0; bi * tm < m; ++bi)
      for (std::int64_t bj = 0; bj * tn < n; ++bj) {
        auto const tile = tiles(_, make_coord(bi, bj));
        bool inside[64] = {};
        std::int64_t row[64] = {};
        auto const where = layout(int_tuple{tm, tn});
        make_tensor(inside, where).store(elem_less(tile, int_tuple{m, n}));
        make_tensor(row, where).store(coordinate<0>(tile) * 2);
        for (std::int64_t j = 0; j < tn; ++j)
          for (std::int64_t i = 0; i < tm; ++i) {
            ASSERT_EQ(inside[i + tm * j], bi * tm + i < m && bj * tn + j < n);
            ASSERT_EQ(row[i + tm * j], 2 * (bi * tm + i));
          }
      }
  }
}

std::string words_of(auto const& f) {
  try {
    f();
  } catch (error const& e) {
    return e.what();
  }
  return "not refused";
}

TEST(CoordinateTensor, RefusalsHaveWords) {
  EXPECT_EQ(
      words_of([] { (void)make_identity_tensor(int_tuple{{1, 2}, {3, 4}, 5}); }),
      "make_identity_tensor(((1,2),(3,4),5)) refused: coordinates have at most 4 integers, these have 5");
  EXPECT_EQ(words_of([] { (void)make_identity_tensor({8, 2'000'000'000}); }),
            "make_identity_tensor((8,2000000000)) refused: coordinates of 2 integers go up to 500000000");
  EXPECT_EQ(words_of([] { (void)elem_less(make_identity_tensor({8, 2}), int_tuple{8}); }),
            "elem_less: the coordinates of (8,2) and the shape (8) have another nesting");
  EXPECT_EQ(words_of([] { (void)make_identity_tensor({8, 2})(8, 0); }).substr(0, 42),
            "coordinate 8 is out of range for mode 0 of");
}

} // namespace
