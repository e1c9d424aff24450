// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>

#include <enigma/runtime/cpu/lanewise.hpp>
#include <enigma/runtime/cpu/memory.hpp>
#include <enigma/runtime/cpu/report.hpp>

// Functions of the lanes of a simdgroup, which is a chunk of threads, and of a quadgroup, which is four of
// them.

namespace enigma::detail::cpu {

/// Which lanes of a chunk take part, and in groups of how many.
struct lane_group {
  bool active[chunk];
  std::uint32_t lanes;

  lane_group(machine const& m, step const& s, std::uint32_t k) : lanes{group_detail::from(s.imm).lanes()} {
    frame const& f = m.active();
    for (std::uint32_t i = 0; i < chunk; ++i)
      active[i] = f.full || f.mask[k * chunk + i] != 0;
  }
  std::uint32_t first(std::uint32_t i) const { return i / lanes * lanes; }
};

/// A value of the type that the rules compute on, for the 32 lanes.
template <class T>
struct lane_values {
  alignas(64) T at[chunk];

  void read(machine const& m, step const& s, operand const& o, std::uint32_t c, std::uint32_t k) {
    void const* const from = m.at<void const>(o, c, k);
    if (s.widen != nullptr)
      s.widen(at, &from);
    else
      std::memcpy(at, from, sizeof at);
  }
  void write(machine const& m, step const& s, std::uint32_t c, std::uint32_t k) const {
    void const* const result = at;
    if (s.narrow != nullptr)
      s.narrow(m.at<void>(s.out, c, k), &result);
    else
      std::memcpy(m.at<void>(s.out, c, k), at, sizeof at);
  }
  /// x joined to each by the step's rule. Where the type is narrow, so is what comes out; only bf16, which
  /// MSL does not reduce, is summed as f32.
  void join(step const& s, lane_values const& x) {
    lane_values sum;
    void const* const in[2] = {at, x.at};
    s.function(sum.at, in);
    *this = sum;
    if (s.narrow == nullptr || s.element == element_kind::bfloat16)
      return;
    alignas(64) std::byte narrow[chunk * 8];
    void const* wide = at;
    s.narrow(narrow, &wide);
    wide = narrow;
    s.widen(at, &wide);
  }
};

/// A tree: lane i takes in lane i + 16, then 8, 4, 2, 1; in a quadgroup 2, 1. All active lanes get the
/// result.
template <class T>
void reduce_lanes(machine& m, step const& s) {
  frame const& f = m.active();
  for (std::uint32_t c = 0; c < s.components; ++c)
    for (std::uint32_t k = f.begin; k < f.end; ++k) {
      lane_group g(m, s, k);
      lane_values<T> value, other;
      value.read(m, s, s.in[0], c, k);
      for (std::uint32_t half = g.lanes / 2; half != 0; half /= 2) {
        for (std::uint32_t i = 0; i < chunk; ++i)
          other.at[i] = value.at[(i + half) % chunk];
        lane_values<T> sum = value;
        sum.join(s, other);
        for (std::uint32_t i = 0; i < chunk; ++i)
          if (i % g.lanes < half && g.active[i + half]) {
            value.at[i] = g.active[i] ? sum.at[i] : other.at[i];
            g.active[i] = true;
          }
      }
      for (std::uint32_t i = 0; i < chunk; ++i)
        value.at[i] = value.at[g.first(i)];
      value.write(m, s, c, k);
    }
}

/// One lane after another. `Exclusive`: what came before; at first 0 for sums, 1 for products.
template <class T, bool Exclusive>
void scan_lanes(machine& m, step const& s) {
  frame const& f = m.active();
  T const nothing = info(s.code).joins == op::mul ? T{1} : T{0};
  for (std::uint32_t c = 0; c < s.components; ++c)
    for (std::uint32_t k = f.begin; k < f.end; ++k) {
      lane_group const g(m, s, k);
      lane_values<T> x, result;
      x.read(m, s, s.in[0], c, k);
      T so_far = nothing;
      bool any = false;
      for (std::uint32_t i = 0; i < chunk; ++i) {
        if (i == g.first(i))
          so_far = nothing, any = false;
        T const before = so_far;
        if (g.active[i]) {
          lane_values<T> sum;
          for (T& t : sum.at)
            t = so_far;
          sum.join(s, x);
          so_far = any ? sum.at[i] : x.at[i];
          any = true;
        }
        result.at[i] = Exclusive ? before : so_far;
      }
      result.write(m, s, c, k);
    }
}

/// The lane that lane `i` reads from: below the group's lanes, or own for "its own value", or fill for an
/// element of `fill`, which `from` counts.
struct lane_source {
  enum class kind : std::uint8_t { lane, own, fill } what = kind::lane;
  std::int64_t from = 0; // counted within the group
};

inline lane_source source_of(op code, std::int64_t lane, std::int64_t n, std::int64_t lanes,
                             std::int64_t block) {
  using kind = lane_source::kind;
  switch (code) {
  case op::simd_shuffle_xor:
    return {kind::lane, lane ^ n};
  case op::simd_shuffle_up:
    return lane < n ? lane_source{kind::own, lane} : lane_source{kind::lane, lane - n};
  case op::simd_shuffle_down:
    return lane + n >= lanes ? lane_source{kind::own, lane} : lane_source{kind::lane, lane + n};
  case op::simd_shuffle_rotate_up:
    return {kind::lane, ((lane - n) % lanes + lanes) % lanes};
  case op::simd_shuffle_rotate_down:
    return {kind::lane, (lane + n) % lanes};
  case op::simd_shuffle_and_fill_up:
    return lane % block < n ? lane_source{kind::fill, lane - n + block} : lane_source{kind::lane, lane - n};
  case op::simd_shuffle_and_fill_down:
    return lane % block + n >= block ? lane_source{kind::fill, lane + n - block}
                                     : lane_source{kind::lane, lane + n};
  default: // broadcast, shuffle
    return {kind::lane, n};
  }
}

constexpr char const* name_of_number(op code) {
  return code == op::simd_broadcast || code == op::simd_shuffle ? "lane"
         : code == op::simd_shuffle_xor                         ? "mask"
                                                                : "delta";
}

inline std::string function_name(step const& s) {
  return message("{}{}", group_detail::from(s.imm).quad ? "quad" : "simd", info(s.code).name + 4);
}
inline char const* group_name(step const& s) {
  return group_detail::from(s.imm).quad ? "quadgroup" : "simdgroup";
}

[[noreturn]] inline void refuse_lane(machine const& m, step const& s, std::uint32_t lane, std::uint32_t place,
                                     std::uint32_t n, std::int64_t from) {
  refuse("{}: {} with {} {} reads lane {}, which is not active, in lane {} of the {} of thread {}",
         m.code->name, function_name(s), name_of_number(s.code), index_value_of(s, n), from, place,
         group_name(s), thread_name(m, lane));
}

/// The numbers of a chunk's active threads are lanes, masks or distances of their group, and but for shuffle
/// the same in all of it.
inline void check_numbers(machine const& m, step const& s, lane_group const& g, std::uint32_t k,
                          std::uint32_t const* number) {
  int const modulo = group_detail::from(s.imm).modulo;
  std::uint32_t const past = modulo != 0 ? static_cast<std::uint32_t>(modulo) : g.lanes;
  for (std::uint32_t i = 0, first = chunk; i < chunk; ++i) {
    if (i == g.first(i))
      first = chunk; // of this group none so far
    if (!g.active[i])
      continue;
    if (number[i] >= past)
      refuse("{}: {}: the {} {} is not one of 0 to {}, in thread {}", m.code->name, function_name(s),
             name_of_number(s.code), index_value_of(s, number[i]), past - 1, thread_name(m, k * chunk + i));
    if (first == chunk)
      first = i;
    if (number[i] != number[first] && s.code != op::simd_shuffle)
      refuse("{}: {}: the {} has to be the same in all threads of a {}; it is {} in thread {} and {} in "
             "thread {}",
             m.code->name, function_name(s), name_of_number(s.code), group_name(s), number[first],
             thread_name(m, k * chunk + first), number[i], thread_name(m, k * chunk + i));
  }
}

/// Values of other lanes. in: the value[, fill], the number; `widen` makes a u32 of the number.
template <class Word>
void exchange_lanes(machine& m, step const& s) {
  frame const& f = m.active();
  bool const fills = s.code == op::simd_shuffle_and_fill_up || s.code == op::simd_shuffle_and_fill_down;
  group_detail const detail = group_detail::from(s.imm);
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    lane_group const g(m, s, k);
    std::uint32_t number[chunk];
    void const* const from_number = m.at<void const>(s.in[fills ? 2 : 1], 0, k);
    if (s.widen != nullptr)
      s.widen(number, &from_number);
    else
      std::memcpy(number, from_number, sizeof number);
    check_numbers(m, s, g, k, number);
    std::uint32_t source[chunk];
    bool filled[chunk]{};
    for (std::uint32_t i = 0; i < chunk; ++i) {
      source[i] = i;
      if (!g.active[i])
        continue;
      std::uint32_t const place = i - g.first(i);
      std::int64_t const block = detail.modulo != 0 ? detail.modulo : g.lanes;
      lane_source const from = source_of(s.code, place, number[i], g.lanes, block);
      if (from.what == lane_source::kind::own)
        continue;
      std::uint32_t const lane = g.first(i) + static_cast<std::uint32_t>(from.from);
      if (from.from < 0 || from.from >= g.lanes || !g.active[lane])
        refuse_lane(m, s, k * chunk + i, place, number[i], from.from);
      source[i] = lane;
      filled[i] = from.what == lane_source::kind::fill;
    }
    for (std::uint32_t c = 0; c < s.components; ++c) {
      Word const* const from = m.at<Word const>(s.in[0], c, k);
      Word const* const fill = m.at<Word const>(s.in[1], c, k);
      Word to[chunk]; // for all before one is written: the registers may be one
      for (std::uint32_t i = 0; i < chunk; ++i)
        to[i] = filled[i] ? fill[source[i]] : from[source[i]];
      std::memcpy(m.at<Word>(s.out, c, k), to, sizeof to);
    }
  }
}

/// The value of the first active lane.
template <class Word>
void broadcast_first(machine& m, step const& s) {
  frame const& f = m.active();
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    lane_group const g(m, s, k);
    for (std::uint32_t c = 0; c < s.components; ++c) {
      Word to[chunk];
      Word const* const from = m.at<Word const>(s.in[0], c, k);
      for (std::uint32_t i = 0; i < chunk; ++i) {
        std::uint32_t first = g.first(i);
        while (first + 1 < g.first(i) + g.lanes && !g.active[first])
          ++first;
        to[i] = from[first];
      }
      std::memcpy(m.at<Word>(s.out, c, k), to, sizeof to);
    }
  }
}

/// Votes and who is there: bool, or a ballot of u64 or u32.
inline void vote(machine& m, step const& s) {
  frame const& f = m.active();
  for (std::uint32_t k = f.begin; k < f.end; ++k) {
    lane_group const g(m, s, k);
    bool condition[chunk];
    bool const asks = info(s.code).operands != 0;
    if (asks)
      std::memcpy(condition, m.at<bool const>(s.in[0], 0, k), sizeof condition);
    for (std::uint32_t i = 0; i < chunk; ++i) {
      std::uint64_t votes = 0, there = 0;
      for (std::uint32_t lane = 0; lane < g.lanes; ++lane)
        if (g.active[g.first(i) + lane]) {
          there |= std::uint64_t{1} << lane;
          votes |= std::uint64_t{!asks || condition[g.first(i) + lane]} << lane;
        }
      switch (s.code) {
      case op::simd_all:
        m.at<bool>(s.out, 0, k)[i] = votes == there;
        break;
      case op::simd_any:
        m.at<bool>(s.out, 0, k)[i] = votes != 0;
        break;
      case op::simd_is_first:
        m.at<bool>(s.out, 0, k)[i] = (there & ((std::uint64_t{1} << (i - g.first(i))) - 1)) == 0;
        break;
      default:
        if (s.element == element_kind::uint64)
          m.at<std::uint64_t>(s.out, 0, k)[i] = votes;
        else
          m.at<std::uint32_t>(s.out, 0, k)[i] = static_cast<std::uint32_t>(votes);
      }
    }
  }
}

} // namespace enigma::detail::cpu
