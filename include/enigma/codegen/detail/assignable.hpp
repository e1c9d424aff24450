// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/value.hpp>

namespace enigma::detail {

/// What an operator gives is of the place's own type: also matrices, and a row vector times a square matrix.
template <class T, class X>
concept adds_to = requires(value<T> const& v, X const& x) {
  { v + x } -> std::same_as<value<T>>;
};
template <class T, class X>
concept subtracts_from = requires(value<T> const& v, X const& x) {
  { v - x } -> std::same_as<value<T>>;
};
template <class T, class X>
concept multiplies = requires(value<T> const& v, X const& x) {
  { v* x } -> std::same_as<value<T>>;
};

/// The compound assignments of a place that can be read and written: Place gives read() and write(value).
template <class Place, class T>
struct compound_assignment {
  template <class X>
    requires adds_to<T, X>
  constexpr Place const& operator+=(X const& x) const {
    return update(place().read() + x);
  }
  template <class X>
    requires subtracts_from<T, X>
  constexpr Place const& operator-=(X const& x) const {
    return update(place().read() - x);
  }
  template <class X>
    requires multiplies<T, X>
  constexpr Place const& operator*=(X const& x) const {
    return update(place().read() * x);
  }
  template <class X>
    requires operands_of<op::div, value<T>, X>
  constexpr Place const& operator/=(X const& x) const {
    return update(place().read() / x);
  }
  template <class X>
    requires operands_of<op::rem, value<T>, X>
  constexpr Place const& operator%=(X const& x) const {
    return update(place().read() % x);
  }
  template <class X>
    requires operands_of<op::bit_and, value<T>, X>
  constexpr Place const& operator&=(X const& x) const {
    return update(place().read() & x);
  }
  template <class X>
    requires operands_of<op::bit_or, value<T>, X>
  constexpr Place const& operator|=(X const& x) const {
    return update(place().read() | x);
  }
  template <class X>
    requires operands_of<op::bit_xor, value<T>, X>
  constexpr Place const& operator^=(X const& x) const {
    return update(place().read() ^ x);
  }
  template <class X>
    requires operands_of<op::shl, value<T>, X>
  constexpr Place const& operator<<=(X const& x) const {
    return update(place().read() << x);
  }
  template <class X>
    requires operands_of<op::shr, value<T>, X>
  constexpr Place const& operator>>=(X const& x) const {
    return update(place().read() >> x);
  }

private:
  friend Place;
  constexpr compound_assignment() = default;

  constexpr Place const& place() const { return static_cast<Place const&>(*this); }
  constexpr Place const& update(value<T> x) const {
    place().write(x);
    return place();
  }
};

} // namespace enigma::detail
