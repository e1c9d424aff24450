// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include <enigma/codegen/types.hpp>

// The one description of every operation. A row says what an operation takes and gives, how MSL spells it and
// what it computes; the tracer, the MSL emitter, the IR printer and the CPU executor all read it from here,
// so adding an operation is adding an enumerator and its row.

namespace enigma {

enum class op : std::uint8_t {
  // Leaves: values that exist before the first statement of the kernel.
  constant, // imm: the bits
  argument, // imm: number of the scalar parameter in kernel_ir::memories
  query,    // imm: query * 3 + axis
  // Memory. imm: the memory; indices count elements of that memory, also for vector accesses.
  load,     // (index)
  load_if,  // (index, mask, otherwise)
  store,    // (index, value)
  store_if, // (index, mask, value)
  // Mutable variables. The variable is named by the instruction that declares it.
  declare, // (initial)
  get,     // (variable)
  set,     // (variable, value)
  // Regions, closed by `end`. imm: the position of the partner (see kernel_ir).
  for_,   // (low, high, step) -> the induction value
  if_,    // (condition)
  else_,  // ()
  while_, // ()            condition's instructions follow
  test,   // (condition)   ends them; the body follows
  end,    // ()
  // The threads of a threadgroup together.
  barrier,          // imm: mem_flags
  simd_sum,         // (x)
  simd_max,         // (x)
  simd_shuffle_xor, // (x) imm: mask
  // Arithmetic
  add,
  sub,
  mul,
  div,
  rem,
  neg,
  bit_and,
  bit_or,
  bit_xor,
  bit_not,
  shl,
  shr,
  logical_and,
  logical_or,
  logical_not,
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  // Functions
  min,
  max,
  abs,
  fma,
  clamp,
  sqrt,
  rsqrt,
  exp,
  exp2,
  log,
  log2,
  log10,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  atan2,
  sinh,
  cosh,
  tanh,
  pow,
  fmod,
  floor,
  ceil,
  round,
  rint,
  trunc,
  fract,
  sign,
  copysign,
  // Choosing, converting, vectors
  select,      // (otherwise, then, condition), MSL's order
  convert,     // (x) -> any type of the same lanes
  bitcast,     // (x) -> a type of the same size
  make_vector, // (x, y[, z[, w]])
  extract,     // (v) imm: lane
  count_
};

/// What an operation's operands may be. `same` rows take operands of one type.
enum class takes : std::uint8_t { special, numeric, integral, floating, boolean, any };

/// What comes out: the operands' type, bool with as many lanes, or nothing; `special` is the tracer's
/// business.
enum class gives : std::uint8_t { special, same, boolean, nothing };

/// How an operation is written in MSL.
enum class syntax : std::uint8_t { special, infix, prefix, call };

/// C++ precedence, the larger the tighter, for operators as MSL writes them.
enum : std::uint8_t {
  prec_lowest = 0,
  prec_conditional = 1,
  prec_logical_or = 2,
  prec_logical_and = 3,
  prec_bit_or = 4,
  prec_bit_xor = 5,
  prec_bit_and = 6,
  prec_equality = 7,
  prec_relational = 8,
  prec_shift = 9,
  prec_additive = 10,
  prec_multiplicative = 11,
  prec_unary = 12,
  prec_postfix = 13
};

/// The part of a row that does not depend on the type of its evaluation rule.
struct op_info {
  op code;
  char const* name; // in the IR and in messages
  std::uint8_t operands;
  takes domain;
  gives result;
  syntax form;
  char const* msl; // the operator or the function's name
  std::uint8_t precedence;
  bool pure;        // no effect, and its value depends on its operands alone
  bool foldable;    // the evaluation rule is exact and constexpr for constants
  bool commutative; // for common subexpressions
};

namespace detail {

// Integer arithmetic that wraps instead of being undefined, and never traps: the value that MSL leaves
// unspecified (x / 0) is 0 here. Floating point passes through.
template <class T>
constexpr T wrap(T x) {
  return x;
}
constexpr i32 wrap(u32 x) {
  return std::bit_cast<i32>(x);
}

template <class T, class F>
constexpr T on_unsigned(T a, T b, F f) {
  if constexpr (std::is_same_v<T, i32>)
    return wrap(f(static_cast<u32>(a), static_cast<u32>(b)));
  else
    return f(a, b);
}

template <class T>
constexpr T divide(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    if (b == 0)
      return 0;
    if constexpr (std::is_signed_v<T>)
      if (b == -1)
        return static_cast<T>(0u - static_cast<u32>(a));
  }
  return a / b;
}

template <class T>
constexpr T remainder(T a, T b) {
  if (b == 0)
    return 0;
  if constexpr (std::is_signed_v<T>)
    if (b == -1)
      return 0;
  return a % b;
}

// Float functions, with f16 going through float as f16's own operators do.
template <class T, class F>
T in_float(T x, F f) {
  return T(f(float(x)));
}
template <class T, class F>
T in_float(T x, T y, F f) {
  return T(f(float(x), float(y)));
}

/// x - floor(x), below 1 also where that rounds to 1.
template <class T>
T fraction(T x) {
  constexpr float most = std::is_same_v<T, f16> ? 0x1.ffcp-1f : 0x1.fffffep-1f;
  float const f = float(x) - std::floor(float(x));
  return T(f > most ? most : f);
}

template <class To, class From>
constexpr To converted(From x) {
  if constexpr (std::is_same_v<From, To>) {
    return x;
  } else if constexpr (std::is_same_v<From, f16>) {
    return converted<To>(float(x));
  } else if constexpr (std::is_same_v<To, f16>) {
    return f16(converted<float>(x));
  } else if constexpr (std::is_same_v<To, bool>) {
    return x != From{};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Truncation; NaN gives 0; what MSL leaves unspecified (out of range) is clamped.
    constexpr float low = std::is_signed_v<To> ? -2147483648.0f : 0.0f;
    constexpr float past = std::is_signed_v<To> ? 2147483648.0f : 4294967296.0f;
    if (!(x > low))
      return x <= low ? static_cast<To>(low) : To{0};
    return x >= past ? static_cast<To>(~u32{0} >> (std::is_signed_v<To> ? 1 : 0)) : static_cast<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

/// A row: what op_info says, and the evaluation rule on scalar operands (vectors go lane by lane).
template <class Evaluate>
struct row {
  op_info info;
  Evaluate evaluate;
};

struct no_rule {};

constexpr row<no_rule> mark(op code, char const* name, std::uint8_t operands, gives result = gives::nothing) {
  return {
      {code, name, operands, takes::special, result, syntax::special, "", prec_postfix, false, false, false},
      {}};
}

template <class E>
constexpr row<E> infix(op code, char const* name, takes domain, gives result, char const* msl,
                       std::uint8_t prec, bool commutative, E evaluate) {
  return {{code, name, 2, domain, result, syntax::infix, msl, prec, true, true, commutative}, evaluate};
}
template <class E>
constexpr row<E> prefix(op code, char const* name, takes domain, char const* msl, E evaluate) {
  return {{code, name, 1, domain, gives::same, syntax::prefix, msl, prec_unary, true, true, false}, evaluate};
}
/// A function whose rule is exact, so that constants may be folded through it.
template <class E>
constexpr row<E> exact_call(op code, char const* name, std::uint8_t operands, takes domain, char const* msl,
                            bool commutative, E evaluate) {
  return {
      {code, name, operands, domain, gives::same, syntax::call, msl, prec_postfix, true, true, commutative},
      evaluate};
}
/// A function that the GPU and the host round differently: never folded.
template <class E>
constexpr row<E> math(op code, char const* name, std::uint8_t operands, E evaluate) {
  return {{code, name, operands, takes::floating, gives::same, syntax::call, name, prec_postfix, true, false,
           false},
          evaluate};
}
/// A value exchanged between the lanes of a simdgroup; the rule combines two lanes.
template <class E>
constexpr row<E> simd(op code, char const* name, takes domain, E evaluate) {
  return {{code, name, 1, domain, gives::same, syntax::call, name, prec_postfix, false, false, false},
          evaluate};
}
template <class E>
constexpr row<E> custom(op code, char const* name, std::uint8_t operands, E evaluate) {
  return {{code, name, operands, takes::special, gives::special, syntax::special, "", prec_postfix, true,
           true, false},
          evaluate};
}

// clang-format off
#define ENIGMA_UNARY(f) [](auto operand) { return in_float(operand, [](float v_) { return f; }); }
#define ENIGMA_BINARY(f) [](auto lhs, auto rhs) { return in_float(lhs, rhs, [](float v_, float w_) { return f; }); }

template <class Visitor>
constexpr auto with_rows(Visitor visit) {
  using enum op;
  using enum takes;
  constexpr auto same = gives::same;
  constexpr auto truth = gives::boolean;
  return visit(
    custom(constant, "constant", 0, no_rule{}),
    custom(argument, "argument", 0, no_rule{}),
    custom(query, "query", 0, no_rule{}),
    mark(load, "load", 1, gives::special),
    mark(load_if, "load_if", 3, gives::special),
    mark(store, "store", 2),
    mark(store_if, "store_if", 3),
    mark(declare, "declare", 1, gives::special),
    mark(get, "get", 1, gives::special),
    mark(set, "set", 2),
    mark(for_, "for", 3, gives::special),
    mark(if_, "if", 1),
    mark(else_, "else", 0),
    mark(while_, "while", 0),
    mark(test, "test", 1),
    mark(end, "end", 0),
    mark(op::barrier, "barrier", 0),
    simd(simd_sum, "simd_sum", numeric, [](auto lhs, auto rhs) { return on_unsigned(lhs, rhs, [](auto x_, auto y_) { return decltype(x_)(x_ + y_); }); }),
    simd(simd_max, "simd_max", numeric, [](auto lhs, auto rhs) { return lhs < rhs ? rhs : lhs; }),
    simd(simd_shuffle_xor, "simd_shuffle_xor", numeric, no_rule{}),

    infix(add, "add", numeric, same, "+", prec_additive, true, [](auto lhs, auto rhs) { return on_unsigned(lhs, rhs, [](auto x_, auto y_) { return decltype(x_)(x_ + y_); }); }),
    infix(sub, "sub", numeric, same, "-", prec_additive, false, [](auto lhs, auto rhs) { return on_unsigned(lhs, rhs, [](auto x_, auto y_) { return decltype(x_)(x_ - y_); }); }),
    infix(mul, "mul", numeric, same, "*", prec_multiplicative, true, [](auto lhs, auto rhs) { return on_unsigned(lhs, rhs, [](auto x_, auto y_) { return decltype(x_)(x_ * y_); }); }),
    infix(div, "div", numeric, same, "/", prec_multiplicative, false, [](auto lhs, auto rhs) { return divide(lhs, rhs); }),
    infix(rem, "rem", integral, same, "%", prec_multiplicative, false, [](auto lhs, auto rhs) { return remainder(lhs, rhs); }),
    prefix(neg, "neg", numeric, "-", [](auto operand) { if constexpr (std::is_same_v<decltype(operand), i32>) return wrap(0u - static_cast<u32>(operand)); else return decltype(operand)(-operand); }),
    infix(bit_and, "and", integral, same, "&", prec_bit_and, true, [](auto lhs, auto rhs) { return decltype(lhs)(lhs & rhs); }),
    infix(bit_or, "or", integral, same, "|", prec_bit_or, true, [](auto lhs, auto rhs) { return decltype(lhs)(lhs | rhs); }),
    infix(bit_xor, "xor", integral, same, "^", prec_bit_xor, true, [](auto lhs, auto rhs) { return decltype(lhs)(lhs ^ rhs); }),
    prefix(bit_not, "not", integral, "~", [](auto operand) { return decltype(operand)(~operand); }),
    infix(shl, "shl", integral, same, "<<", prec_shift, false, [](auto lhs, auto rhs) { return on_unsigned(lhs, rhs, [](auto x_, auto n_) { return decltype(x_)(x_ << (n_ & 31u)); }); }),
    infix(shr, "shr", integral, same, ">>", prec_shift, false, [](auto lhs, auto rhs) { return decltype(lhs)(lhs >> (static_cast<u32>(rhs) & 31u)); }),
    infix(logical_and, "land", boolean, same, "&&", prec_logical_and, true, [](auto lhs, auto rhs) { return decltype(lhs)(lhs & rhs); }),
    infix(logical_or, "lor", boolean, same, "||", prec_logical_or, true, [](auto lhs, auto rhs) { return decltype(lhs)(lhs | rhs); }),
    prefix(logical_not, "lnot", boolean, "!", [](auto operand) { return decltype(operand)(!operand); }),
    infix(eq, "eq", any, truth, "==", prec_equality, true, [](auto lhs, auto rhs) { return lhs == rhs; }),
    infix(ne, "ne", any, truth, "!=", prec_equality, true, [](auto lhs, auto rhs) { return lhs != rhs; }),
    infix(lt, "lt", numeric, truth, "<", prec_relational, false, [](auto lhs, auto rhs) { return lhs < rhs; }),
    infix(le, "le", numeric, truth, "<=", prec_relational, false, [](auto lhs, auto rhs) { return lhs <= rhs; }),
    infix(gt, "gt", numeric, truth, ">", prec_relational, false, [](auto lhs, auto rhs) { return lhs > rhs; }),
    infix(ge, "ge", numeric, truth, ">=", prec_relational, false, [](auto lhs, auto rhs) { return lhs >= rhs; }),

    // min and max return the operand that is not a NaN, as MSL's do.
    exact_call(op::min, "min", 2, numeric, "min", true, [](auto lhs, auto rhs) { return rhs < lhs || lhs != lhs ? rhs : lhs; }),
    exact_call(op::max, "max", 2, numeric, "max", true, [](auto lhs, auto rhs) { return lhs < rhs || lhs != lhs ? rhs : lhs; }),
    exact_call(op::abs, "abs", 1, numeric, "abs", false, [](auto operand) {
      using T = decltype(operand);
      if constexpr (std::is_same_v<T, u32>) return operand;
      else if constexpr (std::is_same_v<T, i32>) return operand < 0 ? wrap(0u - static_cast<u32>(operand)) : operand;
      else if constexpr (std::is_same_v<T, f16>) return f16::from_bits(static_cast<std::uint16_t>(operand.bits & 0x7fffu));
      else return std::bit_cast<f32>(std::bit_cast<u32>(operand) & 0x7fffffffu); }),
    math(op::fma, "fma", 3, [](auto f1, auto f2, auto term) {
      if constexpr (std::is_same_v<decltype(f1), f32>) return std::fma(f1, f2, term);
      else return f16(static_cast<float>(std::fma(double(float(f1)), double(float(f2)), double(float(term))))); }),
    exact_call(op::clamp, "clamp", 3, numeric, "clamp", false, [](auto operand, auto low, auto high) { auto const raised = operand < low || operand != operand ? low : operand; return high < raised || raised != raised ? high : raised; }),
    math(op::sqrt, "sqrt", 1, ENIGMA_UNARY(std::sqrt(v_))),
    math(rsqrt, "rsqrt", 1, ENIGMA_UNARY(1.0f / std::sqrt(v_))),
    math(op::exp, "exp", 1, ENIGMA_UNARY(std::exp(v_))),
    math(op::exp2, "exp2", 1, ENIGMA_UNARY(std::exp2(v_))),
    math(op::log, "log", 1, ENIGMA_UNARY(std::log(v_))),
    math(op::log2, "log2", 1, ENIGMA_UNARY(std::log2(v_))),
    math(op::log10, "log10", 1, ENIGMA_UNARY(std::log10(v_))),
    math(op::sin, "sin", 1, ENIGMA_UNARY(std::sin(v_))),
    math(op::cos, "cos", 1, ENIGMA_UNARY(std::cos(v_))),
    math(op::tan, "tan", 1, ENIGMA_UNARY(std::tan(v_))),
    math(op::asin, "asin", 1, ENIGMA_UNARY(std::asin(v_))),
    math(op::acos, "acos", 1, ENIGMA_UNARY(std::acos(v_))),
    math(op::atan, "atan", 1, ENIGMA_UNARY(std::atan(v_))),
    math(op::atan2, "atan2", 2, ENIGMA_BINARY(std::atan2(v_, w_))),
    math(op::sinh, "sinh", 1, ENIGMA_UNARY(std::sinh(v_))),
    math(op::cosh, "cosh", 1, ENIGMA_UNARY(std::cosh(v_))),
    math(op::tanh, "tanh", 1, ENIGMA_UNARY(std::tanh(v_))),
    math(op::pow, "pow", 2, ENIGMA_BINARY(std::pow(v_, w_))),
    math(op::fmod, "fmod", 2, ENIGMA_BINARY(std::fmod(v_, w_))),
    math(op::floor, "floor", 1, ENIGMA_UNARY(std::floor(v_))),
    math(op::ceil, "ceil", 1, ENIGMA_UNARY(std::ceil(v_))),
    math(op::round, "round", 1, ENIGMA_UNARY(std::round(v_))),
    math(op::rint, "rint", 1, ENIGMA_UNARY(std::nearbyint(v_))),
    math(op::trunc, "trunc", 1, ENIGMA_UNARY(std::trunc(v_))),
    math(fract, "fract", 1, [](auto operand) { return fraction(operand); }),
    math(sign, "sign", 1, ENIGMA_UNARY(v_ > 0 ? 1.0f : v_ < 0 ? -1.0f : v_ == 0 ? v_ : 0.0f)),
    math(op::copysign, "copysign", 2, ENIGMA_BINARY(std::copysign(v_, w_))),

    custom(select, "select", 3, [](auto otherwise, auto then, bool condition) { return condition ? then : otherwise; }),
    custom(convert, "convert", 1, no_rule{}), // detail::converted<To>
    custom(bitcast, "bitcast", 1, no_rule{}), // std::bit_cast<To>
    custom(make_vector, "make_vector", 4, no_rule{}),
    custom(extract, "extract", 1, no_rule{}));
}

#undef ENIGMA_UNARY
#undef ENIGMA_BINARY
// clang-format on

struct info_table {
  op_info rows[static_cast<int>(op::count_)];
};

inline constexpr info_table infos = with_rows([](auto const&... rows) {
  static_assert(sizeof...(rows) == static_cast<int>(op::count_), "every op has exactly one row");
  return info_table{{rows.info...}};
});

static_assert(
    [] {
      for (int i = 0; i < static_cast<int>(op::count_); ++i)
        if (static_cast<int>(infos.rows[i].code) != i)
          return false;
      return true;
    }(),
    "the rows stand in the order of the enumerators");

} // namespace detail

/// The row of an operation, without its evaluation rule.
constexpr op_info const& info(op code) {
  return detail::infos.rows[static_cast<int>(code)];
}

} // namespace enigma
