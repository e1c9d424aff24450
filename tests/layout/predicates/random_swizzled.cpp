// SPDX-License-Identifier: MIT
// The predicates of composed layouts against their definitions, read off every coordinate.
#include "naive.hpp"

#include <enigma/layout/swizzle/predicates.hpp>
#include <enigma/layout/text.hpp>

#include <gtest/gtest.h>

namespace {

namespace eg = enigma;
using naive::random;
using naive::random_leaves;

/// The bit formula, written out.
std::int64_t swizzled(eg::swizzle const& sw, std::int64_t x) {
  for (int b = 0; b < sw.bits; ++b) {
    int const y = sw.base + b + (sw.shift > 0 ? sw.shift : 0);
    int const z = sw.base + b + (sw.shift > 0 ? 0 : -sw.shift);
    if (((x >> y) & 1) != 0)
      x ^= std::int64_t{1} << z;
  }
  return x;
}

struct composed {
  eg::swizzle sw;
  std::int64_t offset = 0;
  naive::leaves inner;

  [[nodiscard]] std::int64_t operator()(std::int64_t i) const { return swizzled(sw, offset + inner(i)); }
  [[nodiscard]] std::int64_t size() const { return inner.size(); }
  [[nodiscard]] std::vector<std::int64_t> values() const {
    std::vector<std::int64_t> all;
    for (std::int64_t i = 0; i < size(); ++i)
      all.push_back((*this)(i));
    return all;
  }
  [[nodiscard]] std::set<std::int64_t> image() const {
    auto const all = values();
    return {all.begin(), all.end()};
  }
  [[nodiscard]] eg::composed_layout layout() const { return {sw, offset, inner.layout()}; }
};

composed random_composed() {
  composed c;
  int const bits = random(0, 4);
  int const shift = random(bits, bits + 3);
  c.sw = {bits, random(0, 4), random(0, 3) == 0 ? -shift : shift};
  c.inner = random_leaves(static_cast<naive::strides>(random(0, 5)));
  if (random(0, 2) == 0) { // powers of two, which swizzles are for
    for (auto& s : c.inner.shape)
      s = s >= 8 ? 8 : s >= 4 ? 4 : s >= 2 ? 2 : 1;
    std::int64_t next = 1;
    for (std::size_t k = 0; k < c.inner.shape.size(); ++k) {
      c.inner.stride[k] = next;
      next *= c.inner.shape[k] * (random(0, 6) == 0 ? 2 : 1);
    }
    auto const k = static_cast<std::size_t>(random(0, static_cast<int>(c.inner.shape.size())));
    std::swap(c.inner.stride[k], c.inner.stride[0]);
    std::swap(c.inner.shape[k], c.inner.shape[0]);
    std::swap(c.inner.shape[c.inner.shape.size() - 1], c.inner.shape[0]);
    std::swap(c.inner.stride[c.inner.shape.size() - 1], c.inner.stride[0]);
  }
  if (random(0, 3) == 0)
    c.offset = random(0, 2) == 0 ? random<std::int64_t>(-40, 80) : 8 * random<std::int64_t>(-5, 9);
  return c;
}

void agree(eg::verdict const& v, bool wanted, naive::tally& seen) {
  seen.count(wanted);
  RC_ASSERT(v.decided);
  RC_ASSERT(static_cast<bool>(v) == wanted);
  RC_ASSERT(wanted || v.why.contains(") refused: "));
}

bool has_all(std::set<std::int64_t> const& image, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    if (image.count(i) == 0)
      return false;
  return true;
}

TEST(random_swizzled, injective_contained_and_onto) {
  naive::tally injective, contained, covered, onto, bijective;
  EXPECT_TRUE(rc::check("as their definitions", [&] {
    auto const t = random_composed();
    auto const c = t.layout();
    auto const image = t.image();
    auto const size = t.size();
    auto const lowest = *image.begin();
    auto const highest = *image.rbegin();

    auto const one_to_one = eg::is_injective(c);
    agree(one_to_one, static_cast<std::int64_t>(image.size()) == size, injective);
    if (!one_to_one) {
      RC_ASSERT(one_to_one.coordinate[0] < one_to_one.coordinate[1]);
      for (auto const i : one_to_one.coordinate)
        RC_ASSERT(t(i) == one_to_one.value[0]);
    }
    std::int64_t hole = 0;
    while (image.count(hole) != 0)
      ++hole;
    auto const n =
        std::max<std::int64_t>(1, (random(0, 2) == 0 ? highest : hole) + random<std::int64_t>(-2, 3));
    auto const inside = eg::is_contained(c, n);
    agree(inside, lowest >= 0 && highest < n, contained);
    if (!inside)
      RC_ASSERT(t(inside.coordinate[0]) == inside.value[0] && (inside.value[0] < 0 || inside.value[0] >= n));
    auto const wide = eg::covers(c, n);
    agree(wide, has_all(image, n), covered);
    if (!wide)
      RC_ASSERT(image.count(wide.value[0]) == 0U && 0 <= wide.value[0] && wide.value[0] < n);
    auto const exact = eg::is_surjective(c, n);
    agree(exact, has_all(image, n) && lowest >= 0 && highest < n, onto);
    auto const permutation = eg::is_bijective(c);
    agree(permutation, static_cast<std::int64_t>(image.size()) == size && lowest == 0 && highest == size - 1,
          bijective);
    RC_ASSERT(static_cast<bool>(eg::is_compact(c)) == static_cast<bool>(permutation));
  }));
  EXPECT_TRUE(injective.both());
  EXPECT_TRUE(contained.both());
  EXPECT_TRUE(covered.both());
  EXPECT_TRUE(onto.both());
  EXPECT_TRUE(bijective.both());
}

TEST(random_swizzled, widths) {
  naive::tally wide;
  EXPECT_TRUE(
      rc::check("contiguous aligned groups of values and indices; the power of two that divides", [&] {
        auto t = random_composed();
        if (random(0, 2) == 0) { // a leading contiguous leaf and room for it
          for (auto& d : t.inner.stride)
            d *= 8;
          t.offset *= 8;
          t.inner.shape.insert(t.inner.shape.begin(), 8);
          t.inner.stride.insert(t.inner.stride.begin(), 1);
        }
        auto const c = t.layout();
        std::int64_t widest = 1, dividing = 0, of_values = 1;
        for (std::int64_t n = 2; n <= t.size(); n *= 2) {
          bool good = t.size() % n == 0;
          bool indices = t.offset % n == 0;
          for (std::int64_t j = 0; good && j < t.size(); ++j) {
            good = t(j) == t(j / n * n) + j % n && t(j / n * n) % n == 0;
            indices = indices && t.inner(j) == t.inner(j / n * n) + j % n && t.inner(j / n * n) % n == 0;
          }
          if (good)
            of_values = n;
          if (good && indices)
            widest = n;
        }
        RC_ASSERT(of_values == widest || of_values > std::int64_t{1} << t.sw.base);
        wide.count(widest > 1);
        RC_ASSERT(eg::max_vector_width(c) == widest);
        RC_ASSERT(eg::max_vector_width(c, 3) == std::min<std::int64_t>(widest, 2));
        for (auto const v : t.values())
          dividing |= v;
        RC_ASSERT(eg::alignment(c) == (dividing & -dividing));
      }));
  EXPECT_TRUE(wide.both());
}

TEST(random_swizzled, equal_as_functions) {
  naive::tally seen;
  EXPECT_TRUE(rc::check("the first coordinate at which they differ", [&] {
    auto const a = random_composed();
    auto b = a;
    switch (random(0, 4)) {
    case 0:
      b.sw = {random(0, 2), random(0, 6), 3};
      break;
    case 1:
      b.offset += random<std::int64_t>(0, 2);
      break;
    case 2:
      b.inner.stride[0] += random<std::int64_t>(0, 2);
      break;
    default:
      break;
    }
    auto const v = eg::equal_as_functions(a.layout(), b.layout());
    agree(v, a.values() == b.values(), seen);
    if (v)
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

} // namespace
