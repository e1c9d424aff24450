// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/inverse.hpp>
#include <enigma/layout/swizzle/composition.hpp>

/// Inverses of composed layouts, as composed layouts: inverse(inner) o sw, with the swizzle moved to the
/// left.
namespace enigma {

namespace detail {

constexpr bool composed_right_inverse(composed_layout& r, composed_layout const& c, trouble& why) {
  if (c.sw.is_identity() && c.offset == 0) {
    r = {c.sw, 0, right_inverse(c.inner)};
    return true;
  }
  if (c.offset != 0) {
    why.start() << "a right inverse begins where the value is 0, and the inner layout begins at offset "
                << c.offset << ": take the offset off first";
    return false;
  }
  auto const inverse = right_inverse(c.inner);
  auto n = size(inverse);
  // The swizzle must give out indices below n only. It stays in its blocks, and below what it reads.
  auto const block = std::int64_t{1} << (c.sw.bits + c.sw.base + (c.sw.shift < 0 ? -c.sw.shift : 0));
  auto const read = c.sw.y_mask();
  auto const still = read & -read;
  if (n > still && n % block != 0)
    n = n / block * block > still ? n / block * block : still;
  return compose_layout_composed(r, inverse, {c.sw, 0, layout(n, n == 1 ? 0 : 1)}, why);
}

constexpr bool composed_left_inverse(composed_layout& r, composed_layout const& c, trouble& why) {
  flat f;
  layout_builder out;
  if (!left_inverse_of(f, c.inner, why))
    return false;
  put(out, f);
  int bits = 0;
  if (!bits_of_indices(bits, c, why))
    return false;
  if (c.offset != 0) {
    // sw(value) = offset + L(c), and the inverse of L must take no notice of the offset.
    composed_layout shifted;
    trouble inside;
    if (!compose_with_offset(shifted, out.made, c.inner, c.offset, inside)) {
      why.start() << "the offset " << c.offset
                  << " mixes with the indices of the inner layout: " << inside.words;
      return false;
    }
    if (shifted.offset != 0) {
      why.start() << "the inverse " << out.made << " of the inner layout takes the offset " << c.offset
                  << " to " << shifted.offset
                  << ", and what is added after a swizzle has no place in a composed layout";
      return false;
    }
  }
  if (c.sw.is_identity()) {
    r = {c.sw, 0, out.made};
    return true;
  }
  auto const n = std::int64_t{1} << bits;
  return compose_layout_composed(r, out.made, {c.sw, 0, layout(n, n == 1 ? 0 : 1)}, why);
}

} // namespace detail

/// R with C(R(i)) = i for 0 <= i < size(R): right_inverse(inner) o sw. Its size is that of the right inverse
/// of the inner layout, less what the swizzle takes out of it in a last block of the swizzle that is not
/// whole.
///   right_inverse(Sw<3,0,3> o 0 o (8,8):(8,1)) = Sw<3,0,-3> o 0 o (8,8):(8,1)
/// Errors: an offset, since a right inverse begins where the value is 0; the swizzle does not pass through
/// the inverse (see composition of a layout with a composed layout).
[[nodiscard]] constexpr outcome<composed_layout> try_right_inverse(composed_layout const& c) {
  outcome<composed_layout> r;
  detail::trouble why;
  if (!detail::composed_right_inverse(r.held, c, why))
    return {composed_layout(), detail::explain("right_inverse", c, why)};
  return r;
}
[[nodiscard]] constexpr composed_layout right_inverse(composed_layout const& c) {
  composed_layout r;
  detail::trouble why;
  if (!detail::composed_right_inverse(r, c, why))
    refused(detail::explain("right_inverse", c, why));
  return r;
}

/// R with C(R(C(c))) = C(c) for every coordinate c; for an injective C that is R(C(c)) = c:
/// left_inverse(inner) o sw. Errors: as left_inverse of the inner layout; the swizzle does not pass through
/// it; it takes notice of the offset.
[[nodiscard]] constexpr outcome<composed_layout> try_left_inverse(composed_layout const& c) {
  outcome<composed_layout> r;
  detail::trouble why;
  if (!detail::composed_left_inverse(r.held, c, why))
    return {composed_layout(), detail::explain("left_inverse", c, why)};
  return r;
}
[[nodiscard]] constexpr composed_layout left_inverse(composed_layout const& c) {
  composed_layout r;
  detail::trouble why;
  if (!detail::composed_left_inverse(r, c, why))
    refused(detail::explain("left_inverse", c, why));
  return r;
}

} // namespace enigma
