// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/tensor/tile_expression.hpp>

#include <enigma/tensor/detail/libm.hpp>

// MSL's functions on tiles, element by element, by MSL's names. In a kernel each is the function of the same
// name on values; on the host plain C++, f16 by way of float. Operands agree as in tile_expression.hpp, so
// max(tile, 0) and fma(tile, tile, 1.5f) are fine.

namespace enigma {
namespace detail {

template <class T>
concept host_number = std::is_arithmetic_v<T> && !std::same_as<T, bool>;

/// How a function reaches its elements: built-in numbers by the rule, classes that become a float (f16) by
/// the rule on float, values of a kernel by the function of that name.
template <class Rule, class T>
constexpr T on_host(T const& first, std::same_as<T> auto const&... rest) {
  if constexpr (std::is_arithmetic_v<T>)
    return Rule::of(first, rest...);
  else
    return T(Rule::of(static_cast<float>(first), static_cast<float>(rest)...));
}
template <class Rule, class... A>
concept has_host_rule = (!requires { typename A::traced_type; } && ...) && (requires(A const&... a) {
                          Rule::of(a...);
                        } || (((std::is_class_v<A> && std::constructible_from<float, A>) && ...) &&
                              requires(A const&... a) { Rule::of(static_cast<float>(a)...); }));

} // namespace detail

// A macro `min` with arguments must not see ours: something stands between the name and its parenthesis.
#define ENIGMA_NO_MACRO
// clang-format off
#define ENIGMA_TILE_FUNCTION(name, operands, numbers, ...)                                                     \
  namespace detail {                                                                                           \
  struct name##_rule {                                                                                         \
    template <numbers T>                                                                                       \
    static constexpr T of operands { return static_cast<T>(__VA_ARGS__); }                                     \
  };                                                                                                           \
  struct name##_lanes {                                                                                        \
    template <class... A>                                                                                      \
      requires has_host_rule<name##_rule, A...>                                                                \
    constexpr auto operator()(A const&... a) const { return on_host<name##_rule>(a...); }                      \
    template <class... A>                                                                                      \
      requires(!has_host_rule<name##_rule, A...> && requires(A const&... a) { name ENIGMA_NO_MACRO(a...); })   \
    constexpr auto operator()(A const&... a) const { return name ENIGMA_NO_MACRO(a...); }                      \
  };                                                                                                           \
  }                                                                                                            \
  template <class... Xs>                                                                                       \
    requires detail::tile_operands<detail::name##_lanes, Xs...>                                                \
  constexpr auto name ENIGMA_NO_MACRO(Xs const&... xs) { return detail::operation_on<detail::name##_lanes>(xs...); }

ENIGMA_TILE_FUNCTION(min, (T a, T b), detail::host_number, b < a || a != a ? b : a)
ENIGMA_TILE_FUNCTION(max, (T a, T b), detail::host_number, a < b || a != a ? b : a)
ENIGMA_TILE_FUNCTION(abs, (T a), detail::host_number, a == T{} ? T{} : a < T{} ? T{} - a : a)
ENIGMA_TILE_FUNCTION(clamp, (T a, T low, T high), detail::host_number, high < (a < low ? low : a) ? high : (a < low ? low : a))
ENIGMA_TILE_FUNCTION(sign, (T a), std::floating_point, a > T{} ? T{1} : a < T{} ? T{-1} : a == T{} ? a : T{})
ENIGMA_TILE_FUNCTION(fma, (T a, T b, T c), std::floating_point, detail::libm::fma(a, b, c))
ENIGMA_TILE_FUNCTION(sqrt, (T a), std::floating_point, detail::libm::sqrt(a))
ENIGMA_TILE_FUNCTION(rsqrt, (T a), std::floating_point, T{1} / detail::libm::sqrt(a))
ENIGMA_TILE_FUNCTION(exp, (T a), std::floating_point, detail::libm::exp(a))
ENIGMA_TILE_FUNCTION(exp2, (T a), std::floating_point, detail::libm::exp2(a))
ENIGMA_TILE_FUNCTION(log, (T a), std::floating_point, detail::libm::log(a))
ENIGMA_TILE_FUNCTION(log2, (T a), std::floating_point, detail::libm::log2(a))
ENIGMA_TILE_FUNCTION(log10, (T a), std::floating_point, detail::libm::log10(a))
ENIGMA_TILE_FUNCTION(sin, (T a), std::floating_point, detail::libm::sin(a))
ENIGMA_TILE_FUNCTION(cos, (T a), std::floating_point, detail::libm::cos(a))
ENIGMA_TILE_FUNCTION(tan, (T a), std::floating_point, detail::libm::tan(a))
ENIGMA_TILE_FUNCTION(asin, (T a), std::floating_point, detail::libm::asin(a))
ENIGMA_TILE_FUNCTION(acos, (T a), std::floating_point, detail::libm::acos(a))
ENIGMA_TILE_FUNCTION(atan, (T a), std::floating_point, detail::libm::atan(a))
ENIGMA_TILE_FUNCTION(atan2, (T a, T b), std::floating_point, detail::libm::atan2(a, b))
ENIGMA_TILE_FUNCTION(sinh, (T a), std::floating_point, detail::libm::sinh(a))
ENIGMA_TILE_FUNCTION(cosh, (T a), std::floating_point, detail::libm::cosh(a))
ENIGMA_TILE_FUNCTION(tanh, (T a), std::floating_point, detail::libm::tanh(a))
ENIGMA_TILE_FUNCTION(pow, (T a, T b), std::floating_point, detail::libm::pow(a, b))
ENIGMA_TILE_FUNCTION(fmod, (T a, T b), std::floating_point, detail::libm::fmod(a, b))
ENIGMA_TILE_FUNCTION(copysign, (T a, T b), std::floating_point, detail::libm::copysign(a, b))
ENIGMA_TILE_FUNCTION(floor, (T a), std::floating_point, detail::libm::floor(a))
ENIGMA_TILE_FUNCTION(ceil, (T a), std::floating_point, detail::libm::ceil(a))
ENIGMA_TILE_FUNCTION(round, (T a), std::floating_point, detail::libm::round(a))
ENIGMA_TILE_FUNCTION(rint, (T a), std::floating_point, detail::libm::nearbyint(a))
ENIGMA_TILE_FUNCTION(trunc, (T a), std::floating_point, detail::libm::trunc(a))
ENIGMA_TILE_FUNCTION(fract, (T a), std::floating_point, a - detail::libm::floor(a))
#undef ENIGMA_TILE_FUNCTION
#undef ENIGMA_NO_MACRO
// clang-format on

} // namespace enigma
