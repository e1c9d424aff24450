// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <type_traits>

#include <enigma/codegen/ir.hpp>
#include <enigma/codegen/parameters_fwd.hpp>
#include <enigma/codegen/structs.hpp>
#include <enigma/runtime/detail/backend.hpp>

// The arguments of a call: eg::in(x), eg::out(x) and eg::inout(x) wrap host memory, a number is passed as it
// is, as eg::scalar(x) or as eg::constant(x), and threadgroup memory as its length. Wrapped memory is a
// pointer. They keep a pointer, so the memory has to live until the kernel has run.

namespace enigma {

namespace detail {
template <class R>
using host_element = std::remove_reference_t<decltype(*std::data(std::declval<R&>()))>;
} // namespace detail

/// Contiguous memory of an element type, of vectors, matrices or structs: an array, std::vector, std::array,
/// std::span ... Not std::vector<bool>, which has no bools to point to; a span over a bool[] serves instead.
template <class R>
concept host_memory = requires(std::remove_reference_t<R>& r) {
  { std::size(r) } -> std::convertible_to<std::size_t>;
  requires std::is_pointer_v<decltype(std::data(r))>;
  requires element<std::remove_const_t<detail::host_element<std::remove_reference_t<R>>>> ||
               record_type<std::remove_const_t<detail::host_element<std::remove_reference_t<R>>>>;
};

/// An argument keeps a pointer: a temporary would be gone when the kernel runs. Spans do not own, so they may
/// be temporary.
template <class R>
concept outlives_the_call =
    std::is_lvalue_reference_v<R> || std::ranges::enable_borrowed_range<std::remove_cvref_t<R>>;

/// Memory that a kernel may write to: not const.
template <class R>
concept writable_host_memory =
    host_memory<R> && !std::is_const_v<detail::host_element<std::remove_reference_t<R>>>;

namespace detail {

// What marks in<...> and the others as the argument of a call instead of a kernel's parameter.
template <class T>
struct host_span {};
template <class T>
struct host_value {};

/// What an argument says of its type.
template <class T>
host_argument argument_of_type() {
  host_argument a;
  if constexpr (element<T>)
    a.element = element_traits<T>::kind;
  else
    a.record = &record_of<T>;
  return a;
}

class memory_argument {
public:
  host_argument const& as_argument() const { return argument_; }

protected:
  template <class R>
  memory_argument(R& r, enigma::access access)
      : argument_{argument_of_type<std::remove_const_t<host_element<R>>>()} {
    argument_.data = const_cast<void*>(static_cast<void const*>(std::data(r)));
    argument_.length = static_cast<std::size_t>(std::size(r));
    argument_.access = access;
  }

private:
  host_argument argument_;
};

template <class R>
using host_span_of = host_span<std::remove_const_t<host_element<std::remove_reference_t<R>>>>;

} // namespace detail

/// Host memory that the kernel reads.
template <class T>
class in<detail::host_span<T>, ""> : public detail::memory_argument {
public:
  template <host_memory R>
    requires outlives_the_call<R>
  explicit in(R&& r) : memory_argument(r, access::in) {}
};
template <host_memory R>
  requires outlives_the_call<R>
in(R&&) -> in<detail::host_span_of<R>, "">;

/// Host memory that the kernel writes.
template <class T>
class out<detail::host_span<T>, ""> : public detail::memory_argument {
public:
  template <writable_host_memory R>
    requires outlives_the_call<R>
  explicit out(R&& r) : memory_argument(r, access::out) {}
};
template <writable_host_memory R>
  requires outlives_the_call<R>
out(R&&) -> out<detail::host_span_of<R>, "">;

/// Host memory that the kernel reads and writes.
template <class T>
class inout<detail::host_span<T>, ""> : public detail::memory_argument {
public:
  template <writable_host_memory R>
    requires outlives_the_call<R>
  explicit inout(R&& r) : memory_argument(r, access::inout) {}
};
template <writable_host_memory R>
  requires outlives_the_call<R>
inout(R&&) -> inout<detail::host_span_of<R>, "">;

/// One number; the same as passing the number itself.
template <class T>
class scalar<detail::host_value<T>, ""> {
public:
  explicit scalar(T x) : bits_{constant_bits(x)} {}
  detail::host_argument as_argument() const {
    return {nullptr, 1, detail::element_traits<T>::kind, access::scalar, bits_, {}};
  }

private:
  std::int64_t bits_;
};
template <element T>
scalar(T) -> scalar<detail::host_value<T>, "">;

/// The value of a function constant, one number for each lane: constant(1.0f, 0.0f). Of one lane, the same as
/// passing the number itself.
template <class T>
class constant<detail::host_value<T>, ""> {
public:
  template <std::same_as<T>... X>
    requires(sizeof...(X) >= 1 && sizeof...(X) <= 4)
  explicit constant(X... lanes)
      : lanes_{{static_cast<std::uint32_t>(constant_bits(lanes))...}}
      , count_{sizeof...(X)} {
    static_assert(size_in_bytes(type_of<T>.element) <= 4, "a function constant's lanes have 32 bits at most");
  }
  detail::host_argument as_argument() const {
    return {nullptr, count_, detail::element_traits<T>::kind, access::constant, 0, lanes_};
  }

private:
  constant_lanes lanes_;
  std::size_t count_;
};
template <element T, std::same_as<T>... More>
constant(T, More...) -> constant<detail::host_value<T>, "">;

namespace detail {
struct left_to_default {
  host_argument as_argument() const { return {nullptr, 0, {}, access::constant, 0, {}}; }
};
} // namespace detail

/// In place of a function constant: it has the default that the kernel gives it.
inline constexpr detail::left_to_default by_default{};

/// The length, in elements, of a kernel's `threadgroup` parameter. The bytes are a multiple of 16.
class threadgroup_length {
public:
  explicit threadgroup_length(std::size_t elements) : elements_{elements} {}
  detail::host_argument as_argument() const { return {nullptr, elements_, {}, access::threadgroup, 0, {}}; }

private:
  std::size_t elements_;
};
/// One struct, vector or matrix; the same as passing it itself.
template <record_type T>
class scalar<detail::host_value<T>, ""> {
public:
  explicit scalar(T const& x) : held_{x} {}
  detail::host_argument as_argument() const {
    detail::host_argument a = detail::argument_of_type<T>();
    a.data = const_cast<void*>(static_cast<void const*>(&held_));
    a.length = 1;
    a.access = access::scalar;
    return a;
  }

private:
  T held_;
};
template <record_type T>
scalar(T) -> scalar<detail::host_value<T>, "">;

/// What a kernel can be called with.
template <class A>
concept kernel_argument =
    element<std::remove_cvref_t<A>> || record_type<std::remove_cvref_t<A>> || requires(A const& a) {
      { a.as_argument() } -> std::convertible_to<detail::host_argument>;
    };

namespace detail {
template <class A>
host_argument to_argument(A const& a) {
  if constexpr (element<A>)
    return scalar(a).as_argument();
  else if constexpr (record_type<A>) {
    host_argument r = argument_of_type<A>();
    r.data = const_cast<void*>(static_cast<void const*>(&a));
    r.length = 1;
    r.access = access::scalar;
    return r;
  } else if constexpr (kernel_argument<A>)
    return a.as_argument();
  else
    static_assert(
        kernel_argument<A>,
        "an argument is eg::in(x), eg::out(x) or eg::inout(x) for memory, or a number of type bool, "
        "i8 to u64, f16, bf16 or f32 (2.0 is a double: write 2.0f), for function constants also "
        "eg::constant(x, y) and eg::by_default, eg::threadgroup_length(n), a struct of "
        "BOOST_HANA_DEFINE_STRUCT, an eg::vec or an eg::mat");
}
} // namespace detail

} // namespace enigma
