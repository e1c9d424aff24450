// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/fixed_string.hpp>

namespace enigma {

// In a kernel's parameter list: in<f32, "X">. At a call, without a name: in(x) wraps host memory.
template <class T, fixed_string Name = "">
class in;
template <class T, fixed_string Name = "">
class out;
template <class T, fixed_string Name = "">
class inout;
template <class T, fixed_string Name = "">
class scalar;
template <class T, fixed_string Name>
class atomic;

} // namespace enigma
