// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/int_tuple.hpp>

namespace enigma {

/// What is known of a named size. What is not said is not assumed, but that a size is at least 1.
struct size_facts {
  std::int64_t divisible_by = 1;
  std::int64_t at_least = 1;
  std::int64_t at_most = INT64_MAX;

  friend constexpr bool operator==(size_facts const&, size_facts const&) = default;
};

/// An integer that has a name now and a value later: an extent `M`, a leading dimension `ld`, a block `b`.
///
///   constexpr named_size M{"M", {.divisible_by = 64}}, K{"K"}, b{"b", {.at_least = 0}};
///   symbolic_layout{{M, K}, {K, 1}}                      (M,K):(K,1)
///
/// A structural type. The name has 1 to 16 letters, digits and underscores. The value is never negative; a
/// size divisible by 64 and at least 1 is at least 64.
/// Errors: another name; a divisor below 1, a bound below 0, bounds between which no value lies.
class named_size {
public:
  static constexpr int max_name = 16;

  template <std::size_t N>
  constexpr named_size(char const (&name)[N], size_facts facts = {}) {
    static_assert(N > 1 && N <= max_name + 1, "the name of a size has 1 to 16 letters");
    for (int i = 0; i < static_cast<int>(N) - 1; ++i)
      put(i, name[i]);
    set(facts);
  }

  [[nodiscard]] constexpr char letter(int i) const {
    return i < max_name ? static_cast<char>(
                              static_cast<unsigned char>(letters_[i / 8] >> (8U * unsigned(i % 8)) & 255U))
                        : '\0';
  }
  /// The facts, with the bounds rounded to multiples of the divisor.
  [[nodiscard]] constexpr size_facts facts() const {
    return {unit_, low_ * unit_, high_ == INT64_MAX ? INT64_MAX : high_ * unit_};
  }
  [[nodiscard]] constexpr bool same_name(named_size const& other) const {
    return letters_[0] == other.letters_[0] && letters_[1] == other.letters_[1];
  }
  friend constexpr bool operator==(named_size const&, named_size const&) = default;

  // Implementation. The letters are packed, because compilers copy and compare two integers faster; the
  // bounds count multiples of the divisor.
  constexpr named_size() = default;
  constexpr void put(int i, char c) {
    bool const good = c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!good || (i == 0 && c >= '0' && c <= '9'))
      refused("named_size refused: a name is made of letters, digits and underscores");
    letters_[i / 8] |= static_cast<std::uint64_t>(static_cast<unsigned char>(c)) << (8U * unsigned(i % 8));
  }
  constexpr void set(size_facts const& facts) {
    if (facts.divisible_by < 1 || facts.at_least < 0)
      refused("named_size refused: the divisor must be at least 1 and the bounds at least 0");
    unit_ = facts.divisible_by;
    low_ = facts.at_least / unit_ + (facts.at_least % unit_ != 0 ? 1 : 0);
    high_ = facts.at_most == INT64_MAX ? INT64_MAX : facts.at_most / unit_;
    std::int64_t smallest = 0;
    if (facts.at_most < facts.at_least || low_ > high_ || __builtin_mul_overflow(low_, unit_, &smallest))
      refused("named_size refused: no value has these facts");
  }

  std::uint64_t letters_[2] = {};
  std::int64_t unit_ = 1;
  std::int64_t low_ = 1;
  std::int64_t high_ = INT64_MAX;
};

namespace detail {

template <class Sink>
constexpr void write(Sink& out, named_size const& name) {
  for (int i = 0; name.letter(i) != '\0'; ++i)
    out.put(name.letter(i));
}

/// What a term can be a multiple of. A name stands for name / divisible_by, so that all coefficients are
/// integers: with 64 | M, M is 64 times its atom and M/16 is 4 times it.
struct atom {
  enum class kind : unsigned char { name, floor, modulo, basis };

  kind what = kind::name;
  named_size name = {};       // kind name: the size; floor and modulo: low_ and high_ bound the value
  std::uint64_t of = 0;       // floor and modulo of (scale * of + shift) by divisor
  std::int64_t scale = 0;     //
  std::int64_t shift = 0;     //
  std::int64_t divisor = 1;   //
  std::int64_t direction = 0; // kind basis: e in 1@e

  friend constexpr bool operator==(atom const&, atom const&) = default;
};

/// A product of atoms: four bits of exponent for each, the first atom uppermost. 0 is the empty product.
using monomial = std::uint64_t;

inline constexpr int max_atoms = 16;
inline constexpr monomial too_high = 0x8888888888888888U; // exponents stay below 8

constexpr monomial power_of(int a) {
  return monomial{1} << (4U * unsigned(max_atoms - 1 - a));
}
constexpr int exponent(monomial m, int a) {
  return static_cast<int>(m >> (4U * unsigned(max_atoms - 1 - a)) & 15U);
}
/// True if every exponent of m is at least that of part.
constexpr bool contains(monomial m, monomial part) {
  return (((m | too_high) - part) & too_high) == too_high;
}

/// The atoms of an expression, a tuple or a layout, in the order of their first use. Atoms come after those
/// that they are quotients of.
struct atom_table {
  int count = 0;
  atom at[max_atoms] = {};

  /// The number of the atom, which is added if it is new; -1 if there is no room, -2 if the name is there
  /// with other facts.
  constexpr int number_of(atom const& a) {
    for (int i = 0; i < count; ++i) {
      auto const& b = at[i];
      if (b.what != a.what)
        continue;
      if (a.what == atom::kind::name) {
        if (a.name.letters_[0] != b.name.letters_[0] || a.name.letters_[1] != b.name.letters_[1])
          continue;
        return a.name.unit_ == b.name.unit_ && a.name.low_ == b.name.low_ && a.name.high_ == b.name.high_
                   ? i
                   : -2;
      }
      if (a.of == b.of && a.scale == b.scale && a.shift == b.shift && a.divisor == b.divisor &&
          a.direction == b.direction)
        return i;
    }
    if (count == max_atoms)
      return -1;
    at[count] = a;
    return count++;
  }

  friend constexpr bool operator==(atom_table const& a, atom_table const& b) {
    if (a.count != b.count)
      return false;
    for (int i = 0; i < a.count; ++i)
      if (!(a.at[i] == b.at[i]))
        return false;
    return true;
  }
};

} // namespace detail
} // namespace enigma
