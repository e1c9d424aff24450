// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <enigma/codegen/op_table.hpp>

// Rows of the op table against references. Values of all types travel as their bits, and a reference is one
// function for all types: integers are computed in 128 bits and cut, floats in double and rounded once.
// Nothing here uses the library's own f16, bf16 or conversions.

namespace rows {

namespace eg = enigma;
using eg::element_kind;
using eg::op;
using enum eg::element_kind;
using bits = std::uint64_t;
__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 unsigned_wide;

inline constexpr element_kind integers[] = {int8, uint8, int16, uint16, int32, uint32, int64, uint64};
inline constexpr element_kind floats[] = {float16, bfloat16, float32};
inline constexpr element_kind every_kind[] = {boolean, int8,  uint8,  int16,   uint16,   int32,
                                              uint32,  int64, uint64, float16, bfloat16, float32};

bool is_float(element_kind k);
bool is_signed(element_kind k);
int width(element_kind k); // bits

/// The number that an integer or a bool is; and the bits of a number modulo 2^width.
wide integer(element_kind k, bits b);
bits cut(element_kind k, wide x);
wide least(element_kind k);
wide largest(element_kind k);

/// The number that a float is, a NaN with its sign; and the bits of the float nearest to x, ties to even.
double real(element_kind k, bits b);
bits nearest(element_kind k, double x);
/// x as a float of that kind.
double rounded(element_kind k, double x);
/// The same of a sum of powers of two from 2^lowest on.
double rounded(element_kind k, wide x, int lowest);

/// What a row should give.
struct answer {
  bits wanted = 0;
  int ulps = 0;             // how far a float may lie from it; zeros, infinities and NaNs have to be right
  bool either_zero = false; // the sign of a zero is left open
  bool open = false;        // MSL leaves the result open
};
inline constexpr answer left_open{0, 0, false, true};

using reference = std::function<answer(bits const* operands)>;

/// A row on operands of certain types: `values` has a list for each, of which all combinations are tried.
struct trial {
  op code;
  element_kind result;
  std::vector<element_kind> operands;
  std::vector<std::vector<bits>> values;
  reference expected;
  reference in_vectors{}; // where lanes of vectors give something else than scalars
};

/// Runs it on scalars, vectors of 2, 3 and 4, vectors with scalars beside them, and constants.
void check(trial const& t);
/// Runs it on scalars alone: for many values.
void check_scalars(trial const& t);

/// Zeros, ones, ends of the range and what lies around them, odd patterns, infinities, NaNs, denormals.
std::vector<bits> edges(element_kind k);
/// All that a type of 8 or 16 bits has.
std::vector<bits> all_values(element_kind k);

/// The operations that were compared at least once, with the types of the first operand and of the result.
using tested_set = std::set<std::tuple<op, element_kind, element_kind>>;
tested_set& tested();
/// And those that were folded at least once.
tested_set& folded();

} // namespace rows
