// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/write.hpp>
#include <enigma/layout/int_tuple.hpp>

namespace enigma {

/// Sw<bits,base,shift>: a permutation of the indices that spreads them over memory banks.
///
///   sw(x) = x xor ((x & Y) >> shift), Y = (2^bits - 1) << (base + max(0, shift));
///
/// a negative shift moves to the left. So the `bits` bits at Y are xor-ed onto the `bits` bits at Z, which
/// lie |shift| below them (above them for a negative shift); the lowest `base` bits stay together.
/// Laws: sw(sw(x)) = x; sw(x + k * period) = sw(x) + k * period; with bits = 0, sw(x) = x.
///   swizzle{3, 4, 3}(0x80) = 0x90
/// A structural type. The default value Sw<0,4,3> changes nothing. Errors: a negative number of bits or
/// base; |shift| < bits, where Y and Z would overlap; bits + base + |shift| above 62.
struct swizzle {
  int bits = 0;
  int base = 4;
  int shift = 3;

  constexpr swizzle() = default;
  constexpr swizzle(int b, int m, int s) : bits(b), base(m), shift(s) {
    constexpr int most = 62;
    if (b < 0 || m < 0)
      refuse("the number of bits and the base must not be negative");
    if (b > most || m > most || s > most || s < -most || b + m + distance() > most)
      refuse("bits + base + |shift| must be at most 62");
    if (distance() < b)
      refuse("|shift| must be at least the number of bits, or the two bit fields overlap");
  }

  /// The image of an index, negative ones included.
  [[nodiscard]] constexpr std::int64_t operator()(std::int64_t x) const {
    return shift >= 0 ? x ^ ((x & y_mask()) >> shift) : x ^ ((x & y_mask()) << -shift);
  }

  /// The bits that are read.
  [[nodiscard]] constexpr std::int64_t y_mask() const { return field() << (shift > 0 ? base + shift : base); }
  /// The bits that are changed.
  [[nodiscard]] constexpr std::int64_t z_mask() const { return field() << (shift < 0 ? base - shift : base); }
  /// 2^(bits + base + |shift|): the swizzle does the same in each block of this many indices.
  [[nodiscard]] constexpr std::int64_t period() const {
    return std::int64_t{1} << (bits + base + distance());
  }
  /// True if sw(x) = x for every x.
  [[nodiscard]] constexpr bool is_identity() const { return bits == 0; }

  [[nodiscard]] friend constexpr bool operator==(swizzle const&, swizzle const&) = default;

  // Implementation.
  [[nodiscard]] constexpr int distance() const { return shift < 0 ? -shift : shift; }
  [[nodiscard]] constexpr std::int64_t field() const { return (std::int64_t{1} << bits) - 1; }
  [[noreturn]] constexpr void refuse(char const* why) const;
};

namespace detail {

/// As CuTe prints it: Sw<3,4,3>.
template <class Sink>
constexpr void write(Sink& out, swizzle const& sw) {
  out.put('S');
  out.put('w');
  out.put('<');
  out.put(static_cast<std::int64_t>(sw.bits));
  out.put(',');
  out.put(static_cast<std::int64_t>(sw.base));
  out.put(',');
  out.put(static_cast<std::int64_t>(sw.shift));
  out.put('>');
}

} // namespace detail

constexpr void swizzle::refuse(char const* why) const {
  refused((detail::sentence("swizzle ") << *this << " refused: " << why).lines());
}

/// The swizzle of an index of any integer-like type, a traced value too: `Int` needs &, ^, >> and << with
/// a std::int64_t on the right, ^ with itself. Nothing is emitted for a swizzle that changes nothing.
template <class Int>
[[nodiscard]] constexpr Int swizzled_index(Int const& x, swizzle const& sw) {
  if (sw.is_identity())
    return x;
  Int const read = Int(x & sw.y_mask());
  if (sw.shift >= 0)
    return Int(x ^ Int(read >> static_cast<std::int64_t>(sw.shift)));
  return Int(x ^ Int(read << static_cast<std::int64_t>(-sw.shift)));
}

/// The inverse of a swizzle is the swizzle itself.
[[nodiscard]] constexpr swizzle right_inverse(swizzle const& sw) {
  return sw;
}
[[nodiscard]] constexpr swizzle left_inverse(swizzle const& sw) {
  return sw;
}

} // namespace enigma
