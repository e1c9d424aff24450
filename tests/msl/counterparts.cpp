// SPDX-License-Identifier: MIT
// The kernels of examples/kernels and the same written by hand: the same results, and a text that costs no
// more.
#include "counterparts.hpp"

#include "both.hpp"
#include "operations.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f32;
using eg::i32;
using eg::u32;
using namespace examples;

std::vector<f32> some(std::size_t n) {
  static std::mt19937 random(1);
  std::vector<f32> r(n);
  for (f32& x : r)
    x = static_cast<f32>(static_cast<int>(random() % 401) - 200) / 64;
  return r;
}
std::vector<f32> nothing(std::size_t n) {
  return std::vector<f32>(n, -1.0f);
}

/// Runs the executor on the arguments themselves, and the emitted text and the one written by hand on copies:
/// these two give the same, bit by bit. The executor may sum in another order; what it gives is compared with
/// C++.
template <class... Args>
void all_three(eg::compiled_kernel const& k, char const* file, witness::shape const& size,
               Args const&... arguments) {
  SCOPED_TRACE(file);
  std::vector<eg::detail::host_argument> const list{eg::detail::to_argument(arguments)...};
  std::vector<witness::bytes> given;
  for (auto const& a : list)
    given.push_back(witness::detail::copy(a, k.parameters()[given.size()]));
  eg::kernel_ir const& ir = k.launches()[0];
  auto const results = [&](witness::tool::source_handle const& source) {
    EXPECT_EQ(witness::objections(source), "");
    witness::tool::kernel_object const object(source, witness::tool::object_kind::checked, {},
                                              witness::options());
    auto bytes = given;
    if (object.good()) {
      witness::tool::report const report = witness::run(object, ir.name, ir, size, bytes);
      EXPECT_TRUE(report.good()) << report.print();
    } else {
      ADD_FAILURE() << "does not compile";
    }
    return bytes;
  };
  auto const emitted = results(witness::tool::prepare_text(std::string(k.metal_source()), "emitted.metal"));
  auto const by_hand =
      results(witness::tool::prepare_file(std::string(ENIGMA_SOURCE_FOLDER "/examples/kernels/") + file));
  EXPECT_EQ(emitted, by_hand);
  EXPECT_NE(emitted, given);

  eg::runtime rt(eg::backend::cpu, 2);
  rt.execute(k, ir.grid.is_open() ? size.dispatch() : eg::dispatch{}, arguments...);
}

constexpr witness::shape row(u32 threads, u32 block) {
  return {{threads}, {block}};
}

TEST(counterparts, saxpy) {
  auto const x = some(300), y = some(300);
  auto out = nothing(300);
  all_three(eg::compile(saxpy), "saxpy.metal", row(300, 128), eg::in(x), 2.5f, eg::in(y), eg::out(out));
  for (std::size_t i = 0; i < out.size(); ++i)
    ASSERT_EQ(out[i], 2.5f * x[i] + y[i]);
}

TEST(counterparts, vector_add) {
  auto const a = some(std::size_t{256} * 512), b = some(a.size());
  auto const threads = static_cast<u32>(a.size());
  auto expected = a;
  for (std::size_t i = 0; i < a.size(); ++i)
    expected[i] += b[i];
  auto c = nothing(a.size());
  all_three(eg::compile(vector_add), "vector_add.metal", row(threads, 256), eg::in(a), eg::in(b), eg::out(c));
  EXPECT_EQ(c, expected);
  c = nothing(a.size());
  all_three(eg::compile(vector_add_float4), "vector_add.metal", row(threads / 4, 256), eg::in(a), eg::in(b),
            eg::out(c));
  EXPECT_EQ(c, expected);
  c = nothing(a.size());
  all_three(eg::compile(vector_add_tv, eg::arg<"A">(vector_add_matrix), eg::arg<"B">(vector_add_matrix),
                        eg::arg<"C">(vector_add_matrix)),
            "vector_add.metal", {}, eg::in(a), eg::in(b), eg::out(c));
  EXPECT_EQ(c, expected);
}

TEST(counterparts, rms_norm) {
  constexpr u32 rows = 5, width = 700, threads = 96;
  auto const x = some(std::size_t{rows} * width), w = some(width);
  auto y = nothing(x.size());
  all_three(eg::compile(rms_norm), "rms_norm.metal", row(rows * threads, threads), eg::in(x), eg::in(w),
            width, 1e-5f, eg::out(y));
  for (std::size_t r = 0; r < rows; ++r) {
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i)
      sum += double{x[r * width + i]} * x[r * width + i];
    double const scale = 1 / std::sqrt(sum / width + 1e-5);
    for (std::size_t i = 0; i < width; ++i)
      ASSERT_NEAR(y[r * width + i], x[r * width + i] * scale * w[i], 1e-4);
  }
}

TEST(counterparts, laplacian) {
  auto const x = some(300);
  auto y = nothing(300);
  all_three(eg::compile(laplacian), "laplacian.metal", row(320, 64), eg::in(x), u32{300}, eg::out(y));
  for (std::size_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(y[i], (i > 0 ? x[i - 1] : 0) - 2 * x[i] + (i + 1 < x.size() ? x[i + 1] : 0));
}

TEST(counterparts, softmax) {
  constexpr u32 rows = 7, width = 130;
  auto const x = some(std::size_t{rows} * width);
  auto y = nothing(x.size());
  all_three(eg::compile(softmax), "softmax.metal", row(rows * 32, 32), eg::in(x), width, eg::out(y));
  for (std::size_t r = 0; r < rows; ++r) {
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i)
      sum += std::exp(double{x[r * width + i]});
    for (std::size_t i = 0; i < width; ++i)
      ASSERT_NEAR(y[r * width + i], std::exp(double{x[r * width + i]}) / sum, 1e-6);
  }
}

TEST(counterparts, attention) {
  constexpr u32 queries = 3, keys = 40, head = 128;
  auto const q = some(std::size_t{queries} * head), k = some(std::size_t{keys} * head), v = some(k.size());
  auto out = nothing(q.size());
  constexpr float scale = 0.03125f;
  all_three(eg::compile(attention), "attention.metal", row(queries * 32, 32), eg::in(q), eg::in(k), eg::in(v),
            keys, scale, eg::out(out));
  for (std::size_t r = 0; r < queries; ++r) {
    double sum = 0;
    std::vector<double> mean(head);
    for (std::size_t j = 0; j < keys; ++j) {
      double score = 0;
      for (std::size_t i = 0; i < head; ++i)
        score += double{q[r * head + i]} * scale * k[j * head + i];
      double const weight = std::exp(score);
      sum += weight;
      for (std::size_t i = 0; i < head; ++i)
        mean[i] += weight * v[j * head + i];
    }
    for (std::size_t i = 0; i < head; ++i)
      ASSERT_NEAR(out[r * head + i], mean[i] / sum, 1e-4);
  }
}

// ---- Buffers from an element on ----------------------------------------------------------------------

constexpr auto from = eg::kernel<"from">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<i32, "back"> back,
                                            eg::scalar<u32, "n"> n, eg::inout<f32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  auto behind = x.from(2 * n).from(back); // back is negative
  auto own = y.from(4 * i);
  auto v = own.load<4>(0);
  g.for_range(n, [&](auto k) { own[3] += behind[k]; });
  own.store(0, v * x.from(4).load<4>(4 * i));
  store_if(own, 1u, i > 3, load_if(behind, i, i < n, 0.5f));
  y.from(i)[eg::cast<eg::i64>(n) * 4] = behind[eg::cast<eg::u16>(i)];
});

TEST(pointers, from) {
  auto const x = some(80);
  auto y = some(80), expected = y;
  constexpr std::size_t n = 10;
  ASSERT_TRUE(witness::both(eg::compile(from), row(n, 5), eg::in(x), i32{-3}, u32{n}, eg::inout(y)));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < 4; ++k)
      expected[4 * i + k] *= x[4 + 4 * i + k];
    if (i > 3)
      expected[4 * i + 1] = x[17 + i];
    expected[40 + i] = x[17 + i];
  }
  EXPECT_EQ(y, expected);
}

TEST(pointers, texts) {
  std::string const text(eg::compile(from).metal_source());
  auto const has = [&](char const* line) { EXPECT_NE(text.find(line), std::string::npos) << line << text; };
  has("  device float* Y_from = Y + v0;\n");
  has("    Y_from[3] += (X + v1)[i];\n"); // which are 64 bits wide already
  has("  *(device float4*)(Y + v0) = ");
  has("  if (gid > 3u)\n    Y_from[1] = gid < n ? (X + v1)[gid] : 0.5f;\n");
}

// M_from would be one of Metal's own names.
TEST(pointers, names) {
  auto const kernel = eg::kernel<"names">([](eg::gpu& g, eg::scalar<u32, "n"> n, eg::inout<f32, "M"> m) {
    auto row = m.from(n);
    g.for_range(4, [&](auto k) { row[k] += row[k + 4]; });
  });
  auto m = some(12), expected = m;
  for (std::size_t k = 0; k < 4; ++k)
    expected[3 + k] += expected[7 + k];
  auto const compiled = eg::compile(kernel);
  ASSERT_TRUE(witness::both(compiled, row(1, 1), u32{3}, eg::inout(m)));
  EXPECT_EQ(m, expected);
  EXPECT_NE(compiled.metal_source().find("  device float* from_M = M + n;\n"), std::string_view::npos)
      << compiled.metal_source();
}

// ---- Buffers as vectors ------------------------------------------------------------------------------

constexpr auto as_vectors = eg::kernel<"as_vectors">([](eg::gpu& g, eg::in<f32, "X"> x, eg::inout<f32, "Y"> y,
                                                        eg::out<eg::u64, "U"> u, eg::scalar<i32, "n"> n) {
  auto i = g.thread_position_in_grid();
  auto x4 = x.vectors<4>();
  auto behind = x.from(n).vectors<4>();
  auto y3 = y.vectors<3>();
  auto tile = g.threadgroup_memory<f32, "tile">(32).vectors<2>();
  auto t = g.thread_position_in_threadgroup();
  tile[t] = eg::lanes<"wx">(x4[i]);
  g.threadgroup_barrier();
  y3[i] += eg::lanes<"xxy">(tile[3 - t]);
  g.for_range(n, [&](auto k) { y3[i] += x4[k].z(); });
  y3[i] -= eg::lanes<"yzw">(behind[i]);
  u.vectors<2>()[i] = eg::cast<eg::u64>(eg::make_vector(i, i + 1));
  g.if_(i == 0, [&] { u.vectors<2>()[0] = eg::make_vector(eg::cast<eg::u64>(i), 7); });
});

TEST(pointers, vectors) {
  auto const x = some(68);
  auto y = some(48), expected = y;
  std::vector<eg::u64> u(32, 5);
  ASSERT_TRUE(
      witness::both(eg::compile(as_vectors), row(16, 4), eg::in(x), eg::inout(y), eg::out(u), i32{4}));
  for (std::size_t i = 0; i < 16; ++i) {
    std::size_t const other = i / 4 * 4 + 3 - i % 4;
    float const put[] = {x[4 * other + 3], x[4 * other + 3], x[4 * other]};
    for (std::size_t l = 0; l < 3; ++l) {
      float& e = expected[3 * i + l];
      e += put[l];
      for (std::size_t k = 0; k < 4; ++k)
        e += x[4 * k + 2];
      e -= x[4 + 4 * i + 1 + l];
    }
  }
  EXPECT_EQ(y, expected);
  EXPECT_EQ(u[1], 7u);
  for (std::size_t i = 1; i < 16; ++i)
    EXPECT_EQ(u[2 * i] + u[2 * i + 1], 2 * i + 1);
  std::string const text(eg::compile(as_vectors).metal_source());
  auto const has = [&](char const* line) { EXPECT_NE(text.find(line), std::string::npos) << line << text; };
  has("  const float4 v0 = ((const device float4*)X)[gid];\n  ((threadgroup float2*)tile)[tid] = v0.wx;\n");
  has("  ((device packed_float3*)Y)[gid] = ");
  has("((const device float4*)X)[i].z");
  has("((const device float4*)(X + n))[gid]");
}

TEST(counterparts, gemm) {
  constexpr u32 M = 70, N = 130, K = 37, lda = 40, ldb = 132, ldc = 130;
  auto const a = some(std::size_t{M} * lda), b = some(std::size_t{K} * ldb), bias = some(N);
  auto c = nothing(std::size_t{M} * ldc);
  all_three(eg::compile(examples::gemm<f32>), "gemm.metal", {{3 * 128, 2}, {128, 1}}, eg::in(a), eg::in(b),
            eg::in(bias), eg::out(c), M, N, K, lda, ldb, ldc);
  for (std::size_t i = 0; i < M; ++i)
    for (std::size_t j = 0; j < N; ++j) {
      double sum = bias[j];
      for (std::size_t k = 0; k < K; ++k)
        sum += double{a[i * lda + k]} * b[k * ldb + j];
      ASSERT_NEAR(c[i * ldc + j], std::fmax(sum, 0.0), 1e-3);
    }
}

TEST(counterparts, fused_attention) {
  constexpr u32 L = 37, S = 75, width = 64;
  std::vector<eg::f16> q, k, v, o(std::size_t{L} * width);
  for (auto [to, n] : {std::pair{&q, L}, std::pair{&k, S}, std::pair{&v, S}})
    for (f32 const x : some(std::size_t{n} * width))
      to->push_back(eg::f16(x));
  all_three(eg::compile(examples::fused_attention), "fused_attention.metal", row(2 * 128, 128), eg::in(q),
            eg::in(k), eg::in(v), eg::out(o), L, S, 0.125f);
  for (std::size_t i = 0; i < L; ++i) {
    double weights[S], sum = 0.0;
    for (std::size_t j = 0; j < S; ++j) {
      double score = 0.0;
      for (std::size_t n = 0; n < width; ++n)
        score += double{static_cast<f32>(q[i * width + n])} * static_cast<f32>(k[j * width + n]);
      sum += weights[j] = std::exp(score * 0.125);
    }
    for (std::size_t n = 0; n < width; ++n) {
      double wanted = 0.0;
      for (std::size_t j = 0; j < S; ++j)
        wanted += weights[j] / sum * static_cast<f32>(v[j * width + n]);
      ASSERT_NEAR(static_cast<f32>(o[i * width + n]), wanted, 5e-3);
    }
  }
}

/// Of each kind, in the whole and, but for these, in loops.
auto costs_no_more(std::vector<witness::kind> more_in_loops = {}) {
  return [=](char const* what, auto const& kernel, char const* file) {
    std::string const name(kernel.launches()[0].name);
    auto const mine = witness::operations_of(std::string(kernel.metal_source()), name);
    auto const by_hand = witness::operations_of(
        witness::tool::read_text_file(std::string(ENIGMA_SOURCE_FOLDER "/examples/kernels/") + file), name);
    for (std::size_t k = 0; k < mine.all.size(); ++k) {
      EXPECT_LE(mine.all[k], by_hand.all[k]) << what << ": " << witness::kind_names[k];
      bool const may_be_more = std::find(more_in_loops.begin(), more_in_loops.end(),
                                         static_cast<witness::kind>(k)) != more_in_loops.end();
      EXPECT_TRUE(may_be_more || mine.in_loops[k] <= by_hand.in_loops[k])
          << what << ", in loops: " << witness::kind_names[k] << ' ' << mine.in_loops[k];
    }
  };
}
TEST(counterparts, cost_no_more_than_by_hand) {
  counterparts::for_each(costs_no_more());
}
// In its loop GEMM has more operations on integers, and nearly as many fewer on addresses: indices are added
// in 32 bits where the author adds to pointers.
TEST(counterparts, large_ones_cost_no_more_than_by_hand) {
  counterparts::for_each_large(costs_no_more({witness::kind::integer}));
}

// What counts is no yes-man.
TEST(counterparts, operations_are_counted) {
  auto const counted = [](std::string const& statements) {
    return witness::operations_of(
        "#include <metal_stdlib>\nusing namespace metal;\n"
        "kernel void k(device float* X [[buffer(0)]], device int* I [[buffer(1)]],\n"
        "              uint gid [[thread_position_in_grid]]) {\n" +
            statements + "\n}\n",
        "k");
  };
  using numbers = decltype(witness::operations::all);
  // integer, addresses, float, functions, loads, stores, branches
  EXPECT_EQ(counted("X[0] = X[1];").all, (numbers{0, 0, 0, 0, 1, 1, 0}));
  EXPECT_EQ(counted("X[gid] = X[gid] * 2.0f;").all, (numbers{1, 1, 1, 0, 1, 1, 0}));
  EXPECT_EQ(counted("*(device float4*)X = *(device float4*)X * 3.0f;").all, (numbers{0, 0, 4, 0, 1, 1, 0}));
  EXPECT_EQ(counted("X[0] = exp(X[0]);").all, (numbers{0, 0, 0, 1, 1, 1, 0}));
  EXPECT_EQ(counted("if (I[0] > 3)\n X[0] = 1.0f;").all, (numbers{1, 0, 0, 0, 1, 1, 1}));
  auto const loop = counted("for (int i = 0; i < I[0]; ++i)\n X[i] += 3.0f;");
  EXPECT_EQ(loop.in_loops[4], 1);
  EXPECT_EQ(loop.in_loops[5], 1);
  EXPECT_EQ(loop.in_loops[6], 1);
  EXPECT_GT(loop.all[6], loop.in_loops[6]);
  EXPECT_EQ(counted("// a comment\n\nX[0] = X[1];").lines, 4);
}

} // namespace
