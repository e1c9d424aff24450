// SPDX-License-Identifier: MIT
// Transpose, sorting, filters over pictures against plain C++.
#include "job.hpp"

#include <algorithm>

namespace corpus {
namespace {

struct uint2 {
  std::uint32_t x, y;
};
struct int2 {
  std::int32_t x, y;
};

job transpose(std::string const& type, unsigned width, unsigned height) {
  auto const in = dice(41).numbers<unsigned>(width * height, 0, 0x3fffffff); // as floats finite
  std::vector<unsigned> want(in.size());
  for (unsigned y = 0; y < height; ++y)
    for (unsigned x = 0; x < width; ++x)
      want[x * height + y] = in[y * width + x];
  job j;
  j.name = "transpose_" + type;
  j.file = "transpose";
  j.kernel = "transpose_" + type;
  j.grid = {(width + 31) / 32 * 32, (height + 31) / 32 * 8, 1};
  j.threads = {32, 8, 1};
  // Elements of 32 bits, whatever their type: bytes in, bytes out.
  j.buffers = {{"odata", structs(std::vector<unsigned>(in.size()))},
               {"idata", structs(in)},
               {"shape", one(uint2{width, height})}};
  j.outs = {"odata"};
  j.barriers = true;
  j.difference = [=](results const& got) { return compare("odata", got.at("odata").as<unsigned>(), want); };
  return j;
}

job sort_blocks(unsigned n, unsigned block) {
  auto const in = dice(42).numbers<int>(n, -1000, 1000);
  job j;
  j.name = "bitonic_local";
  j.file = "bitonic_sort";
  j.kernel = "bitonic_local";
  j.grid = {(n + block - 1) / block * (block / 2), 1, 1};
  j.threads = {block / 2, 1, 1};
  j.buffers = {{"data", in}, {"n", one(n)}};
  j.threadgroup = {{"block", block * 4}};
  j.constants = {{"block_size", std::to_string(block)}};
  j.outs = {"data"};
  j.barriers = true;
  j.difference = [=](results const& got) {
    // Up and down in turn; the last block is the first of an even number, so it goes up.
    std::vector<int> want = in;
    for (unsigned b = 0; b < n; b += block) {
      auto const begin = want.begin() + static_cast<std::ptrdiff_t>(b);
      auto const end = want.begin() + static_cast<std::ptrdiff_t>(std::min(n, b + block));
      std::sort(begin, end);
      if (b / block % 2 == 1)
        std::reverse(begin, end);
    }
    return compare("data", got.at("data").as<int>(), want);
  };
  return j;
}

job sort_step() {
  unsigned const n = 512;
  unsigned const step = 32;
  unsigned const k = 128;
  auto const in = dice(43).numbers<int>(n, -1000, 1000);
  job j;
  j.name = "bitonic_step";
  j.file = "bitonic_sort";
  j.kernel = "bitonic_step";
  j.grid = {n / 2, 1, 1};
  j.threads = {64, 1, 1};
  j.buffers = {{"data", in}, {"step", one(uint2{step, k})}};
  // Not used by this kernel, yet Metal asks for every constant without a default.
  j.constants = {{"block_size", "64"}};
  j.outs = {"data"};
  j.difference = [=](results const& got) {
    std::vector<int> want = in;
    for (unsigned i = 0; i < n; ++i)
      if ((i ^ step) > i && (want[i] > want[i ^ step]) == ((i & k) == 0))
        std::swap(want[i], want[i ^ step]);
    return compare("data", got.at("data").as<int>(), want);
  };
  return j;
}

job conv3x3() {
  int const width = 37;
  int const height = 21;
  auto const image = dice(44).numbers<float>(static_cast<std::size_t>(width * height), 0, 1);
  auto const weights = dice(45).numbers<float>(9, -1, 1);
  job j;
  j.name = "conv3x3";
  j.file = "conv3x3";
  j.kernel = "conv3x3";
  j.grid = {48, 32, 1};
  j.threads = {16, 16, 1};
  j.buffers = {{"image", image},
               {"out", std::vector<float>(image.size())},
               {"weights", weights},
               {"size", one(int2{width, height})}};
  j.outs = {"out"};
  j.barriers = true;
  j.difference = [=](results const& got) {
    std::vector<double> want;
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        double sum = 0;
        for (int dy = -1; dy <= 1; ++dy)
          for (int dx = -1; dx <= 1; ++dx)
            sum += static_cast<double>(weights[static_cast<std::size_t>(dy * 3 + dx + 4)]) *
                   static_cast<double>(image[static_cast<std::size_t>(
                       std::clamp(y + dy, 0, height - 1) * width + std::clamp(x + dx, 0, width - 1))]);
        want.push_back(sum);
      }
    return compare("out", got.at("out").as<float>(), want, {1e-5});
  };
  return j;
}

job edges() {
  int const width = 19;
  int const height = 11;
  auto image = dice(46).numbers<std::uint32_t>(static_cast<std::size_t>(width * height), 0, 0xffffffffll);
  for (std::uint32_t& pixel : image)
    pixel = (pixel & 0x07070707u) + 0x80808080u; // soft, so that most results are not saturated
  job j;
  j.name = "edges_rgba8";
  j.file = "conv3x3";
  j.kernel = "edges_rgba8";
  j.grid = {32, 16, 1};
  j.threads = {16, 8, 1};
  j.buffers = {
      {"image", image}, {"out", std::vector<std::uint8_t>(image.size())}, {"size", one(int2{width, height})}};
  j.outs = {"out"};
  j.difference = [=](results const& got) {
    auto const grey = [&](int x, int y) {
      std::uint32_t const p =
          image[static_cast<std::size_t>(std::clamp(y, 0, height - 1) * width + std::clamp(x, 0, width - 1))];
      return ((p & 255) * 0.299 + (p >> 8 & 255) * 0.587 + (p >> 16 & 255) * 0.114) / 255;
    };
    std::vector<double> want;
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        double const gx = grey(x + 1, y - 1) + 2 * grey(x + 1, y) + grey(x + 1, y + 1) - grey(x - 1, y - 1) -
                          2 * grey(x - 1, y) - grey(x - 1, y + 1);
        double const gy = grey(x - 1, y + 1) + 2 * grey(x, y + 1) + grey(x + 1, y + 1) - grey(x - 1, y - 1) -
                          2 * grey(x, y - 1) - grey(x + 1, y - 1);
        want.push_back(std::rint(std::min(1.0, std::hypot(gx, gy)) * 255));
      }
    // A value that lies between two bytes may go to either.
    return compare("out", got.at("out").as<std::uint8_t>(), want, {1});
  };
  return j;
}

} // namespace

std::vector<job> permutations() {
  return {transpose("float32", 45, 70),
          transpose("uchar4", 33, 12),
          sort_blocks(300, 128),
          sort_step(),
          conv3x3(),
          edges()};
}

} // namespace corpus
