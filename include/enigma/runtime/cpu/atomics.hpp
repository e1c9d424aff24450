// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>

#include <enigma/runtime/cpu/memory.hpp>

// Atomics: lane after lane within a threadgroup, while other threadgroups may run on other threads of the
// host. The compilers' own functions, since not every standard library has std::atomic_ref.

namespace enigma::detail::cpu {

/// What `x` of lane i makes of `old`, by the rule of the step.
template <class Word>
Word joined(step const& s, Word old, void const* x, std::uint32_t i) {
  alignas(64) std::byte before[chunk * sizeof(Word)], after[chunk * sizeof(Word)];
  for (std::uint32_t k = 0; k < chunk; ++k)
    std::memcpy(before + k * sizeof(Word), &old, sizeof(Word));
  void const* const in[2] = {before, x};
  s.function(after, in);
  Word result;
  std::memcpy(&result, after + i * sizeof(Word), sizeof(Word));
  return result;
}

/// Operands: index[, x], or index, the variable that is expected, what is desired. A compare_exchange_weak
/// never fails without a reason here.
template <class Word>
void atomic(machine& m, step const& s) {
  frame const& f = m.active();
  bound_memory const& memory = m.memories[s.memory];
  Word* const data = reinterpret_cast<Word*>(memory.data);
  index_bounds const b = bounds_of(memory, s);
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    auto const* const index = m.at<std::uint32_t const>(s.in[0], 0, k);
    chunk_mask const on = active_lanes(f, k);
    for (std::uint32_t i = 0; i < chunk; ++i) {
      if (!on[i]) { // what follows runs on inactive threads too, and a bool has to be one
        if (s.code == op::atomic_compare_exchange_weak)
          m.at<bool>(s.out, 0, k)[i] = false;
        else if (s.code != op::atomic_store)
          m.at<Word>(s.out, 0, k)[i] = Word{};
        continue;
      }
      if (!fits(b, index[i]))
        refuse_access(m, s, k * chunk + i, index[i]);
      Word* const at = data + index[i];
      if (s.code == op::atomic_store) {
        __atomic_store_n(at, m.at<Word const>(s.in[1], 0, k)[i], __ATOMIC_RELAXED);
        if (memory.written != nullptr)
          memory.written[index[i]] = 1;
        continue;
      }
      if (memory.written != nullptr)
        check_written(m, s, memory, index[i], k * chunk + i);
      if (s.code == op::atomic_compare_exchange_weak) {
        Word const desired = m.at<Word const>(s.in[2], 0, k)[i];
        m.at<bool>(s.out, 0, k)[i] = __atomic_compare_exchange_n(at, m.at<Word>(s.in[1], 0, k) + i, desired,
                                                                 false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
        continue;
      }
      Word old = __atomic_load_n(at, __ATOMIC_RELAXED);
      if (s.code != op::atomic_load) {
        void const* const x = m.at<void const>(s.in[1], 0, k);
        Word next{};
        do {
          if (s.function != nullptr)
            next = joined(s, old, x, i);
          else
            std::memcpy(&next, static_cast<std::byte const*>(x) + i * sizeof(Word), sizeof(Word));
        } while (!__atomic_compare_exchange_n(at, &old, next, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
      }
      m.at<Word>(s.out, 0, k)[i] = old;
    }
  }
}

} // namespace enigma::detail::cpu
