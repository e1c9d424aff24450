// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <type_traits>

#include <enigma/codegen/detail/scalar_rules.hpp>
#include <enigma/codegen/op.hpp>

// A row's evaluation rule, applied to the bits of constants: what op_info::fold points to.

namespace enigma::detail {

/// A constant of an element type as a T that holds all its values: i64, u64 (also of bools) or f32; or as the
/// type itself.
template <class T>
constexpr T read_constant(element_kind kind, std::int64_t bits) {
  if constexpr (std::is_floating_point_v<T>)
    return kind == element_kind::float16    ? float(constant_value<f16>(bits))
           : kind == element_kind::bfloat16 ? float(constant_value<bf16>(bits))
                                            : constant_value<f32>(bits);
  else
    return static_cast<T>(integer_value(kind, bits));
}
/// The bits of x as a constant of an element type, wrapped or rounded to it; of a bool, as a bool.
template <class R>
constexpr std::int64_t write_constant(element_kind kind, R x) {
  if constexpr (std::is_same_v<R, bool>)
    return x ? 1 : 0;
  else if constexpr (std::is_floating_point_v<R>)
    return kind == element_kind::float16    ? constant_bits(f16(x))
           : kind == element_kind::bfloat16 ? constant_bits(bf16(x))
                                            : constant_bits(x);
  else
    return integer_bits(kind, static_cast<std::int64_t>(x));
}

template <class Rule, class T, int Operands>
constexpr std::int64_t fold_in(element_kind kind, std::int64_t const* bits) {
  if constexpr (Operands == 1)
    return write_constant(kind, Rule{}(read_constant<T>(kind, bits[0])));
  else if constexpr (Operands == 2)
    return write_constant(kind, Rule{}(read_constant<T>(kind, bits[0]), read_constant<T>(kind, bits[1])));
  else
    return write_constant(kind, Rule{}(read_constant<T>(kind, bits[0]), read_constant<T>(kind, bits[1]),
                                       read_constant<T>(kind, bits[2])));
}

/// For a rule that gives the same for a T as for a wider one, narrowed.
template <class Rule, int Operands, takes Domain>
constexpr std::int64_t fold_by(element_kind kind, std::int64_t const* bits) {
  element_info const& it = info(kind);
  if constexpr (Domain == takes::numeric || Domain == takes::any)
    if (it.is_floating)
      return fold_in<Rule, f32, Operands>(kind, bits);
  if constexpr (Domain != takes::boolean)
    if (it.is_signed)
      return fold_in<Rule, i64, Operands>(kind, bits);
  return fold_in<Rule, u64, Operands>(kind, bits);
}

/// For a rule on one integer that depends on the width.
template <class Rule>
constexpr std::int64_t fold_by_width(element_kind kind, std::int64_t const* bits) {
  switch (kind) {
  case element_kind::int8:
    return fold_in<Rule, i8, 1>(kind, bits);
  case element_kind::uint8:
    return fold_in<Rule, u8, 1>(kind, bits);
  case element_kind::int16:
    return fold_in<Rule, i16, 1>(kind, bits);
  case element_kind::uint16:
    return fold_in<Rule, u16, 1>(kind, bits);
  case element_kind::int32:
    return fold_in<Rule, i32, 1>(kind, bits);
  case element_kind::uint32:
    return fold_in<Rule, u32, 1>(kind, bits);
  case element_kind::int64:
    return fold_in<Rule, i64, 1>(kind, bits);
  default:
    return fold_in<Rule, u64, 1>(kind, bits);
  }
}

} // namespace enigma::detail
