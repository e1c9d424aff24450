// SPDX-License-Identifier: MIT
// Synthesis against exhaustive search: every layout that a function could be, every swizzle, every padding.
#include "../predicates/naive.hpp"

#include <enigma/layout/predicates/image.hpp>
#include <enigma/layout/synthesis.hpp>
#include <enigma/layout/text.hpp>

#include <gtest/gtest.h>

namespace {

namespace eg = enigma;
using naive::random;

// ----- layout_from
// ------------------------------------------------------------------------------------------

/// Every way to write s as a product of factors above 1, in order; 1 is the product of none.
void factorizations(std::int64_t s, std::vector<std::int64_t>& now,
                    std::vector<std::vector<std::int64_t>>& all) {
  if (s == 1) {
    all.push_back(now);
    return;
  }
  for (std::int64_t f = 2; f <= s; ++f)
    if (s % f == 0) {
      now.push_back(f);
      factorizations(s / f, now, all);
      now.pop_back();
    }
}

/// The fewest leaves of a layout on `shape` with these values, or -1: each integer of the shape cut in every
/// way, the strides read off, every coordinate compared.
int fewest_leaves(std::vector<std::int64_t> const& f, std::vector<std::int64_t> const& shape, std::size_t k,
                  naive::leaves const& before) {
  if (k == shape.size()) {
    for (std::size_t i = 0; i < f.size(); ++i)
      if (before(static_cast<std::int64_t>(i)) != f[i])
        return -1;
    return static_cast<int>(before.shape.size());
  }
  std::vector<std::vector<std::int64_t>> all;
  std::vector<std::int64_t> now;
  factorizations(shape[k], now, all);
  int fewest = -1;
  for (auto factors : all) {
    if (factors.empty())
      factors.push_back(1);
    auto l = before;
    for (auto const s : factors) {
      auto const step = static_cast<std::size_t>(l.size());
      l.shape.push_back(s);
      l.stride.push_back(s == 1 ? 0 : f[step]);
    }
    auto const n = fewest_leaves(f, shape, k + 1, l);
    if (n >= 0 && (fewest < 0 || n < fewest))
      fewest = n;
  }
  return fewest;
}

TEST(random_synthesis, layout_from) {
  naive::tally found;
  EXPECT_TRUE(rc::check("the fewest leaves, whenever there is such a layout", [&] {
    static constexpr std::int64_t sizes[] = {1, 2, 3, 4, 6, 8, 12};
    std::vector<std::int64_t> shape;
    for (int k = random(1, 4); k > 0; --k)
      shape.push_back(sizes[random(0, k == 1 ? 7 : 5)]);
    // The values of some layout, refined at random, with a fault now and then.
    naive::leaves l;
    for (auto s : shape)
      for (std::int64_t f = 0; s > 1 || f == 0; s /= f) {
        f = s;
        if (s % 2 == 0 && random(0, 2) == 0)
          f = 2;
        l.shape.push_back(f);
        auto const d = random<std::int64_t>(-3, 9);
        l.stride.push_back(random(0, 3) == 0 && l.stride.size() > 0 ? l.stride.back() * *(l.shape.end() - 2)
                                                                    : d);
      }
    auto f = l.values();
    auto const offset = random(0, 5) == 0 ? random<std::int64_t>(1, 5) : 0;
    if (random(0, 3) == 0)
      f[static_cast<std::size_t>(random(0, static_cast<int>(f.size())))] += random<std::int64_t>(0, 3);
    auto const zero = f[0];
    auto from_zero = f;
    for (auto& v : from_zero)
      v -= zero;
    for (auto& v : f)
      v += offset;
    eg::int_tuple t = shape.size() == 1   ? eg::int_tuple(shape[0])
                      : shape.size() == 2 ? eg::int_tuple{shape[0], shape[1]}
                                          : eg::int_tuple{{shape[0], shape[1]}, shape[2]};
    auto const fewest = fewest_leaves(from_zero, shape, 0, {});
    auto const got = eg::try_layout_and_offset_from(f, t);
    found.count(fewest >= 0);
    RC_ASSERT(got.has_value() == (fewest >= 0));
    auto const plain = eg::try_layout_from(f, t);
    RC_ASSERT(plain.has_value() == (fewest >= 0 && f[0] == 0));
    RC_ASSERT(f[0] == 0 || plain.why.contains("at coordinate 0, where every layout is 0"));
    if (got) {
      RC_ASSERT(got.held.layout.leaves() == fewest);
      RC_ASSERT(eg::compatible(t, got.held.layout.shape()));
      for (std::size_t i = 0; i < f.size(); ++i)
        RC_ASSERT(got.held.offset + got.held.layout(i) == f[i]);
      if (plain)
        RC_ASSERT(plain.held == got.held.layout);
      auto const call = [&](std::int64_t i) { return f[static_cast<std::size_t>(i)]; };
      RC_ASSERT(eg::layout_and_offset_from(call, t).layout == got.held.layout);
      if (shape.size() > 1) {
        auto const tuple = [&](eg::int_tuple const& c) {
          return f[static_cast<std::size_t>(eg::crd2idx(c, t))];
        };
        RC_ASSERT(eg::layout_and_offset_from(tuple, t).layout == got.held.layout);
        auto const rows = eg::size<0>(t);
        auto const two = [&](std::int64_t i, std::int64_t j) {
          return f[static_cast<std::size_t>(i + rows * j)];
        };
        RC_ASSERT(eg::layout_and_offset_from(two, t).layout == got.held.layout);
      }
    } else {
      // "f(c) = v" or "f(c) at (...) = v": a coordinate and its value
      std::string const words = eg::error(got.why).what();
      auto const at = words.find("f(", words.find("refused: "));
      RC_ASSERT(at != std::string::npos);
      auto const c = std::stoll(words.substr(at + 2));
      auto const v = std::stoll(words.substr(words.find(" = ", at) + 3));
      RC_ASSERT(f[static_cast<std::size_t>(c)] == v);
    }
  }));
  EXPECT_TRUE(found.both());
}

// ----- find_swizzle, find_padding
// ---------------------------------------------------------------------------

std::int64_t swizzled(eg::swizzle const& sw, std::int64_t x) {
  for (int b = 0; b < sw.bits; ++b) {
    int const y = sw.base + b + (sw.shift > 0 ? sw.shift : 0);
    int const z = sw.base + b + (sw.shift > 0 ? 0 : -sw.shift);
    if (((x >> y) & 1) != 0)
      x ^= std::int64_t{1} << z;
  }
  return x;
}

struct one_access {
  naive::leaves lanes, rest;
};

struct problem {
  naive::leaves memory;
  std::vector<one_access> accesses;
  std::int64_t element = 4, vector = 1;
  eg::bank_model model;

  [[nodiscard]] std::vector<eg::simd_access> list() const {
    std::vector<eg::simd_access> r;
    for (auto const& a : accesses)
      r.push_back({a.lanes.layout(), a.rest.layout(), vector});
    return r;
  }
};

/// Of one access, over its rest: are vectors contiguous, does no phase take longer than its words make
/// inevitable, the most cycles, and the most cycles that words make inevitable.
struct cost {
  bool contiguous = true, free = true;
  std::int64_t cycles = 0, least = 0;
};

template <class Address>
cost cost_of(problem const& p, one_access const& a, Address const& address) {
  cost all_rests;
  auto const bytes = p.element * p.vector;
  auto const words = (bytes + p.model.bank_bytes - 1) / p.model.bank_bytes;
  auto const phase = std::max<std::int64_t>(1, p.model.lanes_per_phase / words);
  for (std::int64_t r = 0; r < a.rest.size(); ++r) {
    std::int64_t cycles = 0, least = 0;
    for (std::int64_t from = 0; from < a.lanes.size(); from += phase) {
      std::set<std::int64_t> all;
      for (auto t = from; t < std::min(a.lanes.size(), from + phase); ++t) {
        auto const c = a.lanes(t) + a.rest(r);
        for (std::int64_t i = 1; i < p.vector; ++i)
          all_rests.contiguous = all_rests.contiguous && address(c + i) == address(c) + i;
        for (std::int64_t b = 0; b < bytes; ++b)
          all.insert((address(c) * p.element + b) / p.model.bank_bytes);
      }
      std::map<std::int64_t, std::int64_t> banks;
      std::int64_t longest = 0;
      for (auto const w : all)
        longest = std::max(longest, ++banks[w % p.model.banks]);
      auto const inevitable = (static_cast<std::int64_t>(all.size()) + p.model.banks - 1) / p.model.banks;
      cycles += longest;
      least += inevitable;
      all_rests.free = all_rests.free && longest == inevitable;
    }
    all_rests.cycles = std::max(all_rests.cycles, cycles);
    all_rests.least = std::max(all_rests.least, least);
  }
  return all_rests;
}

/// Free of conflicts, and in no more cycles than the words of the memory as given need.
template <class Address>
bool conflict_free(problem const& p, Address const& address) {
  for (auto const& a : p.accesses) {
    auto const now = cost_of(p, a, address);
    auto const given = cost_of(p, a, [&](std::int64_t c) { return p.memory(c); });
    if (!now.contiguous || !now.free || now.cycles > given.least)
      return false;
  }
  return true;
}

/// A tile of rows x columns in row-major or column-major order, padded now and then, read by rows, by columns
/// in blocks or along a diagonal, by 8 lanes.
problem random_problem() {
  problem p;
  p.model = {8, 4, 8, true};
  if (random(0, 4) == 0)
    p.model.banks = 4;
  static constexpr std::int64_t elements[] = {2, 4, 4, 8};
  p.element = elements[random(0, 4)];
  p.vector = random(0, 3) == 0 ? 2 : 1;
  std::int64_t const rows = std::int64_t{1} << random(1, 5), columns = std::int64_t{1} << random(1, 5);
  std::int64_t const pad = random(0, 5) == 0 ? 2 * random(1, 3) : 0;
  bool const by_columns = random(0, 2) == 0;
  p.memory.shape = {columns, rows};
  p.memory.stride = {1, columns + pad};
  if (by_columns && p.vector == 1)
    p.memory.stride = {rows + pad, 1};
  for (int n = random(1, 3); n > 0; --n) {
    one_access a;
    // Leaves of the coordinates: columns / vector groups, rows.
    auto const groups = columns / p.vector;
    auto const across = std::min<std::int64_t>(groups, std::int64_t{1} << random(0, 4));
    auto const down = std::min<std::int64_t>(rows, std::max<std::int64_t>(1, 8 / across));
    a.lanes.shape = {across, down};
    a.lanes.stride = {p.vector, columns};
    if (random(0, 2) == 0) {
      a.lanes.shape = {down, across};
      a.lanes.stride = {columns, p.vector};
    }
    a.rest.shape = {groups / across, rows / down};
    a.rest.stride = {p.vector * across, columns * down};
    if (random(0, 4) == 0 && p.vector == 1) { // a diagonal: the bits below a word differ as well
      auto const steps = std::min<std::int64_t>({rows, columns, 8});
      a.lanes.shape = {steps};
      a.lanes.stride = {columns + 1};
      a.rest.shape = {rows / steps};
      a.rest.stride = {columns * steps};
    }
    p.accesses.push_back(a);
  }
  return p;
}

eg::outcome<eg::composed_layout> ask_swizzle(problem const& p) {
  auto const a = p.list();
  return a.size() == 1 ? eg::try_find_swizzle(p.memory.layout(), {a[0]}, p.element, p.model)
                       : eg::try_find_swizzle(p.memory.layout(), {a[0], a[1]}, p.element, p.model);
}
eg::outcome<eg::layout> ask_padding(problem const& p) {
  auto const a = p.list();
  return a.size() == 1 ? eg::try_find_padding(p.memory.layout(), {a[0]}, p.element, p.model)
                       : eg::try_find_padding(p.memory.layout(), {a[0], a[1]}, p.element, p.model);
}

TEST(random_synthesis, find_swizzle) {
  naive::tally found;
  int moved = 0;
  EXPECT_TRUE(rc::check("the fewest bits of all swizzles", [&] {
    auto const p = random_problem();
    auto const values = p.memory.values();
    auto const storage = *std::max_element(values.begin(), values.end()) + 1;
    auto const good = [&](eg::swizzle const& sw) {
      for (auto const v : values)
        if (swizzled(sw, v) >= storage)
          return false;
      return conflict_free(p, [&](std::int64_t c) { return swizzled(sw, p.memory(c)); });
    };
    int fewest = -1;
    int top = 0;
    // Vectors and words stay together; upwards or downwards.
    int const lowest = p.vector == 2 || p.element == 2 ? 1 : 0;
    while (storage > std::int64_t{1} << top)
      ++top;
    for (int bits = 0; fewest < 0 && bits <= top; ++bits)
      for (int base = lowest; fewest < 0 && base + bits <= top + 1; ++base)
        for (int shift = bits; fewest < 0 && base + bits + shift <= top + 1; ++shift)
          if (good({bits, base, shift}) || good({bits, base, -shift}))
            fewest = bits;
    auto const got = ask_swizzle(p);
    found.count(fewest >= 0);
    RC_ASSERT(got.has_value() == (fewest >= 0));
    if (!got) {
      RC_ASSERT(got.why.contains("none of the "));
      return;
    }
    moved += fewest > 0 ? 1 : 0;
    RC_ASSERT(got.held.sw.bits == fewest);
    RC_ASSERT(good(got.held.sw));
    RC_ASSERT(got.held.sw.bits == 0 || got.held.sw.base >= lowest);
    RC_ASSERT(got.held.inner == p.memory.layout());
    RC_ASSERT(got.held.offset == 0);
  }));
  EXPECT_TRUE(found.both());
  EXPECT_GT(moved, found.yes / 20);
}

TEST(random_synthesis, find_padding) {
  naive::tally found;
  int padded = 0;
  EXPECT_TRUE(rc::check("the least storage of all paddings", [&] {
    auto const p = random_problem();
    std::int64_t least = -1;
    for (auto const q : p.memory.stride)
      for (std::int64_t pad = 0; pad < p.model.banks * p.model.bank_bytes / p.element; pad += p.vector) {
        auto m = p.memory;
        std::int64_t below = 0;
        bool rows = true;
        for (std::size_t k = 0; k < m.shape.size(); ++k)
          if (m.stride[k] < q)
            below += (m.shape[k] - 1) * m.stride[k];
          else {
            rows = rows && m.stride[k] % q == 0;
            m.stride[k] = m.stride[k] / q * (q + pad);
          }
        if (!rows || below >= q)
          continue;
        auto const values = m.values();
        auto const storage = *std::max_element(values.begin(), values.end()) + 1;
        if ((least < 0 || storage < least) && conflict_free(p, [&](std::int64_t c) { return m(c); }))
          least = storage;
      }
    auto const got = ask_padding(p);
    found.count(least >= 0);
    RC_ASSERT(got.has_value() == (least >= 0));
    if (!got) {
      RC_ASSERT(got.why.contains("none of the "));
      return;
    }
    RC_ASSERT(eg::cosize(got.held) == least);
    auto const values = p.memory.values();
    padded += least > *std::max_element(values.begin(), values.end()) + 1 ? 1 : 0;
    RC_ASSERT(conflict_free(p, [&](std::int64_t c) { return got.held(c); }));
    RC_ASSERT(eg::is_injective(got.held));
  }));
  EXPECT_TRUE(found.both());
  EXPECT_GT(padded, found.yes / 20);
}

} // namespace
