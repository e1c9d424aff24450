// SPDX-License-Identifier: MIT
// Tiles: fragments, copies and reductions by the executor, by the text on the machine, and in plain C++.
#include "both.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace {

namespace eg = enigma;
using eg::_;
using eg::f16;
using eg::f32;
using eg::i64;
using eg::layout;
using eg::make_fragment;
using eg::make_fragment_like;
using eg::make_tensor;
using eg::u32;
using eg::u8;
using witness::both;

template <class T>
std::vector<T> numbers(std::size_t n) {
  std::vector<T> r(n);
  for (std::size_t i = 0; i < n; ++i)
    r[i] = T(static_cast<T>(static_cast<float>(i * 7 % 23) - (std::is_unsigned_v<T> ? 0.0f : 11.0f)));
  return r;
}

// ---- Fragments -----------------------------------------------------------------------------------------

/// Rows of 6 are held in vectors of 2, of 7 in single variables, of 8 in vectors of 4. One lane alone is
/// changed in a loop and in a branch.
template <class T, int N>
inline constexpr auto changed_by_lanes = eg::kernel<"changed_by_lanes">(
    [](eg::gpu& g, eg::in<T, "A"> a, eg::inout<T, "C"> c, eg::scalar<u32, "rounds"> rounds) {
      auto const tid = g.thread_position_in_grid();
      auto const A = make_tensor(a, layout{{16, N}, {N, 1}})(tid, _);
      auto const f = make_fragment_like(A);
      auto const h = make_fragment<T>(g, layout(N), T(static_cast<T>(2)));
      f.store(A.load());
      g.for_range<u32>(rounds, [&](auto const& i) {
        f(N - 1) += f(0);
        f(1) = h(N - 2);
        g.if_(i % 2u == 1u, [&] { h(N - 2) = f(2); }).else_([&] { h.store(h.load() + f.load()); });
      });
      make_tensor(c, layout{{16, N}, {N, 1}})(tid, _).store(f.load() - h.load());
    });

template <class T, int N>
void change_by_lanes() {
  constexpr u32 threads = 16;
  auto const a = numbers<T>(threads * N);
  for (u32 rounds : {1u, 4u}) {
    std::vector<T> c(threads * N), expected(threads * N);
    ASSERT_TRUE(both(eg::compile<changed_by_lanes<T, N>>(), {{threads}, {threads}}, eg::in(a), eg::inout(c),
                     eg::scalar(rounds)));
    for (std::size_t t = 0; t < threads; ++t) {
      std::vector<T> f(a.begin() + static_cast<std::ptrdiff_t>(t * N),
                       a.begin() + static_cast<std::ptrdiff_t>((t + 1) * N)),
          h(N, T(static_cast<T>(2)));
      for (u32 i = 0; i < rounds; ++i) {
        f[N - 1] = static_cast<T>(f[N - 1] + f[0]);
        f[1] = h[N - 2];
        if (i % 2 == 1)
          h[N - 2] = f[2];
        else
          for (std::size_t k = 0; k < N; ++k)
            h[k] = static_cast<T>(h[k] + f[k]);
      }
      for (std::size_t k = 0; k < N; ++k)
        expected[t * N + k] = static_cast<T>(f[k] - h[k]);
    }
    EXPECT_EQ(c, expected) << "rounds " << rounds;
  }
}
TEST(Fragments, LanesChangeAlone) {
  change_by_lanes<f32, 8>();
  change_by_lanes<f32, 6>();
  change_by_lanes<u32, 7>();
  change_by_lanes<u8, 8>();
  change_by_lanes<i64, 4>();
}

} // namespace
