// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/parameters.hpp>

// Function constants: numbers that are known when the pipeline is built, so that Metal's compiler folds them
// and the branches on them.

namespace enigma {

// What a compiler names when it refuses a function constant.
template <class T>
concept a_function_constant_is_bool_i8_to_u32_f16_f32_or_a_vec_of_them =
    value_type<T> && !std::same_as<element_of<T>, bf16> && size_in_bytes(type_of<T>.element) <= 4;

namespace detail {

template <class E>
constexpr bool is_default_of(default_value const& d) {
  if (d.what == default_value::sort::none)
    return true;
  bool const boolean = d.what == default_value::sort::boolean, real = d.what == default_value::sort::real;
  return boolean == std::same_as<E, bool> && (!real || floating_type<E>);
}

/// The lanes of a default, exactly as a literal beside a value of the type would be.
template <value_type T>
constexpr constant_lanes lanes_of_default(default_value const& d) {
  using E = element_of<T>;
  constant_lanes r;
  for (int lane = 0; lane < type_traits<T>::lanes; ++lane) {
    int const from = d.count == 1 ? 0 : lane;
    std::int64_t bits = 0;
    if constexpr (std::same_as<E, bool>)
      bits = d.numbers[from];
    else if constexpr (floating_type<E>)
      bits = d.what == default_value::sort::real ? literal_bits<E>(d.real(from))
                                                 : literal_bits<E>(d.numbers[from]);
    else
      bits = literal_bits<E>(d.numbers[from]);
    r.bits[lane] = static_cast<std::uint32_t>(bits);
  }
  return r;
}

} // namespace detail

/// A number, or a vector, given when the kernel is called, and a constant for Metal's compiler: (1) with its
/// index among the program's function constants, or `next_index` for the lowest free one; (2) with a value
/// for calls that leave it to its default, by eg::by_default. One for all kernels of the program. T: bool, i8
/// to u32, f16, f32 and vectors of them. Metal 1.2. MSL, at file scope: `constant float eps
/// [[function_constant(0)]];`
///
///   [](gpu& g, in<f32, "X"> x, constant<f32, "eps", 0> eps, constant<bool, "relu", 1, true> relu, ...)
///   rt.execute(k, threads(n), in(x), 1e-5f, by_default, ...);
template <class T, fixed_string Name, int Index, default_value Default>
class constant {
  static_assert(
      a_function_constant_is_bool_i8_to_u32_f16_f32_or_a_vec_of_them<T>,
      "constant<T, \"name\">: T is bool, i8 to u32, f16, f32, or a vec of them: Metal has no function "
      "constants of other types");
  static_assert(Index >= next_index && Index <= 65535,
                "constant<T, \"name\", index>: the index is 0 to 65535, or next_index");
  static_assert(
      detail::is_default_of<element_of<T>>(Default),
      "constant<T, \"name\", index, default>: the default is true or false for bool, an integer for "
      "integers, and a number for floats");
  static_assert(Default.count <= 1 || Default.count == detail::type_traits<T>::lanes,
                "constant<vec<T, N>, \"name\", index, default_value{...}>: one number for all lanes, or N");

public:
  static constexpr constant_lanes preset = detail::lanes_of_default<T>(Default);
  static constexpr parameter description = [] {
    parameter p;
    p.name = detail::static_name<Name>;
    p.access = access::constant;
    p.element = type_of<T>.element;
    p.lanes = type_of<T>.lanes;
    p.binding = Index;
    p.preset = Default.count != 0 ? &preset : nullptr;
    return p;
  }();
  using traced_type = T;

  constexpr constant(detail::program_builder* program, int parameter) : argument_{program, parameter} {}
  constexpr operator value<T>() const {
    return {owner(), owner()->scalar_argument(type_of<T>, argument_.memory())};
  }
  constexpr detail::builder* owner() const { return argument_.owner(); }
  /// Lane `i` of a vector.
  constexpr value<element_of<T>> operator[](int i) const
    requires(detail::type_traits<T>::lanes > 1)
  {
    return value<T>(*this)[i];
  }

private:
  detail::argument_handle<element_of<T>> argument_;
};

} // namespace enigma
