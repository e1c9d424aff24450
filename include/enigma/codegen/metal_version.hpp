// SPDX-License-Identifier: MIT
#pragma once

#include <compare>

#include <enigma/codegen/detail/pointer_sums.hpp>
#include <enigma/codegen/ir.hpp>

namespace enigma {

/// A version of the Metal Shading Language: metal_version{3, 1}. Without numbers: any. Where macOS and iOS
/// got something with different versions, those of this library are macOS's. Errors: there is no such
/// version.
struct metal_version {
  std::uint8_t number = 0; ///< ten times the first part, and the second

  constexpr metal_version() = default;
  constexpr metal_version(int first, int second) : number{checked(first, second)} {}

  static constexpr metal_version any() { return {}; }
  constexpr bool is_any() const { return number == 0; }

  friend constexpr bool operator==(metal_version const&, metal_version const&) = default;
  friend constexpr auto operator<=>(metal_version const&, metal_version const&) = default;

private:
  static constexpr std::uint8_t checked(int first, int second) {
    constexpr int last[] = {-1, 2, 4, 2}; // 1.2, 2.4, 3.2; the fourth is not complete
    if (first < 1 || first > 9 || second < 0 || second > (first < 4 ? last[first] : 9))
      refused((detail::sentence("there is no Metal ")
               << first << '.' << second << "; there are 1.0 to 1.2, 2.0 to 2.4, 3.0 to 3.2, and 4.0 on")
                  .lines());
    return static_cast<std::uint8_t>(10 * first + second);
  }
};

/// The first version that has an element type: as a value, and in a buffer or an argument.
constexpr int metal_of(element_kind k, bool in_memory) {
  switch (k) {
  case element_kind::bfloat16:
    return 31;
  case element_kind::int64:
  case element_kind::uint64:
    return in_memory ? 23 : 22;
  default:
    return 10;
  }
}

namespace detail {

/// What a kernel needs a version for.
struct version_need {
  int metal = 10;
  char const* before = ""; // "the type ", "the argument "
  char const* name = "";
  char const* after = ""; // " of bf16"
};

/// The first need of more than `allowed`, or else the greatest one. What only a `check` uses counts, too.
constexpr version_need needed_version(array_view<memory> memories, array_view<instruction> code,
                                      std::uint32_t max_threads, int allowed) {
  version_need most;
  auto const needs = [&](version_need const& n) {
    if (most.metal <= allowed && n.metal > most.metal)
      most = n;
  };
  for (memory const& m : memories)
    if (m.atomic)
      needs({metal_of_atomic(m.element), "the atomic ", m.name,
             m.element == element_kind::boolean ? " of bool" : " of f32"});
    else if (m.space == memory_space::function_constant)
      needs({12, "the function constant ", m.name, ""});
    else if (m.record != nullptr)
      for (int f = 0; f < m.record->count; ++f)
        needs({metal_of(m.record->fields[f].type.element, true), "the argument ", m.name,
               m.record->fields[f].type.element == element_kind::bfloat16 ? " of bf16" : " of 64 bits"});
    else if (m.space == memory_space::threadgroup)
      needs({metal_of(m.element, false), "the threadgroup memory ", m.name,
             m.element == element_kind::bfloat16 ? " of bf16" : " of 64 bits"});
    else
      needs({metal_of(m.element, true), "the argument ", m.name,
             m.element == element_kind::bfloat16 ? " of bf16" : " of 64 bits"});
  pointer_sums const sums(code, memories.data());
  for (std::size_t n = 0; n < code.size(); ++n) {
    instruction const& i = code[n];
    op_info const& row = info(i.code);
    if (i.code == op::query)
      needs({info(query_of(i)).metal, "", info(query_of(i)).attribute, ""});
    else if (i.code == op::barrier && (i.imm & simdgroup_barrier) != 0)
      needs({20, "", "simdgroup_barrier", ""});
    else if (is_group_function(i.code) && group_detail::from(i.imm).quad)
      needs({row.metal < 21 ? 21 : int{row.metal}, "quad", row.name + 4, ""}); // without "simd"
    else
      needs({row.metal, "", row.name, ""});
    if (!i.type.is_void() && !sums.is_part(n)) // what is added to pointers has no type in the text
      needs({metal_of(i.type.element, false), "the type ", ir_name(i.type.element), ""});
  }
  if (max_threads != 0)
    needs({21, "", "max_total_threads_per_threadgroup", ""});
  return most;
}

/// Refuses a kernel that needs a later version than was asked for.
constexpr void check_version(char const* kernel, array_view<memory> memories, array_view<instruction> code,
                             std::uint32_t max_threads, metal_version asked) {
  if (asked.is_any())
    return;
  version_need const n = needed_version(memories, code, max_threads, asked.number);
  if (n.metal > asked.number)
    refused((sentence("kernel ") << kernel << ": " << n.before << n.name << n.after << " needs Metal "
                                 << n.metal / 10 << '.' << n.metal % 10 << ", and asked for was Metal "
                                 << asked.number / 10 << '.' << asked.number % 10)
                .lines());
}

} // namespace detail

/// The least version of Metal that has all that a kernel uses.
constexpr metal_version least_version(kernel_ir const& k) {
  int const n = detail::needed_version(k.memories, k.code, k.max_threads, 255).metal;
  return {n / 10, n % 10};
}

} // namespace enigma
