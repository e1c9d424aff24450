// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/math.hpp>

// MSL's functions of floats with two results. There the second goes to a reference; here both are values,
// made of other operations, for scalars and vectors:
//
//   auto [sine, cosine] = sincos(x);

namespace enigma {

template <class T>
struct sine_and_cosine {
  value<T> sine, cosine;
};
template <class T>
struct fraction_and_whole {
  value<T> fraction, whole;
};
template <class T, class N>
struct mantissa_and_exponent {
  value<T> mantissa;
  value<N> exponent; // i32
};

/// sin(x) and cos(x), which Metal's compiler computes together.
template <traced X>
  requires floating_type<typename X::traced_type>
constexpr auto sincos(X const& x) {
  value<typename X::traced_type> const v = x, sine = sin(v), cosine = cos(v);
  return sine_and_cosine<typename X::traced_type>{sine, cosine};
}

/// x in two parts, both with its sign: below 1, and whole. Of an infinity 0 and itself.
template <traced X>
  requires floating_type<typename X::traced_type>
constexpr auto modf(X const& x) {
  value<typename X::traced_type> const v = x, whole = trunc(v), rest = v - whole;
  value<typename X::traced_type> const part = select(rest, 0, v == whole);
  return fraction_and_whole<typename X::traced_type>{copysign(part, v), whole};
}

/// x = mantissa * 2^exponent with a mantissa from 1/2 to below 1, or of x's sign; both are 0 where x is. As
/// in MSL, the exponent of an infinity or a NaN may be anything, the mantissa is x.
template <traced X>
  requires floating_type<typename X::traced_type>
constexpr auto frexp(X const& x) {
  using T = typename X::traced_type;
  value<T> const v = x;
  auto const exponent = select(ilogb(v) + 1, 0, v == 0);
  using N = typename decltype(exponent)::traced_type;
  return mantissa_and_exponent<T, N>{ldexp(v, -exponent), exponent};
}

} // namespace enigma
