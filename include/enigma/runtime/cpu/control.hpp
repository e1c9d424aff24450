// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <limits>
#include <type_traits>

#include <enigma/runtime/cpu/machine.hpp>
#include <enigma/runtime/cpu/memory.hpp>
#include <enigma/runtime/cpu/report.hpp>

// Regions and the operations that threads do together. A region runs with the threads that enter it, as a
// frame on the machine's stack. Where all threads of the parent go the same way the frame shares the parent's
// mask; only where they part does it get one of its own, so "has its own mask" means "fewer threads".

namespace enigma::detail::cpu {

enum class share { none, all, some };

/// Puts the threads of `from` for which the condition holds into the mask of level `m.depth` and into `to`.
/// `condition` is an array of bool over all chunks. `to` is set only where some, not all, go.
inline share narrow(machine& m, frame const& from, operand const& condition, frame& to) {
  std::uint8_t* const own = m.own_mask(m.depth);
  bool any = false, lost = false, full = true;
  std::uint32_t begin = from.end, end = from.begin;
  for (std::uint32_t k = from.begin; k < from.end; ++k) {
    chunk_mask const before = active_lanes(from, k);
    chunk_mask const now = before & chunk_mask::from(m.at<bool const>(condition, 0, k));
    std::memcpy(own + std::size_t{k} * chunk, now.words, sizeof now.words);
    lost = lost || std::memcmp(now.words, before.words, sizeof now.words) != 0;
    if (now.any()) {
      if (!any)
        begin = k;
      any = true;
      end = k + 1;
    }
  }
  if (!any)
    return share::none;
  if (!lost)
    return share::all;
  for (std::uint32_t k = begin; k < end; ++k)
    full = full && chunk_mask::from(own + std::size_t{k} * chunk).all();
  to.mask = own;
  to.begin = begin;
  to.end = end;
  to.full = full;
  return share::some;
}

inline bool first_condition(machine const& m, operand const& condition) {
  return *m.at<bool const>(condition, 0, 0);
}

/// Enters the region with the threads of its parent.
inline void enter(machine& m) {
  frame const parent = m.frames[m.depth];
  m.frames[++m.depth] = parent;
  m.frames[m.depth].split = false;
}

/// target: behind else_, or behind end where there is no else_.
inline void if_begin(machine& m, step const& s) {
  enter(m);
  frame& f = m.frames[m.depth];
  share const way = s.uniform ? (first_condition(m, s.in[0]) ? share::all : share::none)
                              : narrow(m, m.frames[m.depth - 1], s.in[0], f);
  if (way == share::some) {
    f.split = true;
  } else if (way == share::none) {
    m.next = s.target;
    if (s.target == s.after) // no else_: nobody enters
      --m.depth;
  }
}

/// target: behind end.
inline void if_else(machine& m, step const& s) {
  frame& f = m.frames[m.depth];
  if (!f.split) {
    --m.depth;
    m.next = s.target;
    return;
  }
  frame const& parent = m.frames[m.depth - 1];
  std::uint8_t* const own = m.own_mask(m.depth);
  f.begin = parent.end;
  f.end = parent.begin;
  f.full = true;
  for (std::uint32_t k = parent.begin; k < parent.end; ++k) {
    chunk_mask now = active_lanes(parent, k);
    chunk_mask const then = chunk_mask::from(own + std::size_t{k} * chunk);
    for (int w = 0; w < 4; ++w)
      now.words[w] ^= then.words[w];
    std::memcpy(own + std::size_t{k} * chunk, now.words, sizeof now.words);
    if (now.any()) {
      if (f.begin == parent.end)
        f.begin = k;
      f.end = k + 1;
    }
  }
  for (std::uint32_t k = f.begin; k < f.end; ++k)
    f.full = f.full && chunk_mask::from(own + std::size_t{k} * chunk).all();
}

inline void if_end(machine& m, step const&) {
  --m.depth;
}

/// A loop's frame that has lost all its threads.
inline bool is_empty(frame const& f) {
  return f.begin >= f.end;
}

inline void while_begin(machine& m, step const&) {
  enter(m);
}

/// target: behind end.
inline void while_test(machine& m, step const& s) {
  frame& f = m.frames[m.depth];
  frame const before = f;
  if (is_empty(f)) { // all have left
    --m.depth;
    m.next = s.target;
    return;
  }
  share const way =
      s.uniform ? (first_condition(m, s.in[0]) ? share::all : share::none) : narrow(m, before, s.in[0], f);
  if (way == share::none) {
    --m.depth;
    m.next = s.target;
  }
}

/// target: behind while_.
inline void while_end(machine& m, step const& s) {
  m.next = s.target;
}

// for_ and its end share their operands: low, high, step and room for the conditions of all threads.

template <class T>
[[noreturn]] void refuse_step(machine const& m, T by, std::uint32_t lane) {
  refuse("{}: for with step {} never ends in thread {}: a step has to be positive", m.code->name, by,
         thread_name(m, lane));
}

/// The next induction value.
template <class T>
T advance(machine const& m, T i, T by, std::uint32_t lane) {
  T next{};
  if (__builtin_add_overflow(i, by, &next))
    refuse("{}: for goes past the largest {} ({} + {}) in thread {}", m.code->name,
           ir_name(element_traits<T>::kind), i, by, thread_name(m, lane));
  return next;
}

inline std::uint32_t first_active_lane(machine const& m) {
  frame const& f = m.active();
  std::uint32_t lane = f.begin * chunk;
  while (f.mask[lane] == 0)
    ++lane;
  return lane;
}

template <class T>
void set_uniform(machine& m, operand const& o, T x) {
  T* const out = m.at<T>(o, 0, 0);
  for (std::uint32_t i = 0; i < chunk; ++i)
    out[i] = x;
}

/// target: behind end.
template <class T>
void for_begin(machine& m, step const& s) {
  enter(m);
  frame& f = m.frames[m.depth];
  if (is_empty(f)) { // all have left the loop around
    --m.depth;
    m.next = s.target;
    return;
  }
  if (s.uniform) {
    T const low = *m.at<T>(s.in[0], 0, 0), high = *m.at<T>(s.in[1], 0, 0), by = *m.at<T>(s.in[2], 0, 0);
    if (!(low < high)) {
      --m.depth;
      m.next = s.target;
    } else if (by <= 0) {
      refuse_step(m, by, first_active_lane(m));
    } else {
      set_uniform(m, s.out, low);
    }
    return;
  }
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    T const *const low = m.at<T>(s.in[0], 0, k), *const high = m.at<T>(s.in[1], 0, k);
    T const* const by = m.at<T>(s.in[2], 0, k);
    T* const induction = m.at<T>(s.out, 0, k);
    bool* const goes = m.at<bool>(s.in[3], 0, k);
    for (std::uint32_t i = 0; i < chunk; ++i) {
      induction[i] = low[i];
      goes[i] = low[i] < high[i];
    }
    chunk_mask const on = active_lanes(f, k);
    for (std::uint32_t i = 0; i < chunk; ++i)
      if (on[i] && goes[i] && by[i] <= 0)
        refuse_step(m, by[i], k * chunk + i);
  }
  frame const before = f;
  if (narrow(m, before, s.in[3], f) == share::none) {
    --m.depth;
    m.next = s.target;
  }
}

/// target: behind for_.
template <class T>
void for_end(machine& m, step const& s) {
  frame& f = m.frames[m.depth];
  if (is_empty(f)) { // all have left
    --m.depth;
    return;
  }
  if (s.uniform) {
    T const high = *m.at<T>(s.in[1], 0, 0), by = *m.at<T>(s.in[2], 0, 0);
    T const i = advance(m, *m.at<T>(s.out, 0, 0), by, first_active_lane(m));
    if (i < high) {
      set_uniform(m, s.out, i);
      m.next = s.target;
    } else {
      --m.depth;
    }
    return;
  }
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    T const *const high = m.at<T>(s.in[1], 0, k), *const by = m.at<T>(s.in[2], 0, k);
    T* const induction = m.at<T>(s.out, 0, k);
    bool* const goes = m.at<bool>(s.in[3], 0, k);
    chunk_mask const on = active_lanes(f, k);
    for (std::uint32_t i = 0; i < chunk; ++i) {
      if (on[i])
        induction[i] = advance(m, induction[i], by[i], k * chunk + i);
      goes[i] = induction[i] < high[i];
    }
  }
  frame const before = f;
  if (narrow(m, before, s.in[3], f) == share::none)
    --m.depth;
  else
    m.next = s.target;
}

/// Takes the active threads out of every frame from here to the loop's. imm: how many levels up that is.
inline void leave_loop(machine& m, step const& s) {
  std::uint32_t const first = m.depth - static_cast<std::uint32_t>(s.imm);
  for (std::uint32_t level = first; level <= m.depth; ++level) { // masks of their own, before any changes
    frame& f = m.frames[level];
    std::uint8_t* const own = m.own_mask(level);
    if (f.mask != own)
      std::memcpy(own, f.mask, m.code->padded);
    f.mask = own;
  }
  frame const leaving = m.frames[m.depth];
  for (std::uint32_t k = leaving.begin; k < leaving.end; ++k) {
    chunk_mask const gone = chunk_mask::from(leaving.mask + std::size_t{k} * chunk);
    for (std::uint32_t level = first; level <= m.depth; ++level) {
      std::uint8_t* const own = m.own_mask(level) + std::size_t{k} * chunk;
      chunk_mask left = chunk_mask::from(own);
      for (int w = 0; w < 4; ++w)
        left.words[w] &= ~gone.words[w];
      std::memcpy(own, left.words, sizeof left.words);
    }
  }
  for (std::uint32_t level = first; level <= m.depth; ++level) {
    frame& f = m.frames[level];
    f.full = false;
    auto const lost = [&](std::uint32_t k) {
      return !chunk_mask::from(f.mask + std::size_t{k} * chunk).any();
    };
    while (f.begin < f.end && lost(f.begin))
      ++f.begin;
    while (f.begin < f.end && lost(f.end - 1))
      --f.end;
  }
}

/// What has to hold for every active thread. imm: the words.
inline void check(machine& m, step const& s) {
  frame const& f = m.active();
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    chunk_mask const on = active_lanes(f, k);
    bool const* const holds = m.at<bool const>(s.in[0], 0, k);
    for (std::uint32_t i = 0; i < chunk; ++i)
      if (on[i] && !holds[i])
        refuse("{}: check failed in thread {}: {}", m.code->name, thread_name(m, k * chunk + i),
               m.code->words[static_cast<std::size_t>(s.imm)]);
  }
}

/// A value that is the same in every active thread.
template <class Word>
void check_uniform(machine& m, step const& s) {
  frame const& f = m.active();
  if (is_empty(f))
    return;
  std::uint32_t const first = first_active_lane(m);
  Word const wanted = m.at<Word const>(s.in[0], 0, first / chunk)[first % chunk];
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    chunk_mask const on = active_lanes(f, k);
    Word const* const x = m.at<Word const>(s.in[0], 0, k);
    for (std::uint32_t i = 0; i < chunk; ++i)
      if (on[i] && x[i] != wanted)
        refuse("{}: uniform: the value is not the same in threads {} and {}", m.code->name,
               thread_name(m, first), thread_name(m, k * chunk + i));
  }
}

/// Legal only where all threads of a simdgroup are active, or none.
inline void wait_for_simdgroup(machine const& m, char const* what) {
  frame const& f = m.active();
  frame const& whole = m.frames[0];
  if (f.mask == whole.mask)
    return;
  for (std::uint32_t k = f.begin; k < f.end; ++k)
    for (std::uint32_t here = 0, i = 0, first = chunk; i < chunk; ++i) {
      std::uint32_t const lane = k * chunk + i;
      here |= f.mask[lane] != 0 ? 1u : 0u;
      if (f.mask[lane] == 0 && whole.mask[lane] != 0 && first == chunk)
        first = i;
      if (here != 0 && first != chunk)
        refuse("{}: {} is not reached by all threads of simdgroup {} of threadgroup {}; thread {} does not "
               "reach it",
               m.code->name, what, k, position(m.group), thread_name(m, k * chunk + first));
    }
}

/// Legal only where every thread of the threadgroup is active. In lockstep there is nothing else to do.
inline void barrier(machine& m, step const& s) {
  frame const& f = m.active();
  frame const& whole = m.frames[0];
  if (is_empty(f))
    return; // all have left the loop around
  if ((s.imm & simdgroup_barrier) != 0)
    return wait_for_simdgroup(m, "simdgroup_barrier");
  ++m.barriers;
  if (f.mask == whole.mask)
    return;
  std::uint32_t const threads = static_cast<std::uint32_t>(m.size.volume());
  std::uint32_t reached = 0, missing = threads;
  for (std::uint32_t lane = 0; lane < threads; ++lane) {
    bool const here = lane / chunk >= f.begin && lane / chunk < f.end && f.mask[lane] != 0;
    reached += here ? 1 : 0;
    if (!here && missing == threads)
      missing = lane;
  }
  refuse("{}: barrier is reached by {} of the {} threads of threadgroup {}; thread {} does not reach it",
         m.code->name, reached, threads, position(m.group), thread_name(m, missing));
}

} // namespace enigma::detail::cpu
