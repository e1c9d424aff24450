// SPDX-License-Identifier: MIT
// Cache lines and banks, counted with sets over every lane, byte, coordinate of the rest and base address.
#include "naive.hpp"

#include <enigma/layout/memory.hpp>

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

eg::swizzle random_swizzle(int base) {
  int const bits = random(0, 4);
  int const shift = random(bits, bits + 3);
  return {bits, base + random(0, 3), random(0, 3) == 0 ? -shift : shift};
}

struct naive_conflicts {
  std::int64_t degree = 0, cycles = 0, least = 0;
};

/// One coordinate of the rest; addresses in bytes.
naive_conflicts conflicts(std::vector<std::int64_t> const& address, std::int64_t bytes,
                          eg::bank_model const& m) {
  naive_conflicts r;
  auto const words_of_lane = (bytes + m.bank_bytes - 1) / m.bank_bytes;
  auto const phase = std::max<std::int64_t>(1, m.lanes_per_phase / words_of_lane);
  for (std::size_t from = 0; from < address.size(); from += static_cast<std::size_t>(phase)) {
    std::map<std::int64_t, std::multiset<std::int64_t>> banks;
    for (auto t = from; t < address.size() && t < from + static_cast<std::size_t>(phase); ++t) {
      std::set<std::int64_t> words;
      for (std::int64_t b = 0; b < bytes; ++b)
        words.insert((address[t] + b) / m.bank_bytes);
      for (auto const w : words)
        banks[w % m.banks].insert(w);
    }
    std::int64_t longest = 0, all = 0;
    for (auto const& [bank, words] : banks) {
      auto const n = m.broadcast ? std::set<std::int64_t>(words.begin(), words.end()).size() : words.size();
      longest = std::max(longest, static_cast<std::int64_t>(n));
      all += static_cast<std::int64_t>(n);
    }
    r.degree = std::max(r.degree, longest);
    r.cycles += longest;
    r.least += (all + m.banks - 1) / m.banks;
  }
  return r;
}

struct random_access {
  naive::leaves lanes, rest;
  eg::swizzle sw;
  std::int64_t offset = 0, vector = 1, element = 4;

  explicit random_access(bool below_zero) {
    static constexpr std::int64_t elements[] = {1, 2, 4, 4, 8, 12};
    element = elements[random(0, 6)];
    vector = std::int64_t{1} << random(0, 3);
    auto const kind = random(0, 2) == 0 ? naive::strides::compact : naive::strides::small;
    lanes = random_leaves(random(0, 3) == 0 ? naive::strides::any : kind, 32);
    rest = random_leaves(random(0, 3) == 0 ? naive::strides::any : naive::strides::wide, 12);
    for (auto* d : {&lanes.stride, &rest.stride})
      for (auto& x : *d)
        x = (below_zero ? x : std::abs(x)) * vector;
    sw = random_swizzle(vector == 4 ? 2 : vector == 2 ? 1 : 0);
    if (random(0, 2) == 0)
      offset = vector * random<std::int64_t>(below_zero ? -20 : 0, 20);
  }
  [[nodiscard]] std::int64_t first(std::int64_t t, std::int64_t r) const {
    return swizzled(sw, offset + lanes(t) + rest(r)) * element;
  }
  [[nodiscard]] eg::simd_access access() const { return {lanes.layout(), rest.layout(), vector}; }
  /// The memory for the accesses: nothing but the swizzle and the offset.
  [[nodiscard]] eg::composed_layout memory() const { return {sw, offset, eg::layout(1 << 20, 1)}; }
  [[nodiscard]] std::vector<std::int64_t> addresses(std::int64_t r) const {
    std::vector<std::int64_t> a;
    for (std::int64_t t = 0; t < lanes.size(); ++t)
      a.push_back(first(t, r));
    return a;
  }
};

TEST(random_memory, bank_conflicts) {
  naive::tally free;
  EXPECT_TRUE(rc::check("degree, cycles and witness", [&] {
    random_access const a(false);
    static constexpr int banks[] = {32, 32, 16, 8, 12};
    eg::bank_model m;
    m.banks = banks[random(0, 5)];
    m.bank_bytes = random(0, 3) == 0 ? 8 : 4;
    m.lanes_per_phase = random(0, 4) == 0 ? 16 : 32;
    m.broadcast = random(0, 4) != 0;
    auto const got = eg::find_bank_conflicts(a.memory(), a.access(), a.element, m);
    std::int64_t most_over = -1, most_cycles = 0;
    for (std::int64_t r = 0; r < a.rest.size(); ++r) {
      auto const want = conflicts(a.addresses(r), a.element * a.vector, m);
      auto const over = want.cycles - want.least;
      if (over > most_over || (over == most_over && want.cycles > most_cycles)) {
        most_over = over;
        most_cycles = want.cycles;
      }
    }
    RC_ASSERT(got.cycles - got.least_cycles == most_over);
    RC_ASSERT(got.cycles == most_cycles);
    free.count(static_cast<bool>(got));
    auto const there = a.addresses(got.rest);
    auto const want = conflicts(there, a.element * a.vector, m);
    RC_ASSERT(got.degree == want.degree);
    RC_ASSERT(got.cycles == want.cycles);
    RC_ASSERT(got.least_cycles == want.least);
    RC_ASSERT((got.lane[0] >= 0) == (got.degree > 1));
    for (int i = 0; i < 2 && got.lane[0] >= 0; ++i) {
      RC_ASSERT(there[static_cast<std::size_t>(got.lane[i])] == got.address[i]);
      bool meets = false;
      for (std::int64_t b = 0; b < a.element * a.vector; ++b)
        meets = meets || (got.address[i] + b) / m.bank_bytes % m.banks == got.bank;
      RC_ASSERT(meets);
    }
  }));
  EXPECT_TRUE(free.both());
}

TEST(random_memory, touched_lines) {
  naive::tally coalesced;
  EXPECT_TRUE(rc::check("lines, bytes, and the worst place", [&] {
    random_access const a(true);
    eg::line_model m;
    static constexpr std::int64_t lines[] = {16, 32, 64, 128, 48};
    m.line_bytes = lines[random(0, 5)];
    m.base_alignment = random(0, 2) == 0 ? m.line_bytes : std::int64_t{1} << random(4, 8);
    auto const got = eg::find_touched_lines(a.memory(), a.access(), a.element, m);
    std::int64_t most_over = -1, most_lines = 0;
    auto const count = [&](std::int64_t r, std::int64_t base) {
      std::vector<std::int64_t> bytes, touched;
      for (auto const at : a.addresses(r))
        for (std::int64_t b = 0; b < a.element * a.vector; ++b)
          bytes.push_back(at + b);
      std::sort(bytes.begin(), bytes.end());
      bytes.erase(std::unique(bytes.begin(), bytes.end()), bytes.end());
      for (auto const b : bytes) {
        auto const x = base + b;
        touched.push_back(x >= 0 ? x / m.line_bytes : -((-x + m.line_bytes - 1) / m.line_bytes));
      }
      auto const lines_touched = std::unique(touched.begin(), touched.end()) - touched.begin();
      auto const n = static_cast<std::int64_t>(bytes.size());
      return std::vector<std::int64_t>{lines_touched, (n + m.line_bytes - 1) / m.line_bytes, n};
    };
    for (std::int64_t r = 0; r < a.rest.size(); ++r)
      for (std::int64_t base = 0;
           base < m.line_bytes * m.base_alignment && base / m.base_alignment < m.line_bytes;
           base += m.base_alignment) {
        if (m.line_bytes % m.base_alignment == 0 && base >= m.line_bytes)
          break;
        auto const x = count(r, base);
        auto const over = x[0] - x[1];
        if (over > most_over || (over == most_over && x[0] > most_lines)) {
          most_over = over;
          most_lines = x[0];
        }
      }
    RC_ASSERT(got.lines - got.least == most_over);
    RC_ASSERT(got.lines == most_lines);
    coalesced.count(static_cast<bool>(got));
    auto const x = count(got.rest, got.base);
    RC_ASSERT(got.lines == x[0]);
    RC_ASSERT(got.least == x[1]);
    RC_ASSERT(got.bytes == x[2]);
    if (a.sw.is_identity() && a.offset == 0)
      RC_ASSERT(eg::find_touched_lines(a.access(), a.element, m) == got);
  }));
  EXPECT_TRUE(coalesced.both());
}

} // namespace
