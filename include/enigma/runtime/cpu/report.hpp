// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include <enigma/runtime/cpu/machine.hpp>
#include <enigma/runtime/detail/refuse.hpp>

// The errors of a running kernel. Each names the kernel, the operation, the memory, the thread and the
// numbers. Lanes count the threads of the threadgroup, x first.

namespace enigma::detail::cpu {

inline std::string position(point3 const& p) {
  return message("({},{},{})", p.x, p.y, p.z);
}

/// A thread by its position in the grid.
inline std::string thread_name(machine const& m, std::uint32_t lane) {
  extent3 const& s = m.size;
  extent3 const& b = m.shape.block;
  return position({m.group.x * b.x + lane % s.x, m.group.y * b.y + lane / s.x % s.y,
                   m.group.z * b.z + lane / (s.x * s.y)});
}

/// " of inner.mass"; nothing where the element is the value.
inline std::string field_name(record const& r, int field) {
  record_field const& f = r.fields[field];
  if (*f.name == '\0')
    return "";
  return f.parent < 0 ? message(" of {}", f.name) : message("{}.{}", field_name(r, f.parent), f.name);
}

/// "load from X", "store of 4 elements to X" or "atomic_fetch_add on X".
inline std::string access_name(machine const& m, step const& s) {
  bool const loads = (is_access(s.code) && !is_store(s.code)) || s.code == op::atomic_load;
  bool const both = is_atomic(s.code) && !loads && s.code != op::atomic_store;
  bool const of_matrix = s.code == op::simdgroup_load || s.code == op::simdgroup_store;
  record const* const r = m.code->memories[s.memory].record;
  std::string const what = r != nullptr                ? field_name(*r, static_cast<int>(s.imm >> 16))
                           : s.reach == 1 || of_matrix ? ""
                                                       : message(" of {} elements", s.reach);
  return message("{}{} {} {}", info(s.code).name, what,
                 loads  ? "from"
                 : both ? "on"
                        : "to",
                 m.code->memories[s.memory].name);
}

inline std::int64_t index_value_of(step const& s, std::uint32_t index) {
  return s.signed_index ? std::int64_t{static_cast<std::int32_t>(index)} : std::int64_t{index};
}

/// Says what is wrong with the access of one thread.
[[noreturn]] inline void refuse_access(machine const& m, step const& s, std::uint32_t lane,
                                       std::uint32_t index) {
  // A u64 from 2^63 on is negative here, and out of range too.
  std::int64_t const i = s.wide_index ? m.at<std::int64_t const>(s.in[3], 0, lane / chunk)[lane % chunk]
                                      : index_value_of(s, index);
  auto const length = m.memories[s.memory].length;
  if (i < 0 || static_cast<std::uint64_t>(i) + s.reach > length)
    refuse("{}: {} at index {} is out of range (length {}) in thread {}", m.code->name, access_name(m, s),
           s.signed_index ? std::to_string(i) : std::to_string(static_cast<std::uint64_t>(i)), length,
           thread_name(m, lane));
  refuse("{}: {} at index {} is not aligned to {} elements in thread {}", m.code->name, access_name(m, s), i,
         s.reach, thread_name(m, lane));
}

/// The same of one element of a matrix.
[[noreturn]] inline void refuse_element(machine const& m, step const& s, std::uint32_t lane,
                                        std::int64_t index) {
  refuse("{}: {} at index {} is out of range (length {}) in thread {}", m.code->name, access_name(m, s),
         index, m.memories[s.memory].length, thread_name(m, lane));
}

/// The same of an array in a struct.
[[noreturn]] inline void refuse_element_of_field(machine const& m, step const& s, std::uint32_t lane,
                                                 std::uint32_t index, std::uint32_t element) {
  refuse("{}: {} at index {}: element {} of the array is out of range (length {}) in thread {}", m.code->name,
         access_name(m, s), index,
         s.field.signed_element ? std::int64_t{static_cast<std::int32_t>(element)} : std::int64_t{element},
         s.field.elements, thread_name(m, lane));
}

[[noreturn]] inline void refuse_unwritten(machine const& m, step const& s, std::uint32_t lane,
                                          std::uint64_t index) {
  bool const shared = m.code->memories[s.memory].space == memory_space::threadgroup;
  refuse("{}: {} at index {} reads {} that no thread has written, in thread {}", m.code->name,
         access_name(m, s), index, shared ? "threadgroup memory" : "an element of a temporary",
         thread_name(m, lane));
}

} // namespace enigma::detail::cpu
