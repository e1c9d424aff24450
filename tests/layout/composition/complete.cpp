// SPDX-License-Identifier: MIT
// Composition is complete: it answers exactly when a layout with the values A(B(c)) exists, which is decided
// here by looking at every coordinate, without any of the library's rules.
#include <enigma/layout/composition.hpp>
#include <enigma/layout/text.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using numbers = std::vector<std::int64_t>;

struct leaves {
  numbers shape, stride;

  /// Colexicographic, the last leaf not reduced.
  std::int64_t operator()(std::int64_t i) const {
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < shape.size(); ++k) {
      sum += (k + 1 == shape.size() ? i : i % shape[k]) * stride[k];
      i /= shape[k];
    }
    return sum;
  }
  [[nodiscard]] std::string text() const {
    std::string s[2];
    for (std::size_t k = 0; k < shape.size(); ++k) {
      s[0] += (k > 0 ? "," : "(") + std::to_string(shape[k]);
      s[1] += (k > 0 ? "," : "(") + std::to_string(stride[k]);
    }
    return s[0] + "):" + s[1] + ")";
  }
};

/// Whether A is a multiplication, which alone has values at negative indices.
bool is_linear(leaves const& a) {
  std::int64_t size = 1;
  for (auto s : a.shape)
    size *= s;
  for (std::int64_t i = 0; i < 2 * size + 2; ++i)
    if (a(i) != i * a(1))
      return false;
  return true;
}

/// Whether some layout of size g.size() has these values: tries every first leaf.
bool is_a_layout(numbers const& g) {
  if (g.size() == 1)
    return g[0] == 0;
  for (std::size_t t = 2; t <= g.size(); ++t) {
    if (g.size() % t != 0)
      continue;
    bool fits = true;
    for (std::size_t i = 0; i < g.size() && fits; ++i)
      fits = g[i] == static_cast<std::int64_t>(i % t) * g[1] + g[i / t * t];
    numbers rest;
    for (std::size_t i = 0; i < g.size(); i += t)
      rest.push_back(g[i]);
    if (fits && is_a_layout(rest))
      return true;
  }
  return false;
}

/// Whether a layout R with compatible(B, R) and R(c) = A(B(c)) for every c exists.
bool exists(leaves const& a, leaves const& b) {
  std::vector<numbers> g; // along each leaf of B, the others at 0
  std::size_t size = 1;
  for (std::size_t k = 0; k < b.shape.size(); ++k) {
    g.emplace_back();
    for (std::int64_t x = 0; x < b.shape[k]; ++x)
      g.back().push_back(a(x * b.stride[k]));
    if (!is_a_layout(g.back()))
      return false;
    size *= g.back().size();
  }
  for (std::size_t i = 0; i < size; ++i) {
    std::int64_t at = 0;
    std::int64_t sum = 0;
    std::size_t rest = i;
    for (std::size_t k = 0; k < g.size(); rest /= g[k].size(), ++k) {
      at += static_cast<std::int64_t>(rest % g[k].size()) * b.stride[k];
      sum += g[k][rest % g[k].size()];
    }
    if (a(at) != sum)
      return false;
  }
  return true;
}

struct tally {
  int accepted = 0, refused = 0, undecided = 0;
};

/// The law, the nesting and completeness for one pair.
void check(leaves const& a, leaves const& b, tally& count) {
  auto const A = eg::parse_layout(a.text());
  auto const B = eg::parse_layout(b.text());
  auto const r = eg::try_composition(A, B);
  bool negative = false;
  for (std::size_t k = 0; k < b.shape.size(); ++k)
    negative = negative || (b.shape[k] > 1 && b.stride[k] < 0);
  bool const wanted = negative ? is_linear(a) : exists(a, b);
  ASSERT_EQ(r.has_value(), wanted) << a.text() << " o " << b.text() << ' ' << eg::error(r.why).what();
  if (!r) {
    ++count.refused;
    count.undecided += r.why.contains("undecided") ? 1 : 0;
    ASSERT_TRUE(r.why.contains("at coordinate ") || r.why.contains("negative")) << eg::error(r.why).what();
    return;
  }
  ++count.accepted;
  ASSERT_TRUE(eg::compatible(B.shape(), r.value().shape())) << a.text() << " o " << b.text();
  for (std::int64_t i = 0; i < eg::size(B); ++i)
    ASSERT_EQ(r.value()(i), negative ? b(i) * a(1) : a(b(i)))
        << a.text() << " o " << b.text() << " = " << eg::to_string(r.value()) << " at " << i;
}

std::int64_t cases() {
  char const* const length = std::getenv("ENIGMA_LONG");
#if defined(__SANITIZE_ADDRESS__)
  return length != nullptr ? 100'000 : 2'000;
#else
  return length != nullptr ? 1'000'000 : 40'000;
#endif
}

// Any small pair: mostly refused, the rest by the plain rule.
TEST(Composition, IsCompleteOnRandomPairs) {
  std::mt19937 random(1);
  auto const pick = [&](std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution<std::int64_t>(from, to)(random);
  };
  tally count;
  for (std::int64_t i = 0; i < cases(); ++i) {
    leaves a;
    leaves b;
    for (auto k = pick(1, 4); k > 0; --k) {
      a.shape.push_back(pick(1, 6));
      a.stride.push_back(pick(-2, 14));
    }
    for (auto k = pick(1, 3); k > 0; --k) {
      b.shape.push_back(pick(1, 6));
      b.stride.push_back(pick(pick(0, 20) == 0 ? -3 : 0, 24));
    }
    check(a, b, count);
    if (HasFatalFailure())
      return;
  }
  EXPECT_EQ(count.undecided, 0);
  EXPECT_GT(count.accepted, cases() / 20);
  EXPECT_GT(count.refused, cases() / 20);
}

// Pairs in which carries cancel: the strides of A are chosen so that what one level adds another takes away,
// and those of B so that both levels carry together now and then.
TEST(Composition, IsCompleteWhereCarriesCancel) {
  std::mt19937 random(2);
  auto const pick = [&](std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution<std::int64_t>(from, to)(random);
  };
  tally count;
  for (std::int64_t i = 0; i < cases(); ++i) {
    leaves a;
    leaves b;
    auto const modes = pick(2, 5);
    std::int64_t before = 0;
    std::int64_t size = 1;
    for (std::int64_t k = 0; k < modes; ++k) {
      a.shape.push_back(pick(2, 5));
      a.stride.push_back(k == 0 ? pick(1, 3) : before + (pick(0, 3) == 0 ? pick(-2, 2) : pick(0, 1) * 2 - 1));
      before = a.stride.back() * a.shape.back();
      size *= a.shape.back();
    }
    for (auto k = pick(1, 3); k > 0; --k) {
      b.shape.push_back(pick(2, 9));
      b.stride.push_back(pick(1, size));
      // Half of the strides have one ratio in several levels: d / (a_0 - 1) times the repunit of the digits.
      if (pick(0, 1) == 0)
        b.stride.back() = size / a.shape.back() / (pick(2, 4));
      b.stride.back() += b.stride.back() == 0 ? 1 : 0;
    }
    check(a, b, count);
    if (HasFatalFailure())
      return;
  }
  EXPECT_EQ(count.undecided, 0);
  EXPECT_GT(count.accepted, cases() / 100);
  EXPECT_GT(count.refused, cases() / 20);
}

// Every A of up to three modes and every B of two leaves in a small range.
TEST(Composition, IsCompleteOnEveryTinyPair) {
  tally count;
  for (int i = 0; i < 2 * 2 * 3 * 4 * 7; ++i)
    for (int j = 0; j < 3 * 7 * 3 * 7; ++j) {
      leaves const a{{2 + i % 2, 2 + i / 2 % 2, 2}, {i / 4 % 3, i / 12 % 4, i / 48 % 7}};
      leaves const b{{1 + j % 3, 1 + j / 3 % 3}, {j / 9 % 7, j / 63 % 7}};
      check(a, b, count);
      if (HasFatalFailure())
        return;
    }
  EXPECT_EQ(count.undecided, 0);
}

// The four levels of the relation 1/5 + 4/5 = 2/5 + 3/5: no two carry together, all of them cancel.
TEST(Composition, FindsCancellationOfFourLevels) {
  leaves a{{5, 4, 7, 4, 3}, {1, 0, 0, 0, 0}};
  std::int64_t const weight[] = {100, 100, -100, -100};
  for (std::size_t k = 1; k < 5; ++k)
    a.stride[k] = a.shape[k - 1] * a.stride[k - 1] + weight[k - 1];
  tally count;
  for (std::int64_t s = 2; s < 40; ++s)
    check(a, {{s}, {336}}, count);
  EXPECT_EQ(count.undecided, 0);
  EXPECT_GT(count.accepted, 30);
}

// The same decisions at a size that nobody enumerates.
TEST(Composition, CostsTheSameForHugeLayouts) {
  auto const a = eg::parse_layout("(2,3,1073741824):(1,10,22)");
  EXPECT_EQ(eg::composition(a, eg::parse_layout("(536870912,2):(3,3221225472)")),
            eg::parse_layout("(536870912,2):(11,11811160064)"));
  EXPECT_EQ(eg::composition(eg::parse_layout("(1073741824,4):(2,1)"),
                            eg::parse_layout("(32768,32768,4):(32768,1,1073741824)")),
            eg::parse_layout("(32768,32768,4):(65536,2,1)"));
  // Two levels of 10007 residues each that always carry together: a rule, too many to look through.
  EXPECT_EQ(eg::composition(eg::parse_layout("(10007,10008,100000):(1,10012,100200091)"),
                            eg::parse_layout("(100000,3):(12349872,100150056)")),
            eg::parse_layout("(100000,3):(12356042,100200091)"));
  auto const r = eg::try_composition(eg::parse_layout("(1073741824,4):(2,1)"),
                                     eg::parse_layout("(32768,32769):(32768,1)"));
  EXPECT_TRUE(r.why.contains("at coordinate 1073774591 A(B(1073774591)) = A(1073741824) = 1, but digit by "
                             "digit a layout gives 2147483648"))
      << eg::error(r.why).what();
}

} // namespace
