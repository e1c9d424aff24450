// SPDX-License-Identifier: MIT
// The laws of the operations over random layouts, against `naive`, which shares no code with the library.
#include "../random_cases.hpp"

#include "naive.hpp"

#include <enigma/layout.hpp>
#include <enigma/layout/common.hpp>
#include <enigma/layout/cotiled.hpp>
#include <enigma/layout/distribute.hpp>
#include <enigma/layout/nullspace.hpp>
#include <enigma/layout/recast.hpp>
#include <enigma/layout/text.hpp>
#include <enigma/layout/tile_to_shape.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using numbers = std::vector<std::int64_t>;

using random_cases::in_range;

[[maybe_unused]] int const cases = random_cases::set_number_of_cases();

/// How often a law was tested on an answer, and how often the operation was refused.
struct tally {
  int answered = 0, refused = 0, least = 8;
  explicit tally(int at_least_one_in = 8) : least(at_least_one_in) {}
  tally(tally const&) = delete;
  tally& operator=(tally const&) = delete;
  ~tally() { EXPECT_GT(answered, (answered + refused) / least) << refused << " refused"; }
  template <class Outcome>
  bool operator()(Outcome const& o) {
    ++(o ? answered : refused);
    if (!o)
      RC_ASSERT(o.why.contains("refused: "));
    return static_cast<bool>(o);
  }
};

enum class strides { compact, spaced, any };

/// Modes of leaves; a mode of one leaf is an integer. Empty strides: a shape.
struct random_layout {
  std::vector<numbers> shape, stride;

  [[nodiscard]] std::string text() const { return part(shape) + ":" + part(stride); }
  [[nodiscard]] eg::layout library() const { return eg::parse_layout(text()); }
  [[nodiscard]] naive plain() const { return naive(text()); }
  static std::string part(std::vector<numbers> const& modes) {
    std::string r = "(";
    for (auto const& m : modes) {
      if (m.size() > 1)
        r += '(';
      for (auto n : m) {
        r += std::to_string(n);
        r += ',';
      }
      if (m.size() > 1)
        r.back() = ')';
      else
        r.pop_back();
      r += ',';
    }
    r.back() = ')';
    return r;
  }
};

random_layout draw(strides kind, int modes, std::int64_t room = 64, std::int64_t lowest = 0) {
  static constexpr std::int64_t sizes[] = {1, 2, 2, 3, 4, 4, 5, 6, 8};
  random_layout l;
  std::vector<std::int64_t*> leaves, all_strides;
  for (int i = 0; i < modes; ++i) {
    numbers m(static_cast<std::size_t>(*in_range(1, 3)));
    for (auto& s : m) {
      s = std::min(sizes[*in_range(0, 9)], std::max<std::int64_t>(room, 1));
      room /= s;
    }
    l.shape.push_back(m);
    l.stride.push_back(numbers(m.size()));
  }
  std::vector<std::pair<std::size_t, std::size_t>> order;
  for (std::size_t i = 0; i < l.shape.size(); ++i)
    for (std::size_t k = 0; k < l.shape[i].size(); ++k)
      order.emplace_back(i, k);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(*in_range(0, static_cast<int>(i)))]);
  std::int64_t next = 1;
  for (auto [i, k] : order) {
    l.stride[i][k] = kind == strides::any ? *in_range<std::int64_t>(lowest, 13) : next;
    next *= l.shape[i][k];
    if (kind == strides::spaced)
      next *= *in_range<std::int64_t>(1, 4);
  }
  if (kind == strides::spaced && *in_range(0, 4) == 0)
    l.stride[order[0].first][order[0].second] = 0;
  return l;
}

random_layout draw(std::int64_t room = 64) {
  return draw(static_cast<strides>(*in_range(0, 3)), *in_range(1, 4), room);
}

naive plain(eg::layout const& l) {
  return naive(eg::to_string(l));
}

TEST(random_operations, filter_zeros_and_nullspace) {
  EXPECT_TRUE(rc::check("the image without repetitions, and the coordinates that do not move", [] {
    auto const l = draw();
    auto const x = l.plain();
    auto const r = plain(eg::filter_zeros(l.library()));
    RC_ASSERT(r.stride == x.stride);
    std::set<std::int64_t> image, kept;
    std::int64_t zeros = 1;
    for (std::size_t k = 0; k < x.shape.size(); ++k) {
      RC_ASSERT(r.shape[k] == (x.stride[k] == 0 ? 1 : x.shape[k]));
      zeros *= x.stride[k] == 0 ? x.shape[k] : 1;
    }
    for (std::int64_t i = 0; i < x.size(); ++i)
      image.insert(x.at(x.digits(i)));
    for (std::int64_t i = 0; i < r.size(); ++i)
      kept.insert(r.at(r.digits(i)));
    RC_ASSERT(image == kept);
    auto const null = plain(eg::nullspace(l.library()));
    RC_ASSERT(null.size() == zeros);
    for (std::int64_t i = 0; i < zeros; ++i) {
      RC_ASSERT(x.at(x.digits(null(i))) == 0);
      RC_ASSERT(i == 0 || null(i) > null(i - 1));
    }
  }));
}

TEST(random_operations, domain_distribute) {
  EXPECT_TRUE(rc::check("increasing, in the shape, and every layout of the shape composes with it", [] {
    auto const l = draw(strides::any, *in_range(1, 4), 200);
    auto const n = *in_range<std::int64_t>(1, 65);
    auto const shape = l.library().shape();
    auto const r = eg::domain_distribute(shape, n);
    auto const x = plain(r);
    RC_ASSERT(n % x.size() == 0);
    for (std::int64_t i = 1; i < x.size(); ++i)
      RC_ASSERT(x(i) > x(i - 1));
    RC_ASSERT(x(x.size() - 1) < l.plain().size());
    auto const c = eg::try_composition(l.library(), r);
    RC_ASSERT(static_cast<bool>(c));
    auto const y = l.plain();
    for (std::int64_t i = 0; i < x.size(); ++i)
      RC_ASSERT(plain(c.held)(i) == y(x(i)));
  }));
}

TEST(random_operations, what_two_layouts_have_in_common) {
  int wide = 0;
  EXPECT_TRUE(rc::check("A(R(i)) = B(R(i)) = i, and no longer beginning does it", [&] {
    auto const b = draw(strides::compact, *in_range(1, 4));
    auto a = *in_range(0, 3) == 0 ? draw() : b;
    for (auto& m : a.stride) // nearly the same
      for (auto& d : m)
        if (*in_range(0, 6) == 0)
          d *= 2;
    auto const x = a.plain(), y = b.plain();
    auto const inverse = plain(eg::right_inverse(b.library()));
    std::int64_t n = 0;
    while (n < inverse.size() && x(inverse(n)) == n && y(inverse(n)) == n)
      ++n;
    std::int64_t best = 1;
    std::int64_t before = 1;
    for (auto s : inverse.shape) {
      best = std::max(best, std::min(s, n / before) * before);
      before *= s;
    }
    auto const r = plain(eg::max_common_layout(a.library(), b.library()));
    RC_ASSERT(r.size() == best);
    RC_ASSERT(eg::max_common_vector(a.library(), b.library()) == best);
    for (std::int64_t i = 0; i < best; ++i) {
      RC_ASSERT(x(r(i)) == i);
      RC_ASSERT(y(r(i)) == i);
    }
    wide += best > 1 ? 1 : 0;
  }));
  EXPECT_GT(wide, 100);
}

TEST(random_operations, max_alignment) {
  EXPECT_TRUE(rc::check("the image is made of whole groups of n", [] {
    auto const l = draw();
    auto const x = l.plain();
    auto const n = eg::max_alignment(l.library());
    std::set<std::int64_t> image;
    for (std::int64_t i = 0; i < x.size(); ++i)
      image.insert(x.at(x.digits(i)));
    for (auto v : image)
      for (std::int64_t j = 0; j < n; ++j)
        RC_ASSERT(image.count(v / n * n + j) == 1U);
  }));
}

/// C by looking: the places, in order, at which a copy of the block meets no copy before it.
TEST(random_operations, products) {
  tally count;
  int looked = 0;
  EXPECT_TRUE(rc::check("R(a, t) = A(a) + C(T(t)) in every arrangement", [&] {
    auto const a = draw(static_cast<strides>(*in_range(0, 2)), *in_range(1, 4), 24);
    auto const modes = static_cast<int>(a.shape.size());
    auto const used = *in_range(1, modes + 1);
    std::vector<eg::tiler> parts;
    std::vector<random_layout> tiles;
    for (int i = 0; i < used; ++i) {
      tiles.push_back(draw(static_cast<strides>(*in_range(0, 3)), 1, 8));
      parts.emplace_back(tiles.back().library());
    }
    eg::tiler t = eg::_;
    t.enclose(parts.data(), used);
    auto const zipped = eg::try_zipped_product(a.library(), t);
    auto const tiled = eg::try_tiled_product(a.library(), t);
    auto const flat = eg::try_flat_product(a.library(), t);
    auto const logical = eg::try_logical_product(a.library(), t);
    RC_ASSERT(static_cast<bool>(zipped) == static_cast<bool>(logical));
    RC_ASSERT(static_cast<bool>(tiled) == static_cast<bool>(logical));
    RC_ASSERT(static_cast<bool>(flat) == static_cast<bool>(logical));
    if (!count(logical))
      return;
    RC_ASSERT(eg::flatten(tiled.held) == eg::flatten(zipped.held));
    RC_ASSERT(eg::flatten(flat.held) == eg::flatten(zipped.held));
    RC_ASSERT(eg::rank(zipped.held) == 2);
    RC_ASSERT(eg::rank(eg::mode(zipped.held, 0)) == used);
    RC_ASSERT(eg::rank(eg::mode(zipped.held, 1)) == modes);
    for (int i = 0; i < used; ++i) {
      auto const whole = a.library();
      RC_ASSERT(eg::mode(eg::mode(zipped.held, 0), i) == eg::mode(whole, i));
      RC_ASSERT(eg::mode(eg::mode(logical.held, i), 0) == eg::mode(whole, i));
      auto const repeated = eg::mode(eg::mode(zipped.held, 1), i);
      RC_ASSERT(eg::mode(eg::mode(logical.held, i), 1) == repeated);
      auto const block = plain(eg::mode(whole, i));
      auto const tile = tiles[static_cast<std::size_t>(i)].plain();
      auto const copies = plain(repeated);
      RC_ASSERT(copies.size() == tile.size());
      std::int64_t most = 0;
      for (std::int64_t k = 0; k < tile.size(); ++k)
        most = std::max(most, tile.at(tile.digits(k)));
      std::set<std::int64_t> image, taken;
      for (std::int64_t k = 0; k < block.size(); ++k)
        image.insert(block.at(block.digits(k)));
      numbers places;
      for (std::int64_t v = 0; static_cast<std::int64_t>(places.size()) <= most; ++v) {
        bool free = true;
        for (auto b : image)
          free = free && taken.count(v + b) == 0;
        if (!free)
          continue;
        for (auto b : image)
          taken.insert(v + b);
        places.push_back(v);
      }
      bool gapless = true; // else C leaves more room than it must
      for (std::int64_t v = 0; v < places.back(); ++v)
        gapless = gapless && taken.count(v) != 0;
      looked += gapless ? 1 : 0;
      std::map<std::int64_t, std::int64_t> copy_at;
      for (std::int64_t k = 0; k < tile.size(); ++k) {
        auto const number = tile.at(tile.digits(k));
        auto const at = copies.at(copies.digits(k));
        RC_ASSERT(copy_at.emplace(number, at).first->second == at);
        if (gapless)
          RC_ASSERT(at == places[static_cast<std::size_t>(number)]);
      }
      std::set<std::int64_t> all;
      for (auto [number, at] : copy_at)
        for (auto b : image)
          RC_ASSERT(all.insert(at + b).second);
    }
    for (int i = used; i < modes; ++i)
      RC_ASSERT(eg::mode(logical.held, i) == eg::mode(a.library(), i));
  }));
  EXPECT_GT(looked, 100);
}

TEST(random_operations, tile_to_shape) {
  tally count;
  EXPECT_TRUE(rc::check("the block as often as it fits, every copy elsewhere", [&] {
    auto const block = draw(*in_range(0, 2) == 0 ? strides::compact : strides::spaced, *in_range(1, 4), 24);
    numbers shape;
    std::string text = "(";
    for (auto const& m : block.shape) {
      auto const size = std::accumulate(m.begin(), m.end(), std::int64_t{1}, std::multiplies<>());
      shape.push_back(size * *in_range<std::int64_t>(1, 5));
    }
    if (*in_range(0, 2) == 0)
      shape.push_back(*in_range<std::int64_t>(1, 4));
    numbers order(shape.size());
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[static_cast<std::size_t>(*in_range(0, static_cast<int>(i)))]);
    auto const tuple = [](numbers const& n) {
      return eg::parse_int_tuple(random_layout::part({numbers(n)}));
    };
    auto const as_tuple = [&](numbers const& n) {
      if (n.size() > 1)
        return tuple(n)[0];
      return tuple(n);
    };
    auto const r = eg::try_tile_to_shape(block.library(), as_tuple(shape), as_tuple(order));
    if (!count(r))
      return;
    auto const x = block.plain();
    auto const y = plain(r.held);
    std::map<std::int64_t, int> in_block, in_answer;
    for (std::int64_t i = 0; i < x.size(); ++i)
      ++in_block[x.at(x.digits(i))];
    for (std::int64_t i = 0; i < y.size(); ++i)
      ++in_answer[y.at(y.digits(i))];
    std::int64_t size = 1;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      size *= shape[i];
      RC_ASSERT(eg::size(eg::mode(r.held, static_cast<int>(i))) == shape[i]);
    }
    RC_ASSERT(y.size() == size);
    RC_ASSERT(static_cast<std::int64_t>(in_answer.size()) ==
              static_cast<std::int64_t>(in_block.size()) * (size / x.size()));
    for (auto [v, times] : in_block)
      RC_ASSERT(in_answer[v] == times);
    // The first tile is the block.
    for (std::size_t i = 0; i < block.shape.size(); ++i)
      RC_ASSERT(eg::mode(eg::mode(r.held, static_cast<int>(i)), 0) ==
                eg::mode(block.library(), static_cast<int>(i)));
    auto increasing = order;
    std::sort(increasing.begin(), increasing.end());
    if (increasing == order)
      RC_ASSERT(eg::tile_to_shape(block.library(), as_tuple(shape)) == r.held);
  }));
}

TEST(random_operations, wider_and_narrower) {
  tally count(12);
  EXPECT_TRUE(rc::check("R(c / q) = floor(L(c) / n), and n * L(c) + j", [&] {
    auto const l = draw();
    auto const n = *in_range<std::int64_t>(1, 9);
    auto const x = l.plain();
    auto const up = eg::try_upcast(l.library(), n);
    if (count(up)) {
      auto const y = plain(up.held);
      for (std::int64_t i = 0; i < x.size(); ++i) {
        auto c = x.digits(i);
        for (std::size_t k = 0; k < c.size(); ++k)
          if (auto const d = x.stride[k]; d % n != 0)
            c[k] /= n / d;
        for (std::size_t k = 0; k < c.size(); ++k)
          RC_ASSERT(c[k] < y.shape[k]);
        RC_ASSERT(y.at(c) == x.at(x.digits(i)) / n);
      }
    }
    auto const down = eg::try_downcast(l.library(), n);
    auto const unit = std::find(x.stride.begin(), x.stride.end(), 1);
    RC_ASSERT(static_cast<bool>(down) == (unit != x.stride.end()));
    if (!down)
      return;
    auto const y = plain(down.held);
    for (std::int64_t i = 0; i < x.size(); ++i)
      for (std::int64_t j = 0; j < n; ++j) {
        auto c = x.digits(i);
        for (std::size_t k = 0; k < c.size(); ++k)
          c[k] = c[k] * (x.stride[k] == 1 ? n : 1) +
                 (static_cast<std::ptrdiff_t>(k) == unit - x.stride.begin() ? j : 0);
        RC_ASSERT(y.at(c) == n * x.at(x.digits(i)) + j);
      }
    RC_ASSERT(eg::recast_layout(l.library(), 3 * n, 3) == down.held);
    RC_ASSERT(eg::try_recast_layout(l.library(), 8, 8 * n).held == up.held);
    if (std::count(x.stride.begin(), x.stride.end(), 1) == 1)
      RC_ASSERT(eg::upcast(down.held, n) == l.library());
  }));
}

TEST(random_operations, inverses) {
  tally count;
  EXPECT_TRUE(rc::check("R(L(i)) = i, L(R(i)) = i, with negative strides too", [&] {
    auto const l = draw(static_cast<strides>(*in_range(0, 3)), *in_range(1, 4), 64, -6);
    auto const x = l.plain();
    std::map<std::int64_t, std::int64_t> first;
    bool injective = true, negative = false, zero = false;
    for (std::size_t k = 0; k < x.shape.size(); ++k) {
      negative = negative || (x.shape[k] > 1 && x.stride[k] < 0);
      zero = zero || (x.shape[k] > 1 && x.stride[k] == 0);
    }
    for (std::int64_t i = 0; i < x.size(); ++i)
      injective = first.emplace(x.at(x.digits(i)), i).second && injective;
    auto const right = eg::try_right_inverse(l.library());
    if (right) {
      auto const y = plain(right.held);
      for (std::int64_t i = 0; i < y.size(); ++i) {
        RC_ASSERT(y(i) >= 0);
        RC_ASSERT(y(i) < x.size());
        RC_ASSERT(x.at(x.digits(y(i))) == i);
      }
      if (injective && !negative)
        RC_ASSERT(first.count(y.size()) == 0U);
    }
    auto const left = eg::try_left_inverse(l.library());
    if (negative)
      RC_ASSERT(!left);
    if (!count(left))
      return;
    auto const y = plain(left.held);
    for (std::int64_t i = 0; i < x.size(); ++i) {
      auto const v = x.at(x.digits(i));
      if (injective)
        RC_ASSERT(y(v) == i);
      else
        RC_ASSERT(x(y(v)) == v);
    }
    RC_ASSERT(injective || zero || l.stride.back().back() != 0);
  }));
}

TEST(random_operations, complement) {
  tally count;
  EXPECT_TRUE(rc::check("increasing, no index twice, as far as asked, and the first hole", [&] {
    auto const l = draw(static_cast<strides>(*in_range(0, 3)), *in_range(1, 4), 32, -6);
    auto const x = l.plain();
    auto const n = *in_range<std::int64_t>(1, 200);
    auto const r = eg::try_complement(l.library(), n);
    if (!count(r))
      return;
    auto const y = plain(r.held);
    std::set<std::int64_t> image, met;
    std::int64_t least = 0;
    for (std::int64_t i = 0; i < x.size(); ++i)
      least = std::min(least, *image.insert(x.at(x.digits(i))).first);
    std::int64_t repeats = 1;
    for (std::size_t k = 0; k < x.shape.size(); ++k)
      repeats *= x.stride[k] == 0 ? x.shape[k] : 1;
    RC_ASSERT(static_cast<std::int64_t>(image.size()) * repeats == x.size());
    for (std::int64_t j = 0; j < y.size(); ++j) {
      RC_ASSERT(j == 0 || y(j) > y(j - 1));
      for (auto v : image)
        RC_ASSERT(met.insert(v + y(j)).second);
    }
    RC_ASSERT(*met.rbegin() - least + 1 >= n);
    if (least < 0)
      return;
    std::int64_t hole = 0;
    while (met.count(hole) != 0)
      ++hole;
    RC_ASSERT(eg::first_uncovered(l.library(), n) == (hole < n ? hole : -1));
  }));
}

TEST(random_operations, evenly_divides_says_what_divides_do) {
  int even = 0;
  EXPECT_TRUE(rc::check("true exactly if the tiles have every element once", [&] {
    auto const n = *in_range<std::int64_t>(1, 49);
    auto const t = draw(static_cast<strides>(*in_range(0, 3)), *in_range(1, 3), 12);
    bool answer = false;
    try {
      answer = eg::evenly_divides(eg::int_tuple(n), t.library());
    } catch (eg::error const&) {
      return;
    }
    auto const parts = eg::try_zipped_divide(eg::layout(n), t.library());
    bool once = static_cast<bool>(parts);
    if (once) {
      auto const x = plain(parts.held);
      std::set<std::int64_t> met;
      for (std::int64_t i = 0; i < x.size(); ++i)
        met.insert(x.at(x.digits(i)));
      once = x.size() == n && static_cast<std::int64_t>(met.size()) == n && *met.rbegin() == n - 1;
    }
    auto const x = t.plain();
    bool const broadcast = std::find(x.stride.begin(), x.stride.end(), 0) != x.stride.end();
    RC_ASSERT(answer == once || broadcast);
    even += answer ? 1 : 0;
  }));
  EXPECT_GT(even, 50);
}

TEST(random_operations, threads_and_values) {
  int met_twice = 0, missing = 0, answered = 0;
  EXPECT_TRUE(rc::check("a bijection onto the tile, or the number that is missing or met twice", [&] {
    auto const kind = [] { return static_cast<strides>(*in_range(0, 3)); };
    auto const thr = draw(kind(), 2, 16), val = draw(kind(), 2, 8);
    auto const r = eg::try_make_layout_tv(thr.library(), val.library());
    auto const product = eg::try_raked_product(thr.library(), val.library());
    if (!product)
      return;
    auto const mn = plain(product.held);
    std::map<std::int64_t, int> numbered;
    for (std::int64_t i = 0; i < mn.size(); ++i)
      ++numbered[mn.at(mn.digits(i))];
    bool bijection =
        static_cast<std::int64_t>(numbered.size()) == mn.size() && numbered.rbegin()->first == mn.size() - 1;
    if (bijection && !r) { // a bijection that is no layout of (thread, value)
      RC_ASSERT(!r.why.contains("do not number"));
      return;
    }
    RC_ASSERT(static_cast<bool>(r) == bijection);
    if (r) {
      ++answered;
      auto const tv = plain(r.held.layout);
      for (std::int64_t i = 0; i < tv.size(); ++i)
        RC_ASSERT(mn.at(mn.digits(tv.at(tv.digits(i)))) == i);
      return;
    }
    std::string const words = eg::error(r.why).what();
    auto const number_after = [&](std::string const& mark) {
      return std::stoll(words.substr(words.find(mark) + mark.size()));
    };
    RC_ASSERT(words.find("do not number the tile ") != std::string::npos);
    if (words.find("no element has number ") != std::string::npos) {
      ++missing;
      RC_ASSERT(numbered.count(number_after("no element has number ")) == 0U);
      return;
    }
    ++met_twice;
    auto const at = [&](std::int64_t i) { return mn.at(mn.digits(i)); };
    if (words.find("both have number ") != std::string::npos) {
      auto const a = number_after("elements ");
      auto const b = number_after("elements " + std::to_string(a) + " and ");
      RC_ASSERT(a != b);
      RC_ASSERT(at(a) == number_after("both have number "));
      RC_ASSERT(at(b) == at(a));
    } else {
      auto const a = number_after(": element ");
      RC_ASSERT(a != 0);
      RC_ASSERT(at(a) == 0);
      RC_ASSERT(words.find("as element 0 has") != std::string::npos);
    }
  }));
  EXPECT_GT(answered, 50);
  EXPECT_GT(missing, 50);
  EXPECT_GT(met_twice, 50);
}

TEST(random_operations, cotiled) {
  tally count(20);
  EXPECT_TRUE(rc::check("D(layout(t, v)) = offsets(t, v)", [&] {
    auto const data = draw(static_cast<strides>(*in_range(0, 2)), *in_range(1, 4), 64);
    auto const offsets = draw(static_cast<strides>(*in_range(0, 3)), 2, 16);
    auto const r = eg::try_make_cotiled_tv(offsets.library(), data.library());
    if (!count(r))
      return;
    auto const tile = eg::try_composition(data.library(), r.held.tiler);
    RC_ASSERT(static_cast<bool>(tile));
    auto const x = offsets.plain(), y = plain(r.held.layout), d = plain(tile.held);
    RC_ASSERT(y.size() == x.size());
    for (std::int64_t i = 0; i < x.size(); ++i) {
      auto const at = y.at(y.digits(i));
      RC_ASSERT(at >= 0);
      RC_ASSERT(at < d.size());
      RC_ASSERT(d.at(d.digits(at)) == x.at(x.digits(i)));
    }
  }));
}

} // namespace
