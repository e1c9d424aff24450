// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>

#include <enigma/runtime/cpu/control.hpp>

// Copies in the background. They are made when they are waited for, as late as they may be; until then what
// they copy to holds nothing of use: threadgroup memory counts as not written, a buffer gets a pattern.

namespace enigma::detail::cpu {

/// Legal only where all threads of a simdgroup that comes here are active, and say the same.
template <class Word>
Word same_in_simdgroup(machine const& m, step const& s, operand const& o, std::uint32_t component,
                       std::uint32_t k) {
  frame const &f = m.active(), &whole = m.frames[0];
  Word const* const x = m.at<Word const>(o, component, k);
  for (std::uint32_t i = 0; i < chunk; ++i) {
    std::uint32_t const lane = k * chunk + i;
    if (whole.mask[lane] == 0)
      continue;
    if (f.mask[lane] == 0)
      refuse("{}: {} is not reached by all threads of simdgroup {} of threadgroup {}; thread {} does not "
             "reach it",
             m.code->name, info(s.code).name, k, position(m.group), thread_name(m, lane));
    if (x[i] != x[0])
      refuse("{}: {} has other places or sizes in thread {} than in thread {} of its simdgroup", m.code->name,
             info(s.code).name, thread_name(m, lane), thread_name(m, k * chunk));
  }
  return x[0];
}

inline std::size_t bytes_of_element(machine const& m, std::uint32_t memory) {
  return static_cast<std::size_t>(size_in_bytes(m.code->memories[memory].element));
}

/// f(row's first element there, here, elements) for the rows of a copy.
template <class F>
void each_row(background_copy const& c, F f) {
  for (std::uint64_t y = 0; y < c.rows; ++y)
    f(c.to_at + y * c.to_row, c.from_at + y * c.from_row, std::uint64_t{c.columns});
}

inline void check_part(machine const& m, std::uint32_t memory, std::uint64_t at, std::uint64_t elements,
                       std::uint32_t k, char const* way) {
  if (elements != 0 && at + elements > m.memories[memory].length)
    refuse("{}: async_copy {} {} of {} elements at index {} is out of range (length {}) in thread {}",
           m.code->name, way, m.code->memories[memory].name, elements, at, m.memories[memory].length,
           thread_name(m, k * chunk));
}

inline void begin_copy(machine& m, step const& s) {
  call_detail const memories = call_detail::from(s.imm);
  frame const& f = m.active();
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    if (!active_lanes(f, k).any())
      continue;
    auto const number = [&](int o, std::uint32_t component) {
      return same_in_simdgroup<std::uint32_t>(m, s, s.in[o], component, k);
    };
    background_copy c;
    c.to = static_cast<std::uint32_t>(memories.memories[0]);
    c.from = static_cast<std::uint32_t>(memories.memories[1]);
    c.to_at = number(0, 0), c.from_at = number(1, 0), c.columns = number(2, 0);
    if (s.components == 2)
      c.to_row = number(0, 1), c.from_row = number(1, 1), c.rows = number(2, 1);
    bound_memory const& to = m.memories[c.to];
    std::size_t const bytes = bytes_of_element(m, c.to);
    each_row(c, [&](std::uint64_t there, std::uint64_t here, std::uint64_t n) {
      check_part(m, c.to, there, n, k, "to");
      check_part(m, c.from, here, n, k, "from");
      if (to.written != nullptr)
        std::memset(to.written + there, 0, n);
      std::memset(to.data + there * bytes, 0xa5, n * bytes);
    });
    c.name = ++m.copies_begun;
    m.copies.push_back(c);
    std::uint32_t* const out = m.at<std::uint32_t>(s.out, 0, k);
    for (std::uint32_t i = 0; i < chunk; ++i)
      out[i] = c.name;
  }
}

inline void make_copy(machine const& m, background_copy const& c, std::uint32_t k) {
  bound_memory const &to = m.memories[c.to], &from = m.memories[c.from];
  std::size_t const bytes = bytes_of_element(m, c.to);
  each_row(c, [&](std::uint64_t there, std::uint64_t here, std::uint64_t n) {
    for (std::uint64_t i = 0; i < n && from.written != nullptr; ++i)
      if (from.written[here + i] == 0)
        refuse("{}: async_copy from {} at index {} reads threadgroup memory that no thread has written, in "
               "thread {}",
               m.code->name, m.code->memories[c.from].name, here + i, thread_name(m, k * chunk));
    std::memcpy(to.data + there * bytes, from.data + here * bytes, n * bytes);
    if (to.written != nullptr)
      std::memset(to.written + there, 1, n);
  });
}

inline void wait_for_copy(machine& m, step const& s) {
  frame const& f = m.active();
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    if (!active_lanes(f, k).any())
      continue;
    auto const name = same_in_simdgroup<std::uint32_t>(m, s, s.in[0], 0, k);
    for (std::size_t n = 0; n < m.copies.size(); ++n)
      if (m.copies[n].name == name) {
        make_copy(m, m.copies[n], k);
        m.copies[n] = m.copies.back();
        m.copies.pop_back();
        break;
      }
  }
}

/// At the end of a threadgroup.
inline void check_copies(machine const& m) {
  for (background_copy const& c : m.copies)
    refuse("{}: an async_copy from {} to {} is never waited for, in threadgroup {}", m.code->name,
           m.code->memories[c.from].name, m.code->memories[c.to].name, position(m.group));
}

} // namespace enigma::detail::cpu
