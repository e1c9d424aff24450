// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/memory/bank_conflicts.hpp>
#include <enigma/layout/swizzle/predicates.hpp>

/// Synthesis: the smallest change to a layout of threadgroup memory after which given accesses are free of
/// bank conflicts, or the proof that no change of that form is enough.
namespace enigma {

namespace detail {

/// The accesses of a search, read once.
struct accesses {
  static constexpr int most = 8;

  int count = 0;
  std::int64_t element_bytes = 1;
  bank_model model;
  simd_access const* list = nullptr;
  std::int64_t vector = 1; // the widest
  lane_addresses at[most]; // filled by `read`
  bool one_step[most] = {};
  std::int64_t allowed[most] = {}; // the cycles that the words of an access need in the layout as given

  constexpr bool check(std::initializer_list<simd_access> const& given, trouble& why) {
    if (given.size() == 0 || given.size() > most) {
      why.start() << "1 to " << most << " accesses can be given, not "
                  << static_cast<std::int64_t>(given.size());
      return false;
    }
    count = static_cast<int>(given.size());
    list = given.begin();
    for (int i = 0; i < count; ++i)
      if (list[i].vector > vector)
        vector = list[i].vector;
    return sound(model, why);
  }
  /// The addresses in `memory`, with all that is the same for each swizzle of a period up to `period`.
  constexpr bool read(layout const& memory, std::int64_t period, trouble& why) {
    bool const binary =
        power_of_two(element_bytes) && power_of_two(model.bank_bytes) && power_of_two(model.banks);
    for (int i = 0; i < count; ++i) {
      if (!at[i].read(unswizzled(memory), true, list[i], element_bytes,
                      least_common_multiple(bank_period(element_bytes, model), period), why))
        return false;
      if (at[i].lifted != 0) {
        why.start() << "an address below 0";
        return false;
      }
      if (list[i].vector > 1 && !at[i].aligned()) {
        why.start() << "the " << list[i].vector << " elements of a lane do not begin at a multiple of that";
        return false;
      }
      one_step[i] = binary && at[i].one_step_is_enough();
    }
    return true;
  }
  /// What each access could be content with: a change that only tears shared words apart is no cure.
  constexpr void allow() {
    for (int i = 0; i < count; ++i) {
      bank_counter const counter(element_bytes, list[i].vector, model);
      do
        if (auto const r = counter.count(at[i]); r.least_cycles > allowed[i])
          allowed[i] = r.least_cycles;
      while (at[i].next() && !one_step[i]);
      at[i].rewind();
    }
  }
  /// True if every access is free of conflicts and needs no more cycles than allowed.
  constexpr bool free(swizzle const& sw) {
    for (int i = 0; i < count; ++i) {
      auto& a = at[i];
      a.set(sw);
      bank_counter const counter(element_bytes, list[i].vector, model);
      bool const brief = one_step[i] && counter.one_word_each();
      bool good = true;
      do {
        if (brief)
          good = counter.clear(a);
        else {
          auto const r = counter.count(a);
          good = r && r.cycles <= allowed[i];
        }
      } while (good && !one_step[i] && a.next());
      a.rewind();
      if (!good)
        return false;
    }
    return true;
  }
  /// The highest degree of an access, or `limit` if it is no less.
  constexpr std::int64_t degree(swizzle const& sw, std::int64_t limit) {
    std::int64_t highest = 0;
    for (int i = 0; i < count; ++i) {
      auto& a = at[i];
      a.set(sw);
      bank_counter const counter(element_bytes, list[i].vector, model);
      do
        if (auto const r = counter.count(a); r.degree > highest)
          highest = r.degree;
      while (highest < limit && !one_step[i] && a.next());
      a.rewind();
      if (highest >= limit)
        return limit;
    }
    return highest;
  }
};

constexpr int bits_of(std::int64_t n) {
  int b = 0;
  while (n >> b != 0)
    ++b;
  return b;
}

struct swizzle_search {
  accesses used;
  std::int64_t storage = 0;
  int first = 0; // the bits that may be changed
  int last = 0;
  int top = 0; // the bits that may be read
  std::int64_t examined = 0;
  std::int64_t best_degree = INT64_MAX;
  swizzle best;

  /// Does the swizzle leave the values inside the storage? Blocks of this size are mapped onto themselves.
  [[nodiscard]] constexpr bool stays(layout const& memory, swizzle const& sw) const {
    return storage % block_of(sw) == 0 || is_contained(composed_layout{sw, 0, memory}, storage);
  }

  /// All candidates in their order, up to the first that is free of conflicts.
  constexpr bool search(layout const& memory) {
    for (int bits = 1; bits <= last - first; ++bits)
      for (int base = first; base + bits <= last; ++base)
        for (int shift = bits; base + shift + bits <= top; ++shift) {
          swizzle const sw(bits, base, shift);
          ++examined;
          if (!used.free(sw))
            continue;
          if (stays(memory, sw)) {
            best = sw;
            return true;
          }
        }
    return false;
  }
  /// After a search in vain: the best of the candidates.
  constexpr void compare(layout const& memory) {
    for (int bits = 1; bits <= last - first; ++bits)
      for (int base = first; base + bits <= last; ++base)
        for (int shift = bits; base + shift + bits <= top; ++shift) {
          swizzle const sw(bits, base, shift);
          auto const degree = used.degree(sw, best_degree);
          if (!stays(memory, sw))
            --examined;
          else if (degree < best_degree) {
            best_degree = degree;
            best = sw;
          }
        }
  }

  constexpr bool find(layout const& memory, trouble& why) {
    if (used.element_bytes < 1) {
      why.start() << "an element of " << used.element_bytes << " bytes";
      return false;
    }
    value_range range;
    if (!range.read(memory)) {
      say_too_large(why);
      return false;
    }
    if (range.low < 0) {
      why.start() << "an address below 0";
      return false;
    }
    if (!power_of_two(used.vector)) {
      why.start() << "a swizzle keeps 2, 4, 8 ... elements together, not " << used.vector;
      return false;
    }
    storage = range.high + 1;
    top = bits_of(range.high);
    if (!used.read(memory, std::int64_t{1} << top, why))
      return false;
    used.allow();
    examined = 1;
    if (used.free(best))
      return true;
    best_degree = used.degree(best, INT64_MAX);
    // The bits to be changed lie above those of a vector and of a word, and below all banks: one above could
    // be left out. The bits that are read lie above them, where addresses have bits. Below would not help:
    // words of one bank do not differ there.
    first = bits_of(used.vector - 1);
    last = top;
    auto const& m = used.model;
    if (power_of_two(used.element_bytes) && power_of_two(m.bank_bytes) && power_of_two(m.banks)) {
      if (int const word = bits_of(m.bank_bytes - 1) - bits_of(used.element_bytes - 1); word > first)
        first = word;
      int const bank = bits_of(m.bank_bytes - 1) + bits_of(m.banks - 1) - bits_of(used.element_bytes - 1);
      if (bank < last)
        last = bank;
    }
    if (search(memory))
      return true;
    compare(memory);
    why.start() << "none of the " << examined << " swizzles that keep " << (std::int64_t{1} << first)
                << (first == 0 ? " element" : " elements") << " together and stay inside the " << storage
                << " elements of the layout is free of conflicts; the best, " << best << ", leaves up to "
                << best_degree << " words in a bank";
    return false;
  }
};

/// d / q * (q + p) for the leaves of stride q and more; false if q is no such row.
constexpr bool padded(layout& r, layout const& memory, std::int64_t q, std::int64_t p) {
  std::int64_t reach = 0;
  r = memory;
  for (int k = 0; k < memory.profile_.count; ++k) {
    auto const d = memory.stride_[k];
    if (d < q) {
      if (!add_product(reach, memory.shape_[k] - 1, d))
        return false;
    } else if (d % q != 0 || __builtin_mul_overflow(d / q, q + p, &r.stride_[k]))
      return false;
  }
  return reach < q;
}

struct padding_search {
  accesses used;
  layout made;

  constexpr bool find(layout const& memory, trouble& why) {
    value_range range;
    if (!range.read(memory)) {
      say_too_large(why);
      return false;
    }
    for (int k = 0; k < memory.profile_.count; ++k)
      if (memory.stride_[k] < 0) {
        why.start() << "leaf " << memory.shape_[k] << ":" << memory.stride_[k] << " has a negative stride";
        return false;
      }
    if (!used.read(memory, 1, why))
      return false;
    used.allow();
    std::int64_t examined = 1;
    made = memory;
    if (used.free({}))
      return true;
    std::int64_t best_degree = used.degree({}, INT64_MAX);
    std::int64_t best_padding = 0;
    std::int64_t best_row = 0;
    auto const all_banks = std::int64_t{used.model.banks} * used.model.bank_bytes;
    auto const period = all_banks / gcd(all_banks, used.element_bytes);
    std::int64_t least = INT64_MAX;
    for (int k = 0; k < memory.profile_.count; ++k) {
      auto const q = memory.stride_[k];
      bool seen = q == 0 || q % used.vector != 0 || memory.shape_[k] == 1;
      for (int j = 0; j < k; ++j)
        seen = seen || (memory.stride_[j] == q && memory.shape_[j] != 1);
      for (auto p = used.vector; !seen && p < period; p += used.vector) {
        layout candidate;
        if (!padded(candidate, memory, q, p))
          break;
        auto const cost = cosize(candidate);
        if (cost >= least)
          break;
        if (trouble torn; !used.read(candidate, 1, torn)) // the padding goes through a vector
          continue;
        ++examined;
        if (used.free({})) {
          least = cost;
          made = candidate;
          break;
        }
        if (auto const degree = used.degree({}, best_degree); degree < best_degree) {
          best_degree = degree;
          best_padding = p;
          best_row = q;
        }
      }
    }
    if (least != INT64_MAX)
      return true;
    why.start() << "none of the " << examined << " paddings by multiples of " << used.vector
                << (used.vector == 1 ? " element" : " elements")
                << " after rows of the layout is free of conflicts; ";
    if (best_row == 0)
      why.words << "without any there are up to " << best_degree << " words in a bank, and none has less";
    else
      why.words << "the best, " << best_padding << " after every " << best_row << ", leaves up to "
                << best_degree << " words in a bank";
    return false;
  }
};

} // namespace detail

/// The swizzle of the fewest bits that makes accesses to `memory` free of bank conflicts: R = sw o memory
/// with
///   find_bank_conflicts(R, access, element_bytes, model) true for every access,
///   the values of R inside [0, cosize(memory)), aligned groups of `vector` elements left together, and
///   words.
/// R has two coordinates with one value only where `memory` has. Accesses are written in coordinates of
/// `memory`. Of those with equal bits: the lowest base, then the shortest shift; shifts are positive.
///   32 x 32 floats, written by rows and read by columns: Sw<5,0,5>
/// Errors: no swizzle does it (the message says how many there are and what the best achieves); as
/// find_bank_conflicts.
[[nodiscard]] constexpr outcome<composed_layout> try_find_swizzle(layout const& memory,
                                                                  std::initializer_list<simd_access> accesses,
                                                                  std::int64_t element_bytes,
                                                                  bank_model const& model = {}) {
  detail::swizzle_search search;
  detail::trouble why;
  search.used.element_bytes = element_bytes;
  search.used.model = model;
  if (search.used.check(accesses, why) && search.find(memory, why))
    return {composed_layout{search.best, 0, memory}};
  return {composed_layout(), detail::explain("find_swizzle", memory, why)};
}
[[nodiscard]] constexpr composed_layout find_swizzle(layout const& memory,
                                                     std::initializer_list<simd_access> accesses,
                                                     std::int64_t element_bytes,
                                                     bank_model const& model = {}) {
  return try_find_swizzle(memory, accesses, element_bytes, model).value();
}

/// The least padding that makes accesses to `memory` free of bank conflicts: R is `memory` with p elements
/// left free after every q, for one stride q of `memory` (strides of q and more become d / q * (q + p)), with
///   find_bank_conflicts(R, access, element_bytes, model) true for every access,
///   in no more cycles than the words of `memory` need,
/// p a multiple of the widest vector and less than all banks hold, the elements of each lane contiguous, and
/// cosize(R) the least of all that are so.
///   32 x 32 floats, written by rows and read by columns: (32,32):(33,1)
/// Errors: no such padding does it (the message says how many there are and what the best achieves); a
/// negative stride; as find_bank_conflicts.
[[nodiscard]] constexpr outcome<layout> try_find_padding(layout const& memory,
                                                         std::initializer_list<simd_access> accesses,
                                                         std::int64_t element_bytes,
                                                         bank_model const& model = {}) {
  detail::padding_search search;
  detail::trouble why;
  search.used.element_bytes = element_bytes;
  search.used.model = model;
  if (search.used.check(accesses, why) && search.find(memory, why))
    return {search.made};
  return {layout(), detail::explain("find_padding", memory, why)};
}
[[nodiscard]] constexpr layout find_padding(layout const& memory, std::initializer_list<simd_access> accesses,
                                            std::int64_t element_bytes, bank_model const& model = {}) {
  return try_find_padding(memory, accesses, element_bytes, model).value();
}

} // namespace enigma
