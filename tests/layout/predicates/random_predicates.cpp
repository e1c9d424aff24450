// SPDX-License-Identifier: MIT
// Each predicate against its definition, read off every coordinate: nothing undecided, nothing wrong, and
// each witness true.
#include "naive.hpp"

#include <enigma/layout/predicates/relations.hpp>
#include <enigma/layout/predicates/vector_width.hpp>
#include <enigma/layout/text.hpp>

#include <gtest/gtest.h>

#include <numeric>

namespace {

namespace eg = enigma;
using naive::random;
using naive::random_leaves;

/// The verdict agrees, and it is decided; a refusal has words.
void agree(eg::verdict const& v, bool wanted, naive::tally& seen) {
  seen.count(wanted);
  RC_ASSERT(v.decided);
  RC_ASSERT(static_cast<bool>(v) == wanted);
  RC_ASSERT(wanted || v.why.contains(") refused: "));
}

std::int64_t least(std::set<std::int64_t> const& s) {
  return *s.begin();
}
std::int64_t most(std::set<std::int64_t> const& s) {
  return *s.rbegin();
}
bool covers(std::set<std::int64_t> const& image, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    if (image.count(i) == 0)
      return false;
  return true;
}
/// A bound near where the answer changes.
std::int64_t random_bound(std::set<std::int64_t> const& image) {
  std::int64_t first_hole = 0;
  while (image.count(first_hole) != 0)
    ++first_hole;
  switch (random(0, 3)) {
  case 0:
    return std::max<std::int64_t>(1, most(image) + random<std::int64_t>(-1, 3));
  case 1:
    return std::max<std::int64_t>(1, first_hole + random<std::int64_t>(-1, 2));
  default:
    return random<std::int64_t>(1, 40);
  }
}

TEST(random_predicates, is_injective) {
  naive::tally seen;
  EXPECT_TRUE(rc::check("no two coordinates with one value", [&] {
    auto const t = random_leaves();
    auto const v = eg::is_injective(t.layout());
    agree(v, static_cast<std::int64_t>(t.image().size()) == t.size(), seen);
    if (v)
      return;
    RC_ASSERT(0 <= v.coordinate[0]);
    RC_ASSERT(v.coordinate[0] < v.coordinate[1]);
    RC_ASSERT(v.coordinate[1] < t.size());
    RC_ASSERT(t(v.coordinate[0]) == v.value[0]);
    RC_ASSERT(t(v.coordinate[1]) == v.value[0]);
  }));
  EXPECT_TRUE(seen.both());
}

TEST(random_predicates, is_contained) {
  naive::tally seen;
  EXPECT_TRUE(rc::check("0 <= L(c) < n", [&] {
    auto const t = random_leaves();
    auto const image = t.image();
    auto const n = random_bound(image);
    auto const v = eg::is_contained(t.layout(), n);
    agree(v, least(image) >= 0 && most(image) < n, seen);
    if (v)
      return;
    RC_ASSERT(t(v.coordinate[0]) == v.value[0]);
    RC_ASSERT(v.value[0] < 0 || v.value[0] >= n);
  }));
  EXPECT_TRUE(seen.both());
}

TEST(random_predicates, reaches) {
  naive::tally seen;
  EXPECT_TRUE(rc::check("some coordinate has the value", [&] {
    auto const t = random_leaves();
    auto const image = t.image();
    auto const value = random<std::int64_t>(least(image) - 2, most(image) + 3);
    auto const v = eg::reaches(t.layout(), value);
    agree(v, image.count(value) != 0, seen);
    if (v) {
      RC_ASSERT(v.coordinate[0] < t.size());
      RC_ASSERT(t(v.coordinate[0]) == value);
    }
  }));
  EXPECT_TRUE(seen.both());
}

TEST(random_predicates, covers_and_is_surjective) {
  naive::tally covered, onto;
  EXPECT_TRUE(rc::check("every value of [0, n) is reached; and no other", [&] {
    auto const t = random_leaves();
    auto const l = t.layout();
    auto const image = t.image();
    auto const n = random_bound(image);
    auto const wide = eg::covers(l, n);
    agree(wide, covers(image, n), covered);
    if (!wide) {
      RC_ASSERT(image.count(wide.value[0]) == 0U);
      RC_ASSERT(0 <= wide.value[0]);
      RC_ASSERT(wide.value[0] < n);
    }
    auto const exact = eg::is_surjective(l, n);
    agree(exact, covers(image, n) && least(image) == 0 && most(image) == n - 1, onto);
    if (!exact && exact.coordinate[0] < 0)
      RC_ASSERT(image.count(exact.value[0]) == 0U);
  }));
  EXPECT_TRUE(covered.both());
  EXPECT_TRUE(onto.both());
}

TEST(random_predicates, is_bijective) {
  naive::tally seen;
  EXPECT_TRUE(rc::check("each i of [0, n) is the value of one coordinate", [&] {
    auto const t = random_leaves(static_cast<naive::strides>(random(0, 3)));
    auto const l = t.layout();
    auto const image = t.image();
    auto const n = t.size();
    bool const wanted =
        static_cast<std::int64_t>(image.size()) == n && least(image) == 0 && most(image) == n - 1;
    auto const v = eg::is_bijective(l);
    agree(v, wanted, seen);
    RC_ASSERT(static_cast<bool>(eg::is_compact(l)) == wanted);
    RC_ASSERT(!eg::is_bijective(l, n + 1));
    if (!v) {
      if (v.coordinate[0] >= 0)
        RC_ASSERT(t(v.coordinate[0]) == v.value[0] && (v.value[0] < 0 || v.value[0] >= n));
      else
        RC_ASSERT(image.count(v.value[0]) == 0U && 0 <= v.value[0] && v.value[0] < n);
    }
    auto const p = eg::is_partition(l, eg::int_tuple{n});
    RC_ASSERT(static_cast<bool>(p) == wanted);
    if (!p && p.coordinate[1] >= 0)
      RC_ASSERT(t(p.coordinate[0]) == t(p.coordinate[1]) && p.coordinate[0] != p.coordinate[1]);
  }));
  EXPECT_TRUE(seen.both());
}

TEST(random_predicates, disjoint) {
  naive::tally seen;
  EXPECT_TRUE(rc::check("no value in common", [&] {
    auto a = random_leaves(60);
    auto b = random_leaves(60);
    if (random(0, 2) == 0) { // multiples, and multiples and one
      auto const m = random<std::int64_t>(2, 5);
      for (auto& d : a.stride)
        d *= m;
      for (auto& d : b.stride)
        d *= m;
      b.shape.push_back(1);
      b.stride.push_back(0);
    }
    auto const in_a = a.image();
    auto const in_b = b.image();
    auto const from = random<std::int64_t>(-50, 51);
    auto const offset = random<std::int64_t>(least(in_a) - most(in_b) - 2, most(in_a) - least(in_b) + 3);
    bool apart = true;
    for (auto const y : in_b)
      apart = apart && in_a.count(offset + y) == 0;
    auto const la = a.layout();
    auto const lb = b.layout();
    auto const v = eg::disjoint(eg::sliced{la, from}, eg::sliced{lb, from + offset});
    agree(v, apart, seen);
    RC_ASSERT(static_cast<bool>(eg::disjoint(la, lb, offset)) == apart);
    RC_ASSERT(!eg::disjoint(la, lb));
    if (v)
      return;
    RC_ASSERT(from + a(v.coordinate[0]) == v.value[0]);
    RC_ASSERT(from + offset + b(v.coordinate[1]) == v.value[0]);
  }));
  EXPECT_TRUE(seen.both());
}

TEST(random_predicates, equal_as_functions) {
  naive::tally seen;
  EXPECT_TRUE(rc::check("the first coordinate at which they differ", [&] {
    auto const a = random_leaves();
    auto b = random(0, 4) == 0 ? random_leaves() : a;
    for (auto k = b.shape.size(); k-- > 0;) // the same function with other leaves
      if (b.shape[k] % 2 == 0 && random(0, 2) == 0) {
        auto const at = static_cast<std::ptrdiff_t>(k);
        b.shape.insert(b.shape.begin() + at, 2);
        b.stride.insert(b.stride.begin() + at, b.stride[k]);
        b.shape[k + 1] /= 2;
        b.stride[k + 1] *= 2;
      }
    if (random(0, 2) == 0)
      b.stride[static_cast<std::size_t>(random(0, static_cast<int>(b.stride.size())))] +=
          random<std::int64_t>(-1, 2);
    auto const v = eg::equal_as_functions(a.layout(), b.layout());
    agree(v, a.values() == b.values(), seen);
    if (v || a.size() != b.size())
      return;
    std::int64_t first = 0;
    while (a(first) == b(first))
      ++first;
    RC_ASSERT(v.coordinate[0] == first);
    RC_ASSERT(v.value[0] == a(first));
    RC_ASSERT(v.value[1] == b(first));
  }));
  EXPECT_TRUE(seen.both());
}

TEST(random_predicates, max_vector_width_and_alignment) {
  naive::tally wide;
  EXPECT_TRUE(rc::check("the largest n with contiguous aligned groups", [&] {
    auto t = random_leaves(static_cast<naive::strides>(random(0, 4)));
    if (random(0, 2) == 0) { // a leading contiguous leaf and room for it
      for (auto& d : t.stride)
        d *= 4;
      t.shape.insert(t.shape.begin(), random<std::int64_t>(2, 9));
      t.stride.insert(t.stride.begin(), 1);
    }
    auto const l = t.layout();
    std::int64_t widest = 0;
    std::int64_t widest_power = 0;
    for (std::int64_t n = 1; n <= t.size(); ++n) {
      bool good = t.size() % n == 0;
      for (std::int64_t j = 0; good && j < t.size(); ++j)
        good = t(j) == t(j / n * n) + j % n && t(j / n * n) % n == 0;
      if (good) {
        widest = n;
        if (n <= 4 && (n & (n - 1)) == 0)
          widest_power = n;
      }
    }
    wide.count(widest > 1);
    RC_ASSERT(eg::max_vector_width(l) == widest);
    RC_ASSERT(eg::max_vector_width(l, 4) == widest_power);
    std::int64_t divisor = 0;
    for (auto const v : t.values())
      divisor = std::gcd(divisor, v);
    RC_ASSERT(eg::alignment(l) == divisor);
  }));
  EXPECT_TRUE(wide.both());
}

} // namespace
