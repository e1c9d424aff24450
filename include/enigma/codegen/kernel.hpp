// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/detail/program_builder.hpp>
#include <enigma/codegen/gpu.hpp>

namespace enigma {

/// A kernel: a name and a body. Made by `kernel<"name">(lambda)`.
template <fixed_string Name, class Body>
struct kernel_definition {
  Body body;
  static constexpr char const* name = detail::static_name<Name>;
};

/// A kernel from its body, an ordinary lambda that takes `gpu&` and then its parameters: in<T, "name">, out,
/// inout, atomic and scalar. The body is run once, when the kernel is compiled, with values that record what
/// is done to them.
///
///   inline constexpr auto twice = kernel<"twice">([](gpu& g, in<f32, "X"> x, out<f32, "Y"> y) {
///     auto i = g.thread_position_in_grid();
///     y[i] = 2 * x[i];
///   });
template <fixed_string Name, class Body>
constexpr kernel_definition<Name, Body> kernel(Body body) {
  return {body};
}

namespace detail {

template <class P>
struct parameter_traits; // a kernel's parameters are in, out, inout, atomic and scalar
template <class T, fixed_string Name>
struct parameter_traits<in<T, Name>> {
  static constexpr parameter description{static_name<Name>, access::in, type_of<T>.element};
};
template <class T, fixed_string Name>
struct parameter_traits<out<T, Name>> {
  static constexpr parameter description{static_name<Name>, access::out, type_of<T>.element};
};
template <class T, fixed_string Name>
struct parameter_traits<inout<T, Name>> {
  static constexpr parameter description{static_name<Name>, access::inout, type_of<T>.element};
};
template <class T, fixed_string Name>
struct parameter_traits<scalar<T, Name>> {
  static constexpr parameter description{static_name<Name>, access::scalar, type_of<T>.element};
};
template <class T, fixed_string Name>
struct parameter_traits<atomic<T, Name>> {
  static constexpr parameter description{static_name<Name>, access::inout, type_of<T>.element, 0, true};
};

template <class P>
concept kernel_parameter = requires { parameter_traits<P>::description; };

template <class... P>
struct parameter_list {};

// What a lambda takes after its first parameter.
template <class F>
struct body_parameters;
template <class C, class G, class... P>
struct body_parameters<void (C::*)(G, P...) const> {
  using first = G;
  using rest = parameter_list<std::remove_cvref_t<P>...>;
};
template <class C, class G, class... P>
struct body_parameters<void (C::*)(G, P...) const noexcept> : body_parameters<void (C::*)(G, P...) const> {};

template <class Body>
concept has_one_signature = requires { typename body_parameters<decltype(&Body::operator())>::rest; };

// In a kernel every parameter is a memory of its own, in their order.
template <class P>
struct make_parameter {
  static constexpr P from(program_builder& program, int p) {
    return P(&program.current(), program.memory_of(p));
  }
};
template <class T, fixed_string Name>
struct make_parameter<scalar<T, Name>> {
  static constexpr scalar<T, Name> from(program_builder& program, int p) { return {&program, p}; }
};

template <class T, fixed_string Name>
struct make_parameter<atomic<T, Name>> {
  static constexpr atomic<T, Name> from(program_builder& program, int p) { return {&program, p}; }
};

/// Runs a kernel's body with handles that record what it does.
template <class Body, class... P>
constexpr void trace_body(program_builder& program, char const* name, Body const& body, parameter_list<P...>,
                          extent3 grid, extent3 block) {
  static_assert((... && kernel_parameter<P>),
                "a kernel's parameters are in<T, \"name\">, out<T, \"name\">, "
                "inout<T, \"name\">, atomic<T, \"name\"> and scalar<T, \"name\">");
  (program.add_parameter(parameter_traits<P>::description), ...);
  kernel_under_construction& k = program.begin_kernel(name, grid, block);
  for (int p = 0; p < static_cast<int>(sizeof...(P)); ++p)
    program.memory_of(p);
  gpu g(k.body);
  [&]<std::size_t... Is>(std::index_sequence<Is...>) {
    body(g, make_parameter<P>::from(program, static_cast<int>(Is))...);
  }(std::make_index_sequence<sizeof...(P)>{});
  program.end_kernel();
}

} // namespace detail
} // namespace enigma
