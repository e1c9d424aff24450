// SPDX-License-Identifier: MIT
// Reductions, scans, histogram, argmax, compaction against plain C++.
#include "job.hpp"

#include <algorithm>
#include <limits>

namespace corpus {
namespace {

/// The kernel is run as the second stage too, on the partial results of plain C++: each stage is checked
/// alone.
template <class T, class U, class F>
job all_reduce(std::string const& name, std::vector<T> const& in, unsigned groups, unsigned threads, U init,
               F op, tolerance allowed) {
  job j;
  j.name = "all_reduce_" + name + "_" + std::to_string(in.size());
  j.file = "reduce";
  j.kernel = "all_reduce_" + name;
  j.grid = {groups * threads, 1, 1};
  j.threads = {threads, 1, 1};
  j.buffers = {
      {"in", in}, {"out", std::vector<U>(groups)}, {"in_size", one(static_cast<unsigned>(in.size()))}};
  j.outs = {"out"};
  j.barriers = threads > 32 && name == "sum_float32";
  j.difference = [=](results const& got) {
    // Which threadgroup reads element i: quadruples are dealt out to the threads of the grid in turn.
    std::vector<double> want(groups, static_cast<double>(init));
    for (std::size_t i = 0; i < in.size(); ++i) {
      double& group = want[i / 4 % (groups * threads) / threads];
      group = op(group, static_cast<double>(in[i]));
    }
    return compare("out", got.at("out").template as<U>(), want, allowed);
  };
  return j;
}

job tree_sum() {
  unsigned const n = 1000;
  auto const in = dice(11).numbers<float>(n, -1, 1);
  job j;
  j.name = "tree_sum";
  j.file = "reduce";
  j.kernel = "tree_sum";
  j.grid = {1024, 1, 1};
  j.threads = {256, 1, 1};
  j.buffers = {{"in", in}, {"out", std::vector<float>(4)}, {"n", one(n)}};
  j.outs = {"out"};
  j.barriers = true;
  j.difference = [=](results const& got) {
    std::vector<double> want(4);
    for (unsigned i = 0; i < n; ++i)
      want[i / 256] += static_cast<double>(in[i]);
    return compare("out", got.at("out").as<float>(), want, {1e-4});
  };
  return j;
}

template <class T, class U>
job scan(std::string const& kernel, bool inclusive, unsigned columns, tolerance allowed) {
  unsigned const rows = 3;
  unsigned const threads = 96;
  auto const in = dice(12).numbers<T>(rows * columns, 0, 100);
  job j;
  j.name = kernel;
  j.file = "scan";
  j.kernel = kernel;
  j.grid = {threads, rows, 1};
  j.threads = {threads, 1, 1};
  j.buffers = {{"in", in}, {"out", std::vector<U>(in.size())}, {"axis_size", one(columns)}};
  j.outs = {"out"};
  j.barriers = true;
  j.difference = [=](results const& got) {
    std::vector<double> want;
    for (unsigned r = 0; r < rows; ++r) {
      double sum = 0;
      for (unsigned c = 0; c < columns; ++c) {
        double const before = sum;
        sum += static_cast<double>(in[r * columns + c]);
        want.push_back(inclusive ? sum : before);
      }
    }
    return compare("out", got.at("out").template as<U>(), want, allowed);
  };
  return j;
}

job histogram() {
  unsigned const bytes = 4099;
  auto data = dice(13).numbers<std::uint8_t>((bytes + 3) / 4 * 4, 0, 255);
  for (unsigned i = 0; i < bytes; i += 2)
    data[i] = static_cast<std::uint8_t>(data[i] % 7); // crowded bins
  std::vector<unsigned> words(data.size() / 4);
  std::memcpy(words.data(), data.data(), data.size());
  job j;
  j.name = "histogram_256";
  j.file = "histogram";
  j.kernel = "histogram_256";
  j.grid = {512, 1, 1};
  j.threads = {128, 1, 1};
  j.buffers = {{"data", words},
               {"bins", std::vector<unsigned>(256)},
               {"words", one(static_cast<unsigned>(words.size()))},
               {"bytes", one(bytes)}};
  j.outs = {"bins"};
  j.barriers = true;
  j.difference = [=](results const& got) {
    std::vector<unsigned> want(256);
    for (unsigned i = 0; i < bytes; ++i)
      ++want[data[i]];
    return compare("bins", got.at("bins").as<unsigned>(), want);
  };
  return j;
}

job float_range() {
  unsigned const n = 333;
  auto const in = dice(14).numbers<float>(n, -50, 40);
  auto const ordered = [](float x) {
    auto const bits = std::bit_cast<std::uint32_t>(x);
    return bits >> 31 ? ~bits : bits | 0x80000000u;
  };
  job j;
  j.name = "float_range";
  j.file = "histogram";
  j.kernel = "float_range";
  j.grid = {384, 1, 1};
  j.threads = {64, 1, 1};
  j.buffers = {
      {"data", in}, {"highest", one(0u)}, {"lowest", one(0xffffffffu)}, {"sum_bits", one(0u)}, {"n", one(n)}};
  j.outs = {"highest", "lowest", "sum_bits"};
  j.difference = [=](results const& got) {
    double sum = 0;
    for (float x : in)
      sum += std::fabs(static_cast<double>(x));
    std::string words = compare("highest", got.at("highest").as<unsigned>(),
                                std::vector<unsigned>{ordered(*std::max_element(in.begin(), in.end()))});
    if (words.empty())
      words = compare("lowest", got.at("lowest").as<unsigned>(),
                      std::vector<unsigned>{ordered(*std::min_element(in.begin(), in.end()))});
    if (words.empty())
      words = compare("sum_bits", got.at("sum_bits").as<float>(), std::vector<double>{sum}, {0, 1e-5});
    return words;
  };
  return j;
}

template <class T>
job arg_reduce(std::string const& kernel, bool largest, unsigned columns, unsigned threads) {
  unsigned const rows = 6;
  auto const in = dice(columns).numbers<T>(rows * columns, largest ? 0 : -30000, largest ? 200 : 30000);
  job j;
  j.name = kernel + "_" + std::to_string(columns);
  j.file = "arg_reduce";
  j.kernel = kernel;
  j.grid = {rows * threads, 1, 1};
  j.threads = {threads, 1, 1};
  j.buffers = {{"in", in}, {"out", std::vector<unsigned>(rows)}, {"axis_size", one(columns)}};
  j.outs = {"out"};
  j.barriers = threads > 32 && largest;
  j.difference = [=](results const& got) {
    std::vector<unsigned> want;
    for (unsigned r = 0; r < rows; ++r) {
      auto const begin = in.begin() + static_cast<std::ptrdiff_t>(r * columns);
      auto const end = begin + static_cast<std::ptrdiff_t>(columns);
      want.push_back(static_cast<unsigned>(
          (largest ? std::max_element(begin, end) : std::min_element(begin, end)) - begin));
    }
    return compare("out", got.at("out").template as<unsigned>(), want);
  };
  return j;
}

job keep_above() {
  unsigned const n = 777;
  int const limit = 20;
  auto const in = dice(15).numbers<int>(n, -100, 100);
  job j;
  j.name = "keep_above";
  j.file = "compact";
  j.kernel = "keep_above";
  j.grid = {832, 1, 1};
  j.threads = {64, 1, 1};
  j.buffers = {
      {"in", in}, {"out", std::vector<int>(n)}, {"kept", one(0u)}, {"limit", one(limit)}, {"n", one(n)}};
  j.outs = {"out", "kept"};
  j.difference = [=](results const& got) {
    std::vector<int> want;
    for (int x : in)
      if (x > limit)
        want.push_back(x);
    std::vector<int> kept = got.at("out").as<int>();
    unsigned const count = got.at("kept").as<unsigned>().at(0);
    std::string const words =
        compare("kept", std::vector<unsigned>{count}, std::vector<std::size_t>{want.size()});
    if (!words.empty())
      return words;
    kept.resize(count);
    std::sort(kept.begin(), kept.end());
    std::sort(want.begin(), want.end());
    return compare("out, sorted,", kept, want);
  };
  return j;
}

} // namespace

std::vector<job> reductions() {
  auto const plus = [](double a, double b) { return a + b; };
  auto const higher = [](double a, double b) { return std::max(a, b); };
  auto const lower = [](double a, double b) { return std::min(a, b); };
  dice d(10);
  return {all_reduce("sum_float32", d.numbers<float>(5003, -1, 1), 3, 128, 0.0f, plus, {1e-4}),
          all_reduce("sum_float32", d.numbers<float>(3, -1, 1), 1, 32, 0.0f, plus, {1e-6}), // second stage
          all_reduce("sum_float16", d.numbers<half>(2050, -1, 1), 2, 96, 0.0f, plus, {1e-4}),
          all_reduce("sum_int8", d.numbers<std::int8_t>(4097, -128, 127), 3, 64, 0, plus, {}),
          all_reduce("max_int32", d.numbers<int>(999, -2e9, -5), 2, 64, std::numeric_limits<int>::min(),
                     higher, {}),
          all_reduce("min_float32", d.numbers<float>(1234, 3, 1e30), 2, 64, std::numeric_limits<float>::max(),
                     lower, {}),
          tree_sum(),
          scan<float, float>("scan_inclusive_float32", true, 1001, {0, 1e-5}),
          scan<int, int>("scan_inclusive_int32", true, 770, {}),
          scan<std::uint8_t, unsigned>("scan_exclusive_uint8", false, 385, {}),
          histogram(),
          float_range(),
          arg_reduce<float>("argmax_float32", true, 301, 128),
          arg_reduce<std::uint8_t>("argmax_uint8", true, 1000, 64),
          arg_reduce<std::int16_t>("argmin_int16", false, 20, 32),
          keep_above()};
}

} // namespace corpus
