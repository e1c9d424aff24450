// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/make_layout.hpp>
#include <enigma/layout/memory/simd_access.hpp>
#include <enigma/layout/swizzle/composed_layout.hpp>

namespace enigma {

namespace detail {

template <class Sink>
constexpr void write(Sink& out, simd_access const& a) {
  auto const put = [&](char const* words) {
    for (; *words != '\0'; ++words)
      out.put(*words);
  };
  put("lanes ");
  write(out, a.lanes);
  if (size(a.rest) != 1) {
    put(" rest ");
    write(out, a.rest);
  }
  if (a.vector != 1) {
    put(" vector ");
    out.put(a.vector);
  }
}

constexpr composed_layout unswizzled(layout const& l) {
  return {swizzle(), 0, l};
}

constexpr std::int64_t least_common_multiple(std::int64_t a, std::int64_t b) {
  return a / gcd(a, b) * b;
}
constexpr bool power_of_two(std::int64_t n) {
  return n > 0 && (n & (n - 1)) == 0;
}

/// The element addresses of an access, lane by lane, for each coordinate of the rest that makes a
/// difference. What the answer depends on repeats with a period P of elements: the banks or lines in their
/// order, and the swizzle. So a leaf s:d of the rest is worth looking at for P / gcd(P, d) steps at most.
struct lane_addresses {
  static constexpr std::int64_t most_lanes = 256;
  static constexpr std::int64_t most_bytes = 1024; // of one lane
  static constexpr std::int64_t most_rests = 65'536;

  swizzle sw;
  std::int64_t mask = 0;
  int right = 0;
  int left = 0;
  std::int64_t count = 0;
  std::int64_t vector = 1;
  std::int64_t first[most_lanes]; // before the swizzle, with rest = 0; written before it is read
  // The leaves of the rest, and the steps of each that are looked at.
  int n = 0;
  std::int64_t shape[max_leaves];
  std::int64_t stride[max_leaves];
  std::int64_t steps[max_leaves];
  std::int64_t digit[max_leaves];
  std::int64_t shift = 0; // the values of the rest at `digit`

  /// Reads the access to `memory`. Period: in elements, without the swizzle.
  constexpr bool read(composed_layout const& memory, bool has_memory, simd_access const& a,
                      std::int64_t element_bytes, std::int64_t period, trouble& why) {
    std::int64_t lanes = 0;
    if (element_bytes < 1 || a.vector < 1 || element_bytes > most_bytes ||
        a.vector > most_bytes / element_bytes) {
      why.start() << "a lane must access between 1 and " << most_bytes << " bytes, not " << a.vector
                  << " elements of " << element_bytes << " bytes";
      return false;
    }
    if (!checked_size(a.lanes, a.lanes.profile_.whole(), lanes, why))
      return false;
    if (lanes > most_lanes) {
      why.start() << "a simdgroup has at most " << most_lanes << " lanes here, not " << lanes;
      return false;
    }
    set(memory.sw);
    count = lanes;
    vector = a.vector;
    layout_builder parts;
    parts.open();
    parts.append(a.lanes);
    parts.append(a.rest);
    parts.close();
    if (!finish(parts, why))
      return false;
    layout_builder joined;
    if (has_memory && !compose(joined, memory.inner, parts.made, why))
      return false;
    auto const& all = has_memory ? joined.made : parts.made;
    auto const whole = all.profile_.whole();
    auto const lane = all.profile_.child(whole, 0);
    auto const rest = all.profile_.child(whole, lane.last);
    std::int64_t low = memory.offset;
    std::int64_t high = memory.offset;
    for (int k = 0; k < all.profile_.count; ++k)
      if (!add_product(all.stride_[k] < 0 ? low : high, all.shape_[k] - 1, all.stride_[k]))
        return overflow(why, "an address");
    if (low < -widest / element_bytes || high > widest / element_bytes)
      return overflow(why, "an address in bytes");
    if (sw.period() > std::int64_t{1} << 44) {
      why.start() << sw << " has a period above 2^44";
      return false;
    }
    if (!sw.is_identity())
      period = least_common_multiple(period, sw.period());
    // Below 0: a whole number of periods higher.
    std::int64_t const lift = low < 0 ? (-low / period + 1) * period : 0;
    lifted = lift;
    for (std::int64_t i = 0; i < count; ++i) {
      first[i] = memory.offset + lift;
      std::int64_t c = i;
      for (int k = lane.first; k < lane.last; ++k) {
        first[i] += c % all.shape_[k] * all.stride_[k];
        c /= all.shape_[k];
      }
    }
    std::int64_t rests = 1;
    n = 0;
    for (int k = rest.first; k < rest.last; ++k) {
      auto const d = all.stride_[k] % period;
      auto const repeats = period / gcd(period, d < 0 ? -d : d);
      shape[n] = all.shape_[k];
      stride[n] = all.stride_[k];
      steps[n] = shape[n] < repeats ? shape[n] : repeats;
      digit[n] = 0;
      rests *= steps[n];
      if (rests > most_rests) {
        why.start() << "undecided, more than " << most_rests
                    << " coordinates of the rest place the lanes differently";
        return false;
      }
      ++n;
    }
    return together(why);
  }

  /// Goes on to the next coordinate of the rest; false after the last one.
  constexpr bool next() {
    for (int k = 0; k < n; ++k) {
      if (++digit[k] < steps[k]) {
        shift += stride[k];
        return true;
      }
      shift -= (steps[k] - 1) * stride[k];
      digit[k] = 0;
    }
    return false;
  }
  /// Back to coordinate 0 of the rest.
  constexpr void rewind() {
    for (int k = 0; k < n; ++k)
      digit[k] = 0;
    shift = 0;
  }
  /// The linear coordinate of the rest that is looked at.
  [[nodiscard]] constexpr std::int64_t rest() const {
    std::int64_t c = 0;
    std::int64_t prefix = 1;
    for (int k = 0; k < n; ++k) {
      c += prefix * digit[k];
      prefix *= shape[k];
    }
    return c;
  }
  /// The address of a lane, as an element.
  [[nodiscard]] constexpr std::int64_t at(std::int64_t lane) const {
    auto const x = first[lane] + shift;
    return x ^ ((x & mask) >> right << left);
  }
  /// Another swizzle, of a period that divides the one of which `read` knows. Its parts, because `at` is
  /// where the time goes.
  constexpr void set(swizzle const& s) {
    sw = s;
    mask = s.y_mask();
    right = s.shift > 0 ? s.shift : 0;
    left = s.shift < 0 ? -s.shift : 0;
  }

  /// True if lanes and rest never set the same bit and the lanes of every step are those of the first with
  /// some bits turned over: then banks are only renamed, and one step speaks for all.
  constexpr bool one_step_is_enough() {
    std::int64_t of_lanes = vector - 1;
    std::int64_t of_rest = 0;
    bool good = power_of_two(vector);
    for (std::int64_t i = 0; i < count; ++i) {
      good = good && (first[i] & (vector - 1)) == 0;
      of_lanes |= first[i];
    }
    do {
      good = good && shift >= 0;
      of_rest |= shift;
    } while (next()); // to the end, which is the beginning
    return good && (of_lanes & of_rest) == 0;
  }

  std::int64_t lifted = 0;

  static constexpr std::int64_t widest = INT64_MAX / 8;

  /// True if every vector begins at a multiple of its size, before the swizzle.
  [[nodiscard]] constexpr bool aligned() const {
    bool good = true;
    for (std::int64_t i = 0; good && i < count; ++i)
      good = first[i] % vector == 0;
    for (int k = 0; good && k < n; ++k)
      good = shape[k] == 1 || stride[k] % vector == 0;
    return good;
  }
  /// The swizzle must not tear a vector apart.
  constexpr bool together(trouble& why) const {
    auto const group = std::int64_t{1} << sw.base;
    if (vector == 1 || sw.is_identity() || (group % vector == 0 && aligned()))
      return true;
    why.start() << "the " << vector << " elements of a lane may be torn apart, " << sw
                << " keeps aligned groups of " << group << " together";
    return false;
  }
};

} // namespace detail
} // namespace enigma
