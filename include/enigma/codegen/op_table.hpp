// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <enigma/codegen/detail/constant_rules.hpp>
#include <enigma/codegen/detail/row_kinds.hpp>
#include <enigma/codegen/detail/scalar_rules.hpp>
#include <enigma/codegen/detail/whole_matrices.hpp>
#include <enigma/codegen/detail/whole_vectors.hpp>
#include <enigma/codegen/op.hpp>
#include <enigma/tensor/detail/libm.hpp>

// The one description of every operation. A row says what an operation takes and gives, how MSL spells it and
// what it computes; the tracer, the MSL emitter, the IR printer and the CPU executor all read it from here,
// so adding an operation is adding an enumerator and its row.

namespace enigma {

namespace detail {

namespace rows {

struct no_rule {};

/// A row: what op_info says as `says`; and it is itself the evaluation rule, a function object on scalar
/// operands (vectors go lane by lane) or on whole vectors and matrices. A class of its own for each operation
/// costs the compiler less than anything that holds all of them.
template <op Code>
struct row;

using enum takes;
inline constexpr auto same = gives::same;
inline constexpr auto truth = gives::boolean;
inline constexpr auto u16_kind = element_kind::uint16, u32_kind = element_kind::uint32;

// clang-format off
#define ENIGMA_ROW_OF(code_, says_, rule_) template <> struct row<op::code_> : rule_ { static constexpr description says = says_; };
#define ENIGMA_PLAIN_ROW(code_, says_) ENIGMA_ROW_OF(code_, says_, no_rule)
#define ENIGMA_ROW(code_, says_, ...) template <> struct row<op::code_> { static constexpr description says = says_; __VA_ARGS__ };

// Rules that are an expression.
#define ENIGMA_1(...) template <class T> constexpr T operator()(T x_) const { return static_cast<T>(__VA_ARGS__); }
#define ENIGMA_2(...) template <class T> constexpr T operator()(T x_, T y_) const { return static_cast<T>(__VA_ARGS__); }
#define ENIGMA_3(...) template <class T> constexpr T operator()(T x_, T y_, T z_) const { return static_cast<T>(__VA_ARGS__); }
#define ENIGMA_ASK(...) template <class T> constexpr bool operator()(T x_) const { return __VA_ARGS__; }
#define ENIGMA_ASK_2(...) template <class T> constexpr bool operator()(T x_, T y_) const { return __VA_ARGS__; }
#define ENIGMA_MODULAR(symbol) ENIGMA_2(on_unsigned(x_, y_, [](auto u_, auto v_) { return decltype(u_)(u_ symbol v_); }))

ENIGMA_PLAIN_ROW(constant, custom("constant", 0, "a literal"))
ENIGMA_PLAIN_ROW(argument, custom("argument", 0, "a scalar argument of the kernel"))
ENIGMA_PLAIN_ROW(query, custom("query", 0, "where the thread stands"))
ENIGMA_PLAIN_ROW(load, mark("load", 1, gives::special, "the element, or the vector that begins, at an index of a memory"))
ENIGMA_PLAIN_ROW(load_if, mark("load_if", 3, gives::special, "the same where a condition holds, elsewhere another value"))
ENIGMA_PLAIN_ROW(load_field, mark("load_field", 1, gives::special, "a field of the struct, or an element of one that is an array, or the vector or matrix, at an index of a memory of such; of an argument the index is 0"))
ENIGMA_PLAIN_ROW(simdgroup_load, of_simdgroup("simdgroup_load", 3, gives::special, "simdgroup_load", "a matrix: its element (r, c) is the memory's at offset + r * elements_per_row + c, or with r and c exchanged"))
ENIGMA_PLAIN_ROW(store, mark("store", 2, gives::nothing, "writes an element or a vector to a memory"))
ENIGMA_PLAIN_ROW(store_if, mark("store_if", 3, gives::nothing, "the same where a condition holds"))
ENIGMA_PLAIN_ROW(store_field, mark("store_field", 2, gives::nothing, "writes a field of a struct, or an element of one that is an array, or a vector or matrix, to a memory of such"))
ENIGMA_PLAIN_ROW(simdgroup_store, of_simdgroup("simdgroup_store", 4, gives::nothing, "simdgroup_store", "writes a matrix to where simdgroup_load would read it"))
ENIGMA_PLAIN_ROW(declare, mark("declare", 1, gives::special, "a mutable variable with its first value"))
ENIGMA_PLAIN_ROW(get, mark("get", 1, gives::special, "what a variable holds now"))
ENIGMA_PLAIN_ROW(set, mark("set", 2, gives::nothing, "changes a variable"))
ENIGMA_PLAIN_ROW(for_, mark("for", 3, gives::special, "a loop from a first value to below a last one by a step"))
ENIGMA_PLAIN_ROW(if_, mark("if", 1, gives::nothing, "a region for the threads where a condition holds"))
ENIGMA_PLAIN_ROW(else_, mark("else", 0, gives::nothing, "a region for the others"))
ENIGMA_PLAIN_ROW(while_, mark("while", 0, gives::nothing, "a loop as long as a condition holds"))
ENIGMA_PLAIN_ROW(test, mark("test", 1, gives::nothing, "the end of the condition's instructions"))
ENIGMA_PLAIN_ROW(end, mark("end", 0, gives::nothing, "the end of a region"))
ENIGMA_PLAIN_ROW(break_, mark("break", 0, gives::nothing, "leaves the innermost loop"))
ENIGMA_PLAIN_ROW(check, mark("check", 1, gives::nothing, "says what has to hold; not in the text"))
ENIGMA_PLAIN_ROW(invoke, mark("invoke", 4, gives::special, "calls a function that reads or changes memory"))
ENIGMA_PLAIN_ROW(return_, mark("return", 1, gives::nothing, "ends a function"))
ENIGMA_PLAIN_ROW(barrier, mark("barrier", 0, gives::nothing, "waits for all threads of the threadgroup"))
ENIGMA_PLAIN_ROW(async_copy, mark("async_copy", 4, gives::special, "begins to copy between device and threadgroup memory").since(20))
ENIGMA_PLAIN_ROW(async_wait, mark("async_wait", 1, gives::nothing, "waits until a copy is done").since(20))
ENIGMA_PLAIN_ROW(atomic_load, atomics("atomic_load", 1, gives::special, "the element"))
ENIGMA_PLAIN_ROW(atomic_store, atomics("atomic_store", 2, gives::nothing, "x comes to stand there"))
ENIGMA_PLAIN_ROW(atomic_exchange, atomics("atomic_exchange", 2, gives::special, "x comes to stand there; the element before"))
ENIGMA_PLAIN_ROW(atomic_compare_exchange_weak, atomics("atomic_compare_exchange_weak", 3, gives::boolean, "desired comes to stand there, where the variable's value stood; else that becomes the variable's; may fail without a reason"))
ENIGMA_PLAIN_ROW(atomic_fetch_add, atomics("atomic_fetch_add", 2, gives::special, "the sum comes to stand there; the element before", op::add))
ENIGMA_PLAIN_ROW(atomic_fetch_sub, atomics("atomic_fetch_sub", 2, gives::special, "the difference comes to stand there; the element before", op::sub))
ENIGMA_PLAIN_ROW(atomic_fetch_min, atomics("atomic_fetch_min", 2, gives::special, "the smaller comes to stand there; the element before", op::min))
ENIGMA_PLAIN_ROW(atomic_fetch_max, atomics("atomic_fetch_max", 2, gives::special, "the larger comes to stand there; the element before", op::max))
ENIGMA_PLAIN_ROW(atomic_fetch_and, atomics("atomic_fetch_and", 2, gives::special, "the bits set in both come to stand there; the element before", op::bit_and))
ENIGMA_PLAIN_ROW(atomic_fetch_or, atomics("atomic_fetch_or", 2, gives::special, "the bits set in one or both come to stand there; the element before", op::bit_or))
ENIGMA_PLAIN_ROW(atomic_fetch_xor, atomics("atomic_fetch_xor", 2, gives::special, "the bits set in one come to stand there; the element before", op::bit_xor))
ENIGMA_PLAIN_ROW(simd_sum, lanes_give("simd_sum", exchanged, "the sum over the active lanes", op::add))
ENIGMA_PLAIN_ROW(simd_product, lanes_give("simd_product", exchanged, "the product over the active lanes", op::mul))
ENIGMA_PLAIN_ROW(simd_min, lanes_give("simd_min", exchanged, "the smallest of the active lanes", op::min))
ENIGMA_PLAIN_ROW(simd_max, lanes_give("simd_max", exchanged, "the largest of the active lanes", op::max))
ENIGMA_PLAIN_ROW(simd_and, lanes_give("simd_and", exchanged_integral, "the bits set in all active lanes", op::bit_and))
ENIGMA_PLAIN_ROW(simd_or, lanes_give("simd_or", exchanged_integral, "the bits set in some active lane", op::bit_or))
ENIGMA_PLAIN_ROW(simd_xor, lanes_give("simd_xor", exchanged_integral, "the bits set in an odd number of active lanes", op::bit_xor))
ENIGMA_PLAIN_ROW(simd_prefix_inclusive_sum, lanes_give("simd_prefix_inclusive_sum", exchanged, "the sum over the active lanes up to this one", op::add))
ENIGMA_PLAIN_ROW(simd_prefix_exclusive_sum, lanes_give("simd_prefix_exclusive_sum", exchanged, "the sum over the active lanes before this one", op::add))
ENIGMA_PLAIN_ROW(simd_prefix_inclusive_product, lanes_give("simd_prefix_inclusive_product", exchanged, "the product over the active lanes up to this one", op::mul))
ENIGMA_PLAIN_ROW(simd_prefix_exclusive_product, lanes_give("simd_prefix_exclusive_product", exchanged, "the product over the active lanes before this one", op::mul))
ENIGMA_PLAIN_ROW(simd_broadcast_first, lanes_give("simd_broadcast_first", exchanged, "the value of the first active lane"))
ENIGMA_PLAIN_ROW(simd_broadcast, lane_gives("simd_broadcast", 2, "the value of a lane, the same one for all"))
ENIGMA_PLAIN_ROW(simd_shuffle, lane_gives("simd_shuffle", 2, "the value of a lane, which has to be active"))
ENIGMA_PLAIN_ROW(simd_shuffle_xor, lane_gives("simd_shuffle_xor", 2, "the value of the lane whose number is this one's XOR a mask"))
ENIGMA_PLAIN_ROW(simd_shuffle_up, lane_gives("simd_shuffle_up", 2, "the value of the lane delta below; the lowest delta lanes keep theirs"))
ENIGMA_PLAIN_ROW(simd_shuffle_down, lane_gives("simd_shuffle_down", 2, "the value of the lane delta above; the highest delta lanes keep theirs"))
ENIGMA_PLAIN_ROW(simd_shuffle_rotate_up, lane_gives("simd_shuffle_rotate_up", 2, "the value of the lane delta below, counted around").since(21))
ENIGMA_PLAIN_ROW(simd_shuffle_rotate_down, lane_gives("simd_shuffle_rotate_down", 2, "the value of the lane delta above, counted around").since(21))
ENIGMA_PLAIN_ROW(simd_shuffle_and_fill_up, lane_gives("simd_shuffle_and_fill_up", 3, "the value of the lane delta below; the lowest lanes get the highest of fill").since(24))
ENIGMA_PLAIN_ROW(simd_shuffle_and_fill_down, lane_gives("simd_shuffle_and_fill_down", 3, "the value of the lane delta above; the highest lanes get the lowest of fill").since(24))
ENIGMA_PLAIN_ROW(simd_all, lanes_vote("simd_all", 1, gives::boolean, "whether the condition holds in all active lanes"))
ENIGMA_PLAIN_ROW(simd_any, lanes_vote("simd_any", 1, gives::boolean, "whether the condition holds in some active lane"))
ENIGMA_PLAIN_ROW(simd_ballot, lanes_vote("simd_ballot", 1, gives::special, "a bit for each active lane where the condition holds"))
ENIGMA_PLAIN_ROW(simd_active_threads_mask, lanes_vote("simd_active_threads_mask", 0, gives::special, "a bit for each active lane"))
ENIGMA_PLAIN_ROW(simd_is_first, lanes_vote("simd_is_first", 0, gives::boolean, "whether this is the first active lane"))
ENIGMA_PLAIN_ROW(simdgroup_fill, of_simdgroup("simdgroup_fill", 1, gives::special, "make_filled_simdgroup_matrix", "a matrix whose elements are all x"))
ENIGMA_PLAIN_ROW(simdgroup_diagonal, of_simdgroup("simdgroup_diagonal", 1, gives::special, "simdgroup_matrix", "a matrix with x on the diagonal, and zeros"))
ENIGMA_PLAIN_ROW(simdgroup_multiply, of_simdgroup("simdgroup_multiply", 2, gives::special, "simdgroup_multiply", "the product of two matrices"))
ENIGMA_PLAIN_ROW(simdgroup_multiply_accumulate, of_simdgroup("simdgroup_multiply_accumulate", 3, gives::special, "simdgroup_multiply_accumulate", "a * b + c of matrices"))
ENIGMA_PLAIN_ROW(thread_element, of_simdgroup("thread_element", 1, gives::special, "thread_elements", "one of the two elements that this thread has of a matrix"))
ENIGMA_PLAIN_ROW(simdgroup_of_elements, of_simdgroup("simdgroup_of_elements", 2, gives::special, "thread_elements", "a matrix of which each thread gives its two elements"))

ENIGMA_ROW(add, infix("add", numeric, same, "+", prec_additive, true, "x + y; integers wrap"), ENIGMA_MODULAR(+))
ENIGMA_ROW(sub, infix("sub", numeric, same, "-", prec_additive, false, "x - y; integers wrap"), ENIGMA_MODULAR(-))
ENIGMA_ROW(mul, infix("mul", numeric, same, "*", prec_multiplicative, true, "x * y; integers wrap"), ENIGMA_MODULAR(*))
ENIGMA_ROW(div, infix("div", numeric, same, "/", prec_multiplicative, false, "x / y; integers truncate, by 0 unspecified"), ENIGMA_2(divided(x_, y_)))
ENIGMA_ROW(rem, infix("rem", integral, same, "%", prec_multiplicative, false, "x - (x / y) * y, for x >= 0 and y > 0"), ENIGMA_2(remainder(x_, y_)))
ENIGMA_ROW(neg, prefix("neg", numeric, "-", "-x; integers wrap"), constexpr auto operator()(auto x_) const { if constexpr (is_integer_rule<decltype(x_)>) return static_cast<decltype(x_)>(modular<decltype(x_)>{0} - static_cast<modular<decltype(x_)>>(x_)); else return -x_; })
ENIGMA_ROW(bit_and, infix("and", integral, same, "&", prec_bit_and, true, "bits set in both"), ENIGMA_2(x_ & y_))
ENIGMA_ROW(bit_or, infix("or", integral, same, "|", prec_bit_or, true, "bits set in one or both"), ENIGMA_2(x_ | y_))
ENIGMA_ROW(bit_xor, infix("xor", integral, same, "^", prec_bit_xor, true, "bits set in one"), ENIGMA_2(x_ ^ y_))
ENIGMA_ROW(bit_not, prefix("not", integral, "~", "bits not set"), ENIGMA_1(~x_))
ENIGMA_ROW(shl, infix("shl", integral, same, "<<", prec_shift, false, "x * 2^n, n modulo the width of x, of a scalar at least 32").by_lane_width(), constexpr auto operator()(auto x_, auto n_) const { return static_cast<decltype(x_)>(static_cast<modular<decltype(x_)>>(x_) << shift_count(n_)); })
ENIGMA_ROW(shr, infix("shr", integral, same, ">>", prec_shift, false, "x / 2^n rounded down, n modulo the width of x, of a scalar at least 32").by_lane_width(), ENIGMA_2(x_ >> shift_count(y_)))
ENIGMA_ROW(logical_and, infix("land", boolean, same, "&&", prec_logical_and, true, "both; the second is evaluated too"), ENIGMA_2(x_ & y_))
ENIGMA_ROW(logical_or, infix("lor", boolean, same, "||", prec_logical_or, true, "one or both; the second is evaluated too"), ENIGMA_2(x_ | y_))
ENIGMA_ROW(logical_not, prefix("lnot", boolean, "!", "the opposite"), ENIGMA_1(!x_))
ENIGMA_ROW(eq, infix("eq", any, truth, "==", prec_equality, true, "false where one is a NaN"), ENIGMA_ASK_2(x_ == y_))
ENIGMA_ROW(ne, infix("ne", any, truth, "!=", prec_equality, true, "true where one is a NaN"), ENIGMA_ASK_2(x_ != y_))
ENIGMA_ROW(lt, infix("lt", numeric, truth, "<", prec_relational, false, "false where one is a NaN"), ENIGMA_ASK_2(x_ < y_))
ENIGMA_ROW(le, infix("le", numeric, truth, "<=", prec_relational, false, "false where one is a NaN"), ENIGMA_ASK_2(x_ <= y_))
ENIGMA_ROW(gt, infix("gt", numeric, truth, ">", prec_relational, false, "false where one is a NaN"), ENIGMA_ASK_2(x_ > y_))
ENIGMA_ROW(ge, infix("ge", numeric, truth, ">=", prec_relational, false, "false where one is a NaN"), ENIGMA_ASK_2(x_ >= y_))

ENIGMA_ROW(min, exact_call("min", 2, true, "the smaller; of a NaN and a number the number"), ENIGMA_2(lesser(x_, y_)))
ENIGMA_ROW(max, exact_call("max", 2, true, "the larger; of a NaN and a number the number"), ENIGMA_2(greater(x_, y_)))
ENIGMA_ROW(abs, exact_call("abs", 1, false, "without its sign; of the least integer itself"), ENIGMA_1(magnitude(x_)))
ENIGMA_ROW(fma, math("fma", 3, "x * y + z, rounded once").by_width(), ENIGMA_3(multiplied_and_added(x_, y_, z_)))
ENIGMA_ROW(clamp, exact_call("clamp", 3, false, "min(max(x, low), high); undefined where low > high"), ENIGMA_3(lesser(greater(x_, y_), z_)))
ENIGMA_ROW(min3, exact_call("min3", 3, false, "the smallest of three").since(21), ENIGMA_3(lesser(lesser(x_, y_), z_)))
ENIGMA_ROW(max3, exact_call("max3", 3, false, "the largest of three").since(21), ENIGMA_3(greater(greater(x_, y_), z_)))
ENIGMA_ROW(median3, exact_call("median3", 3, false, "the middle one of three").since(21), ENIGMA_3(greater(lesser(x_, y_), lesser(greater(x_, y_), z_))))

ENIGMA_ROW(sqrt, math("sqrt", 1, "the square root"), ENIGMA_1(libm::sqrt(x_)))
ENIGMA_ROW(rsqrt, math("rsqrt", 1, "1 / sqrt(x)"), ENIGMA_1(1.0f / libm::sqrt(x_)))
ENIGMA_ROW(exp, math("exp", 1, "e^x"), ENIGMA_1(libm::exp(x_)))
ENIGMA_ROW(exp2, math("exp2", 1, "2^x"), ENIGMA_1(libm::exp2(x_)))
ENIGMA_ROW(exp10, math("exp10", 1, "10^x"), ENIGMA_1(libm::pow(10.0, static_cast<double>(x_))))
ENIGMA_ROW(log, math("log", 1, "the logarithm to base e"), ENIGMA_1(libm::log(x_)))
ENIGMA_ROW(log2, math("log2", 1, "the logarithm to base 2"), ENIGMA_1(libm::log2(x_)))
ENIGMA_ROW(log10, math("log10", 1, "the logarithm to base 10"), ENIGMA_1(libm::log10(x_)))
ENIGMA_ROW(sin, math("sin", 1, "the sine of x radians"), ENIGMA_1(libm::sin(x_)))
ENIGMA_ROW(cos, math("cos", 1, "the cosine of x radians"), ENIGMA_1(libm::cos(x_)))
ENIGMA_ROW(tan, math("tan", 1, "the tangent of x radians"), ENIGMA_1(libm::tan(x_)))
ENIGMA_ROW(sinpi, math("sinpi", 1, "sin(pi * x)"), ENIGMA_1(sin_of_pi(x_)))
ENIGMA_ROW(cospi, math("cospi", 1, "cos(pi * x)"), ENIGMA_1(cos_of_pi(x_)))
ENIGMA_ROW(tanpi, math("tanpi", 1, "tan(pi * x)"), ENIGMA_1(tan_of_pi(x_)))
ENIGMA_ROW(asin, math("asin", 1, "the angle from -pi/2 to pi/2 whose sine is x"), ENIGMA_1(libm::asin(x_)))
ENIGMA_ROW(acos, math("acos", 1, "the angle from 0 to pi whose cosine is x"), ENIGMA_1(libm::acos(x_)))
ENIGMA_ROW(atan, math("atan", 1, "the angle from -pi/2 to pi/2 whose tangent is x"), ENIGMA_1(libm::atan(x_)))
ENIGMA_ROW(sinh, math("sinh", 1, "(e^x - e^-x) / 2"), ENIGMA_1(libm::sinh(x_)))
ENIGMA_ROW(cosh, math("cosh", 1, "(e^x + e^-x) / 2"), ENIGMA_1(libm::cosh(x_)))
ENIGMA_ROW(tanh, math("tanh", 1, "sinh(x) / cosh(x)"), ENIGMA_1(libm::tanh(x_)))
ENIGMA_ROW(asinh, math("asinh", 1, "the inverse of sinh"), ENIGMA_1(libm::asinh(x_)))
ENIGMA_ROW(acosh, math("acosh", 1, "the inverse of cosh"), ENIGMA_1(libm::acosh(x_)))
ENIGMA_ROW(atanh, math("atanh", 1, "the inverse of tanh"), ENIGMA_1(libm::atanh(x_)))
ENIGMA_ROW(floor, math("floor", 1, "the largest whole number not above x"), ENIGMA_1(libm::floor(x_)))
ENIGMA_ROW(ceil, math("ceil", 1, "the smallest whole number not below x"), ENIGMA_1(libm::ceil(x_)))
ENIGMA_ROW(round, math("round", 1, "the nearest whole number, halves away from 0"), ENIGMA_1(libm::round(x_)))
ENIGMA_ROW(rint, math("rint", 1, "the nearest whole number, halves to even"), ENIGMA_1(libm::nearbyint(x_)))
ENIGMA_ROW(trunc, math("trunc", 1, "the whole part"), ENIGMA_1(libm::trunc(x_)))
ENIGMA_ROW(fract, math("fract", 1, "x - floor(x), below 1").by_width(), ENIGMA_1(fraction(x_)))
ENIGMA_ROW(sign, math("sign", 1, "1, -1, or the zero itself; 0 for a NaN"), ENIGMA_1(x_ > 0 ? 1.0f : x_ < 0 ? -1.0f : x_ == 0 ? x_ : 0.0f))
ENIGMA_ROW(saturate, math("saturate", 1, "clamp(x, 0, 1); 0 for a NaN"), ENIGMA_1(lesser(greater(x_, 0.0f), 1.0f)))
ENIGMA_ROW(atan2, math("atan2", 2, "the angle from -pi to pi of the point (y, x); atan2(y, x)"), ENIGMA_2(libm::atan2(x_, y_)))
ENIGMA_ROW(pow, math("pow", 2, "x^y"), ENIGMA_2(libm::pow(x_, y_)))
ENIGMA_ROW(powr, math("powr", 2, "x^y for x >= 0"), ENIGMA_2(x_ < 0 ? libm::nan : libm::pow(x_, y_)))
ENIGMA_ROW(fmod, math("fmod", 2, "x - y * trunc(x / y)"), ENIGMA_2(libm::fmod(x_, y_)))
ENIGMA_ROW(divide, math("divide", 2, "x / y"), ENIGMA_2(x_ / y_))
ENIGMA_ROW(fdim, math("fdim", 2, "x - y where x > y, else 0"), ENIGMA_2(x_ > y_ ? x_ - y_ : x_ <= y_ ? 0.0f : x_ + y_))
ENIGMA_ROW(copysign, math("copysign", 2, "x with the sign of y"), ENIGMA_2(libm::copysign(x_, y_)))
ENIGMA_ROW(nextafter, math("nextafter", 2, "the next number from x towards y").by_width().since(31).on(ieee), ENIGMA_2(neighbour(x_, y_)))
ENIGMA_ROW(step, math("step", 2, "x < edge ? 0 : 1; step(edge, x)"), ENIGMA_2(y_ < x_ ? 0.0f : 1.0f))
ENIGMA_ROW(mix, math("mix", 3, "x + (y - x) * a"), ENIGMA_3(x_ + (y_ - x_) * z_))
ENIGMA_ROW(smoothstep, math("smoothstep", 3, "t * t * (3 - 2t) with t = saturate((x - low) / (high - low)); smoothstep(low, high, x)"), constexpr auto operator()(auto low, auto high, auto x_) const { auto const t = lesser(greater((x_ - low) / (high - low), 0.0f), 1.0f); return t * t * (3.0f - 2.0f * t); })
ENIGMA_ROW(ldexp, math("ldexp", 2, "x * 2^n for an i32 n").taking(signature::exponent), constexpr auto operator()(auto x_, i32 n_) const { return libm::ldexp(x_, n_); })
ENIGMA_ROW(ilogb, math("ilogb", 1, "the exponent of x as an i32: floor(log2(|x|))").giving(gives::int32), constexpr auto operator()(auto x_) const -> i32 { return libm::ilogb(x_); })
ENIGMA_ROW(isfinite, asks("isfinite", 1, "neither an infinity nor a NaN"), ENIGMA_ASK(libm::isfinite(x_)))
ENIGMA_ROW(isinf, asks("isinf", 1, "an infinity"), ENIGMA_ASK(libm::isinf(x_)))
ENIGMA_ROW(isnan, asks("isnan", 1, "a NaN"), ENIGMA_ASK(libm::isnan(x_)))
ENIGMA_ROW(isnormal, asks("isnormal", 1, "neither 0 nor denormal, and finite").by_width(), ENIGMA_ASK(is_normal(x_)))
ENIGMA_ROW(signbit, asks("signbit", 1, "negative, or -0"), ENIGMA_ASK(libm::signbit(x_)))
ENIGMA_ROW(isordered, asks("isordered", 2, "none is a NaN"), ENIGMA_ASK_2(x_ == x_ && y_ == y_))
ENIGMA_ROW(isunordered, asks("isunordered", 2, "one is a NaN"), ENIGMA_ASK_2(x_ != x_ || y_ != y_))

ENIGMA_ROW(absdiff, integer_call("absdiff", 2, "|x - y| as an unsigned number").giving(gives::unsigned_), constexpr auto operator()(auto x_, auto y_) const { return difference(x_, y_); })
ENIGMA_ROW(addsat, integer_call("addsat", 2, "x + y, saturated"), ENIGMA_2(saturated_sum(x_, y_)))
ENIGMA_ROW(subsat, integer_call("subsat", 2, "x - y, saturated"), ENIGMA_2(saturated_difference(x_, y_)))
ENIGMA_ROW(madsat, integer_call("madsat", 3, "x * y + z, saturated"), ENIGMA_3(saturated_mad(x_, y_, z_)))
ENIGMA_ROW(mulhi, integer_call("mulhi", 2, "the upper half of the product"), ENIGMA_2(upper_half(x_, y_)))
ENIGMA_ROW(madhi, integer_call("madhi", 3, "mulhi(x, y) + z"), ENIGMA_3(on_unsigned(upper_half(x_, y_), z_, [](auto u_, auto v_) { return decltype(u_)(u_ + v_); })))
ENIGMA_ROW(hadd, integer_call("hadd", 2, "(x + y) >> 1 without overflow"), ENIGMA_2((x_ & y_) + ((x_ ^ y_) >> 1)))
ENIGMA_ROW(rhadd, integer_call("rhadd", 2, "(x + y + 1) >> 1 without overflow"), ENIGMA_2((x_ | y_) - ((x_ ^ y_) >> 1)))
ENIGMA_ROW(mul24, integer_call("mul24", 2, "x * y for operands of 24 bits").since(21).on(word), ENIGMA_MODULAR(*))
ENIGMA_ROW(mad24, integer_call("mad24", 3, "x * y + z for x and y of 24 bits").since(21).on(word), constexpr auto operator()(auto x_, auto y_, auto z_) const { using M = modular<decltype(x_)>; return static_cast<decltype(x_)>(M(x_) * M(y_) + M(z_)); })
ENIGMA_ROW(rotate, integer_call("rotate", 2, "x with its bits moved up n places, those that leave coming in below"), constexpr auto operator()(auto x_, auto n_) const { using U = unsigned_twin<decltype(x_)>; return static_cast<decltype(x_)>(std::rotl(static_cast<U>(x_), static_cast<int>(static_cast<U>(n_) % width_of<U>))); })
ENIGMA_ROW(clz, integer_call("clz", 1, "how many zeros lead; all of them for 0"), ENIGMA_1(std::countl_zero(static_cast<unsigned_twin<decltype(x_)>>(x_))))
ENIGMA_ROW(ctz, integer_call("ctz", 1, "how many zeros trail; all of them for 0"), ENIGMA_1(std::countr_zero(static_cast<unsigned_twin<decltype(x_)>>(x_))))
ENIGMA_ROW(popcount, integer_call("popcount", 1, "how many bits are set"), ENIGMA_1(std::popcount(static_cast<unsigned_twin<decltype(x_)>>(x_))))
ENIGMA_ROW(reverse_bits, integer_call("reverse_bits", 1, "the bits from last to first").since(21), ENIGMA_1(bits_reversed(x_)))
ENIGMA_ROW(extract_bits, integer_call("extract_bits", 3, "`bits` bits from `offset` on, sign-extended in a signed type; 0 for no bits; undefined past the width").since(12).taking(signature::bits), constexpr auto operator()(auto x_, u32 offset, u32 bits) const { return bits_extracted(x_, offset, bits); })
ENIGMA_ROW(insert_bits, integer_call("insert_bits", 4, "base with `bits` bits of insert put in from `offset` on; undefined past the width").since(12).taking(signature::bits), constexpr auto operator()(auto base, auto insert, u32 offset, u32 bits) const { return bits_inserted(base, insert, offset, bits); })

ENIGMA_ROW(dot, whole("dot", 2, gives::element, "the sum of x_i * y_i"), constexpr auto operator()(auto x_, auto y_) const { return dot_product(x_, y_); })
ENIGMA_ROW(cross, whole("cross", 2, same, "the vector at a right angle to two of 3 lanes").of_lanes(3), auto operator()(short_vector<f32, 3> x_, short_vector<f32, 3> y_) const { return cross_product(x_, y_); })
ENIGMA_ROW(length, whole("length", 1, gives::element, "sqrt(dot(x, x))"), constexpr auto operator()(auto x_) const { return libm::sqrt(dot_product(x_, x_)); })
ENIGMA_ROW(length_squared, whole("length_squared", 1, gives::element, "dot(x, x)"), constexpr auto operator()(auto x_) const { return dot_product(x_, x_); })
ENIGMA_ROW(distance, whole("distance", 2, gives::element, "length(x - y)"), constexpr auto operator()(auto x_, auto y_) const { auto const d = from_to(x_, y_); return libm::sqrt(dot_product(d, d)); })
ENIGMA_ROW(distance_squared, whole("distance_squared", 2, gives::element, "length_squared(x - y)"), constexpr auto operator()(auto x_, auto y_) const { auto const d = from_to(x_, y_); return dot_product(d, d); })
ENIGMA_ROW(normalize, whole("normalize", 1, same, "x / length(x); of zeros undefined"), constexpr auto operator()(auto x_) const { return of_length_one(x_); })
ENIGMA_ROW(reflect, whole("reflect", 2, same, "i - 2 * dot(n, i) * n for an n of length 1; reflect(i, n)"), constexpr auto operator()(auto i_, auto n_) const { return reflected(i_, n_); })
ENIGMA_ROW(refract, whole("refract", 3, same, "i, of length 1, as it goes on behind a surface with the normal n, of length 1, where eta is the ratio of the refractive indices; zeros where it does not; refract(i, n, eta)").taking(signature::vectors_and_ratio), constexpr auto operator()(auto i_, auto n_, f32 eta) const { return refracted(i_, n_, eta); })
ENIGMA_ROW(faceforward, whole("faceforward", 3, same, "dot(reference, i) < 0 ? n : -n; faceforward(n, i, reference)"), constexpr auto operator()(auto n_, auto i_, auto reference) const { return facing(n_, i_, reference); })
ENIGMA_ROW(all_lanes, whole("all", 1, gives::element, "whether all lanes are true").on(boolean), constexpr auto operator()(auto x_) const { return all_of(x_); })
ENIGMA_ROW(any_lane, whole("any", 1, gives::element, "whether some lane is true").on(boolean), constexpr auto operator()(auto x_) const { return any_of(x_); })
ENIGMA_ROW(pack_unorm4x8, packs("pack_unorm4x8", "pack_*_to_unorm4x8", 4, u32_kind, "numbers from 0 to 1 as 4 bytes, the first in the lowest"), auto operator()(short_vector<f32, 4> x_) const { return fields<8, 8, 8, 8>::pack(x_, norm::unsigned_); })
ENIGMA_ROW(pack_snorm4x8, packs("pack_snorm4x8", "pack_*_to_snorm4x8", 4, u32_kind, "numbers from -1 to 1 as 4 bytes"), auto operator()(short_vector<f32, 4> x_) const { return fields<8, 8, 8, 8>::pack(x_, norm::signed_); })
ENIGMA_ROW(pack_srgb_unorm4x8, packs("pack_srgb_unorm4x8", "pack_*_to_srgb_unorm4x8", 4, u32_kind, "red, green, blue in sRGB and alpha as 4 bytes"), auto operator()(short_vector<f32, 4> x_) const { return fields<8, 8, 8, 8>::pack(srgb_from_linear(x_), norm::unsigned_); })
ENIGMA_ROW(pack_unorm2x16, packs("pack_unorm2x16", "pack_*_to_unorm2x16", 2, u32_kind, "numbers from 0 to 1 as 2 times 16 bits"), auto operator()(short_vector<f32, 2> x_) const { return fields<16, 16>::pack(x_, norm::unsigned_); })
ENIGMA_ROW(pack_snorm2x16, packs("pack_snorm2x16", "pack_*_to_snorm2x16", 2, u32_kind, "numbers from -1 to 1 as 2 times 16 bits"), auto operator()(short_vector<f32, 2> x_) const { return fields<16, 16>::pack(x_, norm::signed_); })
ENIGMA_ROW(pack_unorm10a2, packs("pack_unorm10a2", "pack_*_to_unorm10a2", 4, u32_kind, "numbers from 0 to 1 as 3 times 10 bits and 2"), auto operator()(short_vector<f32, 4> x_) const { return fields<10, 10, 10, 2>::pack(x_, norm::unsigned_); })
ENIGMA_ROW(pack_unorm565, packs("pack_unorm565", "pack_*_to_unorm565", 3, u16_kind, "numbers from 0 to 1 as 5, 6 and 5 bits"), auto operator()(short_vector<f32, 3> x_) const { return fields<5, 6, 5>::pack(x_, norm::unsigned_); })
ENIGMA_ROW(unpack_unorm4x8, unpacks("unpack_unorm4x8", "unpack_unorm4x8_to_*", 4, u32_kind, "the numbers that pack_unorm4x8 has packed"), auto operator()(u32 x_) const { return fields<8, 8, 8, 8>::unpack(x_, norm::unsigned_); })
ENIGMA_ROW(unpack_snorm4x8, unpacks("unpack_snorm4x8", "unpack_snorm4x8_to_*", 4, u32_kind, "the numbers that pack_snorm4x8 has packed; of the two least of a byte both are -1"), auto operator()(u32 x_) const { return fields<8, 8, 8, 8>::unpack(x_, norm::signed_); })
ENIGMA_ROW(unpack_unorm4x8_srgb, unpacks("unpack_unorm4x8_srgb", "unpack_unorm4x8_srgb_to_*", 4, u32_kind, "the numbers that pack_srgb_unorm4x8 has packed"), auto operator()(u32 x_) const { return linear_from_srgb(fields<8, 8, 8, 8>::unpack(x_, norm::unsigned_)); })
ENIGMA_ROW(unpack_unorm2x16, unpacks("unpack_unorm2x16", "unpack_unorm2x16_to_*", 2, u32_kind, "the numbers that pack_unorm2x16 has packed"), auto operator()(u32 x_) const { return fields<16, 16>::unpack(x_, norm::unsigned_); })
ENIGMA_ROW(unpack_snorm2x16, unpacks("unpack_snorm2x16", "unpack_snorm2x16_to_*", 2, u32_kind, "the numbers that pack_snorm2x16 has packed"), auto operator()(u32 x_) const { return fields<16, 16>::unpack(x_, norm::signed_); })
ENIGMA_ROW(unpack_unorm10a2, unpacks("unpack_unorm10a2", "unpack_unorm10a2_to_*", 4, u32_kind, "the numbers that pack_unorm10a2 has packed"), auto operator()(u32 x_) const { return fields<10, 10, 10, 2>::unpack(x_, norm::unsigned_); })
ENIGMA_ROW(unpack_unorm565, unpacks("unpack_unorm565", "unpack_unorm565_to_*", 3, u16_kind, "the numbers that pack_unorm565 has packed"), auto operator()(u32 x_) const { return fields<5, 6, 5>::unpack(x_, norm::unsigned_); })

ENIGMA_ROW_OF(matrix_product, matrices("matrix_product", 2, "the matrix product, of which one operand may be a vector: a column on the right, a row on the left").infix("*", prec_multiplicative), product_rule)
ENIGMA_ROW_OF(transpose, matrices("transpose", 1, "rows and columns exchanged"), transpose_rule)
ENIGMA_ROW_OF(determinant, matrices("determinant", 1, "the determinant of a square matrix"), determinant_rule)

ENIGMA_ROW(select, custom("select", 3, "condition ? then : otherwise, both evaluated; select(otherwise, then, condition)"), constexpr auto operator()(auto otherwise, auto then, bool condition) const { return condition ? then : otherwise; })
ENIGMA_PLAIN_ROW(convert, custom("convert", 1, "the value as another type"))
ENIGMA_PLAIN_ROW(bitcast, custom("bitcast", 1, "the bits as another type"))
ENIGMA_PLAIN_ROW(make_vector, custom("make_vector", 4, "a vector from its elements"))
ENIGMA_PLAIN_ROW(make_matrix, custom("make_matrix", 4, "a matrix from its columns, or from the number on its diagonal"))
ENIGMA_PLAIN_ROW(extract, custom("extract", 1, "an element of a vector, or a column of a matrix"))
ENIGMA_PLAIN_ROW(call, custom("call", 4, "calls a function of values"))

#undef ENIGMA_ROW_OF
#undef ENIGMA_PLAIN_ROW
#undef ENIGMA_ROW
#undef ENIGMA_1
#undef ENIGMA_2
#undef ENIGMA_3
#undef ENIGMA_ASK
#undef ENIGMA_ASK_2
#undef ENIGMA_MODULAR
// clang-format on

} // namespace rows

using rows::row;

struct info_table {
  op_info rows[static_cast<int>(op::count_)];
};

template <int... Codes>
constexpr info_table table_of(std::integer_sequence<int, Codes...>) {
  info_table t{{row<op(Codes)>::says.info...}};
  for (int i = 0; i < static_cast<int>(sizeof...(Codes)); ++i)
    t.rows[i].code = op(i);
  return t;
}
/// Without the functions that fold constants, which most rows have none of.
inline constexpr info_table unfolded = table_of(std::make_integer_sequence<int, int(op::count_)>{});

struct list_of_codes {
  int count = 0;
  op codes[static_cast<int>(op::count_)]{};
};
inline constexpr list_of_codes rows_that_fold = [] {
  list_of_codes list;
  for (op_info const& row : unfolded.rows)
    if (row.folds != folding::never)
      list.codes[list.count++] = row.code;
  return list;
}();

template <op Code>
constexpr fold_rule fold_of() {
  constexpr op_info const& it = unfolded.rows[static_cast<int>(Code)];
  if constexpr (it.folds == folding::by_width)
    return fold_by_width<row<Code>>;
  else
    return fold_by<row<Code>, it.operands, it.domain>;
}
template <int... Places>
constexpr info_table with_folds(std::integer_sequence<int, Places...>) {
  info_table t = unfolded;
  (...,
   (t.rows[static_cast<int>(rows_that_fold.codes[Places])].fold = fold_of<rows_that_fold.codes[Places]>()));
  return t;
}
inline constexpr info_table infos = with_folds(std::make_integer_sequence<int, rows_that_fold.count>{});

} // namespace detail

/// The row of an operation, without its evaluation rule.
constexpr op_info const& info(op code) {
  return detail::infos.rows[static_cast<int>(code)];
}

} // namespace enigma
