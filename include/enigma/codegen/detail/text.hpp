// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace enigma::detail {

/// Generated text under construction, at run time or in constant evaluation.
class text {
public:
  constexpr text() = default;
  constexpr ~text() { delete[] begin_; }
  text(text const&) = delete;
  text& operator=(text const&) = delete;

  constexpr text& operator<<(char c) {
    if (end_ == limit_)
      grow();
    *end_++ = c;
    return *this;
  }
  // One loop and no calls: a constant evaluation spends much of its time here.
  constexpr text& operator<<(char const* words) {
    for (; *words != '\0'; ++words) {
      if (end_ == limit_)
        grow();
      *end_++ = *words;
    }
    return *this;
  }
  constexpr text& operator<<(std::int64_t number) {
    if (number >= 0)
      return unsigned_number(static_cast<std::uint64_t>(number));
    *this << '-';
    return unsigned_number(0 - static_cast<std::uint64_t>(number));
  }
  constexpr text& unsigned_number(std::uint64_t rest) {
    char digits[20]{};
    int n = 0;
    do {
      digits[n++] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    while (n > 0)
      *this << digits[--n];
    return *this;
  }
  constexpr text& operator<<(int number) { return *this << static_cast<std::int64_t>(number); }
  constexpr void spaces(int n) {
    for (; n > 0; --n)
      *this << ' ';
  }

  constexpr std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }
  constexpr char const* data() const { return begin_; }
  constexpr std::string_view view() const { return {begin_, size()}; }

private:
  constexpr void grow() {
    std::size_t const old = size(), capacity = old == 0 ? 1024 : 4 * old;
    char* const begin = new char[capacity]{};
    for (std::size_t i = 0; i < old; ++i)
      begin[i] = begin_[i];
    delete[] begin_;
    begin_ = begin;
    end_ = begin + old;
    limit_ = begin + capacity;
  }

  char* begin_ = nullptr;
  char* end_ = nullptr;
  char* limit_ = nullptr;
};

} // namespace enigma::detail
