// SPDX-License-Identifier: MIT
// What docs/kernel-language.md quotes, as a program that is run.

#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

#include <enigma/enigma.hpp>

namespace {

// begin first
namespace eg = enigma;
using eg::f32;

inline constexpr auto leaky = eg::kernel<"leaky">(
    [](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<f32, "slope"> slope, eg::out<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      y[i] = max(x[i], 0) + slope * min(x[i], 0);
    });
constexpr auto compiled = eg::compile<leaky>();
// end first
static_assert(compiled.metal_source().find("Y[gid] = max(v0, 0.0f) + slope * min(v0, 0.0f);") !=
              std::string_view::npos);

// begin types
inline constexpr auto types =
    eg::kernel<"types">([](eg::gpu& g, eg::in<eg::f16, "H"> h, eg::in<eg::u8, "B"> b, eg::out<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      eg::value<f32> x = eg::cast<f32>(h[i]);              // nothing converts by itself
      eg::value<eg::vec<eg::f16, 4>> v = h.load<4>(4 * i); // h[4i] to h[4i + 3]
      eg::value<eg::vec<bool, 4>> positive = v > 0;        // a literal takes the type beside it
      v = select(0, v, positive);                          // lane by lane
      eg::value<eg::f16> first = v.x() + v[1];             // lanes by name or number
      auto pair = eg::lanes<"yx">(v);                      // swizzled: vec<f16, 2>
      auto word = eg::as_type<eg::u32>(pair);              // the same bits
      y[i] = x + eg::cast<f32>(first) + eg::cast<f32>(word & eg::cast<eg::u32>(b[i]));
    });
// end types

// begin flow
inline constexpr auto roots = eg::kernel<"roots">(
    [](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<eg::u32, "n"> n, eg::inout<f32, "Y"> y) {
      auto i = g.thread_position_in_grid();
      g.if_(i < n, [&] {
         auto guess = g.variable<"guess">(1.0f); // mutable; a value is not
         g.for_range(20, [&](auto) { guess = 0.5f * (guess + x[i] / guess); });
         y[i] = guess;
       }).else_([&] { y[i] = 0; });
      // The same with values that are handed on: no variable to name.
      auto sum = g.for_range(n, eg::carry(0.0f), [&](auto k, auto so_far) { return so_far + x[k]; });
      g.if_(i == n, [&] { y[i] = sum; });
    });
// end flow

// begin functions
inline constexpr auto softer = eg::function<"softer">( //
    [](eg::value<f32> x) { return x / (1.0f + eg::abs(x)); });
inline constexpr auto sum_of = eg::function<"sum_of">(
    [](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<eg::u32, "first"> first, eg::scalar<eg::u32, "n"> n) {
      auto sum = g.variable<"sum">(0.0f);
      g.for_range(n, [&](auto i) { sum += x[first + i]; });
      return sum;
    });
inline constexpr auto calls = eg::kernel<"calls">([](eg::gpu& g, eg::in<f32, "X"> x, eg::out<f32, "Y"> y) {
  auto i = g.thread_position_in_grid();
  y[i] = softer(sum_of(x, 2u * i, 2u)); // Y[gid] = softer(sum_of(X, 2u * gid, 2u))
});
// end functions

// begin structs
struct particle {
  BOOST_HANA_DEFINE_STRUCT(particle, (eg::packed_vec<float, 3>, position), (float, mass),
                           (eg::vec<float, 3>, velocity), (std::array<float, 4>, weights));
};
inline constexpr auto moves =
    eg::kernel<"moves">([](eg::gpu& g, eg::inout<particle, "P"> P, eg::scalar<eg::vec<f32, 3>, "force"> force,
                           eg::scalar<f32, "dt"> dt) {
      auto i = g.thread_position_in_grid();
      P[i][&particle::velocity] += force * (dt / P[i][&particle::mass]);
      P[i][&particle::position] += P[i][&particle::velocity] * dt;
      P[i][&particle::weights][i % 4u] = 1.0f;
    });
// end structs

// begin shared
inline constexpr auto reversed = eg::kernel<"reversed">([](eg::gpu& g, eg::inout<f32, "X"> x) {
  auto tile = g.threadgroup_memory<f32, "tile">(64);
  auto thread = g.thread_position_in_threadgroup(), i = g.thread_position_in_grid();
  tile[thread] = x[i];
  g.threadgroup_barrier(); // all threads of the threadgroup come here
  x[i] = tile[63 - thread];
});
constexpr auto reversed_in_64s = eg::compile<reversed, eg::compile_options{.block = {64}, .metal = {2, 0}}>();
static_assert(reversed_in_64s.metal_version() == eg::metal_version{1, 0});
// end shared

// begin matrices
// C = relu(A B) of 8 rows and 8 columns for each simdgroup, which is a threadgroup here.
inline constexpr auto product =
    eg::kernel<"product">([](eg::gpu& g, eg::in<eg::f16, "A"> a, eg::in<eg::f16, "B"> b, eg::out<f32, "C"> c,
                             eg::scalar<eg::u32, "K"> depth, eg::scalar<eg::u32, "N"> columns) {
      auto group = g.threadgroup_position_in_grid();
      auto acc = g.variable<"acc">(make_filled_simdgroup_matrix(g, 0.0f));
      g.for_range(0u, depth, 8u, [&](auto k) {
        auto left = simdgroup_load(a, depth, eg::matrix_origin{k, group.y * 8u});
        auto right = simdgroup_load(b, columns, eg::matrix_origin{group.x * 8u, k});
        acc = simdgroup_multiply_accumulate(left, right, acc);
      });
      acc = transform(acc, [](auto x) { return max(x, 0.0f); });
      simdgroup_store(acc, c, columns, eg::matrix_origin{group.x * 8u, group.y * 8u});
    });
// end matrices
// begin constants
inline constexpr auto scaled =
    eg::kernel<"scaled">([](eg::gpu& g, eg::inout<f32, "X"> x, eg::constant<f32, "scale", 0, 1.0f> scale,
                            eg::constant<bool, "relu", 1> relu) {
      auto i = g.thread_position_in_grid();
      x[i] *= scale;
      g.if_(relu, [&] { x[i] = max(x[i], 0); });
    });
// constant float scale_given [[function_constant(0)]];
// constant float scale = is_function_constant_defined(scale_given) ? scale_given : 1.0f;
// constant bool relu [[function_constant(1)]];
void scale_twice(eg::runtime& rt, std::vector<f32>& x) {
  rt.execute(eg::compile<scaled>(), eg::threads(x.size()), eg::inout(x), 2.0f, true);
  rt.execute(eg::compile<scaled>(), eg::threads(x.size()), eg::inout(x), eg::by_default, false);
}
// end constants

// begin threadgroup
inline constexpr auto turned =
    eg::kernel<"turned">([](eg::gpu& g, eg::inout<f32, "X"> x, eg::threadgroup<f32, "tile"> tile) {
      auto thread = g.thread_position_in_threadgroup(), i = g.thread_position_in_grid();
      tile[thread] = x[i];
      g.threadgroup_barrier();
      x[i] = tile[g.threads_per_threadgroup() - 1 - thread];
    });
void turn(eg::runtime& rt, std::vector<f32>& x, std::size_t block) {
  rt.execute(eg::compile<turned>(), eg::threads(x.size()).in_groups_of(block), eg::inout(x),
             eg::threadgroup_length(block));
}
// end threadgroup

// begin vectorised
inline constexpr auto blend =
    eg::kernel<"blend">([](eg::gpu& g, eg::in<f32, "X"> x, eg::scalar<f32, "weight"> weight,
                           eg::inout<f32, "Y"> y, eg::scalar<eg::u32, "n"> n) {
      auto i = g.thread_position_in_grid();
      g.if_(i < n, [&] { y[i] = mix(y[i], x[i], weight); });
    });
constexpr auto blend_by_4 = eg::compile<eg::vectorised<4>(blend)>();

void blend_all(eg::runtime& rt, std::vector<float> const& x, std::vector<float>& y, float weight) {
  auto const n = static_cast<eg::u32>(x.size());
  rt.execute(blend_by_4, eg::threads(n), eg::in(x), weight, eg::inout(y), n); // as blend itself
}
// end vectorised
static_assert(blend_by_4.metal_source().find(R"({
  if (gid < n / 4u) {
    ((device float4*)Y)[gid] = mix(((device float4*)Y)[gid], ((const device float4*)X)[gid], float4(weight));
  } else {
    for (uint i = gid * 4u; i < n; ++i) {
      Y[i] = mix(Y[i], X[i], weight);
    }
  }
})") != std::string_view::npos);

bool near(float x, float y) {
  return x - y < 1e-4f && y - x < 1e-4f;
}

bool structs_are_right() {
  std::vector<particle> p(2);
  p[1] = {{1, 2, 3}, 0.5f, {0, 4, 0}, {}};
  p[0].mass = 1;
  eg::runtime rt;
  rt.execute(eg::compile<moves>(), eg::threads(2), eg::inout(p), eg::vec<float, 3>{0, 0, -1}, 0.25f);
  return p[1].velocity == eg::vec<float, 3>{0, 4, -0.5f} &&
         p[1].position == eg::packed_vec<float, 3>{1, 3, 2.875f} &&
         p[1].weights == std::array{0.f, 1.f, 0.f, 0.f};
}

bool all_right() {
  if (!structs_are_right())
    return false;
  eg::runtime rt;
  std::vector<float> x{-2, 3, 4, -1}, y(4);
  rt.execute(compiled, eg::threads(4), eg::in(x), 0.5f, eg::out(y));
  bool right = y == std::vector<float>{-1, 3, 4, -0.5f};

  std::vector<eg::f16> h;
  for (float const e : {1.0f, -2.0f, 3.0f, 4.0f})
    h.push_back(eg::f16(e));
  std::vector<eg::u8> const b{1};
  rt.execute(eg::compile<types>(), eg::threads(1), eg::in(h), eg::in(b), eg::out(y));
  right = right && y[0] == 1.0f + 1.0f + 0.0f; // the pair is 0 and 1: its lowest bit is not set

  std::vector<eg::f16> const ones(16 * 8, eg::f16(1.0f)), halves(8 * 24, eg::f16(-0.5f));
  std::vector<float> sums(16 * 24, -1.0f);
  rt.execute(eg::compile<product>(), eg::threads(3 * 32, 2).in_groups_of(32), eg::in(ones), eg::in(halves),
             eg::out(sums), 8u, 24u);
  right = right && sums == std::vector<float>(16 * 24, 0.0f);

  std::vector<float> const squares{1, 4, 9, 16};
  std::vector<float> found(8, -1.0f);
  rt.execute(eg::compile<roots>(), eg::threads(7), eg::in(squares), 4u, eg::inout(found));
  right = right && near(found[0], 1) && near(found[3], 4) && found[4] == 30.0f && found[6] == 0;

  rt.execute(eg::compile<calls>(), eg::threads(2), eg::in(squares), eg::out(y));
  right = right && near(y[0], 5.0f / 6) && near(y[1], 25.0f / 26);

  std::vector<float> line(128), wanted(128);
  for (std::size_t i = 0; i < line.size(); ++i) {
    line[i] = static_cast<float>(i);
    wanted[i / 64 * 64 + 63 - i % 64] = line[i];
  }
  rt.execute(reversed_in_64s, eg::threads(128), eg::inout(line));
  right = right && line == wanted;

  turn(rt, line, 64);
  right = right && line[0] == 0 && line[127] == 127;
  std::vector<float> const ramp{0, 1, 2, 3, 4, 5};
  std::vector<float> blended(6, 2.0f);
  blend_all(rt, ramp, blended, 0.5f);
  right = right && blended == std::vector<float>{1, 1.5f, 2, 2.5f, 3, 3.5f};
  std::vector<float> numbers{1, -2};
  scale_twice(rt, numbers);
  return right && numbers == std::vector<float>{2, 0};
}

} // namespace

int main() {
  bool const right = all_right();
  if (!right)
    std::puts("a kernel of the page gives other numbers");
  return right ? 0 : 1;
}
