// SPDX-License-Identifier: MIT
// Layouts with random names, facts and nesting: whatever is answered holds for every binding that the facts
// allow, and what is refused asks for facts that lead to an answer.
#include "../random_cases.hpp"

#include "naive.hpp"

#include <enigma/layout/symbolic/text.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

namespace {

namespace eg = enigma;

using random_cases::in_range;
std::int64_t any(std::int64_t from, std::int64_t to) {
  return *in_range<std::int64_t>(from, to + 1);
}

[[maybe_unused]] int const cases = random_cases::set_number_of_cases();

constexpr int names = 3;
char const* const letters[names] = {"M", "N", "K"};

struct facts {
  eg::size_facts of[names];

  static facts random() {
    facts r;
    for (auto& f : r.of) {
      std::int64_t const divisors[] = {1, 1, 2, 3, 4, 8, 16};
      f.divisible_by = divisors[any(0, 6)];
      f.at_least = any(0, 2) == 0 ? any(1, 20) : 1;
      if (any(0, 5) == 0)
        f.at_most = f.at_least + f.divisible_by + any(0, 8);
    }
    return r;
  }
  [[nodiscard]] eg::named_size name(int i) const {
    return i == 0   ? eg::named_size("M", of[0])
           : i == 1 ? eg::named_size("N", of[1])
                    : eg::named_size("K", of[2]);
  }
  [[nodiscard]] naive::values binding() const {
    naive::values r;
    for (int i = 0; i < names; ++i) {
      auto const& f = of[i];
      auto v =
          (f.at_least + f.divisible_by - 1) / f.divisible_by * f.divisible_by + any(0, 4) * f.divisible_by;
      while (v > f.at_most)
        v -= f.divisible_by;
      r[letters[i]] = v;
    }
    return r;
  }
};

/// c * names + constant, for both sides.
struct number {
  std::int64_t c = 1;
  std::vector<int> of;
  std::int64_t constant = 0;

  [[nodiscard]] eg::size_expression symbolic(facts const& f) const {
    eg::size_expression r = c;
    for (int i : of)
      r = r * f.name(i);
    return r + eg::size_expression(constant);
  }
  [[nodiscard]] std::int64_t at(naive::values const& v) const {
    auto r = c;
    for (int i : of)
      r *= v.at(letters[i]);
    return r + constant;
  }
  static number known(std::int64_t n) { return {n, {}, 0}; }
};

struct shape_tree {
  number shape, stride;
  std::vector<shape_tree> children;

  [[nodiscard]] naive::tree at(naive::values const& v) const {
    naive::tree t;
    t.shape = shape.at(v);
    t.stride = stride.at(v);
    for (auto const& c : children)
      t.children.push_back(c.at(v));
    return t;
  }
  [[nodiscard]] eg::symbolic_layout layout(facts const& f) const {
    if (children.empty())
      return {eg::size_tuple(shape.symbolic(f)), eg::size_tuple(stride.symbolic(f))};
    switch (children.size()) {
    case 1:
      return make_layout(children[0].layout(f));
    case 2:
      return make_layout(children[0].layout(f), children[1].layout(f));
    default:
      return make_layout(children[0].layout(f), children[1].layout(f), children[2].layout(f));
    }
  }
};

number random_size() {
  switch (any(0, 5)) {
  case 0:
  case 1:
    return number::known(any(1, 8));
  case 2:
    return {any(1, 4), {static_cast<int>(any(0, 2))}, 0};
  case 3:
    return {1, {static_cast<int>(any(0, 2))}, any(0, 2)};
  default:
    return {1, {static_cast<int>(any(0, 2))}, 0};
  }
}
number random_stride() {
  switch (any(0, 6)) {
  case 0:
    return number::known(any(0, 20));
  case 1:
    return {1, {static_cast<int>(any(0, 2)), static_cast<int>(any(0, 2))}, 0};
  case 2:
    return {any(-2, 4), {static_cast<int>(any(0, 2))}, any(-3, 3)};
  default:
    return {any(1, 3), {static_cast<int>(any(0, 2))}, 0};
  }
}
/// Compact strides now and then, so that leaves coalesce.
shape_tree random_tree(int depth, bool small) {
  shape_tree t;
  if (depth == 0 || any(0, 3) == 0) {
    t.shape = small ? number::known(any(1, 8)) : random_size();
    t.stride = random_stride();
    return t;
  }
  auto const count = any(1, 3);
  for (std::int64_t i = 0; i < count; ++i) {
    t.children.push_back(random_tree(depth - 1, small));
    auto& here = t.children.back();
    if (i > 0 && any(0, 2) == 0 && here.children.empty()) {
      auto const& before = t.children[static_cast<std::size_t>(i - 1)];
      if (before.children.empty() && before.shape.constant == 0 && before.stride.constant == 0) {
        here.stride.c = before.shape.c * before.stride.c;
        here.stride.of = before.shape.of;
        here.stride.of.insert(here.stride.of.end(), before.stride.of.begin(), before.stride.of.end());
        here.stride.constant = 0;
      }
    }
  }
  return t;
}

eg::layout bound(eg::symbolic_layout const& l, naive::values const& v) {
  // Names that are not in the layout are refused, so bind what is there.
  auto r = l;
  for (int i = 0; i < names; ++i)
    for (int a = 0; a < r.names_.count; ++a)
      if (r.names_.at[a].what == eg::detail::atom::kind::name &&
          r.names_.at[a].name.letter(0) == letters[i][0]) {
        r = substitute(r, {eg::binding(r.names_.at[a].name, v.at(letters[i]))});
        break;
      }
  return bind(r, {});
}

/// How many cases of a law were answered: a law about nothing proves nothing.
struct tally {
  char const* law;
  int answered = 0, asked = 0;
  ~tally() = default;
  void enough(double share) const {
    std::printf("%s: %d of %d answered\n", law, answered, asked);
    EXPECT_GT(answered, share * asked);
  }
};

/// The library's answer at a binding, read from its text, with the same numbers from `bind`.
naive::tree answer(eg::symbolic_layout const& l, naive::values const& v) {
  naive::tree const t(eg::to_string(l), v);
  RC_ASSERT(eg::to_string(bound(l, v)) == t.text());
  return t;
}

constexpr std::int64_t most = 3000;

TEST(symbolic, composition_holds_for_every_binding) {
  tally count{"composition"};
  EXPECT_TRUE(rc::check("R(c) = A(B(c))", [&] {
    auto const f = facts::random();
    auto const a = random_tree(2, false);
    auto b = random_tree(1, true);
    auto const steps = any(0, 3);
    for (auto* l : b.at(f.binding()).leaves())
      (void)l;
    // Strides that have a chance: small numbers, or the sizes of modes.
    auto const set = [&](auto const& self, shape_tree& t) -> void {
      t.stride = any(0, 1) == 0 ? number::known(any(0, 2) * any(1, 8)) : random_size();
      if (steps == 0)
        t.shape = random_size();
      for (auto& c : t.children)
        self(self, c);
    };
    set(set, b);
    auto const A = a.layout(f);
    auto const B = b.layout(f);
    auto const r = try_composition(A, B);
    ++count.asked;
    if (!r)
      return;
    ++count.answered;
    for (int i = 0; i < 4; ++i) {
      auto const v = f.binding();
      auto const x = a.at(v);
      auto const y = b.at(v);
      auto const z = answer(r.value(), v);
      RC_ASSERT(z.refines(y));
      for (std::int64_t c = 0, end = std::min(most, y.size()); c < end; ++c)
        RC_ASSERT(z(c) == x(y(c)));
    }
  }));
  count.enough(0.2);
}

struct divide {
  char const* name;
  eg::outcome<eg::symbolic_layout> (*symbolic)(eg::symbolic_layout const&, eg::tiler const&);
  eg::outcome<eg::layout> (*known)(eg::layout const&, eg::tiler const&);
};
divide const divides[] = {{"logical", eg::try_logical_divide, eg::try_logical_divide},
                          {"zipped", eg::try_zipped_divide, eg::try_zipped_divide},
                          {"tiled", eg::try_tiled_divide, eg::try_tiled_divide},
                          {"flat", eg::try_flat_divide, eg::try_flat_divide}};

eg::tiler random_tiler(int rank) {
  auto const element = [] {
    switch (any(0, 6)) {
    case 0:
      return eg::tiler(eg::_);
    case 1: {
      auto const s = any(1, 4);
      return eg::tiler(eg::layout(eg::int_tuple{s, any(1, 3)}, eg::int_tuple{any(1, 3), s * any(1, 3)}));
    }
    case 2:
      return eg::tiler(eg::layout(any(1, 6), any(1, 4)));
    default:
      return eg::tiler(any(1, 16));
    }
  };
  auto const count = any(0, rank);
  if (count == 0)
    return element();
  eg::tiler list[3] = {element(), element(), element()};
  eg::tiler r(1);
  r.enclose(list, static_cast<int>(count));
  return r;
}

TEST(symbolic, divides_are_those_of_the_integers) {
  tally count{"divides"};
  int same = 0;
  int compared = 0;
  EXPECT_TRUE(rc::check("bind(divide(A, t)) = divide(bind(A), t)", [&] {
    auto const f = facts::random();
    auto const a = random_tree(2, false);
    auto const A = a.layout(f);
    auto const t = random_tiler(std::min(3, rank(A)));
    auto const& op = divides[any(0, 3)];
    auto const r = op.symbolic(A, t);
    ++count.asked;
    if (!r)
      return;
    ++count.answered;
    for (int i = 0; i < 4; ++i) {
      auto const v = f.binding();
      auto const x = a.at(v);
      auto const z = answer(r.value(), v);
      auto const k = op.known(eg::parse_layout(x.text()), t);
      if (!k)
        continue; // the integer algebra refuses what it cannot prove; the law of bounded layouts covers it
      naive::tree const y(eg::to_string(k.value()), {});
      ++compared;
      same += y.text() == z.text() ? 1 : 0;
      if (y.size() != z.size())
        RC_FAIL(std::string(op.name) + " " + eg::to_string(A) + " " + eg::to_string(t) + ": " + y.text() +
                " or " + z.text());
      for (std::int64_t c = 0, end = std::min(most, y.size()); c < end; ++c)
        RC_ASSERT(z(c) == y(c));
    }
  }));
  std::printf("%d of %d divides have the same text as the integers'\n", same, compared);
  EXPECT_GT(compared, count.answered * 2);
  count.enough(0.3);
}

TEST(symbolic, slices_and_values) {
  tally count{"slices"};
  EXPECT_TRUE(rc::check("offset + layout(x) = A(c with x)", [&] {
    auto const f = facts::random();
    auto const a = random_tree(2, false);
    auto const A = a.layout(f);
    if (a.children.empty())
      return;
    // One coordinate for each mode: a hole, a number, or the name K.
    eg::size_tuple c;
    std::vector<int> holes;
    std::vector<number> fixed;
    std::vector<eg::detail::size_element> elements;
    std::vector<eg::size_tuple> parts(a.children.size());
    for (std::size_t i = 0; i < a.children.size(); ++i) {
      holes.push_back(any(0, 1) == 0);
      fixed.push_back(any(0, 1) == 0 ? number::known(any(0, 9)) : number{1, {2}, any(0, 2)});
      parts[i] = holes[i] ? eg::size_tuple(eg::_) : eg::size_tuple(fixed[i].symbolic(f));
      elements.emplace_back(parts[i]);
    }
    c.clear();
    for (std::size_t i = 0; i < elements.size(); ++i)
      c.put(elements[i], i == 0 ? 1 : 0);
    ++c.profile_.closed[c.profile_.count - 1];
    ++count.asked;
    eg::symbolic_slice r;
    try {
      r = slice(c, A);
    } catch (eg::error const& e) {
      RC_ASSERT(std::string(e.what()).find("needs ") != std::string::npos);
      return;
    }
    ++count.answered;
    for (int i = 0; i < 4; ++i) {
      auto const v = f.binding();
      auto const x = a.at(v);
      auto const z = answer(r.layout, v);
      auto const offset = naive::evaluate(eg::to_string(r.offset), v);
      for (std::int64_t n = 0, end = std::min<std::int64_t>(300, z.size()); n < end; ++n) {
        std::int64_t sum = 0;
        auto rest = n;
        for (std::size_t m = 0; m < a.children.size(); ++m) {
          auto const size = x.children[m].size();
          sum += x.children[m](holes[m] ? rest % size : fixed[m].at(v));
          if (holes[m])
            rest /= size;
        }
        RC_ASSERT(offset + z(n) == sum);
      }
    }
  }));
  count.enough(0.5);
}

TEST(symbolic, expressions_and_decisions) {
  EXPECT_TRUE(rc::check("text, arithmetic and decisions", [] {
    auto const f = facts::random();
    auto const x = random_stride();
    auto const y = random_size();
    auto const z = random_size();
    auto const X = x.symbolic(f);
    auto const Y = y.symbolic(f);
    auto const Z = z.symbolic(f);
    auto const n = any(1, 12);
    auto const sum = X + Y * Z - 3;
    auto const up = ceil_div(ceil_div(Y, n), 3);
    auto const down = floor_div(Y, n);
    auto const left = modulo(Y, n);
    auto const mixed = up * Z + down - left;
    auto const less = decide_less(X, Z);
    auto const equal = decide_equal(Y, Z);
    auto const whole = decide_divides(n, Y);
    // What a tile count times the tile is against the size, give or take a little.
    auto const give = any(-2, 2);
    auto const over = decide_at_most(Y + give, n * ceil_div(Y, n));
    auto const under = decide_at_most(n * down + give, Y);
    auto const within = decide_less(n * ceil_div(Y, n), Y + n + give);
    for (int i = 0; i < 8; ++i) {
      auto const v = f.binding();
      auto const at = [&](eg::size_expression const& e) {
        auto const r = naive::evaluate(eg::to_string(e), v);
        auto const lookup = [&](eg::named_size const& name) { return v.at(std::string(1, name.letter(0))); };
        RC_ASSERT(evaluate(e, lookup) == r);
        return r;
      };
      auto const a = x.at(v);
      auto const b = y.at(v);
      auto const c = z.at(v);
      RC_ASSERT(at(X) == a);
      RC_ASSERT(at(sum) == a + b * c - 3);
      auto const inner = (b + n - 1) / n;
      RC_ASSERT(at(up) == (inner + 2) / 3);
      RC_ASSERT(at(down) == b / n);
      RC_ASSERT(at(left) == b % n);
      RC_ASSERT(at(mixed) == (inner + 2) / 3 * c + b / n - b % n);
      auto const right = [](eg::decision said, bool is) {
        return said == eg::decision::unknown || (said == eg::decision::yes) == is;
      };
      RC_ASSERT(right(over, b + give <= n * inner));
      RC_ASSERT(right(under, n * (b / n) + give <= b));
      RC_ASSERT(right(within, n * inner < b + n + give));
      RC_ASSERT(over != eg::decision::unknown || give > 0);
      RC_ASSERT(less == eg::decision::unknown || (less == eg::decision::yes) == (a < c));
      RC_ASSERT(equal == eg::decision::unknown || (equal == eg::decision::yes) == (b == c));
      RC_ASSERT(whole == eg::decision::unknown || (whole == eg::decision::yes) == (b % n == 0));
    }
  }));
}

/// Adds the fact that a refusal asks for, if it asks for one of one name: "needs M divisible by 16".
bool add_what_is_needed(facts& f, std::string const& words) {
  for (std::size_t at = words.find("needs "); at != std::string::npos; at = words.find("needs ", at + 1)) {
    auto const word = [&](std::size_t from) { return words.substr(from, words.find(' ', from) - from); };
    auto const name = word(at + 6);
    for (int i = 0; i < names; ++i) {
      if (name != letters[i])
        continue;
      auto const rest = words.substr(at + 6 + name.size());
      if (rest.rfind(" divisible by ", 0) == 0 && std::isdigit(static_cast<unsigned char>(rest[14])) != 0) {
        f.of[i].divisible_by = std::lcm(f.of[i].divisible_by, std::stoll(rest.substr(14)));
        return true;
      }
      if (rest.rfind(" at least ", 0) == 0) {
        f.of[i].at_least = std::max<std::int64_t>(f.of[i].at_least, std::stoll(rest.substr(10)));
        return true;
      }
    }
  }
  return false;
}

/// Near misses: what is answered with facts and refused without them names a fact, and the facts that are
/// named, one after the other, lead to an answer.
TEST(symbolic, refusals_name_the_facts_that_are_missing) {
  int missed = 0;
  int named = 0;
  int compound = 0;
  EXPECT_TRUE(rc::check("the facts that are asked for are enough", [&] {
    auto strong = facts::random();
    for (auto& f : strong.of)
      f.at_most = INT64_MAX;
    auto const a = random_tree(2, false);
    auto const t = random_tiler(std::min(3, rank(a.layout(strong))));
    bool const compose = any(0, 1) == 0;
    auto const answer = [&](facts const& f) {
      auto const A = a.layout(f);
      return compose ? try_composition(A, t) : try_zipped_divide(A, t);
    };
    if (!answer(strong))
      return;
    facts weak = {};
    auto r = answer(weak);
    if (r)
      return;
    ++missed;
    if (!r.why.contains("needs ")) {
      char words[eg::refusal::max_size + 1];
      r.why.copy_to(words);
      RC_FAIL(std::string(words));
    }
    for (int round = 0; round < 12 && !r; ++round) {
      char words[eg::refusal::max_size + 1];
      r.why.copy_to(words);
      if (!add_what_is_needed(weak, words)) {
        RC_ASSERT(r.why.contains("needs ") || r.why.contains("carries"));
        ++compound; // a product or a sum, which no fact of one name stands for
        return;
      }
      r = answer(weak);
    }
    if (!r) {
      char words[eg::refusal::max_size + 1];
      r.why.copy_to(words);
      RC_FAIL(std::string(words));
    }
    ++named;
  }));
  std::printf("%d near misses: %d led to an answer, %d asked for facts of a product or sum\n", missed, named,
              compound);
  EXPECT_GT(named, missed / 2);
}

/// The positions of thread-value layouts on ragged tiles: every element of the domain once, for every small
/// shape of ranks 1 to 3.
TEST(symbolic, ragged_tiles_by_threads_meet_every_element_once) {
  int looked_at = 0;
  for (int rank = 1; rank <= 3; ++rank)
    for (int a = 1; a <= 7; ++a)
      for (int b = 1; b <= (rank > 1 ? 5 : 1); ++b)
        for (int c = 1; c <= (rank > 2 ? 3 : 1); ++c)
          for (int tile = 1; tile <= 4; ++tile) {
            int const sizes[] = {a, b, c};
            int const tiles[] = {tile, 3, 2};
            int const strides[] = {b * c, c, 1};
            eg::int_tuple shape;
            eg::int_tuple stride;
            eg::int_tuple tiler;
            eg::int_tuple parts[3][3];
            for (int k = 0; k < rank; ++k) {
              parts[0][k] = eg::int_tuple(sizes[k]);
              parts[1][k] = eg::int_tuple(strides[k]);
              parts[2][k] = eg::int_tuple(tiles[k]);
            }
            shape.enclose(parts[0], rank);
            stride.enclose(parts[1], rank);
            tiler.enclose(parts[2], rank);
            auto const b0 = bounded(eg::layout(shape, stride));
            auto const z = zipped_divide(b0, tiler);
            std::int64_t tile_size = product(tiler);
            auto const blocks = size(mode(z, 1)).value();
            // A thread for each element of the last mode of the tile.
            std::int64_t const threads = tiles[rank - 1];
            auto const values = tile_size / threads;
            eg::layout const tv{{threads, values}, {values, 1}};
            bool all_inside = true;
            std::set<std::int64_t> met;
            for (std::int64_t block = 0; block < blocks; ++block) {
              auto const tile_of_block = z(eg::_, block);
              bool full = true;
              for (std::int64_t thread = 0; thread < threads; ++thread) {
                auto const mine = composition(tile_of_block, tv)(thread, eg::_);
                for (std::int64_t v = 0; v < values; ++v) {
                  bool const inside = mine.inside(v);
                  full = full && inside;
                  all_inside = all_inside && inside;
                  auto const at = mine.coordinates(v).known();
                  std::int64_t index = 0;
                  bool expected = true;
                  for (int k = 0; k < rank; ++k) {
                    index += at.leaf(k) * strides[k];
                    expected = expected && at.leaf(k) < sizes[k];
                  }
                  ASSERT_EQ(inside, expected);
                  ASSERT_EQ(mine.index(v).value(), index);
                  if (inside) {
                    ASSERT_TRUE(met.insert(index).second);
                  }
                }
              }
              ASSERT_EQ(tile_of_block.is_full_tile(), full);
            }
            ASSERT_EQ(static_cast<int>(met.size()), a * b * c);
            ASSERT_EQ(z.needs_predicate(), !all_inside);
            ++looked_at;
          }
  EXPECT_EQ(looked_at, 4 * (7 + 7 * 5 + 7 * 5 * 3));
}

/// Divides of a ragged domain: the positions inside are its elements, once each.
TEST(symbolic, bounded_meets_every_element_once) {
  tally count{"bounded"};
  EXPECT_TRUE(rc::check("the positions inside are the elements", [&] {
    auto const f = facts::random();
    auto const a = random_tree(2, any(0, 1) == 0);
    auto const A = a.layout(f);
    ++count.asked;
    eg::bounded_layout b(A);
    std::string chain;
    try {
      auto const divide = [&] {
        auto const t = random_tiler(std::min(3, rank(b)));
        chain += " by " + eg::to_string(t);
        switch (any(0, 3)) {
        case 0:
          b = logical_divide(b, t);
          break;
        case 1:
          b = zipped_divide(b, t);
          break;
        case 2:
          b = tiled_divide(b, t);
          break;
        default:
          b = flat_divide(b, t);
          break;
        }
      };
      divide();
      if (any(0, 2) == 0)
        divide();
    } catch (eg::error const&) {
      return;
    }
    ++count.answered;
    auto const layout = b.layout();
    int const rank = b.limit().leaves();
    std::vector<eg::symbolic_layout> directions;
    for (int i = 0; i < rank; ++i) {
      eg::detail::symbolic_builder out;
      auto const steps = b.coordinates();
      out.nesting = steps.profile_;
      for (int k = 0; k < steps.leaves(); ++k) {
        auto const e = to_coordinate(steps.leaf_stride(k), rank).leaf(i);
        auto moved = steps.names_;
        eg::detail::renaming to;
        eg::detail::trouble why;
        RC_ASSERT(join(to, moved, e.names_, why));
        eg::detail::polynomial p;
        for (int t = 0; t < e.polynomial_.n; ++t)
          p.add(e.polynomial_.c[t], to(e.polynomial_.m[t], e.names_.count));
        out.terms.append(steps.shape_at(k));
        out.terms.append(p);
      }
      directions.push_back(out.made(steps.names_));
    }
    for (int i = 0; i < 3; ++i) {
      auto const v = f.binding();
      auto const x = a.at(v);
      if (x.size() > most)
        continue;
      auto const z = answer(layout, v);
      std::vector<naive::tree> at;
      for (auto const& d : directions)
        at.emplace_back(eg::to_string(d), v);
      std::vector<std::int64_t> sizes;
      if (x.children.empty())
        sizes.push_back(x.shape);
      for (auto const& m : x.children)
        sizes.push_back(m.size());
      RC_ASSERT(static_cast<int>(sizes.size()) <= rank);
      std::vector<std::int64_t> limits;
      for (int k = 0; k < rank; ++k)
        limits.push_back(naive::evaluate(eg::to_string(b.limit().leaf(k)), v));
      for (std::size_t k = 0; k < sizes.size(); ++k)
        RC_ASSERT(limits[k] == sizes[k]);
      std::set<std::int64_t> met;
      auto const positions = z.size();
      for (std::int64_t p = 0; p < positions; ++p) {
        bool inside = true;
        std::int64_t linear = 0;
        std::int64_t prefix = 1;
        for (std::size_t k = 0; k < limits.size(); ++k) {
          auto const c = at[k](p);
          inside = inside && c < limits[k];
          if (!b.needs_predicate(static_cast<int>(k)))
            RC_ASSERT(c < limits[k]);
          if (k >= sizes.size())
            continue;
          linear += prefix * c;
          prefix *= sizes[k];
        }
        if (!inside)
          continue;
        if (met.count(linear) != 0)
          RC_FAIL(eg::to_string(A) + chain + " became " + eg::to_string(b.joint_));
        met.insert(linear);
        RC_ASSERT(z(p) == x(linear));
      }
      if (static_cast<std::int64_t>(met.size()) != x.size())
        RC_FAIL(eg::to_string(A) + chain + " lost some in " + eg::to_string(b.joint_));
    }
  }));
  count.enough(0.3);
}

} // namespace
