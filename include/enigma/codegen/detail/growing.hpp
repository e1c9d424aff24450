// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace enigma::detail {

/// A growing array for trivially copyable elements that is cheap inside constant evaluation: no allocator, no
/// iterators, no exception paths, so that an append costs the evaluator a handful of steps (std::vector:
/// dozens).
template <class T>
class growing {
public:
  constexpr growing() = default;
  constexpr ~growing() { delete[] data_; }
  constexpr growing(growing&& other) noexcept
      : data_{other.data_}
      , size_{other.size_}
      , capacity_{other.capacity_} {
    other.data_ = nullptr;
    other.size_ = other.capacity_ = 0;
  }
  constexpr growing& operator=(growing&& other) noexcept {
    swap(other);
    return *this;
  }
  growing(growing const&) = delete;
  growing& operator=(growing const&) = delete;

  constexpr void swap(growing& other) noexcept {
    T* const data = data_;
    std::size_t const size = size_, capacity = capacity_;
    data_ = other.data_, size_ = other.size_, capacity_ = other.capacity_;
    other.data_ = data, other.size_ = size, other.capacity_ = capacity;
  }

  constexpr void push_back(T const& x) {
    if (size_ == capacity_)
      grow(size_ + 1);
    data_[size_++] = x;
  }
  constexpr void append(T const* first, std::size_t n) {
    if (size_ + n > capacity_)
      grow(size_ + n);
    for (T* to = data_ + size_; n != 0; --n, ++size_)
      *to++ = *first++;
  }
  constexpr void shrink(std::size_t n) { size_ = n; }
  constexpr void pop_back() { --size_; }

  constexpr T& operator[](std::size_t i) { return data_[i]; }
  constexpr T const& operator[](std::size_t i) const { return data_[i]; }
  constexpr T& back() { return data_[size_ - 1]; }
  constexpr T const* data() const { return data_; }
  constexpr T* data() { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr T const* begin() const { return data_; }
  constexpr T const* end() const { return data_ + size_; }

private:
  constexpr void grow(std::size_t at_least) {
    std::size_t capacity = capacity_ < 32 ? 32 : 4 * capacity_; // few moves matter more than memory here
    if (capacity < at_least)
      capacity = at_least;
    T* const data = new T[capacity]{};
    for (std::size_t i = 0; i < size_; ++i)
      data[i] = data_[i];
    delete[] data_;
    data_ = data;
    capacity_ = capacity;
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// An array of fixed length, its elements value-initialised. Hot loops keep the pointer that it converts to:
/// in constant evaluation a call, also that of a conversion or of operator[], costs more than what it does.
template <class T>
class zeroed {
public:
  constexpr explicit zeroed(std::size_t n) : data_{new T[n + 1]{}} {}
  constexpr ~zeroed() { delete[] data_; }
  zeroed(zeroed const&) = delete;
  zeroed& operator=(zeroed const&) = delete;
  constexpr operator T*() const { return data_; }
  constexpr T* data() const { return data_; }

private:
  T* data_;
};

} // namespace enigma::detail
