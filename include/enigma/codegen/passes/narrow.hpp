// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/passes/simplify.hpp>

// Integers of 64 bits that came from 32: GPUs compute with 32 bits, and take several instructions for 64.
// Where it is proven that the numbers fit, an operation is done in 32 bits and what it gives is widened; an
// index that was widened is used as it was. Law: the same value in every thread, for every input.
//
// What is proven, with T the type of 32 bits that the operands were converted from:
// - Every operand is a number of T in every thread: it is a conversion from a T that keeps the number, or a
//   constant. So as a T it is the same number.
// - What the operation gives, computed with whole integers from the ranges of the operands (range.hpp), is a
//   number of T, and of the type of 64 bits. So it wraps in neither. Of bit_and, bit_or, bit_xor, min and max
//   it is one anyway, of x - x / n * n it is the rest, and a comparison gives no number. A divisor is above
//   0, and shifts are by 0 to 31 bits.
//
// Without ranges: the low 32 bits of a sum, difference, product, bit_and, bit_or or bit_xor depend on those
// of the operands alone. So what is converted to u32 is computed in u32, if the operands are conversions from
// it.
//
// Sums that the library makes for an index (index_sum) stay as they are: they are sums of pointers in the
// text, and cost nothing there.

namespace enigma::detail {

class narrowing {
public:
  constexpr narrowing(instruction const* code, simplifier const& known) : code_{code}, known_{known} {}

  static constexpr bool is_wide(type t) {
    return (t.element == element_kind::int64 || t.element == element_kind::uint64) && t.elements() == 1;
  }
  static constexpr bool is_word(type t) {
    return (t.element == element_kind::int32 || t.element == element_kind::uint32) && t.elements() == 1;
  }

  /// The type of 32 bits in which an operation on a and b, which are wide, may be done; void: none.
  constexpr type of(op code, type t, value_id a, value_id b) const {
    bool const compares = code >= op::eq && code <= op::ge;
    if (b == no_value || !(compares ? t == type_of<bool> : is_wide(t)) || code_[b].type != code_[a].type)
      return {};
    type const x = source_of(a), y = source_of(b), narrow = x.is_void() ? y : x;
    if (narrow.is_void() || !is_of(narrow, x, a) || !is_of(narrow, y, b))
      return {};
    range const whole = whole_range(narrow.element), left = known_.range_of(a), right = known_.range_of(b);
    if (!holds(whole, left) || !holds(whole, right))
      return {};
    if (compares)
      return narrow;
    switch (code) {
    case op::bit_and:
    case op::bit_or:
    case op::bit_xor:
    case op::min:
    case op::max:
      return narrow;
    case op::shl:
    case op::shr:
      if (right.low < 0 || right.high > 31)
        return {};
      break;
    case op::sub:
      if (is_rest(narrow, a, b))
        return narrow;
      break;
    case op::add:
    case op::mul:
    case op::div:
    case op::rem:
      break;
    default:
      return {};
    }
    range const r = range_of_operation(code, t.element, left, right, {});
    return holds(whole, r) && (info(t.element).is_signed || r.low >= 0) ? narrow : type{};
  }

  /// Whether a conversion of x, which is wide, to u32 may be done before the operation that x is.
  constexpr bool keeps_low_bits(value_id x) const {
    instruction const& it = code_[x];
    bool const alone = it.code == op::add || it.code == op::sub || it.code == op::mul ||
                       it.code == op::bit_and || it.code == op::bit_or || it.code == op::bit_xor;
    bool any = false;
    for (int k = 0; k < 2 && alone; ++k) {
      value_id const o = it.operands[k];
      bool const widened = source_of(o) == type_of<u32>;
      if (!widened && code_[o].code != op::constant)
        return false;
      any = any || widened;
    }
    return any;
  }

  /// An index without its conversion to 64 bits.
  constexpr value_id index(value_id id) const {
    type const from = source_of(id);
    if (from.is_void())
      return id;
    value_id const x = code_[id].operands[0];
    bool const kept = info(code_[id].type.element).is_signed || !info(from.element).is_signed ||
                      known_.range_of(x).low >= 0;
    return kept ? x : id;
  }

private:
  /// Of a conversion from 32 bits: from which type. Void for all else.
  constexpr type source_of(value_id x) const {
    instruction const& it = code_[x];
    type const from = it.code == op::convert && is_wide(it.type) ? code_[it.operands[0]].type : type{};
    return is_word(from) ? from : type{};
  }
  /// An operand is a conversion from the type, or a constant.
  constexpr bool is_of(type narrow, type source, value_id x) const {
    return source == narrow || (source.is_void() && code_[x].code == op::constant);
  }
  /// x - x / n * n, whose range is more than difference_of knows.
  constexpr bool is_rest(type narrow, value_id a, value_id b) const {
    if (code_[a].code != op::convert || code_[b].code != op::convert)
      return false;
    simpler const r = known_.of(op::sub, narrow, code_[a].operands[0], code_[b].operands[0], no_value, 0);
    return r.is == simpler::kind::operation && (r.code == op::rem || r.code == op::bit_and);
  }
  static constexpr bool holds(range const& whole, range const& r) { return r.known() && whole.holds(r); }

  instruction const* code_;
  simplifier const& known_;
};

} // namespace enigma::detail
