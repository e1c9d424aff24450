// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include <enigma/codegen/detail/constant_rules.hpp>
#include <enigma/codegen/detail/scalar_rules.hpp>
#include <enigma/codegen/detail/whole_matrices.hpp>
#include <enigma/codegen/detail/whole_vectors.hpp>
#include <enigma/codegen/op.hpp>

// The one description of every operation. A row says what an operation takes and gives, how MSL spells it and
// what it computes; the tracer, the MSL emitter, the IR printer and the CPU executor all read it from here,
// so adding an operation is adding an enumerator and its row.

namespace enigma {

namespace detail {

/// A row: what op_info says, and the evaluation rule on scalar operands (vectors go lane by lane).
template <class Evaluate>
struct row {
  op_info info;
  Evaluate evaluate;

  /// The same row for a later version of Metal: 23 is 2.3.
  constexpr row since(std::uint8_t version) const {
    row r = *this;
    r.info.metal = version;
    return r;
  }
};

struct no_rule {};

constexpr row<no_rule> mark(op code, char const* name, std::uint8_t operands, gives result,
                            char const* meaning) {
  return {{code, name, operands, takes::special, result, signature::special, syntax::special, "",
           prec_postfix, false, false, false, 10, meaning},
          {}};
}
template <takes Domain, class E>
constexpr row<E> infix(op code, char const* name, gives result, char const* msl, std::uint8_t prec,
                       bool commutative, char const* meaning, E evaluate) {
  row<E> r{{code, name, 2, Domain, result, signature::same, syntax::infix, msl, prec, true, commutative,
            false, 10, meaning},
           evaluate};
  r.info.fold = fold_by<E, 2, Domain>;
  return r;
}
template <takes Domain, class E>
constexpr row<E> prefix(op code, char const* name, char const* msl, char const* meaning, E evaluate) {
  row<E> r{{code, name, 1, Domain, gives::same, signature::same, syntax::prefix, msl, prec_unary, true, false,
            false, 10, meaning},
           evaluate};
  r.info.fold = fold_by<E, 1, Domain>;
  return r;
}
/// A function whose rule is exact, so that constants may be folded through it.
template <int Operands, class E>
constexpr row<E> exact_call(op code, char const* name, bool commutative, char const* meaning, E evaluate) {
  row<E> r{{code, name, Operands, takes::numeric, gives::same, signature::same, syntax::call, name,
            prec_postfix, true, commutative, false, 10, meaning},
           evaluate};
  r.info.fold = fold_by<E, Operands, takes::numeric>;
  return r;
}
/// A function of floats. The GPU and the host may round it differently, so it is never folded.
template <class E>
constexpr row<E> math(op code, char const* name, std::uint8_t operands, char const* meaning, E evaluate) {
  return {{code, name, operands, takes::floating, gives::same, signature::same, syntax::call, name,
           prec_postfix, true, false, false, 10, meaning},
          evaluate};
}
template <class E>
constexpr row<E> math_by_width(op code, char const* name, std::uint8_t operands, char const* meaning,
                               E evaluate) {
  row<E> r = math(code, name, operands, meaning, evaluate);
  r.info.by_width = true;
  return r;
}
/// A question about floats.
template <class E>
constexpr row<E> asks(op code, char const* name, std::uint8_t operands, char const* meaning, E evaluate) {
  row<E> r = math(code, name, operands, meaning, evaluate);
  r.info.result = gives::boolean;
  return r;
}
/// A function of integers of a certain width.
template <int Operands, signature S = signature::same, class E>
constexpr row<E> integer_call(op code, char const* name, char const* meaning, E evaluate,
                              gives result = gives::same) {
  row<E> r{{code, name, Operands, takes::integral, result, S, syntax::call, name, prec_postfix, true, false,
            true, 10, meaning},
           evaluate};
  if constexpr (Operands == 1) // the others would cost every program eight instantiations each
    r.info.fold = fold_by_width<E>;
  return r;
}
/// An access to an element that others may change at the same time; `joins` makes the new one of the old one
/// and x.
constexpr row<no_rule> atomics(op code, char const* name, std::uint8_t operands, gives result,
                               char const* meaning, op joins) {
  row<no_rule> r = mark(code, name, operands, result, meaning);
  r.info.msl = name; // and _explicit
  r.info.joins = joins;
  return r;
}
/// A function of the lanes of a simdgroup or quadgroup; `joins` makes one of two lanes where it reduces.
constexpr row<no_rule> lanes_give(op code, char const* name, takes domain, char const* meaning, op joins) {
  row<no_rule> r{{code, name, 1, domain, gives::same, signature::same, syntax::call, name, prec_postfix,
                  false, false, false, 21, meaning},
                 {}};
  r.info.joins = joins;
  return r;
}
/// A value from another lane, which the last operand tells.
constexpr row<no_rule> lane_gives(op code, char const* name, std::uint8_t operands, char const* meaning) {
  return {{code, name, operands, takes::exchanged, gives::same, signature::lane, syntax::call, name,
           prec_postfix, false, false, false, 20, meaning},
          {}};
}
constexpr row<no_rule> lanes_vote(op code, char const* name, std::uint8_t operands, gives result,
                                  char const* meaning) {
  return {{code, name, operands, takes::special, result, signature::special, syntax::call, name, prec_postfix,
           false, false, false, 21, meaning},
          {}};
}
/// An operation of matrices that a simdgroup holds together.
constexpr row<no_rule> of_simdgroup(op code, char const* name, std::uint8_t operands, gives result,
                                    char const* msl, char const* meaning) {
  row<no_rule> r = mark(code, name, operands, result, meaning);
  r.info.msl = msl;
  return r.since(23);
}
/// A function of whole vectors: the rule has a short_vector for each of them.
template <class E>
constexpr row<E> whole(op code, char const* name, std::uint8_t operands, gives result, char const* meaning,
                       E evaluate, enigma::signature s = signature::vectors) {
  return {{code, name, operands, takes::ieee, result, s, syntax::call, name, prec_postfix, true, false, false,
           10, meaning},
          evaluate};
}
template <class E>
constexpr row<E> whole_boolean(op code, char const* name, char const* meaning, E evaluate) {
  row<E> r = whole(code, name, 1, gives::element, meaning, evaluate);
  r.info.domain = takes::boolean;
  return r;
}
/// Packed numbers. The * of the MSL spelling is the element type of the vector.
template <class E>
constexpr row<E> packs(op code, char const* name, char const* msl, std::uint8_t lanes, element_kind word,
                       char const* meaning, E evaluate) {
  row<E> r = whole(code, name, 1, gives::word, meaning, evaluate);
  r.info.msl = msl;
  r.info.lanes = lanes;
  r.info.word = word;
  return r;
}
template <class E>
constexpr row<E> unpacks(op code, char const* name, char const* msl, std::uint8_t lanes, element_kind word,
                         char const* meaning, E evaluate) {
  row<E> r = packs(code, name, msl, lanes, word, meaning, evaluate);
  r.info.result = gives::special;
  r.info.signature = signature::unpacks;
  return r;
}
/// A function of matrices: the rule is one of whole_matrices.hpp.
template <class E>
constexpr row<E> matrices(op code, char const* name, std::uint8_t operands, char const* meaning, E evaluate) {
  return whole(code, name, operands, gives::special, meaning, evaluate, signature::matrices);
}
template <class E>
constexpr row<E> custom(op code, char const* name, std::uint8_t operands, char const* meaning, E evaluate) {
  return {{code, name, operands, takes::special, gives::special, signature::special, syntax::special, "",
           prec_postfix, true, false, false, 10, meaning},
          evaluate};
}

// clang-format off
#define ENIGMA_1(f) [](auto x_) { return static_cast<decltype(x_)>(f); }
#define ENIGMA_2(f) [](auto x_, auto y_) { return static_cast<decltype(x_)>(f); }
#define ENIGMA_3(f) [](auto x_, auto y_, auto z_) { return static_cast<decltype(x_)>(f); }
#define ENIGMA_ASK(f) [](auto x_) -> bool { return f; }
#define ENIGMA_ASK_2(f) [](auto x_, auto y_) -> bool { return f; }
#define ENIGMA_MODULAR(symbol) [](auto x_, auto y_) { return on_unsigned(x_, y_, [](auto u_, auto v_) { return decltype(u_)(u_ symbol v_); }); }

/// All rows, in the order of the enumerators: f(row...).
template <class... Rows>
constexpr auto rows_for(Rows... rows) {
  return [=](auto f) { return f(rows...); };
}

constexpr auto make_rows() {
  using enum op;
  using enum takes;
  constexpr auto same = gives::same;
  constexpr auto truth = gives::boolean;
  constexpr auto u16_kind = element_kind::uint16, u32_kind = element_kind::uint32;
  return rows_for(
    custom(constant, "constant", 0, "a literal", no_rule{}),
    custom(argument, "argument", 0, "a scalar argument of the kernel", no_rule{}),
    custom(query, "query", 0, "where the thread stands", no_rule{}),
    mark(load, "load", 1, gives::special, "the element, or the vector that begins, at an index of a memory"),
    mark(load_if, "load_if", 3, gives::special, "the same where a condition holds, elsewhere another value"),
    mark(load_field, "load_field", 1, gives::special, "a field of the struct, or the vector or matrix, at an index of a memory of such"),
    of_simdgroup(simdgroup_load, "simdgroup_load", 3, gives::special, "simdgroup_load", "a matrix: its element (r, c) is the memory's at offset + r * elements_per_row + c, or with r and c exchanged"),
    mark(store, "store", 2, gives::nothing, "writes an element or a vector to a memory"),
    mark(store_if, "store_if", 3, gives::nothing, "the same where a condition holds"),
    mark(store_field, "store_field", 2, gives::nothing, "writes a field of a struct, or a vector or matrix, to a memory of such"),
    of_simdgroup(simdgroup_store, "simdgroup_store", 4, gives::nothing, "simdgroup_store", "writes a matrix to where simdgroup_load would read it"),
    mark(declare, "declare", 1, gives::special, "a mutable variable with its first value"),
    mark(get, "get", 1, gives::special, "what a variable holds now"),
    mark(set, "set", 2, gives::nothing, "changes a variable"),
    mark(for_, "for", 3, gives::special, "a loop from a first value to below a last one by a step"),
    mark(if_, "if", 1, gives::nothing, "a region for the threads where a condition holds"),
    mark(else_, "else", 0, gives::nothing, "a region for the others"),
    mark(while_, "while", 0, gives::nothing, "a loop as long as a condition holds"),
    mark(test, "test", 1, gives::nothing, "the end of the condition's instructions"),
    mark(end, "end", 0, gives::nothing, "the end of a region"),
    mark(break_, "break", 0, gives::nothing, "leaves the innermost loop"),
    mark(check, "check", 1, gives::nothing, "says what has to hold; not in the text"),
    mark(invoke, "invoke", 4, gives::special, "calls a function that reads or changes memory"),
    mark(return_, "return", 1, gives::nothing, "ends a function"),
    mark(op::barrier, "barrier", 0, gives::nothing, "waits for all threads of the threadgroup"),
    mark(async_copy, "async_copy", 4, gives::special, "begins to copy between device and threadgroup memory").since(20),
    mark(async_wait, "async_wait", 1, gives::nothing, "waits until a copy is done").since(20),
    atomics(atomic_load, "atomic_load", 1, gives::special, "the element", op::count_),
    atomics(atomic_store, "atomic_store", 2, gives::nothing, "x comes to stand there", op::count_),
    atomics(atomic_exchange, "atomic_exchange", 2, gives::special, "x comes to stand there; the element before", op::count_),
    atomics(atomic_compare_exchange_weak, "atomic_compare_exchange_weak", 3, gives::boolean, "desired comes to stand there, where the variable's value stood; else that becomes the variable's; may fail without a reason", op::count_),
    atomics(atomic_fetch_add, "atomic_fetch_add", 2, gives::special, "the sum comes to stand there; the element before", add),
    atomics(atomic_fetch_sub, "atomic_fetch_sub", 2, gives::special, "the difference comes to stand there; the element before", sub),
    atomics(atomic_fetch_min, "atomic_fetch_min", 2, gives::special, "the smaller comes to stand there; the element before", op::min),
    atomics(atomic_fetch_max, "atomic_fetch_max", 2, gives::special, "the larger comes to stand there; the element before", op::max),
    atomics(atomic_fetch_and, "atomic_fetch_and", 2, gives::special, "the bits set in both come to stand there; the element before", bit_and),
    atomics(atomic_fetch_or, "atomic_fetch_or", 2, gives::special, "the bits set in one or both come to stand there; the element before", bit_or),
    atomics(atomic_fetch_xor, "atomic_fetch_xor", 2, gives::special, "the bits set in one come to stand there; the element before", bit_xor),
    lanes_give(simd_sum, "simd_sum", exchanged, "the sum over the active lanes", add),
    lanes_give(simd_product, "simd_product", exchanged, "the product over the active lanes", mul),
    lanes_give(simd_min, "simd_min", exchanged, "the smallest of the active lanes", op::min),
    lanes_give(simd_max, "simd_max", exchanged, "the largest of the active lanes", op::max),
    lanes_give(simd_and, "simd_and", exchanged_integral, "the bits set in all active lanes", bit_and),
    lanes_give(simd_or, "simd_or", exchanged_integral, "the bits set in some active lane", bit_or),
    lanes_give(simd_xor, "simd_xor", exchanged_integral, "the bits set in an odd number of active lanes", bit_xor),
    lanes_give(simd_prefix_inclusive_sum, "simd_prefix_inclusive_sum", exchanged, "the sum over the active lanes up to this one", add),
    lanes_give(simd_prefix_exclusive_sum, "simd_prefix_exclusive_sum", exchanged, "the sum over the active lanes before this one", add),
    lanes_give(simd_prefix_inclusive_product, "simd_prefix_inclusive_product", exchanged, "the product over the active lanes up to this one", mul),
    lanes_give(simd_prefix_exclusive_product, "simd_prefix_exclusive_product", exchanged, "the product over the active lanes before this one", mul),
    lanes_give(simd_broadcast_first, "simd_broadcast_first", exchanged, "the value of the first active lane", op::count_),
    lane_gives(simd_broadcast, "simd_broadcast", 2, "the value of a lane, the same one for all"),
    lane_gives(simd_shuffle, "simd_shuffle", 2, "the value of a lane, which has to be active"),
    lane_gives(simd_shuffle_xor, "simd_shuffle_xor", 2, "the value of the lane whose number is this one's XOR a mask"),
    lane_gives(simd_shuffle_up, "simd_shuffle_up", 2, "the value of the lane delta below; the lowest delta lanes keep theirs"),
    lane_gives(simd_shuffle_down, "simd_shuffle_down", 2, "the value of the lane delta above; the highest delta lanes keep theirs"),
    lane_gives(simd_shuffle_rotate_up, "simd_shuffle_rotate_up", 2, "the value of the lane delta below, counted around").since(21),
    lane_gives(simd_shuffle_rotate_down, "simd_shuffle_rotate_down", 2, "the value of the lane delta above, counted around").since(21),
    lane_gives(simd_shuffle_and_fill_up, "simd_shuffle_and_fill_up", 3, "the value of the lane delta below; the lowest lanes get the highest of fill").since(24),
    lane_gives(simd_shuffle_and_fill_down, "simd_shuffle_and_fill_down", 3, "the value of the lane delta above; the highest lanes get the lowest of fill").since(24),
    lanes_vote(simd_all, "simd_all", 1, gives::boolean, "whether the condition holds in all active lanes"),
    lanes_vote(simd_any, "simd_any", 1, gives::boolean, "whether the condition holds in some active lane"),
    lanes_vote(simd_ballot, "simd_ballot", 1, gives::special, "a bit for each active lane where the condition holds"),
    lanes_vote(simd_active_threads_mask, "simd_active_threads_mask", 0, gives::special, "a bit for each active lane"),
    lanes_vote(simd_is_first, "simd_is_first", 0, gives::boolean, "whether this is the first active lane"),
    of_simdgroup(simdgroup_fill, "simdgroup_fill", 1, gives::special, "make_filled_simdgroup_matrix", "a matrix whose elements are all x"),
    of_simdgroup(simdgroup_diagonal, "simdgroup_diagonal", 1, gives::special, "simdgroup_matrix", "a matrix with x on the diagonal, and zeros"),
    of_simdgroup(simdgroup_multiply, "simdgroup_multiply", 2, gives::special, "simdgroup_multiply", "the product of two matrices"),
    of_simdgroup(simdgroup_multiply_accumulate, "simdgroup_multiply_accumulate", 3, gives::special, "simdgroup_multiply_accumulate", "a * b + c of matrices"),
    of_simdgroup(thread_element, "thread_element", 1, gives::special, "thread_elements", "one of the two elements that this thread has of a matrix"),
    of_simdgroup(simdgroup_of_elements, "simdgroup_of_elements", 2, gives::special, "thread_elements", "a matrix of which each thread gives its two elements"),

    infix<numeric>(add, "add", same, "+", prec_additive, true, "x + y; integers wrap", ENIGMA_MODULAR(+)),
    infix<numeric>(sub, "sub", same, "-", prec_additive, false, "x - y; integers wrap", ENIGMA_MODULAR(-)),
    infix<numeric>(mul, "mul", same, "*", prec_multiplicative, true, "x * y; integers wrap", ENIGMA_MODULAR(*)),
    infix<numeric>(div, "div", same, "/", prec_multiplicative, false, "x / y; integers truncate, by 0 unspecified", ENIGMA_2(divided(x_, y_))),
    infix<integral>(rem, "rem", same, "%", prec_multiplicative, false, "x - (x / y) * y, for x >= 0 and y > 0", ENIGMA_2(remainder(x_, y_))),
    prefix<numeric>(neg, "neg", "-", "-x; integers wrap", [](auto x_) {
      if constexpr (is_integer_rule<decltype(x_)>) return static_cast<decltype(x_)>(modular<decltype(x_)>{0} - static_cast<modular<decltype(x_)>>(x_));
      else return -x_; }),
    infix<integral>(bit_and, "and", same, "&", prec_bit_and, true, "bits set in both", ENIGMA_2(x_ & y_)),
    infix<integral>(bit_or, "or", same, "|", prec_bit_or, true, "bits set in one or both", ENIGMA_2(x_ | y_)),
    infix<integral>(bit_xor, "xor", same, "^", prec_bit_xor, true, "bits set in one", ENIGMA_2(x_ ^ y_)),
    prefix<integral>(bit_not, "not", "~", "bits not set", ENIGMA_1(~x_)),
    infix<integral>(shl, "shl", same, "<<", prec_shift, false, "x * 2^n, n modulo 32 (64 where x has 64 bits)", [](auto x_, auto n_) { return static_cast<decltype(x_)>(static_cast<modular<decltype(x_)>>(x_) << shift_count(n_)); }),
    infix<integral>(shr, "shr", same, ">>", prec_shift, false, "x / 2^n rounded down, n modulo 32 (64 where x has 64 bits)", ENIGMA_2(x_ >> shift_count(y_))),
    infix<boolean>(logical_and, "land", same, "&&", prec_logical_and, true, "both; the second is evaluated too", ENIGMA_2(x_ & y_)),
    infix<boolean>(logical_or, "lor", same, "||", prec_logical_or, true, "one or both; the second is evaluated too", ENIGMA_2(x_ | y_)),
    prefix<boolean>(logical_not, "lnot", "!", "the opposite", ENIGMA_1(!x_)),
    infix<any>(eq, "eq", truth, "==", prec_equality, true, "false where one is a NaN", ENIGMA_ASK_2(x_ == y_)),
    infix<any>(ne, "ne", truth, "!=", prec_equality, true, "true where one is a NaN", ENIGMA_ASK_2(x_ != y_)),
    infix<numeric>(lt, "lt", truth, "<", prec_relational, false, "false where one is a NaN", ENIGMA_ASK_2(x_ < y_)),
    infix<numeric>(le, "le", truth, "<=", prec_relational, false, "false where one is a NaN", ENIGMA_ASK_2(x_ <= y_)),
    infix<numeric>(gt, "gt", truth, ">", prec_relational, false, "false where one is a NaN", ENIGMA_ASK_2(x_ > y_)),
    infix<numeric>(ge, "ge", truth, ">=", prec_relational, false, "false where one is a NaN", ENIGMA_ASK_2(x_ >= y_)),

    exact_call<2>(op::min, "min", true, "the smaller; of a NaN and a number the number", ENIGMA_2(lesser(x_, y_))),
    exact_call<2>(op::max, "max", true, "the larger; of a NaN and a number the number", ENIGMA_2(greater(x_, y_))),
    exact_call<1>(op::abs, "abs", false, "without its sign; of the least integer itself", ENIGMA_1(magnitude(x_))),
    math_by_width(op::fma, "fma", 3, "x * y + z, rounded once", ENIGMA_3(multiplied_and_added(x_, y_, z_))),
    exact_call<3>(op::clamp, "clamp", false, "min(max(x, low), high); undefined where low > high", ENIGMA_3(lesser(greater(x_, y_), z_))),
    exact_call<3>(op::min3, "min3", false, "the smallest of three", ENIGMA_3(lesser(lesser(x_, y_), z_))).since(21),
    exact_call<3>(op::max3, "max3", false, "the largest of three", ENIGMA_3(greater(greater(x_, y_), z_))).since(21),
    exact_call<3>(op::median3, "median3", false, "the middle one of three", ENIGMA_3(greater(lesser(x_, y_), lesser(greater(x_, y_), z_)))).since(21),

    math(op::sqrt, "sqrt", 1, "the square root", ENIGMA_1(std::sqrt(x_))),
    math(rsqrt, "rsqrt", 1, "1 / sqrt(x)", ENIGMA_1(1.0f / std::sqrt(x_))),
    math(op::exp, "exp", 1, "e^x", ENIGMA_1(std::exp(x_))),
    math(op::exp2, "exp2", 1, "2^x", ENIGMA_1(std::exp2(x_))),
    math(exp10, "exp10", 1, "10^x", ENIGMA_1(std::pow(10.0, static_cast<double>(x_)))),
    math(op::log, "log", 1, "the logarithm to base e", ENIGMA_1(std::log(x_))),
    math(op::log2, "log2", 1, "the logarithm to base 2", ENIGMA_1(std::log2(x_))),
    math(op::log10, "log10", 1, "the logarithm to base 10", ENIGMA_1(std::log10(x_))),
    math(op::sin, "sin", 1, "the sine of x radians", ENIGMA_1(std::sin(x_))),
    math(op::cos, "cos", 1, "the cosine of x radians", ENIGMA_1(std::cos(x_))),
    math(op::tan, "tan", 1, "the tangent of x radians", ENIGMA_1(std::tan(x_))),
    math(sinpi, "sinpi", 1, "sin(pi * x)", ENIGMA_1(sin_of_pi(x_))),
    math(cospi, "cospi", 1, "cos(pi * x)", ENIGMA_1(cos_of_pi(x_))),
    math(tanpi, "tanpi", 1, "tan(pi * x)", ENIGMA_1(tan_of_pi(x_))),
    math(op::asin, "asin", 1, "the angle from -pi/2 to pi/2 whose sine is x", ENIGMA_1(std::asin(x_))),
    math(op::acos, "acos", 1, "the angle from 0 to pi whose cosine is x", ENIGMA_1(std::acos(x_))),
    math(op::atan, "atan", 1, "the angle from -pi/2 to pi/2 whose tangent is x", ENIGMA_1(std::atan(x_))),
    math(op::sinh, "sinh", 1, "(e^x - e^-x) / 2", ENIGMA_1(std::sinh(x_))),
    math(op::cosh, "cosh", 1, "(e^x + e^-x) / 2", ENIGMA_1(std::cosh(x_))),
    math(op::tanh, "tanh", 1, "sinh(x) / cosh(x)", ENIGMA_1(std::tanh(x_))),
    math(op::asinh, "asinh", 1, "the inverse of sinh", ENIGMA_1(std::asinh(x_))),
    math(op::acosh, "acosh", 1, "the inverse of cosh", ENIGMA_1(std::acosh(x_))),
    math(op::atanh, "atanh", 1, "the inverse of tanh", ENIGMA_1(std::atanh(x_))),
    math(op::floor, "floor", 1, "the largest whole number not above x", ENIGMA_1(std::floor(x_))),
    math(op::ceil, "ceil", 1, "the smallest whole number not below x", ENIGMA_1(std::ceil(x_))),
    math(op::round, "round", 1, "the nearest whole number, halves away from 0", ENIGMA_1(std::round(x_))),
    math(op::rint, "rint", 1, "the nearest whole number, halves to even", ENIGMA_1(std::nearbyint(x_))),
    math(op::trunc, "trunc", 1, "the whole part", ENIGMA_1(std::trunc(x_))),
    math_by_width(fract, "fract", 1, "x - floor(x), below 1", ENIGMA_1(fraction(x_))),
    math(sign, "sign", 1, "1, -1, or the zero itself; 0 for a NaN", ENIGMA_1(x_ > 0 ? 1.0f : x_ < 0 ? -1.0f : x_ == 0 ? x_ : 0.0f)),
    math(saturate, "saturate", 1, "clamp(x, 0, 1); 0 for a NaN", ENIGMA_1(lesser(greater(x_, 0.0f), 1.0f))),
    math(op::atan2, "atan2", 2, "the angle from -pi to pi of the point (y, x); atan2(y, x)", ENIGMA_2(std::atan2(x_, y_))),
    math(op::pow, "pow", 2, "x^y", ENIGMA_2(std::pow(x_, y_))),
    math(powr, "powr", 2, "x^y for x >= 0", ENIGMA_2(x_ < 0 ? NAN : std::pow(x_, y_))),
    math(op::fmod, "fmod", 2, "x - y * trunc(x / y)", ENIGMA_2(std::fmod(x_, y_))),
    math(divide, "divide", 2, "x / y", ENIGMA_2(x_ / y_)),
    math(op::fdim, "fdim", 2, "x - y where x > y, else 0", ENIGMA_2(x_ > y_ ? x_ - y_ : x_ <= y_ ? 0.0f : x_ + y_)),
    math(op::copysign, "copysign", 2, "x with the sign of y", ENIGMA_2(std::copysign(x_, y_))),
    [] { auto r = math_by_width(op::nextafter, "nextafter", 2, "the next number from x towards y", ENIGMA_2(neighbour(x_, y_))).since(31); r.info.domain = ieee; return r; }(),
    math(op::step, "step", 2, "x < edge ? 0 : 1; step(edge, x)", ENIGMA_2(y_ < x_ ? 0.0f : 1.0f)),
    math(mix, "mix", 3, "x + (y - x) * a", ENIGMA_3(x_ + (y_ - x_) * z_)),
    math(smoothstep, "smoothstep", 3, "t * t * (3 - 2t) with t = saturate((x - low) / (high - low)); smoothstep(low, high, x)", [](auto low, auto high, auto x_) { auto const t = lesser(greater((x_ - low) / (high - low), 0.0f), 1.0f); return t * t * (3.0f - 2.0f * t); }),
    [] { auto r = math(op::ldexp, "ldexp", 2, "x * 2^n for an i32 n", [](auto x_, i32 n_) { return std::ldexp(x_, n_); }); r.info.signature = signature::exponent; return r; }(),
    [] { auto r = math(op::ilogb, "ilogb", 1, "the exponent of x as an i32: floor(log2(|x|))", [](auto x_) -> i32 { return std::ilogb(x_); }); r.info.result = gives::int32; return r; }(),
    asks(op::isfinite, "isfinite", 1, "neither an infinity nor a NaN", ENIGMA_ASK(std::isfinite(x_))),
    asks(op::isinf, "isinf", 1, "an infinity", ENIGMA_ASK(std::isinf(x_))),
    asks(op::isnan, "isnan", 1, "a NaN", ENIGMA_ASK(std::isnan(x_))),
    [] { auto r = asks(op::isnormal, "isnormal", 1, "neither 0 nor denormal, and finite", ENIGMA_ASK(is_normal(x_))); r.info.by_width = true; return r; }(),
    asks(op::signbit, "signbit", 1, "negative, or -0", ENIGMA_ASK(std::signbit(x_))),
    asks(isordered, "isordered", 2, "none is a NaN", ENIGMA_ASK_2(x_ == x_ && y_ == y_)),
    asks(op::isunordered, "isunordered", 2, "one is a NaN", ENIGMA_ASK_2(x_ != x_ || y_ != y_)),

    integer_call<2>(absdiff, "absdiff", "|x - y| as an unsigned number", [](auto x_, auto y_) { return difference(x_, y_); }, gives::unsigned_),
    integer_call<2>(addsat, "addsat", "x + y, saturated", ENIGMA_2(saturated_sum(x_, y_))),
    integer_call<2>(subsat, "subsat", "x - y, saturated", ENIGMA_2(saturated_difference(x_, y_))),
    integer_call<3>(madsat, "madsat", "x * y + z, saturated", ENIGMA_3(saturated_mad(x_, y_, z_))),
    integer_call<2>(mulhi, "mulhi", "the upper half of the product", ENIGMA_2(upper_half(x_, y_))),
    integer_call<3>(madhi, "madhi", "mulhi(x, y) + z", ENIGMA_3(on_unsigned(upper_half(x_, y_), z_, [](auto u_, auto v_) { return decltype(u_)(u_ + v_); }))),
    integer_call<2>(hadd, "hadd", "(x + y) >> 1 without overflow", ENIGMA_2((x_ & y_) + ((x_ ^ y_) >> 1))),
    integer_call<2>(rhadd, "rhadd", "(x + y + 1) >> 1 without overflow", ENIGMA_2((x_ | y_) - ((x_ ^ y_) >> 1))),
    [] { auto r = integer_call<2>(mul24, "mul24", "x * y for operands of 24 bits", ENIGMA_MODULAR(*)).since(21); r.info.domain = word; return r; }(),
    [] { auto r = integer_call<3>(mad24, "mad24", "x * y + z for x and y of 24 bits", [](auto x_, auto y_, auto z_) { using M = modular<decltype(x_)>; return static_cast<decltype(x_)>(M(x_) * M(y_) + M(z_)); }).since(21); r.info.domain = word; return r; }(),
    integer_call<2>(rotate, "rotate", "x with its bits moved up n places, those that leave coming in below", [](auto x_, auto n_) { using U = unsigned_twin<decltype(x_)>; return static_cast<decltype(x_)>(std::rotl(static_cast<U>(x_), static_cast<int>(static_cast<U>(n_) % width_of<U>))); }),
    integer_call<1>(clz, "clz", "how many zeros lead; all of them for 0", ENIGMA_1(std::countl_zero(static_cast<unsigned_twin<decltype(x_)>>(x_)))),
    integer_call<1>(ctz, "ctz", "how many zeros trail; all of them for 0", ENIGMA_1(std::countr_zero(static_cast<unsigned_twin<decltype(x_)>>(x_)))),
    integer_call<1>(op::popcount, "popcount", "how many bits are set", ENIGMA_1(std::popcount(static_cast<unsigned_twin<decltype(x_)>>(x_)))),
    integer_call<1>(reverse_bits, "reverse_bits", "the bits from last to first", ENIGMA_1(bits_reversed(x_))).since(21),
    integer_call<3, signature::bits>(extract_bits, "extract_bits", "`bits` bits from `offset` on, sign-extended in a signed type; 0 for no bits; undefined past the width", [](auto x_, u32 offset, u32 bits) { return bits_extracted(x_, offset, bits); }).since(12),
    integer_call<4, signature::bits>(insert_bits, "insert_bits", "base with `bits` bits of insert put in from `offset` on; undefined past the width", [](auto base, auto insert, u32 offset, u32 bits) { return bits_inserted(base, insert, offset, bits); }).since(12),

    whole(dot, "dot", 2, gives::element, "the sum of x_i * y_i", [](auto x_, auto y_) { return dot_product(x_, y_); }),
    [] { auto r = whole(cross, "cross", 2, same, "the vector at a right angle to two of 3 lanes", [](short_vector<f32, 3> x_, short_vector<f32, 3> y_) { return cross_product(x_, y_); }); r.info.lanes = 3; return r; }(),
    whole(length, "length", 1, gives::element, "sqrt(dot(x, x))", [](auto x_) { return std::sqrt(dot_product(x_, x_)); }),
    whole(length_squared, "length_squared", 1, gives::element, "dot(x, x)", [](auto x_) { return dot_product(x_, x_); }),
    whole(distance, "distance", 2, gives::element, "length(x - y)", [](auto x_, auto y_) { auto const d = from_to(x_, y_); return std::sqrt(dot_product(d, d)); }),
    whole(distance_squared, "distance_squared", 2, gives::element, "length_squared(x - y)", [](auto x_, auto y_) { auto const d = from_to(x_, y_); return dot_product(d, d); }),
    whole(normalize, "normalize", 1, same, "x / length(x); of zeros undefined", [](auto x_) { return of_length_one(x_); }),
    whole(reflect, "reflect", 2, same, "i - 2 * dot(n, i) * n for an n of length 1; reflect(i, n)", [](auto i_, auto n_) { return reflected(i_, n_); }),
    whole(refract, "refract", 3, same, "i, of length 1, as it goes on behind a surface with the normal n, of length 1, where eta is the ratio of the refractive indices; zeros where it does not; refract(i, n, eta)", [](auto i_, auto n_, f32 eta) { return refracted(i_, n_, eta); }, signature::vectors_and_ratio),
    whole(faceforward, "faceforward", 3, same, "dot(reference, i) < 0 ? n : -n; faceforward(n, i, reference)", [](auto n_, auto i_, auto reference) { return facing(n_, i_, reference); }),
    whole_boolean(all_lanes, "all", "whether all lanes are true", [](auto x_) { return all_of(x_); }),
    whole_boolean(any_lane, "any", "whether some lane is true", [](auto x_) { return any_of(x_); }),
    packs(pack_unorm4x8, "pack_unorm4x8", "pack_*_to_unorm4x8", 4, u32_kind, "numbers from 0 to 1 as 4 bytes, the first in the lowest", [](short_vector<f32, 4> x_) { return fields<8, 8, 8, 8>::pack(x_, norm::unsigned_); }),
    packs(pack_snorm4x8, "pack_snorm4x8", "pack_*_to_snorm4x8", 4, u32_kind, "numbers from -1 to 1 as 4 bytes", [](short_vector<f32, 4> x_) { return fields<8, 8, 8, 8>::pack(x_, norm::signed_); }),
    packs(pack_srgb_unorm4x8, "pack_srgb_unorm4x8", "pack_*_to_srgb_unorm4x8", 4, u32_kind, "red, green, blue in sRGB and alpha as 4 bytes", [](short_vector<f32, 4> x_) { return fields<8, 8, 8, 8>::pack(srgb_from_linear(x_), norm::unsigned_); }),
    packs(pack_unorm2x16, "pack_unorm2x16", "pack_*_to_unorm2x16", 2, u32_kind, "numbers from 0 to 1 as 2 times 16 bits", [](short_vector<f32, 2> x_) { return fields<16, 16>::pack(x_, norm::unsigned_); }),
    packs(pack_snorm2x16, "pack_snorm2x16", "pack_*_to_snorm2x16", 2, u32_kind, "numbers from -1 to 1 as 2 times 16 bits", [](short_vector<f32, 2> x_) { return fields<16, 16>::pack(x_, norm::signed_); }),
    packs(pack_unorm10a2, "pack_unorm10a2", "pack_*_to_unorm10a2", 4, u32_kind, "numbers from 0 to 1 as 3 times 10 bits and 2", [](short_vector<f32, 4> x_) { return fields<10, 10, 10, 2>::pack(x_, norm::unsigned_); }),
    packs(pack_unorm565, "pack_unorm565", "pack_*_to_unorm565", 3, u16_kind, "numbers from 0 to 1 as 5, 6 and 5 bits", [](short_vector<f32, 3> x_) { return fields<5, 6, 5>::pack(x_, norm::unsigned_); }),
    unpacks(unpack_unorm4x8, "unpack_unorm4x8", "unpack_unorm4x8_to_*", 4, u32_kind, "the numbers that pack_unorm4x8 has packed", [](u32 x_) { return fields<8, 8, 8, 8>::unpack(x_, norm::unsigned_); }),
    unpacks(unpack_snorm4x8, "unpack_snorm4x8", "unpack_snorm4x8_to_*", 4, u32_kind, "the numbers that pack_snorm4x8 has packed; of the two least of a byte both are -1", [](u32 x_) { return fields<8, 8, 8, 8>::unpack(x_, norm::signed_); }),
    unpacks(unpack_unorm4x8_srgb, "unpack_unorm4x8_srgb", "unpack_unorm4x8_srgb_to_*", 4, u32_kind, "the numbers that pack_srgb_unorm4x8 has packed", [](u32 x_) { return linear_from_srgb(fields<8, 8, 8, 8>::unpack(x_, norm::unsigned_)); }),
    unpacks(unpack_unorm2x16, "unpack_unorm2x16", "unpack_unorm2x16_to_*", 2, u32_kind, "the numbers that pack_unorm2x16 has packed", [](u32 x_) { return fields<16, 16>::unpack(x_, norm::unsigned_); }),
    unpacks(unpack_snorm2x16, "unpack_snorm2x16", "unpack_snorm2x16_to_*", 2, u32_kind, "the numbers that pack_snorm2x16 has packed", [](u32 x_) { return fields<16, 16>::unpack(x_, norm::signed_); }),
    unpacks(unpack_unorm10a2, "unpack_unorm10a2", "unpack_unorm10a2_to_*", 4, u32_kind, "the numbers that pack_unorm10a2 has packed", [](u32 x_) { return fields<10, 10, 10, 2>::unpack(x_, norm::unsigned_); }),
    unpacks(unpack_unorm565, "unpack_unorm565", "unpack_unorm565_to_*", 3, u16_kind, "the numbers that pack_unorm565 has packed", [](u32 x_) { return fields<5, 6, 5>::unpack(x_, norm::unsigned_); }),

    [] { auto r = matrices(matrix_product, "matrix_product", 2, "the matrix product, of which one operand may be a vector: a column on the right, a row on the left", product_rule{}); r.info.form = syntax::infix; r.info.msl = "*"; r.info.precedence = prec_multiplicative; return r; }(),
    matrices(transpose, "transpose", 1, "rows and columns exchanged", transpose_rule{}),
    matrices(determinant, "determinant", 1, "the determinant of a square matrix", determinant_rule{}),

    custom(select, "select", 3, "condition ? then : otherwise, both evaluated; select(otherwise, then, condition)", [](auto otherwise, auto then, bool condition) { return condition ? then : otherwise; }),
    custom(convert, "convert", 1, "the value as another type", no_rule{}), // detail::converted<To>
    custom(bitcast, "bitcast", 1, "the bits as another type", no_rule{}), // std::bit_cast<To>
    custom(make_vector, "make_vector", 4, "a vector from its elements", no_rule{}),
    custom(make_matrix, "make_matrix", 4, "a matrix from its columns, or from the number on its diagonal", no_rule{}),
    custom(extract, "extract", 1, "an element of a vector, or a column of a matrix", no_rule{}),
    custom(call, "call", 4, "calls a function of values", no_rule{}));
}

inline constexpr auto all_rows = make_rows();

template <class Visitor>
constexpr auto with_rows(Visitor visit) {
  return all_rows(visit);
}

#undef ENIGMA_1
#undef ENIGMA_2
#undef ENIGMA_3
#undef ENIGMA_ASK
#undef ENIGMA_ASK_2
#undef ENIGMA_MODULAR
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
