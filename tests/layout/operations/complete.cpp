// SPDX-License-Identifier: MIT
// Inverses and complements against every small candidate: what exists is answered, and it is the largest.
#include <enigma/layout/complement.hpp>
#include <enigma/layout/inverse.hpp>
#include <enigma/layout/text.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using numbers = std::vector<std::int64_t>;

struct plain {
  numbers shape, stride;

  [[nodiscard]] std::int64_t size() const {
    std::int64_t p = 1;
    for (auto s : shape)
      p *= s;
    return p;
  }
  std::int64_t operator()(std::int64_t i) const {
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < shape.size(); ++k) {
      sum += (k + 1 == shape.size() ? i : i % shape[k]) * stride[k];
      i /= shape[k];
    }
    return sum;
  }
  [[nodiscard]] std::string text() const {
    std::string r;
    for (auto const* leaves : {&shape, &stride}) {
      r += leaves == &shape ? "(" : ":(";
      for (auto n : *leaves) {
        r += std::to_string(n);
        r += ',';
      }
      r.back() = ')';
    }
    return r;
  }
};

plain plain_of(eg::layout const& l) {
  plain r;
  for (int k = 0; k < l.leaves(); ++k) {
    r.shape.push_back(l.leaf_shape(k));
    r.stride.push_back(l.leaf_stride(k));
  }
  return r;
}

/// Calls f with every layout of `leaves` leaves with sizes 2 ... most_size and strides in a range.
template <class F>
void every_layout(std::size_t leaves, std::int64_t most_size, std::int64_t low, std::int64_t high,
                  F const& f) {
  plain l{numbers(leaves, 2), numbers(leaves, low)};
  for (;;) {
    f(l);
    std::size_t k = 0;
    for (; k < 2 * leaves; ++k) {
      bool const shape = k < leaves;
      auto& x = shape ? l.shape[k] : l.stride[k - leaves];
      if (x < (shape ? most_size : high)) {
        ++x;
        break;
      }
      x = shape ? 2 : low;
    }
    if (k == 2 * leaves)
      return;
  }
}

/// The coordinate of each index, or nothing if two coordinates have the same.
std::optional<std::map<std::int64_t, std::int64_t>> coordinates(plain const& l) {
  std::map<std::int64_t, std::int64_t> r;
  for (std::int64_t i = 0; i < l.size(); ++i)
    if (!r.emplace(l(i), i).second)
      return {};
  return r;
}

/// Whether a layout takes the values `f`: its first leaf has some size q and stride r, what is left has a
/// value for each block of q. A stride that no two values of a block decide is tried from -40 to 40.
bool some_layout_takes(std::map<std::int64_t, std::int64_t> const& f) {
  std::optional<std::int64_t> slope;
  bool straight = f.begin()->first != 0 || f.begin()->second == 0;
  for (auto [v, c] : f)
    if (v != 0) {
      straight = straight && c % v == 0 && (!slope || *slope == c / v);
      slope = v == 0 ? 0 : c / v;
    }
  if (straight)
    return true;
  auto const most = f.rbegin()->first;
  for (std::int64_t q = 2; q <= most; ++q) {
    std::optional<std::int64_t> r;
    bool possible = true;
    for (auto x = f.begin(), y = std::next(x); possible && y != f.end(); x = y++)
      if (x->first / q == y->first / q) {
        auto const dv = y->first - x->first;
        auto const dc = y->second - x->second;
        possible = dc % dv == 0 && (!r || *r == dc / dv);
        r = dc / dv;
      }
    if (!possible)
      continue;
    for (std::int64_t t = r.value_or(-40); t <= r.value_or(40); ++t) {
      std::map<std::int64_t, std::int64_t> rest;
      for (auto [v, c] : f)
        rest.emplace(v / q, c - v % q * t);
      if ((rest.begin()->first != 0 || rest.begin()->second == 0) && some_layout_takes(rest))
        return true;
    }
  }
  return false;
}

TEST(complete, left_inverse_exists_or_is_refused) {
  int injective = 0, answered = 0, refused = 0, repeated = 0;
  auto const check = [&](plain const& l) {
    auto const of = coordinates(l);
    auto const r = eg::try_left_inverse(eg::parse_layout(l.text()));
    if (!of) { // may be answered, by the weaker law
      ++repeated;
      if (!r)
        return;
      for (std::int64_t i = 0; i < l.size(); ++i)
        ASSERT_EQ(l(plain_of(r.held)(l(i))), l(i)) << l.text();
      return;
    }
    ++injective;
    if (r) {
      ++answered;
      auto const back = plain_of(r.held);
      for (auto [v, c] : *of)
        ASSERT_EQ(back(v), c) << l.text() << " answered " << eg::to_string(r.held);
    } else {
      ++refused;
      EXPECT_FALSE(r.why.contains("not injective")) << eg::error(r.why).what();
      EXPECT_FALSE(some_layout_takes(*of)) << eg::error(r.why).what();
    }
  };
  every_layout(1, 8, 1, 9, check);
  every_layout(2, 5, 1, 11, check);
  every_layout(3, 2, 1, 8, check);
  std::printf("left_inverse: %d injective, %d answered, %d have none; %d not injective\n", injective,
              answered, refused, repeated);
  EXPECT_GT(answered, 1000);
  EXPECT_GT(refused, 50);
  EXPECT_GT(repeated, 100);
}

/// True if f takes the values of a layout of that size.
bool is_layout(numbers const& f) {
  std::size_t run = 1;
  while (run < f.size() && f[run] == static_cast<std::int64_t>(run) * f[1])
    ++run;
  if (run >= f.size())
    return true;
  if (f.size() % run != 0)
    return false;
  numbers rest;
  for (std::size_t j = 0; j < f.size(); j += run) {
    rest.push_back(f[j]);
    for (std::size_t i = 0; i < run; ++i)
      if (f[j + i] != f[j] + f[i])
        return false;
  }
  return is_layout(rest);
}

TEST(complete, right_inverse_is_the_largest) {
  int injective = 0, several = 0;
  auto const check = [&](plain const& l) {
    auto const of = coordinates(l);
    if (!of)
      return;
    ++injective;
    numbers f; // the only function that it can be
    for (auto at = of->find(0); at != of->end() && at->first == static_cast<std::int64_t>(f.size()); ++at)
      f.push_back(at->second);
    while (!is_layout(f))
      f.pop_back();
    auto const r = eg::try_right_inverse(eg::parse_layout(l.text()));
    ASSERT_TRUE(static_cast<bool>(r)) << eg::error(r.why).what();
    auto const right = plain_of(r.held);
    ASSERT_EQ(right.size(), static_cast<std::int64_t>(f.size())) << l.text() << ": " << eg::to_string(r.held);
    for (std::int64_t i = 0; i < right.size(); ++i)
      ASSERT_EQ(l(right(i)), i) << l.text() << ": " << eg::to_string(r.held);
    several += f.size() > 1 ? 1 : 0;
  };
  every_layout(1, 9, -9, 9, check);
  every_layout(2, 5, -9, 9, check);
  every_layout(3, 3, -5, 7, check);
  std::printf("right_inverse: %d injective, %d with more than 1:0\n", injective, several);
  EXPECT_GT(several, 500);
}

TEST(complete, complement_covers_where_anything_does) {
  int tilings = 0, holes = 0, refused = 0;
  auto const check = [&](plain const& l) {
    auto const of = coordinates(l);
    if (!of) {
      ++refused;
      EXPECT_TRUE(eg::try_complement(eg::parse_layout(l.text()), 7).why.contains("meets an index twice"))
          << l.text();
      return;
    }
    // Copies of the image, each where the first index is missing: there is no other way without a hole.
    constexpr std::int64_t far = 150;
    std::set<std::int64_t> have;
    numbers places;
    std::int64_t tiled = 0; // the last m at which copies make up [0,m)
    std::size_t copies = 0;
    bool overlap = false;
    for (std::int64_t v = 0; v < far && !overlap; ++v) {
      if (have.count(v) != 0)
        continue;
      if (static_cast<std::int64_t>(have.size()) == v) {
        tiled = v;
        copies = places.size();
      }
      for (auto [index, c] : *of)
        overlap = overlap || !have.insert(v + index).second;
      places.push_back(v);
    }
    auto const library = eg::parse_layout(l.text());
    if (tiled != 0) {
      ++tilings;
      auto const r = eg::try_complement(library, tiled);
      ASSERT_TRUE(static_cast<bool>(r)) << eg::error(r.why).what();
      auto const other = plain_of(r.held);
      ASSERT_EQ(other.size(), static_cast<std::int64_t>(copies)) << l.text() << " in " << tiled;
      for (std::int64_t i = 0; i < other.size(); ++i)
        ASSERT_EQ(other(i), places[static_cast<std::size_t>(i)]) << l.text();
      ASSERT_EQ(eg::first_uncovered(library, tiled), -1) << l.text();
      return;
    }
    auto const r = eg::try_complement(library, far);
    ASSERT_TRUE(static_cast<bool>(r)) << eg::error(r.why).what();
    ++holes;
    std::set<std::int64_t> met;
    auto const other = plain_of(r.held);
    for (std::int64_t j = 0; j < other.size(); ++j)
      for (auto [index, c] : *of)
        ASSERT_TRUE(met.insert(index + other(j)).second) << l.text() << ": " << eg::to_string(r.held);
    std::int64_t first = 0;
    while (met.count(first) != 0)
      ++first;
    ASSERT_EQ(eg::first_uncovered(library, far), first) << l.text();
  };
  every_layout(1, 9, 1, 9, check);
  every_layout(2, 5, 1, 12, check);
  every_layout(3, 3, 1, 13, check);
  std::printf("complement: %d tile, %d leave holes, %d not injective\n", tilings, holes, refused);
  EXPECT_GT(tilings, 100);
  EXPECT_GT(holes, 1000);
}

} // namespace
