// SPDX-License-Identifier: MIT
// Random tiles of a kernel: traced, then run thread by thread by a small interpreter that checks every
// access, against nested loops over the same layouts.
#include "naive.hpp"

#include <enigma/codegen/buffer_engine.hpp>
#include <enigma/codegen/gpu.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <gtest/gtest.h>
#include <map>
#include <stdexcept>
#include <vector>

using namespace enigma;

namespace {

using words = std::array<std::uint32_t, 4>;
using memories = std::vector<std::vector<std::uint32_t>>;

/// What the tiles of these tests use of the language: 32-bit elements, u32 index arithmetic, f32 values.
class interpreter {
public:
  interpreter(detail::builder const& kernel, memories& memory) : kernel_{kernel}, memory_{memory} {}

  void run(std::map<std::int64_t, std::uint32_t> const& queries) {
    value_.assign(kernel_.code().size(), {});
    for (std::size_t at = 0; at < kernel_.code().size(); ++at)
      value_[at] = step(kernel_.code()[at], queries);
  }

private:
  words const& operand(instruction const& i, int k) const { return value_[i.operands[k]]; }
  int lanes(value_id id) const { return kernel_.type_at(id).lanes; }

  std::uint32_t& element(std::int64_t memory, std::uint32_t index, int width, int lane) {
    auto& m = memory_[static_cast<std::size_t>(memory)];
    if (index % static_cast<unsigned>(width) != 0)
      throw std::runtime_error("misaligned access at " + std::to_string(index));
    if (index + static_cast<unsigned>(width) > m.size())
      throw std::runtime_error("access at " + std::to_string(index) + " of " + std::to_string(m.size()));
    return m[index + static_cast<unsigned>(lane)];
  }
  static std::uint32_t compute(op code, bool floating, std::uint32_t x, std::uint32_t y) {
    auto const f = std::bit_cast<float>(x), g = std::bit_cast<float>(y);
    switch (code) {
    case op::add:
      return floating ? std::bit_cast<std::uint32_t>(f + g) : x + y;
    case op::sub:
      return floating ? std::bit_cast<std::uint32_t>(f - g) : x - y;
    case op::mul:
      return floating ? std::bit_cast<std::uint32_t>(f * g) : x * y;
    case op::div:
      return floating ? std::bit_cast<std::uint32_t>(f / g) : x / y;
    case op::rem:
      return x % y;
    default:
      throw std::runtime_error("an operation that this test does not know");
    }
  }
  words step(instruction const& i, std::map<std::int64_t, std::uint32_t> const& queries) {
    words r{};
    switch (i.code) {
    case op::constant:
      r[0] = static_cast<std::uint32_t>(i.imm);
      return r;
    case op::query:
      r[0] = queries.contains(i.imm) ? queries.at(i.imm) : 0;
      return r;
    case op::load:
      for (int l = 0; l < i.type.lanes; ++l)
        r[static_cast<std::size_t>(l)] = element(i.imm, operand(i, 0)[0], i.type.lanes, l);
      return r;
    case op::store: {
      int const width = lanes(i.operands[1]);
      for (int l = 0; l < width; ++l)
        element(i.imm, operand(i, 0)[0], width, l) = operand(i, 1)[static_cast<std::size_t>(l)];
      return r;
    }
    case op::make_vector:
      r.fill(operand(i, 0)[0]);
      return r;
    case op::convert: // of an index to 64 bits; those of these tests need 32
      return operand(i, 0);
    default:
      for (std::size_t l = 0; l < i.type.lanes; ++l)
        r[l] = compute(i.code, i.type.is_floating(), operand(i, 0)[lanes(i.operands[0]) == 1 ? 0 : l],
                       operand(i, 1)[lanes(i.operands[1]) == 1 ? 0 : l]);
      return r;
    }
  }

  detail::builder const& kernel_;
  memories& memory_;
  std::vector<words> value_;
};

int add_f32(detail::builder& b, char const* name) {
  memory m;
  m.name = name;
  m.element = element_kind::float32;
  m.may_load = m.may_store = true;
  return b.add_memory(m);
}
std::uint32_t bits(float x) {
  return std::bit_cast<std::uint32_t>(x);
}
std::int64_t const thread_x = static_cast<int>(query::thread_position_in_grid) * 3;
std::int64_t const thread_y = thread_x + 1;

/// A mode of one to three leaves.
std::vector<std::int64_t> random_mode(naive::random_layouts& random, int leaves) {
  static constexpr std::int64_t sizes[] = {1, 2, 2, 3, 4, 4, 8};
  std::vector<std::int64_t> r;
  for (int k = 1 + random.up_to(leaves - 1); k > 0; --k)
    r.push_back(sizes[random.up_to(6)]);
  return r;
}
std::int64_t product_of(std::vector<std::int64_t> const& v) {
  return std::accumulate(v.begin(), v.end(), std::int64_t{1}, std::multiplies<>());
}
int widest_store(detail::builder const& b) {
  int w = 0;
  for (instruction const& i : b.code())
    if (i.code == op::store)
      w = std::max(w, static_cast<int>(b.type_at(i.operands[1]).lanes));
  return w;
}

// C(t, u, v) = A(t, u, v) * 3 - B(t, u, v) for all threads (t, u), each storing its tile of values v.
TEST(KernelTile, RunsAsTheLoopsDo) {
  naive::random_layouts random(21);
  std::map<int, int> widths;
  for (int round = 0; round < 1500; ++round) {
    std::vector<std::vector<std::int64_t>> modes = {random_mode(random, 2), random_mode(random, 1),
                                                    random_mode(random, 3)};
    if (!random.once_in(4))
      modes[2][0] = 4;
    // Values first makes wide accesses likely, another order makes them wrong unless they are refused.
    auto const some = [&](bool zeros) {
      auto const all = naive::leaves(modes);
      if (random.once_in(8))
        return naive::layout_of(modes, random.strides(all, true, zeros));
      auto turned = all;
      auto const values = static_cast<std::ptrdiff_t>(modes[2].size());
      std::rotate(turned.begin(), turned.end() - values, turned.end());
      std::vector<std::int64_t> d(turned.size());
      std::int64_t next = random.once_in(16) ? 2 : 1;
      for (std::size_t k = 0; k < turned.size(); ++k) {
        d[k] = zeros && random.once_in(12) ? 0 : next;
        next *= turned[k];
        if (random.once_in(12))
          next += 1 + random.up_to(3);
      }
      std::rotate(d.begin(), d.begin() + values, d.end());
      return naive::layout_of(modes, d);
    };
    layout const to = some(false), a = some(true), b = some(true);
    std::int64_t const offset = random.once_in(8) ? random.up_to(8) : 4 * random.up_to(2);
    memories memory(3);
    memory[0].resize(static_cast<std::size_t>(cosize(to) + offset), bits(-1.0f));
    memory[1].resize(static_cast<std::size_t>(cosize(a) + offset));
    memory[2].resize(static_cast<std::size_t>(cosize(b)));
    for (int m : {1, 2})
      for (auto& x : memory[static_cast<std::size_t>(m)])
        x = bits(static_cast<float>(random.up_to(1000)));
    auto expected = memory[0];
    auto const ti = naive::indices(to), ai = naive::indices(a), bi = naive::indices(b);
    for (std::size_t i = 0; i < ti.size(); ++i)
      expected[static_cast<std::size_t>(ti[i] + offset)] =
          bits(std::bit_cast<float>(memory[1][static_cast<std::size_t>(ai[i] + offset)]) * 3 -
               std::bit_cast<float>(memory[2][static_cast<std::size_t>(bi[i])]));

    detail::builder kernel("random");
    gpu g(kernel);
    out<f32, "C"> c(&kernel, add_f32(kernel, "C"));
    in<f32, "A"> x(&kernel, add_f32(kernel, "A"));
    in<f32, "B"> y(&kernel, add_f32(kernel, "B"));
    auto const gid = g.thread_position_in_grid();
    make_tensor(c, to, offset)(gid.x, gid.y, _)
        .store(make_tensor(x, a, offset)(gid.x, gid.y, _).load() * 3 -
               make_tensor(y, b)(gid.x, gid.y, _).load());
    ++widths[widest_store(kernel)];
    interpreter run(kernel, memory);
    for (std::int64_t t = 0; t < product_of(modes[0]); ++t)
      for (std::int64_t u = 0; u < product_of(modes[1]); ++u)
        ASSERT_NO_THROW(
            run.run({{thread_x, static_cast<std::uint32_t>(t)}, {thread_y, static_cast<std::uint32_t>(u)}}))
            << to_string(to) << to_string(a) << to_string(b);
    ASSERT_EQ(memory[0], expected) << to_string(to) << to_string(a) << to_string(b) << offset;
  }
  EXPECT_GT(widths[4], 100);
  EXPECT_GT(widths[2], 50);
  EXPECT_GT(widths[1], 50);
}

// One linear coordinate for a mode of any nesting, and negative strides.
TEST(KernelTile, TracedCoordinatesOfNestedModes) {
  naive::random_layouts random(22);
  for (int round = 0; round < 600; ++round) {
    std::vector<std::vector<std::int64_t>> const modes = {random_mode(random, 3), random_mode(random, 3)};
    auto d = random.strides(naive::leaves(modes), true, true);
    std::int64_t offset = 0;
    std::size_t leaf = 0;
    for (auto const& mode : modes)
      for (auto const s : mode) {
        if (random.once_in(5)) {
          d[leaf] = -d[leaf];
          offset -= (s - 1) * d[leaf];
        }
        ++leaf;
      }
    layout const l = naive::layout_of(modes, d);
    auto const index = naive::indices(l);
    memories memory(2);
    memory[0].resize(index.size());
    memory[1].resize(static_cast<std::size_t>(*std::max_element(index.begin(), index.end()) + offset + 1));
    for (auto& x : memory[1])
      x = bits(static_cast<float>(random.up_to(1000)));
    detail::builder kernel("random");
    gpu g(kernel);
    inout<f32, "C"> c(&kernel, add_f32(kernel, "C"));
    in<f32, "A"> a(&kernel, add_f32(kernel, "A"));
    auto const gid = g.thread_position_in_grid();
    auto const A = make_tensor(a, l, offset);
    auto const rows = product_of(modes[0]), columns = product_of(modes[1]);
    auto const C = make_tensor(c, layout{int_tuple{rows, columns}});
    if (round % 3 == 0)
      C(gid) = A(gid);
    else if (round % 3 == 1)
      C(gid.x, gid.y) = A(gid.x, gid.y);
    else
      C(make_coord(gid.x, gid.y)) = A(gid.x, _)(gid.y);
    interpreter run(kernel, memory);
    for (std::int64_t t = 0; t < (round % 3 == 0 ? rows * columns : rows); ++t)
      for (std::int64_t u = 0; u < (round % 3 == 0 ? 1 : columns); ++u)
        ASSERT_NO_THROW(
            run.run({{thread_x, static_cast<std::uint32_t>(t)}, {thread_y, static_cast<std::uint32_t>(u)}}))
            << to_string(l);
    for (std::size_t i = 0; i < index.size(); ++i)
      ASSERT_EQ(memory[0][i], memory[1][static_cast<std::size_t>(index[i] + offset)]) << to_string(l);
  }
}

// Within one buffer everything is read before anything of it is overwritten.
TEST(KernelTile, OverlappingTiles) {
  naive::random_layouts random(23);
  for (int round = 0; round < 600; ++round) {
    std::vector<std::vector<std::int64_t>> const modes = {random_mode(random, 2)};
    auto const some = [&](bool zeros, std::int64_t& start) {
      auto d = random.strides(modes[0], false, zeros);
      for (std::size_t k = 0; k < d.size(); ++k)
        if (random.once_in(4)) {
          start += (modes[0][k] - 1) * d[k];
          d[k] = -d[k];
        }
      return naive::layout_of(modes, d);
    };
    std::int64_t shift = 2 * random.up_to(4), start = 0;
    layout const to = some(false, shift), from = some(true, start);
    auto const ti = naive::indices(to), fi = naive::indices(from);
    memories memory(1);
    for (std::int64_t i = 0; i < 8 + std::max(cosize(to), cosize(from)); ++i)
      memory[0].push_back(bits(static_cast<float>(i)));
    auto expected = memory[0];
    for (std::size_t i = 0; i < ti.size(); ++i)
      expected[static_cast<std::size_t>(ti[i] + shift)] = bits(static_cast<float>(fi[i] + start + 1));
    detail::builder kernel("random");
    inout<f32, "X"> x(&kernel, add_f32(kernel, "X"));
    make_tensor(x, to, shift).store(make_tensor(x, from, start).load() + 1);
    interpreter(kernel, memory).run({});
    ASSERT_EQ(memory[0], expected) << to_string(to) << to_string(from) << shift;
  }
}

std::string words_of(auto const& f) {
  try {
    f();
  } catch (error const& e) {
    return e.what();
  }
  return "not refused";
}

TEST(KernelTile, RefusalsHaveWords) {
  detail::builder kernel("refused");
  gpu g(kernel);
  inout<f32, "X"> x(&kernel, add_f32(kernel, "X"));
  auto const gid = g.thread_position_in_grid();
  auto const t = make_tensor(x, layout{{64, 64}, {64, 1}});
  EXPECT_EQ(
      words_of([&] { t.store(t.load()); }),
      "store to a tile (64,64):(64,1) refused: it has 4096 values for one thread, at most 1024 are unrolled; "
      "take smaller tiles or more threads");
  EXPECT_EQ(words_of([&] { t(gid, _).store(t(_, 3).load() + t(make_coord(0, _)).load() + t(0, 0)); }),
            "not refused");
  EXPECT_EQ(words_of([&] { t(64, gid); }), "coordinate 64 is out of range for mode 0 of (64,64):(64,1)");
  EXPECT_EQ(words_of([&] { t(gid, _, 1); }),
            "coordinate (?,_,1) of (64,64):(64,1) refused: rank mismatch, a tuple "
            "needs one element for each mode");
  EXPECT_EQ(
      words_of([&] { (void)make_tensor(x, layout{{65536, 65537}}); }),
      "make_tensor: (65536,65537):(1,65536) refused: it needs 4295032832 elements, indices of a kernel reach "
      "4294967296");
  EXPECT_EQ(words_of([&] { (void)make_tensor(x, layout{{65536, 65536}}); }), "not refused");
  auto const shared = g.threadgroup_memory<f32, "shared">(32);
  EXPECT_EQ(words_of([&] { (void)make_tensor(shared, layout{{4, 9}}); }),
            "make_tensor: (4,9):(1,4) refused: it needs 36 elements, the memory has 32");
  EXPECT_EQ(
      words_of([&] { make_tensor(shared, layout(16)).store(t(0, make_coord(_)).load()); }),
      "coordinate (0,(_)) of (64,64):(64,1) refused: rank mismatch, a tuple needs one element for each mode");
  EXPECT_EQ(words_of([&] { (void)zipped_divide(t, {48, 64})(_, gid); }).substr(0, 54),
            "zipped_divide((64,64):(64,1), (48,64)) refused: the ti");
}

} // namespace
