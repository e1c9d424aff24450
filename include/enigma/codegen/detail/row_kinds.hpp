// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <enigma/codegen/op.hpp>

// The kinds of rows that the op table has: what all operations of a kind have in common, so that a row says
// only what is its own.

namespace enigma::detail::rows {

/// What a row says, with what it says differently from others of its kind.
struct description {
  op_info info;

  /// Since a later version of Metal: 23 is 2.3.
  constexpr description since(std::uint8_t version) const {
    description r = *this;
    r.info.metal = version;
    return r;
  }
  constexpr description on(takes domain) const {
    description r = *this;
    r.info.domain = domain;
    return r;
  }
  constexpr description taking(enigma::signature s) const {
    description r = *this;
    r.info.signature = s;
    return r;
  }
  constexpr description giving(gives result) const {
    description r = *this;
    r.info.result = result;
    return r;
  }
  constexpr description by_width() const {
    description r = *this;
    r.info.by_width = true;
    return r;
  }
  constexpr description by_lane_width() const {
    description r = *this;
    r.info.by_lane_width = true;
    return r;
  }
  constexpr description of_lanes(std::uint8_t lanes) const {
    description r = *this;
    r.info.lanes = lanes;
    return r;
  }
  constexpr description infix(char const* msl, std::uint8_t precedence) const {
    description r = *this;
    r.info.form = syntax::infix;
    r.info.msl = msl;
    r.info.precedence = precedence;
    return r;
  }
};

/// Its code, and how it folds, come from the table.
constexpr description described(char const* name, std::uint8_t operands, takes domain, gives result,
                                signature s, syntax form, char const* msl, bool pure, char const* meaning) {
  return {{op::count_, name, operands, domain, result, s, form, msl, prec_postfix, pure, false, false, 10,
           meaning}};
}

constexpr description mark(char const* name, std::uint8_t operands, gives result, char const* meaning) {
  return described(name, operands, takes::special, result, signature::special, syntax::special, "", false,
                   meaning);
}
constexpr description custom(char const* name, std::uint8_t operands, char const* meaning) {
  return described(name, operands, takes::special, gives::special, signature::special, syntax::special, "",
                   true, meaning);
}
constexpr description infix(char const* name, takes domain, gives result, char const* msl, std::uint8_t prec,
                            bool commutative, char const* meaning) {
  description r = described(name, 2, domain, result, signature::same, syntax::infix, msl, true, meaning);
  r.info.precedence = prec;
  r.info.commutative = commutative;
  r.info.folds = folding::as_wider;
  return r;
}
constexpr description prefix(char const* name, takes domain, char const* msl, char const* meaning) {
  description r =
      described(name, 1, domain, gives::same, signature::same, syntax::prefix, msl, true, meaning);
  r.info.precedence = prec_unary;
  r.info.folds = folding::as_wider;
  return r;
}
/// A function whose rule is exact, so that constants may be folded through it.
constexpr description exact_call(char const* name, std::uint8_t operands, bool commutative,
                                 char const* meaning) {
  description r = described(name, operands, takes::numeric, gives::same, signature::same, syntax::call, name,
                            true, meaning);
  r.info.commutative = commutative;
  r.info.folds = folding::as_wider;
  return r;
}
/// A function of floats. The GPU and the host may round it differently, so it is never folded.
constexpr description math(char const* name, std::uint8_t operands, char const* meaning) {
  return described(name, operands, takes::floating, gives::same, signature::same, syntax::call, name, true,
                   meaning);
}
/// A question about floats.
constexpr description asks(char const* name, std::uint8_t operands, char const* meaning) {
  return math(name, operands, meaning).giving(gives::boolean);
}
/// A function of integers of a certain width.
constexpr description integer_call(char const* name, std::uint8_t operands, char const* meaning) {
  description r = described(name, operands, takes::integral, gives::same, signature::same, syntax::call, name,
                            true, meaning);
  r.info.by_width = true;
  if (operands == 1) // the others would cost every program eight instantiations each
    r.info.folds = folding::by_width;
  return r;
}
/// An access to an element that others may change at the same time; `joins` makes the new one of the old one
/// and x.
constexpr description atomics(char const* name, std::uint8_t operands, gives result, char const* meaning,
                              op joins = op::count_) {
  description r = mark(name, operands, result, meaning);
  r.info.msl = name; // and _explicit
  r.info.joins = joins;
  return r;
}
/// A function of the lanes of a simdgroup or quadgroup; `joins` makes one of two lanes where it reduces.
constexpr description lanes_give(char const* name, takes domain, char const* meaning, op joins = op::count_) {
  description r =
      described(name, 1, domain, gives::same, signature::same, syntax::call, name, false, meaning);
  r.info.joins = joins;
  return r.since(21);
}
/// A value from another lane, which the last operand tells.
constexpr description lane_gives(char const* name, std::uint8_t operands, char const* meaning) {
  return described(name, operands, takes::exchanged, gives::same, signature::lane, syntax::call, name, false,
                   meaning)
      .since(20);
}
constexpr description lanes_vote(char const* name, std::uint8_t operands, gives result, char const* meaning) {
  return described(name, operands, takes::special, result, signature::special, syntax::call, name, false,
                   meaning)
      .since(21);
}
/// An operation of matrices that a simdgroup holds together.
constexpr description of_simdgroup(char const* name, std::uint8_t operands, gives result, char const* msl,
                                   char const* meaning) {
  description r = mark(name, operands, result, meaning);
  r.info.msl = msl;
  return r.since(23);
}
/// A function of whole vectors: the rule has a short_vector for each of them.
constexpr description whole(char const* name, std::uint8_t operands, gives result, char const* meaning) {
  return described(name, operands, takes::ieee, result, signature::vectors, syntax::call, name, true,
                   meaning);
}
/// Packed numbers. The * of the MSL spelling is the element type of the vector.
constexpr description packs(char const* name, char const* msl, std::uint8_t lanes, element_kind word,
                            char const* meaning) {
  description r = whole(name, 1, gives::word, meaning).of_lanes(lanes);
  r.info.msl = msl;
  r.info.word = word;
  return r;
}
constexpr description unpacks(char const* name, char const* msl, std::uint8_t lanes, element_kind word,
                              char const* meaning) {
  return packs(name, msl, lanes, word, meaning).giving(gives::special).taking(signature::unpacks);
}
/// A function of matrices: the rule is one of whole_matrices.hpp.
constexpr description matrices(char const* name, std::uint8_t operands, char const* meaning) {
  return whole(name, operands, gives::special, meaning).taking(signature::matrices);
}

} // namespace enigma::detail::rows
