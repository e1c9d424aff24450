// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <span>
#include <type_traits>

#include <enigma/codegen/ir.hpp>
#include <enigma/codegen/parameters_fwd.hpp>
#include <enigma/runtime/detail/backend.hpp>

// The arguments of a call: eg::in(x), eg::out(x) and eg::inout(x) wrap host memory, a scalar is passed as it
// is or as eg::scalar(x). They keep a pointer, so the memory has to live until the kernel has run.

namespace enigma {

namespace detail {
template <class R>
using host_element = std::remove_reference_t<decltype(*std::data(std::declval<R&>()))>;
} // namespace detail

/// Contiguous memory of an element type: an array, std::vector, std::array, std::span ... Not
/// std::vector<bool>, which has no bools to point to; a span over a bool[] serves instead.
template <class R>
concept host_memory = requires(std::remove_reference_t<R>& r) {
  { std::size(r) } -> std::convertible_to<std::size_t>;
  requires std::is_pointer_v<decltype(std::data(r))>;
  requires element<std::remove_const_t<detail::host_element<std::remove_reference_t<R>>>>;
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
template <element T>
struct host_span {};
template <element T>
struct host_value {};

class memory_argument {
public:
  host_argument const& as_argument() const { return argument_; }

protected:
  template <class R>
  memory_argument(R& r, enigma::access access)
      : argument_{const_cast<void*>(static_cast<void const*>(std::data(r))),
                  static_cast<std::size_t>(std::size(r)),
                  element_traits<std::remove_const_t<host_element<R>>>::kind, access, 0} {}

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
    return {nullptr, 1, detail::element_traits<T>::kind, access::scalar, bits_};
  }

private:
  std::int64_t bits_;
};
template <element T>
scalar(T) -> scalar<detail::host_value<T>, "">;

/// What a kernel can be called with.
template <class A>
concept kernel_argument = element<std::remove_cvref_t<A>> || requires(A const& a) {
  { a.as_argument() } -> std::convertible_to<detail::host_argument>;
};

namespace detail {
template <class A>
host_argument to_argument(A const& a) {
  if constexpr (element<A>)
    return scalar(a).as_argument();
  else if constexpr (kernel_argument<A>)
    return a.as_argument();
  else
    static_assert(
        kernel_argument<A>,
        "an argument is eg::in(x), eg::out(x) or eg::inout(x) for memory, or a number of type bool, "
        "i8 to u64, f16, bf16 or f32 (2.0 is a double: write 2.0f)");
}
} // namespace detail

} // namespace enigma
