// SPDX-License-Identifier: MIT
// Matrix products by multiply-adds of each thread, scalar_mma: random threads, tiles and sizes that no tile
// divides, by the executor, by the text on the machine and in plain C++. Numbers are small integers, so that
// every sum is exact in every order.
#include "both.hpp"
#include "ragged.hpp"

#include <enigma/codegen/gemm.hpp>

#include <random>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::i64;
using eg::layout;
using eg::make_coord;
using eg::make_layout;
using eg::make_shape;
using eg::make_stride;
using eg::make_tensor;
using eg::scalar_mma;
using eg::u32;
using eg::value;
using witness::both;

struct plan {
  layout threads;
  i64 m, n, k; // of the tile
  bool a_by_rows, b_by_rows, c_by_rows;
};

/// A matrix of so many rows and columns, without a gap.
auto matrix_of(auto const& buffer, value<u32> const& rows, value<u32> const& columns, bool by_rows,
               auto use) {
  if (by_rows)
    return use(make_tensor(buffer, make_shape(rows, columns), make_stride(columns, 1)));
  return use(make_tensor(buffer, make_shape(rows, columns), make_stride(1, rows)));
}

/// C(m,n) = sum of A(m,k) * B(n,k). A threadgroup for each tile of C; elements beyond the edges are 0.
template <class Factor, class Sum>
auto product_of(plan const& p) {
  return eg::kernel<"product">([p](eg::gpu& g, eg::in<Factor, "A"> A, eg::in<Factor, "B"> B,
                                   eg::out<Sum, "C"> C, eg::scalar<u32, "M"> M, eg::scalar<u32, "N"> N,
                                   eg::scalar<u32, "K"> K) {
    auto const mine = make_tiled_mma(scalar_mma<Factor, Sum>{}, p.threads, {p.m, p.n, p.k}).slice(g);
    auto const group = g.threadgroup_position_in_grid();
    auto const left = mine.make_fragment_A();
    auto const right = mine.make_fragment_B();
    auto const acc = mine.template make_fragment_C<"acc">();
    g.for_range(0u, ceil_div(K, static_cast<int>(p.k)), [&](auto k) {
      matrix_of(A, M, K, p.a_by_rows, [&](auto const& a) {
        left.store(within(mine.partition_A(local_tile(a, {p.m, p.k}, make_coord(group.y, k)))).load());
      });
      matrix_of(B, N, K, p.b_by_rows, [&](auto const& b) {
        right.store(within(mine.partition_B(local_tile(b, {p.n, p.k}, make_coord(group.x, k)))).load());
      });
      gemm(mine, left, right, acc);
    });
    matrix_of(C, M, N, p.c_by_rows, [&](auto const& c) {
      within(mine.partition_C(local_tile(c, {p.m, p.n}, make_coord(group.y, group.x)))).store(acc.load());
    });
  });
}

template <class Factor, class Sum>
bool agree(eg::compiled_kernel const& k, plan const& p, std::mt19937_64& random, bool with_text) {
  u32 const M = ragged::up_to(random, 40), N = ragged::up_to(random, 40), K = ragged::up_to(random, 30);
  auto const a = ragged::small_numbers<Factor>(random, M * K),
             b = ragged::small_numbers<Factor>(random, N * K);
  std::vector<Sum> c(M * N, Sum(static_cast<float>(77))), expected(c);
  auto const at = [](u32 row, u32 column, u32 rows, u32 columns, bool by_rows) {
    return by_rows ? row * columns + column : row + column * rows;
  };
  for (u32 m = 0; m < M; ++m)
    for (u32 n = 0; n < N; ++n) {
      float sum = 0;
      for (u32 x = 0; x < K; ++x)
        sum += static_cast<float>(a[at(m, x, M, K, p.a_by_rows)]) *
               static_cast<float>(b[at(n, x, N, K, p.b_by_rows)]);
      expected[at(m, n, M, N, p.c_by_rows)] = Sum(sum);
    }
  auto const threads = static_cast<u32>(size(p.threads));
  u32 const columns = (N - 1) / static_cast<u32>(p.n) + 1, rows = (M - 1) / static_cast<u32>(p.m) + 1;
  if (with_text) {
    if (!both(k, {{columns * threads, rows}, {threads}}, eg::in(a), eg::in(b), eg::out(c), M, N, K))
      return false;
  } else {
    eg::runtime rt(eg::backend::cpu, 1);
    rt.execute(k, eg::dispatch{.grid = {columns, rows}, .block = threads}, eg::in(a), eg::in(b), eg::out(c),
               M, N, K);
  }
  EXPECT_EQ(c, expected) << M << " " << N << " " << K;
  return c == expected;
}

/// Random plans, each with sizes of many kinds; the first with the text too.
template <class Factor, class Sum>
void compare(unsigned seed) {
  std::mt19937_64 random(seed);
  layout const threads[] = {make_layout({1, 1}), make_layout({4, 8}), layout({4, 8}, {8, 1}),
                            make_layout({3, 5}), layout({16, 2}, {2, 1})};
  for (int i = 0; i < 3; ++i) {
    plan p;
    p.threads = threads[random() % 5];
    p.m = p.threads.leaf_shape(0) * ragged::up_to(random, 3);
    p.n = p.threads.leaf_shape(1) * ragged::up_to(random, 3);
    p.k = ragged::up_to(random, 6);
    p.a_by_rows = random() % 2 == 0;
    p.b_by_rows = random() % 2 == 0;
    p.c_by_rows = random() % 2 == 0;
    SCOPED_TRACE(::testing::Message()
                 << "threads " << size(p.threads) << ", tile " << p.m << " " << p.n << " " << p.k);
    auto const k = eg::compile(product_of<Factor, Sum>(p));
    for (int sizes = 0; sizes < 10; ++sizes)
      if (!agree<Factor, Sum>(k, p, random, sizes == 0))
        return;
  }
}

TEST(scalar_products, of_floats) {
  compare<f32, f32>(1);
  compare<f16, f32>(2);
  compare<f16, f16>(3);
}
TEST(scalar_products, of_integers) {
  compare<i32, i32>(4);
  compare<eg::i8, i32>(5);
  compare<eg::i16, i64>(6);
}

} // namespace
