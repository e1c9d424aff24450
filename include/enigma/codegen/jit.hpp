// SPDX-License-Identifier: MIT
#pragma once

#include <enigma/codegen/buffer_engine.hpp>
#include <enigma/codegen/kernel.hpp>

namespace enigma {

/// A jit function's tensor parameter: its name and layout come with the call that compiles it.
template <element T>
using tensor_of = tensor<buffer_engine<detail::argument_handle<T>>>;

/// Threadgroups, and threads in each.
struct launch_size {
  extent3 grid{1};
  extent3 block{1};
};

/// The host's side of a jit function: it launches kernels, which run one after the other.
class host {
public:
  constexpr explicit host(detail::program_builder& program) : program_{&program} {}
  host(host const&) = delete;

  /// Launches a kernel of this name. The body takes gpu& and captures the tensors and scalars that it uses:
  ///
  ///   h.launch<"add">({.grid = 64, .block = 256}, [=](gpu& g) { ... });
  ///
  /// Each launch sees all that the launches before it wrote.
  template <fixed_string Name, class Body>
    requires std::invocable<Body&, gpu&>
  constexpr void launch(launch_size const& size, Body&& body) {
    gpu g(program_->begin_kernel(detail::static_name<Name>, size.grid, size.block).body);
    body(g);
    program_->end_kernel();
  }

  /// A buffer between launches, which the runtime provides: as long as the layout reaches, a tensor as any
  /// argument. What is in it is undefined until a launch has written it, and gone when the call returns.
  ///
  ///   auto const partial = h.temporary<f32, "partial">(groups);
  ///
  /// Errors: a launch reads it and none before has written it. When run: an element that no thread has
  /// written is read.
  template <element T, fixed_string Name>
  constexpr tensor<buffer_engine<detail::argument_handle<T>>> temporary(layout const& l) {
    parameter p{detail::static_name<Name>, access::inout, type_of<T>.element,
                detail::reach_in_kernel(l, 0, -1)};
    p.temporary = true;
    detail::argument_handle<T> const handle(program_, program_->add_parameter(p));
    return {buffer_engine<detail::argument_handle<T>>(handle), l};
  }

private:
  detail::program_builder* program_;
};

/// A function of the host that computes with layouts and launches kernels. Made by `jit<"name">(lambda)`.
template <fixed_string Name, class Body>
struct jit_definition {
  Body body;
  static constexpr char const* name = detail::static_name<Name>;
};

/// A jit function from its body, a lambda that takes `host&` and then tensor_of<T> and scalar<T, "name">. It
/// is run once, when it is compiled for tensors of given layouts.
template <fixed_string Name, class Body>
constexpr jit_definition<Name, Body> jit(Body body) {
  return {body};
}

namespace detail {

/// A tensor argument as tracing sees it.
struct tensor_argument {
  char const* name;
  layout l;
};

template <fixed_string Name, layout... L>
struct argument_maker;
template <fixed_string Name>
struct argument_maker<Name> {
  constexpr tensor_argument operator()(layout const& l) const { return {static_name<Name>, l}; }
};
template <fixed_string Name, layout L>
struct argument_maker<Name, L> {
  constexpr operator tensor_argument() const { return {static_name<Name>, L}; }
};

} // namespace detail

/// A tensor argument of a jit function: its name in the generated source, and its layout.
/// (1) arg<"A", layout>: the layout is a constant, and so is what compile<f>(arg<"A", layout>, ...) gives.
/// (2) arg<"A">(layout): for compile(f, ...) at run time.
template <fixed_string Name, layout... L>
  requires(sizeof...(L) <= 1)
inline constexpr detail::argument_maker<Name, L...> arg{};

namespace detail {

template <class P>
struct jit_parameter {
  static constexpr bool known = false;
};
template <element T>
struct jit_parameter<tensor_of<T>> {
  static constexpr bool known = true;
  static constexpr int arguments = 1;
  static constexpr tensor_of<T> from(program_builder& program, tensor_argument const* a) {
    parameter p{a->name, access::inout, type_of<T>.element, reach_in_kernel(a->l, 0, -1)};
    argument_handle<T> const handle(&program, program.add_parameter(p));
    return tensor_of<T>(buffer_engine<argument_handle<T>>(handle), a->l);
  }
};
template <kernel_parameter P>
  requires std::is_constructible_v<P, program_builder*, int>
struct jit_parameter<P> {
  static constexpr bool known = true;
  static constexpr int arguments = 0;
  static constexpr P from(program_builder& program, tensor_argument const*) {
    return P(&program, program.add_parameter(P::description));
  }
};

template <class Body, class... P>
constexpr void trace_jit(program_builder& program, Body const& body, parameter_list<P...>,
                         tensor_argument const* arguments, int count) {
  static_assert((... && jit_parameter<P>::known),
                "a jit function's parameters are tensor_of<T>, atomic<T, \"name\">, scalar<T, \"name\">, "
                "and constant<T, \"name\">");
  constexpr int wanted = (0 + ... + jit_parameter<P>::arguments);
  if (count != wanted)
    refused((sentence(program.name()) << " has " << wanted << " tensor parameters, but " << count
                                      << " layouts are given: one arg<\"name\", layout> for each")
                .lines());
  host h(program);
  int next = 0;
  auto const take = [&](int n) { return arguments + (next += n) - n; };
  // Braces: the parameters are made from left to right.
  boost::hana::unpack(
      boost::hana::tuple<P...>{jit_parameter<P>::from(program, take(jit_parameter<P>::arguments))...},
      [&](P const&... p) { body(h, p...); });
}

} // namespace detail
} // namespace enigma
