// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>

namespace enigma {

/// Elements in a row that belong to somebody else, as std::span<T const>, with which it converts both ways.
/// The first std::span of each T costs the compiler some milliseconds, and there are many.
template <class T>
class array_view {
public:
  using value_type = T;

  constexpr array_view() = default;
  constexpr array_view(T const* data, std::size_t size) : data_{data}, size_{size} {}
  template <std::size_t N>
  constexpr array_view(T const (&all)[N]) : data_{all}
                                          , size_{N} {}
  /// Of what has its elements in a row: std::vector, std::span ...
  template <class Owner>
    requires requires(Owner const& all) {
      { all.data() } -> std::convertible_to<T const*>;
      { all.size() } -> std::convertible_to<std::size_t>;
    }
  constexpr array_view(Owner const& all) : data_{all.data()}
                                         , size_{all.size()} {}

  constexpr T const* data() const { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr T const& operator[](std::size_t i) const { return data_[i]; }
  constexpr T const& front() const { return data_[0]; }
  constexpr T const& back() const { return data_[size_ - 1]; }
  constexpr array_view first(std::size_t n) const { return {data_, n}; }
  constexpr array_view subspan(std::size_t from) const { return {data_ + from, size_ - from}; }
  constexpr T const* begin() const { return data_; }
  constexpr T const* end() const { return data_ + size_; }

private:
  T const* data_ = nullptr;
  std::size_t size_ = 0;
};

} // namespace enigma
