// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include <enigma/codegen/detail/whole_vectors.hpp>
#include <enigma/codegen/types.hpp>

// The one description of every operation. A row says what an operation takes and gives, how MSL spells it and
// what it computes; the tracer, the MSL emitter, the IR printer and the CPU executor all read it from here,
// so adding an operation is adding an enumerator and its row.

namespace enigma {

enum class op : std::uint8_t {
  // Leaves: values that exist before the first statement of the kernel.
  constant, // imm: the bits
  argument, // imm: number of the scalar parameter in kernel_ir::memories
  query,    // imm: query * 3 + axis
  // Memory. imm: the memory; indices count elements of that memory, also for vector accesses.
  load,     // (index)
  load_if,  // (index, mask, otherwise)
  store,    // (index, value)
  store_if, // (index, mask, value)
  // Mutable variables. The variable is named by the instruction that declares it.
  declare, // (initial)
  get,     // (variable)
  set,     // (variable, value)
  // Regions, closed by `end`. imm: the position of the partner (see kernel_ir).
  for_,   // (low, high, step) -> the induction value
  if_,    // (condition)
  else_,  // ()
  while_, // ()            condition's instructions follow
  test,   // (condition)   ends them; the body follows
  end,    // ()
  break_, // ()            leaves the innermost loop
  check,  // (condition)   what has to hold; the words are in kernel_ir::names
  // The threads of a threadgroup together.
  barrier, // imm: mem_flags
  // Atomics, of memories that are. imm: the memory; all give the old element.
  atomic_load,                  // (index)
  atomic_store,                 // (index, x), gives nothing
  atomic_exchange,              // (index, x)
  atomic_compare_exchange_weak, // (index, variable, desired) -> bool
  atomic_fetch_add,             // (index, x)
  atomic_fetch_sub,
  atomic_fetch_min,
  atomic_fetch_max,
  atomic_fetch_and,
  atomic_fetch_or,
  atomic_fetch_xor,
  // The threads of a simdgroup, or of a quadgroup: imm, see group_detail.
  simd_sum, // (x)
  simd_product,
  simd_min,
  simd_max,
  simd_and,
  simd_or,
  simd_xor,
  simd_prefix_inclusive_sum,
  simd_prefix_exclusive_sum,
  simd_prefix_inclusive_product,
  simd_prefix_exclusive_product,
  simd_broadcast_first,
  simd_broadcast, // (x, lane)
  simd_shuffle,   // (x, lane)
  simd_shuffle_xor,
  simd_shuffle_up, // (x, delta)
  simd_shuffle_down,
  simd_shuffle_rotate_up,
  simd_shuffle_rotate_down,
  simd_shuffle_and_fill_up, // (x, fill, delta)
  simd_shuffle_and_fill_down,
  simd_all, // (condition)
  simd_any,
  simd_ballot,              // (condition) -> u64, or u32 for a quadgroup
  simd_active_threads_mask, // () -> the same
  simd_is_first,            // () -> bool
  // Arithmetic
  add,
  sub,
  mul,
  div,
  rem,
  neg,
  bit_and,
  bit_or,
  bit_xor,
  bit_not,
  shl,
  shr,
  logical_and,
  logical_or,
  logical_not,
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  // Functions of numbers
  min,
  max,
  abs,
  fma,
  clamp,
  min3,
  max3,
  median3,
  // Functions of floats
  sqrt,
  rsqrt,
  exp,
  exp2,
  exp10,
  log,
  log2,
  log10,
  sin,
  cos,
  tan,
  sinpi,
  cospi,
  tanpi,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  floor,
  ceil,
  round,
  rint,
  trunc,
  fract,
  sign,
  saturate,
  atan2,
  pow,
  powr,
  fmod,
  divide,
  fdim,
  copysign,
  nextafter,
  step,
  mix,
  smoothstep,
  ldexp, // (x, exponent)
  ilogb,
  isfinite,
  isinf,
  isnan,
  isnormal,
  signbit,
  isordered,
  isunordered,
  // Functions of integers
  absdiff,
  addsat,
  subsat,
  madsat,
  mulhi,
  madhi,
  hadd,
  rhadd,
  mul24,
  mad24,
  rotate,
  clz,
  ctz,
  popcount,
  reverse_bits,
  extract_bits, // (x, offset, bits)
  insert_bits,  // (base, insert, offset, bits)
  // Functions of whole vectors
  dot,
  cross,
  length,
  length_squared,
  distance,
  distance_squared,
  normalize,
  reflect, // (incident, normal)
  refract, // (incident, normal, ratio)
  faceforward,
  all_lanes,
  any_lane,
  pack_unorm4x8, // (v) -> a word
  pack_snorm4x8,
  pack_srgb_unorm4x8,
  pack_unorm2x16,
  pack_snorm2x16,
  pack_unorm10a2,
  pack_unorm565,
  unpack_unorm4x8, // (word) -> a vector
  unpack_snorm4x8,
  unpack_unorm4x8_srgb,
  unpack_unorm2x16,
  unpack_snorm2x16,
  unpack_unorm10a2,
  unpack_unorm565,
  // Choosing, converting, vectors
  select,      // (otherwise, then, condition), MSL's order
  convert,     // (x) -> any type of the same lanes
  bitcast,     // (x) -> a type of the same size
  make_vector, // (x, y[, z[, w]])
  extract,     // (v) imm: lane
  count_
};

/// What the operands of an operation may be. `word` is i32 and u32; `ieee` is f32 and f16; `exchanged` is
/// what lanes can exchange: numbers of up to 32 bits.
enum class takes : std::uint8_t {
  special,
  numeric,
  integral,
  word,
  floating,
  ieee,
  boolean,
  any,
  exchanged,
  exchanged_integral
};

/// What comes out, with as many lanes: the operands' type, bool, its unsigned twin, i32, or nothing. Of whole
/// vectors an element, or the row's word. `special` is the tracer's business.
enum class gives : std::uint8_t { special, same, boolean, unsigned_, int32, nothing, element, word };

/// Which operands are of one type T.
enum class signature : std::uint8_t {
  special,
  same,     // all
  bits,     // all but the last two, an offset and a number of bits: u32
  exponent, // the first; the second is i32
  lane,     // all but the last, an integer scalar
  // From here on the rule sees all lanes at once.
  vectors,           // all are of one vector type
  vectors_and_ratio, // all but the last, an element of them
  unpacks,           // the row's word; what comes out is a vector of its `lanes`
};

/// How an operation is written in MSL.
enum class syntax : std::uint8_t { special, infix, prefix, call };

/// C++ precedence, the larger the tighter, for operators as MSL writes them.
enum : std::uint8_t {
  prec_lowest = 0,
  prec_conditional = 1,
  prec_logical_or = 2,
  prec_logical_and = 3,
  prec_bit_or = 4,
  prec_bit_xor = 5,
  prec_bit_and = 6,
  prec_equality = 7,
  prec_relational = 8,
  prec_shift = 9,
  prec_additive = 10,
  prec_multiplicative = 11,
  prec_unary = 12,
  prec_postfix = 13
};

/// An operation on two integer constants of 64 bits. Numbers of a narrow type are numbers of a wide one, and
/// what comes out is cut to the width.
using fold_rule = std::int64_t (*)(bool is_signed, std::int64_t, std::int64_t);

/// The part of a row that does not depend on the type of its evaluation rule.
struct op_info {
  op code;
  char const* name; // in the IR and in messages
  std::uint8_t operands;
  takes domain;
  gives result;
  enigma::signature signature;
  syntax form;
  char const* msl; // the operator or the function's name
  std::uint8_t precedence;
  bool pure;                // no effect, and its value depends on its operands alone
  bool foldable;            // the evaluation rule is exact and constexpr for constants
  bool commutative;         // for common subexpressions
  bool by_width;            // the rule depends on the width of T: it is not that of a wider T, narrowed
  std::uint8_t metal = 10;  // the first version of Metal that has it, times 10
  char const* meaning = ""; // what it computes, for the documentation
  op joins = op::count_;    // reductions: what makes one of two lanes; atomics: of the old and x
  std::uint8_t lanes = 0;   // functions of whole vectors: of how many lanes, where that is not open
  element_kind word{};      // packed numbers: in what
  fold_rule fold = nullptr; // foldable operations on two integers
};

namespace detail {

// The rules compute on the types of a machine: bool, i32, u32, i64, u64 and f32. The other types go through
// these: i8 and i16 through i32, u8 and u16 through u32, f16 and bf16 through f32, and the result is
// narrowed. Rows that say by_width have rules for every type instead.

template <class T>
inline constexpr bool is_integer_rule = std::is_integral_v<T> && !std::is_same_v<T, bool>;
template <class T>
inline constexpr int width_of = static_cast<int>(sizeof(T)) * 8;

/// The unsigned type that T's arithmetic is done in, so that it wraps instead of being undefined.
template <class T>
using modular = std::conditional_t<(sizeof(T) > 4), u64, u32>;

/// f on integers modulo their width; floating point passes through.
template <class T, class F>
constexpr T on_unsigned(T a, T b, F f) {
  if constexpr (is_integer_rule<T>)
    return static_cast<T>(f(static_cast<modular<T>>(a), static_cast<modular<T>>(b)));
  else
    return f(a, b);
}

// What MSL leaves unspecified (x / 0) is 0 here, and nothing traps.
template <class T>
constexpr T divided(T a, T b) {
  if constexpr (is_integer_rule<T>) {
    if (b == 0)
      return 0;
    if constexpr (std::is_signed_v<T>)
      if (b == -1)
        return static_cast<T>(modular<T>{0} - static_cast<modular<T>>(a));
  }
  return static_cast<T>(a / b);
}
template <class T>
constexpr T remainder(T a, T b) {
  if (b == 0)
    return 0;
  if constexpr (std::is_signed_v<T>)
    if (b == -1)
      return 0;
  return static_cast<T>(a % b);
}
/// A shift counts modulo the width of the promoted type: 32 or 64.
template <class T>
constexpr u32 shift_count(T n) {
  return static_cast<u32>(n) & (sizeof(T) > 4 ? 63u : 31u);
}

// min and max give the operand that is not a NaN, as MSL's do.
template <class T>
constexpr T lesser(T a, T b) {
  return b < a || a != a ? b : a;
}
template <class T>
constexpr T greater(T a, T b) {
  return a < b || a != a ? b : a;
}

template <class T>
constexpr T magnitude(T x) {
  if constexpr (std::is_floating_point_v<T>)
    return std::bit_cast<f32>(std::bit_cast<u32>(x) & 0x7fffffffu);
  else if constexpr (std::is_signed_v<T>)
    return x < 0 ? static_cast<T>(modular<T>{0} - static_cast<modular<T>>(x)) : x;
  else
    return x;
}

// ---- Integers of a certain width ----

template <class T>
using unsigned_twin = std::make_unsigned_t<T>;

template <class T>
constexpr unsigned_twin<T> difference(T a, T b) {
  auto const x = static_cast<unsigned_twin<T>>(a), y = static_cast<unsigned_twin<T>>(b);
  return static_cast<unsigned_twin<T>>(a < b ? y - x : x - y);
}

template <class T>
inline constexpr T largest =
    static_cast<T>(static_cast<unsigned_twin<T>>(~u64{0}) >> (std::is_signed_v<T> ? 1 : 0));
template <class T>
inline constexpr T smallest = std::is_signed_v<T> ? static_cast<T>(-largest<T> - 1) : T{0};

template <class T>
constexpr T saturated_sum(T a, T b) {
  T r{};
  return !__builtin_add_overflow(a, b, &r) ? r : b < T{0} ? smallest<T> : largest<T>;
}
template <class T>
constexpr T saturated_difference(T a, T b) {
  T r{};
  return !__builtin_sub_overflow(a, b, &r) ? r : std::is_signed_v<T> && b < T{0} ? largest<T> : smallest<T>;
}

/// The upper half of a 64-bit product, from four products of halves.
constexpr u64 upper_product(u64 a, u64 b) {
  u64 const low = 0xffffffffu;
  u64 const ll = (a & low) * (b & low), lh = (a & low) * (b >> 32), hl = (a >> 32) * (b & low);
  u64 const carry = ((ll >> 32) + (lh & low) + (hl & low)) >> 32;
  return (a >> 32) * (b >> 32) + (lh >> 32) + (hl >> 32) + carry;
}
template <class T>
constexpr T upper_half(T a, T b) {
  if constexpr (sizeof(T) < 8) {
    using wide = std::conditional_t<std::is_signed_v<T>, i64, u64>;
    return static_cast<T>((static_cast<wide>(a) * static_cast<wide>(b)) >> width_of<T>);
  } else {
    u64 const h = upper_product(static_cast<u64>(a), static_cast<u64>(b));
    if constexpr (!std::is_signed_v<T>)
      return h;
    else // a negative number is 2^64 too large as an unsigned one
      return static_cast<T>(h - (a < 0 ? static_cast<u64>(b) : 0) - (b < 0 ? static_cast<u64>(a) : 0));
  }
}
/// a * b + c, saturated: the double-width product with c added, and whether that fits.
template <class T>
constexpr T saturated_mad(T a, T b, T c) {
  if constexpr (sizeof(T) < 8) {
    // The largest u32 product and sum still fit 64 bits.
    using wide = std::conditional_t<std::is_signed_v<T>, i64, u64>;
    wide const r = static_cast<wide>(a) * static_cast<wide>(b) + static_cast<wide>(c);
    return r > static_cast<wide>(largest<T>)    ? largest<T>
           : r < static_cast<wide>(smallest<T>) ? smallest<T>
                                                : static_cast<T>(r);
  } else {
    u64 const low = static_cast<u64>(a) * static_cast<u64>(b), sum = low + static_cast<u64>(c);
    u64 const high =
        static_cast<u64>(upper_half(a, b)) + (sum < low ? 1 : 0) - (std::is_signed_v<T> && c < T{0} ? 1 : 0);
    if constexpr (std::is_signed_v<T>) {
      if (high == (sum >> 63 != 0 ? ~u64{0} : 0))
        return static_cast<T>(sum);
      return high >> 63 != 0 ? smallest<T> : largest<T>;
    } else {
      return high == 0 ? sum : largest<T>;
    }
  }
}

template <class T>
constexpr T bits_reversed(T x) {
  auto const u = static_cast<unsigned_twin<T>>(x);
  u64 r = 0;
  for (int i = 0; i < width_of<T>; ++i)
    r |= (static_cast<u64>(u) >> i & 1u) << (width_of<T> - 1 - i);
  return static_cast<T>(r);
}
/// `bits` ones from `offset` on; what MSL leaves undefined (past the width) is cut off.
template <class T>
constexpr u64 bit_field(u32 offset, u32 bits) {
  u64 const ones = bits >= 64 ? ~u64{0} : (u64{1} << bits) - 1;
  return offset >= 64 ? 0 : ones << offset;
}
template <class T>
constexpr T bits_extracted(T x, u32 offset, u32 bits) {
  if (bits == 0 || offset >= static_cast<u32>(width_of<T>))
    return 0;
  u64 const field = (static_cast<u64>(static_cast<unsigned_twin<T>>(x)) >> offset) & bit_field<T>(0, bits);
  if constexpr (std::is_signed_v<T>)
    if (bits < 64 && (field >> (bits - 1) & 1u) != 0)
      return static_cast<T>(field | ~bit_field<T>(0, bits));
  return static_cast<T>(field);
}
template <class T>
constexpr T bits_inserted(T base, T insert, u32 offset, u32 bits) {
  u64 const field = bit_field<T>(offset, bits);
  return static_cast<T>((static_cast<u64>(base) & ~field) |
                        ((offset >= 64 ? 0 : static_cast<u64>(insert) << offset) & field));
}

// ---- Floats ----

/// x - floor(x), below 1 also where that rounds to 1 in T.
template <class T>
T fraction(T x) {
  constexpr float most = std::is_same_v<T, f16>    ? 0x1.ffcp-1f
                         : std::is_same_v<T, bf16> ? 0x1.fep-1f
                                                   : 0x1.fffffep-1f;
  float const f = float(x) - std::floor(float(x));
  return T(f > most ? most : f);
}

/// sin and cos of pi * x, exact where they are 0, 1 or -1.
inline float sin_of_pi(float x) {
  double const r = std::remainder(static_cast<double>(x), 2.0); // exact, from -1 to 1
  double const magnitude = std::fabs(r) > 0.5 ? 1.0 - std::fabs(r) : std::fabs(r);
  double const s = std::sin(magnitude * 3.14159265358979323846);
  return static_cast<float>(std::copysign(s, r == 0.0 || std::fabs(r) == 1.0 ? static_cast<double>(x) : r));
}
inline float cos_of_pi(float x) {
  double const r = std::fabs(std::remainder(static_cast<double>(x), 2.0)); // 0 to 1
  return static_cast<float>(r == 0.5  ? 0.0
                            : r > 0.5 ? -std::cos((1.0 - r) * 3.14159265358979323846)
                                      : std::cos(r * 3.14159265358979323846));
}
inline float tan_of_pi(float x) {
  float const c = cos_of_pi(x);
  bool const whole = x - std::rint(x) == 0; // infinities are not: they give a NaN
  return whole       ? std::copysign(0.0f, x)
         : c == 0.0f ? std::copysign(HUGE_VALF, sin_of_pi(x))
                     : static_cast<float>(static_cast<double>(sin_of_pi(x)) / static_cast<double>(c));
}

template <class T>
bool is_normal(T x) {
  if constexpr (std::is_same_v<T, f32>)
    return std::isnormal(x);
  else {
    unsigned const exponent = std::is_same_v<T, f16> ? 0x7c00u : 0x7f80u;
    return (x.bits & exponent) != 0 && (x.bits & exponent) != exponent;
  }
}
/// The next number of T from x towards y.
template <class T>
T neighbour(T x, T y) {
  if constexpr (std::is_same_v<T, f32>) {
    return std::nextafter(x, y);
  } else {
    if (x != x || y != y)
      return T(float(x) + float(y));
    if (x == y)
      return y;
    if (x == T(0.0f))
      return T::from_bits(static_cast<std::uint16_t>((y.bits & 0x8000u) | 1u));
    bool const away = (x < y) == (x > T(0.0f)); // from zero
    return T::from_bits(static_cast<std::uint16_t>(away ? x.bits + 1 : x.bits - 1));
  }
}
/// x * y + z, rounded once; of bf16, of which MSL has no fma, as f32 and then narrowed.
template <class T>
T multiplied_and_added(T x, T y, T z) {
  if constexpr (!std::is_same_v<T, f16>)
    return T(std::fma(float(x), float(y), float(z)));
  else {
    double const sum = static_cast<double>(float(x)) * static_cast<double>(float(y)) +
                       static_cast<double>(float(z)); // what it loses lies far below a half's last bit
    // Towards an odd last bit, so that the second rounding still sees that something was cut off.
    float const f = static_cast<float>(sum), size = std::fabs(f);
    bool const inexact = static_cast<double>(f) < sum || static_cast<double>(f) > sum;
    std::uint32_t const bits = std::bit_cast<std::uint32_t>(f);
    if (!inexact || (bits & 1u) != 0)
      return T(f);
    return T(std::bit_cast<float>(static_cast<double>(size) < std::fabs(sum) ? bits + 1 : bits - 1));
  }
}

template <class To, class From>
constexpr To converted(From x) {
  if constexpr (std::is_same_v<From, To>) {
    return x;
  } else if constexpr (std::is_same_v<From, f16> || std::is_same_v<From, bf16>) {
    return converted<To>(float(x));
  } else if constexpr (std::is_same_v<To, f16> || std::is_same_v<To, bf16>) {
    return To(converted<float>(x));
  } else if constexpr (std::is_same_v<To, bool>) {
    return x != From{};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Truncation; NaN gives 0; what MSL leaves unspecified (out of range) is clamped.
    constexpr float past =
        static_cast<float>(u64{1} << (width_of<To> - (std::is_signed_v<To> ? 2 : 1))) * 2.0f;
    constexpr float low = std::is_signed_v<To> ? -past : 0.0f;
    if (!(x > low))
      return x <= low ? smallest<To> : To{0};
    return x >= past ? largest<To> : static_cast<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

/// A row: what op_info says, and the evaluation rule on scalar operands (vectors go lane by lane).
template <class Evaluate>
struct row {
  op_info info;
  Evaluate evaluate;

  /// The same row for a later version of Metal: 23 is 2.3.
  constexpr row since(std::uint8_t version) const {
    row r = *this;
    r.info.metal = version;
    return r;
  }
};

struct no_rule {};

constexpr row<no_rule> mark(op code, char const* name, std::uint8_t operands, gives result,
                            char const* meaning) {
  return {{code, name, operands, takes::special, result, signature::special, syntax::special, "",
           prec_postfix, false, false, false, false, 10, meaning},
          {}};
}
template <class E>
constexpr std::int64_t folded_by(bool is_signed, std::int64_t a, std::int64_t b) {
  return is_signed ? E{}(a, b) : static_cast<std::int64_t>(E{}(static_cast<u64>(a), static_cast<u64>(b)));
}
template <class E>
constexpr row<E> infix(op code, char const* name, takes domain, gives result, char const* msl,
                       std::uint8_t prec, bool commutative, char const* meaning, E evaluate) {
  row<E> r{{code, name, 2, domain, result, signature::same, syntax::infix, msl, prec, true, true, commutative,
            false, 10, meaning},
           evaluate};
  if (domain == takes::numeric || domain == takes::integral)
    if (result == gives::same)
      r.info.fold = folded_by<E>;
  return r;
}
template <class E>
constexpr row<E> prefix(op code, char const* name, takes domain, char const* msl, char const* meaning,
                        E evaluate) {
  return {{code, name, 1, domain, gives::same, signature::same, syntax::prefix, msl, prec_unary, true, true,
           false, false, 10, meaning},
          evaluate};
}
/// A function whose rule is exact, so that constants may be folded through it.
template <class E>
constexpr row<E> exact_call(op code, char const* name, std::uint8_t operands, bool commutative,
                            char const* meaning, E evaluate) {
  row<E> r{{code, name, operands, takes::numeric, gives::same, signature::same, syntax::call, name,
            prec_postfix, true, true, commutative, false, 10, meaning},
           evaluate};
  if constexpr (std::is_invocable_v<E, std::int64_t, std::int64_t>)
    r.info.fold = folded_by<E>;
  return r;
}
/// A function of floats. The GPU and the host may round it differently, so it is never folded.
template <class E>
constexpr row<E> math(op code, char const* name, std::uint8_t operands, char const* meaning, E evaluate) {
  return {{code, name, operands, takes::floating, gives::same, signature::same, syntax::call, name,
           prec_postfix, true, false, false, false, 10, meaning},
          evaluate};
}
template <class E>
constexpr row<E> math_by_width(op code, char const* name, std::uint8_t operands, char const* meaning,
                               E evaluate) {
  row<E> r = math(code, name, operands, meaning, evaluate);
  r.info.by_width = true;
  return r;
}
/// A question about floats.
template <class E>
constexpr row<E> asks(op code, char const* name, std::uint8_t operands, char const* meaning, E evaluate) {
  row<E> r = math(code, name, operands, meaning, evaluate);
  r.info.result = gives::boolean;
  return r;
}
/// A function of integers of a certain width.
template <class E>
constexpr row<E> integer_call(op code, char const* name, std::uint8_t operands, char const* meaning,
                              E evaluate, gives result = gives::same, signature s = signature::same) {
  return {{code, name, operands, takes::integral, result, s, syntax::call, name, prec_postfix, true, false,
           false, true, 10, meaning},
          evaluate};
}
/// An access to an element that others may change at the same time; `joins` makes the new one of the old one
/// and x.
constexpr row<no_rule> atomics(op code, char const* name, std::uint8_t operands, gives result,
                               char const* meaning, op joins) {
  row<no_rule> r = mark(code, name, operands, result, meaning);
  r.info.msl = name; // and _explicit
  r.info.joins = joins;
  return r;
}
/// A function of the lanes of a simdgroup or quadgroup; `joins` makes one of two lanes where it reduces.
constexpr row<no_rule> lanes_give(op code, char const* name, takes domain, char const* meaning, op joins) {
  row<no_rule> r{{code, name, 1, domain, gives::same, signature::same, syntax::call, name, prec_postfix,
                  false, false, false, false, 21, meaning},
                 {}};
  r.info.joins = joins;
  return r;
}
/// A value from another lane, which the last operand tells.
constexpr row<no_rule> lane_gives(op code, char const* name, std::uint8_t operands, char const* meaning) {
  return {{code, name, operands, takes::exchanged, gives::same, signature::lane, syntax::call, name,
           prec_postfix, false, false, false, false, 20, meaning},
          {}};
}
constexpr row<no_rule> lanes_vote(op code, char const* name, std::uint8_t operands, gives result,
                                  char const* meaning) {
  return {{code, name, operands, takes::special, result, signature::special, syntax::call, name, prec_postfix,
           false, false, false, false, 21, meaning},
          {}};
}
/// A function of whole vectors: the rule has a short_vector for each of them.
template <class E>
constexpr row<E> whole(op code, char const* name, std::uint8_t operands, gives result, char const* meaning,
                       E evaluate, enigma::signature s = signature::vectors) {
  return {{code, name, operands, takes::ieee, result, s, syntax::call, name, prec_postfix, true, false, false,
           false, 10, meaning},
          evaluate};
}
template <class E>
constexpr row<E> whole_boolean(op code, char const* name, char const* meaning, E evaluate) {
  row<E> r = whole(code, name, 1, gives::element, meaning, evaluate);
  r.info.domain = takes::boolean;
  return r;
}
/// Packed numbers. The * of the MSL spelling is the element type of the vector.
template <class E>
constexpr row<E> packs(op code, char const* name, char const* msl, std::uint8_t lanes, element_kind word,
                       char const* meaning, E evaluate) {
  row<E> r = whole(code, name, 1, gives::word, meaning, evaluate);
  r.info.msl = msl;
  r.info.lanes = lanes;
  r.info.word = word;
  return r;
}
template <class E>
constexpr row<E> unpacks(op code, char const* name, char const* msl, std::uint8_t lanes, element_kind word,
                         char const* meaning, E evaluate) {
  row<E> r = packs(code, name, msl, lanes, word, meaning, evaluate);
  r.info.result = gives::special;
  r.info.signature = signature::unpacks;
  return r;
}
template <class E>
constexpr row<E> custom(op code, char const* name, std::uint8_t operands, char const* meaning, E evaluate) {
  return {{code, name, operands, takes::special, gives::special, signature::special, syntax::special, "",
           prec_postfix, true, true, false, false, 10, meaning},
          evaluate};
}

// clang-format off
#define ENIGMA_1(f) [](auto x_) { return static_cast<decltype(x_)>(f); }
#define ENIGMA_2(f) [](auto x_, auto y_) { return static_cast<decltype(x_)>(f); }
#define ENIGMA_3(f) [](auto x_, auto y_, auto z_) { return static_cast<decltype(x_)>(f); }
#define ENIGMA_ASK(f) [](auto x_) -> bool { return f; }
#define ENIGMA_ASK_2(f) [](auto x_, auto y_) -> bool { return f; }
#define ENIGMA_MODULAR(symbol) [](auto x_, auto y_) { return on_unsigned(x_, y_, [](auto u_, auto v_) { return decltype(u_)(u_ symbol v_); }); }

/// All rows, in the order of the enumerators: f(row...).
template <class... Rows>
constexpr auto rows_for(Rows... rows) {
  return [=](auto f) { return f(rows...); };
}

constexpr auto make_rows() {
  using enum op;
  using enum takes;
  constexpr auto same = gives::same;
  constexpr auto truth = gives::boolean;
  constexpr auto u16_kind = element_kind::uint16, u32_kind = element_kind::uint32;
  return rows_for(
    custom(constant, "constant", 0, "a literal", no_rule{}),
    custom(argument, "argument", 0, "a scalar argument of the kernel", no_rule{}),
    custom(query, "query", 0, "where the thread stands", no_rule{}),
    mark(load, "load", 1, gives::special, "the element, or the vector that begins, at an index of a memory"),
    mark(load_if, "load_if", 3, gives::special, "the same where a condition holds, elsewhere another value"),
    mark(store, "store", 2, gives::nothing, "writes an element or a vector to a memory"),
    mark(store_if, "store_if", 3, gives::nothing, "the same where a condition holds"),
    mark(declare, "declare", 1, gives::special, "a mutable variable with its first value"),
    mark(get, "get", 1, gives::special, "what a variable holds now"),
    mark(set, "set", 2, gives::nothing, "changes a variable"),
    mark(for_, "for", 3, gives::special, "a loop from a first value to below a last one by a step"),
    mark(if_, "if", 1, gives::nothing, "a region for the threads where a condition holds"),
    mark(else_, "else", 0, gives::nothing, "a region for the others"),
    mark(while_, "while", 0, gives::nothing, "a loop as long as a condition holds"),
    mark(test, "test", 1, gives::nothing, "the end of the condition's instructions"),
    mark(end, "end", 0, gives::nothing, "the end of a region"),
    mark(break_, "break", 0, gives::nothing, "leaves the innermost loop"),
    mark(check, "check", 1, gives::nothing, "says what has to hold; not in the text"),
    mark(op::barrier, "barrier", 0, gives::nothing, "waits for all threads of the threadgroup"),
    atomics(atomic_load, "atomic_load", 1, gives::special, "the element", op::count_),
    atomics(atomic_store, "atomic_store", 2, gives::nothing, "x comes to stand there", op::count_),
    atomics(atomic_exchange, "atomic_exchange", 2, gives::special, "x comes to stand there; the element before", op::count_),
    atomics(atomic_compare_exchange_weak, "atomic_compare_exchange_weak", 3, gives::boolean, "desired comes to stand there, where the variable's value stood; else that becomes the variable's; may fail without a reason", op::count_),
    atomics(atomic_fetch_add, "atomic_fetch_add", 2, gives::special, "the sum comes to stand there; the element before", add),
    atomics(atomic_fetch_sub, "atomic_fetch_sub", 2, gives::special, "the difference comes to stand there; the element before", sub),
    atomics(atomic_fetch_min, "atomic_fetch_min", 2, gives::special, "the smaller comes to stand there; the element before", op::min),
    atomics(atomic_fetch_max, "atomic_fetch_max", 2, gives::special, "the larger comes to stand there; the element before", op::max),
    atomics(atomic_fetch_and, "atomic_fetch_and", 2, gives::special, "the bits set in both come to stand there; the element before", bit_and),
    atomics(atomic_fetch_or, "atomic_fetch_or", 2, gives::special, "the bits set in one or both come to stand there; the element before", bit_or),
    atomics(atomic_fetch_xor, "atomic_fetch_xor", 2, gives::special, "the bits set in one come to stand there; the element before", bit_xor),
    lanes_give(simd_sum, "simd_sum", exchanged, "the sum over the active lanes", add),
    lanes_give(simd_product, "simd_product", exchanged, "the product over the active lanes", mul),
    lanes_give(simd_min, "simd_min", exchanged, "the smallest of the active lanes", op::min),
    lanes_give(simd_max, "simd_max", exchanged, "the largest of the active lanes", op::max),
    lanes_give(simd_and, "simd_and", exchanged_integral, "the bits set in all active lanes", bit_and),
    lanes_give(simd_or, "simd_or", exchanged_integral, "the bits set in some active lane", bit_or),
    lanes_give(simd_xor, "simd_xor", exchanged_integral, "the bits set in an odd number of active lanes", bit_xor),
    lanes_give(simd_prefix_inclusive_sum, "simd_prefix_inclusive_sum", exchanged, "the sum over the active lanes up to this one", add),
    lanes_give(simd_prefix_exclusive_sum, "simd_prefix_exclusive_sum", exchanged, "the sum over the active lanes before this one", add),
    lanes_give(simd_prefix_inclusive_product, "simd_prefix_inclusive_product", exchanged, "the product over the active lanes up to this one", mul),
    lanes_give(simd_prefix_exclusive_product, "simd_prefix_exclusive_product", exchanged, "the product over the active lanes before this one", mul),
    lanes_give(simd_broadcast_first, "simd_broadcast_first", exchanged, "the value of the first active lane", op::count_),
    lane_gives(simd_broadcast, "simd_broadcast", 2, "the value of a lane, the same one for all"),
    lane_gives(simd_shuffle, "simd_shuffle", 2, "the value of a lane, which has to be active"),
    lane_gives(simd_shuffle_xor, "simd_shuffle_xor", 2, "the value of the lane whose number is this one's XOR a mask"),
    lane_gives(simd_shuffle_up, "simd_shuffle_up", 2, "the value of the lane delta below; the lowest delta lanes keep theirs"),
    lane_gives(simd_shuffle_down, "simd_shuffle_down", 2, "the value of the lane delta above; the highest delta lanes keep theirs"),
    lane_gives(simd_shuffle_rotate_up, "simd_shuffle_rotate_up", 2, "the value of the lane delta below, counted around").since(21),
    lane_gives(simd_shuffle_rotate_down, "simd_shuffle_rotate_down", 2, "the value of the lane delta above, counted around").since(21),
    lane_gives(simd_shuffle_and_fill_up, "simd_shuffle_and_fill_up", 3, "the value of the lane delta below; the lowest lanes get the highest of fill").since(24),
    lane_gives(simd_shuffle_and_fill_down, "simd_shuffle_and_fill_down", 3, "the value of the lane delta above; the highest lanes get the lowest of fill").since(24),
    lanes_vote(simd_all, "simd_all", 1, gives::boolean, "whether the condition holds in all active lanes"),
    lanes_vote(simd_any, "simd_any", 1, gives::boolean, "whether the condition holds in some active lane"),
    lanes_vote(simd_ballot, "simd_ballot", 1, gives::special, "a bit for each active lane where the condition holds"),
    lanes_vote(simd_active_threads_mask, "simd_active_threads_mask", 0, gives::special, "a bit for each active lane"),
    lanes_vote(simd_is_first, "simd_is_first", 0, gives::boolean, "whether this is the first active lane"),

    infix(add, "add", numeric, same, "+", prec_additive, true, "x + y; integers wrap", ENIGMA_MODULAR(+)),
    infix(sub, "sub", numeric, same, "-", prec_additive, false, "x - y; integers wrap", ENIGMA_MODULAR(-)),
    infix(mul, "mul", numeric, same, "*", prec_multiplicative, true, "x * y; integers wrap", ENIGMA_MODULAR(*)),
    infix(div, "div", numeric, same, "/", prec_multiplicative, false, "x / y; integers truncate, by 0 unspecified", ENIGMA_2(divided(x_, y_))),
    infix(rem, "rem", integral, same, "%", prec_multiplicative, false, "x - (x / y) * y, for x >= 0 and y > 0", ENIGMA_2(remainder(x_, y_))),
    prefix(neg, "neg", numeric, "-", "-x; integers wrap", [](auto x_) {
      if constexpr (is_integer_rule<decltype(x_)>) return static_cast<decltype(x_)>(modular<decltype(x_)>{0} - static_cast<modular<decltype(x_)>>(x_));
      else return -x_; }),
    infix(bit_and, "and", integral, same, "&", prec_bit_and, true, "bits set in both", ENIGMA_2(x_ & y_)),
    infix(bit_or, "or", integral, same, "|", prec_bit_or, true, "bits set in one or both", ENIGMA_2(x_ | y_)),
    infix(bit_xor, "xor", integral, same, "^", prec_bit_xor, true, "bits set in one", ENIGMA_2(x_ ^ y_)),
    prefix(bit_not, "not", integral, "~", "bits not set", ENIGMA_1(~x_)),
    infix(shl, "shl", integral, same, "<<", prec_shift, false, "x * 2^n, n modulo 32 (64 where x has 64 bits)", [](auto x_, auto n_) { return static_cast<decltype(x_)>(static_cast<modular<decltype(x_)>>(x_) << shift_count(n_)); }),
    infix(shr, "shr", integral, same, ">>", prec_shift, false, "x / 2^n rounded down, n modulo 32 (64 where x has 64 bits)", ENIGMA_2(x_ >> shift_count(y_))),
    infix(logical_and, "land", boolean, same, "&&", prec_logical_and, true, "both; the second is evaluated too", ENIGMA_2(x_ & y_)),
    infix(logical_or, "lor", boolean, same, "||", prec_logical_or, true, "one or both; the second is evaluated too", ENIGMA_2(x_ | y_)),
    prefix(logical_not, "lnot", boolean, "!", "the opposite", ENIGMA_1(!x_)),
    infix(eq, "eq", any, truth, "==", prec_equality, true, "false where one is a NaN", ENIGMA_ASK_2(x_ == y_)),
    infix(ne, "ne", any, truth, "!=", prec_equality, true, "true where one is a NaN", ENIGMA_ASK_2(x_ != y_)),
    infix(lt, "lt", numeric, truth, "<", prec_relational, false, "false where one is a NaN", ENIGMA_ASK_2(x_ < y_)),
    infix(le, "le", numeric, truth, "<=", prec_relational, false, "false where one is a NaN", ENIGMA_ASK_2(x_ <= y_)),
    infix(gt, "gt", numeric, truth, ">", prec_relational, false, "false where one is a NaN", ENIGMA_ASK_2(x_ > y_)),
    infix(ge, "ge", numeric, truth, ">=", prec_relational, false, "false where one is a NaN", ENIGMA_ASK_2(x_ >= y_)),

    exact_call(op::min, "min", 2, true, "the smaller; of a NaN and a number the number", ENIGMA_2(lesser(x_, y_))),
    exact_call(op::max, "max", 2, true, "the larger; of a NaN and a number the number", ENIGMA_2(greater(x_, y_))),
    exact_call(op::abs, "abs", 1, false, "without its sign; of the least integer itself", ENIGMA_1(magnitude(x_))),
    math_by_width(op::fma, "fma", 3, "x * y + z, rounded once", ENIGMA_3(multiplied_and_added(x_, y_, z_))),
    exact_call(op::clamp, "clamp", 3, false, "min(max(x, low), high); undefined where low > high", ENIGMA_3(lesser(greater(x_, y_), z_))),
    exact_call(op::min3, "min3", 3, false, "the smallest of three", ENIGMA_3(lesser(lesser(x_, y_), z_))).since(21),
    exact_call(op::max3, "max3", 3, false, "the largest of three", ENIGMA_3(greater(greater(x_, y_), z_))).since(21),
    exact_call(op::median3, "median3", 3, false, "the middle one of three", ENIGMA_3(greater(lesser(x_, y_), lesser(greater(x_, y_), z_)))).since(21),

    math(op::sqrt, "sqrt", 1, "the square root", ENIGMA_1(std::sqrt(x_))),
    math(rsqrt, "rsqrt", 1, "1 / sqrt(x)", ENIGMA_1(1.0f / std::sqrt(x_))),
    math(op::exp, "exp", 1, "e^x", ENIGMA_1(std::exp(x_))),
    math(op::exp2, "exp2", 1, "2^x", ENIGMA_1(std::exp2(x_))),
    math(exp10, "exp10", 1, "10^x", ENIGMA_1(std::pow(10.0, static_cast<double>(x_)))),
    math(op::log, "log", 1, "the logarithm to base e", ENIGMA_1(std::log(x_))),
    math(op::log2, "log2", 1, "the logarithm to base 2", ENIGMA_1(std::log2(x_))),
    math(op::log10, "log10", 1, "the logarithm to base 10", ENIGMA_1(std::log10(x_))),
    math(op::sin, "sin", 1, "the sine of x radians", ENIGMA_1(std::sin(x_))),
    math(op::cos, "cos", 1, "the cosine of x radians", ENIGMA_1(std::cos(x_))),
    math(op::tan, "tan", 1, "the tangent of x radians", ENIGMA_1(std::tan(x_))),
    math(sinpi, "sinpi", 1, "sin(pi * x)", ENIGMA_1(sin_of_pi(x_))),
    math(cospi, "cospi", 1, "cos(pi * x)", ENIGMA_1(cos_of_pi(x_))),
    math(tanpi, "tanpi", 1, "tan(pi * x)", ENIGMA_1(tan_of_pi(x_))),
    math(op::asin, "asin", 1, "the angle from -pi/2 to pi/2 whose sine is x", ENIGMA_1(std::asin(x_))),
    math(op::acos, "acos", 1, "the angle from 0 to pi whose cosine is x", ENIGMA_1(std::acos(x_))),
    math(op::atan, "atan", 1, "the angle from -pi/2 to pi/2 whose tangent is x", ENIGMA_1(std::atan(x_))),
    math(op::sinh, "sinh", 1, "(e^x - e^-x) / 2", ENIGMA_1(std::sinh(x_))),
    math(op::cosh, "cosh", 1, "(e^x + e^-x) / 2", ENIGMA_1(std::cosh(x_))),
    math(op::tanh, "tanh", 1, "sinh(x) / cosh(x)", ENIGMA_1(std::tanh(x_))),
    math(op::asinh, "asinh", 1, "the inverse of sinh", ENIGMA_1(std::asinh(x_))),
    math(op::acosh, "acosh", 1, "the inverse of cosh", ENIGMA_1(std::acosh(x_))),
    math(op::atanh, "atanh", 1, "the inverse of tanh", ENIGMA_1(std::atanh(x_))),
    math(op::floor, "floor", 1, "the largest whole number not above x", ENIGMA_1(std::floor(x_))),
    math(op::ceil, "ceil", 1, "the smallest whole number not below x", ENIGMA_1(std::ceil(x_))),
    math(op::round, "round", 1, "the nearest whole number, halves away from 0", ENIGMA_1(std::round(x_))),
    math(op::rint, "rint", 1, "the nearest whole number, halves to even", ENIGMA_1(std::nearbyint(x_))),
    math(op::trunc, "trunc", 1, "the whole part", ENIGMA_1(std::trunc(x_))),
    math_by_width(fract, "fract", 1, "x - floor(x), below 1", ENIGMA_1(fraction(x_))),
    math(sign, "sign", 1, "1, -1, or the zero itself; 0 for a NaN", ENIGMA_1(x_ > 0 ? 1.0f : x_ < 0 ? -1.0f : x_ == 0 ? x_ : 0.0f)),
    math(saturate, "saturate", 1, "clamp(x, 0, 1); 0 for a NaN", ENIGMA_1(lesser(greater(x_, 0.0f), 1.0f))),
    math(op::atan2, "atan2", 2, "the angle from -pi to pi of the point (y, x); atan2(y, x)", ENIGMA_2(std::atan2(x_, y_))),
    math(op::pow, "pow", 2, "x^y", ENIGMA_2(std::pow(x_, y_))),
    math(powr, "powr", 2, "x^y for x >= 0", ENIGMA_2(x_ < 0 ? NAN : std::pow(x_, y_))),
    math(op::fmod, "fmod", 2, "x - y * trunc(x / y)", ENIGMA_2(std::fmod(x_, y_))),
    math(divide, "divide", 2, "x / y", ENIGMA_2(x_ / y_)),
    math(op::fdim, "fdim", 2, "x - y where x > y, else 0", ENIGMA_2(x_ > y_ ? x_ - y_ : x_ <= y_ ? 0.0f : x_ + y_)),
    math(op::copysign, "copysign", 2, "x with the sign of y", ENIGMA_2(std::copysign(x_, y_))),
    [] { auto r = math_by_width(op::nextafter, "nextafter", 2, "the next number from x towards y", ENIGMA_2(neighbour(x_, y_))).since(31); r.info.domain = ieee; return r; }(),
    math(op::step, "step", 2, "x < edge ? 0 : 1; step(edge, x)", ENIGMA_2(y_ < x_ ? 0.0f : 1.0f)),
    math(mix, "mix", 3, "x + (y - x) * a", ENIGMA_3(x_ + (y_ - x_) * z_)),
    math(smoothstep, "smoothstep", 3, "t * t * (3 - 2t) with t = saturate((x - low) / (high - low)); smoothstep(low, high, x)", [](auto low, auto high, auto x_) { auto const t = lesser(greater((x_ - low) / (high - low), 0.0f), 1.0f); return t * t * (3.0f - 2.0f * t); }),
    [] { auto r = math(op::ldexp, "ldexp", 2, "x * 2^n for an i32 n", [](auto x_, i32 n_) { return std::ldexp(x_, n_); }); r.info.signature = signature::exponent; return r; }(),
    [] { auto r = math(op::ilogb, "ilogb", 1, "the exponent of x as an i32: floor(log2(|x|))", [](auto x_) -> i32 { return std::ilogb(x_); }); r.info.result = gives::int32; return r; }(),
    asks(op::isfinite, "isfinite", 1, "neither an infinity nor a NaN", ENIGMA_ASK(std::isfinite(x_))),
    asks(op::isinf, "isinf", 1, "an infinity", ENIGMA_ASK(std::isinf(x_))),
    asks(op::isnan, "isnan", 1, "a NaN", ENIGMA_ASK(std::isnan(x_))),
    [] { auto r = asks(op::isnormal, "isnormal", 1, "neither 0 nor denormal, and finite", ENIGMA_ASK(is_normal(x_))); r.info.by_width = true; return r; }(),
    asks(op::signbit, "signbit", 1, "negative, or -0", ENIGMA_ASK(std::signbit(x_))),
    asks(isordered, "isordered", 2, "none is a NaN", ENIGMA_ASK_2(x_ == x_ && y_ == y_)),
    asks(op::isunordered, "isunordered", 2, "one is a NaN", ENIGMA_ASK_2(x_ != x_ || y_ != y_)),

    integer_call(absdiff, "absdiff", 2, "|x - y| as an unsigned number", [](auto x_, auto y_) { return difference(x_, y_); }, gives::unsigned_),
    integer_call(addsat, "addsat", 2, "x + y, saturated", ENIGMA_2(saturated_sum(x_, y_))),
    integer_call(subsat, "subsat", 2, "x - y, saturated", ENIGMA_2(saturated_difference(x_, y_))),
    integer_call(madsat, "madsat", 3, "x * y + z, saturated", ENIGMA_3(saturated_mad(x_, y_, z_))),
    integer_call(mulhi, "mulhi", 2, "the upper half of the product", ENIGMA_2(upper_half(x_, y_))),
    integer_call(madhi, "madhi", 3, "mulhi(x, y) + z", ENIGMA_3(on_unsigned(upper_half(x_, y_), z_, [](auto u_, auto v_) { return decltype(u_)(u_ + v_); }))),
    integer_call(hadd, "hadd", 2, "(x + y) >> 1 without overflow", ENIGMA_2((x_ & y_) + ((x_ ^ y_) >> 1))),
    integer_call(rhadd, "rhadd", 2, "(x + y + 1) >> 1 without overflow", ENIGMA_2((x_ | y_) - ((x_ ^ y_) >> 1))),
    [] { auto r = integer_call(mul24, "mul24", 2, "x * y for operands of 24 bits", ENIGMA_MODULAR(*)).since(21); r.info.domain = word; return r; }(),
    [] { auto r = integer_call(mad24, "mad24", 3, "x * y + z for x and y of 24 bits", [](auto x_, auto y_, auto z_) { using M = modular<decltype(x_)>; return static_cast<decltype(x_)>(M(x_) * M(y_) + M(z_)); }).since(21); r.info.domain = word; return r; }(),
    integer_call(rotate, "rotate", 2, "x with its bits moved up n places, those that leave coming in below", [](auto x_, auto n_) { using U = unsigned_twin<decltype(x_)>; return static_cast<decltype(x_)>(std::rotl(static_cast<U>(x_), static_cast<int>(static_cast<U>(n_) % width_of<U>))); }),
    integer_call(clz, "clz", 1, "how many zeros lead; all of them for 0", ENIGMA_1(std::countl_zero(static_cast<unsigned_twin<decltype(x_)>>(x_)))),
    integer_call(ctz, "ctz", 1, "how many zeros trail; all of them for 0", ENIGMA_1(std::countr_zero(static_cast<unsigned_twin<decltype(x_)>>(x_)))),
    integer_call(op::popcount, "popcount", 1, "how many bits are set", ENIGMA_1(std::popcount(static_cast<unsigned_twin<decltype(x_)>>(x_)))),
    integer_call(reverse_bits, "reverse_bits", 1, "the bits from last to first", ENIGMA_1(bits_reversed(x_))).since(21),
    integer_call(extract_bits, "extract_bits", 3, "`bits` bits from `offset` on, sign-extended in a signed type; 0 for no bits; undefined past the width", [](auto x_, u32 offset, u32 bits) { return bits_extracted(x_, offset, bits); }, same, signature::bits).since(12),
    integer_call(insert_bits, "insert_bits", 4, "base with `bits` bits of insert put in from `offset` on; undefined past the width", [](auto base, auto insert, u32 offset, u32 bits) { return bits_inserted(base, insert, offset, bits); }, same, signature::bits).since(12),

    whole(dot, "dot", 2, gives::element, "the sum of x_i * y_i", [](auto x_, auto y_) { return dot_product(x_, y_); }),
    [] { auto r = whole(cross, "cross", 2, same, "the vector at a right angle to two of 3 lanes", [](short_vector<f32, 3> x_, short_vector<f32, 3> y_) { return cross_product(x_, y_); }); r.info.lanes = 3; return r; }(),
    whole(length, "length", 1, gives::element, "sqrt(dot(x, x))", [](auto x_) { return std::sqrt(dot_product(x_, x_)); }),
    whole(length_squared, "length_squared", 1, gives::element, "dot(x, x)", [](auto x_) { return dot_product(x_, x_); }),
    whole(distance, "distance", 2, gives::element, "length(x - y)", [](auto x_, auto y_) { auto const d = from_to(x_, y_); return std::sqrt(dot_product(d, d)); }),
    whole(distance_squared, "distance_squared", 2, gives::element, "length_squared(x - y)", [](auto x_, auto y_) { auto const d = from_to(x_, y_); return dot_product(d, d); }),
    whole(normalize, "normalize", 1, same, "x / length(x); of zeros undefined", [](auto x_) { return of_length_one(x_); }),
    whole(reflect, "reflect", 2, same, "i - 2 * dot(n, i) * n for an n of length 1; reflect(i, n)", [](auto i_, auto n_) { return reflected(i_, n_); }),
    whole(refract, "refract", 3, same, "i, of length 1, as it goes on behind a surface with the normal n, of length 1, where eta is the ratio of the refractive indices; zeros where it does not; refract(i, n, eta)", [](auto i_, auto n_, f32 eta) { return refracted(i_, n_, eta); }, signature::vectors_and_ratio),
    whole(faceforward, "faceforward", 3, same, "dot(reference, i) < 0 ? n : -n; faceforward(n, i, reference)", [](auto n_, auto i_, auto reference) { return facing(n_, i_, reference); }),
    whole_boolean(all_lanes, "all", "whether all lanes are true", [](auto x_) { return all_of(x_); }),
    whole_boolean(any_lane, "any", "whether some lane is true", [](auto x_) { return any_of(x_); }),
    packs(pack_unorm4x8, "pack_unorm4x8", "pack_*_to_unorm4x8", 4, u32_kind, "numbers from 0 to 1 as 4 bytes, the first in the lowest", [](short_vector<f32, 4> x_) { return fields<8, 8, 8, 8>::pack(x_, norm::unsigned_); }),
    packs(pack_snorm4x8, "pack_snorm4x8", "pack_*_to_snorm4x8", 4, u32_kind, "numbers from -1 to 1 as 4 bytes", [](short_vector<f32, 4> x_) { return fields<8, 8, 8, 8>::pack(x_, norm::signed_); }),
    packs(pack_srgb_unorm4x8, "pack_srgb_unorm4x8", "pack_*_to_srgb_unorm4x8", 4, u32_kind, "red, green, blue in sRGB and alpha as 4 bytes", [](short_vector<f32, 4> x_) { return fields<8, 8, 8, 8>::pack(srgb_from_linear(x_), norm::unsigned_); }),
    packs(pack_unorm2x16, "pack_unorm2x16", "pack_*_to_unorm2x16", 2, u32_kind, "numbers from 0 to 1 as 2 times 16 bits", [](short_vector<f32, 2> x_) { return fields<16, 16>::pack(x_, norm::unsigned_); }),
    packs(pack_snorm2x16, "pack_snorm2x16", "pack_*_to_snorm2x16", 2, u32_kind, "numbers from -1 to 1 as 2 times 16 bits", [](short_vector<f32, 2> x_) { return fields<16, 16>::pack(x_, norm::signed_); }),
    packs(pack_unorm10a2, "pack_unorm10a2", "pack_*_to_unorm10a2", 4, u32_kind, "numbers from 0 to 1 as 3 times 10 bits and 2", [](short_vector<f32, 4> x_) { return fields<10, 10, 10, 2>::pack(x_, norm::unsigned_); }),
    packs(pack_unorm565, "pack_unorm565", "pack_*_to_unorm565", 3, u16_kind, "numbers from 0 to 1 as 5, 6 and 5 bits", [](short_vector<f32, 3> x_) { return fields<5, 6, 5>::pack(x_, norm::unsigned_); }),
    unpacks(unpack_unorm4x8, "unpack_unorm4x8", "unpack_unorm4x8_to_*", 4, u32_kind, "the numbers that pack_unorm4x8 has packed", [](u32 x_) { return fields<8, 8, 8, 8>::unpack(x_, norm::unsigned_); }),
    unpacks(unpack_snorm4x8, "unpack_snorm4x8", "unpack_snorm4x8_to_*", 4, u32_kind, "the numbers that pack_snorm4x8 has packed; of the two least of a byte both are -1", [](u32 x_) { return fields<8, 8, 8, 8>::unpack(x_, norm::signed_); }),
    unpacks(unpack_unorm4x8_srgb, "unpack_unorm4x8_srgb", "unpack_unorm4x8_srgb_to_*", 4, u32_kind, "the numbers that pack_srgb_unorm4x8 has packed", [](u32 x_) { return linear_from_srgb(fields<8, 8, 8, 8>::unpack(x_, norm::unsigned_)); }),
    unpacks(unpack_unorm2x16, "unpack_unorm2x16", "unpack_unorm2x16_to_*", 2, u32_kind, "the numbers that pack_unorm2x16 has packed", [](u32 x_) { return fields<16, 16>::unpack(x_, norm::unsigned_); }),
    unpacks(unpack_snorm2x16, "unpack_snorm2x16", "unpack_snorm2x16_to_*", 2, u32_kind, "the numbers that pack_snorm2x16 has packed", [](u32 x_) { return fields<16, 16>::unpack(x_, norm::signed_); }),
    unpacks(unpack_unorm10a2, "unpack_unorm10a2", "unpack_unorm10a2_to_*", 4, u32_kind, "the numbers that pack_unorm10a2 has packed", [](u32 x_) { return fields<10, 10, 10, 2>::unpack(x_, norm::unsigned_); }),
    unpacks(unpack_unorm565, "unpack_unorm565", "unpack_unorm565_to_*", 3, u16_kind, "the numbers that pack_unorm565 has packed", [](u32 x_) { return fields<5, 6, 5>::unpack(x_, norm::unsigned_); }),

    custom(select, "select", 3, "condition ? then : otherwise, both evaluated; select(otherwise, then, condition)", [](auto otherwise, auto then, bool condition) { return condition ? then : otherwise; }),
    custom(convert, "convert", 1, "the value as another type", no_rule{}), // detail::converted<To>
    custom(bitcast, "bitcast", 1, "the bits as another type", no_rule{}), // std::bit_cast<To>
    custom(make_vector, "make_vector", 4, "a vector from its elements", no_rule{}),
    custom(extract, "extract", 1, "an element of a vector", no_rule{}));
}

inline constexpr auto all_rows = make_rows();

template <class Visitor>
constexpr auto with_rows(Visitor visit) {
  return all_rows(visit);
}

#undef ENIGMA_1
#undef ENIGMA_2
#undef ENIGMA_3
#undef ENIGMA_ASK
#undef ENIGMA_ASK_2
#undef ENIGMA_MODULAR
// clang-format on

struct info_table {
  op_info rows[static_cast<int>(op::count_)];
};

inline constexpr info_table infos = with_rows([](auto const&... rows) {
  static_assert(sizeof...(rows) == static_cast<int>(op::count_), "every op has exactly one row");
  return info_table{{rows.info...}};
});

static_assert(
    [] {
      for (int i = 0; i < static_cast<int>(op::count_); ++i)
        if (static_cast<int>(infos.rows[i].code) != i)
          return false;
      return true;
    }(),
    "the rows stand in the order of the enumerators");

} // namespace detail

/// A function of whole vectors.
constexpr bool is_of_whole_vectors(op_info const& row) {
  return row.signature >= signature::vectors;
}

/// An operation on atomic memory.
constexpr bool is_atomic(op code) {
  return code >= op::atomic_load && code <= op::atomic_fetch_xor;
}
/// Whether elements of that type have it: f32 has sums, bool none and no bits.
constexpr bool is_atomic_of(op code, element_kind k) {
  bool const word = k == element_kind::uint32 || k == element_kind::int32;
  switch (code) {
  case op::atomic_load:
  case op::atomic_store:
  case op::atomic_exchange:
    return word || k == element_kind::boolean || k == element_kind::float32;
  case op::atomic_compare_exchange_weak:
    return word || k == element_kind::boolean;
  case op::atomic_fetch_add:
  case op::atomic_fetch_sub:
    return word || k == element_kind::float32;
  default:
    return word && is_atomic(code);
  }
}
/// The first version of Metal that has atomics of an element type, times 10.
constexpr int metal_of_atomic(element_kind k) {
  return k == element_kind::boolean ? 24 : k == element_kind::float32 ? 30 : 10;
}

/// A function of the lanes of a simdgroup or quadgroup.
constexpr bool is_group_function(op code) {
  return code >= op::simd_sum && code <= op::simd_is_first;
}

/// What the imm of a group function says: which group, and for and_fill the size of the blocks (0: the
/// group).
struct group_detail {
  bool quad = false;
  int modulo = 0;

  constexpr std::int64_t bits() const { return (quad ? 1 : 0) | std::int64_t{modulo} << 8; }
  static constexpr group_detail from(std::int64_t imm) {
    return {(imm & 1) != 0, static_cast<int>(imm >> 8)};
  }
  constexpr std::uint32_t lanes() const { return quad ? 4 : 32; }
};

/// The row of an operation, without its evaluation rule.
constexpr op_info const& info(op code) {
  return detail::infos.rows[static_cast<int>(code)];
}

} // namespace enigma
