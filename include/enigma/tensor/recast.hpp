// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/recast.hpp>
#include <enigma/tensor/tensor.hpp>

#include <array>
#include <bit>

// The memory of a tensor as elements of another type.

namespace enigma {

namespace detail {

/// Modes of size 1 have no stride, but for one of stride 1 where no other has it: along it an element is
/// taken apart.
constexpr layout with_strides_that_count(layout l, bool apart) {
  int unit = -1;
  for (int k = 0; k < l.profile_.count; ++k) {
    if (l.shape_[k] == 1)
      l.stride_[k] = 0;
    apart = apart && l.stride_[k] != 1;
    unit = unit < 0 && l.shape_[k] == 1 ? k : unit;
  }
  if (apart && unit >= 0)
    l.stride_[unit] = 1;
  return l;
}

/// Whether a layout that upcast takes has all n parts of each of the wide elements, each once.
constexpr bool has_whole_elements(layout const& l, std::int64_t n, trouble& why) {
  std::int64_t parts = 1; // 0, 1, ... parts - 1 are there
  bool more = true, even = true;
  while (more) {
    more = false;
    for (int k = 0; k < l.profile_.count && !more; ++k)
      if (l.stride_[k] == parts && parts < n) {
        auto const found = l.shape_[k] < n / parts ? l.shape_[k] : n / parts;
        even = even && l.shape_[k] % found == 0;
        more = found > 1;
        parts *= found;
      }
  }
  std::int64_t within = 1; // how many positions inside of an element the leaves count
  for (int k = 0; k < l.profile_.count; ++k)
    if (auto const d = l.stride_[k]; d % n != 0)
      within *= l.shape_[k] < n / d ? l.shape_[k] : n / d;
  if (parts == n && within == n && even)
    return true;
  why.start() << "the layout has some of the " << n << " parts of an element without the others";
  return false;
}

/// The layout of a tensor's memory for elements of another width.
constexpr bool recast_view_in(layout& r, layout const& l, std::int64_t old_bits, std::int64_t new_bits,
                              trouble& why) {
  layout const plain = with_strides_that_count(l, new_bits < old_bits);
  if (!recast_in(r, plain, old_bits, new_bits, why))
    return false;
  if (new_bits > old_bits)
    return has_whole_elements(plain, new_bits / old_bits, why);
  if (size(r) == size(l) * (old_bits / new_bits))
    return true;
  why.start() << "several leaves have stride 1";
  return false;
}
constexpr layout recast_view(layout const& l, std::int64_t old_bits, std::int64_t new_bits) {
  layout r;
  trouble why;
  if (recast_view_in(r, l, old_bits, new_bits, why))
    return r;
  sentence words("recast of ");
  words << l << " from " << old_bits << " to " << new_bits << " bits refused: " << why.words;
  for (std::int64_t bits = new_bits; bits != old_bits;) {
    bits = new_bits > old_bits ? bits / 2 : bits * 2;
    trouble still;
    if (recast_view_in(r, l, old_bits, bits, still)) {
      words << "; to " << bits << " bits it is " << r;
      break;
    }
  }
  refused(words.lines());
}

/// Refuses a wide element that would begin in the middle of one.
constexpr void refuse_offset(layout const& l, std::int64_t offset, std::int64_t old_bits,
                             std::int64_t new_bits) {
  auto const n = new_bits / old_bits;
  if (n <= 1 || offset % n == 0)
    return;
  refused((sentence("recast of ") << l << " at offset " << offset << " from " << old_bits << " to "
                                  << new_bits << " bits refused: the offset is no multiple of " << n << "; "
                                  << offset / n * n << " and " << offset / n * n + n << " are")
              .lines());
}

/// Types whose bits can be seen as those of another.
template <class T, class U>
concept recast_types = std::is_trivially_copyable_v<T> && std::is_trivially_copyable_v<U> &&
                       !std::same_as<std::remove_cv_t<T>, bool> && !std::same_as<U, bool> &&
                       std::same_as<U, std::remove_cv_t<U>> &&
                       (sizeof(T) >= sizeof(U) ? sizeof(T) % sizeof(U) == 0 : sizeof(U) % sizeof(T) == 0);

} // namespace detail

/// An element of a host tensor's memory that is seen as another type: reads as a U, and is assigned one.
template <class Engine>
class recast_reference {
public:
  using element_type = typename Engine::element_type;
  constexpr recast_reference(Engine const& engine, std::int64_t at) : engine_{engine}, at_{at} {}
  constexpr recast_reference(recast_reference const&) = default;

  constexpr operator element_type() const { return engine_.template load<1>(at_); }
  constexpr recast_reference const& operator=(element_type const& x) const {
    engine_.template store<1>(at_, x);
    return *this;
  }
  constexpr recast_reference const& operator=(recast_reference const& x) const {
    return *this = static_cast<element_type>(x);
  }

private:
  Engine engine_;
  std::int64_t at_;
};

/// Elements of T in host memory as elements of U: bit for bit, in constant evaluations too.
template <class T, class U>
  requires detail::recast_types<T, U>
class host_recast_engine {
  using stored = std::remove_cv_t<T>;
  static constexpr bool widens = sizeof(U) >= sizeof(T);
  static constexpr std::int64_t ratio =
      static_cast<std::int64_t>(widens ? sizeof(U) / sizeof(T) : sizeof(T) / sizeof(U));
  using parts = std::array<std::conditional_t<widens, stored, U>, static_cast<std::size_t>(ratio)>;

public:
  using element_type = U;
  using offset_type = std::int64_t;
  using place = host_place;
  static constexpr address_space space = address_space::host;
  static constexpr bool readable = true;
  static constexpr bool writable = !std::is_const_v<T>;
  static constexpr int max_lanes = 1;
  static constexpr std::int64_t most_values = 0;
  template <class>
  static constexpr bool takes_coordinate = false;

  /// `start`: the element of T, of wider elements the first, that index 0 begins with.
  constexpr host_recast_engine(host_engine<T> const& memory, std::int64_t start)
      : memory_{memory}
      , start_{start} {}

  constexpr auto at(std::int64_t offset) const {
    if constexpr (writable)
      return recast_reference<host_recast_engine>(*this, offset);
    else
      return load<1>(offset);
  }
  template <int Lanes>
  constexpr U load(std::int64_t offset) const {
    if constexpr (widens) {
      parts all{};
      for (std::int64_t k = 0; k < ratio; ++k)
        all[static_cast<std::size_t>(k)] = memory_.at(start_ + offset * ratio + k);
      return std::bit_cast<U>(all);
    } else {
      return std::bit_cast<parts>(memory_.at(start_ + offset / ratio))[part(offset)];
    }
  }
  template <int Lanes>
  constexpr void store(std::int64_t offset, U const& x) const
    requires writable
  {
    if constexpr (widens) {
      parts const all = std::bit_cast<parts>(x);
      for (std::int64_t k = 0; k < ratio; ++k)
        memory_.at(start_ + offset * ratio + k) = all[static_cast<std::size_t>(k)];
    } else {
      T& whole = memory_.at(start_ + offset / ratio);
      parts all = std::bit_cast<parts>(whole);
      all[part(offset)] = x;
      whole = std::bit_cast<stored>(all);
    }
  }
  static constexpr int lanes() { return 1; }
  static constexpr bool aligned(std::int64_t, int) { return true; }
  constexpr T* data() const { return memory_.data(); }
  constexpr std::int64_t length() const { return memory_.length(); }
  constexpr host_engine<T> const& memory() const { return memory_; }
  constexpr std::int64_t start() const { return start_; }

  template <class Other>
  constexpr bool overlaps(Other const& other) const {
    return memory_.overlaps(other);
  }

private:
  static constexpr std::size_t part(std::int64_t offset) { return static_cast<std::size_t>(offset % ratio); }

  host_engine<T> memory_;
  std::int64_t start_;
};

/// The same memory as elements of another type, bit for bit. The layout is recast_layout's, so a tensor of
/// halves (4,8):(1,4) is one of words (2,8):(1,2), and with n elements of t in one of r
///
///   r(c') is the bits of t's elements n * R(c') + 0, 1, ... n - 1, counted from t's first
///
/// and the other way round where elements become smaller. Nothing is read or written outside of t.
/// Errors: as recast_layout; an offset in the middle of a wide element; a wide element of which the layout
/// has only some parts.
template <class U, class T>
  requires detail::recast_types<T, U>
[[nodiscard]] constexpr auto recast(tensor<host_engine<T>> const& t) {
  if constexpr (std::same_as<U, std::remove_cv_t<T>>) {
    return t;
  } else {
    constexpr auto from = static_cast<std::int64_t>(8 * sizeof(T)),
                   to = static_cast<std::int64_t>(8 * sizeof(U));
    detail::refuse_offset(t.layout(), t.offset(), from, to);
    using engine = host_recast_engine<T, U>;
    auto const view = detail::recast_view(t.layout(), from, to);
    if constexpr (to >= from)
      return tensor<engine>(engine(t.engine(), t.offset()), view);
    else
      return tensor<engine>(engine(t.engine(), 0), view, t.offset() * (from / to));
  }
}

} // namespace enigma
