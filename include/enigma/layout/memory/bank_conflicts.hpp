// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/memory/detail/lane_addresses.hpp>
#include <enigma/layout/predicates/verdict.hpp>

/// Bank conflicts in threadgroup memory, under a model of the banks.
namespace enigma {

/// How threadgroup memory is thought to be built: word w lies in bank w mod `banks`, each bank gives one word
/// in a cycle, and `lanes_per_phase` lanes are served at a time. A lane that accesses several words counts
/// for as many lanes, so that a phase moves no more than lanes_per_phase words.
///
/// Apple documents none of this. 32 banks of 4 bytes is what most measurements of its GPUs agree with; 32
/// banks of 8 bytes has been measured too. Hence the model is a parameter, and no default is a promise.
struct bank_model {
  int banks = 32;
  int bank_bytes = 4;
  int lanes_per_phase = 32;
  bool broadcast = true; // lanes that access the same word share it

  friend constexpr bool operator==(bank_model const&, bank_model const&) = default;
};

/// What an access costs under a bank model, at the coordinate of the rest where it costs most.
struct bank_conflicts {
  std::int64_t degree = 1;         // the most words that one bank has to give in one phase
  std::int64_t cycles = 0;         // the sum over the phases of their degrees
  std::int64_t least_cycles = 0;   // what the same number of words takes if spread over all banks
  std::int64_t rest = 0;           // the linear coordinate of `rest` that this is about
  std::int64_t bank = -1;          // a bank with that many words, and two lanes that meet there;
  std::int64_t lane[2] = {-1, -1}; // -1 if there are none
  std::int64_t address[2] = {};    // in bytes

  /// True if there are no conflicts but those that the number of words makes inevitable.
  [[nodiscard]] constexpr explicit operator bool() const { return cycles == least_cycles; }
  friend constexpr bool operator==(bank_conflicts const&, bank_conflicts const&) = default;
};

namespace detail {

template <class Sink>
constexpr void write(Sink& out, bank_model const& m) {
  out.put(static_cast<std::int64_t>(m.banks));
  for (char const letter : {' ', 'x', ' '})
    out.put(letter);
  out.put(static_cast<std::int64_t>(m.bank_bytes));
}

constexpr bool sound(bank_model const& m, trouble& why) {
  if (m.banks < 1 || m.banks > 256 || m.bank_bytes < 1 || m.bank_bytes > 1024 || m.lanes_per_phase < 1 ||
      m.lanes_per_phase > 1024) {
    why.start()
        << "a bank model has 1 to 256 banks, 1 to 1024 bytes in a bank and 1 to 1024 lanes in a phase, not "
        << m.banks << ", " << m.bank_bytes << " and " << m.lanes_per_phase;
    return false;
  }
  return true;
}

/// Counts the words of the lanes at one coordinate of the rest.
struct bank_counter {
  std::int64_t element_bytes;
  std::int64_t bytes; // of a lane
  bank_model model;
  std::int64_t words_of_lane; // at most, if aligned
  std::int64_t lanes_of_phase;

  constexpr bank_counter(std::int64_t element, std::int64_t vector, bank_model const& m)
      : element_bytes(element)
      , bytes(element * vector)
      , model(m)
      , words_of_lane(ceil_div(bytes, m.bank_bytes))
      , lanes_of_phase(m.lanes_per_phase < words_of_lane ? 1 : m.lanes_per_phase / words_of_lane) {}

  constexpr bank_conflicts count(lane_addresses const& a) const {
    bank_conflicts r;
    constexpr int room = 2 * 1024 + 512;
    std::int64_t word[room]; // those of one phase, a list for each bank; written before they are read
    std::int64_t owner[room];
    int after[room];
    int head[256];
    int length[256];
    r.degree = 0;
    for (std::int64_t start = 0; start < a.count; start += lanes_of_phase) {
      for (int b = 0; b < model.banks; ++b) {
        head[b] = -1;
        length[b] = 0;
      }
      int n = 0;
      int longest = 0;
      auto const end = start + lanes_of_phase < a.count ? start + lanes_of_phase : a.count;
      for (auto t = start; t < end; ++t) {
        auto const address = a.at(t) * element_bytes;
        auto const last = (address + bytes - 1) / model.bank_bytes;
        for (auto w = address / model.bank_bytes; w <= last; ++w) {
          auto const b = w % model.banks;
          int i = head[b];
          while (model.broadcast && i >= 0 && word[i] != w)
            i = after[i];
          if (model.broadcast && i >= 0)
            continue;
          word[n] = w;
          owner[n] = t;
          after[n] = head[b];
          head[b] = n++;
          if (++length[b] > longest)
            longest = length[b];
          if (length[b] > r.degree) {
            r.degree = length[b];
            r.bank = b;
            r.lane[1] = t;
            r.lane[0] = after[head[b]] < 0 ? -1 : owner[after[head[b]]];
          }
        }
      }
      r.cycles += longest;
      r.least_cycles += ceil_div(n, model.banks);
    }
    if (r.lane[0] < 0)
      r.lane[1] = r.bank = -1;
    else
      for (int i = 0; i < 2; ++i)
        r.address[i] = (a.at(r.lane[i]) - a.lifted) * element_bytes;
    r.rest = a.rest();
    return r;
  }

  /// True if a phase has no more words than there are banks, so that no conflict is inevitable.
  [[nodiscard]] constexpr bool one_word_each() const {
    return model.banks <= 64 && lanes_of_phase * words_of_lane <= model.banks &&
           model.bank_bytes % bytes == 0;
  }
  /// For such accesses, aligned: is no bank asked for two words? The short way to count's cycles ==
  /// least_cycles, which a search takes many times.
  [[nodiscard]] constexpr bool clear(lane_addresses const& a) const {
    std::int64_t word[64];
    std::uint64_t seen = 0;
    for (std::int64_t t = 0, left = lanes_of_phase; t < a.count; ++t, --left) {
      if (left == 0) {
        seen = 0;
        left = lanes_of_phase;
      }
      auto const w = a.at(t) * element_bytes / model.bank_bytes;
      auto const b = w % model.banks;
      if ((seen >> b & 1) != 0 && (word[b] != w || !model.broadcast))
        return false;
      seen |= std::uint64_t{1} << b;
      word[b] = w;
    }
    return true;
  }

  /// Worse: further from what is possible, then more cycles.
  static constexpr bool worse(bank_conflicts const& x, bank_conflicts const& y) {
    auto const more_x = x.cycles - x.least_cycles;
    auto const more_y = y.cycles - y.least_cycles;
    return more_x != more_y ? more_x > more_y : x.cycles > y.cycles;
  }

  /// The worst over all coordinates of the rest.
  constexpr bank_conflicts worst(lane_addresses& a) const {
    auto r = count(a);
    if (power_of_two(element_bytes) && power_of_two(model.bank_bytes) && power_of_two(model.banks) &&
        a.one_step_is_enough())
      return r;
    while (a.next())
      if (auto const x = count(a); worse(x, r))
        r = x;
    return r;
  }
};

/// The banks repeat after this many elements; words, after those of one bank.
constexpr std::int64_t bank_period(std::int64_t element_bytes, bank_model const& m) {
  return element_bytes < 1 ? 1 : m.bank_bytes / gcd(m.bank_bytes, element_bytes);
}

constexpr bool conflicts_of(bank_conflicts& r, composed_layout const& memory, bool has_memory,
                            simd_access const& a, std::int64_t element_bytes, bank_model const& model,
                            trouble& why) {
  lane_addresses addresses;
  if (!sound(model, why) ||
      !addresses.read(memory, has_memory, a, element_bytes, bank_period(element_bytes, model), why))
    return false;
  if (addresses.lifted != 0) {
    why.start() << "an address below 0";
    return false;
  }
  r = bank_counter(element_bytes, a.vector, model).worst(addresses);
  return true;
}

} // namespace detail

/// (1) The conflicts of an access to `memory`, a layout (swizzled or not) from coordinates to elements of
/// threadgroup memory, which is aligned to all banks. The worst case over the rest: the law is that for every
/// coordinate r of the rest
///   cycles(r) - least_cycles(r) <= cycles - least_cycles,
/// and that `rest` is a coordinate at which the two are equal.
/// Errors: a vector that the swizzle may tear apart, an address below 0, a model or an access too large.
[[nodiscard]] constexpr outcome<bank_conflicts> try_find_bank_conflicts(composed_layout const& memory,
                                                                        simd_access const& access,
                                                                        std::int64_t element_bytes,
                                                                        bank_model const& model = {}) {
  outcome<bank_conflicts> r;
  detail::trouble why;
  if (!detail::conflicts_of(r.held, memory, true, access, element_bytes, model, why))
    r.why = detail::explain("find_bank_conflicts", memory, access, why);
  return r;
}
[[nodiscard]] constexpr outcome<bank_conflicts> try_find_bank_conflicts(layout const& memory,
                                                                        simd_access const& access,
                                                                        std::int64_t element_bytes,
                                                                        bank_model const& model = {}) {
  return try_find_bank_conflicts(detail::unswizzled(memory), access, element_bytes, model);
}
/// (2) The access gives the elements themselves, lane -> element.
[[nodiscard]] constexpr outcome<bank_conflicts>
try_find_bank_conflicts(simd_access const& access, std::int64_t element_bytes, bank_model const& model = {}) {
  outcome<bank_conflicts> r;
  detail::trouble why;
  if (!detail::conflicts_of(r.held, {}, false, access, element_bytes, model, why))
    r.why = detail::explain("find_bank_conflicts", access, model, why);
  return r;
}

[[nodiscard]] constexpr bank_conflicts find_bank_conflicts(composed_layout const& memory,
                                                           simd_access const& access,
                                                           std::int64_t element_bytes,
                                                           bank_model const& model = {}) {
  return try_find_bank_conflicts(memory, access, element_bytes, model).value();
}
[[nodiscard]] constexpr bank_conflicts find_bank_conflicts(layout const& memory, simd_access const& access,
                                                           std::int64_t element_bytes,
                                                           bank_model const& model = {}) {
  return try_find_bank_conflicts(detail::unswizzled(memory), access, element_bytes, model).value();
}
[[nodiscard]] constexpr bank_conflicts
find_bank_conflicts(simd_access const& access, std::int64_t element_bytes, bank_model const& model = {}) {
  return try_find_bank_conflicts(access, element_bytes, model).value();
}

namespace detail {

template <class Memory>
constexpr verdict conflict_free(Memory const& memory, simd_access const& access,
                                outcome<bank_conflicts> const& found, bank_model const& model) {
  verdict v;
  v.why = found.why;
  v.decided = found.has_value();
  auto const& c = found.held;
  if (!v.decided || c)
    return v;
  v.coordinate[0] = c.lane[0];
  v.coordinate[1] = c.lane[1];
  v.value[0] = c.address[0];
  v.value[1] = c.address[1];
  trouble why;
  why.start() << "lanes " << c.lane[0] << " and " << c.lane[1] << " meet in bank " << c.bank << " of "
              << model << " bytes, at bytes " << c.address[0] << " and " << c.address[1];
  if (size(access.rest) != 1)
    why.words << ", for rest " << c.rest;
  why.words << "; up to " << c.degree << " words in a bank, " << c.cycles << " cycles where "
            << c.least_cycles << " would do";
  v.why = explain("is_conflict_free", memory, access, why);
  return v;
}

} // namespace detail

/// For static_assert: no conflicts but inevitable ones. `coordinate` holds the two lanes, `value` their
/// bytes.
[[nodiscard]] constexpr verdict is_conflict_free(composed_layout const& memory, simd_access const& access,
                                                 std::int64_t element_bytes, bank_model const& model = {}) {
  return detail::conflict_free(memory, access, try_find_bank_conflicts(memory, access, element_bytes, model),
                               model);
}
[[nodiscard]] constexpr verdict is_conflict_free(layout const& memory, simd_access const& access,
                                                 std::int64_t element_bytes, bank_model const& model = {}) {
  return detail::conflict_free(memory, access, try_find_bank_conflicts(memory, access, element_bytes, model),
                               model);
}

} // namespace enigma
