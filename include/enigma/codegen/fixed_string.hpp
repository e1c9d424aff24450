// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace enigma {

/// A string literal as a template argument: the "X" of `in<f32, "X">`.
template <std::size_t N>
struct fixed_string {
  char characters[N]{};

  constexpr fixed_string() = default;
  constexpr fixed_string(char const (&literal)[N]) {
    for (std::size_t i = 0; i < N; ++i)
      characters[i] = literal[i];
  }
  constexpr char const* c_str() const { return characters; }
  constexpr bool empty() const { return N <= 1; }
};

namespace detail {
// A template parameter object has static storage, so its address may be kept in a constant.
template <fixed_string Name>
inline constexpr char const* static_name = Name.c_str();
} // namespace detail

} // namespace enigma
