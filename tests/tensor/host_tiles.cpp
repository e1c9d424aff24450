// SPDX-License-Identifier: MIT
// Lazy tile expressions over host memory against plain loops.
#include "naive.hpp"

#include <enigma/codegen/float16.hpp>
#include <enigma/tensor.hpp>

#include <array>
#include <cmath>
#include <gtest/gtest.h>
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

std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

TEST(HostTile, StoresWhatLoopsWouldStore) {
  naive::random_layouts random(11);
  for (int round = 0; round < 1500; ++round) {
    std::vector<std::vector<std::int64_t>> modes;
    for (int m = 1 + random.up_to(2); m > 0; --m) {
      modes.emplace_back();
      for (int k = 1 + random.up_to(1); k > 0; --k)
        modes.back().push_back(1 + random.up_to(3));
    }
    auto const to = naive::layout_of(modes, random.strides(naive::leaves(modes), true, false));
    auto const a = naive::layout_of(modes, random.strides(naive::leaves(modes), true, true));
    auto const b = naive::layout_of(modes, random.strides(naive::leaves(modes), true, true));
    auto const ti = naive::indices(to), ai = naive::indices(a), bi = naive::indices(b);
    std::vector<float> result(at(cosize(to)), -1), expected = result;
    std::vector<float> x(at(cosize(a))), y(at(cosize(b)));
    for (auto& v : x)
      v = static_cast<float>(random.up_to(100));
    for (auto& v : y)
      v = static_cast<float>(random.up_to(100) + 1);
    make_tensor(result, to).store(make_tensor(x, a).load() * 2 - make_tensor(y, b).load() / 4.0f);
    for (std::size_t i = 0; i < ti.size(); ++i)
      expected[at(ti[i])] = x[at(ai[i])] * 2 - y[at(bi[i])] / 4.0f;
    ASSERT_EQ(result, expected) << to_string(to) << to_string(a) << to_string(b);
  }
}

TEST(HostTile, ReadsEverythingBeforeItOverwritesIt) {
  naive::random_layouts random(12);
  int overlaps = 0;
  for (int round = 0; round < 1000; ++round) {
    std::vector<std::vector<std::int64_t>> const modes = {{1 + random.up_to(4)}, {1 + random.up_to(4)}};
    auto const to = naive::layout_of(modes, random.strides(naive::leaves(modes), false, false));
    auto const from = naive::layout_of(modes, random.strides(naive::leaves(modes), true, true));
    std::int64_t const shift_to = random.up_to(3), shift_from = random.up_to(3);
    auto const ti = naive::indices(to), fi = naive::indices(from);
    std::vector<int> data(at(std::max(cosize(to) + shift_to, cosize(from) + shift_from)));
    std::iota(data.begin(), data.end(), 100);
    auto expected = data;
    for (std::size_t i = 0; i < ti.size(); ++i)
      expected[at(ti[i] + shift_to)] = data[at(fi[i] + shift_from)] + 1;
    auto in_order = data; // what happens without the care
    for (std::size_t i = 0; i < ti.size(); ++i)
      in_order[at(ti[i] + shift_to)] = in_order[at(fi[i] + shift_from)] + 1;
    overlaps += in_order != expected;
    // The same memory under another view of it.
    auto const source = round % 2 == 0 ? make_tensor(data.data(), from, shift_from)
                                       : make_tensor(data.data() + shift_from, from);
    make_tensor(data, to, shift_to).store(source.load() + 1);
    ASSERT_EQ(data, expected) << to_string(to) << to_string(from);
  }
  EXPECT_GT(overlaps, 100);
}

TEST(HostTile, EveryOperation) {
  std::array<float, 6> a = {1.5f, -2.0f, 0.0f, 7.25f, -0.5f, 3.0f}, b = {2.0f, 3.0f, 1.0f, -4.0f, 8.0f, 3.0f},
                       r = {};
  std::array<bool, 6> truth = {};
  auto const A = make_tensor(a, layout(6)), B = make_tensor(b, layout(6)), R = make_tensor(r, layout(6));
  auto const T = make_tensor(truth, layout(6));
  auto const same = [&](auto const& tile, auto const& f, int line) {
    R.store(tile);
    for (std::size_t i = 0; i < 6; ++i)
      EXPECT_EQ(r[i], f(a[i], b[i])) << "line " << line << " element " << i;
  };
  auto const holds = [&](auto const& tile, auto const& f, int line) {
    T.store(tile);
    for (std::size_t i = 0; i < 6; ++i)
      EXPECT_EQ(truth[i], f(a[i], b[i])) << "line " << line << " element " << i;
  };
  auto const x = A.load(), y = B.load();
  same(x + y, [](float p, float q) { return p + q; }, __LINE__);
  same(1 - y, [](float, float q) { return 1 - q; }, __LINE__);
  same(x * 0.1, [](float p, float) { return p * 0.1f; }, __LINE__);
  same(x / y, [](float p, float q) { return p / q; }, __LINE__);
  same(-x, [](float p, float) { return -p; }, __LINE__);
  same(min(x, y), [](float p, float q) { return q < p ? q : p; }, __LINE__);
  same(max(x, 0), [](float p, float) { return p < 0 ? 0 : p; }, __LINE__);
  same(abs(x), [](float p, float) { return p < 0 ? -p : p; }, __LINE__);
  same(
      clamp(x, -1, y), [](float p, float q) { return q < (p < -1 ? -1 : p) ? q : (p < -1 ? -1 : p); },
      __LINE__);
  same(fma(x, 2, y), [](float p, float q) { return std::fma(p, 2.0f, q); }, __LINE__);
  same(sqrt(abs(x)), [](float p, float) { return std::sqrt(p < 0 ? -p : p); }, __LINE__);
  same(rsqrt(abs(y)), [](float, float q) { return 1 / std::sqrt(q < 0 ? -q : q); }, __LINE__);
  same(exp(x) + sin(y), [](float p, float q) { return std::exp(p) + std::sin(q); }, __LINE__);
  same(atan2(x, y), [](float p, float q) { return std::atan2(p, q); }, __LINE__);
  same(floor(x), [](float p, float) { return std::floor(p); }, __LINE__);
  same(fract(x), [](float p, float) { return p - std::floor(p); }, __LINE__);
  same(sign(x), [](float p, float) { return p < 0 ? -1.0f : p > 0 ? 1.0f : 0.0f; }, __LINE__);
  same(select(x, y, x < y), [](float p, float q) { return p < q ? q : p; }, __LINE__);
  same(select(0, y, x != 0), [](float p, float q) { return p != 0 ? q : 0; }, __LINE__);
  same(select(x, 1, true), [](float, float) { return 1.0f; }, __LINE__);
  same(
      cast<float>(cast<int>(x)), [](float p, float) { return static_cast<float>(static_cast<int>(p)); },
      __LINE__);
  same(
      zip_with([](float p, float q) { return p * p + q; }, x, y), [](float p, float q) { return p * p + q; },
      __LINE__);
  same(2.5f, [](float, float) { return 2.5f; }, __LINE__);
  holds(x < y, [](float p, float q) { return p < q; }, __LINE__);
  holds(x <= y, [](float p, float q) { return p <= q; }, __LINE__);
  holds(x > 1, [](float p, float) { return p > 1; }, __LINE__);
  holds(x >= y, [](float p, float q) { return p >= q; }, __LINE__);
  holds(x == y, [](float p, float q) { return p == q; }, __LINE__);
  holds(x != y, [](float p, float q) { return p != q; }, __LINE__);
  holds(x < y && !(y < 2), [](float p, float q) { return p < q && q >= 2; }, __LINE__);
  holds(x < y || y < 2, [](float p, float q) { return p < q || q < 2; }, __LINE__);
}

TEST(HostTile, IntegersAndHalves) {
  std::array<unsigned, 4> u = {1, 2, 250, 0xffffffffu};
  auto const U = make_tensor(u, layout(4));
  U.store(((U.load() + 1) << 2) % 7 | 8);
  EXPECT_EQ(u, (std::array<unsigned, 4>{8 | 1, 8 | 5, 8 | 1004 % 7, 8}));
  std::array<f16, 3> h = {f16(1.5f), f16(-2.0f), f16(100.0f)};
  auto const H = make_tensor(h, layout(3));
  H.store(max(H.load() * 2.5, 0) + sqrt(cast<f16>(cast<float>(H.load()) * cast<float>(H.load()))));
  EXPECT_EQ(h[0], f16(3.75f + 1.5f));
  EXPECT_EQ(h[1], f16(2.0f));
  EXPECT_EQ(h[2], f16(350.0f));
  std::array<short, 2> s = {3, 30000};
  auto const S = make_tensor(s, layout(2));
  S.store(S.load() - 1);
  EXPECT_EQ(s[1], 29999);
}

TEST(HostTile, ShapesMayBeLinearOrAgreeModeByMode) {
  std::array<int, 16> a = {}, b = {};
  std::iota(a.begin(), a.end(), 0);
  auto const view = [](auto& memory, char const* l) { return make_tensor(memory, parse_layout(l)); };
  view(b, "(4,4):(1,4)").store(view(a, "16:1").load());
  EXPECT_EQ(a, b);
  view(b, "(4,(2,2)):(1,(4,8))").store(view(a, "((2,2),4):((1,2),4)").load() + 1);
  EXPECT_EQ(b[15], 16);
  view(b, "((4,4)):((4,1))").store(view(a, "(4,4):(1,4)").load());
  EXPECT_EQ(b[1], 4);
  EXPECT_EQ(
      words_of([&] { view(b, "(2,8)").store(view(a, "(4,4)").load()); }),
      "store of a tile (4,4):(1,4) to a tile (2,8):(1,2) refused: the shapes (4,4) and (2,8) do not agree");
  EXPECT_EQ(words_of([&] { view(b, "8").store(view(a, "16").load()); }),
            "store of a tile 16:1 to a tile 8:1 refused: the shapes 16 and 8 do not agree");
}

TEST(HostTile, ADoubleWriteIsRefused) {
  std::array<int, 16> a = {};
  auto const view = [&](char const* l) { return make_tensor(a, parse_layout(l)); };
  EXPECT_EQ(words_of([&] { view("(4,2):(1,0)").store(1); }),
            "store to a tile (4,2):(1,0) refused: index 0 would be written more than once");
  EXPECT_EQ(words_of([&] { view("(3,2):(2,4)").store(1); }),
            "store to a tile (3,2):(2,4) refused: index 4 would be written more than once");
  view("(2,3):(3,2)").store(1); // interleaved, but each index once
  EXPECT_EQ(a, (std::array<int, 16>{1, 0, 1, 1, 1, 1, 0, 1}));
}

TEST(HostTile, NumbersThatDoNotFitAreRefused) {
  std::array<unsigned char, 2> a = {};
  auto const A = make_tensor(a, layout(2));
  EXPECT_EQ(words_of([&] { A.store(A.load() + 256); }),
            "the integer 256 does not fit the elements of the tile");
  EXPECT_EQ(words_of([&] { A.store(-1); }), "the integer -1 does not fit the elements of the tile");
}

} // namespace
