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

TEST(sequences, each_dispatch_writes_anew) {
  auto const k = eg::compile(eg::jit<"program">([](eg::host& h, tensor_of<f32> X, tensor_of<f32> Y) {
                               auto const t = h.temporary<f32, "t">(make_layout(64));
                               h.launch<"writes">(once, [=](eg::gpu& g) {
                                 auto const i = g.thread_position_in_grid();
                                 g.if_(X(i).read() > 0.0f, [&] { t(i) = X(i); });
                               });
                               h.launch<"reads">(once, [=](eg::gpu& g) {
                                 auto const i = g.thread_position_in_grid();
                                 Y(i) = t(i);
                               });
                             }),
                             eg::arg<"X">(make_layout(64)), eg::arg<"Y">(make_layout(64)));
  std::vector<f32> x(64, 2.0f), y(64);
  auto run = eg::runtime().prepare(k, eg::in(x), eg::out(y));
  run.dispatch();
  EXPECT_EQ(y, x);
  x[5] = 0.0f; // what the dispatch before has left there does not count
  std::string words;
  try {
    run.dispatch();
  } catch (eg::error const& e) {
    words = e.what();
  }
  EXPECT_EQ(words,
            "reads: load from t at index 5 reads an element of a temporary that no thread has written, in "
            "thread (5,0,0)");
}

// Temporaries of 10 and 64 elements, of which element `without` of one is not written.
std::string refusal_of_two(int which, u32 without, std::vector<f32>& y) {
  auto const k =
      eg::compile(eg::jit<"program">([=](eg::host& h, tensor_of<f32> Y) {
                    auto const t = h.temporary<f32, "t">(make_layout(10));
                    auto const u = h.temporary<f32, "u">(make_layout(64));
                    h.launch<"writes">(once, [=](eg::gpu& g) {
                      auto const i = g.thread_position_in_grid();
                      g.if_(which == 0 ? i < 10u && i != without : i < 10u, [&] { t(i) = eg::cast<f32>(i); });
                      g.if_(which == 1 ? i != without : i < 64u, [&] { u(i) = eg::cast<f32>(i) * 100.0f; });
                    });
                    h.launch<"reads">(once, [=](eg::gpu& g) {
                      auto const i = g.thread_position_in_grid();
                      Y(i) = t(i % 10u).read() + u(i).read();
                    });
                  }),
                  eg::arg<"Y">(make_layout(64)));
  try {
    eg::runtime().execute(k, eg::out(y));
  } catch (eg::error const& e) {
    return e.what();
  }
  return "";
}
TEST(sequences, temporaries_are_told_apart) {
  std::vector<f32> y(64);
  EXPECT_EQ(refusal_of_two(2, 0, y), "");
  for (std::size_t i = 0; i < y.size(); ++i)
    EXPECT_EQ(y[i], static_cast<f32>(i % 10 + 100 * i));
  EXPECT_NE(refusal_of_two(0, 9, y).find("load from t at index 9 "), std::string::npos);
  EXPECT_NE(refusal_of_two(1, 3, y).find("load from u at index 3 "), std::string::npos);
  EXPECT_NE(refusal_of_two(1, 63, y).find("load from u at index 63 "), std::string::npos);
}

TEST(sequences, threads_are_those_of_the_copy) {
  static constexpr auto bring = make_tiled_copy(eg::copy_atom<>{}, make_layout(32), make_layout(2));
  auto const copying = [](eg::host& h, tensor_of<f32> Y) {
    h.launch<"copies">(once, [=](eg::gpu& g) { bring.slice(g).partition_D(Y).store(1.0f); });
  };
  EXPECT_EQ(refusal_of(copying), "make_tiled_copy: it is made for 32 threads, the threadgroup has 64");
}

// Where the call says how many threads there are, the executor looks: at every threadgroup, also the last.
std::string refusal_of_call(eg::dispatch const& size, eg::compile_options const& options = {}) {
  static constexpr auto bring = make_tiled_copy(eg::copy_atom<>{}, make_layout(32), make_layout(2));
  auto const k = eg::compile(eg::kernel<"copies">([](eg::gpu& g, eg::out<f32, "Y"> y) {
                               bring.slice(g).partition_D(make_tensor(y, make_layout(64))).store(1.0f);
                             }),
                             options);
  std::vector<f32> y(64);
  try {
    eg::runtime().execute(k, size, eg::out(y));
  } catch (eg::error const& e) {
    return e.what();
  }
  return "";
}
TEST(sequences, threads_are_those_of_the_copy_in_every_threadgroup) {
  EXPECT_EQ(refusal_of_call({.grid = eg::extent3(2), .block = eg::extent3(32)}), "");
  EXPECT_EQ(refusal_of_call({.grid = eg::extent3(1), .block = eg::extent3(8, 4)}), "");
  for (eg::dispatch const& size : {eg::dispatch{.grid = eg::extent3(1), .block = eg::extent3(64)},
                                   eg::dispatch{.grid = eg::extent3(1), .block = eg::extent3(16)},
                                   eg::dispatch{.grid = eg::extent3(1), .block = eg::extent3(32, 2)},
                                   eg::dispatch(eg::threads(40).in_groups_of({32, 1, 1}))})
    EXPECT_NE(refusal_of_call(size).find("a threadgroup has the threads of its tiled copy"),
              std::string::npos)
        << refusal_of_call(size);
  // A kernel that knows its block does not know that all threadgroups are whole.
  EXPECT_EQ(refusal_of_call(eg::threads(64), {.block = 32}), "");
  EXPECT_NE(
      refusal_of_call(eg::threads(40), {.block = 32}).find("a threadgroup has the threads of its tiled copy"),
      std::string::npos);
}

} // namespace
