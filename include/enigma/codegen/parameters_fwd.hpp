// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <enigma/codegen/default_value.hpp>
#include <enigma/codegen/fixed_string.hpp>
#include <enigma/error.hpp>

namespace enigma {

/// Where a buffer is bound: in<f32, "X", buffer_index{3}>. A parameter without one gets the lowest index that
/// is free, in order. MSL: `[[buffer(3)]]`. Errors: the index is not one of 0 to 30.
struct buffer_index {
  std::int32_t number = -1; // open

  // NOLINTNEXTLINE(modernize-use-equals-default): g++ 12 defines such a one too late for lambdas in templates
  constexpr buffer_index() {}
  constexpr explicit buffer_index(int n) : number{n} {
    if (n < 0 || n > 30)
      refused((detail::sentence("buffer_index ") << n << ": the buffers of a kernel have the indices 0 to 30")
                  .lines());
  }
};

// In a kernel's parameter list: in<f32, "X">. At a call, without a name: in(x) wraps host memory.
template <class T, fixed_string Name = "", buffer_index At = buffer_index{}>
class in;
template <class T, fixed_string Name = "", buffer_index At = buffer_index{}>
class out;
template <class T, fixed_string Name = "", buffer_index At = buffer_index{}>
class inout;
template <class T, fixed_string Name = "", buffer_index At = buffer_index{}>
class scalar;
template <class T, fixed_string Name, buffer_index At = buffer_index{}>
class atomic;

/// As the index of a function constant: the lowest that none has chosen, in order.
inline constexpr int next_index = -1;
template <class T, fixed_string Name = "", int Index = next_index, default_value Default = default_value{}>
class constant;
template <class T, fixed_string Name>
class threadgroup;

} // namespace enigma
