// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include <enigma/runtime/cpu/machine.hpp>
#include <enigma/runtime/cpu/report.hpp>

// Loads and stores. Every access is checked: against the length of its memory, vector accesses for alignment
// to their own number of elements, loads from threadgroup memory for being written before. A chunk whose
// threads are all active and whose indices follow one another is checked once and copied as a block.

namespace enigma::detail::cpu {

/// Which indices an access may start at.
struct index_bounds {
  std::uint64_t count = 0; // indices below it are in range
  std::uint32_t align = 1; // and multiples of this
  std::uint32_t lanes = 1; // elements that one thread reaches
  std::uint32_t last = 0;  // count - 1 where count is not 0
};

inline index_bounds bounds_of(bound_memory const& memory, step const& s) {
  // The largest index stands for wide ones that have no 32 bits.
  std::uint64_t const reach = s.wide_index     ? (std::uint64_t{1} << 32) - 1
                              : s.signed_index ? std::uint64_t{1} << 31
                                               : std::uint64_t{1} << 32;
  std::uint64_t count = memory.length < s.reach ? 0 : memory.length - s.reach + 1;
  if (count > reach)
    count = reach;
  // Vectors of three lie packed, and may begin anywhere.
  return {count, s.reach == 3 ? 1u : s.reach, s.reach, static_cast<std::uint32_t>(count - 1)};
}

/// The 32 conditions of a chunk, 0 or 1, as whole words.
struct chunk_mask {
  std::uint64_t words[4];

  static chunk_mask ones() { return {{every, every, every, every}}; }
  static chunk_mask from(void const* conditions) {
    chunk_mask r;
    std::memcpy(r.words, conditions, sizeof r.words);
    return r;
  }
  chunk_mask operator&(chunk_mask const& o) const {
    return {{words[0] & o.words[0], words[1] & o.words[1], words[2] & o.words[2], words[3] & o.words[3]}};
  }
  bool all() const { return (words[0] & words[1] & words[2] & words[3]) == every; }
  bool any() const { return (words[0] | words[1] | words[2] | words[3]) != 0; }
  bool operator[](std::uint32_t lane) const { return (words[lane / 8] >> (8 * (lane % 8)) & 1) != 0; }

  static constexpr std::uint64_t every = 0x0101010101010101;
};

static_assert(std::endian::native == std::endian::little, "chunk_mask numbers the bytes of a word from low");

inline chunk_mask active_lanes(frame const& f, std::uint32_t k) {
  return f.full ? chunk_mask::ones() : chunk_mask::from(f.mask + std::size_t{k} * chunk);
}

/// The lanes that make an access, whose mask is its second operand if it has one.
template <bool Masked>
chunk_mask reaching_lanes(machine& m, step const& s, frame const& f, std::uint32_t k) {
  chunk_mask const active = active_lanes(f, k);
  if constexpr (Masked)
    return active & chunk_mask::from(m.at<bool const>(s.in[1], 0, k));
  else
    return active;
}

/// True if the indices are first, first + stride, first + 2 stride ...
inline bool consecutive(std::uint32_t const* index, std::uint32_t stride) {
  std::uint32_t const first = index[0];
  std::uint32_t differ = 0;
  if (stride == 1)
    for (std::uint32_t i = 0; i < chunk; ++i)
      differ |= index[i] ^ (first + i);
  else
    for (std::uint32_t i = 0; i < chunk; ++i)
      differ |= index[i] ^ (first + i * stride);
  return differ == 0;
}

/// True if the whole chunk, known to be consecutive, is in range and aligned.
inline bool block_fits(index_bounds const& b, std::uint32_t first) {
  return std::uint64_t{first} + std::uint64_t{chunk - 1} * b.lanes < b.count &&
         (b.align == 1 || first % b.align == 0);
}

inline bool fits(index_bounds const& b, std::uint32_t index) {
  return index < b.count && (b.align == 1 || index % b.align == 0);
}

/// Checks all 32 indices of a chunk.
inline void check_all(machine const& m, step const& s, index_bounds const& b, std::uint32_t const* index,
                      std::uint32_t k) {
  std::uint32_t wrong = b.count == 0 ? 1 : 0;
  for (std::uint32_t i = 0; i < chunk; ++i)
    wrong |= index[i] > b.last ? 1u : 0u;
  if (b.align != 1)
    for (std::uint32_t i = 0; i < chunk; ++i)
      wrong |= index[i] % b.align;
  if (wrong != 0) [[unlikely]]
    for (std::uint32_t i = 0; i < chunk; ++i)
      if (!fits(b, index[i]))
        refuse_access(m, s, k * chunk + i, index[i]);
}

inline void check_written(machine const& m, step const& s, bound_memory const& memory, std::uint32_t index,
                          std::uint32_t lane) {
  for (std::uint32_t c = 0; c < s.reach; ++c)
    if (memory.written[std::size_t{index} + c] == 0)
      refuse_unwritten(m, s, lane, std::uint64_t{index} + c);
}

// Vectors lie element by element in memory and component by component in registers.
template <class Word>
inline void deinterleave(Word* __restrict out, Word const* __restrict from, std::uint32_t stride) {
  for (std::uint32_t i = 0; i < chunk; ++i)
    out[i] = from[i * stride];
}
template <class Word>
inline void gather(Word* __restrict out, Word const* from, std::uint32_t const* index) {
  for (std::uint32_t i = 0; i < chunk; ++i)
    out[i] = from[index[i]];
}

/// Operands: index[, mask, otherwise]. Threads that do not load get `otherwise`, inactive ones zero.
template <class Word, bool Masked>
void load(machine& m, step const& s) {
  frame const& f = m.active();
  bound_memory const& memory = m.memories[s.memory];
  Word const* const data = reinterpret_cast<Word const*>(memory.data);
  index_bounds const b = bounds_of(memory, s);
  std::uint32_t const n = s.components;
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    auto const* const index = m.at<std::uint32_t const>(s.in[0], 0, k);
    chunk_mask const on = reaching_lanes<Masked>(m, s, f, k);
    if (on.all()) {
      bool const block = consecutive(index, n) && block_fits(b, index[0]);
      if (!block)
        check_all(m, s, b, index, k);
      if (memory.written != nullptr &&
          (!block || std::memchr(memory.written + index[0], 0, std::size_t{chunk} * n) != nullptr))
        for (std::uint32_t i = 0; i < chunk; ++i)
          check_written(m, s, memory, index[i], k * chunk + i);
      for (std::uint32_t c = 0; c < n; ++c) {
        Word* const out = m.at<Word>(s.out, c, k);
        if (!block)
          gather(out, data + c, index);
        else if (n == 1)
          std::memcpy(out, data + index[0], chunk * sizeof(Word));
        else
          deinterleave(out, data + index[0] + c, n);
      }
    } else {
      for (std::uint32_t i = 0; i < chunk; ++i) {
        if (on[i]) {
          if (!fits(b, index[i]))
            refuse_access(m, s, k * chunk + i, index[i]);
          if (memory.written != nullptr)
            check_written(m, s, memory, index[i], k * chunk + i);
        }
        for (std::uint32_t c = 0; c < n; ++c) {
          Word const otherwise = Masked ? m.at<Word const>(s.in[2], c, k)[i] : Word{};
          m.at<Word>(s.out, c, k)[i] = on[i] ? data[std::size_t{index[i]} + c] : otherwise;
        }
      }
    }
  }
}

/// Operands: index, [mask,] value. Where threads store to one element, the last of them wins here.
template <class Word, bool Masked>
void store(machine& m, step const& s) {
  frame const& f = m.active();
  bound_memory const& memory = m.memories[s.memory];
  Word* const data = reinterpret_cast<Word*>(memory.data);
  index_bounds const b = bounds_of(memory, s);
  operand const& value = s.in[Masked ? 2 : 1];
  std::uint32_t const n = s.components;
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    auto const* const index = m.at<std::uint32_t const>(s.in[0], 0, k);
    chunk_mask const on = reaching_lanes<Masked>(m, s, f, k);
    if (on.all() && consecutive(index, n) && block_fits(b, index[0])) {
      Word* const to = data + index[0];
      if (n == 1)
        std::memcpy(to, m.at<Word const>(value, 0, k), chunk * sizeof(Word));
      else
        for (std::uint32_t c = 0; c < n; ++c) {
          Word const* const from = m.at<Word const>(value, c, k);
          for (std::uint32_t i = 0; i < chunk; ++i)
            to[i * n + c] = from[i];
        }
      if (memory.written != nullptr)
        std::memset(memory.written + index[0], 1, std::size_t{chunk} * n);
    } else if (on.any()) {
      for (std::uint32_t i = 0; i < chunk; ++i) {
        if (!on[i])
          continue;
        if (!fits(b, index[i]))
          refuse_access(m, s, k * chunk + i, index[i]);
        for (std::uint32_t c = 0; c < n; ++c) {
          data[std::size_t{index[i]} + c] = m.at<Word const>(value, c, k)[i];
          if (memory.written != nullptr)
            memory.written[std::size_t{index[i]} + c] = 1;
        }
      }
    }
  }
}

/// Elements as the words that they make up, a vector of u32. Operands as those of load.
template <bool Masked>
void load_words(machine& m, step const& s) {
  frame const& f = m.active();
  bound_memory const& memory = m.memories[s.memory];
  index_bounds const b = bounds_of(memory, s);
  std::size_t const bytes = 4u * s.components / s.reach; // of an element
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    auto const* const index = m.at<std::uint32_t const>(s.in[0], 0, k);
    chunk_mask const on = reaching_lanes<Masked>(m, s, f, k);
    for (std::uint32_t i = 0; i < chunk; ++i) {
      std::uint32_t words[4]{};
      if (on[i]) {
        if (!fits(b, index[i]))
          refuse_access(m, s, k * chunk + i, index[i]);
        if (memory.written != nullptr)
          check_written(m, s, memory, index[i], k * chunk + i);
        std::memcpy(words, memory.data + index[i] * bytes, 4u * s.components);
      }
      for (std::uint32_t c = 0; c < s.components; ++c)
        m.at<std::uint32_t>(s.out, c, k)[i] =
            on[i] || !Masked ? words[c] : m.at<std::uint32_t const>(s.in[2], c, k)[i];
    }
  }
}
/// Operands as those of store.
template <bool Masked>
void store_words(machine& m, step const& s) {
  frame const& f = m.active();
  bound_memory const& memory = m.memories[s.memory];
  index_bounds const b = bounds_of(memory, s);
  operand const& value = s.in[Masked ? 2 : 1];
  std::size_t const bytes = 4u * s.components / s.reach; // of an element
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    auto const* const index = m.at<std::uint32_t const>(s.in[0], 0, k);
    chunk_mask const on = reaching_lanes<Masked>(m, s, f, k);
    for (std::uint32_t i = 0; i < chunk; ++i) {
      if (!on[i])
        continue;
      if (!fits(b, index[i]))
        refuse_access(m, s, k * chunk + i, index[i]);
      for (std::uint32_t c = 0; c < s.components; ++c)
        std::memcpy(memory.data + index[i] * bytes + 4u * c, m.at<std::uint32_t const>(value, c, k) + i, 4);
      if (memory.written != nullptr)
        std::memset(memory.written + index[i], 1, s.reach);
    }
  }
}

/// One field of an element. Operands: index[, value], and third the element of an array.
template <class Word, class Access>
void each_field(machine& m, step const& s, Access access) {
  frame const& f = m.active();
  bound_memory const& memory = m.memories[s.memory];
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    auto const* const index = m.at<std::uint32_t const>(s.in[0], 0, k);
    chunk_mask const on = active_lanes(f, k);
    for (std::uint32_t i = 0; i < chunk; ++i) {
      if (on[i] && index[i] >= memory.length)
        refuse_access(m, s, k * chunk + i, index[i]);
      std::size_t at = std::size_t{index[i]} * s.field.stride + s.field.offset;
      if (s.field.elements != 0 && on[i]) {
        std::uint32_t const element = m.at<std::uint32_t const>(s.in[2], 0, k)[i];
        if (element >= s.field.elements)
          refuse_element_of_field(m, s, k * chunk + i, index[i], element);
        at += std::size_t{element} * s.field.next;
      }
      std::byte* const place = on[i] ? memory.data + at : nullptr;
      for (std::uint32_t c = 0; c < s.components; ++c)
        access(k, i, c,
               on[i] ? place + c / s.shape.rows * s.field.column + c % s.shape.rows * sizeof(Word) : nullptr);
    }
  }
}
/// Inactive threads get zero.
template <class Word>
void load_field(machine& m, step const& s) {
  bound_memory const& memory = m.memories[s.memory];
  each_field<Word>(m, s, [&](std::uint32_t k, std::uint32_t i, std::uint32_t c, std::byte const* from) {
    Word x{};
    if (from != nullptr) {
      if (memory.written != nullptr && memory.written[from - memory.data] == 0)
        refuse_unwritten(m, s, k * chunk + i, m.at<std::uint32_t const>(s.in[0], 0, k)[i]);
      std::memcpy(&x, from, sizeof x);
    }
    m.at<Word>(s.out, c, k)[i] = x;
  });
}
template <class Word>
void store_field(machine& m, step const& s) {
  bound_memory const& memory = m.memories[s.memory];
  each_field<Word>(m, s, [&](std::uint32_t k, std::uint32_t i, std::uint32_t c, std::byte* to) {
    if (to == nullptr)
      return;
    if (memory.written != nullptr)
      memory.written[to - memory.data] = 1;
    std::memcpy(to, m.at<Word const>(s.in[1], c, k) + i, sizeof(Word));
  });
}

template <class Word>
void load_all(machine& m, step const& s) {
  load<Word, false>(m, s);
}
template <class Word>
void load_masked(machine& m, step const& s) {
  load<Word, true>(m, s);
}
template <class Word>
void store_all(machine& m, step const& s) {
  store<Word, false>(m, s);
}
template <class Word>
void store_masked(machine& m, step const& s) {
  store<Word, true>(m, s);
}

/// Indices of 64 bits as ones of 32: those that have none become the largest, which is in range of no memory.
template <class T>
void narrow_indices(machine& m, step const& s) {
  frame const& f = m.active();
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    T const* const from = m.at<T const>(s.in[0], 0, k);
    std::uint32_t* const to = m.at<std::uint32_t>(s.out, 0, k);
    for (std::uint32_t i = 0; i < chunk; ++i)
      to[i] =
          static_cast<std::uint64_t>(from[i]) >> 32 != 0 ? 0xffffffffu : static_cast<std::uint32_t>(from[i]);
  }
}

/// Moves one value into a register: declare, and set where all threads of the range are active.
template <class Word>
void copy(machine& m, step const& s) {
  frame const& f = m.active();
  for (std::uint32_t c = 0; c < s.components; ++c)
    for (std::uint32_t k = f.begin; k < f.end; ++k)
      std::memcpy(m.at<Word>(s.out, c, k), m.at<Word const>(s.in[0], c, k), chunk * sizeof(Word));
}

template <class Word>
inline void blend(Word* __restrict out, Word const* __restrict from, std::uint8_t const* __restrict mask) {
  for (std::uint32_t i = 0; i < chunk; ++i) {
    // All ones where the thread is active: arithmetic, so that it vectorises.
    Word const take = static_cast<Word>(Word{0} - Word{mask[i]});
    out[i] = static_cast<Word>((from[i] & take) | (out[i] & static_cast<Word>(~take)));
  }
}

/// set: active threads change their variable, the others keep theirs.
template <class Word>
void assign(machine& m, step const& s) {
  frame const& f = m.active();
  if (f.full)
    return copy<Word>(m, s);
  for (std::uint32_t c = 0; c < s.components; ++c)
    for (std::uint32_t k = f.begin; k < f.end; ++k)
      blend(m.at<Word>(s.out, c, k), m.at<Word const>(s.in[0], c, k), f.mask + std::size_t{k} * chunk);
}

/// make_vector: component c of the result is operand c.
template <class Word>
void collect(machine& m, step const& s) {
  std::uint32_t const first = m.first(s), past = m.past(s);
  for (std::uint32_t c = 0; c < s.components; ++c)
    for (std::uint32_t k = first; k < past; ++k)
      std::memcpy(m.at<Word>(s.out, c, k), m.at<Word const>(s.in[c], 0, k), chunk * sizeof(Word));
}

/// make_matrix: column by column, or one number on the diagonal.
template <class Word>
void assemble(machine& m, step const& s) {
  std::uint32_t const first = m.first(s), past = m.past(s), rows = s.shape.rows;
  bool const diagonal = s.in_lanes[0] == 1;
  for (std::uint32_t c = 0; c < s.components; ++c) {
    std::uint32_t const column = c / rows, row = c % rows;
    for (std::uint32_t k = first; k < past; ++k)
      if (diagonal && column != row)
        std::memset(m.at<Word>(s.out, c, k), 0, chunk * sizeof(Word));
      else
        std::memcpy(m.at<Word>(s.out, c, k),
                    m.at<Word const>(s.in[diagonal ? 0 : column], diagonal ? 0 : row, k),
                    chunk * sizeof(Word));
  }
}

/// bitcast between types whose elements differ in size. imm: bytes of an operand's element; the result's
/// follow from the number of components, which the step keeps for the result.
inline void regroup_bytes(machine& m, step const& s) {
  std::uint32_t const from = static_cast<std::uint32_t>(s.imm);
  std::uint32_t const to = static_cast<std::uint32_t>(size_in_bytes(s.element));
  std::uint32_t const first = m.first(s), past = m.past(s);
  for (std::uint32_t k = first; k < past; ++k)
    for (std::uint32_t byte = 0; byte < s.components * to; ++byte)
      for (std::uint32_t i = 0; i < chunk; ++i)
        m.at<std::byte>(s.out, byte / to, k)[i * to + byte % to] =
            m.at<std::byte const>(s.in[0], byte / from, k)[i * from + byte % from];
}

} // namespace enigma::detail::cpu
