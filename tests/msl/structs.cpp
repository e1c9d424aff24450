// SPDX-License-Identifier: MIT
// Structs, vectors and matrices as elements of buffers and as arguments: the executor against the text that
// the machine runs, and both against plain C++.
#include "both.hpp"

#include <boost/hana/adapt_struct.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// C's arrays have no place in BOOST_HANA_DEFINE_STRUCT, but in what is adapted.
struct table {
  float weights[3];
  std::int64_t sums[2];
};
BOOST_HANA_ADAPT_STRUCT(table, weights, sums);

namespace {

namespace eg = enigma;
using eg::bf16;
using eg::f16;
using eg::f32;
using eg::i64;
using eg::mat;
using eg::packed_vec;
using eg::u32;
using eg::u8;
using eg::vec;
using witness::both;

constexpr std::size_t n = 150;
constexpr witness::shape row{{n}, {64}};

struct particle {
  BOOST_HANA_DEFINE_STRUCT(particle, (float, mass), (packed_vec<float, 3>, position),
                           (vec<float, 3>, velocity), (bool, alive));
};
struct world {
  BOOST_HANA_DEFINE_STRUCT(world, (vec<float, 3>, gravity), (float, dt), (u32, device),
                           (mat<f32, 2, 3>, turn));
};

std::vector<particle> particles() {
  std::mt19937 random(1);
  std::vector<particle> p(n);
  auto const number = [&] { return static_cast<float>(random() % 2001) / 1000.0f - 1.0f; };
  for (particle& x : p) {
    x.mass = number();
    x.position = {number(), number(), number()};
    x.velocity = {number(), number(), number()};
    x.alive = random() % 3 != 0;
  }
  return p;
}

inline constexpr auto moves =
    eg::kernel<"moves">([](eg::gpu& g, eg::inout<particle, "P"> P, eg::scalar<world, "w"> w) {
      auto i = g.thread_position_in_grid();
      g.if_(P[i][&particle::alive], [&] {
        P[i][&particle::velocity] += w[&world::gravity] * w[&world::dt];
        P[i][&particle::position] += P[i][&particle::velocity].read() * w[&world::dt];
        P[i][&particle::mass] *= 0.5f;
      });
      P[i][&particle::alive] = P[i][&particle::mass] > 0.0f;
    });

TEST(structs, fields_are_read_and_written) {
  auto p = particles();
  auto const before = p;
  world const w{vec<float, 3>{0, -9.5f, 0.25f}, 0.125f, 3, {}};
  ASSERT_TRUE(both(eg::compile<moves>(), row, eg::inout(p), w));
  for (std::size_t i = 0; i < n; ++i) {
    particle x = before[i];
    if (x.alive) {
      for (int k = 0; k < 3; ++k) {
        x.velocity[k] += w.gravity[k] * w.dt;
        x.position[k] += x.velocity[k] * w.dt;
      }
      x.mass *= 0.5f;
    }
    x.alive = x.mass > 0.0f;
    ASSERT_EQ(p[i].velocity, x.velocity);
    ASSERT_EQ(p[i].position, x.position);
    ASSERT_EQ(p[i].mass, x.mass);
    ASSERT_EQ(p[i].alive, x.alive);
  }
  EXPECT_EQ(std::string(eg::compile<moves>().metal_source()), R"(#include <metal_stdlib>
using namespace metal;

struct particle {
  float mass;
  packed_float3 position;
  float3 velocity;
  bool alive;
};

struct world {
  float3 gravity;
  float dt;
  uint device_;
  float2x3 turn;
};

kernel void moves(device particle* P [[buffer(0)]],
                  constant world& w [[buffer(1)]],
                  uint gid [[thread_position_in_grid]]) {
  if (P[gid].alive) {
    P[gid].velocity += w.gravity * w.dt;
    P[gid].position = float3(P[gid].position) + P[gid].velocity * w.dt;
    P[gid].mass *= 0.5f;
  }
  P[gid].alive = P[gid].mass > 0.0f;
}
)");
}

TEST(structs, ir_text) {
  std::string const ir = eg::compile<moves>().ir();
  EXPECT_NE(ir.find("  struct particle : 48 bytes\n    .mass : f32 at 0\n    .position : packed f32x3 at 4\n"
                    "    .velocity : f32x3 at 16\n    .alive : bool at 32\n"),
            std::string::npos)
      << ir;
  EXPECT_NE(ir.find("  memory P : device particle at 0 loaded stored\n"), std::string::npos) << ir;
  EXPECT_NE(ir.find(" = load_field P[%0].alive : bool\n"), std::string::npos) << ir;
  EXPECT_NE(ir.find(" = argument w.gravity : f32x3\n"), std::string::npos) << ir;
  EXPECT_NE(ir.find("  store_field P[%0].mass, %"), std::string::npos) << ir;
}

// ---- Every kind of field, structs in structs, whole structs
// ------------------------------------------------

struct small {
  BOOST_HANA_DEFINE_STRUCT(small, (u8, a), (f16, b), (packed_vec<f16, 3>, c));
};
struct mixed {
  BOOST_HANA_DEFINE_STRUCT(mixed, (bf16, half), (small, first), (i64, x), (vec<u8, 3>, bytes),
                           (mat<f16, 3, 3>, m), (small, second), (packed_vec<eg::i16, 2>, shorts),
                           (vec<bool, 2>, bits));
};
using pair = small; // what it is called elsewhere does not matter

std::vector<mixed> mixtures() {
  std::mt19937 random(2);
  std::vector<mixed> all(n);
  for (mixed& x : all) {
    auto const number = [&] { return f16(static_cast<float>(random() % 401) / 100.0f - 2.0f); };
    auto const fill_small = [&](small& s) {
      s.a = static_cast<u8>(random());
      s.b = number();
      s.c = {number(), number(), number()};
    };
    x.half = bf16(static_cast<float>(number()));
    fill_small(x.first);
    fill_small(x.second);
    x.x = static_cast<i64>(random()) << 31;
    x.bytes = {static_cast<u8>(random()), static_cast<u8>(random()), static_cast<u8>(random())};
    for (int c = 0; c < 3; ++c)
      x.m[c] = {number(), number(), number()};
    x.shorts = {static_cast<eg::i16>(random()), static_cast<eg::i16>(random())};
    x.bits = {random() % 2 == 0, random() % 2 == 0};
  }
  return all;
}

inline constexpr auto mixes =
    eg::kernel<"mixed">([](eg::gpu& g, eg::in<mixed, "X"> X, eg::in<pair, "S"> S, eg::out<mixed, "Y"> Y,
                           eg::out<pair, "T"> T, eg::scalar<mixed, "one"> one) {
      auto i = g.thread_position_in_grid();
      T[i] = X[i][&mixed::second];
      auto x = X[i].read();
      auto s = eg::make_struct<small>(x[&mixed::first][&small::a] + 1, S[i][&small::b],
                                      x[&mixed::second][&small::c]);
      Y[i] = eg::make_struct<mixed>(x[&mixed::half] + one[&mixed::half], s, x[&mixed::x] - one[&mixed::x],
                                    x[&mixed::bytes], transpose(x[&mixed::m]) + one[&mixed::m],
                                    one[&mixed::second], x[&mixed::shorts] * 2, !x[&mixed::bits]);
      Y[i][&mixed::second][&small::a] = 77;
    });

TEST(structs, structs_in_structs) {
  auto const x = mixtures();
  std::vector<small> s(n), t(n);
  for (std::size_t i = 0; i < n; ++i)
    s[i] = x[n - 1 - i].first;
  std::vector<mixed> y(n);
  mixed const one = x[5];
  ASSERT_TRUE(both(eg::compile<mixes>(), row, eg::in(x), eg::in(s), eg::out(y), eg::out(t), one));
  for (std::size_t i = 0; i < n; ++i) {
    mixed const &from = x[i], &got = y[i];
    ASSERT_EQ(got.first.a, static_cast<u8>(from.first.a + 1));
    ASSERT_EQ(got.first.b.bits, s[i].b.bits);
    ASSERT_EQ(got.first.c, from.second.c);
    ASSERT_EQ(t[i].a, from.second.a);
    ASSERT_EQ(t[i].b.bits, from.second.b.bits);
    ASSERT_EQ(t[i].c, from.second.c);
    ASSERT_EQ(got.half.bits, bf16(float(from.half) + float(one.half)).bits);
    ASSERT_EQ(got.x, from.x - one.x);
    ASSERT_EQ(got.bytes, from.bytes);
    for (int c = 0; c < 3; ++c)
      for (int r = 0; r < 3; ++r)
        ASSERT_EQ(got.m[c][r].bits, f16(float(from.m[r][c]) + float(one.m[c][r])).bits);
    ASSERT_EQ(got.second.a, 77);
    ASSERT_EQ(got.second.c, one.second.c);
    for (int k = 0; k < 2; ++k) {
      ASSERT_EQ(got.shorts[k], static_cast<eg::i16>(from.shorts[k] * 2));
      ASSERT_EQ(got.bits[k], !from.bits[k]);
    }
  }
  // The kernel has the struct's name, and the struct gives way; a field with a reserved name is escaped.
  std::string const text(eg::compile<mixes>().metal_source());
  EXPECT_NE(text.find("struct small {\n  uchar a;\n  half b;\n  packed_half3 c;\n};\n\nstruct mixed1 {\n"
                      "  bfloat half_;\n  small first;\n  long x;\n  uchar3 bytes;\n  half3x3 m;\n"),
            std::string::npos)
      << text;
}

// ---- Vectors and matrices -------------------------------------------------------------------------------

inline constexpr auto transforms = eg::kernel<"transforms">(
    [](eg::gpu& g, eg::scalar<mat<f32, 4, 3>, "transform"> transform, eg::scalar<vec<f32, 3>, "shift"> shift,
       eg::in<vec<f32, 4>, "X"> X, eg::inout<vec<f32, 3>, "Y"> Y, eg::out<mat<f32, 3, 3>, "M"> M,
       eg::inout<mat<f16, 2, 3>, "N"> N) {
      auto i = g.thread_position_in_grid();
      Y[i] += transform * X[i] + shift;
      M[i] = make_matrix(transform[0], transform[1], shift * shift[1]);
      N[i] = N[i] + N[i] * N[i][1][2];
    });
TEST(structs, vectors_and_matrices_are_elements) {
  std::mt19937 random(3);
  auto const number = [&] { return static_cast<float>(random() % 2001) / 1000.0f - 1.0f; };
  mat<f32, 4, 3> transform{};
  vec<f32, 3> const shift{number(), number(), number()};
  for (int c = 0; c < 4; ++c)
    transform[c] = {number(), number(), number()};
  std::vector<vec<f32, 4>> x(n);
  std::vector<vec<f32, 3>> y(n);
  std::vector<mat<f32, 3, 3>> m(n);
  std::vector<mat<f16, 2, 3>> half(n);
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = {number(), number(), number(), number()};
    y[i] = {number(), number(), number()};
    half[i] = {vec<f16, 3>{f16(number()), f16(number()), f16(number())},
               vec<f16, 3>{f16(number()), f16(number()), f16(number())}};
  }
  auto const y_before = y;
  auto const half_before = half;
  ASSERT_TRUE(both(eg::compile<transforms>(), row, transform, eg::scalar(shift), eg::in(x), eg::inout(y),
                   eg::out(m), eg::inout(half)));
  for (std::size_t i = 0; i < n; ++i)
    for (int r = 0; r < 3; ++r) {
      float sum = transform[0][r] * x[i][0];
      for (int c = 1; c < 4; ++c)
        sum += transform[c][r] * x[i][c];
      ASSERT_EQ(y[i][r], y_before[i][r] + (sum + shift[r]));
      ASSERT_EQ(m[i][1][r], transform[1][r]);
      ASSERT_EQ(m[i][2][r], shift[r] * shift[1]);
      float const part = float(f16(float(half_before[i][0][r]) * float(half_before[i][1][2])));
      ASSERT_EQ(half[i][0][r].bits, f16(float(half_before[i][0][r]) + part).bits);
    }
  std::string const text(eg::compile<transforms>().metal_source());
  EXPECT_NE(text.find("constant float4x3& transform"), std::string::npos) << text;
  EXPECT_NE(text.find("  Y[gid] += transform * X[gid] + shift;\n"
                      "  M[gid] = float3x3(transform[0], transform[1], shift * shift.y);\n"),
            std::string::npos)
      << text;
}

// ---- In functions
// -------------------------------------------------------------------------------------------

inline constexpr auto heavier =
    eg::function<"heavier">([](eg::gpu& g, eg::inout<particle, "Q"> Q, eg::scalar<u32, "at"> at,
                               eg::scalar<mat<f32, 2, 3>, "turn"> turn) {
      auto speed = Q[at][&particle::velocity].read();
      g.if_(dot(speed, turn[0]) > 0.0f, [&] { Q[at][&particle::mass] += 1.0f; });
      return speed * turn;
    });
inline constexpr auto in_functions = eg::kernel<"in_functions">(
    [](eg::gpu& g, eg::inout<particle, "P"> P, eg::scalar<world, "w"> w, eg::out<vec<f32, 2>, "Y"> Y) {
      auto i = g.thread_position_in_grid();
      Y[i] = heavier(P, i, w[&world::turn]);
    });
TEST(structs, in_functions) {
  auto p = particles();
  auto const before = p;
  std::vector<vec<f32, 2>> y(n);
  world w{};
  w.turn = {vec<f32, 3>{1, 2, 3}, vec<f32, 3>{-1, 0, 0.5f}};
  ASSERT_TRUE(both(eg::compile<in_functions>(), row, eg::inout(p), w, eg::out(y)));
  for (std::size_t i = 0; i < n; ++i) {
    auto const& v = before[i].velocity;
    float const first = v[0] * 1 + v[1] * 2 + v[2] * 3;
    ASSERT_EQ(y[i][0], first);
    ASSERT_EQ(y[i][1], v[0] * -1 + v[1] * 0 + v[2] * 0.5f);
    ASSERT_EQ(p[i].mass, before[i].mass + (first > 0 ? 1.0f : 0.0f));
  }
  EXPECT_NE(eg::compile<in_functions>().metal_source().find(
                "static inline float2 heavier(device particle* Q, uint at, float2x3 turn) {\n"),
            std::string_view::npos)
      << eg::compile<in_functions>().metal_source();
}

// ---- Arrays
// ---------------------------------------------------------------------------------------------------------

struct curve {
  BOOST_HANA_DEFINE_STRUCT(curve, (std::array<f32, 4>, weights), (u32, degree),
                           (std::array<packed_vec<f16, 3>, 3>, points), (std::array<bool, 5>, bits));
};
struct shape {
  BOOST_HANA_DEFINE_STRUCT(shape, (u8, kind), (curve, own), (std::array<mat<f32, 2, 3>, 2>, turns),
                           (std::array<vec<f32, 3>, 2>, corners), (std::array<i64, 1>, id));
};
static_assert(sizeof(shape) == 160 && sizeof(curve) == 44);

std::vector<shape> shapes() {
  std::mt19937 random(4);
  std::vector<shape> all(n);
  auto const number = [&] { return static_cast<float>(random() % 401) / 100.0f - 2.0f; };
  for (shape& x : all) {
    x.kind = static_cast<u8>(random() % 4);
    for (f32& w : x.own.weights)
      w = number();
    x.own.degree = static_cast<u32>(random() % 4);
    for (auto& p : x.own.points)
      p = {f16(number()), f16(number()), f16(number())};
    for (bool& b : x.own.bits)
      b = random() % 2 == 0;
    for (auto& turn : x.turns)
      turn = {vec<f32, 3>{number(), number(), number()}, vec<f32, 3>{number(), number(), number()}};
    for (auto& corner : x.corners)
      corner = {number(), number(), number()};
    x.id[0] = static_cast<i64>(random()) << 30;
  }
  return all;
}

inline constexpr auto of_arrays =
    eg::kernel<"of_arrays">([](eg::gpu& g, eg::inout<shape, "P"> P, eg::scalar<curve, "base"> base,
                               eg::out<curve, "C"> C, eg::out<f32, "Y"> Y) {
      auto i = g.thread_position_in_grid();
      auto sum = g.variable<"sum">(base[&curve::weights][3]);
      g.for_range(P[i][&shape::own][&curve::degree], [&](auto k) {
        sum += P[i][&shape::own][&curve::weights][k] * base[&curve::weights][k + 1u];
        P[i][&shape::own][&curve::points][k] *= 2;
      });
      auto const kind = eg::cast<i64>(P[i][&shape::kind]);
      Y[i] = sum + eg::dot(P[i][&shape::corners][kind % 2].read(), P[i][&shape::turns][1].read()[0]);
      P[i][&shape::own][&curve::weights][kind] += 1.0f;
      P[i][&shape::own][&curve::bits][4] = !base[&curve::bits][kind];
      P[i][&shape::turns][kind / 2] *= 0.5f;
      P[i][&shape::id][0] -= 1;
      C[i] = P[i][&shape::own];
      C[i][&curve::bits] = base[&curve::bits];
      C[i][&curve::weights][0] = base.read()[&curve::weights][2];
    });
TEST(structs, have_arrays) {
  auto p = shapes();
  auto const before = p;
  curve const base = shapes()[77].own;
  std::vector<curve> c(n);
  std::vector<f32> y(n);
  ASSERT_TRUE(both(eg::compile<of_arrays>(), row, eg::inout(p), base, eg::out(c), eg::out(y)));
  for (std::size_t i = 0; i < n; ++i) {
    shape x = before[i];
    f32 sum = base.weights[3];
    for (u32 k = 0; k < x.own.degree; ++k) {
      sum += x.own.weights[k] * base.weights[k + 1];
      for (int d = 0; d < 3; ++d)
        x.own.points[k][d] = f16(float(x.own.points[k][d]) * 2);
    }
    auto const &corner = x.corners[x.kind % 2], &column = x.turns[1][0];
    ASSERT_EQ(y[i], sum + (corner[0] * column[0] + corner[1] * column[1] + corner[2] * column[2]));
    x.own.weights[x.kind] += 1.0f;
    x.own.bits[4] = !base.bits[x.kind];
    for (int d = 0; d < 6; ++d)
      x.turns[x.kind / 2][d / 3][d % 3] *= 0.5f;
    --x.id[0];
    ASSERT_EQ(p[i].own.weights, x.own.weights);
    ASSERT_EQ(p[i].own.bits, x.own.bits);
    ASSERT_EQ(p[i].id, x.id);
    ASSERT_EQ(p[i].corners, x.corners);
    for (std::size_t k = 0; k < 3; ++k)
      for (int d = 0; d < 3; ++d) {
        ASSERT_EQ(p[i].own.points[k][d].bits, x.own.points[k][d].bits);
        ASSERT_EQ(c[i].points[k][d].bits, x.own.points[k][d].bits);
        ASSERT_EQ(p[i].turns[k / 2][k % 2 == 0 ? 0 : 1][d], x.turns[k / 2][k % 2 == 0 ? 0 : 1][d]);
      }
    ASSERT_EQ(c[i].bits, base.bits);
    x.own.weights[0] = base.weights[2];
    ASSERT_EQ(c[i].weights, x.own.weights);
  }
  std::string const text(eg::compile<of_arrays>().metal_source());
  EXPECT_NE(text.find("struct curve {\n  float weights[4];\n  uint degree;\n  packed_half3 points[3];\n"
                      "  bool bits[5];\n};\n\nstruct shape {\n  uchar kind;\n  curve own;\n"
                      "  float2x3 turns[2];\n  float3 corners[2];\n  long id[1];\n};\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("    sum += P[gid].own.weights[i] * base.weights[i + 1u];\n"
                      "    P[gid].own.points[i] = half3(P[gid].own.points[i]) * "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  P[gid].id[0"), std::string::npos) << text;
  std::string const ir = eg::compile<of_arrays>().ir();
  EXPECT_NE(ir.find("    .own.points : packed f16x3[3] at 24\n"), std::string::npos) << ir;
}

// One for each thread, made of what there is; handed to functions and through threadgroup memory.
inline constexpr auto tallest =
    eg::function<"tallest">([](eg::gpu& g, eg::in<curve, "Q"> Q, eg::scalar<u32, "at"> at) {
      auto most = g.variable<"most">(Q[at][&curve::weights][0]);
      g.for_range<u32>(1, 4, [&](auto k) { most = eg::max(most, Q[at][&curve::weights][k]); });
      return most;
    });
inline constexpr auto makes_arrays =
    eg::kernel<"makes_arrays">([](eg::gpu& g, eg::in<curve, "C"> C, eg::out<curve, "D"> D) {
      auto tile = g.threadgroup_memory<curve, "tile">(64);
      auto i = g.thread_position_in_grid(), t = g.thread_position_in_threadgroup();
      tile[t] = eg::make_struct<curve>(C[i][&curve::weights], i, C[i][&curve::points],
                                       std::array{true, false, false, true, true});
      eg::value<f32> const first = tile[t][&curve::weights][t % 4u];
      tile[t][&curve::weights] = std::array{first, first + 1.0f, first * 2.0f, tallest(tile, t)};
      tile[t][&curve::bits][t % 5u] = C[i][&curve::bits].read()[2];
      D[i] = tile[t];
    });
TEST(structs, arrays_are_made) {
  auto const x = shapes();
  std::vector<curve> c(n), d(n);
  for (std::size_t i = 0; i < n; ++i)
    c[i] = x[i].own;
  ASSERT_TRUE(both(eg::compile<makes_arrays>(), row, eg::in(c), eg::out(d)));
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t const t = i % 64;
    auto const& w = c[i].weights;
    ASSERT_EQ(d[i].weights,
              (std::array{w[t % 4], w[t % 4] + 1, w[t % 4] * 2, *std::max_element(w.begin(), w.end())}));
    std::array bits{true, false, false, true, true};
    bits[t % 5] = c[i].bits[2];
    ASSERT_EQ(d[i].bits, bits);
    ASSERT_EQ(d[i].degree, i);
  }
}

inline constexpr auto turns_tables =
    eg::kernel<"turns_tables">([](eg::gpu& g, eg::inout<table, "T"> T, eg::scalar<table, "add"> add) {
      auto i = g.thread_position_in_grid();
      g.for_range(2, [&](auto k) { T[i][&table::sums][k] += add[&table::sums][1 - k]; });
      T[i][&table::weights] = std::array{T[i][&table::weights][2].read(), add[&table::weights][0],
                                         T[i][&table::weights][0].read()};
    });
TEST(structs, arrays_of_c) {
  std::vector<table> t(n);
  for (std::size_t i = 0; i < n; ++i) {
    auto const x = static_cast<f32>(i);
    t[i] = {{x, x + 1, x + 2}, {static_cast<i64>(i) << 40, -static_cast<i64>(i)}};
  }
  ASSERT_TRUE(both(eg::compile<turns_tables>(), row, eg::inout(t), table{{-1, 0, 0}, {5, 7}}));
  for (std::size_t i = 0; i < n; ++i) {
    auto const x = static_cast<f32>(i);
    ASSERT_EQ(t[i].weights[0], x + 2);
    ASSERT_EQ(t[i].weights[1], -1);
    ASSERT_EQ(t[i].weights[2], x);
    ASSERT_EQ(t[i].sums[0], (static_cast<i64>(i) << 40) + 7);
    ASSERT_EQ(t[i].sums[1], 5 - static_cast<i64>(i));
  }
}

// ---- Variables
// ------------------------------------------------------------------------------------------------------

inline constexpr auto steps = eg::kernel<"steps">(
    [](eg::gpu& g, eg::inout<particle, "P"> P, eg::scalar<world, "w"> w, eg::out<f32, "Y"> Y) {
      auto i = g.thread_position_in_grid();
      auto p = g.variable<"p">(P[i]);
      auto best = g.variable(p);
      g.for_range(4, [&](auto) {
        p[&particle::velocity] += w[&world::gravity] * w[&world::dt];
        p[&particle::position] += p[&particle::velocity] * w[&world::dt];
        g.if_(p[&particle::position].read().y() > best[&particle::position].read().y(), [&] { best = p; });
      });
      p[&particle::mass] = p[&particle::mass] * 2.0f;
      P[i] = p;
      Y[i] = best[&particle::position].read().y() + best[&particle::mass];
    });
TEST(structs, are_variables) {
  auto p = particles();
  auto const before = p;
  world const w{vec<float, 3>{0.5f, -1.0f, 0.25f}, 0.5f, 3, {}};
  std::vector<f32> y(n);
  ASSERT_TRUE(both(eg::compile<steps>(), row, eg::inout(p), w, eg::out(y)));
  for (std::size_t i = 0; i < n; ++i) {
    particle x = before[i];
    f32 best = x.position[1];
    for (int step = 0; step < 4; ++step) {
      for (int k = 0; k < 3; ++k) {
        x.velocity[k] += w.gravity[k] * w.dt;
        x.position[k] += x.velocity[k] * w.dt;
      }
      best = best < x.position[1] ? x.position[1] : best;
    }
    ASSERT_EQ(y[i], best + x.mass);
    ASSERT_EQ(p[i].velocity, x.velocity);
    ASSERT_EQ(p[i].position, x.position);
    ASSERT_EQ(p[i].mass, x.mass * 2);
    ASSERT_EQ(p[i].alive, x.alive);
  }
  std::string const text(eg::compile<steps>().metal_source());
  EXPECT_NE(text.find("  float3 p_velocity = P[gid].velocity;\n"), std::string::npos) << text;
  EXPECT_NE(text.find("    p_velocity += v2;\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("p_mass"), std::string::npos) << text; // known at each reading
  EXPECT_NE(text.find("  P[gid].mass = "), std::string::npos) << text;
}

// Structs in structs, arrays, whole structs from one another; all in branches.
inline constexpr auto mixes_variables =
    eg::kernel<"mixes_variables">([](eg::gpu& g, eg::inout<shape, "P"> P, eg::in<curve, "C"> C,
                                     eg::scalar<curve, "base"> base, eg::inout<u32, "A"> A) {
      auto i = g.thread_position_in_grid();
      auto s = g.variable<"s">(P[i]);
      auto c = g.variable<"c">(base);
      g.if_(s[&shape::own][&curve::degree] > 1u, [&] {
         s[&shape::own] = C[i];
         c = s[&shape::own];
         c[&curve::weights][2] += 1.0f;
       }).else_([&] {
        s[&shape::own][&curve::weights] = c[&curve::weights];
        c[&curve::bits] = std::array{true, false, true, false, true};
        s[&shape::turns][1] = s[&shape::turns][0] + s[&shape::turns][1];
      });
      s[&shape::own][&curve::points] = c[&curve::points];
      s[&shape::corners][0] = s[&shape::corners][1] * c[&curve::weights][2];
      P[i] = s;
      P[i][&shape::own][&curve::bits] = c[&curve::bits];
      eg::range_constexpr<4>([&](auto k) { c[&curve::weights][k] *= 2.0f; });
      A[i] += eg::cast<u32>(eg::abs(c.read()[&curve::weights][3] * 8.0f));
    });
TEST(structs, are_variables_with_arrays) {
  auto p = shapes();
  auto const before = p;
  curve const base = shapes()[77].own;
  std::vector<curve> c(n);
  for (std::size_t i = 0; i < n; ++i)
    c[i] = before[n - 1 - i].own;
  std::vector<u32> a(n, 3u);
  ASSERT_TRUE(both(eg::compile<mixes_variables>(), row, eg::inout(p), eg::in(c), base, eg::inout(a)));
  for (std::size_t i = 0; i < n; ++i) {
    shape s = before[i];
    curve now = base;
    if (s.own.degree > 1) {
      s.own = now = c[i];
      now.weights[2] += 1.0f;
    } else {
      s.own.weights = now.weights;
      now.bits = {true, false, true, false, true};
      for (int d = 0; d < 6; ++d)
        s.turns[1][d / 3][d % 3] += s.turns[0][d / 3][d % 3];
    }
    for (int d = 0; d < 3; ++d)
      s.corners[0][d] = s.corners[1][d] * now.weights[2];
    ASSERT_EQ(p[i].own.weights, s.own.weights);
    ASSERT_EQ(p[i].own.degree, s.own.degree);
    ASSERT_EQ(p[i].own.bits, now.bits);
    ASSERT_EQ(p[i].own.points[2], now.points[2]);
    ASSERT_EQ(p[i].corners, s.corners);
    ASSERT_EQ(p[i].turns[1][1], s.turns[1][1]);
    ASSERT_EQ(p[i].id, s.id);
    ASSERT_EQ(a[i], 3 + static_cast<u32>(std::fabs(now.weights[3] * 16)));
  }
  EXPECT_NE(eg::compile<mixes_variables>().metal_source().find("s_own_weights_3 = "), std::string_view::npos)
      << eg::compile<mixes_variables>().metal_source();
}

// What an atomic may set stays a variable.
struct counter {
  BOOST_HANA_DEFINE_STRUCT(counter, (u32, seen), (u32, tries));
};
inline constexpr auto exchanges =
    eg::kernel<"exchanges">([](eg::gpu& g, eg::atomic<u32, "A"> A, eg::out<counter, "C"> C) {
      auto i = g.thread_position_in_grid();
      auto c = g.variable(eg::make_struct<counter>(i * 0u, 0u));
      auto done = g.variable(A[i].compare_exchange_weak(c[&counter::seen], 5u));
      c[&counter::tries] += eg::select(eg::value<u32>(7u), 1u, done.read());
      C[i] = c;
    });
TEST(structs, variables_that_an_atomic_sets) {
  std::vector<u32> a(n);
  for (std::size_t i = 0; i < n; ++i)
    a[i] = static_cast<u32>(i % 3);
  std::vector<counter> c(n);
  ASSERT_TRUE(both(eg::compile<exchanges>(), row, eg::inout(a), eg::out(c)));
  for (std::size_t i = 0; i < n; ++i) {
    ASSERT_EQ(c[i].seen, i % 3);
    ASSERT_EQ(c[i].tries, i % 3 == 0 ? 1u : 7u);
  }
}

// ---- In threadgroup memory
// -----------------------------------------------------------------------------------

inline constexpr auto slower =
    eg::function<"slower">([](eg::threadgroup<particle, "near"> near, eg::value<u32> at) {
      near[at][&particle::velocity] *= 0.5f;
      return near[at][&particle::mass] + 0.0f;
    });
inline constexpr auto shares =
    eg::kernel<"shares">([](eg::gpu& g, eg::threadgroup<small, "lent"> lent, eg::inout<particle, "P"> P,
                            eg::in<small, "S"> S, eg::out<small, "T"> T, eg::out<vec<f32, 2>, "Y"> Y) {
      auto tile = g.threadgroup_memory<particle, "tile">(64);
      auto turns = g.threadgroup_memory<mat<f32, 2, 2>, "turns">(64);
      auto i = g.thread_position_in_grid(), t = g.thread_position_in_threadgroup();
      auto last = g.threads_per_threadgroup() - 1u;
      tile[t] = P[i];
      lent[t] = S[i];
      auto const heavy = P[i][&particle::mass];
      turns[t] = make_matrix(eg::make_vector(heavy, heavy + 1.0f), eg::make_vector(-heavy, 2.0f * heavy));
      auto const mass = slower(tile, t);
      g.threadgroup_barrier();
      P[i] = tile[last - t];
      P[i][&particle::mass] += mass;
      T[i] = lent[last - t];
      T[i][&small::a] = lent[t][&small::a] + 1;
      Y[i] = turns[last - t] * turns[t][1];
    });
TEST(structs, in_threadgroup_memory) {
  auto p = particles();
  auto const before = p;
  auto const x = mixtures();
  std::vector<small> s(n), t(n);
  for (std::size_t i = 0; i < n; ++i)
    s[i] = x[i].first;
  std::vector<vec<f32, 2>> y(n);
  ASSERT_TRUE(both(eg::compile<shares>(), row, eg::threadgroup_length(64), eg::inout(p), eg::in(s),
                   eg::out(t), eg::out(y)));
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t const first = i / 64 * 64, last = first + 63 < n ? first + 63 : n - 1;
    particle const &from = before[last - (i - first)], &own = before[i];
    ASSERT_EQ(p[i].mass, from.mass + own.mass);
    ASSERT_EQ(p[i].position, from.position);
    for (int k = 0; k < 3; ++k)
      ASSERT_EQ(p[i].velocity[k], from.velocity[k] * 0.5f);
    ASSERT_EQ(p[i].alive, from.alive);
    ASSERT_EQ(t[i].c, s[last - (i - first)].c);
    ASSERT_EQ(t[i].a, static_cast<u8>(s[i].a + 1));
    f32 const m = from.mass, v[2] = {-own.mass, 2 * own.mass};
    ASSERT_EQ(y[i][0], m * v[0] + -m * v[1]);
    ASSERT_EQ(y[i][1], (m + 1) * v[0] + 2 * m * v[1]);
  }
  std::string const text(eg::compile<shares>().metal_source());
  EXPECT_NE(text.find("static inline float slower(threadgroup particle* near, uint x) {\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("kernel void shares(threadgroup small* lent [[threadgroup(0)]],\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("  threadgroup particle tile[64];\n  threadgroup float2x2 turns[64];\n"),
            std::string::npos)
      << text;
  EXPECT_NE(eg::compile<shares>().ir().find("  memory tile : threadgroup particle[64] loaded stored\n"),
            std::string::npos);
}

inline constexpr auto forgets =
    eg::kernel<"forgets">([](eg::gpu& g, eg::in<particle, "P"> P, eg::out<f32, "Y"> Y) {
      auto tile = g.threadgroup_memory<particle, "tile">(32);
      auto t = g.thread_position_in_threadgroup();
      tile[t][&particle::mass] = P[t][&particle::mass];
      Y[t] = tile[t][&particle::mass] + tile[t][&particle::velocity].read().y();
    });

// ---- Errors of a call
// ---------------------------------------------------------------------------------------

template <class F>
std::string refusal(F f) {
  try {
    f();
  } catch (eg::error const& e) {
    return e.what();
  }
  return "nothing was thrown";
}

TEST(structs, wrong_calls) {
  auto const k = eg::compile<moves>();
  eg::runtime rt(eg::backend::cpu, 1);
  auto p = particles();
  world const w{};
  EXPECT_EQ(
      refusal([&] { rt.execute(k, eg::threads(n + 32), eg::inout(p), w); }),
      "moves: load_field of alive from P at index 150 is out of range (length 150) in thread (150,0,0)");
  std::vector<world> worlds(n);
  EXPECT_EQ(refusal([&] { rt.execute(k, eg::threads(n), eg::inout(worlds), w); }),
            "moves: argument 1 (P) has elements of type particle; the call gives world");
  EXPECT_EQ(refusal([&] { rt.execute(k, eg::threads(n), eg::inout(p), 1.0f); }),
            "moves: argument 2 (w) has elements of type world; the call gives f32");
  auto const arrays = eg::compile<of_arrays>();
  auto all = shapes();
  all[3].kind = 4;
  std::vector<curve> curves(n);
  std::vector<f32> z(n);
  EXPECT_EQ(refusal([&] {
              rt.execute(arrays, eg::threads(n), eg::inout(all), curve{}, eg::out(curves), eg::out(z));
            }),
            "of_arrays: load_field of own.weights from P at index 3: element 4 of the array is out of range "
            "(length 4) in thread (3,0,0)");
  EXPECT_EQ(refusal([] {
              eg::compile(eg::kernel<"k">(
                  [](eg::gpu&, eg::inout<curve, "C"> C) { C[0][&curve::weights][4] = 1.0f; }));
            }),
            "field weights: element 4 is not one of 0 to 3");
  std::vector<f32> y(32);
  EXPECT_EQ(
      refusal([&] { rt.execute(eg::compile<forgets>(), eg::threads(32), eg::in(p), eg::out(y)); }),
      "forgets: load_field of velocity from tile at index 0 reads threadgroup memory that no thread has "
      "written, in thread (0,0,0)");
  std::vector<small> s(n);
  std::vector<vec<f32, 2>> two(n);
  EXPECT_EQ(refusal([&] {
              rt.execute(eg::compile<shares>(), eg::threads(n), eg::threadgroup_length(65), eg::inout(p),
                         eg::in(s), eg::out(s), eg::out(two));
            }),
            "shares: argument 1 (lent) gets 65 elements, which are 650 bytes; Metal takes multiples of 16 "
            "bytes: give 72");
  EXPECT_EQ(refusal([] {
              eg::compile(eg::kernel<"k">([](eg::gpu& g, eg::out<f32, "Y"> Y) {
                auto tile = g.threadgroup_memory<particle, "tile">(683);
                Y[0] = tile[0][&particle::mass];
              }));
            }),
            "threadgroup_memory tile: the kernel needs 32784 bytes of threadgroup memory; Metal has 32768");
  auto const prepared = rt.prepare(k, eg::threads(n), eg::inout(p), world{vec<float, 3>{1, 2, 3}, 1, 2, {}});
  EXPECT_EQ(prepared.read_output<particle>("P").size(), n);
  EXPECT_EQ(refusal([&] { prepared.read_output<world>("P"); }),
            "moves: argument 1 (P) has elements of type particle, not world");
}

inline constexpr auto wide_indices =
    eg::kernel<"wide_indices">([](eg::gpu& g, eg::inout<particle, "P"> P, eg::scalar<i64, "from"> from) {
      auto i = eg::cast<i64>(g.thread_position_in_grid()) + from;
      P[i][&particle::mass] = P[i][&particle::mass] + 1;
    });
TEST(structs, wide_indices) {
  auto p = particles();
  auto const before = p;
  ASSERT_TRUE(both(eg::compile<wide_indices>(), {{40}, {32}}, eg::inout(p), i64{100}));
  ASSERT_EQ(p[139].mass, before[139].mass + 1);
  eg::runtime rt(eg::backend::cpu, 1);
  EXPECT_EQ(
      refusal([&] { rt.execute(eg::compile<wide_indices>(), eg::threads(2), eg::inout(p), i64{-1}); }),
      "wide_indices: load_field of mass from P at index -1 is out of range (length 150) in thread (0,0,0)");
}

} // namespace
