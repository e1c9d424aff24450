// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/assignable.hpp>

namespace enigma {

/// A mutable variable of a kernel, made by `gpu::variable(initial)`. It reads as a value<T>; `=` and the
/// compound assignments change it for all that follows, also out of an if_ or a loop. A copy is the same
/// variable.
template <kernel_type T>
class var : public detail::compound_assignment<var<T>, T> {
public:
  using traced_type = T;

  constexpr var(detail::builder* owner, value_id id) : owner_{owner}, id_{id} {}
  constexpr var(var const&) = default;

  /// The value now; later assignments do not change it.
  constexpr value<T> read() const { return {owner_, owner_->get(id_)}; }
  constexpr void write(value<T> const& x) const { owner_->set(id_, x.id_in(owner_)); }
  constexpr operator value<T>() const { return read(); }

  constexpr var const& operator=(var const& x) const {
    write(x.read());
    return *this;
  }
  template <class X>
    requires(an_assigned_value_has_this_type_convert_it_with_cast<X, T> ||
             (std::same_as<detail::traced_type_of<X>, T> && std::convertible_to<X, value<T>>))
  constexpr var const& operator=(X const& x) const {
    write(x);
    return *this;
  }

  constexpr detail::builder* owner() const { return owner_; }
  /// What an operation that changes it names: refused in a kernel that it is not of.
  constexpr value_id variable_in(detail::builder const* b) const {
    if (b != owner_)
      refused("a variable of one kernel is used in another");
    return id_;
  }

private:
  detail::builder* owner_;
  value_id id_;
};

} // namespace enigma
