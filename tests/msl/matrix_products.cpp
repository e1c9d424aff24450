// SPDX-License-Identifier: MIT
// Tiled matrix products: random atoms, units, tiles and operands, by the executor, by the text on the machine
// and in plain C++. Numbers are small integers, so that every sum is exact in every order.
#include "both.hpp"
#include "ragged.hpp"

#include <enigma/codegen/gemm.hpp>
#include <enigma/layout/predicates.hpp>

#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace {

namespace eg = enigma;
using eg::_;
using eg::bf16;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::i64;
using eg::layout;
using eg::make_layout;
using eg::make_tensor;
using eg::scalar_mma;
using eg::simdgroup_mma;
using eg::u32;
using witness::both;

// ---- Who has what --------------------------------------------------------------------------------------

template <class MMA>
constexpr bool covers(MMA const& mma) {
  return bool(is_partition(mma.tv_A())) == (mma.units().leaf_shape(1) == 1) &&
         bool(is_partition(mma.tv_B())) == (mma.units().leaf_shape(0) == 1) && bool(is_partition(mma.tv_C()));
}
static_assert(covers(make_tiled_mma(simdgroup_mma<f32>{})));
static_assert(covers(make_tiled_mma(simdgroup_mma<f16>{}, make_layout({2, 2}), {64, 32, 16})));
static_assert(covers(make_tiled_mma(simdgroup_mma<bf16>{}, {{2, 4}, {4, 1}}, {16, 64, 8})));
static_assert(covers(make_tiled_mma(scalar_mma<i32>{}, make_layout({8, 4}), {24, 8, 5})));

// Each matrix of a unit lies in the tile as simdgroup_matrix_tv says: blocks of neighbours alternate.
constexpr auto wide = make_tiled_mma(simdgroup_mma<f32>{}, make_layout({2, 2}), {32, 32, 16});
static_assert(wide.threads() == 128);
constexpr i64 position(i64 row, i64 column, i64 rows) {
  return row + column * rows;
}
constexpr bool every_element_is_where_it_should_be() {
  for (int thread = 0; thread < 128; ++thread)
    for (int value = 0; value < 8; ++value) {
      int const lane = thread % 32, unit = thread / 32, i = value % 2, m = value / 2 % 2, n = value / 4;
      int const row = lane / 16 * 4 + lane / 2 % 4 + (unit % 2 + 2 * m) * 8;
      int const column = lane / 8 % 2 * 4 + lane % 2 * 2 + i + (unit / 2 + 2 * n) * 8;
      if (wide.tv_C().layout({thread, value}) != position(row, column, 32))
        return false;
    }
  return true;
}
static_assert(every_element_is_where_it_should_be());

// ---- Random products -----------------------------------------------------------------------------------

/// How an operand comes to the product.
enum class path {
  matrices,
  elements,
  threadgroup_matrices,
  swizzled_elements,
  fragment,
  fragment_of_elements
};

struct plan {
  layout units;
  i64 m = 8, n = 8, k = 8; // of the tile
  bool a_by_rows = true, b_by_rows = true, c_by_rows = true;
  path a = path::matrices, b = path::matrices;
  bool store_whole = false; // matrices, not elements
  u32 rounds = 1;           // tiles along K
};

/// An operand (rows,columns) with a pad between its lines.
constexpr i64 pad = 4;
constexpr i64 line(i64 rows, i64 columns, bool by_rows) {
  return (by_rows ? columns : rows) + pad;
}
constexpr layout operand(i64 rows, i64 columns, bool by_rows) {
  return by_rows ? layout({rows, columns}, {line(rows, columns, true), i64{1}})
                 : layout({rows, columns}, {i64{1}, line(rows, columns, false)});
}

template <class Tile, class Matrices, class Elements, class Fragment, class Use>
void with_operand(eg::gpu& g, path p, Tile const& tile, Matrices const& matrices, Elements const& elements,
                  Fragment const& fragment, Use const& use) {
  using T = typename Tile::element_type;
  switch (p) {
  case path::matrices:
    return use(matrices(tile));
  case path::elements:
    return use(elements(tile));
  case path::threadgroup_matrices: {
    layout const l(tile.shape(), eg::int_tuple{i64{1}, size<0>(tile) + 8});
    auto const shared = make_tensor(g.threadgroup_memory<T, "shared">(cosize(l)), l);
    g.threadgroup_barrier();
    eg::cooperative_copy<32>(g, tile, shared);
    g.threadgroup_barrier();
    return use(matrices(shared));
  }
  case path::swizzled_elements: {
    layout const l(tile.shape());
    auto const shared = make_tensor(g.threadgroup_memory<T, "shared">((size(l) + 511) / 512 * 512),
                                    eg::composed_layout(eg::swizzle{2, 1, 3}, 0, l));
    g.threadgroup_barrier();
    eg::cooperative_copy<32>(g, tile, shared);
    g.threadgroup_barrier();
    return use(elements(shared));
  }
  case path::fragment: {
    auto const f = fragment();
    copy(matrices(tile), f);
    return use(f);
  }
  case path::fragment_of_elements: {
    auto const f = fragment();
    copy(elements(tile), f);
    f.store(f.load() + f.load());
    return use(f);
  }
  }
}
constexpr int weight(path p) {
  return p == path::fragment_of_elements ? 2 : 1;
}

template <class Factor, class Sum>
auto product_of(plan const& p) {
  return eg::kernel<"product">([p](eg::gpu& g, eg::in<Factor, "A"> A, eg::in<Factor, "B"> B,
                                   eg::inout<Sum, "C"> C, eg::scalar<u32, "rounds"> rounds) {
    auto const mma = make_tiled_mma(simdgroup_mma<Factor, Sum>{}, p.units, {p.m, p.n, p.k});
    auto const mine = mma.slice(g);
    i64 const length = p.k * p.rounds;
    auto const a = make_tensor(A, operand(p.m, length, p.a_by_rows));
    auto const b = make_tensor(B, operand(p.n, length, p.b_by_rows));
    auto const c = make_tensor(C, operand(p.m, p.n, p.c_by_rows));
    auto acc = mine.template make_fragment_C<"acc">(1.0f);
    g.for_range(0u, rounds, [&](auto k) {
      auto const tile_a = local_tile(a, {p.m, p.k}, eg::make_coord(0, k));
      auto const tile_b = local_tile(b, {p.n, p.k}, eg::make_coord(0, k));
      with_operand(
          g, p.a, tile_a, [&](auto const& t) { return mine.matrices_A(t); },
          [&](auto const& t) { return mine.partition_A(t); }, [&] { return mine.make_fragment_A(); },
          [&](auto const& of_a) {
            with_operand(
                g, p.b, tile_b, [&](auto const& t) { return mine.matrices_B(t); },
                [&](auto const& t) { return mine.partition_B(t); }, [&] { return mine.make_fragment_B(); },
                [&](auto const& of_b) { gemm(mine, of_a, of_b, acc); });
          });
    });
    if (p.store_whole)
      copy(acc, mine.matrices_C(c));
    else
      mine.partition_C(c).store(mine.partition_C(c).load() - acc.load());
  });
}

template <class T>
std::vector<T> small_numbers(std::mt19937_64& random, i64 n) {
  return ragged::small_numbers<T>(random, static_cast<std::size_t>(n));
}

template <class Factor, class Sum>
void compare(plan const& p, std::mt19937_64& random) {
  i64 const length = p.k * p.rounds;
  auto const la = operand(p.m, length, p.a_by_rows), lb = operand(p.n, length, p.b_by_rows),
             lc = operand(p.m, p.n, p.c_by_rows);
  auto const a = small_numbers<Factor>(random, cosize(la)), b = small_numbers<Factor>(random, cosize(lb));
  auto c = small_numbers<Sum>(random, cosize(lc)), expected = c;
  for (i64 m = 0; m < p.m; ++m)
    for (i64 n = 0; n < p.n; ++n) {
      float sum = 1.0f;
      for (i64 k = 0; k < length; ++k)
        sum += static_cast<float>(weight(p.a) * weight(p.b)) *
               static_cast<float>(a[static_cast<std::size_t>(la(m, k))]) *
               static_cast<float>(b[static_cast<std::size_t>(lb(n, k))]);
      Sum& to = expected[static_cast<std::size_t>(lc(m, n))];
      to = Sum(p.store_whole ? sum : static_cast<float>(to) - sum);
    }
  auto const threads = static_cast<u32>(32 * size(p.units));
  ASSERT_TRUE(both(eg::compile(product_of<Factor, Sum>(p)), {{threads}, {threads}}, eg::in(a), eg::in(b),
                   eg::inout(c), eg::scalar(p.rounds)));
  EXPECT_EQ(c, expected);
}

plan random_plan(std::mt19937_64& random) {
  auto const up_to = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)) + 1; };
  plan p;
  layout const units[] = {make_layout({1, 1}),    make_layout({2, 1}), make_layout({2, 2}),
                          layout({2, 2}, {2, 1}), make_layout({1, 3}), layout({4, 2}, {2, 1})};
  p.units = units[random() % 6];
  p.m = 8 * p.units.leaf_shape(0) * up_to(2);
  p.n = 8 * p.units.leaf_shape(1) * up_to(3);
  p.k = 8 * up_to(3);
  p.rounds = static_cast<u32>(up_to(3));
  p.a_by_rows = random() % 2 == 0;
  p.b_by_rows = random() % 2 == 0;
  p.c_by_rows = random() % 2 == 0;
  p.a = static_cast<path>(random() % 6);
  p.b = static_cast<path>(random() % 6);
  p.store_whole = random() % 2 == 0;
  return p;
}

TEST(matrix_products, random) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20 && !HasFailure(); ++i) {
    plan const p = random_plan(random);
    SCOPED_TRACE(::testing::Message() << "case " << i << ": " << p.m << " " << p.n << " " << p.k << " paths "
                                      << static_cast<int>(p.a) << " " << static_cast<int>(p.b));
    switch (i % 5) {
    case 0:
      compare<f32, f32>(p, random);
      break;
    case 1:
      compare<f16, f32>(p, random);
      break;
    case 2:
      compare<f16, f16>(p, random);
      break;
    case 3:
      compare<bf16, f32>(p, random);
      break;
    default:
      compare<bf16, bf16>(p, random);
    }
  }
}

} // namespace
