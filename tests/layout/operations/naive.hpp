// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// A layout as a list of leaves, from its text, and the extension rule: what the tests of this folder
/// believe. Nothing of the library is in it.
struct naive {
  std::vector<std::int64_t> shape, stride;

  naive() = default;
  explicit naive(std::string const& text) {
    auto const colon = text.find(':');
    shape = numbers(text.substr(0, colon));
    if (colon != std::string::npos)
      stride = numbers(text.substr(colon + 1));
    else
      for (std::int64_t next = 1; auto s : shape) {
        stride.push_back(next);
        next *= s;
      }
  }
  static std::vector<std::int64_t> numbers(std::string const& text) {
    std::vector<std::int64_t> r;
    bool in = false;
    bool minus = false;
    for (char c : text) {
      bool const digit = c >= '0' && c <= '9';
      if (digit) {
        if (!in)
          r.push_back(0);
        r.back() = r.back() * 10 + (minus ? '0' - c : c - '0');
      } else {
        minus = c == '-';
      }
      in = digit;
    }
    return r;
  }
  [[nodiscard]] std::int64_t size() const {
    std::int64_t p = 1;
    for (auto s : shape)
      p *= s;
    return p;
  }
  /// Colexicographic, the last leaf not reduced.
  std::int64_t operator()(std::int64_t i) const {
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < shape.size(); ++k) {
      bool const last = k + 1 == shape.size();
      sum += (last ? i : i % shape[k]) * stride[k];
      i /= shape[k];
    }
    return sum;
  }
  /// The digits of a linear coordinate, and the value of digits.
  [[nodiscard]] std::vector<std::int64_t> digits(std::int64_t i) const {
    std::vector<std::int64_t> r;
    for (auto s : shape) {
      r.push_back(i % s);
      i /= s;
    }
    return r;
  }
  [[nodiscard]] std::int64_t at(std::vector<std::int64_t> const& c) const {
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < c.size(); ++k)
      sum += c[k] * stride[k];
    return sum;
  }
};
