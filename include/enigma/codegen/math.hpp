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
ENIGMA_FUNCTION_1(log)
ENIGMA_FUNCTION_1(log2)
ENIGMA_FUNCTION_1(log10)
ENIGMA_FUNCTION_1(sin)
ENIGMA_FUNCTION_1(cos)
ENIGMA_FUNCTION_1(tan)
ENIGMA_FUNCTION_1(asin)
ENIGMA_FUNCTION_1(acos)
ENIGMA_FUNCTION_1(atan)
ENIGMA_FUNCTION_1(sinh)
ENIGMA_FUNCTION_1(cosh)
ENIGMA_FUNCTION_1(tanh)
ENIGMA_FUNCTION_1(floor)
ENIGMA_FUNCTION_1(ceil)
ENIGMA_FUNCTION_1(round)
ENIGMA_FUNCTION_1(rint)
ENIGMA_FUNCTION_1(trunc)
ENIGMA_FUNCTION_1(fract)
ENIGMA_FUNCTION_1(sign)
ENIGMA_FUNCTION_2(min)
ENIGMA_FUNCTION_2(max)
ENIGMA_FUNCTION_2(pow)
ENIGMA_FUNCTION_2(fmod)
ENIGMA_FUNCTION_2(atan2)
ENIGMA_FUNCTION_2(copysign)
ENIGMA_FUNCTION_3(fma)
ENIGMA_FUNCTION_3(clamp)
#undef ENIGMA_FUNCTION_1
#undef ENIGMA_FUNCTION_2
#undef ENIGMA_FUNCTION_3
// clang-format on

namespace detail {
template <op Code, traced X>
constexpr auto apply_simd(X const& x, std::int64_t imm = 0) {
  using T = typename X::traced_type;
  builder* const b = owner_of_all(x);
  return value<T>(b, b->simd(Code, type_of<T>, id_of<T>(b, x), imm));
}
} // namespace detail

/// The sum of `x` over the active lanes of the simdgroup, in every lane. Metal 2.1.
template <traced X>
  requires operands_of<op::simd_sum, X>
constexpr auto simd_sum(X const& x) {
  return detail::apply_simd<op::simd_sum>(x);
}

/// The largest `x` over the active lanes of the simdgroup, in every lane. Metal 2.1.
template <traced X>
  requires operands_of<op::simd_max, X>
constexpr auto simd_max(X const& x) {
  return detail::apply_simd<op::simd_max>(x);
}

/// `x` of lane (own lane XOR mask). The lane must be active; 0 <= mask < 32. Metal 2.0.
template <traced X>
  requires operands_of<op::simd_shuffle_xor, X>
constexpr auto simd_shuffle_xor(X const& x, int mask) {
  if (mask < 0 || mask > 31)
    refused((detail::sentence("simd_shuffle_xor: the mask ") << mask << " is not one of 0 to 31").lines());
  return detail::apply_simd<op::simd_shuffle_xor>(x, mask);
}

} // namespace enigma
