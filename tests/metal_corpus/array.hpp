// SPDX-License-Identifier: MIT
// Arrays of what Metal computes with, on the host: the 16-bit floats, seeded random content, and files in
// NumPy's .npy format. Shares no code with the tool that is tested.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace corpus {

/// IEEE binary16 as its bits; from double to the nearest, ties to even.
struct half {
  std::uint16_t bits = 0;

  half() = default;
  explicit half(double value) {
    double const magnitude = std::fabs(value);
    std::uint32_t word = 0x7e00; // not a number
    if (magnitude >= 65520.0)
      word = 0x7c00;
    else if (magnitude < 0x1p-14)
      word = static_cast<std::uint32_t>(std::nearbyint(std::ldexp(magnitude, 24)));
    else if (magnitude < 65520.0) {
      int exponent = 0;
      double const fraction = std::frexp(magnitude, &exponent); // [0.5, 1)
      // A fraction that rounds up to 2048 carries into the exponent, which is right.
      word = static_cast<std::uint32_t>((exponent + 14) << 10) +
             static_cast<std::uint32_t>(std::nearbyint(std::ldexp(fraction, 11))) - 0x400u;
    }
    bits = static_cast<std::uint16_t>(word | (std::signbit(value) ? 0x8000u : 0u));
  }
  explicit operator double() const {
    int const exponent = bits >> 10 & 31;
    double const fraction = bits & 1023;
    double const magnitude = exponent == 31  ? (fraction == 0 ? HUGE_VAL : std::nan(""))
                             : exponent == 0 ? std::ldexp(fraction, -24)
                                             : std::ldexp(1024 + fraction, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
  }
};

/// The upper half of a float; from float to the nearest, ties to even.
struct bfloat {
  std::uint16_t bits = 0;

  bfloat() = default;
  explicit bfloat(double value) {
    auto const word = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    bits = static_cast<std::uint16_t>((word + 0x7fffu + (word >> 16 & 1u)) >> 16);
  }
  explicit operator double() const { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }
};

/// The name of an element type in .npy. NumPy has no bfloat, and structs are written as their bytes.
template <class T>
constexpr char const* npy_type() {
  if constexpr (std::is_same_v<T, half>)
    return "<f2";
  else if constexpr (std::is_same_v<T, bfloat>)
    return "<u2";
  else if constexpr (std::is_floating_point_v<T>)
    return sizeof(T) == 4 ? "<f4" : "<f8";
  else if constexpr (sizeof(T) == 1)
    return std::is_signed_v<T> ? "|i1" : "|u1";
  else if constexpr (sizeof(T) == 2)
    return std::is_signed_v<T> ? "<i2" : "<u2";
  else if constexpr (sizeof(T) == 4)
    return std::is_signed_v<T> ? "<i4" : "<u4";
  else
    return std::is_signed_v<T> ? "<i8" : "<u8";
}

/// Bytes with the name of their type.
struct array {
  std::string type;
  std::size_t item = 1;
  std::vector<char> bytes;

  array() = default;
  template <class T>
  array(std::vector<T> const& values)
      : type(npy_type<T>())
      , item(sizeof(T))
      , bytes(values.size() * sizeof(T)) {
    if (!values.empty())
      std::memcpy(bytes.data(), values.data(), bytes.size());
  }

  template <class T>
  std::vector<T> as() const {
    std::vector<T> values(bytes.size() / sizeof(T));
    if (!values.empty())
      std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return values;
  }

  void save(std::string const& path) const {
    std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" +
                         std::to_string(bytes.size() / item) + ",), }";
    header.resize((header.size() + 11 + 63) / 64 * 64 - 11, ' ');
    header += '\n';
    std::string start = "\x93NUMPY\x01";
    start += '\0';
    start += static_cast<char>(header.size() & 255);
    start += static_cast<char>(header.size() >> 8);
    std::ofstream file(path, std::ios::binary);
    file << start << header;
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush())
      throw std::runtime_error("cannot write " + path);
  }

  static array load(std::string const& path) {
    std::ifstream file(path, std::ios::binary);
    std::string const all{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (all.size() < 10 || all.compare(0, 6, "\x93NUMPY") != 0)
      throw std::runtime_error(path + " is no .npy file");
    auto const byte = [&](std::size_t i) {
      return static_cast<std::size_t>(static_cast<unsigned char>(all.at(i)));
    };
    bool const short_header = byte(6) == 1;
    std::size_t const begin = short_header ? 10 : 12;
    std::size_t const length = byte(8) + (byte(9) << 8) + (short_header ? 0 : byte(10) << 16);
    array read;
    std::size_t const descr = all.find("'descr': '", begin) + 10;
    read.type = all.substr(descr, all.find('\'', descr) - descr);
    read.item = static_cast<std::size_t>(read.type.back() - '0');
    read.bytes.assign(all.begin() + static_cast<std::ptrdiff_t>(begin + length), all.end());
    return read;
  }
};

/// A struct of the host as a buffer.
template <class S>
array structs(std::vector<S> const& values) {
  static_assert(std::is_trivially_copyable_v<S>);
  std::vector<std::uint8_t> bytes(values.size() * sizeof(S));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// One value as a buffer.
template <class T>
array one(T const& value) {
  if constexpr (std::is_arithmetic_v<T>)
    return std::vector<T>{value};
  else
    return structs(std::vector<T>{value});
}

/// Random numbers that are the same everywhere.
class dice {
public:
  explicit dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// From low to high, high left out.
  double real(double low, double high) {
    return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53);
  }
  /// From low to high, both included.
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(high - low + 1));
  }
  template <class T>
  std::vector<T> numbers(std::size_t n, double low, double high) {
    std::vector<T> all(n);
    for (T& x : all)
      if constexpr (std::is_integral_v<T>)
        x = static_cast<T>(integer(static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)));
      else
        x = T(real(low, high));
    return all;
  }

private:
  std::uint64_t state_;
};

} // namespace corpus
