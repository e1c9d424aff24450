// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/coalesce.hpp>

#include <utility>

/// Layouts as types, where the code that evaluates them counts.
namespace enigma {

namespace detail {

/// The leaves of one mode, coalesced, as what a linear coordinate is divided by, reduced to and multiplied
/// with.
struct digits {
  int n = 0;
  std::int64_t size = 1;
  std::int64_t prefix[max_leaves] = {};
  std::int64_t shape[max_leaves] = {}; // 0 where nothing is left to reduce
  std::int64_t stride[max_leaves] = {};
};

constexpr digits digits_of(layout const& mode) {
  digits r;
  auto const l = flatten(coalesce(mode));
  for (int k = 0; k < l.leaves(); ++k) {
    auto const s = l.leaf_shape(k);
    if (l.leaf_stride(k) != 0) {
      r.prefix[r.n] = r.size;
      r.shape[r.n] = k == l.leaves() - 1 ? 0 : s;
      r.stride[r.n++] = l.leaf_stride(k);
    }
    r.size *= s; // coalesce has checked it
  }
  return r;
}

template <layout Mode>
inline constexpr digits digits_v = digits_of(Mode);

template <layout Mode, std::size_t K>
constexpr std::uint64_t digit(std::uint64_t i) {
  constexpr auto const& d = digits_v<Mode>;
  std::uint64_t x = i;
  if constexpr (d.prefix[K] != 1)
    x /= static_cast<std::uint64_t>(d.prefix[K]);
  if constexpr (d.shape[K] != 0)
    x %= static_cast<std::uint64_t>(d.shape[K]);
  return x * static_cast<std::uint64_t>(d.stride[K]);
}

/// Mode(i) for 0 <= i < size(Mode), whose indices fit in 64 bits.
template <layout Mode, std::size_t... K>
constexpr std::int64_t sum_of_digits([[maybe_unused]] std::uint64_t i, std::index_sequence<K...>) {
  return static_cast<std::int64_t>((std::uint64_t{0} + ... + digit<Mode, K>(i)));
}

} // namespace detail

/// A layout known by its type: the same function, evaluated by the few divisions and multiplications that the
/// coalesced layout needs, as one would write them by hand.
///
///   constexpr eg::layout a{{4, {2, 8}}, {1, {4, 8}}};
///   for (int i = 0; i != 64; ++i) sum += data[eg::layout_c<a>(i)];    // 64:1, so i itself
///
/// Each layout makes types of its own: use it in loops of the host, not for algebra. It converts to `layout`.
template <layout L>
struct layout_constant {
  static constexpr layout value = L;
  static_assert(cosize(L) >= 1, "every index of the layout fits in 64 bits");

  constexpr operator layout() const { return L; }

  /// (1) L(i). Errors: as L(i).
  template <integer Index>
  [[nodiscard]] constexpr std::int64_t operator()(Index i) const {
    return part<L>(detail::to_int64(i));
  }
  /// (2) L(i, j, ...): one linear coordinate for each mode. Errors: as L(i, j, ...).
  template <integer Index, integer... Indices>
    requires(sizeof...(Indices) > 0 && 1 + sizeof...(Indices) == static_cast<std::size_t>(rank(L)))
  [[nodiscard]] constexpr std::int64_t operator()(Index i, Indices... rest) const {
    return modes(std::index_sequence_for<Index, Indices...>{}, detail::to_int64(i),
                 detail::to_int64(rest)...);
  }

private:
  template <layout Mode>
  static constexpr std::int64_t part(std::int64_t i) {
    constexpr auto const& d = detail::digits_v<Mode>;
    // Computed before the question, so that loops over it stay free of branches.
    auto const inside = detail::sum_of_digits<Mode>(
        static_cast<std::uint64_t>(i), std::make_index_sequence<static_cast<std::size_t>(d.n)>{});
    if (static_cast<std::uint64_t>(i) < static_cast<std::uint64_t>(d.size))
      return inside;
    return Mode(i); // past the size, with every check
  }
  template <std::size_t... At, class... Is>
  static constexpr std::int64_t modes(std::index_sequence<At...>, Is... is) {
    return (part<mode(L, static_cast<int>(At))>(is) + ...);
  }
};

template <layout L>
inline constexpr layout_constant<L> layout_c{};

} // namespace enigma
