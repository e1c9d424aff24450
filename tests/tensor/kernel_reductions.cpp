// SPDX-License-Identifier: MIT
// Reductions of tiles and tiles of other shapes beside them: random layouts, run by the executor and on the
// host, against nested loops; the text of a softmax; threadgroups.
#include "naive.hpp"

#include <enigma/codegen.hpp>
#include <enigma/runtime.hpp>

#include <algorithm>
#include <gtest/gtest.h>

using namespace enigma;

namespace {

/// (M,N) with strides in a random order, gaps at times; modes of up to two leaves.
layout random_tile(naive::random_layouts& random, std::vector<std::vector<std::int64_t>> const& modes) {
  return naive::layout_of(modes, random.strides(naive::leaves(modes), true, false));
}
std::int64_t product_of(std::vector<std::int64_t> const& v) {
  return std::accumulate(v.begin(), v.end(), std::int64_t{1}, std::multiplies<>());
}

TEST(Reductions, RandomTiles) {
  naive::random_layouts random(81);
  static constexpr std::int64_t sizes[] = {1, 2, 3, 4, 4, 8};
  int wide = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<std::vector<std::int64_t>> modes(2);
    for (auto& mode : modes) {
      mode.push_back(sizes[random.up_to(5)]);
      if (random.once_in(3))
        mode.push_back(2);
    }
    auto const M = product_of(modes[0]), N = product_of(modes[1]);
    layout const la = random_tile(random, modes), lb = random_tile(random, modes);
    std::vector<i32> a(static_cast<std::size_t>(cosize(la))), b(static_cast<std::size_t>(cosize(lb)));
    for (auto* x : {&a, &b})
      for (auto& y : *x)
        y = random.up_to(2000) - 1000;
    auto const m = static_cast<std::size_t>(M), n = static_cast<std::size_t>(N);
    std::vector<i32> x(m * n), rows(m, -5000), columns(n), both(m * n), scalars = {0, -5000, 0};
    auto const ai = naive::indices(la), bi = naive::indices(lb);
    for (std::size_t k = 0; k < x.size(); ++k) {
      auto const p = a[static_cast<std::size_t>(ai[k])], q = b[static_cast<std::size_t>(bi[k])];
      x[k] = p * 3 - q;
      rows[k % m] = std::max(rows[k % m], x[k]);
      columns[k / m] += p;
      scalars[0] += x[k];
      scalars[1] = std::max(scalars[1], q);
      scalars[2] ^= p + 17;
    }
    for (std::size_t k = 0; k < x.size(); ++k)
      both[k] = x[k] - rows[k % m] + 2 * columns[k / m];
    scalars[2] ^= 99;

    layout const whole{int_tuple{M, N}};
    auto const flip = [](auto const& p, auto const& q) { return p ^ q; };
    auto const k = kernel<"random">([&](gpu&, in<i32, "A"> A, in<i32, "B"> B, out<i32, "Rows"> r,
                                        out<i32, "Columns"> c, out<i32, "Both"> all, out<i32, "S"> s) {
      auto const ta = make_tensor(A, la), tb = make_tensor(B, lb);
      auto const tile = ta.load() * 3 - tb.load();
      auto const most = max<1>(tile);
      auto const sums = sum<0>(ta.load());
      make_tensor(r, layout{int_tuple{M, 1}}).store(most.load());
      make_tensor(c, layout{int_tuple{1, N}}).store(sums.load());
      make_tensor(all, whole).store(tile - most.load() + sums.load() * 2);
      s[0] = sum(tile);
      s[1] = max(tb.load());
      s[2] = reduce(ta.load() + 17, flip, 99);
    });
    auto const compiled = compile(k);
    for (instruction const& i : compiled.launches()[0].code)
      wide += (i.code == op::max || i.code == op::add) && i.type.lanes == 4;
    std::vector<i32> r(m), c(n), all(m * n), s(3);
    runtime(backend::cpu, 1)
        .execute(compiled, dispatch{.grid = 1, .block = 1}, in(a), in(b), out(r), out(c), out(all), out(s));
    auto const words = [&] { return to_string(la) + ' ' + to_string(lb); };
    ASSERT_EQ(r, rows) << words();
    ASSERT_EQ(c, columns) << words();
    ASSERT_EQ(all, both) << words();
    ASSERT_EQ(s, scalars) << words();

    // The same code on the host, into tensors.
    auto const ta = make_tensor(a, la), tb = make_tensor(b, lb);
    auto const tile = ta.load() * 3 - tb.load();
    std::vector<i32> hr(m), hc(n), hall(m * n);
    auto const most = make_tensor(hr, layout{int_tuple{M, 1}}),
               sums = make_tensor(hc, layout{int_tuple{1, N}});
    max<1>(most, tile);
    sum<0>(sums, ta.load());
    make_tensor(hall, whole).store(tile - most.load() + sums.load() * 2);
    ASSERT_EQ(hr, rows) << words();
    ASSERT_EQ(hc, columns) << words();
    ASSERT_EQ(hall, both) << words();
    ASSERT_EQ((std::vector<i32>{sum(tile), max(tb.load()), reduce(ta.load() + 17, flip, 99)}), scalars);
  }
  EXPECT_GT(wide, 300);
}

// ---- Texts ---------------------------------------------------------------------------------------------

constexpr auto softmax = kernel<"softmax">([](gpu& g, in<f32, "A"> a, out<f32, "C"> c) {
  auto const tid = g.thread_position_in_grid();
  layout const rows{{64, {2, 8}}, {16, {8, 1}}};
  auto const A = make_tensor(a, rows)(tid, make_coord(_, _));
  auto const f = fragment_like(A);
  f.store(exp(A.load() - max<1>(A.load()).load()));
  make_tensor(c, rows)(tid, make_coord(_, _)).store(f.load() / sum<1>(f.load()).load());
});
TEST(Reductions, TheTextOfASoftmax) {
  constexpr auto k = compile<softmax>();
  std::string const all(k.metal_source());
  EXPECT_EQ(all.substr(all.find("  const uint v0")),
            "  const uint v0 = gid * 16u;\n"
            "  const float4 v1 = *(const device float4*)(A + v0);\n"
            "  const float4 v2 = *(const device float4*)(A + v0 + 4);\n"
            "  const float4 v3 = max(v1, v2);\n"
            "  const float v4 = max(max(v3.x, v3.y), max(v3.z, v3.w));\n"
            "  const float4 v5 = *(const device float4*)(A + v0 + 8);\n"
            "  const float4 v6 = *(const device float4*)(A + v0 + 12);\n"
            "  const float4 v7 = max(v5, v6);\n"
            "  const float v8 = max(max(v7.x, v7.y), max(v7.z, v7.w));\n"
            "  const float4 v9 = exp(v1 - v4);\n"
            "  const float4 v10 = exp(v2 - v4);\n"
            "  const float4 v11 = exp(v5 - v8);\n"
            "  const float4 v12 = exp(v6 - v8);\n"
            "  const float4 v13 = v9 + v10;\n"
            "  const float4 v14 = v11 + v12;\n"
            "  const float4 v15 = float4(v13.x + v13.y + (v13.z + v13.w));\n"
            "  *(device float4*)(C + v0) = v9 / v15;\n"
            "  *(device float4*)(C + v0 + 4) = v10 / v15;\n"
            "  const float4 v16 = float4(v14.x + v14.y + (v14.z + v14.w));\n"
            "  *(device float4*)(C + v0 + 8) = v11 / v16;\n"
            "  *(device float4*)(C + v0 + 12) = v12 / v16;\n"
            "}\n");
}

// ---- Threadgroups --------------------------------------------------------------------------------------

// Each pass is a reduction through the same memory.
constexpr auto threadgroup_sums =
    kernel<"threadgroup_sums">([](gpu& g, in<i32, "A"> a, inout<i32, "Sum"> total, inout<i32, "Most"> most,
                                  scalar<u32, "passes"> passes) {
      auto const tid = g.thread_position_in_grid();
      g.for_range<u32>(passes, [&](auto const& i) {
        auto const x = a[tid] * cast<i32>(i + 1u);
        total[tid] += threadgroup_sum(g, x);
        most[tid] += threadgroup_max(g, x);
      });
    });
TEST(Reductions, Threadgroups) {
  for (u32 const block : {1u, 31u, 32u, 33u, 100u, 1024u})
    for (bool const known : {false, true}) {
      auto const k =
          known ? compile(threadgroup_sums, {.grid = 2, .block = block}) : compile(threadgroup_sums);
      std::vector<i32> a(2 * block), sum(a.size()), most(a.size()), sums(a.size()), mosts(a.size());
      for (std::size_t i = 0; i < a.size(); ++i)
        a[i] = static_cast<i32>(i * 37 % 101) - 60;
      for (std::size_t i = 0; i < a.size(); ++i) {
        auto const from = a.begin() + static_cast<std::ptrdiff_t>(i / block * block);
        i32 const all = std::accumulate(from, from + block, 0);
        for (i32 pass = 1; pass <= 3; ++pass)
          sums[i] += all * pass, mosts[i] += *std::max_element(from, from + block) * pass;
      }
      runtime rt(backend::cpu, 2);
      if (known)
        rt.execute(k, in(a), inout(sum), inout(most), scalar(3u));
      else
        rt.execute(k, dispatch{.grid = 2, .block = block}, in(a), inout(sum), inout(most), scalar(3u));
      EXPECT_EQ(sum, sums) << block;
      EXPECT_EQ(most, mosts) << block;
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

TEST(Reductions, RefusalsHaveWords) {
  std::vector<float> x(64);
  auto const t = make_tensor(x, layout{{8, 8}});
  EXPECT_EQ(words_of([&] { sum<1>(t, make_tensor(x, layout(8)).load()); }),
            "reduce<1>: the tile 8:1 has no mode 1");
  EXPECT_EQ(
      words_of([&] { sum<1>(t, t.load()); }),
      "store of a tile (8,1):(1,0) to a tile (8,8):(1,8) refused: the shapes (8,1) and (8,8) do not agree");
  EXPECT_EQ(
      words_of([&] { (void)sum(t.load() + make_tensor(x, layout{{4, 8}}).load()); }),
      "store of a tile (4,8):(1,4) to a tile (8,8):(1,8) refused: the shapes (4,8) and (8,8) do not agree");
  detail::builder b("refused");
  gpu g(b);
  auto const f = make_fragment<f32>(g, layout{{32, 1}}), h = make_fragment<f32>(g, layout{{1, 64}});
  EXPECT_EQ(words_of([&] { (void)sum(f.load() * h.load()); }),
            "reduce: a tile (32,64):(1,1) refused: it has 2048 values for one thread, at most 1024 are "
            "unrolled; take smaller tiles or more threads");
}

} // namespace
