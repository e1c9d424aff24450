// SPDX-License-Identifier: MIT
// Matrices: the executor against the text that the machine runs, bit by bit, and both against plain C++.
#include "both.hpp"

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

namespace {

namespace eg = enigma;
using eg::f16;
using eg::f32;
using eg::mat;
using eg::u32;
using eg::vec;
using witness::both;

constexpr std::size_t n = 200;
constexpr witness::shape row{{n}, {64}};

template <class T>
std::vector<T> numbers(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  float const inf = std::numeric_limits<float>::infinity();
  std::vector<float> const edges{0.0f,          -0.0f, 1.0f,     -1.0f,   0.5f,  inf,      -inf,
                                 std::nanf(""), 1e-7f, 1.4e-45f, 6.1e-5f, 3e38f, 60000.0f, -1e-30f};
  std::vector<T> v(count);
  for (std::size_t i = 0; i < count; ++i)
    v[i] = i < count / 5 ? T(edges[random() % edges.size()])
                         : T(static_cast<float>(random() % 4001) / 1000.0f - 2.0f);
  return v;
}

/// Columns of R neighbouring elements.
template <class T, int C, int R, class Buffer, class Index>
constexpr auto load_matrix(Buffer const& b, Index const& at) {
  auto column = [&](int c) { return b.template load<R>(at + c * R); };
  if constexpr (C == 2)
    return make_matrix(column(0), column(1));
  else if constexpr (C == 3)
    return make_matrix(column(0), column(1), column(2));
  else
    return make_matrix(column(0), column(1), column(2), column(3));
}
template <int C, int R, class Buffer, class Index, class M>
constexpr void store_matrix(Buffer const& b, Index const& at, M const& m) {
  for (int c = 0; c < C; ++c)
    b.store(at + c * R, m[c]);
}

// ---- Every shape -----------------------------------------------------------------------------------------

// Vectors of two and four stand at multiples of their length, since matrices do.
template <class T, int C, int R>
inline constexpr auto shapes = eg::kernel<"shapes">(
    [](eg::gpu& g, eg::in<T, "A"> A, eg::in<T, "B"> B, eg::in<T, "V"> V, eg::in<T, "W"> W,
       eg::out<T, "Sum"> Sum, eg::out<T, "Difference"> Difference, eg::out<T, "Scaled"> Scaled,
       eg::out<T, "Transposed"> Transposed, eg::out<T, "Column"> Column, eg::out<T, "Row"> Row,
       eg::out<T, "Square"> Square, eg::out<T, "Chosen"> Chosen) {
      auto i = g.thread_position_in_grid();
      auto a = load_matrix<T, C, R>(A, i * (C * R)), b = load_matrix<T, C, R>(B, i * (C * R));
      auto v = V.template load<C>(i * C);
      auto w = W.template load<R>(i * R);
      store_matrix<C, R>(Sum, i * (C * R), a + b);
      store_matrix<C, R>(Difference, i * (C * R), a - b);
      store_matrix<C, R>(Scaled, i * (C * R), v[0] * a * 0.5f);
      auto t = transpose(b);
      store_matrix<R, C>(Transposed, i * (C * R), t);
      Column.store(i * R, a * v);
      Row.store(i * C, w * a);
      store_matrix<R, R>(Square, i * (R * R), a * t);
      store_matrix<C, R>(Chosen, i * (C * R), select(a, -b, v[0] < w[0]));
    });

/// Column after column, as f32.
template <class T>
using elements = std::vector<T>;

template <class T>
float at(elements<T> const& m, std::size_t i, int rows, int size, int c, int r) {
  return static_cast<float>(m[i * static_cast<std::size_t>(size) + static_cast<std::size_t>(c * rows + r)]);
}

template <class T, int C, int R>
void test_shape() {
  SCOPED_TRACE(std::to_string(C) + "x" + std::to_string(R));
  auto const a = numbers<T>(n * C * R, 1), b = numbers<T>(n * C * R, 2), v = numbers<T>(n * C, 3),
             w = numbers<T>(n * R, 4);
  std::vector<T> sum(n * C * R), difference(n * C * R), scaled(n * C * R), transposed(n * C * R),
      column(n * R), line(n * C), square(n * R * R), chosen(n * C * R);
  ASSERT_TRUE(both(eg::compile<shapes<T, C, R>>(), row, eg::in(a), eg::in(b), eg::in(v), eg::in(w),
                   eg::out(sum), eg::out(difference), eg::out(scaled), eg::out(transposed), eg::out(column),
                   eg::out(line), eg::out(square), eg::out(chosen)));
  auto const equal = [](T got, float wanted) { return witness::same(got, T(wanted)); };
  for (std::size_t i = 0; i < n; ++i) {
    float const v0 = at(v, i, 1, C, 0, 0), w0 = at(w, i, 1, R, 0, 0);
    for (int c = 0; c < C; ++c)
      for (int r = 0; r < R; ++r) {
        float const x = at(a, i, R, C * R, c, r), y = at(b, i, R, C * R, c, r);
        std::size_t const k = i * C * R + static_cast<std::size_t>(c * R + r);
        ASSERT_TRUE(equal(sum[k], x + y));
        ASSERT_TRUE(equal(difference[k], x - y));
        ASSERT_TRUE(equal(scaled[k], static_cast<float>(T(v0 * x)) * 0.5f));
        ASSERT_TRUE(equal(transposed[i * C * R + static_cast<std::size_t>(r * C + c)], y));
        ASSERT_TRUE(equal(chosen[k], v0 < w0 ? y * -1.0f : x));
      }
    for (int r = 0; r < R; ++r) {
      float s = at(a, i, R, C * R, 0, r) * at(v, i, 1, C, 0, 0);
      for (int c = 1; c < C; ++c)
        s += at(a, i, R, C * R, c, r) * at(v, i, 1, C, c, 0);
      ASSERT_TRUE(equal(column[i * R + static_cast<std::size_t>(r)], s));
      for (int other = 0; other < R; ++other) {
        float q = at(a, i, R, C * R, 0, r) * at(b, i, R, C * R, 0, other);
        for (int c = 1; c < C; ++c)
          q += at(a, i, R, C * R, c, r) * at(b, i, R, C * R, c, other);
        ASSERT_TRUE(equal(square[i * R * R + static_cast<std::size_t>(other * R + r)], q));
      }
    }
    for (int c = 0; c < C; ++c) {
      float s = at(w, i, 1, R, 0, 0) * at(a, i, R, C * R, c, 0);
      for (int r = 1; r < R; ++r)
        s += at(w, i, 1, R, r, 0) * at(a, i, R, C * R, c, r);
      ASSERT_TRUE(equal(line[i * C + static_cast<std::size_t>(c)], s));
    }
  }
}
template <class T>
void test_shapes() {
  test_shape<T, 2, 2>();
  test_shape<T, 2, 3>();
  test_shape<T, 2, 4>();
  test_shape<T, 3, 2>();
  test_shape<T, 3, 3>();
  test_shape<T, 3, 4>();
  test_shape<T, 4, 2>();
  test_shape<T, 4, 3>();
  test_shape<T, 4, 4>();
}
TEST(matrices, every_shape_of_f32) {
  test_shapes<f32>();
}
TEST(matrices, every_shape_of_f16) {
  test_shapes<f16>();
}

// ---- Square ones -----------------------------------------------------------------------------------------

template <class T, int N>
inline constexpr auto squares =
    eg::kernel<"squares">([](eg::gpu& g, eg::in<T, "A"> A, eg::out<T, "Determinant"> Determinant,
                             eg::out<T, "Power"> Power, eg::out<T, "Diagonal"> Diagonal) {
      auto i = g.thread_position_in_grid();
      auto a = load_matrix<T, N, N>(A, i * (N * N));
      auto d = determinant(a);
      Determinant[i] = d;
      auto power = g.variable(a);
      g.for_range(2, [&](auto) { power *= a; });
      auto m = g.for_range(3, eg::carry(power.read()), [&](auto, auto x) { return x + a; });
      power -= m;
      store_matrix<N, N>(Power, i * (N * N), power.read());
      auto diagonal = eg::diagonal<mat<T, N, N>>(d);
      diagonal = make_matrix<mat<T, 2, 2>>(diagonal[0][0], diagonal[0][1], d, 2)[0].x() * diagonal;
      store_matrix<N, N>(Diagonal, i * (N * N), diagonal);
    });

/// By the first row, as f32, in this order.
float determinant_of(std::vector<float> const& m, std::size_t size) {
  if (size == 2)
    return m[0] * m[3] - m[2] * m[1];
  float sum = 0;
  for (std::size_t c = 0; c < size; ++c) {
    std::vector<float> rest;
    for (std::size_t k = 0; k < size * size; ++k)
      if (k / size != c && k % size != 0)
        rest.push_back(m[k]);
    float const part = m[c * size] * determinant_of(rest, size - 1);
    sum = c == 0 ? part : c % 2 == 0 ? sum + part : sum - part;
  }
  return sum;
}

template <class T, std::size_t N>
void test_square() {
  auto const a = numbers<T>(n * N * N, 5);
  std::vector<T> determinants(n), powers(n * N * N), diagonals(n * N * N);
  ASSERT_TRUE(both(eg::compile<squares<T, static_cast<int>(N)>>(), row, eg::in(a), eg::out(determinants),
                   eg::out(powers), eg::out(diagonals)));
  using matrix = std::vector<T>;
  auto const times = [](matrix const& x, matrix const& y) {
    matrix z(N * N);
    for (std::size_t c = 0; c < N; ++c)
      for (std::size_t r = 0; r < N; ++r) {
        float sum = 0;
        for (std::size_t k = 0; k < N; ++k) {
          float const part = static_cast<float>(x[k * N + r]) * static_cast<float>(y[c * N + k]);
          sum = k == 0 ? part : sum + part;
        }
        z[c * N + r] = T(sum);
      }
    return z;
  };
  for (std::size_t i = 0; i < n; ++i) {
    matrix const m(a.data() + i * N * N, a.data() + (i + 1) * N * N);
    std::vector<float> wide;
    for (T const x : m)
      wide.push_back(static_cast<float>(x));
    T const d(determinant_of(wide, N));
    ASSERT_TRUE(witness::same(determinants[i], d)) << i;
    matrix const power = times(times(m, m), m);
    for (std::size_t k = 0; k < N * N; ++k) {
      T x = power[k];
      for (int step = 0; step < 3; ++step)
        x = T(static_cast<float>(x) + static_cast<float>(m[k]));
      ASSERT_TRUE(
          witness::same(powers[i * N * N + k], T(static_cast<float>(power[k]) - static_cast<float>(x))));
      float const on = k % (N + 1) == 0 ? static_cast<float>(d) : 0.0f;
      ASSERT_TRUE(witness::same(diagonals[i * N * N + k], T(static_cast<float>(d) * on))) << i << ' ' << k;
    }
  }
}
TEST(matrices, square_ones) {
  test_square<f32, 2>();
  test_square<f32, 3>();
  test_square<f32, 4>();
  test_square<f16, 2>();
  test_square<f16, 3>();
  test_square<f16, 4>();
}

// ---- Conversions, the text -------------------------------------------------------------------------------

inline constexpr auto converted = eg::kernel<"converted">(
    [](eg::gpu& g, eg::in<f32, "X"> X, eg::out<f16, "Narrow"> Narrow, eg::out<f32, "Back"> Back) {
      auto i = g.thread_position_in_grid();
      auto m = load_matrix<f32, 2, 2>(X, i * 4);
      auto narrow = eg::cast<f16>(m);
      store_matrix<2, 2>(Narrow, i * 4, narrow);
      store_matrix<2, 2>(Back, i * 4, eg::cast<f32>(narrow) * m);
    });
TEST(matrices, conversions) {
  auto const x = numbers<f32>(n * 4, 6);
  std::vector<f16> narrow(n * 4);
  std::vector<f32> back(n * 4);
  ASSERT_TRUE(both(eg::compile<converted>(), row, eg::in(x), eg::out(narrow), eg::out(back)));
  for (std::size_t k = 0; k < n * 4; ++k)
    ASSERT_TRUE(witness::same(narrow[k], f16(x[k])));
}

// A uniform matrix, one that some threads change, and products that have to keep their parentheses.
inline constexpr auto rotates = eg::kernel<"rotates">(
    [](eg::gpu& g, eg::scalar<f32, "c"> c, eg::scalar<f32, "s"> s, eg::inout<f32, "P"> P) {
      auto i = g.thread_position_in_grid();
      eg::value<f32> const cosine = c, sine = s;
      auto turn = g.variable<"turn">(make_matrix<mat<f32, 2, 2>>(cosine, sine, -sine, cosine));
      g.if_(i % 2 == 0, [&] { turn = transpose(turn.read()); });
      auto p = P.load<2>(2 * i);
      auto m = turn.read();
      P.store(2 * i, m * (m * p) + m * m * p * 0.5f + p * 2.0f * m);
    });
TEST(matrices, in_branches) {
  auto p = numbers<f32>(2 * n, 7);
  auto const before = p;
  ASSERT_TRUE(both(eg::compile<rotates>(), row, 0.6f, 0.8f, eg::inout(p)));
  for (std::size_t i = n / 4; i < n; ++i) {
    double const c = 0.6, s = i % 2 == 0 ? -0.8 : 0.8;
    double const x = static_cast<double>(before[2 * i]), y = static_cast<double>(before[2 * i + 1]);
    double const twice_x = (c * c - s * s) * x - 2 * c * s * y;
    ASSERT_NEAR(static_cast<double>(p[2 * i]), 1.5 * twice_x + 2 * (c * x + s * y), 1e-4);
  }
  EXPECT_EQ(std::string(eg::compile<rotates>().metal_source()),
            R"(#include <metal_stdlib>
using namespace metal;

kernel void rotates(constant float& c [[buffer(0)]],
                    constant float& s [[buffer(1)]],
                    device float* P [[buffer(2)]],
                    uint gid [[thread_position_in_grid]]) {
  float2x2 turn = float2x2(float2(c, s), float2(-s, c));
  if (gid % 2u == 0u) {
    turn = transpose(turn);
  }
  const uint v0 = 2u * gid;
  const float2 v1 = *(device float2*)(P + v0);
  const float2 v2 = turn * (turn * v1) + turn * turn * v1 * 0.5f;
  *(device float2*)(P + v0) = v2 + v1 * 2.0f * turn;
}
)");
}

} // namespace
