// SPDX-License-Identifier: MIT
// What is recorded of a kernel: equal values once, unused ones not at all, and no read across a write.
#include "kernels.hpp"

namespace {

namespace eg = enigma;
using eg::f32;
using eg::i32;
using eg::op;
using eg::u32;

template <auto Kernel>
constexpr int count(op code) {
  int n = 0;
  for (eg::instruction const& i : eg::compile<Kernel>().launches()[0].code)
    n += i.code == code;
  return n;
}
template <auto Kernel>
constexpr int statements() {
  int lines = 0;
  for (char const c : eg::compile<Kernel>().metal_source())
    lines += c == ';';
  return lines - 1; // without the preamble's
}
template <auto Kernel>
constexpr bool says(std::string_view words) {
  return eg::compile<Kernel>().metal_source().find(words) != std::string_view::npos;
}

// ---- Common subexpressions, simple arithmetic ----------------------------------------------------------

constexpr auto common = eg::kernel<"common">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  y[i * 3u + 1u] = x[i * 3u] + x[i * 3u]; // one load
  y[i * 3u] = (x[i + 5u] + x[i]) * (x[i] + x[i + 5u]);
});
static_assert(count<common>(op::load) == 3);
static_assert(count<common>(op::mul) == 2); // i * 3, and of the sums
static_assert(count<common>(op::add) == 4); // i*3 + 1, x + x, i + 5, one sum: + commutes

constexpr auto differences =
    eg::kernel<"differences">([](eg::gpu& g, eg::in<i32, "X"> x, eg::out<i32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      auto a = x[i], b = x[i + 1u];
      y[i] = (a - b) * (b - a) + eg::cast<i32>(a < b) - eg::cast<i32>(b < a) + (a << 1) +
             (eg::as_type<i32>(1u + i) << a);
    });
static_assert(count<differences>(op::sub) == 3 && count<differences>(op::lt) == 2 &&
              count<differences>(op::shl) == 2);

constexpr auto simple = eg::kernel<"simple">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  auto zero = i * 0u;
  y[i * 1u + zero + (i / 1u) % 1u + 0u] = x[(zero + 6u) * 7u / 2u] + 0.0f; // 0.0f stays: -0.0f + 0.0f is 0.0f
});
static_assert(says<simple>("  Y[gid] = X[21u] + 0.0f;\n"));

// Inside a loop the outer value is used; what both branches compute stands before them, and what a branch
// computes is not known behind it.
constexpr auto scopes = eg::kernel<"scopes">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  auto a = x[i] * 2.0f;
  g.for_range(4, [&](auto k) { y[eg::cast<u32>(k)] = x[i] * 2.0f + a; });
  g.if_(a < 1.0f, [&] { y[i] = eg::exp(a); }).else_([&] { y[i] = eg::exp(a) + 1.0f; });
  y[i + 1u] = eg::exp(a);
});
static_assert(count<scopes>(op::load) == 1 && count<scopes>(op::mul) == 1 && count<scopes>(op::exp) == 2);

// ---- Loads and stores ----------------------------------------------------------------------------------

constexpr auto across_store =
    eg::kernel<"across_store">([](eg::gpu& g, eg::inout<f32, "X"> x, eg::inout<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      eg::value<f32> before = x[i];
      y[0] = 1.0f;                // another buffer
      eg::value<f32> same = x[i]; // shared
      x[i + 1u] = 2.0f;           // may be the same element
      eg::value<f32> after = x[i];
      y[i] = before + same + after;
    });
static_assert(count<across_store>(op::load) == 2);
// `before` is named before the store, `after` may stand in the expression.
static_assert(says<across_store>("  const float v0 = X[gid];\n"
                                 "  Y[0u] = 1.0f;\n"
                                 "  X[gid + 1u] = 2.0f;\n"
                                 "  Y[gid] = v0 + v0 + X[gid];\n"));

// Swapping two elements needs one temporary.
constexpr auto swapped = eg::kernel<"swapped">([](eg::gpu&, eg::inout<f32, "X"> x) {
  eg::value<f32> a = x[0], b = x[1];
  x[0] = b;
  x[1] = a;
});
static_assert(says<swapped>("  const float v0 = X[0u];\n"
                            "  X[0u] = X[1u];\n"
                            "  X[1u] = v0;\n"));

// A load before a loop that stores: not moved into the loop, and not shared with the loop's own.
constexpr auto into_loop = eg::kernel<"into_loop">([](eg::gpu& g, eg::inout<f32, "X"> x) {
  eg::value<f32> first = x[0];
  g.for_range(4, [&](auto) {
    eg::value<f32> now = x[0];
    x[1] = now;
    x[0] = first + 1.0f;
  });
});
static_assert(count<into_loop>(op::load) == 2);
static_assert(says<into_loop>("  const float v0 = X[0u];\n"
                              "  for (int i = 0; i < 4; ++i) {\n"
                              "    X[1u] = X[0u];\n"
                              "    X[0u] = v0 + 1.0f;\n"));

constexpr auto constant_in_loop =
    eg::kernel<"constant_in_loop">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
      auto a = x[0];
      g.for_range(4, [&](auto i) { y[i] = x[0] + a; });
    });
static_assert(count<constant_in_loop>(op::load) == 1); // nobody writes to an `in`

constexpr auto across_barrier = eg::kernel<"across_barrier">([](eg::gpu& g, eg::inout<f32, "Y"> y) {
  auto t = g.thread_index_in_threadgroup();
  auto tile = g.threadgroup_memory<f32, "tile">(32);
  tile[t] = 1.0f;
  eg::value<f32> mine = tile[t ^ 1u];
  g.threadgroup_barrier();
  eg::value<f32> yours = tile[t ^ 1u];
  y[t] = mine - yours;
});
static_assert(count<across_barrier>(op::load) == 2);
static_assert(says<across_barrier>("const float v1 = tile[v0];\n  threadgroup_barrier"));

constexpr auto across_store_if = eg::kernel<"across_store_if">([](eg::gpu& g, eg::inout<f32, "X"> x) {
  auto t = g.thread_position_in_grid();
  eg::value<f32> before = x[0];
  eg::store_if(x, 0, t == 0u, 1.0f);
  x[t + 1u] = before + x[0];
});
static_assert(count<across_store_if>(op::load) == 2);
static_assert(says<across_store_if>(
    "  const float v0 = X[0u];\n  if (gid == 0u)\n    X[0u] = 1.0f;\n  X[gid + 1u] = v0 + X[0u];\n"));

// ---- Variables -----------------------------------------------------------------------------------------

constexpr auto old_values = eg::kernel<"old_values">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto a = g.variable<"a">(x[0]);
  auto before = a.read();
  a += 1.0f;
  y[0] = before * a;
  g.if_(before > 0.0f, [&] { a = 5.0f; });
  y[1] = before + a;
});
static_assert(says<old_values>("  float a = X[0u];\n"
                               "  const float v0 = a;\n"
                               "  a = v0 + 1.0f;\n"
                               "  Y[0u] = v0 * a;\n"
                               "  if (v0 > 0.0f) {\n"
                               "    a = 5.0f;\n"
                               "  }\n"
                               "  Y[1u] = v0 + a;\n"));

// Two variables that change places, and one that keeps its value.
constexpr auto rotated = eg::kernel<"rotated">([](eg::gpu& g, eg::out<i32, "Y"> y) {
  auto last =
      g.for_range(9, eg::carry(1, 2, 3), [](auto, auto a, auto b, auto c) { return eg::carry(b, a, c); });
  y[0] = last[boost::hana::size_c<0>];
});
static_assert(says<rotated>("    const int v0 = x0;\n"
                            "    x0 = x1;\n"
                            "    x1 = v0;\n"
                            "  }\n"));

// ---- What has no effect --------------------------------------------------------------------------------

constexpr auto idle = eg::kernel<"idle">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  auto unused = g.variable<"unused">(x[i]);
  auto counted = g.variable(0);
  [[maybe_unused]] auto tile = g.threadgroup_memory<f32, "tile">(8);
  g.for_range(10, [&](auto k) {
    unused += x[k];
    counted += k;
    g.if_(k > 3, [&] { counted = 0; });
  });
  g.while_([&] { return counted < 3; }, [&] { counted += 1; });
  y[i] = 1.0f;
});
static_assert(statements<idle>() == 1 && says<idle>(") {\n  Y[gid] = 1.0f;\n}\n"));
static_assert(!says<idle>("tile"));

// A loop whose condition depends on a variable that only the loop changes stays, with all that feeds it.
constexpr auto feeding = eg::kernel<"feeding">([](eg::gpu& g, eg::in<i32, "X"> x, eg::out<i32, "Y"> y) {
  auto n = g.variable<"n">(1), m = g.variable<"m">(1), idle_one = g.variable<"idle_one">(1);
  g.while_([&] { return n < 100; },
           [&] {
             n += m;
             m += x[0];
             idle_one += n;
             y[0] = 3;
           });
});
static_assert(says<feeding>("n += m;") && says<feeding>("m += X[0u];") && !says<feeding>("idle_one"));

// Only one branch has an effect.
constexpr auto half_empty = eg::kernel<"half_empty">([](eg::gpu& g, eg::in<i32, "X"> x, eg::out<i32, "Y"> y) {
  g.if_(x[0] > 1, [&] { (void)g.variable(x[0]); }).else_([&] { y[0] = 3; });
});
static_assert(says<half_empty>("  if (X[0u] > 1) {\n  } else {\n    Y[0u] = 3;\n  }\n"));

// ---- Launches ------------------------------------------------------------------------------------------

// Each kernel of a jit function has the arguments that it uses, and a tensor's direction is what is done to
// it.
static_assert(kernels::tiled.launches().size() == 2);
static_assert(kernels::tiled.parameters()[0].access == eg::access::in &&
              kernels::tiled.parameters()[2].access == eg::access::inout);
static_assert(kernels::tiled.parameters()[0].elements == 4096);

template <int Width>
constexpr eg::compiled_kernel narrow =
    eg::compile<kernels::tiled_add, eg::compile_options{.vec_width = Width}>(
        eg::arg<"A", kernels::rows>, eg::arg<"B", kernels::rows>, eg::arg<"C", kernels::rows>);
constexpr int loads(eg::compiled_kernel const& k) {
  int n = 0;
  for (eg::instruction const& i : k.launches()[0].code)
    n += i.code == op::load;
  return n;
}
static_assert(loads(kernels::tiled) == 8 && loads(narrow<2>) == 16 && loads(narrow<1>) == 32);
static_assert(narrow<2>.metal_source().find("float4") == std::string_view::npos);
static_assert(narrow<1>.metal_source().find("float2") == std::string_view::npos);

} // namespace
