// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/detail/bounded_sum.hpp>

namespace enigma {

/// The answer of a predicate: true, or the words of a refusal with a witness, in words and as numbers.
///
///   static_assert(is_injective(l));      // or, to see the sentence in the compiler's error:
///   static_assert(proven<is_injective(l)>);
///
/// Coordinates are linear; -1 where the witness has none. A structural type.
struct verdict {
  refusal why = {};
  std::int64_t coordinate[2] = {-1, -1}; // where the predicate fails; for `reaches`, where it holds
  std::int64_t value[2] = {};            // the values there, or the value that is missing
  bool decided = true;                   // false: neither proven nor disproven, and `why` says so

  [[nodiscard]] constexpr explicit operator bool() const { return why.empty(); }
  friend constexpr bool operator==(verdict const&, verdict const&) = default;
};

/// `proven<is_injective(l)>` is true, or does not compile; then the sentence of the refusal appears in the
/// error as a template argument, on every compiler.
template <verdict Verdict>
  requires(detail::refused_with<Verdict.why>::nothing)
inline constexpr bool proven = true;

namespace detail {

/// What a rule answers before it is put in words.
enum class ruling : unsigned char { holds, fails, unknown, too_large };

/// The least and the largest value of a layout; false if the size or a sum of strides is too large.
struct value_range {
  std::int64_t size = 1;
  std::int64_t low = 0;
  std::int64_t high = 0;

  constexpr bool read(layout const& l) {
    for (int k = 0; k < l.profile_.count; ++k) {
      auto const s = l.shape_[k];
      auto const d = l.stride_[k];
      if (__builtin_mul_overflow(size, s, &size) || !add_product(d < 0 ? low : high, s - 1, d) ||
          high > widest_sum || low < -widest_sum)
        return false;
    }
    return true;
  }
};

/// The values of a layout as variables of a sum: L = low + sum. Variable k of leaf k, or of none (-1).
struct leaf_variables {
  int of_leaf[max_leaves]; // written for every leaf

  constexpr void add(bounded_sum& sum, layout const& l) {
    for (int k = 0; k < l.profile_.count; ++k) {
      auto const d = l.stride_[k];
      of_leaf[k] = l.shape_[k] == 1 || d == 0 ? -1 : sum.add(d < 0 ? -d : d, l.shape_[k] - 1);
    }
  }
  /// The linear coordinate of a solution. `mirrored`: where the sum has been subtracted.
  [[nodiscard]] constexpr std::int64_t coordinate(bounded_sum const& sum, layout const& l,
                                                  bool mirrored = false) const {
    std::int64_t c = 0;
    std::int64_t prefix = 1;
    for (int k = 0; k < l.profile_.count; ++k) {
      if (int const v = of_leaf[k]; v >= 0)
        c += prefix * ((l.stride_[k] < 0) != mirrored ? sum.most[v] - sum.y[v] : sum.y[v]);
      prefix *= l.shape_[k];
    }
    return c;
  }
};

/// "L(10)", and the coordinate in the shape of a nested layout: "L(10) at (2,1)".
constexpr void name_place(sentence& words, char const* name, layout const& l, std::int64_t i) {
  words << name << "(" << i << ")";
  if (l.profile_.count > 1)
    words << " at " << idx2crd(i, l.shape());
}

constexpr void say_unknown(trouble& why) {
  why.start() << "undecided, the rules do not apply and " << bounded_sum::patience
              << " steps of search have found no answer";
}
constexpr void say_too_large(trouble& why) {
  why.start() << "undecided, overflow: the size of the layout exceeds 64 bits, or its values 61 bits";
}

} // namespace detail
} // namespace enigma
