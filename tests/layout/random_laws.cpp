// SPDX-License-Identifier: MIT
// The laws of the algebra over random layouts, against `tree`: a nested struct with a coordinate loop that
// shares no code with the library.
#include "random_cases.hpp"

#include <enigma/layout.hpp>
#include <enigma/layout/text.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;

using random_cases::in_range;

[[maybe_unused]] int const cases = random_cases::set_number_of_cases();

struct tree {
  std::int64_t shape = 1, stride = 0;
  std::vector<tree> children; // empty: a leaf

  [[nodiscard]] std::vector<tree const*> leaves() const {
    if (children.empty())
      return {this};
    std::vector<tree const*> r;
    for (auto const& c : children)
      for (auto const* l : c.leaves())
        r.push_back(l);
    return r;
  }
  [[nodiscard]] std::int64_t size() const {
    std::int64_t p = 1;
    for (auto const* l : leaves())
      p *= l->shape;
    return p;
  }
  /// Colexicographic, the last leaf not reduced.
  std::int64_t operator()(std::int64_t i) const {
    auto const all = leaves();
    std::int64_t sum = 0;
    for (auto const* l : all) {
      auto const digit = l == all.back() ? i : i % l->shape;
      sum += digit * l->stride;
      i /= l->shape;
    }
    return sum;
  }
  [[nodiscard]] std::string text(bool strides) const {
    if (children.empty())
      return std::to_string(strides ? stride : shape);
    std::string s = "(";
    for (auto const& c : children)
      s += (s.size() > 1 ? "," : "") + c.text(strides);
    return s + ")";
  }
  [[nodiscard]] eg::layout layout() const { return eg::parse_layout(text(false) + ":" + text(true)); }

  /// From the library's answer, by its text.
  explicit tree(eg::layout const& l) {
    auto const s = eg::to_string(l);
    auto const colon = s.find(':');
    std::size_t i = 0;
    std::size_t j = colon + 1;
    read(s, i, j);
  }
  tree() = default;

private:
  void read(std::string const& s, std::size_t& i, std::size_t& j) {
    if (s[i] != '(') {
      std::size_t used = 0;
      shape = std::stoll(s.substr(i), &used);
      i += used;
      stride = std::stoll(s.substr(j), &used);
      j += used;
      return;
    }
    do {
      ++i;
      ++j;
      children.emplace_back();
      children.back().read(s, i, j);
    } while (s[i] == ',');
    ++i;
    ++j;
  }
};

std::vector<tree*> leaves_of(tree& t) {
  std::vector<tree*> r;
  for (auto const* l : t.leaves())
    r.push_back(const_cast<tree*>(l));
  return r;
}

tree random_shape(int depth, std::int64_t& room) {
  tree t;
  if (depth == 0 || *in_range(0, 3) == 0) {
    static constexpr std::int64_t sizes[] = {1, 2, 2, 3, 4, 4, 5, 6, 8};
    t.shape = std::min(sizes[*in_range(0, 9)], std::max<std::int64_t>(room, 1));
    room /= t.shape;
    return t;
  }
  int const n = *in_range(1, 4);
  for (int i = 0; i < n; ++i)
    t.children.push_back(random_shape(depth - 1, room));
  return t;
}

/// A permutation from random draws, so that it shrinks.
std::vector<std::size_t> random_order(std::size_t n) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t i = n; i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(*in_range(0, static_cast<int>(i)))]);
  return order;
}

enum class strides { compact, spaced, any };

tree random_layout(strides kind, std::int64_t room = 200) {
  tree t = random_shape(2, room);
  auto const all = leaves_of(t);
  std::int64_t next = 1;
  for (auto k : random_order(all.size())) {
    auto& l = *all[k];
    l.stride = kind == strides::any ? *in_range<std::int64_t>(0, 13) : next;
    next *= l.shape;
    if (kind == strides::spaced)
      next *= *in_range<std::int64_t>(1, 4);
  }
  if (kind == strides::spaced && *in_range(0, 4) == 0) // a broadcast mode
    all[static_cast<std::size_t>(*in_range(0, static_cast<int>(all.size())))]->stride = 0;
  return t;
}

tree random_layout() {
  return random_layout(static_cast<strides>(*in_range(0, 3)));
}

/// A layout whose values are linear coordinates of a layout of size `n`: compact in a divisor, spread out.
tree random_right(std::int64_t n) {
  auto t = random_layout(static_cast<strides>(*in_range(0, 3)), std::max<std::int64_t>(2, n));
  auto const factor = *in_range<std::int64_t>(1, 5);
  if (*in_range(0, 3) == 0)
    for (auto* l : leaves_of(t))
      l->stride *= factor;
  return t;
}

bool refines(tree const& coarse, tree const& fine) {
  if (coarse.children.empty())
    return coarse.shape == fine.size();
  if (fine.children.size() != coarse.children.size())
    return false;
  for (std::size_t i = 0; i < fine.children.size(); ++i)
    if (!refines(coarse.children[i], fine.children[i]))
      return false;
  return true;
}

/// Counts how often a law was tested on an answer and not skipped on a refusal.
struct tally {
  int answered = 0, refused = 0;
  ~tally() {
    EXPECT_GT(answered, refused / 8) << "too few answers to mean anything: " << refused << " refused";
  }
  template <class Outcome>
  bool operator()(Outcome const& o) {
    ++(o ? answered : refused);
    if (!o)
      RC_ASSERT(o.why.contains("refused: "));
    return static_cast<bool>(o);
  }
};

std::int64_t number_after(std::string const& text, std::string const& words) {
  auto const at = text.find(words);
  return at == std::string::npos ? -1 : std::stoll(text.substr(at + words.size()));
}

TEST(random_laws, composition) {
  tally count;
  int witnesses = 0;
  EXPECT_TRUE(rc::check("R(c) = A(B(c)), and the witness of a refusal is true", [&] {
    auto const a = random_layout();
    auto const b = random_right(a.size());
    auto const r = eg::try_composition(a.layout(), b.layout());
    if (count(r)) {
      tree const answer(r.held);
      RC_ASSERT(refines(b, answer));
      for (std::int64_t i = 0; i < b.size(); ++i)
        RC_ASSERT(answer(i) == a(b(i)));
      return;
    }
    // "... at coordinate c A(B(c)) = A(v) = w, but ..."
    std::string const words = eg::error(r.why).what();
    auto const c = number_after(words, "at coordinate ");
    if (c < 0)
      return;
    ++witnesses;
    auto const v = number_after(words, "= A(");
    auto const w = number_after(words, "A(" + std::to_string(v) + ") = ");
    RC_ASSERT(c < b.size());
    RC_ASSERT(b(c) == v);
    RC_ASSERT(a(v) == w);
    auto const other = words.find("gives ") != std::string::npos ? number_after(words, "gives ")
                                                                 : number_after(words, "a layout gives ");
    RC_ASSERT(other != w);
  }));
  EXPECT_GT(witnesses, count.refused * 9 / 10);
}

TEST(random_laws, composition_by_mode_is_composition_of_modes) {
  tally count;
  EXPECT_TRUE(rc::check("mode i of R = mode i of A o n_i", [&] {
    auto a = random_layout(strides::any);
    if (a.children.empty())
      return;
    auto const first = *in_range<std::int64_t>(1, 9);
    auto const r = eg::try_composition(a.layout(), {first});
    if (!count(r))
      return;
    tree const answer(r.held);
    RC_ASSERT(answer.children.size() == 1U);
    for (std::int64_t i = 0; i < first; ++i)
      RC_ASSERT(answer.children[0](i) == a.children[0](i));
  }));
}

TEST(random_laws, complement) {
  tally count;
  EXPECT_TRUE(rc::check("disjoint, increasing, far enough, and with L no index twice", [&] {
    auto const l = random_layout();
    auto const target = *in_range<std::int64_t>(1, 500);
    auto const r = eg::try_complement(l.layout(), target);
    if (!count(r))
      return;
    tree const answer(r.held);
    std::set<std::int64_t> image, sums;
    for (std::int64_t i = 0; i < l.size(); ++i)
      image.insert(l(i));
    std::int64_t before = -1;
    for (std::int64_t j = 0; j < answer.size(); ++j) {
      RC_ASSERT(answer(j) > before);
      before = answer(j);
      RC_ASSERT(j == 0 || image.count(answer(j)) == 0U);
      for (auto x : image)
        RC_ASSERT(sums.insert(x + answer(j)).second);
    }
    RC_ASSERT(*sums.rbegin() + 1 >= target);
  }));
}

TEST(random_laws, inverses) {
  tally count;
  EXPECT_TRUE(rc::check("L(right(i)) = i and L(left(L(i))) = L(i)", [&] {
    auto const l = random_layout();
    tree const right(eg::right_inverse(l.layout()));
    for (std::int64_t i = 0; i < right.size(); ++i)
      RC_ASSERT(l(right(i)) == i);
    auto const r = eg::try_left_inverse(l.layout());
    if (!count(r))
      return;
    tree const left(r.held);
    for (std::int64_t i = 0; i < l.size(); ++i)
      RC_ASSERT(l(left(l(i))) == l(i));
  }));
}

TEST(random_laws, right_inverse_of_a_bijection_is_complete) {
  EXPECT_TRUE(rc::check("size(right) = size(L) for compact L", [] {
    auto const l = random_layout(strides::compact);
    RC_ASSERT(tree(eg::right_inverse(l.layout())).size() == l.size());
    RC_ASSERT(tree(eg::left_inverse(l.layout())).size() == l.size());
  }));
}

TEST(random_laws, coalesce_filter_flatten) {
  EXPECT_TRUE(rc::check("the same function, flat, no two leaves that could be one", [] {
    auto const l = random_layout();
    tree const c(eg::coalesce(l.layout())), f(eg::flatten(l.layout())), g(eg::filter(l.layout()));
    RC_ASSERT(c.size() == l.size());
    RC_ASSERT(f.size() == l.size());
    std::set<std::int64_t> image, filtered;
    for (std::int64_t i = 0; i < l.size(); ++i) {
      RC_ASSERT(c(i) == l(i));
      RC_ASSERT(f(i) == l(i));
      image.insert(l(i));
    }
    for (std::int64_t i = 0; i < g.size(); ++i)
      filtered.insert(g(i));
    RC_ASSERT(image == filtered);
    auto const leaves = c.leaves();
    for (std::size_t k = 0; k + 1 < leaves.size(); ++k) {
      RC_ASSERT(leaves[k]->shape != 1);
      RC_ASSERT(leaves[k]->shape * leaves[k]->stride != leaves[k + 1]->stride);
    }
  }));
}

TEST(random_laws, divide) {
  tally count;
  EXPECT_TRUE(rc::check("the tile is A o T and no element is lost", [&] {
    auto const a = random_layout();
    auto const t = *in_range(0, 2) == 0 ? random_layout(strides::spaced, 20) : [&] {
      tree n;
      n.shape = *in_range<std::int64_t>(1, 17);
      n.stride = n.shape == 1 ? 0 : 1;
      return n;
    }();
    auto const r = eg::try_logical_divide(a.layout(), t.layout());
    if (!count(r))
      return;
    tree const answer(r.held);
    RC_ASSERT(answer.children.size() == 2U);
    RC_ASSERT(refines(t, answer.children[0]));
    for (std::int64_t i = 0; i < t.size(); ++i)
      RC_ASSERT(answer.children[0](i) == a(t(i)));
    std::multiset<std::int64_t> have;
    for (std::int64_t i = 0; i < answer.size(); ++i)
      have.insert(answer(i));
    std::multiset<std::int64_t> want;
    for (std::int64_t i = 0; i < a.size(); ++i)
      want.insert(a(i));
    RC_ASSERT(std::includes(have.begin(), have.end(), want.begin(), want.end()));
    if (eg::divides_evenly(a.layout(), t.layout()) && tree(eg::filter(t.layout())).size() == t.size())
      RC_ASSERT(have == want);
  }));
}

TEST(random_laws, divides_arrange_the_same_parts) {
  tally count;
  EXPECT_TRUE(rc::check("logical, zipped, tiled and flat by mode", [&] {
    tree a;
    for (int i = 0; i < 2; ++i)
      a.children.push_back(random_layout(strides::spaced, 40));
    auto const m = *in_range<std::int64_t>(1, 6), n = *in_range<std::int64_t>(1, 6);
    auto const l = a.layout();
    auto const logical = eg::try_logical_divide(l, {m, n});
    auto const zipped = eg::try_zipped_divide(l, {m, n});
    RC_ASSERT(static_cast<bool>(logical) == static_cast<bool>(zipped));
    if (!count(logical))
      return;
    tree const x(logical.held), z(zipped.held);
    tree const tiled(eg::tiled_divide(l, {m, n})), flat(eg::flat_divide(l, {m, n}));
    auto const& p = x.children;
    RC_ASSERT(tiled.children.size() == 3U);
    RC_ASSERT(flat.children.size() == 4U);
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t half = 0; half < 2; ++half) {
        auto const& want = p[i].children[half];
        auto const same = [&](tree const& got) {
          return got.text(false) == want.text(false) && got.text(true) == want.text(true);
        };
        RC_ASSERT(same(z.children[half].children[i]));
        RC_ASSERT(same(flat.children[2 * half + i]));
        RC_ASSERT(same(half == 0 ? tiled.children[0].children[i] : tiled.children[1 + i]));
      }
  }));
}

TEST(random_laws, products) {
  tally count;
  EXPECT_TRUE(rc::check("R(a, t) = A(a) + C(T(t)), each index once", [&] {
    auto const a = random_layout(static_cast<strides>(*in_range(0, 2)), 30);
    auto const t = random_layout(static_cast<strides>(*in_range(0, 2)), 30);
    auto const r = eg::try_logical_product(a.layout(), t.layout());
    if (!count(r))
      return;
    tree const answer(r.held);
    RC_ASSERT(answer.children[0].text(true) == a.text(true));
    std::set<std::int64_t> block, tiles, all, starts;
    for (std::int64_t i = 0; i < a.size(); ++i)
      block.insert(a(i));
    for (std::int64_t j = 0; j < t.size(); ++j) {
      tiles.insert(t(j));
      starts.insert(answer.children[1](j));
    }
    RC_ASSERT(starts.size() == tiles.size()); // as many repetitions as T has different values
    for (auto x : block)
      for (auto s : starts)
        RC_ASSERT(all.insert(x + s).second);
    tree const blocked(eg::blocked_product(a.layout(), t.layout()));
    tree const raked(eg::raked_product(a.layout(), t.layout()));
    std::set<std::int64_t> in_blocked, in_raked;
    for (std::int64_t i = 0; i < blocked.size(); ++i)
      in_blocked.insert(blocked(i));
    for (std::int64_t i = 0; i < raked.size(); ++i)
      in_raked.insert(raked(i));
    RC_ASSERT(in_blocked == all);
    RC_ASSERT(in_raked == all);
    RC_ASSERT(blocked.size() == a.size() * t.size());
  }));
}

TEST(random_laws, thread_value_layouts) {
  tally count;
  EXPECT_TRUE(rc::check("MN(tv(t, v)) = t + v * threads, a bijection onto the tile", [&] {
    auto const thr = random_layout(strides::compact, 24), val = random_layout(strides::compact, 12);
    auto const r = eg::try_make_layout_tv(thr.layout(), val.layout());
    if (!count(r))
      return;
    tree const mn(eg::raked_product(thr.layout(), val.layout())), tv(r.held.layout);
    std::set<std::int64_t> seen;
    RC_ASSERT(tv.children.size() == 2U);
    for (std::int64_t v = 0; v < val.size(); ++v)
      for (std::int64_t t = 0; t < thr.size(); ++t) {
        auto const at = tv.children[0](t) + tv.children[1](v);
        RC_ASSERT(at >= 0);
        RC_ASSERT(at < mn.size());
        RC_ASSERT(mn(at) == t + v * thr.size());
        RC_ASSERT(seen.insert(at).second);
      }
    RC_ASSERT(eg::product(r.held.tiler) == mn.size());
  }));
}

TEST(random_laws, coordinates) {
  EXPECT_TRUE(rc::check("linear, natural and hierarchical coordinates agree, and slices keep the rest", [] {
    auto const t = random_layout();
    auto const l = t.layout();
    auto const i = *in_range<std::int64_t>(0, t.size());
    auto const c = eg::idx2crd(i, l.shape());
    RC_ASSERT(l(i) == t(i));
    RC_ASSERT(l(c) == t(i));
    RC_ASSERT(eg::crd2idx(c, l.shape()) == i);
    RC_ASSERT(eg::linear_index<std::int64_t>(i, l) == t(i));
    if (t.children.size() == 2) {
      auto const j = i % t.children[0].size(), k = i / t.children[0].size();
      RC_ASSERT(l(j, k) == t(i));
      RC_ASSERT(eg::natural_index<std::int64_t>(l, j, k) == t(i));
      auto const row = eg::slice(eg::hole_coord{j, eg::_}, l);
      RC_ASSERT(row.offset + tree(row.layout)(k) == t(i));
      RC_ASSERT(l(eg::_, k)(j) + eg::slice(eg::hole_coord{eg::_, k}, l).offset == t(i));
    }
  }));
}

TEST(random_laws, text) {
  EXPECT_TRUE(rc::check("parse(to_string(l)) = l", [] {
    auto const t = random_layout();
    auto const l = t.layout();
    RC_ASSERT(eg::to_string(l) == t.text(false) + ":" + t.text(true));
    RC_ASSERT(eg::parse_layout(eg::to_string(l)) == l);
    RC_ASSERT(eg::parse_int_tuple(eg::to_string(l.stride())) == l.stride());
  }));
}

} // namespace
