// SPDX-License-Identifier: MIT
// Mode surgery, tuple arithmetic, compact layouts, slices and coordinates on random input, against trees of
// vectors that share no code with the library. Text is the only bridge between the two.
#include "../random_cases.hpp"

#include <enigma/layout.hpp>
#include <enigma/layout/text.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;

template <class T>
T draw(T from, T to) {
  return *random_cases::in_range(from, to);
}

[[maybe_unused]] int const cases = random_cases::set_number_of_cases();

/// A nested tuple of (shape, stride) pairs; for a plain tuple the strides do not matter.
struct tree {
  std::int64_t shape = 1, stride = 0;
  bool hole = false;
  std::vector<tree> children; // empty: a leaf

  [[nodiscard]] bool leaf() const { return children.empty(); }
  [[nodiscard]] std::vector<tree> modes() const { return leaf() ? std::vector<tree>{*this} : children; }
  [[nodiscard]] std::vector<tree> leaves() const {
    if (leaf())
      return {*this};
    std::vector<tree> r;
    for (auto const& c : children)
      for (auto const& l : c.leaves())
        r.push_back(l);
    return r;
  }
  [[nodiscard]] std::int64_t size() const {
    std::int64_t p = 1;
    for (auto const& l : leaves())
      p *= l.shape;
    return p;
  }
  /// The index of linear coordinate i, colexicographic, for i within the size.
  [[nodiscard]] std::int64_t at(std::int64_t i) const {
    std::int64_t sum = 0;
    for (auto const& l : leaves()) {
      sum += i % l.shape * l.stride;
      i /= l.shape;
    }
    return sum;
  }
  [[nodiscard]] std::string text(bool strides = false) const {
    if (leaf())
      return hole ? "_" : std::to_string(strides ? stride : shape);
    std::string s = "(";
    for (auto const& c : children)
      s += (s.size() > 1 ? "," : "") + c.text(strides);
    return s + ")";
  }
  [[nodiscard]] eg::layout layout() const { return eg::parse_layout(text() + ":" + text(true)); }
  [[nodiscard]] eg::int_tuple tuple() const { return eg::parse_int_tuple(text()); }
  [[nodiscard]] eg::int_tuple strides() const { return eg::parse_int_tuple(text(true)); }
};

tree tuple_of(std::vector<tree> children) {
  tree t;
  t.children = std::move(children);
  return t;
}
std::string text(tree const& t) {
  return t.text() + ":" + t.text(true);
}

/// Applies `change(leaf)` to every leaf, in order.
template <class F>
void each_leaf(tree& t, F const& change) {
  if (t.leaf())
    change(t);
  for (auto& c : t.children)
    each_leaf(c, change);
}

tree grow(int depth, std::int64_t& room) {
  tree t;
  if (depth == 0 || draw(0, 3) == 0) {
    static constexpr std::int64_t sizes[] = {1, 2, 2, 3, 4, 4, 5, 6, 8};
    t.shape = std::min(sizes[draw(0, 9)], std::max<std::int64_t>(room, 1));
    room /= t.shape;
    t.stride = draw<std::int64_t>(-2, 13);
    return t;
  }
  int const n = draw(1, 4);
  for (int i = 0; i < n; ++i)
    t.children.push_back(grow(depth - 1, room));
  return t;
}
tree random_tree(int depth = 2, std::int64_t room = 200) {
  return grow(depth, room);
}
/// Compact in a random order of its leaves, some of them stretched, so that it is injective.
tree random_injective() {
  auto t = random_tree();
  std::vector<int> rank(t.leaves().size());
  for (auto& r : rank)
    r = draw(0, 1000);
  std::int64_t next = 1;
  std::vector<std::int64_t> stride(rank.size());
  for (std::size_t step = 0; step < rank.size(); ++step) {
    auto const k = static_cast<std::size_t>(std::min_element(rank.begin(), rank.end()) - rank.begin());
    rank[k] = 2000;
    stride[k] = next;
    next *= t.leaves()[k].shape * draw<std::int64_t>(1, 3);
  }
  std::size_t k = 0;
  each_leaf(t, [&](tree& l) { l.stride = stride[k++]; });
  return t;
}

/// What the library answers, as text; nothing if it refuses.
template <class F>
std::optional<std::string> said(F const& f) {
  try {
    return eg::to_string(f());
  } catch (eg::error const& e) {
    RC_ASSERT(std::string(e.what()).find(") refused: ") != std::string::npos);
    return std::nullopt;
  }
}
using expected = std::optional<std::string>;

// --- mode surgery: once for layouts and once for tuples
// -------------------------------------------------------

template <bool Layout>
auto value(tree const& t) {
  if constexpr (Layout)
    return t.layout();
  else
    return t.tuple();
}
template <bool Layout>
std::string words(tree const& t) {
  return Layout ? text(t) : t.text();
}

template <bool Layout>
void surgery() {
  auto const t = random_tree();
  auto const x = random_tree(1);
  auto const l = value<Layout>(t);
  auto const y = value<Layout>(x);
  auto const modes = t.modes();
  int const rank = static_cast<int>(modes.size());
  int const b = draw(-1, rank + 2);
  int const e = draw(-1, rank + 2);
  int const n = draw(0, 6);
  auto const from = modes.begin();

  bool const range = 0 <= b && b < e && e <= rank;
  bool const exists = 0 <= b && b < rank;
  RC_ASSERT(said([&] { return eg::take(l, b, e); }) ==
            (range ? expected(words<Layout>(tuple_of({from + b, from + e}))) : std::nullopt));
  RC_ASSERT(eg::try_take(l, b, e).has_value() == range);

  auto grouped = modes;
  if (range) {
    grouped.erase(grouped.begin() + b, grouped.begin() + e);
    grouped.insert(grouped.begin() + b, tuple_of({from + b, from + e}));
  }
  RC_ASSERT(said([&] { return eg::group(l, b, e); }) ==
            (range ? expected(words<Layout>(tuple_of(grouped))) : std::nullopt));

  std::vector<tree> chosen;
  std::vector<tree> numbers;
  bool all_exist = true;
  for (int i = draw(1, 4); i > 0; --i) {
    int const j = draw(draw(0, 8) == 0 ? -1 : 0, rank + (draw(0, 8) == 0 ? 1 : 0));
    numbers.push_back({j, 0, false, {}});
    all_exist = all_exist && j >= 0 && j < rank;
    if (all_exist)
      chosen.push_back(modes[static_cast<std::size_t>(j)]);
  }
  RC_ASSERT(said([&] { return eg::select(l, tuple_of(numbers).tuple()); }) ==
            (all_exist ? expected(words<Layout>(tuple_of(chosen))) : std::nullopt));

  auto behind = modes;
  behind.push_back(x);
  auto before = modes;
  before.insert(before.begin(), x);
  RC_ASSERT(said([&] { return eg::append(l, y); }) == words<Layout>(tuple_of(behind)));
  RC_ASSERT(said([&] { return eg::prepend(l, y); }) == words<Layout>(tuple_of(before)));
  while (static_cast<int>(behind.size()) < n)
    behind.push_back(x);
  while (static_cast<int>(before.size()) < n)
    before.insert(before.begin(), x);
  auto const to_rank = [&](std::vector<tree> const& more) {
    return n < rank ? std::nullopt : expected(words<Layout>(n == rank ? t : tuple_of(more)));
  };
  RC_ASSERT(said([&] { return eg::append(l, y, n); }) == to_rank(behind));
  RC_ASSERT(said([&] { return eg::prepend(l, y, n); }) == to_rank(before));

  auto replaced = modes;
  auto inserted = modes;
  auto removed = modes;
  if (exists) {
    replaced[static_cast<std::size_t>(b)] = x;
    removed.erase(removed.begin() + b);
  }
  if (0 <= b && b <= rank)
    inserted.insert(inserted.begin() + b, x);
  RC_ASSERT(said([&] { return eg::replace(l, b, y); }) ==
            (exists ? expected(words<Layout>(t.leaf() ? x : tuple_of(replaced))) : std::nullopt));
  RC_ASSERT(said([&] { return eg::insert(l, b, y); }) ==
            (0 <= b && b <= rank ? expected(words<Layout>(tuple_of(inserted))) : std::nullopt));
  RC_ASSERT(said([&] { return eg::remove(l, b); }) ==
            (exists && rank > 1 ? expected(words<Layout>(tuple_of(removed))) : std::nullopt));

  auto reversed = t;
  std::reverse(reversed.children.begin(), reversed.children.end());
  RC_ASSERT(said([&] { return eg::reverse(l); }) == words<Layout>(reversed));

  // A path down to a leaf, one step too far now and then.
  tree now = t;
  std::vector<tree> path;
  bool there = true;
  for (int depth = draw(1, 4); depth > 0 && there; --depth) {
    auto const below = now.modes();
    auto const i = draw(0, static_cast<int>(below.size()) + (draw(0, 6) == 0 ? 1 : 0));
    path.push_back({i, 0, false, {}});
    there = i < static_cast<int>(below.size());
    if (there)
      now = below[static_cast<std::size_t>(i)];
  }
  RC_ASSERT(said([&] { return eg::get(l, tuple_of(path).tuple()); }) ==
            (there ? expected(words<Layout>(now)) : std::nullopt));

  // Another nesting over as many leaves, or over one more or less.
  auto profile = random_tree();
  auto const leaves = t.leaves();
  bool const fits = profile.leaves().size() == leaves.size();
  std::size_t k = 0;
  if (fits)
    each_leaf(profile, [&](tree& p) { p = leaves[k++]; });
  RC_ASSERT(said([&] { return eg::unflatten(l, profile.tuple()); }) ==
            (fits ? expected(words<Layout>(profile)) : std::nullopt));
  RC_ASSERT(said([&] { return eg::unflatten(eg::flatten(l), t.tuple()); }) == words<Layout>(t));
  RC_ASSERT(said([&] { return eg::repeat(y, n); }) ==
            (n < 1 ? std::nullopt
                   : expected(words<Layout>(tuple_of(std::vector<tree>(static_cast<std::size_t>(n), x))))));
}

TEST(modes, surgery_of_layouts) {
  EXPECT_TRUE(rc::check("each operation on layouts is that on vectors of modes", surgery<true>));
}
TEST(modes, surgery_of_tuples) {
  EXPECT_TRUE(rc::check("each operation on tuples is that on vectors of elements", surgery<false>));
}

TEST(modes, as_functions) {
  EXPECT_TRUE(rc::check("append, prepend and group as functions of coordinates", [] {
    auto const t = random_tree();
    auto const x = random_tree(1, 8);
    auto const l = t.layout();
    auto const i = draw<std::int64_t>(0, t.size());
    auto const j = draw<std::int64_t>(0, x.size());
    RC_ASSERT(eg::append(eg::group(eg::prepend(l, x.layout()), 0, 1), x.layout())(j + x.size() * i) ==
              t.at(i) + x.at(j));
    RC_ASSERT(eg::append(l, x.layout())(i + t.size() * j) == t.at(i) + x.at(j));
  }));
}

// --- tuple arithmetic -------------------------------------------------------------------------------------

std::int64_t quotient(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}
struct no_answer {};

/// The four cases as the definition has them, by recursion; `exact`: one has to divide the other.
tree divided(tree const& a, tree const& b, bool exact) {
  if (a.leaf()) {
    auto const d = b.size();
    if (exact && a.shape % d != 0 && d % a.shape != 0)
      throw no_answer();
    return {quotient(a.shape, d), 0, false, {}};
  }
  tree r;
  if (b.leaf()) {
    auto rest = b;
    for (auto const& x : a.children) {
      r.children.push_back(divided(x, rest, exact));
      rest = divided(rest, x, exact);
    }
    return r;
  }
  if (b.children.size() > a.children.size() || (exact && b.children.size() != a.children.size()))
    throw no_answer();
  for (std::size_t i = 0; i < a.children.size(); ++i)
    r.children.push_back(i < b.children.size() ? divided(a.children[i], b.children[i], exact)
                                               : a.children[i]);
  return r;
}
expected divided_or_not(tree const& a, tree const& b, bool exact) {
  try {
    return divided(a, b, exact).text();
  } catch (no_answer) {
    return std::nullopt;
  }
}

/// A tuple that goes with t: elements dropped to integers, integers replaced, now and then one too many.
tree partner(tree const& t) {
  if (t.leaf() || draw(0, 4) == 0) {
    static constexpr std::int64_t sizes[] = {1, 2, 3, 4, 6, 8, 12, 16};
    if (draw(0, 8) == 0)
      return random_tree(1, 20);
    return {draw(0, 3) == 0 ? t.size() : sizes[draw(0, 8)], 0, false, {}};
  }
  tree r;
  for (auto const& c : t.children)
    r.children.push_back(partner(c));
  if (draw(0, 12) == 0)
    r.children.push_back({2, 0, false, {}});
  else if (draw(0, 8) == 0 && r.children.size() > 1)
    r.children.pop_back();
  return r;
}

TEST(modes, division) {
  EXPECT_TRUE(rc::check("shape_div, ceil_div and round_up by their definitions", [] {
    auto const a = random_tree();
    auto const b = partner(a);
    RC_ASSERT(said([&] { return eg::shape_div(a.tuple(), b.tuple()); }) == divided_or_not(a, b, true));
    RC_ASSERT(said([&] { return eg::ceil_div(a.tuple(), b.tuple()); }) == divided_or_not(a, b, false));
    auto const rounded = [](auto const& self, tree const& x, tree const& y) -> tree {
      if (x.leaf() != y.leaf() || (!x.leaf() && x.children.size() < y.children.size()))
        throw no_answer();
      if (x.leaf())
        return {quotient(x.shape, y.shape) * y.shape, 0, false, {}};
      auto r = x;
      for (std::size_t i = 0; i < y.children.size(); ++i)
        r.children[i] = self(self, x.children[i], y.children[i]);
      return r;
    };
    expected want;
    try {
      want = rounded(rounded, a, b).text();
    } catch (no_answer) {}
    RC_ASSERT(said([&] { return eg::round_up(a.tuple(), b.tuple()); }) == want);
  }));
}

TEST(modes, products) {
  EXPECT_TRUE(rc::check("elem_scale, product_like, product_each, inner_product, sum, max and min", [] {
    auto const a = random_tree();
    auto const b = partner(a);
    auto const pairs = [](auto const& self, tree const& guide, tree const& t, bool scale) -> tree {
      if (guide.leaf())
        return {(scale ? guide.shape : 1) * t.size(), 0, false, {}};
      if (t.leaf() || t.children.size() != guide.children.size())
        throw no_answer();
      tree r;
      for (std::size_t i = 0; i < t.children.size(); ++i)
        r.children.push_back(self(self, guide.children[i], t.children[i], scale));
      return r;
    };
    for (bool const scale : {true, false}) {
      expected want;
      try {
        want = pairs(pairs, b, a, scale).text();
      } catch (no_answer) {}
      RC_ASSERT(want == said([&] {
                  return scale ? eg::elem_scale(b.tuple(), a.tuple())
                               : eg::product_like(a.tuple(), b.tuple());
                }));
    }
    tree each;
    for (auto const& m : a.modes())
      each.children.push_back({m.size(), 0, false, {}});
    RC_ASSERT(eg::to_string(eg::product_each(a.tuple())) == each.text());
    std::int64_t inner = 0;
    std::int64_t sum = 0;
    std::int64_t most = INT64_MIN;
    std::int64_t least = INT64_MAX;
    for (auto const& l : a.leaves()) {
      inner += l.shape * l.stride;
      sum += l.stride;
      most = std::max(most, l.stride);
      least = std::min(least, l.stride);
    }
    RC_ASSERT(eg::inner_product(a.tuple(), a.strides()) == inner && eg::sum(a.strides()) == sum);
    RC_ASSERT(eg::max(a.strides()) == most && eg::min(a.strides()) == least);
  }));
}

TEST(modes, comparisons) {
  EXPECT_TRUE(rc::check("congruence, compatibility and the orders by their definitions", [] {
    auto const a = random_tree();
    auto const b = draw(0, 2) == 0 ? a : partner(a);
    auto const weakly = [](auto const& self, tree const& x, tree const& y, bool divides) -> bool {
      if (x.leaf())
        return !divides || y.size() % x.shape == 0;
      if (y.leaf() || x.children.size() != y.children.size())
        return false;
      for (std::size_t i = 0; i < x.children.size(); ++i)
        if (!self(self, x.children[i], y.children[i], divides))
          return false;
      return true;
    };
    RC_ASSERT(eg::weakly_congruent(b.tuple(), a.tuple()) == weakly(weakly, b, a, false));
    RC_ASSERT(eg::weakly_compatible(b.tuple(), a.tuple()) == weakly(weakly, b, a, true));

    // Two coordinates of one shape: their positions decide.
    auto const shape = a.tuple();
    auto const i = draw<std::int64_t>(0, a.size());
    auto const j = draw<std::int64_t>(0, a.size());
    auto const digits = [&](std::int64_t at) {
      auto c = a;
      each_leaf(c, [&](tree& l) {
        auto const s = l.shape;
        l.shape = at % s;
        at /= s;
      });
      return c;
    };
    auto const x = digits(i);
    auto const y = digits(j);
    RC_ASSERT(eg::colex_less(x.tuple(), y.tuple()) == (i < j) &&
              eg::colex_leq(x.tuple(), y.tuple()) == (i <= j));
    bool less = true;
    bool leq = true;
    std::vector<std::int64_t> u;
    std::vector<std::int64_t> v;
    for (std::size_t k = 0; k < x.leaves().size(); ++k) {
      u.push_back(x.leaves()[k].shape);
      v.push_back(y.leaves()[k].shape);
      less = less && u.back() < v.back();
      leq = leq && u.back() <= v.back();
    }
    RC_ASSERT(eg::lex_less(x.tuple(), y.tuple()) == (u < v) && eg::lex_leq(x.tuple(), y.tuple()) == (u <= v));
    RC_ASSERT(eg::elem_less(x.tuple(), y.tuple()) == less && eg::elem_leq(x.tuple(), y.tuple()) == leq);
    RC_ASSERT(eg::elem_less(x.tuple(), shape));

    // Flat tuples of different rank: as vectors, and as vectors from behind.
    std::vector<tree> p;
    std::vector<tree> q;
    std::vector<std::int64_t> pv;
    std::vector<std::int64_t> qv;
    for (int k = draw(1, 4); k > 0; --k) {
      pv.push_back(draw(0, 3));
      p.push_back({pv.back(), 0, false, {}});
    }
    for (int k = draw(1, 4); k > 0; --k) {
      qv.push_back(draw(0, 3));
      q.push_back({qv.back(), 0, false, {}});
    }
    RC_ASSERT(eg::lex_less(tuple_of(p).tuple(), tuple_of(q).tuple()) == (pv < qv));
    std::reverse(pv.begin(), pv.end());
    std::reverse(qv.begin(), qv.end());
    RC_ASSERT(eg::colex_less(tuple_of(p).tuple(), tuple_of(q).tuple()) == (pv < qv));
  }));
}

// --- compact layouts --------------------------------------------------------------------------------------

TEST(modes, compact) {
  EXPECT_TRUE(rc::check("compact strides from one start and from many, from either side", [] {
    auto t = random_tree();
    auto start = draw(0, 2) == 0 ? tree{draw<std::int64_t>(1, 9), 0, false, {}} : partner(t);
    auto const fill = [](auto const& self, tree& x, tree const& s, bool right) -> void {
      if (s.leaf()) {
        auto next = s.shape;
        auto const n = x.leaves().size();
        std::vector<std::int64_t> stride(n);
        for (std::size_t i = 0; i < n; ++i) {
          auto const k = right ? n - 1 - i : i;
          auto const size = x.leaves()[k].shape;
          stride[k] = size == 1 ? 0 : next;
          next *= size;
        }
        std::size_t k = 0;
        each_leaf(x, [&](tree& l) { l.stride = stride[k++]; });
        return;
      }
      if (x.leaf() || x.children.size() != s.children.size())
        throw no_answer();
      for (std::size_t i = 0; i < x.children.size(); ++i)
        self(self, x.children[i], s.children[i], right);
    };
    for (bool const right : {false, true}) {
      expected want;
      try {
        fill(fill, t, start, right);
        want = t.text(true);
      } catch (no_answer) {}
      RC_ASSERT(want == said([&] {
                  return right ? eg::compact_row_major(t.tuple(), start.tuple())
                               : eg::compact_col_major(t.tuple(), start.tuple());
                }));
    }
  }));
}

TEST(modes, compact_order) {
  EXPECT_TRUE(rc::check("compact_order: each piece starts at the product of those before it", [] {
    auto const t = random_tree();
    // An order with the nesting of t, now and then cut short.
    auto const ordered = [](auto const& self, tree const& x) -> tree {
      if (x.leaf() || draw(0, 4) == 0)
        return {draw<std::int64_t>(-3, 30), 0, false, {}};
      tree r;
      for (auto const& c : x.children)
        r.children.push_back(self(self, c));
      return r;
    };
    auto const order = ordered(ordered, t);
    auto const numbers = order.leaves();
    std::vector<tree> pieces;
    auto const pair = [&](auto const& self, tree const& o, tree const& x) -> void {
      if (o.leaf())
        pieces.push_back(x);
      for (std::size_t i = 0; i < o.children.size(); ++i)
        self(self, o.children[i], x.children[i]);
    };
    pair(pair, order, t);
    std::vector<std::int64_t> want;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      std::int64_t next = 1;
      for (std::size_t j = 0; j < pieces.size(); ++j)
        if (numbers[j].shape < numbers[i].shape || (numbers[j].shape == numbers[i].shape && j < i))
          next *= pieces[j].size();
      for (auto const& l : pieces[i].leaves()) {
        want.push_back(l.shape == 1 ? 0 : next);
        next *= l.shape;
      }
    }
    auto const got = eg::compact_order(t.tuple(), order.tuple());
    RC_ASSERT(got.leaves() == static_cast<int>(want.size()) && eg::congruent(got, t.tuple()));
    for (int k = 0; k < got.leaves(); ++k)
      RC_ASSERT(got.leaf(k) == want[static_cast<std::size_t>(k)]);
    RC_ASSERT(eg::make_ordered_layout(t.tuple(), order.tuple()).stride() == got);
  }));
}

TEST(modes, like) {
  EXPECT_TRUE(
      rc::check("make_layout_like and make_fragment_like: compact, and in the order of the strides", [] {
        auto const t = random_tree();
        auto const leaves = t.leaves();
        for (bool const fragment : {false, true}) {
          auto const r = fragment ? eg::make_fragment_like(t.layout()) : eg::make_layout_like(t.layout());
          RC_ASSERT(r.shape() == t.tuple());
          std::size_t const first = t.modes()[0].leaves().size();
          bool const flat = fragment && t.modes().size() == 1;
          // Each leaf's place: whether it takes space, and after which others it comes.
          std::vector<std::vector<std::int64_t>> key;
          for (std::size_t k = 0; k < leaves.size(); ++k) {
            auto const d = std::abs(leaves[k].stride);
            bool const front = fragment && k < first;
            key.push_back({fragment && !front, flat || front ? 0 : d, static_cast<std::int64_t>(k)});
            bool const space =
                leaves[k].shape != 1 && (flat || (fragment && !front) || leaves[k].stride != 0);
            if (!space) {
              key.back().clear();
              RC_ASSERT(r.leaf_stride(static_cast<int>(k)) == 0);
            }
          }
          std::int64_t next = 1;
          for (std::size_t done = 0; done < leaves.size(); ++done) {
            std::size_t least = leaves.size();
            for (std::size_t k = 0; k < leaves.size(); ++k)
              if (!key[k].empty() && (least == leaves.size() || key[k] < key[least]))
                least = k;
            if (least == leaves.size())
              break;
            key[least].clear();
            RC_ASSERT(r.leaf_stride(static_cast<int>(least)) == next);
            next *= leaves[least].shape;
          }
          // Nothing else takes space: the values are those below `next`.
          RC_ASSERT(eg::cosize(r) == next);
        }
      }));
}

// --- slices -----------------------------------------------------------------------------------------------

eg::hole_coord holes_of(tree const& c) {
  if (c.leaf())
    return c.hole ? eg::hole_coord(eg::_) : eg::hole_coord(c.shape);
  std::vector<eg::hole_coord> parts;
  for (auto const& x : c.children)
    parts.push_back(holes_of(x));
  eg::hole_coord r = 0;
  r.enclose(parts.data(), static_cast<int>(parts.size()));
  return r;
}

TEST(modes, slices) {
  EXPECT_TRUE(rc::check("slice and dice: L(coordinate with x) = offset + slice(x) = slice(x) + dice(c)", [] {
    auto const t = random_tree();
    auto const coordinate = [](auto const& self, tree const& x) -> tree {
      if (draw(0, 3) == 0)
        return {0, 0, true, {}};
      if (x.leaf() || draw(0, 3) == 0)
        return {draw<std::int64_t>(0, x.size()), 0, false, {}};
      tree r;
      for (auto const& c : x.children)
        r.children.push_back(self(self, c));
      return r;
    };
    auto const c = coordinate(coordinate, t);
    std::vector<tree> kept;
    std::vector<tree> fixed;
    std::vector<tree> at;
    std::int64_t offset = 0;
    auto const meet = [&](auto const& self, tree const& x, tree const& l) -> void {
      if (x.hole)
        kept.push_back(l);
      else if (x.leaf()) {
        fixed.push_back(l);
        at.push_back(x);
        offset += l.at(x.shape);
      }
      for (std::size_t i = 0; i < x.children.size(); ++i)
        self(self, x.children[i], l.children[i]);
    };
    meet(meet, c, t);
    auto const whole = [&](std::vector<tree> const& modes) {
      return modes.empty() ? "1:0" : text(c.leaf() ? t : tuple_of(modes));
    };
    auto const s = eg::slice(holes_of(c), t.layout());
    auto const d = eg::dice(holes_of(c), t.layout());
    RC_ASSERT(eg::to_string(s.layout) == whole(kept) && s.offset == offset);
    RC_ASSERT(eg::to_string(d) == whole(fixed));
    if (!at.empty())
      RC_ASSERT(d(c.leaf() ? c.tuple() : tuple_of(at).tuple()) == offset);
    auto const elements = [&](std::vector<tree> const& modes) {
      return modes.empty() ? std::nullopt : expected((c.leaf() ? t : tuple_of(modes)).text());
    };
    RC_ASSERT(said([&] { return eg::slice(holes_of(c), t.tuple()); }) == elements(kept));
    RC_ASSERT(said([&] { return eg::dice(holes_of(c), t.tuple()); }) == elements(fixed));
    // One element too many somewhere is one that no mode meets.
    if (!c.leaf()) {
      auto more = c;
      more.children.push_back({0, 0, false, {}});
      RC_ASSERT(!said([&] { return eg::dice(holes_of(more), t.layout()); }));
      RC_ASSERT(!said([&] { return eg::slice(holes_of(more), t.layout()).layout; }));
    }
  }));
}

// --- coordinates
// --------------------------------------------------------------------------------------------

TEST(modes, coordinates_of_indices) {
  EXPECT_TRUE(rc::check("idx2crd with strides finds a coordinate if and only if there is one", [] {
    bool const injective = draw(0, 2) == 0;
    auto const t = injective ? random_injective() : random_tree();
    auto const l = t.layout();
    std::map<std::int64_t, std::int64_t> image; // index: a linear coordinate
    for (std::int64_t i = 0; i < t.size(); ++i)
      image[t.at(i)] = i;
    auto const i = draw(image.begin()->first - 2, image.rbegin()->first + 3);
    auto const c = eg::try_idx2crd(i, t.tuple(), t.strides());
    RC_ASSERT(c.has_value() == (image.count(i) == 1));
    if (!c)
      return;
    RC_ASSERT(eg::congruent(c.held, t.tuple()));
    std::int64_t index = 0;
    for (int k = 0; k < c.held.leaves(); ++k) {
      auto const leaf = t.leaves()[static_cast<std::size_t>(k)];
      RC_ASSERT(c.held.leaf(k) >= 0 && c.held.leaf(k) < leaf.shape);
      index += c.held.leaf(k) * leaf.stride;
    }
    RC_ASSERT(index == i && eg::get_hier_coord(i, l) == c.held);
    auto const linear = eg::get_1d_coord(i, l);
    RC_ASSERT(linear >= 0 && linear < t.size() && t.at(linear) == i);
    if (injective)
      RC_ASSERT(linear == image[i]);
    auto const flat = eg::get_flat_coord(i, l);
    RC_ASSERT(flat.leaves() == eg::rank(l) && flat.is_leaf() == t.leaf());
    std::int64_t sum = 0;
    for (int k = 0; k < flat.leaves(); ++k)
      sum += t.modes()[static_cast<std::size_t>(k)].at(flat.leaf(k));
    RC_ASSERT(sum == i);
  }));
}

TEST(modes, conversions) {
  EXPECT_TRUE(rc::check("crd2crd keeps positions, mode by mode", [] {
    auto const to = random_tree();
    auto const from = partner(to);
    auto const coordinate = [](auto const& self, tree const& x) -> tree {
      if (x.leaf() || draw(0, 3) == 0)
        return {draw<std::int64_t>(0, x.size() + (draw(0, 20) == 0 ? 1 : 0)), 0, false, {}};
      tree r;
      for (auto const& c : x.children)
        r.children.push_back(self(self, c));
      return r;
    };
    auto const c = coordinate(coordinate, from);
    auto const position = [](auto const& self, tree const& x, tree const& s) -> std::int64_t {
      if (x.leaf()) {
        if (x.shape >= s.size())
          throw no_answer();
        return x.shape;
      }
      std::int64_t sum = 0;
      std::int64_t prefix = 1;
      for (std::size_t i = 0; i < x.children.size(); ++i) {
        sum += prefix * self(self, x.children[i], s.children[i]);
        prefix *= s.children[i].size();
      }
      return sum;
    };
    auto const converted = [&](auto const& self, tree const& x, tree const& s, tree const& t) -> tree {
      if (x.leaf() || s.leaf() || t.leaf()) {
        auto i = position(position, x, s);
        auto r = t;
        std::size_t left = t.leaves().size();
        each_leaf(r, [&](tree& l) {
          auto const size = l.shape;
          l.shape = --left == 0 ? i : i % size;
          i /= size;
        });
        return r;
      }
      if (s.children.size() != t.children.size())
        throw no_answer();
      tree r;
      for (std::size_t i = 0; i < x.children.size(); ++i)
        r.children.push_back(self(self, x.children[i], s.children[i], t.children[i]));
      return r;
    };
    expected want;
    try {
      want = converted(converted, c, from, to).text();
    } catch (no_answer) {}
    RC_ASSERT(said([&] { return eg::crd2crd(c.tuple(), from.tuple(), to.tuple()); }) == want);
  }));
}

} // namespace
