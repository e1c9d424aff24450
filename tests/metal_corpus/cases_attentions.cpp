// SPDX-License-Identifier: MIT
// Attention against plain C++.
#include "job.hpp"

#include <algorithm>

namespace corpus {
namespace {

/// softmax(scale * q . k) . v for one query; keys beyond `seen` are masked.
template <class T>
void attend(T const* q, T const* k, T const* v, std::size_t seen, std::size_t D, double scale,
            std::vector<double>& out) {
  std::vector<double> score(seen);
  for (std::size_t n = 0; n < seen; ++n)
    for (std::size_t i = 0; i < D; ++i)
      score[n] += scale * static_cast<double>(q[i]) * static_cast<double>(k[n * D + i]);
  double const highest = *std::max_element(score.begin(), score.end());
  double sum = 0;
  for (double& s : score)
    sum += s = std::exp(s - highest);
  for (std::size_t i = 0; i < D; ++i) {
    double all = 0;
    for (std::size_t n = 0; n < seen; ++n)
      all += score[n] * static_cast<double>(v[n * D + i]);
    out.push_back(all / sum);
  }
}

template <class T>
job vector(std::string const& type, unsigned D, bool causal, tolerance allowed) {
  unsigned const heads = 4;
  unsigned const shared = 2; // heads that share keys and values
  unsigned const queries = 3;
  unsigned const N = 45;
  float const scale = 0.125f;
  auto const q = dice(31).numbers<T>(heads * queries * D, -2, 2);
  auto const k = dice(32).numbers<T>(heads / shared * N * D, -2, 2);
  auto const v = dice(33).numbers<T>(heads / shared * N * D, -2, 2);
  job j;
  j.name = "sdpa_vector_" + type + (causal ? "_causal" : "");
  j.file = "attention_vector";
  j.kernel = "sdpa_vector_" + type + "_" + std::to_string(D);
  j.grid = {heads * 256, queries, 1};
  j.threads = {256, 1, 1};
  j.buffers = {{"queries", q},
               {"keys", k},
               {"values", v},
               {"out", std::vector<T>(q.size())},
               {"gqa_factor", one(static_cast<int>(shared))},
               {"N", one(static_cast<int>(N))},
               {"scale", one(scale)}};
  j.constants = {{"do_causal", causal ? "true" : "false"}};
  j.outs = {"out"};
  j.barriers = !causal;
  j.difference = [=](results const& got) {
    std::vector<double> want;
    for (std::size_t h = 0; h < heads; ++h)
      for (std::size_t s = 0; s < queries; ++s) {
        std::size_t const kv = h / shared * N * D;
        attend(&q[(h * queries + s) * D], &k[kv], &v[kv], causal ? N - queries + s + 1 : N, D,
               static_cast<double>(scale), want);
      }
    return compare("out", got.at("out").template as<T>(), want, allowed);
  };
  return j;
}

struct attn_params {
  std::int32_t queries, keys;
  float scale_log2e;
};

job tiles() {
  unsigned const D = 32;
  unsigned const heads = 2;
  unsigned const queries = 27;
  unsigned const keys = 37;
  double const scale = 0.25;
  auto const q = dice(34).numbers<half>(heads * queries * D, -1, 1);
  auto const k = dice(35).numbers<half>(heads * keys * D, -1, 1);
  auto const v = dice(36).numbers<half>(heads * keys * D, -1, 1);
  job j;
  j.name = "attention_tiles";
  j.file = "attention_flash";
  j.kernel = "attention_tiles";
  j.grid = {2 * 64, heads, 1}; // two simdgroups with eight queries each: two threadgroups for 27
  j.threads = {64, 1, 1};
  j.buffers = {{"q", q},
               {"k", k},
               {"v", v},
               {"out", std::vector<float>(q.size())},
               {"p", one(attn_params{queries, keys, static_cast<float>(scale * std::log2(std::exp(1.0)))})}};
  j.threadgroup = {{"tiles", (2 * 8 * D + 2 * 8 * D) * 2}};
  j.outs = {"out"};
  j.barriers = true;
  j.difference = [=](results const& got) {
    std::vector<double> want;
    for (std::size_t h = 0; h < heads; ++h)
      for (std::size_t s = 0; s < queries; ++s)
        attend(&q[(h * queries + s) * D], &k[h * keys * D], &v[h * keys * D], keys, D, scale, want);
    // The weights pass through half.
    return compare("out", got.at("out").as<float>(), want, {1e-3});
  };
  return j;
}

} // namespace

std::vector<job> attentions() {
  return {vector<float>("float", 64, false, {1e-5}), vector<float>("float", 64, true, {1e-5}),
          vector<half>("float16", 128, false, {1e-3, 1e-3}), tiles()};
}

} // namespace corpus
