// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace enigma::detail {

/// An array whose length is set once; elements start as T{}. Costs the compiler a fraction of std::vector.
template <class T>
class fixed_array {
public:
  fixed_array() = default;
  explicit fixed_array(std::size_t n) : data_{new T[n]{}}, size_{n} {}
  fixed_array(fixed_array&& other) noexcept : data_{other.data_}, size_{other.size_} {
    other.data_ = nullptr;
    other.size_ = 0;
  }
  fixed_array& operator=(fixed_array&& other) noexcept {
    T* const data = data_;
    std::size_t const size = size_;
    data_ = other.data_, size_ = other.size_;
    other.data_ = data, other.size_ = size;
    return *this;
  }
  fixed_array(fixed_array const&) = delete;
  fixed_array& operator=(fixed_array const&) = delete;
  ~fixed_array() { delete[] data_; }

  T& operator[](std::size_t i) { return data_[i]; }
  T const& operator[](std::size_t i) const { return data_[i]; }
  T* data() { return data_; }
  T const* data() const { return data_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

} // namespace enigma::detail
