// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <type_traits>

#include <enigma/codegen/types.hpp>

namespace enigma {

/// The value that a function constant has where a call gives none: a number as it stands in
/// constant<f32, "eps", 0, 1e-5f>, or default_value{1.0f, 0.0f, 0.0f, 1.0f} for the lanes of a vector. A
/// structural value; which numbers a type takes is the business of `constant`.
struct default_value {
  enum class sort : std::uint8_t { none, boolean, whole, real };

  sort what = sort::none;
  std::uint8_t count = 0;
  std::int64_t numbers[4]{}; // of real ones the bits of a double

  constexpr default_value() {} // NOLINT(modernize-use-equals-default): as that of buffer_index
  template <class X, std::same_as<X>... More>
    requires(sizeof...(More) < 4 && (std::is_arithmetic_v<X> || element<X>))
  constexpr default_value(X x, More... more)
      : what{std::same_as<X, bool>   ? sort::boolean
             : std::is_integral_v<X> ? sort::whole
                                     : sort::real}
      , count{1 + sizeof...(More)}
      , numbers{stored(x), stored(more)...} {}

  constexpr double real(int lane) const { return std::bit_cast<double>(numbers[lane]); }

private:
  template <class X>
  static constexpr std::int64_t stored(X x) {
    if constexpr (std::is_integral_v<X>)
      return static_cast<std::int64_t>(x);
    else if constexpr (std::is_floating_point_v<X>)
      return std::bit_cast<std::int64_t>(static_cast<double>(x));
    else
      return std::bit_cast<std::int64_t>(static_cast<double>(static_cast<float>(x)));
  }
};

} // namespace enigma
