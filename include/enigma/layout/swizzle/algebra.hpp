// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/trouble.hpp>
#include <enigma/layout/swizzle/swizzle.hpp>

/// What swizzles become of each other: composed with one another, and seen with wider or narrower elements.
namespace enigma {

namespace detail {

/// The pairs (y, z) of single bits that a map x -> x xor N(x) reads and changes, collected from the
/// lowest y upwards, must be those of one swizzle.
struct swizzle_finder {
  int bits = 0;
  int shift = 0;  // y - z of all pairs
  int lowest = 0; // the lowest y

  /// Adds a pair; y must grow. False if one swizzle cannot have both this pair and those before.
  constexpr bool add(int y, int z) {
    if (bits == 0) {
      lowest = y;
      shift = y - z;
    } else if (y - z != shift || y != lowest + bits)
      return false;
    ++bits;
    return true;
  }
  [[nodiscard]] constexpr bool overlap() const { return bits > (shift < 0 ? -shift : shift); }
  /// Without any pair the swizzle keeps the base and shift of another one, as CuTe prints them.
  [[nodiscard]] constexpr swizzle made(swizzle const& like) const {
    if (bits == 0)
      return {0, like.base, like.shift};
    return {bits, shift > 0 ? lowest - shift : lowest, shift};
  }
};

constexpr int lowest_bit(std::int64_t x) {
  return __builtin_ctzll(static_cast<unsigned long long>(x));
}
constexpr bool one_bit(std::int64_t x) {
  return x > 0 && (x & (x - 1)) == 0;
}

constexpr bool composed_swizzle(swizzle& r, swizzle const& a, swizzle const& b, trouble& why) {
  // Both keep x linear over bits, so the images of the single bits decide.
  auto const read = a.y_mask() | b.y_mask();
  swizzle_finder found;
  for (int y = 0; (read >> y) != 0; ++y) {
    auto const x = std::int64_t{1} << y;
    auto const changed = a(b(x)) ^ x;
    if (changed == 0)
      continue;
    if (!one_bit(changed)) {
      why.start() << "no single swizzle, index " << x << " goes to " << a(b(x)) << ", bit " << y
                  << " changes more than one bit";
      return false;
    }
    if (!found.add(y, lowest_bit(changed))) {
      auto const first = std::int64_t{1} << found.lowest;
      why.start() << "no single swizzle, index " << first << " goes to " << a(b(first)) << " and index " << x
                  << " to " << a(b(x)) << ", ";
      if (y - lowest_bit(changed) != found.shift)
        why.words << "bits moved by " << found.shift << " and by " << y - lowest_bit(changed);
      else
        why.words << "and the bits between stay where they are";
      return false;
    }
  }
  if (found.overlap()) {
    why.start() << "no single swizzle, it would read " << found.bits << " bits and move them by "
                << found.shift << ", where the bits read and changed overlap";
    return false;
  }
  r = found.made(a);
  return true;
}

/// log2(n), or -1 with the reason.
constexpr int power_of_two(std::int64_t n, trouble& why) {
  if (one_bit(n))
    return lowest_bit(n);
  why.start() << "a swizzle moves whole bits, and " << n << " is not a power of two";
  return -1;
}

constexpr bool downcast_swizzle(swizzle& r, int k, swizzle const& sw, trouble& why) {
  constexpr int most = 62;
  if (sw.bits + sw.base + k + sw.distance() > most) {
    why.start() << "bits + base + |shift| would exceed 62, where the base becomes " << sw.base + k;
    return false;
  }
  r = {sw.bits, sw.base + k, sw.shift};
  return true;
}
constexpr bool upcast_swizzle(swizzle& r, int k, swizzle const& sw) {
  auto const lost = k > sw.base ? k - sw.base : 0; // bits of the fields that fall inside a wide element
  r = {sw.bits > lost ? sw.bits - lost : 0, sw.base > k ? sw.base - k : 0, sw.shift};
  return true;
}
/// The factor between two widths: new = old * 2^k.
constexpr bool width_ratio(int& k, std::int64_t old_bits, std::int64_t new_bits, trouble& why) {
  if (old_bits < 1 || new_bits < 1) {
    why.start() << "an element has at least 1 bit";
    return false;
  }
  auto const wide = old_bits > new_bits ? old_bits : new_bits;
  auto const narrow = old_bits > new_bits ? new_bits : old_bits;
  if (wide % narrow != 0) {
    why.start() << "elements of " << old_bits << " bits do not become whole elements of " << new_bits
                << " bits by a power of two";
    return false;
  }
  k = power_of_two(wide / narrow, why);
  if (new_bits < old_bits)
    k = -k;
  return !why.any;
}
constexpr bool recast_swizzle(swizzle& r, std::int64_t old_bits, std::int64_t new_bits, swizzle const& sw,
                              trouble& why) {
  int k = 0;
  if (!width_ratio(k, old_bits, new_bits, why))
    return false;
  return k >= 0 ? upcast_swizzle(r, k, sw) : downcast_swizzle(r, -k, sw, why);
}

} // namespace detail

/// R(x) = a(b(x)) for every x, where one swizzle does that: the exact decision.
///   composition(Sw<1,4,3>, Sw<1,5,3>) = Sw<2,4,3>
/// Errors: the bits that the two move together are not one field moved by one distance.
[[nodiscard]] constexpr outcome<swizzle> try_composition(swizzle const& a, swizzle const& b) {
  outcome<swizzle> r;
  detail::trouble why;
  if (!detail::composed_swizzle(r.held, a, b, why))
    r.why = detail::explain("composition", a, b, why);
  return r;
}
[[nodiscard]] constexpr swizzle composition(swizzle const& a, swizzle const& b) {
  swizzle r;
  detail::trouble why;
  if (!detail::composed_swizzle(r, a, b, why))
    refused(detail::explain("composition", a, b, why));
  return r;
}

/// The swizzle of elements n times wider: R(x) = floor(sw(n * x) / n). If the base is at least log2(n) the
/// n narrow elements stay together, sw(n * x + r) = n * R(x) + r; otherwise what happens inside of a wide
/// element is lost. Errors: n is not a power of two.
///   upcast(Sw<3,4,3>, 4) = Sw<3,2,3>
[[nodiscard]] constexpr swizzle upcast(swizzle const& sw, std::int64_t n) {
  swizzle r;
  detail::trouble why;
  auto const k = detail::power_of_two(n, why);
  if (k < 0 || !detail::upcast_swizzle(r, k, sw))
    refused(detail::explain("upcast", sw, n, why));
  return r;
}

/// The swizzle of elements n times narrower, which keeps n together: R(n * x + r) = n * sw(x) + r for
/// 0 <= r < n. Errors: n is not a power of two, more than 62 bits.
///   downcast(Sw<3,4,3>, 4) = Sw<3,6,3>
[[nodiscard]] constexpr swizzle downcast(swizzle const& sw, std::int64_t n) {
  swizzle r;
  detail::trouble why;
  auto const k = detail::power_of_two(n, why);
  if (k < 0 || !detail::downcast_swizzle(r, k, sw, why))
    refused(detail::explain("downcast", sw, n, why));
  return r;
}

/// The swizzle of elements of `old_bits` for elements of `new_bits`: upcast or downcast by the ratio.
/// Errors: the ratio is not a power of two, as upcast and downcast.
[[nodiscard]] constexpr swizzle recast_swizzle(swizzle const& sw, std::int64_t old_bits,
                                               std::int64_t new_bits) {
  swizzle r;
  detail::trouble why;
  if (!detail::recast_swizzle(r, old_bits, new_bits, sw, why))
    refused(detail::explain("recast_swizzle", sw, old_bits, new_bits, why));
  return r;
}

} // namespace enigma
