// SPDX-License-Identifier: MIT
// Tables of random layouts, parts of them and random thread-value layouts, against loops over plain numbers
// that share no code with the library.

#include "../random_cases.hpp"

#include <enigma/layout/picture.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <string>
#include <vector>

namespace eg = enigma;

namespace {

using random_cases::in_range;

[[maybe_unused]] int const cases = random_cases::set_number_of_cases("max_success=500000");

struct leaf {
  std::int64_t shape, stride;
};
using mode = std::vector<leaf>; // in one mode, from the left

std::int64_t size_of(mode const& m) {
  std::int64_t p = 1;
  for (auto const& l : m)
    p *= l.shape;
  return p;
}
std::int64_t value_of(mode const& m, std::int64_t i) {
  std::int64_t sum = 0;
  for (auto const& l : m) {
    sum += i % l.shape * l.stride;
    i /= l.shape;
  }
  return sum;
}
std::string text_of(std::vector<mode> const& modes, std::int64_t leaf::* part) {
  auto const one = [&](mode const& m) {
    std::string s;
    for (auto const& l : m)
      s += (s.empty() ? "" : ",") + std::to_string(l.*part);
    return m.size() == 1 ? s : "(" + s + ")";
  };
  std::string s;
  for (auto const& m : modes)
    s += (s.empty() ? "" : ",") + one(m);
  return "(" + s + ")";
}
eg::layout made(std::vector<mode> const& modes) {
  return {eg::parse_int_tuple(text_of(modes, &leaf::shape)),
          eg::parse_int_tuple(text_of(modes, &leaf::stride))};
}

mode any_mode() {
  mode m(*in_range<std::size_t>(1, 4));
  for (auto& l : m)
    l = {*in_range<std::int64_t>(1, 4), *in_range<std::int64_t>(-9, 17)};
  return m;
}
std::vector<mode> any_modes(std::size_t least, std::size_t most) {
  std::vector<mode> r(*in_range(least, most + 1));
  for (auto& m : r)
    m = any_mode();
  return r;
}
eg::table_range any_part(std::int64_t all) {
  if (*in_range(0, 2) == 0)
    return {};
  auto const first = *in_range<std::int64_t>(0, all);
  return {first, *in_range<std::int64_t>(1, all + 2)};
}

template <class Law>
void check(char const* name, Law const& law) {
  EXPECT_TRUE(rc::check(name, law)) << name;
}

TEST(RandomPictures, EveryCellOfALayout) {
  check("index and coordinate of each cell of each part", [] {
    auto const modes = any_modes(1, 4);
    std::int64_t const rows = modes.size() == 1 ? 1 : size_of(modes[0]);
    std::int64_t const columns = size_of(modes[modes.size() == 1 ? 0 : 1]);
    std::int64_t pages = 1;
    for (std::size_t m = 2; m < modes.size(); ++m)
      pages *= size_of(modes[m]);
    eg::table_options o;
    o.max_cells = 1 << 22;
    o.offset = *in_range<std::int64_t>(-20, 20);
    o.rows = any_part(rows);
    o.columns = any_part(columns);
    o.pages = any_part(pages);
    int const bits = *in_range(0, 4);
    int const base = *in_range(0, 3);
    int const shift = bits + *in_range(0, 2);
    auto const t = bits == 0 ? eg::table(made(modes), o)
                             : eg::table(eg::composed_layout({bits, base, shift}, 0, made(modes)), o);
    std::size_t n = 0;
    for (std::int64_t k = o.pages.first; k < pages && k - o.pages.first < o.pages.count; ++k)
      for (std::int64_t i = o.rows.first; i < rows && i - o.rows.first < o.rows.count; ++i)
        for (std::int64_t j = o.columns.first; j < columns && j - o.columns.first < o.columns.count;
             ++j, ++n) {
          std::int64_t plain = o.offset;
          if (modes.size() == 1)
            plain += value_of(modes[0], j);
          else {
            plain += value_of(modes[0], i) + value_of(modes[1], j);
            auto left = k;
            for (std::size_t m = 2; m < modes.size(); left /= size_of(modes[m]), ++m)
              plain += value_of(modes[m], left % size_of(modes[m]));
          }
          auto index = plain; // bit by bit; shifts of negative numbers keep the sign
          for (int b = 0; b < bits; ++b)
            if (((plain >> (base + shift + b)) & 1) != 0)
              index ^= std::int64_t{1} << (base + b);
          RC_ASSERT(n < t.cells.size());
          auto const& c = t.cells[n];
          RC_ASSERT(&t.at(i, j, k) == &c);
          RC_ASSERT(c.row == i);
          RC_ASSERT(c.column == j);
          RC_ASSERT(c.page == k);
          RC_ASSERT(c.coordinate == i + rows * (j + columns * k));
          RC_ASSERT(c.plain == plain);
          RC_ASSERT(c.index == index);
        }
    RC_ASSERT(n == t.cells.size());
  });
}

TEST(RandomPictures, EveryOwnerOfATile) {
  check("owners, elements of nobody and of several, pairs outside", [] {
    std::vector<mode> const tv{any_mode(), any_mode()};
    auto const rows = *in_range<std::int64_t>(1, 9);
    auto const columns = *in_range<std::int64_t>(1, 9);
    eg::table_options o;
    o.offset = *in_range<std::int64_t>(-5, 20);
    auto const t = eg::table(eg::tv_layout{{rows, columns}, made(tv)}, o);
    std::map<std::int64_t, std::vector<eg::table_owner>> owners;
    std::int64_t outside = 0;
    for (std::int64_t thread = 0; thread < size_of(tv[0]); ++thread)
      for (std::int64_t v = 0; v < size_of(tv[1]); ++v) {
        auto const place = o.offset + value_of(tv[0], thread) + value_of(tv[1], v);
        if (place < 0 || place >= rows * columns)
          ++outside;
        else
          owners[place].push_back({thread, v});
      }
    std::int64_t several = 0;
    for (auto const& c : t.cells) {
      auto const all = t.owners_of(c);
      auto const& expected = owners[c.row + rows * c.column];
      RC_ASSERT(std::vector<eg::table_owner>(all.begin(), all.end()) == expected);
      RC_ASSERT(c.thread == (expected.empty() ? -1 : expected[0].thread));
      RC_ASSERT(c.value == (expected.empty() ? -1 : expected[0].value));
      RC_ASSERT(c.colour == c.thread);
      several += expected.size() > 1 ? 1 : 0;
    }
    std::int64_t nobody = 0;
    for (auto const& [place, all] : owners)
      nobody += all.empty() ? 1 : 0;
    auto const said = [&](std::string const& words) {
      for (auto const& remark : t.remarks)
        if (remark.find(words) != std::string::npos)
          return std::atoll(remark.c_str());
      return 0LL;
    };
    RC_ASSERT(said("to nobody") == nobody);
    RC_ASSERT(said("to several") == several);
    RC_ASSERT(said("outside") == outside);
  });
}

} // namespace
