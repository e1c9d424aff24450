// SPDX-License-Identifier: MIT
// Programs of several launches: what is between them, by the executor, by the text, and what is refused.
#include "../../examples/kernels/large_sum.hpp"
#include "both.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f32;
using eg::layout;
using eg::make_layout;
using eg::tensor_of;
using eg::u32;
using witness::both;
using witness::idle_barriers;

/// Whole numbers, so that sums are exact in every order.
std::vector<f32> some(std::size_t n) {
  static std::mt19937 random(3);
  std::vector<f32> r(n);
  for (f32& x : r)
    x = static_cast<f32>(static_cast<int>(random() % 9) - 3);
  return r;
}

TEST(sequences, large_sum) {
  for (int blocks : {1, 3, 300}) {
    std::size_t const n = 4096u * static_cast<unsigned>(blocks);
    auto const k = eg::compile(examples::large_sum, eg::arg<"X">(make_layout(static_cast<int>(n))),
                               eg::arg<"Y">(make_layout(1)));
    auto const x = some(n);
    f32 sum = 0;
    for (f32 v : x)
      sum += v;
    std::vector<f32> y(1);
    if (blocks == 3)
      EXPECT_TRUE(both(k, {{256}, {256}}, eg::in(x), eg::out(y)));
    else
      eg::runtime().execute(k, eg::in(x), eg::out(y));
    EXPECT_EQ(y[0], sum);
  }
}

TEST(sequences, running_sum) {
  for (int blocks : {1, 2, 270}) {
    std::size_t const n = 4096u * static_cast<unsigned>(blocks);
    layout const line = make_layout(static_cast<int>(n));
    auto const k = eg::compile(examples::running_sum, eg::arg<"X">(line), eg::arg<"Y">(line));
    auto const x = some(n);
    std::vector<f32> y(n), expected(n);
    f32 sum = 0;
    for (std::size_t i = 0; i < n; ++i)
      expected[i] = sum += x[i];
    if (blocks == 2)
      EXPECT_TRUE(both(k, {{512}, {256}}, eg::in(x), eg::out(y)));
    else
      eg::runtime().execute(k, eg::in(x), eg::out(y));
    EXPECT_EQ(y, expected);
  }
}

TEST(sequences, a_call_gives_no_temporaries) {
  auto const k =
      eg::compile(examples::large_sum, eg::arg<"X">(make_layout(4096)), eg::arg<"Y">(make_layout(1)));
  auto const x = some(4096);
  std::vector<f32> y(1), sums(1);
  EXPECT_THROW(eg::runtime().execute(k, eg::in(x), eg::out(y), eg::inout(sums)), eg::error);
  auto run = eg::runtime().prepare(k, eg::in(x), eg::out(y));
  run.dispatch();
  EXPECT_EQ(run.read_output<f32>("Y"), y);
  EXPECT_THROW((void)run.read_output<f32>("sums"), eg::error);
}

// ---- What is refused --------------------------------------------------------------------------------------

template <class Body>
std::string refusal_of(Body const& body) {
  try {
    auto const k = eg::compile(eg::jit<"program">(body), eg::arg<"Y">(make_layout(64)));
    std::vector<f32> y(64);
    eg::runtime().execute(k, eg::out(y));
  } catch (eg::error const& e) {
    return e.what();
  }
  return "";
}
constexpr eg::launch_size once{.grid = 1, .block = 64};

TEST(sequences, what_is_read_has_been_written) {
  EXPECT_EQ(refusal_of([](eg::host& h, tensor_of<f32> Y) {
              auto const t = h.temporary<f32, "t">(make_layout(64));
              h.launch<"reads">(once, [=](eg::gpu& g) { Y(g.thread_position_in_grid()) = t(0); });
            }),
            "program: launch reads reads the temporary t, which no launch before it has written");
  // What only running shows: the last element is missing.
  EXPECT_EQ(refusal_of([](eg::host& h, tensor_of<f32> Y) {
              auto const t = h.temporary<f32, "t">(make_layout(64));
              h.launch<"writes">(once, [=](eg::gpu& g) {
                auto const i = g.thread_position_in_grid();
                g.if_(i < 63u, [&] { t(i) = 1.0f; });
              });
              h.launch<"reads">(once, [=](eg::gpu& g) {
                auto const i = g.thread_position_in_grid();
                Y(i) = t(i);
              });
            }),
            "reads: load from t at index 63 reads an element of a temporary that no thread has written, in "
            "thread (63,0,0)");
}

TEST(sequences, threads_are_those_of_the_copy) {
  static constexpr auto bring = make_tiled_copy(eg::copy_atom<>{}, make_layout(32), make_layout(2));
  auto const copying = [](eg::host& h, tensor_of<f32> Y) {
    h.launch<"copies">(once, [=](eg::gpu& g) { bring.slice(g).partition_D(Y).store(1.0f); });
  };
  EXPECT_EQ(refusal_of(copying), "make_tiled_copy: it is made for 32 threads, the threadgroup has 64");
}

} // namespace
