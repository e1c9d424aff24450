// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/math.hpp>

// Numbers in the fields of a word, the first lane in the lowest bits. MSL has functions for normalised ones,
// from 0 to 1 (unorm) or -1 to 1 (snorm): packing rounds to the nearest, halves to even, takes what is beyond
// the ends for the end and a NaN for 0. Small integers and quantised numbers are made of other operations.

namespace enigma {

// What a compiler names when it refuses to pack or unpack.
struct takes_a_vector_of_f32_or_f16_with_a_lane_for_each_field;
struct takes_the_packed_word_u32_or_for_565_u16;

// clang-format off
#define ENIGMA_PACK(format, lanes_, word)                                                                      \
  template <traced X>                                                                                          \
    requires(std::same_as<typename X::traced_type, vec<f32, lanes_>> ||                                        \
             std::same_as<typename X::traced_type, vec<f16, lanes_>>)                                          \
  constexpr value<word> pack_##format(X const& x) {                                                            \
    detail::builder* const b = detail::owner_of_all(x);                                                        \
    return {b, b->pure(op::pack_##format, type_of<word>, detail::id_of<typename X::traced_type>(b, x))};       \
  }                                                                                                            \
  template <traced X>                                                                                          \
    requires(!std::same_as<typename X::traced_type, vec<f32, lanes_>> &&                                       \
             !std::same_as<typename X::traced_type, vec<f16, lanes_>>)                                         \
  takes_a_vector_of_f32_or_f16_with_a_lane_for_each_field pack_##format(X const& x) = delete;
#define ENIGMA_UNPACK(format, lanes_, word)                                                                    \
  template <class To = f32, traced X>                                                                          \
    requires((std::same_as<To, f32> || std::same_as<To, f16>) && std::same_as<typename X::traced_type, word>)  \
  constexpr value<vec<To, lanes_>> unpack_##format(X const& x) {                                               \
    detail::builder* const b = detail::owner_of_all(x);                                                        \
    return {b, b->pure(op::unpack_##format, type_of<vec<To, lanes_>>, detail::id_of<word>(b, x))};             \
  }                                                                                                            \
  template <class To = f32, traced X>                                                                          \
    requires(!std::same_as<typename X::traced_type, word>)                                                     \
  takes_the_packed_word_u32_or_for_565_u16 unpack_##format(X const& x) = delete;

ENIGMA_PACK(unorm4x8, 4, u32)
ENIGMA_PACK(snorm4x8, 4, u32)
ENIGMA_PACK(srgb_unorm4x8, 4, u32)
ENIGMA_PACK(unorm2x16, 2, u32)
ENIGMA_PACK(snorm2x16, 2, u32)
ENIGMA_PACK(unorm10a2, 4, u32)
ENIGMA_PACK(unorm565, 3, u16)
// unpack_unorm4x8(u) gives vec<f32, 4>, unpack_unorm4x8<f16>(u) vec<f16, 4>.
ENIGMA_UNPACK(unorm4x8, 4, u32)
ENIGMA_UNPACK(snorm4x8, 4, u32)
ENIGMA_UNPACK(unorm4x8_srgb, 4, u32)
ENIGMA_UNPACK(unorm2x16, 2, u32)
ENIGMA_UNPACK(snorm2x16, 2, u32)
ENIGMA_UNPACK(unorm10a2, 4, u32)
ENIGMA_UNPACK(unorm565, 3, u16)
#undef ENIGMA_PACK
#undef ENIGMA_UNPACK
// clang-format on

// ---- Small integers. Exact; nothing is rounded or saturated. ----

/// Four bytes of a word, and back. MSL: as_type<uchar4>(x), as_type<uint>(v).
template <traced X>
  requires std::same_as<typename X::traced_type, u32>
constexpr value<vec<u8, 4>> unpack_uint8x4(X const& x) {
  return as_type<vec<u8, 4>>(x);
}
template <traced X>
  requires std::same_as<typename X::traced_type, u32>
constexpr value<vec<i8, 4>> unpack_int8x4(X const& x) {
  return as_type<vec<i8, 4>>(x);
}
template <traced X>
  requires std::same_as<typename X::traced_type, vec<u8, 4>>
constexpr value<u32> pack_uint8x4(X const& x) {
  return as_type<u32>(x);
}
template <traced X>
  requires std::same_as<typename X::traced_type, vec<i8, 4>>
constexpr value<u32> pack_int8x4(X const& x) {
  return as_type<u32>(x);
}

/// The two halves of a byte, the lower first: numbers from 0 to 15, or from -8 to 7. Metal 1.2.
template <traced X>
  requires std::same_as<typename X::traced_type, u8>
constexpr value<vec<u8, 2>> unpack_uint4x2(X const& x) {
  return make_vector(extract_bits(x, 0u, 4u), extract_bits(x, 4u, 4u));
}
template <traced X>
  requires std::same_as<typename X::traced_type, u8>
constexpr value<vec<i8, 2>> unpack_int4x2(X const& x) {
  auto const s = as_type<i8>(x);
  return make_vector(extract_bits(s, 0u, 4u), extract_bits(s, 4u, 4u));
}
/// A byte of the lower halves of two. Metal 1.2.
template <traced X>
  requires(std::same_as<typename X::traced_type, vec<u8, 2>> ||
           std::same_as<typename X::traced_type, vec<i8, 2>>)
constexpr value<u8> pack_int4x2(X const& x) {
  auto const v = as_type<vec<u8, 2>>(x);
  return insert_bits(v.x(), v.y(), 4u, 4u);
}

// ---- Quantised numbers ----

/// What quantised integers stand for: (x - zero) * scale, in the type of `scale`, f32, f16 or bf16. `x` is an
/// i8 or u8 or a vector of them, `zero` the number that stands for 0: of the type of `scale` or of x's
/// elements. Law: without `zero`, x * scale.
template <traced X, traced S>
  requires((std::same_as<element_of<typename X::traced_type>, i8> ||
            std::same_as<element_of<typename X::traced_type>, u8>) &&
           floating_type<typename S::traced_type> && element<typename S::traced_type>)
constexpr auto dequantize_int8(X const& x, S const& scale) {
  return cast<typename S::traced_type>(x) * scale;
}
template <traced X, traced S, class Z>
  requires(requires(X const& x, S const& s) { dequantize_int8(x, s); } &&
           (detail::fits_as<Z, typename S::traced_type> ||
            detail::fits_as<Z, element_of<typename X::traced_type>>))
constexpr auto dequantize_int8(X const& x, S const& scale, Z const& zero) {
  using T = typename S::traced_type;
  if constexpr (traced<Z>)
    return (cast<T>(x) - cast<T>(zero)) * scale;
  else
    return (cast<T>(x) - zero) * scale;
}

} // namespace enigma
