// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/memory/detail/lane_addresses.hpp>
#include <enigma/layout/predicates/verdict.hpp>

/// Coalescing in device memory: how many cache lines an access of a simdgroup touches.
namespace enigma {

/// How memory is divided. M1 and M2 have lines of 128 bytes.
struct line_model {
  std::int64_t line_bytes = 128;
  std::int64_t base_alignment = 128; // the address of element 0 is a multiple of this, otherwise unknown

  friend constexpr bool operator==(line_model const&, line_model const&) = default;
};

/// What an access touches, at the coordinate of the rest and the base address where that is worst.
struct touched_lines {
  std::int64_t lines = 0; // lines with at least one byte that is accessed
  std::int64_t least = 0; // as few lines as could hold the bytes
  std::int64_t bytes = 0; // different bytes that are accessed
  std::int64_t rest = 0;  // the linear coordinate of `rest` that this is about
  std::int64_t base = 0;  // the base address, modulo the size of a line

  /// True if no more lines are touched than the number of bytes makes inevitable.
  [[nodiscard]] constexpr explicit operator bool() const { return lines == least; }
  friend constexpr bool operator==(touched_lines const&, touched_lines const&) = default;
};

namespace detail {

struct line_counter {
  std::int64_t element_bytes;
  std::int64_t bytes; // of a lane
  std::int64_t line;

  constexpr touched_lines count(lane_addresses const& a, std::int64_t base) {
    std::int64_t at[lane_addresses::most_lanes];
    for (std::int64_t i = 0; i < a.count; ++i) {
      auto const address = a.at(i);
      auto k = i;
      for (; k > 0 && at[k - 1] > address; --k)
        at[k] = at[k - 1];
      at[k] = address;
    }
    touched_lines r;
    std::int64_t end = -1; // of the bytes so far
    std::int64_t last_line = -1;
    for (std::int64_t i = 0; i < a.count; ++i) {
      auto const from = at[i] * element_bytes + base;
      auto const to = from + bytes;
      r.bytes += to <= end ? 0 : to - (from > end ? from : end);
      end = to > end ? to : end;
      auto const first = from / line;
      auto const last = (to - 1) / line;
      if (last > last_line) {
        r.lines += last - (first > last_line ? first - 1 : last_line);
        last_line = last;
      }
    }
    r.least = ceil_div(r.bytes, line);
    r.rest = a.rest();
    r.base = base;
    return r;
  }
};

constexpr bool lines_of(touched_lines& r, composed_layout const& memory, bool has_memory,
                        simd_access const& access, std::int64_t element_bytes, line_model const& model,
                        trouble& why) {
  if (model.line_bytes < 1 || model.line_bytes > 4096 || model.base_alignment < 1) {
    why.start() << "a line has 1 to 4096 bytes and the base an alignment of at least 1, not "
                << model.line_bytes << " and " << model.base_alignment;
    return false;
  }
  auto const line = model.line_bytes;
  lane_addresses a;
  if (!a.read(memory, has_memory, access, element_bytes,
              element_bytes < 1 ? 1 : line / gcd(line, element_bytes), why))
    return false;
  // All lanes moved together by the rest and the base: without a swizzle only the sum counts, modulo a line.
  bool const plain = a.sw.is_identity();
  auto const between = gcd(model.base_alignment, line);
  bool seen[4096] = {};
  line_counter counter{element_bytes, element_bytes * access.vector, line};
  bool any = false;
  do
    for (std::int64_t base = 0; base < line; base += between) {
      if (plain) {
        auto& known = seen[((a.shift % line * (element_bytes % line) + base) % line + line) % line];
        if (known)
          continue;
        known = true;
      }
      auto const x = counter.count(a, base);
      auto const more = (x.lines - x.least) - (r.lines - r.least);
      if (!any || more > 0 || (more == 0 && x.lines > r.lines))
        r = x;
      any = true;
    }
  while (a.next());
  return true;
}

} // namespace detail

/// (1) The lines touched by an access to `memory`, a layout from coordinates to elements. The worst case over
/// the rest and over the base addresses that the alignment allows: the law is that for every coordinate r of
/// the rest and every base b
///   lines(r, b) - least(r, b) <= lines - least,
/// and that there are such r and b for which the two are equal, `rest` and `base`.
/// Errors: a vector that the swizzle may tear apart, a model or an access too large.
[[nodiscard]] constexpr outcome<touched_lines> try_find_touched_lines(composed_layout const& memory,
                                                                      simd_access const& access,
                                                                      std::int64_t element_bytes,
                                                                      line_model const& model = {}) {
  outcome<touched_lines> r;
  detail::trouble why;
  if (!detail::lines_of(r.held, memory, true, access, element_bytes, model, why))
    r.why = detail::explain("find_touched_lines", memory, access, why);
  return r;
}
[[nodiscard]] constexpr outcome<touched_lines> try_find_touched_lines(layout const& memory,
                                                                      simd_access const& access,
                                                                      std::int64_t element_bytes,
                                                                      line_model const& model = {}) {
  return try_find_touched_lines(detail::unswizzled(memory), access, element_bytes, model);
}
/// (2) The access gives the elements themselves, lane -> element, as a layout thread -> offset does.
[[nodiscard]] constexpr outcome<touched_lines>
try_find_touched_lines(simd_access const& access, std::int64_t element_bytes, line_model const& model = {}) {
  outcome<touched_lines> r;
  detail::trouble why;
  if (!detail::lines_of(r.held, {}, false, access, element_bytes, model, why))
    r.why = detail::explain("find_touched_lines", access, int_tuple(element_bytes), why);
  return r;
}

[[nodiscard]] constexpr touched_lines find_touched_lines(composed_layout const& memory,
                                                         simd_access const& access,
                                                         std::int64_t element_bytes,
                                                         line_model const& model = {}) {
  return try_find_touched_lines(memory, access, element_bytes, model).value();
}
[[nodiscard]] constexpr touched_lines find_touched_lines(layout const& memory, simd_access const& access,
                                                         std::int64_t element_bytes,
                                                         line_model const& model = {}) {
  return try_find_touched_lines(detail::unswizzled(memory), access, element_bytes, model).value();
}
[[nodiscard]] constexpr touched_lines
find_touched_lines(simd_access const& access, std::int64_t element_bytes, line_model const& model = {}) {
  return try_find_touched_lines(access, element_bytes, model).value();
}

/// For static_assert: no more lines than the bytes need. `coordinate[0]` is the worst coordinate of the rest.
[[nodiscard]] constexpr verdict is_coalesced(simd_access const& access, std::int64_t element_bytes,
                                             line_model const& model = {}) {
  verdict v;
  auto const found = try_find_touched_lines(access, element_bytes, model);
  auto const& t = found.held;
  v.why = found.why;
  v.decided = found.has_value();
  if (!v.decided || t)
    return v;
  v.coordinate[0] = t.rest;
  v.value[0] = t.lines;
  v.value[1] = t.least;
  detail::trouble why;
  why.start() << t.lines << " lines of " << model.line_bytes << " bytes are touched for " << t.bytes
              << " bytes, where " << t.least << " could hold them";
  if (size(access.rest) != 1 || t.base != 0)
    why.words << "; for rest " << t.rest << " and a base address of " << t.base;
  v.why = detail::explain("is_coalesced", access, int_tuple(element_bytes), why);
  return v;
}

} // namespace enigma
