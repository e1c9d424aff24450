// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/constant.hpp>
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

/// What a kernel takes behind its gpu&: in, out, inout, atomic, scalar.
template <class P>
concept kernel_parameter = requires {
  { P::description } -> std::convertible_to<parameter>;
};

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

// A buffer is a memory of the kernel; what can be a jit function's parameter too finds its memory itself.
template <class P>
constexpr P made_parameter(program_builder& program, int p) {
  if constexpr (std::is_constructible_v<P, program_builder*, int>)
    return P(&program, p);
  else
    return P(&program.current(), program.memory_of(p));
}

/// Runs a kernel's body with handles that record what it does.
template <class Body, class... P>
constexpr void trace_body(program_builder& program, char const* name, Body const& body, parameter_list<P...>,
                          extent3 grid, extent3 block) {
  static_assert((... && kernel_parameter<P>),
                "a kernel's parameters are in<T, \"name\">, out<T, \"name\">, "
                "inout<T, \"name\">, atomic<T, \"name\">, scalar<T, \"name\">, constant<T, \"name\">, "
                "threadgroup<T, \"name\"> and threadgroup_atomic<T, \"name\">");
  (program.add_parameter(P::description), ...);
  kernel_under_construction& k = program.begin_kernel(name, grid, block);
  for (int p = 0; p < static_cast<int>(sizeof...(P)); ++p)
    program.memory_of(p);
  gpu g(k.body);
  [&]<std::size_t... Is>(std::index_sequence<Is...>) {
    body(g, made_parameter<P>(program, static_cast<int>(Is))...);
  }(std::make_index_sequence<sizeof...(P)>{});
  program.end_kernel();
}

} // namespace detail
} // namespace enigma
