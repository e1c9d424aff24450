// SPDX-License-Identifier: MIT
// softmax, rms_norm, layer_norm against plain C++.
#include "job.hpp"

#include <algorithm>

namespace corpus {
namespace {

template <class T>
job softmax(std::string const& type, unsigned rows, unsigned columns, unsigned threads, tolerance allowed) {
  std::vector<T> const in = dice(columns).numbers<T>(rows * columns, -8, 8);
  job j;
  j.name = "softmax_" + type + "_" + std::to_string(columns);
  j.file = "softmax";
  j.kernel = "softmax_looped_" + type;
  j.grid = {rows * threads, 1, 1};
  j.threads = {threads, 1, 1};
  j.buffers = {{"in", in}, {"out", std::vector<T>(in.size())}, {"axis_size", one(static_cast<int>(columns))}};
  j.outs = {"out"};
  j.barriers = type == "float32";
  j.difference = [=](results const& got) {
    std::vector<double> want;
    for (unsigned r = 0; r < rows; ++r) {
      double highest = -INFINITY;
      double sum = 0;
      for (unsigned c = 0; c < columns; ++c)
        highest = std::max(highest, static_cast<double>(in[r * columns + c]));
      for (unsigned c = 0; c < columns; ++c)
        sum += std::exp(static_cast<double>(in[r * columns + c]) - highest);
      for (unsigned c = 0; c < columns; ++c)
        want.push_back(std::exp(static_cast<double>(in[r * columns + c]) - highest) / sum);
    }
    return compare("out", got.at("out").as<T>(), want, allowed);
  };
  return j;
}

struct rms_args {
  std::int32_t ne00;
  std::int32_t row_bytes;
  float eps;
};

template <class T>
std::vector<double> rms(std::vector<T> const& x, std::vector<T> const& w, std::size_t columns,
                        std::size_t pitch, std::size_t w_stride, double eps) {
  std::vector<double> want;
  for (std::size_t r = 0; r < x.size() / pitch; ++r) {
    double sum = 0;
    for (std::size_t c = 0; c < columns; ++c)
      sum += std::pow(static_cast<double>(x[r * pitch + c]), 2);
    for (std::size_t c = 0; c < columns; ++c)
      want.push_back(static_cast<double>(x[r * pitch + c]) /
                     std::sqrt(sum / static_cast<double>(columns) + eps) *
                     static_cast<double>(w[c * w_stride]));
  }
  return want;
}

job rms_norm_rows() {
  unsigned const rows = 5;
  unsigned const columns = 340;
  unsigned const pitch = 352; // rows lie further apart than they are long
  unsigned const threads = 96;
  auto const x = dice(1).numbers<float>(rows * pitch, -2, 3);
  auto const w = dice(2).numbers<float>(columns, 0.5, 1.5);
  job j;
  j.name = "rms_norm_f32";
  j.file = "rms_norm";
  j.kernel = "rms_norm_f32";
  j.grid = {rows * threads, 1, 1};
  j.threads = {threads, 1, 1};
  j.buffers = {{"args", one(rms_args{columns, pitch * 4, 1e-5f})},
               {"src0", structs(x)},
               {"weight", w},
               {"dst", std::vector<float>(rows * columns)}};
  j.threadgroup = {{"shmem", 32 * 4}};
  j.outs = {"dst"};
  j.barriers = true;
  j.difference = [=](results const& got) {
    return compare("dst", got.at("dst").as<float>(), rms(x, w, columns, pitch, 1, 1e-5), {1e-6, 1e-5});
  };
  return j;
}

template <class T>
job rms_single(std::string const& name, unsigned columns, unsigned threads, tolerance allowed) {
  unsigned const rows = 4;
  unsigned const w_stride = 2;
  auto const x = dice(3).numbers<T>(rows * columns, -2, 3);
  auto const w = dice(4).numbers<T>(columns * w_stride, 0.5, 1.5);
  job j;
  j.name = name;
  j.file = "rms_norm";
  j.kernel = name;
  j.grid = {rows * threads, 1, 1};
  j.threads = {threads, 1, 1};
  j.buffers = {{"x", x},
               {"w", w},
               {"out", std::vector<T>(x.size())},
               {"eps", one(1e-5f)},
               {"axis_size", one(columns)},
               {"w_stride", one(w_stride)}};
  j.outs = {"out"};
  j.barriers = true;
  j.difference = [=](results const& got) {
    return compare("out", got.at("out").as<T>(), rms(x, w, columns, columns, w_stride, 1e-5), allowed);
  };
  return j;
}

// weight, bias: 1 there, 0 left out, -1 the constant is not given, which means left out
job layer_norm(std::string const& name, int weight, int bias) {
  unsigned const rows = 3;
  unsigned const columns = 203;
  unsigned const threads = 64;
  float const eps = 1e-5f;
  auto const x = dice(5).numbers<float>(rows * columns, 90, 110); // a mean far from zero
  auto const w = dice(6).numbers<float>(columns, 0.5, 1.5);
  auto const b = dice(7).numbers<float>(columns, -1, 1);
  job j;
  j.name = "layer_norm_" + name;
  j.file = "layer_norm";
  j.kernel = "layer_norm";
  j.grid = {rows * threads, 1, 1};
  j.threads = {threads, 1, 1};
  j.buffers = {{"x", x}, {"y", std::vector<float>(x.size())}, {"columns", one(columns)}, {"eps", one(eps)}};
  if (weight == 1)
    j.buffers.emplace_back("weight", w);
  if (bias == 1)
    j.buffers.emplace_back("bias", b);
  if (weight >= 0)
    j.constants.emplace_back("has_weight", weight ? "true" : "false");
  if (bias >= 0)
    j.constants.emplace_back("has_bias", bias ? "true" : "false");
  j.outs = {"y"};
  j.barriers = true;
  j.difference = [=](results const& got) {
    std::vector<double> want;
    for (unsigned r = 0; r < rows; ++r) {
      double mean = 0;
      double square = 0;
      for (unsigned c = 0; c < columns; ++c)
        mean += static_cast<double>(x[r * columns + c]) / columns;
      for (unsigned c = 0; c < columns; ++c)
        square += std::pow(static_cast<double>(x[r * columns + c]) - mean, 2) / columns;
      for (unsigned c = 0; c < columns; ++c)
        want.push_back((static_cast<double>(x[r * columns + c]) - mean) /
                           std::sqrt(square + static_cast<double>(eps)) *
                           (weight == 1 ? static_cast<double>(w[c]) : 1.0) +
                       (bias == 1 ? static_cast<double>(b[c]) : 0.0));
    }
    return compare("y", got.at("y").as<float>(), want, {1e-5, 1e-5});
  };
  return j;
}

} // namespace

std::vector<job> norms() {
  return {softmax<float>("float32", 3, 1037, 128, {1e-9, 1e-5}),
          softmax<half>("float16", 2, 77, 64, {1e-7, 1e-3}),
          softmax<bfloat>("bfloat16", 2, 600, 96, {1e-7, 8e-3}),
          rms_norm_rows(),
          rms_single<half>("rms_single_row_float16", 250, 64, {1e-4, 2e-3}),
          rms_single<float>("rms_single_row_float32_8", 501, 64, {1e-6, 1e-5}),
          layer_norm("both", 1, 1),
          layer_norm("weight_only", 1, 0),
          layer_norm("neither_given", -1, -1)};
}

} // namespace corpus
