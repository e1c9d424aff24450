// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include <enigma/codegen/detail/growing.hpp>

namespace enigma::detail {

/// Generated text under construction, at run time or in constant evaluation.
class text {
public:
  constexpr text& operator<<(char c) {
    characters_.push_back(c);
    return *this;
  }
  constexpr text& operator<<(char const* words) {
    std::size_t n = 0;
    while (words[n] != '\0')
      ++n;
    characters_.append(words, n);
    return *this;
  }
  constexpr text& operator<<(std::int64_t number) {
    char digits[20]{};
    int n = 0;
    auto rest = number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    do {
      digits[n++] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (number < 0)
      *this << '-';
    while (n > 0)
      *this << digits[--n];
    return *this;
  }
  constexpr text& operator<<(int number) { return *this << static_cast<std::int64_t>(number); }
  constexpr void spaces(int n) {
    for (; n > 0; --n)
      *this << ' ';
  }

  constexpr std::size_t size() const { return characters_.size(); }
  constexpr char const* data() const { return characters_.data(); }
  constexpr std::string_view view() const { return {characters_.data(), characters_.size()}; }

private:
  growing<char> characters_;
};

} // namespace enigma::detail
