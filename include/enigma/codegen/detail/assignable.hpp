// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/value.hpp>

namespace enigma::detail {

/// The compound assignments of a place that can be read and written: Place gives read() and write(value).
template <class Place, class T>
struct compound_assignment {
  template <class X>
    requires operands_of<op::add, value<T>, X>
  constexpr Place const& operator+=(X const& x) const {
    return update(place().read() + x);
  }
  template <class X>
    requires operands_of<op::sub, value<T>, X>
  constexpr Place const& operator-=(X const& x) const {
    return update(place().read() - x);
  }
  template <class X>
    requires operands_of<op::mul, value<T>, X>
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
