// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <enigma/codegen/types.hpp>

// The operations of the intermediate representation, and what the row of each tells: see op_table.hpp.

namespace enigma {

enum class op : std::uint8_t {
  // Leaves: values that exist before the first statement of the kernel.
  constant, // imm: the bits
  argument, // imm: number of the scalar parameter in kernel_ir::memories
  query,    // imm: query * 3 + axis
  // Memory. imm: the memory; indices count elements of that memory, also for vector accesses.
  load,            // (index)
  load_if,         // (index, mask, otherwise)
  load_field,      // (index[, element of an array]) of a record: see memory_of, field_of and element_of_field
  simdgroup_load,  // (index, elements per row, whether transposed: a constant)
  store,           // (index, value)
  store_if,        // (index, mask, value)
  store_field,     // (index, value[, element of an array])
  simdgroup_store, // (index, matrix, elements per row, whether transposed: a constant)
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
  // Functions of the program. imm of a call: see call_detail; operands: the values that it hands over.
  invoke,  // (x, ...)      a call of a function with effects, or that reads memory
  return_, // ([x])         the end of a function's instructions, and what it gives
  // The threads of a threadgroup together.
  barrier, // imm: mem_flags
  // A simdgroup's copies in the background. imm: see call_detail, the memories that it copies to and from.
  async_copy, // (to, from, elements, lane) or, of rows, each a vector of two: (place, elements per row), size
  async_wait, // (copy)
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
  // Matrices of a simdgroup. All its threads have to come, but for the last two.
  simdgroup_fill,                // (x)
  simdgroup_diagonal,            // (x)
  simdgroup_multiply,            // (a, b)
  simdgroup_multiply_accumulate, // (a, b, c)
  thread_element,                // (matrix) imm: 0 or 1
  simdgroup_of_elements,         // (x, y): this thread's two
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
  // Matrices
  matrix_product, // (a, b), of which one may be a vector
  transpose,
  determinant,
  // Choosing, converting, vectors
  select,      // (otherwise, then, condition), MSL's order
  convert,     // (x) -> any type of the same lanes
  bitcast,     // (x) -> a type of the same size
  make_vector, // (x, y[, z[, w]])
  make_matrix, // its columns, or one scalar: the diagonal
  extract,     // (v) imm: lane; (m) imm: column
  call,        // (x, ...) a call of a function whose value depends on these alone
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
  matrices,          // the shapes are the operation's business
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

/// An operation on constants: the bits of what comes out, from the operands' element type and bits. Only of
/// types that `folds` says it has a rule for.
using fold_rule = std::int64_t (*)(element_kind, std::int64_t const*);

/// Which constants a rule is computed with while compiling: it gives the same for a T as for a wider one,
/// narrowed; or has to have the type itself.
enum class folding : std::uint8_t { never, as_wider, by_width };

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
  bool pure;                  // no effect, and its value depends on its operands alone
  bool commutative;           // for common subexpressions
  bool by_width;              // the rule depends on the width of T: it is not that of a wider T, narrowed
  std::uint8_t metal = 10;    // the first version of Metal that has it, times 10
  char const* meaning = "";   // what it computes, for the documentation
  op joins = op::count_;      // reductions: what makes one of two lanes; atomics: of the old and x
  std::uint8_t lanes = 0;     // functions of whole vectors: of how many lanes, where that is not open
  element_kind word{};        // packed numbers: in what
  bool by_lane_width = false; // the same where it is an operation on the lanes of a vector; in scalars not
  folding folds{};            // whether constants can be computed with while compiling
  fold_rule fold = nullptr;   // then it does; see detail::fold
};

/// Whether operands of an element type may be.
constexpr bool row_takes(takes domain, element_kind element) {
  element_info const& it = info(element);
  switch (domain) {
  case takes::numeric:
    return it.is_floating || it.is_integer;
  case takes::integral:
    return it.is_integer;
  case takes::word:
    return it.is_integer && it.bytes == 4;
  case takes::exchanged:
    return element != element_kind::boolean && it.bytes < 8;
  case takes::exchanged_integral:
    return it.is_integer && it.bytes < 8;
  case takes::floating:
    return it.is_floating;
  case takes::ieee:
    return it.is_floating && element != element_kind::bfloat16;
  case takes::boolean:
    return element == element_kind::boolean;
  case takes::any:
    return true;
  case takes::special:
    break;
  }
  return false;
}

/// A function of whole vectors.
constexpr bool is_of_whole_vectors(op_info const& row) {
  return row.signature >= signature::vectors;
}

/// A function of whole matrices.
constexpr bool is_of_matrices(op_info const& row) {
  return row.signature == signature::matrices;
}

/// Opens a region, which else_ or test may divide and end closes.
constexpr bool is_opener(op code) {
  return code == op::for_ || code == op::if_ || code == op::while_;
}

/// An operation that reads or writes memory that is not atomic.
constexpr bool is_access(op code) {
  return code >= op::load && code <= op::simdgroup_store;
}
/// One that writes.
constexpr bool is_store(op code) {
  return code >= op::store && code <= op::simdgroup_store;
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

/// What makes a matrix of a simdgroup out of operands.
constexpr bool makes_simdgroup_matrix(op code) {
  return code == op::simdgroup_load ||
         (code >= op::simdgroup_fill && code <= op::simdgroup_of_elements && code != op::thread_element);
}

/// An operation whose imm is a memory.
constexpr bool names_memory(op code) {
  return (code >= op::load && code <= op::simdgroup_store) || code == op::argument ||
         (code >= op::atomic_load && code <= op::atomic_fetch_xor);
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

} // namespace enigma
