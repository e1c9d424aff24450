// SPDX-License-Identifier: MIT
// Tensors over host memory: elements, slices, divides and compositions against nested loops.
#include "naive.hpp"

#include <enigma/tensor.hpp>

#include <array>
#include <gtest/gtest.h>
#include <span>
#include <vector>

using namespace enigma;

namespace {

std::string words_of(auto const& f) {
  try {
    f();
  } catch (error const& e) {
    return e.what();
  }
  return "not refused";
}

std::vector<int> counted(std::int64_t n) {
  std::vector<int> r(static_cast<std::size_t>(n));
  std::iota(r.begin(), r.end(), 0);
  return r;
}

/// A random layout of one to four modes, each of one to three leaves.
layout random_layout(naive::random_layouts& random, std::vector<std::vector<std::int64_t>>& modes) {
  modes.clear();
  for (int m = 1 + random.up_to(3); m > 0; --m) {
    modes.emplace_back();
    for (int k = 1 + random.up_to(2); k > 0; --k)
      modes.back().push_back(1 + random.up_to(3));
  }
  return naive::layout_of(modes, random.strides(naive::leaves(modes), true, true));
}

TEST(HostTensor, ElementsAreThoseOfTheLayout) {
  naive::random_layouts random(1);
  std::vector<std::vector<std::int64_t>> modes;
  for (int round = 0; round < 600; ++round) {
    auto const l = random_layout(random, modes);
    auto const expected = naive::indices(l);
    std::int64_t const offset = random.up_to(5);
    auto data = counted(*std::max_element(expected.begin(), expected.end()) + 1 + offset);
    auto const t = make_tensor(data, l, offset);
    for (std::int64_t i = 0; i < size(t); ++i) {
      auto const& element = data[static_cast<std::size_t>(expected[static_cast<std::size_t>(i)] + offset)];
      ASSERT_EQ(&t(i), &element) << to_string(l);
      ASSERT_EQ(&t(idx2crd(i, l.shape())), &element) << to_string(l);
    }
  }
}

TEST(HostTensor, OneCoordinateForEachMode) {
  auto data = counted(64);
  auto const t = make_tensor(data, layout{{4, {2, 8}}, {16, {8, 1}}});
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 16; ++j) {
      EXPECT_EQ(t(i, j), i * 16 + (j % 2) * 8 + j / 2);
      EXPECT_EQ(t(i, int_tuple{j % 2, j / 2}), t(i, j));
      EXPECT_EQ(t({i, {j % 2, j / 2}}), t(i, j));
      EXPECT_EQ(t({i, j}), t(i, j));
      EXPECT_EQ(t(make_coord(i, make_coord(j % 2, j / 2))), t(i, j));
    }
  t(1, 2) = -5;
  EXPECT_EQ(data[17], -5);
}

TEST(HostTensor, SlicesKeepWhatIsUnderTheHoles) {
  naive::random_layouts random(2);
  std::vector<std::vector<std::int64_t>> modes;
  int holes_seen = 0;
  for (int round = 0; round < 600; ++round) {
    auto const l = random_layout(random, modes);
    if (modes.size() < 2)
      continue;
    auto const expected = naive::indices(l);
    auto data = counted(*std::max_element(expected.begin(), expected.end()) + 1);
    auto const t = make_tensor(data, l);
    // A hole or a number in each mode; a mode of several leaves gets a tuple of them at times.
    std::vector<bool> hole;
    std::vector<std::int64_t> fixed;
    std::vector<hole_coord> parts;
    for (auto const& mode : modes) {
      std::vector<hole_coord> inner;
      for (auto const s : mode) {
        hole.push_back(random.once_in(2));
        fixed.push_back(random.up_to(static_cast<int>(s) - 1));
        inner.push_back(hole.back() ? hole_coord(_) : hole_coord(fixed.back()));
        holes_seen += hole.back();
      }
      if (inner.size() == 1) {
        parts.push_back(inner[0]);
      } else {
        parts.emplace_back(0);
        parts.back().enclose(inner.data(), static_cast<int>(inner.size()));
      }
    }
    hole_coord c(0);
    c.enclose(parts.data(), static_cast<int>(parts.size()));
    auto const s = t(c);
    auto const again = slice(c, t);
    EXPECT_EQ(again.layout(), s.layout());
    EXPECT_EQ(again.offset(), s.offset());
    // The elements of t whose digits agree with the fixed ones, in order.
    std::vector<std::int64_t> left;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      std::size_t rest = i;
      bool agrees = true;
      for (int k = 0; k < l.leaves(); ++k) {
        auto const n = static_cast<std::size_t>(l.leaf_shape(k));
        auto const leaf = static_cast<std::size_t>(k);
        agrees = agrees && (hole[leaf] || static_cast<std::int64_t>(rest % n) == fixed[leaf]);
        rest /= n;
      }
      if (agrees)
        left.push_back(expected[i]);
    }
    ASSERT_EQ(size(s), static_cast<std::int64_t>(left.size())) << to_string(l) << to_string(c);
    for (std::size_t i = 0; i < left.size(); ++i)
      ASSERT_EQ(s(i), data[static_cast<std::size_t>(left[i])]) << to_string(l) << to_string(c);
  }
  EXPECT_GT(holes_seen, 300);
}

TEST(HostTensor, DividesArrangeTheSameElements) {
  naive::random_layouts random(3);
  for (int round = 0; round < 300; ++round) {
    int const tile_m = 1 + random.up_to(3), rest_m = 1 + random.up_to(3);
    int const tile_n = 1 + random.up_to(3), rest_n = 1 + random.up_to(3);
    int const m = tile_m * rest_m, n = tile_n * rest_n;
    auto const d = random.strides({m, n}, true, false);
    layout const l(int_tuple{m, n}, int_tuple{d[0], d[1]});
    auto data = counted((m - 1) * d[0] + (n - 1) * d[1] + 1);
    auto const t = make_tensor(data, l);
    tiler const tile{tile_m, tile_n};
    auto const zipped = zipped_divide(t, tile);
    auto const tiled = tiled_divide(t, tile);
    auto const flat = flat_divide(t, tile);
    auto const logical = logical_divide(t, tile);
    for (int i = 0; i < tile_m; ++i)
      for (int j = 0; j < tile_n; ++j)
        for (int a = 0; a < rest_m; ++a)
          for (int b = 0; b < rest_n; ++b) {
            int const* const element =
                &data[static_cast<std::size_t>((a * tile_m + i) * d[0] + (b * tile_n + j) * d[1])];
            ASSERT_EQ(&zipped(i + tile_m * j, a + rest_m * b), element) << to_string(l);
            ASSERT_EQ(&tiled(i + tile_m * j, a, b), element) << to_string(l);
            ASSERT_EQ(&flat(i, j, a, b), element) << to_string(l);
            ASSERT_EQ(&logical(i + tile_m * a, j + tile_n * b), element) << to_string(l);
            ASSERT_EQ(&zipped(_, a + rest_m * b)(i + tile_m * j), element) << to_string(l);
            ASSERT_EQ(&zipped(_, make_coord(a, b))(i + tile_m * j), element) << to_string(l);
            ASSERT_EQ(&local_tile(t, tile, make_coord(a, b))(i, j), element) << to_string(l);
          }
  }
}

TEST(HostTensor, ThreadValueLayoutsReachEveryElementOnce) {
  auto const tv = make_layout_tv(make_ordered_layout({4, 8}, {1, 0}), make_ordered_layout({2, 4}, {1, 0}));
  ASSERT_EQ(tv.tiler, (int_tuple{8, 32}));
  std::vector<int> data(64 * 128, 0);
  auto const t = make_tensor(data, layout{{64, 128}, {128, 1}});
  auto const z = zipped_divide(t, tv.tiler);
  for (int block = 0; block < 8 * 4; ++block)
    for (int thread = 0; thread < 32; ++thread) {
      auto const mine = composition(z(_, block), tv)(thread, _);
      ASSERT_EQ(size(mine), 8);
      for (int v = 0; v < 8; ++v) {
        ++mine(v);
        // Thread (r, c) of (4,8):(8,1) holds rows 2r, 2r+1 and columns 4c ... 4c+3, row by row.
        int const row = (block % 8) * 8 + (thread / 8) * 2 + v / 4;
        int const column = (block / 8) * 32 + (thread % 8) * 4 + v % 4;
        ASSERT_EQ(&mine(v), &data[static_cast<std::size_t>(row * 128 + column)]);
      }
    }
  EXPECT_TRUE(std::all_of(data.begin(), data.end(), [](int x) { return x == 1; }));
}

TEST(HostTensor, ByModeComposition) {
  auto data = counted(32);
  auto const t = make_tensor(data, layout{{4, 8}, {8, 1}});
  auto const every_second = composition(t, {layout(2, 2), _});
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 8; ++j)
      EXPECT_EQ(every_second(i, j), 16 * i + j);
  auto const odd = composition(t, layout(4, 1));
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(odd(i), 8 * i);
}

TEST(HostTensor, MemoryOfEveryKind) {
  int raw[4] = {1, 2, 3, 4};
  std::array<int, 4> array = {1, 2, 3, 4};
  std::vector<int> const vector = {1, 2, 3, 4};
  EXPECT_EQ(make_tensor(raw, layout(4))(3), 4);
  EXPECT_EQ(make_tensor(array, layout(4))(3), 4);
  EXPECT_EQ(make_tensor(vector, layout(4))(3), 4);
  EXPECT_EQ(make_tensor(std::span(raw), layout(4))(3), 4);
  EXPECT_EQ(make_tensor(vector.data(), layout(4))(3), 4);
  EXPECT_EQ(make_tensor(static_cast<int*>(raw), layout(4, -1), 3)(3), 1);
}

TEST(HostTensor, RefusalsHaveWords) {
  auto data = counted(32);
  layout const l{{4, 8}, {8, 1}};
  auto const t = make_tensor(data, l);
  EXPECT_EQ(words_of([&] { t(5, _); }), "coordinate 5 is out of range for mode 0 of (4,8):(8,1)");
  EXPECT_EQ(words_of([&] { t(0, 8); }), "coordinate 8 is out of range for mode 1 of (4,8):(8,1)");
  EXPECT_EQ(words_of([&] { t(32); }), "coordinate 32 is out of range for (4,8):(8,1)");
  EXPECT_EQ(words_of([&] { t(_, -1); }), "coordinate -1 of (4,8):(8,1) refused: it is negative");
  EXPECT_EQ(words_of([&] { t(-1); }), "coordinate -1 of (4,8):(8,1) refused: it is negative");
  EXPECT_EQ(words_of([&] { t(1, 2, 3); }),
            "a coordinate of (4,8):(8,1) refused: rank mismatch, 3 coordinates for rank 2");
  EXPECT_EQ(words_of([&] { t(1, _, 3); }),
            "coordinate (1,_,3) of (4,8):(8,1) refused: rank mismatch, a tuple "
            "needs one element for each mode");
  EXPECT_EQ(words_of([&] { (void)make_tensor(data, layout{{4, 8}, {9, 1}}); }),
            "make_tensor: (4,8):(9,1) refused: it needs 35 elements, the memory has 32");
  EXPECT_EQ(words_of([&] { (void)make_tensor(data, l, 1); }),
            "make_tensor: (4,8):(8,1) at offset 1 refused: it needs 33 elements, the memory has 32");
  EXPECT_EQ(words_of([&] { (void)make_tensor(data, layout(4, -1), 2); }),
            "make_tensor: 4:-1 at offset 2 refused: it reaches index -1, before the first element");
  auto const larger = words_of([&] { (void)zipped_divide(t, {8, 8}); });
  EXPECT_NE(larger.find("zipped_divide((4,8):(8,1), (8,8)) refused: "), std::string::npos) << larger;
  EXPECT_NE(larger.find("is larger than the mode 4:8 of size 4"), std::string::npos) << larger;
  auto const uneven = words_of([&] { (void)flat_divide(t, {2, 3}); });
  EXPECT_NE(uneven.find("flat_divide((4,8):(8,1), (2,3)) refused: "), std::string::npos) << uneven;
  EXPECT_NE(uneven.find("does not divide the mode 8:1 of size 8"), std::string::npos) << uneven;
  auto const rank = words_of([&] { (void)tiled_divide(t, {2, 2, 2}); });
  EXPECT_NE(rank.find("rank mismatch"), std::string::npos) << rank;
  auto const modes = words_of([&] { (void)logical_divide(t, {3, 8}); });
  EXPECT_NE(modes.find("logical_divide((4,8):(8,1), (3,8)) refused: "), std::string::npos) << modes;
  EXPECT_EQ(words_of([&] { (void)composition(t, layout(8, 5)); }),
            "composition: 8:5 refused: it reaches coordinate 35 of (4,8):(8,1), which has 32 elements");
  auto const by_mode = words_of([&] { (void)composition(t, {layout(2, 4), 8}); });
  EXPECT_EQ(by_mode, "composition: 2:4 refused: it reaches coordinate 4 of 4:8, which has 4 elements");
  auto const tv = make_layout_tv(layout(4), layout(2));
  EXPECT_EQ(
      words_of([&] { (void)composition(t, tv); }),
      "composition((4,8):(8,1), thread-value layout of a tile (8)) refused: the layout has 32 elements, the "
      "tile 8");
}

} // namespace
