// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>

#include <enigma/codegen/float16.hpp>

namespace enigma {

// Element types are ordinary C++ types, so the same name serves a kernel's value<f32> and a host's
// std::vector<f32>. `bool` stands for itself.
using f32 = float;
using i32 = std::int32_t;
using u32 = std::uint32_t;

/// A short vector as a kernel value: `value<vec<f32, 4>>` is MSL's `float4`. Lanes: 2, 3 or 4.
template <class T, int Lanes>
struct vec;

/// The element kinds of the intermediate representation.
enum class element_kind : std::uint8_t { boolean, int32, uint32, float16, float32 };

/// A type of the intermediate representation: a scalar, or a vector of 2 to 4 of them. `lanes == 0` is the
/// absence of a value (stores, barriers, region marks).
struct type {
  element_kind element = element_kind::boolean;
  std::uint8_t lanes = 0;

  friend constexpr bool operator==(type, type) = default;
  constexpr bool is_void() const { return lanes == 0; }
  constexpr bool is_vector() const { return lanes > 1; }
  constexpr bool is_boolean() const { return element == element_kind::boolean; }
  constexpr bool is_floating() const {
    return element == element_kind::float16 || element == element_kind::float32;
  }
  constexpr bool is_integer() const {
    return element == element_kind::int32 || element == element_kind::uint32;
  }
};

/// Bytes of one element in a buffer, the same in MSL and on the host.
constexpr int size_in_bytes(element_kind s) {
  return s == element_kind::boolean ? 1 : s == element_kind::float16 ? 2 : 4;
}

/// How a scalar type is written in MSL.
constexpr char const* msl_name(element_kind s) {
  constexpr char const* names[] = {"bool", "int", "uint", "half", "float"};
  return names[static_cast<int>(s)];
}

/// How a scalar type is written in the IR and in error messages.
constexpr char const* ir_name(element_kind s) {
  constexpr char const* names[] = {"bool", "i32", "u32", "f16", "f32"};
  return names[static_cast<int>(s)];
}

namespace detail {
template <class T>
struct element_traits {}; // no `kind`: T is not an element type of a kernel
template <>
struct element_traits<bool> {
  static constexpr element_kind kind = element_kind::boolean;
};
template <>
struct element_traits<i32> {
  static constexpr element_kind kind = element_kind::int32;
};
template <>
struct element_traits<u32> {
  static constexpr element_kind kind = element_kind::uint32;
};
template <>
struct element_traits<f16> {
  static constexpr element_kind kind = element_kind::float16;
};
template <>
struct element_traits<f32> {
  static constexpr element_kind kind = element_kind::float32;
};

template <class T>
struct type_traits {
  using element = T;
  static constexpr int lanes = 1;
};
template <class T, int Lanes>
struct type_traits<vec<T, Lanes>> {
  using element = T;
  static constexpr int lanes = Lanes;
};
} // namespace detail

/// An element type of a buffer or a scalar value: bool, i32, u32, f16, f32.
template <class T>
concept element = requires { detail::element_traits<T>::kind; };

/// The type of a kernel value: an element, or `vec<element, 2..4>`.
template <class T>
concept value_type = element<typename detail::type_traits<T>::element> &&
                     detail::type_traits<T>::lanes >= 1 && detail::type_traits<T>::lanes <= 4;

template <class T>
using element_of = typename detail::type_traits<T>::element;

/// f32, f16 and vectors of them.
template <class T>
concept floating_type =
    value_type<T> && (std::same_as<element_of<T>, f32> || std::same_as<element_of<T>, f16>);

/// i32, u32 and vectors of them.
template <class T>
concept integer_type =
    value_type<T> && (std::same_as<element_of<T>, i32> || std::same_as<element_of<T>, u32>);

/// bool and vectors of it.
template <class T>
concept boolean_type = value_type<T> && std::same_as<element_of<T>, bool>;

/// Everything that has arithmetic.
template <class T>
concept numeric_type = floating_type<T> || integer_type<T>;

/// The IR type of a C++ value type.
template <value_type T>
inline constexpr type type_of{detail::element_traits<element_of<T>>::kind,
                              static_cast<std::uint8_t>(detail::type_traits<T>::lanes)};

namespace detail {
template <class E, int Lanes>
struct lanes_of {
  using type = vec<E, Lanes>;
};
template <class E>
struct lanes_of<E, 1> {
  using type = E;
};
} // namespace detail

/// `T` with its elements replaced: `with_element<vec<f32, 4>, bool>` is `vec<bool, 4>`.
template <value_type T, element E>
using with_element = typename detail::lanes_of<E, detail::type_traits<T>::lanes>::type;

/// The IR type of a vector of `lanes` elements of T; one lane is the element itself.
template <element T, int Lanes>
using vector_of = typename detail::lanes_of<T, Lanes>::type;

} // namespace enigma
