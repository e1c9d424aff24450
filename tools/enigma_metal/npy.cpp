// SPDX-License-Identifier: MIT
#include "npy.hpp"

#include "error.hpp"
#include "process.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <random>
#include <sstream>

namespace enigma::metal_tool {
namespace {

struct type_row {
  char const* name;
  char const* numpy;
  std::size_t bytes;
};
constexpr type_row types[] = {{"f32", "<f4", 4}, {"f16", "<f2", 2}, {"bf16", "<u2", 2}, {"u16", "<u2", 2},
                              {"i8", "|i1", 1},  {"u8", "|u1", 1},  {"i16", "<i2", 2},  {"i32", "<i4", 4},
                              {"u32", "<u4", 4}, {"i64", "<i8", 8}, {"u64", "<u8", 8},  {"bool", "|b1", 1}};

type_row const& row(std::string const& type) {
  for (type_row const& t : types)
    if (type == t.name)
      return t;
  std::string all;
  for (type_row const& t : types)
    all += std::string(all.empty() ? "" : ", ") + t.name;
  throw tool_error(fmt::format("there is no type '{}': there are {}", type, all));
}

std::uint16_t to_half(double value) {
  std::uint16_t const sign = std::signbit(value) ? 0x8000 : 0;
  double const magnitude = std::fabs(value);
  if (std::isnan(value))
    return 0x7e00;
  if (magnitude >= 65520.0)
    return static_cast<std::uint16_t>(sign | 0x7c00);
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  int const scale = std::max(exponent - 11, -24); // of the last bit
  auto const units = static_cast<unsigned>(std::nearbyint(std::ldexp(magnitude, -scale)));
  // 1024..2048 units are a normal number; 2048 carries into the exponent by itself.
  unsigned const bits = scale == -24 ? units : (static_cast<unsigned>(scale + 24) << 10) + units;
  return static_cast<std::uint16_t>(sign | bits);
}

double from_half(std::uint16_t bits) {
  int const exponent = bits >> 10 & 31;
  double const units = bits & 1023;
  double const m = exponent == 31  ? (units == 0 ? HUGE_VAL : std::nan(""))
                   : exponent == 0 ? std::ldexp(units, -24)
                                   : std::ldexp(1024 + units, exponent - 25);
  return (bits & 0x8000) != 0 ? -m : m;
}

std::vector<std::string> split(std::string const& text, char by) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, by);)
    all.push_back(part);
  return all;
}

template <class T>
void put(std::vector<unsigned char>& bytes, T value) {
  unsigned char raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  bytes.insert(bytes.end(), raw, raw + sizeof(T));
}

void put_real(std::vector<unsigned char>& bytes, std::string const& type, double value) {
  if (type == "f32")
    put(bytes, static_cast<float>(value));
  else if (type == "f16")
    put(bytes, to_half(value));
  else {
    auto const word = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    put(bytes, static_cast<std::uint16_t>((word + 0x7fffu + (word >> 16 & 1u)) >> 16));
  }
}

bool is_real(std::string const& type) {
  return type == "f32" || type == "f16" || type == "bf16";
}

std::size_t read_count(std::string const& words, std::string const& whole) {
  char* end = nullptr;
  unsigned long long const n = std::strtoull(words.c_str(), &end, 10);
  if (words.empty() || *end != 0 || n > (1ull << 36))
    throw tool_error(fmt::format("'{}' in '{}' is no number of elements", words, whole));
  return n;
}

} // namespace

std::size_t element_size(std::string const& type) {
  return row(type).bytes;
}

std::vector<unsigned char> value_bytes(std::string const& type, std::string const& value) {
  std::vector<unsigned char> bytes;
  std::size_t const size = element_size(type);
  char* end = nullptr;
  if (is_real(type)) {
    double const x = std::strtod(value.c_str(), &end);
    if (!value.empty() && *end == 0) {
      put_real(bytes, type, x);
      return bytes;
    }
  } else if (type == "bool" && (value == "true" || value == "false")) {
    return {static_cast<unsigned char>(value == "true" ? 1 : 0)};
  } else if (!value.empty()) {
    bool const is_signed = type[0] == 'i';
    errno = 0;
    std::uint64_t const x = is_signed || value[0] == '-'
                                ? static_cast<std::uint64_t>(std::strtoll(value.c_str(), &end, 0))
                                : std::strtoull(value.c_str(), &end, 0);
    bool fits = *end == 0 && errno == 0;
    unsigned const bits = static_cast<unsigned>(size * 8);
    if (fits && type == "bool")
      fits = x <= 1;
    else if (fits && is_signed)
      fits = bits == 64 || (static_cast<std::int64_t>(x) >= -(std::int64_t{1} << (bits - 1)) &&
                            static_cast<std::int64_t>(x) < (std::int64_t{1} << (bits - 1)));
    else if (fits)
      fits = value[0] != '-' && (bits == 64 || x < (std::uint64_t{1} << bits));
    if (fits) {
      for (std::size_t i = 0; i < size; ++i)
        bytes.push_back(static_cast<unsigned char>(x >> (8 * i)));
      return bytes;
    }
  }
  throw tool_error(fmt::format("'{}' is no value of type {}", value, type));
}

host_array make_array(std::string const& words) {
  std::vector<std::string> const parts = split(words, ':');
  host_array a;
  if (parts.size() < 3 ||
      (parts[0] != "zeros" && parts[0] != "random" && parts[0] != "scalar" && parts[0] != "iota")) {
    if (parts.size() == 1 && words.size() > 4 && words.ends_with(".npy"))
      return read_npy(words);
    if (file_exists(words))
      return read_npy(words);
    throw tool_error(
        fmt::format("'{}' is neither a file nor zeros:TYPE:COUNT, iota:TYPE:COUNT, random:TYPE:COUNT:SEED "
                    "or scalar:TYPE:VALUE",
                    words));
  }
  a.type = parts[1];
  std::size_t const size = element_size(a.type);
  if (parts[0] == "scalar") {
    for (std::string const& v : split(parts[2], ',')) {
      std::vector<unsigned char> const one = value_bytes(a.type, v);
      a.bytes.insert(a.bytes.end(), one.begin(), one.end());
    }
    a.shape = {a.bytes.size() / size};
    return a;
  }
  std::size_t const n = read_count(parts[2], words);
  a.shape = {n};
  if (parts[0] == "zeros") {
    a.bytes.assign(n * size, 0);
    return a;
  }
  a.bytes.reserve(n * size);
  if (parts[0] == "iota") {
    for (std::size_t i = 0; i < n; ++i) {
      if (is_real(a.type))
        put_real(a.bytes, a.type, static_cast<double>(i));
      else
        for (std::size_t b = 0; b < size; ++b)
          a.bytes.push_back(static_cast<unsigned char>(static_cast<std::uint64_t>(i) >> (8 * b)));
    }
    return a;
  }
  std::mt19937_64 random(parts.size() > 3 ? read_count(parts[3], words) : 1);
  for (std::size_t i = 0; i < n; ++i) {
    std::uint64_t const word = random();
    if (is_real(a.type))
      put_real(a.bytes, a.type, std::ldexp(static_cast<double>(word >> 40), -23) - 1.0);
    else if (a.type == "bool")
      a.bytes.push_back(static_cast<unsigned char>(word & 1));
    else
      for (std::size_t b = 0; b < size; ++b)
        a.bytes.push_back(static_cast<unsigned char>(word >> (8 * b)));
  }
  return a;
}

host_array read_npy(std::string const& path) {
  std::string const text = read_text_file(path);
  auto const bad = [&](std::string const& why) { return tool_error(fmt::format("{}: {}", path, why)); };
  if (text.size() < 12 || text.compare(0, 6, "\x93NUMPY") != 0)
    throw bad("this is no .npy file");
  auto const byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(text[i]));
  };
  bool const old = text[6] == 1;
  std::size_t const header =
      old ? byte(8) + (byte(9) << 8) : byte(8) + (byte(9) << 8) + (byte(10) << 16) + (byte(11) << 24);
  std::size_t const start = (old ? 10u : 12u) + header;
  if (start > text.size())
    throw bad("the file ends within its header");
  std::string const words = text.substr(old ? 10 : 12, header);
  auto const after = [&](std::string const& key) {
    std::size_t const at = words.find("'" + key + "':");
    if (at == std::string::npos)
      throw bad(fmt::format("the header has no '{}'", key));
    return words.substr(at + key.size() + 3);
  };
  host_array a;
  std::string const kind = after("descr");
  std::size_t const open = kind.find('\'');
  std::string const numpy = kind.substr(open + 1, kind.find('\'', open + 1) - open - 1);
  for (type_row const& t : types)
    if (numpy.size() == 3 && numpy.compare(1, 2, t.numpy + 1) == 0 && numpy[0] != '>' &&
        std::strcmp(t.name, "bf16") != 0)
      a.type = t.name;
  if (a.type.empty())
    throw bad(fmt::format("elements of type '{}' are not for Metal (which has no double, say)", numpy));
  std::string const order = after("fortran_order");
  std::string const shape = after("shape");
  std::string const inner = shape.substr(shape.find('(') + 1, shape.find(')') - shape.find('(') - 1);
  for (std::string const& n : split(inner, ','))
    if (n.find_first_of("0123456789") != std::string::npos)
      a.shape.push_back(read_count(n.substr(n.find_first_not_of(' ')), path));
  if (order.find("True") < order.find(',') && a.shape.size() > 1)
    throw bad("the array is in Fortran's order: save numpy.ascontiguousarray(it)");
  a.bytes.assign(text.begin() + static_cast<long>(start), text.end());
  if (a.bytes.size() != a.count() * element_size(a.type))
    throw bad(
        fmt::format("there are {} bytes for {} elements of type {}", a.bytes.size(), a.count(), a.type));
  return a;
}

void write_npy(std::string const& path, host_array const& a) {
  std::string shape;
  for (std::size_t i = 0; i < a.shape.size(); ++i)
    shape += fmt::format("{}{}", i == 0 ? "" : ", ", a.shape[i]);
  if (a.shape.size() == 1)
    shape += ",";
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", row(a.type).numpy, shape);
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string text = "\x93NUMPY";
  text += '\1';
  text += '\0';
  text += static_cast<char>(header.size() & 255);
  text += static_cast<char>(header.size() >> 8);
  text += header;
  text.append(reinterpret_cast<char const*>(a.bytes.data()), a.bytes.size());
  write_text_file(path, text);
}

std::string element_text(host_array const& a, std::size_t i) {
  std::size_t const size = element_size(a.type);
  std::uint64_t word = 0;
  for (std::size_t b = 0; b < size; ++b)
    word |= static_cast<std::uint64_t>(a.bytes[i * size + b]) << (8 * b);
  if (a.type == "f32") {
    float const x = std::bit_cast<float>(static_cast<std::uint32_t>(word));
    return std::isnan(x) ? "nan" : fmt::format("{}", x);
  }
  if (a.type == "f16")
    return fmt::format("{}", static_cast<float>(from_half(static_cast<std::uint16_t>(word))));
  if (a.type == "bf16")
    return fmt::format("{}", std::bit_cast<float>(static_cast<std::uint32_t>(word) << 16));
  if (a.type[0] == 'i')
    return fmt::format("{}", static_cast<std::int64_t>(word << (64 - 8 * size)) >> (64 - 8 * size));
  return fmt::format("{}", word);
}

} // namespace enigma::metal_tool
