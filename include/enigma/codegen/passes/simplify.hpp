// SPDX-License-Identifier: MIT
#pragma once

#include <bit>

#include <enigma/codegen/passes/fold.hpp>
#include <enigma/codegen/passes/range.hpp>

// What an operation comes to, given what is known of its operands when it is recorded. Law: the same value in
// every thread, for every input, and never more operations than before. Floats are folded, nothing else: what
// an author writes of them is what is rounded.
//
// Division by a power of two stays `/ 8u` where the operand is unsigned: that reads best and costs a shift.
// Of a signed operand the compiler would have to correct negative numbers; where none can come, it becomes
// `>> 3` and `& 7`, which need neither that nor a cast.

namespace enigma::detail {

/// Instead of an operation: one of the values there are, a constant of the result's type, or an operation on
/// x and, but for a conversion, a constant of x's type.
struct simpler {
  enum class kind : std::uint8_t { nothing, value, constant, operation };
  kind is = kind::nothing;
  op code = op::count_;
  value_id x = no_value;
  std::int64_t bits = 0; // of the constant

  static constexpr simpler a_value(value_id x) { return {kind::value, op::count_, x, 0}; }
  static constexpr simpler a_constant(std::int64_t bits) {
    return {kind::constant, op::count_, no_value, bits};
  }
  static constexpr simpler an_operation(op code, value_id x, std::int64_t bits) {
    return {kind::operation, code, x, bits};
  }
};

/// What is kept of an instruction while recording.
struct link {
  value_id next = no_value; // in the chain of equal hashes
  std::uint32_t epoch = 0;  // of what a load read
  std::uint16_t part = 0;   // of a region, counted from 1; 0: of none
  range numbers;            // of an integer
};

/// The instructions so far, and what is known of them.
class simplifier {
public:
  constexpr simplifier(instruction const* code, link const* links) : code_{code}, links_{links} {}

  constexpr range range_of(value_id x) const {
    range const& r = links_[x].numbers;
    return r.known() ? r : whole_range(code_[x].type.element);
  }

  /// The range of a new operation; not known where it is no more than the type says.
  constexpr range range_of_result(op code, type t, value_id a, value_id b, value_id c) const {
    bool const asks = code == op::convert || code == op::clz || code == op::ctz || code == op::popcount ||
                      code == op::bit_and || code == op::rem || code == op::shr || code == op::div;
    if (!asks && !links_[a].numbers.known() && (b == no_value || !links_[b].numbers.known()) &&
        code != op::clamp)
      return {};
    range const r = range_of_operation(code, t.element, range_of(a), b == no_value ? range{} : range_of(b),
                                       c == no_value || code == op::select ? range{} : range_of(c));
    range const whole = whole_range(t.element);
    bool const fits = whole.known() ? whole.holds(r) && !r.holds(whole) : r.low >= 0;
    return r.known() && fits ? r : range{};
  }

  constexpr simpler of(op code, type t, value_id a, value_id b, value_id c, std::int64_t imm) const {
    instruction const& x = code_[a];
    if (x.code == op::constant && (b == no_value || code_[b].code == op::constant) &&
        (c == no_value || code_[c].code == op::constant) && t.lanes == 1 && code != op::select) {
      std::int64_t const bits[4] = {x.imm, b == no_value ? 0 : code_[b].imm,
                                    c == no_value ? 0 : code_[c].imm};
      folded_constant const f = fold_constants(code, t, x.type.element, bits);
      if (f.known)
        return simpler::a_constant(f.bits);
    }
    if (code == op::select)
      return of_choice(a, b, c);
    if (code >= op::add && code <= op::max && b != no_value) {
      if (t.lanes != 1 || x.type.is_floating())
        return {};
      if (x.type.is_boolean())
        return of_bools(code, a, b);
      return code >= op::eq && code <= op::ge ? of_comparison(code, a, b) : of_integers(code, a, b);
    }
    switch (code) {
    case op::convert:
      return of_conversion(t, a);
    case op::logical_not:
      return x.code == op::logical_not ? simpler::a_value(x.operands[0]) : simpler{};
    case op::abs:
      return x.type.is_integer() && t.lanes == 1 && range_of(a).known() && range_of(a).low >= 0
                 ? simpler::a_value(a)
                 : simpler{};
    case op::extract: // of what a vector was made of
      if (x.code != op::make_vector)
        return {};
      return simpler::a_value(x.operands[x.operands[1] == no_value ? 0 : imm]);
    default:
      return {};
    }
  }

private:
  constexpr bool is_constant(value_id x) const { return code_[x].code == op::constant; }
  constexpr std::int64_t number(value_id x) const {
    return integer_value(code_[x].type.element, code_[x].imm);
  }
  /// x is `code`(., a constant), whose number is in the range of positive ones.
  constexpr bool is_by_constant(value_id x, op code) const {
    return code_[x].code == code && is_constant(code_[x].operands[1]) && number(code_[x].operands[1]) > 0;
  }
  constexpr std::int64_t factor(value_id x) const { return number(code_[x].operands[1]); }
  static constexpr bool is_power_of_two(std::int64_t n) { return n > 0 && (n & (n - 1)) == 0; }
  static constexpr int logarithm(std::int64_t n) { return std::countr_zero(static_cast<u64>(n)); }

  static constexpr bool fits(element_kind k, range const& r) {
    range const whole = whole_range(k);
    return r.known() && (whole.known() ? whole.holds(r) : r.low >= 0);
  }
  /// Whether x * y is the product of the numbers, in every thread.
  constexpr bool product_fits(value_id x, std::int64_t y) const {
    range const r = range_of(x);
    return r.known() && fits(code_[x].type.element, product_of(r, {y, y}));
  }

  constexpr simpler of_choice(value_id otherwise, value_id then, value_id condition) const {
    if (otherwise == then)
      return simpler::a_value(then);
    if (is_constant(condition))
      return simpler::a_value(code_[condition].imm != 0 ? then : otherwise);
    return {};
  }

  constexpr simpler of_bools(op code, value_id a, value_id b) const {
    if (code != op::logical_and && code != op::logical_or)
      return {};
    if (a == b)
      return simpler::a_value(a);
    bool const decides = code == op::logical_or; // the value that settles it
    for (int k = 0; k < 2; ++k) {
      value_id const x = k == 0 ? a : b, y = k == 0 ? b : a;
      if (is_constant(x))
        return (code_[x].imm != 0) == decides ? simpler::a_constant(decides ? 1 : 0) : simpler::a_value(y);
    }
    return {};
  }

  /// An integer as another and then as a third: the one between only matters if it is narrower than the third
  /// and does not hold the number.
  constexpr simpler of_conversion(type t, value_id a) const {
    instruction const& x = code_[a];
    if (x.type == t)
      return simpler::a_value(a);
    if (x.code != op::convert || !t.is_integer() || !x.type.is_integer() || t.lanes != 1)
      return {};
    value_id const y = x.operands[0];
    type const from = code_[y].type;
    if (!from.is_integer())
      return {};
    if (size_in_bytes(x.type.element) < size_in_bytes(t.element) && !fits(x.type.element, range_of(y)))
      return {};
    if (from == t)
      return simpler::a_value(y);
    return simpler::an_operation(op::convert, y, 0);
  }

  constexpr simpler of_comparison(op code, value_id a, value_id b) const {
    if (a == b)
      return simpler::a_constant(code == op::eq || code == op::le || code == op::ge ? 1 : 0);
    range const x = range_of(a), y = range_of(b);
    if (!x.known() || !y.known())
      return {};
    bool const below = x.high < y.low, above = y.high < x.low, not_above = x.high <= y.low,
               not_below = y.high <= x.low;
    switch (code) {
    case op::eq:
      return below || above ? simpler::a_constant(0) : simpler{};
    case op::ne:
      return below || above ? simpler::a_constant(1) : simpler{};
    case op::lt:
      return below ? simpler::a_constant(1) : not_below ? simpler::a_constant(0) : simpler{};
    case op::le:
      return not_above ? simpler::a_constant(1) : above ? simpler::a_constant(0) : simpler{};
    case op::gt:
      return above ? simpler::a_constant(1) : not_above ? simpler::a_constant(0) : simpler{};
    default:
      return not_below ? simpler::a_constant(1) : below ? simpler::a_constant(0) : simpler{};
    }
  }

  constexpr simpler of_integers(op code, value_id a, value_id b) const {
    switch (code) {
    case op::add:
      return of_sum(a, b);
    case op::sub:
      return of_difference(a, b);
    case op::mul:
      return of_product(a, b);
    case op::div:
      return of_quotient(a, b);
    case op::rem:
      return of_remainder(a, b);
    case op::bit_and:
      return of_common_bits(a, b);
    case op::bit_or:
    case op::bit_xor:
      if (a == b)
        return code == op::bit_or ? simpler::a_value(a) : simpler::a_constant(0);
      return is_constant(b) && code_[b].imm == 0   ? simpler::a_value(a)
             : is_constant(a) && code_[a].imm == 0 ? simpler::a_value(b)
                                                   : simpler{};
    case op::shl:
      return is_constant(b) && code_[b].imm == 0 ? simpler::a_value(a) : simpler{};
    case op::shr:
      return of_shift_down(a, b);
    case op::min:
    case op::max: {
      range const x = range_of(a), y = range_of(b);
      if (a == b || !x.known() || !y.known())
        return a == b ? simpler::a_value(a) : simpler{};
      if (x.high <= y.low)
        return simpler::a_value(code == op::min ? a : b);
      return y.high <= x.low ? simpler::a_value(code == op::min ? b : a) : simpler{};
    }
    default:
      return {};
    }
  }

  constexpr simpler of_sum(value_id a, value_id b) const {
    if (is_constant(a))
      return code_[a].imm == 0 ? simpler::a_value(b) : of_constant_added(b, a);
    if (is_constant(b))
      return code_[b].imm == 0 ? simpler::a_value(a) : of_constant_added(a, b);
    // x / n * n + x % n
    for (int k = 0; k < 2; ++k) {
      value_id const product = k == 0 ? a : b, rest = k == 0 ? b : a;
      if (code_[rest].code != op::rem || code_[product].code != op::mul)
        continue;
      value_id const x = code_[rest].operands[0], n = code_[rest].operands[1];
      for (int side = 0; side < 2; ++side) {
        instruction const& quotient = code_[code_[product].operands[side]];
        if (code_[product].operands[1 - side] == n && quotient.code == op::div && quotient.operands[0] == x &&
            quotient.operands[1] == n && is_constant(n) && code_[n].imm != 0)
          return simpler::a_value(x);
      }
    }
    return {};
  }
  /// x + m + n is x + (m + n), both modulo the width; where m + n is no number of the type, the text keeps m
  /// and n.
  constexpr simpler of_constant_added(value_id x, value_id n) const {
    if (code_[x].code != op::add || !is_constant(code_[x].operands[1]))
      return {};
    return sum_with(code_[x].operands[0], number(code_[x].operands[1]), number(n));
  }
  constexpr simpler sum_with(value_id x, std::int64_t m, std::int64_t n) const {
    element_kind const k = code_[x].type.element;
    range const r = sum_of({m, m}, {n, n});
    if (!fits(k, r))
      return {};
    return r.low == 0 ? simpler::a_value(x) : simpler::an_operation(op::add, x, integer_bits(k, r.low));
  }

  constexpr simpler of_difference(value_id a, value_id b) const {
    if (a == b)
      return simpler::a_constant(0);
    if (is_constant(b) && code_[b].imm == 0)
      return simpler::a_value(a);
    if (is_by_constant(b, op::mul))
      return of_rest(a, code_[b].operands[0], factor(b));
    if (code_[a].code != op::add)
      return {};
    value_id const x = code_[a].operands[0], y = code_[a].operands[1];
    if (x == b || y == b) // x + y - y
      return simpler::a_value(x == b ? y : x);
    if (is_constant(b) && is_constant(y) && number(b) > 0)
      return sum_with(x, number(y), -number(b));
    return {};
  }

  /// x - x / n * n, as signed remainders are written.
  constexpr simpler of_rest(value_id x, value_id quotient, std::int64_t n) const {
    instruction const& q = code_[quotient];
    if (q.operands[0] != x || !is_constant(q.operands[1]))
      return {};
    if (q.code == op::shr && is_power_of_two(n) && factor(quotient) == logarithm(n))
      return simpler::an_operation(op::bit_and, x, n - 1);
    range const r = range_of(x);
    bool const natural = !info(q.type.element).is_signed || (r.known() && r.low >= 0);
    return q.code == op::div && factor(quotient) == n && natural ? simpler::an_operation(op::rem, x, n)
                                                                 : simpler{};
  }

  constexpr simpler of_product(value_id a, value_id b) const {
    if (is_constant(a))
      return of_product(b, a);
    if (!is_constant(b))
      return {};
    if (code_[b].imm == 0)
      return simpler::a_constant(0);
    if (code_[b].imm == 1)
      return simpler::a_value(a);
    if (code_[a].code != op::mul || !is_constant(code_[a].operands[1]))
      return {};
    range const m{number(code_[a].operands[1]), number(code_[a].operands[1])}, n{number(b), number(b)};
    range const r = product_of(m, n); // x * m * n, modulo the width
    element_kind const k = code_[a].type.element;
    return fits(k, r) ? simpler::an_operation(op::mul, code_[a].operands[0], integer_bits(k, r.low))
                      : simpler{};
  }

  /// a = x * m + y, with an x * m that does not wrap and 0 <= y < m, both not negative: how layouts make one
  /// number of two.
  struct digits {
    value_id x = no_value, y = no_value;
    std::int64_t m = 0;
  };
  static constexpr range product_with_rest(range const& x, std::int64_t m) {
    range const product = product_of(x, {m, m});
    return product.known() ? sum_of(product, {0, m - 1}) : range{};
  }
  constexpr digits digits_of(value_id a) const {
    if (code_[a].code != op::add)
      return {};
    for (int k = 0; k < 2; ++k) {
      value_id const product = code_[a].operands[k], y = code_[a].operands[1 - k];
      if (!is_by_constant(product, op::mul))
        continue;
      value_id const x = code_[product].operands[0];
      std::int64_t const m = factor(product);
      range const of_x = range_of(x), of_y = range_of(y);
      if (of_x.known() && of_x.low >= 0 && of_y.known() && of_y.low >= 0 && of_y.high < m &&
          fits(code_[a].type.element, product_with_rest(of_x, m)))
        return {x, y, m};
    }
    return {};
  }

  constexpr simpler of_quotient(value_id a, value_id b) const {
    range const x = range_of(a), y = range_of(b);
    if (x.known() && y.known() && x.low >= 0 && x.high < y.low)
      return simpler::a_constant(0);
    if (!is_constant(b) || number(b) <= 0)
      return {};
    std::int64_t const n = number(b);
    if (n == 1)
      return simpler::a_value(a);
    element_kind const k = code_[a].type.element;
    if (is_by_constant(a, op::div)) { // x / m / n, for negative x too
      range const product = product_of({factor(a), factor(a)}, {n, n});
      if (fits(k, product))
        return simpler::an_operation(op::div, code_[a].operands[0], integer_bits(k, product.low));
    }
    if (is_by_constant(a, op::mul) && product_fits(code_[a].operands[0], factor(a))) {
      std::int64_t const m = factor(a); // x * m / n
      value_id const of = code_[a].operands[0];
      if (m == n)
        return simpler::a_value(of);
      if (m % n == 0)
        return simpler::an_operation(op::mul, of, m / n);
      if (n % m == 0)
        return simpler::an_operation(op::div, of, n / m);
    }
    digits const d = digits_of(a);
    if (d.x != no_value) { // (x * m + y) / n
      if (d.m == n)
        return simpler::a_value(d.x);
      if (n % d.m == 0)
        return simpler::an_operation(op::div, d.x, n / d.m);
      if (d.m % n == 0 && range_of(d.y).high < n)
        return simpler::an_operation(op::mul, d.x, d.m / n);
    }
    if (info(k).is_signed && is_power_of_two(n) && x.known() && x.low >= 0)
      return simpler::an_operation(op::shr, a, logarithm(n));
    return {};
  }

  constexpr simpler of_remainder(value_id a, value_id b) const {
    range const x = range_of(a), y = range_of(b);
    if (x.known() && y.known() && x.low >= 0 && x.high < y.low)
      return simpler::a_value(a);
    if (!is_constant(b) || number(b) <= 0)
      return {};
    std::int64_t const n = number(b);
    if (n == 1)
      return simpler::a_constant(0);
    element_kind const k = code_[a].type.element;
    if (is_by_constant(a, op::rem) && factor(a) % n == 0) // x % m % n
      return simpler::an_operation(op::rem, code_[a].operands[0], n);
    if (is_by_constant(a, op::mul) && factor(a) % n == 0 && product_fits(code_[a].operands[0], factor(a)))
      return simpler::a_constant(0);
    digits const d = digits_of(a);
    if (d.x != no_value && d.m % n == 0) // (x * m + y) % n
      return d.m == n ? simpler::a_value(d.y) : simpler::an_operation(op::rem, d.y, n);
    if (info(k).is_signed && is_power_of_two(n) && x.known() && x.low >= 0)
      return simpler::an_operation(op::bit_and, a, n - 1);
    return {};
  }

  constexpr simpler of_common_bits(value_id a, value_id b) const {
    if (a == b)
      return simpler::a_value(a);
    if (is_constant(a))
      return of_common_bits(b, a);
    if (!is_constant(b))
      return {};
    std::int64_t const mask = number(b);
    if (mask == 0)
      return simpler::a_constant(0);
    if (mask == -1)
      return simpler::a_value(a);
    range const x = range_of(a);
    // A mask of low bits that takes nothing away.
    if ((mask & static_cast<std::int64_t>(static_cast<u64>(mask) + 1)) == 0 && x.known() && x.low >= 0 &&
        x.high <= mask)
      return simpler::a_value(a);
    if (code_[a].code == op::bit_and && is_constant(code_[a].operands[1])) {
      std::int64_t const both = code_[b].imm & code_[code_[a].operands[1]].imm;
      return both == 0 ? simpler::a_constant(0)
                       : simpler::an_operation(op::bit_and, code_[a].operands[0], both);
    }
    return {};
  }

  constexpr simpler of_shift_down(value_id a, value_id b) const {
    if (!is_constant(b))
      return {};
    element_kind const k = code_[a].type.element;
    std::int64_t const n = number(b), width = 8 * size_in_bytes(k);
    if (n == 0)
      return simpler::a_value(a);
    range const x = range_of(a);
    if (n < 0 || n >= width)
      return {};
    if (x.known() && x.low >= 0 && n < 63 && x.high >> n == 0)
      return simpler::a_constant(0);
    if (is_by_constant(a, op::shr) && factor(a) + n < width)
      return simpler::an_operation(op::shr, code_[a].operands[0], factor(a) + n);
    return {};
  }

  instruction const* code_;
  link const* links_;
};

} // namespace enigma::detail
