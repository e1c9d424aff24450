// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>

#include <enigma/codegen/float16.hpp>

namespace enigma {

// Element types are ordinary C++ types, so the same name serves a kernel's value<f32> and a host's
// std::vector<f32>. `bool` stands for itself.
using i8 = std::int8_t;   // MSL: char
using u8 = std::uint8_t;  // uchar
using i16 = std::int16_t; // short
using u16 = std::uint16_t;
using i32 = std::int32_t; // int
using u32 = std::uint32_t;
using i64 = std::int64_t; // long, Metal 2.2; in buffers 2.3
using u64 = std::uint64_t;
using f32 = float;

/// A short vector. In a kernel `value<vec<f32, 4>>` is MSL's `float4`; in host memory it lies as MSL's
/// vectors do, those of 3 lanes with the size and the alignment of 4. Lanes: 2, 3 or 4.
template <class T, int Lanes>
struct alignas((Lanes == 3 ? 4 : Lanes) * sizeof(T)) vec {
  T lanes[Lanes == 3 ? 4 : Lanes];

  constexpr T& operator[](int i) { return lanes[i]; }
  constexpr T const& operator[](int i) const { return lanes[i]; }
  friend constexpr bool operator==(vec const& a, vec const& b) {
    for (int i = 0; i < Lanes; ++i)
      if (!(a.lanes[i] == b.lanes[i]))
        return false;
    return true;
  }
};

/// A matrix of 2 to 4 columns, each a vector of 2 to 4 rows, in MSL's order: mat<f32, 4, 3> is `float4x3`. In
/// a kernel `value<mat<f32, 4, 4>>`; in host memory columns of 3 rows have room for 4, as in MSL. Elements:
/// f32 and f16.
template <class T, int Columns, int Rows>
struct mat {
  vec<T, Rows> columns[Columns];

  constexpr vec<T, Rows>& operator[](int column) { return columns[column]; }
  constexpr vec<T, Rows> const& operator[](int column) const { return columns[column]; }
  friend constexpr bool operator==(mat const& a, mat const& b) {
    for (int i = 0; i < Columns; ++i)
      if (!(a.columns[i] == b.columns[i]))
        return false;
    return true;
  }
};

/// The element kinds of the intermediate representation.
enum class element_kind : std::uint8_t {
  boolean,
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float16,
  bfloat16,
  float32,
  count_
};
inline constexpr int element_kinds = static_cast<int>(element_kind::count_);

/// What is known of an element type: its bytes, the same in MSL and on the host, and its names.
struct element_info {
  std::uint8_t bytes;
  bool is_floating, is_integer, is_signed;
  char const* msl;
  char const* ir; // in the IR and in error messages
};

namespace detail {
inline constexpr element_info element_infos[element_kinds] = {
    {1, false, false, false, "bool", "bool"}, {1, false, true, true, "char", "i8"},
    {1, false, true, false, "uchar", "u8"},   {2, false, true, true, "short", "i16"},
    {2, false, true, false, "ushort", "u16"}, {4, false, true, true, "int", "i32"},
    {4, false, true, false, "uint", "u32"},   {8, false, true, true, "long", "i64"},
    {8, false, true, false, "ulong", "u64"},  {2, true, false, true, "half", "f16"},
    {2, true, false, true, "bfloat", "bf16"}, {4, true, false, true, "float", "f32"}};
} // namespace detail

constexpr element_info const& info(element_kind k) {
  return detail::element_infos[static_cast<int>(k)];
}
/// Bytes of one element in a buffer.
constexpr int size_in_bytes(element_kind k) {
  return info(k).bytes;
}
/// How a scalar type is written in MSL.
constexpr char const* msl_name(element_kind k) {
  return info(k).msl;
}
/// How a scalar type is written in the IR and in error messages.
constexpr char const* ir_name(element_kind k) {
  return info(k).ir;
}

/// A type of the intermediate representation: a scalar, a vector of 2 to 4 of them, a matrix of 2 to 4
/// columns that are such vectors, or an 8 x 8 matrix that a simdgroup holds together. `lanes == 0` is the
/// absence of a value (stores, barriers, region marks).
struct type {
  element_kind element = element_kind::boolean;
  std::uint8_t lanes = 0; // of a matrix: its rows
  std::uint8_t columns = 1;

  friend constexpr bool operator==(type, type) = default;
  constexpr bool is_void() const { return lanes == 0; }
  constexpr bool is_scalar() const { return lanes == 1; }
  constexpr bool is_vector() const { return lanes > 1 && columns == 1; }
  constexpr bool is_matrix() const { return columns > 1 && columns <= 4; }
  constexpr bool is_simdgroup_matrix() const { return columns == 8; }
  /// How many elements one thread has of a value.
  constexpr int elements() const { return is_simdgroup_matrix() ? 2 : lanes * columns; }
  constexpr bool is_boolean() const { return element == element_kind::boolean; }
  constexpr bool is_floating() const { return element >= element_kind::float16; }
  constexpr bool is_integer() const {
    return element >= element_kind::int8 && element <= element_kind::uint64;
  }
};

namespace detail {
template <class T>
struct element_traits {}; // no `kind`: T is not an element type of a kernel
template <>
struct element_traits<bool> {
  static constexpr element_kind kind = element_kind::boolean;
};
template <>
struct element_traits<i8> {
  static constexpr element_kind kind = element_kind::int8;
};
template <>
struct element_traits<u8> {
  static constexpr element_kind kind = element_kind::uint8;
};
template <>
struct element_traits<i16> {
  static constexpr element_kind kind = element_kind::int16;
};
template <>
struct element_traits<u16> {
  static constexpr element_kind kind = element_kind::uint16;
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
struct element_traits<i64> {
  static constexpr element_kind kind = element_kind::int64;
};
template <>
struct element_traits<u64> {
  static constexpr element_kind kind = element_kind::uint64;
};
template <>
struct element_traits<f16> {
  static constexpr element_kind kind = element_kind::float16;
};
template <>
struct element_traits<bf16> {
  static constexpr element_kind kind = element_kind::bfloat16;
};
template <>
struct element_traits<f32> {
  static constexpr element_kind kind = element_kind::float32;
};

template <class T>
struct type_traits {
  using element = T;
  static constexpr int lanes = 1, columns = 1;
};
template <class T, int Lanes>
struct type_traits<vec<T, Lanes>> {
  using element = T;
  static constexpr int lanes = Lanes, columns = 1;
};
template <class T, int Columns, int Rows>
struct type_traits<mat<T, Columns, Rows>> {
  using element = T;
  static constexpr int lanes = Rows, columns = Columns;
};
} // namespace detail

/// An element type of a buffer or a scalar value: bool, i8 to u64, f16, bf16, f32.
template <class T>
concept element = requires { detail::element_traits<T>::kind; };

template <class T>
using element_of = typename detail::type_traits<T>::element;

/// mat<f32 or f16, 2..4, 2..4>.
template <class T>
concept matrix_type = detail::type_traits<T>::columns >= 2 && detail::type_traits<T>::columns <= 4 &&
                      detail::type_traits<T>::lanes >= 2 && detail::type_traits<T>::lanes <= 4 &&
                      (std::same_as<element_of<T>, f32> || std::same_as<element_of<T>, f16>);

/// The type of a kernel value: an element, `vec<element, 2..4>`, or a matrix.
template <class T>
concept value_type =
    matrix_type<T> || (element<element_of<T>> && detail::type_traits<T>::columns == 1 &&
                       detail::type_traits<T>::lanes >= 1 && detail::type_traits<T>::lanes <= 4);

/// What a kernel's values and variables are of: a value_type, or a matrix that a simdgroup holds together.
template <class T>
concept kernel_type = value_type<T> || detail::type_traits<T>::columns == 8;

/// f32, f16, bf16 and vectors of them.
template <class T>
concept floating_type =
    value_type<T> && !matrix_type<T> && info(detail::element_traits<element_of<T>>::kind).is_floating;

/// i8 to u64 and vectors of them.
template <class T>
concept integer_type = value_type<T> && info(detail::element_traits<element_of<T>>::kind).is_integer;

/// bool and vectors of it.
template <class T>
concept boolean_type = value_type<T> && std::same_as<element_of<T>, bool>;

/// Everything that has arithmetic.
template <class T>
concept numeric_type = floating_type<T> || integer_type<T>;

/// The IR type of a C++ value type.
template <kernel_type T>
inline constexpr type type_of{detail::element_traits<element_of<T>>::kind,
                              static_cast<std::uint8_t>(detail::type_traits<T>::lanes),
                              static_cast<std::uint8_t>(detail::type_traits<T>::columns)};

namespace detail {
template <class E, int Lanes, int Columns = 1>
struct lanes_of {
  using type = mat<E, Columns, Lanes>;
};
template <class E, int Lanes>
struct lanes_of<E, Lanes, 1> {
  using type = vec<E, Lanes>;
};
template <class E>
struct lanes_of<E, 1, 1> {
  using type = E;
};
} // namespace detail

/// `T` with its elements replaced: `with_element<vec<f32, 4>, bool>` is `vec<bool, 4>`.
template <value_type T, element E>
using with_element =
    typename detail::lanes_of<E, detail::type_traits<T>::lanes, detail::type_traits<T>::columns>::type;

/// The IR type of a vector of `lanes` elements of T; one lane is the element itself.
template <element T, int Lanes>
using vector_of = typename detail::lanes_of<T, Lanes>::type;

/// Bits of a constant, as instruction::imm keeps them: the value's own bits in the low part, the rest zero.
template <element T>
constexpr std::int64_t constant_bits(T x) {
  if constexpr (requires { x.bits; })
    return x.bits;
  else if constexpr (std::is_floating_point_v<T>)
    return static_cast<std::int64_t>(std::bit_cast<std::uint32_t>(x));
  else if constexpr (std::is_same_v<T, bool>)
    return x ? 1 : 0;
  else
    return static_cast<std::int64_t>(static_cast<std::make_unsigned_t<T>>(x));
}

template <element T>
constexpr T constant_value(std::int64_t bits) {
  if constexpr (requires(T x) { x.bits; })
    return T::from_bits(static_cast<std::uint16_t>(bits));
  else if constexpr (std::is_floating_point_v<T>)
    return std::bit_cast<T>(static_cast<std::uint32_t>(bits));
  else
    return static_cast<T>(bits);
}

/// The number that an integer constant stands for; a u64 from 2^63 on appears as negative.
constexpr std::int64_t integer_value(element_kind kind, std::int64_t bits) {
  int const unused = 64 - 8 * size_in_bytes(kind);
  auto const up = static_cast<std::uint64_t>(bits) << unused;
  return info(kind).is_signed ? static_cast<std::int64_t>(up) >> unused
                              : static_cast<std::int64_t>(up >> unused);
}
/// The bits of an integer constant from a number, modulo 2^width.
constexpr std::int64_t integer_bits(element_kind kind, std::int64_t number) {
  int const unused = 64 - 8 * size_in_bytes(kind);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(number) << unused >> unused);
}

} // namespace enigma
