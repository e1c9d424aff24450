// SPDX-License-Identifier: MIT
// Functions of whole vectors, and numbers packed in words: the executor against the text that the machine
// runs, bit by bit, and both against plain C++.
#include "both.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace {

namespace eg = enigma;
using eg::bf16;
using eg::f16;
using eg::f32;
using eg::i32;
using eg::i8;
using eg::u16;
using eg::u32;
using eg::u8;
using witness::both;

constexpr witness::shape row(u32 threads) {
  return {{threads}, {64}};
}

// ---- Geometry
// ----------------------------------------------------------------------------------------------

template <class T, int N>
constexpr auto geometry_body = [](eg::gpu& g, eg::in<T, "A"> A, eg::in<T, "B"> B, eg::in<T, "C"> C,
                                  eg::in<T, "E"> E, eg::out<T, "Dot"> Dot, eg::out<T, "Length"> Length,
                                  eg::out<T, "Squared"> Squared, eg::out<T, "Distance"> Distance,
                                  eg::out<T, "DistanceSquared"> DistanceSquared, eg::out<T, "Normal"> Normal,
                                  eg::out<T, "Reflected"> Reflected, eg::out<T, "Refracted"> Refracted,
                                  eg::out<T, "Facing"> Facing) {
  auto i = g.thread_position_in_grid();
  auto at = i * N;
  auto a = A.template load<N>(at), b = B.template load<N>(at), c = C.template load<N>(at);
  Dot[i] = dot(a, b);
  Length[i] = length(a);
  Squared[i] = length_squared(a);
  Distance[i] = distance(a, b);
  DistanceSquared[i] = distance_squared(a, b);
  Normal.store(at, normalize(a));
  Reflected.store(at, reflect(a, b));
  Refracted.store(at, refract(a, b, E[i]));
  Facing.store(at, faceforward(a, b, c));
};
template <class T, int N>
inline constexpr auto geometry = eg::kernel<"geometry">(geometry_body<T, N>);

template <class T>
inline constexpr auto crosses =
    eg::kernel<"crosses">([](eg::gpu& g, eg::in<T, "A"> A, eg::in<T, "B"> B, eg::out<T, "C"> C) {
      auto at = 3 * g.thread_position_in_grid();
      C.store(at, cross(A.template load<3>(at), B.template load<3>(at)));
    });

template <class T>
T number(double x) {
  return T(static_cast<float>(x));
}
template <class T>
double as_double(T x) {
  return static_cast<double>(static_cast<float>(x));
}

/// Edge values everywhere, each beside each, then numbers between -2 and 2.
template <class T>
std::vector<T> vectors(std::size_t count, int lanes, unsigned seed) {
  std::mt19937 random(seed);
  float const inf = std::numeric_limits<float>::infinity();
  std::vector<float> const edges{0.0f,          -0.0f, 1.0f,     -1.0f,   0.5f,  inf,      -inf,
                                 std::nanf(""), 1e-7f, 1.4e-45f, 6.1e-5f, 3e38f, 60000.0f, -1e-30f};
  std::vector<T> v(count * static_cast<std::size_t>(lanes));
  for (std::size_t i = 0; i < v.size(); ++i)
    v[i] = i < v.size() / 4 ? T(edges[random() % edges.size()])
                            : number<T>(static_cast<double>(random() % 4001) / 1000.0 - 2.0);
  return v;
}

/// Near to what doubles give, where nothing overflows: a few units of T's last place, of the larger numbers
/// that went into it.
template <class T>
bool near(T got, double wanted, double magnitude) {
  double const unit = std::is_same_v<T, f16> ? 0x1p-10 : 0x1p-23;
  return std::fabs(as_double(got) - wanted) <= 8 * unit * (magnitude + std::fabs(wanted)) + 1e-7;
}

template <class T, int N>
void test_geometry() {
  constexpr std::size_t n = 600;
  auto const a = vectors<T>(n, N, 1), b = vectors<T>(n, N, 2), c = vectors<T>(n, N, 3);
  std::vector<T> e(n);
  for (std::size_t i = 0; i < n; ++i)
    e[i] = number<T>(0.25 + static_cast<double>(i % 7) / 4.0);
  std::vector<T> out[9];
  for (int k = 0; k < 9; ++k)
    out[k].resize(k < 5 ? n : n * N);
  ASSERT_TRUE(both(eg::compile<geometry<T, N>>(), row(n), eg::in(a), eg::in(b), eg::in(c), eg::in(e),
                   eg::out(out[0]), eg::out(out[1]), eg::out(out[2]), eg::out(out[3]), eg::out(out[4]),
                   eg::out(out[5]), eg::out(out[6]), eg::out(out[7]), eg::out(out[8])));

  auto const& [dots, lengths, squares, distances, distances_squared, normals, reflected, refracted, facing] =
      out;
  int sides[2]{}, refractions[2]{};
  for (std::size_t i = n / 4 + 1; i < n; ++i) {
    std::size_t const at = i * N;
    double ab = 0, aa = 0, dd = 0, cb = 0;
    for (std::size_t k = at; k < at + N; ++k) {
      ab += as_double(a[k]) * as_double(b[k]);
      aa += as_double(a[k]) * as_double(a[k]);
      dd += std::pow(as_double(a[k]) - as_double(b[k]), 2);
      cb += as_double(c[k]) * as_double(b[k]);
    }
    ASSERT_TRUE(near(dots[i], ab, 4)) << i;
    ASSERT_TRUE(near(lengths[i], std::sqrt(aa), 0)) << i;
    ASSERT_TRUE(near(squares[i], aa, 0)) << i;
    ASSERT_TRUE(near(distances[i], std::sqrt(dd), 0)) << i;
    ASSERT_TRUE(near(distances_squared[i], dd, 0)) << i;
    double const eta = as_double(e[i]);
    double const k = 1 - eta * eta * (1 - ab * ab);
    bool const decided = std::fabs(k) > 0.05 && std::fabs(cb) > 0.05;
    if (decided)
      ++sides[cb < 0], ++refractions[k < 0];
    for (std::size_t j = at; j < at + N; ++j) {
      double const x = as_double(a[j]), y = as_double(b[j]);
      if (aa > 0.1) {
        ASSERT_TRUE(near(normals[j], x / std::sqrt(aa), 1)) << i;
      }
      ASSERT_TRUE(near(reflected[j], x - 2 * ab * y, 40)) << i;
      if (decided) {
        ASSERT_TRUE(near(refracted[j], k < 0 ? 0 : eta * x - (eta * ab + std::sqrt(k)) * y, 400)) << i;
        ASSERT_EQ(as_double(facing[j]), cb < 0 ? x : -x) << i;
      }
    }
  }
  for (int const count : {sides[0], sides[1], refractions[0], refractions[1]})
    EXPECT_GT(count, 10);
}

TEST(vectors, geometry_of_f32) {
  test_geometry<f32, 2>();
  test_geometry<f32, 3>();
  test_geometry<f32, 4>();
}
TEST(vectors, geometry_of_f16) {
  test_geometry<f16, 2>();
  test_geometry<f16, 3>();
  test_geometry<f16, 4>();
}

template <class T>
void test_cross() {
  constexpr std::size_t n = 500;
  auto const a = vectors<T>(n, 3, 4), b = vectors<T>(n, 3, 5);
  std::vector<T> c(3 * n);
  ASSERT_TRUE(both(eg::compile<crosses<T>>(), row(n), eg::in(a), eg::in(b), eg::out(c)));
  for (std::size_t i = n / 4 + 1; i < n; ++i) {
    double x[3], y[3];
    for (std::size_t k = 0; k < 3; ++k)
      x[k] = as_double(a[3 * i + k]), y[k] = as_double(b[3 * i + k]);
    ASSERT_TRUE(near(c[3 * i], x[1] * y[2] - x[2] * y[1], 8));
    ASSERT_TRUE(near(c[3 * i + 1], x[2] * y[0] - x[0] * y[2], 8));
    ASSERT_TRUE(near(c[3 * i + 2], x[0] * y[1] - x[1] * y[0], 8));
  }
}
TEST(vectors, cross) {
  test_cross<f32>();
  test_cross<f16>();
}

// In some threads only, of values that are equal in all threads, and where a scalar fills the lanes.
inline constexpr auto mixed =
    eg::kernel<"mixed">([](eg::gpu& g, eg::in<f32, "X"> X, eg::scalar<f32, "s"> s, eg::inout<f32, "Y"> Y) {
      auto i = g.thread_position_in_grid();
      auto x = X.load<2>(2 * i);
      auto uniform = make_vector(s, s + 1, s + 2);
      g.if_(x.x() > 0, [&] { Y[i] = dot(x, s) + length_squared(uniform); }).else_([&] {
        Y[i] += dot(uniform, 1);
      });
    });
TEST(vectors, some_threads_and_equal_values) {
  constexpr std::size_t n = 200;
  std::vector<float> x(2 * n), y(n, 1.0f), wanted(n);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<float>(i * 7 % 11) - 5;
  for (std::size_t i = 0; i < n; ++i)
    wanted[i] = x[2 * i] > 0 ? 2 * x[2 * i] + 2 * x[2 * i + 1] + 4 + 9 + 16 : 1.0f + 2 + 3 + 4;
  ASSERT_TRUE(both(eg::compile<mixed>(), row(n), eg::in(x), 2.0f, eg::inout(y)));
  EXPECT_EQ(y, wanted);
}

template <int N>
inline constexpr auto votes =
    eg::kernel<"votes">([](eg::gpu& g, eg::in<f32, "X"> X, eg::out<u32, "All"> All, eg::out<u32, "Any"> Any) {
      auto i = g.thread_position_in_grid();
      auto positive = X.load<N>(i * N) > 0;
      All[i] = eg::cast<u32>(all(positive));
      Any[i] = eg::cast<u32>(any(positive));
    });
template <int N>
void test_votes() {
  constexpr std::size_t n = 128;
  std::vector<float> x(n * N);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = (i / N >> i % N & 1) != 0 ? 1.0f : -1.0f;
  std::vector<u32> every(n), some(n);
  ASSERT_TRUE(both(eg::compile<votes<N>>(), row(n), eg::in(x), eg::out(every), eg::out(some)));
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t const bits = i % (1 << N);
    ASSERT_EQ(every[i], bits == (1 << N) - 1 ? 1u : 0u);
    ASSERT_EQ(some[i], bits != 0 ? 1u : 0u);
  }
}
TEST(vectors, all_and_any) {
  test_votes<2>();
  test_votes<3>();
  test_votes<4>();
}

// Lanes of bools and of bfloats in another order are spelled out, others are a swizzle.
inline constexpr auto turned =
    eg::kernel<"turned">([](eg::gpu& g, eg::in<f32, "A"> A, eg::in<bool, "B"> B, eg::in<bf16, "C"> C,
                            eg::out<f32, "X"> X, eg::out<bool, "Y"> Y, eg::out<bf16, "Z"> Z) {
      auto at = g.thread_position_in_grid() * 4;
      X.store(at, eg::lanes<"wzyx">(A.load<4>(at)));
      Y.store(at, eg::lanes<"wzyx">(B.load<4>(at)));
      Z.store(at, eg::lanes<"wzyx">(C.load<4>(at)));
    });
TEST(vectors, lanes_in_another_order) {
  constexpr u32 n = 64;
  std::vector<f32> a(4 * n), x(a.size());
  std::vector<bf16> c(a.size()), z(a.size());
  bool b[4 * n], y[4 * n]{};
  for (std::size_t i = 0; i < a.size(); ++i)
    a[i] = static_cast<f32>(i), b[i] = i % 3 == 0, c[i] = bf16(static_cast<f32>(i % 100));
  constexpr auto k = eg::compile<turned>();
  EXPECT_NE(k.metal_source().find(".wzyx"), std::string_view::npos);
  ASSERT_TRUE(both(k, row(n), eg::in(a), eg::in(b), eg::in(c), eg::out(x), eg::out(y), eg::out(z)));
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t const other = i / 4 * 4 + (3 - i % 4);
    ASSERT_TRUE(x[i] == a[other] && y[i] == b[other] && static_cast<f32>(z[i]) == static_cast<f32>(c[other]));
  }
}

// ---- Normalised numbers in words -------------------------------------------------------------------------

struct format {
  char const* name;
  std::vector<int> bits;
  bool is_signed = false, srgb = false;

  std::uint64_t most(std::size_t lane) const { return (1u << (bits[lane] - (is_signed ? 1 : 0))) - 1; }
};
std::vector<format> const formats{
    {"unorm4x8", {8, 8, 8, 8}}, {"snorm4x8", {8, 8, 8, 8}, true}, {"srgb", {8, 8, 8, 8}, false, true},
    {"unorm2x16", {16, 16}},    {"snorm2x16", {16, 16}, true},    {"unorm10a2", {10, 10, 10, 2}},
    {"unorm565", {5, 6, 5}}};

double unpacked(format const& f, std::size_t lane, std::uint64_t word) {
  int shift = 0;
  for (std::size_t k = 0; k < lane; ++k)
    shift += f.bits[k];
  auto number = static_cast<long long>(word >> shift & ((1u << f.bits[lane]) - 1));
  if (f.is_signed && number > static_cast<long long>(f.most(lane)))
    number -= 1LL << f.bits[lane];
  double const x = std::fmax(-1.0, static_cast<double>(number) / static_cast<double>(f.most(lane)));
  return !f.srgb || lane == 3 ? x : x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
}

/// The field, unless it hangs by a thread between two.
bool packed(format const& f, std::size_t lane, double x, std::uint64_t& field) {
  double y = x != x ? 0.0 : std::fmin(1.0, std::fmax(f.is_signed ? -1.0 : 0.0, x));
  if (f.srgb && lane != 3)
    y = y < 0.0031308 ? 12.92 * y : 1.055 * std::pow(y, 1 / 2.4) - 0.055;
  double const scaled = y * static_cast<double>(f.most(lane));
  if (std::fabs(scaled - std::floor(scaled) - 0.5) < 0.01)
    return false;
  auto const number = static_cast<long long>(std::nearbyint(scaled));
  field = static_cast<std::uint64_t>(number) & ((1u << f.bits[lane]) - 1);
  return true;
}

template <class T>
inline constexpr auto unpacks =
    eg::kernel<"unpacks">([](eg::gpu& g, eg::in<u32, "W"> W, eg::out<T, "A"> A, eg::out<T, "B"> B,
                             eg::out<T, "C"> C, eg::out<T, "D"> D, eg::out<T, "E"> E, eg::out<T, "F"> F,
                             eg::out<T, "G"> G, eg::out<u32, "Again"> Again) {
      auto i = g.thread_position_in_grid();
      auto w = W[i];
      auto a = eg::unpack_unorm4x8<T>(w);
      auto b = eg::unpack_snorm4x8<T>(w);
      auto c = eg::unpack_unorm4x8_srgb<T>(w);
      auto d = eg::unpack_unorm2x16<T>(w);
      auto e = eg::unpack_snorm2x16<T>(w);
      auto f = eg::unpack_unorm10a2<T>(w);
      auto h = eg::unpack_unorm565<T>(eg::cast<u16>(w));
      A.store(4 * i, a), B.store(4 * i, b), C.store(4 * i, c), D.store(2 * i, d);
      E.store(2 * i, e), F.store(4 * i, f), G.store(3 * i, h);
      auto const put = [&](int k, auto x) { Again[7 * i + k] = x; };
      put(0, pack_unorm4x8(a)), put(1, pack_snorm4x8(b)), put(2, pack_srgb_unorm4x8(c));
      put(3, pack_unorm2x16(d)), put(4, pack_snorm2x16(e)), put(5, pack_unorm10a2(f));
      put(6, eg::cast<u32>(pack_unorm565(h)));
    });

template <class T>
void test_unpacking() {
  constexpr std::size_t n = 65536; // all words of 16 bits; above them a mixture
  std::vector<u32> words(n), again(7 * n);
  std::mt19937 random(6);
  for (std::size_t i = 0; i < n; ++i)
    words[i] = static_cast<u32>(i) | static_cast<u32>(random() & 0xffff) << 16;
  std::vector<T> out[7];
  for (std::size_t k = 0; k < 7; ++k)
    out[k].resize(n * formats[k].bits.size());
  ASSERT_TRUE(both(eg::compile<unpacks<T>>(), row(n), eg::in(words), eg::out(out[0]), eg::out(out[1]),
                   eg::out(out[2]), eg::out(out[3]), eg::out(out[4]), eg::out(out[5]), eg::out(out[6]),
                   eg::out(again)));
  double const unit = std::is_same_v<T, f16> ? 0x1p-11 : 0x1p-22;
  for (std::size_t k = 0; k < 7; ++k) {
    format const& f = formats[k];
    SCOPED_TRACE(f.name);
    std::size_t const lanes = f.bits.size();
    bool const exact = std::is_same_v<T, f32> || f.bits[0] <= 10;
    for (std::size_t i = 0; i < n; ++i) {
      std::uint64_t wanted = 0;
      int shift = 0;
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        double const x = unpacked(f, lane, words[i]);
        ASSERT_NEAR(as_double(out[k][i * lanes + lane]), x, unit * std::fabs(x) + 1e-7) << words[i];
        std::uint64_t field = words[i] >> shift & ((1u << f.bits[lane]) - 1);
        if (f.is_signed && field == f.most(lane) + 1)
          ++field; // the second number that means -1 comes back as the first
        wanted |= field << shift;
        shift += f.bits[lane];
      }
      if (exact && !(f.srgb && std::is_same_v<T, f16>)) {
        ASSERT_EQ(again[7 * i + k], wanted);
      }
    }
  }
}
TEST(packing, every_word_is_unpacked_to_f32) {
  test_unpacking<f32>();
}
TEST(packing, every_word_is_unpacked_to_f16) {
  test_unpacking<f16>();
}

template <class T>
inline constexpr auto packs = eg::kernel<"packs">([](eg::gpu& g, eg::in<T, "X"> X, eg::out<u32, "W"> W) {
  auto i = g.thread_position_in_grid();
  auto x = X.template load<4>(4 * i);
  auto const put = [&](int k, auto w) { W[7 * i + k] = w; };
  put(0, pack_unorm4x8(x)), put(1, pack_snorm4x8(x)), put(2, pack_srgb_unorm4x8(x));
  put(3, pack_unorm2x16(eg::lanes<"xy">(x))), put(4, pack_snorm2x16(eg::lanes<"xy">(x)));
  put(5, pack_unorm10a2(x)), put(6, eg::cast<u32>(pack_unorm565(eg::lanes<"xyz">(x))));
});
template <class T>
void test_packing() {
  constexpr std::size_t n = 4000;
  auto x = vectors<T>(n, 4, 7);
  // Halves of fields go to the even neighbour.
  for (std::size_t i = 0; i < 63; ++i)
    x[i] = number<T>((2.0 * static_cast<double>(i) + 1.0) / 126.0);
  std::vector<u32> words(7 * n);
  ASSERT_TRUE(both(eg::compile<packs<T>>(), row(n), eg::in(x), eg::out(words)));
  int checked = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < 7; ++k) {
      format const& f = formats[k];
      int shift = 0;
      for (std::size_t lane = 0; lane < f.bits.size(); ++lane) {
        std::uint64_t wanted = 0;
        if (packed(f, lane, as_double(x[4 * i + lane]), wanted)) {
          ASSERT_EQ(words[7 * i + k] >> shift & ((1u << f.bits[lane]) - 1), wanted)
              << f.name << " of " << as_double(x[4 * i + lane]);
          ++checked;
        }
        shift += f.bits[lane];
      }
    }
  EXPECT_GT(checked, 80000);
}
TEST(packing, numbers_of_f32) {
  test_packing<f32>();
}
TEST(packing, numbers_of_f16) {
  test_packing<f16>();
}

// ---- Shifts of narrow integers ---------------------------------------------------------------------------

// Lanes of a vector count modulo their width; a scalar is an int for MSL, which counts modulo 32.
template <class T, int N>
inline constexpr auto narrow_shifts = eg::kernel<"narrow_shifts">(
    [](eg::gpu& g, eg::in<T, "X"> X, eg::in<T, "Count"> Count, eg::out<T, "Up"> Up, eg::out<T, "Down"> Down,
       eg::out<T, "Scalar"> Scalar) {
      auto i = g.thread_position_in_grid();
      auto x = X.template load<N>(i * N), n = Count.template load<N>(i * N);
      Up.store(i * N, x << n);
      Down.store(i * N, x >> n);
      Scalar[2 * i] = x[0] << n[0];
      Scalar[2 * i + 1] = x[0] >> n[0];
    });

template <class T, int N>
void test_narrow_shifts() {
  constexpr int width = 8 * sizeof(T);
  constexpr std::size_t n = 4096, lanes = static_cast<std::size_t>(N);
  std::mt19937 random(N);
  std::vector<T> x(n * lanes), count(n * lanes), up(n * lanes), down(n * lanes), scalar(2 * n);
  for (bool const past_the_width : {false, true}) {
    constexpr int edges[] = {0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 63, 64, 127, 128, 255};
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = static_cast<T>(i % 3 == 0 ? edges[random() % std::size(edges)] : static_cast<int>(random()));
      int const c = edges[random() % std::size(edges)];
      count[i] = static_cast<T>(past_the_width ? (i % 2 == 0 ? c : -c) : c % width);
    }
    // There is no count past the width in C++, which the machine makes of the text.
    if (past_the_width)
      eg::runtime().execute(eg::compile<narrow_shifts<T, N>>(), eg::threads(n), eg::in(x), eg::in(count),
                            eg::out(up), eg::out(down), eg::out(scalar));
    else
      ASSERT_TRUE(both(eg::compile<narrow_shifts<T, N>>(), row(n), eg::in(x), eg::in(count), eg::out(up),
                       eg::out(down), eg::out(scalar)));
    for (std::size_t i = 0; i < x.size(); ++i) {
      int const c = count[i] & (width - 1);
      ASSERT_EQ(up[i], static_cast<T>(static_cast<unsigned>(x[i]) << c)) << +x[i] << " << " << +count[i];
      ASSERT_EQ(down[i], static_cast<T>(x[i] >> c)) << +x[i] << " >> " << +count[i];
    }
    for (std::size_t i = 0; i < n; ++i) {
      int const c = count[i * lanes] & 31;
      ASSERT_EQ(scalar[2 * i], static_cast<T>(static_cast<unsigned>(x[i * lanes]) << c));
      ASSERT_EQ(scalar[2 * i + 1], static_cast<T>(x[i * lanes] >> c));
    }
  }
}
TEST(shifts, of_narrow_integers) {
  test_narrow_shifts<i8, 4>();
  test_narrow_shifts<u8, 3>();
  test_narrow_shifts<eg::i16, 2>();
  test_narrow_shifts<u16, 4>();
}
TEST(shifts, of_narrow_vectors_as_text) {
  std::string const text(eg::compile<narrow_shifts<u8, 4>>().metal_source());
  EXPECT_NE(text.find(" = v1 << v2;\n"), std::string::npos) << text;
}

// Where both are known, the compiler counts as the lanes do: 9 is 1, and in a scalar 9.
inline constexpr auto known_shifts =
    eg::kernel<"known_shifts">([](eg::gpu& g, eg::in<u8, "X"> X, eg::out<u8, "Y"> Y, eg::out<u8, "Z"> Z) {
      auto i = g.thread_position_in_grid();
      auto const nine = eg::cast<u8>(g.thread_position_in_grid() * 0u + 9u);
      auto x = X.load<2>(2 * i) | 1;
      Y.store(2 * i, x >> nine);
      Z[i] = x[0] >> nine;
    });
TEST(shifts, by_known_numbers) {
  std::vector<u8> const x{255, 128, 3, 0};
  std::vector<u8> y(4), z(2);
  eg::runtime().execute(eg::compile<known_shifts>(), eg::threads(2), eg::in(x), eg::out(y), eg::out(z));
  EXPECT_EQ(y, (std::vector<u8>{127, 64, 1, 0}));
  EXPECT_EQ(z, (std::vector<u8>{0, 0}));
}

// ---- Small integers, quantised numbers -------------------------------------------------------------------

inline constexpr auto small_integers =
    eg::kernel<"small_integers">([](eg::gpu& g, eg::in<u32, "W"> W, eg::out<i8, "Bytes"> Bytes,
                                    eg::out<u8, "Halves"> Halves, eg::out<i8, "SignedHalves"> SignedHalves,
                                    eg::out<u32, "Again"> Again, eg::out<u8, "HalvesAgain"> HalvesAgain) {
      auto i = g.thread_position_in_grid();
      auto w = W[i];
      auto bytes = unpack_int8x4(w);
      Bytes.store(4 * i, bytes);
      auto byte = unpack_uint8x4(w).x();
      Halves.store(2 * i, unpack_uint4x2(byte));
      SignedHalves.store(2 * i, unpack_int4x2(byte));
      Again[2 * i] = pack_int8x4(bytes);
      Again[2 * i + 1] = pack_uint8x4(unpack_uint8x4(w));
      HalvesAgain[2 * i] = pack_int4x2(unpack_int4x2(byte));
      HalvesAgain[2 * i + 1] = pack_int4x2(unpack_uint8x4(w)[1] + unpack_uint4x2(byte)); // the lower halves
    });
TEST(packing, small_integers) {
  constexpr std::size_t n = 1024;
  std::mt19937 random(8);
  std::vector<u32> words(n), again(2 * n);
  for (std::size_t i = 0; i < n; ++i)
    words[i] = static_cast<u32>(random() & 0xffffff00u) | static_cast<u32>(i % 256);
  std::vector<i8> bytes(4 * n), signed_halves(2 * n);
  std::vector<u8> halves(2 * n), halves_again(2 * n);
  ASSERT_TRUE(both(eg::compile<small_integers>(), row(n), eg::in(words), eg::out(bytes), eg::out(halves),
                   eg::out(signed_halves), eg::out(again), eg::out(halves_again)));
  for (std::size_t i = 0; i < n; ++i) {
    u32 const w = words[i];
    for (unsigned k = 0; k < 4; ++k)
      ASSERT_EQ(bytes[4 * i + k], static_cast<i8>(w >> 8 * k));
    int const low = static_cast<int>(w & 15), high = static_cast<int>(w >> 4 & 15);
    ASSERT_EQ(halves[2 * i], low);
    ASSERT_EQ(halves[2 * i + 1], high);
    ASSERT_EQ(signed_halves[2 * i], low < 8 ? low : low - 16);
    ASSERT_EQ(signed_halves[2 * i + 1], high < 8 ? high : high - 16);
    ASSERT_EQ(again[2 * i], w);
    ASSERT_EQ(again[2 * i + 1], w);
    ASSERT_EQ(halves_again[2 * i], w & 255);
    int const second = static_cast<int>(w >> 8 & 255);
    ASSERT_EQ(halves_again[2 * i + 1], ((second + low) & 15) | ((second + high) & 15) << 4);
  }
}

template <class S>
inline constexpr auto quantised = eg::kernel<"quantised">(
    [](eg::gpu& g, eg::in<i8, "Q"> Q, eg::in<u8, "U"> U, eg::scalar<S, "scale"> scale,
       eg::scalar<i8, "zero"> zero, eg::out<S, "X"> X, eg::out<S, "Y"> Y, eg::out<S, "Z"> Z) {
      auto i = g.thread_position_in_grid();
      X.store(4 * i, dequantize_int8(Q.load<4>(4 * i), scale));
      Y.store(4 * i, dequantize_int8(Q.load<4>(4 * i), scale, zero));
      Z[i] = dequantize_int8(U[i], scale, 128);
    });
template <class S>
void test_quantised() {
  constexpr std::size_t n = 256;
  std::vector<i8> q(4 * n);
  std::vector<u8> u(n);
  for (std::size_t i = 0; i < q.size(); ++i)
    q[i] = static_cast<i8>(i * 37);
  for (std::size_t i = 0; i < n; ++i)
    u[i] = static_cast<u8>(i);
  std::vector<S> x(4 * n), y(4 * n), z(n);
  ASSERT_TRUE(both(eg::compile<quantised<S>>(), row(n), eg::in(q), eg::in(u), S(0.125f), i8{-3}, eg::out(x),
                   eg::out(y), eg::out(z)));
  for (std::size_t i = 0; i < 4 * n; ++i) {
    ASSERT_EQ(as_double(x[i]), q[i] / 8.0);
    ASSERT_EQ(as_double(y[i]), (q[i] + 3) / 8.0);
  }
  for (std::size_t i = 0; i < n; ++i)
    ASSERT_EQ(as_double(z[i]), (u[i] - 128) / 8.0);
}
TEST(packing, quantised_numbers) {
  test_quantised<f32>();
  test_quantised<f16>();
  test_quantised<bf16>();
}

} // namespace
