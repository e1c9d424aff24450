// SPDX-License-Identifier: MIT
// The version of Metal that a kernel needs, and what compile refuses for an older one.
#include <string>

#include <enigma/codegen.hpp>
#include <gtest/gtest.h>

namespace {

namespace eg = enigma;
using eg::bf16;
using eg::f32;
using eg::i64;
using eg::metal_version;
using eg::u16;
using eg::u32;

static_assert(metal_version{3, 1} > metal_version{2, 4} && metal_version{4, 0} >= metal_version{4, 0});
static_assert(metal_version{1, 2} < metal_version{2, 0} && metal_version::any().is_any());

/// A kernel of one statement.
template <class Body>
constexpr auto kernel_of(Body body) {
  return eg::kernel<"k">(body);
}

std::string said(auto const& definition, eg::compile_options const& options) {
  try {
    static_cast<void>(eg::compile(definition, options));
    return "nothing";
  } catch (eg::error const& e) {
    return e.what();
  }
}

/// Needs `wanted`, for what `words` tell; any later version will do, and no earlier one.
void expect(auto const& definition, metal_version wanted, std::string const& words,
            eg::compile_options options = {}) {
  EXPECT_EQ(eg::compile(definition, options).metal_version(), wanted) << words;
  for (metal_version const asked :
       {metal_version{1, 0}, metal_version{1, 2}, metal_version{2, 0}, metal_version{2, 1},
        metal_version{2, 2}, metal_version{2, 3}, metal_version{2, 4}, metal_version{3, 0},
        metal_version{3, 1}, metal_version{3, 2}, metal_version{4, 0}}) {
    options.metal = asked;
    std::string const refusal = said(definition, options);
    if (asked >= wanted) {
      EXPECT_EQ(refusal, "nothing") << words;
    } else {
      auto const number = [](metal_version v) {
        return std::to_string(v.number / 10) + '.' + std::to_string(v.number % 10);
      };
      EXPECT_EQ(refusal, "kernel k: " + words + " needs Metal " + number(wanted) +
                             ", and asked for was Metal " + number(asked));
    }
  }
}

TEST(versions, of_what_all_have) {
  expect(kernel_of([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
           auto i = g.thread_position_in_grid();
           auto tile = g.threadgroup_memory<f32, "tile">(64);
           tile[i] = x[i];
           g.threadgroup_barrier();
           y[i] = sqrt(tile[i]);
         }),
         {1, 0}, "");
}

TEST(versions, of_positions_and_function_constants) {
  auto const position = [](auto ask) {
    return kernel_of([ask](eg::gpu& g, eg::out<u32, "Y"> y) { y[g.thread_position_in_grid()] = ask(g); });
  };
  expect(position([](eg::gpu& g) { return g.dispatch_threads_per_threadgroup().y; }), {1, 0}, "");
  expect(position([](eg::gpu& g) { return g.thread_execution_width(); }), {1, 0}, "");
  expect(position([](eg::gpu& g) { return g.threads_per_simdgroup(); }), {2, 0}, "threads_per_simdgroup");
  expect(position([](eg::gpu& g) { return g.thread_index_in_quadgroup(); }), {2, 1},
         "thread_index_in_quadgroup");
  expect(kernel_of([](eg::gpu&, eg::constant<f32, "eps", 0> eps, eg::out<f32, "Y"> y) { y[0] = eps; }),
         {1, 2}, "the function constant eps");
  expect(kernel_of([](eg::gpu&, eg::constant<f32, "eps", 0>, eg::out<f32, "Y"> y) { y[0] = 1; }), {1, 0}, "");
}

TEST(versions, of_functions) {
  expect(kernel_of([](eg::gpu& g, eg::in<u32, "X"> x, eg::out<u32, "Y"> y) {
           auto i = g.thread_position_in_grid();
           y[i] = extract_bits(x[i], 1u, 2u);
         }),
         {1, 2}, "extract_bits");
  expect(kernel_of([](eg::gpu& g, eg::inout<f32, "Y"> y) {
           auto i = g.thread_position_in_grid();
           y[i] = nextafter(y[i], 1);
         }),
         {3, 1}, "nextafter");
  expect(kernel_of([](eg::gpu& g, eg::inout<f32, "Y"> y) {
           auto i = g.thread_position_in_grid();
           nextafter(y[i], 1); // nobody uses it
           y[i] = median3(y[i], 0, 1);
         }),
         {2, 1}, "median3");
}

TEST(versions, of_groups) {
  expect(kernel_of([](eg::gpu& g, eg::inout<f32, "Y"> y) {
           auto i = g.thread_position_in_grid();
           y[i] = simd_shuffle_xor(y[i], 1);
         }),
         {2, 0}, "simd_shuffle_xor");
  expect(kernel_of([](eg::gpu& g, eg::inout<f32, "Y"> y) {
           auto i = g.thread_position_in_grid();
           y[i] = quad_shuffle_xor(y[i], 1);
         }),
         {2, 1}, "quad_shuffle_xor");
  expect(kernel_of([](eg::gpu& g, eg::inout<f32, "Y"> y) {
           auto i = g.thread_position_in_grid();
           y[i] = simd_shuffle_and_fill_up(y[i], 0.0f, 1);
         }),
         {2, 4}, "simd_shuffle_and_fill_up");
  expect(kernel_of([](eg::gpu& g, eg::inout<u32, "Y"> y) { y[g.thread_index_in_simdgroup()] = 1; }), {2, 0},
         "thread_index_in_simdgroup");
  expect(kernel_of([](eg::gpu& g, eg::inout<u32, "Y"> y) {
           g.simdgroup_barrier();
           y[0] = 1;
         }),
         {2, 0}, "simdgroup_barrier");
}

TEST(versions, of_types) {
  expect(kernel_of([](eg::gpu& g, eg::in<bf16, "X">, eg::inout<f32, "Y"> y) {
           y[g.thread_position_in_grid()] = 1;
         }),
         {3, 1}, "the argument X of bf16");
  expect(kernel_of([](eg::gpu& g, eg::inout<u16, "Y"> y) {
           auto i = g.thread_position_in_grid();
           y[i] = eg::as_type<u16>(eg::as_type<bf16>(y[i]) + bf16(1.0f));
         }),
         {3, 1}, "the type bf16");
  expect(kernel_of([](eg::gpu& g, eg::inout<u32, "Y"> y) {
           auto i = g.thread_position_in_grid();
           y[i] = eg::cast<u32>(eg::cast<i64>(y[i]) * 5 >> 3); // in 32 bits it may wrap
         }),
         {2, 2}, "the type i64");
  expect(kernel_of([](eg::gpu& g, eg::inout<i64, "Y"> y) { y[g.thread_position_in_grid()] = 1; }), {2, 3},
         "the argument Y of 64 bits");
  expect(kernel_of([](eg::gpu& g, eg::inout<u32, "Y"> y) {
           auto wide = g.threadgroup_memory<i64, "wide">(4);
           auto i = g.thread_position_in_threadgroup();
           wide[i] = 1;
           g.threadgroup_barrier();
           y[i] = select(0u, 1u, wide[0] == 1);
         }),
         {2, 2}, "the threadgroup memory wide of 64 bits");
}

TEST(versions, of_atomics) {
  expect(kernel_of([](eg::gpu& g, eg::atomic<u32, "A"> a) { a[g.thread_position_in_grid()].fetch_add(1u); }),
         {1, 0}, "");
  expect(kernel_of([](eg::gpu& g, eg::atomic<bool, "A"> a) { a[g.thread_position_in_grid()].store(true); }),
         {2, 4}, "the atomic A of bool");
  expect(
      kernel_of([](eg::gpu& g, eg::atomic<f32, "A"> a) { a[g.thread_position_in_grid()].fetch_add(1.0f); }),
      {3, 0}, "the atomic A of f32");
}

TEST(versions, of_attributes) {
  eg::compile_options options;
  options.max_threads = 64;
  expect(kernel_of([](eg::gpu& g, eg::inout<f32, "Y"> y) { y[g.thread_position_in_grid()] = 1; }), {2, 1},
         "max_total_threads_per_threadgroup", options);
}

TEST(versions, that_do_not_exist) {
  for (auto const& [first, second] : {std::pair{0, 9}, {1, 3}, {2, 5}, {3, 3}, {3, -1}, {10, 0}, {-3, 1}})
    EXPECT_THROW(static_cast<void>(metal_version(first, second)), eg::error) << first << '.' << second;
  EXPECT_EQ((metal_version{4, 1}.number), 41);
}

// A constant says it too.
inline constexpr auto next = eg::kernel<"next">([](eg::gpu& g, eg::inout<f32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  y[i] = nextafter(y[i], 1);
});
static_assert(eg::compile<next, eg::compile_options{.metal = {3, 1}}>().metal_version() ==
              metal_version{3, 1});

} // namespace
