// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/layout/layout.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace enigma {

/// Where elements live. In a kernel: `device` and `constant` memory, `threadgroup` memory, or `registers`,
/// which belong to one thread and have no address. On the host: `host`.
enum class address_space : std::uint8_t { host, device, constant, threadgroup, registers };

/// What a tensor's elements live in, and how they are reached. An engine E has
///
///   E::element_type         the type of one element
///   E::offset_type          an element count from the start: made from a std::int64_t, has +, and
///                           linear_index works on it
///   E::place                the machine that computes with the elements: see host_place
///   E::space                the address space of the elements
///   E::readable, writable   what is allowed
///   E::max_lanes            the widest vector access: 1, 2 or 4
///   E::most_values          the largest tile that a store accepts; 0 for no limit
///   E::takes_coordinate<C>  whether a C can be a coordinate besides the integers; e.coordinate(c) is then
///                           an offset_type to which linear_index is applied
///   e.at(offset)            the element itself, as an expression of the author
///   e.load<W>(offset)       W consecutive elements; e.store<W>(offset, lanes)
///   e.load_same<W>(offset)  one element W times, if max_lanes is above 1
///   e.lanes()               the widest access wanted now, at most max_lanes
///   e.aligned(offset, w)    whether an access of w elements is known to be aligned there
///   e.overlaps(other)       whether the memories may have an element in common
///
/// and, if a store to it is under a condition (see within), e.condition_at(offset). An engine may have
/// e.prepare(offset), which computes what an access there needs.
///
/// Models: host_engine<float>, and the engines over a kernel's buffers; not: float*.
template <class E>
concept tensor_engine = requires(E const& e, typename E::offset_type const& o) {
  typename E::element_type;
  typename E::place;
  { E::space } -> std::convertible_to<address_space>;
  { E::readable } -> std::convertible_to<bool>;
  { E::writable } -> std::convertible_to<bool>;
  { E::max_lanes } -> std::convertible_to<int>;
  { E::most_values } -> std::convertible_to<std::int64_t>;
  e.at(o);
  { e.lanes() } -> std::convertible_to<int>;
  { e.aligned(o, 4) } -> std::same_as<bool>;
  { o + o } -> std::same_as<typename E::offset_type>;
  requires std::constructible_from<typename E::offset_type, std::int64_t>;
};

/// Plain C++ on the host: one lane is one element, and a number next to a tile becomes its element type by
/// the rule for literals: bool to bool, integers to integers, any number to floating types.
struct host_place {
  template <class T, int Lanes>
  using lanes = T;
  template <class L>
  using element = L;
  /// X can stand beside a tile of T as the same value for all elements.
  template <class X, class T>
  static constexpr bool broadcasts =
      std::same_as<X, T> || (std::is_arithmetic_v<X> && !std::same_as<X, bool> && !std::same_as<T, bool> &&
                             (std::is_floating_point_v<T> || std::is_class_v<T> || std::is_integral_v<X>));
  template <class T, class X>
  static constexpr T broadcast(X const& x) {
    if constexpr (std::same_as<X, T>) {
      return x;
    } else if constexpr (std::is_integral_v<X> && std::is_integral_v<T>) {
      T const r = static_cast<T>(x);
      if (static_cast<X>(r) != x || (r < T{}) != (x < X{}))
        refused((detail::sentence("the integer ")
                 << static_cast<std::int64_t>(x) << " does not fit the elements of the tile")
                    .lines());
      return r;
    } else if constexpr (std::is_arithmetic_v<T>) {
      return static_cast<T>(x);
    } else {
      return T(static_cast<float>(x)); // f16 and the like: from float
    }
  }
  template <class L>
  static constexpr L none() {
    return L{};
  }
  using condition = bool;
  static constexpr bool condition_of(bool c) { return c; }
  template <class Body>
  static constexpr void run_if(bool c, Body const& body) {
    if (c)
      body();
  }
};

/// Elements in host memory: a pointer, and how many elements may be reached from it.
template <class T>
class host_engine {
public:
  using element_type = std::remove_cv_t<T>;
  using offset_type = std::int64_t;
  using place = host_place;
  static constexpr address_space space = address_space::host;
  static constexpr bool readable = true;
  static constexpr bool writable = !std::is_const_v<T>;
  static constexpr int max_lanes = 1;
  static constexpr std::int64_t most_values = 0;
  /// Coordinates on the host are integers.
  template <class>
  static constexpr bool takes_coordinate = false;

  constexpr host_engine(T* data, std::int64_t length) : data_{data}, length_{length} {}

  constexpr T& at(std::int64_t offset) const { return data_[offset]; }
  template <int Lanes>
  constexpr element_type load(std::int64_t offset) const {
    static_assert(Lanes == 1);
    return data_[offset];
  }
  template <int Lanes>
  constexpr void store(std::int64_t offset, element_type const& x) const
    requires writable
  {
    static_assert(Lanes == 1);
    data_[offset] = x;
  }
  static constexpr int lanes() { return 1; }
  static constexpr bool aligned(std::int64_t, int) { return true; }
  /// The first element and the number of elements.
  constexpr T* data() const { return data_; }
  constexpr std::int64_t length() const { return length_; }

  /// Compared by address, with anything that has data() and length() in host memory.
  template <class Other>
  constexpr bool overlaps(Other const& other) const {
    if (!std::is_constant_evaluated()) {
      auto const mine = reinterpret_cast<std::uintptr_t>(data_);
      auto const theirs = reinterpret_cast<std::uintptr_t>(other.data());
      return mine < theirs + static_cast<std::uintptr_t>(other.length()) * sizeof(*other.data()) &&
             theirs < mine + static_cast<std::uintptr_t>(length_) * sizeof(T);
    }
    // Only == is allowed between different arrays in a constant evaluation.
    for (std::int64_t i = 0; i < length_; ++i)
      if (static_cast<void const*>(data_ + i) == static_cast<void const*>(other.data()))
        return true;
    for (std::int64_t i = 0; i < other.length(); ++i)
      if (static_cast<void const*>(other.data() + i) == static_cast<void const*>(data_))
        return true;
    return false;
  }
  template <class U>
  constexpr bool same_start(host_engine<U> const& other) const {
    return static_cast<void const*>(data_) == static_cast<void const*>(other.data());
  }

private:
  T* data_;
  std::int64_t length_;
};

namespace detail {

/// One past the largest index that `l` reaches from `offset`. Refuses an index below 0 and, unless `length`
/// is negative, one at or past `length`.
constexpr std::int64_t reach(layout const& l, std::int64_t offset, std::int64_t length) {
  std::int64_t low = offset;
  std::int64_t high = offset;
  bool overflows = offset < 0;
  for (int k = 0; k < l.leaves(); ++k)
    overflows = overflows ||
                !add_product(l.leaf_stride(k) < 0 ? low : high, l.leaf_shape(k) - 1, l.leaf_stride(k)) ||
                high == INT64_MAX;
  if (overflows)
    refused((sentence("make_tensor: ") << l << " at offset " << offset
                                       << " refused: the offset is negative or an index exceeds 64 bits")
                .lines());
  if (low < 0)
    refused((sentence("make_tensor: ") << l << " at offset " << offset << " refused: it reaches index " << low
                                       << ", before the first element")
                .lines());
  if (length >= 0 && high >= length) {
    sentence s("make_tensor: ");
    s << l;
    if (offset != 0)
      s << " at offset " << offset;
    s << " refused: it needs " << high + 1 << " elements, the memory has " << length;
    refused(s.lines());
  }
  return high + 1;
}

} // namespace detail
} // namespace enigma
