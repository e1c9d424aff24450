// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include <enigma/codegen/detail/growing.hpp>
#include <enigma/codegen/ir.hpp>
#include <enigma/runtime/detail/backend.hpp>
#include <enigma/runtime/detail/fixed_array.hpp>

// The machine that runs one threadgroup in lockstep: one step at a time over all threads. A register is an
// array with one element per thread, vectors one such array per component. Threads are handled in chunks of
// 32, which are the simdgroups; loops over a chunk have a constant length, so every compiler vectorises them
// at -O2.

namespace enigma::detail::cpu {

inline constexpr std::uint32_t chunk = 32;

/// Bytes of one chunk of one component: of 64-bit types, and of all others.
constexpr std::uint32_t slot_bytes(bool wide) {
  return chunk * (wide ? 8 : 4);
}

/// Where a value lives in the register file. All numbers are bytes. A uniform value, equal in all threads,
/// has one chunk that stands for all (per_chunk == 0); a scalar beside vectors has per_component == 0.
struct operand {
  std::uint32_t offset = 0;
  std::uint32_t per_chunk = 0;
  std::uint32_t per_component = 0;
};

/// Where a thread or a threadgroup stands in the grid.
struct point3 {
  std::uint32_t x = 0, y = 0, z = 0;
};

struct machine;
struct step;
using step_function = void (*)(machine&, step const&);
/// A function on the 32 threads of a chunk: one component of the result, and of each operand.
using chunk_function = void (*)(void* out, void const* const* in);

/// Where a field lies: bytes between elements, to the field in each, and between the columns of the field; of
/// an array the bytes between its elements, and how many those are.
struct field_place {
  std::uint32_t stride = 0, offset = 0, column = 0, next = 0, elements = 0;
  bool signed_element = false; // the element is named by an i32
};

/// A decoded instruction.
struct step {
  step_function run = nullptr;
  operand out;
  operand in[4];
  chunk_function function = nullptr; // what a lanewise step computes
  chunk_function widen = nullptr;    // applied before to the operands of which `widened` has a bit
  chunk_function narrow = nullptr;   // and this to the result
  std::uint8_t widened = 0;
  std::uint8_t components = 1;
  std::uint8_t reach = 1;        // memory accesses: how many elements one thread reaches
  std::uint8_t in_lanes[3] = {}; // functions of whole vectors and matrices: elements of the operands
  matrix_shape shape;            // operations on matrices, fields
  field_place field;             // accesses to fields
  bool uniform = false;          // result and operands are uniform: one chunk is all
  bool signed_index = false;     // memory accesses: the index is an i32, or an i64 where
  bool wide_index = false;       // it has 64 bits: in[3] holds it as it was
  element_kind element{};        // of the operation, for messages and conversions
  std::uint16_t memory = 0;      // memory accesses: which
  std::uint32_t target = 0;      // regions: the step to go on with, see control.hpp
  std::uint32_t after = 0;       // regions: the step behind the closing end
  std::int64_t imm = 0;
  op code{};
};

/// A buffer or a threadgroup array as the running kernel sees it.
struct bound_memory {
  std::byte* data = nullptr;
  std::uint8_t* written = nullptr; // threadgroup memory and temporaries: 1 for each element, or byte of a
                                   // record, stored to
  std::uint64_t length = 0;        // in elements
};

/// What a message needs to know about a memory.
struct memory_facts {
  std::string name;
  element_kind element{};
  memory_space space{};
  std::int32_t argument = -1;
  std::int64_t elements = 0;
  enigma::record const* record = nullptr;
};

/// The threads that run the current region.
struct frame {
  std::uint8_t const* mask = nullptr; // 1 for each thread that is active
  std::uint32_t begin = 0, end = 0;   // the chunks that hold active threads
  bool full = false;                  // all lanes of those chunks are active
  bool split = false;                 // an if_ that sends some threads to each side
};

/// A constant, scalar argument or position: written before the steps run.
struct leaf {
  operand out;
  type kind{};
  op code{};
  query position{};
  int axis = 0;
  std::int64_t bits = 0; // constants; scalar arguments: the memory
};

/// A kernel decoded for one block size.
struct program {
  std::string name;
  growing<step> steps;
  growing<leaf> leaves;
  fixed_array<memory_facts> memories;
  growing<std::string> words; // of the checks
  std::uint32_t register_bytes = 0;
  std::uint32_t padded = 0; // threads of a full threadgroup, rounded up to whole chunks
  std::uint32_t depth = 1;  // of nested regions, and one
};

/// A copy that has begun: rows of so many elements, and how far apart they are.
struct background_copy {
  std::uint32_t to = 0, from = 0; // memories
  std::uint64_t to_at = 0, from_at = 0, to_row = 0, from_row = 0;
  std::uint32_t columns = 0, rows = 1;
  std::uint32_t name = 0;
};

struct alignas(64) cache_line {
  std::byte bytes[64];
};

// Aligned, so that the machines of different threads share no cache line.
struct alignas(64) machine {
  program const* code = nullptr;
  launch_shape shape;
  fixed_array<cache_line> storage;
  std::byte* registers = nullptr;
  fixed_array<bound_memory> memories;
  fixed_array<cache_line> arrays;    // the threadgroup arrays
  fixed_array<std::uint8_t> written; // and their bound_memory::written
  fixed_array<std::uint8_t> masks;   // one mask of `padded` threads for each depth
  fixed_array<frame> frames;
  std::uint32_t depth = 0;
  std::uint32_t next = 0;         // the step to run next
  point3 group;                   // the threadgroup that runs
  extent3 size = extent3::open(); // its threads
  // A race detector would note here, per element, the last thread and the last barrier that touched it.
  std::uint32_t barriers = 0;
  growing<background_copy> copies; // that are not done
  std::uint32_t copies_begun = 0;

  frame const& active() const { return frames[depth]; }
  std::uint8_t* own_mask(std::uint32_t level) { return masks.data() + std::size_t{level} * code->padded; }

  /// Component c of an operand, at the first thread of chunk k.
  template <class T>
  T* at(operand const& o, std::uint32_t c, std::uint32_t k) const {
    std::byte* const place = registers + o.offset + c * o.per_component + k * o.per_chunk;
    if constexpr (std::is_void_v<T>)
      return place;
    else
      return reinterpret_cast<T*>(place);
  }

  std::uint32_t first(step const& s) const { return s.uniform ? 0 : active().begin; }
  std::uint32_t past(step const& s) const { return s.uniform ? 1 : active().end; }
};

} // namespace enigma::detail::cpu
