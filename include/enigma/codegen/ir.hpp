// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include <enigma/codegen/array_view.hpp>
#include <enigma/codegen/op_table.hpp>
#include <enigma/codegen/record.hpp>
#include <enigma/codegen/types.hpp>
#include <enigma/error.hpp>

// The intermediate representation: a kernel is its memories (buffers, scalar arguments, threadgroup arrays)
// and one list of instructions. A value is named by the position of the instruction that makes it. Control
// flow is structured and lies flat in the list:
//
//   for_ low high step ... end                 the for_ itself is the induction value
//   if_ condition ... [else_ ...] end
//   while_ ... test condition ... end
//
// imm of for_, if_, while_, test and else_ is the position of what comes next in that construct (if_ -> else_
// or end; else_ -> end; for_ -> end; while_ -> test; test -> end); imm of end is the position of the opener.
// A program's functions are kernels too, but for their end: return_, with what the function gives. Their
// memories are their parameters.
//
// Leaves (constant, argument, query) have no place of their own: they are known before the first statement,
// wherever in the list they stand.

namespace enigma {

using value_id = std::uint16_t;
inline constexpr value_id no_value = 0xffff;

struct instruction {
  op code{};
  enigma::type type{};
  value_id operands[4]{no_value, no_value, no_value, no_value};
  std::int64_t imm = 0;

  friend constexpr bool operator==(instruction const&, instruction const&) = default;
};

enum class memory_space : std::uint8_t {
  device,           // a buffer argument
  constant,         // a scalar argument
  threadgroup,      // an array shared by the threads of a threadgroup; contents undefined at the start
  function_constant // a number of the whole program, known when the pipeline is built
};

/// The bits of up to four lanes of at most 32 bits: the value of a function constant.
struct constant_lanes {
  std::uint32_t bits[4]{};
};

/// One buffer, scalar argument or threadgroup array of a kernel.
struct memory {
  char const* name = "";
  element_kind element{};
  memory_space space{};
  bool may_load = false; // what the declaration allows
  bool may_store = false;
  bool loaded = false; // what the kernel does
  bool stored = false;
  bool atomic = false;        // reached by atomic operations, and by them alone
  std::int32_t argument = -1; // position among the arguments of the call, -1 for arrays of the kernel's own
  std::int32_t binding = -1;  // [[buffer(n)]], [[threadgroup(n)]] or [[function_constant(n)]]
  // An array of the kernel's own: its length. Else the least length that its layout needs, 0 if unknown.
  std::int64_t elements = 0;
  type value{}; // of a function constant, and of a function's parameter that is handed over by value
  constant_lanes const* preset = nullptr; // of a function constant where the call gives none, if there is one
  enigma::record const* record = nullptr; // elements of several values: what is in them, and no `element`
};

/// Whether an access moves the words that elements make up instead of elements: a vector of u32 in a memory
/// of elements that are smaller. Indices count the elements of the memory all the same.
constexpr bool moves_words(memory const& m, type moved) {
  return moved.element == element_kind::uint32 && (moved.lanes == 2 || moved.lanes == 4) &&
         moved.columns == 1 && m.record == nullptr && m.element != element_kind::boolean &&
         size_in_bytes(m.element) < 4;
}
/// How many elements of its memory an access of this type moves.
constexpr int elements_moved(memory const& m, type moved) {
  return moves_words(m, moved) ? 4 * moved.lanes / size_in_bytes(m.element) : moved.lanes;
}

/// What the imm of a call says: the number of the function in kernel_ir::functions, and which memories of the
/// caller its buffers are, in their order.
struct call_detail {
  static constexpr int most_memories = 4;
  int function = 0;
  int memories[most_memories]{-1, -1, -1, -1};

  constexpr std::int64_t bits() const {
    auto all = static_cast<std::uint64_t>(function);
    for (int k = 0; k < most_memories; ++k)
      all |= static_cast<std::uint64_t>(memories[k] + 1) << (16 + 12 * k);
    return static_cast<std::int64_t>(all);
  }
  static constexpr call_detail from(std::int64_t imm) {
    auto const all = static_cast<std::uint64_t>(imm);
    call_detail d;
    d.function = static_cast<int>(all & 0xffff);
    for (int k = 0; k < most_memories; ++k)
      d.memories[k] = static_cast<int>(all >> (16 + 12 * k) & 0xfff) - 1;
    return d;
  }
};
/// An operation that names several memories in that way.
constexpr bool has_call_detail(op code) {
  return code == op::call || code == op::invoke || code == op::async_copy;
}
constexpr bool is_call(op code) {
  return code == op::call || code == op::invoke;
}

/// The memory that an access names, and the field of its record if it has one, in the imm of the instruction.
constexpr std::int64_t memory_of(instruction const& i) {
  return i.imm & 0xffff;
}
constexpr int field_of(instruction const& i) {
  return static_cast<int>(i.imm >> 16);
}
/// Of load_field and store_field: the element of a field that is an array, or no_value.
constexpr value_id element_of_field(instruction const& i) {
  return i.operands[i.code == op::store_field ? 2 : 1];
}
constexpr std::int64_t field_in_memory(std::int64_t memory, int field) {
  return memory | std::int64_t{field} << 16;
}

/// A size in up to three dimensions, x first: 64, {64, 4}, {8, 8, 2}. Missing dimensions are 1. Or open: left
/// to whoever dispatches the kernel. Errors: a dimension that is not between 1 and 2^32 - 1.
struct extent3 {
  std::uint32_t x = 1, y = 1, z = 1;

  constexpr extent3() = default;
  template <std::integral X, std::integral Y = int, std::integral Z = int>
  constexpr extent3(X along_x, Y along_y = 1, Z along_z = 1)
      : x{size(along_x)}
      , y{size(along_y)}
      , z{size(along_z)} {}

  static constexpr extent3 open() {
    extent3 e;
    e.x = e.y = e.z = 0;
    return e;
  }
  constexpr bool is_open() const { return x == 0; }
  constexpr std::uint64_t volume() const { return std::uint64_t{x} * y * z; }

  friend constexpr bool operator==(extent3 const&, extent3 const&) = default;

private:
  template <class N>
  static constexpr std::uint32_t size(N n) {
    if (n < N{1} || static_cast<std::uint64_t>(n) > 0xffffffffu)
      refused((detail::sentence("a size of ")
               << static_cast<std::int64_t>(n) << " is not between 1 and 4294967295")
                  .lines());
    return static_cast<std::uint32_t>(n);
  }
};

/// A name that the author gave to a value, kept in the generated source.
struct value_name {
  value_id value = no_value;
  char const* name = "";
};

/// What a compiler may assume of floats, per kernel. `fast`: no NaN, no infinity, no -0, any order of a sum;
/// `relaxed`: the same, but NaN and infinity are what they are; `safe`: nothing that changes a value.
/// `as_compiled`: what Metal's compiler is told, which is `fast` where it is told nothing; but `relaxed`
/// where the kernel asks for NaN or infinity or holds one, since the answer would be wrong otherwise.
enum class math_mode : std::uint8_t { as_compiled, fast, relaxed, safe };

/// A finished kernel as everything downstream reads it: emitters, executor, verifier.
struct kernel_ir {
  char const* name = "";
  array_view<memory> memories;
  array_view<instruction> code;
  array_view<value_name> names;
  extent3 grid = extent3::open();  // threadgroups
  extent3 block = extent3::open(); // threads per threadgroup
  math_mode math = math_mode::as_compiled;
  std::uint32_t max_threads = 0; // of a threadgroup, as the text promises; 0: it promises nothing
  bool is_function = false;
  kernel_ir const* functions = nullptr; // of the program; a function calls only those before it
  std::size_t function_count = 0;
  std::uint32_t elements_per_thread = 1; // of the kernel as written, whose threads have one: see vectorise
};

/// A function of the program that a kernel belongs to, with all that it may call.
constexpr kernel_ir function_view(kernel_ir const& k, std::size_t f) {
  kernel_ir function = k.functions[f];
  function.functions = k.functions;
  function.function_count = f;
  return function;
}
/// What a function gives.
constexpr type type_given_by(kernel_ir const& function) {
  value_id const x = function.code.empty() ? no_value : function.code.back().operands[0];
  return x == no_value ? type{} : function.code[x].type;
}

/// Which memory a barrier orders, as MSL's mem_flags.
enum class mem_flags : std::uint8_t { none = 0, device = 1, threadgroup = 2, device_and_threadgroup = 3 };

/// In the imm of a barrier beside its mem_flags: it waits for the threads of the simdgroup alone.
inline constexpr std::int64_t simdgroup_barrier = 4;

/// The imm of a check that its operand is the same in all threads that come there; 0: that it holds.
inline constexpr std::int64_t check_is_uniform = 1;

/// Which version of a float function MSL is asked for: that of the compiler's options, or one by name. Kept
/// in the imm of functions that take floating operands.
enum class math_variant : std::uint8_t { as_compiled, fast, precise };
constexpr bool has_variants(op_info const& row) {
  return row.domain == takes::floating || row.domain == takes::ieee;
}

/// The positions a thread can ask for, each as u32 or u16.
enum class query : std::uint8_t {
  thread_position_in_grid,
  threads_per_grid,
  thread_position_in_threadgroup,
  threads_per_threadgroup,
  threadgroup_position_in_grid,
  threadgroups_per_grid,
  thread_index_in_threadgroup,
  thread_index_in_simdgroup,
  simdgroup_index_in_threadgroup,
  threads_per_simdgroup,
  simdgroups_per_threadgroup,
  dispatch_threads_per_threadgroup,
  dispatch_simdgroups_per_threadgroup,
  thread_execution_width,
  thread_index_in_quadgroup,
  quadgroup_index_in_threadgroup,
  quadgroups_per_threadgroup,
  dispatch_quadgroups_per_threadgroup,
  count_
};

/// Positions that MSL wants to be of one type in a kernel.
enum class one_type : std::uint8_t { none, grid, threadgroup, simdgroup, quadgroup };

struct query_info {
  char const* attribute; // [[attribute]] in MSL
  char const* name;      // the parameter's name in generated source
  bool has_axes;         // x, y, z; else one number
  bool uniform;          // the same for all threads of a threadgroup
  one_type with;         // the others of its type
  std::uint8_t metal;    // the first version of Metal that has it, times 10
};

namespace detail {
inline constexpr query_info query_infos[] = {
    {"thread_position_in_grid", "gid", true, false, one_type::grid, 10},
    {"threads_per_grid", "threads_per_grid", true, true, one_type::grid, 10},
    {"thread_position_in_threadgroup", "tid", true, false, one_type::threadgroup, 10},
    {"threads_per_threadgroup", "threads_per_threadgroup", true, true, one_type::threadgroup, 10},
    {"threadgroup_position_in_grid", "group", true, true, one_type::none, 10},
    {"threadgroups_per_grid", "threadgroups_per_grid", true, true, one_type::none, 10},
    {"thread_index_in_threadgroup", "thread_index", false, false, one_type::none, 10},
    {"thread_index_in_simdgroup", "lane", false, false, one_type::simdgroup, 20},
    {"simdgroup_index_in_threadgroup", "simdgroup", false, false, one_type::simdgroup, 20},
    {"threads_per_simdgroup", "threads_per_simdgroup", false, true, one_type::simdgroup, 20},
    {"simdgroups_per_threadgroup", "simdgroups_per_threadgroup", false, true, one_type::simdgroup, 20},
    {"dispatch_threads_per_threadgroup", "dispatch_threads_per_threadgroup", true, true,
     one_type::threadgroup, 10},
    {"dispatch_simdgroups_per_threadgroup", "dispatch_simdgroups_per_threadgroup", false, true,
     one_type::simdgroup, 20},
    {"thread_execution_width", "thread_execution_width", false, true, one_type::simdgroup, 10},
    {"thread_index_in_quadgroup", "quad_lane", false, false, one_type::quadgroup, 21},
    {"quadgroup_index_in_threadgroup", "quadgroup", false, false, one_type::quadgroup, 21},
    {"quadgroups_per_threadgroup", "quadgroups_per_threadgroup", false, true, one_type::quadgroup, 21},
    {"dispatch_quadgroups_per_threadgroup", "dispatch_quadgroups_per_threadgroup", false, true,
     one_type::quadgroup, 21},
};
static_assert(sizeof query_infos / sizeof query_infos[0] == static_cast<std::size_t>(query::count_));
} // namespace detail

constexpr query_info const& info(query q) {
  return detail::query_infos[static_cast<int>(q)];
}

constexpr query query_of(instruction const& i) {
  return static_cast<query>(i.imm / 3);
}
constexpr int axis_of(instruction const& i) {
  return static_cast<int>(i.imm % 3);
}

} // namespace enigma
