// SPDX-License-Identifier: MIT
// Matrix products and products with quantised matrices against plain C++.
#include "job.hpp"

#include <algorithm>

namespace corpus {
namespace {

struct gemm_params {
  std::int32_t M, N, K, lda, ldb, ldd;
};
struct addmm_params {
  float alpha, beta;
};

template <class T>
job gemm(std::string const& type, int M, int N, int K, tolerance allowed) {
  int const lda = K + 3;
  int const ldb = N;
  int const ldd = N + 1;
  auto const size = [](int a, int b) { return static_cast<std::size_t>(a) * static_cast<std::size_t>(b); };
  auto const a = dice(21).numbers<T>(size(M, lda), -1, 1);
  auto const b = dice(22).numbers<T>(size(K, ldb), -1, 1);
  auto const d = dice(23).numbers<float>(size(M, ldd), -1, 1);
  job j;
  j.name = "gemm_nn_" + type;
  j.file = "gemm_simdgroup";
  j.kernel = "gemm_nn_" + type + "_32x32x16";
  j.grid = {static_cast<unsigned>((N + 31) / 32 * 128), static_cast<unsigned>((M + 31) / 32), 1};
  j.threads = {128, 1, 1};
  j.buffers = {{"A", a},
               {"B", b},
               {"D", d},
               {"params", one(gemm_params{M, N, K, lda, ldb, ldd})},
               {"addmm", one(addmm_params{1.5f, -0.5f})}};
  j.outs = {"D"};
  j.barriers = type == "f32";
  j.difference = [=](results const& got) {
    std::vector<double> want;
    for (int r = 0; r < M; ++r)
      for (int c = 0; c < ldd; ++c) {
        double const before = static_cast<double>(d[size(r, ldd) + static_cast<std::size_t>(c)]);
        double sum = 0;
        for (int k = 0; c < N && k < K; ++k)
          sum += static_cast<double>(a[size(r, lda) + static_cast<std::size_t>(k)]) *
                 static_cast<double>(b[size(k, ldb) + static_cast<std::size_t>(c)]);
        want.push_back(c < N ? 1.5 * sum - 0.5 * before : before);
      }
    return compare("D", got.at("D").template as<float>(), want, allowed);
  };
  return j;
}

struct sizes {
  std::uint32_t M, N, K;
};

job gemm_nt(std::string const& name, unsigned M, unsigned N, unsigned K) {
  auto const a = dice(24).numbers<float>(M * K, -1, 1);
  auto const b = dice(25).numbers<float>(N * K, -1, 1);
  job j;
  j.name = "gemm_nt_" + name;
  j.file = "gemm_tiled";
  j.kernel = "gemm_nt";
  j.grid = {(N + 15) / 16 * 16, (M + 15) / 16 * 16, 1};
  j.threads = {16, 16, 1};
  j.buffers = {{"A", a}, {"B", b}, {"C", std::vector<float>(M * N)}, {"s", one(sizes{M, N, K})}};
  j.outs = {"C"};
  j.barriers = K > 16;
  j.difference = [=](results const& got) {
    std::vector<double> want;
    for (unsigned r = 0; r < M; ++r)
      for (unsigned c = 0; c < N; ++c) {
        double sum = 0;
        for (unsigned k = 0; k < K; ++k)
          sum += static_cast<double>(a[r * K + k]) * static_cast<double>(b[c * K + k]);
        want.push_back(sum);
      }
    return compare("C", got.at("C").as<float>(), want, {1e-5});
  };
  return j;
}

#pragma pack(push, 1)
struct block_q4_0 {
  half d;
  std::uint8_t qs[16];
};
struct block_q8_0 {
  half d;
  std::int8_t qs[32];
};
#pragma pack(pop)
static_assert(sizeof(block_q4_0) == 18 && sizeof(block_q8_0) == 34);

double number(block_q4_0 const& b, unsigned i) {
  return static_cast<double>(b.d) * ((i < 16 ? b.qs[i] & 15 : b.qs[i - 16] >> 4) - 8);
}
double number(block_q8_0 const& b, unsigned i) {
  return static_cast<double>(b.d) * b.qs[i];
}

template <class Block>
job matvec(std::string const& type, unsigned rows, unsigned columns, unsigned groups, unsigned threads) {
  dice d(26);
  std::vector<Block> w(rows * columns / 32);
  for (Block& b : w) {
    b.d = half(d.real(0.01, 0.1));
    for (auto& q : b.qs)
      q = static_cast<std::remove_reference_t<decltype(q)>>(d.bits());
  }
  auto const x = d.numbers<float>(columns, -1, 1);
  job j;
  j.name = "mul_mv_" + type;
  j.file = "quantised_matvec";
  j.kernel = "mul_mv_" + type + "_f32";
  j.grid = {groups * threads, 1, 1};
  j.threads = {threads, 1, 1};
  j.buffers = {{"src0", structs(w)},
               {"src1", x},
               {"dst", std::vector<float>(rows)},
               {"ne00", one(static_cast<std::int64_t>(columns))},
               {"ne01", one(static_cast<std::int64_t>(rows))}};
  j.outs = {"dst"};
  j.difference = [=](results const& got) {
    std::vector<double> want(rows);
    for (unsigned r = 0; r < rows; ++r)
      for (unsigned c = 0; c < columns; ++c)
        want[r] += number(w[r * (columns / 32) + c / 32], c % 32) * static_cast<double>(x[c]);
    return compare("dst", got.at("dst").template as<float>(), want, {1e-3, 1e-5});
  };
  return j;
}

job matvec_q8() {
  job j = matvec<block_q8_0>("q8_0", 7, 96 * 32, 7, 64);
  j.threadgroup = {{"shared", 32 * 4}};
  j.barriers = true;
  return j;
}

job quantise() {
  unsigned const blocks = 37;
  auto x = dice(27).numbers<float>(blocks * 32, -3, 3);
  std::fill(x.begin() + 64, x.begin() + 96, 0.0f); // a block of nothing but zeros
  job j;
  j.name = "quantise_q8_0";
  j.file = "quantised_matvec";
  j.kernel = "quantise_q8_0";
  j.grid = {64, 1, 1};
  j.threads = {32, 1, 1};
  j.buffers = {{"x", x}, {"y", structs(std::vector<block_q8_0>(blocks))}, {"blocks", one(blocks)}};
  j.outs = {"y"};
  j.difference = [=](results const& got) {
    // Exact: the same operations in float, each rounded once on any machine.
    std::vector<block_q8_0> want(blocks);
    for (unsigned b = 0; b < blocks; ++b) {
      float highest = 0;
      for (unsigned i = 0; i < 32; ++i)
        highest = std::max(highest, std::fabs(x[b * 32 + i]));
      float const scale = highest / 127;
      float const inverse = highest > 0 ? 1.0f / scale : 0.0f;
      want[b].d = half(static_cast<double>(scale));
      for (unsigned i = 0; i < 32; ++i)
        want[b].qs[i] = static_cast<std::int8_t>(std::round(x[b * 32 + i] * inverse));
    }
    return compare("y, as bytes,", got.at("y").as<std::uint8_t>(), structs(want).as<std::uint8_t>());
  };
  return j;
}

job generated() {
  auto const m = dice(28).numbers<float>(32 * 192, -1, 1);
  auto const v = dice(29).numbers<half>(192, -1, 1);
  job j;
  j.name = "generated_matvec";
  j.file = "generated_matvec";
  j.kernel = "r_8_16_4_12";
  j.grid = {8 * 16, 1, 1};
  j.threads = {16, 1, 1};
  j.buffers = {{"data0", std::vector<float>(32)}, {"data1", m}, {"data2", v}};
  j.outs = {"data0"};
  j.barriers = true;
  j.difference = [=](results const& got) {
    std::vector<double> want(32);
    for (unsigned r = 0; r < 32; ++r)
      for (unsigned c = 0; c < 192; ++c)
        want[r] += static_cast<double>(m[r * 192 + c]) * static_cast<double>(v[c]);
    return compare("data0", got.at("data0").as<float>(), want, {1e-4});
  };
  return j;
}

} // namespace

std::vector<job> products() {
  return {gemm<float>("f32", 45, 70, 39, {1e-5}), gemm<half>("f16", 33, 31, 50, {1e-5}),
          gemm_nt("ragged", 21, 37, 43), gemm_nt("one_tile", 16, 16, 16),
          // Rows beyond the last one that a simdgroup of four takes.
          matvec<block_q4_0>("q4_0", 13, 24 * 32, 2, 64), matvec_q8(), quantise(), generated()};
}

} // namespace corpus
