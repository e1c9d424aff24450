// SPDX-License-Identifier: MIT
// Element-wise kernels, rope, particles, random numbers against plain C++.
#include "job.hpp"

#include <algorithm>

namespace corpus {
namespace {

template <class T, class F>
job unary(std::string const& kernel, F reference, tolerance allowed, double low = -6, double high = 6) {
  unsigned const n = 1003;
  auto const in = dice(51).numbers<T>(n, low, high);
  job j;
  j.name = kernel;
  j.file = "unary";
  j.kernel = kernel;
  j.grid = {1024, 1, 1};
  j.threads = {256, 1, 1};
  j.buffers = {{"in", in}, {"out", std::vector<T>(n)}, {"size", one(n)}};
  j.outs = {"out"};
  j.difference = [=](results const& got) {
    std::vector<double> want;
    for (T x : in)
      want.push_back(reference(static_cast<double>(x)));
    return compare("out", got.at("out").template as<T>(), want, allowed);
  };
  return j;
}

double gelu(double x) {
  return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
}
double gelu_tanh(double x) {
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * x * (1 + 0.044715 * x * x)));
}
double silu(double x) {
  return x / (1 + std::exp(-x));
}
double relu(double x) {
  return std::max(x, 0.0);
}
double negative(double x) {
  return -x;
}

job swiglu() {
  unsigned const vectors = 101;
  auto const a = dice(52).numbers<half>(vectors * 4, -5, 5);
  auto const b = dice(53).numbers<half>(vectors * 4, -2, 2);
  job j;
  j.name = "swiglu";
  j.file = "unary";
  j.kernel = "swiglu";
  j.grid = {128, 1, 1};
  j.threads = {32, 1, 1};
  j.buffers = {{"a", a}, {"b", b}, {"out", std::vector<half>(a.size())}, {"vectors", one(vectors)}};
  j.outs = {"out"};
  j.difference = [=](results const& got) {
    std::vector<double> want;
    for (std::size_t i = 0; i < a.size(); ++i)
      want.push_back(silu(static_cast<double>(a[i])) * static_cast<double>(b[i]));
    return compare("out", got.at("out").as<half>(), want, {1e-6, 1e-3});
  };
  return j;
}

template <class T>
job rope(std::string const& name, bool traditional, bool forward, tolerance allowed) {
  unsigned const pairs = 20;
  unsigned const length = 7;
  unsigned const heads = 3;
  int const offset = 11;
  float const scale = 0.5f;
  float const base = 10; // 2^10: the lowest frequency is near 1/1024
  auto const in = dice(54).numbers<T>(heads * length * pairs * 2, -1, 1);
  job j;
  j.name = "rope_" + name;
  j.file = "rope";
  j.kernel = "rope_" + name;
  j.grid = {pairs, length, heads};
  j.threads = {8, 4, 2}; // ragged in all directions
  j.buffers = {{"in", in},
               {"out", std::vector<T>(in.size())},
               {"offset", one(offset)},
               {"scale", one(scale)},
               {"strides", std::vector<std::int64_t>{length * pairs * 2, pairs * 2, 1}},
               {"base", one(base)}};
  j.outs = {"out"};
  j.difference = [=](results const& got) {
    std::vector<double> want(in.size());
    for (unsigned h = 0; h < heads; ++h)
      for (unsigned s = 0; s < length; ++s)
        for (unsigned p = 0; p < pairs; ++p) {
          double const angle = 0.5 * (s + 11) * std::exp2(-10.0 * p / pairs);
          std::size_t const row = (h * length + s) * pairs * 2;
          std::size_t const one_ = row + (traditional ? 2 * p : p);
          std::size_t const two = traditional ? one_ + 1 : one_ + pairs;
          double const x = static_cast<double>(in[one_]);
          double const y = static_cast<double>(in[two]);
          double const sine = forward ? std::sin(angle) : -std::sin(angle);
          want[one_] = x * std::cos(angle) - y * sine;
          want[two] = x * sine + y * std::cos(angle);
        }
    return compare("out", got.at("out").template as<T>(), want, allowed);
  };
  return j;
}

struct particle {
  float position[3];
  float mass;
  float velocity[3];
  std::uint16_t age;
  bool alive;
  std::uint8_t padding;
};
struct alignas(16) world {
  float wind[3];
  float unused;
  float dt;
  float softening;
  std::uint32_t count;
};
static_assert(sizeof(particle) == 32 && sizeof(world) == 32);

job attract() {
  unsigned const count = 150;
  dice d(55);
  std::vector<particle> before(count);
  for (particle& p : before) {
    for (float& x : p.position)
      x = static_cast<float>(d.real(-120, 120));
    for (float& x : p.velocity)
      x = static_cast<float>(d.real(-1, 1));
    p.mass = static_cast<float>(d.real(0.5, 40));
    p.age = static_cast<std::uint16_t>(d.integer(0, 65535));
    p.alive = d.integer(0, 3) != 0;
  }
  before[7].age = 65535; // wraps
  world const w{{0.5f, 0, -0.25f}, 0, 0.1f, 0.01f, count};
  job j;
  j.name = "attract";
  j.file = "particles";
  j.kernel = "attract";
  j.grid = {192, 1, 1};
  j.threads = {64, 1, 1};
  j.buffers = {
      {"before", structs(before)}, {"after", structs(std::vector<particle>(count))}, {"world", one(w)}};
  j.outs = {"after"};
  j.barriers = true;
  j.difference = [=](results const& got) {
    std::vector<particle> const after = got.at("after").as<particle>();
    std::vector<double> result;
    std::vector<double> want;
    for (unsigned i = 0; i < count; ++i) {
      double pull[3] = {};
      for (particle const& other : before) {
        double away[3];
        double r2 = static_cast<double>(w.softening);
        for (int c = 0; c < 3; ++c) {
          away[c] = static_cast<double>(other.position[c]) - static_cast<double>(before[i].position[c]);
          r2 += away[c] * away[c];
        }
        for (int c = 0; c < 3; ++c)
          pull[c] += other.alive ? static_cast<double>(other.mass) * away[c] / (r2 * std::sqrt(r2)) : 0;
      }
      bool near = true;
      for (int c = 0; c < 3; ++c) {
        double const here = static_cast<double>(before[i].position[c]);
        double const velocity = static_cast<double>(before[i].velocity[c]) +
                                (pull[c] + static_cast<double>(w.wind[c])) * static_cast<double>(w.dt);
        result.push_back(static_cast<double>(after[i].velocity[c]));
        want.push_back(velocity);
        result.push_back(static_cast<double>(after[i].position[c]));
        want.push_back(here + velocity * static_cast<double>(w.dt));
        near = near && std::fabs(here) < 100;
      }
      for (double x : {static_cast<double>(after[i].mass), static_cast<double>(after[i].age),
                       static_cast<double>(after[i].alive)})
        result.push_back(x);
      for (double x : {static_cast<double>(before[i].mass), static_cast<double>((before[i].age + 1) & 0xffff),
                       static_cast<double>(before[i].alive && near)})
        want.push_back(x);
    }
    return compare("after", result, want, {2e-5, 1e-6});
  };
  return j;
}

job skin() {
  unsigned const count = 70;
  unsigned const bones = 5;
  dice d(56);
  auto const points = d.numbers<float>(count * 3, -1, 1);
  auto const which = d.numbers<std::int16_t>(count * 4, 0, bones - 1);
  auto const weights = d.numbers<half>(count * 4, 0, 0.5);
  auto const poses = d.numbers<float>(bones * 16, -1, 1);
  job j;
  j.name = "skin";
  j.file = "particles";
  j.kernel = "skin";
  j.grid = {96, 1, 1};
  j.threads = {32, 1, 1};
  j.buffers = {{"points", points},
               {"bone_indices", which},
               {"bone_weights", weights},
               {"bones", poses},
               {"moved", std::vector<float>(points.size())},
               {"count", one(count)}};
  j.outs = {"moved"};
  j.difference = [=](results const& got) {
    std::vector<double> want;
    for (unsigned i = 0; i < count; ++i)
      for (unsigned r = 0; r < 3; ++r) {
        double sum = 0;
        for (unsigned b = 0; b < 4; ++b) {
          float const* const pose =
              &poses[static_cast<std::size_t>(which[i * 4 + b]) * 16]; // column by column
          double row = static_cast<double>(pose[12 + r]);
          for (unsigned c = 0; c < 3; ++c)
            row += static_cast<double>(pose[c * 4 + r]) * static_cast<double>(points[i * 3 + c]);
          sum += static_cast<double>(weights[i * 4 + b]) * row;
        }
        want.push_back(sum);
      }
    return compare("moved", got.at("moved").as<float>(), want, {1e-5});
  };
  return j;
}

struct uint2 {
  std::uint32_t x, y;
};

/// Threefry with two words and 20 rounds, from its description.
uint2 threefry(uint2 key, uint2 count) {
  std::uint32_t const schedule[3] = {key.x, key.y, 0x1bd11bdau ^ key.x ^ key.y};
  int const turns[8] = {13, 15, 26, 6, 17, 29, 16, 24};
  std::uint32_t a = count.x + schedule[0];
  std::uint32_t b = count.y + schedule[1];
  for (unsigned round = 0; round < 20; ++round) {
    a += b;
    b = std::rotl(b, turns[round % 8]) ^ a;
    if (round % 4 == 3) {
      unsigned const s = round / 4 + 1;
      a += schedule[s % 3];
      b += schedule[(s + 1) % 3] + s;
    }
  }
  return {a, b};
}

job random_words() {
  unsigned const keys = 3;
  unsigned const per_key = 37; // odd: the last word of each key has no partner
  unsigned const half_size = (per_key + 1) / 2;
  auto const key = dice(57).numbers<std::uint32_t>(keys * 2, 0, 0xffffffffll);
  job j;
  j.name = "random_uint2";
  j.file = "random_bits";
  j.kernel = "random_uint2";
  j.grid = {keys, half_size, 1};
  j.threads = {1, 8, 1};
  j.buffers = {{"keys", key}, {"out", std::vector<unsigned>(keys * per_key)}, {"out_per_key", one(per_key)}};
  j.outs = {"out"};
  j.difference = [=](results const& got) {
    std::vector<std::uint32_t> want(keys * per_key);
    for (unsigned k = 0; k < keys; ++k)
      for (unsigned i = 0; i < half_size; ++i) {
        uint2 const bits = threefry({key[2 * k], key[2 * k + 1]}, {i, i + half_size});
        want[k * per_key + i] = bits.x;
        if (i + half_size < per_key)
          want[k * per_key + i + half_size] = bits.y;
      }
    return compare("out", got.at("out").as<std::uint32_t>(), want);
  };
  return j;
}

job random_bytes() {
  unsigned const n = 1021;
  job j;
  j.name = "random_bytes";
  j.file = "random_bits";
  j.kernel = "random_bytes";
  j.grid = {128, 1, 1};
  j.threads = {32, 1, 1};
  j.buffers = {{"key", std::vector<std::uint32_t>{17, 0xdeadbeefu}},
               {"out", std::vector<std::uint8_t>(n)},
               {"n", one(n)}};
  j.outs = {"out"};
  j.difference = [=](results const& got) {
    std::vector<std::uint8_t> want(n);
    for (unsigned i = 0; i < n; ++i) {
      uint2 const bits = threefry({17, 0xdeadbeefu}, {0, i / 8});
      want[i] = static_cast<std::uint8_t>((i % 8 < 4 ? bits.x : bits.y) >> (i % 4 * 8));
    }
    return compare("out", got.at("out").as<std::uint8_t>(), want);
  };
  return j;
}

job random_normal() {
  unsigned const n = 500;
  job j;
  j.name = "random_normal";
  j.file = "random_bits";
  j.kernel = "random_normal";
  j.grid = {512, 1, 1};
  j.threads = {64, 1, 1};
  j.buffers = {{"key", std::vector<std::uint32_t>{1, 2}}, {"out", std::vector<float>(2 * n)}, {"n", one(n)}};
  j.outs = {"out"};
  j.difference = [=](results const& got) {
    std::vector<double> want;
    for (unsigned i = 0; i < n; ++i) {
      uint2 const bits = threefry({1, 2}, {i, 7});
      double const u = 1 - (bits.x >> 9) * 0x1p-23;
      double const angle = 2 * std::acos(-1.0) * ((bits.y >> 9) * 0x1p-23);
      want.push_back(std::sqrt(-2 * std::log(u)) * std::cos(angle));
      want.push_back(std::sqrt(-2 * std::log(u)) * std::sin(angle));
    }
    return compare("out", got.at("out").as<float>(), want, {5e-6, 5e-6});
  };
  return j;
}

} // namespace

std::vector<job> elements() {
  tolerance const f32{1e-6, 1e-5};
  tolerance const f16{1e-6, 1e-3};
  tolerance const bf16{1e-6, 8e-3};
  return {unary<float>("gelu_float32", gelu, {2e-6, 2e-5}),
          unary<half>("gelu_float16", gelu, {2e-6, 1e-3}),
          unary<bfloat>("gelu_bfloat16", gelu, {2e-6, 8e-3}),
          unary<float>("gelu_tanh_float32", gelu_tanh, {2e-6, 1e-5}),
          unary<float>("silu_float32", silu, f32, -60, 60),
          unary<half>("silu_float16", silu, f16),
          unary<bfloat>("silu_bfloat16", silu, bf16),
          unary<float>("relu_float32", relu, {}),
          unary<half>("relu_float16", relu, {}),
          unary<bfloat>("relu_bfloat16", relu, {}),
          unary<std::int16_t>("negative_int16", negative, {}, -32767, 32767),
          swiglu(),
          rope<float>("traditional_float32", true, true, {1e-5}),
          rope<half>("split_float16", false, true, {1e-3}),
          rope<bfloat>("vjp_split_bfloat16", false, false, {8e-3}),
          attract(),
          skin(),
          random_words(),
          random_bytes(),
          random_normal()};
}

} // namespace corpus
