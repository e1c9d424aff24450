// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/ir.hpp>

// Constant folding. Law: the constant has, bit for bit, the value that every thread would have computed.
//
// Integers and bools: their rows' rules are exact, so everything with a fold rule. Floats: only what IEEE 754
// rounds correctly on a GPU as here (+ - *, comparisons, min, max, abs, -x, from float to float), integers
// that a float holds exactly, and of it only what fast math leaves alone: no NaN, infinity or denormal goes
// in or comes out, since a GPU may assume them away or flush them to zero. Division and the other functions
// have errors on a GPU that a constant would not have.

namespace enigma::detail {

struct folded_constant {
  bool known = false;
  std::int64_t bits = 0;
};

/// Zero, or finite and normal; integers and bools always.
constexpr bool is_plain(element_kind kind, std::int64_t bits) {
  if (!info(kind).is_floating)
    return true;
  std::int64_t const exponent = kind == element_kind::float32   ? 0x7f800000
                                : kind == element_kind::float16 ? 0x7c00
                                                                : 0x7f80;
  std::int64_t const sign = exponent + (exponent & -exponent); // the bit above
  std::int64_t const e = bits & exponent;
  return e != exponent && (e != 0 || (bits & ~sign) == 0);
}

/// What MSL leaves open (a float outside the range of the integer) stays as it is.
constexpr folded_constant fold_conversion(element_kind to, element_kind from, std::int64_t bits) {
  element_info const &target = info(to), &source = info(from);
  if (!is_plain(from, bits))
    return {};
  if (!source.is_floating) {
    std::int64_t const n = integer_value(from, bits);
    if (to == element_kind::boolean)
      return {true, n != 0 ? 1 : 0};
    if (!target.is_floating)
      return {true, integer_bits(to, n)};
    bool const is_huge = !source.is_signed && n < 0; // a u64 of 2^63 or more
    float const x = is_huge ? static_cast<float>(static_cast<u64>(n)) : static_cast<float>(n);
    std::int64_t const result = write_constant(to, x);
    // From -2^53 to 2^53 the way back is exact; MSL leaves open how others round.
    float const back = read_constant<f32>(to, result);
    bool const small = !is_huge && n > -(std::int64_t{1} << 53) && n < (std::int64_t{1} << 53);
    return {small && is_plain(to, result) && static_cast<std::int64_t>(back) == n, result};
  }
  float const x = read_constant<f32>(from, bits);
  if (to == element_kind::boolean)
    return {true, x != 0.0f ? 1 : 0};
  if (target.is_floating) {
    std::int64_t const result = write_constant(to, x);
    return {is_plain(to, result), result};
  }
  if (!(x > -0x1p62f && x < 0x1p62f))
    return {};
  auto const n = static_cast<std::int64_t>(x);
  std::int64_t const result = integer_bits(to, n);
  return {integer_value(to, result) == n && (target.is_signed || n >= 0), result};
}

/// A pure operation on scalar constants: their common type, that of the result, and their bits.
constexpr folded_constant fold_constants(op code, type result, element_kind operand,
                                         std::int64_t const* bits) {
  op_info const& row = info(code);
  if (code == op::convert)
    return fold_conversion(result.element, operand, bits[0]);
  if (code == op::bitcast)
    return {result.is_scalar() && is_plain(result.element, bits[0]), bits[0]};
  if (row.fold == nullptr)
    return {};
  if (!info(operand).is_floating) {
    if ((code == op::shl || code == op::shr) && size_in_bytes(operand) < 8) {
      int const width = result.lanes > 1 ? 8 * size_in_bytes(operand) : 32; // scalars become an int
      std::int64_t const counted[] = {bits[0], bits[1] & (width - 1)};
      return {true, row.fold(operand, counted)};
    }
    return {true, row.fold(operand, bits)};
  }
  if (code == op::div ||
      (code == op::clamp && read_constant<f32>(operand, bits[1]) > read_constant<f32>(operand, bits[2])))
    return {};
  for (int k = 0; k < row.operands; ++k)
    if (!is_plain(operand, bits[k]))
      return {};
  std::int64_t const r = row.fold(operand, bits);
  if (row.result == gives::boolean)
    return {true, r};
  // Of zeros, min and max may give either.
  bool const is_zero = read_constant<f32>(operand, r) == 0.0f;
  return {is_plain(operand, r) && !(is_zero && row.form == syntax::call && row.operands > 1), r};
}

} // namespace enigma::detail
