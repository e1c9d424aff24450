// SPDX-License-Identifier: MIT
// Memory as elements of another type, and copies of 8 and 16 bytes: by the executor, by the text on the
// machine, and in plain C++, bit for bit.
#include "both.hpp"
#include "ragged.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using eg::_;
using eg::bf16;
using eg::f16;
using eg::f32;
using eg::i64;
using eg::i8;
using eg::layout;
using eg::make_layout;
using eg::make_tensor;
using eg::recast;
using eg::u16;
using eg::u32;
using eg::u64;
using eg::u8;
using witness::both;

using generator = std::mt19937;

/// Bits that no arithmetic has seen; of floats none that are NaN, which comparisons take for equal.
template <class T>
std::vector<T> random_bits(generator& random, std::size_t n) {
  std::vector<T> r(n);
  auto* const bytes = reinterpret_cast<unsigned char*>(r.data());
  for (std::size_t i = 0; i < n * sizeof(T); ++i)
    bytes[i] = static_cast<unsigned char>(random() & 0x37u);
  return r;
}
template <class X, class Y>
void move_bits(std::vector<X> const& from, std::size_t from_byte, std::vector<Y>& to, std::size_t to_byte,
               std::size_t n) {
  std::memcpy(reinterpret_cast<unsigned char*>(to.data()) + to_byte,
              reinterpret_cast<unsigned char const*>(from.data()) + from_byte, n);
}
template <class T>
bool same_bits(std::vector<T> const& a, std::vector<T> const& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

// ---- Seen as another type --------------------------------------------------------------------------------

// Thread t has `bytes` bytes of row t. They are read as U from device memory, written as U to threadgroup
// memory, swizzled or not, and to registers; read from there, and from another thread's row, as T; and
// written to device memory as U.
template <class T, class U>
void seen_as(unsigned seed) {
  SCOPED_TRACE(std::string(eg::ir_name(eg::type_of<T>.element)) + " as " +
               eg::ir_name(eg::type_of<U>.element));
  generator random(seed);
  constexpr std::int64_t threads = 16;
  auto const n_T = [](std::int64_t bytes) { return bytes / static_cast<std::int64_t>(sizeof(T)); };
  auto const n_U = [](std::int64_t bytes) { return bytes / static_cast<std::int64_t>(sizeof(U)); };
  for (int round = 0; round < 1; ++round) {
    std::int64_t const bytes = 8 << (random() % 3),
                       row = bytes + 8 * static_cast<std::int64_t>(1 + random() % 3),
                       first = 8 * static_cast<std::int64_t>(random() % 3);
    // Rows of 32 bytes in threadgroup memory; 8 bytes stay together.
    int const base = sizeof(T) == 1 ? 3 : sizeof(T) == 2 ? 2 : sizeof(T) == 4 ? 1 : 0;
    eg::swizzle const sw{random() % 2 == 0 ? 0 : 2, base, 2};
    auto const rows = [&](std::int64_t apart, std::int64_t elements) {
      return layout{eg::int_tuple{threads, elements}, eg::int_tuple{apart, 1}};
    };
    auto const k = eg::kernel<"seen_as">(
        [&](eg::gpu& g, eg::in<T, "A"> a, eg::inout<T, "B"> b, eg::out<U, "Y"> y, eg::out<T, "Z"> z) {
          auto const tid = g.thread_position_in_threadgroup();
          auto const A = recast<U>(make_tensor(a, rows(n_T(row), n_T(bytes)), n_T(first)));
          auto const B = recast<U>(make_tensor(b, rows(n_T(row), n_T(bytes)), n_T(first)));
          make_tensor(y, rows(n_U(bytes), n_U(bytes)))(tid, _).store(A(tid, _).load());
          auto const S = make_tensor(g.threadgroup_memory<T, "s">(threads * n_T(32)),
                                     eg::composed_layout(sw, 0, rows(n_T(32), n_T(bytes))));
          recast<U>(S)(tid, _).store(A(tid, _).load());
          g.threadgroup_barrier();
          auto const f = eg::make_fragment<T>(g, make_layout(n_T(bytes)));
          recast<U>(f).store(recast<U>(S)(tid ^ 1u, _).load());
          make_tensor(z, rows(n_T(bytes), n_T(bytes)))(tid, _).store(f.load());
          B(tid, _).store(recast<U>(f).load());
        });
    auto const all = static_cast<std::size_t>(n_T(first + threads * row));
    auto const a = random_bits<T>(random, all);
    auto b = random_bits<T>(random, all);
    std::vector<U> y(static_cast<std::size_t>(n_U(threads * bytes))), expected_y = y;
    std::vector<T> z(static_cast<std::size_t>(n_T(threads * bytes))), expected_z = z, expected_b = b;
    for (std::int64_t t = 0; t < threads; ++t) {
      auto const place = [&](std::int64_t thread) { return static_cast<std::size_t>(first + thread * row); };
      auto const compact = static_cast<std::size_t>(t * bytes), n = static_cast<std::size_t>(bytes);
      move_bits(a, place(t), expected_y, compact, n);
      move_bits(a, place(t ^ 1), expected_z, compact, n);
      move_bits(a, place(t ^ 1), expected_b, place(t), n);
    }
    auto const compiled = eg::compile(k, {.grid = 1, .block = static_cast<u32>(threads)});
    ASSERT_TRUE(both(compiled, {}, eg::in(a), eg::inout(b), eg::out(y), eg::out(z)));
    ASSERT_TRUE(same_bits(y, expected_y) && same_bits(z, expected_z) && same_bits(b, expected_b))
        << compiled.metal_source();
  }
}
TEST(Recast, WiderElements) {
  seen_as<f16, u32>(1);
  seen_as<bf16, f32>(2);
  seen_as<i8, u16>(3);
  seen_as<u8, f32>(4);
  seen_as<i8, u64>(5);
  seen_as<f32, u64>(6);
  seen_as<f16, i64>(7);
}
TEST(Recast, ElementsOfTheSameWidth) {
  seen_as<f32, u32>(8);
  seen_as<f16, bf16>(9);
}
TEST(Recast, SmallerElements) {
  seen_as<f32, f16>(10);
  seen_as<u32, i8>(11);
  seen_as<u64, f32>(12);
  seen_as<u16, u8>(13);
}

// One element alone, at an index that only the kernel knows; of which some is known; and changed where it is.
template <class T, class U>
inline constexpr auto alone = eg::kernel<"alone">([](eg::gpu& g, eg::inout<T, "A"> a, eg::out<U, "Y"> y) {
  constexpr int n = 64 * static_cast<int>(sizeof(T)) / static_cast<int>(sizeof(U));
  auto const tid = g.thread_position_in_grid();
  auto const A = recast<U>(make_tensor(a, layout(64)));
  auto const Y = make_tensor(y, layout{{3, n}, {n, 1}});
  g.if_(tid < static_cast<u32>(n), [&] {
    Y(0, tid) = A(tid);
    Y(1, tid) = A((tid * 5u + 3u) % static_cast<u32>(n));
    Y(2, tid) = A(n - 1);
  });
});
template <class T, class U>
void one_alone(unsigned seed) {
  generator random(seed);
  auto a = random_bits<T>(random, 64);
  std::size_t const n = 64 * sizeof(T) / sizeof(U);
  std::vector<U> y(3 * n), expected(3 * n);
  for (std::size_t i = 0; i < n; ++i) {
    move_bits(a, i * sizeof(U), expected, i * sizeof(U), sizeof(U));
    move_bits(a, (i * 5 + 3) % n * sizeof(U), expected, (n + i) * sizeof(U), sizeof(U));
    move_bits(a, (n - 1) * sizeof(U), expected, (2 * n + i) * sizeof(U), sizeof(U));
  }
  u32 const threads = 512;
  ASSERT_TRUE(both(eg::compile<alone<T, U>>(), {{threads}, {64}}, eg::inout(a), eg::out(y)));
  EXPECT_TRUE(same_bits(y, expected));
}
TEST(Recast, OneElementAlone) {
  one_alone<f32, f16>(21);
  one_alone<u32, i8>(22);
  one_alone<u64, u8>(23);
  one_alone<f16, u8>(24);
  one_alone<f16, f32>(25);
  one_alone<i8, u64>(26);
}

// ---- Copies of 16 and 8 bytes ----------------------------------------------------------------------------

template <class T, int Bytes>
inline constexpr int elements = Bytes / static_cast<int>(sizeof(T));
template <class T, int Bytes>
inline constexpr auto bring =
    make_tiled_copy(eg::copy_atom<Bytes>{}, {{8, 4}, {4, 1}}, make_layout({1, elements<T, Bytes>}));
// A matrix of any size through swizzled threadgroup memory, each thread
// moves 8 or 16 bytes at once. At the edges what is not there is not touched; rows begin at multiples of
// that.
template <class T, int Bytes>
inline constexpr auto by_bytes = eg::kernel<"by_bytes">([](eg::gpu& g, eg::in<T, "A"> a, eg::inout<T, "C"> c,
                                                           eg::scalar<u32, "M"> M, eg::scalar<u32, "N"> N,
                                                           eg::scalar<u32, "lda"> lda,
                                                           eg::scalar<u32, "ldc"> ldc) {
  constexpr int n = elements<T, Bytes>, columns = 8 * n;
  auto const group = g.threadgroup_position_in_grid();
  auto const at = eg::make_coord(group.y, group.x);
  auto const of = [&](auto const& x, auto const& ld) {
    return local_tile(
        make_tensor(x, eg::make_shape(M, eg::multiple_of<n>(N)), eg::make_stride(eg::multiple_of<n>(ld), 1)),
        {16, columns}, at);
  };
  constexpr int base = n == 16 ? 4 : n == 8 ? 3 : 2;
  auto const shared = make_tensor(g.threadgroup_memory<T, "s">(16 * columns),
                                  eg::composed_layout({3, base, 3}, 0, layout({16, columns}, {columns, 1})));
  auto const& with = bring<T, Bytes>;
  auto const mine = with.slice(g);
  auto const from = mine.partition_S(of(a, lda));
  auto const to = mine.partition_D(of(c, ldc));
  if_inside(g, is_inside(from), [&](auto bounded) { copy(with, bounded(from), mine.partition_D(shared)); });
  g.threadgroup_barrier();
  if_inside(g, is_inside(to), [&](auto bounded) { copy(with, mine.partition_S(shared), bounded(to)); });
});

template <class T, int Bytes>
void copy_by_bytes(unsigned seed) {
  SCOPED_TRACE(std::string(eg::ir_name(eg::type_of<T>.element)) + " by " + std::to_string(Bytes));
  generator random(seed);
  constexpr u32 n = elements<T, Bytes>, columns = 8 * n;
  auto const compiled = eg::compile(by_bytes<T, Bytes>, {.block = 32});
  EXPECT_TRUE(compiled.metal_source().find(Bytes == 16
                                               ? "*(threadgroup uint4*)(s + "
                                               : "*(threadgroup uint2*)(s + ") != std::string_view::npos)
      << compiled.metal_source();
  eg::runtime rt(eg::backend::cpu, 1);
  for (int round = 0; round < 200; ++round) {
    u32 const M = ragged::up_to(random, 50), N = ragged::up_to(random, 30) * n,
              lda = N + n * (ragged::up_to(random, 3) - 1), ldc = N + n * (ragged::up_to(random, 3) - 1);
    auto const a = random_bits<T>(random, std::size_t{M} * lda);
    auto c = random_bits<T>(random, std::size_t{M} * ldc);
    auto expected = c;
    for (u32 m = 0; m < M; ++m)
      move_bits(a, std::size_t{m} * lda * sizeof(T), expected, std::size_t{m} * ldc * sizeof(T),
                N * sizeof(T));
    eg::extent3 const grid{(N + columns - 1) / columns, (M + 15) / 16};
    if (round < 3)
      ASSERT_TRUE(both(compiled, {{grid.x * 32, grid.y}, {32}}, eg::in(a), eg::inout(c), eg::scalar(M),
                       eg::scalar(N), eg::scalar(lda), eg::scalar(ldc)));
    else
      rt.execute(compiled, eg::dispatch{.grid = grid}, eg::in(a), eg::inout(c), eg::scalar(M), eg::scalar(N),
                 eg::scalar(lda), eg::scalar(ldc));
    ASSERT_TRUE(same_bits(c, expected)) << M << " x " << N;
  }
}
TEST(CopyAtoms, OfSixteenBytes) {
  copy_by_bytes<f16, 16>(31);
  copy_by_bytes<bf16, 16>(32);
  copy_by_bytes<i8, 16>(33);
}
TEST(CopyAtoms, OfEightBytes) {
  copy_by_bytes<u8, 8>(34);
}

} // namespace
