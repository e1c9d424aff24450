// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/value.hpp>

// MSL's functions by MSL's names, lane by lane on vectors. What each computes and for which types is its row
// in op_table.hpp; operands follow the rules of operands_agree.

namespace enigma {

// clang-format off
#define ENIGMA_FUNCTION_1(name)                                                                                \
  template <traced X>                                                                                          \
    requires operands_of<op::name, X>                                                                          \
  constexpr auto name(X const& x) { return detail::apply<op::name>(x); }
#define ENIGMA_FUNCTION_2(name)                                                                                \
  template <class X, class Y>                                                                                  \
    requires operands_of<op::name, X, Y>                                                                       \
  constexpr auto name(X const& x, Y const& y) { return detail::apply<op::name>(x, y); }
#define ENIGMA_FUNCTION_3(name)                                                                                \
  template <class X, class Y, class Z>                                                                         \
    requires operands_of<op::name, X, Y, Z>                                                                    \
  constexpr auto name(X const& x, Y const& y, Z const& z) { return detail::apply<op::name>(x, y, z); }

ENIGMA_FUNCTION_1(abs)
ENIGMA_FUNCTION_1(sqrt)
ENIGMA_FUNCTION_1(rsqrt)
ENIGMA_FUNCTION_1(exp)
ENIGMA_FUNCTION_1(exp2)
ENIGMA_FUNCTION_1(exp10)
ENIGMA_FUNCTION_1(log)
ENIGMA_FUNCTION_1(log2)
ENIGMA_FUNCTION_1(log10)
ENIGMA_FUNCTION_1(sin)
ENIGMA_FUNCTION_1(cos)
ENIGMA_FUNCTION_1(tan)
ENIGMA_FUNCTION_1(sinpi)
ENIGMA_FUNCTION_1(cospi)
ENIGMA_FUNCTION_1(tanpi)
ENIGMA_FUNCTION_1(asin)
ENIGMA_FUNCTION_1(acos)
ENIGMA_FUNCTION_1(atan)
ENIGMA_FUNCTION_1(sinh)
ENIGMA_FUNCTION_1(cosh)
ENIGMA_FUNCTION_1(tanh)
ENIGMA_FUNCTION_1(asinh)
ENIGMA_FUNCTION_1(acosh)
ENIGMA_FUNCTION_1(atanh)
ENIGMA_FUNCTION_1(floor)
ENIGMA_FUNCTION_1(ceil)
ENIGMA_FUNCTION_1(round)
ENIGMA_FUNCTION_1(rint)
ENIGMA_FUNCTION_1(trunc)
ENIGMA_FUNCTION_1(fract)
ENIGMA_FUNCTION_1(sign)
ENIGMA_FUNCTION_1(saturate)
ENIGMA_FUNCTION_1(ilogb)
ENIGMA_FUNCTION_1(isfinite)
ENIGMA_FUNCTION_1(isinf)
ENIGMA_FUNCTION_1(isnan)
ENIGMA_FUNCTION_1(isnormal)
ENIGMA_FUNCTION_1(signbit)
ENIGMA_FUNCTION_1(clz)
ENIGMA_FUNCTION_1(ctz)
ENIGMA_FUNCTION_1(popcount)
ENIGMA_FUNCTION_1(reverse_bits)
ENIGMA_FUNCTION_2(min)
ENIGMA_FUNCTION_2(max)
ENIGMA_FUNCTION_2(pow)
ENIGMA_FUNCTION_2(powr)
ENIGMA_FUNCTION_2(fmod)
ENIGMA_FUNCTION_2(divide)
ENIGMA_FUNCTION_2(fdim)
ENIGMA_FUNCTION_2(atan2)
ENIGMA_FUNCTION_2(copysign)
ENIGMA_FUNCTION_2(step)
ENIGMA_FUNCTION_2(isordered)
ENIGMA_FUNCTION_2(isunordered)
ENIGMA_FUNCTION_2(absdiff)
ENIGMA_FUNCTION_2(addsat)
ENIGMA_FUNCTION_2(subsat)
ENIGMA_FUNCTION_2(mulhi)
ENIGMA_FUNCTION_2(hadd)
ENIGMA_FUNCTION_2(rhadd)
ENIGMA_FUNCTION_2(mul24)
ENIGMA_FUNCTION_2(rotate)
ENIGMA_FUNCTION_3(fma)
ENIGMA_FUNCTION_3(clamp)
ENIGMA_FUNCTION_3(mix)
ENIGMA_FUNCTION_3(smoothstep)
ENIGMA_FUNCTION_3(min3)
ENIGMA_FUNCTION_3(max3)
ENIGMA_FUNCTION_3(median3)
ENIGMA_FUNCTION_3(madsat)
ENIGMA_FUNCTION_3(madhi)
ENIGMA_FUNCTION_3(mad24)
#undef ENIGMA_FUNCTION_1
#undef ENIGMA_FUNCTION_2
#undef ENIGMA_FUNCTION_3
// clang-format on

/// The next number from `x` towards `y`. f32 and f16. Metal 3.1.
template <class X, class Y>
  requires operands_of<op::nextafter, X, Y>
constexpr auto nextafter(X const& x, Y const& y) {
  return detail::apply<op::nextafter>(x, y);
}

/// x * 2^n for an i32 `n`, or a vector of them: any i32 gives the rounded result.
template <traced X, class N>
  requires(floating_type<typename X::traced_type> &&
           detail::fits_as<N, with_element<typename X::traced_type, i32>>)
constexpr auto ldexp(X const& x, N const& n) {
  using T = typename X::traced_type;
  detail::builder* const b = detail::owner_of_all(x, n);
  value_id const ids[] = {detail::id_of<T>(b, x), detail::id_of<with_element<T, i32>>(b, n)};
  return value<T>(b, b->pure(op::ldexp, type_of<T>, ids[0], ids[1]));
}

/// `bits` bits of `x` from `offset` on, sign-extended in a signed type; 0 for no bits. Both are u32.
/// Undefined past the width. Metal 1.2.
template <traced X, class O, class B>
  requires(integer_type<typename X::traced_type> && detail::fits_as<O, u32> && detail::fits_as<B, u32>)
constexpr auto extract_bits(X const& x, O const& offset, B const& bits) {
  using T = typename X::traced_type;
  detail::builder* const b = detail::owner_of_all(x, offset, bits);
  value_id const ids[] = {detail::id_of<T>(b, x), detail::id_of<u32>(b, offset), detail::id_of<u32>(b, bits)};
  return value<T>(b, b->pure(op::extract_bits, type_of<T>, ids[0], ids[1], ids[2]));
}

/// `base` with the lowest `bits` bits of `insert` put in from `offset` on. Undefined past the width.
/// Metal 1.2.
template <class X, class Y, class O, class B>
  requires(operands_of<op::insert_bits, X, Y> && detail::fits_as<O, u32> && detail::fits_as<B, u32>)
constexpr auto insert_bits(X const& base, Y const& insert, O const& offset, B const& bits) {
  using T = typename detail::common_of<X, Y>::type;
  detail::builder* const b = detail::owner_of_all(base, insert, offset, bits);
  value_id const ids[] = {detail::id_of<T>(b, base), detail::id_of<T>(b, insert),
                          detail::id_of<u32>(b, offset), detail::id_of<u32>(b, bits)};
  return value<T>(b, b->pure(op::insert_bits, type_of<T>, ids[0], ids[1], ids[2], ids[3]));
}

// fast:: and precise:: ask MSL for one version of a function, whatever the compiler's options; for f32 and
// its vectors. The executor knows one version.
// clang-format off
#define ENIGMA_VARIANT_1(name)                                                                                 \
  template <traced X>                                                                                          \
    requires(operands_of<op::name, X> && detail::has_variants<X>)                                              \
  constexpr auto name(X const& x) { return detail::apply<op::name, variant>(x); }
#define ENIGMA_VARIANT_2(name)                                                                                 \
  template <class X, class Y>                                                                                  \
    requires(operands_of<op::name, X, Y> && detail::has_variants<X, Y>)                                        \
  constexpr auto name(X const& x, Y const& y) { return detail::apply<op::name, variant>(x, y); }
#define ENIGMA_VARIANTS                                                                                        \
  ENIGMA_VARIANT_1(sqrt) ENIGMA_VARIANT_1(rsqrt) ENIGMA_VARIANT_1(exp) ENIGMA_VARIANT_1(exp2)                  \
  ENIGMA_VARIANT_1(exp10) ENIGMA_VARIANT_1(log) ENIGMA_VARIANT_1(log2) ENIGMA_VARIANT_1(log10)                 \
  ENIGMA_VARIANT_1(sin) ENIGMA_VARIANT_1(cos) ENIGMA_VARIANT_1(tan) ENIGMA_VARIANT_1(sinpi)                    \
  ENIGMA_VARIANT_1(cospi) ENIGMA_VARIANT_1(tanpi) ENIGMA_VARIANT_1(asin) ENIGMA_VARIANT_1(acos)                \
  ENIGMA_VARIANT_1(atan) ENIGMA_VARIANT_1(sinh) ENIGMA_VARIANT_1(cosh) ENIGMA_VARIANT_1(tanh)                  \
  ENIGMA_VARIANT_1(asinh) ENIGMA_VARIANT_1(acosh) ENIGMA_VARIANT_1(atanh) ENIGMA_VARIANT_1(floor)              \
  ENIGMA_VARIANT_1(ceil) ENIGMA_VARIANT_1(round) ENIGMA_VARIANT_1(rint) ENIGMA_VARIANT_1(trunc)                \
  ENIGMA_VARIANT_1(fract) ENIGMA_VARIANT_2(atan2) ENIGMA_VARIANT_2(pow) ENIGMA_VARIANT_2(powr)                 \
  ENIGMA_VARIANT_2(fmod) ENIGMA_VARIANT_2(divide) ENIGMA_VARIANT_2(fdim)

namespace detail {
template <class... X>
concept has_variants = std::same_as<element_of<typename common_of<std::remove_cvref_t<X>...>::type>, f32>;
}
namespace fast {
inline constexpr auto variant = static_cast<std::int64_t>(math_variant::fast);
ENIGMA_VARIANTS
} // namespace fast
namespace precise {
inline constexpr auto variant = static_cast<std::int64_t>(math_variant::precise);
ENIGMA_VARIANTS
} // namespace precise
#undef ENIGMA_VARIANTS
#undef ENIGMA_VARIANT_1
#undef ENIGMA_VARIANT_2
// clang-format on

} // namespace enigma
