// SPDX-License-Identifier: MIT
// Rows that see whole vectors: geometry, all and any, numbers packed in words.

#include <cmath>

#include "columns.hpp"
#include "rows.hpp"

namespace {

using namespace rows;
using eg::value_id;
using hand_made::kernel;
using enum eg::access;

struct operand {
  column data;
  std::uint8_t lanes;
};

/// The results of a row in as many threads as the operands have values.
column results(op code, std::vector<operand>& operands, eg::type result) {
  std::size_t const threads = operands[0].data.length / operands[0].lanes;
  kernel k;
  std::vector<value_id> values;
  auto const at = [&](std::uint8_t lanes) { return k.same(op::mul, k.gid(), k.constant(eg::u32{lanes})); };
  for (std::size_t o = 0; o < operands.size(); ++o)
    values.push_back(
        k.load(k.argument(operands[o].data.kind, &"ABC"[o], in), at(operands[o].lanes), operands[o].lanes));
  int const R = k.argument(result.element, "R", out);
  k.store(R, at(result.lanes), k.emit(code, result, values));
  column r(result.element, threads * result.lanes);
  std::vector<given> arguments;
  for (operand& o : operands)
    arguments.emplace_back(o.data, in);
  arguments.emplace_back(r, out);
  execute(k.finish(), eg::threads(threads), arguments);
  element_kind const first = operands[0].data.kind; // an unpacking row takes what it gives
  tested().insert({code, is_float(first) || first == boolean ? first : result.element, result.element});
  return r;
}

// ---- Geometry -----------------------------------------------------------------------------------

/// A result and how large the numbers were that it was summed from.
struct estimate {
  double value = 0, scale = 0;
};
using vector = double[4];

struct sums {
  double sum = 0, sizes = 0;
};
sums dot(double const* x, double const* y, int lanes) {
  sums s;
  for (int i = 0; i < lanes; ++i) {
    s.sum += x[i] * y[i];
    s.sizes += std::fabs(x[i] * y[i]);
  }
  return s;
}

struct row {
  op code;
  int vectors;
  bool gives_element;
  bool needs_length_one; // of all operands
  /// Lane c of the result; a NaN where it is open or cannot be told.
  estimate (*lane)(vector const* x, double ratio, int lanes, int c);
};

estimate squared_distance(vector const* x, int lanes) {
  vector d{};
  for (int i = 0; i < lanes; ++i)
    d[i] = x[0][i] - x[1][i];
  double const s = dot(d, d, lanes).sum;
  return {s, s};
}
estimate refracted(vector const* x, double eta, int lanes, int c) {
  sums const d = dot(x[1], x[0], lanes);
  double const k = 1.0 - eta * eta * (1.0 - d.sum * d.sum);
  if (std::fabs(k) < 0.05)
    return {NAN, 0};
  if (k < 0.0)
    return {0.0, 0.0};
  double const root = std::sqrt(k), large = 1.0 + eta * eta * (1.0 + d.sizes * d.sizes);
  return {eta * x[0][c] - (eta * d.sum + root) * x[1][c],
          eta * std::fabs(x[0][c]) + (eta * d.sizes + root + large / root) * std::fabs(x[1][c])};
}

row const table[] = {
    {op::dot, 2, true, false,
     [](vector const* x, double, int lanes, int) {
       sums const s = dot(x[0], x[1], lanes);
       return estimate{s.sum, s.sizes};
     }},
    {op::cross, 2, false, false,
     [](vector const* x, double, int, int c) {
       int const i = (c + 1) % 3, j = (c + 2) % 3;
       double const a = x[0][i] * x[1][j], b = x[0][j] * x[1][i];
       return estimate{a - b, std::fabs(a) + std::fabs(b)};
     }},
    {op::length, 1, true, false,
     [](vector const* x, double, int lanes, int) {
       double const s = std::sqrt(dot(x[0], x[0], lanes).sum);
       return estimate{s, s};
     }},
    {op::length_squared, 1, true, false,
     [](vector const* x, double, int lanes, int) {
       double const s = dot(x[0], x[0], lanes).sum;
       return estimate{s, s};
     }},
    {op::distance, 2, true, false,
     [](vector const* x, double, int lanes, int) {
       double const s = std::sqrt(squared_distance(x, lanes).value);
       return estimate{s, s};
     }},
    {op::distance_squared, 2, true, false,
     [](vector const* x, double, int lanes, int) { return squared_distance(x, lanes); }},
    {op::normalize, 1, false, false,
     [](vector const* x, double, int lanes, int c) {
       double const s = std::sqrt(dot(x[0], x[0], lanes).sum);
       return s == 0.0 ? estimate{NAN, 0} : estimate{x[0][c] / s, std::fabs(x[0][c] / s)};
     }},
    {op::reflect, 2, false, true,
     [](vector const* x, double, int lanes, int c) {
       sums const d = dot(x[1], x[0], lanes);
       return estimate{x[0][c] - 2.0 * d.sum * x[1][c],
                       std::fabs(x[0][c]) + 2.0 * d.sizes * std::fabs(x[1][c])};
     }},
    {op::refract, 2, false, true, refracted},
    {op::faceforward, 3, false, false, // n, where the third and the second point against each other
     [](vector const* x, double, int lanes, int c) {
       sums const d = dot(x[2], x[1], lanes);
       bool const tells = d.sizes == 0.0 || std::fabs(d.sum) > 1e-5 * d.sizes;
       return estimate{!tells ? NAN : d.sum < 0.0 ? x[0][c] : -x[0][c], 0.0};
     }},
};

double random_number(std::uint64_t i) {
  static double const some[] = {0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, -4.0, 1e-3, -7.25, 6.0, 5.0};
  std::uint64_t const r = (i * 0x9e3779b97f4a7c15) >> 16;
  return r % 3 == 0 ? some[r / 3 % 12] : static_cast<double>(r % 20001) / 2500.0 - 4.0;
}

void check_geometry(row const& r, element_kind k, std::uint8_t lanes) {
  constexpr std::size_t n = 3000;
  bool const has_ratio = r.code == op::refract;
  std::vector<operand> operands;
  for (int v = 0; v < r.vectors; ++v) {
    column c(k, n * lanes);
    for (std::size_t i = 0; i < n; ++i) {
      vector x{};
      double size = 0.0;
      for (std::size_t l = 0; l < lanes; ++l) {
        x[l] = random_number((i * 4 + l) * 3 + static_cast<std::size_t>(v));
        size += x[l] * x[l];
      }
      for (std::size_t l = 0; l < lanes; ++l)
        c.set(i * lanes + l, nearest(k, r.needs_length_one && size > 0.0 ? x[l] / std::sqrt(size) : x[l]));
    }
    operands.push_back({c, lanes});
  }
  if (has_ratio) {
    column c(k, n);
    for (std::size_t i = 0; i < n; ++i)
      c.set(i, nearest(k, 0.5 + static_cast<double>(i % 17) / 12.0));
    operands.push_back({c, 1});
  }
  std::uint8_t const result_lanes = r.gives_element ? std::uint8_t{1} : lanes;
  column const got = results(r.code, operands, {k, result_lanes});
  std::size_t compared = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t c = 0; c < result_lanes; ++c) {
      vector x[3] = {};
      for (std::size_t v = 0; v < static_cast<std::size_t>(r.vectors); ++v)
        for (std::size_t l = 0; l < lanes; ++l)
          x[v][l] = real(k, operands[v].data[i * lanes + l]);
      double const ratio = has_ratio ? real(k, operands.back().data[i]) : 0.0;
      estimate const want = r.lane(x, ratio, lanes, static_cast<int>(c));
      if (std::isnan(want.value))
        continue;
      ++compared;
      double const g = real(k, got[i * result_lanes + c]);
      // f16 is rounded once more, to 11 bits or, below the normal numbers, to 2^-24.
      double const last = k == float16 ? std::fmax(std::fabs(want.value) * 0x1p-11, 0x1p-25) : 0x1p-149;
      bool const exact = want.scale == 0.0 && r.code != op::length && r.code != op::distance;
      ASSERT_LE(std::fabs(g - (exact ? rounded(k, want.value) : want.value)),
                exact ? 0.0 : last + 8 * 0x1p-24 * want.scale)
          << eg::info(r.code).name << " of " << int{lanes} << " x " << eg::ir_name(k) << " in thread " << i
          << ", lane " << c << ": " << g << ", not " << want.value;
    }
  EXPECT_GT(compared, n / 2);
}

TEST(rows_of_vectors, geometry) {
  for (element_kind k : {float16, float32})
    for (row const& r : table)
      for (std::uint8_t lanes : {std::uint8_t{2}, std::uint8_t{3}, std::uint8_t{4}})
        if (r.code != op::cross || lanes == 3)
          check_geometry(r, k, lanes);
}

TEST(rows_of_vectors, all_and_any) {
  for (std::uint8_t lanes : {std::uint8_t{2}, std::uint8_t{3}, std::uint8_t{4}}) {
    std::size_t const n = std::size_t{1} << lanes;
    std::vector<operand> x{{column(boolean, n * lanes), lanes}};
    for (std::size_t i = 0; i < n * lanes; ++i)
      x[0].data.set(i, i / lanes >> i % lanes & 1);
    column const all = results(op::all_lanes, x, {boolean, 1}), any = results(op::any_lane, x, {boolean, 1});
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_EQ(all[i], i == n - 1 ? 1u : 0u);
      EXPECT_EQ(any[i], i != 0 ? 1u : 0u);
    }
  }
}

// ---- Numbers in words ---------------------------------------------------------------------------

struct packing {
  op pack, unpack;
  element_kind word;
  std::vector<int> widths; // of the fields, from the lowest
  bool is_signed = false, srgb = false;
};
packing const packings[] = {
    {op::pack_unorm4x8, op::unpack_unorm4x8, uint32, {8, 8, 8, 8}},
    {op::pack_snorm4x8, op::unpack_snorm4x8, uint32, {8, 8, 8, 8}, true},
    {op::pack_srgb_unorm4x8, op::unpack_unorm4x8_srgb, uint32, {8, 8, 8, 8}, false, true},
    {op::pack_unorm2x16, op::unpack_unorm2x16, uint32, {16, 16}},
    {op::pack_snorm2x16, op::unpack_snorm2x16, uint32, {16, 16}, true},
    {op::pack_unorm10a2, op::unpack_unorm10a2, uint32, {10, 10, 10, 2}},
    {op::pack_unorm565, op::unpack_unorm565, uint16, {5, 6, 5}},
};

double largest_field(packing const& p, std::size_t lane) {
  return std::ldexp(1.0, p.widths[lane] - (p.is_signed ? 1 : 0)) - 1.0;
}
double field(packing const& p, bits word, std::size_t lane) {
  int at = 0;
  for (std::size_t l = 0; l < lane; ++l)
    at += p.widths[l];
  auto const number = static_cast<double>(word >> at & ((bits{1} << p.widths[lane]) - 1));
  return p.is_signed && number > largest_field(p, lane) ? number - std::ldexp(1.0, p.widths[lane]) : number;
}

TEST(rows_of_vectors, words_are_unpacked) {
  constexpr std::size_t n = 1 << 17; // every value of 16 bits in both halves, and what is mixed
  for (packing const& p : packings)
    for (element_kind k : {float16, float32}) {
      auto const lanes = static_cast<std::uint8_t>(p.widths.size());
      std::vector<operand> words{{column(p.word, n), 1}};
      for (std::size_t i = 0; i < n; ++i)
        words[0].data.set(
            i, cut(p.word, static_cast<wide>(i < n / 2 ? i | (i << 16) : i * 0x9e3779b97f4a7c15 >> 30)));
      column const got = results(p.unpack, words, {k, lanes});
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t c = 0; c < lanes; ++c) {
          double want = std::fmax(field(p, words[0].data[i], c) / largest_field(p, c), -1.0), off = 0.0;
          if (p.srgb && c < 3) {
            want = want <= 0.04045 ? want / 12.92 : std::pow((want + 0.055) / 1.055, 2.4);
            off = want * 0x1p-20;
          } else if (k == float32) {
            want = rounded(k, want);
          }
          if (k == float16)
            off += std::fmax(std::fabs(want) * 0x1.01p-11, 0x1p-25);
          ASSERT_LE(std::fabs(real(k, got[i * lanes + c]) - want), off)
              << eg::info(p.unpack).name << " of " << std::hex << words[0].data[i] << " lane " << c;
        }
    }
}

TEST(rows_of_vectors, words_are_packed) {
  constexpr std::size_t n = 40000;
  for (packing const& p : packings)
    for (element_kind k : {float16, float32}) {
      auto const lanes = static_cast<std::uint8_t>(p.widths.size());
      std::vector<operand> values{{column(k, n * lanes), lanes}};
      auto const some = edges(k);
      for (std::size_t i = 0; i < n * lanes; ++i) {
        std::uint64_t const r = (i * 0x9e3779b97f4a7c15) >> 20;
        values[0].data.set(i, r % 10 == 0
                                  ? some[r / 10 % some.size()]
                                  : nearest(k, static_cast<double>(r / 10 % 100003) / 40000.0 - 1.25));
      }
      column const words = results(p.pack, values, {p.word, 1});
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t c = 0; c < lanes; ++c) {
          double x = real(k, values[0].data[i * lanes + c]);
          x = std::isnan(x)
                  ? 0.0
                  : std::fmin(std::fmax(x, p.is_signed ? -1.0 : 0.0), 1.0); // of a NaN: open, 0 here
          if (p.srgb && c < 3)
            x = x < 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1.0 / 2.4) - 0.055;
          double const most = largest_field(p, c), number = field(p, words[i], c);
          // The nearest, where the product with the largest field is one of floats.
          ASSERT_LE(std::fabs(number - x * most), 0.5 + most * 0x1p-21)
              << eg::info(p.pack).name << " of " << x << " in lane " << c << " of " << i;
        }
    }
}

// What a word unpacks to packs to the same word, but for the second number that stands for -1.
TEST(rows_of_vectors, packed_again_words_are_the_same) {
  constexpr std::size_t n = 1 << 16;
  for (packing const& p : packings) {
    auto const lanes = static_cast<std::uint8_t>(p.widths.size());
    std::vector<operand> words{{column(p.word, n), 1}};
    for (std::size_t i = 0; i < n; ++i)
      words[0].data.set(i, cut(p.word, static_cast<wide>(i | (~i << 16))));
    std::vector<operand> values{{results(p.unpack, words, {float32, lanes}), lanes}};
    column const again = results(p.pack, values, {p.word, 1});
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t c = 0; c < lanes; ++c)
        ASSERT_EQ(field(p, again[i], c),
                  std::fmax(field(p, words[0].data[i], c), p.is_signed ? -largest_field(p, c) : 0.0))
            << eg::info(p.pack).name << ' ' << i;
  }
}

} // namespace
