// SPDX-License-Identifier: MIT
// The other side of basics.metal: rounding to bfloat and packing by search among all results.
#include <enigma/metal_host/detail/machine.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>

using uint = unsigned int;
using ushort = unsigned short;
using ulong = unsigned long;

namespace {
long checks = 0, failures = 0;
void expect(bool good, std::string const& words) {
  ++checks;
  if (!good && ++failures <= 40)
    std::printf("%s\n", words.c_str());
}
double value(ushort bfloat) {
  return static_cast<double>(std::bit_cast<float>(static_cast<uint>(bfloat) << 16));
}
// Among all 65536 the nearest, the even one of two; beyond the middle between the greatest and 2^128
// infinity.
ushort nearest(long double x) {
  if (std::isnan(x))
    return 0x7fc0;
  ushort const sign = std::signbit(x) ? 0x8000 : 0;
  long double const size = std::fabs(x);
  if (size >= 0x1.ffp127L)
    return static_cast<ushort>(sign | 0x7f80);
  uint low = 0, high = 0x7f7f; // values grow with their bits
  while (low < high) {
    uint const middle = (low + high + 1) / 2;
    if (static_cast<long double>(value(static_cast<ushort>(middle))) <= size)
      low = middle;
    else
      high = middle - 1;
  }
  if (low == 0x7f7f)
    return static_cast<ushort>(sign | low);
  long double const below = size - value(static_cast<ushort>(low));
  long double const above = value(static_cast<ushort>(low + 1)) - size;
  return static_cast<ushort>(sign | (above < below || (above == below && low % 2 == 1) ? low + 1 : low));
}
bool same_bfloat(ushort a, ushort b) {
  return a == b || (std::isnan(value(a)) && std::isnan(value(b)));
}
std::mt19937_64 random_bits(99);
} // namespace

extern "C" void check(long line, bool good, char const* words) {
  expect(good, "basics.metal:" + std::to_string(line) + ": " + words);
}
extern "C" void metal_checks();
extern "C" ushort metal_bfloat_of_float(float);
extern "C" ushort metal_bfloat_of_double_literal(long double);
extern "C" ushort metal_bfloat_of_long(long);
extern "C" ushort metal_bfloat_of_ulong(ulong);
extern "C" float metal_float_of_bfloat(ushort);
extern "C" ushort metal_bfloat_arithmetic(int, ushort, ushort);
extern "C" void metal_pack(float const*, uint*);
extern "C" void metal_unpack(uint, float*);

int metal_host_function_constant(unsigned index, char const* name, void* to, unsigned long bytes) {
  uint const answer = 42;
  if (index != 3 || std::string(name) != "given" || bytes != 4)
    return 0;
  std::memcpy(to, &answer, 4);
  return 1;
}
metal_host_thread const* metal_host_self() {
  return nullptr;
}
metal_host_lanes metal_host_simd_exchange(void const*, unsigned, void*, unsigned, char const*, char const*,
                                          unsigned) {
  return {1, 0};
}
void metal_host_inactive_lane(unsigned, char const*, char const*, unsigned) {}
void metal_host_barrier(unsigned, unsigned, char const*, char const*, unsigned) {}
void metal_host_fence(unsigned, unsigned, unsigned, char const*, char const*, unsigned) {}
void metal_host_fail(char const* words, char const*, char const*, unsigned) {
  expect(false, words);
}

int main() {
  metal_checks();

  for (long i = 0; i < 200000; ++i) {
    uint r = static_cast<uint>(random_bits());
    if (i % 4 == 0) // ties, and just beside them
      r = (r & 0xffff0000u) | 0x8000u | (i % 8 == 0 ? 0u : static_cast<uint>(i / 8 % 3) - 1u);
    float const f = std::bit_cast<float>(r);
    expect(same_bfloat(metal_bfloat_of_float(f), nearest(static_cast<long double>(f))),
           "bfloat of float " + std::to_string(f));
    double const d = static_cast<double>(f) * (1 + std::ldexp(1.0, -40));
    if (std::isfinite(d))
      expect(same_bfloat(metal_bfloat_of_double_literal(static_cast<long double>(d)),
                         nearest(static_cast<long double>(d))),
             "bfloat of double " + std::to_string(d));
    ulong n = random_bits() >> (i % 64);
    if (i % 3 == 0) // a tie and one more
      n = (1ul << 63) | (n & (0xfful << 56)) | (1ul << 55) | (n & 1);
    expect(metal_bfloat_of_ulong(n) == nearest(static_cast<long double>(n)),
           "bfloat of ulong " + std::to_string(n));
    expect(metal_bfloat_of_long(static_cast<long>(n)) ==
               nearest(static_cast<long double>(static_cast<long>(n))),
           "bfloat of long " + std::to_string(static_cast<long>(n)));
    ushort const a = static_cast<ushort>(random_bits()),
                 b = static_cast<ushort>(random_bits() % 5 == 0 ? a ^ 0x8001 : random_bits());
    long double const x = value(a), y = value(b);
    long double const results[] = {x + y, x - y, x * y, x / y};
    for (int k = 0; k < 4; ++k)
      expect(same_bfloat(metal_bfloat_arithmetic(k, a, b), nearest(results[k])),
             "bfloat " + std::to_string(value(a)) + " " + "+-*/"[k] + " " + std::to_string(value(b)));
  }
  for (uint i = 0; i < 65536; ++i) {
    float const f = metal_float_of_bfloat(static_cast<ushort>(i));
    expect(std::bit_cast<uint>(f) == i << 16, "float of bfloat");
    if (!std::isnan(f))
      expect(metal_bfloat_of_float(f) == i, "bfloat of float of bfloat");
  }

  auto const nearest_code = [](double x, double most, int last) {
    double const scaled = (x < 0 && last == 0 ? 0 : x > 1 ? 1 : x < -1 ? -1 : x) * most;
    return static_cast<long>(std::nearbyint(static_cast<double>(static_cast<float>(scaled))));
  };
  for (long i = 0; i < 20000; ++i) {
    float x[4];
    for (float& v : x)
      v = static_cast<float>(static_cast<double>(random_bits() % 4000) / 1000 - 2);
    uint r[8];
    metal_pack(x, r);
    auto const u = [&](int at, double most) {
      return static_cast<uint>(nearest_code(static_cast<double>(x[at]), most, 0));
    };
    auto const s = [&](int at, double most, uint mask) {
      return static_cast<uint>(nearest_code(static_cast<double>(x[at]), most, 1)) & mask;
    };
    expect(r[0] == (u(0, 255) | u(1, 255) << 8 | u(2, 255) << 16 | u(3, 255) << 24), "pack unorm4x8");
    expect(r[1] == (s(0, 127, 255) | s(1, 127, 255) << 8 | s(2, 127, 255) << 16 | s(3, 127, 255) << 24),
           "pack snorm4x8");
    expect(r[2] == (u(0, 65535) | u(1, 65535) << 16), "pack unorm2x16");
    expect(r[3] == (s(0, 32767, 65535) | s(1, 32767, 65535) << 16), "pack snorm2x16");
    expect(r[4] == (u(0, 1023) | u(1, 1023) << 10 | u(2, 1023) << 20 | u(3, 3) << 30), "pack unorm10a2");
    expect(r[5] == (u(0, 31) | u(1, 63) << 5 | u(2, 31) << 11), "pack unorm565");
    expect(r[7] == 1, "pack of half");

    uint const p = static_cast<uint>(random_bits());
    float f[28];
    metal_unpack(p, f);
    auto const near = [&](int at, double e) { return std::fabs(static_cast<double>(f[at]) - e) < 1e-6; };
    auto const snorm = [](int code, int most) { return std::fmax(-1.0, static_cast<double>(code) / most); };
    for (int k = 0; k < 4; ++k) {
      uint const byte = p >> (8 * k) & 255;
      expect(near(k, byte / 255.0), "unpack unorm4x8");
      expect(near(4 + k, snorm(static_cast<signed char>(byte), 127)), "unpack snorm4x8");
      expect(near(12 + k, k == 3 ? (p >> 30) / 3.0 : (p >> (10 * k) & 1023) / 1023.0), "unpack unorm10a2");
      double const c = byte / 255.0;
      expect(near(20 + k, k == 3         ? c
                          : c <= 0.04045 ? c / 12.92
                                         : std::pow((c + 0.055) / 1.055, 2.4)),
             "unpack srgb");
      expect(std::fabs(static_cast<double>(f[24 + k]) - c) < 3e-4, "unpack to half");
    }
    for (int k = 0; k < 2; ++k) {
      expect(near(8 + k, (p >> (16 * k) & 65535) / 65535.0), "unpack unorm2x16");
      expect(near(10 + k, snorm(static_cast<short>(p >> (16 * k)), 32767)), "unpack snorm2x16");
    }
    expect(near(16, (p & 31) / 31.0) && near(17, (p >> 5 & 63) / 63.0) && near(18, (p >> 11 & 31) / 31.0),
           "unpack unorm565");
  }
  // Packing what was unpacked gives the same bytes, sRGB too.
  for (uint i = 0; i < 256; ++i) {
    float f[28];
    uint r[8];
    metal_unpack(i * 0x01010101u, f);
    metal_pack(f + 20, r);
    expect(r[6] == i * 0x01010101u, "pack of unpacked srgb " + std::to_string(i));
    metal_pack(f, r);
    expect(r[0] == i * 0x01010101u, "pack of unpacked unorm");
  }
  std::printf("%ld checks, %ld failures\n", checks, failures);
  return failures == 0 && checks > 1000000 ? 0 : 1;
}
