// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/program_builder.hpp>
#include <enigma/codegen/parameters.hpp>
#include <enigma/codegen/variable.hpp>

// Memory that many threads change at once: a buffer parameter atomic<u32, "Count">, or an array of the
// threadgroup made by gpu::threadgroup_atomic. Its elements are reached by these functions alone.

namespace enigma {

/// The orders of C++. MSL's atomics have the first alone: they order nothing but themselves, and a barrier
/// orders the other memory of a threadgroup.
enum class memory_order : std::uint8_t { relaxed, acquire, release, acq_rel, seq_cst };

// What a compiler names when it refuses an atomic.
template <class T>
concept an_atomic_is_of_u32_i32_bool_or_f32 =
    std::same_as<T, u32> || std::same_as<T, i32> || std::same_as<T, bool> || std::same_as<T, f32>;
template <class T>
concept an_atomic_of_a_threadgroup_is_of_u32_i32_or_bool =
    an_atomic_is_of_u32_i32_bool_or_f32<T> && !std::same_as<T, f32>;
template <class T>
concept this_atomic_takes_u32_i32_and_f32_alone =
    an_atomic_is_of_u32_i32_bool_or_f32<T> && !std::same_as<T, bool>;
template <class T>
concept this_atomic_takes_u32_and_i32_alone = std::same_as<T, u32> || std::same_as<T, i32>;
template <class T>
concept this_atomic_takes_no_f32_use_as_type_and_u32 = an_atomic_of_a_threadgroup_is_of_u32_i32_or_bool<T>;

/// An element of atomic memory. Functions that change it give what stood there before. Each happens as a
/// whole, in an order that is open. Errors: an order other than relaxed, which MSL does not have.
template <an_atomic_is_of_u32_i32_bool_or_f32 T>
class atomic_element {
public:
  constexpr atomic_element(detail::builder* owner, int memory, value_id index)
      : owner_{owner}
      , memory_{memory}
      , index_{index} {}

  constexpr value<T> load(memory_order order = memory_order::relaxed) const {
    return apply(op::atomic_load, order);
  }
  template <detail::fits_as<T> X>
  constexpr void store(X const& x, memory_order order = memory_order::relaxed) const {
    check(op::atomic_store, order);
    owner_->atomic(op::atomic_store, memory_, {}, index_, detail::id_of<T>(owner_, x));
  }
  template <detail::fits_as<T> X>
  constexpr value<T> exchange(X const& x, memory_order order = memory_order::relaxed) const {
    return apply(op::atomic_exchange, order, x);
  }

  /// The sum; integers wrap. The order of a sum of floats is open.
  template <detail::fits_as<T> X>
    requires this_atomic_takes_u32_i32_and_f32_alone<T>
  constexpr value<T> fetch_add(X const& x, memory_order order = memory_order::relaxed) const {
    return apply(op::atomic_fetch_add, order, x);
  }
  template <detail::fits_as<T> X>
    requires this_atomic_takes_u32_i32_and_f32_alone<T>
  constexpr value<T> fetch_sub(X const& x, memory_order order = memory_order::relaxed) const {
    return apply(op::atomic_fetch_sub, order, x);
  }
  template <detail::fits_as<T> X>
    requires this_atomic_takes_u32_and_i32_alone<T>
  constexpr value<T> fetch_min(X const& x, memory_order order = memory_order::relaxed) const {
    return apply(op::atomic_fetch_min, order, x);
  }
  template <detail::fits_as<T> X>
    requires this_atomic_takes_u32_and_i32_alone<T>
  constexpr value<T> fetch_max(X const& x, memory_order order = memory_order::relaxed) const {
    return apply(op::atomic_fetch_max, order, x);
  }
  template <detail::fits_as<T> X>
    requires this_atomic_takes_u32_and_i32_alone<T>
  constexpr value<T> fetch_and(X const& x, memory_order order = memory_order::relaxed) const {
    return apply(op::atomic_fetch_and, order, x);
  }
  template <detail::fits_as<T> X>
    requires this_atomic_takes_u32_and_i32_alone<T>
  constexpr value<T> fetch_or(X const& x, memory_order order = memory_order::relaxed) const {
    return apply(op::atomic_fetch_or, order, x);
  }
  template <detail::fits_as<T> X>
    requires this_atomic_takes_u32_and_i32_alone<T>
  constexpr value<T> fetch_xor(X const& x, memory_order order = memory_order::relaxed) const {
    return apply(op::atomic_fetch_xor, order, x);
  }

  /// Stores `desired` if `expected` stands there; else sets `expected` to what does. Gives whether it has
  /// stored, and may fail without a reason: it belongs in a loop.
  ///
  ///   auto old = g.variable(a[i].load());
  ///   g.while_([&] { return !a[i].compare_exchange_weak(old, old * 2u); }, [] {});
  ///
  /// Not for f32, where a compiler with fast math may compare numbers instead of bits: keep the bits in an
  /// atomic of u32, and use as_type.
  template <detail::fits_as<T> X>
    requires this_atomic_takes_no_f32_use_as_type_and_u32<T>
  constexpr value<bool> compare_exchange_weak(var<T> const& expected, X const& desired,
                                              memory_order success = memory_order::relaxed,
                                              memory_order failure = memory_order::relaxed) const {
    check(op::atomic_compare_exchange_weak, success);
    check(op::atomic_compare_exchange_weak, failure);
    value_id const x = detail::id_of<T>(owner_, desired);
    return {owner_, owner_->atomic(op::atomic_compare_exchange_weak, memory_, type_of<bool>, index_,
                                   expected.variable_in(owner_), x)};
  }

private:
  constexpr void check(op code, memory_order order) const {
    constexpr char const* names[] = {"relaxed", "acquire", "release", "acq_rel", "seq_cst"};
    if (order != memory_order::relaxed)
      refused((detail::sentence(info(code).name)
               << " of " << owner_->memory_at(memory_).name
               << ": memory_order::" << names[static_cast<int>(order)]
               << " is not in Metal: its atomics are relaxed, and a barrier orders the other memory of a "
                  "threadgroup")
                  .lines());
  }
  template <class... X>
  constexpr value<T> apply(op code, memory_order order, X const&... x) const {
    check(code, order);
    value_id const ids[] = {detail::id_of<T>(owner_, x)..., no_value};
    return {owner_, owner_->atomic(code, memory_, type_of<T>, index_, ids[0])};
  }

  detail::builder* owner_;
  int memory_;
  value_id index_;
};

/// A buffer that all threads of the grid may change at once; the call gives it as eg::inout(x). u32 and i32;
/// bool: Metal 2.4; f32: Metal 3.0. MSL: `device atomic_uint* Name [[buffer(n)]]`.
///
///   [](gpu& g, in<u32, "X"> x, atomic<u32, "Count"> count) {
///     count[x[g.thread_position_in_grid()]].fetch_add(1u);
///   }
template <class T, fixed_string Name, buffer_index At>
class atomic {
public:
  static_assert(an_atomic_is_of_u32_i32_bool_or_f32<T>,
                "atomic<T, \"name\">: T is u32, i32, bool or f32, of which Metal has atomics");

  static constexpr parameter description = [] {
    parameter p = detail::described<Name, At>(access::inout, type_of<T>.element);
    p.atomic = true;
    return p;
  }();

  constexpr atomic(detail::program_builder* program, int parameter) : argument_{program, parameter} {}
  template <index_value Index>
  constexpr atomic_element<T> operator[](Index const& i) const {
    detail::builder* const b = argument_.owner();
    return {b, argument_.memory(), detail::index_id(b, i)};
  }
  constexpr detail::builder* owner() const { return argument_.owner(); }
  constexpr int memory() const { return argument_.memory(); }

private:
  detail::argument_handle<T> argument_;
};

/// The same shared by the threads of a threadgroup, as long as the call says: eg::threadgroup_length(64).
/// u32, i32 and, from Metal 2.4 on, bool. MSL: `threadgroup atomic_uint* Name [[threadgroup(n)]]`.
template <class T, fixed_string Name>
class threadgroup_atomic {
public:
  static_assert(an_atomic_of_a_threadgroup_is_of_u32_i32_or_bool<T>,
                "threadgroup_atomic<T, \"name\">: T is u32, i32 or bool, of which Metal has atomics there");
  static constexpr parameter description = [] {
    parameter p = detail::described<Name, buffer_index{}>(access::threadgroup, type_of<T>.element);
    p.atomic = true;
    return p;
  }();

  constexpr threadgroup_atomic(detail::builder* owner, int memory) : owner_{owner}, memory_{memory} {}
  template <index_value Index>
  constexpr atomic_element<T> operator[](Index const& i) const {
    return {owner_, memory_, detail::index_id(owner_, i)};
  }
  constexpr detail::builder* owner() const { return owner_; }
  constexpr int memory() const { return memory_; }

private:
  detail::builder* owner_;
  int memory_;
};

/// An array that all threads of the threadgroup may change at once, made by gpu::threadgroup_atomic. Its
/// contents are undefined until stored; a barrier stands between that and another thread's access.
template <an_atomic_of_a_threadgroup_is_of_u32_i32_or_bool T>
class threadgroup_atomics {
public:
  constexpr threadgroup_atomics(detail::builder* owner, int memory, std::int64_t length)
      : owner_{owner}
      , memory_{memory}
      , length_{length} {}

  template <index_value Index>
  constexpr atomic_element<T> operator[](Index const& i) const {
    return {owner_, memory_, detail::index_id(owner_, i)};
  }
  constexpr std::int64_t size() const { return length_; }
  constexpr detail::builder* owner() const { return owner_; }
  constexpr int memory() const { return memory_; }

private:
  detail::builder* owner_;
  int memory_;
  std::int64_t length_;
};

namespace detail {
/// What atomics are of; void: no atomics.
template <class A>
struct atomics_of {
  using type = void;
};
template <class T, fixed_string Name, buffer_index At>
struct atomics_of<atomic<T, Name, At>> {
  using type = T;
};
template <class T, fixed_string Name>
struct atomics_of<threadgroup_atomic<T, Name>> {
  using type = T;
};
template <class T>
struct atomics_of<threadgroup_atomics<T>> {
  using type = T;
};
template <class T, fixed_string Name>
inline constexpr bool is_in_threadgroup<threadgroup_atomic<T, Name>> = true;
template <class T>
inline constexpr bool is_in_threadgroup<threadgroup_atomics<T>> = true;
} // namespace detail

} // namespace enigma
