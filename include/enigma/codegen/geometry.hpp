// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/math.hpp>

// MSL's functions of whole vectors, of 2 to 4 lanes of f32 or f16; bf16 is cast to f32. Operands are of one
// type, a literal or a scalar fills all lanes. What each computes is its row in op_table.hpp.

namespace enigma {

/// A function of whole vectors is defined for these operands: they agree, and are vectors of the lanes and
/// the elements that its row takes.
template <op Code, class... X>
concept whole_vectors_of =
    operands_of<Code, X...> &&
    (detail::type_traits<typename detail::common_of<std::remove_cvref_t<X>...>::type>::lanes > 1) &&
    (info(Code).lanes == 0 ||
     detail::type_traits<typename detail::common_of<std::remove_cvref_t<X>...>::type>::lanes ==
         info(Code).lanes);

// What a compiler names when it refuses such a function.
struct takes_vectors_of_f32_or_f16_of_one_type;
struct takes_vectors_of_3_of_f32_or_f16;
struct takes_a_vector_of_bool;

// clang-format off
#define ENIGMA_VECTORS_1(name, code, refusal)                                                                  \
  template <traced X>                                                                                          \
    requires whole_vectors_of<op::code, X>                                                                     \
  constexpr auto name(X const& x) { return detail::apply<op::code>(x); }                                       \
  template <traced X>                                                                                          \
    requires(!whole_vectors_of<op::code, X>)                                                                   \
  refusal name(X const& x) = delete;
#define ENIGMA_VECTORS_2(name, refusal)                                                                        \
  template <class X, class Y>                                                                                  \
    requires whole_vectors_of<op::name, X, Y>                                                                  \
  constexpr auto name(X const& x, Y const& y) { return detail::apply<op::name>(x, y); }                        \
  template <class X, class Y>                                                                                  \
    requires((traced<X> || traced<Y>) && !whole_vectors_of<op::name, X, Y>)                                    \
  refusal name(X const& x, Y const& y) = delete;

ENIGMA_VECTORS_1(length, length, takes_vectors_of_f32_or_f16_of_one_type)
ENIGMA_VECTORS_1(length_squared, length_squared, takes_vectors_of_f32_or_f16_of_one_type)
ENIGMA_VECTORS_1(normalize, normalize, takes_vectors_of_f32_or_f16_of_one_type)
ENIGMA_VECTORS_2(dot, takes_vectors_of_f32_or_f16_of_one_type)
ENIGMA_VECTORS_2(distance, takes_vectors_of_f32_or_f16_of_one_type)
ENIGMA_VECTORS_2(distance_squared, takes_vectors_of_f32_or_f16_of_one_type)
ENIGMA_VECTORS_2(reflect, takes_vectors_of_f32_or_f16_of_one_type)
ENIGMA_VECTORS_2(cross, takes_vectors_of_3_of_f32_or_f16)
ENIGMA_VECTORS_1(all, all_lanes, takes_a_vector_of_bool)
ENIGMA_VECTORS_1(any, any_lane, takes_a_vector_of_bool)
#undef ENIGMA_VECTORS_1
#undef ENIGMA_VECTORS_2
// clang-format on

/// `dot(reference, i) < 0 ? n : -n`: n turned against i.
template <class Normal, class Incident, class Reference>
  requires whole_vectors_of<op::faceforward, Normal, Incident, Reference>
constexpr auto faceforward(Normal const& n, Incident const& i, Reference const& reference) {
  return detail::apply<op::faceforward>(n, i, reference);
}
template <class Normal, class Incident, class Reference>
  requires((traced<Normal> || traced<Incident> || traced<Reference>) &&
           !whole_vectors_of<op::faceforward, Normal, Incident, Reference>)
takes_vectors_of_f32_or_f16_of_one_type faceforward(Normal const& n, Incident const& i,
                                                    Reference const& reference) = delete;

/// The direction of `i` behind a surface with the normal `n`, both of length 1, where `eta`, an element of
/// them, is the ratio of the refractive indices; zeros where all is reflected.
template <class Incident, class Normal, class Ratio>
  requires(whole_vectors_of<op::refract, Incident, Normal> &&
           detail::fits_as<Ratio, element_of<typename detail::common_of<std::remove_cvref_t<Incident>,
                                                                        std::remove_cvref_t<Normal>>::type>>)
constexpr auto refract(Incident const& i, Normal const& n, Ratio const& eta) {
  using T = typename detail::common_of<Incident, Normal>::type;
  detail::builder* const b = detail::owner_of_all(i, n, eta);
  value_id const ids[] = {detail::id_of<T>(b, i), detail::id_of<T>(b, n),
                          detail::id_of<element_of<T>>(b, eta)}; // braces: in this order
  return value<T>(b, b->pure(op::refract, type_of<T>, ids[0], ids[1], ids[2]));
}

// clang-format off
#define ENIGMA_VARIANTS                                                                                        \
  template <traced X>                                                                                          \
    requires(whole_vectors_of<op::length, X> && detail::has_variants<X>)                                       \
  constexpr auto length(X const& x) { return detail::apply<op::length, variant>(x); }                          \
  template <class X, class Y>                                                                                  \
    requires(whole_vectors_of<op::distance, X, Y> && detail::has_variants<X, Y>)                               \
  constexpr auto distance(X const& x, Y const& y) { return detail::apply<op::distance, variant>(x, y); }       \
  template <traced X>                                                                                          \
    requires(whole_vectors_of<op::normalize, X> && detail::has_variants<X>)                                    \
  constexpr auto normalize(X const& x) { return detail::apply<op::normalize, variant>(x); }
namespace fast { ENIGMA_VARIANTS }
namespace precise { ENIGMA_VARIANTS }
#undef ENIGMA_VARIANTS
// clang-format on

} // namespace enigma
